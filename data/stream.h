/* stream.h - the seed, and which stream each thing is drawn from: one for each purpose, so that none tells
 * about another. */
#ifndef DATA_STREAM_H
#define DATA_STREAM_H

#include "data/rng.h"
#include "data/schema.h"

struct data {
    uint64_t seed;
};

/* What a table's values, and whether they are null, are drawn from. Inline: a value of a request asks for two
 * or three of these. */
enum { STREAM_MEMBERS = 1, STREAM_VALUES, STREAM_NULLS, STREAM_WRITTEN = 16 };     /* what for; place.c has one more */

static inline uint64_t data_table_seed(const struct data *d, const struct table *t)
{
    return rng_mix(d->seed, t->salt);
}

static inline uint64_t data_column_stream(uint64_t table_seed, uint32_t column)
{
    return rng_mix(table_seed + STREAM_VALUES, column);
}

static inline uint64_t data_null_stream(uint64_t column_stream)
{
    return rng_mix(column_stream, STREAM_NULLS);
}

static inline bool data_is_null(const struct column *c, uint64_t null_stream, uint64_t row)
{
    return rng_unit_of(rng_mix(null_stream, row)) < c->null_share;
}

struct perm data_members(const struct data *, const struct table *);  /* ordinal → row, of a table of an
                                                                         entity */

#endif
