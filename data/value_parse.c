/* value_parse.c - reading the text forms, those of value_put and those that the databases answer with. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "data/value.h"

struct reader { const char *at, *end; };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take(struct reader *r, char c)
{
    if (r->at == r->end || *r->at != c)
        return false;
    r->at++;
    return true;
}

/* Between `least` and `most` digits as a number; most <= 18. */
static bool take_digits(struct reader *r, int least, int most, int64_t *out)
{
    int n = 0;
    *out = 0;
    for (; n < most && r->at < r->end && is_digit(*r->at); n++)
        *out = *out * 10 + (*r->at++ - '0');
    return n >= least;
}

static bool parse_bool(const char *text, size_t n, struct value *v)
{
    static const struct { const char *text; int value; } forms[] = {
        {"true", 1}, {"false", 0}, {"t", 1}, {"f", 0}, {"1", 1}, {"0", 0},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (strlen(forms[i].text) == n && memcmp(text, forms[i].text, n) == 0) {
            v->u.i = forms[i].value;
            return true;
        }
    return false;
}

static bool parse_int(const char *text, size_t n, int64_t least, int64_t most, struct value *v)
{
    bool minus = n && text[0] == '-';
    if (n <= minus)
        return false;
    int64_t out = 0;                                  /* counted below zero, where there is one number more */
    for (size_t i = minus; i < n; i++)
        if (!is_digit(text[i]) || __builtin_mul_overflow(out, 10, &out) ||
            __builtin_sub_overflow(out, text[i] - '0', &out))
            return false;
    if (!minus && __builtin_sub_overflow((int64_t)0, out, &out))
        return false;
    v->u.i = out;
    return out >= least && out <= most;
}

static bool parse_double(const char *text, size_t n, bool single, struct value *v)
{
    char copy[512], *end;
    if (n == 0 || n >= sizeof copy)
        return false;
    memcpy(copy, text, n);
    copy[n] = 0;
    if (strspn(copy, "0123456789+-.eE") != n)         /* no blanks, hex, nan or inf, which strtod would
                                                         take */
        return false;
    v->u.d = single ? (double)strtof(copy, &end) : strtod(copy, &end);
    return end == copy + n && isfinite(v->u.d);
}

/* An exponent, as some stores write numbers: 1.5E-7. */
static bool take_exponent(struct reader *r, int64_t *exponent)
{
    *exponent = 0;
    if (!take(r, 'e') && !take(r, 'E'))
        return true;
    bool minus = take(r, '-');
    if (!minus)
        take(r, '+');
    if (!take_digits(r, 1, 4, exponent))
        return false;
    if (minus)
        *exponent = -*exponent;
    return true;
}

/* Multiplies (or, where only zeros go, divides) by ten until `places` digits stand after the point. */
static bool rescale(wkl_i128 *v, int64_t places, int64_t scale, wkl_i128 most)
{
    for (; *v && places < scale; places++) {
        if (*v >= most / 10)
            return false;
        *v *= 10;
    }
    for (; *v && places > scale; places--) {
        if (*v % 10)
            return false;
        *v /= 10;
    }
    return *v < most;
}

static bool parse_decimal(const char *text, size_t n, struct type t, struct value *v)
{
    struct reader r = {text, text + n};
    wkl_i128 most = 1, out = 0, limit = 1;
    for (uint32_t i = 0; i < DECIMAL_MAX_PRECISION; i++) {
        limit *= 10;
        if (i < t.n)
            most *= 10;
    }
    bool minus = take(&r, '-'), point = false, any = false;
    int64_t places = 0, exponent;
    if (!minus)
        take(&r, '+');
    for (; r.at < r.end; r.at++) {
        if (*r.at == '.' && !point) {
            point = true;
            continue;
        }
        if (!is_digit(*r.at))
            break;
        any = true;
        if (out >= limit / 10 && *r.at == '0' && point)
            continue;                                 /* zeros behind all that fits say nothing */
        if (out >= limit / 10)
            return false;
        out = out * 10 + (*r.at - '0');
        places += point;
    }
    if (!any || !take_exponent(&r, &exponent) || r.at != r.end ||
        !rescale(&out, places - exponent, t.scale, most))
        return false;
    v->u.dec = minus ? -out : out;
    return true;
}

static bool take_date(struct reader *r, int64_t *days)
{
    static const unsigned char lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year, month, day;
    bool minus = take(r, '-');
    if (!take_digits(r, 4, 7, &year) || !take(r, '-') || !take_digits(r, 2, 2, &month) || !take(r, '-') ||
        !take_digits(r, 2, 2, &day))
        return false;
    if (minus)
        year = -year;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1] + (month == 2 && leap))
        return false;
    *days = date_from_civil(year, (unsigned)month, (unsigned)day);
    return true;
}

/* ".5" to ".500000000"; what is finer than a microsecond must be zero. */
static bool take_fraction(struct reader *r, int64_t *us)
{
    *us = 0;
    if (!take(r, '.'))
        return true;
    int n = 0;
    for (; r->at < r->end && is_digit(*r->at); r->at++, n++) {
        if (n < 6)
            *us = *us * 10 + (*r->at - '0');
        else if (*r->at != '0')
            return false;
    }
    for (int i = n; i < 6; i++)
        *us *= 10;
    return n >= 1;
}

/* Z, +00, +05:30, or nothing: UTC. */
static bool take_zone(struct reader *r, int64_t *seconds)
{
    int64_t hours, minutes = 0;
    *seconds = 0;
    if (take(r, 'Z') || r->at == r->end)
        return true;
    bool minus = take(r, '-');
    if ((!minus && !take(r, '+')) || !take_digits(r, 2, 2, &hours) ||
        (take(r, ':') && !take_digits(r, 2, 2, &minutes)))
        return false;
    *seconds = (hours * 3600 + minutes * 60) * (minus ? -1 : 1);
    return true;
}

static bool parse_timestamp(const char *text, size_t n, struct value *v)
{
    struct reader r = {text, text + n};
    int64_t days, hour = 0, minute = 0, second = 0, us = 0, zone = 0;
    if (!take_date(&r, &days))
        return false;
    if (r.at < r.end) {
        if ((!take(&r, 'T') && !take(&r, ' ')) || !take_digits(&r, 2, 2, &hour) || !take(&r, ':') ||
            !take_digits(&r, 2, 2, &minute))
            return false;
        if (take(&r, ':') && (!take_digits(&r, 2, 2, &second) || !take_fraction(&r, &us)))
            return false;
        if (!take_zone(&r, &zone) || r.at != r.end || hour > 23 || minute > 59 || second > 59)
            return false;
    }
    int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - zone;
    return !__builtin_mul_overflow(seconds, (int64_t)1000000, &v->u.i) &&
           !__builtin_add_overflow(v->u.i, us, &v->u.i);
}

static bool parse_date(const char *text, size_t n, struct value *v)
{
    struct reader r = {text, text + n};
    return take_date(&r, &v->u.i) && r.at == r.end;
}

static int hex_digit(char c)
{
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' &&
        c <= 'F' ? c - 'A' + 10 : -1;
}

/* Lower-case hex, also with PostgreSQL's "\x" before it; decoded in place. */
static bool parse_bytes(char *text, size_t n, struct type t, struct value *v)
{
    const char *from = text;
    if (n >= 2 && text[0] == '\\' && text[1] == 'x') {
        from += 2;
        n -= 2;
    }
    if (n % 2 || n / 2 > UINT32_MAX || (t.n && n / 2 > t.n))
        return false;
    for (size_t i = 0; i < n; i += 2) {
        int high = hex_digit(from[i]), low = hex_digit(from[i + 1]);
        if (high < 0 || low < 0)
            return false;
        text[i / 2] = (char)(high << 4 | low);
    }
    v->u.s.p = text;
    v->u.s.n = (uint32_t)(n / 2);
    return true;
}

static bool parse_uuid(char *text, size_t n, struct value *v)
{
    if (n != 36)
        return false;
    for (size_t i = 0; i < n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : hex_digit(text[i]) < 0)
            return false;
        if (text[i] >= 'A' && text[i] <= 'F')
            text[i] = (char)(text[i] | 0x20);
    }
    v->u.s.p = text;
    v->u.s.n = 36;
    return true;
}

/* Characters (not bytes) of UTF-8, or -1 where it is none. */
static int64_t utf8_length(const char *text, size_t n)
{
    int64_t count = 0;
    for (size_t i = 0; i < n; count++) {
        unsigned char c = (unsigned char)text[i++];
        int more = c < 0x80 ? 0 : c >= 0xc2 && c < 0xe0 ? 1 : c >= 0xe0 && c < 0xf0 ? 2 : c >= 0xf0 &&
            c < 0xf5 ? 3 : -1;
        if (more < 0 || (size_t)more > n - i)
            return -1;
        for (; more; more--)
            if (((unsigned char)text[i++] & 0xc0) != 0x80)
                return -1;
    }
    return count;
}

static bool parse_string(char *text, size_t n, struct type t, struct value *v)
{
    int64_t characters = utf8_length(text, n);
    if (n > UINT32_MAX || characters < 0 || (t.n && characters > t.n))
        return false;
    v->u.s.p = text;
    v->u.s.n = (uint32_t)n;
    return true;
}

static bool parse_json(char *text, size_t n, struct value *v)
{
    const char *end = NULL;
    cJSON *json = n <= UINT32_MAX ? cJSON_ParseWithLengthOpts(text, n, &end, 0) : NULL;
    bool whole = json && end <= text + n;
    for (; whole && end < text + n; end++)
        whole = *end == ' ' || *end == '\t' || *end == '\n' || *end == '\r';
    cJSON_Delete(json);
    v->u.s.p = text;
    v->u.s.n = (uint32_t)n;
    return whole;
}

bool value_parse(struct type t, char *text, size_t n, struct value *v)
{
    v->null = false;
    switch (t.kind) {
    case TYPE_BOOL: return parse_bool(text, n, v);
    case TYPE_INT: return parse_int(text, n, INT32_MIN, INT32_MAX, v);
    case TYPE_BIGINT: return parse_int(text, n, INT64_MIN, INT64_MAX, v);
    case TYPE_FLOAT: return parse_double(text, n, true, v);
    case TYPE_DOUBLE: return parse_double(text, n, false, v);
    case TYPE_DECIMAL: return parse_decimal(text, n, t, v);
    case TYPE_DATE: return parse_date(text, n, v);
    case TYPE_TIMESTAMP: return parse_timestamp(text, n, v);
    case TYPE_BYTES: return parse_bytes(text, n, t, v);
    case TYPE_UUID: return parse_uuid(text, n, v);
    case TYPE_CHAR:
    case TYPE_STRING: return parse_string(text, n, t, v);
    case TYPE_JSON: return parse_json(text, n, v);
    case TYPE_COUNT: break;
    }
    return false;
}
