/* update.c - `update T set …`: some columns of the drawn key's row. It creates none: a key without a row is
 * met by nothing. */
#include "config.h"

#include "ops/op.h"
#include "ops/overlay.h"

static void estimate(const struct step *s, struct demand *d)
{
    d->keys += s->nkeys;
    d->values += (uint64_t)s->nkeys * (step_bound(s) + s->nsets + 1);
}

static void eval(struct model *m, const struct step *s, const struct value *keys, const uint64_t *ordinals,
                 struct receiver *to)
{
    for (uint32_t k = 0; k < s->nkeys; k++) {
        uint64_t first, n = step_places(&m->finder, m->data, s, ordinals[step_register(s, k)], &first);
        uint64_t version = (uint64_t)keys[step_version(s, k)].u.i;
        for (uint64_t i = 0; i < n; i++)
            to->met += !m->overlay || overlay_set(m->overlay, s->table, first + i, s->sets, s->nsets,
                                                  &keys[step_written(s, k)], version);
    }
}

const struct op op_update = {.kind = IR_UPDATE, .effect = EFFECT_SAME, .estimate = estimate, .eval = eval};
