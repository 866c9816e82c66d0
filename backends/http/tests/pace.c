/* pace.c - the number of requests in flight: how it grows, how it gives way, what it settles at. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backends/http/pace.h"
#include "base/clock.h"

static void passed(struct pace *w, uint32_t times)
{
    while (times--)
        pace_passed(w);
}

/* It doubles with each window that went through, and never passes its bound. */
static void begins_small_and_doubles(void **state)
{
    (void)state;
    struct pace w;
    pace_init(&w, 50);
    assert_int_equal(pace_room(&w), 4);
    passed(&w, 4);
    assert_int_equal(pace_room(&w), 8);
    passed(&w, 8);
    assert_int_equal(pace_room(&w), 16);
    passed(&w, 1000);
    assert_int_equal(pace_room(&w), 50);
    pace_init(&w, 1);
    passed(&w, 10);
    assert_int_equal(pace_room(&w), 1);
}

/* One overload halves it once, however many requests it refused; from then on it grows by one a window. */
static void halves_and_creeps(void **state)
{
    (void)state;
    struct pace w;
    uint64_t now = NS_PER_S;
    pace_init(&w, 64);
    passed(&w, 100);
    for (int i = 0; i < 30; i++)
        pace_refused(&w, now + (uint64_t)i * NS_PER_MS);
    assert_int_equal(pace_room(&w), 32);
    passed(&w, 33);
    assert_int_equal(pace_room(&w), 33);
    for (int i = 1; i < 20; i++)
        pace_refused(&w, now + (uint64_t)i * NS_PER_S);
    assert_int_equal(pace_room(&w), 1);
    passed(&w, 1);
    assert_int_equal(pace_room(&w), 2);
}

/* A service that takes 20 in flight and refuses what is more: the window stays near it, at half at the
 * least. */
static void settles_at_what_is_taken(void **state)
{
    (void)state;
    enum { TAKES = 20, TURNS = 3000 };
    struct pace w;
    uint64_t sum = 0;
    pace_init(&w, 64);
    for (uint64_t turn = 0; turn < TURNS; turn++) {   /* of 10 ms */
        uint32_t sent = pace_room(&w);
        passed(&w, sent < TAKES ? sent : TAKES);
        for (uint32_t i = TAKES; i < sent; i++)
            pace_refused(&w, turn * 10 * NS_PER_MS);
        sum += turn < 100 ? 0 : sent;
        if (turn >= 100)
            assert_true(pace_room(&w) >= TAKES / 2 && pace_room(&w) <= TAKES + 1);
    }
    assert_true(sum / (TURNS - 100) >= TAKES * 7 / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_small_and_doubles),
        cmocka_unit_test(halves_and_creeps),
        cmocka_unit_test(settles_at_what_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
