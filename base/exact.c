#include "config.h"

#include "base/exact.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t powers[] = {
    1u, 10u, 100u, 1000u, 10000u, 100000u, 1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u, 100000000000u, 1000000000000u,
    10000000000000u, 100000000000000u, 1000000000000000u, 10000000000000000u, 100000000000000000u, 1000000000000000000u, 10000000000000000000u,
};
enum { CHUNK = 19 };                                  /* 10^19 is the greatest power that 64 bits hold */

wkl_i128 exact_power(uint32_t exponent)
{
    return exponent <= CHUNK ? (wkl_i128)powers[exponent]
                             : (wkl_i128)powers[CHUNK] * powers[exponent - CHUNK];
}

static wkl_u128 magnitude(wkl_i128 v)
{
    return v < 0 ? 0 - (wkl_u128)v : (wkl_u128)v;
}

static wkl_i128 with_sign(wkl_u128 v, bool minus)
{
    return minus ? -(wkl_i128)v : (wkl_i128)v;
}

static const struct exact zero = {0, 0};

/* ---- numbers of 256 bits, the lowest 64 first: what a product or a dividend needs ---- */

struct wide { uint64_t part[4]; };

static struct wide product(wkl_u128 a, wkl_u128 b)
{
    uint64_t x[2] = {(uint64_t)a, (uint64_t)(a >> 64)}, y[2] = {(uint64_t)b, (uint64_t)(b >> 64)};
    struct wide out = {{0}};
    for (int i = 0; i < 2; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < 2; k++) {
            wkl_u128 sum = (wkl_u128)x[i] * y[k] + out.part[i + k] + carry;
            out.part[i + k] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        out.part[i + 2] = carry;
    }
    return out;
}

static uint64_t divide_by(struct wide *w, uint64_t divisor)             /* returns the rest */
{
    wkl_u128 rest = 0;
    for (int i = 3; i >= 0; i--) {
        rest = rest << 64 | w->part[i];
        w->part[i] = (uint64_t)(rest / divisor);
        rest %= divisor;
    }
    return (uint64_t)rest;
}

static wkl_u128 low(const struct wide *w)
{
    return (wkl_u128)w->part[1] << 64 | w->part[0];
}

static bool has_38_digits(const struct wide *w)       /* or fewer */
{
    return !w->part[2] && !w->part[3] && low(w) <= (wkl_u128)exact_most();
}

/* Drops n digits; whether all of them were zeros. The last one decides the rounding, half away from zero. */
static bool drop_digits(struct wide *w, uint32_t n)
{
    bool none = true;
    for (; n > 1; ) {
        uint32_t step = n - 1 < CHUNK ? n - 1 : CHUNK;
        none &= divide_by(w, powers[step]) == 0;
        n -= step;
    }
    uint64_t last = n ? divide_by(w, 10) : 0;
    for (int i = 0; last >= 5 && i < 4 && ++w->part[i] == 0; i++)
        ;
    return none && last == 0;
}

static bool cut(bool minus, struct exact *out)
{
    *out = (struct exact){with_sign((wkl_u128)exact_most(), minus), 0};
    return false;
}

/* Brings a number of any length into a struct exact: as many digits go as must, from behind. */
static bool settle(struct wide w, bool minus, uint32_t scale, struct exact *out)
{
    struct wide shorter = w;
    uint32_t drop = scale > EXACT_MAX_SCALE ? scale - EXACT_MAX_SCALE : 0;
    bool exact = drop_digits(&shorter, drop);
    while (!has_38_digits(&shorter)) {                /* from the whole each time: rounding what is rounded is
                                                         another number */
        if (++drop > scale)
            return cut(minus, out);
        shorter = w;
        exact = drop_digits(&shorter, drop);
    }
    *out = (struct exact){with_sign(low(&shorter), minus), scale - drop};
    return exact;
}

/* ---- arithmetic ---- */

/* More digits after the point, as far as they fit. */
static void raise(struct exact *x, uint32_t scale)
{
    const wkl_i128 tenth = exact_most() / 10;
    for (; x->scale < scale && x->digits <= tenth && x->digits >= -tenth; x->scale++)
        x->digits *= 10;
}

static bool lower(struct exact *x, uint32_t scale)
{
    if (x->scale <= scale)
        return true;
    struct wide w = {{(uint64_t)magnitude(x->digits), (uint64_t)(magnitude(x->digits) >> 64)}};
    bool exact = drop_digits(&w, x->scale - scale);
    *x = (struct exact){with_sign(low(&w), x->digits < 0), scale};
    return exact;
}

static bool align(struct exact *a, struct exact *b)
{
    if (a->digits == 0 || b->digits == 0) {           /* zero has any scale */
        struct exact *none = a->digits == 0 ? a : b;
        none->scale = a->digits == 0 ? b->scale : a->scale;
        return true;
    }
    raise(a, b->scale);
    raise(b, a->scale);
    bool first = lower(a, b->scale), second = lower(b, a->scale);
    return first && second;
}

bool exact_add(struct exact a, struct exact b, struct exact *out)
{
    bool exact = align(&a, &b), minus;
    wkl_i128 sum;
    if (!__builtin_add_overflow(a.digits, b.digits, &sum) && sum <= exact_most() && sum >= -exact_most()) {
        *out = (struct exact){sum, a.scale};
        return exact;
    }
    minus = a.digits < 0;                             /* both are: the sum of two, which 128 bits without a
                                                         sign hold */
    wkl_u128 size = magnitude(a.digits) + magnitude(b.digits);
    return settle((struct wide){{(uint64_t)size, (uint64_t)(size >> 64)}}, minus, a.scale, out) && exact;
}

bool exact_multiply(struct exact a, struct exact b, struct exact *out)
{
    return settle(product(magnitude(a.digits), magnitude(b.digits)), (a.digits < 0) != (b.digits < 0),
                  a.scale + b.scale, out);
}

/* Bit by bit: rare, and as long as it takes. */
static struct wide quotient(struct wide w, wkl_u128 divisor, wkl_u128 *rest)
{
    struct wide out = {{0}};
    *rest = 0;
    for (int bit = 255; bit >= 0; bit--) {
        *rest = *rest << 1 | (w.part[bit / 64] >> bit % 64 & 1);        /* below 2 * 10^38, which 128 bits
                                                                           hold */
        if (*rest >= divisor) {
            *rest -= divisor;
            out.part[bit / 64] |= (uint64_t)1 << bit % 64;
        }
    }
    return out;
}

bool exact_divide(struct exact a, struct exact b, struct exact *out)
{
    wkl_u128 divisor = magnitude(b.digits), rest;
    struct wide q = quotient(product(magnitude(a.digits), (wkl_u128)exact_power(EXACT_DIGITS)), divisor,
                             &rest);
    bool minus = (a.digits < 0) != (b.digits < 0), exact = rest == 0;
    uint32_t scale = a.scale + EXACT_DIGITS;
    for (; scale < b.scale; scale++) {                /* a divisor finer than all of that */
        if (q.part[3] || q.part[2] >> 60)
            return cut(minus, out);
        struct wide tenfold = {{0}};
        wkl_u128 carry = 0;
        for (int i = 0; i < 4; i++) {
            carry += (wkl_u128)q.part[i] * 10;
            tenfold.part[i] = (uint64_t)carry;
            carry >>= 64;
        }
        q = tenfold;
    }
    if (rest * 2 >= divisor && has_38_digits(&q))     /* where digits are dropped these decide, not the
                                                         rest */
        q.part[0]++, q.part[1] += q.part[0] == 0;
    exact &= settle(q, minus, scale - b.scale, out);
    for (; out->scale && out->digits % 10 == 0; out->scale--)
        out->digits /= 10;
    return exact;
}

bool exact_remainder(struct exact a, struct exact b, struct exact *out)
{
    bool exact = align(&a, &b);
    if (b.digits == 0) {                              /* so much smaller that nothing is left of it */
        *out = zero;
        return false;
    }
    wkl_i128 rest = a.digits % b.digits;
    *out = (struct exact){rest && (rest < 0) != (b.digits < 0) ? rest + b.digits : rest, a.scale};
    return exact;
}

bool exact_round(struct exact x, uint32_t scale, wkl_i128 *out)
{
    raise(&x, scale);
    bool exact = lower(&x, scale);
    if (x.scale < scale && x.digits) {
        cut(x.digits < 0, &x);
        exact = false;
    }
    *out = x.digits;
    return exact;
}

bool exact_floor(struct exact x, wkl_i128 *out)
{
    wkl_i128 unit = x.scale <= EXACT_DIGITS ? exact_power(x.scale) : 0, rest;
    *out = unit ? x.digits / unit : 0;
    rest = unit ? x.digits % unit : x.digits;
    *out -= rest < 0;
    return rest == 0;
}

int exact_compare(struct exact a, struct exact b)
{
    int sign = (a.digits > 0) - (a.digits < 0), other = (b.digits > 0) - (b.digits < 0);
    if (sign != other)
        return sign < other ? -1 : 1;
    raise(&a, b.scale);
    raise(&b, a.scale);
    if (a.scale != b.scale)                           /* the one that could not be raised is larger than all
                                                         of 38 digits */
        return (a.scale < b.scale) == (sign > 0) ? 1 : -1;
    return (a.digits > b.digits) - (a.digits < b.digits);
}

bool exact_is_whole(struct exact x)
{
    wkl_i128 whole;
    return exact_floor(x, &whole);
}

/* ---- texts ---- */

bool exact_parse(const char *text, size_t n, struct exact *out, bool *exact)
{
    bool point = false, any = false;
    uint32_t zeros = 0;                               /* behind the last digit that is none */
    *out = zero;
    *exact = true;
    for (size_t i = 0; i < n; i++) {
        bool digit = text[i] >= '0' && text[i] <= '9';
        if (text[i] == '_' && any)
            continue;
        if (!digit && (text[i] != '.' || point || !any))
            return false;
        any |= digit;
        if (!digit) {
            point = true;
        } else if (point && text[i] == '0') {         /* only counts where something follows */
            zeros++;
        } else {
            for (uint32_t k = point ? zeros + 1 : 1; k && *exact; k--) {
                bool room = out->digits <= exact_most() / 10 && out->scale < EXACT_MAX_SCALE;
                *exact = room;
                out->digits = room ? out->digits * 10 : out->digits;
                out->scale += room && point;
            }
            out->digits += *exact ? text[i] - '0' : 0;
            zeros = 0;
        }
    }
    return any;
}

char *exact_digits_before(char *end, uint64_t v, unsigned width)
{
    char *p = end;
    while (v || p > end - width) {
        *--p = (char)('0' + v % 10);
        v /= 10;
    }
    return p;
}

static char *wide_digits_before(char *end, wkl_u128 v, unsigned width)
{
    if (v < powers[CHUNK])
        return exact_digits_before(end, (uint64_t)v, width);
    exact_digits_before(end, (uint64_t)(v % powers[CHUNK]), CHUNK);
    return wide_digits_before(end - CHUNK, v / powers[CHUNK], width > CHUNK ? width - CHUNK : 0);
}

void exact_put(struct buf *b, wkl_i128 digits, uint32_t scale)
{
    char text[EXACT_MAX_SCALE + 8], *end = text + sizeof text;
    char *p = wide_digits_before(end, magnitude(digits), scale + 1);    /* one digit stands before the point
                                                                           at least */
    if (scale) {
        memmove(p - 1, p, (size_t)(end - p) - scale);
        p--;
        end[-(int)scale - 1] = '.';
    }
    if (digits < 0)
        *--p = '-';
    buf_add(b, p, (size_t)(end - p));
}

const double exact_double_powers[EXACT_DOUBLE_POWERS] = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

double exact_to_double(struct exact x)
{
    const wkl_i128 all = (wkl_i128)1 << 53;
    if (x.scale < EXACT_DOUBLE_POWERS && x.digits <= all && x.digits >= -all)
        return (double)x.digits / exact_double_powers[x.scale];               /* both exact, so the quotient is the nearest double */
    struct buf text = {0};
    exact_put(&text, x.digits, x.scale);
    double d = strtod(buf_text(&text), NULL);
    buf_release(&text);
    return d;
}
