/* Text forms both ways, the calendar, decimals at their ends. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "data/rng.h"
#include "data/value.h"

static const struct type int_type = {TYPE_INT}, bigint = {TYPE_BIGINT}, boolean = {TYPE_BOOL},
                         date = {TYPE_DATE}, stamp = {TYPE_TIMESTAMP}, single = {TYPE_FLOAT},
                         twice = {TYPE_DOUBLE}, uuid = {TYPE_UUID}, json = {TYPE_JSON};

static struct type decimal(uint32_t n, uint32_t scale)
{
    return (struct type){TYPE_DECIMAL, n, scale};
}

static bool reads(struct type t, const char *text, struct value *v, char copy[128])
{
    snprintf(copy, 128, "%s", text);
    return value_parse(t, copy, strlen(copy), v);
}

/* Reads `text`, writes it, and finds `out`; out NULL: it must be refused. */
static void check(struct type t, const char *text, const char *out)
{
    char copy[128];
    struct value v;
    bool ok = reads(t, text, &v, copy);
    if (ok != (out != NULL))
        fail_msg("%s: '%s' was %s", type_kind_name(t.kind), text, ok ? "taken" : "refused");
    if (!ok)
        return;
    struct buf b = {0};
    value_put(&b, t, &v);
    assert_string_equal(buf_text(&b), out);
    buf_release(&b);
}

static void texts_are_read_and_written(void **state)
{
    (void)state;
    static const struct { struct type type; const char *in, *out; } cases[] = {
        {{TYPE_BOOL}, "true", "true"}, {{TYPE_BOOL}, "f", "false"}, {{TYPE_BOOL}, "1", "true"},
        {{TYPE_BOOL}, "yes", NULL},
        {{TYPE_INT}, "-12", "-12"}, {{TYPE_INT}, "2147483648", NULL},
        {{TYPE_INT}, "-2147483648", "-2147483648"}, {{TYPE_INT}, "", NULL},
        {{TYPE_INT}, "-", NULL}, {{TYPE_INT}, "1.0", NULL}, {{TYPE_INT}, " 1", NULL},
        {{TYPE_BIGINT}, "-9223372036854775808", "-9223372036854775808"},
        {{TYPE_BIGINT}, "9223372036854775807", "9223372036854775807"},
        {{TYPE_BIGINT}, "9223372036854775808", NULL}, {{TYPE_BIGINT}, "-9223372036854775809", NULL},
        {{TYPE_FLOAT}, "0.1", "0.1"}, {{TYPE_FLOAT}, "16777217", "16777216"}, {{TYPE_DOUBLE}, "0.1", "0.1"},
        {{TYPE_DOUBLE}, "-0", "-0"},
        {{TYPE_DOUBLE}, "1e300", "1e+300"}, {{TYPE_DOUBLE}, "5e-324", "5e-324"},
        {{TYPE_DOUBLE}, "0.30000000000000004", "0.30000000000000004"},
        {{TYPE_DOUBLE}, "nan", NULL}, {{TYPE_DOUBLE}, "inf", NULL}, {{TYPE_DOUBLE}, "1e999", NULL},
        {{TYPE_DOUBLE}, "0x10", NULL},
        {{TYPE_DOUBLE}, "123456789", "123456789"}, {{TYPE_DOUBLE}, "1.5 ", NULL},
        {{TYPE_DECIMAL, 9, 6}, "0.123456", "0.123456"}, {{TYPE_DECIMAL, 9, 6}, "-.5", "-0.500000"},
        {{TYPE_DECIMAL, 9, 6}, "999.999999", "999.999999"},
        {{TYPE_DECIMAL, 9, 6}, "1000", NULL}, {{TYPE_DECIMAL, 9, 6}, "0.1234567", NULL},
        {{TYPE_DECIMAL, 9, 6}, "0.12345600000", "0.123456"},
        {{TYPE_DECIMAL, 9, 6}, "1.5E-5", "0.000015"}, {{TYPE_DECIMAL, 9, 6}, "1e2", "100.000000"},
        {{TYPE_DECIMAL, 9, 6}, "1e", NULL},
        {{TYPE_DECIMAL, 9, 6}, ".", NULL}, {{TYPE_DECIMAL, 9, 6}, "1.2.3", NULL},
        {{TYPE_DECIMAL, 5, 0}, "12.000", "12"},
        {{TYPE_DECIMAL, 38, 0}, "99999999999999999999999999999999999999",
         "99999999999999999999999999999999999999"},
        {{TYPE_DECIMAL, 38, 0}, "100000000000000000000000000000000000000", NULL},
        {{TYPE_DECIMAL, 38, 0}, "1e38", NULL},
        {{TYPE_DECIMAL, 38, 38}, "-0.99999999999999999999999999999999999999",
         "-0.99999999999999999999999999999999999999"},
        {{TYPE_DECIMAL, 38, 38}, "1", NULL}, {{TYPE_DECIMAL, 38, 20}, "0", "0.00000000000000000000"},
        {{TYPE_DECIMAL, 38, 19}, "10000000000000000000e-19", "1.0000000000000000000"},
        {{TYPE_CHAR, 3}, "abc", "abc"}, {{TYPE_CHAR, 3}, "abcd", NULL}, {{TYPE_STRING, 3}, "äöü", "äöü"},
        {{TYPE_STRING, 2}, "äöü", NULL},
        {{TYPE_STRING, 9}, "\xff", NULL}, {{TYPE_BYTES, 4}, "00ffAB", "00ffab"},
        {{TYPE_BYTES, 4}, "\\x0a", "0a"},
        {{TYPE_BYTES, 4}, "0", NULL},
        {{TYPE_BYTES, 1}, "0011", NULL}, {{TYPE_BYTES, 4}, "0g", NULL},
        {{TYPE_UUID}, "00112233-4455-4677-8899-AABBCCDDEEFF", "00112233-4455-4677-8899-aabbccddeeff"},
        {{TYPE_UUID}, "00112233-4455", NULL},
        {{TYPE_DATE}, "2026-01-31", "2026-01-31"}, {{TYPE_DATE}, "2024-02-29", "2024-02-29"},
        {{TYPE_DATE}, "2023-02-29", NULL},
        {{TYPE_DATE}, "1900-02-29", NULL}, {{TYPE_DATE}, "2000-02-29", "2000-02-29"},
        {{TYPE_DATE}, "0001-01-01", "0001-01-01"},
        {{TYPE_DATE}, "-0001-12-31", "-0001-12-31"}, {{TYPE_DATE}, "9999-12-31", "9999-12-31"},
        {{TYPE_DATE}, "2026-13-01", NULL},
        {{TYPE_DATE}, "2026-1-1", NULL}, {{TYPE_DATE}, "2026-01-01x", NULL},
        {{TYPE_TIMESTAMP}, "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"},
        {{TYPE_TIMESTAMP}, "2026-01-31 12:00:00.5", "2026-01-31T12:00:00.500000Z"},
        {{TYPE_TIMESTAMP}, "2026-01-31", "2026-01-31T00:00:00.000000Z"},
        {{TYPE_TIMESTAMP}, "1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {{TYPE_TIMESTAMP}, "2026-01-31 12:00:00+01", "2026-01-31T11:00:00.000000Z"},
        {{TYPE_TIMESTAMP}, "2026-01-31 12:00:00-05:30", "2026-01-31T17:30:00.000000Z"},
        {{TYPE_TIMESTAMP}, "2026-01-31 12:00:00.1234567", NULL},
        {{TYPE_TIMESTAMP}, "2026-01-31 12:00:00.123456000", "2026-01-31T12:00:00.123456Z"},
        {{TYPE_TIMESTAMP}, "2026-01-31 24:00:00", NULL}, {{TYPE_TIMESTAMP}, "2026-01-31T", NULL},
        {{TYPE_JSON}, "{\"v\": 1}", "{\"v\": 1}"}, {{TYPE_JSON}, "{\"v\": 1", NULL},
        {{TYPE_JSON}, "{} x", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].type, cases[i].in, cases[i].out);
}

/* Writes a random value and reads it again. */
static void round_trip(struct type t, const struct value *v)
{
    struct buf b = {0};
    struct value again;
    value_put(&b, t, v);
    if (!value_parse(t, b.data, b.len, &again) || !value_equal(t, v, &again))
        fail_msg("%s does not survive: %s", type_kind_name(t.kind), buf_text(&b));
    buf_release(&b);
}

static double any_double(struct rng *r)
{
    for (;;) {
        uint64_t bits = rng_next(r);
        double d;
        memcpy(&d, &bits, sizeof d);
        if (isfinite(d))
            return d;
    }
}

static wkl_i128 any_decimal(struct rng *r, uint32_t digits)
{
    wkl_i128 dec = 0;
    uint64_t used = rng_below(r, digits + 1);
    for (uint64_t i = 0; i < used; i++)
        dec = dec * 10 + (int)rng_below(r, 10);
    return rng_next(r) & 1 ? dec : -dec;
}

static void random_values_round_trip(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 7);
    for (int i = 0; i < 20000; i++) {
        unsigned shift = (unsigned)rng_below(&r, 64);
        char raw[16];
        memcpy(raw, r.s, sizeof raw);
        uint32_t p = 1 + (uint32_t)rng_below(&r, 38), scale = (uint32_t)rng_below(&r, p + 1);
        float narrow = (float)(any_double(&r) * 0x1p-900);
        round_trip(int_type, &(struct value){.u.i = (int32_t)rng_next(&r)});
        round_trip(bigint, &(struct value){.u.i = (int64_t)rng_next(&r) >> shift});
        round_trip(boolean, &(struct value){.u.i = (int64_t)(rng_next(&r) & 1)});
        round_trip(date, &(struct value){.u.i = (int64_t)rng_below(&r, 8000000) - 4000000});
        round_trip(stamp, &(struct value){.u.i = (int64_t)rng_next(&r) >> shift});
        round_trip(twice, &(struct value){.u.d = any_double(&r)});
        round_trip(single, &(struct value){.u.d = isfinite(narrow) ? (double)narrow : 1});
        round_trip(decimal(p, scale), &(struct value){.u.dec = any_decimal(&r, p)});
        round_trip((struct type){TYPE_BYTES, 16}, &(struct value){.u.s = {raw, (uint32_t)rng_below(&r, 17)}});
    }
}

/* The shortest %g that reads back, found by trying. */
static void shortest_by_trying(double d, bool narrow, char text[40])
{
    for (int precision = narrow ? 6 : 15; precision <= 17; precision++) {
        snprintf(text, 40, "%.*g", precision, d);
        if (narrow ? strtof(text, NULL) == (float)d : strtod(text, NULL) == d)
            return;
    }
}

static void check_shortest(double d)
{
    const bool ways[] = {false, true};
    for (int i = 0; i < 2; i++) {
        double given = ways[i] ? (double)(float)d : d;
        struct buf b = {0};
        char want[40];
        value_put(&b, ways[i] ? single : twice, &(struct value){.u.d = given});
        shortest_by_trying(given, ways[i], want);
        if (given == (double)(int64_t)given && fabs(given) < 1e6 && (given != 0 || !signbit(given)))
            snprintf(want, sizeof want, "%lld", (long long)given);       /* where %.6g would do as well */
        assert_string_equal(buf_text(&b), want);
        buf_release(&b);
    }
}

/* What is printed by arithmetic is what printf prints: random doubles of all sizes that it knows, with few
 * and many digits, the neighbours of powers of ten and two. */
static void doubles_are_as_short_as_printf_makes_them(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 11);
    for (int i = 0; i < 100000; i++) {
        double d = (rng_unit(&r) - 0.5) * pow(10, (double)rng_below(&r, 22) - 4);
        check_shortest(d);
        check_shortest(rint(d * 1000) / 1000);
    }
    for (int e = -15; e < 52; e++)
        for (int below = -2; below <= 2; below++) {
            double two = ldexp(1, e), ten = e < 18 && e > -6 ? strtod((char[]){'1', 'e', e < 0 ? '-' : '+',
                (char)('0' + abs(e) / 10),
                                                                               (char)('0' + abs(e) % 10), 0},
                                                                                   NULL) : 1;
            check_shortest(two + below * ldexp(two, -52));
            check_shortest(ten + below * ldexp(ten, -52));
            check_shortest(two + below * ldexp(two, -23));
            check_shortest(ten + below * ldexp(ten, -23));
        }
}

static void decimals_and_doubles(void **state)
{
    (void)state;
    struct rng r;
    rng_init(&r, 8);
    for (int i = 0; i < 20000; i++) {                 /* 15 digits survive the way through a double */
        uint32_t p = 1 + (uint32_t)rng_below(&r, DECIMAL_EXACT_IN_DOUBLE),
                 scale = (uint32_t)rng_below(&r, p + 1);
        wkl_i128 dec = any_decimal(&r, p);
        assert_true(value_decimal_from_double(decimal(p, scale),
                                              value_decimal_to_double(decimal(p, scale), dec)) == dec);
    }
    assert_true(type_decimal_fits_double(decimal(15, 3)) && !type_decimal_fits_double(decimal(16, 3)));
    assert_true(value_decimal_from_double(decimal(4, 2), 0.125) == 13 &&
                value_decimal_from_double(decimal(4, 2), -0.125) == -13);
    assert_true(value_decimal_from_double(decimal(4, 2), 1e9) == 9999 &&
                value_decimal_from_double(decimal(4, 2), -1e300) == -9999);
    assert_true(value_decimal_from_double(decimal(38, 30), 0.5) / 1000000000000000 ==
                (wkl_i128)500000000000000);
    assert_true(value_decimal_to_double(decimal(38, 38), any_decimal(&r, 0)) == 0);
    struct value v;
    char copy[128];
    assert_true(reads(decimal(38, 37), "3.1415926535897932384626433832795028841", &v, copy));
    assert_true(value_decimal_to_double(decimal(38, 37), v.u.dec) == 3.14159265358979323846);
}

static void the_calendar_counts_every_day(void **state)
{
    (void)state;
    assert_int_equal(date_from_civil(1970, 1, 1), 0);
    assert_int_equal(date_from_civil(2000, 2, 29), 11016);
    assert_int_equal(date_from_civil(1, 1, 1), -719162);
    int64_t year, last_year = -401;
    unsigned month, day, last_month = 12, last_day = 31;
    for (int64_t d = date_from_civil(-400, 1, 1); d < date_from_civil(2401, 1, 1); d++) {
        date_to_civil(d, &year, &month, &day);
        assert_int_equal(date_from_civil(year, month, day), d);
        bool next_day = day == last_day + 1 && month == last_month && year == last_year;
        bool next_month = day == 1 && last_day >= 28 &&
                          (month == last_month + 1 ? year == last_year
                                                   : month == 1 && last_month == 12 && year == last_year + 1);
        assert_true(next_day || next_month);
        last_year = year, last_month = month, last_day = day;
    }
    date_to_civil(date_from_civil(250000, 12, 31), &year, &month, &day);
    assert_true(year == 250000 && month == 12 && day == 31);
}

static void equality(void **state)
{
    (void)state;
    const struct value null = {.null = true}, one = {.u.i = 1}, a = {.u.s = {"{\"a\":1,\"b\":[2]}", 15}},
                       b = {.u.s = {"{\"b\": [2], \"a\": 1.0}", 20}},
                       c = {.u.s = {"{\"b\": [2], \"a\": 2}", 18}}, padded = {.u.s = {"NYC  ", 5}},
                       bare = {.u.s = {"NYC", 3}};
    assert_true(value_equal(bigint, &null, &null) && !value_equal(bigint, &null, &one) &&
                value_equal(bigint, &one, &one));
    assert_true(value_equal(json, &a, &b) && !value_equal(json, &a, &c));
    assert_true(value_equal((struct type){TYPE_CHAR, 5}, &padded, &bare));
    assert_false(value_equal((struct type){TYPE_STRING, 5}, &padded, &bare));
    assert_true(type_equal(decimal(9, 6), decimal(9, 6)) && !type_equal(decimal(9, 6), decimal(9, 5)) &&
                !type_equal(uuid, json));
}

static void types_have_names(void **state)
{
    (void)state;
    struct buf b = {0};
    type_put(&b, decimal(9, 6));
    type_put(&b, (struct type){TYPE_CHAR, 64});
    type_put(&b, (struct type){TYPE_STRING});
    assert_string_equal(buf_text(&b), "decimal(9, 6)char(64)string");
    buf_release(&b);
    for (int k = 0; k < TYPE_COUNT; k++)
        assert_true(type_kind_name((enum type_kind)k) &&
                    type_bytes((struct type){(enum type_kind)k, 8, 2}) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_read_and_written), cmocka_unit_test(random_values_round_trip),
        cmocka_unit_test(doubles_are_as_short_as_printf_makes_them), cmocka_unit_test(decimals_and_doubles),
        cmocka_unit_test(the_calendar_counts_every_day), cmocka_unit_test(equality),
        cmocka_unit_test(types_have_names),
    };
    return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
