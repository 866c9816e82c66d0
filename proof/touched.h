/* touched.h - which rows of a table a run has changed, so that exactly these are healed before the next turn; and
 * how many it must have (balance.h).
 *
 * A bit a row; in tables of more than 2^30 rows a bit stands for a block of rows, so that it takes 128 MiB at
 * most. Threads mark side by side; looking and clearing is for when they have ended. */
#ifndef PROOF_TOUCHED_H
#define PROOF_TOUCHED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "proof/balance.h"

struct touched {
    uint64_t rows, block;                             /* of a table with those that it may gain; rows of a
                                                         bit */
    _Atomic uint64_t *bits;
    struct balance balance;
};

void touched_init(struct touched *, uint64_t rows);
void touched_release(struct touched *);
void touched_clear(struct touched *);
void touched_mark(struct touched *, uint64_t row);    /* below `rows` */
bool touched_is(const struct touched *, uint64_t row);
/* The next rows *from … *to-1 that are to be healed, from *to on (0 at first); false: no more. */
bool touched_next(const struct touched *, uint64_t *from, uint64_t *to);
uint64_t touched_count(const struct touched *);       /* how many rows these are, blocks counted whole */

#endif
