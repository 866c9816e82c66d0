/* statistics.c - what stats.h promises, held against requests that were made up: each is like the one before
 * it, as those of a real server are, and rounds differ among themselves. Seeds are fixed, so that a test
 * either always passes or always fails; the bounds leave room for four standard deviations of what is
 * counted. `tests/unit/statistics study` prints the coverage of more cases. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/gen.h"
#include "findings/compare.h"
#include "findings/figures.h"

static const struct ir_query query = {.name = "q"};
static const struct ir_mix mix[] = {{&query, 1}};
static const struct ir_run run = {.name = "serve", .mix = mix, .nmix = 1, .clients = 1};
static const struct ir_point point = {.run = &run};
static const struct ir workload = {.name = "w"};

/* ln(latency / typical) = sigma x + tau z: x is AR(1), x' = phi x + sqrt(1 - phi^2) e, so that its variance
 * is 1 whatever phi is; z is one number for the whole round. Both are normal, and so is their sum: all
 * percentiles are known. */
struct shape {
    uint32_t rounds, requests;                        /* of a round */
    double phi, sigma, tau;
};

static const double typical = 1e6;                    /* ns */

static double truth(const struct shape *s, enum metric m)
{
    double variance = s->sigma * s->sigma + s->tau * s->tau, mean = typical * exp(variance / 2);
    return m == METRIC_P50 ? typical : m == METRIC_P95 ? typical * exp(1.6448536 * sqrt(variance))
         : m == METRIC_P99 ? typical * exp(2.3263479 * sqrt(variance)) : m == METRIC_MEAN ? mean : 1e9 / mean;
}

static void simulate_round(struct bits *bits, const struct shape *s, double scale, double common,
                           struct tally *t)
{
    double x = gen_normal(bits), step = sqrt(1 - s->phi * s->phi), ns = 0;
    tally_reset(t);
    for (uint32_t i = 0; i < s->requests; i++) {
        double latency = typical * scale * exp(s->sigma * x + s->tau * common);
        hist_record(t->response, (int64_t)latency);
        ns += latency;
        x = s->phi * x + step * gen_normal(bits);
    }
    t->requests = s->requests;
    t->seconds = ns / 1e9;
}

/* Two entries of one run, whose rounds take turns; the second's latencies are `scale` times as long. `shared`
 * is how much of what disturbs a round disturbs both, 0 … 1. */
static struct results *simulate(struct bits *bits, const struct shape *s, double scale, double shared)
{
    struct results *r = results_new(&workload, 1);
    struct result_entry *a = results_add_entry(r, &point, "single", "a"),
                        *b = results_add_entry(r, &point, "single", "b");
    struct tally *t = tally_new();
    for (uint32_t k = 0; k < s->rounds; k++) {
        double both = gen_normal(bits), own = sqrt(1 - shared * shared);
        simulate_round(bits, s, 1, shared * both + own * gen_normal(bits), t);
        results_add_round(r, a, t);
        simulate_round(bits, s, scale, shared * both + own * gen_normal(bits), t);
        results_add_round(r, b, t);
    }
    results_add_verified(r, a, 1, 1, 0, NULL);
    results_add_verified(r, b, 1, 1, 0, NULL);
    tally_free(t);
    return r;
}

static const struct shape shapes[] = {
    {3, 1000, 0.9, 0.3, 0},  {6, 500, 0, 0.3, 0},       {6, 500, 0.9, 0.3, 0}, {6, 500, 0.98, 0.3, 0},
    {6, 500, 0.9, 0.3, 0.1}, {6, 2000, 0.98, 0.5, 0.1}, {12, 250, 0.9, 0.3, 0.05},
};
static const enum metric metrics[] = {METRIC_P50, METRIC_P95, METRIC_P99, METRIC_MEAN, METRIC_THROUGHPUT};
enum { SHAPES = sizeof shapes / sizeof *shapes, METRICS = sizeof metrics / sizeof *metrics };

/* The shares of simulated runs in which the truth lies within the interval, and of pairs in which the ratio's
 * does. */
static void cover(const struct shape *s, int runs, double share[METRICS], double ratio[METRICS])
{
    struct bits bits = {7};
    for (int m = 0; m < METRICS; m++)
        share[m] = ratio[m] = 0;
    for (int i = 0; i < runs; i++) {
        struct results *r = simulate(&bits, s, 1, 0.7);
        for (int m = 0; m < METRICS; m++) {
            double low = 0, high = 0;
            struct stats_difference d;
            assert_true(stats_interval(r->entries.items[0], metrics[m], &low, &high));
            assert_true(stats_difference(r->entries.items[0], r->entries.items[1], metrics[m], true, &d));
            share[m] += (low <= truth(s, metrics[m]) && truth(s, metrics[m]) <= high) / (double)runs;
            ratio[m] += (d.low <= 0 && 0 <= d.high) / (double)runs;
        }
        results_free(r);
    }
}

static void study(int runs)
{
    printf("rounds requests  phi sigma  tau |  coverage of p50 p95 p99 mean throughput |  of their ratios\n");
    for (int i = 0; i < SHAPES; i++) {
        double share[METRICS], ratio[METRICS];
        cover(shapes + i, runs, share, ratio);
        printf("%6u %8u %4.2f %5.2f %4.2f |", shapes[i].rounds, shapes[i].requests, shapes[i].phi,
               shapes[i].sigma, shapes[i].tau);
        for (int m = 0; m < METRICS; m++)
            printf(" %5.3f", share[m]);
        printf(" |");
        for (int m = 0; m < METRICS; m++)
            printf(" %5.3f", ratio[m]);
        printf("\n");
    }
}


static void near(double found, double expected, double off)
{
    if (!(fabs(found - expected) <= off))
        fail_msg("%.12g, expected %.12g", found, expected);
}

/* Student's own table. */
static void the_t_distribution_is_students(void **state)
{
    (void)state;
    static const struct { uint32_t n; double t95, t99; } known[] = {
        {1, 12.706, 63.657}, {2, 4.303, 9.925}, {3, 3.182, 5.841}, {4, 2.776, 4.604}, {5, 2.571, 4.032},
        {9, 2.262, 3.250},   {10, 2.228, 3.169}, {30, 2.042, 2.750}, {100, 1.984, 2.626},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        near(stats_student_quantile(0.05, known[i].n), known[i].t95, 0.0006);
        near(stats_student_quantile(0.01, known[i].n), known[i].t99, 0.0006);
        near(stats_student(-known[i].t95, known[i].n), 0.05, 0.0001);
        near(stats_student(0, known[i].n), 1, 1e-12);
    }
}

static void add_level(struct results *r, struct result_entry *e, double ns, uint64_t requests)
{
    struct tally *t = tally_new();
    hist_record_n(t->response, (int64_t)ns, requests);
    t->requests = requests;
    t->seconds = (double)requests * ns / 1e9;
    results_add_round(r, e, t);
    tally_free(t);
}

/* For a mean the resampled rounds give Student's interval: of 1.00 … 1.05 ms, the mean 1.025, standard error
 * 0.01871 / sqrt 6. */
static void a_mean_has_students_interval(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct result_entry *e = results_add_entry(r, &point, "single", "a");
    double low = 0, high = 0, cv = 0, half = 2.571 * 0.0187083 / sqrt(6) / 1.025;
    for (int i = 0; i < 6; i++) {
        assert_int_equal(stats_interval(e, METRIC_MEAN, &low, &high), i >= STATS_LEAST_ROUNDS);
        add_level(r, e, 1e6 + 1e4 * i, 100);
    }
    assert_true(stats_interval(e, METRIC_MEAN, &low, &high));
    near(log(high / low) / 2, half, 0.08 * half);     /* a thousand resamples know the error to 2 % */
    near(log(low * high) / 2, log(1.025e6), 1e-9);
    assert_true(stats_variation(e, METRIC_MEAN, &cv));
    near(cv, 0.0187083 / 1.025, 1e-6);
    results_free(r);
}

/* A clock of 70 ns: the median is 4.97 µs in all rounds of the one and a tick more in those of the other,
 * which is 1.4 % and no difference. */
static void a_tick_of_the_clock_is_no_difference(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct result_entry *e[2] = {results_add_entry(r, &point, "single", "a"),
                                 results_add_entry(r, &point, "single", "b")};
    struct tally *t = tally_new();
    double low = 0, high = 0;
    for (int i = 0; i < 12; i++) {
        tally_reset(t);
        for (int tick = -3; tick <= 3; tick++)
            hist_record_n(t->response, 4970 + 70 * (tick + i % 2), 100);
        t->requests = 700;
        t->seconds = 1;
        results_add_round(r, e[i % 2], t);
    }
    tally_free(t);
    r->noise = 0;
    struct comparison c = compare_entries(r, e[1], e[0], METRIC_P50);
    near(c.difference.change, 70.0 / 4970, 1e-3);
    assert_int_equal(c.difference.agree, 6);
    assert_int_equal(c.verdict, VERDICT_NONE_FOUND);
    assert_true(stats_interval(e[0], METRIC_P50, &low, &high));
    near(log(high / low) / 2, 2.571 * 70 / 4970 / sqrt(12), 5e-4);
    results_free(r);
}

static void what_rounds_do_not_carry(void **state)
{
    (void)state;
    struct results *r = results_new(&workload, 1);
    struct result_entry *e = results_add_entry(r, &point, "single", "a"),
                        *idle = results_add_entry(r, &point, "batch", "a");
    struct tally *nothing = tally_new();
    double low = 0, high = 0;
    for (int i = 0; i < 3; i++)
        add_level(r, e, 1e6, 100), add_level(r, idle, 1e6, 1000);
    assert_true(stats_interval(e, METRIC_P50, &low, &high) && stats_interval(e, METRIC_P95, &low, &high));
    assert_false(stats_interval(e, METRIC_P99, &low, &high));      /* 3 of 300 requests lie beyond */
    assert_true(stats_interval(idle, METRIC_P99, &low, &high));
    assert_false(stats_interval(idle, METRIC_P99_9, &low, &high));
    for (enum metric m = 0; m < METRIC_COUNT; m++)
        assert_int_equal(stats_interval(idle, m, &low, &high),
                         m <= METRIC_P99 || m == METRIC_MEAN || m == METRIC_THROUGHPUT);
    results_add_round(r, idle, nothing);
    assert_false(stats_interval(idle, METRIC_P50, &low, &high));   /* a round without an answer */
    tally_free(nothing);
    results_free(r);
}

static void coverage_is_near_95_percent(void **state)
{
    (void)state;
    enum { RUNS = 150 };                              /* the seed is fixed; `study` has as many as are asked
                                                         for */
    for (int i = 0; i < SHAPES; i++) {
        double share[METRICS], ratio[METRICS];
        bool thin = shapes[i].phi > 0.95;             /* a dozen independent requests a round do not show
                                                         their 99th percentile */
        if (shapes[i].requests > 1000)
            continue;
        cover(shapes + i, RUNS, share, ratio);
        for (int m = 0; m < METRICS; m++) {
            double least = metrics[m] != METRIC_P99 ? 0.9 : thin ? 0.8 : 0.86;
            if (share[m] < least || ratio[m] < 0.88)
                fail_msg("shape %d, metric %d: covers %g, its ratio %g", i, (int)metrics[m], share[m],
                         ratio[m]);
        }
    }
}

/* What it is for: taken as independent, the same requests give an interval that misses the mean more often
 * than not. */
static void requests_are_no_witnesses(void **state)
{
    (void)state;
    struct bits bits = {7};
    const struct shape *s = shapes + 3;
    int held = 0;
    for (int i = 0; i < 200; i++) {
        struct results *r = simulate(&bits, s, 1, 0);
        const struct hist *h = r->entries.items[0]->all.response;
        held += fabs(hist_mean(h) - truth(s, METRIC_MEAN)) < 1.96 * hist_stddev(h) / sqrt((double)h->count);
        results_free(r);
    }
    assert_in_range(held, 0, 100);
}

/* ---- verdicts ---- */

/* In how many of so many simulated runs are the two called different in anything, and in how many is b's p99
 * called `expected`? */
static int count_claims(const struct shape *s, int runs, double scale, double noise,
                        enum comparison_verdict expected, int *right)
{
    struct bits bits = {11};
    int claims = 0;
    for (int i = 0; i < runs; i++) {
        struct results *r = simulate(&bits, s, scale, 0.7);
        bool any = false;
        r->noise = noise;
        compare_results(r);
        assert_int_equal(r->comparisons.count, 3);
        for (size_t k = 0; k < r->comparisons.count; k++) {
            const struct comparison *c = r->comparisons.items + k;
            enum comparison_verdict v = c->verdict;
            any |= v == VERDICT_FASTER || v == VERDICT_SLOWER;
            assert_int_equal(v == VERDICT_NONE_FOUND, c->why != NULL);
            if (c->metric == METRIC_P50 && right)     /* whichever of the two is the reference */
                *right += v == (c->entry == r->entries.items[1] ? expected : expected == VERDICT_SLOWER ? VERDICT_FASTER : VERDICT_SLOWER);
        }
        claims += any;
        results_free(r);
    }
    return claims;
}

/* The same twice: called different in at most 5 % of the runs, even where no threshold helps. */
static void the_same_is_not_called_different(void **state)
{
    (void)state;
    enum { RUNS = 100 };
    for (int i = 0; i < SHAPES; i++) {
        if (shapes[i].requests > 1000)
            continue;
        int claims = count_claims(shapes + i, RUNS, 1, 0, VERDICT_NONE_FOUND, NULL);
        if (claims > RUNS * 5 / 100)
            fail_msg("shape %d: %d of %d", i, claims, (int)RUNS);
    }
}

static void what_differs_is_found(void **state)
{
    (void)state;
    enum { RUNS = 100 };
    int right = 0;
    count_claims(&(struct shape){6, 1000, 0.9, 0.3, 0.02}, RUNS, 1.2, 0.02, VERDICT_SLOWER, &right);
    assert_in_range(right, 95, RUNS);
    right = 0;
    count_claims(&(struct shape){6, 1000, 0.9, 0.3, 0.02}, RUNS, 1.2, 0.25, VERDICT_SLOWER, &right);
    assert_in_range(right, 0, 10);                    /* a fifth is not above a threshold of a quarter, but by
                                                         chance */
}

/* Entries with rounds of one level each, six of them: what is claimed is known. */
static void claims_need_all_three(void **state)
{
    (void)state;
    static const struct { double levels[6]; double noise; enum comparison_verdict verdict; const char *text; } known[] = {
        {{1.10, 1.10, 1.11, 1.10, 1.10, 1.11}, 0.02, VERDICT_SLOWER, "slower by 1"},
        {{0.90, 0.90, 0.91, 0.90, 0.90, 0.91}, 0.02, VERDICT_FASTER, "faster by 9."},
        {{3.00, 3.01, 3.00, 3.00, 3.01, 3.00}, 0.02, VERDICT_SLOWER, "slower, 3.0"},
        {{0.30, 0.30, 0.30, 0.30, 0.30, 0.30}, 0.02, VERDICT_FASTER, "faster, 0.3"},
        {{1.01, 1.01, 1.01, 1.01, 1.01, 1.01}, 0.02, VERDICT_NONE_FOUND, "no difference found ("},
        {{1.01, 1.01, 1.01, 1.01, 1.01, 1.01}, 0.005, VERDICT_SLOWER, "slower by "},
        {{1.06, 1.03, 1.08, 1.03, 1.07, 1.04}, 0.02, VERDICT_SLOWER, "slower by 5."},
        {{1.06, 1.03, 1.08, 1.03, 1.07, 1.04}, 0.05, VERDICT_NONE_FOUND, "no difference found (+"},   /* 3 % to 7 %: perhaps within 5 % */
        {{1.20, 1.20, 1.20, 1.20, 1.20, 0.99}, 0.02, VERDICT_NONE_FOUND, "no difference found ("},
        {{1.50, 1.00, 1.50, 0.90, 1.50, 0.80}, 0.02, VERDICT_NONE_FOUND, "no difference found (−"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *r = results_new(&workload, 1);
        struct result_entry *a = results_add_entry(r, &point, "single", "a"),
                            *b = results_add_entry(r, &point, "single", "b");
        for (int k = 0; k < 6; k++)
            add_level(r, a, 1e6, 1000), add_level(r, b, 1e6 * known[i].levels[k], 1000);
        r->noise = known[i].noise;
        struct comparison c = compare_entries(r, b, a, METRIC_MEAN);
        struct buf text = {0};
        comparison_put(&text, &c);
        if (c.verdict != known[i].verdict || strncmp(buf_text(&text), known[i].text, strlen(known[i].text)))
            fail_msg("%zu: %s", i, buf_text(&text));
        assert_int_equal(c.verdict == VERDICT_NONE_FOUND, c.why != NULL);
        buf_release(&text);
        results_free(r);
    }
}

static void what_is_not_ranked_is_not_compared(void **state)
{
    (void)state;
    struct bits bits = {3};
    struct results *r = simulate(&bits, shapes, 2, 0);
    compare_results(r);
    assert_int_equal(r->comparisons.count, 3);
    assert_non_null(compare_find(r, r->entries.items[1], r->entries.items[0], METRIC_P99));
    assert_null(compare_find(r, r->entries.items[0], r->entries.items[1], METRIC_P99));
    r->entries.items[1]->all.errors = 1;
    compare_results(r);
    assert_int_equal(r->comparisons.count, 0);
    results_free(r);
}

/* Against another run's rounds, which are not paired with ours. */
static void a_baseline_is_compared(void **state)
{
    (void)state;
    struct bits bits = {5};
    const struct shape s = {6, 1000, 0.9, 0.3, 0.01};
    struct results *now = simulate(&bits, &s, 1.5, 0), *before = simulate(&bits, &s, 1, 0);
    now->baseline = before;
    compare_results(now);
    assert_int_equal(now->comparisons.count, 9);
    for (size_t i = 0; i < now->comparisons.count; i++) {
        const struct comparison *c = now->comparisons.items + i;
        if (c->kind != COMPARISON_BASELINE)
            continue;
        assert_false(c->difference.paired);
        assert_int_equal(c->difference.rounds, 12);
        assert_string_equal(c->entry->backend, c->against->backend);
        assert_int_equal(c->verdict, c->entry == now->entries.items[1] ? VERDICT_SLOWER : VERDICT_NONE_FOUND);
    }
    results_free(now);
    results_free(before);
}

static void outliers_are_told(void **state)
{
    (void)state;
    static const double levels[] = {1, 1.01, 0.99, 1.02, 3, 1};
    struct results *r = results_new(&workload, 1);
    struct result_entry *e = results_add_entry(r, &point, "single", "a");
    double times = 0;
    for (int i = 0; i < 6; i++)
        add_level(r, e, 1e6 * levels[i], 100);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(stats_outlier(e, i, METRIC_P50, &times), i == 4);
    near(times, 3, 0.05);
    assert_int_equal(e->nrounds, 6);                  /* told, not removed */
    assert_true(figures_metric(e, METRIC_MAX, false, &times) && times > 2.9e6);
    results_free(r);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_t_distribution_is_students),
        cmocka_unit_test(a_mean_has_students_interval),
        cmocka_unit_test(a_tick_of_the_clock_is_no_difference),
        cmocka_unit_test(what_rounds_do_not_carry),
        cmocka_unit_test(coverage_is_near_95_percent),
        cmocka_unit_test(requests_are_no_witnesses),
        cmocka_unit_test(the_same_is_not_called_different),
        cmocka_unit_test(what_differs_is_found),
        cmocka_unit_test(claims_need_all_three),
        cmocka_unit_test(what_is_not_ranked_is_not_compared),
        cmocka_unit_test(a_baseline_is_compared),
        cmocka_unit_test(outliers_are_told),
    };
    if (argc > 1 && !strcmp(argv[1], "study")) {
        study(argc > 2 ? atoi(argv[2]) : 2000);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
