/* chart_sweep.c - p99 against a swept parameter, with intervals and the line that it is
 * expected to stay below. */
#include "config.h"

#include "show/chart.h"

#include <math.h>

#include "base/mem.h"
#include "findings/number.h"
#include "findings/rank.h"
#include "findings/stats.h"

enum { HEIGHT = 320, TOP = 16, BOTTOM = 48 };

struct sweep_axes { const struct chart_sweep *sweep; struct scale time; };

static double x_of(const struct chart_sweep *s, size_t i)
{
    return ((double)i + 0.5) / (double)s->nvalues * PLOT_WIDTH;
}

static bool p99_of(const struct result_entry *e, double *v)
{
    return e && figures_metric(e, METRIC_P99, false, v);
}

static bool fit(struct sweep_axes *a)
{
    enum { FAR = 100 };
    double low = INFINITY, high = 0, v = 0;
    for (size_t l = 0; l < a->sweep->nlines; l++)
        for (size_t i = 0; i < a->sweep->nvalues; i++)
            if (p99_of(a->sweep->lines[l].entries[i], &v)) {
                low = fmin(low, fmax(v, 1));
                high = fmax(high, v);
            }
    if (!(high > 0))
        return false;
    if (a->sweep->limit > low / FAR && a->sweep->limit < high * FAR) {   /* where that does not press
                                                                            all else into a corner */
        low = fmin(low, a->sweep->limit);
        high = fmax(high, a->sweep->limit);
    }
    a->time = scale_log(low, high, HEIGHT - BOTTOM, TOP);
    return true;
}

static void put_point(struct xml *h, const struct sweep_axes *a, const struct chart_sweep_line *line,
                      size_t i, double p99)
{
    struct buf title = {0};
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
    const char *unranked = rank_unranked(line->entries[i]->results, line->entries[i]);
    if (unranked)
        buf_printf(&title, "; not ranked: %s", unranked);
    plot_dot(h, unranked ? "hollow" : "fill", line->mark, x, scale_at(&a->time, p99), 4.5, buf_text(&title));
    buf_release(&title);
}

static void put_path(struct xml *h, const struct sweep_axes *a, const struct chart_sweep_line *line)
{
    struct buf path = {0};
    double v = 0;
    bool on = false;                                  /* a value without figures interrupts the line */
    for (size_t i = 0; i < a->sweep->nvalues; i++) {
        bool there = p99_of(line->entries[i], &v);
        if (there)
            buf_printf(&path, "%c%.1f %.1f", on ? 'L' : 'M', x_of(a->sweep, i), scale_at(&a->time, v));
        on = there;
    }
    if (path.len)
        plot_path(h, "line", line->mark, buf_text(&path), line->name);
    buf_release(&path);
}

static void put_points(struct xml *h, const struct sweep_axes *a, const struct chart_sweep_line *line)
{
    double v = 0;
    for (size_t i = 0; i < a->sweep->nvalues; i++)
        if (p99_of(line->entries[i], &v))
            put_point(h, a, line, i, v);
}

static bool any_unranked(const struct chart_sweep *s)
{
    double v = 0;
    for (size_t l = 0; l < s->nlines; l++)
        for (size_t i = 0; i < s->nvalues; i++) {
            const struct result_entry *e = s->lines[l].entries[i];
            if (p99_of(e, &v) && rank_unranked(e->results, e))
                return true;
        }
    return false;
}

static void put_ends(struct xml *h, const struct sweep_axes *a)
{
    struct plot_end *ends = mem_alloc(a->sweep->nlines * sizeof *ends);
    size_t n = 0;
    double v = 0;
    for (size_t l = 0; l < a->sweep->nlines; l++) {
        const struct chart_sweep_line *line = &a->sweep->lines[l];
        size_t i = a->sweep->nvalues;
        while (i > 0 && !p99_of(line->entries[i - 1], &v))
            i--;
        if (i > 0)
            ends[n++] = (struct plot_end){line->mark, line->end, scale_at(&a->time, v)};
    }
    plot_put_ends(h, ends, n, TOP, HEIGHT - BOTTOM);
    mem_free(ends);
}

static bool shows_limit(const struct sweep_axes *a)
{
    return a->sweep->limit > pow(10, a->time.low) * 0.999 && a->sweep->limit < pow(10, a->time.high) * 1.001;
}

/* The line has no words of its own, which points would lie on. */
static void put_title(struct buf *b, const struct sweep_axes *a)
{
    buf_puts(b, a->sweep->title);
    if (!(a->sweep->limit > 0))
        return;
    buf_puts(b, "; expected: below ");
    number_put_duration(b, a->sweep->limit);
    buf_puts(b, shows_limit(a) ? ", the dashed line" : "");
}

void chart_put_sweep(struct xml *h, const struct chart_sweep *s)
{
    struct sweep_axes a = {.sweep = s};
    if (!fit(&a))
        return;
    struct buf title = {0};
    put_title(&title, &a);
    plot_open(h, buf_text(&title), "the tables of all figures", HEIGHT, true);
    buf_release(&title);
    plot_axis_left(h, &a.time, plot_put_time);
    for (size_t i = 0; i < s->nvalues; i++)
        plot_label(h, NULL, x_of(s, i), 0, HEIGHT - BOTTOM + 18, "middle", s->values[i]);
    plot_axis_title(h, HEIGHT - 6, s->param);
    if (shows_limit(&a))
        plot_line(h, "limit", 0, scale_at(&a.time, s->limit), PLOT_WIDTH, scale_at(&a.time, s->limit));
    plot_open_paths(h, HEIGHT);
    for (size_t l = 0; l < s->nlines; l++)
        put_path(h, &a, &s->lines[l]);
    xml_close(h);
    for (size_t l = 0; l < s->nlines; l++)
        put_points(h, &a, &s->lines[l]);
    put_ends(h, &a);
    plot_close(h);
    plot_open_legend(h);
    for (size_t l = 0; l < s->nlines; l++)
        plot_put_key(h, s->lines[l].mark, s->lines[l].name);
    if (any_unranked(s))
        xml_open(h, "li"), xml_text(h, "○ measured, not ranked"), xml_close(h);
    xml_close(h);
    xml_close(h);
}
