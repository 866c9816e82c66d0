#include "config.h"

#include "report/expect.h"

#include <math.h>
#include <string.h>

#include "report/figures.h"
#include "report/number.h"
#include "report/stats.h"

void expect_evaluate(struct results *r, const struct result_entry *e, const struct ir_expect *expects, uint32_t n, bool fail_if)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct ir_expect *x = expects + i;
        if (x->backend && strcmp(x->backend, e->backend))
            continue;
        struct result_expectation found = {
            .run = e->run, .backend = e->backend, .strategy = e->strategy, .sweep = e->sweep, .nsweep = e->nsweep,
            .text = results_keep(r, x->text), .fail_if = fail_if, .service = x->service, .metric = x->metric, .limit = x->value,
        };
        found.measured = figures_metric(e, x->metric, x->service, &found.value);
        found.ok = found.measured && compare_holds(x->compare, found.value, x->value) != fail_if;
        found.sure = !x->service && stats_interval(e, x->metric, &found.low, &found.high);
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

void expect_put_what(struct buf *b, const struct result_expectation *x)
{
    buf_printf(b, x->fail_if ? "--fail-if '%s'" : "%s", x->text);
}

void expect_put_missed(struct buf *b, const struct result_expectation *x)
{
    enum figure_unit unit = figures_unit(x->metric);
    double off = x->limit > 0 ? x->value / x->limit - 1 : 0;
    if (!x->measured) {
        buf_puts(b, "no figure: nothing was answered");
        return;
    }
    number_put_figure(b, unit, x->value);
    if (x->sure) {
        buf_puts(b, " (");
        number_put_figure(b, unit, x->low);
        buf_puts(b, " to ");
        number_put_figure(b, unit, x->high);
        buf_puts(b, x->low <= x->limit && x->limit <= x->high ? ", so it may be just chance)" : ")");
    }
    if (off == 0 || !isfinite(off))
        return;
    buf_puts(b, ", ");
    if (off >= 1) {
        number_put(b, off + 1);
        buf_puts(b, " times the limit");
    } else {
        number_put_percent(b, fabs(off));
        buf_puts(b, off > 0 ? " above" : " below");
    }
}
