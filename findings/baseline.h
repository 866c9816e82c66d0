/* baseline.h - an earlier result to compare this one with: whether the two are comparable, and what has
 * changed since. */
#ifndef FINDINGS_BASELINE_H
#define FINDINGS_BASELINE_H

#include "base/error.h"
#include "results/results.h"

/* A baseline of another workload, seed, params, tables or requests measured something else: ERR_USAGE, and
 * err says what differs. Entries count by run and sweep point, so that `now` may be what is about to be
 * measured. Runs and points that only one has are allowed. */
int baseline_check(const struct results *now, const struct results *base, const char *name,
                   struct error *err);

/* Makes it the baseline: after all is measured, before compare_results. base must outlive now. What is not as
 * it was then (the machine, the versions, how many clients; what one of them lacks) is noted in
 * now->baseline_notes. */
void baseline_set(struct results *now, const struct results *base, const char *name);

/* The baseline's entry of the same run, sweep point, strategy, backend, clients and rate;
 * NULL: there is none. */
const struct result_entry *baseline_find(const struct results *base, const struct result_entry *);
/* The same whatever its clients and rate; and how those differ, in words of now's arena, or NULL. */
const struct result_entry *baseline_find_anyhow(const struct results *base, const struct result_entry *);
const char *baseline_other_load(struct results *now, const struct result_entry *,
                                const struct result_entry *then);

#endif
