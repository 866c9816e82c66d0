/* hdr.c - HdrHistogram's form: known bytes, what goes in comes out, and bytes of any kind are refused in
 * words. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "show/hdr.h"

static struct packed *packed_of(const int64_t *values, size_t n, uint64_t times)
{
    struct hist *h = hist_new();
    for (size_t i = 0; i < n; i++)
        hist_record_n(h, values[i], times);
    struct packed *p = packed_new(h);
    hist_free(h);
    return p;
}

/* 0 once; 1 not; 2 once; 3 … 2047 not; 2048 once: by hand from the format's description. */
static void bytes_are_known(void **state)
{
    (void)state;
    static const int64_t values[] = {0, 2, 2049};
    static const unsigned char known[] = {
        0x1c, 0x84, 0x93, 0x13, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 1,
        0, 0, 0x03, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0,
        2, 0, 2, 0xf9, 0x1f, 2,                       /* 1, 0, 1, -2045 (4089 = 0x1f * 128 + 0x79), 1 */
    };
    struct packed *p = packed_of(values, 3, 1);
    struct buf b = {0};
    hdr_put(p, &b);
    assert_int_equal(b.len, sizeof known);
    assert_memory_equal(b.data, known, sizeof known);
    buf_release(&b);
    mem_free(p);
}

static void assert_same(const struct packed *a, const struct packed *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->nslots, b->nslots);
    for (uint32_t i = 0; i < a->nslots; i++) {
        assert_int_equal(a->slots[i].slot, b->slots[i].slot);
        assert_int_equal(a->slots[i].count, b->slots[i].count);
    }
}

static void goes_there_and_back(void **state)
{
    (void)state;
    static const int64_t some[] = {0,    1,    2,      3,        1000,          2047,        2048,
                                   2049, 4096, 123456, 79000000, 3600000000000, HIST_HIGHEST};
    static const uint64_t times[] = {1,    63,   64,         127,        128,
                                     8191, 8192, 1ull << 35, 1ull << 55, (1ull << 62) / 13};
    for (size_t n = 0; n <= sizeof some / sizeof *some; n++)
        for (size_t t = 0; t < sizeof times / sizeof *times; t++) {
            struct packed *p = packed_of(some + (n > 3), n - (n > 3), times[t]);
            struct buf b = {0}, again = {0};
            struct error err = {0};
            hdr_put_base64(p, &b);
            struct packed *back = hdr_read_base64(buf_text(&b), &err);
            if (!back)
                fail_msg("%zu values, %llu times: %s", n, (unsigned long long)times[t], err.text);
            assert_same(p, back);
            hdr_put_base64(back, &again);
            assert_string_equal(buf_text(&b), buf_text(&again));
            if (n) {
                assert_int_equal(hist_lowest_equivalent(p->min), back->min);
                assert_int_equal(hist_highest_equivalent(p->max), back->max);
                assert_true(back->sum >= p->sum * 0.999 - 1 && back->sum <= p->sum * 1.001 + 1);
            }
            buf_release(&b), buf_release(&again);
            mem_free(back), mem_free(p);
        }
}

static void refuse(const void *bytes, size_t n, const char *words)
{
    struct error err = {0};
    struct packed *p = hdr_read(bytes, n, &err);
    if (p || !strstr(err.text, words))
        fail_msg("expected '%s', found '%s'", words, p ? "a histogram" : err.text);
}

static void refuse_text(const char *text, const char *words)
{
    struct error err = {0};
    assert_null(hdr_read_base64(text, &err));
    if (!strstr(err.text, words))
        fail_msg("expected '%s', found '%s'", words, err.text);
}

static void others_are_refused(void **state)
{
    (void)state;
    static const int64_t some[] = {5, 70, 123456};
    static const struct { size_t at; unsigned char is; const char *words; } spoiled[] = {
        {3, 0x12, "not an HdrHistogram"}, {7, 1, "cut short"}, {11, 1, "3 significant"},
        {15, 2, "3 significant"},
        {23, 2, "3 significant"}, {32, 0, "3 significant"}, {40, 0x80, "counts"},
    };
    struct packed *p = packed_of(some, 3, 1);
    struct buf b = {0}, text = {0};
    hdr_put(p, &b);
    for (size_t i = 0; i < sizeof spoiled / sizeof *spoiled; i++) {
        char was = b.data[spoiled[i].at];
        size_t n = spoiled[i].at == 40 ? 41 : b.len;  /* a number that goes on where the bytes end */
        b.data[spoiled[i].at] = (char)spoiled[i].is;
        if (n == 41)
            b.data[7] = 1;
        refuse(b.data, n, spoiled[i].words);
        b.data[spoiled[i].at] = was;
    }
    for (size_t n = 0; n < 40; n++)
        refuse(b.data, n, "not an HdrHistogram");
    hdr_put_base64(p, &text);
    refuse_text("", "not a compressed");
    refuse_text("!!!!", "base64");
    refuse_text("AAAA", "not a compressed");
    text.data[text.len - 4] = 0;
    refuse_text(text.data, "cut short");
    text.data[20] ^= 1;
    refuse_text(text.data, "cut short");
    buf_release(&b), buf_release(&text);
    mem_free(p);
}

/* Counts beyond the last slot, runs that leap over it, totals beyond 64 bits. */
static void counts_stay_within(void **state)
{
    (void)state;
    static const struct { unsigned char counts[24]; size_t n; } bad[] = {
        {{0xff, 0x8f, 0x04, 2, 2}, 5},                /* -33792, 1: behind the last slot */
        {{0xff, 0xff, 0xff, 0x7f}, 4},
        {{0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
          0xff, 0xff, 4}, 19},
    };
    struct packed *none = packed_of(NULL, 0, 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf b = {0};
        hdr_put(none, &b);
        b.len--;
        b.data[7] = (char)bad[i].n;
        buf_add(&b, bad[i].counts, bad[i].n);
        refuse(b.data, b.len, "counts");
        buf_release(&b);
    }
    mem_free(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_known),
        cmocka_unit_test(goes_there_and_back),
        cmocka_unit_test(others_are_refused),
        cmocka_unit_test(counts_stay_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
