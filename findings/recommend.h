/* recommend.h - which backend and strategy to take, by the rules of docs/results.md:
 *
 *   an entry qualifies     where it is ranked and holds all of its run's expectations for sure: the interval of a figure that has one lies
 *                          on the right side of the limit
 *   recommended is         of those that qualify and have a price, the one of least cost per million requests, all at one rate
 *                          (costs_settle); of equal cost (to within the noise threshold) the one of least p99
 *   by speed alone         where none of those that qualify has a price, the one of least p99, with the setting that would give it one
 *   in doubt               where others that would do as well by price are not shown to have a greater p99; the same sentence says so
 *   the next cheaper       the dearest of those that cost less and do not qualify, and what it lacks
 *   nothing is             where the run expects nothing, nothing is ranked, or nothing qualifies
 *
 * One point of a sweep at a time; a run's text says how it depends on what is swept. */
#ifndef FINDINGS_RECOMMEND_H
#define FINDINGS_RECOMMEND_H

#include "findings/doubt.h"

struct recommended {                                  /* at one point of a run */
    size_t first, end;                                /* its entries in the results */
    const struct result_entry *entry;                 /* NULL: none, and `why_not` says why */
    const char *why_not;
    bool by_speed;                                    /* it has no price, nor has any other that qualifies */
    struct doubt doubt;                               /* of those that qualify and are as good by price: what
                                                         is not shown to be slower */
    const struct result_entry *fastest;               /* of those that qualify and have no price; MAY be
                                                         NULL */
    uint32_t qualified, unpriced;                     /* how many qualify; of them: without a price */
    const struct result_entry *other;                 /* the next cheaper; where there is no `entry` the one
                                                         that lacks least; MAY be NULL */
    const char *lacks;                                /* what would have to change for it: "p99 falls by 14 %,
                                                         from 92.0 ms to 79.0 ms" */
};

struct recommendation {                               /* for a run */
    const char *run, *text;                           /* text: sentences, for people */
    const struct result_entry *steady;                /* of a sweep: one that is nowhere shown to be slower than
                                                         what is recommended, nor dearer, though that
                                                         differs; NULL: there is none */
    const struct recommended *points;
    uint32_t npoints;
};

#define RECOMMEND_UNPRICED "No known price: "             /* what a line of the text begins with: backends that
                                                         qualify and have no price */

/* Makes r->recommendations anew: after results_sort and expect_evaluate. */
void recommend_results(struct results *);

#endif
