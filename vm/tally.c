/* tally.c - counts, and adding them up. */
#include "config.h"

#include "vm/tally.h"

#include "base/mem.h"

static void init(struct tally *t)
{
    t->response = hist_new();
    t->service = hist_new();
    t->wait = hist_new();
    t->lag = hist_new();
}

struct tally *tally_new(void)
{
    struct tally *t = mem_alloc(sizeof *t);
    init(t);
    return t;
}

void tally_part(struct tally *t, uint32_t n)
{
    t->queries = mem_alloc(n * sizeof *t->queries);
    t->nqueries = n;
    for (uint32_t i = 0; i < n; i++)
        init(&t->queries[i]);
}

void tally_release(struct tally *t)
{
    hist_free(t->response);
    hist_free(t->service);
    hist_free(t->wait);
    hist_free(t->lag);
    hist_free(t->staleness);
    series_free(t->series);
    for (uint32_t i = 0; i < t->nqueries; i++)
        tally_release(&t->queries[i]);
    mem_free(t->queries);
}

void tally_free(struct tally *t)
{
    if (!t)
        return;
    tally_release(t);
    mem_free(t);
}

void tally_reset(struct tally *t)
{
    series_free(t->series);
    struct tally empty = {.response = t->response, .service = t->service, .wait = t->wait, .lag = t->lag,
                          .staleness = t->staleness, .queries = t->queries, .nqueries = t->nqueries};
    *t = empty;
    struct hist *const hists[] = {t->response, t->service, t->wait, t->lag, t->staleness};
    for (size_t i = 0; i < sizeof hists / sizeof *hists; i++)
        if (hists[i])
            hist_reset(hists[i]);
    for (uint32_t i = 0; i < t->nqueries; i++)
        tally_reset(&t->queries[i]);
}

void tally_add(struct tally *into, const struct tally *from)
{
    into->requests += from->requests;
    into->errors += from->errors;
    into->unknown += from->unknown;
    into->retries += from->retries;
    into->throttles += from->throttles;
    into->skipped += from->skipped;
    into->rows += from->rows;
    into->bytes += from->bytes;
    into->trips += from->trips;
    into->watched += from->watched;
    into->stale += from->stale;
    into->units += from->units;
    into->write_units += from->write_units;
    into->cpu_ns += from->cpu_ns;
    into->cpu_waited_ns += from->cpu_waited_ns;
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (!into->classes[i].first)
            into->classes[i].first = from->classes[i].first;
        into->classes[i].count += from->classes[i].count;
    }
    hist_merge_some(&into->response, from->response);
    hist_merge_some(&into->service, from->service);
    hist_merge_some(&into->wait, from->wait);
    hist_merge_some(&into->lag, from->lag);
    hist_merge_some(&into->staleness, from->staleness);
    if (from->series && !into->series) {
        into->series = series_new(from->series->length);
        series_begin(into->series, from->series->from);
    }
    if (from->series)
        series_add(into->series, from->series);
    if (from->nqueries && !into->nqueries)
        tally_part(into, from->nqueries);
    for (uint32_t i = 0; i < from->nqueries; i++)
        tally_add(&into->queries[i], &from->queries[i]);
}

void tally_sum_up(struct tally *t)
{
    for (uint32_t i = 0; i < t->nqueries; i++)
        tally_add(t, &t->queries[i]);
}

void tally_add_stale(struct tally *t, uint64_t age)
{
    t->stale++;
    t->staleness = t->staleness ? t->staleness : hist_new();
    hist_record(t->staleness, (int64_t)age);
}

void tally_add_error(struct tally *t, enum fault fault, enum call_outcome outcome, const char *words)
{
    struct tally_class *c = &t->classes[fault];
    t->errors++;
    t->unknown += outcome == CALL_UNKNOWN;
    c->count++;
    if (!c->first)
        c->first = words;
}
