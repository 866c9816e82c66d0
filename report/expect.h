/* expect.h - holds a run's expectations against what was measured. */
#ifndef REPORT_EXPECT_H
#define REPORT_EXPECT_H

#include "report/results.h"

/* Evaluates those that apply to the entry's backend and adds them to the results. A figure that does not exist is not what
 * was expected. An error rate or a count of a latency-free entry is a figure; a percentile of no request is none. */
void expect_evaluate(struct results *, const struct result_entry *, const struct ir_expect *expects, uint32_t n);
uint32_t expect_failures(const struct results *);

#endif
