/* busy.h - a machine that had other work: its scheduler is in the percentiles, whatever the backend. */
#ifndef FINDINGS_BUSY_H
#define FINDINGS_BUSY_H

#include "results/results.h"

/* A sentence where the workers of some entry waited for a CPU for more than 5 % of the time that was
 * measured, and that was half a second; else nothing. A hundredth of the time is enough to affect a p99, but only frequent waits make it useless for
 * comparisons. */
void busy_put(struct buf *, const struct results *);

#endif
