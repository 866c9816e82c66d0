/* html_queries.c - of a mix: what each of its queries took, for each backend and strategy of a point. */
#include "config.h"

#include <string.h>

#include "findings/errors.h"
#include "findings/number.h"
#include "show/html_run.h"
#include "show/html_table.h"

static const char *const heads[] = {"strategy", "query", "share", "requests", "p50", "p95",
                                    "p99",      "p99.9", "max",   "errors",   NULL};

static void put_errors(struct xml *h, const struct result_entry *q)
{
    struct buf n = {0}, said = {0};
    if (q->all.errors)
        errors_put(&said, &q->all);
    xml_open(h, "td");
    if (said.len)
        xml_attribute(h, "title", "%s", buf_text(&said));
    number_put_count(&n, (double)q->all.errors);
    xml_text(h, buf_text(&n));
    xml_close(h);
    buf_release(&n);
    buf_release(&said);
}

static void put_query(struct xml *h, const struct result_entry *q)
{
    static const enum metric metrics[] = {METRIC_P50, METRIC_P95, METRIC_P99, METRIC_P99_9, METRIC_MAX};
    html_open_row(h, q->all.errors ? "warn" : NULL);
    html_put_row_head(h, q->strategy);
    html_put(h, "td", "words", q->query);
    html_put_cell(h, true, q->share, number_put_percent);
    html_put_cell(h, true, (double)q->all.requests, number_put_count);
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
        html_put_metric(h, q, metrics[i], false, number_put_duration);
    put_errors(h, q);
    xml_close(h);
}

void html_put_queries(struct xml *h, const struct results *r, size_t first, size_t end)
{
    const char *backend = NULL;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (!e->nqueries || !e->nrounds)
            continue;
        if (!backend)
            html_open_table(h, "Each query of the mix, by backend and strategy", heads, "01");
        if (!backend || strcmp(backend, e->backend) != 0)
            html_put_group(h, r, e->backend, sizeof heads / sizeof *heads - 1, !backend);
        backend = e->backend;
        for (uint32_t k = 0; k < e->nqueries; k++)
            put_query(h, &e->queries[k]);
    }
    if (backend)
        html_close_table(h);
}
