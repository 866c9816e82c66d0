/* errors.h - what went wrong, in one line. */
#ifndef FINDINGS_ERRORS_H
#define FINDINGS_ERRORS_H

#include "results/results.h"

/* Most frequent first: "errors: 12 of 10,000 (0.12 %): 10 deadlock, 2 lost connection; first: …" (of each
 * class, where there are several). */
void errors_put(struct buf *, const struct tally *);

#endif
