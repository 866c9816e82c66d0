/* chart_sweep.c - p99 against a swept parameter, with intervals and the line that it is expected to stay below. */
#include "config.h"

#include "report/chart.h"

#include <math.h>

#include "report/number.h"
#include "report/stats.h"

enum { HEIGHT = 320, LEFT = 70, RIGHT = 36, TOP = 12, BOTTOM = 44 };

struct sweep_axes { const struct chart_sweep *sweep; struct scale time; };

static double x_of(const struct chart_sweep *s, size_t i)
{
    return LEFT + ((double)i + 0.5) / (double)s->nvalues * (PLOT_WIDTH - LEFT - RIGHT);
}

static bool p99_of(const struct result_entry *e, double *v)
{
    return e && figures_metric(e, METRIC_P99, false, v);
}

static bool fit(struct sweep_axes *a)
{
    double low = INFINITY, high = 0, v = 0;
    for (size_t l = 0; l < a->sweep->nlines; l++)
        for (size_t i = 0; i < a->sweep->nvalues; i++)
            if (p99_of(a->sweep->lines[l].entries[i], &v)) {
                low = fmin(low, fmax(v, 1));
                high = fmax(high, v);
            }
    if (!(high > 0))
        return false;
    if (a->sweep->limit > 0) {
        low = fmin(low, a->sweep->limit);
        high = fmax(high, a->sweep->limit);
    }
    a->time = scale_log(low, high, HEIGHT - BOTTOM, TOP);
    return true;
}

static void put_point(struct xml *h, const struct sweep_axes *a, const struct chart_sweep_line *line, size_t l, size_t i, double p99)
{
    struct buf title = {0}, class = {0};
    double low = 0, high = 0, x = x_of(a->sweep, i);
    buf_printf(&title, "%s at %s %s: p99 ", line->name, a->sweep->param, a->sweep->values[i]);
    number_put_duration(&title, p99);
    if (stats_interval(line->entries[i], METRIC_P99, &low, &high)) {
        buf_puts(&title, ", 95 % interval ");
        number_put_duration(&title, low);
        buf_puts(&title, " to ");
        number_put_duration(&title, high);
        plot_line(h, "whisker", x, scale_at(&a->time, low), x, scale_at(&a->time, high));
    }
    buf_printf(&class, "fill s%zu", l % PLOT_COLOURS);
    plot_dot(h, buf_text(&class), x, scale_at(&a->time, p99), 4, buf_text(&title));
    buf_release(&class);
    buf_release(&title);
}

static void put_line(struct xml *h, const struct sweep_axes *a, size_t l)
{
    const struct chart_sweep_line *line = &a->sweep->lines[l];
    struct buf path = {0}, class = {0};
    double v = 0;
    bool on = false;                                  /* a value without figures interrupts the line */
    for (size_t i = 0; i < a->sweep->nvalues; i++) {
        bool there = p99_of(line->entries[i], &v);
        if (there)
            buf_printf(&path, "%c%.1f %.1f", on ? 'L' : 'M', x_of(a->sweep, i), scale_at(&a->time, v));
        on = there;
    }
    buf_printf(&class, "line s%zu", l % PLOT_COLOURS);
    if (path.len)
        plot_path(h, buf_text(&class), buf_text(&path), line->name);
    for (size_t i = 0; i < a->sweep->nvalues; i++)
        if (p99_of(line->entries[i], &v))
            put_point(h, a, line, l, i, v);
    buf_release(&class);
    buf_release(&path);
}

static void put_limit(struct xml *h, const struct sweep_axes *a)
{
    struct buf b = {0};
    double y = scale_at(&a->time, a->sweep->limit);
    buf_puts(&b, "expected: below ");
    number_put_duration(&b, a->sweep->limit);
    plot_line(h, "limit", LEFT, y, PLOT_WIDTH - RIGHT, y);
    plot_label(h, PLOT_WIDTH - RIGHT, y - 5, "end", buf_text(&b));
    buf_release(&b);
}

void chart_put_sweep(struct xml *h, const struct chart_sweep *s)
{
    struct sweep_axes a = {.sweep = s};
    if (!fit(&a))
        return;
    plot_open(h, s->title, "the tables of all figures", HEIGHT);
    plot_axis_left(h, &a.time, LEFT, PLOT_WIDTH - RIGHT, plot_put_time);
    for (size_t i = 0; i < s->nvalues; i++)
        plot_label(h, x_of(s, i), HEIGHT - BOTTOM + 18, "middle", s->values[i]);
    plot_label(h, (LEFT + PLOT_WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", s->param);
    if (s->limit > 0)
        put_limit(h, &a);
    for (size_t l = 0; l < s->nlines; l++)
        put_line(h, &a, l);
    plot_close(h);
    plot_open_legend(h);
    for (size_t l = 0; l < s->nlines; l++)
        plot_put_key(h, l, s->lines[l].name);
    xml_close(h);
    xml_close(h);
}
