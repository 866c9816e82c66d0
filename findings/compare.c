/* compare.c - pairs, families, and the words for what was found; see compare.h for the rules. */
#include "config.h"

#include "findings/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "findings/baseline.h"
#include "findings/figures.h"
#include "findings/number.h"
#include "findings/rank.h"
#include "findings/whose.h"

static const double certainty = 0.05;
static const enum metric compared[] = {METRIC_P50, METRIC_P99, METRIC_THROUGHPUT};
enum { COMPARED = sizeof compared / sizeof *compared };

const char *verdict_name(enum comparison_verdict v)
{
    static const char *const names[] = {[VERDICT_NONE_FOUND] = "no difference found",
                                        [VERDICT_FASTER] = "faster",
                                        [VERDICT_SLOWER] = "slower",
                                        [VERDICT_UNKNOWN] = "not known"};
    return names[v];
}

const char *comparison_kind_name(enum comparison_kind k)
{
    static const char *const names[] = {[COMPARISON_BACKENDS] = "backends",
                                        [COMPARISON_STRATEGIES] = "strategies",
                                        [COMPARISON_BASELINE] = "baseline"};
    return names[k];
}

/* ---- one pair ---- */

static const char too_few[] = "too few rounds or requests";

/* The verdict by the pair's own interval; the family may take a claim back, never make one. */
static void judge(const struct results *r, struct comparison *c)
{
    const struct stats_difference *d = &c->difference;
    c->verdict = VERDICT_NONE_FOUND;
    if (d->low <= 0 && d->high >= 0)
        c->why = "its interval includes zero";
    else if (d->low <= r->noise && 1 / (1 + d->high) - 1 <= r->noise)
        c->why = fabs(d->change) <= r->noise ? "it is within the noise threshold"
                                             : "it may be within the noise threshold";
    else if (d->agree < d->rounds)
        c->why = "the rounds do not agree";
    else
        c->verdict = (d->change > 0) == (c->metric == METRIC_THROUGHPUT) ? VERDICT_FASTER : VERDICT_SLOWER;
}

static struct comparison make(const struct results *r, enum comparison_kind kind,
                              const struct result_entry *e, const struct result_entry *against, enum metric m)
{
    struct comparison c = {.kind = kind, .entry = e, .against = against, .metric = m,
                           .verdict = VERDICT_UNKNOWN,
                           .why = too_few};
    figures_metric(e, m, false, &c.value);
    figures_metric(against, m, false, &c.other);
    if (stats_difference(against, e, m, kind != COMPARISON_BASELINE && e->part == against->part,
                         &c.difference)) {
        c.why = NULL;
        judge(r, &c);
    }
    return c;
}

struct comparison compare_entries(const struct results *r, const struct result_entry *e,
                                  const struct result_entry *against, enum metric m)
{
    return make(r, COMPARISON_BACKENDS, e, against, m);
}

bool compare_has(enum metric m)
{
    for (size_t i = 0; i < COMPARED; i++)
        if (compared[i] == m)
            return true;
    return false;
}

static void add(struct results *r, enum comparison_kind kind, const struct result_entry *e,
                const struct result_entry *against)
{
    for (size_t i = 0; i < COMPARED; i++)             /* at a given rate the throughput is that rate */
        if (compared[i] != METRIC_THROUGHPUT || !(e->rate > 0))
            vec_push(&r->arena, &r->comparisons, make(r, kind, e, against, compared[i]));
}

/* ---- all pairs ---- */

static bool is_alike(enum comparison_kind kind, const struct result_entry *a, const struct result_entry *b)
{
    return kind == COMPARISON_BACKENDS ? !strcmp(a->strategy, b->strategy) : !strcmp(a->backend, b->backend);
}

/* Of the point's entries that are like the first of them, the fastest with a rank; NULL where i is
 * not that first one. */
static const struct result_entry *fastest_alike(const struct results *r, enum comparison_kind kind,
                                                size_t first, size_t end, size_t i)
{
    struct result_entry *const *all = r->entries.items;
    const struct result_entry *best = NULL;
    double least = 0, p99 = 0;
    for (size_t k = first; k < i; k++)
        if (is_alike(kind, all[k], all[i]))
            return NULL;
    for (size_t k = i; k < end; k++)
        if (is_alike(kind, all[k], all[i]) && !rank_unranked(r, all[k]) &&
            figures_metric(all[k], METRIC_P99, false, &p99) &&
            (!best || p99 < least))
            best = all[k], least = p99;
    return best;
}

static void compare_point(struct results *r, enum comparison_kind kind, size_t first, size_t end)
{
    struct result_entry *const *all = r->entries.items;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *best = fastest_alike(r, kind, first, end, i);
        for (size_t k = i; best && k < end; k++)
            if (all[k] != best && is_alike(kind, all[k], all[i]) && !rank_unranked(r, all[k]) &&
                !whose_is_same(r, all[k]->backend, best->backend))
                add(r, kind, all[k], best);
    }
}

static void compare_baseline(struct results *r)
{
    for (size_t i = 0; r->baseline && i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i], *then = baseline_find(r->baseline, e);
        if (then && !rank_unranked(r, e) && !rank_unranked(r->baseline, then))
            add(r, COMPARISON_BASELINE, e, then);
    }
}

/* What was read is judged as what is measured: the noise threshold may be another now. */
static void compare_kept(struct results *r)
{
    for (size_t i = 0; !r->baseline && i < r->kept.count; i++) {
        struct comparison c = r->kept.items[i];
        c.why = c.verdict == VERDICT_UNKNOWN ? too_few : NULL;
        if (rank_unranked(r, c.entry))
            continue;
        if (c.verdict != VERDICT_UNKNOWN)
            judge(r, &c);
        vec_push(&r->arena, &r->comparisons, c);
    }
}

/* ---- families ---- */

static bool same_pair(const char *a, const char *b, const char *c, const char *d)
{
    return (!strcmp(a, c) && !strcmp(b, d)) || (!strcmp(a, d) && !strcmp(b, c));
}

/* Comparisons of the same two names; a baseline is compared as a whole, of joined results
 * each part's by itself. */
static bool is_family(const struct comparison *x, const struct comparison *y)
{
    if (x->kind != y->kind)
        return false;
    if (x->kind == COMPARISON_BACKENDS)
        return same_pair(x->entry->backend, x->against->backend, y->entry->backend, y->against->backend);
    if (x->kind == COMPARISON_BASELINE)
        return x->entry->part == y->entry->part;
    return same_pair(x->entry->strategy, x->against->strategy, y->entry->strategy, y->against->strategy);
}

struct placed { struct comparison *comparison; size_t family; double p; };

/* Of a difference as far beyond the noise threshold, were there none beyond it. */
static double p_beyond(const struct stats_difference *d, double noise)
{
    double beyond = fabs(log1p(d->change)) - log1p(noise);
    return beyond <= 0 ? 1 : d->error > 0 && d->freedom ? stats_student(beyond / d->error, d->freedom) : 0;
}

static int by_family_and_p(const void *a, const void *b)
{
    const struct placed *x = a, *y = b;
    return x->family != y->family ? (x->family > y->family) - (x->family < y->family)
                                  : (x->p > y->p) - (x->p < y->p);
}

/* Holm: of a family of n, the one with the k-th least p (from 0) may claim what it does where p (n - k) is at
 * most 0.05, and so it was for all before it. */
static void correct_family(struct placed *of, size_t n)
{
    bool claimed = true;
    for (size_t k = 0; k < n; k++) {
        struct comparison *c = of[k].comparison;
        claimed = claimed && of[k].p * (double)(n - k) <= certainty;
        if (claimed || c->verdict == VERDICT_NONE_FOUND)
            continue;
        c->verdict = VERDICT_NONE_FOUND;
        c->why = "not significant among so many comparisons";
    }
}

static void correct(struct results *r)
{
    size_t n = 0, end;
    struct placed *all = arena_array(&r->arena, struct placed, r->comparisons.count + 1);
    for (size_t i = 0; i < r->comparisons.count; i++) {
        struct comparison *c = r->comparisons.items + i;
        size_t family = 0;
        if (c->verdict == VERDICT_UNKNOWN)
            continue;
        while (!is_family(r->comparisons.items + family, c))
            family++;
        all[n++] = (struct placed){c, family, p_beyond(&c->difference, r->noise)};
    }
    qsort(all, n, sizeof *all, by_family_and_p);
    for (size_t i = 0; i < n; i = end) {
        for (end = i; end < n && all[end].family == all[i].family; end++)
            ;
        correct_family(all + i, end - i);
    }
}

void compare_results(struct results *r)
{
    r->comparisons.count = 0;
    for (size_t i = 0, end; i < r->entries.count; i = end) {
        end = figures_point_end(r, i);
        compare_point(r, COMPARISON_BACKENDS, i, end);
        compare_point(r, COMPARISON_STRATEGIES, i, end);
    }
    compare_baseline(r);
    compare_kept(r);
    correct(r);
}

const struct comparison *compare_find(const struct results *r, const struct result_entry *e,
                                      const struct result_entry *against, enum metric m)
{
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        if (c->entry == e && c->against == against && c->metric == m)
            return c;
    }
    return NULL;
}

/* ---- words ---- */

const char comparison_ratio_legend[] = "~ uncertain: too few rounds or requests, or rounds that disagree";

bool comparison_is_unsure(const struct results *r, const struct result_entry *e,
                          const struct result_entry *against)
{
    const struct comparison *made = compare_find(r, e, against, METRIC_P99);
    enum comparison_verdict verdict =
        made ? made->verdict : compare_entries(r, e, against, METRIC_P99).verdict;
    return verdict == VERDICT_NONE_FOUND || verdict == VERDICT_UNKNOWN;
}

bool comparison_put_ratio(struct buf *b, const struct results *r, const struct result_entry *e,
                          const struct result_entry *best)
{
    double p99 = 0, least = 0;
    if (!best || e == best || rank_unranked(r, e) || !figures_metric(e, METRIC_P99, false, &p99))
        return false;
    if (!figures_metric(best, METRIC_P99, false, &least) || !(least > 0))
        return false;
    if (whose_is_same(r, e->backend, best->backend)) {
        buf_puts(b, "same server");
        return false;
    }
    bool unsure = comparison_is_unsure(r, e, best);
    buf_puts(b, unsure ? "~" : "");
    number_put(b, p99 / least);
    buf_puts(b, "×");
    return unsure;
}

static void put_signed(struct buf *b, double share)
{
    buf_puts(b, share < 0 ? "−" : share > 0 ? "+" : "");
    number_put_percent(b, fabs(share));
}

/* Below half and above twice as much, times say more than percents. */
static bool wants_times(double change)
{
    return change >= 1 || change <= -0.5;
}

/* An interval from below half to above twice as much says next to nothing: how long to measure for more, some
 * four times as long. */
static bool put_cannot_tell(struct buf *b, const struct comparison *c)
{
    const struct stats_difference *d = &c->difference;
    double seconds = c->kind == COMPARISON_BASELINE ? c->entry->all.seconds
                                                    : fmax(c->entry->all.seconds, c->against->all.seconds);
    if (c->verdict != VERDICT_NONE_FOUND || (d->low > -0.5 && d->high < 1))
        return false;
    buf_printf(b, "too noisy to tell: measure longer, -T %.0fs", fmax(30, ceil(seconds * 4 / 10) * 10));
    return true;
}

void comparison_put(struct buf *b, const struct comparison *c)
{
    const struct stats_difference *d = &c->difference;
    if (put_cannot_tell(b, c))
        return;
    buf_puts(b, verdict_name(c->verdict));
    if (c->verdict == VERDICT_UNKNOWN) {
        buf_printf(b, ": %s", c->why);
        return;
    }
    bool claimed = !c->why, fewer = d->change < 0;
    if (claimed && wants_times(d->change)) {
        const char *what = c->metric == METRIC_THROUGHPUT ? "as many" : "as long";
        buf_puts(b, ", ");
        number_put(b, 1 + d->change);
        buf_printf(b, " times %s (", what);
        number_put(b, 1 + d->low);
        buf_puts(b, " to ");
        number_put(b, 1 + d->high);
    } else if (claimed) {
        buf_puts(b, " by ");
        number_put_percent(b, fabs(d->change));
        buf_puts(b, " (");
        number_put_percent(b, fabs(fewer ? d->high : d->low));
        buf_puts(b, " to ");
        number_put_percent(b, fabs(fewer ? d->low : d->high));
    } else {
        buf_puts(b, " (");
        put_signed(b, d->low);
        buf_puts(b, " to ");
        put_signed(b, d->high);
        if (d->low > 0 || d->high < 0)
            buf_printf(b, "; %s", c->why);
    }
    buf_putc(b, ')');
}
