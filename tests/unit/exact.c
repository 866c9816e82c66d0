/* Decimal numbers of 38 digits: what comes out is exact, or the nearest, and is said to be so. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/exact.h"

static struct exact of(const char *text)
{
    struct exact x;
    bool exact, minus = text[0] == '-';
    assert_true(exact_parse(text + minus, strlen(text) - minus, &x, &exact) && exact);
    x.digits = minus ? -x.digits : x.digits;
    return x;
}

static void check(bool exact, struct exact x, const char *want)
{
    struct buf b = {0};
    exact_put(&b, x.digits, x.scale);
    bool alike = !strcmp(buf_text(&b), want[0] == '~' ? want + 1 : want);
    if (!alike || exact != (want[0] != '~'))
        fail_msg("%s, exact %d, where %s was wanted", buf_text(&b), exact, want);
    buf_release(&b);
}

#define CHECK(operation, a, b, want) \
    do { \
        struct exact out; \
        bool exact = exact_##operation(of(a), of(b), &out); \
        check(exact, out, want); \
    } while (0)

#define NINES "99999999999999999999999999999999999999"        /* 38 of them */

static void arithmetic(void **state)
{
    (void)state;
    CHECK(add, "0.1", "0.2", "0.3");
    CHECK(add, "12345678901234567890", "0.00000000000000001", "12345678901234567890.00000000000000001");
    CHECK(add, NINES, "-" NINES, "0");
    CHECK(add, NINES, "1", "~" NINES);
    CHECK(add, "-" NINES, "-" NINES, "~-" NINES);
    CHECK(add, NINES, "0.4", "~" NINES);
    CHECK(add, "9.9999999999999999999999999999999999999", "0.0000000000000000000000000000000000001",
          "10.000000000000000000000000000000000000");
    CHECK(multiply, "999", "1.5", "1498.5");
    CHECK(multiply, "-0.3", "0.3", "-0.09");
    CHECK(multiply, "9223372036854775807", "9223372036854775807", "85070591730234615847396907784232501249");
    CHECK(multiply, NINES, "10", "~" NINES);
    CHECK(multiply, NINES, "0.1", "9999999999999999999999999999999999999.9");
    CHECK(multiply, NINES, "1.1", "~" NINES);
    CHECK(multiply, "1.2345678901234567890123456789", "1.2345678901234567890123456789",
          "~1.5241578753238836750495351562536198788");
    CHECK(divide, "6", "3", "2");
    CHECK(divide, "1", "8", "0.125");
    CHECK(divide, "-1", "3", "~-0.33333333333333333333333333333333333333");
    CHECK(divide, "2", "3", "~0.66666666666666666666666666666666666667");
    CHECK(divide, "1", "0.00000000000000000000000000000000000001", "~" NINES);
    CHECK(divide, NINES, NINES, "1");
    CHECK(remainder, "7.5", "2", "1.5");
    CHECK(remainder, "-7.5", "2", "0.5");
    CHECK(remainder, "7.5", "-2", "-0.5");
    CHECK(remainder, "6", "-2", "0");
}

static void rounding(void **state)
{
    (void)state;
    static const struct { const char *text; uint32_t scale; const char *want; } cases[] = {
        {"2.5", 0, "~3"}, {"-2.5", 0, "~-3"}, {"2.4999999999999999999999999999999999999", 0, "~2"},
        {"1.005", 2, "~1.01"}, {"1.5", 3, "1.500"}, {"0", 38, "0.00000000000000000000000000000000000000"},
        {NINES, 1, "~9999999999999999999999999999999999999.9"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wkl_i128 digits;
        bool exact = exact_round(of(cases[i].text), cases[i].scale, &digits);
        check(exact, (struct exact){digits, cases[i].scale}, cases[i].want);
    }
    wkl_i128 whole;
    assert_false(exact_floor(of("-0.000000000000000000000000000000000000000000000000001"), &whole));
    assert_true(whole == -1);
    assert_true(exact_floor(of("3.00"), &whole) && whole == 3);
}

static void comparison(void **state)
{
    (void)state;
    static const char *const rising[] = {("-" NINES), "-1.5", "-1.49999999999999999999",
                                         "-0.0000000000000000000000000000000000000000001", "0",
                                         "0.00000000000000000000000000000000000000000001", "0.1", "0.10000000000000000001", "1", NINES};
    enum { N = sizeof rising / sizeof *rising };
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            assert_int_equal(exact_compare(of(rising[i]), of(rising[k])), (i > k) - (i < k));
    assert_int_equal(exact_compare(of("1.50"), of("1.5")), 0);
}

static void texts(void **state)
{
    (void)state;
    struct exact x;
    bool exact;
    assert_true(exact_parse("1_000.5_0", 9, &x, &exact) && exact && x.digits == 10005 && x.scale == 1);
    assert_true(exact_parse("0000000000000000000000000000000000000000000007.10", 49, &x, &exact) && exact &&
                x.digits == 71 && x.scale == 1);
    assert_true(exact_parse("1" NINES, 39, &x, &exact) && !exact);
    assert_true(exact_parse("0.1" NINES, 41, &x, &exact) && !exact);
    assert_false(exact_parse("", 0, &x, &exact) || exact_parse(".5", 2, &x, &exact) ||
                 exact_parse("1.2.3", 5, &x, &exact));
    assert_true(exact_to_double(of("0.1")) == 0.1 &&
                exact_to_double(of("12345678901234567890.5")) == 12345678901234567890.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arithmetic), cmocka_unit_test(rounding), cmocka_unit_test(comparison),
            cmocka_unit_test(texts),
    };
    return cmocka_run_group_tests_name("exact", tests, NULL, NULL);
}
