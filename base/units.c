/* units.c - one table of suffixes, read in both directions. */
#include "config.h"

#include "base/units.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* For each unit the larger suffixes first: the writer takes the first that gives a whole number. */
static const struct suffix {
    const char *text;
    enum unit unit;
    double factor;
    bool written;                                     /* the writer uses it */
} suffixes[] = {
    {"G", UNIT_NONE, 1e9, true},           {"M", UNIT_NONE, 1e6, true},
    {"k", UNIT_NONE, 1e3, true},           {"%", UNIT_NONE, 0.01, false},
    {"TiB", UNIT_SIZE, 0x1p40, true},      {"GiB", UNIT_SIZE, 0x1p30, true},
    {"MiB", UNIT_SIZE, 0x1p20, true},      {"KiB", UNIT_SIZE, 0x1p10, true},
    {"TB", UNIT_SIZE, 1e12, false},        {"GB", UNIT_SIZE, 1e9, true},
    {"MB", UNIT_SIZE, 1e6, true},          {"KB", UNIT_SIZE, 1e3, true},
    {"B", UNIT_SIZE, 1, true},             {"d", UNIT_DURATION, 86400, true},
    {"h", UNIT_DURATION, 3600, true},      {"m", UNIT_DURATION, 60, true},
    {"s", UNIT_DURATION, 1, true},         {"ms", UNIT_DURATION, 1e-3, true},
    {"us", UNIT_DURATION, 1e-6, true},     {"ns", UNIT_DURATION, 1e-9, true},
    {"G/s", UNIT_RATE, 1e9, false},        {"M/s", UNIT_RATE, 1e6, true},
    {"k/s", UNIT_RATE, 1e3, true},         {"/s", UNIT_RATE, 1, true},
    {"k/m", UNIT_RATE, 1e3 / 60, false},   {"/m", UNIT_RATE, 1.0 / 60, true},
    {"k/h", UNIT_RATE, 1e3 / 3600, false}, {"/h", UNIT_RATE, 1.0 / 3600, true},
};
enum { SUFFIXES = sizeof suffixes / sizeof *suffixes };

/* How many bytes of the text are digits, `_` between them and a point among them; 0 where it is no number. A
 * `-` may stand before them. */
static size_t number_length(const char *text, size_t n)
{
    size_t i = n && text[0] == '-', from = i;
    bool point = false;
    for (; i < n; i++) {
        bool followed = i > from && i + 1 < n && isdigit((unsigned char)text[i + 1]);
        if (text[i] == '.' && !point && followed)
            point = true;
        else if (!isdigit((unsigned char)text[i]) && !(text[i] == '_' && followed))
            break;
    }
    return i > from ? i : 0;
}

static double read_double(const char *text, size_t n)  /* of any length */
{
    struct buf b = {0};
    for (size_t i = 0; i < n; i++)
        if (text[i] != '_')
            buf_putc(&b, text[i]);
    double d = strtod(buf_text(&b), NULL);
    buf_release(&b);
    return d;
}

/* Times a suffix's factor. A rate's may be a sixtieth, which has no end of digits. */
static bool scale_exactly(struct exact *x, const struct suffix *s)
{
    struct exact factor = {(wkl_i128)nearbyint(s->factor < 1 ? 1 / s->factor : s->factor), 0};
    return s->unit != UNIT_RATE &&
           (s->factor < 1 ? exact_divide(*x, factor, x) : exact_multiply(*x, factor, x));
}

bool quantity_parse(const char *text, size_t n, struct quantity *q)
{
    size_t used = number_length(text, n), minus = n && text[0] == '-';
    if (!used)
        return false;
    *q = (struct quantity){.value = read_double(text, used), .fraction = used == n && memchr(text, '.', used)};
    exact_parse(text + minus, used - minus, &q->exact, &q->known);
    q->exact.digits = minus ? -q->exact.digits : q->exact.digits;
    if (used < n) {
        const struct suffix *s = suffixes, *end = suffixes + SUFFIXES;
        while (s < end && !(strlen(s->text) == n - used && !memcmp(s->text, text + used, n - used)))
            s++;
        if (s == end)
            return false;
        q->unit = s->unit;
        q->percent = !strcmp(s->text, "%");
        /* a factor below 1 is divided by its inverse: 80% is 0.8, not 0.8000…2 */
        q->value = s->factor < 1 ? q->value / nearbyint(1 / s->factor) : q->value * s->factor;
        q->known = q->known && scale_exactly(&q->exact, s);
    }
    q->integer = fabs(q->value) < 0x1p53 && q->value == nearbyint(q->value);
    return true;
}

bool quantity_is_whole(const struct quantity *q)
{
    return q->known ? exact_is_whole(q->exact) : q->integer;
}

bool quantity_whole(const struct quantity *q, uint64_t least, uint64_t most, uint64_t *out)
{
    if (q->unit != UNIT_NONE || q->percent || !q->integer || q->value < (double)least ||
        q->value > (double)most)
        return false;
    *out = (uint64_t)q->value;
    return true;
}

bool quantity_ns(const struct quantity *q, double most_seconds, uint64_t *ns)
{
    if ((q->unit != UNIT_DURATION && q->unit != UNIT_NONE) || q->percent ||
        !(q->value >= 0 && q->value <= most_seconds))
        return false;
    *ns = (uint64_t)nearbyint(q->value * 1e9);
    return true;
}

static double scaled(double value, double factor)
{
    return factor < 1 ? value * nearbyint(1 / factor) : value / factor;
}

static void put_number(struct buf *b, double v)
{
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (strtod(text, NULL) == v)
            break;
    }
    if (strchr(text, 'e'))
        snprintf(text, sizeof text, fabs(v) >= 1 ? "%.0f" : "%.12f", v);
    buf_puts(b, text);
}

/* The largest suffix that leaves a whole number; where none does, the one of factor 1. */
static const struct suffix *best_suffix(const struct quantity *q)
{
    const struct suffix *one = NULL;
    for (const struct suffix *s = suffixes; s < suffixes + SUFFIXES; s++) {
        if (s->unit != q->unit || !s->written)
            continue;
        double v = scaled(q->value, s->factor);
        bool whole = q->integer && s->factor > 1 ? nearbyint(v) * s->factor == q->value
                                                 : fabs(v - nearbyint(v)) < 1e-9 * fabs(v);
        if (fabs(v) >= 1 && whole)                    /* of whole numbers nothing is rounded away:
                                                         1_000_000_001 is not 1G */
            return s;
        if (s->factor == 1)
            one = s;
    }
    return one;
}

void quantity_put(struct buf *b, const struct quantity *q)
{
    if (q->percent) {
        put_number(b, nearbyint(q->value * 1e10) / 1e8);
        buf_putc(b, '%');
        return;
    }
    if (q->known && fabs(q->value) >= 0x1p53 && q->unit == UNIT_NONE && exact_is_whole(q->exact)) {
        struct exact x = q->exact;
        exact_put(b, x.digits / exact_power(x.scale), 0);               /* all of its digits, which a double
                                                                           has not */
        return;
    }
    const struct suffix *s = best_suffix(q);
    double v = s ? scaled(q->value, s->factor) : q->value;
    put_number(b, fabs(v - nearbyint(v)) < 1e-9 * fabs(v) ? nearbyint(v) : v);
    buf_puts(b, s ? s->text : "");
}

const char *unit_name(enum unit u)
{
    static const char *const names[] = {"a number", "a size", "a duration", "a rate"};
    return names[u];
}
