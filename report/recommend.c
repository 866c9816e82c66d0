/* recommend.c - the rules of recommend.h, and the sentences. */
#include "config.h"

#include "report/recommend.h"

#include <math.h>
#include <string.h>

#include "report/expect.h"
#include "report/figures.h"
#include "report/number.h"
#include "report/stats.h"

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

static bool is_of(const struct result_expectation *x, const struct result_entry *e)
{
    bool same = x->nsweep == e->nsweep && !strcmp(x->run, e->run) && !strcmp(x->backend, e->backend) && !strcmp(x->strategy, e->strategy);
    for (uint32_t i = 0; same && i < x->nsweep; i++)
        same = !strcmp(x->sweep[i].name, e->sweep[i].name) && !strcmp(x->sweep[i].text, e->sweep[i].text);
    return same;
}

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
        buf_printf(b, x->fail_if ? "%s surely did not hold: it is " : "%s held for sure: it is ", x->text);
        number_put_figure(b, unit, x->value);
        if (!x->sure) {
            buf_puts(b, ", of too few rounds or requests");
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
        if (!is_of(x, e) || (x->ok && !is_unsure(x)))
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
            if (is_of(r->expectations.items + i, r->entries.items[k]))
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

static void find_cheapest(struct results *r, struct recommended *at)
{
    double usd = 0;
    uint32_t lacks = 0;
    for (size_t i = at->first; i < at->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (lack_of(r, e, &lacks))
            continue;
        at->qualified++;
        if (!cost_of(e, &usd))
            at->unpriced++;
        else if (!at->entry || is_better(r, e, at->entry))
            at->entry = e;
    }
}

/* Of those that do not qualify: with a recommendation the dearest that is cheaper, without one what lacks least. */
static void find_other(struct results *r, struct recommended *at)
{
    double limit = 0, usd = 0, most = 0;
    uint32_t lacks = 0, least = UINT32_MAX;
    if (at->entry)
        cost_of(at->entry, &limit);
    for (size_t i = at->first; i < at->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        const char *lack = lack_of(r, e, &lacks);
        if (!lack || (at->entry && !(cost_of(e, &usd) && usd < limit * (1 - r->noise))))
            continue;
        bool nearer = at->entry ? usd > most : lacks < least || (lacks == least && p99_of(e) < p99_of(at->other));
        if (at->other && !nearer)
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
        at.why_not = "the run expects nothing: `expect p99 < …` says what is good enough";
        return at;
    }
    if (!any_ranked(r, &at)) {
        at.why_not = "nothing can be ranked";
        return at;
    }
    find_cheapest(r, &at);
    if (!at.qualified)
        at.why_not = "nothing meets all expectations for sure";
    else if (!at.entry)
        at.why_not = "no price is known of what meets all expectations";
    if (!at.why_not || !at.qualified)
        find_other(r, &at);
    return at;
}

/* ---- the words ---- */

static void put_name(struct buf *b, const struct result_entry *e)
{
    buf_printf(b, "%s with %s", e->backend, e->strategy);
}

static void put_cost(struct buf *b, const struct result_entry *e)
{
    double usd = 0;
    if (cost_of(e, &usd))
        number_put_figure(b, FIGURE_USD, usd);
}

static void put_sweep(struct buf *b, const struct result_entry *e)
{
    for (uint32_t i = 0; i < e->nsweep; i++)
        buf_printf(b, "%s%s %s", i ? ", " : "", e->sweep[i].name, e->sweep[i].text);
}

static void put_other(struct buf *b, const struct recommended *at)
{
    if (!at->other)
        return;
    buf_puts(b, at->entry ? " The next cheaper, " : " Nearest is ");
    put_name(b, at->other);
    if (at->entry) {
        buf_puts(b, " at ");
        put_cost(b, at->other);
    }
    buf_printf(b, "%s would do if %s.", at->entry ? "," : ": it", at->lacks);
}

static void put_point(struct buf *b, const struct results *r, const struct recommended *at)
{
    if (!at->entry) {
        buf_printf(b, "no recommendation: %s", at->why_not);
        if (at->qualified) {                          /* without a price: named all the same */
            enum { MOST = 4 };
            uint32_t lacks = 0, told = 0;
            for (size_t i = at->first; i < at->end; i++)
                if (!lack_of((struct results *)r, r->entries.items[i], &lacks) && told++ < MOST) {
                    buf_puts(b, told > 1 ? ", " : " (");
                    put_name(b, r->entries.items[i]);
                }
            if (told > MOST)
                buf_printf(b, " and %u more", told - MOST);
            buf_putc(b, ')');
        }
        buf_putc(b, '.');
        put_other(b, at);
        return;
    }
    put_name(b, at->entry);
    buf_puts(b, " meets all expectations at the least cost, ");
    put_cost(b, at->entry);
    buf_printf(b, " per million requests%s", at->qualified == 1 ? "; nothing else meets them." : ".");
    if (at->unpriced)
        buf_printf(b, " %u more meet%s them, of which no price is known.", at->unpriced, at->unpriced == 1 ? "s" : "");
    put_other(b, at);
}

static bool same_advice(const struct recommended *a, const struct recommended *b)
{
    if (!a->entry || !b->entry)
        return !a->entry && !b->entry && !strcmp(a->why_not, b->why_not);
    return !strcmp(a->entry->backend, b->entry->backend) && !strcmp(a->entry->strategy, b->entry->strategy);
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
static void put_group(struct buf *b, const struct results *r, const struct recommended *points, uint32_t n, uint32_t at)
{
    double low = INFINITY, high = 0, usd = 0;
    put_places(b, r, points, n, at);
    buf_puts(b, ": ");
    if (!points[at].entry) {
        put_point(b, r, points + at);
        return;
    }
    for (uint32_t i = at; i < n; i++)
        if (same_advice(points + at, points + i) && cost_of(points[i].entry, &usd))
            low = fmin(low, usd), high = fmax(high, usd);
    put_name(b, points[at].entry);
    buf_puts(b, ", ");
    number_put_figure(b, FIGURE_USD, low);
    if (high > low) {
        buf_puts(b, " to ");
        number_put_figure(b, FIGURE_USD, high);
    }
    buf_puts(b, " per million requests.");
    put_other(b, points + at);
}

static const char *put_run(struct results *r, const struct recommended *points, uint32_t n)
{
    struct buf b = {0};
    uint32_t groups = 0;
    for (uint32_t i = 0; i < n; i++)
        groups += !was_told(points, i);
    if (groups > 1)
        buf_puts(&b, "it depends on what is swept: ");
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
