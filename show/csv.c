/* csv.c - one line a measurement, for spreadsheets and scripts: RFC 4180, but lines end in a newline alone.
 * Empty: not measured. */
#include "config.h"

#include "show/report.h"

#include <math.h>
#include <string.h>

#include "findings/costs.h"
#include "findings/limit.h"
#include "findings/number.h"
#include "findings/rank.h"
#include "findings/stats.h"
#include "findings/whose.h"
#include "show/csv.h"

/* ---- cells: each ends with what separates it from the next ---- */

void csv_put_text(struct buf *b, const char *text)
{
    if (text && text[strcspn(text, ",\"\r\n")]) {
        buf_putc(b, '"');
        for (; *text; text++) {
            if (*text == '"')
                buf_putc(b, '"');
            buf_putc(b, *text);
        }
        buf_putc(b, '"');
    } else if (text) {
        buf_puts(b, text);
    }
    buf_putc(b, ',');
}

static void put_whole(struct buf *b, uint64_t v)
{
    buf_printf(b, "%llu,", (unsigned long long)v);
}

static void put_figure(struct buf *b, bool there, double v)
{
    if (there)
        buf_printf(b, "%.*f", v == nearbyint(v) ? 0 : 6, v);
    buf_putc(b, ',');
}

/* ---- groups of columns, each with its heading ---- */

struct group { const char *heading; void (*put)(struct buf *, const struct results *,
                                                const struct result_entry *); };

static void put_who(struct buf *b, const struct results *r, const struct result_entry *e)
{
    struct buf sweep = {0};
    csv_put_text(b, r->workload);
    put_whole(b, r->seed);
    csv_put_text(b, r->started);
    csv_put_text(b, e->run);
    csv_put_text(b, e->query);
    csv_put_text(b, e->strategy);
    csv_put_text(b, e->backend);
    for (uint32_t i = 0; i < e->nsweep; i++)
        buf_printf(&sweep, "%s%s=%s", i ? "; " : "", e->sweep[i].name, e->sweep[i].text);
    csv_put_text(b, buf_text(&sweep));
    buf_release(&sweep);
}

static void put_counts(struct buf *b, const struct results *r, const struct result_entry *e)
{
    const uint64_t counts[] = {e->all.requests, e->all.errors, e->all.retries, e->all.throttles,
                               e->all.skipped,  e->all.rows,   e->all.bytes,   e->all.trips};
    double v = 0;
    (void)r;
    put_whole(b, results_whole(e)->clients);
    put_figure(b, e->rate > 0, e->rate);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        put_whole(b, counts[i]);
    put_figure(b, e->calls_per_request > 0, e->calls_per_request);
    put_whole(b, e->nrounds);
    put_figure(b, true, e->all.seconds);
    bool there = figures_metric(e, METRIC_THROUGHPUT, false, &v);
    put_figure(b, there, v);
}

static void put_times(struct buf *b, const struct results *r, const struct result_entry *e)
{
    static const enum metric metrics[] = {METRIC_P50,   METRIC_P90, METRIC_P95, METRIC_P99,
                                          METRIC_P99_9, METRIC_MAX, METRIC_MEAN};
    double v = 0;
    (void)r;
    for (int service = 0; service < 2; service++)
        for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
            bool there = figures_metric(e, metrics[i], service, &v);
            put_figure(b, there, nearbyint(v));
        }
}

/* 95 % intervals, and how many rounds lie far from the others in one of these. */
static void put_certainty(struct buf *b, const struct results *r, const struct result_entry *e)
{
    static const enum metric metrics[] = {METRIC_P50, METRIC_P99, METRIC_THROUGHPUT};
    double low = 0, high = 0, times = 0;
    uint64_t outliers = 0;
    (void)r;
    for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++) {
        bool there = stats_interval(e, metrics[i], &low, &high), whole = metrics[i] != METRIC_THROUGHPUT;
        put_figure(b, there, whole ? nearbyint(low) : low);
        put_figure(b, there, whole ? nearbyint(high) : high);
    }
    for (uint32_t k = 0; k < e->nrounds; k++) {
        bool far = false;
        for (size_t i = 0; i < sizeof metrics / sizeof *metrics; i++)
            far |= stats_outlier(e, k, metrics[i], &times);
        outliers += far;
    }
    put_whole(b, outliers);
}

static void put_verdict(struct buf *b, const struct results *r, const struct result_entry *e)
{
    const struct result_entry *whole = results_whole(e);
    const char *unranked = rank_unranked(r, whole);
    double v = 0;
    bool there = figures_cpu_per_request(e, &v);
    put_figure(b, there, v);
    there = figures_cpu_fraction(e, &v);
    put_figure(b, there, v);
    there = figures_lag(e, &v);
    put_figure(b, there, v);
    there = figures_metric(e, METRIC_COST_PER_MILLION, false, &v);
    put_figure(b, there, v);
    csv_put_text(b, costs_basis_name(costs_basis(e)));
    put_whole(b, e->verified.requests);
    put_whole(b, e->verified.mismatches);
    csv_put_text(b, unranked ? "no" : "yes");
    csv_put_text(b, whole->failed ? whole->failed : unranked);
}

/* A month at the run's rate, where it has one, and at the usual ones. */
static void put_costs(struct buf *b, const struct results *r, const struct result_entry *e)
{
    static const double usual[] = {10, 100, 1000, 10000};
    const struct cost *c = &e->cost;
    bool known = c->nlines > 0;
    (void)r;
    csv_put_text(b, c->billing);
    csv_put_text(b, known ? c->lines[0].price.region : NULL);
    csv_put_text(b, known ? c->lines[0].price.date : NULL);
    put_figure(b, known, c->stored_bytes);
    put_figure(b, known, cost_month(c, COST_BY_MONTH, 0));
    put_figure(b, known && !c->assumed && e->rate > 0, cost_month(c, COST_SHAPES, e->rate));
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        put_figure(b, known && !c->assumed, cost_month(c, COST_SHAPES, usual[i]));
}

/* What held it back. */
static void put_limit(struct buf *b, const struct results *r, const struct result_entry *e)
{
    (void)r;
    csv_put_text(b, limit_name(limit_of(results_whole(e))));
}

/* Whose figures they are, if not the service's. */
static void put_whose(struct buf *b, const struct results *r, const struct result_entry *e)
{
    struct buf server = {0};
    whose_put_server(&server, r, e->backend);
    csv_put_text(b, whose_stands_in(r, e->backend) ? "yes" : "no");
    csv_put_text(b, buf_text(&server));
    csv_put_text(b, whose_same_as(r, e->backend));
    csv_put_text(b, whose_where(r, e->backend));
    buf_release(&server);
}

static const struct group groups[] = {
    {"workload,seed,started,run,query,strategy,backend,sweep,", put_who},
    {"clients,rate_per_s,requests,errors,retries,throttles,skipped,rows,bytes,trips,calls_per_request,rounds,seconds,throughput_per_s,",
     put_counts},
    {"response_p50_ns,response_p90_ns,response_p95_ns,response_p99_ns,response_p99_9_ns,response_max_ns,response_mean_ns,"
     "service_p50_ns,service_p90_ns,service_p95_ns,service_p99_ns,service_p99_9_ns,service_max_ns,service_mean_ns,",
     put_times},
    {"cpu_per_request_ns,cpu_fraction,lag_p99_ns,cost_per_million_usd,cost_basis,verified_requests,mismatches,ranked,why_not,",
     put_verdict},
    {"cost_billing,cost_region,cost_date,stored_bytes,stored_month_usd,month_usd,month_10_per_s_usd,month_100_per_s_usd,month_1000_per_s_usd,"
     "month_10000_per_s_usd,",
     put_costs},
    {"response_p50_low_ns,response_p50_high_ns,response_p99_low_ns,response_p99_high_ns,throughput_low_per_s,throughput_high_per_s,"
     "outlying_rounds,",
     put_certainty},
    {"limit,", put_limit},
    {"stand_in,stand_in_server,same_server_as,where,", put_whose},
};

static void end_line(struct buf *b)
{
    b->data[b->len - 1] = '\n';                       /* in place of the last comma */
}

static void put_line(struct buf *out, const struct results *r, const struct result_entry *e)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        groups[g].put(out, r, e);
    end_line(out);
}

void report_put_csv(const struct results *r, const struct report_options *options, struct buf *out)
{
    (void)options;
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        buf_puts(out, groups[g].heading);
    end_line(out);
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i];
        put_line(out, r, e);
        for (uint32_t k = 0; k < e->nqueries && e->nrounds; k++)
            put_line(out, r, &e->queries[k]);
    }
}
