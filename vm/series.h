/* series.h - a measurement over time: slices of equal length, so that a report can draw what happened when,
 * and can tell how much the figures waver within a round.
 *
 *   from      + length    + 2 length            the slice that `at` names takes what is answered before `until`
 *   |-----------|-----------|-- - -
 *
 * Nobody knows beforehand how long a measurement will be: when all slices are in use, neighbours are folded
 * into one and the length doubles. So there are never more than SERIES_SLICES, all of their memory is there
 * from the beginning, and of two series that began with the same length one's is the other's times a power of
 * two. Times are clock_ns; one thread writes at a time. */
#ifndef VM_SERIES_H
#define VM_SERIES_H

#include "vm/hist.h"

enum { SERIES_SLICES = 32 };

struct slice {                                        /* of what was answered, or failed, within it */
    uint64_t errors, retries, throttles;
    struct hist *response;                            /* its count is that of the answered requests */
};

struct series {
    uint64_t from, length, until;
    uint32_t at;                                      /* the slice in use; those after it are empty */
    struct slice slices[SERIES_SLICES];
};

struct series *series_new(uint64_t length_ns);
void series_free(struct series *);                    /* NULL is fine */
void series_begin(struct series *, uint64_t from);    /* before the first use; the series is empty */
void series_advance(struct series *, uint64_t now);
/* The beginnings are laid upon each other: workers begin at the same moment, to the time that a thread takes
 * to start. */
void series_add(struct series *into, const struct series *from);
void series_sum(const struct series *, struct hist *into);    /* all response times */

static inline struct slice *series_at(struct series *s, uint64_t now)
{
    if (__builtin_expect(now >= s->until, 0))
        series_advance(s, now);
    return &s->slices[s->at];
}

#endif
