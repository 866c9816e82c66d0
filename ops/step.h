/* step.h - what one statement asks of one table: the unit that plans pack into requests, backends put into
 * their words, and checks judge.
 *
 * Key values of a call stand in registers (see struct ir_key); a key that gives all of a table's key columns
 * is of one row, one that gives fewer of all rows that share it. Everything lives in the plan's arena. */
#ifndef OPS_STEP_H
#define OPS_STEP_H

#include "data/data.h"

struct ir_slice;
struct op;

/* The columns of an answer's row, in its order. It need not be a table's row. */
struct shape {
    uint32_t n;
    const struct type *types;
    const char *const *names;
};

struct step {
    const struct table *table;
    const uint32_t *columns;                          /* of the table, that the answer has: key columns
                                                         first */
    uint32_t ncolumns;
    uint32_t first, nkeys;                            /* see step_register */
    const struct keyspace *keyspace;                  /* that the keys are drawn from; NULL: the table's */
    const struct ir_slice *slice;                     /* which rows of a key; NULL: all */
    double slice_rows;                                /* so many of them, on average */
    const struct op *op;
    struct shape answer;
    /* what it writes into the rows of its keys; none: it only reads */
    const struct column_set *sets;
    uint32_t nsets, statement;
    uint32_t written;                                 /* see step_written */
};

/* So many of the table's key columns each key gives. */
static inline uint32_t step_bound(const struct step *s)
{
    return keyspace_width(s->keyspace ? s->keyspace : s->table->keyspace);
}
/* Where a key begins. */
static inline uint32_t step_register(const struct step *s, uint32_t key)
{
    return s->first + key * step_bound(s);
}

/* Where the values stand that it writes into a key's rows, by sets; the version follows them. */
static inline uint32_t step_written(const struct step *s, uint32_t key)
{
    return s->written + key * (s->nsets + 1);
}
static inline uint32_t step_version(const struct step *s, uint32_t key)
{
    return step_written(s, key) + s->nsets;
}

/* What steps bring and cost, on average. */
struct demand {
    uint64_t keys, values;                            /* that are asked for, and their values: more where a
                                                         key has several columns */
    double rows, bytes;                               /* of the reply */
    uint64_t limited;                                 /* keys of which but the first or last rows are asked
                                                         for */
};

#endif
