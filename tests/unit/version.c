/* version.c - versions of values: packed, and what does not fit. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "data/rng.h"
#include "data/version.h"

static struct version draw(struct rng *r)
{
    return (struct version){(uint32_t)rng_below(r, 1 << 12), (uint32_t)rng_below(r, 1 << 17),
                            (uint32_t)rng_below(r, 1 << 28), 1 + (uint32_t)rng_below(r, 63)};
}

static void there_and_back(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 1);
    for (int i = 0; i < 10000; i++) {
        struct version v = draw(&r), w;
        uint64_t n;
        assert_true(version_pack(v, &n));
        assert_true(n != VERSION_LOADED && n >> 63 == 0);
        w = version_unpack(n);
        assert_true(w.turn == v.turn && w.client == v.client && w.request == v.request &&
                    w.statement == v.statement);
    }
}

static void beyond_the_bits(void **state)
{
    (void)state;
    static const struct version bad[] = {
        {1 << 12, 0, 0, 1}, {0, 1 << 17, 0, 1}, {0, 0, 1 << 28, 1}, {0, 0, 0, 64}, {1, 1, 1, 0},
    };
    uint64_t n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(version_pack(bad[i], &n));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back), cmocka_unit_test(beyond_the_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
