/* power.h - how small a slow-down against the baseline would have been found: "no difference found" says as
 * little as that is much. */
#ifndef FINDINGS_POWER_H
#define FINDINGS_POWER_H

#include "results/results.h"

/* Of those without a difference found, at the one that is known least: how much slower (0.3: 30 % more
 * time, or as many times fewer requests) is found by the rules of compare.h. seconds: how long to
 * measure each for 30 % to be found, by the square root of the time; 0: long enough. False: there is
 * none. After compare_results. */
bool power_of_baseline(const struct results *, enum metric, double *slower, double *seconds);
bool power_is_weak(const struct results *);           /* twice as slow may be missed */
/* "Smallest slow-down it would have found everywhere: p50 +8 %, p99 3.2 times as long, throughput −12 %. …";
 * nothing where there is none. */
void power_put(struct buf *, const struct results *);

#endif
