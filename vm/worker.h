/* worker.h - one thread's share of a run: its clients (fibers of the interpreter), its connections, its event
 * loop, its counts. Workers share nothing but the flag that asks them to stop. A worker is made, run once,
 * read, and freed. */
#ifndef VM_WORKER_H
#define VM_WORKER_H

#include <stdatomic.h>

#include "proof/history.h"
#include "vm/check.h"
#include "vm/program.h"
#include "vm/ring.h"
#include "vm/tally.h"
#include "vm/trace.h"
#include "vm/window.h"

struct worker_setup {
    const struct program *program;                    /* verified */
    const struct instance *instance;
    struct loop *loop;
    struct session *session;                          /* prepared for all of the program's requests */
    uint32_t connections;                             /* places for calls */
    uint32_t depth;                                   /* of a connection of the session: places that come and
                                                         go together; 0: one */
    uint32_t clients, first_client;                   /* this worker's, and the run's number of the first */
    bool as_needed;                                   /* open loop: a client comes into being when all others
                                                         wait for answers, up to `clients`; all are
                                                         first_client, of one sequence of requests */
    uint32_t all_clients;                             /* of the whole run */
    double rate;                                      /* open loop: this worker's arrivals a second, a Poisson
                                                         process; 0: closed loop */
    uint64_t seed;                                    /* of the run's key streams */
    const uint64_t *asked;                            /* the keys of its requests, one each, for_requests of
                                                         them; NULL: they are drawn */
    bool at_rest;                                     /* what it reads stands so, and is written by nobody */
    uint32_t turn;                                    /* of the versions of what it writes: each stretch of
                                                         driving has its own */
    uint64_t first_request;                           /* every client's first request number (rounds go on
                                                         counting) */
    uint64_t warmup_ns, for_ns, for_requests;         /* one of the last two; for_requests is this worker's
                                                         share */
    uint64_t latency_limit_ns;                        /* open loop: requests later than this before they begin
                                                         are skipped; 0: none */
    uint64_t silence_limit_ns;                        /* nothing answered for so long, with calls to be
                                                         answered: give up. Also, or for_ns where that is
                                                         longer, what calls may take beyond the measured
                                                         time */
    enum verify verify;
    bool unthinking;                                  /* no pauses between requests */
    const atomic_bool *stop;                          /* asks to end soon: what is in flight is waited for */
    atomic_ullong *answered;                          /* counts requests as they are answered, for a progress
                                                         display; may be NULL */
    struct ring *ring;                                /* of measured requests, for a log; may be NULL */
    struct window *window;                            /* response times for the same; may be NULL */
    struct history *history;                          /* of what is written and read of watched keys; may be
                                                         NULL */
    bool unsure;                                      /* what was sent in an earlier turn may still arrive */
    uint64_t gained;                                  /* fresh keys that earlier turns may have taken */
    bool heals;                                       /* its writes bring back what was loaded */
    const uint64_t *values_of;                        /* see struct drive */
    struct touched *touched;                          /* by table id: rows that are put or deleted are marked;
                                                         NULL: none is */
};

struct worker_result {
    uint32_t clients;                                 /* that came into being */
    uint32_t at_once;                                 /* the most requests that were with the backend at one
                                                         time */
    struct tally *tally;                              /* its error messages live as long as the worker */
    uint64_t from_ns, to_ns;                          /* the measured time (clock_ns), to the last answer */
    uint64_t over_ns;                                 /* clock_ns, when the worker had nothing more to do: the
                                                         end of its CPU time */
    uint32_t at_work;                                 /* closed loop: clients that were asked for a
                                                         request, */
    uint64_t at_work_ns;                              /* and how long each of them was measured, all
                                                         together */
    bool unanswered;                                  /* it ended with calls on their way */
    bool unsure;                                      /* a write got no answer, and may still arrive */
    uint64_t fresh;                                   /* fresh keys that a client has taken, at most */
    bool measured_units;                              /* the service said what requests consumed */
    struct mismatch mismatch;                         /* wrong answers */
    const struct trace *slowest;                      /* of the requests that were followed; response 0: none
                                                         was */
    struct error fatal;                               /* why it ended early; code 0: it did not */
};

struct worker;
struct worker *worker_new(const struct worker_setup *);
void worker_run(struct worker *);
const struct worker_result *worker_result(const struct worker *);
void worker_free(struct worker *);

#endif
