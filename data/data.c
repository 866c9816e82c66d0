#include "config.h"

#include "data/data.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "data/expr.h"
#include "data/gen.h"
#include "data/rows.h"

/* Which stream a number is drawn from: one for each purpose, so that none tells about another. */
enum purpose { FOR_MEMBERS = 1, FOR_VALUES, FOR_NULLS };

/* ---- scratch ----
 * A block begins with the address of the block before it; `bytes` points behind that. */

union block_head {
    char *older;                                      /* bytes of the older block, or NULL */
    long double aligned;
};

static union block_head *head_of(char *bytes)
{
    return (union block_head *)(void *)(bytes - sizeof(union block_head));
}

static void free_blocks(char *bytes)
{
    while (bytes) {
        union block_head *head = head_of(bytes);
        bytes = head->older;
        mem_free(head);
    }
}

void scratch_release(struct scratch *s)
{
    free_blocks(s->bytes);
    *s = (struct scratch){0};
}

void scratch_reset(struct scratch *s)
{
    s->used = 0;
    if (s->bytes && head_of(s->bytes)->older) {
        free_blocks(head_of(s->bytes)->older);
        head_of(s->bytes)->older = NULL;
    }
}

static void scratch_extend(struct scratch *s, size_t n)
{
    size_t cap = s->cap ? 2 * s->cap : 512;
    while (cap < n)
        cap *= 2;
    union block_head *head = mem_grow(NULL, sizeof *head + cap);
    head->older = s->bytes;
    s->bytes = (char *)(head + 1);
    s->cap = cap;
    s->used = 0;
}

char *scratch_take(struct scratch *s, size_t n)
{
    if (s->cap - s->used < n || !s->bytes)
        scratch_extend(s, n);
    char *p = s->bytes + s->used;
    s->used += n;
    return p;
}

/* ---- keys and rows ---- */

uint64_t data_table_seed(const struct data *d, const struct table *t)
{
    return rng_mix(d->seed, t->salt);
}

uint64_t data_column_stream(uint64_t table_seed, uint32_t column)
{
    return rng_mix(table_seed + FOR_VALUES, column);
}

uint64_t data_null_stream(uint64_t column_stream)
{
    return rng_mix(column_stream, FOR_NULLS);
}

bool data_is_null(const struct column *c, uint64_t null_stream, uint64_t row)
{
    return rng_unit_of(rng_mix(null_stream, row)) < c->null_share;
}

struct perm data_members(const struct data *d, const struct table *t)
{
    struct perm p;
    perm_init(&p, t->keyspace->count, rng_mix(data_table_seed(d, t), FOR_MEMBERS));
    return p;
}

/* place: where the table's permutation is kept, if it is that of this table. */
static int64_t row_in(struct finder_place *place, const struct data *d, const struct table *t, uint64_t ordinal)
{
    if (ordinal >= t->keyspace->count)
        return -1;
    if (t->keyspace->own)
        return ordinal < t->rows ? (int64_t)ordinal : -1;
    if (place->table != t)
        *place = (struct finder_place){t, data_members(d, t)};
    uint64_t row = perm_forward(&place->members, ordinal);
    if (t->per_key_hi)
        return row < t->members && data_rows_before(t, row) < data_rows_before(t, row + 1) ? (int64_t)data_rows_before(t, row) : -1;
    return row < t->rows ? (int64_t)row : -1;
}

int64_t data_row_of(const struct data *d, const struct table *t, uint64_t ordinal)
{
    struct finder_place once = {0};
    return row_in(&once, d, t, ordinal);
}

int64_t finder_row(struct finder *f, const struct data *d, const struct table *t, uint64_t ordinal)
{
    uint64_t place = (uint64_t)(uintptr_t)t * GEN_GOLDEN >> (64 - FINDER_BITS);   /* Fibonacci hashing */
    return row_in(&f->places[place], d, t, ordinal);
}

uint64_t data_rows_of(const struct data *d, const struct table *t, uint64_t ordinal, uint64_t *first)
{
    int64_t row = data_row_of(d, t, ordinal);
    *first = row < 0 ? 0 : (uint64_t)row;
    if (row < 0 || !t->per_key_hi)
        return row >= 0;
    struct perm p = data_members(d, t);
    return data_rows_before(t, perm_forward(&p, ordinal) + 1) - *first;
}

uint64_t data_place_of(const struct data *d, const struct table *t, uint64_t row, uint64_t *n)
{
    uint64_t rank = row;
    *n = 0;
    if (t->per_key_hi)
        rank = data_rank_of_row(t, row, n);
    if (t->keyspace->own || rank >= t->keyspace->count)
        return rank;
    struct perm p = data_members(d, t);
    return perm_inverse(&p, rank);
}

uint64_t data_ordinal_of(const struct data *d, const struct table *t, uint64_t row)
{
    uint64_t n;
    return data_place_of(d, t, row, &n);
}

/* Any column but a key. */
static void put_value(const struct column *c, uint64_t stream, uint64_t row, struct scratch *s, struct value *out)
{
    if (c->null_share > 0 && data_is_null(c, data_null_stream(stream), row))
        *out = (struct value){.null = true};
    else if (c->source == COLUMN_RANDOM)
        gen_put(&c->gen, c->type, rng_mix(stream, row), row, s, out);
    else
        expr_make(c->expr, c->type, row, s, out);
}

void data_row(const struct data *d, const struct table *t, uint64_t row, struct value *values, struct scratch *s)
{
    scratch_reset(s);
    uint64_t seed = data_table_seed(d, t);
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        const struct column *c = &t->columns[i];
        if (c->source == COLUMN_KEY && t->nkeys > 1 && (i || t->keyspace->own))
            values[i] = data_key_part(d, t, i, row, s);
        else if (c->source == COLUMN_KEY)
            values[i] = data_key(d, t->keyspace, data_ordinal_of(d, t, row), s);
        else
            put_value(c, data_column_stream(seed, i), row, s, &values[i]);
    }
}

void data_columns(const struct data *d, const struct table *t, uint64_t row, const struct value *key, const uint32_t *columns, uint32_t n,
                  struct value *values, struct scratch *s)
{
    uint64_t seed = data_table_seed(d, t);
    scratch_reset(s);
    for (uint32_t i = 0; i < n; i++) {
        const struct column *c = &t->columns[columns[i]];
        if (c->source == COLUMN_KEY)
            values[i] = *key;
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

/* ---- estimates ---- */

static double column_bytes(const struct table *t, const struct column *c)
{
    const struct column *made = c == t->columns && c->source == COLUMN_KEY && t->keyspace ? &t->keyspace->key : c;
    double bytes = made->source == COLUMN_COMPUTED ? (double)type_bytes(c->type) : gen_bytes(&made->gen, c->type);
    return bytes * (1 - c->null_share);
}

double data_row_bytes(const struct table *t)
{
    double sum = 0;
    for (uint32_t i = 0; i < t->ncolumns; i++)
        sum += column_bytes(t, &t->columns[i]);
    return sum;
}
