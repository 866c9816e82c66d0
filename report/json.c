/* json.c - the result for machines. Keys are stable: docs/results.schema.json. What was not measured is left out or null, never 0. */
#include "config.h"

#include "report/report.h"

#include <math.h>

#include <cjson/cJSON.h>

#include "base/bug.h"
#include "base/error.h"
#include "report/costs.h"

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
    add_text(o, "status", statuses[b->status]);
    add_text(o, "reason", b->reason);
    add_text(o, "enable", b->enable);
    if (b->loaded || b->reused) {
        cJSON *load = add_object(o, "load");
        add_whole(load, "rows", b->load_rows);
        add_figure(load, "seconds", b->loaded, b->load_seconds);
        add_figure(load, "rows_per_s", b->loaded && b->load_seconds > 0, b->load_seconds > 0 ? (double)b->load_rows / b->load_seconds : 0);
        add_whole(load, "bytes", b->load_bytes);
        BUG_UNLESS(cJSON_AddBoolToObject(load, "reused", b->reused));
    } else {
        add_text(o, "load", NULL);
    }
    add_verified(o, &b->verified);
}

/* ---- entries ---- */

static void add_interval(cJSON *o, const struct result_entry *e)
{
    static const struct {
        const char *key;
        enum metric metric;
    } of[] = {{"p50", METRIC_P50}, {"p95", METRIC_P95}, {"p99", METRIC_P99}, {"mean", METRIC_MEAN}};
    double low = 0, high = 0;
    if (!figures_interval(e, METRIC_P99, &low, &high))
        return;
    cJSON *to = add_object(o, "ci95");
    add_text(to, "method", "student t over rounds");
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        if (!figures_interval(e, of[i].metric, &low, &high))
            continue;
        cJSON *pair = add_array(to, of[i].key);
        BUG_UNLESS(cJSON_AddItemToArray(pair, cJSON_CreateNumber(nearbyint(low))) &&
                   cJSON_AddItemToArray(pair, cJSON_CreateNumber(nearbyint(high))));
    }
}

static void add_latency(cJSON *o, const char *key, const struct result_entry *e, bool service)
{
    static const struct { const char *key; enum metric metric; } of[] = {
        {"p50", METRIC_P50}, {"p90", METRIC_P90}, {"p95", METRIC_P95},   {"p99", METRIC_P99},
        {"p99_9", METRIC_P99_9}, {"max", METRIC_MAX}, {"mean", METRIC_MEAN},
    };
    const struct hist *h = service ? e->all.service : e->all.response;
    double v = 0;
    if (!h || !h->count) {
        add_text(o, key, NULL);
        return;
    }
    cJSON *to = add_object(o, key);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        bool there = figures_metric(e, of[i].metric, service, &v);
        add_figure(to, of[i].key, there, nearbyint(v));
    }
    add_figure(to, "stddev", true, nearbyint(hist_stddev(h)));
    if (h->clamped)
        add_whole(to, "out_of_range", h->clamped);
    if (!service)
        add_interval(to, e);
}

static void add_errors(cJSON *o, const struct tally *t)
{
    cJSON *classes = add_object(o, "error_classes");
    for (int i = 0; i < TALLY_CLASSES; i++) {
        if (!t->classes[i].count)
            continue;
        cJSON *one = add_object(classes, error_class(-i));
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
    add_figure(to, "cpu_per_request_ns", there, v);
    there = figures_cpu_fraction(e, &v);
    add_figure(to, "cpu_fraction", there, v);
    there = figures_lag(e, &v);
    add_figure(to, "lag_p99_ns", there, v);
    add_figure(to, "wait_p99_ns", e->all.wait && e->all.wait->count, figures_percentile(e->all.wait, 99));
    BUG_UNLESS(cJSON_AddBoolToObject(to, "saturated", figures_saturated(e)));
}

/* ---- costs: exact, for what is read back must give the same sums ---- */

static void add_exact(cJSON *o, const char *key, double v)
{
    BUG_UNLESS(cJSON_AddNumberToObject(o, key, v));
}

static void add_cost_line(cJSON *o, const struct cost_line *l)
{
    static const char *const shapes[] = {[COST_BY_REQUEST] = "request", [COST_BY_CAPACITY] = "capacity", [COST_BY_MONTH] = "month"};
    add_text(o, "item", l->price.item);
    add_exact(o, "usd", l->price.usd);
    add_text(o, "per", price_per_name(l->price.per));
    add_text(o, "region", l->price.region);
    add_text(o, "date", *l->price.date ? l->price.date : NULL);
    add_text(o, "checked", price_checked_name(l->price.checked));
    add_text(o, "source", l->price.source);
    add_text(o, "by", shapes[l->shape]);
    add_text(o, "basis", costs_basis_name(l->basis));
    add_exact(o, "amount", l->amount);
    add_exact(o, "times", l->times);
    if (l->shape == COST_BY_CAPACITY) {
        add_exact(o, "size", l->size);
        add_exact(o, "step", l->step);
        add_exact(o, "least", l->least);
        BUG_UNLESS(cJSON_AddBoolToObject(o, "hired", l->hired));
    }
}

static void add_month(cJSON *o, const struct cost *c, double rate)
{
    static const struct { const char *key; enum cost_shape shape; } parts[] = {
        {"requests_usd", COST_BY_REQUEST}, {"capacity_usd", COST_BY_CAPACITY}, {"stored_usd", COST_BY_MONTH}, {"total_usd", COST_SHAPES},
    };
    add_figure(o, "rate_per_s", true, rate);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        add_figure(o, parts[i].key, true, cost_month(c, parts[i].shape, rate));
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
    add_text(to, "basis", costs_basis_name(costs_basis(e)));
    add_text(to, "prices", *c->lines[0].price.date ? c->lines[0].price.date : NULL);
    add_text(to, "region", c->lines[0].price.region);
    add_text(to, "source", c->lines[0].price.source);
    add_units(add_object(to, "units"), c);
    add_text(to, "service", c->service);
    add_text(to, "billing", c->billing);
    add_figure(to, "emulated_units", c->emulated > 0, c->emulated);
    add_exact(to, "stored_bytes", c->stored_bytes);
    list = add_array(to, "per_month");
    for (uint32_t i = 0, n = costs_rates(e, rates); i < n; i++)
        add_month(add_item(list), c, rates[i]);
    list = add_array(to, "lines");
    for (uint32_t i = 0; i < c->nlines; i++)
        add_cost_line(add_item(list), &c->lines[i]);
    BUG_UNLESS(cJSON_AddBoolToObject(to, "needs_rate", c->needs_rate));
    list = add_array(to, "assumptions");
    for (uint32_t i = 0; i < c->nnotes; i++)
        BUG_UNLESS(cJSON_AddItemToArray(list, cJSON_CreateString(c->notes[i])));
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
        add_figure(one, "seconds", true, round->seconds);
        add_figure(one, "throughput_per_s", round->seconds > 0, round->seconds > 0 ? (double)round->requests / round->seconds : 0);
        add_figure(one, "p50_ns", there, figures_percentile(round->response, 50));
        add_figure(one, "p99_ns", there, figures_percentile(round->response, 99));
    }
}

static void add_counts(cJSON *o, const struct result_entry *e)
{
    const struct tally *t = &e->all;
    double v = 0;
    add_whole(o, "clients", e->clients);
    add_figure(o, "rate", e->rate > 0, e->rate);
    add_whole(o, "requests", t->requests);
    add_whole(o, "errors", t->errors);
    add_errors(o, t);
    add_whole(o, "retries", t->retries);
    add_whole(o, "throttles", t->throttles);
    add_whole(o, "skipped", t->skipped);
    add_whole(o, "rows", t->rows);
    add_whole(o, "bytes", t->bytes);
    add_whole(o, "trips", t->trips);
    add_figure(o, "calls_per_request", e->calls_per_request > 0, e->calls_per_request);
    add_figure(o, "seconds", true, t->seconds);
    bool there = figures_metric(e, METRIC_THROUGHPUT, false, &v);
    add_figure(o, "throughput_per_s", there, v);
}

static void add_entry(cJSON *o, const struct results *r, const struct result_entry *e)
{
    const char *unranked = figures_unranked(r, e);
    add_text(o, "run", e->run);
    add_text(o, "query", e->query);
    add_text(o, "strategy", e->strategy);
    add_text(o, "backend", e->backend);
    add_params(o, "sweep", e->sweep, e->nsweep);
    add_text(o, "round", "all");
    add_counts(o, e);
    add_latency(o, "response_ns", e, false);
    add_latency(o, "service_ns", e, true);
    add_client(o, e);
    add_cost(o, e);
    add_verified(o, &e->verified);
    BUG_UNLESS(cJSON_AddBoolToObject(o, "ranked", !unranked));
    add_text(o, "unranked", unranked);
    add_text(o, "failed", e->failed);
    cJSON *notes = add_array(o, "notes");
    for (uint32_t i = 0; i < e->nnotes; i++)
        BUG_UNLESS(cJSON_AddItemToArray(notes, cJSON_CreateString(e->notes[i])));
    add_rounds(o, e);
}

/* ---- the whole ---- */

static void add_expectation(cJSON *o, const struct result_expectation *x)
{
    add_text(o, "run", x->run);
    add_text(o, "backend", x->backend);
    add_text(o, "strategy", x->strategy);
    add_params(o, "sweep", x->sweep, x->nsweep);
    add_text(o, "text", x->text);
    add_figure(o, "value", x->measured, x->value);
    BUG_UNLESS(cJSON_AddBoolToObject(o, "ok", x->ok));
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
    cJSON *host = add_object(o, "host");
    add_text(host, "cpu", r->host.cpu);
    add_whole(host, "cores", r->host.cores);
    add_text(host, "kernel", r->host.kernel);
    add_whole(host, "memory_bytes", r->host.memory_bytes);
    add_params(o, "params", r->params, r->nparams);
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
    add_break_evens(o, r);
    add_left_out(o, r);
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
