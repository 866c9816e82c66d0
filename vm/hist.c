/* hist.c - see hist.h for the layout. Loops run only from the lowest used slot to the highest: the others are
 * never touched. */
#include "config.h"

#include "vm/hist.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"

static const struct hist nothing = {.min = INT64_MAX};

int64_t hist_slot_low(uint32_t slot)
{
    uint32_t doubling = slot < 2 * HIST_HALF ? 0 : slot / HIST_HALF - 1;
    return (int64_t)(slot - doubling * HIST_HALF) << doubling;
}

static int64_t slot_high(uint32_t slot)
{
    return hist_slot_low(slot + 1) - 1;
}

struct hist *hist_new(void)
{
    struct hist *h = mem_alloc(sizeof *h);
    h->min = nothing.min;
    return h;
}

void hist_free(struct hist *h)
{
    mem_free(h);
}

void hist_reset(struct hist *h)
{
    if (!h->count)
        return;
    uint32_t first = hist_slot(h->min), last = hist_slot(h->max);
    memset(h->slots + first, 0, (last - first + 1) * sizeof *h->slots);
    h->count = h->clamped = 0;
    h->sum = 0;
    h->min = nothing.min;
    h->max = 0;
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (!from->count)
        return;
    for (uint32_t i = hist_slot(from->min), last = hist_slot(from->max); i <= last; i++)
        if (from->slots[i])
            into->slots[i] += from->slots[i];
    into->count += from->count;
    into->clamped += from->clamped;
    into->sum += from->sum;
    into->min = from->min < into->min ? from->min : into->min;
    into->max = from->max > into->max ? from->max : into->max;
}

void hist_merge_some(struct hist **into, const struct hist *from)
{
    if (!from)
        return;
    if (!*into)
        *into = hist_new();
    hist_merge(*into, from);
}

int64_t hist_lowest_equivalent(int64_t ns)
{
    return hist_slot_low(hist_slot(ns));
}

int64_t hist_highest_equivalent(int64_t ns)
{
    return slot_high(hist_slot(ns));
}

/* How many values must lie at or below the percentile. 99.9 % of 1000 must be 999 although 0.999 * 1000 is a
 * hair more than that in binary, so a fraction that is only rounding noise does not count as a further
 * value. */
static uint64_t rank_of(const struct hist *h, double percent)
{
    double p = percent > 100 ? 100 : percent < 0 ? 0 : percent;
    double rank = ceil(p / 100 * (double)h->count * (1 - 1e-12));
    return rank < 1 ? 1 : rank > (double)h->count ? h->count : (uint64_t)rank;
}

int64_t hist_percentile(const struct hist *h, double percent)
{
    if (!h->count)
        return 0;
    uint64_t rank = rank_of(h, percent);
    struct hist_step s = {0};
    while (hist_next(h, &s))
        if (s.upto >= rank)
            break;
    return s.high;
}

int64_t hist_min(const struct hist *h)
{
    return h->count ? h->min : 0;
}

int64_t hist_max(const struct hist *h)
{
    return h->max;
}

double hist_mean(const struct hist *h)
{
    return h->count ? h->sum / (double)h->count : 0;
}

double hist_stddev(const struct hist *h)
{
    if (h->count < 2)
        return 0;
    double mean = hist_mean(h), squares = 0;
    struct hist_step s = {0};
    while (hist_next(h, &s)) {
        double off = ((double)s.low + (double)s.high) / 2 - mean;
        squares += off * off * (double)s.count;
    }
    return sqrt(squares / (double)h->count);
}

bool hist_next(const struct hist *h, struct hist_step *s)
{
    if (!h->count)
        return false;
    uint32_t i = s->next, last = hist_slot(h->max);
    if (i < hist_slot(h->min))
        i = hist_slot(h->min);
    while (i <= last && !h->slots[i])
        i++;
    if (i > last)
        return false;
    s->low = hist_slot_low(i);
    s->high = slot_high(i);
    s->count = h->slots[i];
    s->upto += s->count;
    s->next = i + 1;
    return true;
}
