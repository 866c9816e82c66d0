/* rows.h - rows in bulk: what stays the same from one to the next (seeds, permutations, which generator) is
 * settled once. The same bits as data_row, which settles it each time.
 *
 * Rows are made column by column, some at a time, so that a column's generator is one loop. Both structs are
 * immutable once they are made and may be shared by threads; the schema and the struct data must outlive
 * them. */
#ifndef DATA_ROWS_H
#define DATA_ROWS_H

#include "data/keys.h"

/* The rows of a table. */
struct rows;
struct rows *rows_new(const struct data *, const struct table *);
void rows_free(struct rows *);
/* Rows row … row+n-1 into values[0 … n * ncolumns - 1], one row behind the other; valid until the scratch is
 * reset, as each call does. */
void rows_make(const struct rows *, uint64_t row, uint32_t n, struct value *values, struct scratch *);
/* How many rows a table's batch should have: so many that settling is nothing, so few that they stay in the
 * cache. */
enum { ROWS_BATCH_MOST = 64 };
uint32_t rows_batch(const struct table *);

#endif
