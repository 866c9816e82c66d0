/* recommend.c - the rules by which something is recommended, or nothing; and what may be a baseline. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "findings/baseline.h"
#include "findings/baseline_judge.h"
#include "findings/compare.h"
#include "findings/costs.h"
#include "findings/expect.h"
#include "findings/figures.h"
#include "findings/power.h"
#include "findings/recommend.h"
#include "show/report.h"

static const struct ir_query query = {.name = "q"};
static const struct ir_mix mix[] = {{&query, 1}};
static const struct ir_run run = {.name = "serve", .mix = mix, .nmix = 1, .clients = 4};
static const struct ir_param settings[] = {{"share", "80%"}, {"share", "0%"}};
static const struct ir_point points[] = {{.run = &run, .settings = settings, .nsettings = 1},
                                         {.run = &run, .settings = settings + 1, .nsettings = 1}};
static const struct ir_param params[] = {{"scale", "1%"}};
static const struct ir workload = {.name = "w", .params = params, .nparams = 1};
static const struct ir_expect below_50ms[] = {{METRIC_P99, false, COMPARE_LT, 50e6, NULL, "p99 < 50ms"},
                                              {METRIC_ERRORS, false, COMPARE_EQ, 0, NULL, "errors == 0"}};

/* Six rounds of 500 requests at this level, every other `spread` above and below it; usd: of a million
 * requests, 0: no price. */
static struct result_entry *add(struct results *r, int point, const char *backend, double ms, double spread,
                                double usd)
{
    struct result_entry *e = results_add_entry(r, points + point, "single", backend);
    struct tally *t = tally_new();
    for (int i = 0; i < 6; i++) {
        double ns = ms * 1e6 * (i % 2 ? 1 + spread : 1 - spread);
        tally_reset(t);
        hist_record_n(t->response, (int64_t)ns, 500);
        t->requests = 500;
        t->units = 500;
        t->seconds = 500 * ns / 1e9;
        results_add_round(r, e, t);
    }
    tally_free(t);
    if (usd > 0) {
        struct price price = {
            "service",     "region", "unit", usd, PER_MILLION, "2026-11-01", "https://example.com/",
            CHECKED_OTHERS};
        struct cost c = {.service = "service", .billing = "on_demand", .nlines = 1,
                         .lines = {{.price = price, .basis = COST_MODELLED, .amount = 1, .size = 1, .step = 1,
                                    .times = 1}}};
        results_set_cost(r, e, &c);
    }
    results_add_verified(r, e, 1, 1, 0, NULL);
    return e;
}

static const struct recommended *recommend(struct results *r, bool expects)
{
    for (size_t i = 0; i < r->entries.count && expects; i++)
        expect_evaluate(r, r->entries.items[i], below_50ms, 2, false);
    recommend_results(r);
    assert_int_equal(r->recommendations.count, 1);
    return r->recommendations.items[0].points;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in: %s", part, text);
}

static const char *advice(const struct results *r)
{
    return r->recommendations.items[0].text;
}

static void the_cheapest_that_holds_all(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    add(r, 0, "dear", 10, 0.001, 3);
    add(r, 0, "fit", 40, 0.001, 2);
    add(r, 0, "free", 5, 0.001, 0);
    add(r, 0, "slow", 100, 0.001, 1);
    add(r, 0, "slower", 200, 0.001, 0.5);
    const struct recommended *at = recommend(r, true);
    assert_string_equal(at->entry->backend, "fit");
    assert_string_equal(at->other->backend, "slow");  /* the next cheaper, not the cheapest */
    assert_int_equal(at->qualified, 3);
    assert_int_equal(at->unpriced, 1);
    assert_null(at->why_not);
    has(at->lacks, "p99 fell by 50 %, from 1");
    has(advice(r),
        "cheapest with a known price: fit, single: $2.00 per million requests, p99 40.0 ms (40.0-40.1). "
        "1 of the 3 candidates that meet every expectation has no known price, and may be cheaper.\n"
        "Lowest p99 without a known price: free, single: p99 5.00 ms (5.00-5.01).");
    has(advice(r), "No known price: free (`hourly` in its backend block or a --targets file).\nNext cheaper: slow, "
                   "single, $1.00 per million "
                   "requests: it would qualify if p99 fell by 50 %");
    struct buf page = {0};
    report_put_html(r, &(struct report_options){0}, &page);
    has(buf_text(&page), "Recommended by known prices<");
    buf_release(&page);
    results_free(r);
}

/* By the hour, and each carries `serves` a second: more of them are hired for more. serves 0: nobody
 * knows. */
static void hire(struct results *r, struct result_entry *e, double hourly, double serves)
{
    struct price price = {"self_hosted", NULL, "server", hourly, PER_HOUR, "", NULL, CHECKED_GIVEN};
    struct cost c = {.service = "self_hosted", .billing = "hourly", .nlines = 1, .assumed = serves == 0,
                     .lines = {{.price = price, .shape = COST_BY_CAPACITY, .hired = true,
                                .basis = serves > 0 ? COST_DECLARED : COST_ASSUMED,
                                .amount = serves > 0 ? 1 / serves : 0, .size = 1, .step = 1, .least = 1,
                                .times = 1}}};
    results_set_cost(r, e, &c);
}

/* Each reached another throughput: 200, 100 and 50 requests a second. At one rate a server each is hired for
 * all three, or as many as the rate takes; at its own the slowest would have had its server for itself, and
 * been dearest or, with servers rounded up, cheapest. */
static void costs_are_compared_at_one_rate(void **state)
{
    (void)state;
    static const struct { double serves[3]; double servers[3]; const char *entry; } known[] = {
        {{150, 150, 150}, {2, 2, 2}, "fast"},                 /* at its own 100 a second "middle" would need
                                                                 but one */
        {{200, 100, 50}, {1, 2, 4}, "fast"},                  /* as was measured of each */
        {{70, 150, 150}, {3, 2, 2}, "middle"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *r = results_new(&workload, 1);
        static const char *const names[] = {"fast", "middle", "slow"};
        for (int k = 0; k < 3; k++)
            hire(r, add(r, 0, names[k], 5 * (1 << k), 0.001, 0), 0.36, known[i].serves[k]);
        add(r, 0, "units", 4, 0.001, 3);                      /* by the request: the same at any rate */
        costs_settle(r);
        double fastest = 0, usd = 0;
        figures_metric(r->entries.items[0], METRIC_THROUGHPUT, false, &fastest);
        for (int k = 0; k < 3; k++) {
            assert_true(figures_metric(r->entries.items[k], METRIC_COST_PER_MILLION, false, &usd));
            assert_true(fabs(usd - known[i].servers[k] * 0.36 / 3600 / fastest * 1e6) < 1e-9);
        }
        assert_true(figures_metric(r->entries.items[3], METRIC_COST_PER_MILLION, false, &usd) && usd == 3);
        assert_string_equal(recommend(r, true)->entry->backend, known[i].entry);
        has(advice(r), " per million requests at a steady 200/s, p99 ");
        results_free(r);
    }
}

static void keep_rate(const struct costs_break_even *at, void *rate)
{
    *(double *)rate = at->rate;
}

/* A server for either up to what its best strategy carries: not up to what the first of those does that cost
 * the same at a usual rate. */
static void the_break_even_is_of_what_carries_most(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    double rate = 0;
    hire(r, add(r, 0, "server", 5, 0.001, 0), 0.35, 1500);
    hire(r, add(r, 0, "server", 6, 0.001, 0), 0.35, 5871);
    hire(r, add(r, 0, "larger", 7, 0.001, 0), 0.35, 20000);
    costs_settle(r);
    costs_each_break_even(r, 0, r->entries.count, keep_rate, &rate);
    if (fabs(rate - 5871) > 1)
        fail_msg("break-even at %g/s", rate);
    results_free(r);
}

/* What is not known to be carried has no price, and what fails an expectation is not the cheapest of
 * anything. */
static void without_a_price_speed_decides(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    add(r, 0, "embedded", 10, 0.001, 0)->embedded = true;
    hire(r, add(r, 0, "hired", 5, 0.001, 0), 0.1, 0);
    add(r, 0, "slow", 100, 0.001, 1);
    costs_settle(r);
    const struct recommended *at = recommend(r, true);
    assert_string_equal(at->entry->backend, "hired");
    assert_true(at->by_speed && !at->other && !at->why_not && at->qualified == 2 && at->unpriced == 2);
    has(advice(r), "by p99 alone, since nothing that meets every expectation has a known price: hired, single: p99 5.00 ms (5.00-5.01).\nNo known price: hired "
                   "(`serves` in its backend block or a --targets file), embedded (embedded: it runs on "
                   "the application's machine).");
    results_free(r);
}

static void a_stand_in_is_no_service(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct result_backend *first = results_add_backend(r, "lakebase", "lakebase"),
                          *second = results_add_backend(r, "aurora_postgres", "aurora");
    first->place = second->place = "this machine";
    first->version = second->version = "PostgreSQL 15.20";
    second->same_as = "lakebase";
    add(r, 0, "lakebase", 5, 0.001, 1);
    add(r, 0, "aurora_postgres", 5.5, 0.001, 2);
    recommend(r, true);
    has(advice(r), "lakebase (stand-in), single: $1.00 per million requests, p99 5.00 ms (5.00-5.01). "
                   "Measured on a stand-in, not on the "
                   "service; its cost is modelled. aurora_postgres is the same server.");
    results_free(r);
}

/* 49 ms, but 45 to 54 by the rounds: below the limit by chance perhaps. */
static void what_holds_by_chance_does_not_qualify(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    add(r, 0, "sure", 30, 0.01, 3);
    add(r, 0, "perhaps", 45, 0.1, 1);
    const struct recommended *at = recommend(r, true);
    assert_true(r->expectations.items[2].ok && r->expectations.items[2].low < 50e6 &&
                r->expectations.items[2].high > 50e6);
    assert_string_equal(at->entry->backend, "sure");
    assert_string_equal(at->other->backend, "perhaps");
    has(at->lacks, "'p99 < 50ms' certainly held: it is 49.");
    results_free(r);
}

static void equal_costs_are_decided_by_p99(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    add(r, 0, "cheaper", 40, 0.001, 1.99);
    add(r, 0, "faster", 10, 0.001, 2);
    assert_string_equal(recommend(r, true)->entry->backend, "faster");
    r->noise = 0;
    recommend_results(r);
    assert_string_equal(r->recommendations.items[0].points->entry->backend, "cheaper");
    results_free(r);
}

static void nothing_where_the_data_carry_none(void **state)
{
    (void)state;
    enum { NO_EXPECT, TOO_SLOW, WRONG, ERRORS, FEW_ROUNDS, CASES };
    static const char *const said[] = {
        [NO_EXPECT] = "the run has no expectations",
        [TOO_SLOW] = "no candidate certainly meets every expectation.\nNearest: a, single: it would qualify if p99 fell by 5",
        [WRONG] = "no candidate can be ranked", [ERRORS] = "no candidate can be ranked",
        [FEW_ROUNDS] = "would qualify if 'p99 < 50ms' certainly held: it is 10.0 ms, of too few rounds or requests to be sure (at least 3 rounds and 1000 requests are needed)",
    };
    for (int i = 0; i < CASES; i++) {
        struct results *r = results_new(&workload, 1);
        struct result_entry *e = add(r, 0, "a", i == TOO_SLOW ? 120 : 10, 0.001, 1);
        if (i == WRONG)
            results_add_verified(r, e, 1, 1, 1, "wrong");
        e->all.errors = i == ERRORS;
        e->nrounds = i == FEW_ROUNDS ? 2 : 6;
        const struct recommended *at = recommend(r, i != NO_EXPECT);
        assert_null(at->entry);
        assert_non_null(at->why_not);
        has(advice(r), "none: ");
        has(advice(r), said[i]);
        e->nrounds = 6;                               /* all of them are freed */
        results_free(r);
    }
}

static void it_may_depend_on_what_is_swept(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    add(r, 0, "dear", 10, 0.001, 3);
    add(r, 0, "cheap", 20, 0.001, 1);
    add(r, 1, "dear", 11, 0.001, 3);
    add(r, 1, "cheap", 90, 0.001, 1);
    const struct recommended *at = recommend(r, true);
    assert_int_equal(r->recommendations.items[0].npoints, 2);
    assert_string_equal(at[0].entry->backend, "cheap");
    assert_string_equal(at[1].entry->backend, "dear");
    has(advice(r), "depends on share:\n· share 80%: cheap, single: $1.00 per million requests.\n· share 0%: "
                   "dear, single: $3.00");
    results_free(r);
    r = results_new(&workload, 1);
    add(r, 0, "a", 10, 0.001, 1);
    add(r, 1, "a", 20, 0.001, 2);
    recommend(r, true);
    assert_string_equal(advice(r),
                        "at all 2 points of the sweep: a, single: $1.00 to $2.00 per million requests.");
    results_free(r);
    r = results_new(&workload, 1);
    add(r, 0, "a", 10, 0.001, 1);
    add(r, 1, "a", 20, 0.001, 1.0001);
    recommend(r, true);
    assert_string_equal(advice(r), "at all 2 points of the sweep: a, single: $1.00 per million requests.");
    results_free(r);
}

/* ---- baselines ---- */

/* A choice by p99 that rests on no difference that was found says so in its own sentence, in every form. */
static void put_form(const struct results *r, const char *form, struct buf *b)
{
    buf_clear(b);
    report_find_format(form)->put(r, &(struct report_options){.width = 100000}, b);
}

static void a_choice_by_chance_says_so(void **state)
{
    (void)state;
    static const char *const forms[] = {"text", "md", "html"};
    for (int sweep = 0; sweep < 2; sweep++)
        for (int expects = 0; expects < 2; expects++) {
            struct results *r = results_new(&workload, 1);
            struct buf b = {0};
            for (int i = 0; i <= sweep; i++) {        /* the rounds of both go up and down against each
                                                         other */
                add(r, i, "a", i ? 10.3 : 10, 0.1, 0);
                add(r, i, "b", i ? 10 : 10.3, -0.1, 0);
                add(r, i, "slow", 30, 0.1, 0);
            }
            compare_results(r);
            const struct recommended *at = recommend(r, expects);
            assert_true(!expects || (!strcmp(at->doubt.rival->backend, "b") && !at->doubt.others));
            for (size_t f = 0; f < 3; f++) {
                put_form(r, forms[f], &b);
                if (!sweep) {
                    has(buf_text(&b), "not shown to be faster than b, single (p99 11.3");
                } else {
                    has(buf_text(&b),
                        "not shown to depend on share, since a, single is at no point shown to be slower");
                    has(buf_text(&b), "not shown to be faster than b, single");
                    assert_null(strstr(buf_text(&b), "it depends on"));
                }
            }
            buf_release(&b);
            results_free(r);
        }
}

/* Where one is shown to be slower at some point, and the other at another, it does depend; and what is shown
 * is not doubted. */
static void a_choice_that_is_shown_is_not_doubted(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct buf b = {0};
    for (int i = 0; i < 2; i++) {
        add(r, i, "a", i ? 20 : 10, 0.01, 0);
        add(r, i, "b", i ? 10 : 20, -0.01, 0);
    }
    compare_results(r);
    const struct recommended *at = recommend(r, true);
    assert_true(!at[0].doubt.rival && !at[1].doubt.rival && !r->recommendations.items[0].steady);
    has(advice(r), "depends on share; by p99 alone, since nothing that meets every expectation has a known "
                   "price:\n· share 80%: a, single.\n");
    put_form(r, "html", &b);
    has(buf_text(&b), "it depends on share");
    buf_release(&b);
    results_free(r);
}

/* Of what costs the same, too. */
static void equal_costs_decided_by_chance_say_so(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    add(r, 0, "a", 10, 0.1, 2);
    add(r, 0, "b", 10.3, -0.1, 2);
    add(r, 0, "dear", 10.3, -0.1, 3);
    compare_results(r);
    recommend(r, true);
    has(advice(r), "at the same cost not shown to be faster than b, single (p99 11.3 ms).");
    results_free(r);
    r = results_new(&workload, 1);
    struct buf b = {0};
    for (int i = 0; i < 2; i++) {
        add(r, i, "a", i ? 10.3 : 10, 0.1, 2);
        add(r, i, "b", i ? 10 : 10.3, -0.1, 2);
        add(r, i, "dear", 10.3, -0.1, 3);
    }
    compare_results(r);
    recommend(r, true);
    has(advice(r), "not shown to depend on share, since a, single costs the same and is at no point "
                   "shown to be slower");
    put_form(r, "html", &b);
    has(buf_text(&b),
        "at the same cost at none of the 2 points of the sweep shown to be slower than another");
    assert_null(strstr(buf_text(&b), "depends on share"));
    buf_release(&b);
    results_free(r);
    r = results_new(&workload, 1);
    add(r, 0, "a", 10, 0.1, 2);                       /* what is cheaper at one of the points is not steady */
    add(r, 0, "b", 10.3, -0.1, 3);
    add(r, 1, "a", 10, 0.1, 3);
    add(r, 1, "b", 10.3, -0.1, 2);
    compare_results(r);
    recommend(r, true);
    assert_null(r->recommendations.items[0].steady);
    has(advice(r), "depends on share:");
    results_free(r);
}

static void what_measured_something_else_is_refused(void **state)
{
    (void)state;
    static const struct ir_param other_params[] = {{"scale", "2%"}};
    static const struct ir other = {.name = "v", .params = params, .nparams = 1},
                           scaled = {.name = "w", .params = other_params, .nparams = 1};
    static const struct { const struct ir *ir; uint64_t seed; const char *data, *requests, *said; } known[] = {
        {&workload, 1, "d", "q", NULL}, {&other, 1, "d", "q", "the workload was w, is v"},
        {&workload, 2, "d", "q", "the seed was 1, is 2"},
        {&scaled, 1, "d", "q", "param scale was 1%, is 2%"},
        {&workload, 1, "e", "q", "the tables of run 'serve'"},
        {&workload, 1, NULL, "q", "the tables of run 'serve'"},
        {&workload, 1, "d", "r", "what run 'serve' asks for"},
    };
    struct results *base = results_new(&workload, 1);
    struct result_entry *then = add(base, 0, "a", 10, 0.01, 1);
    then->data_digest = "d", then->request_digest = "q";
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *now = results_new(known[i].ir, known[i].seed);
        struct result_entry *e = add(now, 0, "b", 10, 0.01, 1);   /* another backend does not matter */
        struct error err = {0};
        e->data_digest = known[i].data, e->request_digest = known[i].requests;
        assert_int_equal(baseline_check(now, base, "main", &err) < 0, known[i].said != NULL);
        if (known[i].said) {
            has(err.text, "the baseline 'main' measured something else: ");
            has(err.text, known[i].said);
        }
        results_free(now);
    }
    results_free(base);
}

static bool is_noted(const struct results *r, const char *part)
{
    for (size_t i = 0; i < r->baseline_notes.count; i++)
        if (strstr(r->baseline_notes.items[i], part))
            return true;
    return false;
}

static void what_is_not_as_it_was_is_noted(void **state)
{
    (void)state;
    struct results *base = results_new(&workload, 1), *now = results_new(&workload, 1);
    static const char *const names[] = {"same", "busier", "wrong", "gone", "new"};
    for (int i = 0; i < 4; i++)
        add(base, 0, names[i], 10, 0.01, 1);
    for (int i = 0; i < 5; i++)
        if (i != 3)
            add(now, 0, names[i], 10, 0.01, 1);
    baseline_set(now, base, "main");
    compare_results(now);
    assert_int_equal(now->baseline_notes.count, 2);   /* what only one of both has */
    now->entries.items[1]->clients = 8;
    now->entries.items[2]->all.errors = 1;
    now->host.cores++;
    now->version = "99";
    results_add_backend(base, "same", "k")->version = "1";
    struct result_backend *same = results_add_backend(now, "same", "k");
    same->version = "2", same->server = "Local 2", same->place = "this machine";
    baseline_set(now, base, "main");
    compare_results(now);
    results_skip_backend(now, results_add_backend(now, "gone", "k"), "not configured", NULL);
    baseline_judge(now);                              /* what is new, or was not ranked then, is no gate's
                                                         fault */
    assert_int_equal(now->unjudged.count, 3);
    assert_string_equal(now->unjudged.items[0].why, "it had 4 clients then, 8 now");
    assert_string_equal(now->unjudged.items[1].why, "it is not ranked now: errors");
    assert_string_equal(now->unjudged.items[2].why, "not configured");
    struct result_entry open = *now->entries.items[1], closed = open;
    open.rate = 100;
    assert_string_equal(baseline_other_load(now, &open, &closed),
                        "it was a closed loop then, a rate of 100/s now");
    assert_true(is_noted(now, "another machine") && is_noted(now, "another wkl: ") &&
                is_noted(now, "another same: 1 then, 2 now"));
    assert_true(is_noted(now, "another same: no stand-in then, Local 2, this machine now"));
    assert_true(is_noted(now, "run serve: it had 4 clients then, 8 now") &&
                is_noted(now, "not ranked now: serve, wrong, single (errors)"));
    assert_true(is_noted(now, "only in the baseline: serve, gone, single") &&
                is_noted(now, "not in the baseline: serve, new, single"));
    size_t compared = 0;
    for (size_t i = 0; i < now->comparisons.count; i++) {
        const struct comparison *c = now->comparisons.items + i;
        compared += c->kind == COMPARISON_BASELINE;
        assert_false(c->kind == COMPARISON_BASELINE && strcmp(c->entry->backend, "same"));
    }
    assert_int_equal(compared, 3);
    results_free(now);
    results_free(base);
}

/* A result against a baseline that is as many times faster, by rounds that differ by 20 %. */
static struct results *against_baseline(double times, struct results **base)
{
    struct results *now = results_new(&workload, 1);
    *base = results_new(&workload, 1);
    add(*base, 0, "a", 10, 0.1, 0);
    add(now, 0, "a", 10 * times, 0.1, 0);
    baseline_set(now, *base, "main");
    compare_results(now);
    baseline_judge(now);
    recommend_results(now);
    return now;
}

/* Of an unchanged result the heading of what changed would stand over nothing. */
static void no_heading_over_nothing(void **state)
{
    (void)state;
    for (int slower = 0; slower < 2; slower++) {
        struct results *base, *now = against_baseline(slower ? 3 : 1, &base);
        struct buf b = {0};
        put_form(now, "text", &b);
        assert_int_equal(strstr(buf_text(&b), "p99 against the baseline") != NULL, slower);
        buf_release(&b);
        results_free(now), results_free(base);
    }
}

/* Strategies that differ for sure are told of every backend, not of the fastest alone; of a sweep with
 * where. */
static void strategies_are_told_of_each_backend(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct buf b = {0};
    for (int i = 0; i < 2; i++) {
        results_add_backend(r, i ? "b" : "a", "k");
        for (int k = 0; k < 2; k++) {                 /* b's strategies differ at the second point alone */
            add(r, i, k ? "b" : "a", k ? 20 : 10, 0.001, 0);
            add(r, i, k ? "b" : "a", k ? (i ? 40 : 20) : 10, 0.001, 0)->strategy = "batch";
        }
    }
    results_sort(r);
    compare_results(r);
    recommend(r, false);
    put_form(r, "text", &b);
    has(buf_text(&b), "On b at share 0%: batch's p99 is 2.00 times as long as single's (2.00-2.00).");
    assert_null(strstr(buf_text(&b), "On a"));
    buf_release(&b);
    results_free(r);
}

/* What "no difference found" leaves room for is told, and true: what is a little more is found, half of it is
 * not. */
static void a_baseline_says_what_it_would_have_found(void **state)
{
    (void)state;
    static const struct { double times; enum comparison_verdict verdict; } known[] = {{0.5, VERDICT_NONE_FOUND}, {1.05, VERDICT_SLOWER}};
    struct results *base, *now = against_baseline(1, &base);
    struct buf b = {0};
    double slower = 0, seconds = 0;
    assert_true(power_of_baseline(now, METRIC_P50, &slower, &seconds));
    assert_true(slower > 0.1 && slower < 1 && seconds > 0 && !power_is_weak(now));
    put_form(now, "text", &b);
    has(buf_text(&b), "3 without a difference found");
    has(buf_text(&b), "Smallest slow-down it would have found everywhere: p50 +");
    has(buf_text(&b), "measure both for longer: -T ");
    results_free(now), results_free(base);
    for (size_t i = 0; i < 2; i++) {
        now = against_baseline(1 + slower * known[i].times, &base);
        for (size_t k = 0; k < now->comparisons.count; k++)
            if (now->comparisons.items[k].metric == METRIC_P50)
                assert_int_equal(now->comparisons.items[k].verdict, known[i].verdict);
        results_free(now), results_free(base);
    }
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cheapest_that_holds_all),
        cmocka_unit_test(costs_are_compared_at_one_rate),
        cmocka_unit_test(without_a_price_speed_decides),
        cmocka_unit_test(a_stand_in_is_no_service),
        cmocka_unit_test(what_holds_by_chance_does_not_qualify),
        cmocka_unit_test(equal_costs_are_decided_by_p99),
        cmocka_unit_test(nothing_where_the_data_carry_none),
        cmocka_unit_test(it_may_depend_on_what_is_swept),
        cmocka_unit_test(a_choice_by_chance_says_so),
        cmocka_unit_test(the_break_even_is_of_what_carries_most),
        cmocka_unit_test(a_choice_that_is_shown_is_not_doubted),
        cmocka_unit_test(equal_costs_decided_by_chance_say_so),
        cmocka_unit_test(what_measured_something_else_is_refused),
        cmocka_unit_test(what_is_not_as_it_was_is_noted),
        cmocka_unit_test(no_heading_over_nothing),
        cmocka_unit_test(strategies_are_told_of_each_backend),
        cmocka_unit_test(a_baseline_says_what_it_would_have_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
