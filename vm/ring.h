/* ring.h - single requests on their way from a worker to the thread that writes them, in memory of a fixed
 * size.
 *
 *        taken        put
 *          v           v
 *   | free | waiting | free |        both only grow; a place is their rest by the number of places
 *
 * The worker puts, one other thread takes, and neither waits for the other: where no place is free the
 * request is lost, and counted. */
#ifndef VM_RING_H
#define VM_RING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { RING_PLACES = 1 << 15 };                       /* some megabytes for a worker */
enum ring_status { RING_ANSWERED, RING_FAILED, RING_SKIPPED };    /* skipped: never sent */

struct ring_request {
    uint64_t intended, started, ended;                /* clock_ns; started: passed to a connection; it and
                                                         ended are 0 where it never was */
    uint64_t number;                                  /* of the client's requests */
    uint32_t client;
    uint32_t query;                                   /* of the mix; of what was skipped it is not known */
    uint8_t status, fault;                            /* enum ring_status; where it failed, enum fault */
};

struct ring {
    _Alignas(64) atomic_ullong put;
    uint64_t seen_taken;                              /* the worker's: what it last saw of the other, so that
                                                         it seldom looks */
    uint64_t lost;                                    /* the worker's, until it has ended */
    _Alignas(64) atomic_ullong taken;
    struct ring_request requests[RING_PLACES];
};

struct ring *ring_new(void);
void ring_free(struct ring *);                        /* NULL is fine */

static inline void ring_put(struct ring *r, const struct ring_request *q)
{
    uint64_t at = atomic_load_explicit(&r->put, memory_order_relaxed);
    if (at - r->seen_taken == RING_PLACES)
        r->seen_taken = atomic_load_explicit(&r->taken, memory_order_acquire);
    if (at - r->seen_taken == RING_PLACES) {
        r->lost++;
        return;
    }
    r->requests[at % RING_PLACES] = *q;
    atomic_store_explicit(&r->put, at + 1, memory_order_release);
}

static inline bool ring_take(struct ring *r, struct ring_request *q)
{
    uint64_t at = atomic_load_explicit(&r->taken, memory_order_relaxed);
    if (at == atomic_load_explicit(&r->put, memory_order_acquire))
        return false;
    *q = r->requests[at % RING_PLACES];
    atomic_store_explicit(&r->taken, at + 1, memory_order_release);
    return true;
}

#endif
