#include "config.h"

#include "data/rng.h"

#include "base/bug.h"

enum { ROUNDS = 4 };

void rng_init(struct rng *r, uint64_t seed)
{
    for (int i = 0; i < 4; i++)                       /* four words of splitmix64, as the authors of xoshiro
                                                         advise */
        r->s[i] = rng_mix(seed, (uint64_t)i);
}

void perm_init(struct perm *p, uint64_t n, uint64_t seed)
{
    BUG_UNLESS(n >= 1);
    uint32_t bits = n <= 4 ? 2 : (uint32_t)(64 - __builtin_clzll(n - 1));
    p->n = n;
    p->half_bits = (bits + 1) / 2;
    p->right_bits = bits / 2;
    for (int i = 0; i < ROUNDS; i++)
        p->keys[i] = rng_mix(seed, (uint64_t)i);
}

/* A keyed function to 1 <= bits <= 32 bits. The top bits of a product depend on all below. */
static inline uint64_t round_of(uint64_t half, uint64_t key, uint32_t bits)
{
    uint64_t x = (half ^ key) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 32)) * 0x94d049bb133111ebu;
    return x >> (64 - bits);
}

uint64_t perm_forward(const struct perm *p, uint64_t x)
{
    if (p->n == 1)
        return x;
    uint32_t left_bits = p->half_bits, right_bits = p->right_bits;
    uint64_t mask = ((uint64_t)1 << right_bits) - 1;
    do {
        uint64_t left = x >> right_bits, right = x & mask;
        for (int i = 0; i < ROUNDS; i += 2) {
            left ^= round_of(right, p->keys[i], left_bits);
            right ^= round_of(left, p->keys[i + 1], right_bits);
        }
        x = left << right_bits | right;
    } while (x >= p->n);                              /* ends: a cycle that began below n comes back there */
    return x;
}

uint64_t perm_inverse(const struct perm *p, uint64_t y)
{
    if (p->n == 1)
        return y;
    uint32_t left_bits = p->half_bits, right_bits = p->right_bits;
    uint64_t mask = ((uint64_t)1 << right_bits) - 1;
    do {
        uint64_t left = y >> right_bits, right = y & mask;
        for (int i = ROUNDS; i > 0; i -= 2) {
            right ^= round_of(left, p->keys[i - 1], right_bits);
            left ^= round_of(right, p->keys[i - 2], left_bits);
        }
        y = left << right_bits | right;
    } while (y >= p->n);
    return y;
}
