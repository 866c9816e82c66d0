/* html_cost.c - what a month costs at one point of a run, with notes on where each figure comes from. */
#include "config.h"

#include "findings/costs.h"
#include "show/html_run.h"
#include "show/html_table.h"
#include "show/text.h"

enum { HEADS = COSTS_RATES + 5 };

/* The heads of the rates' columns, in the buffers. */
static void make_heads(const struct result_entry *e, const char *heads[HEADS],
                       struct buf rates_heads[COSTS_RATES])
{
    double rates[COSTS_RATES];
    uint32_t n = costs_rates(e, rates), c = 0;
    heads[c++] = "backend";
    heads[c++] = "billing";
    heads[c++] = "strategies";
    heads[c++] = "$ storage";
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(&rates_heads[i], "$ at ");
        costs_put_rate(rates[i], &rates_heads[i]);
        heads[c++] = buf_text(&rates_heads[i]);
    }
    heads[c] = NULL;
}

static void put_row(struct xml *h, const struct results *r, size_t first, size_t i, size_t end)
{
    const struct result_entry *e = r->entries.items[i];
    double rates[COSTS_RATES];
    struct buf b = {0};
    html_open_row(h, NULL);
    html_put_backend_head(h, r, e->backend);
    html_put_row_head(h, e->cost.billing);
    costs_put_strategies(r, first, i, end, &b);
    html_put_buf(h, "td", "words", &b);
    costs_put_usd(cost_month(&e->cost, COST_BY_MONTH, 0), &b);
    html_put_buf(h, "td", NULL, &b);
    for (uint32_t k = 0, n = costs_rates(e, rates); k < n; k++) {
        costs_put_month(e, rates[k], &b);
        html_put_buf(h, "td", NULL, &b);
    }
    xml_close(h);
}

static void put_origin(const struct result_entry *e, void *html)
{
    struct buf b = {0};
    buf_printf(&b, "%s, %s: ", e->backend, e->cost.billing);
    costs_put_origin(e, &b);
    html_put_buf(html, "li", NULL, &b);
}

/* Out of the table's way. */
static void put_origins(struct xml *h, const struct results *r, size_t first, size_t end)
{
    xml_open(h, "details");
    html_put(h, "summary", NULL, "Price sources");
    xml_open(h, "ul");
    xml_attribute(h, "class", "notes");
    costs_each_origin(r, first, end, put_origin, h);
    xml_close(h);
    xml_close(h);
}

static void put_break_even(const struct costs_break_even *at, void *html)
{
    struct xml *h = html;
    struct buf b = {0};
    costs_put_break_even(at, &b);
    html_put_buf(h, "li", NULL, &b);
}

static void count(const struct costs_break_even *at, void *n)
{
    (void)at;
    ++*(unsigned *)n;
}

static void put_break_evens(struct xml *h, const struct results *r, size_t first, size_t end)
{
    unsigned n = 0;
    costs_each_break_even(r, first, end, count, &n);
    if (!n)
        return;
    xml_open(h, "ul");
    costs_each_break_even(r, first, end, put_break_even, h);
    xml_close(h);
}

void html_put_costs(struct xml *h, const struct results *r, size_t first, size_t end)
{
    const char *heads[HEADS];
    struct buf rates_heads[COSTS_RATES] = {{0}}, caption = {0};
    size_t i = first;
    while (i < end && !costs_leads(r, first, i))
        i++;
    if (i == end)
        return;
    const struct result_entry *e = r->entries.items[i];
    make_heads(e, heads, rates_heads);
    buf_printf(&caption, "%s%s", e->run, e->nsweep ? ", " : "");
    results_put_sweep(&caption, e->sweep, e->nsweep);
    buf_puts(&caption, ": what a month costs at a steady rate (730 hours, list prices)");
    html_open_table(h, buf_text(&caption), heads, "012");
    for (; i < end; i++)
        if (costs_leads(r, first, i))
            put_row(h, r, first, i, end);
    html_close_table(h);
    put_break_evens(h, r, first, end);
    put_origins(h, r, first, end);
    for (uint32_t k = 0; k < COSTS_RATES; k++)
        buf_release(&rates_heads[k]);
    buf_release(&caption);
}
