/* stream.c - a table's seed and its columns' streams, from the seed of all. */
#include "config.h"

#include "data/stream.h"

enum purpose { FOR_MEMBERS = 1, FOR_VALUES, FOR_NULLS };

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
