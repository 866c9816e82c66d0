/* baseline_judge.h - what could not be held against the baseline. */
#ifndef FINDINGS_BASELINE_JUDGE_H
#define FINDINGS_BASELINE_JUDGE_H

#include "results/results.h"

/* After compare_results, where the baseline is available: notes in now->unjudged what was measured then and
 * cannot be held against it now, and why: it was asked for with other clients or another rate, is not ranked
 * now, has too few rounds or requests, or its backend failed or was skipped. Where nothing at all could be
 * held against it, that. What only one of both has, or was not ranked then, is noted alone. */
void baseline_judge(struct results *now);

#endif
