/* series.c - slices of a measurement: what goes in comes out, however often they are folded. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "vm/packed.h"
#include "vm/series.h"
#include "vm/window.h"

enum { LENGTH = 1000 };

static uint64_t answered(const struct series *s)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < SERIES_SLICES; i++)
        n += s->slices[i].response->count;
    return n;
}

/* One answer each 100 ns, whose response time is its number, and an error with each tenth. */
static struct series *steady(uint64_t n)
{
    struct series *s = series_new(LENGTH);
    series_begin(s, 5000);
    for (uint64_t i = 0; i < n; i++) {
        struct slice *slice = series_at(s, 5000 + i * 100);
        hist_record(slice->response, (int64_t)i);
        slice->errors += i % 10 == 0;
    }
    return s;
}

static void slices_are_by_time(void **state)
{
    (void)state;
    struct series *s = steady(SERIES_SLICES * 10);    /* all slices full, none folded */
    assert_int_equal(s->length, LENGTH);
    assert_int_equal(s->at, SERIES_SLICES - 1);
    for (uint32_t i = 0; i < SERIES_SLICES; i++) {
        assert_int_equal(s->slices[i].response->count, 10);
        assert_int_equal(hist_min(s->slices[i].response), i * 10);
        assert_int_equal(hist_max(s->slices[i].response), i * 10 + 9);
        assert_int_equal(s->slices[i].errors, 1);
    }
    series_free(s);
}

static void folding_loses_nothing(void **state)
{
    (void)state;
    for (uint64_t n = SERIES_SLICES * 10; n < 100000; n = n * 3 / 2 + 1) {
        struct series *s = steady(n);
        struct hist *all = hist_new();
        series_sum(s, all);
        assert_int_equal(all->count, n);
        assert_int_equal(answered(s), n);             /* also in the slices after `at`: there is nothing */
        assert_true(s->length % LENGTH == 0 && s->at < SERIES_SLICES);
        uint64_t each = s->length / 100;
        for (uint32_t i = 0; i < s->at; i++) {
            assert_int_equal(s->slices[i].response->count, each);
            assert_int_equal(hist_min(s->slices[i].response), i * each);
            assert_int_equal(s->slices[i].errors, each / 10);
        }
        assert_true(s->at >= SERIES_SLICES / 2 - 1);  /* folded no more than need be */
        hist_free(all);
        series_free(s);
    }
}

static void a_long_silence_is_bridged(void **state)
{
    (void)state;
    struct series *s = steady(10);
    hist_record(series_at(s, 5000 + 1000000)->response, 7);
    assert_int_equal(answered(s), 11);
    assert_int_equal(s->slices[0].response->count, 10);
    assert_int_equal(s->slices[s->at].response->count, 1);
    assert_true(s->from + s->at * s->length <= 5000 + 1000000 && s->until > 5000 + 1000000);
    series_free(s);
}

static void workers_add_up(void **state)
{
    (void)state;
    struct series *slow = steady(100), *fast = steady(10000), *sum = series_new(LENGTH);
    series_add(sum, slow);
    series_add(sum, fast);
    series_add(sum, slow);
    assert_int_equal(sum->length, fast->length);
    assert_int_equal(answered(sum), 10200);
    assert_int_equal(sum->slices[0].response->count, fast->slices[0].response->count + 200);
    assert_int_equal(sum->at, fast->at);
    series_free(slow);
    series_free(fast);
    series_free(sum);
}

static void packing_loses_nothing(void **state)
{
    (void)state;
    struct hist *h = hist_new(), *back = hist_new();
    for (int64_t ns = 1; ns < INT64_C(1) << 45; ns = ns * 3 / 2 + 1)
        hist_record_n(h, ns, (uint64_t)ns % 7 + 1);
    struct packed *p = packed_new(h), *none = packed_new(back);
    packed_add(back, none);
    assert_int_equal(back->count, 0);
    packed_add(back, p);
    assert_memory_equal(h, back, sizeof *h);
    mem_free(p);
    mem_free(none);
    hist_free(h);
    hist_free(back);
}

static void windows_hand_over_all(void **state)
{
    (void)state;
    struct window *w = window_new();
    struct hist *seen = hist_new();
    for (int i = 0; i < 100; i++) {
        hist_record(w->recording, i);
        if (i % 7 == 0)
            window_look(w);
        if (i % 5 == 0)
            window_take(w, seen);
    }
    assert_in_range(seen->count, 80, 100);
    for (int i = 0; i < 2; i++) {                     /* whichever of them has its turn */
        window_look(w);
        window_take(w, seen);
    }
    assert_int_equal(seen->count, 100);
    hist_free(seen);
    window_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_by_time),        cmocka_unit_test(folding_loses_nothing),
        cmocka_unit_test(a_long_silence_is_bridged), cmocka_unit_test(workers_add_up),
        cmocka_unit_test(packing_loses_nothing),     cmocka_unit_test(windows_hand_over_all),
    };
    return cmocka_run_group_tests_name("series", tests, NULL, NULL);
}
