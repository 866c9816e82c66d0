/* balance.h - how many rows a table must have once statements have run, by their answers: whatever row was lost, or
 * is there twice, its count shows it, also of rows that nobody watches.
 *
 * Threads add side by side; looking is for when they have ended. */
#ifndef PROOF_BALANCE_H
#define PROOF_BALANCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

enum movement {
    MOVE_IN,                                          /* new rows, of keys that none had */
    MOVE_PERHAPS_IN,                                  /* rows that may have been there before */
    MOVE_OUT,
};

struct balance {
    _Atomic uint64_t in, out, perhaps_in, perhaps_out;
    _Atomic uint64_t more, less;                      /* rows that a statement without an answer may have added,
                                                         or taken, at whatever later time */
    bool unknown;                                     /* there are statements of which nothing is known */
};

/* A statement of so many rows has ended. met: that were there, as the server counts them, or MET_UNTOLD; doubtful: a try of it had
 * got no answer. */
void balance_add(struct balance *, enum movement, uint64_t rows, uint64_t met, enum call_outcome, bool doubtful);
/* Rows that were deleted or put have been brought back to what was loaded; inserted ones are still there. */
void balance_heal(struct balance *);
/* What a table must have of which so many rows were loaded. False: nobody knows. */
bool balance_bounds(const struct balance *, uint64_t loaded, uint64_t *least, uint64_t *most);

#endif
