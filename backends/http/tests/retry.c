/* retry.c - bounds and spread of the waits. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "backends/http/retry.h"
#include "base/clock.h"

enum { DRAWS = 2000 };

/* Full jitter: even from 0 to the bound, which doubles up to the cap. */
static void bounds(void **state)
{
    (void)state;
    struct retry r;
    retry_init(&r, 1);
    for (uint32_t tries = 1; tries <= 40; tries++) {
        uint64_t bound = tries <= 9 ? (50 * NS_PER_MS) << (tries - 1) : 20 * NS_PER_S, most = 0;
        if (bound > 20 * NS_PER_S)
            bound = 20 * NS_PER_S;
        double sum = 0;
        for (int i = 0; i < DRAWS; i++) {
            uint64_t wait = retry_wait(&r, tries, 0);
            assert_true(wait <= bound);
            most = wait > most ? wait : most;
            sum += (double)wait;
        }
        assert_true(most > bound - bound / 50);
        assert_true(sum / DRAWS > 0.45 * (double)bound && sum / DRAWS < 0.55 * (double)bound);
    }
}

/* What the service asks for is waited at least, with some jitter on top. */
static void asked(void **state)
{
    (void)state;
    struct retry r;
    retry_init(&r, 2);
    uint64_t least = UINT64_MAX, most = 0;
    for (int i = 0; i < DRAWS; i++) {
        uint64_t wait = retry_wait(&r, 1, 300 * NS_PER_MS);
        least = wait < least ? wait : least;
        most = wait > most ? wait : most;
    }
    assert_true(least >= 300 * NS_PER_MS && least < 302 * NS_PER_MS);
    assert_true(most < 350 * NS_PER_MS && most > 345 * NS_PER_MS);
    assert_true(retry_wait(&r, 1, 3600 * NS_PER_S) < 21 * NS_PER_S);   /* never past the cap, whatever is
                                                                          asked */
}

/* Two clients do not wait in step. */
static void apart(void **state)
{
    (void)state;
    struct retry a, b;
    retry_init(&a, 1);
    retry_init(&b, 2);
    int same = 0;
    for (int i = 0; i < DRAWS; i++)
        same += retry_wait(&a, 3, 0) == retry_wait(&b, 3, 0);
    assert_int_equal(same, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bounds), cmocka_unit_test(asked),
                                       cmocka_unit_test(apart)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
