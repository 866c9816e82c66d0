/* draw.c - the requests of a run. */
#include "config.h"

#include "data/draw.h"

#include "base/map.h"

enum { TRIES = 100 };

uint64_t draw_run_seed(uint64_t seed, const char *run)
{
    return rng_mix(seed, map_hash(run));
}

void draw_sampler(struct sampler *s, const struct data *data, const struct keyspace *space, const struct dist *dist)
{
    sampler_init(s, dist, space->count, rng_mix(data->seed, space->salt));
}

void draw_keys(const struct sampler *s, struct rng *r, uint32_t client, uint32_t clients, uint64_t request, uint32_t count, uint64_t *ordinals)
{
    uint64_t step = request * clients + client;
    for (uint32_t k = 0; k < count; k++) {
        uint64_t ordinal = sampler_draw(s, r, step * count + k);
        for (uint32_t tries = 0, j = 0; j < k; j++) {
            if (ordinals[j] != ordinal)
                continue;
            /* A key that the request has already: draw again; a distribution that hardly gives others: take its neighbour. */
            ordinal = ++tries < TRIES ? sampler_draw(s, r, step * count + k + tries) : (ordinal + 1) % s->n;
            j = UINT32_MAX;                           /* compare with all again */
        }
        ordinals[k] = ordinal;
    }
}
