/* html_point.c - one point of a run on the page: all figures, what they look like, then each backend by itself. */
#include "config.h"

#include "report/html_run.h"

#include <math.h>
#include <string.h>

#include "report/chart.h"
#include "report/compare.h"
#include "report/html_table.h"
#include "report/limit.h"
#include "report/number.h"
#include "report/stats.h"
#include "report/text.h"
#include "report/whose.h"

struct point {
    struct xml *html;
    const struct results *results;
    size_t first, end;
    const struct result_entry *best;
    bool service;                                     /* there are service times other than response times */
};

static chart_entries entries_of(const struct point *p)
{
    return (chart_entries)p->results->entries.items + p->first;
}

static size_t backend_end(const struct point *p, size_t first)
{
    struct result_entry **all = p->results->entries.items;
    size_t end = first;
    while (end < p->end && !strcmp(all[end]->backend, all[first]->backend))
        end++;
    return end;
}

/* ---- the table ---- */

static void put_remark(const struct point *p, const struct result_entry *e)
{
    const char *unranked = figures_unranked(p->results, e);
    struct buf b = {0};
    if (e == p->best)
        buf_puts(&b, "best");
    else if (unranked)
        buf_printf(&b, "not ranked: %s", e->failed ? e->failed : unranked);
    else
        comparison_put_ratio(&b, p->results, e, p->best);
    html_put_buf(p->html, "td", "words", &b);
}

static void put_figures_row(const struct point *p, const struct result_entry *e)
{
    static const enum metric times[] = {METRIC_P50, METRIC_P95, METRIC_P99, METRIC_P99_9, METRIC_MAX};
    struct xml *h = p->html;
    html_open_row(h, e == p->best ? "good" : figures_unranked(p->results, e) ? "warn" : NULL);
    html_put_backend_head(h, p->results, e->backend);
    html_put_row_head(h, e->strategy);
    put_remark(p, e);
    html_put_cell(h, e->calls_per_request > 0, e->calls_per_request,
                  e->calls_per_request == floor(e->calls_per_request) ? number_put_count : number_put);
    html_put_metric(h, e, METRIC_THROUGHPUT, false, number_put);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        html_put_metric(h, e, times[i], false, number_put_duration);
    if (p->service)
        html_put_metric(h, e, METRIC_P99, true, number_put_duration);
    html_put_cell(h, true, (double)e->all.errors, number_put_count);
    html_put_cell(h, true, (double)e->all.retries, number_put_count);
    html_put_metric(h, e, METRIC_COST_PER_MILLION, false, number_put);
    xml_close(h);
}

/* What held them back, below the table: a sentence each. */
static void put_limits(const struct point *p)
{
    bool any = false;
    for (size_t i = p->first; i < p->end; i++) {
        const struct result_entry *e = p->results->entries.items[i];
        struct buf b = {0};
        if (e->failed || limit_of(e) == LIMIT_NONE)
            continue;
        if (!any)
            xml_open(p->html, "ul");
        any = true;
        buf_printf(&b, "%s, %s: ", e->backend, e->strategy);
        limit_put(&b, e);
        html_put_buf(p->html, "li", limit_is_saturated(limit_of(e)) ? "warn" : NULL, &b);
    }
    if (any)
        xml_close(p->html);
}

static void put_figures(const struct point *p)
{
    static const char *const all[] = {"backend", "strategy", "p99 to the best", "calls/request", "requests/s", "p50", "p95", "p99", "p99.9", "max",
                                      "service p99", "errors", "retries", "$ per million", NULL};
    enum { SERVICE = 10 };
    const char *heads[sizeof all / sizeof *all];
    size_t n = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (i != SERVICE || p->service)
            heads[n++] = all[i];
    const struct result_entry *e = p->results->entries.items[p->first];
    struct buf caption = {0};
    buf_printf(&caption, "%s%s", e->run, e->nsweep ? ", " : "");
    text_put_sweep(&caption, e->sweep, e->nsweep);
    buf_printf(&caption, ": all figures of each backend and strategy (%s)", comparison_ratio_legend);
    html_open_table(p->html, buf_text(&caption), heads, "012");
    for (size_t i = p->first; i < p->end; i++)
        put_figures_row(p, p->results->entries.items[i]);
    html_close_table(p->html);
    put_limits(p);
    buf_release(&caption);
}

/* ---- all backends in one picture ---- */

static void by_both(struct buf *b, const struct result_entry *e)
{
    whose_put(b, e->results, e->backend);
    buf_printf(b, " with %s", e->strategy);
}

static void by_strategy(struct buf *b, const struct result_entry *e)
{
    buf_puts(b, e->strategy);
}

static void put_backends_chart(const struct point *p)
{
    enum { MOST = 64 };
    const struct result_entry *best[MOST];
    size_t n = 0;
    for (size_t i = p->first; i < p->end && n < MOST; i = backend_end(p, i))
        if ((best[n] = figures_best(p->results, i, backend_end(p, i))))
            n++;
    chart_put_percentiles(p->html, "Response time by percentile: each backend with its fastest strategy", best, n, by_both);
}

static bool throughput(const struct result_entry *e, double *v) { return figures_metric(e, METRIC_THROUGHPUT, false, v); }
static bool throughput_interval(const struct result_entry *e, double *low, double *high)
{
    return stats_interval(e, METRIC_THROUGHPUT, low, high);
}
static bool calls(const struct result_entry *e, double *v)
{
    *v = e->calls_per_request;
    return *v > 0;
}

static void put_overview(const struct point *p)
{
    static const struct chart_bars bars[] = {
        {"Throughput, requests/s", throughput, throughput_interval, plot_put_count, number_put},
        {"Calls to the backend for each request", calls, NULL, plot_put_count, plot_put_count},
    };
    size_t n = p->end - p->first;
    chart_put_boxes(p->html, "Response time: the box is the middle half of the requests, the line p1 to p99, the dot the slowest", entries_of(p), n);
    for (size_t i = 0; i < sizeof bars / sizeof *bars; i++)
        chart_put_bars(p->html, &bars[i], entries_of(p), n);
    chart_put_pareto(p->html, "Latency against cost; the line joins what nothing else beats in both", entries_of(p), n);
    html_put_costs(p->html, p->results, p->first, p->end);
}

/* ---- each backend by itself ---- */

static void put_plan(struct xml *h, const struct result_entry *e)
{
    struct buf title = {0};
    if (!e->plan)
        return;
    buf_printf(&title, "The plan of %s", e->strategy);
    xml_open(h, "details");
    html_put(h, "summary", NULL, buf_text(&title));
    html_open_wide(h, buf_text(&title));
    html_put(h, "pre", NULL, e->plan);
    xml_close(h);
    xml_close(h);
    buf_release(&title);
}

static void put_notes(struct xml *h, chart_entries entries, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any |= entries[i]->nnotes > 0;
    if (!any)
        return;
    html_put(h, "p", NULL, "What fell back to something else, and why:");
    xml_open(h, "ul");
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < entries[i]->nnotes; k++) {
            struct buf b = {0};
            buf_printf(&b, "%s: %s", entries[i]->strategy, entries[i]->notes[k]);
            html_put_buf(h, "li", NULL, &b);
        }
    xml_close(h);
}

static void put_backend(const struct point *p, size_t first, size_t end)
{
    chart_entries entries = (chart_entries)p->results->entries.items + first;
    const struct result_entry *best = figures_best(p->results, first, end);
    struct buf title = {0};
    xml_open(p->html, "details");
    whose_put(&title, p->results, entries[0]->backend);
    buf_puts(&title, " by itself: strategies, time line, a slow request, plans");
    html_put(p->html, "summary", NULL, buf_text(&title));
    buf_clear(&title);
    buf_printf(&title, "Response time by percentile: the strategies on %s", entries[0]->backend);
    if (end - first > 1)
        chart_put_percentiles(p->html, buf_text(&title), entries, end - first, by_strategy);
    buf_clear(&title);
    buf_printf(&title, "Over time on %s: a red mark is a slice with errors, an amber one with throttled requests", entries[0]->backend);
    chart_put_time(p->html, buf_text(&title), entries, end - first, by_strategy);
    best = best ? best : entries[0];
    buf_clear(&title);
    by_both(&title, best);
    chart_put_trace(p->html, buf_text(&title), best);
    put_notes(p->html, entries, end - first);
    for (size_t i = first; i < end; i++)
        put_plan(p->html, p->results->entries.items[i]);
    xml_close(p->html);
    buf_release(&title);
}

void html_put_point(struct xml *h, const struct results *r, size_t first, size_t end)
{
    struct point p = {h, r, first, end, figures_best(r, first, end), figures_has_service(r, first, end)};
    put_backends_chart(&p);
    put_figures(&p);
    html_put_comparisons(h, r, first, end);
    put_overview(&p);
    for (size_t i = first; i < end; i = backend_end(&p, i))
        put_backend(&p, i, backend_end(&p, i));
}
