/* html.c - the result as one page that needs nothing else: no script, no network, light and dark, for the screen and for paper. */
#include "config.h"

#include "report/html.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/bug.h"
#include "report/report.h"
#include "report/text.h"

/* Contrast with the background is at least 4.5 for text, 3 for lines, in both schemes. */
static const char style_sheet[] =
    "\n:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#57606a;--rule:#d0d7de;--good:#116329;--bad:#b3151d;--warn:#7d4e00;"
    "--s0:#0969da;--s1:#bc4c00;--s2:#1a7f37;--s3:#8250df;--s4:#bf3989;--s5:#0e7c86;--s6:#7d4e00;--s7:#57606a}\n"
    "@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9da7b3;--rule:#30363d;--good:#56d364;--bad:#ff7b72;"
    "--warn:#e3b341;--s0:#58a6ff;--s1:#ffa657;--s2:#56d364;--s3:#d2a8ff;--s4:#ff9bce;--s5:#76e3ea;--s6:#e3b341;--s7:#9da7b3}}\n"
    "@media print{:root{color-scheme:light}}\n"
    "body{background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,sans-serif;max-width:84rem;margin:0 auto;padding:1rem}\n"
    "h1{line-height:1.2}h2{border-bottom:1px solid var(--rule);margin-top:2.5rem}\n"
    ".soft,caption,figcaption{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}\n"
    ".wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}\n"
    "caption,figcaption{text-align:left;padding:.5rem 0}\n"
    "th,td{text-align:right;padding:.25rem .5rem;border-bottom:1px solid var(--rule);white-space:nowrap}\n"
    "th:first-child,th.words,th[scope=row],td.words{text-align:left}td.words{white-space:normal;min-width:7rem}\n"
    "thead th{color:var(--soft);font-weight:600}tbody th{font-weight:400}tr.good th{font-weight:700}\n"
    "figure{margin:1rem 0}svg{width:100%;max-width:60rem;height:auto;min-width:36rem;display:block}svg text{fill:var(--soft);font-size:12px}\n"
    ".grid{stroke:var(--rule);stroke-width:1}.line{fill:none;stroke-width:2;stroke:currentColor}.line:hover{stroke-width:4}\n"
    ".s0{color:var(--s0)}.s1{color:var(--s1)}.s2{color:var(--s2)}.s3{color:var(--s3)}\n"
    ".s4{color:var(--s4)}.s5{color:var(--s5)}.s6{color:var(--s6)}.s7{color:var(--s7)}\n"
    ".legend{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:0}\n"
    ".key{display:inline-block;width:1.2em;height:.3em;margin-right:.4em;vertical-align:middle;background:currentColor}\n";

/* ---- the writer ---- */

static const xmlChar *xml(const char *s)
{
    return (const xmlChar *)s;
}

void html_open(struct html *h, const char *element)
{
    BUG_UNLESS(xmlTextWriterStartElement(h->writer, xml(element)) >= 0);
}

void html_attribute(struct html *h, const char *name, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int rc = xmlTextWriterWriteVFormatAttribute(h->writer, xml(name), fmt, ap);
    va_end(ap);
    BUG_UNLESS(rc >= 0);
}

void html_text(struct html *h, const char *text)
{
    BUG_UNLESS(xmlTextWriterWriteString(h->writer, xml(text)) >= 0);
}

void html_close(struct html *h)
{
    BUG_UNLESS(xmlTextWriterFullEndElement(h->writer) >= 0);
}

void html_close_void(struct html *h)
{
    BUG_UNLESS(xmlTextWriterEndElement(h->writer) >= 0);
}

void html_put(struct html *h, const char *element, const char *class, const char *text)
{
    html_open(h, element);
    if (class)
        html_attribute(h, "class", "%s", class);
    html_text(h, text);
    html_close(h);
}

/* Writes what the buffer holds and releases it. */
static void put_buf(struct html *h, const char *element, const char *class, struct buf *b)
{
    html_put(h, element, class, buf_text(b));
    buf_release(b);
}

/* ---- tables ---- */

/* A wide table scrolls by itself, also by keyboard, not the page. words: the columns that hold words, by their digits; the others
 * hold numbers. */
static void open_table(struct html *h, const char *caption, const char *const *heads, const char *words)
{
    html_open(h, "div");
    html_attribute(h, "class", "wide");
    html_attribute(h, "tabindex", "0");
    html_attribute(h, "role", "region");
    html_attribute(h, "aria-label", "%s", caption);
    html_open(h, "table");
    html_put(h, "caption", NULL, caption);
    html_open(h, "thead");
    html_open(h, "tr");
    for (int i = 0; heads[i]; i++) {
        html_open(h, "th");
        html_attribute(h, "scope", "col");
        if (strchr(words, (int)('0' + i)))
            html_attribute(h, "class", "words");
        html_text(h, heads[i]);
        html_close(h);
    }
    html_close(h);
    html_close(h);
    html_open(h, "tbody");
}

static void close_table(struct html *h)
{
    html_close(h);
    html_close(h);
    html_close(h);
}

static void put_row_head(struct html *h, const char *text)
{
    html_open(h, "th");
    html_attribute(h, "scope", "row");
    html_text(h, text);
    html_close(h);
}

static void put_cell(struct html *h, bool there, double v, void (*put)(struct buf *, double))
{
    struct buf b = {0};
    if (there)
        put(&b, v);
    else
        buf_puts(&b, "–");
    put_buf(h, "td", NULL, &b);
}

static void put_metric(struct html *h, const struct result_entry *e, enum metric m, bool service, void (*put)(struct buf *, double))
{
    double v = 0;
    bool there = figures_metric(e, m, service, &v);
    put_cell(h, there, v, put);
}

static void put_remark(struct html *h, const struct results *r, const struct result_entry *e, const struct result_entry *best)
{
    const char *unranked = figures_unranked(r, e);
    double v = 0, least = 0;
    struct buf b = {0};
    if (e == best)
        buf_puts(&b, "best");
    else if (unranked)
        buf_printf(&b, "not ranked: %s", e->failed ? e->failed : unranked);
    else if (figures_metric(best, METRIC_P99, false, &least) && least > 0 && figures_metric(e, METRIC_P99, false, &v)) {
        number_put(&b, v / least);
        buf_puts(&b, "×");
    }
    put_buf(h, "td", "words", &b);
}

static void put_figures_row(struct html *h, const struct results *r, const struct result_entry *e, const struct result_entry *best)
{
    static const enum metric times[] = {METRIC_P50, METRIC_P95, METRIC_P99, METRIC_P99_9, METRIC_MAX};
    html_open(h, "tr");
    html_attribute(h, "class", "%s", e == best ? "good" : figures_unranked(r, e) ? "warn" : "plain");
    put_row_head(h, e->backend);
    put_row_head(h, e->strategy);
    put_remark(h, r, e, best);
    put_cell(h, e->calls_per_request > 0, e->calls_per_request,
             e->calls_per_request == floor(e->calls_per_request) ? number_put_count : number_put);
    put_metric(h, e, METRIC_THROUGHPUT, false, number_put);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        put_metric(h, e, times[i], false, number_put_duration);
    put_metric(h, e, METRIC_P99, true, number_put_duration);
    put_cell(h, true, (double)e->all.errors, number_put_count);
    put_cell(h, true, (double)e->all.retries, number_put_count);
    put_metric(h, e, METRIC_COST_PER_MILLION, false, number_put);
    html_close(h);
}

/* ---- runs ---- */

static void by_both(struct buf *b, const struct result_entry *e)
{
    buf_printf(b, "%s with %s", e->backend, e->strategy);
}

static void by_strategy(struct buf *b, const struct result_entry *e)
{
    buf_puts(b, e->strategy);
}

/* Each backend's fastest strategy. */
static void put_backends_chart(struct html *h, const struct results *r, size_t first, size_t end)
{
    enum { MOST = 64 };
    struct result_entry **all = r->entries.items;
    const struct result_entry *best[MOST] = {NULL};
    size_t n = 0;
    for (size_t i = first, to; i < end && n < MOST; i = to) {
        double p99 = 0, least = INFINITY;
        for (to = i; to < end && !strcmp(all[to]->backend, all[i]->backend); to++)
            if (!figures_unranked(r, all[to]) && figures_metric(all[to], METRIC_P99, false, &p99) && p99 < least) {
                best[n] = all[to];
                least = p99;
            }
        n += best[n] != NULL;
    }
    chart_put_percentiles(h, "Response time by percentile: each backend with its fastest strategy", best, n, by_both);
}

static void put_strategy_charts(struct html *h, const struct results *r, size_t first, size_t end)
{
    struct result_entry **all = r->entries.items;
    for (size_t i = first, to; i < end; i = to) {
        struct buf title = {0};
        for (to = i; to < end && !strcmp(all[to]->backend, all[i]->backend);)
            to++;
        buf_printf(&title, "Response time by percentile: the strategies on %s", all[i]->backend);
        if (to - i > 1)
            chart_put_percentiles(h, buf_text(&title), (const struct result_entry *const *)all + i, to - i, by_strategy);
        buf_release(&title);
    }
}

static void put_point(struct html *h, const struct results *r, size_t first, size_t end)
{
    static const char *const heads[] = {"backend", "strategy", "p99 to the best", "calls", "requests/s", "p50", "p95", "p99", "p99.9", "max",
                                        "service p99", "errors", "retries", "$ per million", NULL};
    const struct result_entry *e = r->entries.items[first], *best = figures_best(r, first, end);
    struct buf title = {0}, caption = {0};
    buf_puts(&title, e->run);
    buf_puts(&title, e->nsweep ? ", " : "");
    text_put_sweep(&title, e->sweep, e->nsweep);
    buf_printf(&caption, "%s: all figures of each backend and strategy", buf_text(&title));
    put_buf(h, "h2", NULL, &title);
    put_backends_chart(h, r, first, end);
    open_table(h, buf_text(&caption), heads, "012");
    for (size_t i = first; i < end; i++)
        put_figures_row(h, r, r->entries.items[i], best);
    close_table(h);
    put_strategy_charts(h, r, first, end);
    buf_release(&caption);
}

/* ---- the rest ---- */

static void put_expectations(struct html *h, const struct results *r)
{
    static const char *const heads[] = {"expected", "run", "backend", "strategy", "found", "verdict", NULL};
    if (!r->expectations.count)
        return;
    html_put(h, "h2", NULL, "What was expected");
    open_table(h, "Expectations", heads, "0123");
    for (size_t i = 0; i < r->expectations.count; i++) {
        const struct result_expectation *x = r->expectations.items + i;
        struct buf where = {0}, found = {0};
        html_open(h, "tr");
        html_attribute(h, "class", "%s", x->ok ? "plain" : "bad");
        put_row_head(h, x->text);
        buf_printf(&where, "%s%s", x->run, x->nsweep ? ", " : "");
        text_put_sweep(&where, x->sweep, x->nsweep);
        put_buf(h, "td", "words", &where);
        html_put(h, "td", "words", x->backend);
        html_put(h, "td", "words", x->strategy);
        if (x->measured)
            number_put_figure(&found, figures_unit(x->metric), x->value);
        put_buf(h, "td", NULL, &found);
        html_put(h, "td", NULL, x->ok ? "held" : "FAILED");
        html_close(h);
    }
    close_table(h);
}

static void put_backends(struct html *h, const struct results *r)
{
    static const char *const statuses[] = {[RESULT_OK] = "ok", [RESULT_SKIPPED] = "left out", [RESULT_FAILED] = "FAILED"};
    static const char *const heads[] = {"backend", "version", "status", "rows loaded", "rows/s", "requests checked",
                                        "mismatches", "why", NULL};
    if (!r->backends.count)
        return;
    html_put(h, "h2", NULL, "The backends");
    open_table(h, "Loaded, verified, or left out", heads, "017");
    for (size_t i = 0; i < r->backends.count; i++) {
        const struct result_backend *b = r->backends.items[i];
        const char *why = b->reason ? b->reason : b->verified.first ? b->verified.first : "";
        struct buf words = {0};
        html_open(h, "tr");
        html_attribute(h, "class", "%s", b->status == RESULT_FAILED || b->verified.mismatches ? "bad" : "plain");
        put_row_head(h, b->name);
        html_put(h, "td", "words", b->version ? b->version : "–");
        html_put(h, "td", NULL, statuses[b->status]);
        put_cell(h, b->loaded || b->reused, (double)b->load_rows, number_put_count);
        put_cell(h, b->loaded && b->load_seconds > 0, (double)b->load_rows / fmax(b->load_seconds, 1e-9), number_put);
        put_cell(h, b->verified.done, (double)b->verified.requests, number_put_count);
        put_cell(h, b->verified.done, (double)b->verified.mismatches, number_put_count);
        buf_printf(&words, "%s%s%s", why, b->enable ? "; to have it: " : "", b->enable ? b->enable : "");
        put_buf(h, "td", "words", &words);
        html_close(h);
    }
    close_table(h);
}

static void put_answer(void *to, const char *text, bool starts)
{
    (void)starts;
    html_put(to, "li", NULL, text);
}

static void put_head(struct html *h, const struct results *r)
{
    html_open(h, "head");
    html_open(h, "meta");
    html_attribute(h, "charset", "utf-8");
    html_close_void(h);
    html_open(h, "meta");
    html_attribute(h, "name", "viewport");
    html_attribute(h, "content", "width=device-width, initial-scale=1");
    html_close_void(h);
    html_put(h, "title", NULL, r->title ? r->title : r->workload);
    html_open(h, "style");
    BUG_UNLESS(xmlTextWriterWriteRaw(h->writer, xml(style_sheet)) >= 0);
    html_close(h);
    html_close(h);
}

static void put_body(struct html *h, const struct results *r)
{
    struct buf b = {0};
    html_open(h, "body");
    html_open(h, "main");
    html_put(h, "h1", NULL, r->title ? r->title : r->workload);
    buf_printf(&b, "%s, seed %llu, %s; wkl %s; %s, %u cores, %s", r->workload, (unsigned long long)r->seed, r->started, r->version,
               r->host.cpu, r->host.cores, r->host.kernel);
    for (uint32_t i = 0; i < r->nparams; i++)
        buf_printf(&b, "%s%s %s", i ? ", " : "; ", r->params[i].name, r->params[i].text);
    put_buf(h, "p", "soft", &b);
    html_open(h, "ul");
    text_each_answer(r, put_answer, h);
    html_close(h);
    for (size_t i = 0; i < r->entries.count;) {
        size_t end = figures_point_end(r, i);
        put_point(h, r, i, end);
        i = end;
    }
    put_expectations(h, r);
    put_backends(h, r);
    html_close(h);
    html_close(h);
}

void report_put_html(const struct results *r, const struct report_options *options, struct buf *out)
{
    (void)options;
    xmlBufferPtr memory = xmlBufferCreate();
    BUG_UNLESS(memory);
    struct html h = {xmlNewTextWriterMemory(memory, 0)};
    BUG_UNLESS(h.writer);
    html_open(&h, "html");
    html_attribute(&h, "lang", "en");
    put_head(&h, r);
    put_body(&h, r);
    html_close(&h);
    xmlFreeTextWriter(h.writer);                      /* flushes */
    buf_puts(out, "<!DOCTYPE html>\n");
    buf_add(out, xmlBufferContent(memory), (size_t)xmlBufferLength(memory));
    buf_putc(out, '\n');
    xmlBufferFree(memory);
}
