/* version.c - versions of values: packed, as text, and in the order of numbers. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

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
    uint64_t last = 0;
    char last_text[VERSION_CHARS], text[VERSION_CHARS];
    version_put(last, last_text);
    for (int i = 0; i < 10000; i++) {
        struct version v = draw(&r), w;
        uint64_t n, again;
        assert_true(version_pack(v, &n));
        assert_true(n != VERSION_LOADED && n >> 63 == 0);
        w = version_unpack(n);
        assert_true(w.turn == v.turn && w.client == v.client && w.request == v.request &&
                    w.statement == v.statement);
        version_put(n, text);
        assert_true(version_read(text, VERSION_CHARS, &again) && again == n);
        assert_int_equal(memcmp(text, last_text, VERSION_CHARS) > 0, n > last);
        last = n;
        memcpy(last_text, text, VERSION_CHARS);
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

static void no_version(void **state)
{
    (void)state;
    uint64_t n;
    assert_false(version_read("----------", 10, &n));
    assert_false(version_read("-----\0-----", 11, &n));
    assert_false(version_read("---- ------", 11, &n));
    assert_false(version_read("zzzzzzzzzzz", 11, &n));    /* 66 bits */
    assert_true(version_read("------------ more", 17, &n) && n == 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back), cmocka_unit_test(beyond_the_bits), cmocka_unit_test(no_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
