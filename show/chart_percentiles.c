/* chart_percentiles.c - response times against the percentile: each further nine takes the same room, so that
 * the tail can be seen. */
#include "config.h"

#include "show/chart.h"

#include <math.h>

#include "base/mem.h"
#include "findings/number.h"
#include "findings/whose.h"

enum { HEIGHT = 340, TOP = 12, BOTTOM = 48 };

struct axes {
    double nines;                                     /* the right end: 3 is 99.9 % */
    struct scale time;
};

static double x_of(const struct axes *a, double share)
{
    double nines = share >= 1 ? a->nines : fmin(-log10(1 - share), a->nines);
    return nines / a->nines * PLOT_WIDTH;
}

/* ---- lines, here and over time ---- */

struct plot_mark chart_mark(const struct chart_lines *lines, size_t i)
{
    return lines->of_backends ? plot_mark_of(lines->entries[i]) : (struct plot_mark){i, i >= PLOT_COLOURS};
}

void chart_put_name(struct buf *b, const struct chart_lines *lines, size_t i)
{
    const struct result_entry *e = lines->entries[i];
    if (lines->of_backends) {
        whose_put(b, e->results, e->backend);
        buf_puts(b, ", ");
    }
    buf_puts(b, e->strategy);
}

void chart_put_legend(struct xml *h, const struct chart_lines *lines)
{
    plot_open_legend(h);
    for (size_t i = 0; i < lines->n; i++) {
        struct buf label = {0};
        chart_put_name(&label, lines, i);
        if (figures_has_times(lines->entries[i]))
            plot_put_key(h, chart_mark(lines, i), buf_text(&label));
        buf_release(&label);
    }
    xml_close(h);
}

/* ---- axes ---- */

static bool fit_axes(struct axes *a, const struct result_entry *const *entries, size_t n)
{
    double low = INFINITY, high = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        if (!figures_has_times(entries[i]))
            continue;
        low = fmin(low, fmax((double)hist_min(entries[i]->all.response), 1));
        high = fmax(high, (double)hist_max(entries[i]->all.response));
        count = fmax(count, (double)entries[i]->all.response->count);
    }
    if (count == 0)
        return false;
    a->time = scale_log(low, fmax(high, 1), HEIGHT - BOTTOM, TOP);
    a->nines = fmin(fmax(ceil(log10(count)), 2), 6);
    return true;
}

static void put_percent_axis(struct xml *h, const struct axes *a)
{
    static const struct { double share; const char *text;
    } ticks[] = {{0, "0 %"},        {0.5, "50 %"},       {0.9, "90 %"},        {0.99, "99 %"},
                 {0.999, "99.9 %"}, {0.9999, "99.99 %"}, {0.99999, "99.999 %"}};
    for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
        double x = x_of(a, ticks[i].share);
        if (-log10(1 - ticks[i].share) > a->nines + 1e-9)
            break;
        bool crowded = a->nines > 4 && i >= 4 && i % 2 == 0;                  /* on a narrow screen, next
                                                                                 to the one before */
        plot_line(h, "grid", x, TOP, x, HEIGHT - BOTTOM);
        plot_label(h, i == 1 ? "second" : crowded ? "minor" : NULL, x, 0, HEIGHT - BOTTOM + 18, "middle",
                   ticks[i].text);
    }
    plot_axis_title(h, HEIGHT - 6, "of the requests were answered within");
}

/* A point for each slot that moves the line by a visible amount. */
static void put_path(struct buf *b, const struct axes *a, const struct hist *hist)
{
    struct hist_step s = {0};
    double last_x = x_of(a, 0), last_y = scale_at(&a->time, (double)hist_min(hist));
    buf_printf(b, "M%.1f %.1f", last_x, last_y);
    while (hist_next(hist, &s)) {
        double x = x_of(a, (double)s.upto / (double)hist->count),
               y = scale_at(&a->time, fmin((double)s.high, (double)hist_max(hist)));
        if (s.upto < hist->count && fabs(x - last_x) < 0.5 && fabs(y - last_y) < 0.5)
            continue;
        buf_printf(b, "L%.1f %.1f", x, y);
        last_x = x;
        last_y = y;
    }
}

static void put_entry(struct xml *h, const struct axes *a, const struct chart_lines *lines, size_t i)
{
    const struct result_entry *e = lines->entries[i];
    struct buf path = {0}, title = {0};
    put_path(&path, a, e->all.response);
    chart_put_name(&title, lines, i);
    buf_puts(&title, ": p50 ");
    number_put_duration(&title, figures_percentile(e->all.response, 50));
    buf_puts(&title, ", p99 ");
    number_put_duration(&title, figures_percentile(e->all.response, 99));
    plot_path(h, "line", chart_mark(lines, i), buf_text(&path), buf_text(&title));
    buf_release(&path);
    buf_release(&title);
}

static void put_ends(struct xml *h, const struct axes *a, const struct chart_lines *lines)
{
    struct plot_end *ends = mem_alloc(lines->n * sizeof *ends);
    size_t n = 0;
    for (size_t i = 0; i < lines->n; i++) {
        const struct result_entry *e = lines->entries[i];
        if (figures_has_times(e))
            ends[n++] = (struct plot_end){chart_mark(lines, i), lines->of_backends ? e->backend : e->strategy,
                                          scale_at(&a->time, (double)hist_max(e->all.response))};
    }
    plot_put_ends(h, ends, n, TOP, HEIGHT - BOTTOM);
    mem_free(ends);
}

void chart_put_percentiles(struct xml *h, const char *title, const struct chart_lines *lines)
{
    struct axes a;
    if (!fit_axes(&a, lines->entries, lines->n))
        return;
    plot_open(h, title, "the table of all figures", HEIGHT, true);
    plot_axis_left(h, &a.time, plot_put_time);
    put_percent_axis(h, &a);
    plot_open_paths(h, HEIGHT);
    for (size_t i = 0; i < lines->n; i++)
        if (figures_has_times(lines->entries[i]))
            put_entry(h, &a, lines, i);
    xml_close(h);
    put_ends(h, &a, lines);
    plot_close(h);
    chart_put_legend(h, lines);
    xml_close(h);
}
