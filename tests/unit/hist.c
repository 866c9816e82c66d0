/* hist.c - known answers, and percentiles against those of the sorted values. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "vm/hist.h"

static void empty_gives_zeros(void **state)
{
    (void)state;
    struct hist *h = hist_new();
    assert_int_equal(hist_percentile(h, 50), 0);
    assert_int_equal(hist_min(h), 0);
    assert_int_equal(hist_max(h), 0);
    assert_true(hist_mean(h) == 0 && hist_stddev(h) == 0);
    struct hist_step s = {0};
    assert_false(hist_next(h, &s));
    hist_free(h);
    hist_free(NULL);
}

/* Slots are as in HdrHistogram with lowest 1 and 3 digits: exact up to 2047, then 2 wide, then 4 … */
static void slots_are_known(void **state)
{
    (void)state;
    static const struct { int64_t ns; uint32_t slot; int64_t low, high; } known[] = {
        {0, 0, 0, 0},
        {1, 1, 1, 1},
        {2047, 2047, 2047, 2047},
        {2048, 2048, 2048, 2049},
        {2049, 2048, 2048, 2049},
        {4095, 3071, 4094, 4095},
        {4096, 3072, 4096, 4099},
        {10000, 4322, 10000, 10007},
        {3600000000000, 33420, 3599182594048, 3601330077695},
        {HIST_HIGHEST, HIST_SLOTS - 1, HIST_HIGHEST - 2147483647, HIST_HIGHEST},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        assert_int_equal(hist_lowest_equivalent(known[i].ns), known[i].low);
        assert_int_equal(hist_highest_equivalent(known[i].ns), known[i].high);
        assert_int_equal(hist_slot(known[i].ns), known[i].slot);
    }
}

static void neighbours_are_within_a_thousandth(void **state)
{
    (void)state;
    for (uint32_t slot = 0; slot + 1 < HIST_SLOTS; slot++) {
        uint32_t doubling = slot < 2 * HIST_HALF ? 0 : slot / HIST_HALF - 1;
        int64_t low = (int64_t)(slot - doubling * HIST_HALF) << doubling, high = hist_highest_equivalent(low);
        assert_int_equal(hist_slot(low), slot);
        assert_int_equal(hist_slot(high), slot);
        assert_int_equal(hist_slot(high + 1), slot + 1);
        assert_true((high - low) * 1000 <= low || low == 0);
    }
}

static void known_percentiles(void **state)
{
    (void)state;
    struct hist *h = hist_new();
    for (int64_t i = 1; i <= 1000; i++)
        hist_record(h, i);
    static const struct { double percent; int64_t value;
    } known[] = {
        {0, 1},      {0.1, 1},      {50, 500},   {90, 900},   {95, 950}, {99, 990},
        {99.9, 999}, {99.91, 1000}, {100, 1000}, {120, 1000}, {-5, 1},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_int_equal(hist_percentile(h, known[i].percent), known[i].value);
    assert_true(hist_mean(h) == 500.5);
    assert_true(fabs(hist_stddev(h) - 288.674990) < 1e-5);
    hist_free(h);
}

static void outside_the_range_is_clamped_and_counted(void **state)
{
    (void)state;
    struct hist *h = hist_new();
    hist_record(h, INT64_MAX);
    hist_record(h, -7);
    hist_record_n(h, 3600000000001, 3);
    assert_int_equal(h->count, 5);
    assert_int_equal(h->clamped, 2);
    assert_int_equal(hist_max(h), HIST_HIGHEST);
    assert_int_equal(hist_min(h), 0);
    assert_int_equal(hist_percentile(h, 100), HIST_HIGHEST);
    hist_free(h);
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* xorshift64*: the test needs the same numbers everywhere */
static double random_share(uint64_t *s)
{
    *s ^= *s >> 12, *s ^= *s << 25, *s ^= *s >> 27;
    return (double)(*s * 0x2545F4914F6CDD1Dull >> 11) / 0x1p53;
}

static int64_t draw(int shape, uint64_t *s)
{
    double u = random_share(s);
    switch (shape) {
    case 0: return (int64_t)(u * 1e6);                                 /* even */
    case 1: return (int64_t)(-log(1 - u) * 3e6) + 100000;              /* exponential, as of a queue */
    case 2: return (int64_t)pow(10, 2 + 10 * u);                       /* over ten decades */
    default: return u < 0.97 ? 150000 + (int64_t)(u * 1e4) : 80000000 + (int64_t)(u * 1e7);  /* two humps */
    }
}

static void percentiles_match_the_sorted_values(void **state)
{
    (void)state;
    enum { N = 100003 };
    static const double percents[] = {0, 0.01, 1, 10, 25, 50, 75, 90, 95, 97, 99, 99.9, 99.99, 99.999, 100};
    int64_t *values = mem_alloc(N * sizeof *values);
    struct hist *h = hist_new();
    uint64_t seed = 42;
    for (int shape = 0; shape < 4; shape++) {
        double sum = 0;
        hist_reset(h);
        for (int i = 0; i < N; i++) {
            values[i] = draw(shape, &seed);
            sum += (double)values[i];
            hist_record(h, values[i]);
        }
        qsort(values, N, sizeof *values, by_value);
        for (size_t i = 0; i < sizeof percents / sizeof *percents; i++) {
            double rank = ceil(percents[i] / 100 * N);
            int64_t exact = values[rank < 1 ? 0 : (int)rank - 1], ours = hist_percentile(h, percents[i]);
            assert_true(ours >= exact && (double)(ours - exact) <= 0.001 * (double)exact);
        }
        assert_int_equal(hist_min(h), values[0]);
        assert_int_equal(hist_max(h), values[N - 1]);
        assert_true(fabs(hist_mean(h) - sum / N) <= 1e-9 * sum / N);
    }
    hist_free(h);
    mem_free(values);
}

static void merged_is_as_if_recorded_together(void **state)
{
    (void)state;
    struct hist *a = hist_new(), *b = hist_new(), *both = hist_new();
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        int64_t v = draw(i % 4, &seed);
        hist_record(i % 3 ? a : b, v);
        hist_record(both, v);
    }
    struct hist *none = hist_new();
    hist_merge(a, none);
    hist_merge(none, b);
    hist_merge(a, none);
    both->sum = a->sum;                               /* added in another order; compared for itself below */
    assert_memory_equal(a, both, sizeof *a);
    hist_reset(a);
    hist_reset(none);
    assert_memory_equal(a, none, sizeof *a);
    struct hist *fresh = hist_new();
    assert_memory_equal(a, fresh, sizeof *a);
    hist_free(a), hist_free(b), hist_free(both), hist_free(none), hist_free(fresh);
}

static void steps_walk_all_counts(void **state)
{
    (void)state;
    struct hist *h = hist_new();
    hist_record_n(h, 5, 2);
    hist_record_n(h, 5000, 3);
    hist_record_n(h, HIST_HIGHEST, 1);
    static const struct hist_step known[] = {{6, 5, 5, 2, 2},
                                             {3299, 5000, 5003, 3, 5},
                                             {HIST_SLOTS, HIST_HIGHEST - 2147483647, HIST_HIGHEST, 1, 6}};
    struct hist_step s = {0};
    for (size_t i = 0; i < 3; i++) {
        assert_true(hist_next(h, &s));
        assert_int_equal(s.next, known[i].next);
        assert_int_equal(s.low, known[i].low);
        assert_int_equal(s.high, known[i].high);
        assert_int_equal(s.count, known[i].count);
        assert_int_equal(s.upto, known[i].upto);
    }
    assert_false(hist_next(h, &s));
    hist_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_gives_zeros),
        cmocka_unit_test(slots_are_known),
        cmocka_unit_test(neighbours_are_within_a_thousandth),
        cmocka_unit_test(known_percentiles),
        cmocka_unit_test(outside_the_range_is_clamped_and_counted),
        cmocka_unit_test(percentiles_match_the_sorted_values),
        cmocka_unit_test(merged_is_as_if_recorded_together),
        cmocka_unit_test(steps_walk_all_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
