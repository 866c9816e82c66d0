/* rank.c - what is ranked, and the best of it. */
#include "config.h"

#include "findings/rank.h"

#include <string.h>

#include "findings/limit.h"

bool rank_saturated(const struct result_entry *e)
{
    return limit_is_saturated(limit_of(e));
}

const char *rank_unranked(const struct results *r, const struct result_entry *e)
{
    const struct result_backend *b = results_find_backend(r, e->backend);
    if (e->failed)
        return e->nrounds ? "not valid" : "it could not be measured";
    if (e->verified.mismatches || (b && b->verified.mismatches))
        return "wrong rows";
    if (b && b->status == RESULT_FAILED)
        return "the backend failed";
    if (!e->all.requests)
        return "no request was answered";
    if (e->all.errors)
        return "errors";
    if (!e->verified.done)
        return "not verified";
    return rank_saturated(e) ? "SATURATED" : NULL;
}

const struct result_entry *rank_best(const struct results *r, size_t first, size_t end)
{
    const struct result_entry *best = NULL;
    double least = 0, p99 = 0;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (rank_unranked(r, e) || !figures_metric(e, METRIC_P99, false, &p99) || (best && p99 >= least))
            continue;
        best = e;
        least = p99;
    }
    return best;
}

const char *rank_first_error(const struct result_entry *e)
{
    for (int i = 0; i < FAULT_COUNT; i++)
        if (e->all.classes[i].count && e->all.classes[i].first)
            return e->all.classes[i].first;
    return e->failed;
}

static bool is_unranked_for(const struct results *r, size_t i, const char *why)
{
    const char *unranked = rank_unranked(r, r->entries.items[i]);
    return unranked && !strcmp(unranked, why);
}

/* The backends of first … end-1 that are not ranked for this reason, each once. */
static void put_unranked_backends(struct buf *b, const struct results *r, size_t first, size_t end,
                                  const char *why)
{
    const char *between = "";
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        bool reported = !is_unranked_for(r, i, why);
        for (size_t k = first; k < i && !reported; k++)
            reported = is_unranked_for(r, k, why) && !strcmp(r->entries.items[k]->backend, e->backend);
        if (reported)
            continue;
        const char *words = rank_first_error(e);
        buf_printf(b, "%s%s%s%s", between, e->backend, words ? ": " : "", words ? words : "");
        between = ", ";
    }
}

void rank_put_unranked(struct buf *b, const struct results *r, size_t first, size_t end)
{
    const char *between = "";
    for (size_t i = first; i < end; i++) {
        const char *why = rank_unranked(r, r->entries.items[i]);
        bool reported = !why;
        for (size_t k = first; k < i && !reported; k++)
            reported = is_unranked_for(r, k, why);
        if (reported)
            continue;
        buf_printf(b, "%s%s (", between, !strcmp(why, "SATURATED") ? "the client was saturated" : why);
        put_unranked_backends(b, r, first, end, why);
        buf_putc(b, ')');
        between = "; ";
    }
}
