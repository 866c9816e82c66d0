/* figures.h - what follows from the counts of a result: every report takes its figures from here, so that
 * all say the same. A figure that does not exist (no request was answered, no price is known) gives
 * false; none is ever NaN or infinite. Latencies are ns, throughput per second, costs US dollars, error
 * rate and CPU shares of 1. */
#ifndef FINDINGS_FIGURES_H
#define FINDINGS_FIGURES_H

#include "results/results.h"

bool figures_metric(const struct result_entry *, enum metric, bool service, double *value);
double figures_p99(const struct result_entry *);      /* of the response time; 0 where there is none */
enum figure_unit { FIGURE_NS, FIGURE_PER_SECOND, FIGURE_COUNT, FIGURE_SHARE, FIGURE_USD };
enum figure_unit figures_unit(enum metric);
bool figures_percent(enum metric, double *percent);   /* of a percentile: 99 of p99, 100 of max; false for
                                                         others */

/* Some of the entries first … end-1 has a service time at p99 that is not its response time: else a column
 * of it says nothing. */
bool figures_has_service(const struct results *, size_t first, size_t end);
bool figures_has_times(const struct result_entry *);  /* a request was answered, so there are response
                                                         times */

/* A percentile that never exceeds the greatest value seen; 0 where nothing was recorded
 * (hist may be NULL). */
double figures_percentile(const struct hist *, double percent);

/* The rate by which capacity is counted: the run's own, or the one of its point, or what was reached.
 * False: there is none. */
bool figures_cost_rate(const struct result_entry *, double *rate);
/* The client's: CPU of a request in ns; share of its workers' time; schedule lag at p99 in ns. */
bool figures_cpu_per_request(const struct result_entry *, double *ns);
bool figures_cpu_fraction(const struct result_entry *, double *share);
bool figures_lag(const struct result_entry *, double *ns);
/* The share of its time in which a worker was ready to run and had no CPU. */
bool figures_cpu_waited(const struct result_entry *, double *share);

/* Entries of the same run and sweep point are adjacent (results_sort). */
bool figures_same_point(const struct result_entry *, const struct result_entry *);
size_t figures_point_end(const struct results *, size_t first);    /* entries first … end-1 are of
                                                                      one run and sweep point */

#endif
