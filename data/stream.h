/* stream.h - the seed, and which stream each thing is drawn from: one for each purpose, so that none tells about another. */
#ifndef DATA_STREAM_H
#define DATA_STREAM_H

#include "data/rng.h"
#include "data/schema.h"

struct data {
    uint64_t seed;
};

/* What a table's values, and whether they are null, are drawn from. */
uint64_t data_table_seed(const struct data *, const struct table *);
uint64_t data_column_stream(uint64_t table_seed, uint32_t column);
uint64_t data_null_stream(uint64_t column_stream);
bool data_is_null(const struct column *, uint64_t null_stream, uint64_t row);
struct perm data_members(const struct data *, const struct table *);  /* ordinal → row, of a table of an entity */

#endif
