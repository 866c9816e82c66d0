/* figures.c - what follows from counts, and expectations held against it: known answers, and none where there
 * is nothing. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/mem.h"
#include "findings/busy.h"
#include "findings/expect.h"
#include "findings/figures.h"
#include "findings/limit.h"
#include "findings/number.h"
#include "findings/rank.h"
#include "findings/stats.h"

static const struct ir_query query = {.name = "q"};
static const struct ir_mix mix[] = {{&query, 0.5}, {&query, 0.5}};
static const struct ir_run one_run = {.name = "serve", .mix = mix, .nmix = 1, .clients = 4};
static const struct ir_run mixed_run = {.name = "mixed", .mix = mix, .nmix = 2, .clients = 4};
static const struct ir_point one = {.run = &one_run}, mixed = {.run = &mixed_run};
static const struct ir workload = {.name = "w"};

static void near(double found, double expected)
{
    if (fabs(found - expected) > 1e-9 * fabs(expected))
        fail_msg("%.12g, expected %.12g", found, expected);
}

static double metric_of(const struct result_entry *e, enum metric m, bool service)
{
    double v = -1;
    assert_true(figures_metric(e, m, service, &v));
    return v;
}

/* 1000 requests of 1 … 1000 µs in 2 s, and what is given. */
static void add_round(struct results *r, struct result_entry *e, uint64_t errors, uint64_t cpu_ns,
                      int64_t lag_ns)
{
    struct tally *t = tally_new();
    for (int64_t i = 1; i <= 1000; i++) {
        hist_record(t->response, i * 1000);
        hist_record(t->service, i * 500);
    }
    if (lag_ns >= 0)
        hist_record_n(t->lag, lag_ns, 1000);
    t->requests = 1000;
    t->rows = 25000;
    t->seconds = 2;
    t->cpu_ns = cpu_ns;
    t->units = 1500;
    for (uint64_t i = 0; i < errors; i++)
        tally_add_error(t, FAULT_TIMEOUT, CALL_UNKNOWN, i ? "later" : "first");
    results_add_round(r, e, t);
    tally_free(t);
}

static struct result_entry *add_entry(struct results *r, uint64_t errors, uint64_t cpu_ns, int64_t lag_ns)
{
    struct result_entry *e = results_add_entry(r, &one, "single", "sqlite");
    e->workers = 2;
    add_round(r, e, errors, cpu_ns, lag_ns);
    results_add_verified(r, e, 10, 250, 0, NULL);
    return e;
}

static void every_metric_has_its_value(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct result_entry *e = add_entry(r, 250, 1000000, -1);
    near(metric_of(e, METRIC_P50, false), (double)hist_highest_equivalent(500000));
    near(metric_of(e, METRIC_P90, false), (double)hist_highest_equivalent(900000));
    near(metric_of(e, METRIC_P95, false), (double)hist_highest_equivalent(950000));
    near(metric_of(e, METRIC_P99, false), (double)hist_highest_equivalent(990000));
    near(metric_of(e, METRIC_P99_9, false), (double)hist_highest_equivalent(999000));
    near(metric_of(e, METRIC_MAX, false), 1000000);   /* exact, not the end of its slot */
    near(metric_of(e, METRIC_MEAN, false), 500500);
    near(metric_of(e, METRIC_P99, true), (double)hist_highest_equivalent(495000));
    near(metric_of(e, METRIC_MAX, true), 500000);
    assert_true(fabs(metric_of(e, METRIC_CV, false) - 288674.99 / 500500) < 1e-4);
    near(metric_of(e, METRIC_THROUGHPUT, false), 500);
    near(metric_of(e, METRIC_ERRORS, false), 250);
    near(metric_of(e, METRIC_ERROR_RATE, false), 0.2);
    near(metric_of(e, METRIC_ROWS, false), 25000);
    double v = 0;
    assert_false(figures_metric(e, METRIC_COST_PER_MILLION, false, &v));      /* no price is known */
    struct price price = {"s", "r", "request_unit", 0.125, PER_MILLION, "2026-01-31", NULL, CHECKED_GIVEN};
    struct cost cost = {.nlines = 1, .lines = {{.price = price, .amount = 1.5, .size = 1, .times = 1}}};
    results_set_cost(r, e, &cost);
    near(metric_of(e, METRIC_COST_PER_MILLION, false), 1.5 * 0.125);
    cost.lines[0].shape = COST_BY_CAPACITY;           /* by the hour: 500 requests a second are 1.8 million an
                                                         hour, and need 2 of these */
    cost.lines[0].step = 1;
    cost.lines[0].amount = 2.0 / 500;
    results_set_cost(r, e, &cost);
    near(metric_of(e, METRIC_COST_PER_MILLION, false), 2 * 0.125 / 1.8);
    e->rate = 250;
    near(metric_of(e, METRIC_COST_PER_MILLION, false), 0.125 / 0.9);
    cost.assumed = true;                              /* nobody knows what it carries */
    results_set_cost(r, e, &cost);
    assert_false(figures_metric(e, METRIC_COST_PER_MILLION, false, &v));
    assert_true(figures_cpu_per_request(e, &v));
    near(v, 1000);
    assert_true(figures_cpu_fraction(e, &v));
    near(v, 0.001 / 4);
    assert_int_equal(e->all.classes[FAULT_TIMEOUT].count, 250);
    assert_string_equal(e->all.classes[FAULT_TIMEOUT].first, "first");
    results_free(r);
}

static void nothing_measured_gives_no_figure(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct result_entry *e = results_add_entry(r, &mixed, "single", "sqlite");
    double v = 7, w = 7;
    assert_string_equal(e->query, "mix");
    for (int pass = 0; pass < 2; pass++) {
        for (enum metric m = 0; m < METRIC_COUNT; m++) {
            bool counted = pass && (m == METRIC_ERRORS || m == METRIC_ROWS);
            assert_int_equal(figures_metric(e, m, false, &v), counted);
            assert_true(isfinite(v));
            assert_false(stats_interval(e, m, &v, &w) || stats_variation(e, m, &w));
        }
        assert_false(figures_cpu_per_request(e, &v) || figures_cpu_fraction(e, &v) || figures_lag(e, &v) ||
                     rank_saturated(e));
        assert_non_null(rank_unranked(r, e));
        struct tally *empty = tally_new();            /* then a round in which nothing happened */
        results_add_round(r, e, empty);
        tally_free(empty);
    }
    assert_null(rank_best(r, 0, 1));
    results_free(r);
}

/* Requests of a run, each of `service` ms behind `wait` ms for a connection and `lag` ms of being late. */
struct load { uint32_t clients, most; double rate, service, wait, lag, cpu, requests,
             seconds; bool embedded; };

static struct result_entry *add_load(struct results *r, const struct load *l)
{
    struct result_entry *e = results_add_entry(r, &one, "single", "lakebase");
    struct tally *t = tally_new();
    uint64_t n = (uint64_t)l->requests;
    hist_record_n(t->response, (int64_t)((l->service + l->wait + l->lag) * 1e6), n);
    hist_record_n(t->service, (int64_t)(l->service * 1e6), n);
    hist_record_n(t->wait, (int64_t)(l->wait * 1e6), n);
    if (l->rate > 0)
        hist_record_n(t->lag, (int64_t)(l->lag * 1e6), n);
    t->requests = n;
    t->seconds = l->seconds;
    t->cpu_ns = (uint64_t)(l->cpu * l->seconds * 1e9);
    e->workers = 1;
    e->clients = l->clients;
    e->most_clients = l->most;
    e->rate = l->rate;
    e->embedded = l->embedded;
    results_add_round(r, e, t);
    results_add_verified(r, e, 1, 1, 0, NULL);
    tally_free(t);
    return e;
}

/* Each cause is told apart from the others, and has its advice; only the client's own make its figures the
 * client's. */
static void what_holds_an_entry_back(void **state)
{
    (void)state;
    static const struct { struct load load; enum limit limit; const char *said; } known[] = {
        {{8, 0, 0, 1, 0, 0, 0.1, 8000, 1, false}, LIMIT_NONE, ""},
        {{8, 0, 0, 1, 0, 0, 0.9, 8000, 1, false}, LIMIT_CLIENT_CPU,
         "used 90 % of the CPU time of its 1 worker: these figures measure the client"},
        {{8, 0, 0, 1, 0, 0, 0.9, 8000, 1, true}, LIMIT_NONE, ""},
        {{64, 0, 0, 2, 14, 0, 0.1, 4000, 1, false}, LIMIT_CONNECTIONS,
         "waited up to 14.0 ms for a connection (p99); add --connections"},
        {{20, 10000, 500, 2, 0, 1, 0.015, 500, 1, false}, LIMIT_CLIENT_LAG,
         "up to 1.00 ms behind schedule (p99) at 1.5 % of its CPU time"},
        {{20, 10000, 500, 2, 0, 1, 0.015, 500, 1, false}, LIMIT_CLIENT_LAG,
         "the machine stalled or was busy"},
        {{20, 10000, 500, 2, 0, 1, 0.6, 500, 1, false}, LIMIT_CLIENT_LAG,
         "use more --jobs, or a lower --rate"},
        /* as was seen: 4,566 of 8,000 a second, 207 ms for a connection, 14 % of the client's CPU, a lag of
         * 20.7 ms */
        {{911, 10000, 8000, 10, 207, 20.7, 0.14, 4566, 1, false}, LIMIT_RATE,
         "the backend carried 4,566/s of 8,000/s offered"},
        {{911, 10000, 8000, 10, 207, 20.7, 0.14, 4566, 1, false}, LIMIT_RATE,
         "waited up to 207 ms for a connection (p99); offer a lower --rate, or add --conn"},
        {{911, 10000, 8000, 200, 0, 0, 0.14, 4566, 1, false}, LIMIT_RATE,
         "while it was measured; offer a lower --rate"},
        {{911, 10000, 8000, 10, 0, 200, 0.14, 4566, 1, false}, LIMIT_CLIENT_LAG, "behind schedule"},         /* late it was, not slow */
        {{911, 10000, 8000, 10, 207, 0, 0.9, 4566, 1, false}, LIMIT_CLIENT_CPU,
         "use more --jobs, or a lower --rate"},
        {{1, 0, 100, 5, 0, 5, 0.01, 1000, 10, false}, LIMIT_CLIENTS,
         "until one of the 1 client was free; add --clients"},
        {{1, 0, 100, 5, 0, 500, 0.01, 1000, 10, false}, LIMIT_CLIENT_LAG, "behind schedule"},               /* more than a queue of that load has */
        {{64, 0, 100, 5, 0, 5, 0.01, 1000, 10, false}, LIMIT_CLIENT_LAG, "behind schedule"},               /* most of them were free */
        {{20, 10000, 8000, 0.1, 0, 0.1, 0.8, 8000, 1, true}, LIMIT_TURNS, "for their turn (p99)"},
        /* within the client's process: late since it takes so long, or since the machine was another's most
         * of the time */
        {{20, 10000, 20000, 0.1, 0, 500, 0.95, 9000, 1, true}, LIMIT_RATE,
         "the backend carried 9,000/s of 20.0k/s offered"},
        {{20, 10000, 40000, 0.1, 0, 500, 0.4, 9000, 1, true}, LIMIT_RATE,
         "the backend carried 9,000/s of 40.0k/s offered"},
        {{20, 10000, 20000, 0.1, 0, 500, 0.4, 9000, 1, true}, LIMIT_CLIENT_LAG,
         "the machine stalled or was busy"},
        {{8, 10000, 20, 200, 0, 0, 0.01, 20, 1.2, false}, LIMIT_NONE, ""},        /* the last answers come when nothing is offered any more */
        {{8, 10000, 10, 1, 0, 0, 0.01, 6, 1, false}, LIMIT_NONE, ""},             /* few arrivals: it may be chance */
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *r = results_new(&workload, 1);
        struct result_entry *e = add_load(r, &known[i].load);
        struct buf said = {0};
        limit_put(&said, e);
        if (limit_of(e) != known[i].limit || !strstr(buf_text(&said), known[i].said) ||
            (*known[i].said == 0) != (said.len == 0))
            fail_msg("%zu: limit %d, expected %d: '%s', expected '%s'", i, limit_of(e), known[i].limit,
                     buf_text(&said), known[i].said);
        bool clients = known[i].limit == LIMIT_CLIENT_CPU || known[i].limit == LIMIT_CLIENT_LAG;
        assert_int_equal(rank_saturated(e), clients);
        assert_int_equal(rank_unranked(r, e) != NULL, clients);
        buf_release(&said);
        results_free(r);
    }
}

/* Erlang's own table: 0.5 of 1 client, 5 of 8, none free, nobody there. */
static void the_odds_that_all_are_busy(void **state)
{
    (void)state;
    near(limit_all_busy(0.5, 1), 0.5);
    assert_true(fabs(limit_all_busy(5, 8) - 0.16725) < 1e-4);
    near(limit_all_busy(1, 2), 1.0 / 3);
    near(limit_all_busy(8, 8), 1);
    near(limit_all_busy(9, 8), 1);
    assert_true(limit_all_busy(5, 64) < 1e-12);
    near(limit_all_busy(0, 0), 1);
}

/* Lag is judged at the percentile where it is: 10 ms of it make nobody's 600 ms. */
static void lag_counts_where_it_is_felt(void **state)
{
    (void)state;
    static const struct { int64_t lag_ms, slow_ms; enum limit limit; } known[] = {{10, 600, LIMIT_NONE}, {10, 30, LIMIT_CLIENT_LAG}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *r = results_new(&workload, 1);
        struct load load = {8, 10000, 800, 21, 0, 0, 0.1, 7600, 10, false};
        struct result_entry *e = add_load(r, &load);
        hist_record_n(e->all.response, known[i].slow_ms * 1000000, 400);
        hist_record_n(e->all.lag, known[i].lag_ms * 1000000, 400);
        e->all.requests += 400;
        assert_int_equal(limit_of(e), known[i].limit);
        results_free(r);
    }
}

/* Said where a worker was without a CPU for more than 5 % of the measured time, of the worst. */
static void a_busy_machine_is_told(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct load load = {8, 0, 0, 1, 0, 0, 0.1, 8000, 10, false};
    struct buf b = {0};
    add_load(r, &load)->all.cpu_waited_ns = 500000000;
    busy_put(&b, r);
    assert_int_equal(b.len, 0);
    add_load(r, &load)->all.cpu_waited_ns = 2300000000;
    busy_put(&b, r);
    assert_non_null(strstr(buf_text(&b), "for up to 23 % of the time (lakebase, single)"));
    buf_clear(&b);
    struct result_entry *brief = add_load(r, &load);
    brief->all.cpu_waited_ns = 13000000000;           /* of 10 s: the waits had begun before */
    busy_put(&b, r);
    assert_non_null(strstr(buf_text(&b), "for up to 100 % of the time"));
    buf_clear(&b);
    brief->all.wall = 0.02;
    busy_put(&b, r);
    assert_non_null(strstr(buf_text(&b), "for up to 23 % of the time"));
    buf_release(&b);
    results_free(r);
}

/* With the first of them, in the words of the slowest. */
static void what_held_several_back_is_one_line(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct load load = {8, 0, 0, 1, 0, 0, 0.1, 8000, 10, false};
    struct buf b = {0};
    for (int i = 0; i < 2; i++)
        add_load(r, &load)->all.cpu_ns = 9000000000;
    assert_ptr_equal(limit_group(r, 0, 0, 2, &b), r->entries.items[0]);
    assert_string_equal(buf_text(&b), "single, single");
    assert_null(limit_group(r, 0, 1, 2, &b));
    buf_release(&b);
    results_free(r);
}

static void saturation_is_cpu_or_lag(void **state)
{
    (void)state;
    static const struct { uint64_t cpu_ns; int64_t lag_ns; bool saturated; } known[] = {
        {3399999999, -1, false}, {3400000001, -1, true},                     /* 85 % of 2 workers for 2 s is
                                                                                3.4 s */
        {0, 25000, false}, {0, 25100, true}, {100, 0, false},                 /* 5 % of p50 (500 µs) is 25 µs */
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *r = results_new(&workload, 1);
        struct result_entry *e = add_entry(r, 0, known[i].cpu_ns, known[i].lag_ns);
        e->rate = known[i].lag_ns >= 0 ? 1 : 0;       /* a schedule is what an open loop has */
        assert_int_equal(rank_saturated(e), known[i].saturated);
        const char *why = rank_unranked(r, e);
        assert_true(known[i].saturated ? why && !strcmp(why, "SATURATED") : !why);
        results_free(r);
    }
}

static void what_is_not_ranked(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct result_backend *b = results_add_backend(r, "sqlite", "sqlite");
    struct result_entry *good = add_entry(r, 0, 0, -1), *errors = add_entry(r, 1, 0, -1);
    struct result_entry *unverified = results_add_entry(r, &one, "batch", "sqlite"),
                        *failed = results_add_entry(r, &one, "x", "sqlite");
    add_round(r, unverified, 0, 0, -1);
    failed->failed = "no";
    assert_null(rank_unranked(r, good));
    assert_string_equal(rank_unranked(r, errors), "errors");
    assert_string_equal(rank_unranked(r, unverified), "not verified");
    assert_string_equal(rank_unranked(r, failed), "it could not be measured");
    assert_ptr_equal(rank_best(r, 0, r->entries.count), good);
    results_add_verified(r, unverified, 1, 25, 2, "wrong here");              /* one wrong answer discredits the backend */
    results_add_verified(r, unverified, 1, 25, 1, "wrong there");
    assert_string_equal(rank_unranked(r, good), "wrong rows");
    assert_int_equal(b->verified.mismatches, 3);
    assert_string_equal(b->verified.first, "wrong here");
    assert_int_equal(b->verified.requests, 22);
    assert_null(rank_best(r, 0, r->entries.count));
    results_free(r);
}

static void expectations_are_held_against_figures(void **state)
{
    (void)state;
    static const struct ir_expect expects[] = {
        {METRIC_P99, false, COMPARE_LT, 1e6, NULL, "p99 < 1ms"},
        {METRIC_P99, false, COMPARE_LT, 5e5, NULL, "p99 < 500us"},
        {METRIC_P99, true, COMPARE_LE, 5e5, "sqlite", "service"},
        {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"},
        {METRIC_COST_PER_MILLION, false, COMPARE_LT, 1, NULL, "cost"},
        {METRIC_MAX, false, COMPARE_LT, 1, "dynamodb", "elsewhere"},
    };
    static const struct { const char *text; bool measured, ok; const char *unjudged; } known[] = {
        {"p99 < 1ms", true, true, NULL},   {"p99 < 500us", true, false, NULL}, {"service", true, true, NULL},
        {"errors == 0", true, true, NULL}, {"cost", false, false, "no price is known: "},
    };
    struct results *r = results_new(&workload, 1);
    expect_evaluate(r, add_entry(r, 0, 0, -1), expects, 6, false);
    assert_int_equal(r->expectations.count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct result_expectation *x = r->expectations.items + i;
        assert_string_equal(x->text, known[i].text);
        assert_int_equal(x->measured, known[i].measured);
        assert_int_equal(x->ok, known[i].ok);
        assert_true(known[i].unjudged ? x->unjudged && strstr(x->unjudged, known[i].unjudged) : !x->unjudged);
    }
    assert_int_equal(expect_count(r, EXPECT_FAILED), 1);
    assert_int_equal(expect_count(r, EXPECT_NOT_MEASURED), 1);
    results_free(r);
}

/* Neither held nor failed, whichever way the figure lies: it is the client's. What it counted is what it
 * is. */
static void a_saturated_client_is_no_judge(void **state)
{
    (void)state;
    static const struct ir_expect expects[] = {
        {METRIC_P99, false, COMPARE_LT, 1e6, NULL, "p99 < 1ms"},
        {METRIC_P99, false, COMPARE_LT, 5e5, NULL, "p99 < 500us"},
        {METRIC_P99, true, COMPARE_LE, 5e5, NULL, "service"},
        {METRIC_THROUGHPUT, false, COMPARE_GE, 1, NULL, "throughput"},
        {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors"},
        {METRIC_ROWS, false, COMPARE_EQ, 1, NULL, "rows"},
    };
    static const enum expect_verdict known[] = {EXPECT_NOT_MEASURED, EXPECT_NOT_MEASURED, EXPECT_NOT_MEASURED,
                                                EXPECT_NOT_MEASURED, EXPECT_HELD, EXPECT_FAILED};
    for (int fail_if = 0; fail_if < 2; fail_if++) {
        struct results *r = results_new(&workload, 1);
        expect_evaluate(r, add_entry(r, 0, 3900000000, -1), expects, 6, fail_if);
        for (size_t i = 0; i < 6; i++) {
            const struct result_expectation *x = r->expectations.items + i;
            struct buf said = {0};
            bool counted = known[i] != EXPECT_NOT_MEASURED;
            assert_int_equal(expect_verdict(x), counted && fail_if
                                                    ? known[i] == EXPECT_HELD ? EXPECT_FAILED : EXPECT_HELD
                                                    : known[i]);
            expect_put_missed(&said, x);
            assert_int_equal(!strcmp(buf_text(&said), "not judged: the client was saturated"), !counted);
            buf_release(&said);
        }
        results_free(r);
    }
}

static void workers_are_added_up(void **state)
{
    (void)state;
    struct tally *a = tally_new(), *b = tally_new();
    a->requests = 2, b->requests = 3, a->seconds = b->seconds = 5, a->cpu_ns = 10, b->cpu_ns = 20,
    b->rows = 7;
    hist_record(a->response, 5), hist_record(b->response, 6);
    tally_add_error(b, FAULT_LOST, CALL_UNKNOWN, "gone");
    tally_add_error(b, FAULT_OTHER, CALL_FAILED, "odd");
    tally_add_error(b, FAULT_OTHER, CALL_FAILED, "odder");
    tally_add(a, b);
    assert_int_equal(a->requests, 5);
    near(a->seconds, 5);                              /* side by side, not one after the other */
    assert_int_equal(a->cpu_ns, 30);
    assert_int_equal(a->response->count, 2);
    assert_int_equal(a->errors, 3);
    assert_int_equal(a->unknown, 1);
    assert_int_equal(a->classes[FAULT_LOST].count, 1);
    assert_int_equal(a->classes[0].count, 2);
    assert_string_equal(a->classes[0].first, "odd");
    tally_reset(a);
    assert_int_equal(a->requests + a->errors + a->response->count + a->classes[0].count, 0);
    tally_free(a), tally_free(b), tally_free(NULL);
}

static void words_are_made_printable(void **state)
{
    (void)state;
    static const struct { const char *given, *kept; } known[] = {
        {"plain µs ×", "plain µs ×"},
        {"two\nlines\tand\r", "two lines and "},
        {"\033[31mred\033[0m", "?[31mred?[0m"},
        {"\377\376", "??"},
        {"cut \303", "cut ?"},
        {"\302\233C1", "?C1"}, {"\342\200\256right to left", "?right to left"},
        {"\355\240\200", "???"},
        {"\360\237\230\200", "\360\237\230\200"},
        {"\364\220\200\200", "????"},
        {"", ""},
    };
    struct results *r = results_new(&workload, 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_string_equal(results_keep(r, known[i].given), known[i].kept);
    assert_null(results_keep(r, NULL));
    results_free(r);
}

static void numbers_have_three_digits(void **state)
{
    (void)state;
    static const struct { double v; const char *text;
    } known[] = {
        {0, "0"},          {0.0001, "<0.001"}, {0.0123, "0.012"}, {0.9994, "0.999"}, {0.9996, "1.00"},
        {1.234, "1.23"},   {9.994, "9.99"},    {9.996, "10.0"},   {99.94, "99.9"},   {99.96, "100"},
        {1234, "1,234"},   {9994, "9,994"},    {9996, "10.0k"},   {12345, "12.3k"},  {999400, "999k"},
        {999600, "1.00M"}, {1.5e9, "1.50G"},   {2e12, "2.00T"},   {9e18, "9.0e+18"}, {NAN, "-"},
        {INFINITY, "-"},   {-2.5, "-2.50"},    {-1234, "-1,234"},
    };
    static const struct { double ns; const char *text; } durations[] = {
        {0, "0 ns"},         {999, "999 ns"},   {1000, "1.00 µs"}, {123456, "123 µs"},
        {999999, "1.00 ms"}, {79e6, "79.0 ms"}, {1.5e9, "1.50 s"}, {3600e9, "3,600 s"},
    };
    static const struct {
        double share;
        const char *text;
    } percents[] = {{0, "0 %"}, {0.00001, "<0.01 %"}, {0.0012, "0.12 %"}, {0.055, "5.5 %"}, {0.97, "97 %"}};
    struct buf b = {0};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++, buf_clear(&b)) {
        number_put(&b, known[i].v);
        assert_string_equal(buf_text(&b), known[i].text);
    }
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++, buf_clear(&b)) {
        number_put_duration(&b, durations[i].ns);
        assert_string_equal(buf_text(&b), durations[i].text);
    }
    for (size_t i = 0; i < sizeof percents / sizeof *percents; i++, buf_clear(&b)) {
        number_put_percent(&b, percents[i].share);
        assert_string_equal(buf_text(&b), percents[i].text);
    }
    number_put_bytes(&b, 8323072000);
    assert_string_equal(buf_text(&b), "7.8 GiB");
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_metric_has_its_value),
        cmocka_unit_test(nothing_measured_gives_no_figure),
        cmocka_unit_test(what_held_several_back_is_one_line),
        cmocka_unit_test(saturation_is_cpu_or_lag), cmocka_unit_test(lag_counts_where_it_is_felt),
        cmocka_unit_test(a_busy_machine_is_told),
        cmocka_unit_test(what_is_not_ranked),
        cmocka_unit_test(expectations_are_held_against_figures),
        cmocka_unit_test(a_saturated_client_is_no_judge),
        cmocka_unit_test(what_holds_an_entry_back),
        cmocka_unit_test(the_odds_that_all_are_busy),
        cmocka_unit_test(workers_are_added_up),
        cmocka_unit_test(words_are_made_printable),
        cmocka_unit_test(numbers_have_three_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
