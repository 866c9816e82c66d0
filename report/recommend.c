/* recommend.c - the rules of recommend.h, and the sentences. */
#include "config.h"

#include "report/recommend.h"

#include <math.h>
#include <string.h>

#include "report/costs.h"
#include "report/expect.h"
#include "report/figures.h"
#include "report/number.h"
#include "report/stats.h"
#include "report/whose.h"

static bool cost_of(const struct result_entry *e, double *usd)
{
    return figures_metric(e, METRIC_COST_PER_MILLION, false, usd);
}

static const char *keep(struct results *r, struct buf *b)
{
    const char *text = arena_strdup(&r->arena, buf_text(b));
    buf_release(b);
    return text;
}

/* ---- what an entry lacks ---- */

static bool wants_interval(enum metric m)
{
    double percent;
    return m == METRIC_MEAN || m == METRIC_THROUGHPUT || (figures_percent(m, &percent) && percent < 100);
}

/* Held, but perhaps by chance. */
static bool is_unsure(const struct result_expectation *x)
{
    return x->ok && !x->service && wants_interval(x->metric) && (!x->sure || (x->low <= x->limit && x->limit <= x->high));
}

static void put_lack(struct buf *b, const struct result_expectation *x)
{
    enum figure_unit unit = figures_unit(x->metric);
    buf_puts(b, b->len ? " and " : "");
    if (x->ok) {
        buf_printf(b, x->fail_if ? "%s certainly did not hold: it is " : "%s held with confidence: it is ", x->text);
        number_put_figure(b, unit, x->value);
        if (!x->sure) {
            buf_puts(b, " with too little data (a p99 takes at least 3 rounds and 1000 requests)");
            return;
        }
        buf_puts(b, " (");
        number_put_figure(b, unit, x->low);
        buf_puts(b, " to ");
        number_put_figure(b, unit, x->high);
        buf_putc(b, ')');
        return;
    }
    if (x->unjudged) {
        buf_printf(b, "'%s' could be judged (now: %s)", x->text, x->unjudged);
        return;
    }
    bool falls = x->value > x->limit;
    buf_printf(b, "%s%s %s", x->service ? "service." : "", metric_name(x->metric), falls ? "fell" : "rose");
    if (x->value > 0 && x->limit > 0) {
        buf_puts(b, " by ");
        number_put_percent(b, fabs(x->limit / x->value - 1));
        buf_putc(b, ',');
    }
    buf_puts(b, " from ");
    number_put_figure(b, unit, x->value);
    buf_puts(b, " to ");
    number_put_figure(b, unit, x->limit);
}

/* The condition under which it would qualify; NULL: it does. *count: of how many parts. */
static const char *lack_of(struct results *r, const struct result_entry *e, uint32_t *count)
{
    struct buf b = {0};
    const char *unranked = figures_unranked(r, e);
    *count = 0;
    if (unranked) {
        buf_printf(&b, "it could be ranked (now: %s)", unranked);
        *count += 100;                                /* farther off than any figure */
    }
    for (size_t i = 0; i < r->expectations.count; i++) {
        const struct result_expectation *x = r->expectations.items + i;
        if (!expect_is_of(x, e) || (x->ok && !is_unsure(x)))
            continue;
        put_lack(&b, x);
        ++*count;
    }
    return *count ? keep(r, &b) : NULL;
}

/* ---- one point ---- */

static bool has_expectations(const struct results *r, size_t first, size_t end)
{
    for (size_t i = 0; i < r->expectations.count; i++)
        for (size_t k = first; k < end; k++)
            if (expect_is_of(r->expectations.items + i, r->entries.items[k]))
                return true;
    return false;
}

static double p99_of(const struct result_entry *e)
{
    double v = 0;
    figures_metric(e, METRIC_P99, false, &v);
    return v;
}

static bool is_better(const struct results *r, const struct result_entry *a, const struct result_entry *b)
{
    double x = 0, y = 0;
    cost_of(a, &x);
    cost_of(b, &y);
    return fabs(x - y) <= r->noise * fmax(x, y) ? p99_of(a) < p99_of(b) : x < y;
}

/* The cheapest, and the fastest of those without a price; this one where no other has one. */
static void find_best(struct results *r, struct recommended *at)
{
    double usd = 0;
    uint32_t lacks = 0;
    for (size_t i = at->first; i < at->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (lack_of(r, e, &lacks))
            continue;
        at->qualified++;
        if (!cost_of(e, &usd)) {
            at->unpriced++;
            at->fastest = !at->fastest || p99_of(e) < p99_of(at->fastest) ? e : at->fastest;
        } else if (!at->entry || is_better(r, e, at->entry)) {
            at->entry = e;
        }
    }
    at->by_speed = !at->entry && at->fastest;
    at->entry = at->by_speed ? at->fastest : at->entry;
}

/* Of those that do not qualify: with a recommendation the dearest that is cheaper, without one what lacks least. */
static void find_other(struct results *r, struct recommended *at)
{
    double limit = 0, usd = 0, most = 0;
    uint32_t lacks = 0, least = UINT32_MAX;
    if (at->by_speed)
        return;                                       /* what would be cheaper is not known */
    if (at->entry)
        cost_of(at->entry, &limit);
    for (size_t i = at->first; i < at->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        const char *lack = lack_of(r, e, &lacks);
        if (!lack || (at->entry && !(cost_of(e, &usd) && usd < limit * (1 - r->noise))))
            continue;
        bool same = !at->entry || fabs(usd - most) <= 1e-9 * most;           /* but for the last bits of a sum */
        bool nearer = lacks < least || (lacks == least && p99_of(e) < p99_of(at->other));
        if (at->other && !(same ? nearer : usd > most))
            continue;
        at->other = e;
        at->lacks = lack;
        most = usd;
        least = lacks;
    }
}

static bool any_ranked(const struct results *r, const struct recommended *at)
{
    for (size_t i = at->first; i < at->end; i++)
        if (!figures_unranked(r, r->entries.items[i]))
            return true;
    return false;
}

static struct recommended recommend_point(struct results *r, size_t first, size_t end)
{
    struct recommended at = {.first = first, .end = end};
    if (!has_expectations(r, first, end)) {
        at.why_not = "the run has no expectations, such as `expect p99 < 20ms`";
        return at;
    }
    if (!any_ranked(r, &at)) {
        at.why_not = "no candidate can be ranked";
        return at;
    }
    find_best(r, &at);
    if (!at.qualified)
        at.why_not = "no candidate meets every expectation with confidence";
    find_other(r, &at);
    return at;
}

/* ---- the words ---- */

static void put_name(struct buf *b, const struct results *r, const struct result_entry *e)
{
    whose_put_briefly(b, r, e->backend);
    buf_printf(b, ", %s", e->strategy);
}

/* "p99 72.8 µs (69.2-76.6)" */
static void put_p99(struct buf *b, const struct result_entry *e)
{
    double low = 0, high = 0;
    buf_puts(b, "p99 ");
    if (stats_interval(e, METRIC_P99, &low, &high))
        number_put_interval(b, p99_of(e), low, high);
    else
        number_put_duration(b, p99_of(e));
}

/* At which rate, where that matters. */
static void put_cost(struct buf *b, const struct result_entry *e)
{
    double usd = 0, rate = 0;
    if (!cost_of(e, &usd))
        return;
    number_put_figure(b, FIGURE_USD, usd);
    buf_puts(b, " per million requests");
    if (cost_has_capacity(&e->cost) && figures_cost_rate(e, &rate)) {
        buf_puts(b, " at ");
        number_put(b, rate);
        buf_puts(b, "/s");
    }
}

static void put_sweep(struct buf *b, const struct result_entry *e)
{
    for (uint32_t i = 0; i < e->nsweep; i++)
        buf_printf(b, "%s%s %s", i ? ", " : "", e->sweep[i].name, e->sweep[i].text);
}

static void put_other(struct buf *b, const struct results *r, const struct recommended *at)
{
    if (!at->other)
        return;
    buf_puts(b, at->entry ? " Next cheaper: " : " Nearest: ");
    put_name(b, r, at->other);
    if (at->entry) {
        buf_puts(b, ", ");
        put_cost(b, at->other);
    }
    buf_printf(b, ": it would qualify if %s.", at->lacks);
}

/* Backends of the point that qualify and have no price, for want of this setting: each once. */
static uint32_t put_unpriced(struct buf *b, struct results *r, const struct recommended *at, const char *setting, uint32_t told)
{
    uint32_t lacks = 0, before = told;
    double usd = 0;
    const char *last = "";
    for (size_t i = at->first; i < at->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        bool wants = !strcmp(e->cost.assumed ? "serves" : "hourly", setting);
        if (!wants || !strcmp(last, e->backend) || lack_of(r, e, &lacks) || cost_of(e, &usd))
            continue;
        buf_printf(b, "%s%s", told++ ? ", " : "", e->backend);
        last = e->backend;
    }
    if (told > before)
        buf_printf(b, " (set `%s`)", setting);
    return told;
}

/* " Unpriced: sqlite (set `hourly`), lakebase (set `serves`) in a backend block or in a --targets file." */
static void put_prices_that_lack(struct buf *b, struct results *r, const struct recommended *at)
{
    buf_puts(b, " Unpriced: ");
    uint32_t told = put_unpriced(b, r, at, "hourly", 0);
    put_unpriced(b, r, at, "serves", told);
    buf_puts(b, " in a backend block or in a --targets file.");
}

/* What an advice stands on, where that is no service; and that it is another's too, which is the same server. */
static void put_basis(struct buf *b, const struct results *r, const struct recommended *at)
{
    const struct result_entry *e = at->entry;
    if (whose_stands_in(r, e->backend)) {
        buf_puts(b, " Measured on a stand-in, not on the service");
        buf_printf(b, at->by_speed ? "." : "; its cost is %s.", costs_basis_name(costs_basis(e)));
    }
    for (size_t i = at->first; i < at->end; i++)
        if (!strcmp(r->entries.items[i]->strategy, e->strategy) && whose_is_same(r, r->entries.items[i]->backend, e->backend))
            buf_printf(b, " %s is the same server.", r->entries.items[i]->backend);
}

static void put_none(struct buf *b, const struct results *r, const struct recommended *at)
{
    buf_printf(b, "none: %s.", at->why_not);
    put_other(b, r, at);
}

static void put_point(struct buf *b, struct results *r, const struct recommended *at)
{
    if (!at->entry) {
        put_none(b, r, at);
        return;
    }
    buf_puts(b, at->by_speed ? "fastest of those that meet every expectation, none of which has a price: " : at->unpriced ? "cheapest with a known price: " : "");
    put_name(b, r, at->entry);
    buf_puts(b, ": ");
    if (!at->by_speed)
        put_cost(b, at->entry), buf_puts(b, ", ");
    put_p99(b, at->entry);
    buf_puts(b, at->qualified == 1 ? "; no other candidate meets every expectation." : ".");
    put_basis(b, r, at);
    if (!at->by_speed && at->unpriced) {
        buf_puts(b, " Fastest without a known price: ");
        put_name(b, r, at->fastest);
        buf_puts(b, ": ");
        put_p99(b, at->fastest);
        buf_puts(b, ".");
    }
    if (at->unpriced)
        put_prices_that_lack(b, r, at);
    put_other(b, r, at);
}

static bool same_advice(const struct recommended *a, const struct recommended *b)
{
    if (!a->entry || !b->entry)
        return !a->entry && !b->entry && !strcmp(a->why_not, b->why_not);
    return a->by_speed == b->by_speed && !strcmp(a->entry->backend, b->entry->backend) && !strcmp(a->entry->strategy, b->entry->strategy);
}

static bool was_told(const struct recommended *points, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (same_advice(points + i, points + at))
            return true;
    return false;
}

static void put_places(struct buf *b, const struct results *r, const struct recommended *points, uint32_t n, uint32_t at)
{
    uint32_t places = 0;
    for (uint32_t i = at; i < n; i++)
        places += same_advice(points + at, points + i);
    if (places == n) {
        buf_printf(b, "at all %u points of the sweep", n);
        return;
    }
    const char *between = "at ";
    for (uint32_t i = at; i < n; i++) {
        if (!same_advice(points + at, points + i))
            continue;
        buf_puts(b, between);
        put_sweep(b, r->entries.items[points[i].first]);
        between = "; ";
    }
}

/* "at share 100%; share 90%: dynamodb with binpacked, $1.88 to $2.10 per million requests." */
static void put_group(struct buf *b, struct results *r, const struct recommended *points, uint32_t n, uint32_t at)
{
    double low = INFINITY, high = 0, usd = 0;
    put_places(b, r, points, n, at);
    buf_puts(b, ": ");
    if (!points[at].entry) {
        put_none(b, r, points + at);
        return;
    }
    buf_puts(b, points[at].by_speed ? "fastest of those that meet every expectation, none of which has a price: " : points[at].unpriced ? "cheapest with a known price: " : "");
    for (uint32_t i = at; i < n; i++)
        if (same_advice(points + at, points + i) && cost_of(points[i].entry, &usd))
            low = fmin(low, usd), high = fmax(high, usd);
    put_name(b, r, points[at].entry);
    if (high > 0) {
        buf_puts(b, ": ");
        number_put_figure(b, FIGURE_USD, low);
        if (high > low) {
            buf_puts(b, " to ");
            number_put_figure(b, FIGURE_USD, high);
        }
        buf_puts(b, " per million requests");
    }
    buf_putc(b, '.');
    put_basis(b, r, points + at);
    if (points[at].by_speed)
        put_prices_that_lack(b, r, points + at);
    put_other(b, r, points + at);
}

static const char *put_run(struct results *r, const struct recommended *points, uint32_t n)
{
    struct buf b = {0};
    uint32_t groups = 0;
    for (uint32_t i = 0; i < n; i++)
        groups += !was_told(points, i);
    if (groups > 1)
        buf_puts(&b, "depends on the sweep: ");
    for (uint32_t i = 0; i < n; i++) {
        if (was_told(points, i))
            continue;
        buf_puts(&b, i ? " And " : "");
        if (n > 1)
            put_group(&b, r, points, n, i);
        else
            put_point(&b, r, points);
    }
    return keep(r, &b);
}

void recommend_results(struct results *r)
{
    r->recommendations.count = 0;
    for (size_t i = 0; i < r->entries.count;) {
        const char *run = r->entries.items[i]->run;
        VEC(struct recommended) points = {0};
        for (; i < r->entries.count && !strcmp(r->entries.items[i]->run, run); i = figures_point_end(r, i))
            vec_push(&r->arena, &points, recommend_point(r, i, figures_point_end(r, i)));
        const char *text = put_run(r, points.items, (uint32_t)points.count);
        vec_push(&r->arena, &r->recommendations, ((struct recommendation){run, text, points.items, (uint32_t)points.count}));
    }
}
