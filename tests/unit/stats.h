/* stats.h - goodness of fit for the tests of random numbers. Seeds are fixed, so that a test either always
 * passes or always fails; the bounds are about five standard deviations of the chi-square statistic. */
#ifndef TESTS_UNIT_STATS_H
#define TESTS_UNIT_STATS_H

#include <math.h>
#include <stdint.h>

/* The chi-square statistic of counts against expected numbers, as standard deviations from its mean.
 * Neighbours are put together until at least ten are expected. */
static inline double chi_square(const double *count, const double *expected, uint64_t n)
{
    double sum = 0, got = 0, want = 0, bins = 0;
    for (uint64_t i = 0; i < n; i++) {
        got += count[i];
        want += expected[i];
        if (want < 10 && i + 1 < n)
            continue;
        if (want > 0)
            sum += (got - want) * (got - want) / want;
        else if (got > 0)
            return HUGE_VAL;
        bins++;
        got = want = 0;
    }
    return bins < 2 ? 0 : (sum - (bins - 1)) / sqrt(2 * (bins - 1));
}

/* Values put through their distribution's function must be even: 1000 bins. */
enum { EVEN_BINS = 1000 };
struct even {
    double count[EVEN_BINS];
    double total;
};
static inline void even_add(struct even *e, double share)
{
    int bin = (int)(share * EVEN_BINS);
    e->count[bin < 0 ? 0 : bin >= EVEN_BINS ? EVEN_BINS - 1 : bin]++;
    e->total++;
}
static inline double even_chi(const struct even *e)
{
    double expected[EVEN_BINS];
    for (int i = 0; i < EVEN_BINS; i++)
        expected[i] = e->total / EVEN_BINS;
    return chi_square(e->count, expected, EVEN_BINS);
}
static inline double normal_below(double z)
{
    return erfc(-z / sqrt(2)) / 2;
}

#endif
