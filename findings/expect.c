#include "config.h"

#include "findings/expect.h"

#include <math.h>
#include <string.h>

#include "cost/cost.h"
#include "findings/figures.h"
#include "findings/number.h"
#include "findings/rank.h"
#include "findings/stats.h"

/* What a client that cannot keep up makes wrong: times, throughput, and what capacity by the throughput
 * reached costs. */
static bool is_of_speed(const struct result_entry *e, enum metric m)
{
    enum figure_unit unit = figures_unit(m);
    return (unit == FIGURE_NS && m < METRIC_STALE) || unit == FIGURE_PER_SECOND || m == METRIC_CV ||
           (m == METRIC_COST_PER_MILLION && cost_has_capacity(&e->cost) && !(e->rate > 0));
}

/* Why a figure (or that there is none) says nothing of the backend; NULL: it does. */
static const char *why_unjudged(const struct results *r, const struct result_entry *of, enum metric m,
                                bool measured)
{
    const struct result_entry *e = results_whole(of);
    if (measured)
        return is_of_speed(e, m) && rank_saturated(e) ? "the client was saturated" : NULL;
    if (m == METRIC_COST_PER_MILLION && e->all.requests)
        return e->cost.assumed
                   ? "the capacity's throughput is unknown: set `serves` in its backend block"
                   : "no price is known: set `hourly` in its backend block or in a --targets file";
    if (m >= METRIC_STALE && e->all.requests)
        return "no read of rows that the run writes was watched";
    return e->failed ? e->failed : !e->all.requests && r->stopped ? r->stopped : "nothing was answered";
}

static void judge(struct results *r, const struct result_entry *e, enum compare compare,
                  struct result_expectation *x)
{
    x->measured = figures_metric(e, x->metric, x->service, &x->value);
    x->unjudged = why_unjudged(r, e, x->metric, x->measured);
    x->ok = !x->unjudged && compare_holds(compare, x->value, x->limit) != x->fail_if;
    x->sure = !x->service && stats_interval(e, x->metric, &x->low, &x->high);
}

void expect_evaluate(struct results *r, const struct result_entry *e, const struct ir_expect *expects,
                     uint32_t n, bool fail_if)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct ir_expect *x = expects + i;
        const struct result_entry *of = results_query(e, x->query);
        if (!of || (x->backend && strcmp(x->backend, e->backend)))
            continue;
        struct result_expectation found = {
            .run = e->run, .backend = e->backend, .strategy = e->strategy, .sweep = e->sweep,
            .nsweep = e->nsweep,
            .query = results_keep(r, x->query), .text = results_keep(r, x->text), .fail_if = fail_if,
            .service = x->service, .metric = x->metric, .limit = x->value,
        };
        judge(r, of, x->compare, &found);
        vec_push(&r->arena, &r->expectations, found);
    }
}

bool expect_is_of(const struct result_expectation *x, const struct result_entry *e)
{
    return !strcmp(x->run, e->run) && !strcmp(x->backend, e->backend) && !strcmp(x->strategy, e->strategy) &&
           ir_params_same(x->sweep, x->nsweep, e->sweep, e->nsweep);
}

/* The canonical text says it between blanks. */
static bool read_compare(const char *text, enum compare *c)
{
    const char *blank = strchr(text, ' ');
    for (; blank; blank = strchr(blank + 1, ' '))
        for (*c = 0; *c <= COMPARE_GT; ++*c) {
            size_t n = strlen(compare_name(*c));
            if (!strncmp(blank + 1, compare_name(*c), n) && blank[1 + n] == ' ')
                return true;
        }
    return false;
}

static const struct result_entry *entry_of(const struct results *r, const struct result_expectation *x)
{
    for (size_t i = 0; i < r->entries.count; i++)
        if (expect_is_of(x, r->entries.items[i]))
            return results_query(r->entries.items[i], x->query);
    return NULL;
}

void expect_judge_again(struct results *r)
{
    for (size_t i = 0; i < r->expectations.count; i++) {
        struct result_expectation *x = &r->expectations.items[i];
        const struct result_entry *e = entry_of(r, x);
        enum compare compare;
        if (e && read_compare(x->text, &compare)) {
            judge(r, e, compare, x);
        } else if (x->ok) {
            x->ok = x->measured = x->sure = false;
            x->unjudged = e ? "its text is not understood" : "the result has no figures of it";
        }
    }
}

enum expect_verdict expect_verdict(const struct result_expectation *x)
{
    return x->ok ? EXPECT_HELD : x->unjudged ? EXPECT_NOT_MEASURED : EXPECT_FAILED;
}

const char *expect_verdict_name(enum expect_verdict v)
{
    static const char *const names[] = {[EXPECT_HELD] = "held", [EXPECT_FAILED] = "failed",
                                        [EXPECT_NOT_MEASURED] = "not measured"};
    return names[v];
}

uint32_t expect_count(const struct results *r, enum expect_verdict v)
{
    uint32_t n = 0;
    for (size_t i = 0; i < r->expectations.count; i++)
        n += expect_verdict(r->expectations.items + i) == v;
    return n;
}

bool expect_is_same(const struct result_expectation *a, const struct result_expectation *b)
{
    return !strcmp(a->run, b->run) && a->fail_if == b->fail_if && !strcmp(a->text, b->text);
}

bool expect_group(const struct results *r, size_t at, struct expect_group *g)
{
    const struct result_expectation *all = r->expectations.items;
    *g = (struct expect_group){.first = all + at};
    for (size_t i = 0; i < r->expectations.count; i++) {
        if (!expect_is_same(all + i, all + at))
            continue;
        if (i < at)
            return false;
        g->total++;
        g->of[expect_verdict(all + i)]++;
    }
    return true;
}

void expect_put_share(struct buf *b, uint32_t some, uint32_t total)
{
    if (total == 1)
        return;
    if (some < total)
        buf_printf(b, " in %u of %u measurements", some, total);
    else if (total == 2)
        buf_puts(b, " in both measurements");
    else
        buf_printf(b, " in all %u measurements", total);
}

void expect_put_figure(struct buf *b, const struct result_expectation *x)
{
    if (x->query)
        buf_printf(b, "%s.", x->query);
    buf_printf(b, "%s%s", x->service ? "service." : "", metric_name(x->metric));
}

void expect_put_what(struct buf *b, const struct result_expectation *x)
{
    buf_printf(b, x->fail_if ? "--fail-if '%s'" : "%s", x->text);
}

bool expect_wants_interval(const struct result_expectation *x)
{
    double percent;
    enum metric m = x->metric;
    return !x->service &&
           (m == METRIC_MEAN || m == METRIC_THROUGHPUT || (figures_percent(m, &percent) && percent < 100));
}

void expect_put_needed(struct buf *b, enum metric m)
{
    double percent;
    buf_printf(b, "%d rounds", STATS_LEAST_ROUNDS);
    if (figures_percent(m, &percent))
        buf_printf(b, " and %.0f requests", STATS_LEAST_BEYOND / (1 - percent / 100));
}

void expect_put_missed(struct buf *b, const struct result_expectation *x)
{
    enum figure_unit unit = figures_unit(x->metric);
    double off = x->limit > 0 ? x->value / x->limit - 1 : 0;
    if (x->unjudged) {
        buf_printf(b, "not judged: %s", x->unjudged);
        return;
    }
    number_put_figure(b, unit, x->value);
    if (x->sure) {
        buf_puts(b, " (");
        number_put_figure_range(b, unit, x->value, x->low, x->high);
        buf_puts(b, x->low <= x->limit && x->limit <= x->high ? "; may be chance)" : ")");
    } else if (expect_wants_interval(x)) {
        buf_puts(b, " (uncertain: too few rounds or requests)");
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
