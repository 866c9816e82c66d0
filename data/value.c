/* value.c - types, and values in their text form. */
#include "config.h"

#include "data/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *name; enum value_class class; uint32_t bytes; } kinds[TYPE_COUNT] = {
    [TYPE_BOOL] = {"bool", CLASS_INT, 1},         [TYPE_INT] = {"int", CLASS_INT, 4},        [TYPE_BIGINT] = {"bigint", CLASS_INT, 8},
    [TYPE_FLOAT] = {"float", CLASS_DOUBLE, 4},    [TYPE_DOUBLE] = {"double", CLASS_DOUBLE, 8}, [TYPE_DECIMAL] = {"decimal", CLASS_DECIMAL, 8},
    [TYPE_CHAR] = {"char", CLASS_BYTES, 0},       [TYPE_STRING] = {"string", CLASS_BYTES, 0}, [TYPE_BYTES] = {"bytes", CLASS_BYTES, 0},
    [TYPE_UUID] = {"uuid", CLASS_BYTES, 36},      [TYPE_DATE] = {"date", CLASS_INT, 4},      [TYPE_TIMESTAMP] = {"timestamp", CLASS_INT, 8},
    [TYPE_JSON] = {"json", CLASS_BYTES, 40},
};

enum value_class type_class(struct type t) { return kinds[t.kind].class; }
const char *type_kind_name(enum type_kind k) { return kinds[k].name; }
bool type_equal(struct type a, struct type b) { return a.kind == b.kind && a.n == b.n && a.scale == b.scale; }
bool type_decimal_fits_double(struct type t) { return t.n <= DECIMAL_EXACT_IN_DOUBLE; }

uint32_t type_bytes(struct type t)
{
    uint32_t fixed = kinds[t.kind].bytes;
    return fixed ? fixed : t.n ? t.n : 32;
}

void type_put(struct buf *b, struct type t)
{
    buf_puts(b, kinds[t.kind].name);
    if (t.kind == TYPE_DECIMAL)
        buf_printf(b, "(%u, %u)", t.n, t.scale);
    else if (t.n && kinds[t.kind].class == CLASS_BYTES && t.kind != TYPE_UUID && t.kind != TYPE_JSON)
        buf_printf(b, "(%u)", t.n);
}

bool value_equal(struct type t, const struct value *a, const struct value *b)
{
    if (a->null || b->null)
        return a->null == b->null;
    switch (kinds[t.kind].class) {
    case CLASS_INT: return a->u.i == b->u.i;
    case CLASS_DOUBLE: return a->u.d == b->u.d;
    case CLASS_DECIMAL: return a->u.dec == b->u.dec;
    case CLASS_BYTES: return a->u.s.n == b->u.s.n && !memcmp(a->u.s.p, b->u.s.p, a->u.s.n);
    }
    return false;
}

/* ---- calendar: days from civil, after Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms" ---- */

int64_t date_from_civil(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    unsigned yoe = (unsigned)(year - era * 400);
    unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + (int64_t)doe - 719468;
}

void date_to_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned doe = (unsigned)(days - era * 146097);
    unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    unsigned mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = (int64_t)yoe + era * 400 + (*month <= 2);
}

/* ---- decimals ---- */

__extension__ typedef unsigned __int128 u128;

static wkl_i128 power10(uint32_t n)
{
    wkl_i128 p = 1;
    while (n--)
        p *= 10;
    return p;
}

double value_decimal_to_double(struct type t, wkl_i128 dec)
{
    return (double)dec / (double)power10(t.scale);
}

wkl_i128 value_decimal_from_double(struct type t, double d)
{
    return (wkl_i128)nearbyint(d * (double)power10(t.scale));
}

static void put_decimal(struct buf *b, struct type t, wkl_i128 v)
{
    char digits[64];
    unsigned n = 0;
    bool negative = v < 0;
    u128 u = negative ? -(u128)v : (u128)v;
    do
        digits[n++] = (char)('0' + (int)(u % 10));
    while ((u /= 10) || n <= t.scale);
    if (negative)
        buf_putc(b, '-');
    while (n) {
        if (n == t.scale)
            buf_putc(b, '.');
        buf_putc(b, digits[--n]);
    }
}

/* ---- text ---- */

static void put_double(struct buf *b, double d, int from, int to, bool single)
{
    char text[40];
    for (int digits = from; digits <= to; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, d);
        if (single ? strtof(text, NULL) == (float)d : strtod(text, NULL) == d)
            break;
    }
    buf_puts(b, text);
}

static void put_date(struct buf *b, int64_t days)
{
    int64_t y;
    unsigned m, d;
    date_to_civil(days, &y, &m, &d);
    buf_printf(b, "%04lld-%02u-%02u", (long long)y, m, d);
}

enum { DAY_S = 86400 };
static const int64_t S_US = 1000000;

static void put_timestamp(struct buf *b, int64_t us)
{
    int64_t day_us = DAY_S * S_US, days = us / day_us - (us % day_us < 0), rest = us - days * day_us, s = rest / S_US;
    put_date(b, days);
    buf_printf(b, "T%02lld:%02lld:%02lld.%06lldZ", (long long)(s / 3600), (long long)(s / 60 % 60), (long long)(s % 60),
               (long long)(rest % S_US));
}

static void put_hex(struct buf *b, const char *p, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        buf_putc(b, "0123456789abcdef"[(unsigned char)p[i] >> 4]);
        buf_putc(b, "0123456789abcdef"[(unsigned char)p[i] & 15]);
    }
}

void value_put(struct buf *b, struct type t, const struct value *v)
{
    if (v->null) {
        buf_puts(b, "null");
        return;
    }
    switch (t.kind) {
    case TYPE_BOOL: buf_puts(b, v->u.i ? "true" : "false"); break;
    case TYPE_FLOAT: put_double(b, v->u.d, 6, 9, true); break;
    case TYPE_DOUBLE: put_double(b, v->u.d, 15, 17, false); break;
    case TYPE_DECIMAL: put_decimal(b, t, v->u.dec); break;
    case TYPE_DATE: put_date(b, v->u.i); break;
    case TYPE_TIMESTAMP: put_timestamp(b, v->u.i); break;
    case TYPE_BYTES: put_hex(b, v->u.s.p, v->u.s.n); break;
    case TYPE_CHAR: case TYPE_STRING: case TYPE_UUID: case TYPE_JSON: buf_add(b, v->u.s.p, v->u.s.n); break;
    default: buf_put_i64(b, v->u.i);
    }
}

/* ---- reading ---- */

struct reader { const char *at, *end; };

static bool take_int(struct reader *r, int least, int most, int64_t *out)
{
    int n = 0;
    *out = 0;
    while (r->at < r->end && n < most && *r->at >= '0' && *r->at <= '9') {
        *out = *out * 10 + (*r->at++ - '0');
        n++;
    }
    return n >= least;
}

static bool take_char(struct reader *r, const char *any)
{
    if (r->at == r->end || !strchr(any, *r->at))
        return false;
    r->at++;
    return true;
}

static bool take_date(struct reader *r, int64_t *days)
{
    static const unsigned char lengths[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t y, m, d;
    bool negative = take_char(r, "-");
    if (!take_int(r, 4, 6, &y) || !take_char(r, "-") || !take_int(r, 2, 2, &m) || !take_char(r, "-") || !take_int(r, 2, 2, &d))
        return false;
    y = negative ? -y : y;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (m < 1 || m > 12 || d < 1 || d > lengths[m - 1] || (m == 2 && d == 29 && !leap))
        return false;
    *days = date_from_civil(y, (unsigned)m, (unsigned)d);
    return true;
}

static bool take_fraction(struct reader *r, int64_t *us)
{
    int64_t unit = 100000;
    *us = 0;
    if (!take_char(r, "."))
        return true;
    const char *from = r->at;
    for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++, unit /= 10)
        *us += (*r->at - '0') * unit;
    return r->at > from;
}

static bool take_timestamp(struct reader *r, int64_t *us)
{
    int64_t days, h = 0, m = 0, s = 0, fraction = 0;
    if (!take_date(r, &days))
        return false;
    if (take_char(r, "T ")) {
        if (!take_int(r, 2, 2, &h) || !take_char(r, ":") || !take_int(r, 2, 2, &m) || !take_char(r, ":") || !take_int(r, 2, 2, &s) ||
            !take_fraction(r, &fraction))
            return false;
        if (!take_char(r, "Z") && r->end - r->at == 3 && !memcmp(r->at, "+00", 3))
            r->at += 3;
    }
    if (h > 23 || m > 59 || s > 59)
        return false;
    *us = ((days * 24 + h) * 60 + m) * 60 * S_US + s * S_US + fraction;
    return true;
}

static bool take_decimal(struct reader *r, struct type t, wkl_i128 *out)
{
    bool negative = take_char(r, "-"), any = false, point = false;
    uint32_t after = 0;
    wkl_i128 v = 0, limit = power10(t.n < DECIMAL_MAX_PRECISION ? t.n : DECIMAL_MAX_PRECISION);
    for (; r->at < r->end; r->at++) {
        if (*r->at == '.' && !point) {
            point = true;
            continue;
        }
        if (*r->at < '0' || *r->at > '9')
            break;
        any = true;
        if (point && after == t.scale) {              /* only zeros may stand past the scale */
            if (*r->at != '0')
                return false;
            continue;
        }
        after += point;
        v = v * 10 + (*r->at - '0');
        if (v >= limit)
            return false;
    }
    for (; after < t.scale; after++)
        v *= 10;
    *out = negative ? -v : v;
    return any && v < limit;
}

static bool parse_integer(struct type t, const char *text, size_t n, int64_t *out)
{
    char copy[32], *end;
    if (!n || n >= sizeof copy)
        return false;
    memcpy(copy, text, n);
    copy[n] = 0;
    long long v = strtoll(copy, &end, 10);
    *out = v;
    return *end == 0 && (t.kind != TYPE_INT || (v >= INT32_MIN && v <= INT32_MAX)) && copy[0] != ' ';
}

static bool parse_double(struct type t, const char *text, size_t n, double *out)
{
    char copy[64], *end;
    if (!n || n >= sizeof copy)
        return false;
    memcpy(copy, text, n);
    copy[n] = 0;
    *out = t.kind == TYPE_FLOAT ? strtof(copy, &end) : strtod(copy, &end);
    return *end == 0 && isfinite(*out);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool parse_hex(char *text, size_t n, struct value *v)
{
    for (size_t i = 0; i + 1 < n; i += 2) {
        int a = hex_digit(text[i]), b = hex_digit(text[i + 1]);
        if (a < 0 || b < 0)
            return false;
        text[i / 2] = (char)(a << 4 | b);
    }
    v->u.s.p = text;
    v->u.s.n = (uint32_t)(n / 2);
    return n % 2 == 0;
}

bool value_parse(struct type t, char *text, size_t n, struct value *v)
{
    struct reader r = {text, text + n};
    *v = (struct value){0};
    switch (t.kind) {
    case TYPE_BOOL:
        v->u.i = n == 4 && !memcmp(text, "true", 4);
        return v->u.i || (n == 5 && !memcmp(text, "false", 5));
    case TYPE_INT: case TYPE_BIGINT: return parse_integer(t, text, n, &v->u.i);
    case TYPE_FLOAT: case TYPE_DOUBLE: return parse_double(t, text, n, &v->u.d);
    case TYPE_DECIMAL: return take_decimal(&r, t, &v->u.dec) && r.at == r.end;
    case TYPE_DATE: return take_date(&r, &v->u.i) && r.at == r.end;
    case TYPE_TIMESTAMP: return take_timestamp(&r, &v->u.i) && r.at == r.end;
    case TYPE_BYTES: return parse_hex(text, n, v);
    default:
        v->u.s.p = text;
        v->u.s.n = (uint32_t)n;
        return t.kind != TYPE_UUID || n == 36;
    }
}
