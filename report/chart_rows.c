/* chart_rows.c - charts with a row for each entry: box plots of the response times, bars of one figure. */
#include "config.h"

#include "report/chart.h"

#include <math.h>
#include <string.h>

#include "report/number.h"
#include "report/whose.h"

enum { ROW = 22, HEAD = 24, LEFT = 250, RIGHT = 70, TOP = 4, BOTTOM = 30, BOX = 12 };

static bool starts_backend(chart_entries entries, size_t i)
{
    return i == 0 || strcmp(entries[i]->backend, entries[i - 1]->backend) != 0;
}

/* Rows and, above those of each backend, a row with its name. */
static int height_of(chart_entries entries, size_t n)
{
    int height = TOP + BOTTOM;
    for (size_t i = 0; i < n; i++)
        height += ROW + (starts_backend(entries, i) ? HEAD : 0);
    return height;
}

/* Draws each entry's row through put, which is given the middle of the row. */
struct rows { struct xml *html; const struct scale *scale; const void *more; };

static void put_rows(const struct rows *rows, chart_entries entries, size_t n,
                     void (*put)(const struct rows *, const struct result_entry *, size_t colour, double y))
{
    double y = TOP;
    size_t colour = 0;
    for (size_t i = 0; i < n; i++) {
        if (starts_backend(entries, i)) {
            colour += i > 0;
            struct buf who = {0};
            whose_put(&who, entries[i]->results, entries[i]->backend);
            plot_label(rows->html, 0, y + HEAD - 6, "start", buf_text(&who));
            buf_release(&who);
            y += HEAD;
        }
        plot_label(rows->html, LEFT - 10, y + ROW / 2.0 + 4, "end", entries[i]->strategy);
        put(rows, entries[i], colour, y + ROW / 2.0);
        y += ROW;
    }
}

/* ---- boxes ---- */

static void put_box_title(struct buf *b, const struct result_entry *e)
{
    static const struct { const char *name; double percent; } of[] = {{"p1", 1}, {"p25", 25}, {"p50", 50}, {"p75", 75}, {"p99", 99}, {"max", 100}};
    buf_printf(b, "%s with %s:", e->backend, e->strategy);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        buf_printf(b, "%s %s ", i ? "," : "", of[i].name);
        number_put_duration(b, figures_percentile(e->all.response, of[i].percent));
    }
}

static double at(const struct rows *rows, const struct result_entry *e, double percent)
{
    return scale_at(rows->scale, figures_percentile(e->all.response, percent));
}

static void put_box(const struct rows *rows, const struct result_entry *e, size_t colour, double y)
{
    struct buf title = {0}, class = {0};
    if (!figures_has_times(e)) {
        plot_label(rows->html, LEFT, y + 4, "start", "no figures");
        return;
    }
    double quarter = at(rows, e, 25), median = at(rows, e, 50), three = at(rows, e, 75);
    put_box_title(&title, e);
    buf_printf(&class, "line s%zu", colour % PLOT_COLOURS);
    plot_line(rows->html, buf_text(&class), at(rows, e, 1), y, at(rows, e, 99), y);
    buf_clear(&class);
    buf_printf(&class, "box s%zu", colour % PLOT_COLOURS);
    plot_rect(rows->html, buf_text(&class), quarter, y - BOX / 2.0, three - quarter, BOX, buf_text(&title));
    plot_line(rows->html, "median", median, y - BOX / 2.0, median, y + BOX / 2.0);
    buf_clear(&class);
    buf_printf(&class, "fill s%zu", colour % PLOT_COLOURS);
    plot_dot(rows->html, buf_text(&class), at(rows, e, 100), y, 2.5, buf_text(&title));
    buf_release(&class);
    buf_release(&title);
}

void chart_put_boxes(struct xml *h, const char *title, chart_entries entries, size_t n)
{
    double low = INFINITY, high = 0;
    int height = height_of(entries, n);
    for (size_t i = 0; i < n; i++)
        if (figures_has_times(entries[i])) {
            low = fmin(low, fmax(figures_percentile(entries[i]->all.response, 1), 1));
            high = fmax(high, (double)hist_max(entries[i]->all.response));
        }
    if (!(high > 0))
        return;
    struct scale scale = scale_log(low, high, LEFT, PLOT_WIDTH - RIGHT);
    plot_open(h, title, "the table of all figures", height);
    plot_axis_bottom(h, &scale, TOP, height - BOTTOM, plot_put_time);
    put_rows(&(struct rows){h, &scale, NULL}, entries, n, put_box);
    plot_close(h);
    xml_close(h);
}

/* ---- bars ---- */

static void put_bar(const struct rows *rows, const struct result_entry *e, size_t colour, double y)
{
    const struct chart_bars *bars = rows->more;
    struct buf title = {0}, class = {0}, number = {0};
    double v = 0, low = 0, high = 0;
    if (!bars->value(e, &v)) {
        plot_label(rows->html, LEFT + 4, y + 4, "start", "no figure");
        return;
    }
    double end = scale_at(rows->scale, v);
    bool sure = bars->interval && bars->interval(e, &low, &high);
    bars->number(&number, v);
    buf_printf(&title, "%s with %s: %s", e->backend, e->strategy, buf_text(&number));
    if (sure) {
        buf_puts(&title, ", 95 % interval ");
        bars->number(&title, low);
        buf_puts(&title, " to ");
        bars->number(&title, high);
    }
    buf_printf(&class, "fill s%zu", colour % PLOT_COLOURS);
    plot_rect(rows->html, buf_text(&class), LEFT, y - BOX / 2.0, end - LEFT, BOX, buf_text(&title));
    if (sure) {
        plot_line(rows->html, "whisker", scale_at(rows->scale, low), y, scale_at(rows->scale, high), y);
        end = fmax(end, scale_at(rows->scale, high));
    }
    plot_label(rows->html, end + 6, y + 4, "start", buf_text(&number));
    buf_release(&number);
    buf_release(&class);
    buf_release(&title);
}

void chart_put_bars(struct xml *h, const struct chart_bars *bars, chart_entries entries, size_t n)
{
    double most = 0, v = 0, low = 0, high = 0;
    int height = height_of(entries, n);
    for (size_t i = 0; i < n; i++) {
        most = bars->value(entries[i], &v) ? fmax(most, v) : most;
        most = bars->interval && bars->interval(entries[i], &low, &high) ? fmax(most, high) : most;
    }
    if (!(most > 0))
        return;
    struct scale scale = scale_linear(most, LEFT, PLOT_WIDTH - RIGHT);
    plot_open(h, bars->title, "the table of all figures", height);
    plot_axis_bottom(h, &scale, TOP, height - BOTTOM, bars->axis);
    put_rows(&(struct rows){h, &scale, bars}, entries, n, put_bar);
    plot_close(h);
    xml_close(h);
}
