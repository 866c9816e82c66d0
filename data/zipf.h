/* zipf.h - ranks 1 … n with probability proportional to rank^-theta, for any theta >= 0 (1 included) and any
 * n below 2^63. Rejection-inversion (Hoermann and Derflinger, "Rejection-inversion to generate variates from
 * monotone discrete distributions", ACM TOMACS 6, 1996): exact up to the rounding of doubles, nothing
 * proportional to n, and over 95 % of the draws need one uniform number. Same bits everywhere: see
 * portable_math.h. */
#ifndef DATA_ZIPF_H
#define DATA_ZIPF_H

#include "base/exact.h"

struct zipf {
    uint64_t n;
    double theta;
    double h_first, h_last;                           /* the integral's values at both ends */
    double sure;                                      /* so near below a rank no rejection is possible */
};

void zipf_init(struct zipf *, uint64_t n, double theta);
/* Tries the uniform number u of [0, 1): the rank, or 0 for rejected (try another). */
uint64_t zipf_try(const struct zipf *, double u);
/* The same with more ranks than 64 bits hold, up to 10^38, of which doubles tell as many apart as they can:
 * the rank is one of those between two neighbouring doubles, evenly by `more`. The struct's n is
 * ZIPF_WIDE. */
#define ZIPF_WIDE UINT64_MAX
void zipf_init_wide(struct zipf *, wkl_u128 n, double theta);
wkl_u128 zipf_try_wide(const struct zipf *, wkl_u128 n, double u, wkl_u128 more);
/* All whole numbers from one double on to the next are alike: the one that `more` picks. */
wkl_u128 zipf_between_doubles(double whole, wkl_u128 more);
/* The sum of k^-theta over k = 1 … x, by Euler and Maclaurin's formula (relative error below 1e-12); between
 * whole x the formula's own smooth continuation. Constant time. */
double zipf_zeta(double x, double theta);

#endif
