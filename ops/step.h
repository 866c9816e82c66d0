/* step.h - what one statement asks of one table: the unit that plans pack into requests, backends put into their words, and checks judge.
 *
 * Key values of a call stand in registers (see struct ir_key). Everything lives in the plan's arena. */
#ifndef OPS_STEP_H
#define OPS_STEP_H

#include "data/schema.h"

struct op;

/* The columns of an answer's row, in its order. It need not be a table's row. */
struct shape {
    uint32_t n;
    const struct type *types;
    const char *const *names;
};

struct step {
    const struct table *table;
    const uint32_t *columns;                          /* of the table, that the answer has: key columns first */
    uint32_t ncolumns;
    uint32_t first, nkeys;                            /* key registers first … first+nkeys-1 */
    const struct op *op;
    struct shape answer;
};

/* What steps bring and cost, on average. */
struct demand {
    uint64_t keys;                                    /* that are asked for */
    double rows, bytes;                               /* of the reply */
};

#endif
