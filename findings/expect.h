/* expect.h - holds a run's expectations, and what --fail-if says, against what was measured. */
#ifndef FINDINGS_EXPECT_H
#define FINDINGS_EXPECT_H

#include "results/results.h"

/* Evaluates those that apply to the entry's backend and adds them to the results; with `fail_if` they say
 * what must not hold. What does not exist, or is the client's (of a saturated one: times and throughput), is
 * not judged: it neither holds nor fails, and never passes. An error rate or a count of a latency-free entry
 * is a figure; a percentile of no request is none. */
void expect_evaluate(struct results *, const struct result_entry *, const struct ir_expect *expects,
                     uint32_t n, bool fail_if);
/* Of results that were read: what their figures say, not what somebody wrote beside them. What has no figures
 * there is not measured. */
void expect_judge_again(struct results *);
bool expect_is_of(const struct result_expectation *, const struct result_entry *);

enum expect_verdict { EXPECT_HELD, EXPECT_FAILED, EXPECT_NOT_MEASURED };
enum expect_verdict expect_verdict(const struct result_expectation *);
const char *expect_verdict_name(enum expect_verdict); /* "held", "failed", "not measured" */
uint32_t expect_count(const struct results *, enum expect_verdict);

/* What a file expects once of a run is held against each measurement of it. */
struct expect_group { const struct result_expectation *first; uint32_t total, of[3]; };   /* of: by verdict */
bool expect_is_same(const struct result_expectation *, const struct result_expectation *);
/* Those that read like the one at this place; false: so does an earlier one. */
bool expect_group(const struct results *, size_t at, struct expect_group *);
void expect_put_share(struct buf *, uint32_t some, uint32_t total);       /* " in 3 of 9 measurements";
                                                                             nothing of one */

void expect_put_figure(struct buf *, const struct result_expectation *);  /* "p99", "find.service.p99" */
void expect_put_what(struct buf *, const struct result_expectation *);    /* "p99 < 79ms", "--fail-if 'p99 >
                                                                             50ms'" */
/* A figure that rounds have, so that there is an interval of it where there are enough of them and of
 * requests; and what that takes: "3 rounds and 1000 requests". */
bool expect_wants_interval(const struct result_expectation *);
void expect_put_needed(struct buf *, enum metric);
/* What was found in place of what was wanted, by how much it is off, and how sure that is: "116 ms (uncertain:
 * too few rounds or requests), 47 % above", "84.1 ms (81.0-88.2), 6.5 % above", "not judged: the
 * client was saturated". */
void expect_put_missed(struct buf *, const struct result_expectation *);

#endif
