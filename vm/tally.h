/* tally.h - what a worker counts while it runs. Each worker has its own; they are merged at the end.
 *
 * Accounting, of requests whose intended start lies within the measured time:
 *   requests = answered + errors            response, service, wait: one entry for each answered request
 *   arrivals = requests + skipped           (open loop; skipped: over the latency limit before they began)
 * A request is one query of a client; a call is one planned request of it; a trip is one exchange on the wire. */
#ifndef VM_TALLY_H
#define VM_TALLY_H

#include "base/error.h"
#include "vm/check.h"
#include "vm/hist.h"

enum { ERROR_CLASSES = 11, ERROR_WORDS = 400 };        /* index: -error_code */

struct tally {
    struct hist *response, *service;                  /* ns: from the intended start, from the actual start */
    struct hist *wait, *lag;                          /* ns: for a connection; from the intended to the actual start (open loop) */
    uint64_t requests, errors, skipped;
    uint64_t calls, trips, retries, throttles, rows, bytes;
    double units;                                     /* consumed, as the service measured them */
    bool measured_units;
    uint64_t error_counts[ERROR_CLASSES];
    char error_words[ERROR_CLASSES][ERROR_WORDS];     /* the first of each class */
    uint64_t from_ns, to_ns;                          /* the measured time (clock_ns) */
    uint64_t cpu_ns;                                  /* of the worker's thread within it */
    struct mismatch mismatch;                         /* the first wrong answer */
    struct error fatal;                               /* why it ended early; code 0: it did not */
};

void tally_init(struct tally *);
void tally_release(struct tally *);
void tally_merge(struct tally *into, const struct tally *from);

#endif
