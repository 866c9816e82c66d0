/* Generators against their distributions, 10^6 draws each with fixed seeds, and first values that must never
 * change. */
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

#include "data/gen.h"
#include "tests/unit/stats.h"

enum { DRAWS = 1000000 };

static const struct type bigint = {TYPE_BIGINT}, twice = {TYPE_DOUBLE};

static struct value draw(const struct gen *g, struct type t, uint64_t row, struct scratch *s)
{
    scratch_reset(s);
    return gen_draw(g, t, rng_mix(99, row), row, s);
}

/* Whole numbers lo … lo + n - 1 against weights. */
static double whole_fit(const struct gen *g, struct type t, uint64_t n, const double *weights)
{
    double count[1000] = {0}, expected[1000], sum = 0;
    struct scratch s = {0};
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct value v = draw(g, t, i, &s);
        int64_t k = (type_class(t) == CLASS_DECIMAL ? (int64_t)v.u.dec : v.u.i) - g->lo;
        assert_true(k >= 0 && k < (int64_t)n);
        count[k]++;
    }
    for (uint64_t k = 0; k < n; k++)
        sum += weights[k];
    for (uint64_t k = 0; k < n; k++)
        expected[k] = weights[k] / sum * DRAWS;
    scratch_release(&s);
    return chi_square(count, expected, n);
}

static void whole_numbers_fit(void **state)
{
    (void)state;
    static const struct type types[] = {
        {TYPE_INT}, {TYPE_BIGINT}, {TYPE_DATE}, {TYPE_TIMESTAMP}, {TYPE_DECIMAL, 9, 2}};
    double even[1000], zipf[1000], pareto[1000];
    for (int k = 0; k < 1000; k++) {
        even[k] = 1;
        zipf[k] = pow(k + 1, -1.1);
        pareto[k] = pow(k + 5, -1.5) - pow(k + 6, -1.5);
    }
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        double chi = whole_fit(&(struct gen){.kind = GEN_UNIFORM, .lo = -100, .hi = 899}, types[i], 1000,
                               even);
        if (!(chi < 5))
            fail_msg("uniform %s: %.1f", type_kind_name(types[i].kind), chi);
    }
    assert_true(
        whole_fit(&(struct gen){.kind = GEN_ZIPF, .p1 = 1.1, .lo = 0, .hi = 999}, bigint, 1000, zipf) < 5);
    assert_true(whole_fit(&(struct gen){.kind = GEN_PARETO, .p1 = 1.5, .lo = 5, .hi = 1004}, bigint, 1000,
                          pareto) < 5);
    for (int k = 0; k < 1000; k++)
        pareto[k] = 1.0 / (k + 1) - 1.0 / (k + 2);    /* shifted: -3 takes the place of 1 */
    assert_true(
        whole_fit(&(struct gen){.kind = GEN_PARETO, .p1 = 1, .lo = -3, .hi = 996}, bigint, 1000, pareto) < 5);
    assert_true(whole_fit(&(struct gen){.kind = GEN_PARETO, .p1 = 1.1, .lo = -3, .hi = 996}, bigint, 1000,
                          pareto) > 50);
}

static double share_below(const struct gen *g, double x)
{
    switch (g->kind) {
    case GEN_UNIFORM: return (x - g->dlo) / (g->dhi - g->dlo);
    case GEN_NORMAL: return normal_below((x - g->p1) / g->p2);
    case GEN_EXPONENTIAL: return 1 - exp(-x / g->p1);
    default: return (1 - pow(g->dlo / x, g->p1)) / (1 - pow(g->dlo / g->dhi, g->p1));
    }
}

static double as_double(struct type t, struct value v)
{
    switch (type_class(t)) {
    case CLASS_INT: return (double)v.u.i;
    case CLASS_DECIMAL: return value_decimal_to_double(t, v.u.dec);
    default: return v.u.d;
    }
}

static void continuous_ones_fit(void **state)
{
    (void)state;
    static const struct { struct gen gen; struct type type; } cases[] = {
        {{GEN_UNIFORM, .dlo = -1.5, .dhi = 2.5}, {TYPE_DOUBLE}},
        {{GEN_UNIFORM, .dlo = 0, .dhi = 1}, {TYPE_FLOAT}},
        {{GEN_NORMAL, 12.5, 4}, {TYPE_DOUBLE}}, {{GEN_EXPONENTIAL, 86400}, {TYPE_DOUBLE}},
        {{GEN_PARETO, 1.2, .dlo = 1, .dhi = 1e6}, {TYPE_DOUBLE}},
        {{GEN_NORMAL, 1e9, 1e8}, {TYPE_BIGINT}}, {{GEN_EXPONENTIAL, 1e9}, {TYPE_BIGINT}},
        {{GEN_NORMAL, 500, 50}, {TYPE_DECIMAL, 18, 9}},
        {{GEN_NORMAL, 1.7e15, 1e12}, {TYPE_TIMESTAMP}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct even e = {0};
        struct scratch s = {0};
        for (uint64_t k = 0; k < DRAWS; k++)
            even_add(&e, share_below(&cases[i].gen,
                                     as_double(cases[i].type, draw(&cases[i].gen, cases[i].type, k, &s))));
        scratch_release(&s);
        if (!(even_chi(&e) < 5))
            fail_msg("case %zu: chi-square is %.1f deviations off", i, even_chi(&e));
    }
}

static void choices_fit(void **state)
{
    (void)state;
    const struct choice choices[] = {
        {{.u.s = {"NYC", 3}}, 0.4}, {{.u.s = {"LA", 2}}, 0.35}, {{.u.s = {"SF", 2}}, 0.25}};
    const struct gen g = {.kind = GEN_CHOICE, .choices = choices, .nchoices = 3};
    double count[3] = {0}, expected[] = {0.4 * DRAWS, 0.35 * DRAWS, 0.25 * DRAWS};
    for (uint64_t i = 0; i < DRAWS; i++) {
        struct value v = draw(&g, (struct type){TYPE_STRING}, i, &(struct scratch){0});
        count[v.u.s.p[0] == 'N' ? 0 : v.u.s.p[0] == 'L' ? 1 : 2]++;
    }
    assert_true(chi_square(count, expected, 3) < 5);
}

static void texts_are_even_and_within_bounds(void **state)
{
    (void)state;
    const struct gen text = {.kind = GEN_TEXT, .lo = 5, .hi = 24}, hex = {.kind = GEN_HEX};
    double signs[128] = {0}, lengths[20] = {0}, digits[16] = {0}, expected[128], want[20], sixteen[16];
    double all = 0;
    struct scratch s = {0};
    for (uint64_t i = 0; i < 100000; i++) {
        struct value v = draw(&text, (struct type){TYPE_STRING}, i, &s);
        assert_true(v.u.s.n >= 5 && v.u.s.n <= 24 && v.u.s.p[0] != ' ' && v.u.s.p[v.u.s.n - 1] != ' ');
        lengths[v.u.s.n - 5]++;
        for (uint32_t k = 1; k + 1 < v.u.s.n; k++, all++)
            signs[(unsigned char)v.u.s.p[k]]++;
        v = draw(&hex, (struct type){TYPE_CHAR, 19}, i, &s);
        assert_int_equal(v.u.s.n, 19);
        for (uint32_t k = 0; k < 19; k++)
            digits[v.u.s.p[k] <= '9' ? v.u.s.p[k] - '0' : v.u.s.p[k] - 'a' + 10]++;
    }
    for (int c = 0; c < 128; c++)
        expected[c] = all / 64 *
                      (c == ' ' ? 2
                                : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
    for (int k = 0; k < 20; k++)
        want[k] = 100000.0 / 20;
    for (int k = 0; k < 16; k++)
        sixteen[k] = 19 * 100000.0 / 16;
    scratch_release(&s);
    assert_true(chi_square(signs, expected, 128) < 5 && chi_square(lengths, want, 20) < 5 &&
                chi_square(digits, sixteen, 16) < 5);
}

static void texts_honour_their_types(void **state)
{
    (void)state;
    static const struct { struct gen gen; struct type type; uint32_t least, most; } cases[] = {
        {{GEN_TEXT, .lo = 3, .hi = 7}, {TYPE_CHAR, 9}, 9, 9},
        {{GEN_TEXT, .lo = 100, .hi = 100}, {TYPE_STRING, 50}, 50, 50},
        {{GEN_TEXT}, {TYPE_STRING}, 0, 0},
        {{GEN_TEXT, .lo = 40, .hi = 40}, {TYPE_JSON}, 40, 40},
        {{GEN_TEXT, .lo = 2, .hi = 2}, {TYPE_JSON}, 8, 8},
        {{GEN_WORDS, .lo = 3, .hi = 5}, {TYPE_JSON}, 10, 60},
        {{GEN_WORDS, .lo = 10, .hi = 10}, {TYPE_STRING, 30}, 25, 30},
        {{GEN_WORDS, .lo = 1, .hi = 40}, {TYPE_STRING}, 3, 400},
        {{GEN_HEX}, {TYPE_STRING}, 32, 32},
        {{GEN_HEX}, {TYPE_CHAR, 1}, 1, 1}, {{GEN_HEX}, {TYPE_BYTES, 13}, 13, 13},
        {{GEN_UUID}, {TYPE_UUID}, 36, 36},
        {{GEN_UUID}, {TYPE_STRING, 36}, 36, 36},
        {{GEN_HEX}, {TYPE_JSON}, 40, 40}, {{GEN_SEQUENCE}, {TYPE_STRING}, 1, 4},
    };
    struct scratch s = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (uint64_t k = 0; k < 2000; k++) {
            struct value v = draw(&cases[i].gen, cases[i].type, k, &s), again;
            struct buf b = {0};
            if (v.u.s.n < cases[i].least || v.u.s.n > cases[i].most)
                fail_msg("case %zu: %u bytes: %.*s", i, v.u.s.n, (int)v.u.s.n, v.u.s.p);
            value_put(&b, cases[i].type, &v);
            buf_reserve(&b, 1);
            if (!value_parse(cases[i].type, b.data, b.len, &again) || !value_equal(cases[i].type, &v, &again))
                fail_msg("case %zu: not of its type: %s", i, buf_text(&b));
            buf_release(&b);
        }
    scratch_release(&s);
}

static void uuids_are_version_4(void **state)
{
    (void)state;
    struct scratch s = {0};
    for (uint64_t k = 0; k < 1000; k++) {
        const char *p = draw(&(struct gen){.kind = GEN_UUID}, (struct type){TYPE_UUID}, k, &s).u.s.p;
        assert_true(p[14] == '4' && strchr("89ab", p[19]));
    }
    scratch_release(&s);
}

static void numbers_stay_in_their_types(void **state)
{
    (void)state;
    static const struct { struct gen gen; struct type type; int64_t least, most; } cases[] = {
        {{GEN_NORMAL, 0, 1e30}, {TYPE_INT}, INT32_MIN, INT32_MAX},
        {{GEN_NORMAL, 0, 1e30}, {TYPE_BIGINT}, INT64_MIN, INT64_MAX},
        {{GEN_NORMAL, 0, 1e30}, {TYPE_DECIMAL, 5, 2}, -99999, 99999},
        {{GEN_EXPONENTIAL, 1e12}, {TYPE_DATE}, 0, 2932896},
        {{GEN_UNIFORM, .lo = INT64_MIN, .hi = INT64_MAX}, {TYPE_BIGINT}, INT64_MIN, INT64_MAX},
        {{GEN_UNIFORM, .lo = 7, .hi = 7}, {TYPE_INT}, 7, 7},
        {{GEN_ZIPF, 0, .lo = INT64_MIN, .hi = INT64_MAX}, {TYPE_BIGINT}, INT64_MIN, INT64_MAX},
        {{GEN_ZIPF, 1, .lo = 3, .hi = 3}, {TYPE_INT}, 3, 3},
        {{GEN_PARETO, 0.01, .lo = INT64_MIN, .hi = INT64_MAX}, {TYPE_BIGINT}, INT64_MIN, INT64_MAX},
        {{GEN_PARETO, 9, .lo = 4, .hi = 4}, {TYPE_INT}, 4, 4},
    };
    struct scratch s = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct gen prepared = cases[i].gen;
        gen_prepare(&prepared);
        for (uint64_t k = 0; k < 2000; k++) {
            struct value v = draw(&cases[i].gen, cases[i].type, k, &s),
                         same = draw(&prepared, cases[i].type, k, &s);
            int64_t number = type_class(cases[i].type) == CLASS_DECIMAL ? (int64_t)v.u.dec : v.u.i;
            assert_true(number >= cases[i].least && number <= cases[i].most &&
                        value_equal(cases[i].type, &v, &same));
        }
    }
    double wide = draw(&(struct gen){.kind = GEN_UNIFORM, .dlo = -1.7e308, .dhi = 1.7e308}, twice, 1, &s).u.d;
    assert_true(isfinite(wide));
    scratch_release(&s);
}

/* The first five values of each generator, in their text form. */
static void values_never_change(void **state)
{
    (void)state;
    static const struct choice choices[] = {
        {{.u.s = {"NYC", 3}}, 0.4}, {{.u.s = {"LA", 2}}, 0.35}, {{.u.s = {"SF", 2}}, 0.25}};
    static const struct { struct gen gen; struct type type; const char *values; } cases[] = {
        {{GEN_UNIFORM, .lo = 0, .hi = 1000000}, {TYPE_DECIMAL, 9, 6},
         "0.508062|0.466607|0.963051|0.349733|0.148420"},
        {{GEN_UNIFORM, .lo = 1735689600000000, .hi = 1767225600000000},
            {TYPE_TIMESTAMP}, "2025-07-05T10:37:09.477809Z|2025-06-20T07:28:44.135551Z|2025-12-18T12:19:37.321016Z|"
            "2025-05-08T15:39:40.015373Z|2025-02-24T04:09:30.118320Z"},
        {{GEN_UNIFORM, .lo = 0, .hi = 36500}, {TYPE_DATE},
         "2020-10-09|2016-08-18|2066-03-30|2004-12-13|1984-10-31"},
        {{GEN_UNIFORM, .lo = 0, .hi = 1}, {TYPE_BOOL}, "true|false|true|false|false"},
        {{GEN_UNIFORM, .dlo = 0, .dhi = 100},
            {TYPE_DOUBLE}, "50.80615638574505|46.66071833951907|96.30510312346259|34.973300403896644|14.841990481735689"},
        {{GEN_UNIFORM, .dlo = 0, .dhi = 100}, {TYPE_FLOAT}, "50.806156|46.660717|96.3051|34.9733|14.84199"},
        {{GEN_NORMAL, 12.5, 4},
            {TYPE_DOUBLE}, "12.588273061897869|11.878328841975492|13.258427029399032|8.377324155729296|15.569292927774036"},
        {{GEN_NORMAL, 12.5, 4}, {TYPE_DECIMAL, 9, 2}, "12.59|11.88|13.26|8.38|15.57"},
        {{GEN_EXPONENTIAL, 86400}, {TYPE_BIGINT}, "61292|54302|284966|37184|13881"},
        {{GEN_ZIPF, 1.1, .lo = 0, .hi = 10000}, {TYPE_INT}, "21|31|0|101|1100"},
        {{GEN_PARETO, 1.16, .lo = 1, .hi = 1000000}, {TYPE_INT}, "1|1|17|1|1"},
        {{GEN_PARETO, 1.16, .lo = 1, .hi = 1000000},
            {TYPE_DOUBLE}, "1.8432919790978888|1.7191118512092132|17.172143721098493|1.4491982879444316|1.1485513653460815"},
        {{GEN_CHOICE, .choices = choices, .nchoices = 3}, {TYPE_STRING}, "LA|LA|SF|NYC|NYC"},
        {{GEN_TEXT, .lo = 8, .hi = 12}, {TYPE_STRING},
         "QHYD7vPwbg|OajJ7coNcl|oEi S7e71YRl|0orphFG0h|4oCrx2Aq"},
        {{GEN_WORDS, .lo = 1, .hi = 3}, {TYPE_STRING},
         "red light|desk coast|bell bird order|fish deep|friend"},
        {{GEN_WORDS, .lo = 1, .hi = 1},
            {TYPE_JSON}, "{\"v\":\"place\"}|{\"v\":\"key\"}|{\"v\":\"early\"}|{\"v\":\"hand\"}|{\"v\":\"milk\"}"},
        {{GEN_HEX}, {TYPE_CHAR, 10}, "821052991f|77739180c2|f68a832b88|59881a26ad|25fed8cd44"},
        {{GEN_HEX}, {TYPE_BYTES, 5}, "821052991f|77739180c2|f68a832b88|59881a26ad|25fed8cd44"},
        {{GEN_UUID},
            {TYPE_UUID}, "82105299-1f53-4b66-a181-5a957b77286a|77739180-c2d2-4d4b-b2c2-9ce0bb8c9028|"
            "f68a832b-8823-452b-acb5-ec4eecf8878e|59881a26-addf-4c41-b1c7-d207c73d13b4|25fed8cd-4417-47d4-b38a-41ad9745c3b8"},
        {{GEN_SEQUENCE, .lo = 10}, {TYPE_BIGINT}, "10|11|12|13|14"},
    };
    struct scratch s = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = {0};
        for (uint64_t k = 0; k < 5; k++) {
            struct value v = draw(&cases[i].gen, cases[i].type, k, &s);
            buf_puts(&b, k ? "|" : "");
            value_put(&b, cases[i].type, &v);
        }
        if (strcmp(buf_text(&b), cases[i].values) != 0)
            fail_msg("case %zu: values changed: %s", i, buf_text(&b));
        buf_release(&b);
    }
    scratch_release(&s);
}

static void estimates_are_near(void **state)
{
    (void)state;
    static const struct { struct gen gen; struct type type; } cases[] = {
        {{GEN_TEXT, .lo = 10, .hi = 90}, {TYPE_STRING}}, {{GEN_WORDS, .lo = 5, .hi = 15}, {TYPE_STRING}},
        {{GEN_HEX}, {TYPE_CHAR, 64}},
        {{GEN_TEXT, .lo = 50, .hi = 50}, {TYPE_JSON}}, {{GEN_WORDS, .lo = 5, .hi = 15}, {TYPE_JSON}},
    };
    struct scratch s = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double sum = 0, estimate = gen_bytes(&cases[i].gen, cases[i].type);
        for (uint64_t k = 0; k < 10000; k++)
            sum += draw(&cases[i].gen, cases[i].type, k, &s).u.s.n;
        if (fabs(sum / 10000 / estimate - 1) > 0.05)
            fail_msg("case %zu: %.1f bytes, estimated %.1f", i, sum / 10000, estimate);
    }
    scratch_release(&s);
}

/* Draws stay within them, and those that come near them were not asked to stay too far away. */
static void bounds_hold(void **state)
{
    (void)state;
    static const struct choice choices[] = {{{.u.d = -2.5}, 0.5}, {{.u.d = 0}, 0.25}, {{.u.d = 1e-3}, 0.25}};
    static const struct { struct gen gen; struct type type; double lo, hi; } cases[] = {
        {{GEN_UNIFORM, .lo = -7, .hi = 70}, {TYPE_BIGINT}, -7, 70},
        {{GEN_UNIFORM, .dlo = -1.5, .dhi = 2.5}, {TYPE_DOUBLE}, -1.5, 2.5},
        {{GEN_ZIPF, .p1 = 1.1, .lo = 5, .hi = 500}, {TYPE_INT}, 5, 500},
        {{GEN_PARETO, .p1 = 2, .lo = 3, .hi = 900}, {TYPE_INT}, 3, 900},
        {{GEN_PARETO, .p1 = 2, .dlo = 0, .dhi = 9}, {TYPE_DOUBLE}, 0, 9},
        {{GEN_NORMAL, .p1 = 12.5, .p2 = 4}, {TYPE_DOUBLE}, 12.5 - 4 * 12.1, 12.5 + 4 * 12.1},
        {{GEN_EXPONENTIAL, .p1 = 86400}, {TYPE_BIGINT}, 0, 86400 * 37.0},
        {{GEN_CHOICE, .choices = choices, .nchoices = 3}, {TYPE_DOUBLE}, -2.5, 1e-3},
        {{GEN_SEQUENCE, .lo = 10}, {TYPE_BIGINT}, 10, 100010},
    };
    struct scratch s = {0};
    struct gen_bounds b;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(gen_bounds(&cases[i].gen, cases[i].type, 100000, &b));
        assert_true(b.lo == cases[i].lo && b.hi == cases[i].hi && b.least > 0);
        for (uint64_t k = 0; k < 100000; k++) {
            struct value v = draw(&cases[i].gen, cases[i].type, k, &s);
            double d = type_class(cases[i].type) == CLASS_INT ? (double)v.u.i : v.u.d;
            assert_true(d >= b.lo && d <= b.hi && (d == 0 || fabs(d) >= b.least));
        }
    }
    assert_false(gen_bounds(&(struct gen){GEN_HEX}, (struct type){TYPE_CHAR, 64, 0}, 1, &b));
    scratch_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_fit), cmocka_unit_test(continuous_ones_fit),
            cmocka_unit_test(choices_fit),
        cmocka_unit_test(texts_are_even_and_within_bounds), cmocka_unit_test(texts_honour_their_types),
            cmocka_unit_test(uuids_are_version_4),
        cmocka_unit_test(numbers_stay_in_their_types), cmocka_unit_test(values_never_change),
        cmocka_unit_test(estimates_are_near), cmocka_unit_test(bounds_hold),
    };
    return cmocka_run_group_tests_name("gen", tests, NULL, NULL);
}
