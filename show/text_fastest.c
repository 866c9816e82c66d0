/* text_fastest.c - what is fastest: at one point, by how much and how surely; in a sweep, where. */
#include "config.h"

#include "findings/compare.h"
#include "findings/doubt.h"
#include "findings/limit.h"
#include "findings/points.h"
#include "findings/rank.h"
#include "findings/recommend.h"
#include "findings/whose.h"
#include "show/text.h"

#include <math.h>
#include <string.h>

struct point { struct text *text; size_t first, end; const struct result_entry *best; struct doubt doubt; };

static double p99_of(const struct result_entry *e)
{
    double v = 0;
    figures_metric(e, METRIC_P99, false, &v);
    return v;
}

/* The fastest (or slowest) ranked entry with another backend than the best, or the same backend
 * and another strategy. */
static const struct result_entry *find_other(const struct point *p, bool same_backend, bool slowest)
{
    const struct result_entry *found = NULL;
    for (size_t i = p->first; i < p->end; i++) {
        const struct result_entry *e = p->text->results->entries.items[i];
        if (e == p->best || whose_is_same(p->text->results, e->backend, p->best->backend) ||
            same_backend != !strcmp(e->backend, p->best->backend) || rank_unranked(p->text->results, e))
            continue;
        if (!found || (slowest ? p99_of(e) > p99_of(found) : p99_of(e) < p99_of(found)))
            found = e;
    }
    return found;
}

/* How the other's p99 differs from the best one's, which is never the greater. */
static struct comparison compare_to_best(const struct point *p, const struct result_entry *other)
{
    const struct comparison *made = compare_find(p->text->results, other, p->best, METRIC_P99);
    return made ? *made : compare_entries(p->text->results, other, p->best, METRIC_P99);
}

static void put_times_as_long(struct buf *b, const struct point *p, const struct result_entry *other)
{
    struct comparison c = compare_to_best(p, other);
    if (!(p99_of(p->best) > 0))
        return;
    buf_puts(b, ", ");
    if (c.verdict == VERDICT_NONE_FOUND) {
        comparison_put(b, &c);
        return;
    }
    number_put(b, p99_of(other) / p99_of(p->best));
    buf_puts(b, " times as long");
    if (c.verdict == VERDICT_UNKNOWN) {
        buf_printf(b, " (uncertain: %s)", c.why);
        return;
    }
    buf_puts(b, " (");
    number_put(b, 1 + c.difference.low);
    buf_putc(b, '-');
    number_put(b, 1 + c.difference.high);
    buf_putc(b, ')');
}

/* "Fastest" is said where all others are known to be slower. */
static const char *rank_in_words(const struct point *p)
{
    if (!find_other(p, false, false) && !find_other(p, true, false))
        return "Measured";                            /* the fastest of one says nothing */
    return p->doubt.rival ? "Lowest p99" : "Fastest";
}

static struct point make_point(struct text *t, size_t first, size_t end)
{
    struct point p = {t, first, end, rank_best(t->results, first, end), {0}};
    if (p.best)
        p.doubt = doubt_about(t->results, p.best, first, end, NULL);
    return p;
}

const char *text_rank(const struct results *r, size_t first, size_t end)
{
    struct text t = {.results = r};
    struct point p = make_point(&t, first, end);
    return p.best ? rank_in_words(&p) : "Not ranked";
}

static void put_name(struct buf *b, const struct result_entry *e)
{
    whose_put_briefly(b, e->results, e->backend);
    buf_printf(b, ", %s", e->strategy);
}

static void put_in_flight(struct buf *b, const struct result_entry *e)
{
    buf_printf(b, "%u on %s", e->at_once, e->backend);
    if (limit_of(e) == LIMIT_TURNS)                   /* the comparison rests on a setting of the client */
        buf_puts(b, " (one for each of --jobs)");
}

/* What is compared had different numbers of requests at work: the one may be slow because it was
 * given more of them. */
static void put_at_once(struct buf *b, const struct result_entry *best, const struct result_entry *other)
{
    double least = fmin(best->at_once, other->at_once), most = fmax(best->at_once, other->at_once);
    if (best->rate > 0 || !(least > 0) || !text_differs_at_work(least, most))
        return;
    buf_printf(b, " Their load differs: of %u clients' requests, in flight at most: ", best->clients);
    put_in_flight(b, best);
    buf_puts(b, ", ");
    put_in_flight(b, other);
    buf_putc(b, '.');
}

/* What is recommended by speed alone: its name and its p99 have just been said. NULL: it is another. */
static const struct recommended *as_recommended(const struct point *p)
{
    const struct results *r = p->text->results;
    for (size_t i = 0; i < r->recommendations.count; i++)
        for (uint32_t k = 0; k < r->recommendations.items[i].npoints; k++) {
            const struct recommended *at = r->recommendations.items[i].points + k;
            if (at->by_speed && at->entry == p->best)
                return at;
        }
    return NULL;
}

static bool is_same_doubt(const struct doubt *a, const struct doubt *b)
{
    return a->rival == b->rival && a->others == b->others;
}

static void put_best(struct buf *b, const struct point *p)
{
    double low = 0, high = 0;
    put_name(b, p->best);
    buf_puts(b, ": p99 ");
    if (stats_interval(p->best, METRIC_P99, &low, &high))
        number_put_interval(b, p99_of(p->best), low, high);
    else
        number_put_duration(b, p99_of(p->best));
}

static void put_fastest(struct buf *b, const struct point *p)
{
    double v = 0;
    const struct recommended *recommended = as_recommended(p);
    if (recommended)
        buf_puts(b, "the recommended one");
    else
        put_best(b, p);
    if (figures_metric(p->best, METRIC_THROUGHPUT, false, &v)) {
        buf_puts(b, ", ");
        number_put(b, v);
        buf_puts(b, " requests/s");
    }
    if (!recommended || !is_same_doubt(&recommended->doubt, &p->doubt))
        doubt_put(b, "", &p->doubt);
    buf_putc(b, '.');
    const struct result_entry *other = find_other(p, false, false);
    if (other) {
        buf_puts(b, "\nNext: ");
        put_name(b, other);
        buf_puts(b, ": p99 ");
        number_put_duration(b, p99_of(other));
        put_times_as_long(b, p, other);
        buf_putc(b, '.');
        put_at_once(b, p->best, other);
    }
    other = find_other(p, true, true);
    if (other) {
        buf_printf(b, "\nSlowest on %s: %s: p99 ", p->best->backend, other->strategy);
        number_put_duration(b, p99_of(other));
        put_times_as_long(b, p, other);
        buf_putc(b, '.');
    }
}

/* Where something is expected, the recommendation says which is the cheapest that meets it. */
static void put_cheapest(struct buf *b, const struct point *p)
{
    const struct results *r = p->text->results;
    const struct result_entry *cheapest = NULL;
    double least = 0, usd = 0;
    uint32_t priced = 0;
    if (r->expectations.count)
        return;
    for (size_t i = p->first; i < p->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (rank_unranked(r, e) || !figures_metric(e, METRIC_COST_PER_MILLION, false, &usd))
            continue;
        priced++;
        bool same = cheapest && fabs(usd - least) <= 1e-9 * least;     /* but for the last bits of a sum */
        if (!cheapest || (same ? p99_of(e) < p99_of(cheapest) : usd < least))
            cheapest = e, least = usd;
    }
    if (priced < 2)
        return;
    buf_puts(b, "\nCheapest with a known price: ");
    put_name(b, cheapest);
    buf_puts(b, ": $");
    number_put(b, least);
    buf_puts(b, " per million requests.");
}

void text_put_fastest(struct text *t, size_t first, size_t end)
{
    const struct result_entry *e = t->results->entries.items[first];
    struct point p = make_point(t, first, end);
    struct buf b = {0};
    if (p.best) {
        put_fastest(&b, &p);
        text_put_strategies(&b, t->results, first, end, p.best->backend);
        put_cheapest(&b, &p);
    } else {
        buf_puts(&b, "no candidate can be ranked: ");
        rank_put_unranked(&b, t->results, first, end);
        buf_putc(&b, '.');
    }
    text_put_answer_of(t, e->run, p.best ? arena_printf(&t->arena, "%s:", rank_in_words(&p)) : NULL, &b);
    buf_release(&b);
}

/* ---- sweeps: who is fastest where ---- */

static bool same_name(const struct result_entry *a, const struct result_entry *b)
{
    return a && b && !strcmp(a->backend, b->backend) && !strcmp(a->strategy, b->strategy);
}

/* The points of a sweep. */
struct winners { struct text *text; const struct doubt_point *points; size_t n; };

/* Whether the same is the best at both, or at neither. */
static bool same_winner(const struct doubt_point *a, const struct doubt_point *b)
{
    return a->best ? same_name(a->best, b->best) : !b->best;
}

static bool was_listed(const struct winners *w, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_winner(w->points + i, w->points + at))
            return true;
    return false;
}

/* "share 100% to 50%: sqlite, binpacked, 198 µs to 396 µs." */
static void put_winner(struct buf *b, const struct winners *w, size_t at)
{
    double low = INFINITY, high = 0;
    size_t last = at;
    const struct result_entry **entries = arena_array(&w->text->arena, const struct result_entry *, w->n);
    bool *meant = arena_array(&w->text->arena, bool, w->n);
    for (size_t i = 0; i < w->n; i++) {
        entries[i] = w->text->results->entries.items[w->points[i].first];
        meant[i] = same_winner(w->points + at, w->points + i);
        last = meant[i] ? i : last;
        if (!meant[i] || !w->points[i].best)
            continue;
        low = fmin(low, p99_of(w->points[i].best));
        high = fmax(high, p99_of(w->points[i].best));
    }
    points_put(b, entries, meant, w->n);
    if (!w->points[at].best) {
        buf_puts(b, ": no candidate can be ranked: ");
        rank_put_unranked(b, w->text->results, w->points[at].first, w->points[last].end);
        buf_putc(b, '.');
        return;
    }
    buf_puts(b, ": ");
    put_name(b, w->points[at].best);
    buf_puts(b, ", ");
    number_put_duration(b, low);
    if (high > low) {
        buf_puts(b, " to ");
        number_put_duration(b, high);
    }
    doubt_put_points(b, w->text->results, "", w->points, meant, w->n);
    buf_putc(b, '.');
}

static void put_depends(struct buf *b, const struct winners *w)
{
    const struct results *r = w->text->results;
    const struct result_entry *steady = doubt_steady(r, w->points, w->n, NULL);
    buf_puts(b, steady ? "not shown to depend on " : "depends on ");
    points_put_swept(b, r->entries.items[w->points->first]);
    if (steady) {
        buf_puts(b, ", since ");
        put_name(b, steady);
        buf_puts(b, " is at no point shown to be slower");
    }
    buf_putc(b, ':');
}

void text_put_fastest_of_sweep(struct text *t, size_t first, size_t end)
{
    const struct results *r = t->results;
    struct doubt_point *points = arena_array(&t->arena, struct doubt_point, end - first);
    struct winners w = {t, points, doubt_points(r, first, end, points)};
    struct buf b = {0};
    size_t groups = 0;
    bool any = false;
    for (size_t i = 0; i < w.n; i++) {
        any |= points[i].best != NULL;
        groups += !was_listed(&w, i);
    }
    if (groups > 1)
        put_depends(&b, &w);
    for (size_t i = 0; i < w.n; i++) {
        if (was_listed(&w, i))
            continue;
        buf_puts(&b, groups > 1 ? "\n· " : "at ");
        put_winner(&b, &w, i);
    }
    text_put_strategies(&b, r, first, end, NULL);
    text_put_answer_of(t, r->entries.items[first]->run, any ? "Lowest p99:" : NULL, &b);
    buf_release(&b);
}
