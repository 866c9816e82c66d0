/* rows.h - keys and rows in bulk: what stays the same from one to the next (seeds, permutations, which generator) is settled once. The same
 * bits as data_key and data_row, which settle it each time.
 *
 * Rows are made column by column, some at a time, so that a column's generator is one loop. Both structs are immutable once they are made
 * and may be shared by threads; the schema and the struct data must outlive them. */
#ifndef DATA_ROWS_H
#define DATA_ROWS_H

#include "data/data.h"
#include "data/rng.h"

/* The keys of a key space. */
struct keys {
    const struct column *key;
    void (*make)(const struct keys *, uint64_t ordinal, struct scratch *, struct value *out);
    struct perm perm;                                 /* of the first perm.n numbers; n = 0: the way needs none */
    uint64_t add, flip;                               /* of the permutation of all 64-bit numbers */
    uint64_t rest;                                    /* seeds the bits that make no key distinct */
    int64_t lo;                                       /* of a whole number */
    uint32_t length;
    bool quoted;
};
void keys_init(struct keys *, const struct data *, const struct keyspace *);
void keys_make(const struct keys *, uint64_t ordinal, struct scratch *, struct value *out);

/* The row numbers of keys, for who asks for the same tables again and again: the permutations of the last ones are kept. Of one data; the
 * tables must outlive it. Begins as zeros, and holds nothing that is to be freed. */
enum { FINDER_BITS = 6 };
struct finder {
    struct finder_place { const struct table *table; struct perm members; } places[1 << FINDER_BITS];
};
int64_t finder_row(struct finder *, const struct data *, const struct table *, uint64_t ordinal);   /* as data_row_of */

/* The rows of a table. */
struct rows;
struct rows *rows_new(const struct data *, const struct table *);
void rows_free(struct rows *);
/* Rows row … row+n-1 into values[0 … n * ncolumns - 1], one row behind the other; valid until the scratch is reset, as each call does. */
void rows_make(const struct rows *, uint64_t row, uint32_t n, struct value *values, struct scratch *);
/* How many rows a table's batch should have: so many that settling is nothing, so few that they stay in the cache. */
enum { ROWS_BATCH_MOST = 64 };
uint32_t rows_batch(const struct table *);

#endif
