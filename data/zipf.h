/* zipf.h - Zipf's law over ranks 1 … n, exactly, for any theta >= 0, without set-up proportional to n: rejection-inversion
 * (Hörmann and Derflinger 1996, "Rejection-inversion to generate variates from monotone discrete distributions"). */
#ifndef DATA_ZIPF_H
#define DATA_ZIPF_H

#include "data/rng.h"

struct zipf { double theta, h_x1, h_n, s; uint64_t n; };

void zipf_init(struct zipf *, uint64_t n, double theta);
uint64_t zipf_draw(const struct zipf *, struct rng *);  /* 1 … n */
/* The sum of k^-theta for k = 1 … n: the first hundred terms, then Euler and Maclaurin's formula (relative error below 1e-12). */
double zipf_zeta(uint64_t n, double theta);

#endif
