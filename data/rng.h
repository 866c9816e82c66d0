/* rng.h - randomness that is the same everywhere: integers only, no libm in the streams.
 *
 * rng_mix      a stateless hash of words: for values that must be reachable at random (row 10^12 costs what row 0 costs)
 * struct rng   xoshiro256** (Blackman and Vigna 2018): for streams of draws
 * struct perm  a seeded permutation of 0 … n-1, computed in both directions: a Feistel network on the smallest number of
 *              bits that holds n, walked until it lands below n (Black and Rogaway 2002): fewer than two passes on average */
#ifndef DATA_RNG_H
#define DATA_RNG_H

#include <stdint.h>

static inline uint64_t rng_mix1(uint64_t x)           /* the finaliser of splitmix64 (Steele, Lea, Flood
                                                         2014) */
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static inline uint64_t rng_mix(uint64_t a, uint64_t b)
{
    return rng_mix1(a + 0x9e3779b97f4a7c15u * (b + 1));
}

static inline double rng_unit_of(uint64_t bits)       /* [0, 1), 53 bits */
{
    return (double)(bits >> 11) * 0x1p-53;
}

/* 0 … n-1 without modulo bias worth naming: multiply-shift on 64 bits (bias below n / 2^64). */
static inline uint64_t rng_below_of(uint64_t bits, uint64_t n)
{
    return (uint64_t)(((__extension__ (unsigned __int128)bits) * n) >> 64);
}

struct rng { uint64_t s[4]; };
void rng_init(struct rng *, uint64_t seed);

static inline uint64_t rng_next(struct rng *r)
{
    uint64_t *s = r->s, x = s[1] * 5, out = ((x << 7) | (x >> 57)) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
    return out;
}
static inline double rng_unit(struct rng *r) { return rng_unit_of(rng_next(r)); }
static inline uint64_t rng_below(struct rng *r, uint64_t n) { return rng_below_of(rng_next(r), n); }

struct perm {
    uint64_t n;
    uint32_t half_bits, right_bits;                   /* of the Feistel network's left and right half: alike,
                                                         or one more */
    uint64_t keys[4];                                 /* one a round */
};
void perm_init(struct perm *, uint64_t n, uint64_t seed); /* any n >= 1 */
uint64_t perm_forward(const struct perm *, uint64_t x);   /* x < n */
uint64_t perm_inverse(const struct perm *, uint64_t y);   /* perm_inverse(perm_forward(x)) == x */

#endif
