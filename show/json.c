/* json.c - the result for machines. Keys are stable: docs/results.schema.json. What was not measured is left out or null, never 0. */
#include "config.h"

#include "show/report.h"

#include <math.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "base/bug.h"
#include "base/error.h"
#include "base/mem.h"
#include "findings/compare.h"
#include "findings/costs.h"
#include "findings/expect.h"
#include "findings/limit.h"
#include "findings/rank.h"
#include "findings/recommend.h"
#include "findings/whose.h"
#include "show/hdr.h"

static void add_text(cJSON *o, const char *key, const char *text)
{
    BUG_UNLESS(text ? cJSON_AddStringToObject(o, key, text) : cJSON_AddNullToObject(o, key));
}

/* Whole numbers are written in full: the library would write the greater ones with an exponent. */
static void add_whole(cJSON *o, const char *key, uint64_t v)
{
    struct buf b = {0};
    buf_printf(&b, "%llu", (unsigned long long)v);
    BUG_UNLESS(cJSON_AddRawToObject(o, key, buf_text(&b)));
    buf_release(&b);
}

/* Null where the figure does not exist; six digits beyond the point are more than any clock or price gives. */
static void add_figure(cJSON *o, const char *key, bool there, double v)
{
    BUG_UNLESS(there ? cJSON_AddNumberToObject(o, key, fabs(v) < 1e9 ? nearbyint(v * 1e6) / 1e6 : nearbyint(v))
                     : cJSON_AddNullToObject(o, key));
}

/* What was measured, in as few digits as give it back bit for bit: other figures are derived from it again. */
static void add_exact(cJSON *o, const char *key, bool there, double v)
{
    struct buf b = {0};
    if (!there) {
        add_text(o, key, NULL);
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        buf_clear(&b);
        buf_printf(&b, "%.*g", digits, v);
        if (strtod(buf_text(&b), NULL) == v)
            break;
    }
    BUG_UNLESS(isfinite(v) && cJSON_AddRawToObject(o, key, buf_text(&b)));
    buf_release(&b);
}

static void add_flag(cJSON *o, const char *key, bool v)
{
    BUG_UNLESS(cJSON_AddBoolToObject(o, key, v));
}

static cJSON *add_object(cJSON *o, const char *key)
{
    cJSON *made = cJSON_AddObjectToObject(o, key);
    BUG_UNLESS(made);
    return made;
}

static cJSON *add_array(cJSON *o, const char *key)
{
    cJSON *made = cJSON_AddArrayToObject(o, key);
    BUG_UNLESS(made);
    return made;
}

static cJSON *add_item(cJSON *array)
{
    cJSON *made = cJSON_CreateObject();
    BUG_UNLESS(made && cJSON_AddItemToArray(array, made));
    return made;
}

static void add_params(cJSON *o, const char *key, const struct ir_param *params, uint32_t n)
{
    cJSON *to = add_object(o, key);
    for (uint32_t i = 0; i < n; i++)
        add_text(to, params[i].name, params[i].text);
}

static void add_verified(cJSON *o, const struct result_verified *v)
{
    if (!v->done) {
        add_text(o, "verified", NULL);
        return;
    }
    cJSON *to = add_object(o, "verified");
    add_whole(to, "requests", v->requests);
    add_whole(to, "rows", v->rows);
    add_whole(to, "mismatches", v->mismatches);
    if (v->first)
        add_text(to, "first", v->first);
}

static void add_backend(cJSON *o, const struct result_backend *b)
{
    static const char *const statuses[] = {[RESULT_OK] = "ok", [RESULT_SKIPPED] = "skipped", [RESULT_FAILED] = "failed"};
    add_text(o, "name", b->name);
    add_text(o, "kind", b->kind);
    add_text(o, "version", b->version);
    add_flag(o, "stand_in", b->place);
    add_text(o, "place", b->place);
    add_text(o, "server", b->server);
    add_text(o, "where", b->where);
    add_text(o, "same_server_as", b->same_as);
    add_text(o, "status", statuses[b->status]);
    add_text(o, "reason", b->reason);
    add_text(o, "enable", b->enable);
    if (b->loaded || b->reused) {
        cJSON *load = add_object(o, "load");
        add_whole(load, "rows", b->load_rows);
        add_exact(load, "seconds", b->loaded, b->load_seconds);
        add_figure(load, "rows_per_s", b->loaded && b->load_seconds > 0, b->load_seconds > 0 ? (double)b->load_rows / b->load_seconds : 0);
        add_whole(load, "bytes", b->load_bytes);
        add_flag(load, "reused", b->reused);
    } else {
        add_text(o, "load", NULL);
    }
    add_verified(o, &b->verified);
    cJSON *features = add_array(o, "features");
    for (size_t i = 0; i < b->features.count; i++) {
        cJSON *one = add_item(features);
        add_text(one, "name", b->features.items[i].name);
        add_text(one, "text", b->features.items[i].text);
        add_flag(one, "lacks", b->features.items[i].lacks);
    }
}

/* ---- entries ---- */

static void add_pair(cJSON *o, const char *key, double low, double high)
{
    cJSON *pair = add_array(o, key);
    BUG_UNLESS(cJSON_AddItemToArray(pair, cJSON_CreateNumber(low)) && cJSON_AddItemToArray(pair, cJSON_CreateNumber(high)));
}

static const struct { const char *key; enum metric metric; } latencies[] = {
    {"p50", METRIC_P50}, {"p90", METRIC_P90}, {"p95", METRIC_P95},   {"p99", METRIC_P99},
    {"p99_9", METRIC_P99_9}, {"max", METRIC_MAX}, {"mean", METRIC_MEAN},
};
enum { LATENCIES = sizeof latencies / sizeof *latencies };
/* What every figure of latencies comes from: HdrHistogram's own form, and what that has not got. */
static void add_packed(cJSON *o, const char *key, const struct packed *p)
{
    if (!p || !p->count) {
        add_text(o, key, NULL);
        return;
    }
    struct buf b = {0};
    cJSON *to = add_object(o, key);
    add_whole(to, "min_ns", (uint64_t)p->min);
    add_whole(to, "max_ns", (uint64_t)p->max);
    add_exact(to, "sum_ns", true, p->sum);
    add_whole(to, "out_of_range", p->clamped);
    hdr_put_base64(p, &b);
    add_text(to, "hdr", buf_text(&b));
    buf_release(&b);
}

static void add_histogram(cJSON *o, const char *key, const struct hist *h)
{
    struct packed *p = h ? packed_new(h) : NULL;
    add_packed(o, key, p);
    mem_free(p);
}

static void add_interval(cJSON *o, const struct result_entry *e)
{
    double low = 0, high = 0;
    if (!stats_interval(e, METRIC_MEAN, &low, &high))
        return;
    cJSON *to = add_object(o, "ci95");
    add_text(to, "method", "bootstrap over rounds, Student's t");
    for (size_t i = 0; i < LATENCIES; i++)
        if (stats_interval(e, latencies[i].metric, &low, &high))
            add_pair(to, latencies[i].key, nearbyint(low), nearbyint(high));
}

static void add_latency(cJSON *o, const char *key, const struct result_entry *e, bool service)
{
    const struct hist *h = service ? e->all.service : e->all.response;
    double v = 0;
    if (!h || !h->count) {
        add_text(o, key, NULL);
        return;
    }
    cJSON *to = add_object(o, key);
    for (size_t i = 0; i < LATENCIES; i++) {
        bool there = figures_metric(e, latencies[i].metric, service, &v);
        add_figure(to, latencies[i].key, there, nearbyint(v));
    }
    add_figure(to, "stddev", true, nearbyint(hist_stddev(h)));
    bool varies = figures_metric(e, METRIC_CV, service, &v);
    add_figure(to, "cv", varies, v);
    if (h->clamped)
        add_whole(to, "out_of_range", h->clamped);
    if (!service)
        add_interval(to, e);
}

static void add_errors(cJSON *o, const struct tally *t)
{
    cJSON *classes = add_object(o, "error_classes");
    for (int i = 0; i < FAULT_COUNT; i++) {
        if (!t->classes[i].count)
            continue;
        cJSON *one = add_object(classes, fault_name((enum fault)i));
        add_whole(one, "count", t->classes[i].count);
        add_text(one, "first", t->classes[i].first);
    }
}

static void add_client(cJSON *o, const struct result_entry *e)
{
    cJSON *to = add_object(o, "client");
    double v = 0;
    bool there = figures_cpu_per_request(e, &v);
    add_whole(to, "workers", e->workers);
    add_flag(to, "embedded", e->embedded);
    add_figure(to, "at_once", e->at_once > 0, e->at_once);
    add_exact(to, "seconds", true, e->all.wall);
    add_whole(to, "cpu_ns", e->all.cpu_ns);
    add_whole(to, "cpu_waited_ns", e->all.cpu_waited_ns);
    add_figure(to, "cpu_per_request_ns", there, v);
    there = figures_cpu_fraction(e, &v);
    add_figure(to, "cpu_fraction", there, v);
    there = figures_lag(e, &v);
    add_figure(to, "lag_p99_ns", there, v);
    add_figure(to, "wait_p99_ns", e->all.wait && e->all.wait->count, figures_percentile(e->all.wait, 99));
    add_flag(to, "saturated", rank_saturated(e));
    add_text(to, "limit", limit_name(limit_of(e)));
}

/* ---- costs: exact, for what is read back must give the same sums ---- */

static void add_cost_line(cJSON *o, const struct cost_line *l)
{
    add_text(o, "item", l->price.item);
    add_exact(o, "usd", true, l->price.usd);
    add_text(o, "per", price_per_name(l->price.per));
    add_text(o, "region", l->price.region);
    add_text(o, "date", *l->price.date ? l->price.date : NULL);
    add_text(o, "checked", price_checked_name(l->price.checked));
    add_text(o, "source", l->price.source);
    add_text(o, "by", costs_shape_name(l->shape));
    add_text(o, "basis", costs_basis_name(l->basis));
    add_exact(o, "amount", true, l->amount);
    add_exact(o, "times", true, l->times);
    if (l->shape == COST_BY_CAPACITY) {
        add_exact(o, "size", true, l->size);
        add_exact(o, "step", true, l->step);
        add_exact(o, "least", true, l->least);
        BUG_UNLESS(cJSON_AddBoolToObject(o, "hired", l->hired));
    }
}

static void add_month(cJSON *o, const struct cost *c, double rate)
{
    static const struct { const char *key; enum cost_shape shape; } parts[] = {
        {"requests_usd", COST_BY_REQUEST}, {"capacity_usd", COST_BY_CAPACITY}, {"stored_usd", COST_BY_MONTH}, {"total_usd", COST_SHAPES},
    };
    add_figure(o, "rate_per_s", true, rate);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        bool known = !c->assumed || (parts[i].shape != COST_BY_CAPACITY && parts[i].shape != COST_SHAPES);
        add_figure(o, parts[i].key, known, cost_month(c, parts[i].shape, rate));
    }
}

/* What a request consumes, by the name of the unit. */
static void add_units(cJSON *o, const struct cost *c)
{
    struct buf unit = {0};
    for (uint32_t i = 0; i < c->nlines; i++) {
        if (c->lines[i].shape == COST_BY_MONTH || c->lines[i].hired || !(c->lines[i].amount > 0))
            continue;
        buf_clear(&unit);
        price_put_unit(&c->lines[i].price, &unit);
        add_figure(o, buf_text(&unit), true, c->lines[i].amount);
    }
    buf_release(&unit);
}

static void add_cost(cJSON *o, const struct result_entry *e)
{
    const struct cost *c = &e->cost;
    double v = 0, rates[COSTS_RATES];
    if (!c->nlines) {
        add_text(o, "cost", NULL);
        return;
    }
    cJSON *to = add_object(o, "cost"), *list;
    bool there = figures_metric(e, METRIC_COST_PER_MILLION, false, &v);
    add_figure(to, "per_million_usd", there, v);
    there = there && cost_has_capacity(c) && figures_cost_rate(e, &v);
    add_figure(to, "per_million_at_per_s", there, v);
    add_text(to, "basis", costs_basis_name(costs_basis(e)));
    add_text(to, "prices", *c->lines[0].price.date ? c->lines[0].price.date : NULL);
    add_text(to, "region", c->lines[0].price.region);
    add_text(to, "source", c->lines[0].price.source);
    add_units(add_object(to, "units"), c);
    add_text(to, "service", c->service);
    add_text(to, "billing", c->billing);
    add_figure(to, "emulated_units", c->emulated > 0, c->emulated);
    add_exact(to, "stored_bytes", true, c->stored_bytes);
    list = add_array(to, "per_month");
    for (uint32_t i = 0, n = costs_rates(e, rates); i < n; i++)
        add_month(add_item(list), c, rates[i]);
    list = add_array(to, "lines");
    for (uint32_t i = 0; i < c->nlines; i++)
        add_cost_line(add_item(list), &c->lines[i]);
    BUG_UNLESS(cJSON_AddBoolToObject(to, "capacity_assumed", c->assumed));
    list = add_array(to, "assumptions");
    for (uint32_t i = 0; i < c->nnotes; i++)
        BUG_UNLESS(cJSON_AddItemToArray(list, cJSON_CreateString(c->notes[i])));
}

static void add_slices(cJSON *o, const struct result_round *round)
{
    cJSON *to = add_array(o, "slices");
    for (uint32_t i = 0; i < round->nslices; i++) {
        const struct result_slice *s = round->slices + i;
        cJSON *one = add_item(to);
        add_exact(one, "from_seconds", true, s->from);
        add_exact(one, "seconds", true, s->seconds);
        add_whole(one, "errors", s->errors);
        add_whole(one, "retries", s->retries);
        add_whole(one, "throttles", s->throttles);
        add_packed(one, "histogram", s->response);
    }
}

static const struct { const char *name, *key; enum metric metric; } of_rounds[] = {
    {"p50", "p50_cv", METRIC_P50}, {"p99", "p99_cv", METRIC_P99}, {"throughput", "throughput_cv", METRIC_THROUGHPUT}};
enum { OF_ROUNDS = sizeof of_rounds / sizeof *of_rounds };

static void add_outliers(cJSON *o, const struct result_entry *e, uint32_t round)
{
    cJSON *to = add_array(o, "outlier");
    double times = 0;
    for (size_t i = 0; i < OF_ROUNDS; i++)
        if (stats_outlier(e, round, of_rounds[i].metric, &times))
            BUG_UNLESS(cJSON_AddItemToArray(to, cJSON_CreateString(of_rounds[i].name)));
}

static void add_variation(cJSON *o, const struct result_entry *e)
{
    cJSON *to = add_object(o, "between_rounds");
    double cv = 0;
    for (size_t i = 0; i < OF_ROUNDS; i++) {
        bool there = stats_variation(e, of_rounds[i].metric, &cv);
        add_figure(to, of_rounds[i].key, there, cv);
    }
}

/* ---- the rest of an entry ---- */

static void add_rounds(cJSON *o, const struct result_entry *e)
{
    cJSON *to = add_array(o, "rounds");
    for (uint32_t i = 0; i < e->nrounds; i++) {
        const struct result_round *round = e->rounds + i;
        cJSON *one = add_item(to);
        bool there = round->response && round->response->count;
        add_whole(one, "requests", round->requests);
        add_whole(one, "errors", round->errors);
        add_exact(one, "began_seconds", true, round->began);
        add_exact(one, "seconds", true, round->seconds);
        add_figure(one, "throughput_per_s", round->seconds > 0, round->seconds > 0 ? (double)round->requests / round->seconds : 0);
        add_figure(one, "p50_ns", there, figures_percentile(round->response, 50));
        add_figure(one, "p99_ns", there, figures_percentile(round->response, 99));
        add_outliers(one, e, i);
        add_histogram(one, "histogram", round->response);
        add_slices(one, round);
    }
}

static void add_histograms(cJSON *o, const struct tally *t)
{
    cJSON *to = add_object(o, "histograms");
    add_histogram(to, "response", t->response);
    add_histogram(to, "service", t->service);
    add_histogram(to, "wait", t->wait);
    add_histogram(to, "lag", t->lag);
}

static void add_slowest(cJSON *o, const struct result_trace *t)
{
    if (!t->response_ns) {
        add_text(o, "slowest", NULL);
        return;
    }
    cJSON *to = add_object(o, "slowest");
    add_whole(to, "response_ns", t->response_ns);
    add_whole(to, "started_ns", t->started_ns);
    add_whole(to, "client", t->client);
    add_whole(to, "number", t->number);
    add_whole(to, "followed", t->followed);
    add_whole(to, "left_out", t->left_out);
    cJSON *calls = add_array(to, "calls");
    for (uint32_t i = 0; i < t->ncalls; i++) {
        const struct result_trace_call *c = t->calls + i;
        cJSON *one = add_item(calls);
        add_text(one, "title", c->title);
        add_whole(one, "asked_ns", c->asked);
        add_whole(one, "sent_ns", c->sent);
        add_figure(one, "first_row_ns", c->first_row, (double)c->first_row);
        add_whole(one, "done_ns", c->done);
        add_whole(one, "trips", c->trips);
        add_whole(one, "rows", c->rows);
    }
}

static void add_counts(cJSON *o, const struct result_entry *e)
{
    const struct tally *t = &e->all;
    double v = 0;
    add_whole(o, "clients", e->clients);
    add_figure(o, "clients_at_most", e->most_clients > 0, e->most_clients);
    add_exact(o, "rate", e->rate > 0, e->rate);
    add_whole(o, "requests", t->requests);
    add_whole(o, "errors", t->errors);
    add_errors(o, t);
    add_whole(o, "retries", t->retries);
    add_whole(o, "throttles", t->throttles);
    add_whole(o, "skipped", t->skipped);
    add_whole(o, "rows", t->rows);
    add_whole(o, "bytes", t->bytes);
    add_whole(o, "trips", t->trips);
    add_exact(o, "calls_per_request", e->calls_per_request > 0, e->calls_per_request);
    add_exact(o, "tables_per_request", e->tables_per_request > 0, e->tables_per_request);
    add_exact(o, "seconds", true, t->seconds);
    bool there = figures_metric(e, METRIC_THROUGHPUT, false, &v);
    add_figure(o, "throughput_per_s", there, v);
    double low = 0, high = 0;
    if (stats_interval(e, METRIC_THROUGHPUT, &low, &high))
        add_pair(o, "throughput_ci95", nearbyint(low * 1e3) / 1e3, nearbyint(high * 1e3) / 1e3);
    else
        add_text(o, "throughput_ci95", NULL);
}

static void add_entry(cJSON *o, const struct results *r, const struct result_entry *e)
{
    const char *unranked = rank_unranked(r, e);
    add_text(o, "run", e->run);
    add_text(o, "query", e->query);
    add_text(o, "strategy", e->strategy);
    add_text(o, "backend", e->backend);
    add_flag(o, "stand_in", whose_stands_in(r, e->backend));
    add_params(o, "sweep", e->sweep, e->nsweep);
    add_whole(o, "part", e->part);
    add_text(o, "data_digest", e->data_digest);
    add_text(o, "request_digest", e->request_digest);
    add_text(o, "round", "all");
    add_counts(o, e);
    add_latency(o, "response_ns", e, false);
    add_latency(o, "service_ns", e, true);
    add_client(o, e);
    add_cost(o, e);
    add_verified(o, &e->verified);
    add_flag(o, "ranked", !unranked);
    add_text(o, "unranked", unranked);
    add_text(o, "failed", e->failed);
    add_text(o, "plan", e->plan);
    cJSON *notes = add_array(o, "notes");
    for (uint32_t i = 0; i < e->nnotes; i++)
        BUG_UNLESS(cJSON_AddItemToArray(notes, cJSON_CreateString(e->notes[i])));
    add_variation(o, e);
    add_rounds(o, e);
    add_histograms(o, &e->all);
    add_slowest(o, &e->slowest);
}

/* ---- the whole ---- */

static void add_expectation(cJSON *o, const struct result_expectation *x)
{
    add_text(o, "run", x->run);
    add_text(o, "backend", x->backend);
    add_text(o, "strategy", x->strategy);
    add_params(o, "sweep", x->sweep, x->nsweep);
    add_text(o, "text", x->text);
    add_flag(o, "fail_if", x->fail_if);
    add_text(o, "metric", metric_name(x->metric));
    add_flag(o, "service", x->service);
    add_exact(o, "value", x->measured, x->value);
    add_exact(o, "low", x->sure, x->low);
    add_exact(o, "high", x->sure, x->high);
    add_exact(o, "limit", true, x->limit);
    add_flag(o, "ok", x->ok);
    add_text(o, "verdict", expect_verdict_name(expect_verdict(x)));
    add_text(o, "not_judged", x->unjudged);
}

static void add_comparison(cJSON *o, const struct comparison *c)
{
    const struct stats_difference *d = &c->difference;
    bool known = c->verdict != VERDICT_UNKNOWN;
    add_text(o, "kind", comparison_kind_name(c->kind));
    add_text(o, "run", c->entry->run);
    add_params(o, "sweep", c->entry->sweep, c->entry->nsweep);
    add_text(o, "backend", c->entry->backend);
    add_text(o, "strategy", c->entry->strategy);
    add_text(o, "against_backend", c->against->backend);
    add_text(o, "against_strategy", c->against->strategy);
    add_text(o, "metric", metric_name(c->metric));
    add_figure(o, "value", true, c->value);
    add_figure(o, "against_value", true, c->other);
    add_figure(o, "change", known, d->change);
    if (known)
        add_pair(o, "ci95", nearbyint(d->low * 1e6) / 1e6, nearbyint(d->high * 1e6) / 1e6);
    else
        add_text(o, "ci95", NULL);
    add_figure(o, "p", known, d->p);
    add_exact(o, "error", known, d->error);
    add_figure(o, "freedom", known, d->freedom);
    add_flag(o, "paired", d->paired);
    add_whole(o, "rounds", d->rounds);
    add_whole(o, "agree", d->agree);
    add_text(o, "verdict", verdict_name(c->verdict));
    add_text(o, "why", c->why);
}

static void add_recommended(cJSON *o, const struct results *r, const struct recommended *at)
{
    const struct result_entry *e = r->entries.items[at->first];
    const struct { const char *backend, *strategy, *cost; const struct result_entry *entry; } of[] = {
        {"backend", "strategy", "cost_per_million_usd", at->entry}, {"other_backend", "other_strategy", "other_cost_per_million_usd", at->other}};
    add_params(o, "sweep", e->sweep, e->nsweep);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        double usd = 0;
        bool there = of[i].entry && figures_metric(of[i].entry, METRIC_COST_PER_MILLION, false, &usd);
        add_text(o, of[i].backend, of[i].entry ? of[i].entry->backend : NULL);
        add_text(o, of[i].strategy, of[i].entry ? of[i].entry->strategy : NULL);
        add_figure(o, of[i].cost, there, usd);
    }
    add_text(o, "by", !at->entry ? NULL : at->by_speed ? "speed" : "cost");
    add_text(o, "rival_backend", at->doubt.rival ? at->doubt.rival->backend : NULL);
    add_text(o, "rival_strategy", at->doubt.rival ? at->doubt.rival->strategy : NULL);
    add_whole(o, "rivals", at->doubt.rival ? at->doubt.others + 1 : 0);
    add_text(o, "other_would_do_if", at->lacks);
    add_text(o, "why_not", at->why_not);
    add_whole(o, "qualified", at->qualified);
}

static void add_recommendation(cJSON *o, const struct results *r, const struct recommendation *x)
{
    add_text(o, "run", x->run);
    add_text(o, "text", x->text);
    cJSON *points = add_array(o, "points");
    for (uint32_t i = 0; i < x->npoints; i++)
        add_recommended(add_item(points), r, x->points + i);
}

static void add_baseline(cJSON *o, const struct results *r)
{
    if (!r->baseline_name) {
        add_text(o, "baseline", NULL);
        return;
    }
    cJSON *to = add_object(o, "baseline");
    add_text(to, "name", r->baseline_name);
    add_text(to, "started", r->baseline_started);
    cJSON *notes = add_array(to, "notes");
    for (size_t i = 0; i < r->baseline_notes.count; i++)
        BUG_UNLESS(cJSON_AddItemToArray(notes, cJSON_CreateString(r->baseline_notes.items[i])));
    cJSON *unjudged = add_array(to, "unjudged");
    for (size_t i = 0; i < r->unjudged.count; i++) {
        const struct result_unjudged *u = r->unjudged.items + i;
        cJSON *one = add_item(unjudged);
        add_text(one, "run", u->run);
        add_text(one, "backend", u->backend);
        add_text(one, "strategy", u->strategy);
        add_params(one, "sweep", u->sweep, u->nsweep);
        add_text(one, "why", u->why);
    }
}

static void add_side(cJSON *o, const char *key, const struct result_entry *e)
{
    cJSON *to = add_object(o, key);
    add_text(to, "backend", e->backend);
    add_text(to, "strategy", e->strategy);
}

static void add_break_even(const struct costs_break_even *at, void *list)
{
    cJSON *o = add_item(list);
    add_text(o, "run", at->below->run);
    add_params(o, "sweep", at->below->sweep, at->below->nsweep);
    add_side(o, "below", at->below);
    add_side(o, "above", at->above);
    add_figure(o, "rate_per_s", true, at->rate);
}

static void add_head(cJSON *o, const struct results *r)
{
    add_text(o, "wkl", r->version);
    add_text(o, "workload", r->workload);
    add_text(o, "title", r->title);
    add_whole(o, "seed", r->seed);
    add_text(o, "started", r->started);
    add_text(o, "stopped", r->stopped);
    add_text(o, "verify", r->verify);
    cJSON *host = add_object(o, "host");
    add_text(host, "cpu", r->host.cpu);
    add_whole(host, "cores", r->host.cores);
    add_text(host, "kernel", r->host.kernel);
    add_whole(host, "memory_bytes", r->host.memory_bytes);
    add_params(o, "params", r->params, r->nparams);
    add_exact(o, "noise", true, r->noise);
    add_baseline(o, r);
}

static void add_estimate(cJSON *o, const struct result_entry *e)
{
    add_text(o, "run", e->run);
    add_text(o, "query", e->query);
    add_text(o, "strategy", e->strategy);
    add_text(o, "backend", e->backend);
    add_params(o, "sweep", e->sweep, e->nsweep);
    add_figure(o, "rate", e->rate > 0, e->rate);
    add_figure(o, "calls_per_request", e->calls_per_request > 0, e->calls_per_request);
    add_cost(o, e);
}

static void add_left_out(cJSON *root, const struct results *r)
{
    cJSON *to = add_array(root, "left_out");
    for (size_t i = 0; i < r->left_out.count; i++) {
        cJSON *one = add_item(to);
        add_text(one, "what", r->left_out.items[i].what);
        add_text(one, "reason", r->left_out.items[i].reason);
        add_text(one, "enable", r->left_out.items[i].enable);
    }
}

static void print(cJSON *root, struct buf *out)
{
    char *text = cJSON_Print(root);
    BUG_UNLESS(text);
    buf_puts(out, text);
    buf_putc(out, '\n');
    cJSON_free(text);
    cJSON_Delete(root);
}

static void add_break_evens(cJSON *root, const struct results *r)
{
    cJSON *to = add_array(root, "break_even");
    for (size_t i = 0; i < r->entries.count; i = figures_point_end(r, i))
        costs_each_break_even(r, i, figures_point_end(r, i), add_break_even, to);
}

static void add_all(cJSON *o, const struct results *r)
{
    cJSON *to = add_array(o, "backends");
    for (size_t i = 0; i < r->backends.count; i++)
        add_backend(add_item(to), r->backends.items[i]);
    to = add_array(o, "results");
    for (size_t i = 0; i < r->entries.count; i++)
        add_entry(add_item(to), r, r->entries.items[i]);
    to = add_array(o, "expectations");
    for (size_t i = 0; i < r->expectations.count; i++)
        add_expectation(add_item(to), r->expectations.items + i);
    to = add_array(o, "comparisons");
    for (size_t i = 0; i < r->comparisons.count; i++)
        add_comparison(add_item(to), r->comparisons.items + i);
    to = add_array(o, "recommendation");
    for (size_t i = 0; i < r->recommendations.count; i++)
        add_recommendation(add_item(to), r, r->recommendations.items + i);
    add_break_evens(o, r);
    add_left_out(o, r);
    to = add_array(o, "remarks");
    for (size_t i = 0; i < r->remarks.count; i++) {
        cJSON *one = add_item(to);
        add_text(one, "text", r->remarks.items[i].text);
        add_flag(one, "differs", r->remarks.items[i].differs);
    }
}

void report_put_costs_json(const struct results *r, struct buf *out)
{
    cJSON *root = cJSON_CreateObject(), *to;
    BUG_UNLESS(root);
    add_text(root, "wkl", r->version);
    add_text(root, "workload", r->workload);
    add_params(root, "params", r->params, r->nparams);
    to = add_array(root, "costs");
    for (size_t i = 0; i < r->entries.count; i++)
        add_estimate(add_item(to), r->entries.items[i]);
    add_break_evens(root, r);
    add_left_out(root, r);
    print(root, out);
}

void report_put_json(const struct results *r, const struct report_options *options, struct buf *out)
{
    (void)options;
    cJSON *root = cJSON_CreateObject();
    BUG_UNLESS(root);
    add_head(root, r);
    add_all(root, r);
    print(root, out);
}
