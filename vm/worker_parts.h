/* worker_parts.h - the inside of a worker, for interp.c, calls.c and worker.c only.
 *
 *   fiber   ARRIVE ... CALL ... WAIT ... DONE        a client; ready, sleeping until its start, or waiting for calls
 *   slot    a call in flight or waiting for a connection
 *
 *   CALL: a free slot, an idle connection? yes: submit. no: the slot joins the line of waiting calls.
 *   done: the slot is free, the connection takes the next of the line, the fiber becomes ready where it waited for this. */
#ifndef VM_WORKER_PARTS_H
#define VM_WORKER_PARTS_H

#include "base/clock.h"
#include "data/draw.h"
#include "data/rows.h"
#include "vm/worker.h"

enum fiber_state {
    FIBER_READY,                                      /* running, or in the line of those to be run */
    FIBER_SLEEPING,                                   /* until `intended`: its timer is set */
    FIBER_WAITING,                                    /* for calls: until at most wait_for are in flight */
    FIBER_ENDED,
};

enum { ERROR_WORDS = 400 };

/* What is counted of one query of the mix. */
struct counts {
    struct tally *tally;
    struct series *prompt;                            /* of the responses: those whose service time is the
                                                         same; added up at the end */
    char words[FAULT_COUNT][ERROR_WORDS];             /* of the first error of each class */
};

struct fiber {
    _Alignas(struct value) uint32_t pc, in_flight, wait_for, dice;
    enum fiber_state state;
    bool failed, recorded, paced;                     /* paced: its start was taken from the schedule of
                                                         arrivals */
    enum fault fault;                                 /* of the first of its calls that failed */
    uint32_t client;
    struct counts *counts;                            /* of the query that it asks */
    uint64_t n;                                       /* its request's number */
    uint64_t begun, share;                            /* closed loop, counted requests: of those that are
                                                         recorded, and how many are its own */
    uint64_t intended, started, ended;                /* clock_ns; ended: of the last request, with its think
                                                         time: the client is free from then on */
    uint64_t handed;                                  /* clock_ns, when the first of its calls got a
                                                         connection; 0: none has yet */
    uint64_t keys_taken;                              /* fresh keys that it has taken */
    uint64_t unthought;                               /* of the last think time what would have come after the
                                                         end */
    uint64_t since;                                   /* the intended start of the first that is recorded; 0:
                                                         none is yet */
    uint64_t waited;                                  /* ns in which one or more of its calls stood in line
                                                         for a connection */
    uint64_t waiting_since;                           /* clock_ns; while nwaiting is not 0 */
    uint32_t nwaiting;                                /* calls in line */
    struct rng rng;
    struct timer timer;
    struct fiber *next;
    struct worker *worker;
    struct value *keys;                               /* registers; all fibers' come after the last fiber */
    uint64_t *ordinals;
    struct scratch scratch;                           /* the keys' bytes */
};

struct slot {
    struct call call;
    struct check check;
    struct fiber *fiber;
    struct slot *next;
    bool queued;                                      /* it stood in line for a connection */
    struct trace_call *trace;                         /* its request is followed; NULL: it is not */
    uint32_t connection;
    uint64_t sent;                                    /* clock_ns, before it was; where there is a history */
    unsigned char *came;                              /* the same: whether a row of a key did, by the keys
                                                         counted through the steps */
};

struct worker {
    struct worker_setup setup;
    const struct instr *code;
    const struct request *const *requests;
    struct sampler *samplers;                         /* by draw: which keys, */
    struct keys *makers;                              /* and what they look like */
    struct drawn drawn;                               /* those of the request that draws */
    struct worker_result result;
    struct counts *counts;                            /* by query; of a single one its tally is the whole */
    uint32_t ncounts;
    struct checker checker;
    struct fiber *fibers;                             /* setup.clients of them; their registers come after
                                                         them */
    uint32_t started, sleeping;                       /* of them: begun; sleeping until a start */
    uint64_t arrived;                                 /* as_needed: the next request's number */
    uint64_t keys_taken;                              /* as_needed: fresh keys that were taken */
    uint64_t nasked;                                  /* of setup.asked: taken by requests */
    struct fiber *ready, **ready_end;
    uint32_t alive;
    struct slot *free_slots, *waiting, **waiting_end;
    struct slot **blocks;                             /* all slots, for freeing */
    size_t nblocks;
    uint32_t max_steps, max_keys, max_places;         /* of the program's requests: see check_places */
    uint32_t *idle, nidle;                            /* places on connections that are up, as a stack */
    struct session_listener listener;                 /* first of its kind: a session's connections come and
                                                         go */
    bool *down;                                       /* by connection; its places are not idle */
    bool in_turn;                                     /* closed loop, and an embedded database answers within
                                                         submit: clients wait for each other */
    uint32_t nconnections, nup;
    uint32_t in_flight;                               /* submitted calls */
    uint32_t at_work;                                 /* requests that have calls with the backend */
    bool pumping;
    struct rng arrivals;
    uint64_t began;                                   /* clock_ns, of the run: all clients are free */
    double next_arrival;                              /* clock_ns of the next that no client has taken */
    uint64_t measure_from, measure_to;                /* to: UINT64_MAX where requests are counted */
    uint64_t begun;                                   /* of the requests that are recorded */
    uint64_t last_answer;                             /* clock_ns */
    uint64_t last_heard;                              /* clock_ns; when the server was last seen to be there,
                                                         to a look at it exactly */
    bool heard;                                       /* since that look */
    bool closing;                                     /* the time is over by far: what is in flight has a
                                                         moment left */
    uint64_t fresh;                                   /* clock_ns, read a moment ago; 0: too long ago (see
                                                         worker_now) */
    uint64_t untold;                                  /* requests answered and not yet in setup.answered */
    uint32_t lost_in_row;                             /* calls that failed for the server's absence, one after
                                                         the other */
    bool over;                                        /* no request begins any more */
    uint64_t cpu_from, cpu_waited_from;               /* when measuring began */
    bool knows_waited;                                /* the system says how long a thread waits for a CPU */
    struct fiber *followed;                           /* whose request is traced now; NULL: nobody's */
    uint32_t unfollowed;                              /* requests until the next that is */
    struct trace traces[2];                           /* of the request that is followed, and of the slowest
                                                         yet */
    struct trace *trace, *slowest;
};

/* The time, read anew only where something that takes long lies between. */
static inline uint64_t worker_now(struct worker *w)
{
    if (!w->fresh)
        w->fresh = clock_ns();
    return w->fresh;
}

/* interp.c: runs a fiber until it has to wait. */
void fiber_run(struct worker *, struct fiber *);
void fiber_make_ready(struct worker *, struct fiber *);

/* follow.c: traces of single requests. */
void follow_begin(struct worker *, struct fiber *);   /* a recorded request starts, and is one of those that
                                                         are followed */
void follow_call(struct worker *, struct slot *);     /* a call is about to be sent */
void follow_end(struct worker *, struct fiber *);     /* a followed request has ended */

/* calls.c */
void calls_open(struct worker *);
void calls_close(struct worker *);
void calls_send(struct worker *, struct fiber *, const struct request *);
void calls_listen(struct worker *);                   /* to the session: connections that are down get no
                                                         calls */
bool calls_gone(enum fault, enum call_outcome);       /* such a failure shows no server */

/* witness.c: what a call read, and what it wrote, into the history, if there is one. */
void witness_begin(struct worker *, struct slot *);
void witness_row(struct worker *, struct slot *, const struct step *, const struct value *values);
void witness_end(struct worker *, struct slot *);

/* make.c: what a request writes, into its registers. False: there is no version left to name it by. */
bool worker_make(struct worker *, struct fiber *, const struct request *);
/* worker.c: that ends the run. */
void worker_out_of_versions(struct worker *);
void worker_out_of_keys(struct worker *, const char *keyspace);
/* worker.c: the next start. False: the run is over. */
bool worker_next_start(struct worker *, struct fiber *);
/* A client has begun to wait for answers: is there another for the next start? */
void worker_relieve(struct worker *);
/* Into the ring, where there is one: a recorded request has ended, at f->ended. */
void worker_log(struct worker *, const struct fiber *, enum ring_status);
/* counts: this is the first failure of a recorded request, and goes into the tally. */
void worker_count_error(struct worker *, const struct fiber *, enum fault, enum call_outcome,
                        const char *words, bool counts);

#endif
