/* Key distributions against their exact probabilities, 10^6 draws each, with fixed seeds. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "data/dist.h"
#include "tests/unit/stats.h"

enum { DRAWS = 1000000 };

/* Counts draws by rank (place before the scattering) and compares with weights. */
static double fit(const struct dist *d, uint64_t n, uint64_t draws,
                  double (*weight)(const struct dist *, uint64_t n, uint64_t rank))
{
    struct sampler s;
    struct rng r;
    double *count = mem_alloc(n * sizeof *count), *expected = mem_alloc(n * sizeof *expected), sum = 0;
    sampler_init(&s, d, n, 11);
    rng_init(&r, 12);
    bool scattered = d->kind == DIST_ZIPF || d->kind == DIST_HOT || d->kind == DIST_EXPONENTIAL;
    for (uint64_t i = 0; i < draws; i++) {
        uint64_t k = sampler_draw(&s, &r, i);
        assert_true(k < n);
        count[scattered ? perm_inverse(&s.scatter, k) : k]++;
    }
    for (uint64_t k = 0; k < n; k++)
        sum += expected[k] = weight(d, n, k);
    for (uint64_t k = 0; k < n; k++)
        expected[k] *= (double)draws / sum;
    double chi = chi_square(count, expected, n);
    mem_free(count);
    mem_free(expected);
    return chi;
}

static double even_weight(const struct dist *d, uint64_t n, uint64_t rank)
{
    (void)d, (void)n, (void)rank;
    return 1;
}
static double zipf_weight(const struct dist *d, uint64_t n, uint64_t rank)
{
    (void)n;
    return pow((double)rank + 1, -d->a);
}
static double latest_weight(const struct dist *d, uint64_t n, uint64_t rank)
{
    return pow((double)(n - rank), -d->a);
}
static double hot_weight(const struct dist *d, uint64_t n, uint64_t rank)
{
    uint64_t hot = (uint64_t)ceil(d->a * (double)n);
    return rank < hot ? d->b / (double)hot : (1 - d->b) / (double)(n - hot);
}
static double normal_weight(const struct dist *d, uint64_t n, uint64_t rank)
{
    double w = 1 / (double)n;
    return normal_below(((double)(rank + 1) * w - d->a) / d->b) -
           normal_below(((double)rank * w - d->a) / d->b);
}
static double exponential_weight(const struct dist *d, uint64_t n, uint64_t rank)
{
    return pow(0.05, (double)rank / (double)n / d->a) - pow(0.05, (double)(rank + 1) / (double)n / d->a);
}

static void draws_fit_their_probabilities(void **state)
{
    (void)state;
    static const struct {
        struct dist dist;
        uint64_t n;
        double (*weight)(const struct dist *, uint64_t, uint64_t);
    } cases[] = {
        {{DIST_UNIFORM}, 1000, even_weight},
        {{DIST_ZIPF, 0}, 1000, zipf_weight}, {{DIST_ZIPF, 0.5}, 1000, zipf_weight},
        {{DIST_ZIPF, 0.99}, 1000, zipf_weight},
        {{DIST_ZIPF, 1}, 1000, zipf_weight}, {{DIST_ZIPF, 1.5}, 1000, zipf_weight},
        {{DIST_ZIPF, 3}, 1000, zipf_weight},
        {{DIST_ZIPF, 0.99}, 1, zipf_weight}, {{DIST_ZIPF, 0.99}, 2, zipf_weight},
        {{DIST_ZIPF, 1}, 3, zipf_weight},
        {{DIST_ZIPF, 0.99}, 100003, zipf_weight}, {{DIST_HOT, 0.01, 0.8}, 12345, hot_weight},
        {{DIST_HOT, 0.5, 0.1}, 10, hot_weight},
        {{DIST_LATEST, 0.99}, 1000, latest_weight}, {{DIST_SEQUENTIAL}, 1000, even_weight},
        {{DIST_NORMAL, 0.5, 0.1}, 1000, normal_weight},
        {{DIST_NORMAL, 0, 0.3}, 777, normal_weight}, {{DIST_EXPONENTIAL, 0.5}, 1000, exponential_weight},
        {{DIST_EXPONENTIAL, 0.05}, 1000, exponential_weight},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double chi = fit(&cases[i].dist, cases[i].n, cases[i].n < 100 ? 100000 : DRAWS, cases[i].weight);
        if (!(chi < 5))
            fail_msg("case %zu: chi-square is %.1f deviations off", i, chi);
    }
}

static double steeper_weight(const struct dist *d, uint64_t n, uint64_t rank)
{
    (void)n;
    return pow((double)rank + 1, -d->a - 0.01);
}

static void a_wrong_shape_is_seen(void **state)        /* the test above can fail */
{
    (void)state;
    assert_true(fit(&(struct dist){DIST_ZIPF, 0.98}, 1000, DRAWS, steeper_weight) > 5);
    assert_true(fit(&(struct dist){DIST_UNIFORM}, 1000, DRAWS, exponential_weight) > 100);
    assert_true(fit(&(struct dist){DIST_HOT, 0.01, 0.8}, 12345, DRAWS, even_weight) > 100);
}

static uint64_t fnv(uint64_t v)
{
    uint64_t h = 14695981039346656037u;
    for (int i = 0; i < 8; i++, v >>= 8) {
        h ^= v & 255;
        h *= 1099511628211u;
    }
    return (int64_t)h < 0 ? 0 - h : h;
}

/* The share of draws that the keys of the hottest 1 % of the ranks get. */
static double hottest_percent(const struct dist *d, uint64_t n)
{
    struct sampler s;
    struct rng r;
    unsigned char *hot = mem_alloc(n);
    double got = 0;
    sampler_init(&s, d, n, 21);
    rng_init(&r, 22);
    for (uint64_t rank = 0; rank < n / 100; rank++)
        hot[perm_forward(&s.scatter, d->kind == DIST_YCSB_ZIPF ? fnv(rank) % n : rank)] = 1;
    for (int i = 0; i < DRAWS; i++)
        got += hot[sampler_draw(&s, &r, 0)];
    mem_free(hot);
    return got / DRAWS;
}

static void ycsb_is_far_flatter_than_zipf(void **state)
{
    (void)state;
    const struct dist ycsb = {DIST_YCSB_ZIPF, 0.99}, zipf = {DIST_ZIPF, 0.99};
    double y = hottest_percent(&ycsb, 1000000), z = hottest_percent(&zipf, 1000000);
    print_message("hottest 1%% of 10^6 keys: ycsb_zipf %.4f (formula %.4f), zipf %.4f (formula %.4f)\n", y,
                  dist_hottest(&ycsb, 1000000,
        0.01), z,
                  dist_hottest(&zipf, 1000000, 0.01));
    assert_true(fabs(y - 0.39) < 0.015 && fabs(z - 0.66) < 0.01);
    assert_true(fabs(y - dist_hottest(&ycsb, 1000000, 0.01)) < 0.005 &&
                fabs(z - dist_hottest(&zipf, 1000000, 0.01)) < 0.002);
}

static void zeta_is_the_sum(void **state)
{
    (void)state;
    static const double thetas[] = {0, 0.5, 0.99, 1, 1.5, 3, 10};
    for (size_t i = 0; i < sizeof thetas / sizeof *thetas; i++)
        for (int n = 1; n <= 1000000; n *= 10) {
            long double sum = 0;
            for (int k = n; k > 0; k--)
                sum += powl(k, -thetas[i]);
            assert_true(fabsl(zipf_zeta(n, thetas[i]) - sum) <= 1e-12L * sum);
        }
    assert_true(fabs(zipf_zeta(1e10, 0.99) - 26.46902820178302) < 1e-9);   /* the constant in YCSB's source */
}

static void hottest_is_what_is_measured(void **state)
{
    (void)state;
    static const struct { struct dist d; double fraction, share; } cases[] = {
        {{DIST_UNIFORM}, 0.1, 0.1}, {{DIST_SEQUENTIAL}, 0.3, 0.3}, {{DIST_HOT, 0.01, 0.8}, 0.01, 0.8},
        {{DIST_HOT, 0.01, 0.8}, 0.005, 0.4},
        {{DIST_HOT, 0.01, 0.8}, 0.505, 0.9}, {{DIST_HOT, 0.5, 0.1}, 0.5, 0.9},
        {{DIST_EXPONENTIAL, 0.2}, 0.2, 0.95},
        {{DIST_NORMAL, 0.5, 0.1}, 0.2, 0.6827},
        {{DIST_ZIPF, 0}, 0.25, 0.25}, {{DIST_LATEST, 1}, 1, 1}, {{DIST_ZIPF, 2}, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (fabs(dist_hottest(&cases[i].d, 1000, cases[i].fraction) - cases[i].share) > 0.001)
            fail_msg("case %zu: %f", i, dist_hottest(&cases[i].d, 1000, cases[i].fraction));
}

static void misses_come_as_often_as_asked(void **state)
{
    (void)state;
    const struct dist d = {DIST_ZIPF, 0.99, 0, 0.05};
    struct sampler s;
    struct rng r;
    uint64_t n = 1000, misses = 0;
    sampler_init(&s, &d, n, 1);
    rng_init(&r, 2);
    for (int i = 0; i < DRAWS; i++) {
        uint64_t k = sampler_draw(&s, &r, 0);
        assert_true(k < 2 * n);
        misses += k >= n;
    }
    assert_true(fabs((double)misses - 0.05 * DRAWS) < 5 * sqrt(0.05 * 0.95 * DRAWS));
}

static void huge_key_spaces_cost_nothing(void **state)
{
    (void)state;
    static const struct dist all[] = {
        {DIST_UNIFORM}, {DIST_ZIPF, 0.99}, {DIST_ZIPF, 1}, {DIST_ZIPF, 2.5}, {DIST_YCSB_ZIPF, 0.99},
        {DIST_HOT, 0.01, 0.8}, {DIST_LATEST,
            0.5},
        {DIST_SEQUENTIAL}, {DIST_NORMAL, 0.5, 0.1}, {DIST_EXPONENTIAL, 0.95},
    };
    static const uint64_t sizes[] = {1, 2, (uint64_t)1 << 40, (uint64_t)1 << 62, INT64_MAX};
    struct rng r;
    rng_init(&r, 9);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            struct sampler s;
            sampler_init(&s, &all[i], sizes[j], 3);
            for (uint64_t k = 0; k < 1000; k++)
                assert_true(sampler_draw(&s, &r, k) < sizes[j]);
        }
}

static void draws_never_change(void **state)
{
    (void)state;
    static const struct { struct dist d; uint64_t hash; } cases[] = {
        {{DIST_UNIFORM}, 0xe63315166660661cu}, {{DIST_ZIPF, 0.99}, 0x196442fa92ed9f1fu},
        {{DIST_ZIPF, 1}, 0x63ebfafbbec82fecu},
        {{DIST_YCSB_ZIPF, 0.99}, 0xc5c1467660846533u}, {{DIST_HOT, 0.01, 0.8}, 0xdfc67a78ee648ad3u},
        {{DIST_LATEST, 0.99}, 0x8973bb82c6b42666u}, {{DIST_SEQUENTIAL}, 0x567d10ec3f59e530u},
        {{DIST_NORMAL, 0.5, 0.1}, 0xf8a9483533b8d6fau},
        {{DIST_EXPONENTIAL, 0.95, 0, 0.1}, 0xdb497ad2eb805bc8u},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sampler s;
        struct rng r;
        uint64_t hash = 0;
        sampler_init(&s, &cases[i].d, 1000003, 5);
        rng_init(&r, 6);
        for (uint64_t k = 0; k < 10000; k++)
            hash = rng_mix(hash, sampler_draw(&s, &r, k));
        if (hash != cases[i].hash)
            fail_msg("case %zu: draws changed: 0x%llxu", i, (unsigned long long)hash);
    }
}

static void texts_and_checks(void **state)
{
    (void)state;
    static const struct { struct dist d; const char *text; bool fine; } cases[] = {
        {{DIST_HOT, 0.01, 0.8}, "hot(1%, 80%)", true}, {{DIST_ZIPF, 0.99, 0, 0.05}, "zipf(0.99) miss 5%",
                                                        true},
        {{DIST_UNIFORM}, "uniform", true},
        {{DIST_EXPONENTIAL, 0.07}, "exponential(7%)", true},
        {{DIST_NORMAL, 0.5, 0.125}, "normal(50%, 12.5%)", true},
        {{DIST_ZIPF, -1}, "zipf(-1)", false},
        {{DIST_YCSB_ZIPF, 1}, "ycsb_zipf(1)", false}, {{DIST_HOT, 0, 0.5}, "hot(0%, 50%)", false},
        {{DIST_UNIFORM, 0, 0, 1.5}, "uniform miss 150%", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = {0};
        dist_put(&b, &cases[i].d);
        assert_string_equal(buf_text(&b), cases[i].text);
        assert_int_equal(dist_check(&cases[i].d) == NULL, cases[i].fine);
        buf_release(&b);
    }
    struct sampler s;                                 /* 0.07 * 100 is 7.000000000000001 */
    sampler_init(&s, &(struct dist){DIST_HOT, 0.07, 0.5}, 100, 1);
    assert_int_equal(s.hot, 7);
    sampler_init(&s, &(struct dist){DIST_HOT, 0.01, 0.5}, 101, 1);
    assert_int_equal(s.hot, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_fit_their_probabilities), cmocka_unit_test(a_wrong_shape_is_seen),
            cmocka_unit_test(ycsb_is_far_flatter_than_zipf),
        cmocka_unit_test(zeta_is_the_sum), cmocka_unit_test(hottest_is_what_is_measured),
        cmocka_unit_test(misses_come_as_often_as_asked),
        cmocka_unit_test(huge_key_spaces_cost_nothing), cmocka_unit_test(draws_never_change),
        cmocka_unit_test(texts_and_checks),
    };
    return cmocka_run_group_tests_name("dist", tests, NULL, NULL);
}
