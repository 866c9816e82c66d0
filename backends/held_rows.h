/* held_rows.h - rows of an answer on their way from one thread to another: copied by the one, reported by the
 * other. What they took stays for the next ones, so that a warm one allocates nothing. */
#ifndef BACKENDS_HELD_ROWS_H
#define BACKENDS_HELD_ROWS_H

#include "backends/wire.h"
#include "base/buf.h"

struct held_rows {                                    /* {0}: none */
    const struct step **steps;                        /* of each row */
    struct value *values;                             /* row by row; those of bytes have an offset for a
                                                         pointer */
    size_t rows, steps_room, used, values_room;
    struct buf bytes;
};

void held_rows_add(struct held_rows *, const struct step *, const struct value *);
/* How much memory the rows take. */
size_t held_rows_size(const struct held_rows *);
/* Reports them as those of a call, in their order; none are left. */
void held_rows_give(struct held_rows *, struct call *);
void held_rows_release(struct held_rows *);

#endif
