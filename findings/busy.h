/* busy.h - a machine that had other work: its scheduler is in the percentiles, whatever the backend. */
#ifndef FINDINGS_BUSY_H
#define FINDINGS_BUSY_H

#include "results/results.h"

/* A sentence where the workers of some entry waited for a CPU for more than 5 % of the time that was
 * measured, and that was half a second; else nothing. A hundredth of the time is enough for a p99, but a p99 that is to be trusted beside
 * others is lost only where such waits are a habit. */
void busy_put(struct buf *, const struct results *);

#endif
