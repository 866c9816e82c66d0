/* packed.c - histograms to and from their used slots. */
#include "config.h"

#include "vm/packed.h"

#include "base/mem.h"

static uint32_t used(const struct hist *h, struct packed_slot *to)
{
    uint32_t n = 0;
    if (h->count)
        for (uint32_t i = hist_slot(h->min), last = hist_slot(h->max); i <= last; i++) {
            if (!h->slots[i])
                continue;
            if (to)
                to[n] = (struct packed_slot){i, h->slots[i]};
            n++;
        }
    return n;
}

struct packed *packed_new(const struct hist *h)
{
    uint32_t n = used(h, NULL);
    struct packed *p = mem_alloc(sizeof *p + n * sizeof *p->slots);
    p->count = h->count;
    p->clamped = h->clamped;
    p->min = h->min;
    p->max = h->max;
    p->sum = h->sum;
    p->nslots = used(h, p->slots);
    return p;
}

void packed_add(struct hist *into, const struct packed *p)
{
    for (uint32_t i = 0; i < p->nslots; i++)
        into->slots[p->slots[i].slot] += p->slots[i].count;
    into->count += p->count;
    into->clamped += p->clamped;
    into->sum += p->sum;
    into->min = p->min < into->min ? p->min : into->min;
    into->max = p->max > into->max ? p->max : into->max;
}
