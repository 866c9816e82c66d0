/* expect.h - holds a run's expectations, and what --fail-if says, against what was measured. */
#ifndef REPORT_EXPECT_H
#define REPORT_EXPECT_H

#include "report/results.h"

/* Evaluates those that apply to the entry's backend and adds them to the results; with `fail_if` they say what must not hold. A figure that
 * does not exist is never what was wanted. An error rate or a count of a latency-free entry is a figure; a percentile of no request is none. */
void expect_evaluate(struct results *, const struct result_entry *, const struct ir_expect *expects, uint32_t n, bool fail_if);
uint32_t expect_failures(const struct results *);

void expect_put_what(struct buf *, const struct result_expectation *);    /* "p99 < 79ms", "--fail-if 'p99 > 50ms'" */
/* What was found in place of what was wanted, by how much it is off, and how sure that is:
 * "84.1 ms (81.0 ms to 88.2 ms), 6.5 % above", "no figure: nothing was answered". */
void expect_put_missed(struct buf *, const struct result_expectation *);

#endif
