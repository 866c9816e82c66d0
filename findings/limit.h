/* limit.h - what held an entry back, so that its figures are taken for whose they are.
 *
 *   client cpu    the client used more than 85 % of its workers' time (an embedded database's work is within that time: not there)
 *   client lag    requests were begun late, though a client was free to begin them: at p50, p90, p95 or p99 by more than 5 % of the
 *                 response there; in a closed loop, where it delays no other request, at p99 by more than half of the response
 *   rate          the backend carried less than 95 % of the rate that was offered
 *   clients       requests waited for one of the run's clients to be free
 *   turns         an embedded database answers one request of each worker at a time, and the others waited for their turn
 *   connections   they waited for a connection, at p99 by more than 10 % of the response
 *
 * Only the first two make the figures the client's: those are saturated, and not ranked. With the others the
 * figures are those of the backend, as it was asked. The order is that of precedence, but that lag which is
 * less than half of the response is of no account where the rate was not carried: there the queue, which is
 * the backend's, is what was measured. */
#ifndef FINDINGS_LIMIT_H
#define FINDINGS_LIMIT_H

#include "results/results.h"

enum limit { LIMIT_NONE, LIMIT_CLIENT_CPU, LIMIT_CLIENT_LAG, LIMIT_RATE, LIMIT_CLIENTS, LIMIT_TURNS,
            LIMIT_CONNECTIONS };

enum limit limit_of(const struct result_entry *);
bool limit_is_saturated(enum limit);                  /* the figures are the client's */
const char *limit_name(enum limit);                   /* "client cpu"; NULL of none */
/* What was found and what to do about it: "the client used 97 % of the CPU time of its 2 workers: …". Nothing
 * where the limit is none. */
void limit_put(struct buf *, const struct result_entry *);
void limit_put_again(struct buf *, const struct result_entry *);   /* its figures alone, where what
                                                                      they mean was said before */
/* Of the entries first … end-1 of a point, those of i's backend that the same held back, where i is the first of
 * them: the one with the greatest p99, whose words say it, and their strategies. NULL: nothing held i back, or
 * it is not the first. */
const struct result_entry *limit_group(const struct results *, size_t first, size_t i, size_t end,
                                       struct buf *strategies);
/* The probability that an arrival finds all of so many clients busy, of which `busy` are at work on
 * average (Erlang C). */
double limit_all_busy(double busy, double clients);

#endif
