/* number.h - figures for people: three digits that count, at most seven characters, never NaN. */
#ifndef FINDINGS_NUMBER_H
#define FINDINGS_NUMBER_H

#include "base/buf.h"
#include "findings/figures.h"

struct time_unit { const char *name; double ns; };
/* The unit in which all of a table's times are written, by the greatest of its typical times: "µs", "ms" or
 * "s". */
struct time_unit number_time_unit(double ns);

void number_put(struct buf *, double v);              /* 0.012 1.23 12.3 123 1,234 12.3k 1.23M */
void number_put_count(struct buf *, double v);        /* whole, grouped: 999,999; above that as number_put */
void number_put_time(struct buf *, double ns, struct time_unit);    /* without the unit's name; whole above
                                                                       100 */
void number_put_duration(struct buf *, double ns);    /* "12.3 ms", in a unit of its own */
void number_put_interval(struct buf *, double ns, double low, double high);   /* "12.3 ms (11.9-12.8)", in
                                                                                 the unit of the first */
void number_put_percent(struct buf *, double share);  /* "12 %", "0.03 %" */
void number_put_bytes(struct buf *, double bytes);    /* "7.8 GiB" */
void number_put_figure(struct buf *, enum figure_unit, double v);   /* with its unit: "79.0 ms",
                                                                       "1,234/s", "$1.20", "0.5 %" */
/* The interval of such a figure, which is written before it: "78.1-80.3", "1,200/s to 1,300/s". */
void number_put_figure_range(struct buf *, enum figure_unit, double v, double low, double high);

#endif
