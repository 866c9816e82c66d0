/* witness.h - which rows are watched: of each group of a table's columns about so many rows, the same ones on
 * every backend and by every strategy, and all of a small table. */
#ifndef VM_WITNESS_H
#define VM_WITNESS_H

#include "data/schema.h"
#include "proof/history.h"

enum { WITNESSES = 4096 };

/* What a group of a row is in histories. */
static inline uint64_t witness_key(const struct table *t, uint64_t row, uint32_t group)
{
    return history_key(t->salt + group, row);
}

/* Where no column is written, a row that can be deleted is one group: it is there or not. */
static inline uint32_t witness_groups(const struct table *t)
{
    return t->ngroups ? t->ngroups : t->loses;
}

static inline bool witness_is(const struct table *t, uint64_t key)
{
    return history_is_witness(key, t->rows, WITNESSES);
}

#endif
