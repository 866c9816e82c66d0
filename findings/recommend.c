/* recommend.c - the rules of recommend.h, and the sentences. */
#include "config.h"

#include "findings/recommend.h"

#include <math.h>
#include <string.h>

#include "findings/costs.h"
#include "findings/expect.h"
#include "findings/figures.h"
#include "findings/number.h"
#include "findings/points.h"
#include "findings/rank.h"
#include "findings/stats.h"
#include "findings/whose.h"

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

/* Held, but perhaps by chance. */
static bool is_unsure(const struct result_expectation *x)
{
    return x->ok && expect_wants_interval(x) && (!x->sure || (x->low <= x->limit && x->limit <= x->high));
}

static void put_lack(struct buf *b, const struct result_expectation *x)
{
    enum figure_unit unit = figures_unit(x->metric);
    buf_puts(b, b->len ? " and " : "");
    if (x->ok) {
        buf_printf(b, x->fail_if ? "'%s' certainly did not hold: it is " : "'%s' certainly held: it is ", x->text);
        number_put_figure(b, unit, x->value);
        if (!x->sure) {
            buf_puts(b, ", of too few rounds or requests to be sure (at least ");
            expect_put_needed(b, x->metric);
            buf_puts(b, " are needed)");
            return;
        }
        buf_puts(b, " (");
        number_put_figure_range(b, unit, x->value, x->low, x->high);
        buf_putc(b, ')');
        return;
    }
    if (x->unjudged) {
        buf_printf(b, "'%s' could be judged (now: %s)", x->text, x->unjudged);
        return;
    }
    bool falls = x->value > x->limit;
    expect_put_figure(b, x);
    buf_puts(b, falls ? " fell" : " rose");
    if (x->value < 10 * x->limit && x->limit < 10 * x->value) {          /* beyond, a percentage says
                                                                            nothing */
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
    const char *unranked = rank_unranked(r, e);
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

static bool is_better(const struct results *r, const struct result_entry *a, const struct result_entry *b)
{
    double x = 0, y = 0;
    cost_of(a, &x);
    cost_of(b, &y);
    return fabs(x - y) <= r->noise * fmax(x, y) ? figures_p99(a) < figures_p99(b) : x < y;
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
            at->fastest = !at->fastest || figures_p99(e) < figures_p99(at->fastest) ? e : at->fastest;
        } else if (!at->entry || is_better(r, e, at->entry)) {
            at->entry = e;
        }
    }
    at->by_speed = !at->entry && at->fastest;
    at->entry = at->by_speed ? at->fastest : at->entry;
}

/* Of those that do not qualify: with a recommendation the dearest that is cheaper, without
 * one what lacks least. */
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
        bool same = !at->entry || fabs(usd - most) <= 1e-9 * most;           /* but for the last bits of a
                                                                                sum */
        bool nearer = lacks < least || (lacks == least && figures_p99(e) < figures_p99(at->other));
        if (at->other && !(same ? nearer : usd > most))
            continue;
        at->other = e;
        at->lacks = lack;
        most = usd;
        least = lacks;
    }
}

struct alternative { struct results *results; const struct recommended *at; };

/* It qualifies, and costs what the recommended one does, as far as that is known. */
static bool is_alternative(void *to, const struct result_entry *e)
{
    struct alternative *a = to;
    double mine = 0, usd = 0;
    uint32_t lacks = 0;
    bool priced = cost_of(a->at->entry, &mine);
    return !lack_of(a->results, e, &lacks) && priced == cost_of(e, &usd) &&
           fabs(usd - mine) <= a->results->noise * fmax(usd, mine);
}

static struct doubt doubt_of(struct results *r, const struct recommended *at)
{
    struct alternative a = {r, at};
    return at->entry
               ? doubt_about(r, at->entry, at->first, at->end, &(struct doubt_among){is_alternative, &a})
               : (struct doubt){0};
}

static bool any_ranked(const struct results *r, const struct recommended *at)
{
    for (size_t i = at->first; i < at->end; i++)
        if (!rank_unranked(r, r->entries.items[i]))
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
        at.why_not = "no candidate certainly meets every expectation";
    at.doubt = doubt_of(r, &at);
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
        number_put_interval(b, figures_p99(e), low, high);
    else
        number_put_duration(b, figures_p99(e));
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
        buf_puts(b, " at a steady ");
        number_put(b, rate);
        buf_puts(b, "/s");
    }
}

/* `where`: at which point of several; nothing where there is one. */
static void put_other(struct buf *b, const struct results *r, const struct recommended *at, const char *where)
{
    if (!at->other)
        return;
    buf_printf(b, "%s%s%s: ", at->entry ? "Next cheaper" : "Nearest", *where ? " at " : "", where);
    put_name(b, r, at->other);
    if (at->entry) {
        buf_puts(b, ", ");
        put_cost(b, at->other);
    }
    buf_printf(b, ": it would qualify if %s.", at->lacks);
}

/* Backends that qualify and have no price: each once, with those that lack it for the same reason. */
enum lack { LACK_HOURLY, LACK_SERVES, LACK_BILL, LACKS };
struct unpriced { VEC(const char *) names; };

/* What is embedded works on the application's machine, and nobody bills it. */
static enum lack lack_of_price(const struct result_entry *e)
{
    return e->cost.assumed ? LACK_SERVES : e->embedded ? LACK_BILL : LACK_HOURLY;
}

static bool is_told(const struct unpriced *u, const char *backend)
{
    for (size_t i = 0; i < u->names.count; i++)
        if (!strcmp(u->names.items[i], backend))
            return true;
    return false;
}

static void find_unpriced(struct results *r, const struct recommended *at, enum lack lack, struct unpriced *u)
{
    uint32_t lacks = 0;
    double usd = 0;
    for (size_t i = at->first; i < at->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (lack_of_price(e) == lack && !is_told(u, e->backend) && !cost_of(e, &usd) && !lack_of(r, e, &lacks))
            vec_push(&r->arena, &u->names, e->backend);
    }
}

/* "No known price: mariadb (`hourly` in its backend block or a --targets file), lakebase (`serves` there),
 * sqlite (embedded: …)." */
static void put_unpriced(struct buf *b, struct results *r, const struct recommended *points, uint32_t n)
{
    static const char *const why[LACKS] = {"`hourly`", "`serves`",
                                           "embedded: it runs on the application's machine"};
    const char *before = "\n" RECOMMEND_UNPRICED;
    bool placed = false;
    for (enum lack k = 0; k < LACKS; k++) {
        struct unpriced list = {0};
        const char *place = k == LACK_BILL ? "" : placed ? " there" : " in its backend block or a --targets file";
        for (uint32_t i = 0; i < n; i++)
            if (n == 1 || points[i].by_speed)
                find_unpriced(r, points + i, k, &list);
        for (size_t i = 0; i < list.names.count; i++) {
            buf_printf(b, "%s%s", before, list.names.items[i]);
            before = ", ";
        }
        if (list.names.count)
            buf_printf(b, " (%s%s)", why[k], place);
        placed |= list.names.count > 0;
    }
    if (*before == ',')
        buf_putc(b, '.');
}

/* What a recommendation rests on, where that is no service; and that it is another's too, which
 * is the same server. */
static void put_basis(struct buf *b, const struct results *r, const struct recommended *at)
{
    const struct result_entry *e = at->entry;
    if (whose_stands_in(r, e->backend)) {
        buf_puts(b, " Measured on a stand-in, not on the service");
        buf_printf(b, at->by_speed ? "." : "; its cost is %s.", costs_basis_name(costs_basis(e)));
    }
    for (size_t i = at->first; i < at->end; i++)
        if (!strcmp(r->entries.items[i]->strategy, e->strategy) &&
            whose_is_same(r, r->entries.items[i]->backend, e->backend))
            buf_printf(b, " %s is the same server.", r->entries.items[i]->backend);
}

/* What has no price is not dearer for that. */
static void put_may_be_cheaper(struct buf *b, const struct recommended *at)
{
    if (!at->by_speed && at->unpriced)
        buf_printf(b, " %u of the %u candidates that meet every expectation %s no known price, and may be cheaper.",
                   at->unpriced, at->qualified, at->unpriced == 1 ? "has" : "have");
}

/* By what it was chosen, where that is not by price alone. */
static const char *lead_of(const struct recommended *at)
{
    return at->by_speed   ? "by p99 alone, since nothing that meets every expectation has a known price: "
           : at->unpriced ? "cheapest with a known price: "
                          : "";
}

/* Those that cost more are no rivals. */
static const char *when_of(const struct recommended *at)
{
    return at->by_speed ? "" : "at the same cost ";
}

static void put_point(struct buf *b, struct results *r, const struct recommended *at)
{
    if (!at->entry) {
        buf_printf(b, "none: %s.%s", at->why_not, at->other ? "\n" : "");
        put_other(b, r, at, "");
        return;
    }
    buf_puts(b, lead_of(at));
    put_name(b, r, at->entry);
    buf_puts(b, ": ");
    if (!at->by_speed)
        put_cost(b, at->entry), buf_puts(b, ", ");
    put_p99(b, at->entry);
    doubt_put(b, when_of(at), &at->doubt);
    buf_puts(b, at->qualified == 1 ? "; no other candidate meets every expectation." : ".");
    put_basis(b, r, at);
    put_may_be_cheaper(b, at);
    if (!at->by_speed && at->unpriced) {
        buf_puts(b, "\nLowest p99 without a known price: ");
        put_name(b, r, at->fastest);
        buf_puts(b, ": ");
        put_p99(b, at->fastest);
        buf_puts(b, ".");
    }
    put_unpriced(b, r, at, 1);
    buf_puts(b, at->other ? "\n" : "");
    put_other(b, r, at, "");
}

/* ---- several points ---- */

static bool same_advice(const struct recommended *a, const struct recommended *b)
{
    if (!a->entry || !b->entry)
        return !a->entry && !b->entry && !strcmp(a->why_not, b->why_not);
    return a->by_speed == b->by_speed && !strcmp(a->entry->backend, b->entry->backend) &&
           !strcmp(a->entry->strategy, b->entry->strategy);
}

static bool was_told(const struct recommended *points, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (same_advice(points + i, points + at))
            return true;
    return false;
}

struct advised { struct results *results; const struct recommended *points; uint32_t n; };   /* the points of a sweep */

/* Where the advice of the point `at` holds; with `here` that point alone. */
static void put_points_of(struct buf *b, const struct advised *a, uint32_t at, bool here)
{
    const struct result_entry **entries = arena_array(&a->results->arena, const struct result_entry *, a->n);
    bool *meant = arena_array(&a->results->arena, bool, a->n);
    for (uint32_t i = 0; i < a->n; i++) {
        entries[i] = a->results->entries.items[a->points[i].first];
        meant[i] = here ? i == at : same_advice(a->points + at, a->points + i);
    }
    points_put(b, entries, meant, a->n);
}

static void put_costs(struct buf *b, const struct advised *a, uint32_t at)
{
    double low = INFINITY, high = 0, usd = 0;
    for (uint32_t i = at; i < a->n; i++)
        if (same_advice(a->points + at, a->points + i) && cost_of(a->points[i].entry, &usd))
            low = fmin(low, usd), high = fmax(high, usd);
    if (!(high > 0))
        return;
    struct buf least = {0}, most = {0};
    number_put_figure(&least, FIGURE_USD, low);
    number_put_figure(&most, FIGURE_USD, high);
    bool same = !strcmp(buf_text(&least), buf_text(&most));    /* as they are read */
    buf_printf(b, ": %s%s%s per million requests", buf_text(&least), same ? "" : " to ",
               same ? "" : buf_text(&most));
    buf_release(&least);
    buf_release(&most);
}

static const struct doubt_point *doubts_of(const struct advised *a)
{
    struct doubt_point *points = arena_array(&a->results->arena, struct doubt_point, a->n);
    for (uint32_t i = 0; i < a->n; i++)
        points[i] = (struct doubt_point){a->points[i].first, a->points[i].end, a->points[i].entry,
                                         a->points[i].doubt};
    return points;
}

static void put_group_doubt(struct buf *b, const struct advised *a, uint32_t at)
{
    bool *meant = arena_array(&a->results->arena, bool, a->n);
    for (uint32_t i = 0; i < a->n; i++)
        meant[i] = same_advice(a->points + at, a->points + i);
    doubt_put_points(b, a->results, when_of(a->points + at), doubts_of(a), meant, a->n);
}

/* "dynamodb, binpacked: $1.88 to $2.10 per million requests. Next cheaper at share 90%: …" */
static void put_group(struct buf *b, const struct advised *a, uint32_t at)
{
    const struct recommended *point = a->points + at;
    struct buf where = {0};
    uint32_t alike = 0;
    for (uint32_t i = at; i < a->n; i++)
        alike += same_advice(point, a->points + i);
    if (alike > 1)
        put_points_of(&where, a, at, true);
    if (point->entry) {
        put_name(b, a->results, point->entry);
        put_costs(b, a, at);
        put_group_doubt(b, a, at);
        buf_putc(b, '.');
        put_basis(b, a->results, point);
    } else {
        buf_printf(b, "%s.", point->why_not);
    }
    buf_puts(b, point->other ? " " : "");
    put_other(b, a->results, point, buf_text(&where));
    buf_release(&where);
}

/* The lead of all that are recommended, where it is one; NULL: they differ. */
static const char *common_lead(const struct advised *a)
{
    const char *lead = NULL;
    for (uint32_t i = 0; i < a->n; i++) {
        if (!a->points[i].entry)
            continue;
        if (lead && strcmp(lead, lead_of(a->points + i)) != 0)
            return NULL;
        lead = lead_of(a->points + i);
    }
    return lead;
}

static bool any_advised(const struct advised *a)
{
    for (uint32_t i = 0; i < a->n; i++)
        if (a->points[i].entry)
            return true;
    return false;
}

static void put_same_everywhere(struct buf *b, const struct advised *a)
{
    if (!a->points->entry && !a->points->other) {
        buf_printf(b, "none: %s.", a->points->why_not);
        return;
    }
    if (a->points->entry)
        buf_printf(b, "at all %u points of the sweep: %s", a->n, lead_of(a->points));
    else
        buf_printf(b, "none at any of the %u points of the sweep: ", a->n);
    put_group(b, a, 0);
}

/* A line for each group of points with the same advice. */
static void put_list(struct buf *b, const struct advised *a, const struct result_entry *steady)
{
    const char *lead = common_lead(a);
    if (any_advised(a)) {
        buf_puts(b, steady ? "not shown to depend on " : "depends on ");
        points_put_swept(b, a->results->entries.items[a->points->first]);
        if (steady) {
            buf_puts(b, ", since ");
            put_name(b, a->results, steady);
            buf_puts(b, a->points->by_speed ? " is at no point shown to be slower"
                                            : " costs the same and is at no point shown to be slower");
        }
        buf_printf(b, "%s%.*s:", lead && *lead ? "; " : "", lead && *lead ? (int)strlen(lead) - 2 : 0,
                   lead ? lead : "");
    } else {
        buf_printf(b, "none at any of the %u points of the sweep:", a->n);
    }
    for (uint32_t i = 0; i < a->n; i++) {
        if (was_told(a->points, i))
            continue;
        buf_puts(b, "\n· ");
        put_points_of(b, a, i, false);
        buf_printf(b, ": %s",
                   a->points[i].entry ? (lead ? "" : lead_of(a->points + i)) : any_advised(a) ? "none: " : "");
        put_group(b, a, i);
    }
}

/* The same, at the point that the entry is of. */
static bool is_alternative_there(void *to, const struct result_entry *e)
{
    const struct advised *a = to;
    for (uint32_t i = 0; i < a->n; i++)
        for (size_t k = a->points[i].first; k < a->points[i].end; k++)
            if (a->results->entries.items[k] == e)
                return is_alternative(&(struct alternative){a->results, a->points + i}, e);
    return false;
}

/* What would do at every point of a sweep whose recommendations differ: all by speed alone, or each at the
 * cost of what is recommended there. */
static const struct result_entry *find_steady(struct advised *a)
{
    bool differs = false;
    for (uint32_t i = 0; i < a->n; i++) {
        if (!a->points[i].entry || a->points[i].by_speed != a->points->by_speed)
            return NULL;
        differs |= !same_advice(a->points, a->points + i);
    }
    const struct doubt_among among = {is_alternative_there, a};
    return differs ? doubt_steady(a->results, doubts_of(a), a->n, &among) : NULL;
}

static const char *put_run(const struct advised *a, const struct result_entry *steady)
{
    struct results *r = a->results;
    const struct recommended *points = a->points;
    uint32_t n = a->n;
    struct buf b = {0};
    uint32_t groups = 0;
    for (uint32_t i = 0; i < n; i++)
        groups += !was_told(points, i);
    if (n == 1)
        put_point(&b, r, points);
    else if (groups == 1)
        put_same_everywhere(&b, a);
    else
        put_list(&b, a, steady);
    if (n > 1)
        put_unpriced(&b, r, points, n);
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
        struct advised a = {r, points.items, (uint32_t)points.count};
        const struct result_entry *steady = find_steady(&a);
        vec_push(&r->arena, &r->recommendations,
                 ((struct recommendation){run, put_run(&a, steady), steady, a.points, a.n}));
    }
}
