/* history.c */
#include "config.h"

#include "proof/history.h"

#include "base/mem.h"
#include "data/rng.h"

enum { READS_OF_8 = 6 };                              /* reads fill six eighths at most */

void history_init(struct history *h, uint32_t room)
{
    *h = (struct history){.room = room < 8 ? 8 : room};
    h->events = mem_alloc(h->room * sizeof *h->events);
}

void history_release(struct history *h)
{
    mem_free(h->events);
    *h = (struct history){0};
}

uint64_t history_key(uint64_t keyspace_salt, uint64_t ordinal)
{
    return rng_mix(keyspace_salt, ordinal);
}

bool history_is_witness(uint64_t key, uint64_t count, uint64_t witnesses)
{
    return witnesses >= count || key < UINT64_MAX / count * witnesses;
}

/* The lowest bits: history_is_witness has used the highest. */
bool history_watches(const struct history *h, uint64_t key)
{
    return (key & ((UINT64_C(1) << h->level) - 1)) == 0;
}

static void watch_half(struct history *h)
{
    uint32_t kept = 0;
    h->level++;
    for (uint32_t i = 0; i < h->n; i++)
        if (history_watches(h, h->events[i].key))
            h->events[kept++] = h->events[i];
    h->n = kept;
}

void history_add(struct history *h, const struct event *e)
{
    if (!history_watches(h, e->key))
        return;
    if (e->kind == EVENT_READ && h->n >= h->room / 8 * READS_OF_8) {
        h->left_out++;
        return;
    }
    while (h->n == h->room && history_watches(h, e->key))
        watch_half(h);
    if (history_watches(h, e->key))
        h->events[h->n++] = *e;
}
