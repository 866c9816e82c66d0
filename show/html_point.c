/* html_point.c - one point of a run on the page: all figures, what they look like, then each backend by
 * itself. */
#include "config.h"

#include "show/html_run.h"

#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "findings/compare.h"
#include "findings/limit.h"
#include "findings/number.h"
#include "findings/rank.h"
#include "findings/stats.h"
#include "findings/whose.h"
#include "show/chart.h"
#include "show/html_table.h"
#include "show/text.h"

struct point {
    struct xml *html;
    const struct results *results;
    size_t first, end;
    const struct result_entry *best;
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
    const char *unranked = rank_unranked(p->results, e);
    struct buf b = {0};
    if (e == p->best)
        buf_puts(&b, "best");
    else if (unranked && e->failed)
        buf_printf(&b, "not ranked: %s", e->failed);
    else if (unranked && rank_first_error(e))
        buf_printf(&b, "not ranked: %s: %s", unranked, rank_first_error(e));
    else if (unranked)
        buf_printf(&b, "not ranked: %s", unranked);
    else
        comparison_put_ratio(&b, p->results, e, p->best);
    html_put_buf(p->html, "td", "words", &b);
}

/* Columns that would say nothing are left out. */
static bool has_service(const struct point *p) { return figures_has_service(p->results, p->first, p->end); }
static bool has_expectations(const struct point *p) { return html_is_expected(p->results,
    p->results->entries.items[p->first]->run); }
static bool has_retries(const struct point *p)
{
    uint64_t n = 0;
    for (size_t i = p->first; i < p->end; i++)
        n += p->results->entries.items[i]->all.retries;
    return n > 0;
}
static bool has_costs(const struct point *p)
{
    double usd = 0;
    bool any = false;
    for (size_t i = p->first; i < p->end; i++)
        any |= figures_metric(p->results->entries.items[i], METRIC_COST_PER_MILLION, false, &usd);
    return any;
}

static void put_verdict(const struct point *p, const struct result_entry *e) { html_put_verdict(p->html, e,
    false); }
static void put_errors(const struct point *p, const struct result_entry *e)
{
    html_put_cell(p->html, true, (double)e->all.errors, number_put_count);
}
static void put_retries(const struct point *p, const struct result_entry *e)
{
    html_put_cell(p->html, true, (double)e->all.retries, number_put_count);
}
static void put_calls(const struct point *p, const struct result_entry *e)
{
    double n = e->calls_per_request;
    html_put_cell(p->html, n > 0, n, n == floor(n) ? number_put_count : number_put);
}

/* Behind the strategy; what is most asked for comes first, for a narrow screen shows no more. */
struct point_column {
    const char *head;
    bool (*shown)(const struct point *);                                      /* NULL: always */
    void (*put)(const struct point *, const struct result_entry *);           /* NULL: the metric */
    enum metric metric;
    bool service;
    plot_number *number;
};
static const struct point_column columns[] = {
    {"p99", .metric = METRIC_P99, .number = number_put_duration},
    {"p99 to the best", .put = put_remark},
    {"expected", has_expectations, put_verdict},
    {"requests/s", .metric = METRIC_THROUGHPUT, .number = number_put},
    {"p50", .metric = METRIC_P50, .number = number_put_duration},
    {"p95", .metric = METRIC_P95, .number = number_put_duration},
    {"p99.9", .metric = METRIC_P99_9, .number = number_put_duration},
    {"max", .metric = METRIC_MAX, .number = number_put_duration},
    {"service p99", has_service, .metric = METRIC_P99, .service = true, .number = number_put_duration},
    {"calls", .put = put_calls},
    {"errors", .put = put_errors},
    {"retries", has_retries, put_retries},
    {"$ per million", has_costs, .metric = METRIC_COST_PER_MILLION, .number = number_put},
};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void put_figures_row(const struct point *p, const struct result_entry *e)
{
    html_open_row(p->html, e == p->best ? "best" : rank_unranked(p->results, e) ? "warn" : NULL);
    html_put_row_head(p->html, e->strategy);
    for (size_t i = 0; i < COLUMNS; i++) {
        const struct point_column *c = &columns[i];
        if (c->shown && !c->shown(p))
            continue;
        if (c->put)
            c->put(p, e);
        else
            html_put_metric(p->html, e, c->metric, c->service, c->number);
    }
    xml_close(p->html);
}

/* What held them back, below the table: a sentence each, to be opened where they are many. */
static void put_limits(const struct point *p)
{
    struct result_entry **all = p->results->entries.items;
    bool any = false;
    for (size_t i = p->first; i < p->end; i++) {
        struct buf strategies = {0}, b = {0};
        const struct result_entry *worst = limit_group(p->results, p->first, i, p->end, &strategies);
        if (worst) {
            if (!any) {
                xml_open(p->html, "ul");
                xml_attribute(p->html, "class", "notes");
            }
            any = true;
            buf_printf(&b, "%s (%s): ", all[i]->backend, buf_text(&strategies));
            limit_put(&b, worst);
            html_put_buf(p->html, "li", limit_is_saturated(limit_of(worst)) ? "warn" : NULL, &b);
        }
        buf_release(&strategies);
        buf_release(&b);
    }
    if (any)
        xml_close(p->html);
}

static bool any_unsure(const struct point *p)
{
    struct buf ratio = {0};
    bool any = false;
    for (size_t i = p->first; i < p->end && p->best; i++)
        if (p->results->entries.items[i] != p->best)
            any |= comparison_put_ratio(&ratio, p->results, p->results->entries.items[i], p->best);
    buf_release(&ratio);
    return any;
}

static void put_figures(const struct point *p)
{
    const char *heads[COLUMNS + 2] = {"strategy"};
    size_t n = 1;
    for (size_t i = 0; i < COLUMNS; i++)
        if (!columns[i].shown || columns[i].shown(p))
            heads[n++] = columns[i].head;
    const struct result_entry *e = p->results->entries.items[p->first];
    struct buf caption = {0};
    buf_printf(&caption, "%s%s", e->run, e->nsweep ? ", " : "");
    results_put_sweep(&caption, e->sweep, e->nsweep);
    buf_puts(&caption, ": all figures of each backend and strategy");
    if (any_unsure(p))
        buf_printf(&caption, " (%s)", comparison_ratio_legend);
    html_open_table(p->html, buf_text(&caption), heads, has_expectations(p) ? "023" : "02");
    for (size_t i = p->first; i < p->end; i = backend_end(p, i)) {
        html_put_group(p->html, p->results, p->results->entries.items[i]->backend, n, i == p->first);
        for (size_t k = i; k < backend_end(p, i); k++)
            put_figures_row(p, p->results->entries.items[k]);
    }
    html_close_table(p->html);
    put_limits(p);
    buf_release(&caption);
}

/* ---- all backends in one picture ---- */

static void put_backends_chart(const struct point *p)
{
    enum { MOST = 64 };
    const struct result_entry *best[MOST];
    size_t n = 0;
    for (size_t i = p->first; i < p->end && n < MOST; i = backend_end(p, i))
        if ((best[n] = rank_best(p->results, i, backend_end(p, i))))
            n++;
    chart_put_percentiles(p->html, "Response time by percentile: each backend with its fastest strategy",
                          &(struct chart_lines){best, n, true});
}

static bool throughput(const struct result_entry *e, double *v) { return figures_metric(e, METRIC_THROUGHPUT,
    false, v); }
static bool throughput_interval(const struct result_entry *e, double *low, double *high)
{
    return stats_interval(e, METRIC_THROUGHPUT, low, high);
}
static bool calls(const struct result_entry *e, double *v)
{
    *v = e->calls_per_request;
    return *v > 0;
}

/* The entries of a backend in the point of this one: first … the next of another backend. */
static size_t find_backend(const struct results *r, const struct result_entry *e, const char *backend)
{
    size_t i = 0;
    while (i < r->entries.count &&
           !(figures_same_point(r->entries.items[i], e) && !strcmp(r->entries.items[i]->backend, backend)))
        i++;
    return i;
}

/* Both backends make as many calls with each strategy. */
static bool call_alike(const struct results *r, const struct result_entry *e, const char *backend)
{
    size_t a = find_backend(r, e, e->backend), b = find_backend(r, e, backend);
    chart_entries all = (chart_entries)r->entries.items;
    size_t n = r->entries.count;
    for (; a < n && !strcmp(all[a]->backend, e->backend) && figures_same_point(all[a], e); a++, b++)
        if (b >= n || strcmp(all[b]->backend, backend) != 0 ||
            strcmp(all[a]->strategy, all[b]->strategy) != 0 ||
            all[a]->calls_per_request != all[b]->calls_per_request)
            return false;
    return true;
}

/* "sqlite, lakebase": those which call alike. */
static void put_callers(struct buf *b, const struct result_entry *e)
{
    const struct results *r = e->results;
    buf_puts(b, e->backend);
    for (size_t i = find_backend(r, e, e->backend); i < r->entries.count &&
         figures_same_point(r->entries.items[i], e); i++) {
        const char *backend = r->entries.items[i]->backend;
        bool starts = strcmp(backend, e->backend) != 0 &&
                      strcmp(backend, r->entries.items[i - 1]->backend) != 0;
        if (starts && call_alike(r, e, backend))
            buf_printf(b, ", %s", backend);
    }
}

/* How many calls a strategy makes is mostly the same on every backend: those that call alike are drawn once.
 * Where the number is the same of all there is nothing to draw. */
static void put_calls_chart(const struct point *p)
{
    static const struct chart_bars bars = {"Calls to the backend for each request", calls, NULL,
                                           plot_put_count, number_put, put_callers};
    chart_entries all = (chart_entries)p->results->entries.items;
    const struct result_entry **each = mem_alloc((p->end - p->first) * sizeof *each);
    size_t n = 0;
    bool differ = false;
    for (size_t i = p->first; i < p->end; i = backend_end(p, i)) {
        bool reported = false;
        for (size_t k = p->first; k < i && !reported; k = backend_end(p, k))
            reported = call_alike(p->results, all[k], all[i]->backend);
        for (size_t k = i; k < backend_end(p, i) && !reported; k++)
            each[n++] = all[k];
    }
    for (size_t i = 0; i < n; i++)
        differ |= each[i]->calls_per_request != each[0]->calls_per_request;
    bool answered = false;
    for (size_t i = p->first; i < p->end; i++)
        answered |= figures_has_times(all[i]);
    if (differ && answered)
        chart_put_bars(p->html, &bars, each, n);
    mem_free(each);
}

static void put_overview(const struct point *p)
{
    static const struct chart_bars bars = {"Throughput, requests/s", throughput, throughput_interval,
                                           plot_put_count, number_put, NULL};
    size_t n = p->end - p->first;
    html_open_pair(p->html);
    chart_put_boxes(p->html,
                    "Response time: the box is the middle half of the requests, the line p1 to p99, the dot "
                    "the slowest; the "
                    "figure is the median",
                    entries_of(p), n);
    chart_put_bars(p->html, &bars, entries_of(p), n);
    put_calls_chart(p);
    chart_put_pareto(p->html, "Latency against cost; the line is the Pareto front", entries_of(p), n);
    xml_close(p->html);
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
    const struct result_entry *best = rank_best(p->results, first, end);
    const struct chart_lines lines = {entries, end - first, false};
    struct buf title = {0};
    xml_open(p->html, "details");
    whose_put(&title, p->results, entries[0]->backend);
    buf_puts(&title, " by itself: strategies, time line, a slow request, plans");
    html_put(p->html, "summary", NULL, buf_text(&title));
    buf_clear(&title);
    buf_printf(&title, "Response time by percentile: the strategies on %s", entries[0]->backend);
    if (end - first > 1)
        chart_put_percentiles(p->html, buf_text(&title), &lines);
    buf_clear(&title);
    buf_printf(&title,
               "Over time on %s: a red mark is a slice with errors, an amber one with throttled requests",
               entries[0]->backend);
    chart_put_time(p->html, buf_text(&title), &lines);
    best = best ? best : entries[0];
    buf_clear(&title);
    whose_put(&title, p->results, best->backend);
    buf_printf(&title, ", %s", best->strategy);
    chart_put_trace(p->html, buf_text(&title), best);
    put_notes(p->html, entries, end - first);
    for (size_t i = first; i < end; i++)
        put_plan(p->html, p->results->entries.items[i]);
    xml_close(p->html);
    buf_release(&title);
}

void html_put_point(struct xml *h, const struct results *r, size_t first, size_t end)
{
    struct point p = {h, r, first, end, rank_best(r, first, end)};
    put_backends_chart(&p);
    put_figures(&p);
    html_put_queries(h, r, first, end);
    html_put_comparisons(h, r, first, end);
    put_overview(&p);
    for (size_t i = first; i < end; i = backend_end(&p, i))
        put_backend(&p, i, backend_end(&p, i));
}
