#include "config.h"

#include "data/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/bug.h"
#include "base/mem.h"
#include "data/rng.h"

static const struct {
    const char *name;
    enum value_class class;
    uint32_t bytes;                                   /* usual size; 0: by the type's n */
} kinds[TYPE_COUNT] = {
    [TYPE_BOOL] = {"bool", CLASS_INT, 1},          [TYPE_INT] = {"int", CLASS_INT, 4},
    [TYPE_BIGINT] = {"bigint", CLASS_INT, 8},      [TYPE_FLOAT] = {"float", CLASS_DOUBLE, 4},
    [TYPE_DOUBLE] = {"double", CLASS_DOUBLE, 8},   [TYPE_DECIMAL] = {"decimal", CLASS_DECIMAL, 0},
    [TYPE_CHAR] = {"char", CLASS_BYTES, 0},        [TYPE_STRING] = {"string", CLASS_BYTES, 0},
    [TYPE_BYTES] = {"bytes", CLASS_BYTES, 0},      [TYPE_UUID] = {"uuid", CLASS_BYTES, 16},
    [TYPE_DATE] = {"date", CLASS_INT, 4},          [TYPE_TIMESTAMP] = {"timestamp", CLASS_INT, 8},
    [TYPE_JSON] = {"json", CLASS_BYTES, 64},
};

enum { BYTES_OF_UNBOUNDED = 32 };                     /* what a `string` without a length is taken for in
                                                         estimates */

/* ---- types ---- */

enum value_class type_class(struct type t)
{
    return kinds[t.kind].class;
}

static bool kind_has_length(enum type_kind k)
{
    return k == TYPE_CHAR || k == TYPE_STRING || k == TYPE_BYTES;
}

bool type_equal(struct type a, struct type b)
{
    if (a.kind != b.kind)
        return false;
    if (a.kind == TYPE_DECIMAL)
        return a.n == b.n && a.scale == b.scale;
    return !kind_has_length(a.kind) || a.n == b.n;
}

const char *type_kind_name(enum type_kind k)
{
    return kinds[k].name;
}

void type_put(struct buf *b, struct type t)
{
    buf_puts(b, kinds[t.kind].name);
    if (t.kind == TYPE_DECIMAL)
        buf_printf(b, "(%u, %u)", t.n, t.scale);
    else if (kind_has_length(t.kind) && t.n)
        buf_printf(b, "(%u)", t.n);
}

bool type_decimal_fits_double(struct type t)
{
    return t.n <= DECIMAL_EXACT_IN_DOUBLE;
}

uint32_t type_bytes(struct type t)
{
    if (kinds[t.kind].bytes)
        return kinds[t.kind].bytes;
    if (t.kind == TYPE_DECIMAL)
        return t.n / 2 + 3;                           /* two digits a byte, sign and point: between the
                                                         stores' ways */
    return t.n ? t.n : BYTES_OF_UNBOUNDED;
}

/* ---- equality ---- */

static bool json_equal(const struct value *a, const struct value *b)
{
    cJSON *x = cJSON_ParseWithLength(a->u.s.p, a->u.s.n), *y = cJSON_ParseWithLength(b->u.s.p, b->u.s.n);
    bool same = x && y && cJSON_Compare(x, y, 1);
    cJSON_Delete(x);
    cJSON_Delete(y);
    return same;
}

static uint32_t length_without_padding(const struct value *v)
{
    uint32_t n = v->u.s.n;
    while (n && v->u.s.p[n - 1] == ' ')
        n--;
    return n;
}

static bool bytes_equal(struct type t, const struct value *a, const struct value *b)
{
    uint32_t n = a->u.s.n, m = b->u.s.n;
    if (n != m && t.kind == TYPE_CHAR) {
        n = length_without_padding(a);
        m = length_without_padding(b);
    }
    if (n == m && (n == 0 || memcmp(a->u.s.p, b->u.s.p, n) == 0))
        return true;
    return t.kind == TYPE_JSON && json_equal(a, b);
}

bool value_equal(struct type t, const struct value *a, const struct value *b)
{
    if (a->null || b->null)
        return a->null && b->null;
    switch (type_class(t)) {
    case CLASS_INT: return a->u.i == b->u.i;
    case CLASS_DOUBLE: return a->u.d == b->u.d;
    case CLASS_DECIMAL: return a->u.dec == b->u.dec;
    case CLASS_BYTES: return bytes_equal(t, a, b);
    }
    BUG("value class of type %d", (int)t.kind);
}

int value_order(struct type t, const struct value *a, const struct value *b)
{
    switch (type_class(t)) {
    case CLASS_INT: return (a->u.i > b->u.i) - (a->u.i < b->u.i);
    case CLASS_DOUBLE: return (a->u.d > b->u.d) - (a->u.d < b->u.d);
    case CLASS_DECIMAL: return (a->u.dec > b->u.dec) - (a->u.dec < b->u.dec);
    case CLASS_BYTES: break;
    }
    int c = memcmp(a->u.s.p, b->u.s.p, a->u.s.n < b->u.s.n ? a->u.s.n : b->u.s.n);
    return c ? c : (a->u.s.n > b->u.s.n) - (a->u.s.n < b->u.s.n);
}

uint64_t value_hash(struct type t, const struct value *v)
{
    uint64_t h = 0;
    if (v->null)
        return 0;
    switch (type_class(t)) {
    case CLASS_INT: return rng_mix1((uint64_t)v->u.i);
    case CLASS_DOUBLE: return v->u.d == 0 ? 0 : rng_mix1((uint64_t)v->u.i);      /* 0 is -0 */
    case CLASS_DECIMAL: return rng_mix((uint64_t)v->u.dec, (uint64_t)(v->u.dec >> 64));
    case CLASS_BYTES:
        for (uint32_t i = 0, n = t.kind == TYPE_CHAR ? length_without_padding(v) : v->u.s.n; i < n; i++)
            h = (h ^ (unsigned char)v->u.s.p[i]) * 0x100000001b3u;
        return rng_mix1(h);
    }
    BUG("value class of type %d", (int)t.kind);
}

/* ---- the text form ---- */

/* m 2^-shift 10^scale rounded to a whole number, half to even, as printf does: exact, since m 10^scale fits
 * 128 bits (see put_plain). *reads_back: whether it lies nearer to m than to its neighbours m ± 1. */
static uint64_t rounded_digits(uint64_t m, int shift, int scale, bool *reads_back)
{
    uint64_t unit = 1;                                /* 10^19 at most */
    for (int i = 0; i < scale; i++)
        unit *= 10;
    wkl_u128 exact = (wkl_u128)m * unit, half = (wkl_u128)1 << (shift - 1), digits = exact >> shift,
             rest = exact - (digits << shift);
    digits += rest > half || (rest == half && (digits & 1));
    wkl_u128 back = digits << shift, off = back > exact ? back - exact : exact - back;
    *reads_back = 2 * off < unit;
    return (uint64_t)digits;
}

/* Doubles of everyday size, without printf and strtod, which take a microsecond: of 0.001 … 10^15 (floats:
 * 10^6), and no powers of two, whose neighbours lie at different distances. Returns false for others. */
static bool put_plain(struct buf *b, double d, bool single, int sure, int most)
{
    static const double tens[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    int bits = single ? 24 : 53, exponent, point = 0; /* point: digits before the decimal point; negative:
                                                         zeros behind it */
    double size = fabs(d), fraction = frexp(size, &exponent);
    if (!(size >= 1e-3 && size < (single ? 1e6 : 1e15)) || fraction == 0.5)
        return false;
    while (size >= tens[point])
        point++;
    if (point == 0)
        point = -(size < 0.1) - (size < 0.01);
    uint64_t m = (uint64_t)ldexp(fraction, bits), digits = 0;
    int scale = sure - point;
    for (bool reads_back = false; scale <= most - point && !reads_back; scale++)
        digits = rounded_digits(m, bits - exponent, scale, &reads_back);
    for (scale--; scale > 0 && digits % 10 == 0; scale--)
        digits /= 10;
    exact_put(b, d < 0 ? -(wkl_i128)digits : (wkl_i128)digits, (uint32_t)scale);
    return true;
}

/* The shortest of the %g forms that reads back the same. What has up to `sure` digits in its shortest form is
 * printed in that form by %.<sure>g (unless subnormal, where there are fewer digits to tell apart). */
static void put_double(struct buf *b, double d, bool single)
{
    char text[40];
    int sure = single ? 6 : 15, most = single ? 9 : 17, n = 0;
    if (fabs(d) < (single ? 0x1p-126 : 0x1p-1022))
        sure = 1;
    if (fabs(d) < 1e6 && d == (double)(int64_t)d && (d != 0 || !signbit(d))) {
        buf_put_i64(b, (int64_t)d);                   /* what %g would give, without its cost */
        return;
    }
    if (put_plain(b, d, single, sure, most))
        return;
    for (int precision = sure; precision <= most; precision++) {
        n = snprintf(text, sizeof text, "%.*g", precision, d);
        if (single ? strtof(text, NULL) == (float)d : strtod(text, NULL) == d)
            break;
    }
    buf_add(b, text, (size_t)n);
}

static char *date_before(char *end, int64_t days)
{
    int64_t year;
    unsigned month, day;
    date_to_civil(days, &year, &month, &day);
    char *p = exact_digits_before(end, day, 2);
    *--p = '-';
    p = exact_digits_before(p, month, 2);
    *--p = '-';
    p = exact_digits_before(p, year < 0 ? 0 - (uint64_t)year : (uint64_t)year, 4);
    if (year < 0)
        *--p = '-';
    return p;
}

static void put_date(struct buf *b, int64_t days)
{
    char text[40], *end = text + sizeof text, *p = date_before(end, days);
    buf_add(b, p, (size_t)(end - p));
}

static void put_timestamp(struct buf *b, int64_t us)
{
    const int64_t second = 1000000, day = 86400 * second;
    char text[64], *end = text + sizeof text, *p = end;
    int64_t days = us / day - (us % day < 0), rest = us - days * day;
    *--p = 'Z';
    p = exact_digits_before(p, (uint64_t)(rest % second), 6);
    *--p = '.';
    p = exact_digits_before(p, (uint64_t)(rest / second % 60), 2);
    *--p = ':';
    p = exact_digits_before(p, (uint64_t)(rest / (60 * second) % 60), 2);
    *--p = ':';
    p = exact_digits_before(p, (uint64_t)(rest / (3600 * second)), 2);
    *--p = 'T';
    p = date_before(p, days);
    buf_add(b, p, (size_t)(end - p));
}

static void put_hex(struct buf *b, const char *p, uint32_t n)
{
    static const char digit[] = "0123456789abcdef";
    buf_reserve(b, 2 * (size_t)n);
    for (uint32_t i = 0; i < n; i++) {
        b->data[b->len++] = digit[(unsigned char)p[i] >> 4];
        b->data[b->len++] = digit[p[i] & 15];
    }
    buf_add(b, "", 0);
}

void value_put(struct buf *b, struct type t, const struct value *v)
{
    if (v->null) {
        buf_puts(b, "null");
        return;
    }
    switch (t.kind) {
    case TYPE_BOOL: buf_puts(b, v->u.i ? "true" : "false"); return;
    case TYPE_INT:
    case TYPE_BIGINT: buf_put_i64(b, v->u.i); return;
    case TYPE_FLOAT: put_double(b, v->u.d, true); return;
    case TYPE_DOUBLE: put_double(b, v->u.d, false); return;
    case TYPE_DECIMAL: exact_put(b, v->u.dec, t.scale); return;
    case TYPE_DATE: put_date(b, v->u.i); return;
    case TYPE_TIMESTAMP: put_timestamp(b, v->u.i); return;
    case TYPE_BYTES: put_hex(b, v->u.s.p, v->u.s.n); return;
    case TYPE_CHAR:
    case TYPE_STRING:
    case TYPE_UUID:
    case TYPE_JSON: buf_add(b, v->u.s.p, v->u.s.n); return;
    case TYPE_COUNT: break;
    }
    BUG("type %d", (int)t.kind);
}

/* ---- decimals and doubles ---- */

double value_decimal_to_double(struct type t, wkl_i128 dec)
{
    return exact_to_double((struct exact){dec, t.scale});
}

wkl_i128 value_decimal_from_double(struct type t, double d)
{
    wkl_i128 most = exact_power(t.n);
    double scaled = d;
    for (uint32_t left = t.scale; left;) {
        uint32_t step = left < EXACT_DOUBLE_POWERS ? left : EXACT_DOUBLE_POWERS - 1;
        scaled *= exact_double_powers[step];
        left -= step;
    }
    if (scaled != scaled)
        return 0;
    if (scaled >= (double)most || scaled <= -(double)most)
        return scaled > 0 ? most - 1 : 1 - most;
    wkl_i128 whole = (wkl_i128)scaled;
    double rest = scaled - (double)whole;             /* exact: below 2^53 nothing is lost, above there is no
                                                         fraction */
    whole += (rest >= 0.5) - (rest <= -0.5);
    return whole >= most ? most - 1 : whole <= -most ? 1 - most : whole;
}

/* ---- what a type holds ---- */

struct type_range type_range(struct type t)
{
    static const struct { int64_t least, most; } whole[TYPE_COUNT] = {
        [TYPE_BOOL] = {0, 1},
        [TYPE_INT] = {INT32_MIN, INT32_MAX},
        [TYPE_BIGINT] = {INT64_MIN, INT64_MAX},
        [TYPE_DATE] = {-719162, 2932896},             /* 0001-01-01 … 9999-12-31 */
        [TYPE_TIMESTAMP] = {-62135596800000000, 253402300799999999},
    };
    wkl_i128 most = t.kind == TYPE_DECIMAL ? exact_power(t.n) - 1 : whole[t.kind].most;
    return (struct type_range){t.kind == TYPE_DECIMAL ? -most : whole[t.kind].least, most};
}

wkl_i128 value_cut(struct type t, wkl_i128 whole)
{
    struct type_range r = type_range(t);
    return whole < r.least ? r.least : whole > r.most ? r.most : whole;
}

double value_cut_far(struct type t, double d)
{
    double most = t.kind == TYPE_FLOAT ? FLT_MAX : DBL_MAX;
    if (d != d)
        return 0;
    d = d > most ? most : d < -most ? -most : d;
    return t.kind == TYPE_FLOAT ? (double)(float)d : d;
}

int64_t value_whole_from_double(struct type t, double d)
{
    struct type_range r = type_range(t);
    if (d >= 0x1p63 || d < -0x1p63 || d != d)
        return (int64_t)(d > 0 ? r.most : r.least);
    int64_t whole = (int64_t)d;
    double rest = d - (double)whole;
    return (int64_t)value_cut(t, (wkl_i128)whole + (rest >= 0.5) - (rest <= -0.5));
}

uint32_t value_cut_text(struct type t, const char *text, uint32_t n)
{
    bool limited = (t.kind == TYPE_CHAR || t.kind == TYPE_STRING || t.kind == TYPE_BYTES) && t.n && n > t.n;
    if (!limited || t.kind == TYPE_BYTES)
        return limited ? t.n : n;
    uint32_t at = 0, characters = 0;
    for (; at < n; at++)                              /* a character begins at every byte but those that go on
                                                         with one */
        if (((unsigned char)text[at] & 0xc0) != 0x80 && characters++ == t.n)
            break;
    return at;
}

static bool holds_text(struct type t, const struct value *v)
{
    static const bool in_utf8[TYPE_COUNT] = {
        [TYPE_CHAR] = true, [TYPE_STRING] = true, [TYPE_UUID] = true, [TYPE_JSON] = true};
    struct value read = {0};
    if (!in_utf8[t.kind])
        return !t.n || v->u.s.n <= t.n;
    char *copy = mem_alloc((size_t)v->u.s.n + 1);     /* value_parse may write into it */
    memcpy(copy, v->u.s.p, v->u.s.n);
    bool ok = value_parse(t, copy, v->u.s.n, &read);
    mem_free(copy);
    return ok;
}

bool value_fits(struct type t, const struct value *v)
{
    if (v->null)
        return true;
    switch (type_class(t)) {
    case CLASS_INT: return value_cut(t, v->u.i) == v->u.i;
    case CLASS_DECIMAL: return value_cut(t, v->u.dec) == v->u.dec;
    case CLASS_DOUBLE: return isfinite(v->u.d) && value_cut_double(t, v->u.d) == v->u.d;
    case CLASS_BYTES: return holds_text(t, v);
    }
    BUG("value class of type %d", (int)t.kind);
}
