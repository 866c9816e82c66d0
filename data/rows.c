/* rows.c - rows in bulk, a column at a time. */
#include "config.h"

#include "data/rows.h"

#include <string.h>

#include "base/mem.h"
#include "data/expr.h"
#include "data/gen.h"

enum { BATCH_VALUES = 512, BATCH_BYTES = 32768 };

struct maker {                                        /* of a column's values */
    const struct column *column;
    uint64_t stream, nulls;
};

struct rows {
    const struct data *data;
    const struct table *table;
    struct keys keys;
    struct perm members;                              /* ordinal → row; not of a table with keys of its own */
    struct maker makers[];
};

struct rows *rows_new(const struct data *d, const struct table *t)
{
    struct rows *r = mem_alloc(sizeof *r + t->ncolumns * sizeof r->makers[0]);
    uint64_t seed = data_table_seed(d, t);
    r->data = d;
    r->table = t;
    if (t->keyspace) {
        keys_init(&r->keys, d, t->keyspace);
        if (!t->keyspace->own)
            r->members = data_members(d, t);
    }
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        uint64_t stream = data_column_stream(seed, i);
        r->makers[i] = (struct maker){&t->columns[i], stream, data_null_stream(stream)};
    }
    return r;
}

void rows_free(struct rows *r)
{
    mem_free(r);
}

/* What is inherited of a row's key, or a table's own key of one column. A key's rows are neighbours, and
 * share it. */
static void fill_keys(const struct rows *r, struct gen_rows at, struct scratch *s)
{
    bool permuted = r->members.n != 0;
    uint32_t width = keyspace_width(r->table->keyspace);
    uint64_t of_key, last = UINT64_MAX;
    for (uint32_t i = 0; i < at.n; i++) {
        uint64_t row = at.row + i,
                 rank = r->table->per_key_hi ? data_rank_of_row(r->table, row, &of_key) : row;
        uint64_t ordinal = permuted && rank < r->members.n ? perm_inverse(&r->members, rank) : rank;
        struct value *out = &at.out[(size_t)i * at.stride];
        if (i && rank == last)
            memcpy(out, out - at.stride, width * sizeof *out);
        else
            keys_make_tuple(&r->keys, ordinal, s, out);
        last = rank;
    }
}

/* A part of a key of several columns. */
static void fill_parts(const struct rows *r, uint32_t column, struct gen_rows at, struct scratch *s)
{
    for (uint32_t i = 0; i < at.n; i++)
        at.out[(size_t)i * at.stride] = data_key_part(r->data, r->table, column, at.row + i, s);
}

static void fill_computed(const struct column *c, struct gen_rows at, struct scratch *s)
{
    for (uint32_t i = 0; i < at.n; i++)
        expr_make(c->expr, c->type, at.row + i, s, &at.out[(size_t)i * at.stride]);
}

static void fill_nulls(const struct maker *m, struct gen_rows at)
{
    for (uint32_t i = 0; i < at.n; i++)
        if (data_is_null(m->column, m->nulls, at.row + i))
            at.out[(size_t)i * at.stride] = (struct value){.null = true};
}

void rows_make(const struct rows *r, uint64_t row, uint32_t n, struct value *values, struct scratch *s)
{
    uint32_t ncolumns = r->table->ncolumns;
    scratch_reset(s);
    for (uint32_t i = 0; i < ncolumns; i++) {
        const struct maker *m = &r->makers[i];
        struct gen_rows at = {row, n, ncolumns, values + i};
        if (m->column->source == COLUMN_RANDOM)
            gen_fill(&m->column->gen, m->column->type, m->stream, at, s);
        else if (m->column->source == COLUMN_COMPUTED)
            fill_computed(m->column, at, s);
        else if (data_is_part(r->table, i))
            fill_parts(r, i, at, s);
        else if (i == 0)
            fill_keys(r, at, s);                      /* with all columns that are inherited */
        if (m->column->null_share > 0 && m->column->source != COLUMN_KEY)
            fill_nulls(m, at);
    }
}

uint32_t rows_batch(const struct table *t)
{
    double bytes = data_row_bytes(t) + 1;
    uint32_t n = BATCH_VALUES / (t->ncolumns ? t->ncolumns : 1),
             fit = bytes < BATCH_BYTES ? (uint32_t)(BATCH_BYTES / bytes) : 1;
    n = n < fit ? n : fit;
    return n > ROWS_BATCH_MOST ? ROWS_BATCH_MOST : n ? n : 1;
}
