/* finder.h - the rows of keys, for one who asks again and again. */
#ifndef DATA_FINDER_H
#define DATA_FINDER_H

#include "data/data.h"

/* The row numbers of keys, for who asks for the same tables again and again: the permutations of the last
 * ones are kept. Of one data; the tables must outlive it. Begins as zeros, and holds nothing that is to be
 * freed. */
enum { FINDER_BITS = 6 };
struct finder {
    struct finder_place { const struct table *table; struct perm members; } places[1 << FINDER_BITS];
};
uint64_t finder_rows(struct finder *, const struct data *, const struct table *, uint64_t ordinal, uint64_t *first);   /* as data_rows_of */

#endif
