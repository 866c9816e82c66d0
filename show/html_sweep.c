/* html_sweep.c - charts over the points of a sweep: for each parameter that is swept, each backend, a line
 * for each strategy. */
#include "config.h"

#include "show/chart.h"
#include "show/html_run.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "findings/rank.h"
#include "findings/whose.h"
#include "show/text.h"

enum { MOST_COMBINATIONS = 4 };                       /* of the other parameters' values that get charts of
                                                         their own */

struct sweeps {
    struct xml *html;
    const struct results *results;
    size_t first, end;
    struct arena arena;
    bool opening;                                     /* the first chart alone, or all but that */
    size_t charts;
};

struct axis {                                         /* one swept parameter, the others held at the values of
                                                         `lead` */
    uint32_t param;
    const char **values;
    size_t nvalues;
    const struct result_entry *lead;
};

static struct result_entry *entry_at(const struct sweeps *s, size_t i)
{
    return s->results->entries.items[i];
}

static bool lies_on(const struct axis *a, const struct result_entry *e)
{
    for (uint32_t k = 0; k < e->nsweep; k++)
        if (k != a->param && strcmp(e->sweep[k].text, a->lead->sweep[k].text) != 0)
            return false;
    return true;
}

static size_t place_of(const struct axis *a, const struct result_entry *e)
{
    size_t i = 0;
    while (i < a->nvalues && strcmp(a->values[i], e->sweep[a->param].text) != 0)
        i++;
    return i;
}

static struct axis make_axis(struct sweeps *s, uint32_t param)
{
    struct axis a = {.param = param, .values = arena_array(&s->arena, const char *, s->end - s->first),
                     .lead = entry_at(s, s->first)};
    for (size_t i = s->first; i < s->end; i++)
        if (place_of(&a, entry_at(s, i)) == a.nvalues)
            a.values[a.nvalues++] = entry_at(s, i)->sweep[param].text;
    return a;
}

/* ---- lines ---- */

struct lines { struct chart_sweep_line *items; size_t n; };

static struct chart_sweep_line *line_of(struct sweeps *s, const struct axis *a, struct lines *lines,
                                        const struct chart_sweep_line *like)
{
    for (size_t i = 0; i < lines->n; i++)
        if (!strcmp(lines->items[i].end, like->end))
            return &lines->items[i];
    struct chart_sweep_line *line = &lines->items[lines->n++];
    *line = *like;
    line->entries = arena_array(&s->arena, const struct result_entry *, a->nvalues);
    return line;
}

static const char *name_of(struct sweeps *s, const struct result_entry *e)
{
    struct buf who = {0};
    whose_put(&who, s->results, e->backend);
    const char *name = arena_strdup(&s->arena, buf_text(&who));
    buf_release(&who);
    return name;
}

/* What is ranked comes before what is not, then the least p99. */
static bool comes_before(const struct results *r, const struct result_entry *e,
                         const struct result_entry *known)
{
    double v = 0, least = 0;
    bool ranked = !rank_unranked(r, e), other = !rank_unranked(r, known);
    figures_metric(e, METRIC_P99, false, &v);
    figures_metric(known, METRIC_P99, false, &least);
    return ranked != other ? ranked : v < least;
}

/* Of each backend, at each value, the ranked entry of least p99; where none is ranked what was measured,
 * which the chart marks. */
static void find_best_lines(struct sweeps *s, const struct axis *a, struct lines *lines)
{
    double v = 0;
    for (size_t i = s->first; i < s->end; i++) {
        const struct result_entry *e = entry_at(s, i);
        if (!lies_on(a, e) || !figures_metric(e, METRIC_P99, false, &v))
            continue;
        const struct chart_sweep_line like = {.name = name_of(s, e), .end = e->backend,
                                              .mark = plot_mark_of(e)};
        const struct result_entry **at = &line_of(s, a, lines, &like)->entries[place_of(a, e)];
        if (!*at || comes_before(s->results, e, *at))
            *at = e;
    }
}

static void find_strategy_lines(struct sweeps *s, const struct axis *a, const char *backend,
                                struct lines *lines)
{
    for (size_t i = s->first; i < s->end; i++) {
        const struct result_entry *e = entry_at(s, i);
        const struct chart_sweep_line like = {.name = e->strategy, .end = e->strategy,
                                              .mark = {lines->n, lines->n >= PLOT_COLOURS}};
        if (lies_on(a, e) && !strcmp(e->backend, backend))
            line_of(s, a, lines, &like)->entries[place_of(a, e)] = e;
    }
}

static struct lines new_lines(struct sweeps *s)
{
    return (struct lines){arena_array(&s->arena, struct chart_sweep_line, s->end - s->first), 0};
}

/* ---- charts ---- */

static void put_chart(struct sweeps *s, const struct axis *a, const char *what, const struct lines *lines)
{
    struct buf title = {0};
    const struct ir_param *swept = a->lead->sweep;
    bool alone = s->first == 0 && s->end == s->results->entries.count;
    if (s->opening && !alone)
        buf_printf(&title, "%s: ", a->lead->run);
    buf_printf(&title, "p99 by %s: %s", swept[a->param].name, what);
    for (uint32_t k = 0; k < a->lead->nsweep; k++)
        if (k != a->param)
            buf_printf(&title, ", %s %s", swept[k].name, swept[k].text);
    chart_put_sweep(s->html,
                    &(struct chart_sweep){buf_text(&title), swept[a->param].name, a->values, a->nvalues,
                                          lines->items, lines->n,
                                                   html_p99_limit(s->results, a->lead->run)});
    buf_release(&title);
}

static void put_backend_charts(struct sweeps *s, const struct axis *a)
{
    xml_open(s->html, "details");
    html_put(s->html, "summary", NULL, "Each backend by itself, all strategies");
    html_open_pair(s->html);
    for (size_t i = s->first; i < s->end; i++) {
        const char *backend = entry_at(s, i)->backend;
        bool reported = false;
        for (size_t k = s->first; k < i && !reported; k++)
            reported = !strcmp(entry_at(s, k)->backend, backend);
        if (reported)
            continue;
        struct lines lines = new_lines(s);
        find_strategy_lines(s, a, backend, &lines);
        put_chart(s, a, arena_printf(&s->arena, "the strategies on %s", backend), &lines);
    }
    xml_close(s->html);
    xml_close(s->html);
}

static void put_axis(struct sweeps *s, const struct axis *a)
{
    struct lines lines = new_lines(s);
    find_best_lines(s, a, &lines);
    if (s->opening == (s->charts++ == 0))
        put_chart(s, a, "each backend with its fastest strategy", &lines);
    if (!s->opening)
        put_backend_charts(s, a);
}

static void put_param(struct sweeps *s, uint32_t param)
{
    struct axis a = make_axis(s, param);
    size_t combinations = 0;
    if (a.nvalues < 2)
        return;
    for (size_t i = s->first; i < s->end; i = figures_point_end(s->results, i)) {
        a.lead = entry_at(s, i);
        if (place_of(&a, a.lead) == 0 && combinations++ < MOST_COMBINATIONS)
            put_axis(s, &a);
    }
    if (combinations > MOST_COMBINATIONS && !s->opening) {
        const char *more = arena_printf(
            &s->arena,
            "By %s at %zu further combinations of the other parameters: see the tables of the points.",
            a.lead->sweep[param].name, combinations - MOST_COMBINATIONS);
        html_put(s->html, "p", "soft", more);
    }
}

static void put_params(struct xml *h, const struct results *r, size_t first, size_t end, bool opening)
{
    struct sweeps s = {.html = h, .results = r, .first = first, .end = end, .opening = opening};
    arena_init(&s.arena);
    for (uint32_t k = 0; k < r->entries.items[first]->nsweep; k++)
        put_param(&s, k);
    arena_release(&s.arena);
}

void html_put_sweeps(struct xml *h, const struct results *r, size_t first, size_t end)
{
    put_params(h, r, first, end, false);
}

void html_put_first_sweep(struct xml *h, const struct results *r, size_t first, size_t end)
{
    put_params(h, r, first, end, true);
}
