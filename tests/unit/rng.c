/* The streams' first numbers, and permutations: bijections with their inverses, for small and huge n. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "data/rng.h"

static void streams_never_change(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 1);
    assert_int_equal(rng_next(&r), 0xb3f2af6d0fc710c5u);
    assert_int_equal(rng_next(&r), 0x853b559647364ceau);
    assert_int_equal(rng_mix(1, 2), 0xf893a2eefb32555eu);
    assert_true(rng_below_of(UINT64_MAX, 10) == 9 && rng_below_of(0, 10) == 0);
    assert_true(rng_unit_of(UINT64_MAX) < 1 && rng_unit_of(0) == 0);
}

static void small_permutations_are_bijections(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1,  2,  3,   4,   5,   7,   8,    15,   16,   17,   63,
                                     64, 65, 100, 255, 256, 257, 1000, 1024, 1025, 4097, 65537};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (uint64_t seed = 0; seed < 3; seed++) {
            uint64_t n = sizes[i];
            unsigned char *seen = mem_alloc(n);
            struct perm p;
            perm_init(&p, n, seed);
            for (uint64_t x = 0; x < n; x++) {
                uint64_t y = perm_forward(&p, x);
                assert_true(y < n);
                assert_false(seen[y]);
                seen[y] = 1;
                assert_int_equal(perm_inverse(&p, y), x);
            }
            mem_free(seen);
        }
}

static void huge_permutations_invert(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {
        (uint64_t)1 << 32, ((uint64_t)1 << 32) + 1, 1000000000000u, ((uint64_t)1 << 62) - 1,
            (uint64_t)1 << 62, ((uint64_t)1 << 62) + 1,
        (uint64_t)1 << 63, UINT64_MAX,
    };
    struct rng r;
    rng_init(&r, 5);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct perm p;
        perm_init(&p, sizes[i], i);
        for (int k = 0; k < 2000; k++) {
            uint64_t x = k == 0 ? 0 : k == 1 ? sizes[i] - 1 : rng_below(&r, sizes[i]),
                y = perm_forward(&p, x);
            assert_true(y < sizes[i]);
            assert_int_equal(perm_inverse(&p, y), x);
        }
    }
}

/* Where 0 lands, over many seeds, is even: chi-square of 15 degrees of freedom stays below its 99.99 %
 * point. */
static void seeds_spread_evenly(void **state)
{
    (void)state;
    enum { N = 16, SEEDS = 64000 };
    double count[N] = {0}, chi = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct perm p;
        perm_init(&p, N, seed);
        count[perm_forward(&p, 3)]++;
    }
    for (int i = 0; i < N; i++)
        chi += (count[i] - SEEDS / N) * (count[i] - SEEDS / N) / (SEEDS / N);
    assert_true(chi < 44.3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_never_change), cmocka_unit_test(small_permutations_are_bijections),
        cmocka_unit_test(huge_permutations_invert), cmocka_unit_test(seeds_spread_evenly),
    };
    return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
