/* rng.c - seeding, and the permutation. */
#include "config.h"

#include "data/rng.h"

void rng_init(struct rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        r->s[i] = rng_mix(seed, (uint64_t)i);         /* splitmix64; never all zero */
}

void perm_init(struct perm *p, uint64_t n, uint64_t seed)
{
    uint32_t bits = n > 1 ? 64 - (uint32_t)__builtin_clzll(n - 1) : 1;
    *p = (struct perm){.n = n, .half_bits = (bits + 1) / 2};
    for (int i = 0; i < 4; i++)
        p->keys[i] = rng_mix(seed, 0xfe157e1ull + (uint64_t)i);
}

static inline uint64_t round_of(const struct perm *p, int i, uint64_t half)
{
    return rng_mix1(half ^ p->keys[i]) >> (64 - p->half_bits);
}

static uint64_t once_forward(const struct perm *p, uint64_t x)
{
    uint64_t mask = (1ull << p->half_bits) - 1, l = x >> p->half_bits, r = x & mask;
    for (int i = 0; i < 4; i++) {
        uint64_t t = l ^ round_of(p, i, r);
        l = r;
        r = t;
    }
    return l << p->half_bits | r;
}

static uint64_t once_inverse(const struct perm *p, uint64_t y)
{
    uint64_t mask = (1ull << p->half_bits) - 1, l = y >> p->half_bits, r = y & mask;
    for (int i = 3; i >= 0; i--) {
        uint64_t t = r ^ round_of(p, i, l);
        r = l;
        l = t;
    }
    return l << p->half_bits | r;
}

uint64_t perm_forward(const struct perm *p, uint64_t x)
{
    do
        x = once_forward(p, x);
    while (x >= p->n);
    return x;
}

uint64_t perm_inverse(const struct perm *p, uint64_t y)
{
    do
        y = once_inverse(p, y);
    while (y >= p->n);
    return y;
}
