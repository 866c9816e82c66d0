/* text_figures.c - all figures of the entries of a point, or those of the fastest on each backend. */
#include "config.h"

#include "findings/rank.h"
#include "findings/whose.h"
#include "show/spark.h"
#include "show/text_block.h"

#include <math.h>
#include <string.h>

/* ---- cells ---- */

static const char *const absent = "–";

static const char *time_cell(struct block *k, bool there, double ns)
{
    struct buf b = {0};
    if (!there)
        return absent;
    number_put_time(&b, ns, k->unit);
    return text_keep(k->text, &b);
}

static const char *metric_cell(struct block *k, const struct result_entry *e, enum metric m, bool service)
{
    double v = 0, response = 0;
    bool there = figures_metric(e, m, service, &v);
    if (service && there && figures_metric(e, m, false, &response) && v == response)
        return "=";                                   /* nothing waited: the column is read for what did */
    return time_cell(k, there, v);
}

static const char *number_cell(struct block *k, bool there, double v)
{
    struct buf b = {0};
    if (!there)
        return absent;
    number_put(&b, v);
    return text_keep(k->text, &b);
}

static const char *count_cell(struct block *k, double v)
{
    struct buf b = {0};
    number_put_count(&b, v);
    return text_keep(k->text, &b);
}

/* Calls are whole, but for a mix of queries. */
static const char *calls_cell(struct block *k, double v)
{
    return v == floor(v) ? count_cell(k, v) : number_cell(k, true, v);
}

static const char *against_best(struct block *k, const struct result_entry *e,
                                const struct result_entry *best)
{
    struct buf b = {0};
    if (e == best)
        return "best";
    k->unsure |= comparison_put_ratio(&b, k->text->results, e, best);
    return b.len ? text_keep(k->text, &b) : absent;
}

/* ---- the table ---- */

/* The columns of time. Where there is no room for all, the less important ones go first: `leave` is
 * the level at which. */
static const struct { const char *name; enum metric metric; unsigned leave; bool service; unsigned gap; } times[] = {
    {"p50", METRIC_P50, 0, false, 2},   {"p95", METRIC_P95, 4, false, 1}, {"p99", METRIC_P99, 0, false, 1},
    {"p99.9", METRIC_P99_9, 2, false, 1}, {"max", METRIC_MAX, 3, false, 1}, {"p99", METRIC_P99, 5, true, 2},
};
enum { TIMES = sizeof times / sizeof *times, LEVEL_NO_SPARK = 1, LEVELS = 5 };

static bool shows_time(const struct block *k, size_t i)
{
    return (!times[i].service || k->service) && (!times[i].leave || k->level < times[i].leave);
}

static void add_head(struct block *k, struct grid *g, const char *title)
{
    struct grid_row above = {.style = STYLE_DIM, .cells = {k->all ? NULL : "lowest p99 per backend"}},
                    row = {.style = STYLE_DIM, .cells = {title, "calls", "req/s"}};
    bool tight = k->retries && k->cost;               /* the longest strategy still has its line */
    unsigned c = 3;
    g->gaps[2] = tight ? 1 : 2;
    for (size_t i = 0; i < TIMES; i++) {
        if (!shows_time(k, i))
            continue;
        g->gaps[c] = tight ? 1 : times[i].gap;
        above.cells[c] = times[i].service ? "service" : NULL;
        row.cells[c++] = times[i].name;
    }
    if (k->level < LEVEL_NO_SPARK)
        row.cells[c++] = "spread";
    if (k->errors_column)
        row.cells[c++] = "errors";
    if (k->retries)
        row.cells[c++] = "retry";
    if (k->cost) {
        above.cells[c] = "$ per";
        row.cells[c++] = "mill.";
    }
    if (k->end - k->first > 1) {                      /* what is alone is the best: that says nothing */
        g->gaps[c] = tight ? 1 : 2;
        above.cells[c] = "p99 vs";
        row.cells[c++] = "best";
    }
    g->columns = c;
    *grid_add(g, STYLE_DIM) = above;
    *grid_add(g, STYLE_DIM) = row;
}

static const char *spark_cell(struct block *k, const struct result_entry *e)
{
    struct buf b = {0};
    if (!figures_has_times(e))
        return absent;
    spark_put(&b, e->all.response, k->low, k->high);
    return text_keep(k->text, &b);
}

/* From the least to the greatest but a thousandth: one straggler does not push all others into a corner. */
static void find_ends(struct block *k, size_t first, size_t end)
{
    k->low = k->high = 0;
    for (size_t i = first; i < end; i++) {
        const struct hist *h = text_entry(k->text, i)->all.response;
        if (!h || !h->count)
            continue;
        double low = fmax((double)hist_min(h), 1), high = figures_percentile(h, 99.9);
        k->low = k->low > 0 ? fmin(k->low, low) : low;
        k->high = fmax(k->high, high);
    }
}

static void add_figures(struct block *k, struct grid *g, const struct result_entry *e,
                        const struct result_entry *best, const char *label)
{
    struct grid_row *row = grid_add(g, e == best                            ? STYLE_GOOD
                                       : rank_unranked(k->text->results, e) ? STYLE_WARN
                                                                            : STYLE_PLAIN);
    double v = 0;
    unsigned c = 0;
    row->cells[c++] = label;
    row->cells[c++] = e->calls_per_request <= 0 ? absent : calls_cell(k, e->calls_per_request);
    bool there = figures_metric(e, METRIC_THROUGHPUT, false, &v);
    row->cells[c++] = number_cell(k, there, v);
    for (size_t i = 0; i < TIMES; i++)
        if (shows_time(k, i))
            row->cells[c++] = metric_cell(k, e, times[i].metric, times[i].service);
    if (k->level < LEVEL_NO_SPARK)
        row->cells[c++] = spark_cell(k, e);
    if (k->errors_column)
        row->cells[c++] = count_cell(k, (double)e->all.errors);
    if (k->retries)
        row->cells[c++] = count_cell(k, (double)e->all.retries);
    if (k->cost) {
        there = figures_metric(e, METRIC_COST_PER_MILLION, false, &v);
        row->cells[c++] = number_cell(k, there, v);
    }
    if (k->end - k->first > 1)
        row->cells[c] = against_best(k, e, best);
}

/* Its backend's fastest, or where none is ranked its first. */
static bool leads_backend(const struct text *t, size_t first, size_t end, size_t i)
{
    if (block_is_fastest(t, first, end, text_entry(t, i)))
        return true;
    for (size_t k = first; k < end; k++)
        if (!strcmp(text_entry(t, k)->backend, text_entry(t, i)->backend) &&
            (k < i || !rank_unranked(t->results, text_entry(t, k))))
            return false;
    return true;
}

/* No column vanishes in silence. */
static void put_no_room(struct block *k)
{
    struct buf b = {0};
    if (!k->level)
        return;
    buf_puts(&b, "no room for: spread");
    for (size_t i = 0; i < TIMES; i++)
        if (times[i].leave && k->level >= times[i].leave && (k->service || !times[i].service))
            buf_printf(&b, ", %s%s", times[i].service ? "service " : "", times[i].name);
    paper_put_wrapped(&k->text->paper, 0, STYLE_DIM, "", buf_text(&b));
    buf_release(&b);
}

/* Where the backends have one strategy each, the row says "backend, strategy"; else the backend
 * heads its strategies. */
static struct grid point_grid(struct block *k, size_t first, size_t end)
{
    struct text *t = k->text;
    struct grid g = {.arena = &t->arena};
    const struct result_entry *best = rank_best(t->results, first, end);
    bool alone = k->all && k->alone;
    const char *strategy = alone ? text_entry(t, first)->strategy : "";
    add_head(k, &g, arena_printf(&t->arena, "%s%stimes in %s", strategy, alone ? "; " : "", k->unit.name));
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = text_entry(t, i);
        if (!k->all) {
            if (leads_backend(t, first, end, i))
                add_figures(k, &g, e, best, arena_printf(&t->arena, "%s, %s", e->backend, e->strategy));
            continue;
        }
        if (!alone && (i == first || strcmp(e->backend, text_entry(t, i - 1)->backend))) {
            struct grid_row *row = grid_add(&g, STYLE_BOLD);
            row->span = true;
            struct buf who = {0};
            whose_put(&who, t->results, e->backend);
            row->cells[0] = text_keep(t, &who);
        }
        add_figures(k, &g, e, best, alone ? e->backend : arena_printf(&t->arena, "  %s", e->strategy));
        if (alone && whose_stands_in(t->results, e->backend)) {
            struct buf who = {0};
            buf_puts(&who, "    ");
            whose_put_server(&who, t->results, e->backend);
            block_add_span(k, &g, STYLE_DIM, &who);
        }
        if (t->details)
            block_add_remarks(k, &g, e);
    }
    return g;
}

void block_put_point(struct block *k, size_t first, size_t end)
{
    struct text *t = k->text;
    find_ends(k, first, end);
    k->unsure = false;
    struct grid g = point_grid(k, first, end);
    while (!grid_fits(&g, t->paper.width) && k->level < LEVELS) {
        k->level++;
        g = point_grid(k, first, end);
    }
    struct buf title = {0};
    results_put_sweep(&title, text_entry(t, first)->sweep, text_entry(t, first)->nsweep);
    buf_putc(t->paper.out, '\n');
    if (title.len) {
        paper_put(&t->paper, STYLE_BOLD, buf_text(&title));
        buf_putc(t->paper.out, '\n');
    }
    buf_release(&title);
    grid_put(&g, &t->paper);
    put_no_room(k);
    if (k->unsure)
        paper_put_wrapped(&t->paper, 0, STYLE_DIM, "", comparison_ratio_legend);
}
