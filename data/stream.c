/* stream.c - a table's seed and its columns' streams, from the seed of all. */
#include "config.h"

#include "data/stream.h"

struct perm data_members(const struct data *d, const struct table *t)
{
    struct perm p;
    perm_init(&p, t->keyspace->count, rng_mix(data_table_seed(d, t), STREAM_MEMBERS));
    return p;
}
