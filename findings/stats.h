/* stats.h - how sure a figure is, and whether two figures differ.
 *
 * Requests follow one another and are alike (a slow moment slows hundreds of them), so that they are no
 * independent witnesses: rounds are. All here resamples whole rounds:
 *
 *   rounds      r1 r2 r3 r4 r5 r6          the figure:     of their histograms merged
 *   resample 1  r4 r1 r1 r6 r2 r5          one of 1000:    of these merged, and so on
 *
 * The spread of ln(figure) over the resamples is its standard error s. Few rounds make it too small, so it is
 * taken times sqrt(n / (n - 1)), and Student's t with n - 1 degrees of freedom in place of the normal
 * distribution. For a mean that is the textbook's interval exactly; tests/unit/stats.c holds the coverage of
 * all figures against simulated, autocorrelated requests.
 *
 * A percentile is not known better than the steps between the values it is taken from: a uniform error of the
 * step about it is added.
 *
 * Logarithms, for a figure is a time or a rate: what disturbs it multiplies it, and an interval never reaches
 * below 0. Resampling is the same each time: same rounds, same interval. */
#ifndef FINDINGS_STATS_H
#define FINDINGS_STATS_H

#include "results/results.h"

enum { STATS_LEAST_ROUNDS = 3, STATS_LEAST_BEYOND = 10 };

/* Student's t with n > 0 degrees of freedom: the probability that |t| is exceeded, and the |t| that is
 * exceeded with probability p. */
double stats_student(double t, uint32_t n);
double stats_student_quantile(double p, uint32_t n);

/* The 95 % interval of a figure. False where the rounds do not carry one: fewer than 3 of them, one without
 * an answer, or fewer than 10 requests beyond the percentile (1000 in all for p99); and for figures that
 * rounds do not have (counts, costs, the maximum). */
bool stats_interval(const struct result_entry *, enum metric, double *low, double *high);
/* Standard deviation of the rounds' own figures over their mean; false below 2 rounds. */
bool stats_variation(const struct result_entry *, enum metric, double *cv);

struct stats_difference {
    double change, low, high;                         /* of the second against the first: 0.1 is 10 %
                                                         more; its 95 % interval */
    double p;                                         /* of a difference as great, were there none;
                                                         two-sided */
    double error;                                     /* standard error of ln(ratio) */
    uint32_t freedom;                                 /* degrees of, for t */
    uint32_t rounds, agree;                           /* agree: so many of them have a difference
                                                         with the sign of `change` */
    bool paired;                                      /* round by round: of one run, interleaved */
};
/* Paired where asked for, and where both have as many rounds. False as with stats_interval. */
bool stats_difference(const struct result_entry *first, const struct result_entry *second, enum metric,
                      bool paired, struct stats_difference *);

/* A round that lies far from the others: its figure is more than 10 % and more than 6 robust standard
 * deviations (1.4826 times the median deviation) off their median. Reported; nothing is ever removed.
 * `times`: it is so many times the median. Only from 5 rounds on. */
bool stats_outlier(const struct result_entry *, uint32_t round, enum metric, double *times);

#endif
