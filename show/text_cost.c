/* text_cost.c - what a month costs, from which rate on another backend is cheaper, and where the figures come
 * from; for the terminal. */
#include "config.h"

#include <string.h>

#include "findings/costs.h"
#include "show/text.h"

enum { ORIGIN_INDENT = 20 };

static const struct result_entry *entry_at(const struct text *t, size_t i)
{
    return t->results->entries.items[i];
}


static void add_head(struct text *t, struct grid *g, const struct result_entry *e)
{
    struct grid_row *row = grid_add(g, STYLE_DIM);
    double rates[COSTS_RATES];
    uint32_t n = costs_rates(e, rates);
    struct buf b = {0};
    results_put_sweep(&b, e->sweep, e->nsweep);
    row->cells[0] = arena_printf(&t->arena, "%s%s%s, at", e->run, b.len ? ", " : "", buf_text(&b));
    buf_clear(&b);
    for (uint32_t i = 0; i < n; i++) {
        costs_put_rate(rates[i], &b);
        row->cells[i + 1] = text_keep(t, &b);
    }
    row->cells[n + 1] = "storage";
    g->columns = n + 2;
    for (unsigned c = 1; c < g->columns; c++)
        g->gaps[c] = 2;
    buf_release(&b);
}

static void add_row(struct text *t, struct grid *g, size_t first, size_t i, size_t end)
{
    const struct result_entry *e = entry_at(t, i);
    struct grid_row *row = grid_add(g, STYLE_PLAIN);
    double rates[COSTS_RATES];
    uint32_t n = costs_rates(e, rates);
    struct buf b = {0};
    buf_printf(&b, "  %s (%s): ", e->backend, e->cost.billing);
    costs_put_strategies(t->results, first, i, end, &b);
    row->cells[0] = text_keep(t, &b);
    for (uint32_t k = 0; k < n; k++) {
        costs_put_month(e, rates[k], &b);
        row->cells[k + 1] = text_keep(t, &b);
    }
    costs_put_usd(cost_month(&e->cost, COST_BY_MONTH, 0), &b);
    row->cells[n + 1] = text_keep(t, &b);
    buf_puts(&b, e->cost.assumed ? "    " : "");
    costs_put_unknown(e, &b);
    if (b.len) {
        row = grid_add(g, STYLE_PLAIN);
        row->span = true;
        row->cells[0] = text_keep(t, &b);
    }
    buf_release(&b);
}

static void put_break_even(const struct costs_break_even *at, void *owner)
{
    struct text *t = owner;
    struct buf b = {0};
    costs_put_break_even(at, &b);
    paper_put_wrapped(&t->paper, 4, STYLE_PLAIN, "  ", buf_text(&b));
    buf_release(&b);
}

static bool put_point(struct text *t, size_t first, size_t end, bool any)
{
    struct grid g = {.arena = &t->arena};
    for (size_t i = first; i < end; i++) {
        if (!costs_leads(t->results, first, i) || (!t->details && entry_at(t, i)->cost.assumed))
            continue;
        if (!g.columns)
            add_head(t, &g, entry_at(t, i));
        add_row(t, &g, first, i, end);
    }
    if (!g.columns)
        return any;
    if (!any)
        paper_put_rule(&t->paper, "monthly cost in US dollars (730 hours, list prices)");
    grid_put(&g, &t->paper);
    costs_each_break_even(t->results, first, end, put_break_even, t);
    return true;
}

/* Once for each backend whose amounts come from the same. */
void text_put_cost_origins(struct text *t)
{
    bool any = false;
    for (size_t i = 0; i < t->results->entries.count; i++) {
        const struct result_entry *e = entry_at(t, i);
        bool reported = !e->cost.nlines;
        for (size_t k = 0; k < i && !reported; k++)
            reported = !strcmp(entry_at(t, k)->backend, e->backend) && entry_at(t, k)->cost.nlines &&
                       costs_basis(entry_at(t, k)) == costs_basis(e);
        if (reported)
            continue;
        if (!any)
            paper_put_rule(&t->paper, "price sources");
        any = true;
        struct buf b = {0};
        costs_put_origin(e, &b);
        paper_put_wrapped(&t->paper, ORIGIN_INDENT, STYLE_PLAIN, arena_printf(&t->arena, "  %s", e->backend),
                          buf_text(&b));
        buf_release(&b);
    }
}

static bool has_row(const struct text *t, size_t i)
{
    return entry_at(t, i)->cost.nlines && !entry_at(t, i)->cost.assumed;
}

static const char *list_of(struct text *t, size_t i)
{
    struct buf b = {0};
    costs_put_list(t->results, entry_at(t, i), &b);
    return text_keep(t, &b);
}

/* The backend's first row that has this text; or its first at all (text NULL). */
static bool is_first_row(struct text *t, size_t i, const char *text)
{
    for (size_t k = 0; k < i; k++)
        if (has_row(t, k) && (text ? !strcmp(list_of(t, k), text)
                                   : !strcmp(entry_at(t, k)->backend, entry_at(t, i)->backend)))
            return false;
    return has_row(t, i);
}

/* Of when the prices are, and how much is stored: once for the backends that have this in common. */
static void put_lists(struct text *t)
{
    size_t n = t->results->entries.count;
    for (size_t i = 0; i < n; i++) {
        const char *text = has_row(t, i) ? list_of(t, i) : NULL, *between = "";
        struct buf b = {0};
        if (!text || !is_first_row(t, i, NULL) || !is_first_row(t, i, text))
            continue;
        for (size_t k = i; k < n; k++)
            if (is_first_row(t, k, NULL) && !strcmp(list_of(t, k), text)) {
                buf_printf(&b, "%s%s", between, entry_at(t, k)->backend);
                between = ", ";
            }
        buf_printf(&b, ": %s", text);
        paper_put_wrapped(&t->paper, 4, STYLE_DIM, "", buf_text(&b));
        buf_release(&b);
    }
}

void text_put_costs(struct text *t)
{
    bool any = false;
    for (size_t i = 0; i < t->results->entries.count;) {
        size_t end = t->details ? figures_point_end(t->results, i) : text_run_end(t->results, i);
        any = put_point(t, i, figures_point_end(t->results, i), any);   /* of a sweep the first alone, without
                                                                           details */
        i = end;
    }
    if (t->details)
        text_put_cost_origins(t);
    else if (any)
        put_lists(t);
}
