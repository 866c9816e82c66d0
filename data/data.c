#include "config.h"

#include "data/data.h"

#include "data/expr.h"
#include "data/gen.h"

/* Any column but a key. */
static void put_value(const struct column *c, uint64_t stream, uint64_t row, struct scratch *s,
                      struct value *out)
{
    if (c->null_share > 0 && data_is_null(c, data_null_stream(stream), row))
        *out = (struct value){.null = true};
    else if (c->source == COLUMN_RANDOM)
        gen_put(&c->gen, c->type, rng_mix(stream, row), row, s, out);
    else
        expr_make(c->expr, c->type, row, s, out);
}

void data_row(const struct data *d, const struct table *t, uint64_t row, struct value *values,
              struct scratch *s)
{
    scratch_reset(s);
    uint64_t seed = data_table_seed(d, t);
    uint32_t given = t->ncolumns && t->columns[0].source == COLUMN_KEY ? data_inherited(t) : 0;
    if (given)
        data_key_tuple(d, t->keyspace, data_ordinal_of(d, t, row), s, values);
    for (uint32_t i = given; i < t->ncolumns; i++) {
        const struct column *c = &t->columns[i];
        if (data_is_part(t, i))
            values[i] = data_key_part(d, t, i, row, s);
        else if (c->source == COLUMN_KEY)             /* of one column, the table's own */
            values[i] = data_key(d, t->keyspace, row, s);
        else
            put_value(c, data_column_stream(seed, i), row, s, &values[i]);
    }
}

void data_columns(const struct data *d, const struct table *t, uint64_t row, const struct value *key,
                  const uint32_t *columns, uint32_t n, struct value *values, struct scratch *s)
{
    uint64_t seed = data_table_seed(d, t);
    scratch_reset(s);
    for (uint32_t i = 0; i < n; i++) {
        const struct column *c = &t->columns[columns[i]];
        if (data_is_part(t, columns[i]))
            values[i] = data_key_part(d, t, columns[i], row, s);
        else if (c->source == COLUMN_KEY)
            values[i] = key[columns[i]];
        else
            put_value(c, data_column_stream(seed, columns[i]), row, s, &values[i]);
    }
}

void data_prepare(struct column *columns, uint32_t ncolumns)
{
    for (uint32_t i = 0; i < ncolumns; i++)
        if (columns[i].source == COLUMN_RANDOM)
            gen_prepare(&columns[i].gen);
}

void data_loaded(const struct data *d, const struct table *t, uint32_t column, uint64_t row, struct scratch *s,
                 struct value *out)
{
    put_value(&t->columns[column], data_column_stream(data_table_seed(d, t), column), row, s, out);
}

/* ---- estimates ---- */

static double column_bytes(const struct table *t, const struct column *c)
{
    const struct column *made = c->source == COLUMN_KEY && t->keyspace
                                    ? data_made(t, (uint32_t)(c - t->columns))
                                    : c;
    double bytes = made->source == COLUMN_COMPUTED ? (double)type_bytes(c->type)
                                                   : gen_bytes(&made->gen, c->type);
    return bytes * (1 - c->null_share);
}

double data_written_bytes(const struct table *t, const struct column_set *sets, uint32_t nsets)
{
    double sum = data_row_bytes(t);
    for (uint32_t i = 0; i < nsets; i++) {
        const struct column *c = &t->columns[sets[i].column];
        sum += (sets[i].expr ? (double)type_bytes(c->type) : gen_bytes(&sets[i].gen, c->type)) -
               column_bytes(t, c);
    }
    return sum;
}

double data_row_bytes(const struct table *t)
{
    double sum = 0;
    for (uint32_t i = 0; i < t->ncolumns; i++)
        sum += column_bytes(t, &t->columns[i]);
    return sum;
}
