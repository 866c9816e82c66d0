/* delete.c - `delete T`: the row of the drawn key, if it is there. */
#include "config.h"

#include "ops/op.h"
#include "ops/overlay.h"

static void estimate(const struct step *s, struct demand *d)
{
    d->keys += s->nkeys;
    d->values += (uint64_t)s->nkeys * step_bound(s);
}

static void eval(struct model *m, const struct step *s, const struct value *keys, const uint64_t *ordinals,
                 struct receiver *to)
{
    (void)keys;
    for (uint32_t k = 0; k < s->nkeys; k++) {
        uint64_t first, n = step_places(&m->finder, m->data, s, ordinals[step_register(s, k)], &first);
        for (uint64_t i = 0; i < n; i++)
            to->met += !m->overlay || overlay_delete(m->overlay, s->table, first + i);
    }
}

const struct op op_delete = {
    .kind = IR_DELETE, .effect = EFFECT_SAME, .removes = true, .estimate = estimate, .eval = eval};
