/* draw.c - the requests of a run. */
#include "config.h"

#include "data/draw.h"

#include <string.h>

#include "base/map.h"
#include "base/mem.h"

enum { TRIES = 100 };

uint64_t draw_run_seed(uint64_t seed, const char *run)
{
    return rng_mix(seed, map_hash(run));
}

void draw_sampler(struct sampler *s, const struct data *data, const struct keyspace *space,
                  const struct dist *dist)
{
    sampler_init(s, dist, space->count, rng_mix(data->seed, space->salt));
}

/* ---- keys of a request, which are all different ---- */

enum { COMPARED = 16 };                               /* so few are compared one by one */

void drawn_init(struct drawn *d, uint32_t most)
{
    *d = (struct drawn){0};
    if (most <= COMPARED)
        return;
    d->mask = map_room(most) - 1;
    d->slots = mem_alloc((d->mask + 1) * sizeof *d->slots);
}

void drawn_release(struct drawn *d)
{
    mem_free(d->slots);
}

static bool compare(const uint64_t *ordinals, uint32_t n, uint64_t ordinal)
{
    for (uint32_t i = 0; i < n; i++)
        if (ordinals[i] == ordinal)
            return true;
    return false;
}

/* Whether it is there already; now it is. A slot holds an ordinal and one; 0: it is free. */
static bool note(struct drawn *d, uint64_t ordinal)
{
    uint64_t at = rng_mix1(ordinal) & d->mask;
    while (d->slots[at] && d->slots[at] != ordinal + 1)
        at = (at + 1) & d->mask;
    bool there = d->slots[at] != 0;
    d->slots[at] = ordinal + 1;
    return there;
}

void draw_keys(const struct sampler *s, struct drawn *d, struct rng *r, uint32_t client, uint32_t clients,
               uint64_t request, uint32_t count, uint64_t *ordinals)
{
    uint64_t step = request * clients + client;
    bool few = count <= COMPARED;
    if (!few)
        memset(d->slots, 0, (d->mask + 1) * sizeof *d->slots);
    for (uint32_t k = 0; k < count; k++) {
        uint64_t ordinal = sampler_draw(s, r, step * count + k);
        /* A key that the request has already: draw again; a distribution that hardly gives others: take its
         * neighbour. */
        for (uint32_t tries = 1; few ? compare(ordinals, k, ordinal) : note(d, ordinal); tries++)
            ordinal = tries < TRIES ? sampler_draw(s, r, step * count + k + tries) : (ordinal + 1) % s->n;
        ordinals[k] = ordinal;
    }
}
