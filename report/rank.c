/* rank.c - what is ranked, and the best of it. */
#include "config.h"

#include "report/rank.h"

#include "report/limit.h"

bool figures_saturated(const struct result_entry *e)
{
    return limit_is_saturated(limit_of(e));
}

const char *figures_unranked(const struct results *r, const struct result_entry *e)
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
    return figures_saturated(e) ? "SATURATED" : NULL;
}

const struct result_entry *figures_best(const struct results *r, size_t first, size_t end)
{
    const struct result_entry *best = NULL;
    double least = 0, p99 = 0;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (figures_unranked(r, e) || !figures_metric(e, METRIC_P99, false, &p99) || (best && p99 >= least))
            continue;
        best = e;
        least = p99;
    }
    return best;
}
