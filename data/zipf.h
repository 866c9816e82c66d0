/* zipf.h - ranks 1 … n with probability proportional to rank^-theta, for any theta >= 0 (1 included) and any n below 2^63.
 * Rejection-inversion (Hoermann and Derflinger, "Rejection-inversion to generate variates from monotone discrete
 * distributions", ACM TOMACS 6, 1996): exact up to the rounding of doubles, nothing proportional to n, and over 95 % of
 * the draws need one uniform number. Same bits everywhere: see portable_math.h. */
#ifndef DATA_ZIPF_H
#define DATA_ZIPF_H

#include <stdint.h>

struct zipf {
    uint64_t n;
    double theta;
    double h_first, h_last;                           /* the integral's values at both ends */
    double sure;                                      /* so near below a rank no rejection is possible */
};

void zipf_init(struct zipf *, uint64_t n, double theta);
/* Tries the uniform number u of [0, 1): the rank, or 0 for rejected (try another). */
uint64_t zipf_try(const struct zipf *, double u);
/* The sum of k^-theta over k = 1 … x, by Euler and Maclaurin's formula (relative error below 1e-12); between whole x the
 * formula's own smooth continuation. Constant time. */
double zipf_zeta(double x, double theta);

#endif
