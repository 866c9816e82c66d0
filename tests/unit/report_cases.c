/* report_cases.c - the cases of report_cases.h, and the hands that build them. */
#include "config.h"

#include "report_cases.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "findings/baseline.h"
#include "findings/expect.h"
#include "plan/plan.h"

/* ---- results built by hand ---- */

static const struct ir_query features = {.name = "features"};
static const struct ir_mix features_alone[] = {{&features, 1}};
const struct ir_expect cases_expects[CASES_EXPECTS] = {
    {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"},
    {METRIC_P99, false, COMPARE_LT, 79e6, NULL, "p99 < 79ms"},
    {METRIC_THROUGHPUT, false, COMPARE_GE, 5000, "sqlite", "on sqlite: throughput >= 5k/s"},
};
static const struct ir_run serve = {
    .name = "serve", .mix = features_alone, .nmix = 1, .clients = 8, .expects = cases_expects, .nexpects = 3};
static const struct ir_run cliff = {
    .name = "cache_cliff", .mix = features_alone, .nmix = 1, .clients = 16, .rate = 2000};
const struct ir_point cases_point = {.run = &serve};
static const struct ir_param params[] = {
    {"scale", "1%"}, {"share", "80%"}, {"windows", "[30d, 90d, 365d]"}, {"people", "[card, email, holder]"}};
static const struct ir workload = {
    .name = "fraud", .title = "Fraud-model feature serving", .params = params, .nparams = 4};

struct results *cases_results(void)
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

struct result_entry *cases_measured(struct results *r, const struct ir_point *point, const char *strategy,
                                    const char *backend,
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

static struct result_backend *add_loaded(struct results *r, const char *name, const char *version,
                                         double rate)
{
    struct result_backend *b = results_add_backend(r, name, name);
    b->version = version;
    b->loaded = true;
    b->load_rows = 3456000;
    b->load_bytes = 3456000 * 120ull;
    b->load_seconds = (double)b->load_rows / rate;
    return b;
}

const struct cases_strategy cases_strategies[CASES_STRATEGIES] = {
    {"single", 30}, {"batch by family", 10}, {"batch by family parallel 3", 10},
    {"binpacked by entity parallel 3", 3}, {"binpacked", 1},
};

/* On demand: the units of requests, and 10 GB. */
void cases_price(struct results *r, struct result_entry *e, double usd, double units, enum cost_basis basis)
{
    static const char source[] = "https://aws.amazon.com/dynamodb/pricing/";
    struct price read = {"dynamodb",   "us-east-1", "read_request_unit", usd, PER_MILLION,
                         "2026-11-01", source,      CHECKED_VENDOR};
    struct price storage = {"dynamodb",   "us-east-1",  "storage", 0.25,
                            PER_GB_MONTH, "2026-10-01", source,    CHECKED_OTHERS};
    struct cost c = {
        .service = "dynamodb", .billing = "on_demand", .stored_bytes = 10 * COST_GB, .nlines = 2,
        .lines = {{.price = read, .basis = basis, .amount = units, .size = 1, .step = 1, .times = 1},
                  {.price = storage, .shape = COST_BY_MONTH, .basis = COST_MODELLED, .amount = 10, .size = 1,
                   .step = 1, .times = 1}},
    };
    e->all.units = units * (double)e->all.requests;
    results_set_cost(r, e, &c);
}

/* By the hour: nobody said what two compute units carry. */
static void hire_it(struct results *r, struct result_entry *e)
{
    struct price unit = {"lakebase", "us-east-1", "compute_unit", 0.111, PER_HOUR, "2026-01-01",
                         "https://docs.databricks.com/", CHECKED_NO};
    struct cost c = {
        .service = "lakebase", .billing = "compute", .assumed = true, .nlines = 1, .nnotes = 1,
        .lines = {{.price = unit, .shape = COST_BY_CAPACITY, .basis = COST_ASSUMED, .hired = true, .size = 1,
                   .step = 0.5, .least = 2, .times = 1}},
        .notes = {"2 compute units are assumed to carry every rate: `serves` says what they carry"},
    };
    results_set_cost(r, e, &c);
}

/* The five strategies on five backends: one with errors, one saturated, one that answers wrongly; two that
 * are missing. */
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
            struct result_entry *e = cases_measured(r, &cases_point, cases_strategies[s].text,
                                                    backends[b].name, backends[b].typical[s],
                                                    cases_strategies[s].calls);
            if (b == 3)
                cases_price(r, e, 0.125, s < 4 ? 15 : 12, COST_MEASURED);
            if (b == 1)
                hire_it(r, e);
            if (b == 0 && s >= 2)
                results_add_note(
                    r, e, "SQLite works on one request of a connection at a time: they follow one another");
            if (b == 4 && s == 4)
                results_add_note(
                    r, e, "Cosmos DB has no request across containers: 30 point reads in flight together");
        }
    }
    struct result_entry **all = r->entries.items;
    all[4]->all.cpu_ns = (uint64_t)(all[4]->all.seconds * 1.94e9);
    struct tally *broken = tally_new();
    for (int i = 0; i < 12; i++)
        tally_add_error(broken, i < 10 ? FAULT_LOST : FAULT_TIMEOUT, CALL_UNKNOWN,
                        i < 10 ? "server closed the connection unexpectedly" : "no answer within 30 s");
    broken->retries = 1234;
    broken->throttles = 1000;
    results_add_round(r, all[15], broken);
    tally_free(broken);
    results_add_verified(
        r, all[22], 1, 24, 1,
        "fraud_rates_card_30d, hash_key '9f86d081884c7d65': column fraud_count is 7, but 8 was written");
    results_skip_backend(r, results_add_backend(r, "aurora_postgres", "aurora"), "it is not configured",
                         "set AURORA_POSTGRES_HOST, or run with --local");
    results_fail_backend(r, results_add_backend(r, "memory", "memory"),
                         "could not be created: out of disk space");
    for (size_t i = 0; i < r->entries.count; i++)
        expect_evaluate(r, all[i], cases_expects, 3, false);
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
                const char *strategy = cases_strategies[s ? 4 : 2].text,
                           *backend = round ? "lakebase" : "sqlite";
                struct result_entry *e = cases_measured(r, points + i, strategy, backend,
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
static struct result_entry *add_rounds(struct results *r, const struct ir_point *point, const char *strategy,
                                       const char *backend, double typical_ns, const double *times)
{
    struct result_entry *e = results_add_entry(r, point, strategy, backend);
    e->workers = 2;
    e->calls_per_request = 1;
    for (int round = 0; round < 6; round++) {
        struct tally *t = new_round(typical_ns * times[round], 1000,
                                    seconds_of(point, 1000, typical_ns * times[round]));
        results_add_round(r, e, t);
        tally_free(t);
    }
    results_add_verified(r, e, 100, 2491, 0, NULL);
    return e;
}

/* What is close together: a pair that cannot be told apart, a round that lies far off, what is cheaper and a
 * little too slow; a sweep over which the advice changes; and a baseline, of which one got slower and one
 * faster. */
static void build_close(struct results *r)
{
    static const double steady[] = {1, 1.01, 0.99, 1, 1.02, 1},
                        restless[] = {1.1, 0.95, 1.02, 0.93, 1.08, 0.97},
                        disturbed[] = {1, 1, 0.99, 1.01, 1, 3}, upset[] = {0.9, 1.1, 0.95, 1.05, 1.01, 0.92};
    static const struct ir_expect limits[] = {{METRIC_P99, false, COMPARE_LT, 79e6, NULL, "p99 < 79ms"},
                                              {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"}};
    static const struct ir_expect fails[] = {{METRIC_P50, false, COMPARE_GT, 60e6, NULL, "p50 > 60ms"}};
    static const struct ir_param settings[] = {{"share", "80%"}, {"share", "0%"}};
    static const struct ir_point points[] = {{.settings = settings, .nsettings = 1, .run = &cliff},
                                             {.settings = settings + 1, .nsettings = 1, .run = &cliff}};
    static const struct { const char *backend, *strategy; double typical[2]; const double *times; double usd; } known[] = {
        {"lakebase", "single", {20e6, 21e6}, steady, 3},
        {"aurora_postgres", "single", {20.1e6, 20.9e6}, restless, 4},
        {"dynamodb", "single", {40e6, 60e6}, disturbed, 1.2},
        {"dynamodb", "binpacked", {25e6, 38.5e6}, upset, 1.5},
        {"cosmosdb", "single", {45e6, 46e6}, upset, 0.8},     {"memory", "single", {1e6, 1e6}, steady, 0},
    };
    struct results *before = cases_results();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!i || strcmp(known[i].backend, known[i - 1].backend))
            add_loaded(r, known[i].backend, NULL, 612000);
    for (size_t p = 0; p < 2; p++)
        for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
            double then = i == 0 ? 0.8 : i == 2 ? 1.5 : 1;
            struct result_entry *e = add_rounds(r, points + p, known[i].strategy, known[i].backend,
                                                known[i].typical[p], known[i].times);
            add_rounds(before, points + p, known[i].strategy, known[i].backend, known[i].typical[p] * then,
                       upset);
            if (known[i].usd > 0)
                cases_price(r, e, known[i].usd, 1, COST_MODELLED);
            expect_evaluate(r, e, limits, 2, false);
            expect_evaluate(r, e, fails, 1, true);
        }
    before->host.cores = 4;
    before->entries.items[3]->clients = 8;
    before->entries.items[4]->all.errors = 1;
    baseline_set(r, before, "main");
}

/* What held each back: the client's CPU, its being late, the rate, too few connections, too few clients;
 * expectations of each. */
static void build_limits(struct results *r)
{
    static const struct ir_expect limits[] = {{METRIC_P99, false, COMPARE_LT, 100e6, NULL, "p99 < 100ms"},
                                              {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"}};
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

/* Stand-ins for services: two names of one server, an emulator, one elsewhere; and what is nobody's
 * stand-in. */
void cases_stand_ins(struct results *r)
{
    static const struct { const char *name, *version, *place, *server, *same; double typical; } known[] = {
        {"sqlite", "SQLite 3.40.1", NULL, NULL, NULL, 0.2e6},
        {"lakebase", "PostgreSQL 15.20", "this machine", "PostgreSQL 15.20", NULL, 2e6},
        {"aurora_postgres", "PostgreSQL 15.20", "this machine", NULL, "lakebase", 2.1e6},
        {"dynamodb", "Amazon DynamoDB API 2012-08-10, us-east-1", "this machine", "DynamoDB Local 2.5.3",
         NULL, 20e6},
        {"cosmosdb", "Azure Cosmos DB REST API 2018-12-31", "cosmos.test", "an emulator", NULL, 30e6},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct result_backend *b = add_loaded(r, known[i].name, known[i].version, 100000);
        b->place = known[i].place;
        b->server = known[i].server;
        b->same_as = known[i].same;
        for (int s = 0; s < 2; s++) {
            struct result_entry *e = cases_measured(r, &cases_point, cases_strategies[s].text, known[i].name,
                                                    known[i].typical * (2 - s), cases_strategies[s].calls);
            if (i == 3)
                cases_price(r, e, 0.125, 15, COST_MODELLED);
            expect_evaluate(r, e, cases_expects, 3, false);
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
        tally_add_error(t, FAULT_OTHER, CALL_FAILED, "no such table:\n\033[31mfraud_rates\377");
    for (size_t s = 0; s < 2; s++) {
        struct result_entry *e = results_add_entry(r, &cases_point, cases_strategies[s].text, "sqlite");
        results_add_round(r, e, t);
        expect_evaluate(r, e, cases_expects, 3, false);
    }
    results_add_entry(r, &cases_point, "binpacked", "sqlite")->failed = "the server went away";
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
    struct result_entry *e = cases_measured(r, &cases_point, "binpacked", "sqlite", 0.17e6, 1);
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
    expect_evaluate(r, e, cases_expects, 3, false);
}

/* Names longer than a line, counts beyond millions, times of an hour, no time at all. */
static void build_odd(struct results *r)
{
    static const char *const long_name =
        "a_backend_whose_name_is_as_long_as_a_name_may_be_and_then_some_more_for_good_measure_to_be_sure_of_it";
    static const char *const names[] = {"memory", long_name};
    for (size_t b = 0; b < 2; b++) {
        add_loaded(r, names[b],
                   "a version string that goes on and on, compiled by somebody, somewhere, for some 64-bit machine", 1)
            ->load_rows = (UINT64_C(1) << 53) - 1;             /* the greatest that all readers of JSON have
                                                                  exactly */
        for (size_t s = 0; s < 5; s++) {
            struct result_entry *e = results_add_entry(r, &cases_point, cases_strategies[s].text, names[b]);
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
            e->tables_per_request = 0.1 + 0.2;                /* a sum of shares: 0.3, in JSON too */
            cases_price(r, e, 1e9, 1e6, COST_MODELLED);
            results_add_verified(r, e, 1, 0, 0, NULL);
        }
    }
}

const struct report_case report_cases[] = {
    {"compare", build_compare},     {"sweep", build_sweep},
    {"empty", build_empty},         {"failed", build_failed},
    {"one", build_one},             {"odd", build_odd},
    {"close", build_close},         {"limits", build_limits},
    {"stand_ins", cases_stand_ins}, {NULL, NULL},
};
