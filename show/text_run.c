/* text_run.c - a run's tables: p99 of each strategy on each backend at a glance, then all figures: of each
 * with `details` or where they are few, else of the fastest on each backend.
 * All times of a run stand in one unit, so that they compare within and across its tables. */
#include "config.h"

#include "findings/errors.h"
#include "findings/limit.h"
#include "findings/stats.h"
#include "findings/whose.h"
#include "show/spark.h"
#include "show/text.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "findings/rank.h"

struct block {                                        /* entries first … end-1 of one run */
    struct text *text;
    size_t first, end;
    struct time_unit unit;
    bool errors, retries, cost, service;              /* some entry has them; service: other than its response time */
    unsigned level;                                   /* of columns that were left out for want of room */
    double low, high;                                 /* of the sparklines: the ends of the response times at a point, ns */
    bool unsure;                                      /* of the table at hand: the legend of its ratios is needed */
    bool alone;                                       /* the run has one strategy */
    bool all;                                         /* all figures of each entry, and its remarks below it */
    bool starred, bracketed, dashed;                  /* of the marks at a glance, which were used */
    bool errors_column;                               /* there is room; they are told below the entry in any case */
};

static const struct result_entry *entry_at(const struct text *t, size_t i)
{
    return t->results->entries.items[i];
}

size_t text_run_end(const struct results *r, size_t first)
{
    size_t end = first;
    while (end < r->entries.count && !strcmp(r->entries.items[first]->run, r->entries.items[end]->run))
        end++;
    return end;
}

const char *text_keep(struct text *t, struct buf *b)
{
    const char *text = arena_strdup(&t->arena, buf_text(b));
    buf_release(b);
    return text;
}

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
    double v = 0;
    bool there = figures_metric(e, m, service, &v);
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

/* ---- p99 at a glance ---- */

/* Is i the first of first … end-1 with its backend (or its strategy)? */
static bool is_first(const struct text *t, size_t first, size_t i, bool of_backend)
{
    const struct result_entry *e = entry_at(t, i);
    for (size_t k = first; k < i; k++)
        if (of_backend ? !strcmp(entry_at(t, k)->backend, e->backend) : !strcmp(entry_at(t, k)->strategy, e->strategy))
            return false;
    return true;
}

static size_t count_distinct(const struct block *k, bool of_backend)
{
    size_t n = 0;
    for (size_t i = k->first; i < k->end; i++)
        n += is_first(k->text, k->first, i, of_backend);
    return n;
}

static const struct result_entry *find_entry(const struct text *t, size_t first, size_t end,
                                             const char *strategy, const char *backend)
{
    for (size_t i = first; i < end; i++)
        if (!strcmp(entry_at(t, i)->strategy, strategy) && !strcmp(entry_at(t, i)->backend, backend))
            return entry_at(t, i);
    return NULL;
}

/* Is this the fastest strategy of its backend at its point? */
static bool is_best_of_backend(const struct text *t, size_t first, size_t end, const struct result_entry *e)
{
    double least = 0, p99 = 0;
    if (rank_unranked(t->results, e) || !figures_metric(e, METRIC_P99, false, &least))
        return false;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *other = entry_at(t, i);
        if (other != e && !strcmp(other->backend, e->backend) && !rank_unranked(t->results, other) &&
            figures_metric(other, METRIC_P99, false, &p99) && p99 < least)
            return false;
    }
    return true;
}

/* The figure, and a mark that takes one column always, so that the digits stay aligned. */
static const char *glance_cell(struct block *k, size_t first, size_t end, const struct result_entry *e)
{
    struct buf b = {0};
    double p99 = 0;
    if (!e || !figures_metric(e, METRIC_P99, false, &p99)) {
        k->dashed = true;
        return "– ";
    }
    bool ranked = !rank_unranked(k->text->results, e);
    buf_puts(&b, ranked ? "" : "(");
    number_put_time(&b, p99, k->unit);
    bool best = ranked && !k->alone && is_best_of_backend(k->text, first, end, e);
    buf_puts(&b, !ranked ? ")" : best ? "*" : " ");
    k->starred |= best;
    k->bracketed |= !ranked;
    return text_keep(k->text, &b);
}

static void add_glance_rows(struct block *k, struct grid *g, size_t first, size_t end,
                            const char *const *backends, unsigned n)
{
    struct text *t = k->text;
    struct buf title = {0};
    results_put_sweep(&title, entry_at(t, first)->sweep, entry_at(t, first)->nsweep);
    const char *place = title.len ? text_keep(t, &title) : NULL;
    if (place && !k->alone) {
        struct grid_row *row = grid_add(g, STYLE_BOLD);
        row->span = true;
        row->cells[0] = place;
    }
    for (size_t i = first; i < end; i++) {
        if (!is_first(t, first, i, false))
            continue;
        struct grid_row *row = grid_add(g, STYLE_PLAIN);
        row->cells[0] = place && k->alone
                            ? place
                            : arena_printf(&t->arena, "%s%s", place ? "  " : "", entry_at(t, i)->strategy);
        for (unsigned b = 0; b < n; b++)
            row->cells[b + 1] = glance_cell(k, first, end,
                                            find_entry(t, first, end, entry_at(t, i)->strategy, backends[b]));
    }
}

/* A name as a column's heading, with room for the mark. */
static const char *shortened(struct text *t, const char *name)
{
    enum { LONGEST = 24 };
    size_t n = 0, columns = 0;
    for (; name[n]; n++)
        if (((unsigned char)name[n] & 0xC0) != 0x80 && ++columns == LONGEST)
            break;
    return arena_printf(&t->arena, "%.*s%s", (int)n, name, name[n] ? "… " : " ");
}

/* Below the names: who answered in the place of the service. */
static void add_stand_ins(struct block *k, struct grid *g, const char *const *backends, unsigned n)
{
    struct text *t = k->text;
    const char *cells[GRID_COLUMNS] = {t->details ? "stand-in" : ""};
    bool any = false;
    for (unsigned b = 0; b < n; b++) {
        struct buf server = {0};
        whose_put_server(&server, t->results, backends[b]);
        any |= server.len > 0;
        if (!server.len)
            cells[b + 1] = t->details ? "– " : "";
        else if (!t->details)
            cells[b + 1] = "stand-in ";
        else
            cells[b + 1] = shortened(t,
                                     arena_strndup(&t->arena, buf_text(&server),
                                                   strcspn(buf_text(&server), ",")));
        buf_release(&server);
    }
    if (any)
        memcpy(grid_add(g, STYLE_DIM)->cells, cells, sizeof cells);
}

static void put_glance_part(struct block *k, const char *const *backends, unsigned n)
{
    struct text *t = k->text;
    struct grid g = {.arena = &t->arena, .columns = n + 1};
    struct grid_row *head = grid_add(&g, STYLE_DIM);
    head->cells[0] = arena_printf(&t->arena, "%s%sp99 in %s", k->alone ? entry_at(t, k->first)->strategy : "",
                                  k->alone ? "; " : "", k->unit.name);
    for (unsigned b = 0; b < n; b++) {
        head->cells[b + 1] = shortened(t, backends[b]);
        g.gaps[b + 1] = t->details ? 2 : 1;
    }
    add_stand_ins(k, &g, backends, n);
    for (size_t i = k->first; i < k->end;) {
        size_t end = figures_point_end(t->results, i);
        add_glance_rows(k, &g, i, end, backends, n);
        i = end;
    }
    grid_put(&g, &t->paper);
}

/* How many of these backends fit beside the longest strategy. */
static unsigned backends_that_fit(const struct block *k, const char *const *backends, size_t n)
{
    size_t used = 0, longest = 0;
    for (size_t i = k->first; i < k->end; i++) {
        size_t len = text_columns(entry_at(k->text, i)->strategy);
        longest = len > longest ? len : longest;
    }
    used = longest;
    unsigned fit = 0;
    for (; fit < n && fit < GRID_COLUMNS - 1; fit++) {
        struct buf server = {0};
        if (k->text->details)
            whose_put_server(&server, k->text->results, backends[fit]);
        size_t len = text_columns(backends[fit]), other = strcspn(buf_text(&server), ",");
        buf_release(&server);
        len = other > len ? other : len;
        size_t least = whose_stands_in(k->text->results, backends[fit]) ? 8 : 6;
        used += (k->text->details ? 3 : 2) + (len > 24 ? 24 : len > least ? len : least);
        if (used > k->text->paper.width && fit)
            break;
    }
    return fit;
}

static void put_glance(struct block *k)
{
    struct text *t = k->text;
    size_t n = 0, total = count_distinct(k, true);
    const char **backends = arena_array(&t->arena, const char *, total);
    for (size_t i = k->first; i < k->end; i++)
        if (is_first(t, k->first, i, true))
            backends[n++] = entry_at(t, i)->backend;
    for (size_t at = 0; at < n;) {
        unsigned fit = backends_that_fit(k, backends + at, n - at);
        buf_putc(t->paper.out, '\n');
        put_glance_part(k, backends + at, fit);
        at += fit;
    }
    const struct { bool used; const char *says; } marks[] = {
        {k->starred, "* fastest on its backend"}, {k->bracketed, "( ) not ranked: see below"}, {k->dashed, "– not measured"}};
    struct buf legend = {0};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].used)
            buf_printf(&legend, "%s%s", legend.len ? "   " : "", marks[i].says);
    if (legend.len)
        paper_put_wrapped(&t->paper, 0, STYLE_DIM, "", buf_text(&legend));
    buf_release(&legend);
}

/* ---- all figures ---- */

/* Why it is not ranked, with the particulars. */
static void put_reason(struct buf *b, const struct result_entry *e, const char *unranked)
{
    if (e->failed)
        buf_printf(b, "%s: %s", e->nrounds ? "not valid" : "not measured", e->failed);
    else if (e->verified.mismatches)
        buf_printf(b, "WRONG ROWS, not ranked: %s",
                   e->verified.first ? e->verified.first : "see the verification below");
    else if (!strcmp(unranked, "wrong rows"))
        buf_puts(b, "not ranked: the backend returned wrong rows with another strategy");
    else if (e->all.errors) {
        buf_puts(b, "not ranked: ");
        errors_put(b, &e->all);
    } else if (!strcmp(unranked, "SATURATED")) {
        buf_puts(b, "SATURATED, not ranked: ");
        limit_put(b, e);
    } else
        buf_printf(b, "not ranked: %s",
                   !strcmp(unranked, "not verified") ? "its answers were not verified" : unranked);
}

static void add_remark(struct block *k, struct grid *g, enum style style, struct buf *b)
{
    struct grid_row *row = grid_add(g, style);
    row->span = true;
    row->cells[0] = text_keep(k->text, b);
}

/* "round 5 is an outlier: p99 3.00 times the others'"; nothing is left out for it. */
static void add_outliers(struct block *k, struct grid *g, const struct result_entry *e)
{
    static const enum metric metrics[] = {METRIC_P50, METRIC_P99, METRIC_THROUGHPUT};
    for (uint32_t i = 0; i < e->nrounds; i++) {
        struct buf b = {0};
        double times = 0;
        for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
            if (!stats_outlier(e, i, metrics[m], &times))
                continue;
            if (b.len)
                buf_puts(&b, ", ");
            else
                buf_printf(&b, "    round %u is an outlier: ", i + 1);
            buf_printf(&b, "%s ", metric_name(metrics[m]));
            number_put(&b, times);
            buf_puts(&b, " times the others'");
        }
        if (b.len)
            add_remark(k, g, STYLE_WARN, &b);
    }
}

/* Each of these counts, where it is not 0. */
static bool put_throttles(struct buf *b, const struct result_entry *e)
{
    if (!e->all.throttles)
        return false;
    buf_puts(b, "    throttled ");
    number_put_count(b, (double)e->all.throttles);
    buf_puts(b, " times; the delay is included in the times above");
    return true;
}

static bool put_unsent(struct buf *b, const struct result_entry *e)
{
    if (!e->all.skipped)
        return false;
    buf_puts(b, "    ");
    number_put_count(b, (double)e->all.skipped);
    buf_puts(b, " requests were not sent: already past the latency limit");
    return true;
}

static bool (*const counted[])(struct buf *, const struct result_entry *) = {put_throttles, put_unsent};

/* What a backend's limit means, and what to do about it, is said with the first of its entries that has
 * it. */
static bool limit_is_told(const struct block *k, const struct result_entry *e)
{
    for (size_t i = k->first; i < k->end && entry_at(k->text, i) != e; i++) {
        const struct result_entry *before = entry_at(k->text, i);
        if (!strcmp(before->backend, e->backend) && limit_of(before) == limit_of(e) &&
            !rank_unranked(k->text->results, before))
            return true;
    }
    return false;
}

static void add_remarks(struct block *k, struct grid *g, const struct result_entry *e)
{
    const char *unranked = rank_unranked(k->text->results, e);
    struct buf b = {0};
    if (unranked) {
        buf_puts(&b, "    ");
        put_reason(&b, e, unranked);
        add_remark(k, g, e->failed || e->verified.mismatches || e->all.errors ? STYLE_BAD : STYLE_WARN, &b);
    }
    if (!unranked && limit_of(e) != LIMIT_NONE) {
        buf_puts(&b, "    ");
        (limit_is_told(k, e) ? limit_put_again : limit_put)(&b, e);
        add_remark(k, g, STYLE_WARN, &b);
    }
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (counted[i](&b, e))
            add_remark(k, g, STYLE_WARN, &b);
    add_outliers(k, g, e);
}

/* The columns of time. Where there is no room for all, the less important ones go first: `leave` is the level
 * at which. */
static const struct { const char *name; enum metric metric; unsigned leave; bool service; unsigned gap; } times[] = {
    {"p50", METRIC_P50, 0, false, 2},   {"p95", METRIC_P95, 4, false, 1}, {"p99", METRIC_P99, 0, false, 1},
    {"p99.9", METRIC_P99_9, 5, false, 1}, {"max", METRIC_MAX, 3, false, 1}, {"p99", METRIC_P99, 2, true, 2},
};
enum { TIMES = sizeof times / sizeof *times, LEVEL_NO_SPARK = 1, LEVELS = 5 };

static bool shows_time(const struct block *k, size_t i)
{
    return (!times[i].service || k->service) && (!times[i].leave || k->level < times[i].leave);
}

static void add_head(struct block *k, struct grid *g, const char *title)
{
    struct grid_row above = {.style = STYLE_DIM, .cells = {k->all ? NULL : "fastest on each backend"}},
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
        const struct hist *h = entry_at(k->text, i)->all.response;
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
    struct grid_row *row = grid_add(g, e == best ? STYLE_GOOD : rank_unranked(k->text->results, e) ? STYLE_WARN : STYLE_PLAIN);
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
    if (is_best_of_backend(t, first, end, entry_at(t, i)))
        return true;
    for (size_t k = first; k < end; k++)
        if (!strcmp(entry_at(t, k)->backend, entry_at(t, i)->backend) &&
            (k < i || !rank_unranked(t->results, entry_at(t, k))))
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

/* Where the backends have one strategy each, the row says "backend, strategy"; else the backend is a heading
 * over its strategies. */
static struct grid point_grid(struct block *k, size_t first, size_t end)
{
    struct text *t = k->text;
    struct grid g = {.arena = &t->arena};
    const struct result_entry *best = rank_best(t->results, first, end);
    bool alone = k->all && k->alone;
    const char *strategy = alone ? entry_at(t, first)->strategy : "";
    add_head(k, &g, arena_printf(&t->arena, "%s%stimes in %s", strategy, alone ? "; " : "", k->unit.name));
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = entry_at(t, i);
        if (!k->all) {
            if (leads_backend(t, first, end, i))
                add_figures(k, &g, e, best, arena_printf(&t->arena, "%s, %s", e->backend, e->strategy));
            continue;
        }
        if (!alone && (i == first || strcmp(e->backend, entry_at(t, i - 1)->backend))) {
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
            add_remark(k, &g, STYLE_DIM, &who);
        }
        if (t->details)
            add_remarks(k, &g, e);
    }
    return g;
}

static void put_point(struct block *k, size_t first, size_t end)
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
    results_put_sweep(&title, entry_at(t, first)->sweep, entry_at(t, first)->nsweep);
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

/* ---- remarks without details: what several measurements of a backend have in common is said once ---- */

/* Errors are why it is not ranked. */
static bool has_errors(const struct result_entry *e)
{
    return e->all.errors && !e->failed && !e->verified.mismatches;
}

/* What is to be said of an entry, and what makes it the same as another's. */
static const char *remark_on(struct text *t, const struct result_entry *e, const char **key)
{
    struct buf b = {0};
    const char *unranked = rank_unranked(t->results, e);
    if (unranked)
        put_reason(&b, e, unranked);
    else if (limit_of(e) != LIMIT_NONE)
        limit_put(&b, e);
    if (!b.len)
        return NULL;
    const char *text = text_keep(t, &b);
    bool limited = !unranked || !strcmp(unranked, "SATURATED");
    *key = limited && limit_of(e) != LIMIT_NONE ? limit_name(limit_of(e)) : has_errors(e) ? unranked : text;
    return text;
}

struct alike { size_t first, n, measured; const char *text; };   /* n of so many of the backend */

/* Those that are alike are told with the first of them, in the words of the one with most errors, or else
 * whose p99 is the greatest. */
static bool find_alike(struct block *k, size_t i, struct alike *a)
{
    struct text *t = k->text;
    const char *key = NULL, *other = NULL;
    double most = -1, worth = 0;
    *a = (struct alike){.first = i};
    if (!remark_on(t, entry_at(t, i), &key))
        return false;
    for (size_t c = k->first; c < k->end; c++) {
        const struct result_entry *e = entry_at(t, c);
        if (strcmp(e->backend, entry_at(t, i)->backend) != 0)
            continue;
        a->measured++;
        const char *text = remark_on(t, e, &other);
        if (!text || strcmp(key, other) != 0)
            continue;
        if (c < i)
            return false;
        a->n++;
        worth = 0;
        if (has_errors(e))
            worth = (double)e->all.errors;
        else
            figures_metric(e, METRIC_P99, false, &worth);
        if (worth > most)
            most = worth, a->text = text;
    }
    return true;
}

static void put_outlier_count(struct block *k)
{
    size_t n = 0;
    double ratio = 0;
    for (size_t i = k->first; i < k->end; i++) {
        bool any = false;
        const struct result_entry *e = entry_at(k->text, i);
        for (uint32_t r = 0; r < e->nrounds; r++)
            any |= stats_outlier(e, r, METRIC_P50, &ratio) || stats_outlier(e, r, METRIC_P99, &ratio) ||
                   stats_outlier(e, r, METRIC_THROUGHPUT, &ratio);
        n += any;
    }
    if (n)
        paper_put_wrapped(&k->text->paper, 2, STYLE_DIM, "",
                          arena_printf(&k->text->arena, "outlier rounds in %zu of %zu measurements", n,
                                       k->end - k->first));
}

static void put_who(struct buf *b, const struct result_entry *e)
{
    buf_printf(b, "%s, %s%s", e->backend, e->strategy, e->nsweep ? ", " : "");
    results_put_sweep(b, e->sweep, e->nsweep);
}

/* Counts are each entry's own. */
static void put_counts(struct block *k, const struct result_entry *e)
{
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        struct buf b = {0}, said = {0};
        if (counted[i](&said, e)) {
            put_who(&b, e);
            buf_printf(&b, ": %s", buf_text(&said) + 4);
            paper_put_wrapped(&k->text->paper, 4, STYLE_WARN, "", buf_text(&b));
        }
        buf_release(&said);
        buf_release(&b);
    }
}

static void put_alike(struct buf *b, const struct alike *a, bool errors)
{
    static const char lead[] = "not ranked: errors: ";
    bool most = errors && a->n > 1 && !strncmp(a->text, lead, sizeof lead - 1);
    buf_printf(b, "%s%s", most ? "not ranked: errors: up to " : "", a->text + (most ? sizeof lead - 1 : 0));
}

static void put_remarks(struct block *k)
{
    struct text *t = k->text;
    for (size_t i = k->first; i < k->end; i++) {
        struct alike a;
        const struct result_entry *e = entry_at(t, i);
        put_counts(k, e);
        if (!find_alike(k, i, &a))
            continue;
        struct buf b = {0};
        if (a.n == 1)
            put_who(&b, e);
        else
            buf_puts(&b, e->backend);
        if (a.n > 1 && a.n < a.measured)
            buf_printf(&b, " (%zu of %zu)", a.n, a.measured);
        buf_puts(&b, ": ");
        put_alike(&b, &a, has_errors(e));
        bool bad = e->failed || e->verified.mismatches || e->all.errors;
        paper_put_wrapped(&t->paper, 4, bad ? STYLE_BAD : STYLE_WARN, "", buf_text(&b));
        buf_release(&b);
    }
}

/* ---- the run ---- */

static void find_features(struct block *k)
{
    double longest = 0, v = 0;
    for (size_t i = k->first; i < k->end; i++) {
        const struct result_entry *e = entry_at(k->text, i);
        k->errors |= e->all.errors > 0;
        k->retries |= e->all.retries > 0;
        k->cost |= figures_metric(e, METRIC_COST_PER_MILLION, false, &v);
        if (figures_metric(e, METRIC_P99, false, &v))
            longest = fmax(longest, v);
    }
    k->service = figures_has_service(k->text->results, k->first, k->end);
    k->unit = number_time_unit(longest);
    k->errors_column = k->errors && !(k->retries && k->cost);
}

/* ---- how it was loaded ---- */

struct span_of { double low, high; };                 /* the least and the greatest above 0; both 0: there was none */

static void widen(struct span_of *s, double v)
{
    if (!(v > 0))
        return;
    s->low = s->low > 0 ? fmin(s->low, v) : v;
    s->high = fmax(s->high, v);
}

static void put_span(struct buf *b, struct span_of s, void (*put)(struct buf *, double), const char *unit)
{
    put(b, s.low);
    buf_puts(b, unit);
    if (s.high > s.low) {
        buf_puts(b, " to ");
        put(b, s.high);
        buf_puts(b, unit);
    }
}

/* The most requests that a backend of the run had at one time; 0: not known. */
static uint32_t most_at_once(const struct results *r, size_t first, size_t end, const char *backend)
{
    uint32_t most = 0;
    for (size_t i = first; i < end; i++)
        if (!strcmp(r->entries.items[i]->backend, backend) && r->entries.items[i]->at_once > most)
            most = r->entries.items[i]->at_once;
    return most;
}

/* Backends that had different numbers of the clients' requests at work are not compared in silence: those of
 * the others stood in line. */
static void put_at_once(struct buf *b, const struct results *r, size_t first, size_t end)
{
    struct span_of all = {0};
    const char *before = "";
    for (size_t i = first; i < end; i++)
        widen(&all, most_at_once(r, first, end, r->entries.items[i]->backend));
    if (!text_differs_at_work(all.low, all.high))
        return;
    buf_puts(b, ", in flight at most: ");
    for (size_t i = first; i < end; i++) {
        const char *name = r->entries.items[i]->backend;
        uint32_t most = most_at_once(r, first, end, name);
        bool told = most_at_once(r, first, i, name) > 0;
        if (!most || told || !text_differs_at_work(most, all.high))
            continue;
        buf_printf(b, "%s%s %u", before, name, most);
        before = ", ";
    }
    buf_printf(b, "%sothers %.0f", before, all.high);
}

void text_put_load(struct buf *b, const struct results *r, size_t first, size_t end)
{
    struct span_of rate = {0}, clients = {0};
    bool needed = false;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        widen(&rate, e->rate);
        widen(&clients, e->clients);
        needed |= e->most_clients > 0;
    }
    if (rate.high > 0) {
        buf_puts(b, "open loop, ");
        put_span(b, rate, number_put, "/s");
        buf_puts(b, ", ");
    }
    else
        buf_puts(b, "closed loop, ");
    if (clients.high > 0)
        put_span(b, clients, number_put_count, "");
    else
        buf_puts(b, "no");
    buf_printf(b, " client%s", clients.high == 1 ? "" : "s");
    buf_puts(b, needed ? " as needed" : "");
    if (rate.high <= 0)
        put_at_once(b, r, first, end);
}

/* The rate at which what is paid by the hour is compared, where the run has none of its own. */
static struct span_of cost_rates(const struct block *k)
{
    struct span_of rates = {0};
    for (size_t i = k->first; i < k->end; i++)
        widen(&rates, entry_at(k->text, i)->cost_rate);
    return rates;
}

static void put_how(struct block *k)
{
    struct buf b = {0};
    uint32_t rounds = 0;
    struct span_of seconds = {0}, costs = cost_rates(k);
    for (size_t i = k->first; i < k->end; i++) {
        rounds = entry_at(k->text, i)->nrounds > rounds ? entry_at(k->text, i)->nrounds : rounds;
        widen(&seconds, entry_at(k->text, i)->all.wall * 1e9);
    }
    buf_printf(&b, "query %s · ", entry_at(k->text, k->first)->query);
    text_put_load(&b, k->text->results, k->first, k->end);
    if (rounds && seconds.high > 0) {
        if (seconds.high < 1.25 * seconds.low)        /* but for what the last answers take */
            seconds.low = seconds.high;
        buf_puts(&b, " · each measured for ");
        put_span(&b, seconds, number_put_duration, "");
        buf_printf(&b, " in %u round%s", rounds, rounds == 1 ? "" : "s");
    }
    if (costs.high > 0) {
        buf_puts(&b, " · hourly prices at ");
        put_span(&b, costs, number_put, "/s");
    }
    buf_printf(&b, "%s", k->errors ? "" : " · no errors");
    buf_printf(&b, "%s", k->retries ? "" : k->errors ? " · no retries" : ", no retries");
    paper_put_wrapped(&k->text->paper, 0, STYLE_DIM, "", buf_text(&b));
    buf_release(&b);
}

void text_put_runs(struct text *t)
{
    enum { FEW = 8 };                                 /* entries whose figures are all shown in any case */
    const struct results *r = t->results;
    for (size_t i = 0; i < r->entries.count;) {
        struct block k = {.text = t, .first = i, .end = text_run_end(r, i)};
        find_features(&k);
        paper_put_rule(&t->paper, entry_at(t, i)->run);
        put_how(&k);
        bool sweeps = figures_point_end(r, i) < k.end;
        k.alone = count_distinct(&k, false) == 1;
        k.all = t->details || (!sweeps && k.end - i <= FEW);
        if ((t->details || !k.all) && (sweeps || (count_distinct(&k, true) > 1 && !k.alone)))
            put_glance(&k);
        for (; i < k.end && (k.all || !sweeps); i = figures_point_end(r, i))
            put_point(&k, i, figures_point_end(r, i));
        if (!t->details) {
            put_remarks(&k);
            put_outlier_count(&k);
        }
        i = k.end;
    }
}
