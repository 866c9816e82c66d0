/* estimate.c - what a workload costs, from its plans alone: no database, nothing measured. */
#include "config.h"

#include "backends/lower.h"
#include "base/bug.h"
#include "ir/narrow.h"
#include "run/costing.h"

struct estimate {
    struct arena *arena;
    struct results *results;
    const struct emit_options *options;
    double rate;
};

/* A workload without runs: each query by the usual strategies. */
static const struct strategy usual[] = {
    {STRATEGY_SINGLE, 1, "single"}, {STRATEGY_BATCH, 1, "batch"}, {STRATEGY_BINPACKED, 1, "binpacked"}};

static void add_entry(struct estimate *x, const struct ir_point *point, const struct instance *inst,
                      const struct strategy *strategy)
{
    const struct ir_run *run = point->run;
    const struct plan **plans = arena_array(x->arena, const struct plan *, run->nmix);
    struct billing_demand demand = {.basis = COST_MODELLED};
    struct error err = {0};
    for (uint32_t i = 0; i < run->nmix; i++) {
        struct plan *plan = arena_new(x->arena, struct plan);
        BUG_UNLESS(lower_query(x->arena, inst, run->mix[i].query, strategy, plan, &err) == 0);
        plans[i] = plan;
    }
    costing_model_units(inst, run, plans, &demand.units);
    struct result_entry *e = results_add_entry(x->results, point, strategy->text, inst->name);
    e->calls_per_request = costing_calls(run, plans);
    e->rate = e->rate > 0 ? e->rate : x->rate;
    costing_set(x->results, e, inst, point->ir, &demand);
}

static void each_strategy(struct estimate *x, const struct ir_point *point, const struct instances *list)
{
    const struct ir_run *run = point->run;
    const char *never = plan_cannot_run(x->arena, NULL, run);
    if (never)
        results_leave_out(x->results, run->name, never, NULL);
    for (size_t i = 0; i < list->items.count && !never; i++) {
        const struct instance *inst = list->items.items[i];
        const char *cannot = inst->billing.mode ? plan_cannot_run(x->arena, &inst->backend->caps, run) : NULL;
        if (cannot)
            results_leave_out(x->results, arena_printf(x->arena, "%s on %s", run->name, inst->name), cannot,
                              NULL);
        for (uint32_t s = 0; inst->billing.mode && !cannot && s < run->nstrategies; s++)
            add_entry(x, point, inst, &run->strategies[s]);
    }
}

static void each_query(struct estimate *x, const struct ir *ir, const struct instances *list)
{
    for (uint32_t q = 0; q < ir->nqueries; q++) {
        struct ir_mix *mix = arena_new(x->arena, struct ir_mix);
        struct ir_run *run = arena_new(x->arena, struct ir_run);
        *mix = (struct ir_mix){&ir->queries[q], 1};
        *run = (struct ir_run){.name = ir->queries[q].name, .mix = mix, .nmix = 1, .clients = 1, .strategies = ir->nstrategies ? ir->strategies : usual,
                               .nstrategies = ir->nstrategies ? ir->nstrategies : sizeof usual / sizeof *usual};
        each_strategy(x, &(struct ir_point){.ir = ir, .run = run}, list);
    }
}

struct results *costing_estimate(struct arena *arena, const struct ir *ir, const struct instances *list,
                                 const struct swept *swept, const struct emit_options *options, uint64_t seed,
                                 double rate)
{
    struct estimate x = {arena, results_new(ir, seed), options, rate};
    for (uint32_t i = 0; i < ir->nruns; i++)
        for (uint32_t k = 0; narrow_takes_run(options->run, &ir->runs[i]) && k < ir->runs[i].npoints; k++)
            each_strategy(&x, &ir->runs[i].points[k], swept_find(swept, &ir->runs[i].points[k], list));
    if (!ir->nruns)
        each_query(&x, ir, list);
    for (size_t i = 0; i < list->items.count; i++)
        if (!list->items.items[i]->billing.mode)
            results_leave_out(x.results, list->items.items[i]->name, "nobody charges for it",
                              "say what a server costs: `hourly 0.35`");
    return x.results;
}
