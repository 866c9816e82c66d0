/* data.h - rows and keys, made on demand. A struct data adds the seed to a schema; it is small, immutable and
 * may be shared by threads. Values of char, string, bytes, uuid and json point into the scratch that the
 * caller passes in. */
#ifndef DATA_DATA_H
#define DATA_DATA_H

#include "base/buf.h"
#include "data/scratch.h"
#include "data/stream.h"

/* So many numbers the rows of a table can have, with those that statements may add for keys without one. */
static inline uint64_t data_places(const struct table *t)
{
    return t->gains && t->keyspace->count ? 2 * t->keyspace->count : t->rows;
}

/* The first ordinal that rows which are inserted have: behind those that misses ask for. */
static inline uint64_t data_first_fresh(const struct keyspace *ks)
{
    return 2 * ks->count;
}

/* The key with this ordinal. Ordinals at and above count give keys that no table has (for misses); distinct
 * as well. */
struct value data_key(const struct data *, const struct keyspace *, uint64_t ordinal, struct scratch *);

/* How many values a key is. */
static inline uint32_t keyspace_width(const struct keyspace *ks)
{
    return ks->table ? ks->table->nkeys : 1;
}
/* The same key as so many values: of any key space. */
void data_key_tuple(const struct data *, const struct keyspace *, uint64_t ordinal, struct scratch *,
                    struct value *out);

/* How many distinct keys data_key can make; UINT64_MAX where there is no end to them. A key space's count,
 * and twice the count where runs miss, must fit; above it keys repeat. */
uint64_t data_key_space(const struct keyspace *);

/* The row number of a key in a table, or -1 where the table has no row for it. */
int64_t data_row_of(const struct data *, const struct table *, uint64_t ordinal);
/* The key of a row. */
uint64_t data_ordinal_of(const struct data *, const struct table *, uint64_t row);

/* ---- keys of several columns: place.c ----
 * A table of its own has row n by key n. A table of an entity has its rows key by key: the ranks of the keys
 * are the table's permutation, rank j has lo + j mod (hi - lo + 1) rows, and the rank of a row is found by a
 * formula and a search within one such round: O(log (hi - lo)). */

/* The key that a row of a table of an entity is of; n: which of its rows. */
uint64_t data_place_of(const struct data *, const struct table *, uint64_t row, uint64_t *n);
/* How many rows the keys of the first ranks have; those of all members are the table's. */
uint64_t data_rows_before(const struct table *, uint64_t rank);
uint64_t data_rank_of_row(const struct table *, uint64_t row, uint64_t *n);
/* The rows of a key: from *first on; 0 where it has none: where each has one at most, *first is then the
 * number that its row would have. */
uint64_t data_rows_of(const struct data *, const struct table *, uint64_t ordinal, uint64_t *first);
/* How many of a table's key columns are its key space's: an entity's key, or the whole key of the parent's
 * row. They stand first. */
static inline uint32_t data_inherited(const struct table *t)
{
    return t->keyspace->own ? 0 : keyspace_width(t->keyspace);
}
/* A column of a key of several columns that is made for the row, and not inherited. */
static inline bool data_is_part(const struct table *t, uint32_t column)
{
    return t->nkeys > 1 && t->columns[column].source == COLUMN_KEY && column >= data_inherited(t);
}
/* A column with what makes its values: of a key that is inherited, the one it was declared as. */
const struct column *data_made(const struct table *, uint32_t column);
/* The value of such a column. Rows at and above the table's count give keys that it has not. */
struct value data_key_part(const struct data *, const struct table *, uint32_t column, uint64_t row,
                           struct scratch *);
/* Of a row's key the columns from `from` on, none of which is inherited: out[from …]. */
void data_key_parts(const struct data *, const struct table *, uint32_t from, uint64_t row, struct scratch *,
                    struct value *out);
/* Whether the generators of the key columns can tell all rows apart; true where all are computed. */
bool data_parts_fit(const struct table *);
/* How many keys a key space has by what its generator says: of uniform(1..1000) a thousand, though
 * data_key_space goes on behind them. */
uint64_t data_key_values(const struct keyspace *);

/* All columns of a row, key included: values[0 … ncolumns-1], valid until the next data_row on this
 * scratch. */
void data_row(const struct data *, const struct table *, uint64_t row, struct value *values,
              struct scratch *);

/* Some columns of a row whose key is at hand (what is inherited of it, or more): what data_row makes of them,
 * in the order asked for. */
void data_columns(const struct data *, const struct table *, uint64_t row, const struct value *key,
                  const uint32_t *columns, uint32_t n, struct value *values, struct scratch *);

/* What a column that is no key was loaded with; into a scratch that goes on. */
void data_loaded(const struct data *, const struct table *, uint32_t column, uint64_t row, struct scratch *,
                 struct value *out);

/* Settles the constants of the columns' generators (see gen_prepare), for tables whose columns are in the
 * compiler's arena. Values are the same bits without it; draws of zipf then pay for their set-up each
 * time. */
void data_prepare(struct column *columns, uint32_t ncolumns);

/* The expected size of a row in bytes (names not counted), for estimates and costs. */
double data_row_bytes(const struct table *);
/* The same of one that a statement has written. */
double data_written_bytes(const struct table *, const struct column_set *, uint32_t nsets);
/* The bytes of a column's longest text or bytes, by its generator; false: it is no such column, or nobody
 * knows before. (most.c) */
bool data_longest(const struct column *, uint64_t *bytes);

/* A digest of everything that decides a table's content and shape: same digest, same rows. Hex,
 * NUL-terminated. */
enum { DIGEST_CHARS = 32 };
void data_digest(const struct data *, const struct table *, char out[DIGEST_CHARS + 1]);
void text_digest(const struct buf *, char out[DIGEST_CHARS + 1]);       /* the same of any text */

#endif
