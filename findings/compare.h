/* compare.h - which of two is faster: entries of one run and sweep point, and entries against those of an
 * earlier result.
 *
 *   backends     with one strategy, each against the fastest of them (by p99)
 *   strategies   on one backend, each against the fastest of them
 *   baseline     each entry against the baseline's of the same run, sweep point, strategy and backend
 *
 * A difference is claimed only where all of this holds:
 *   - its 95 % interval lies beyond the noise threshold (results.noise, 2 % if nothing else is said), so that it excludes zero too;
 *   - it still does after Holm's correction over all comparisons of the same two names in the result: of results that compare
 *     equals, at most 5 % claim any difference at all;
 *   - all rounds have it with the same sign.
 * One server under two names is not compared with itself. What is not ranked is compared with nothing: its
 * figures are not the backend's, or are wrong. */
#ifndef FINDINGS_COMPARE_H
#define FINDINGS_COMPARE_H

#include "findings/stats.h"

enum comparison_kind { COMPARISON_BACKENDS, COMPARISON_STRATEGIES, COMPARISON_BASELINE };
enum comparison_verdict { VERDICT_NONE_FOUND, VERDICT_FASTER, VERDICT_SLOWER, VERDICT_UNKNOWN };   /* UNKNOWN: the rounds carry no difference */

struct comparison {
    enum comparison_kind kind;
    const struct result_entry *entry, *against;       /* against: of the baseline's results where kind is
                                                         that and they are available */
    enum metric metric;                               /* p50, p99; throughput where the loop is closed */
    double value, other;                              /* the metric of both */
    struct stats_difference difference;               /* of entry against `against`; nothing in it where
                                                         the verdict is UNKNOWN */
    enum comparison_verdict verdict;                             /* of entry */
    const char *why;                                  /* static: what a claim lacks; NULL where there is
                                                         one */
};

/* Makes r->comparisons anew: after results_sort, and after the baseline is set. */
void compare_results(struct results *);
/* One comparison by itself, not among the others: claimed by its own interval. */
struct comparison compare_entries(const struct results *, const struct result_entry *,
                                  const struct result_entry *against, enum metric);
bool compare_has(enum metric);                        /* it is one of those that are compared */
/* The comparison of these two that was made; NULL: there is none. */
const struct comparison *compare_find(const struct results *, const struct result_entry *,
                                      const struct result_entry *against, enum metric);

/* How many times as long p99 is as the best one's: "19.9×", or "~19.9×" where the rounds do not tell them
 * apart, which is true; "same server". Nothing where one of both has none, or is not ranked. */
bool comparison_put_ratio(struct buf *, const struct results *, const struct result_entry *,
                          const struct result_entry *best);
/* Whether the rounds do not tell the two apart by p99. */
bool comparison_is_unsure(const struct results *, const struct result_entry *, const struct result_entry *against);
extern const char comparison_ratio_legend[];          /* what the sign says */

const char *verdict_name(enum comparison_verdict);               /* "faster", "slower", "no difference
                                                                    found", "not known" */
const char *comparison_kind_name(enum comparison_kind);   /* "backends" */
/* "slower by 34 % (28 % to 41 %)", "no difference found (-3 % to +5 %)", "not known: too few rounds or
 * requests"; where the interval is wider than that is worth: "too noisy to tell: measure longer,
 * -T 30s". */
void comparison_put(struct buf *, const struct comparison *);

#endif
