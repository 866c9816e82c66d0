/* chart.c - charts as SVG within the page: no script, no font, no file from elsewhere. Colours are the page's (classes s0 … s7). */
#include "config.h"

#include "report/html.h"

#include <math.h>
#include <stdio.h>

#include "report/number.h"

enum { WIDTH = 760, HEIGHT = 340, LEFT = 70, RIGHT = 36, TOP = 12, BOTTOM = 44, COLOURS = 8 };

/* Where a percentile and a time stand on the picture. */
struct axes {
    double nines;                                     /* the right end: 3 is 99.9 % */
    double low, high;                                 /* log10 of ns */
};

static double x_of(const struct axes *a, double share)
{
    double nines = share >= 1 ? a->nines : fmin(-log10(1 - share), a->nines);
    return LEFT + nines / a->nines * (WIDTH - LEFT - RIGHT);
}

static double y_of(const struct axes *a, double ns)
{
    double level = (log10(fmax(ns, 1)) - a->low) / (a->high - a->low);
    return HEIGHT - BOTTOM - fmin(fmax(level, 0), 1) * (HEIGHT - TOP - BOTTOM);
}

static const int steps[] = {1, 2, 5};

/* The greatest 1, 2 or 5 times a power of ten that is not above ns, or the least that is not below it; as log10. */
static double round_level(double ns, bool up)
{
    double power = floor(log10(ns)), rest = ns / pow(10, power);
    if (up)
        return power + (rest <= 1 ? 0 : rest <= 2 ? log10(2) : rest <= 5 ? log10(5) : 1);
    return power + (rest >= 5 ? log10(5) : rest >= 2 ? log10(2) : 0);
}

static bool has_times(const struct result_entry *e)
{
    return e->all.response && e->all.response->count;
}

static bool fit_axes(struct axes *a, const struct result_entry *const *entries, size_t n)
{
    double low = INFINITY, high = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!has_times(entries[i]))
            continue;
        low = fmin(low, fmax((double)hist_min(entries[i]->all.response), 1));
        high = fmax(high, (double)hist_max(entries[i]->all.response));
        count = fmax(count, (double)entries[i]->all.response->count);
    }
    if (count == 0)
        return false;
    a->low = round_level(low, false);
    a->high = fmax(round_level(fmax(high, 1), true), a->low + 0.5);
    a->nines = fmin(fmax(ceil(log10(count)), 2), 6);
    return true;
}

static void put_line(struct html *h, const char *class, double x1, double y1, double x2, double y2)
{
    html_open(h, "line");
    html_attribute(h, "class", "%s", class);
    html_attribute(h, "x1", "%.1f", x1);
    html_attribute(h, "y1", "%.1f", y1);
    html_attribute(h, "x2", "%.1f", x2);
    html_attribute(h, "y2", "%.1f", y2);
    html_close(h);
}

static void put_label(struct html *h, double x, double y, const char *anchor, const char *text)
{
    html_open(h, "text");
    html_attribute(h, "x", "%.1f", x);
    html_attribute(h, "y", "%.1f", y);
    html_attribute(h, "text-anchor", "%s", anchor);
    html_text(h, text);
    html_close(h);
}

/* "10 ms": an axis has no need of digits that count. */
static void put_round_time(struct buf *b, double ns)
{
    static const struct { const char *name; double ns; } units[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}};
    size_t u = 0;
    while (u < 3 && ns < units[u].ns * 0.999)
        u++;
    buf_printf(b, "%.0f %s", ns / units[u].ns, units[u].name);
}

static void put_time_axis(struct html *h, const struct axes *a)
{
    bool fine = a->high - a->low <= 2.5;              /* few decades: label between them too */
    for (int decade = (int)floor(a->low); decade <= (int)a->high; decade++)
        for (int s = 0; s < 3; s++) {
            double ns = steps[s] * pow(10, decade);
            struct buf b = {0};
            if (log10(ns) > a->high + 1e-9 || log10(ns) < a->low - 1e-9 || (s && !fine))
                continue;
            put_line(h, "grid", LEFT, y_of(a, ns), WIDTH - RIGHT, y_of(a, ns));
            put_round_time(&b, ns);
            put_label(h, LEFT - 8, y_of(a, ns) + 4, "end", buf_text(&b));
            buf_release(&b);
        }
}

static void put_percent_axis(struct html *h, const struct axes *a)
{
    static const struct { double share; const char *text; } ticks[] = {
        {0, "0 %"}, {0.5, "50 %"}, {0.9, "90 %"}, {0.99, "99 %"}, {0.999, "99.9 %"}, {0.9999, "99.99 %"}, {0.99999, "99.999 %"}};
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
        double x = x_of(a, ticks[i].share);
        if (-log10(1 - ticks[i].share) > a->nines + 1e-9)
            break;
        put_line(h, "grid", x, TOP, x, HEIGHT - BOTTOM);
        put_label(h, x, HEIGHT - BOTTOM + 18, "middle", ticks[i].text);
    }
    put_label(h, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", "of the requests were answered within");
}

/* A point for each slot that moves the line by a visible amount. */
static void put_path(struct buf *b, const struct axes *a, const struct hist *hist)
{
    struct hist_step s = {0};
    double last_x = x_of(a, 0), last_y = y_of(a, (double)hist_min(hist));
    buf_printf(b, "M%.1f %.1f", last_x, last_y);
    while (hist_next(hist, &s)) {
        double x = x_of(a, (double)s.upto / (double)hist->count), y = y_of(a, fmin((double)s.high, (double)hist_max(hist)));
        if (s.upto < hist->count && fabs(x - last_x) < 0.5 && fabs(y - last_y) < 0.5)
            continue;
        buf_printf(b, "L%.1f %.1f", x, y);
        last_x = x;
        last_y = y;
    }
}

static void put_entry(struct html *h, const struct axes *a, const struct result_entry *e, size_t i,
                      void (*name)(struct buf *, const struct result_entry *))
{
    struct buf path = {0}, title = {0};
    put_path(&path, a, e->all.response);
    name(&title, e);
    buf_puts(&title, ": p50 ");
    number_put_duration(&title, figures_percentile(e->all.response, 50));
    buf_puts(&title, ", p99 ");
    number_put_duration(&title, figures_percentile(e->all.response, 99));
    html_open(h, "path");
    html_attribute(h, "class", "line s%zu", i % COLOURS);
    html_attribute(h, "d", "%s", buf_text(&path));
    html_put(h, "title", NULL, buf_text(&title));
    html_close(h);
    buf_release(&path);
    buf_release(&title);
}

static void put_legend(struct html *h, const struct result_entry *const *entries, size_t n,
                       void (*name)(struct buf *, const struct result_entry *))
{
    html_open(h, "ul");
    html_attribute(h, "class", "legend");
    for (size_t i = 0; i < n; i++) {
        if (!has_times(entries[i]))
            continue;
        html_open(h, "li");
        html_open(h, "span");
        html_attribute(h, "class", "key s%zu", i % COLOURS);
        html_attribute(h, "aria-hidden", "true");
        html_close(h);
        struct buf label = {0};
        name(&label, entries[i]);
        html_text(h, buf_text(&label));
        buf_release(&label);
        html_close(h);
    }
    html_close(h);
}

void chart_put_percentiles(struct html *h, const char *title, const struct result_entry *const *entries, size_t n,
                           void (*name)(struct buf *, const struct result_entry *))
{
    struct axes a;
    if (!fit_axes(&a, entries, n))
        return;
    html_open(h, "figure");
    html_put(h, "figcaption", NULL, title);
    html_open(h, "div");
    html_attribute(h, "class", "wide");
    html_open(h, "svg");
    html_attribute(h, "viewBox", "0 0 %d %d", WIDTH, HEIGHT);
    html_attribute(h, "role", "img");
    html_attribute(h, "aria-label", "%s; the table below has the figures", title);
    put_time_axis(h, &a);
    put_percent_axis(h, &a);
    for (size_t i = 0; i < n; i++)
        if (has_times(entries[i]))
            put_entry(h, &a, entries[i], i, name);
    html_close(h);
    html_close(h);
    put_legend(h, entries, n, name);
    html_close(h);
}
