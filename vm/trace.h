/* trace.h - where the time of one slow request went: every Nth request is followed, and the slowest of those
 * is kept.
 *
 *   intended   started   sent      first row   done             sent      done      ended
 *   |~~~~~~~~~~|---------|~~~~~~~~~|===========|----- - - ------|~~~~~~~~~|---------|
 *     late        waits for a        rows          call after call, or side by side
 *                 connection
 *
 * Times are ns since the intended start. A worker follows one request at a time; nothing is allocated while
 * it does. */
#ifndef VM_TRACE_H
#define VM_TRACE_H

#include <stdbool.h>
#include <stdint.h>

struct request;

enum { TRACE_CALLS = 64, TRACE_EVERY = 31 };          /* a prime: no rhythm of the program's hides what it
                                                         skips */

struct trace_call {
    const struct request *request;
    uint64_t asked, sent, first_row, done;            /* asked: the client was ready to send it; first_row 0:
                                                         it brought no row */
    uint32_t trips, rows;
};

struct trace {
    uint64_t response;                                /* ns from intended start to end; 0: nothing was
                                                         followed */
    uint64_t started;
    uint32_t client;
    uint64_t number;                                  /* of the client's requests */
    uint32_t ncalls, left_out;                        /* left_out: calls beyond TRACE_CALLS */
    uint64_t followed;                                /* requests of which this is the slowest */
    struct trace_call calls[TRACE_CALLS];
};

#endif
