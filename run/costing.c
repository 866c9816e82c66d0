#include "config.h"

#include "run/costing.h"

#include "backends/pricing.h"

double costing_calls(const struct ir_run *run, const struct plan *const *plans)
{
    double calls = 0;
    for (uint32_t i = 0; i < run->nmix; i++)
        calls += run->mix[i].share * plans[i]->nrequests;
    return calls;
}

bool costing_model_units(const struct instance *inst, const struct ir_run *run,
                         const struct plan *const *plans, struct units *units)
{
    bool has = false;
    *units = (struct units){0};
    for (uint32_t i = 0; i < run->nmix; i++) {
        struct units one;
        has = pricing_model_units(inst, plans[i], &one);
        units->reads += run->mix[i].share * one.reads;
        units->writes += run->mix[i].share * one.writes;
    }
    return has;
}

void costing_set(struct results *r, struct result_entry *e, const struct instance *inst, const struct ir *ir,
                 const struct billing_demand *asked)
{
    struct billing_demand demand = *asked;
    struct cost cost;
    demand.stored_bytes = pricing_stored_bytes(inst, ir);
    demand.tables = ir->ntables;
    billing_cost(&inst->billing, &r->arena, &demand, &cost);
    results_set_cost(r, e, &cost);
}
