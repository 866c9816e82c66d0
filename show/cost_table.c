/* cost_table.c - what a workload costs, for the terminal: a table for each run, backend by backend. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "findings/costs.h"
#include "show/report.h"
#include "show/text.h"

struct cost_table {
    struct text text;
    struct grid grid;
    bool narrow;                                      /* without the column of units */
};

static const struct result_entry *entry_at(const struct cost_table *t, size_t i)
{
    return t->text.results->entries.items[i];
}

static const char *count_cell(struct cost_table *t, double v)
{
    struct buf b = {0};
    number_put_figure(&b, FIGURE_COUNT, v);
    return text_keep(&t->text, &b);
}

static const char *usd_cell(struct cost_table *t, double usd)
{
    struct buf b = {0};
    costs_put_usd(usd, &b);
    return text_keep(&t->text, &b);
}

static const char *month_cell(struct cost_table *t, const struct result_entry *e, double rate)
{
    struct buf b = {0};
    costs_put_month(e, rate, &b);
    return text_keep(&t->text, &b);
}

static void add_head(struct cost_table *t, const struct result_entry *e)
{
    struct grid *g = &t->grid;
    struct grid_row above = {.style = STYLE_DIM, .cells = {"", NULL}},
                    row = {.style = STYLE_DIM, .cells = {"", "calls"}};
    double rates[COSTS_RATES];
    uint32_t n = costs_rates(e, rates), c = 2;
    if (!t->narrow) {
        above.cells[c] = "units of";
        row.cells[c++] = "a request";
    }
    above.cells[c] = "$ for a";
    row.cells[c++] = "million";
    above.cells[c] = "$ a month";
    for (uint32_t i = 0; i < n; i++) {
        struct buf b = {0};
        costs_put_rate(rates[i], &b);
        row.cells[c++] = text_keep(&t->text, &b);
    }
    row.cells[c++] = "stored";
    g->columns = c;
    for (unsigned i = 1; i < c; i++)
        g->gaps[i] = t->narrow ? 1 : 2;
    *grid_add(g, STYLE_DIM) = above;
    *grid_add(g, STYLE_DIM) = row;
}

/* The next line from *i on of units that requests consume; NULL: no more. */
static const struct cost_line *next_units(const struct cost *c, uint32_t *i)
{
    while (*i < c->nlines) {
        const struct cost_line *l = &c->lines[(*i)++];
        if (l->shape != COST_BY_MONTH && !l->hired && l->amount > 0)
            return l;
    }
    return NULL;
}

static void put_unit(const struct cost_line *l, struct buf *b)
{
    if (l->size == 1)
        price_put_unit(&l->price, b);
    else
        buf_puts(b, "request unit");
    buf_putc(b, 's');
}

/* "0.50", "0.50 + 1.00": of each unit. */
static const char *units_cell(struct cost_table *t, const struct cost *c)
{
    const struct cost_line *l;
    struct buf b = {0};
    for (uint32_t i = 0; (l = next_units(c, &i));) {
        buf_puts(&b, b.len ? " + " : "");
        number_put_figure(&b, FIGURE_COUNT, l->amount);
    }
    return text_keep(&t->text, &b);
}

/* "dynamodb: on_demand, us-east-1; units: read request units + write request units, modelled" */
static void add_backend(struct cost_table *t, const struct result_entry *e)
{
    const struct cost_line *l = &e->cost.lines[0];
    struct buf b = {0};
    buf_printf(&b, "%s: ", e->backend);
    if (strcmp(e->backend, e->cost.service))
        buf_printf(&b, "%s, ", e->cost.service);
    buf_puts(&b, e->cost.billing);
    if (l->price.region)
        buf_printf(&b, ", %s", l->price.region);
    if (!l->hired) {
        const char *between = "; units: ";
        for (uint32_t i = 0; (l = next_units(&e->cost, &i)); between = " + ") {
            buf_puts(&b, between);
            put_unit(l, &b);
        }
        buf_puts(&b, ", modelled");
    }
    struct grid_row *row = grid_add(&t->grid, STYLE_BOLD);
    row->span = true;
    row->cells[0] = text_keep(&t->text, &b);
}

/* What nobody knows the price of has a line of words in place of figures: what would make it known,
 * and what is stored. */
static void add_unknown(struct cost_table *t, const struct result_entry *e)
{
    struct buf b = {0};
    buf_puts(&b, "  ");
    costs_put_unknown(e, &b);
    buf_puts(&b, "; stored: ");
    costs_put_usd(cost_month(&e->cost, COST_BY_MONTH, 0), &b);
    buf_puts(&b, " a month");
    struct grid_row *row = grid_add(&t->grid, STYLE_PLAIN);
    row->span = true;
    row->cells[0] = text_keep(&t->text, &b);
}

/* "3", "1 to 30": of those that have a row in common. */
static const char *calls_cell(struct cost_table *t, size_t first, size_t end)
{
    const struct result_entry *e = entry_at(t, first);
    double least = e->calls_per_request, most = least;
    struct buf b = {0};
    for (size_t i = first + 1; i < end && !strcmp(entry_at(t, i)->backend, e->backend); i++)
        if (costs_same(e, entry_at(t, i))) {
            least = fmin(least, entry_at(t, i)->calls_per_request);
            most = fmax(most, entry_at(t, i)->calls_per_request);
        }
    number_put_figure(&b, FIGURE_COUNT, least);
    if (most > least) {
        buf_puts(&b, " to ");
        number_put_figure(&b, FIGURE_COUNT, most);
    }
    return text_keep(&t->text, &b);
}

/* Of entry i and those of its backend that cost the same. */
static void add_row(struct cost_table *t, size_t first, size_t i, size_t end)
{
    const struct result_entry *e = entry_at(t, i);
    struct grid_row *row = grid_add(&t->grid, STYLE_PLAIN);
    double rates[COSTS_RATES], usd = 0;
    uint32_t n = costs_rates(e, rates), c = 0;
    struct buf name = {0};
    buf_puts(&name, "  ");
    costs_put_strategies(t->text.results, first, i, end, &name);
    row->cells[c++] = text_keep(&t->text, &name);
    row->cells[c++] = calls_cell(t, i, end);
    if (!t->narrow)
        row->cells[c++] = e->cost.lines[0].hired ? "–" : units_cell(t, &e->cost);
    row->cells[c++] = figures_metric(e, METRIC_COST_PER_MILLION, false, &usd) ? count_cell(t, usd) : "–";
    for (uint32_t r = 0; r < n; r++)
        row->cells[c++] = month_cell(t, e, rates[r]);
    row->cells[c] = usd_cell(t, cost_month(&e->cost, COST_BY_MONTH, 0));
}

static void put_break_even(const struct costs_break_even *at, void *paper)
{
    struct buf b = {0};
    costs_put_break_even(at, &b);
    paper_put_wrapped(paper, 2, STYLE_PLAIN, "", buf_text(&b));
    buf_release(&b);
}

static void make_grid(struct cost_table *t, size_t first, size_t end)
{
    const char *before = NULL;
    t->grid = (struct grid){.arena = &t->text.arena};
    add_head(t, entry_at(t, first));
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = entry_at(t, i);
        bool starts = !before || strcmp(before, e->backend) != 0;
        before = e->backend;
        if (starts)
            add_backend(t, e);
        if (e->cost.assumed && starts)
            add_unknown(t, e);
        else if (!e->cost.assumed && costs_leads(t->text.results, first, i))
            add_row(t, first, i, end);
    }
}

static void put_point(struct cost_table *t, size_t first, size_t end)
{
    const struct result_entry *e = entry_at(t, first);
    struct buf title = {0};
    buf_printf(&title, "%s%s", e->run, e->nsweep ? ", " : "");
    results_put_sweep(&title, e->sweep, e->nsweep);
    paper_put_rule(&t->text.paper, buf_text(&title));
    buf_release(&title);
    t->narrow = false;
    make_grid(t, first, end);
    if (!grid_fits(&t->grid, t->text.paper.width)) {
        t->narrow = true;
        make_grid(t, first, end);
    }
    grid_put(&t->grid, &t->text.paper);
    costs_each_break_even(t->text.results, first, end, put_break_even, &t->text.paper);
}

static void put_left_out(struct cost_table *t)
{
    const struct results *r = t->text.results;
    if (r->left_out.count)
        paper_put_rule(&t->text.paper, "left out");
    for (size_t i = 0; i < r->left_out.count; i++) {
        const struct result_left_out *out = &r->left_out.items[i];
        struct buf b = {0};
        buf_printf(&b, "%s%s%s", out->reason, out->enable ? "; " : "", out->enable ? out->enable : "");
        paper_put_wrapped(&t->text.paper, 20, STYLE_PLAIN, arena_printf(&t->text.arena, "  %s", out->what),
                          buf_text(&b));
        buf_release(&b);
    }
}

void report_put_costs(const struct results *r, const struct report_options *options, struct buf *out)
{
    struct cost_table t = {
        .text = {.results = r, .paper = {out, options->width ? options->width : 100, options->colour}}};
    arena_init(&t.text.arena);
    paper_put_wrapped(
        &t.text.paper, 0, STYLE_PLAIN, "",
        "What it costs by the plans and the services' rules; nothing was run. A month has 730 hours "
        "at a steady rate, and includes what is stored; a million requests do not.");
    for (size_t i = 0; i < r->entries.count;) {
        size_t end = figures_point_end(r, i);
        put_point(&t, i, end);
        i = end;
    }
    text_put_cost_origins(&t.text);
    put_left_out(&t);
    arena_release(&t.text.arena);
}
