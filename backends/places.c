#include "config.h"

#include "backends/places.h"

#include <string.h>

#include "base/bug.h"
#include "base/mem.h"

static uint32_t lower_bound(const struct places *l, const struct request *r)
{
    uint32_t lo = 0, hi = l->count;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if ((uintptr_t)l->sorted[mid].request < (uintptr_t)r)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

void places_add(struct places *l, const struct request *const *list, uint32_t n)
{
    l->items = mem_grow(l->items, (l->count + n + 1) * sizeof *l->items);
    l->sorted = mem_grow(l->sorted, (l->count + n + 1) * sizeof *l->sorted);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = lower_bound(l, list[i]);
        if (at < l->count && l->sorted[at].request == list[i])
            continue;
        memmove(&l->sorted[at + 1], &l->sorted[at], (l->count - at) * sizeof *l->sorted);
        l->sorted[at] = (struct place){list[i], l->count};
        l->items[l->count++] = list[i];
    }
}

uint32_t places_find(const struct places *l, const struct request *r)
{
    uint32_t at = lower_bound(l, r);
    BUG_UNLESS(at < l->count && l->sorted[at].request == r);
    return l->sorted[at].number;
}

void places_release(struct places *l)
{
    mem_free(l->items);
    mem_free(l->sorted);
    *l = (struct places){0};
}
