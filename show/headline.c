/* headline.c - the answer of a run in one line. */
#include "config.h"

#include "show/headline.h"

#include <string.h>

#include "base/mem.h"
#include "findings/doubt.h"
#include "findings/number.h"
#include "findings/points.h"
#include "findings/rank.h"
#include "findings/recommend.h"
#include "show/text.h"

struct candidates {                                   /* what was chosen at each point of a run */
    const struct results *results;
    struct doubt_point *points;
    size_t n, without;                                /* without: points where nothing was */
    const struct result_entry *first, *steady;        /* steady: doubt_steady */
    bool backends, strategies, doubted;               /* the first two: they differ */
};

static void look(struct candidates *c)
{
    for (size_t i = 0; i < c->n; i++) {
        const struct result_entry *e = c->points[i].best;
        c->doubted |= c->points[i].doubt.rival != NULL;
        if (!e)
            c->without++;
        else if (!c->first)
            c->first = e;
        else if (strcmp(c->first->backend, e->backend) != 0)
            c->backends = true;
        else
            c->strategies |= strcmp(c->first->strategy, e->strategy) != 0;
    }
}

static bool differs(const struct candidates *c)
{
    return c->backends || c->strategies || c->without;
}

static void put_figures(struct headline *h, const struct candidates *c, const char *when)
{
    double v = 0;
    if (c->n > 1) {
        buf_printf(&h->figures, "at all %zu points of the sweep", c->n);
        doubt_put_points(&h->figures, c->results, when, c->points, NULL, c->n);
        return;
    }
    if (figures_metric(c->first, METRIC_P99, false, &v)) {
        buf_puts(&h->figures, "p99 ");
        number_put_duration(&h->figures, v);
    }
    if (figures_metric(c->first, METRIC_COST_PER_MILLION, false, &v)) {
        buf_puts(&h->figures, h->figures.len ? ", " : "");
        number_put_figure(&h->figures, FIGURE_USD, v);
        buf_puts(&h->figures, " per million requests");
    }
    doubt_put(&h->figures, when, &c->points->doubt);
}

static void put_depends(struct headline *h, const struct candidates *c)
{
    if (!c->backends && !c->without)
        buf_printf(&h->what, "always %s; which strategy depends on ", c->first->backend);
    else
        buf_puts(&h->what, "it depends on ");
    points_put_swept(&h->what, c->first);
}

/* What is the same at all points, or that it is not, or that this is not shown. */
static void put_found(struct headline *h, const struct candidates *c, const char *when)
{
    if (differs(c) && c->steady) {
        h->entry = c->steady;
        buf_printf(&h->figures, "%sat none of the %zu points of the sweep shown to be slower than another",
                   when, c->n);
    } else if (differs(c)) {
        put_depends(h, c);
    } else {
        h->entry = c->first;
        put_figures(h, c, when);
    }
}

static void put_no_recommendation(struct headline *h, const struct recommendation *x)
{
    bool same = true;
    h->tone = HEADLINE_BAD;
    h->label = "No recommendation";
    for (uint32_t i = 1; i < x->npoints; i++)
        same &= !strcmp(x->points[i].why_not, x->points[0].why_not);
    if (same)
        buf_puts(&h->what, x->points[0].why_not);
    else
        buf_printf(&h->what, "no candidate at any of %u points of the sweep", x->npoints);
}

static void make_recommended(struct headline *h, const struct results *r, const struct recommendation *x)
{
    struct candidates c = {.results = r, .n = x->npoints, .points = mem_alloc(x->npoints * sizeof *c.points),
                           .steady = x->steady};
    bool by_speed = true, unpriced = false;
    for (uint32_t i = 0; i < x->npoints; i++) {
        const struct recommended *at = x->points + i;
        c.points[i] = (struct doubt_point){at->first, at->end, at->entry, at->doubt};
        by_speed &= at->by_speed;
        unpriced |= at->unpriced > 0;
    }
    look(&c);
    if (!c.first) {
        put_no_recommendation(h, x);
    } else {
        h->tone = differs(&c) || c.doubted ? HEADLINE_PLAIN : HEADLINE_GOOD;
        h->label = by_speed   ? "Recommended by p99 alone"
                   : unpriced ? "Recommended by known prices"
                              : "Recommended";
        put_found(h, &c, by_speed ? "" : "at the same cost ");
    }
    mem_free(c.points);
}

static void make_fastest(struct headline *h, const struct results *r, size_t first, size_t end)
{
    struct candidates c = {.results = r, .points = mem_alloc((end - first) * sizeof *c.points)};
    c.n = doubt_points(r, first, end, c.points);
    look(&c);
    h->label = "Lowest p99";
    if (!c.first) {
        h->tone = HEADLINE_BAD;
        h->label = "Not ranked";
        buf_puts(&h->what, "no candidate can be ranked");
    } else {
        c.steady = differs(&c) ? doubt_steady(r, c.points, c.n, NULL) : NULL;
        put_found(h, &c, "");
        if (c.n == 1)
            h->label = text_rank(r, first, end);
    }
    mem_free(c.points);
}

static bool expects(const struct results *r, const char *run)
{
    for (size_t i = 0; i < r->expectations.count; i++)
        if (!strcmp(r->expectations.items[i].run, run))
            return true;
    return false;
}

void headline_make(struct headline *h, const struct results *r, size_t first, size_t end)
{
    const char *run = r->entries.items[first]->run;
    *h = (struct headline){0};
    for (size_t i = 0; i < r->recommendations.count; i++)
        if (!strcmp(r->recommendations.items[i].run, run) && expects(r, run)) {
            make_recommended(h, r, &r->recommendations.items[i]);
            return;
        }
    make_fastest(h, r, first, end);
}

void headline_release(struct headline *h)
{
    buf_release(&h->what);
    buf_release(&h->figures);
}
