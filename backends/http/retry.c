/* retry.c - after "Exponential Backoff And Jitter" (aws.amazon.com/blogs/architecture, 2015): full jitter
 * ends first and calls least. */
#include "config.h"

#include "backends/http/retry.h"

#include "base/clock.h"
#include "data/rng.h"

void retry_init(struct retry *r, uint64_t salt)
{
    *r = (struct retry){.base = 50 * NS_PER_MS, .cap = 20 * NS_PER_S, .draws = rng_mix1(salt)};
}

uint64_t retry_wait(struct retry *r, uint32_t tries, uint64_t asked)
{
    uint64_t bound = r->base;
    for (uint32_t i = 1; i < tries && bound < r->cap; i++)
        bound *= 2;
    if (bound > r->cap)
        bound = r->cap;
    uint64_t draw = rng_mix(r->draws, tries);
    r->draws = draw;
    if (asked)
        return (asked < r->cap ? asked : r->cap) + rng_below_of(draw, r->base);
    return rng_below_of(draw, bound + 1);
}
