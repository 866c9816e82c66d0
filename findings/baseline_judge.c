/* baseline_judge.c - what of this result, and of its baseline, was compared with nothing, and why. */
#include "config.h"

#include "findings/baseline_judge.h"

#include "findings/baseline.h"
#include "findings/compare.h"
#include "findings/rank.h"

static bool is_compared(const struct results *now, const struct result_entry *e)
{
    for (size_t i = 0; i < now->comparisons.count; i++) {
        const struct comparison *c = now->comparisons.items + i;
        if (c->kind == COMPARISON_BASELINE && c->entry == e && c->verdict != VERDICT_UNKNOWN)
            return true;
    }
    return false;
}

static const char *why_unjudged(struct results *now, const struct result_entry *e)
{
    const struct result_entry *then = baseline_find_anyhow(now->baseline, e);
    if (!then || rank_unranked(now->baseline, then))
        return NULL;
    const char *load = baseline_other_load(now, e, then), *unranked = rank_unranked(now, e);
    if (load)
        return load;
    return unranked ? arena_printf(&now->arena, "it is not ranked now: %s", unranked)
                    : "too few rounds or requests to tell a difference";
}

static void add_unjudged(struct results *now, const struct result_entry *e, const char *why)
{
    struct result_unjudged u = {.why = why};
    if (e)
        u = (struct result_unjudged){results_keep(now, e->run), results_keep(now, e->backend),
                                     results_keep(now, e->strategy), e->sweep, e->nsweep, why};
    vec_push(&now->arena, &now->unjudged, u);
}

/* Why there is no pair at all. */
static const char *why_nothing(const struct results *now)
{
    if (!now->entries.count)
        return "nothing was measured now";
    for (size_t i = 0; i < now->entries.count; i++)
        if (baseline_find_anyhow(now->baseline, now->entries.items[i]))
            return "what both have measured was not ranked in the baseline";
    return "it has no run, backend and strategy that this result has too";
}

void baseline_judge(struct results *now)
{
    size_t compared = 0;
    if (!now->baseline)                               /* what was read is kept */
        return;
    now->unjudged.count = 0;
    for (size_t i = 0; i < now->entries.count; i++) {
        const struct result_entry *e = now->entries.items[i];
        bool is = is_compared(now, e);
        const char *why = is ? NULL : why_unjudged(now, e);
        compared += is;
        if (why)
            add_unjudged(now, e, why);
    }
    for (size_t i = 0; i < now->baseline->entries.count; i++) {
        const struct result_entry *then = now->baseline->entries.items[i];
        const struct result_backend *b = results_find_backend(now, then->backend);
        if (b && b->status != RESULT_OK && !baseline_find_anyhow(now, then))
            add_unjudged(now, then, b->reason ? b->reason : "its backend was not run");
    }
    if (!compared && !now->unjudged.count)
        add_unjudged(now, NULL, why_nothing(now));
}
