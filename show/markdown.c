/* markdown.c - the result for a merge request or a wiki: the answer, what failed, a table for each run and
 * sweep point, the backends, what is missing. */
#include "config.h"

#include "findings/compare.h"
#include "findings/costs.h"
#include "findings/expect.h"
#include "findings/limit.h"
#include "findings/rank.h"
#include "findings/whose.h"
#include "show/headline.h"
#include "show/report.h"
#include "show/text.h"

#include <math.h>
#include <string.h>

static void put_escaped(struct buf *b, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_<>|[]#", *text))
            buf_putc(b, '\\');
        buf_putc(b, *text);
    }
}

/* A sentence: what is in backticks is code, as in Markdown itself, and nothing is escaped there. */
static void put_prose(struct buf *b, const char *text)
{
    for (;;) {
        const char *from = strchr(text, '`'), *to = from ? strchr(from + 1, '`') : NULL;
        struct buf before = {0};
        if (!to)
            break;
        buf_add(&before, text, (size_t)(from - text));
        put_escaped(b, buf_text(&before));
        buf_release(&before);
        buf_add(b, from, (size_t)(to - from) + 1);
        text = to + 1;
    }
    put_escaped(b, text);
}

static void put_backend(struct buf *b, const struct results *r, const char *backend)
{
    struct buf who = {0};
    whose_put(&who, r, backend);
    put_escaped(b, buf_text(&who));
    buf_release(&who);
}

static void put_answer(void *to, const char *text, bool starts)
{
    static const char item[] = "· ";
    bool listed = !strncmp(text, item, sizeof item - 1);
    buf_puts(to, starts ? "- " : "  - ");
    put_prose(to, listed ? text + sizeof item - 1 : text);
    buf_putc(to, '\n');
}

/* ---- the answer ---- */

static void put_headline(const struct results *r, size_t first, size_t end, struct buf *b)
{
    static const char *const signs[] = {[HEADLINE_PLAIN] = "", [HEADLINE_GOOD] = "✓ ", [HEADLINE_BAD] = "✗ "};
    struct headline line;
    headline_make(&line, r, first, end);
    buf_puts(b, "**");
    if (first > 0 || end < r->entries.count) {
        put_escaped(b, r->entries.items[first]->run);
        buf_puts(b, ": ");
    }
    buf_printf(b, "%s%s: ", signs[line.tone], line.label);
    if (line.entry) {
        put_backend(b, r, line.entry->backend);
        buf_puts(b, ", ");
        put_escaped(b, line.entry->strategy);
    } else {
        put_prose(b, buf_text(&line.what));
    }
    buf_puts(b, "**");
    if (line.figures.len)
        buf_printf(b, ", %s", buf_text(&line.figures));
    buf_puts(b, "\n\n");
    headline_release(&line);
}

/* ---- figures ---- */

static void put_cell(struct buf *b, bool there, double v, void (*put)(struct buf *, double))
{
    buf_putc(b, ' ');
    if (there)
        put(b, v);
    buf_puts(b, there ? " |" : "– |");
}

static void put_metric(struct buf *b, const struct result_entry *e, enum metric m, bool service,
                       void (*put)(struct buf *, double))
{
    double v = 0;
    bool there = figures_metric(e, m, service, &v);
    put_cell(b, there, v, put);
}

static void put_p99(struct buf *b, const struct result_entry *e)
{
    double v = 0, low = 0, high = 0;
    if (!figures_metric(e, METRIC_P99, false, &v) || !stats_interval(e, METRIC_P99, &low, &high)) {
        put_metric(b, e, METRIC_P99, false, number_put_duration);
        return;
    }
    buf_putc(b, ' ');
    number_put_interval(b, v, low, high);
    buf_puts(b, " |");
}

/* How it compares with the best. True: the ratio is not sure, and needs its legend. */
static bool put_rank(const struct results *r, const struct result_entry *e, const struct result_entry *best,
                     struct buf *b)
{
    const char *unranked = rank_unranked(r, e);
    bool unsure = false;
    buf_putc(b, ' ');
    if (e == best)
        buf_puts(b, "**best**");
    else if (unranked)
        put_escaped(b, unranked);
    else
        unsure = comparison_put_ratio(b, r, e, best);
    buf_puts(b, " |");
    return unsure;
}

static bool put_row(const struct results *r, const struct result_entry *e, const struct result_entry *best,
                    bool service, struct buf *b)
{
    static const enum metric times[] = {METRIC_P50, METRIC_P95, METRIC_P99_9, METRIC_MAX};
    double calls = e->calls_per_request;
    buf_puts(b, "| ");
    put_backend(b, r, e->backend);
    buf_puts(b, " | ");
    put_escaped(b, e->strategy);
    buf_puts(b, " |");
    put_p99(b, e);
    bool unsure = put_rank(r, e, best, b);
    put_metric(b, e, METRIC_THROUGHPUT, false, number_put);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++)
        put_metric(b, e, times[i], false, number_put_duration);
    if (service)
        put_metric(b, e, METRIC_P99, true, number_put_duration);
    put_cell(b, calls > 0, calls, calls == floor(calls) ? number_put_count : number_put);
    put_cell(b, true, (double)e->all.errors, number_put_count);
    put_cell(b, true, (double)e->all.retries, number_put_count);
    put_metric(b, e, METRIC_COST_PER_MILLION, false, number_put);
    buf_putc(b, '\n');
    return unsure;
}

/* The points of a sweep are below their run. */
static void put_heading(const struct result_entry *e, bool starts, struct buf *b)
{
    if (starts) {
        buf_puts(b, "\n## ");
        put_escaped(b, e->run);
        buf_puts(b, "\n\n");
    }
    if (e->nsweep) {
        struct buf title = {0};
        results_put_sweep(&title, e->sweep, e->nsweep);
        buf_puts(b, starts ? "### " : "\n### ");
        put_escaped(b, buf_text(&title));
        buf_puts(b, "\n\n");
        buf_release(&title);
    }
}

static void put_point(const struct results *r, size_t first, size_t end, struct buf *b)
{
    const struct result_entry *e = r->entries.items[first], *best = rank_best(r, first, end);
    put_heading(e, first == 0 || strcmp(r->entries.items[first - 1]->run, e->run) != 0, b);
    bool service = figures_has_service(r, first, end), unsure = false;
    buf_printf(b,
               "| backend | strategy | p99 (95 %% interval) | p99 vs best | req/s | p50 | p95 | p99.9 | max "
               "|%s calls | errors "
               "| retries | $ per million |\n",
               service ? " service p99 |" : "");
    buf_printf(b, "|:--|:--|--:|--:|--:|--:|--:|--:|--:|%s--:|--:|--:|--:|\n", service ? "--:|" : "");
    for (size_t i = first; i < end; i++)
        unsure |= put_row(r, r->entries.items[i], best, service, b);
    if (unsure)
        buf_printf(b, "\n%s\n", comparison_ratio_legend);
}

static void put_queries(const struct results *r, size_t first, size_t end, struct buf *b)
{
    static const enum metric times[] = {METRIC_P50, METRIC_P95, METRIC_P99};
    const char *head = "\n| backend | strategy | query | share | requests | p50 | p95 | p99 | errors |\n"
                       "|:--|:--|:--|--:|--:|--:|--:|--:|--:|\n";
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        for (uint32_t k = 0; k < e->nqueries && e->nrounds; k++) {
            const struct result_entry *q = &e->queries[k];
            buf_printf(b, "%s| ", head);
            head = "";
            put_backend(b, r, q->backend);
            buf_puts(b, " | ");
            put_escaped(b, q->strategy);
            buf_puts(b, " | ");
            put_escaped(b, q->query);
            buf_puts(b, " |");
            put_cell(b, true, q->share, number_put_percent);
            put_cell(b, true, (double)q->all.requests, number_put_count);
            for (size_t m = 0; m < sizeof times / sizeof *times; m++)
                put_metric(b, q, times[m], false, number_put_duration);
            put_cell(b, true, (double)q->all.errors, number_put_count);
            buf_putc(b, '\n');
        }
    }
}

/* ---- costs ---- */

/* Lines of a list below a title, which is there only if they are. */
struct notes { struct buf *out; const char *title; bool any; };

static void put_note(void *to, const char *note)
{
    struct notes *notes = to;
    buf_printf(notes->out, "%s- ", notes->any ? "" : notes->title);
    notes->any = true;
    put_prose(notes->out, note);
    buf_putc(notes->out, '\n');
}

static void put_break_even(const struct costs_break_even *at, void *out)
{
    struct notes *notes = out;
    struct buf line = {0};
    costs_put_break_even(at, &line);
    put_note(notes, buf_text(&line));
    buf_release(&line);
}

static void put_cost_head(const struct result_entry *e, struct buf *b)
{
    double rates[COSTS_RATES];
    uint32_t n = costs_rates(e, rates);
    buf_puts(b, "\n| $ a month | strategies |");
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(b, " at ");
        costs_put_rate(rates[i], b);
        buf_puts(b, " |");
    }
    buf_puts(b, " storage |\n|:--|:--|");
    for (uint32_t i = 0; i < n + 1; i++)
        buf_puts(b, "--:|");
    buf_putc(b, '\n');
}

static void put_usd(struct buf *b, double usd)
{
    costs_put_usd(usd, b);
}

static void put_cost_row(const struct results *r, size_t first, size_t i, size_t end, struct buf *b)
{
    const struct result_entry *e = r->entries.items[i];
    double rates[COSTS_RATES];
    struct buf text = {0};
    buf_puts(b, "| ");
    put_backend(b, r, e->backend);
    buf_puts(b, ", ");
    put_escaped(b, e->cost.billing);
    buf_puts(b, " | ");
    costs_put_strategies(r, first, i, end, &text);
    put_escaped(b, buf_text(&text));
    buf_puts(b, " |");
    for (uint32_t k = 0, n = costs_rates(e, rates); k < n; k++)
        buf_putc(b, ' '), costs_put_month(e, rates[k], b), buf_puts(b, " |");
    put_cell(b, true, cost_month(&e->cost, COST_BY_MONTH, 0), put_usd);
    buf_putc(b, '\n');
    buf_release(&text);
}

static void put_origin(const struct result_entry *e, void *out)
{
    struct buf *b = out, text = {0};
    buf_printf(&text, "%s, %s: ", e->backend, e->cost.billing);
    costs_put_origin(e, &text);
    buf_puts(b, "- ");
    put_prose(b, buf_text(&text));
    buf_putc(b, '\n');
    buf_release(&text);
}

static void put_costs(const struct results *r, size_t first, size_t end, struct buf *b)
{
    bool any = false;
    for (size_t i = first; i < end; i++) {
        if (!costs_leads(r, first, i))
            continue;
        if (!any)
            put_cost_head(r->entries.items[i], b);
        any = true;
        put_cost_row(r, first, i, end, b);
    }
    if (!any)
        return;
    struct notes notes = {b, "\n", false};
    costs_each_break_even(r, first, end, put_break_even, &notes);
    buf_puts(b, "\nPrice sources:\n\n");
    costs_each_origin(r, first, end, put_origin, b);
}

static void put_missed(const struct results *r, enum expect_verdict v, const char *title, struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < r->expectations.count; i++) {
        const struct result_expectation *x = r->expectations.items + i;
        struct buf line = {0};
        if (expect_verdict(x) != v)
            continue;
        buf_printf(&line, "%s: ", x->run);
        expect_put_what(&line, x);
        buf_printf(&line, ", %s, %s: ", x->backend, x->strategy);
        results_put_sweep(&line, x->sweep, x->nsweep);
        buf_puts(&line, x->nsweep ? ": " : "");
        expect_put_missed(&line, x);
        if (!any)
            buf_printf(b, "\n## %s\n\n", title);
        any = true;
        buf_puts(b, "- ");
        put_escaped(b, buf_text(&line));
        buf_putc(b, '\n');
        buf_release(&line);
    }
}

/* What held an entry back, of those that are ranked all the same, and of those that are not for it. */
static void put_limits(const struct results *r, struct buf *b)
{
    bool any = false;
    for (size_t i = 0, first = 0; i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i];
        struct buf line = {0}, strategies = {0};
        first = figures_same_point(r->entries.items[first], e) ? first : i;
        const struct result_entry *worst = limit_group(r, first, i, figures_point_end(r, first), &strategies);
        if (worst) {
            buf_printf(&line, "%s%s", e->run, e->nsweep ? ", " : "");
            results_put_sweep(&line, e->sweep, e->nsweep);
            buf_printf(&line, ", %s (%s): ", e->backend, buf_text(&strategies));
            limit_put(&line, worst);
            buf_puts(b, any ? "- " : "\n## What held it back\n\n- ");
            any = true;
            put_prose(b, buf_text(&line));
            buf_putc(b, '\n');
        }
        buf_release(&strategies);
        buf_release(&line);
    }
}

static void put_wrong_rows(const struct results *r, struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (!e->verified.mismatches)
            continue;
        struct buf line = {0};
        buf_printf(&line, "%s, %s: %llu mismatches; %s", e->backend, e->strategy,
                   (unsigned long long)e->verified.mismatches,
                   e->verified.first ? e->verified.first : "no particulars");
        buf_puts(b, any ? "- " : "\n## Wrong rows\n\n- ");
        any = true;
        put_escaped(b, buf_text(&line));
        buf_putc(b, '\n');
        buf_release(&line);
    }
}

/* ---- the backends ---- */

static void put_backend_row(const struct results *r, const struct result_backend *k, struct buf *b)
{
    static const char *const statuses[] = {[RESULT_OK] = "ok", [RESULT_SKIPPED] = "left out",
                                           [RESULT_FAILED] = "**FAILED**"};
    buf_puts(b, "| ");
    put_backend(b, r, k->name);
    buf_puts(b, " | ");
    put_escaped(b, k->version ? k->version : "–");
    buf_printf(b, " | %s |", statuses[k->status]);
    put_cell(b, k->loaded || k->reused, (double)k->load_rows, number_put_count);
    put_cell(b, k->loaded && k->load_seconds > 0, (double)k->load_rows / fmax(k->load_seconds, 1e-9),
             number_put);
    put_cell(b, k->verified.done, (double)k->verified.requests, number_put_count);
    put_cell(b, k->verified.done, (double)k->verified.rows, number_put_count);
    if (results_has_at_rest(r))
        put_cell(b, k->verified.done, (double)k->verified.at_rest, number_put_count);
    put_cell(b, k->verified.done, (double)k->verified.mismatches, number_put_count);
    buf_putc(b, '\n');
}

static void put_backends(const struct results *r, struct buf *b)
{
    if (!r->backends.count)
        return;
    bool at_rest = results_has_at_rest(r);
    buf_printf(b,
               "\n## The backends\n\n| backend | version | status | rows loaded | rows/s | requests checked | rows checked "
               "%s| mismatches |\n|:--|:--|:--|--:|--:|--:|--:|%s--:|\n",
               at_rest ? "| written rows, at rest " : "", at_rest ? "--:|" : "");
    for (size_t i = 0; i < r->backends.count; i++)
        put_backend_row(r, r->backends.items[i], b);
}

static void put_missing_one(struct buf *b, bool *any, const char *what, const char *reason,
                            const char *enable)
{
    buf_puts(b, *any ? "- " : "\n## Left out\n\n- ");
    *any = true;
    put_escaped(b, what);
    buf_puts(b, ": ");
    put_prose(b, reason ? reason : "no reason was given");
    if (enable) {
        buf_puts(b, "; to have it: ");
        put_prose(b, enable);
    }
    buf_putc(b, '\n');
}

static void put_missing(const struct results *r, struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < r->backends.count; i++)
        if (r->backends.items[i]->status != RESULT_OK)
            put_missing_one(b, &any, r->backends.items[i]->name, r->backends.items[i]->reason,
                            r->backends.items[i]->enable);
    for (size_t i = 0; i < r->left_out.count; i++)
        put_missing_one(b, &any, r->left_out.items[i].what, r->left_out.items[i].reason,
                        r->left_out.items[i].enable);
}

static void put_comparison(void *to, const char *who, const char *what, enum comparison_verdict v)
{
    struct notes *notes = to;
    buf_printf(notes->out, "%s- ", notes->any ? "" : notes->title);
    notes->any = true;
    put_escaped(notes->out, who);
    buf_puts(notes->out, v == VERDICT_SLOWER || v == VERDICT_FASTER ? ": **" : ": ");
    put_escaped(notes->out, what);
    buf_puts(notes->out, v == VERDICT_SLOWER || v == VERDICT_FASTER ? "**\n" : "\n");
}

static void put_comparisons(const struct results *r, struct buf *b)
{
    struct notes alike = {b, "\n## No significant difference in p99\n\n", false};
    struct notes baseline = {b, "\n## p99 against the baseline\n\n", false};
    text_each_comparison(r, false, put_comparison, &alike);
    text_each_baseline_note(r, put_note, &baseline);
    text_each_comparison(r, true, put_comparison, &baseline);
}

void report_put_markdown(const struct results *r, const struct report_options *options, struct buf *out)
{
    (void)options;
    buf_puts(out, "# ");
    put_escaped(out, r->title ? r->title : r->workload);
    buf_puts(out, "\n\n");
    for (size_t i = 0; i < r->entries.count; i = text_run_end(r, i))
        put_headline(r, i, text_run_end(r, i), out);
    text_each_answer(r, put_answer, out);
    put_missed(r, EXPECT_FAILED, "Expectations that failed", out);
    put_missed(r, EXPECT_NOT_MEASURED, "Expectations that could not be judged", out);
    put_wrong_rows(r, out);
    for (size_t i = 0; i < r->entries.count;) {
        size_t end = figures_point_end(r, i);
        put_point(r, i, end, out);
        put_queries(r, i, end, out);
        put_costs(r, i, end, out);
        i = end;
    }
    put_comparisons(r, out);
    put_limits(r, out);
    put_backends(r, out);
    put_missing(r, out);
    struct buf foot = {0};
    buf_printf(&foot, "%s, seed %llu, %s, wkl %s; %s, %u cores, %s", r->workload, (unsigned long long)r->seed,
               r->started, r->version,
               r->host.cpu, r->host.cores, r->host.kernel);
    buf_puts(out, "\n---\n");
    put_escaped(out, buf_text(&foot));
    buf_putc(out, '\n');
    buf_release(&foot);
}
