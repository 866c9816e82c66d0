/* doubt.c - the rivals of doubt.h, and the words. */
#include "config.h"

#include "findings/doubt.h"

#include <string.h>

#include "base/mem.h"
#include "findings/compare.h"
#include "findings/figures.h"
#include "findings/number.h"
#include "findings/points.h"
#include "findings/rank.h"
#include "findings/whose.h"

static enum comparison_verdict verdict_of(const struct results *r, const struct result_entry *e,
                                          const struct result_entry *best, enum metric m)
{
    const struct comparison *made = compare_find(r, e, best, m);
    return made ? made->verdict : compare_entries(r, e, best, m).verdict;
}

/* Where too few requests were answered for a p99 to be compared, the median tells what is slower by far. */
static bool is_slower(const struct results *r, const struct result_entry *e, const struct result_entry *best)
{
    enum comparison_verdict v = verdict_of(r, e, best, METRIC_P99);
    return v == VERDICT_SLOWER || (v == VERDICT_UNKNOWN && figures_p99(e) > figures_p99(best) &&
                                   verdict_of(r, e, best, METRIC_P50) == VERDICT_SLOWER);
}

/* Whether it may replace `best`. */
static bool is_rival(const struct results *r, const struct result_entry *e, const struct result_entry *best,
                     const struct doubt_among *among)
{
    return e != best && !rank_unranked(r, e) && !whose_is_same(r, e->backend, best->backend) &&
           (!among || among->takes(among->to, e)) && !is_slower(r, e, best);
}

struct doubt doubt_about(const struct results *r, const struct result_entry *best, size_t first, size_t end,
                         const struct doubt_among *among)
{
    struct doubt d = {0};
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (!is_rival(r, e, best, among))
            continue;
        d.others += d.rival != NULL;
        d.rival = !d.rival || figures_p99(e) < figures_p99(d.rival) ? e : d.rival;
    }
    return d;
}

/* ---- the points of a sweep ---- */

static bool same_name(const struct result_entry *a, const struct result_entry *b)
{
    return !strcmp(a->backend, b->backend) && !strcmp(a->strategy, b->strategy);
}

size_t doubt_points(const struct results *r, size_t first, size_t end, struct doubt_point *points)
{
    size_t n = 0;
    for (size_t i = first; i < end; i = points[n++].end) {
        points[n] = (struct doubt_point){.first = i, .end = figures_point_end(r, i)};
        points[n].best = rank_best(r, i, points[n].end);
        if (points[n].best)
            points[n].doubt = doubt_about(r, points[n].best, i, points[n].end, NULL);
    }
    return n;
}

static bool may_replace(const struct results *r, const struct doubt_point *p, const struct result_entry *like,
                        const struct doubt_among *among)
{
    for (size_t i = p->first; i < p->end && p->best; i++)
        if (same_name(r->entries.items[i], like))
            return r->entries.items[i] == p->best || is_rival(r, r->entries.items[i], p->best, among);
    return false;
}

const struct result_entry *doubt_steady(const struct results *r, const struct doubt_point *points, size_t n,
                                        const struct doubt_among *among)
{
    const struct result_entry *steady = NULL;
    size_t most = 0;
    for (size_t i = points->first; i < points->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        size_t fit = 0, chosen = 0;
        for (size_t k = 0; k < n; k++) {
            fit += may_replace(r, points + k, e, among);
            chosen += points[k].best && same_name(points[k].best, e);
        }
        if (fit == n && (!steady || chosen > most))
            steady = e, most = chosen;
    }
    return steady;
}

/* ---- words ---- */

static const char words[] = "not shown to be faster than ";

static void put_name(struct buf *b, const struct result_entry *e)
{
    whose_put_briefly(b, e->results, e->backend);
    buf_printf(b, ", %s", e->strategy);
}

void doubt_put(struct buf *b, const char *when, const struct doubt *d)
{
    if (!d->rival)
        return;
    buf_printf(b, ", %s%s", when, words);
    put_name(b, d->rival);
    buf_puts(b, " (p99 ");
    number_put_duration(b, figures_p99(d->rival));
    buf_putc(b, ')');
    if (d->others)
        buf_printf(b, d->others == 1 ? " or %u other" : " or %u others", d->others);
}

/* Where it is doubted, if that is not everywhere. */
static void put_where(struct buf *b, const struct results *r, const struct doubt_point *points,
                      const bool *meant, size_t n)
{
    const struct result_entry **firsts = mem_alloc(n * sizeof *firsts);
    bool *doubted = mem_alloc(n * sizeof *doubted), all = true;
    for (size_t i = 0; i < n; i++) {
        bool is_meant = !meant || meant[i];
        firsts[i] = r->entries.items[points[i].first];
        doubted[i] = is_meant && points[i].doubt.rival;
        all = all && doubted[i] == is_meant;
    }
    if (!all) {
        buf_puts(b, " at ");
        points_put(b, firsts, doubted, n);
    }
    mem_free(doubted);
    mem_free(firsts);
}

void doubt_put_points(struct buf *b, const struct results *r, const char *when,
                      const struct doubt_point *points, const bool *meant, size_t n)
{
    const struct result_entry *rival = NULL;
    bool same = true;
    for (size_t i = 0; i < n; i++) {
        const struct doubt *d = &points[i].doubt;
        if (!d->rival || (meant && !meant[i]))
            continue;
        same = same && !d->others && (!rival || same_name(rival, d->rival));
        rival = d->rival;
    }
    if (!rival)
        return;
    buf_printf(b, ", %s%s", when, words);
    if (same)
        put_name(b, rival);
    else
        buf_puts(b, "others");
    put_where(b, r, points, meant, n);
}
