/* finder.c - from keys to rows and back: by a table's permutation, which a finder keeps. */
#include "config.h"

#include "data/finder.h"

#include "data/gen.h"

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
