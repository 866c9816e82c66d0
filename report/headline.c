/* headline.c - the answer of a run in one line. */
#include "config.h"

#include "report/headline.h"

#include <string.h>

#include "report/number.h"
#include "report/points.h"
#include "report/rank.h"
#include "report/recommend.h"
#include "report/text.h"

/* One candidate, or none, at one point of the run. */
struct candidates { const struct result_entry *first; size_t points, without; bool backends, strategies; };   /* these two: they differ */

static void add(struct candidates *c, const struct result_entry *e)
{
    c->points++;
    if (!e)
        c->without++;
    else if (!c->first)
        c->first = e;
    else if (strcmp(c->first->backend, e->backend) != 0)
        c->backends = true;
    else
        c->strategies |= strcmp(c->first->strategy, e->strategy) != 0;
}

static bool differs(const struct candidates *c)
{
    return c->backends || c->strategies || c->without;
}

static void put_figures(struct headline *h, const struct candidates *c)
{
    double v = 0;
    if (c->points > 1) {
        buf_printf(&h->figures, "at all %zu points of the sweep", c->points);
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
}

static void put_depends(struct headline *h, const struct candidates *c)
{
    if (!c->backends && !c->without)
        buf_printf(&h->what, "always %s; which strategy depends on ", c->first->backend);
    else
        buf_puts(&h->what, "it depends on ");
    points_put_swept(&h->what, c->first);
}

/* What is the same at all points, or that it is not. */
static void put_found(struct headline *h, const struct candidates *c)
{
    if (differs(c)) {
        put_depends(h, c);
        return;
    }
    h->entry = c->first;
    put_figures(h, c);
}

static void make_recommended(struct headline *h, const struct recommendation *x)
{
    struct candidates c = {0};
    bool by_speed = true;
    for (uint32_t i = 0; i < x->npoints; i++) {
        add(&c, x->points[i].entry);
        by_speed &= x->points[i].by_speed;
    }
    if (!c.first) {
        h->tone = HEADLINE_BAD;
        h->label = "No recommendation";
        bool same = true;
        for (uint32_t i = 1; i < x->npoints; i++)
            same &= !strcmp(x->points[i].why_not, x->points[0].why_not);
        if (same)
            buf_puts(&h->what, x->points[0].why_not);
        else
            buf_printf(&h->what, "no candidate at any of %u points of the sweep", x->npoints);
        return;
    }
    h->tone = differs(&c) ? HEADLINE_PLAIN : HEADLINE_GOOD;
    h->label = by_speed ? "Recommended by speed alone" : "Recommended";
    put_found(h, &c);
}

static void make_fastest(struct headline *h, const struct results *r, size_t first, size_t end)
{
    struct candidates c = {0};
    for (size_t i = first; i < end; i = figures_point_end(r, i))
        add(&c, figures_best(r, i, figures_point_end(r, i)));
    h->label = "Lowest p99";
    if (!c.first) {
        h->tone = HEADLINE_BAD;
        h->label = "Not ranked";
        buf_puts(&h->what, "no candidate can be ranked");
        return;
    }
    put_found(h, &c);
    if (c.points == 1)
        h->label = text_rank(r, first, end);
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
            make_recommended(h, &r->recommendations.items[i]);
            return;
        }
    make_fastest(h, r, first, end);
}

void headline_release(struct headline *h)
{
    buf_release(&h->what);
    buf_release(&h->figures);
}
