/* draw.h - what a run asks for: which query a request is and which keys it brings along, as pure functions of
 * (seed, run, client, request). The runner and `wklc --sample` both draw here, in this order and no other:
 *
 *   draw_start, the dice where the run is a mix, then draw_keys for each key of the query, in its order. */
#ifndef DATA_DRAW_H
#define DATA_DRAW_H

#include "data/data.h"
#include "data/dist.h"

/* All streams of a run come from this one number. */
uint64_t draw_run_seed(uint64_t seed, const char *run);

/* A run's keys of one key space; which of them are the hot ones is the data's seed's affair, and the same in
 * all runs. */
void draw_sampler(struct sampler *, const struct data *, const struct keyspace *, const struct dist *);

static inline void draw_start(struct rng *r, uint64_t run_seed, uint32_t client, uint64_t request)
{
    rng_init(r, rng_mix(rng_mix(run_seed, client), request));
}

/* The dice of a mix; query i is asked where it lies below draw_below(sum of the shares 0 … i) and no earlier
 * one was. */
static inline uint32_t draw_dice(struct rng *r)
{
    return (uint32_t)(rng_next(r) >> 32);
}
static inline uint32_t draw_below(double share)
{
    return share >= 1 ? UINT32_MAX : (uint32_t)(share * 0x1p32);
}

/* Which keys a request has already: room for so many of them, so that drawing them takes no longer for each
 * the more there are. */
struct drawn { uint64_t *slots; uint64_t mask; };
void drawn_init(struct drawn *, uint32_t most);       /* of one request, of one of its key spaces */
void drawn_release(struct drawn *);

/* `count` different ordinals, drawn's `most` at most. clients: how many the run has in all. */
void draw_keys(const struct sampler *, struct drawn *, struct rng *, uint32_t client, uint32_t clients,
               uint64_t request, uint32_t count, uint64_t *ordinals);

#endif
