/* sort_key.h - what tells the items of a partition apart: the further key columns of a table.
 *
 * One of them is the sort key itself, an attribute of its own type. Several are joined into an attribute of
 * text beside them, "day#place", so that its order is theirs, one column after the other:
 * "2026-01-02#10000000007". */
#ifndef BACKENDS_DYNAMODB_SORT_KEY_H
#define BACKENDS_DYNAMODB_SORT_KEY_H

#include "data/schema.h"

static inline bool sort_key_is_joined(uint32_t nkeys)
{
    return nkeys > 2;
}
/* "at", or "day#place": what a name of the language cannot be. Nothing where the key is one column. */
void sort_key_put_name(const struct column *columns, uint32_t nkeys, struct buf *);
/* Below what a column's text can hold once it is escaped, so that "a" comes before "ab" whatever follows
 * either; and what comes just behind a text with all that may follow it, and before any other. */
#define SORT_KEY_BETWEEN "#"
#define SORT_KEY_BEHIND "$"
/* The joined text of a row's key columns up to the n-th: of all of them the sort key. A byte comparison of
 * two is a comparison of the columns. */
void sort_key_put(const struct table *, uint32_t n, const struct value *row, struct buf *);
void sort_key_put_value(struct type, const struct value *, struct buf *);   /* one column of it */
/* How many bytes the sort key may have; false, or less, where nobody knows before. */
bool sort_key_longest(const struct table *, uint64_t *bytes);

#endif
