/* points.h - where in a sweep something holds, in words. */
#ifndef FINDINGS_POINTS_H
#define FINDINGS_POINTS_H

#include "results/results.h"

/* An entry of each point of a sweep, and whether it is meant: "all 5 points of the sweep", "share 100% to
 * 50%", "clients 1, 8", "share 0%, clients 4; share 0%, clients 8", "9 of 20 points of the sweep". */
void points_put(struct buf *, const struct result_entry *const *points, const bool *meant, size_t n);
void points_put_swept(struct buf *, const struct result_entry *);     /* "share and clients": what the sweep
                                                                         changes */

#endif
