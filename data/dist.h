/* dist.h - key distributions: which keys a run asks for. A sampler is set up once for (distribution, key
 * space) in constant time and memory, and draws ordinals. The same bits on every machine, see
 * portable_math.h.
 *
 *  uniform       all alike
 *  zipf          rank r with probability proportional to r^-theta, exactly, any theta >= 0; scattered
 *  ycsb_zipf     YCSB's scrambled zipfian: a rank of 10^10 by Gray's approximation, hashed (FNV) onto the n keys; scattered
 *  hot           the first ceil(a n) ranks share b of the requests evenly, the others the rest; scattered
 *  latest        as zipf, but rank 1 is the last ordinal, rank 2 the one before it, …
 *  sequential    step modulo n
 *  normal        the place in the key space (0 … 1), drawn again where it falls outside
 *  exponential   the place likewise, 95 % of it below a; scattered
 *
 * Scattered: ranks lie anywhere in the key space, by a seeded permutation. */
#ifndef DATA_DIST_H
#define DATA_DIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "data/rng.h"
#include "data/zipf.h"

enum dist_kind {
    DIST_UNIFORM, DIST_ZIPF, DIST_YCSB_ZIPF, DIST_HOT, DIST_LATEST, DIST_SEQUENTIAL, DIST_NORMAL,
        DIST_EXPONENTIAL, DIST_COUNT
};

struct dist {
    enum dist_kind kind;
    double a, b;     /* zipf, ycsb_zipf, latest: theta · hot: share of keys, share of requests · normal: mean, sd of the place in the
                      * key space · exponential: the share of keys that gets 95 % of the requests; all shares are of 1 */
    double miss;     /* share of requests for keys that no table has */
};

struct sampler {
    struct dist dist;
    uint64_t n;                                       /* keys */
    struct perm scatter;
    uint64_t hot;                                     /* DIST_HOT: number of hot keys */
    struct zipf zipf;                                 /* DIST_ZIPF, DIST_LATEST */
    double ycsb_zetan, ycsb_eta, ycsb_alpha, ycsb_half;
};

/* What is wrong with the parameters, or NULL. sampler_init takes only what passes. */
const char *dist_check(const struct dist *);

void sampler_init(struct sampler *, const struct dist *, uint64_t n, uint64_t seed);
/* An ordinal 0 … n-1, or n … 2n-1 for a miss. `step` counts the requests of this client (sequential,
 * latest). */
uint64_t sampler_draw(const struct sampler *, struct rng *, uint64_t step);
/* The share of requests that the hottest `fraction` of the keys get, exactly or by the distribution's
 * formula. */
double dist_hottest(const struct dist *, uint64_t n, double fraction);
void dist_put(struct buf *, const struct dist *);     /* "hot(1%, 80%)" */

#endif
