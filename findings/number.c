#include "config.h"

#include "findings/number.h"

#include <math.h>
#include <stdio.h>

enum { GROUPED_DIGITS = 40 };

/* A whole number with a comma before each three digits. */
static void put_grouped(struct buf *b, double v)
{
    char digits[GROUPED_DIGITS];
    int n = snprintf(digits, sizeof digits, "%.0f", fmin(fabs(v), 1e18));
    if (v <= -0.5)
        buf_putc(b, '-');
    for (int i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            buf_putc(b, ',');
        buf_putc(b, digits[i]);
    }
}

/* Below 10,000; the bounds are where rounding would bring one digit more. */
static void put_small(struct buf *b, double v)
{
    if (v == 0)
        buf_putc(b, '0');
    else if (fabs(v) < 0.0005)
        buf_puts(b, "<0.001");
    else if (fabs(v) < 99.95)
        buf_printf(b, "%.*f", fabs(v) < 0.9995 ? 3 : fabs(v) < 9.995 ? 2 : 1, v);
    else
        put_grouped(b, v);
}

void number_put(struct buf *b, double v)
{
    static const struct {
        double from, factor;
        char suffix;
    } scales[] = {{1e12, 1e12, 'T'}, {1e9, 1e9, 'G'}, {1e6, 1e6, 'M'}, {1e4, 1e3, 'k'}};
    if (!isfinite(v)) {
        buf_puts(b, "-");
        return;
    }
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
        if (fabs(v) >= scales[i].from * 0.9995) {
            if (fabs(v) >= 9999e12)
                buf_printf(b, "%.1e", v);
            else
                put_small(b, v / scales[i].factor), buf_putc(b, scales[i].suffix);
            return;
        }
    put_small(b, v);
}

void number_put_count(struct buf *b, double v)
{
    if (fabs(v) < 999999.5)
        put_grouped(b, v);
    else
        number_put(b, v);
}

struct time_unit number_time_unit(double ns)
{
    static const struct time_unit us = {"µs", 1e3}, ms = {"ms", 1e6}, s = {"s", 1e9};
    return ns < 1e6 ? us : ns < 1e10 ? ms : s;
}

void number_put_time(struct buf *b, double ns, struct time_unit unit)
{
    double v = ns / unit.ns;
    if (v < 99.95 || v >= 999999.5)
        number_put(b, v);
    else
        put_grouped(b, v);
}

/* The unit of a time by itself. */
static struct time_unit unit_of(double ns)
{
    static const struct time_unit units[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}}, smallest = {"ns", 1};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (fabs(ns) >= 0.9995 * units[i].ns)
            return units[i];
    return smallest;
}

static void put_in_unit(struct buf *b, double ns, struct time_unit unit)
{
    if (unit.ns > 1)
        number_put_time(b, ns, unit);
    else
        put_grouped(b, ns);
}

void number_put_duration(struct buf *b, double ns)
{
    struct time_unit unit = unit_of(ns);
    put_in_unit(b, ns, unit);
    buf_printf(b, " %s", unit.name);
}

/* Both in the unit of `ns`, which is written before them. */
static void put_range(struct buf *b, double ns, double low, double high)
{
    struct time_unit unit = unit_of(ns);
    put_in_unit(b, low, unit);
    buf_putc(b, '-');
    put_in_unit(b, high, unit);
}

void number_put_interval(struct buf *b, double ns, double low, double high)
{
    number_put_duration(b, ns);
    buf_puts(b, " (");
    put_range(b, ns, low, high);
    buf_putc(b, ')');
}

void number_put_figure_range(struct buf *b, enum figure_unit unit, double v, double low, double high)
{
    if (unit == FIGURE_NS) {
        put_range(b, v, low, high);
        return;
    }
    number_put_figure(b, unit, low);
    buf_puts(b, " to ");
    number_put_figure(b, unit, high);
}

void number_put_percent(struct buf *b, double share)
{
    double percent = share * 100;
    if (percent > 0 && percent < 0.01)
        buf_puts(b, "<0.01");
    else
        buf_printf(b, "%.*f", percent == 0 || percent >= 9.95 ? 0 : percent >= 0.995 ? 1 : 2, percent);
    buf_puts(b, " %");
}

void number_put_bytes(struct buf *b, double bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    int i = 0;
    for (; bytes >= 1023.5 && i < 4; i++)
        bytes /= 1024;
    buf_printf(b, "%.*f %s", i && bytes < 9.95 ? 1 : 0, bytes, names[i]);
}

void number_put_figure(struct buf *b, enum figure_unit unit, double v)
{
    switch (unit) {
    case FIGURE_NS: number_put_duration(b, v); break;
    case FIGURE_PER_SECOND: number_put(b, v), buf_puts(b, "/s"); break;
    case FIGURE_SHARE: number_put_percent(b, v); break;
    case FIGURE_USD: buf_putc(b, '$'), number_put(b, v); break;
    case FIGURE_COUNT: v == floor(v) ? number_put_count(b, v) : number_put(b, v); break;
    }
}
