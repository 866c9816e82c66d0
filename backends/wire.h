/* wire.h - how requests reach a database: the sessions of one backend, and the calls that are in flight on
 * them.
 *
 * A session is one thread's connections, and belongs to that thread. open and prepare block, before the clock
 * starts; from then on nothing here does: calls end through the thread's event loop. A backend whose client
 * library only blocks is written as a struct blocking (backends/blocking.h), which makes this of it. */
#ifndef BACKENDS_WIRE_H
#define BACKENDS_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/loop.h"

struct error;
struct instance;
struct request;
struct session;                                       /* each backend's own */
struct step;
struct value;

/* One request of a client on its way. The scheduler owns it; a wire may use `driver` as it likes between
 * submit and done. */
struct call {
    const struct request *request;
    const struct value *keys;                         /* by register */
    const uint64_t *ordinals;                         /* the same keys, by register */
    uint32_t client;                                  /* whose it is: what a service calls a session is a
                                                         client's */
    /* The wire reports each row as it is decoded (values in the order of step->columns, valid during the
     * call) … */
    void (*row)(struct call *, const struct step *, const struct value *values);
    /* … and then that all is done; after that it must not touch the call. Filled before: */
    void (*done)(struct call *);
    enum call_outcome outcome;
    enum fault fault;                                 /* why, where it is not CALL_OK */
    const char *words;                                /* the server's own, valid during done; NULL where all
                                                         is well */
    uint32_t trips;                                   /* requests on the wire, retries included */
    uint32_t retries;                                 /* sent again: throttled, unprocessed keys, a kept-alive
                                                         connection that was closed */
    uint32_t throttles;                               /* refusals for load among them */
    double units;                                     /* consumed, as the service measured them; negative: it
                                                         did not say */
    uint64_t bytes;                                   /* of the reply */
    uint64_t met;                                     /* rows that its statements have changed, as the server
                                                         counts them; MET_UNTOLD where it does not */
    void *driver;
    void *owner;
};

/* Before done: it failed, with an outcome that follows from the fault. */
static inline void call_fail(struct call *c, enum fault fault, const char *words)
{
    c->outcome = fault_leaves_open(fault) ? CALL_UNKNOWN : CALL_FAILED;
    c->fault = fault;
    c->words = words;
}

/* Who is notified when connections of a session come and go. */
struct session_listener {
    /* up false: connection 0 … connections-1 takes no calls any more; it is being opened again. Calls that
     * are in flight on it are completed after this. Repeated with a code and words each time that an attempt
     * to open it has failed (else they are 0 and NULL). up true: all its places are idle. */
    void (*changed)(struct session_listener *, uint32_t connection, bool up, int code, const char *words);
};

struct session_options {
    uint32_t connections;
    uint32_t max_tries;                               /* of a throttled or partly answered request; 1: no
                                                         retry */
};

/* MUST be filled in unless it says MAY. open and prepare return 0 or a negative error_code with *err
 * filled. */
struct wire {
    uint32_t handles;                                 /* file handles that one connection takes: 1; of an
                                                         embedded database: its files */
    int (*open)(const struct instance *, struct loop *, const struct session_options *, struct session **,
                struct error *);
    /* Readies all connections for these requests: connects, prepares statements. The requests outlive the
     * session. */
    int (*prepare)(struct session *, const struct request *const *, uint32_t n, struct error *);
    /* How many calls one connection can have in flight. MAY be NULL: one. */
    uint32_t (*depth)(const struct instance *);
    /* Sends a call on connection 0 … connections-1, which is idle; where there is a depth, connections *
     * depth numbers stand for the places on them, each for one call: place p is on connection p %
     * connections. Completion comes through the loop, or at once, before submit returns. */
    void (*submit)(struct session *, uint32_t connection, struct call *);
    /* Connections break. The wire notices, also while they are idle, and opens them again beside the loop,
     * without blocking it, however long that takes: they are not idle meanwhile, and nothing is submitted to
     * them. The listener (NULL: none any more) is notified at once of those that are down. MAY be NULL: a
     * connection is always up, and what fails on it fails a call. */
    void (*listen)(struct session *, struct session_listener *);
    /* The CPU time that threads of the session's own have used so far. MAY be NULL: it has none. */
    uint64_t (*cpu_ns)(struct session *);
    void (*close)(struct session *);                  /* no call is in flight, or none of them will be
                                                         reported any more */
};

#endif
