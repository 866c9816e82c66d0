#include "config.h"

#include "report/expect.h"

#include <string.h>

#include "report/figures.h"

void expect_evaluate(struct results *r, const struct result_entry *e, const struct ir_expect *expects, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct ir_expect *x = expects + i;
        if (x->backend && strcmp(x->backend, e->backend))
            continue;
        struct result_expectation found = {
            .run = e->run, .backend = e->backend, .strategy = e->strategy, .sweep = e->sweep, .nsweep = e->nsweep,
            .text = results_keep(r, x->text), .metric = x->metric, .limit = x->value,
        };
        found.measured = figures_metric(e, x->metric, x->service, &found.value);
        found.ok = found.measured && compare_holds(x->compare, found.value, x->value);
        vec_push(&r->arena, &r->expectations, found);
    }
}

uint32_t expect_failures(const struct results *r)
{
    uint32_t failures = 0;
    for (size_t i = 0; i < r->expectations.count; i++)
        failures += !r->expectations.items[i].ok;
    return failures;
}
