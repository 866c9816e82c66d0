/* put.c - rows that are written whole: `put T` that of the drawn key, there or not; `insert T` the next ones, of
 * keys that no row has, of which a second one is refused by every backend. */
#include "config.h"

#include "ops/op.h"
#include "ops/overlay.h"

static void estimate(const struct step *s, struct demand *d)
{
    d->keys += s->nkeys;
    d->values += (uint64_t)s->nkeys * (step_bound(s) + s->nsets + s->table->ngroups);
}

static void eval(struct model *m, const struct step *s, const struct value *keys, const uint64_t *ordinals,
                 struct receiver *to)
{
    for (uint32_t k = 0; k < s->nkeys; k++) {
        uint64_t row;
        step_places(&m->finder, m->data, s, ordinals[step_register(s, k)], &row);
        if (m->overlay)
            overlay_put(m->overlay, s->table, row, (uint64_t)keys[step_version(s, k)].u.i);
        to->met++;
    }
}

const struct op op_put = {
    .kind = IR_PUT, .effect = EFFECT_SAME, .creates = true, .estimate = estimate, .eval = eval};
const struct op op_insert = {
    .kind = IR_INSERT, .effect = EFFECT_MORE, .creates = true, .fresh = true, .estimate = estimate, .eval = eval};
