/* get.c - `get T`: the rows of the drawn keys. A key that the table does not have brings none; an entity's
 * key brings all its rows. */
#include "config.h"

#include "data/data.h"
#include "ops/op.h"

static void estimate(const struct step *s, struct demand *d)
{
    uint64_t count = (s->keyspace ? s->keyspace : s->table->keyspace)->count;
    double all = s->slice ? s->slice_rows * (double)s->table->members : (double)s->table->rows;
    double rows = count ? (double)s->nkeys * all / (double)count : 0;
    d->keys += s->nkeys;
    d->values += (uint64_t)s->nkeys * step_bound(s);
    d->rows += rows;
    d->limited += s->slice && s->slice->limit ? s->nkeys : 0;
    d->bytes += rows * data_row_bytes(s->table);
}

/* Made anew each time: who receives it may alter it. */
static void give(struct model *m, const struct step *s, uint64_t row, const struct value *key, struct receiver *to)
{
    uint32_t times = model_columns(m, s, row, key);
    for (uint32_t i = 0; i < times && (i == 0 || model_columns(m, s, row, key)); i++)
        to->row(to, s, m->values);
}

/* Backward the first or last rows are wrong: their order is part of the answer. */
static void eval_slice(struct model *m, const struct step *s, const struct value *key, uint64_t first,
                       uint64_t n, struct receiver *to)
{
    uint32_t count;
    const uint64_t *rows = slice_rows(&m->slicer, m->data, s, first, n, &count);
    for (uint32_t i = 0; i < count; i++)
        give(m, s, rows[m->backward ? count - 1 - i : i], key, to);
}

static void eval_key(struct model *m, const struct step *s, const struct value *key, uint64_t ordinal,
                     struct receiver *to)
{
    uint64_t first, n = step_places(&m->finder, m->data, s, ordinal, &first);
    for (uint64_t i = 0; i < n && !s->slice; i++)
        give(m, s, first + (m->backward ? n - 1 - i : i), key, to);
    if (s->slice)
        eval_slice(m, s, key, first, n, to);
}

static void eval(struct model *m, const struct step *s, const struct value *keys, const uint64_t *ordinals,
                 struct receiver *to)
{
    for (uint32_t k = 0; k < s->nkeys; k++) {
        uint32_t reg = step_register(s, m->backward ? s->nkeys - 1 - k : k);
        eval_key(m, s, &keys[reg], ordinals[reg], to);
    }
}

const struct op op_get = {.kind = IR_GET, .effect = EFFECT_NONE, .estimate = estimate, .eval = eval};
