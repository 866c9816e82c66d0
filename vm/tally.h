/* tally.h - what was counted in one stretch of measuring, by one worker or by all together.
 *
 * A mix has a tally for each of its queries besides: their sum is the whole, but for starts that nobody got
 * to, which are of no query.
 *
 * Of the requests whose intended start lies within it: requests + errors + skipped = those that were due, and
 * response->count = service->count = requests (errors never count as fast answers). Durations are ns. */
#ifndef VM_TALLY_H
#define VM_TALLY_H

#include <stdbool.h>

#include "base/fault.h"
#include "vm/series.h"

struct tally_class { uint64_t count; const char *first; };    /* how often, and the first message, the
                                                                 server's words kept */

struct tally {
    uint64_t requests;                                /* answered, completely and without an error */
    uint64_t errors, retries, throttles;
    uint64_t unknown;                                 /* of the errors: sent, and never answered */
    uint64_t skipped;                                 /* open loop with a latency limit: due, too late to be
                                                         sent */
    uint64_t rows, bytes;                             /* of the replies */
    uint64_t trips;                                   /* on the wire, retries included */
    uint64_t watched, stale;                          /* reads of rows that were watched while they were written;
                                                         of them older than an acknowledged write */
    double units, write_units;                        /* consumed, as measured or modelled; of them by requests
                                                         that write */
    double seconds;                                   /* of measuring; closed loop: of the mean client, with
                                                         its last think time */
    double wall;                                      /* that its workers took, until the last had nothing
                                                         more to do; 0: the same */
    uint64_t cpu_ns;                                  /* of all workers of the client together */
    uint64_t cpu_waited_ns;                           /* of them: ready to run, while others had the CPUs; 0
                                                         too where nobody says */
    struct tally_class classes[FAULT_COUNT];          /* of the errors, by what failed */
    struct hist *response, *service, *wait, *lag;     /* of requests: as felt; of the calls' own time; for a
                                                         connection; behind schedule. Each MAY be NULL: not
                                                         measured */
    struct hist *staleness;                           /* how long ago that write was acknowledged when they began;
                                                         NULL: none was stale */
    struct series *series;                            /* the responses, errors and retries again, by the time
                                                         they came; MAY be NULL */
    struct tally *queries;                            /* of a mix, in its order; they have none themselves */
    uint32_t nqueries;
};

/* With all four histograms, without a series, on the heap. */
struct tally *tally_new(void);
void tally_free(struct tally *);                      /* NULL is fine */
void tally_release(struct tally *);                   /* what it holds, of one that is a member of another
                                                         struct */
void tally_reset(struct tally *);
/* With a tally for each of n queries, as it has itself. */
void tally_part(struct tally *, uint32_t n);
/* Adds its queries' to the whole. */
void tally_sum_up(struct tally *);
/* Seconds are not added: workers measure side by side. Class messages are shared, not copied. */
void tally_add(struct tally *into, const struct tally *from);
void tally_add_stale(struct tally *, uint64_t age);
/* words live as long as the tally is used. */
void tally_add_error(struct tally *, enum fault, enum call_outcome, const char *words);

#endif
