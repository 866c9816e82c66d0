/* report.c - every form of report from results built by hand, against tests/report/NAME.EXT; UPDATE=1 writes those anew.
 * With an argument, the names of cases, it prints them instead as text or in $FORMAT, for a look at them. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "base/error.h"
#include "base/mem.h"
#include "compiler/plan.h"
#include "report/baseline.h"
#include "report/compare.h"
#include "report/expect.h"
#include "report/figures.h"
#include "report/hdr.h"
#include "report/read_json.h"
#include "report/recommend.h"
#include "report/report.h"
#include "report/text.h"

/* ---- results built by hand ---- */

static const struct ir_query features = {.name = "features"};
static const struct ir_mix features_alone[] = {{&features, 1}};
static const struct ir_expect expects[] = {
    {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"},
    {METRIC_P99, false, COMPARE_LT, 79e6, NULL, "p99 < 79ms"},
    {METRIC_THROUGHPUT, false, COMPARE_GE, 5000, "sqlite", "on sqlite: throughput >= 5k/s"},
};
static const struct ir_run serve = {.name = "serve", .mix = features_alone, .nmix = 1, .clients = 8, .expects = expects, .nexpects = 3};
static const struct ir_run cliff = {.name = "cache_cliff", .mix = features_alone, .nmix = 1, .clients = 16, .rate = 2000};
static const struct ir_point serve_point = {.run = &serve};
static const struct ir_param params[] = {
    {"scale", "1%"}, {"share", "80%"}, {"windows", "[30d, 90d, 365d]"}, {"people", "[card, email, holder]"}};
static const struct ir workload = {.name = "fraud", .title = "Fraud-model feature serving", .params = params, .nparams = 4};

static struct results *new_results(void)
{
    struct results *r = results_new(&workload, 42);
    r->version = "0.1.0";
    r->started = "2026-11-21T06:46:00Z";
    r->host = (struct result_host){"AMD EPYC 7763 64-Core Processor", "Linux 6.1.0-18-amd64", 2, 8323072000};
    return r;
}

/* Latencies of the usual shape: most near the typical one, and a tail. The same each time. */
static void record_shape(struct hist *h, double typical, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++) {
        double u = ((double)i + 0.5) / (double)n;
        hist_record(h, (int64_t)(typical * (0.8 + 0.35 * u + 0.01 / (1.002 - u))));
    }
}

/* A round of so many requests that typically take so long. */
static struct tally *new_round(double typical_ns, uint64_t requests, double seconds)
{
    struct tally *t = tally_new();
    t->requests = requests;
    t->seconds = seconds;
    t->rows = requests * 25;
    t->bytes = requests * 1800;
    t->trips = requests;
    t->cpu_ns = requests * 12000;
    record_shape(t->response, typical_ns, requests);
    record_shape(t->service, typical_ns * 0.95, requests);
    hist_record_n(t->wait, 1500, requests);
    return t;
}

/* A closed loop of 8 clients; an open one carries its rate. */
static double seconds_of(const struct ir_point *point, double requests, double typical_ns)
{
    return point->run->rate > 0 ? requests / point->run->rate : requests * typical_ns / 8e9;
}

static struct result_entry *add_measured(struct results *r, const struct ir_point *point, const char *strategy, const char *backend,
                                         double typical_ns, double calls)
{
    struct result_entry *e = results_add_entry(r, point, strategy, backend);
    e->workers = 2;
    e->calls_per_request = calls;
    for (int round = 0; round < 3; round++) {
        double typical = typical_ns * (1 + 0.01 * (round - 1));
        uint64_t requests = (uint64_t)fmin(20000, 8e9 / typical);
        struct tally *t = new_round(typical, requests, seconds_of(point, (double)requests, typical));
        results_add_round(r, e, t);
        tally_free(t);
    }
    results_add_verified(r, e, 100, 2491, 0, NULL);
    return e;
}

static struct result_backend *add_loaded(struct results *r, const char *name, const char *version, double rate)
{
    struct result_backend *b = results_add_backend(r, name, name);
    b->version = version;
    b->loaded = true;
    b->load_rows = 3456000;
    b->load_bytes = 3456000 * 120ull;
    b->load_seconds = (double)b->load_rows / rate;
    return b;
}

static const struct { const char *text; double calls; } strategies[] = {
    {"single", 30}, {"batch by family", 10}, {"batch by family parallel 3", 10}, {"binpacked by entity parallel 3", 3}, {"binpacked", 1},
};

/* On demand: the units of requests, and 10 GB. */
static void price_it(struct results *r, struct result_entry *e, double usd, double units, enum cost_basis basis)
{
    static const char source[] = "https://aws.amazon.com/dynamodb/pricing/";
    struct price read = {"dynamodb", "us-east-1", "read_request_unit", usd, PER_MILLION, "2026-11-01", source, CHECKED_VENDOR};
    struct price storage = {"dynamodb", "us-east-1", "storage", 0.25, PER_GB_MONTH, "2026-10-01", source, CHECKED_OTHERS};
    struct cost c = {
        .service = "dynamodb", .billing = "on_demand", .stored_bytes = 10 * COST_GB, .nlines = 2,
        .lines = {{.price = read, .basis = basis, .amount = units, .size = 1, .step = 1, .times = 1},
                  {.price = storage, .shape = COST_BY_MONTH, .basis = COST_MODELLED, .amount = 10, .size = 1, .step = 1, .times = 1}},
    };
    e->all.units = units * (double)e->all.requests;
    results_set_cost(r, e, &c);
}

/* By the hour: nobody said what two compute units carry. */
static void hire_it(struct results *r, struct result_entry *e)
{
    struct price unit = {"lakebase", "us-east-1", "compute_unit", 0.111, PER_HOUR, "2026-01-01", "https://docs.databricks.com/", CHECKED_NO};
    struct cost c = {
        .service = "lakebase", .billing = "compute", .assumed = true, .nlines = 1, .nnotes = 1,
        .lines = {{.price = unit, .shape = COST_BY_CAPACITY, .basis = COST_ASSUMED, .hired = true, .size = 1, .step = 0.5, .least = 2, .times = 1}},
        .notes = {"2 compute units are assumed to carry every rate: `serves` says what they carry"},
    };
    results_set_cost(r, e, &c);
}

/* The five strategies on five backends: one with errors, one saturated, one that answers wrongly; two that are missing. */
static void build_compare(struct results *r)
{
    static const struct { const char *name, *version; double load, typical[5]; } backends[] = {
        {"sqlite", "SQLite 3.40.1", 612000, {0.31e6, 0.25e6, 0.25e6, 0.19e6, 0.17e6}},
        {"lakebase", "PostgreSQL 15.18", 248000, {9.4e6, 3.3e6, 1.6e6, 0.92e6, 0.68e6}},
        {"aurora_mysql", "MariaDB 10.11.6", 91000, {11.2e6, 4.1e6, 2.0e6, 1.3e6, 1.1e6}},
        {"dynamodb", "dynalite 3.2.2", 4100, {61e6, 24e6, 13e6, 12e6, 11e6}},
        {"cosmosdb", "Cosmium 0.1.5", 2300, {72e6, 71e6, 33e6, 31e6, 29e6}},
    };
    for (size_t b = 0; b < 5; b++) {
        add_loaded(r, backends[b].name, backends[b].version, backends[b].load);
        for (size_t s = 0; s < 5; s++) {
            struct result_entry *e =
                add_measured(r, &serve_point, strategies[s].text, backends[b].name, backends[b].typical[s], strategies[s].calls);
            if (b == 3)
                price_it(r, e, 0.125, s < 4 ? 15 : 12, COST_MEASURED);
            if (b == 1)
                hire_it(r, e);
            if (b == 0 && s >= 2)
                results_add_note(r, e, "SQLite works on one request of a connection at a time: they follow one another");
            if (b == 4 && s == 4)
                results_add_note(r, e, "Cosmos DB has no request across containers: 30 point reads in flight together");
        }
    }
    struct result_entry **all = r->entries.items;
    all[4]->all.cpu_ns = (uint64_t)(all[4]->all.seconds * 1.94e9);
    struct tally *broken = tally_new();
    for (int i = 0; i < 12; i++)
        tally_add_error(broken, i < 10 ? ERR_LOST : ERR_TIMEOUT,
                        i < 10 ? "server closed the connection unexpectedly" : "no answer within 30 s");
    broken->retries = 1234;
    broken->throttles = 1000;
    results_add_round(r, all[15], broken);
    tally_free(broken);
    results_add_verified(r, all[22], 1, 24, 1,
                         "fraud_rates_card_30d, hash_key '9f86d081884c7d65': column fraud_count is 7, but 8 was written");
    results_skip_backend(r, results_add_backend(r, "aurora_postgres", "aurora"), "it is not configured",
                         "set AURORA_POSTGRES_HOST, or run with --local");
    results_fail_backend(r, results_add_backend(r, "memory", "memory"), "could not be created: out of disk space");
    for (size_t i = 0; i < r->entries.count; i++)
        expect_evaluate(r, all[i], expects, 3, false);
}

/* One run over five values of a parameter, in open loop; one entry could not be measured. */
static void build_sweep(struct results *r)
{
    static const char *const shares[] = {"100%", "90%", "80%", "50%", "0%"};
    static struct ir_param settings[5];
    static struct ir_point points[5];
    add_loaded(r, "sqlite", "SQLite 3.40.1", 612000);
    struct result_backend *reused = add_loaded(r, "lakebase", NULL, 248000);
    reused->loaded = false;
    reused->reused = true;
    for (int round = 0; round < 2; round++)           /* not in the order to show */
        for (int i = 0; i < 5; i++) {
            settings[i] = (struct ir_param){"share", shares[i]};
            points[i] = (struct ir_point){.settings = settings + i, .nsettings = 1, .run = &cliff};
            for (int s = 0; s < 2; s++) {
                const char *strategy = strategies[s ? 4 : 2].text, *backend = round ? "lakebase" : "sqlite";
                struct result_entry *e = add_measured(r, points + i, strategy, backend,
                                                      (round    ? 1.1e6
                                                       : i == 4 ? 1.2e6
                                                                : 0.2e6) *
                                                          (1 + i) / (1 + s),
                                                      s ? 1 : 10);
                hist_record_n(e->all.lag, 900, e->all.requests);
            }
        }
    struct result_entry *failed = results_add_entry(r, points + 2, "single", "lakebase");
    failed->failed = "'lakebase' did not prepare the statement: out of shared memory";
    results_sort(r);
}

/* Six rounds that are so many times the typical time each. */
static struct result_entry *add_rounds(struct results *r, const struct ir_point *point, const char *strategy, const char *backend,
                                       double typical_ns, const double *times)
{
    struct result_entry *e = results_add_entry(r, point, strategy, backend);
    e->workers = 2;
    e->calls_per_request = 1;
    for (int round = 0; round < 6; round++) {
        struct tally *t = new_round(typical_ns * times[round], 1000, seconds_of(point, 1000, typical_ns * times[round]));
        results_add_round(r, e, t);
        tally_free(t);
    }
    results_add_verified(r, e, 100, 2491, 0, NULL);
    return e;
}

/* What is close together: a pair that cannot be told apart, a round that lies far off, what is cheaper and a little too slow; a sweep over
 * which the advice changes; and a baseline, of which one got slower and one faster. */
static void build_close(struct results *r)
{
    static const double steady[] = {1, 1.01, 0.99, 1, 1.02, 1}, restless[] = {1.1, 0.95, 1.02, 0.93, 1.08, 0.97},
                        disturbed[] = {1, 1, 0.99, 1.01, 1, 3}, upset[] = {0.9, 1.1, 0.95, 1.05, 1.01, 0.92};
    static const struct ir_expect limits[] = {{METRIC_P99, false, COMPARE_LT, 79e6, NULL, "p99 < 79ms"}, {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"}};
    static const struct ir_expect fails[] = {{METRIC_P50, false, COMPARE_GT, 60e6, NULL, "p50 > 60ms"}};
    static const struct ir_param settings[] = {{"share", "80%"}, {"share", "0%"}};
    static const struct ir_point points[] = {{.settings = settings, .nsettings = 1, .run = &cliff}, {.settings = settings + 1, .nsettings = 1, .run = &cliff}};
    static const struct { const char *backend, *strategy; double typical[2]; const double *times; double usd; } known[] = {
        {"lakebase", "single", {20e6, 21e6}, steady, 3},      {"aurora_postgres", "single", {20.1e6, 20.9e6}, restless, 4},
        {"dynamodb", "single", {40e6, 60e6}, disturbed, 1.2}, {"dynamodb", "binpacked", {25e6, 38.5e6}, upset, 1.5},
        {"cosmosdb", "single", {45e6, 46e6}, upset, 0.8},     {"memory", "single", {1e6, 1e6}, steady, 0},
    };
    struct results *before = new_results();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!i || strcmp(known[i].backend, known[i - 1].backend))
            add_loaded(r, known[i].backend, NULL, 612000);
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            double then = i == 0 ? 0.8 : i == 2 ? 1.5 : 1;
            struct result_entry *e = add_rounds(r, points + p, known[i].strategy, known[i].backend, known[i].typical[p], known[i].times);
            add_rounds(before, points + p, known[i].strategy, known[i].backend, known[i].typical[p] * then, upset);
            if (known[i].usd > 0)
                price_it(r, e, known[i].usd, 1, COST_MODELLED);
            expect_evaluate(r, e, limits, 2, false);
            expect_evaluate(r, e, fails, 1, true);
        }
    before->host.cores = 4;
    before->entries.items[3]->clients = 8;
    before->entries.items[4]->all.errors = 1;
    baseline_set(r, before, "main");
}

/* What held each back: the client's CPU, its being late, the rate, too few connections, too few clients; expectations of each. */
static void build_limits(struct results *r)
{
    static const struct ir_expect limits[] = {{METRIC_P99, false, COMPARE_LT, 100e6, NULL, "p99 < 100ms"}, {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"}};
    static const struct { const char *strategy; double carried, wait, lag, cpu; uint32_t clients, most; } known[] = {
        {"single", 1, 0.01, 0.01, 0.93, 40, 10000},       {"batch", 1, 0.01, 4, 0.02, 40, 10000},
        {"batch by family", 0.55, 200, 20, 0.14, 911, 10000}, {"binpacked", 1, 6, 0.01, 0.2, 40, 10000},
        {"binpacked by entity", 1, 0.01, 8, 0.05, 20, 0},
    };
    static const struct ir_point point = {.run = &cliff};
    add_loaded(r, "lakebase", "PostgreSQL 15.18", 248000);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct result_entry *e = results_add_entry(r, &point, known[i].strategy, "lakebase");
        for (int round = 0; round < 3; round++) {
            double call = 9e6 + 1e5 * round, response = call + 1e6 * (known[i].wait + known[i].lag);
            struct tally *t = tally_new();
            t->requests = 4000;
            t->seconds = 4000 / (cliff.rate * known[i].carried);
            t->cpu_ns = (uint64_t)(known[i].cpu * t->seconds * 1e9);
            record_shape(t->response, response, 4000);
            record_shape(t->service, call, 4000);
            record_shape(t->wait, 1e6 * known[i].wait, 4000);
            record_shape(t->lag, 1e6 * known[i].lag, 4000);
            results_add_round(r, e, t);
            tally_free(t);
        }
        e->workers = 1;
        e->clients = known[i].clients;
        e->most_clients = known[i].most;
        e->calls_per_request = 1;
        results_add_verified(r, e, 100, 2491, 0, NULL);
        expect_evaluate(r, e, limits, 2, false);
    }
}

/* Stand-ins for services: two names of one server, an emulator, one elsewhere; and what is nobody's stand-in. */
static void build_stand_ins(struct results *r)
{
    static const struct { const char *name, *version, *place, *server, *same; double typical; } known[] = {
        {"sqlite", "SQLite 3.40.1", NULL, NULL, NULL, 0.2e6},
        {"lakebase", "PostgreSQL 15.20", "this machine", "PostgreSQL 15.20", NULL, 2e6},
        {"aurora_postgres", "PostgreSQL 15.20", "this machine", NULL, "lakebase", 2.1e6},
        {"dynamodb", "Amazon DynamoDB API 2012-08-10, us-east-1", "this machine", "DynamoDB Local 2.5.3", NULL, 20e6},
        {"cosmosdb", "Azure Cosmos DB REST API 2018-12-31", "cosmos.test", "an emulator", NULL, 30e6},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct result_backend *b = add_loaded(r, known[i].name, known[i].version, 100000);
        b->place = known[i].place;
        b->server = known[i].server;
        b->same_as = known[i].same;
        for (int s = 0; s < 2; s++) {
            struct result_entry *e = add_measured(r, &serve_point, strategies[s].text, known[i].name, known[i].typical * (2 - s), strategies[s].calls);
            if (i == 3)
                price_it(r, e, 0.125, 15, COST_MODELLED);
            expect_evaluate(r, e, expects, 3, false);
        }
    }
}

static void build_empty(struct results *r)
{
    results_skip_backend(r, results_add_backend(r, "lakebase", "lakebase"), "it is not configured",
                         "set PGHOST or a backend block with a uri");
    results_leave_out(r, "run cache_cliff", "--run serve was asked for", NULL);
}

/* Nothing was answered: no figure may be NaN, infinite, or look like one. */
static void build_failed(struct results *r)
{
    struct tally *t = tally_new();
    add_loaded(r, "sqlite", "SQLite 3.40.1", 612000)->load_seconds = 0;
    for (int i = 0; i < 3; i++)
        tally_add_error(t, -14 - i, "no such table:\n\033[31mfraud_rates\377");
    for (size_t s = 0; s < 2; s++) {
        struct result_entry *e = results_add_entry(r, &serve_point, strategies[s].text, "sqlite");
        results_add_round(r, e, t);
        expect_evaluate(r, e, expects, 3, false);
    }
    results_add_entry(r, &serve_point, "binpacked", "sqlite")->failed = "the server went away";
    r->stopped = "interrupted by the user";
    tally_free(t);
}

/* 0.8 s, answered evenly; an error in the second slice. */
static void add_series(struct tally *t)
{
    t->series = series_new(250000000);
    series_begin(t->series, 0);
    for (uint64_t i = 0; i < 800; i++)
        hist_record(series_at(t->series, i * 1000000)->response, (int64_t)(160000 + 50 * i));
    t->series->slices[1].errors = 1;
}

/* One measurement, of which everything is known. */
static void build_one(struct results *r)
{
    static const struct request request = {.title = "read fraud_rates_card_30d"};
    struct result_backend *b = add_loaded(r, "sqlite", "SQLite 3.40.1", 612000);
    struct result_entry *e = add_measured(r, &serve_point, "binpacked", "sqlite", 0.17e6, 1);
    results_add_feature(r, b, "requests in flight", "one at a time", true);
    results_add_feature(r, b, "keys in one request", "32766", false);
    struct tally *t = new_round(0.17e6, 800, 0.8);
    add_series(t);
    results_add_round(r, e, t);
    tally_free(t);
    struct trace *slow = mem_alloc(sizeof *slow);
    *slow = (struct trace){.response = 9876543, .started = 1200, .client = 3, .number = 4711, .followed = 650, .ncalls = 2};
    slow->calls[0] = (struct trace_call){&request, 1300, 2500, 9000000, 9100000, 1, 25};
    slow->calls[1] = (struct trace_call){&request, 9100000, 9200000, 0, 9800000, 2, 0};
    results_add_trace(r, e, slow);
    mem_free(slow);
    e->plan = "binpacked on sqlite\n  1 request, 3 tables";
    e->embedded = true;
    e->tables_per_request = 30;
    expect_evaluate(r, e, expects, 3, false);
}

/* Names longer than a line, counts beyond millions, times of an hour, no time at all. */
static void build_odd(struct results *r)
{
    static const char *const long_name =
        "a_backend_whose_name_is_as_long_as_a_name_may_be_and_then_some_more_for_good_measure_to_be_sure_of_it";
    static const char *const names[] = {"memory", long_name};
    for (size_t b = 0; b < 2; b++) {
        add_loaded(r, names[b], "a version string that goes on and on, compiled by somebody, somewhere, for some 64-bit machine", 1)
            ->load_rows = (UINT64_C(1) << 53) - 1;             /* the greatest that all readers of JSON have exactly */
        for (size_t s = 0; s < 5; s++) {
            struct result_entry *e = results_add_entry(r, &serve_point, strategies[s].text, names[b]);
            struct tally *t = tally_new();
            t->requests = s ? 12345678901ull : 1;
            t->seconds = s == 1 ? 0 : 3600;
            t->retries = 98765432;
            hist_record_n(t->response, s == 3 ? INT64_MAX : s == 2 ? 0 : 3600000000000, t->requests);
            hist_record_n(t->service, 3, t->requests);
            results_add_round(r, e, t);
            tally_free(t);
            e->workers = b ? 2 : 0;
            e->calls_per_request = 1e6;
            price_it(r, e, 1e9, 1e6, COST_MODELLED);
            results_add_verified(r, e, 1, 0, 0, NULL);
        }
    }
}

static const struct { const char *name; void (*build)(struct results *);
} cases[] = {
    {"compare", build_compare}, {"sweep", build_sweep}, {"empty", build_empty},
    {"failed", build_failed},   {"one", build_one},     {"odd", build_odd},     {"close", build_close},
    {"limits", build_limits}, {"stand_ins", build_stand_ins},
};
enum { CASES = sizeof cases / sizeof *cases };

/* ---- goldens ---- */

static char *path_of(const char *name, const char *ext)
{
    const char *source = getenv("WKL_SOURCE");
    struct buf b = {0};
    buf_printf(&b, "%s/tests/report/%s.%s", source ? source : ".", name, ext);
    return b.data;
}

static void read_file(const char *path, struct buf *into)
{
    char part[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    while (f && (n = fread(part, 1, sizeof part, f)) > 0)
        buf_add(into, part, n);
    if (f)
        fclose(f);
}

static void compare_golden(const char *name, const char *ext, const struct buf *found)
{
    char *path = path_of(name, ext);
    struct buf golden = {0};
    if (getenv("UPDATE")) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(found->data, 1, found->len, f), found->len);
        assert_int_equal(fclose(f), 0);
    }
    read_file(path, &golden);
    if (strcmp(buf_text(&golden), buf_text(found)))
        fail_msg("%s is not what was written:\n%s", path, buf_text(found));
    buf_release(&golden);
    mem_free(path);
}

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = strstr(text, word); p; p = strstr(p + 1, word)) {
        bool before = p > text && (p[-1] == '_' || (p[-1] >= 'a' && p[-1] <= 'z') || (p[-1] >= 'A' && p[-1] <= 'Z'));
        bool after = p[n] == '_' || (p[n] >= 'a' && p[n] <= 'z') || (p[n] >= 'A' && p[n] <= 'Z');
        if (!before && !after)
            return true;
    }
    return false;
}

static void every_report_is_as_it_was(void **state)
{
    (void)state;
    static const struct { const char *format, *ext; } forms[] = {{"text", "txt"}, {"json", "json"}, {"csv", "csv"}, {"md", "md"}, {"junit", "xml"}};
    struct report_options options = {.width = 100};
    for (size_t i = 0; i < CASES; i++) {
        struct results *r = new_results();
        cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        recommend_results(r);
        for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
            struct buf b = {0};
            report_find_format(forms[f].format)->put(r, &options, &b);
            compare_golden(cases[i].name, forms[f].ext, &b);
            assert_false(has_word(buf_text(&b), "nan") || has_word(buf_text(&b), "inf") || strstr(buf_text(&b), "(null)"));
            buf_release(&b);
        }
        results_free((struct results *)r->baseline);
        results_free(r);
    }
    assert_null(report_find_format("papyrus"));
}

/* What was written and is read back gives the same reports to the byte, the JSON included. */
static void a_result_is_read_back(void **state)
{
    (void)state;
    struct report_options options = {.width = 100};
    for (size_t i = 0; i < CASES; i++) {
        struct results *r = new_results(), *back = NULL;
        struct buf json = {0};
        struct error err = {0};
        cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        recommend_results(r);
        report_put_json(r, &options, &json);
        if (results_read_text(buf_text(&json), json.len, &back, &err) < 0)
            fail_msg("%s: %s", cases[i].name, err.text);
        if (r->baseline)                              /* it is a result of its own */
            baseline_set(back, r->baseline, "main");
        compare_results(back);
        baseline_judge(back);
        for (const struct report_format *f = report_formats; f->name; f++) {
            struct buf before = {0}, after = {0};
            f->put(r, &options, &before);
            f->put(back, &options, &after);
            assert_string_equal(buf_text(&before), buf_text(&after));
            buf_release(&before), buf_release(&after);
        }
        buf_release(&json);
        results_free((struct results *)r->baseline);
        results_free(back);
        results_free(r);
    }
}

static void say_nothing(void *to, const char *fmt, ...)
{
    (void)to; (void)fmt;
}

/* What pipelines read is as tests/report/junit.xsd says, and its counts are those of its cases. */
static void pipelines_can_read_it(void **state)
{
    (void)state;
    struct report_options options = {0};
    char *path = path_of("junit", "xsd");
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    assert_non_null(schema);
    for (size_t i = 0; i <= CASES; i++) {
        struct results *r = new_results();
        struct buf b = {0};
        cases[i % CASES].build(r);
        compare_results(r);
        baseline_judge(r);
        report_find_format("junit")->put(r, &options, &b);
        if (i == CASES)                               /* and what is not is noticed */
            memcpy(strstr(b.data, "classname"), "nameclass", 9);
        xmlDocPtr doc = xmlReadMemory(b.data, (int)b.len, NULL, NULL, XML_PARSE_NONET);
        xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);
        assert_non_null(doc);
        if (i == CASES)
            xmlSchemaSetValidErrors(valid, say_nothing, say_nothing, NULL);
        assert_int_equal(xmlSchemaValidateDoc(valid, doc) != 0, i == CASES);
        xmlSchemaFreeValidCtxt(valid);
        xmlFreeDoc(doc);
        buf_release(&b);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    mem_free(path);
}

/* The lines of a log are in the order of time, and those of one tag have as many requests as were answered. */
static void a_log_has_every_request(void **state)
{
    (void)state;
    struct report_options options = {0};
    for (size_t i = 0; i < CASES; i++) {
        struct results *r = new_results();
        struct buf b = {0};
        uint64_t answered = 0, logged = 0;
        double last = 0, from, seconds, greatest;
        cases[i].build(r);
        for (size_t k = 0; k < r->entries.count; k++)
            answered += 2 * r->entries.items[k]->all.requests;   /* response and service */
        report_find_format("hlog")->put(r, &options, &b);
        for (char *line = strtok(b.data, "\n"); line; line = strtok(NULL, "\n")) {
            struct error err = {0};
            const char *fields = strchr(line, ',');
            if (line[0] == '#' || line[0] == '"')
                continue;
            assert_memory_equal(line, "Tag=", 4);
            assert_int_equal(sscanf(fields, ",%lf,%lf,%lf,", &from, &seconds, &greatest), 3);
            assert_true(from >= last && seconds >= 0);
            last = from;
            struct packed *p = hdr_read_base64(strrchr(line, ',') + 1, &err);
            assert_non_null(p);
            logged += strstr(line, "/wait,") || strstr(line, "/lag,") ? 0 : p->count;
            mem_free(p);
        }
        assert_int_equal(logged, answered);
        buf_release(&b);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
}

static void check_element(const xmlNode *node)
{
    static const char *const never_empty[] = {"th", "title", "caption", "figcaption", "h1", "h2", "li"};
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        const char *name = (const char *)node->name;
        xmlChar *text = xmlNodeGetContent(node);
        for (size_t i = 0; i < sizeof never_empty / sizeof *never_empty; i++)
            assert_false(!strcmp(name, never_empty[i]) && !*text);
        if (!strcmp(name, "th"))
            assert_non_null(xmlHasProp(node, (const xmlChar *)"scope"));
        if (!strcmp(name, "svg"))
            assert_non_null(xmlHasProp(node, (const xmlChar *)"aria-label"));
        assert_string_not_equal(name, "script");
        xmlChar *href = xmlGetProp(node, (const xmlChar *)"href");
        assert_true(!href || *href == '#');
        xmlFree(href);
        assert_null(xmlHasProp(node, (const xmlChar *)"src"));
        xmlFree(text);
        check_element(node->children);
    }
}

/* A page is well-formed, needs nothing from elsewhere, and says to those who do not see what is a heading and what a picture shows. */
static void pages_stand_alone(void **state)
{
    (void)state;
    struct report_options options = {0};
    for (size_t i = 0; i < CASES; i++) {
        struct results *r = new_results();
        struct buf b = {0};
        cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        recommend_results(r);
        r->title = "<script>alert('x')</script> & \"more\"";
        report_find_format("html")->put(r, &options, &b);
        xmlDocPtr doc = xmlReadMemory(b.data, (int)b.len, NULL, "UTF-8", XML_PARSE_NONET);
        assert_non_null(doc);
        check_element(xmlDocGetRootElement(doc));
        assert_null(strstr(b.data, "<script"));
        assert_false(has_word(b.data, "nan") || has_word(b.data, "inf") || strstr(b.data, "(null)"));
        assert_int_equal(strstr(b.data, "<svg") != NULL, strcmp(cases[i].name, "empty") && strcmp(cases[i].name, "failed"));
        xmlFreeDoc(doc);
        buf_release(&b);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
    xmlCleanupParser();
}

static size_t columns_of(const char *line, size_t n)
{
    size_t columns = 0;
    for (size_t i = 0; i < n; i++)
        columns += ((unsigned char)line[i] & 0xC0) != 0x80;
    return columns;
}

/* Only words that are longer than the line may go beyond it: the case "odd" is made of them. */
static void text_keeps_to_its_width(void **state)
{
    (void)state;
    static const unsigned widths[] = {100, 80};
    for (size_t w = 0; w < 2; w++)
        for (size_t i = 0; i < CASES; i++) {
            if (!strcmp(cases[i].name, "odd"))
                continue;
            struct results *r = new_results();
            struct buf b = {0};
            struct report_options options = {.width = widths[w]};
            cases[i].build(r);
            compare_results(r);
            baseline_judge(r);
            recommend_results(r);
            report_put_text(r, &options, &b);
            for (const char *p = buf_text(&b); *p; p += strcspn(p, "\n") + 1) {
                size_t n = strcspn(p, "\n");
                if (columns_of(p, n) > widths[w])
                    fail_msg("%s: wider than %u: %.*s", cases[i].name, widths[w], (int)n, p);
                assert_false(n && p[n - 1] == ' ');
            }
            buf_release(&b);
            results_free((struct results *)r->baseline);
            results_free(r);
        }
}

static void colour_only_adds_colour(void **state)
{
    (void)state;
    struct results *r = new_results();
    struct buf plain = {0}, coloured = {0}, stripped = {0};
    struct report_options options = {.width = 100};
    build_compare(r);
    report_put_text(r, &options, &plain);
    options.colour = true;
    report_put_text(r, &options, &coloured);
    for (const char *p = buf_text(&coloured); *p; p++) {
        if (*p == '\033')
            p += strcspn(p, "m");
        else
            buf_putc(&stripped, *p);
    }
    assert_null(strchr(buf_text(&plain), '\033'));
    assert_true(coloured.len > plain.len);
    assert_string_equal(buf_text(&stripped), buf_text(&plain));
    buf_release(&plain), buf_release(&coloured), buf_release(&stripped);
    results_free(r);
}

/* Without UTF-8 all is ASCII, and every line as wide as it was. */
static void plain_text_is_as_wide(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct results *r = new_results();
        struct buf usual = {0}, plain = {0};
        cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        report_put_text(r, &(struct report_options){.width = 100}, &usual);
        report_put_text(r, &(struct report_options){.width = 100, .plain = true}, &plain);
        const char *p = buf_text(&usual), *q = buf_text(&plain);
        for (; *p && *q; p += strcspn(p, "\n") + 1, q += strcspn(q, "\n") + 1)
            assert_int_equal(columns_of(p, strcspn(p, "\n")), strcspn(q, "\n"));
        assert_true(!*p && !*q);
        int unknown = 0;
        for (p = buf_text(&usual); *p; p++)
            unknown -= *p == '?';
        for (q = buf_text(&plain); *q; q++) {
            assert_true(*q > 0);
            unknown += *q == '?';
        }
        assert_int_equal(unknown, 0);
        buf_release(&usual), buf_release(&plain);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
}

/* Every form says of each backend that its service did not answer, and who did. One server is not compared with itself. */
static void stand_ins_are_told_in_every_form(void **state)
{
    (void)state;
    static const struct { const char *format, *words[3]; } forms[] = {
        {"text", {"dynamodb (DynamoDB Local 2.5.3, this machine)", "lakebase and aurora_postgres are the same server", "cosmosdb (an emulator, cosmos.test)"}},
        {"md", {"dynamodb (DynamoDB Local 2.5.3, this machine) |", "are the same server", "cosmosdb (an emulator, cosmos.test) |"}},
        {"html", {"<span class=\"whose\">DynamoDB Local 2.5.3, this machine</span>", "are the same server", "dynamodb (DynamoDB Local 2.5.3, this machine) with"}},
        {"csv", {",yes,\"DynamoDB Local 2.5.3, this machine\"\n", ",yes,\"PostgreSQL 15.20, this machine\"\n", ",no,\n"}},
        {"json", {"\"server\":\t\"DynamoDB Local 2.5.3\"", "\"same_server_as\":\t\"lakebase\"", "\"stand_in\":\ttrue"}},
        {"junit", {"stand-in for dynamodb\" value=\"DynamoDB Local 2.5.3, this machine", "name=\"dynamodb (DynamoDB Local 2.5.3, this machine)\"", "cosmos.test"}},
        {"hlog", {"#[dynamodb is not the service: DynamoDB Local 2.5.3, this machine]", "#[aurora_postgres is not the service: PostgreSQL 15.20", "cosmos.test"}},
    };
    struct report_options options = {.width = 100};
    struct results *r = new_results();
    build_stand_ins(r);
    compare_results(r);
    recommend_results(r);
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        struct buf b = {0};
        report_find_format(forms[f].format)->put(r, &options, &b);
        for (size_t i = 0; i < 3; i++)
            if (!strstr(buf_text(&b), forms[f].words[i]))
                fail_msg("%s lacks '%s':\n%s", forms[f].format, forms[f].words[i], buf_text(&b));
        buf_release(&b);
    }
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        assert_false(!strcmp(c->entry->backend, "aurora_postgres") && !strcmp(c->against->backend, "lakebase"));
        assert_false(!strcmp(c->entry->backend, "lakebase") && !strcmp(c->against->backend, "aurora_postgres"));
    }
    results_free(r);
}

static void has_line(const char *text, const char *part, bool wanted)
{
    struct buf joined = {0};                          /* as if no line were ever broken */
    for (const char *p = text; *p; p++)
        if (*p != '\n' && !(*p == ' ' && joined.len && joined.data[joined.len - 1] == ' '))
            buf_putc(&joined, *p);
        else if (*p == '\n' && joined.len && joined.data[joined.len - 1] != ' ')
            buf_putc(&joined, ' ');
    if ((strstr(buf_text(&joined), part) != NULL) != wanted)
        fail_msg("'%s' is %s:\n%s", part, wanted ? "not there" : "there", text);
    buf_release(&joined);
}

/* Who fails what is expected is not the cheapest of those that one would take, however little it costs. */
static void the_cheapest_meets_what_is_expected(void **state)
{
    (void)state;
    static const struct { const char *name; double typical, usd; } known[] = {{"cheap", 90e6, 0.1}, {"fit", 3e6, 1}, {"dear", 2e6, 2}};
    struct report_options options = {.width = 100};
    for (int expecting = 0; expecting < 2; expecting++) {
        struct results *r = new_results();
        struct buf b = {0};
        for (size_t i = 0; i < 3; i++) {
            struct result_entry *e = add_measured(r, &serve_point, "single", known[i].name, known[i].typical, 1);
            price_it(r, e, known[i].usd, 1, COST_MODELLED);
            expect_evaluate(r, e, expects, expecting ? 2 : 0, false);
        }
        compare_results(r);
        recommend_results(r);
        report_put_text(r, &options, &b);
        has_line(buf_text(&b), "Cheapest with a known price that meets every expectation: fit, single: $1.00 per million requests.", expecting);
        has_line(buf_text(&b), "Cheapest with a known price: cheap, single: $0.100 per million requests.", !expecting);
        buf_release(&b);
        results_free(r);
    }
}

/* Closed loops whose requests wait for nothing have service times that are their response times: one column says both. */
static void a_column_that_says_nothing_is_left_out(void **state)
{
    (void)state;
    static const char *const forms[] = {"text", "md", "html"};
    for (int differs = 0; differs < 2; differs++) {
        struct results *r = new_results();
        for (int i = 0; i < 2; i++) {
            struct result_entry *e = add_measured(r, &serve_point, strategies[i].text, "sqlite", 1e6, 1);
            hist_reset(e->all.service);
            hist_merge(e->all.service, e->all.response);
            if (differs && i)
                hist_record_n(e->all.service, 5000000, 5000);
        }
        compare_results(r);
        for (size_t f = 0; f < 3; f++) {
            struct buf b = {0};
            report_find_format(forms[f])->put(r, &(struct report_options){.width = 100}, &b);
            assert_int_equal(strstr(buf_text(&b), "service") != NULL, differs);
            buf_release(&b);
        }
        results_free(r);
    }
}

/* Of a sweep the whole span, and of clients that come as they are needed how many it took. */
static void how_it_was_loaded_is_told_of_all_points(void **state)
{
    (void)state;
    static const struct { double rate[2]; uint32_t clients[2], most; const char *said; } known[] = {
        {{0, 0}, {1, 64}, 0, "1 to 64 clients, one request each at a time"},
        {{0, 0}, {1, 1}, 0, "1 client, one request each at a time"},
        {{500, 8000}, {3, 911}, 10000, "arrivals at 500/s to 8,000/s, 3 to 911 clients, as many as were needed"},
        {{500, 500}, {20, 20}, 0, "arrivals at 500/s, 20 clients"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *r = new_results();
        struct buf said = {0};
        for (int k = 0; k < 2; k++) {
            struct result_entry *e = results_add_entry(r, &serve_point, "single", "sqlite");
            e->rate = known[i].rate[k];
            e->clients = known[i].clients[k];
            e->most_clients = known[i].most;
        }
        text_put_load(&said, r, 0, 2);
        assert_string_equal(buf_text(&said), known[i].said);
        buf_release(&said);
        results_free(r);
    }
}

/* An interval that may be anything is not printed as if it said something. */
static void wide_intervals_tell_nothing(void **state)
{
    (void)state;
    static const struct { double low, high, seconds; const char *said; } known[] = {
        {-0.03, 0.05, 1, "no difference found (−3.0 % to +5.0 %)"},
        {-0.49, 0.99, 1, "no difference found (−49 % to +99 %)"},
        {-0.82, 109.58, 1, "cannot tell: the rounds differ too much; measure longer: -T 30s"},
        {-0.29, 11.75, 60, "cannot tell: the rounds differ too much; measure longer: -T 240s"},
        {-0.6, 0.2, 11, "cannot tell: the rounds differ too much; measure longer: -T 50s"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct result_entry e = {.all.seconds = known[i].seconds}, against = {.all.seconds = 0.5};
        struct comparison c = {.entry = &e, .against = &against, .metric = METRIC_P99, .verdict = VERDICT_NONE_FOUND, .why = "its interval includes zero",
                               .difference = {.low = known[i].low, .high = known[i].high}};
        struct buf b = {0};
        comparison_put(&b, &c);
        assert_string_equal(buf_text(&b), known[i].said);
        buf_release(&b);
    }
}

static int print_cases(int n, char **names)
{
    const char *format = getenv("FORMAT");
    struct report_options options = {.width = report_width(STDOUT_FILENO), .colour = report_wants_colour(STDOUT_FILENO),
                                     .plain = report_wants_plain(STDOUT_FILENO)};
    for (int k = 0; k < n; k++)
        for (size_t i = 0; i < CASES; i++) {
            if (strcmp(names[k], cases[i].name))
                continue;
            struct results *r = new_results();
            struct buf b = {0};
            cases[i].build(r);
            compare_results(r);
            baseline_judge(r);
            recommend_results(r);
            report_find_format(format ? format : "text")->put(r, &options, &b);
            fputs(buf_text(&b), stdout);
            buf_release(&b);
            results_free(r);
        }
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_report_is_as_it_was),
        cmocka_unit_test(a_result_is_read_back),
        cmocka_unit_test(pipelines_can_read_it),
        cmocka_unit_test(a_log_has_every_request),
        cmocka_unit_test(pages_stand_alone),
        cmocka_unit_test(text_keeps_to_its_width),
        cmocka_unit_test(colour_only_adds_colour),
        cmocka_unit_test(plain_text_is_as_wide),
        cmocka_unit_test(stand_ins_are_told_in_every_form),
        cmocka_unit_test(the_cheapest_meets_what_is_expected),
        cmocka_unit_test(wide_intervals_tell_nothing),
        cmocka_unit_test(a_column_that_says_nothing_is_left_out),
        cmocka_unit_test(how_it_was_loaded_is_told_of_all_points),
    };
    if (argc > 1)
        return print_cases(argc - 1, argv + 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
