/* finder.c - from keys to rows and back: by a table's permutation, which a finder keeps. */
#include "config.h"

#include "data/finder.h"

#include "data/gen.h"

/* How many rows a key has, from *first on; of a key without any, where each has one at most, *first is the
 * number that its row would have, behind the table's. place: where the table's permutation is kept, if it is that of
 * this table. */
static uint64_t rows_in(struct finder_place *place, const struct data *d, const struct table *t,
                        uint64_t ordinal, uint64_t *first)
{
    *first = ordinal;
    if (ordinal >= t->keyspace->count)
        return 0;
    if (t->keyspace->own)
        return ordinal < t->rows;
    if (place->table != t)
        *place = (struct finder_place){t, data_members(d, t)};
    uint64_t rank = perm_forward(&place->members, ordinal);
    if (t->per_key_hi && rank >= t->members)
        return 0;
    *first = t->per_key_hi ? data_rows_before(t, rank) : rank;
    return t->per_key_hi ? data_rows_before(t, rank + 1) - *first : rank < t->rows;
}

uint64_t data_rows_of(const struct data *d, const struct table *t, uint64_t ordinal, uint64_t *first)
{
    struct finder_place once = {0};
    return rows_in(&once, d, t, ordinal, first);
}

int64_t data_row_of(const struct data *d, const struct table *t, uint64_t ordinal)
{
    uint64_t first;
    return data_rows_of(d, t, ordinal, &first) ? (int64_t)first : -1;
}

uint64_t finder_rows(struct finder *f, const struct data *d, const struct table *t, uint64_t ordinal,
                     uint64_t *first)
{
    uint64_t place = (uint64_t)(uintptr_t)t * GEN_GOLDEN >> (64 - FINDER_BITS);   /* Fibonacci hashing */
    return rows_in(&f->places[place], d, t, ordinal, first);
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
