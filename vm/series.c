/* series.c - slices of a measurement, folded when they run out. */
#include "config.h"

#include "vm/series.h"

#include "base/mem.h"

struct series *series_new(uint64_t length_ns)
{
    struct series *s = mem_alloc(sizeof *s);
    s->length = length_ns;
    for (uint32_t i = 0; i < SERIES_SLICES; i++)
        s->slices[i].response = hist_new();
    return s;
}

void series_free(struct series *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < SERIES_SLICES; i++)
        hist_free(s->slices[i].response);
    mem_free(s);
}

void series_begin(struct series *s, uint64_t from)
{
    s->from = from;
    s->until = from + s->length;
}

static void slice_add(struct slice *into, const struct slice *from)
{
    into->errors += from->errors;
    into->retries += from->retries;
    into->throttles += from->throttles;
    hist_merge(into->response, from->response);
}

static void slice_reset(struct slice *s)
{
    hist_reset(s->response);
    *s = (struct slice){.response = s->response};
}

/* Slices 2i and 2i + 1 become slice i, whose place is empty by then. */
static void fold(struct series *s)
{
    for (uint32_t i = 0; i < SERIES_SLICES / 2; i++) {
        struct slice *even = &s->slices[2 * i], *odd = even + 1, empty = s->slices[i];
        slice_add(even, odd);
        slice_reset(odd);
        if (i > 0) {
            s->slices[i] = *even;
            *even = empty;
        }
    }
    s->at /= 2;
    s->length *= 2;
}

void series_advance(struct series *s, uint64_t now)
{
    while (now - s->from >= s->length * SERIES_SLICES)
        fold(s);
    uint64_t at = (now - s->from) / s->length;
    s->at = (uint32_t)at;
    s->until = s->from + (at + 1) * s->length;
}

void series_add(struct series *into, const struct series *from)
{
    while (into->length < from->length)
        fold(into);
    uint64_t times = into->length / from->length;
    for (uint32_t i = 0; i <= from->at; i++) {
        uint32_t to = (uint32_t)(i / times);
        slice_add(&into->slices[to], &from->slices[i]);
        into->at = to > into->at ? to : into->at;
    }
    into->until = into->from + (into->at + 1) * into->length;
}

void series_sum(const struct series *s, struct hist *into)
{
    for (uint32_t i = 0; i <= s->at; i++)
        hist_merge(into, s->slices[i].response);
}
