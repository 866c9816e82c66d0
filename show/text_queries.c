/* text_queries.c - of a mix: what each of its queries took, for each backend and strategy of a point. */
#include "config.h"

#include <math.h>

#include "findings/errors.h"
#include "show/text.h"

static const char *time_cell(struct text *t, const struct result_entry *q, enum metric m,
                             struct time_unit unit)
{
    struct buf b = {0};
    double v = 0;
    if (!figures_metric(q, m, false, &v))
        return "–";
    number_put_time(&b, v, unit);
    return text_keep(t, &b);
}

static const char *count_cell(struct text *t, uint64_t n)
{
    struct buf b = {0};
    number_put_count(&b, (double)n);
    return text_keep(t, &b);
}

static void add_query(struct text *t, struct grid *g, const struct result_entry *q, struct time_unit unit)
{
    struct grid_row *row = grid_add(g, q->all.errors ? STYLE_WARN : STYLE_PLAIN);
    struct buf share = {0};
    unsigned c = 0;
    number_put_percent(&share, q->share);
    row->cells[c++] = arena_printf(&t->arena, "  %s", q->query);
    row->cells[c++] = text_keep(t, &share);
    row->cells[c++] = count_cell(t, q->all.requests);
    row->cells[c++] = time_cell(t, q, METRIC_P50, unit);
    row->cells[c++] = time_cell(t, q, METRIC_P95, unit);
    row->cells[c++] = time_cell(t, q, METRIC_P99, unit);
    row->cells[c++] = count_cell(t, q->all.errors);
    if (!q->all.errors)
        return;
    struct buf said = {0};
    buf_puts(&said, "    ");
    errors_put(&said, &q->all);
    row = grid_add(g, STYLE_WARN);
    row->span = true;
    row->cells[0] = text_keep(t, &said);
}

static void add_entry(struct text *t, struct grid *g, const struct result_entry *e, struct time_unit unit)
{
    struct grid_row *row = grid_add(g, STYLE_BOLD);
    row->span = true;
    row->cells[0] = arena_printf(&t->arena, "%s, %s", e->backend, e->strategy);
    for (uint32_t i = 0; i < e->nqueries; i++)
        add_query(t, g, &e->queries[i], unit);
}

void text_put_queries(struct text *t, size_t first, size_t end)
{
    struct result_entry **all = t->results->entries.items;
    struct grid g = {.arena = &t->arena, .columns = 7, .gaps = {0, 2, 2, 2, 1, 1, 2}};
    double longest = 0, p99 = 0;
    for (size_t i = first; i < end; i++)
        for (uint32_t k = 0; k < all[i]->nqueries; k++)
            if (figures_metric(&all[i]->queries[k], METRIC_P99, false, &p99))
                longest = fmax(longest, p99);
    struct time_unit unit = number_time_unit(longest);
    struct grid_row *head = grid_add(&g, STYLE_DIM);
    const char *const heads[] = {arena_printf(&t->arena, "by query; times in %s", unit.name), "share",
                                 "requests", "p50", "p95", "p99", "errors"};
    for (unsigned c = 0; c < g.columns; c++)
        head->cells[c] = heads[c];
    for (size_t i = first; i < end; i++)
        if (all[i]->nqueries && all[i]->nrounds)
            add_entry(t, &g, all[i], unit);
    if (g.rows.count == 1)
        return;
    buf_putc(t->paper.out, '\n');
    grid_put(&g, &t->paper);
}
