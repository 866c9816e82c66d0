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
    {"G", UNIT_NONE, 1e9, true},           {"M", UNIT_NONE, 1e6, true},          {"k", UNIT_NONE, 1e3, true},
    {"%", UNIT_NONE, 0.01, false},         {"TiB", UNIT_SIZE, 0x1p40, true},     {"GiB", UNIT_SIZE, 0x1p30, true},
    {"MiB", UNIT_SIZE, 0x1p20, true},      {"KiB", UNIT_SIZE, 0x1p10, true},     {"TB", UNIT_SIZE, 1e12, false},
    {"GB", UNIT_SIZE, 1e9, true},          {"MB", UNIT_SIZE, 1e6, true},         {"KB", UNIT_SIZE, 1e3, true},
    {"B", UNIT_SIZE, 1, true},             {"d", UNIT_DURATION, 86400, true},    {"h", UNIT_DURATION, 3600, true},
    {"m", UNIT_DURATION, 60, true},        {"s", UNIT_DURATION, 1, true},        {"ms", UNIT_DURATION, 1e-3, true},
    {"us", UNIT_DURATION, 1e-6, true},     {"ns", UNIT_DURATION, 1e-9, true},    {"G/s", UNIT_RATE, 1e9, false},
    {"M/s", UNIT_RATE, 1e6, true},         {"k/s", UNIT_RATE, 1e3, true},        {"/s", UNIT_RATE, 1, true},
    {"k/m", UNIT_RATE, 1e3 / 60, false},   {"/m", UNIT_RATE, 1.0 / 60, true},    {"k/h", UNIT_RATE, 1e3 / 3600, false},
    {"/h", UNIT_RATE, 1.0 / 3600, true},
};
enum { SUFFIXES = sizeof suffixes / sizeof *suffixes };

/* Copies the number's digits without underscores; returns how many bytes of the text they took, 0 where it is no number. */
static size_t take_number(const char *text, size_t n, char *out, size_t cap)
{
    size_t i = 0, len = 0, digits = 0;
    bool point = false;
    if (i < n && text[i] == '-')
        out[len++] = text[i++];
    for (; i < n && len + 1 < cap; i++) {
        if (isdigit((unsigned char)text[i]))
            digits++;
        else if (text[i] == '_' && digits && i + 1 < n && isdigit((unsigned char)text[i + 1]))
            continue;
        else if (text[i] == '.' && !point && digits && i + 1 < n && isdigit((unsigned char)text[i + 1]))
            point = true;
        else
            break;
        out[len++] = text[i];
    }
    out[len] = 0;
    return digits ? i : 0;
}

bool quantity_parse(const char *text, size_t n, struct quantity *q)
{
    char number[64];
    size_t used = take_number(text, n, number, sizeof number);
    if (!used)
        return false;
    *q = (struct quantity){.value = strtod(number, NULL)};
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
    }
    q->integer = fabs(q->value) < 0x1p53 && q->value == nearbyint(q->value);
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
        if (fabs(v) >= 1 && fabs(v - nearbyint(v)) < 1e-9 * fabs(v))
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
