/* await.h - waiting for a server on a connection that is used by one statement after the other: while tables
 * are made, loaded, sealed and dropped. A statement may take as long as it takes (an index of a large table),
 * and no server may hold us for ever:
 *
 *   nothing comes for `silence_timeout`  the server is asked over a new connection. One that answers is waited for on; else it is given up
 *   a wish to stop comes meanwhile       the statement is cancelled, and given up soon where that does not help
 *   a wish to stop was there before      it belongs to clearing up, and has a few seconds
 *
 * What was given up leaves the connection unusable: each further statement fails at once; open another. */
#ifndef BACKENDS_AWAIT_H
#define BACKENDS_AWAIT_H

#include <stdatomic.h>

#include "backends/attempt.h"

struct await {
    const struct instance *inst;
    const struct attempt_kind *kind;                  /* a connection is opened to ask; of use 0 */
    void (*cancel)(const struct await *);             /* asks the server to end the statement; returns at
                                                         once; MAY be NULL */
    void *connection;                                 /* for cancel */
    const atomic_bool *given_up;                      /* MAY be NULL: besides inst->stop, and ends it at
                                                         once */
    bool brief;                                       /* the next statement takes no time: connect_timeout is
                                                         enough for it */
    /* inside */
    uint64_t begun, heard, stopped;                   /* clock_ns; stopped: when a wish to stop was seen, 0:
                                                         it was not */
    bool stopped_before;
    struct error over;                                /* why it was given up */
};

/* A statement begins. 0, or ERR_LOST where the connection was given up before. */
int await_begin(struct await *, struct error *);
/* Waits until the descriptor is ready for what is asked, LOOP_READ | LOOP_WRITE, or ms (-1: no matter) are
 * over. Returns what it is ready for; 0: the time is over; -1: it was given up, and the descriptor shut down,
 * so that the next reader sees its end. */
int await_ready(struct await *, int fd, unsigned events, int ms);
/* What a statement that has failed is to be reported as: the words are the server's, or the reason for which
 * it was given up. */
int await_fail(const struct await *, int code, const char *words, struct error *);

#endif
