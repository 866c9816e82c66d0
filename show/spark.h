/* spark.h - how durations are distributed, in a few characters:  ▂█▃▁   ▁  */
#ifndef SHOW_SPARK_H
#define SHOW_SPARK_H

#include "base/buf.h"
#include "vm/hist.h"

enum { SPARK_CELLS = 8 };

/* The cells cut low … high (ns, low above 0) into parts of equal ratio; what lies beyond goes into the outer
 * ones. Heights are by the square root of the share, so that a tail is seen; a cell that holds nothing is
 * blank. hist MAY be NULL. */
void spark_put(struct buf *, const struct hist *, double low, double high);

#endif
