/* chart_rows.c - charts with a row for each entry: p99 against what is expected, box plots of the response
 * times, bars of one figure. */
#include "config.h"

#include "show/chart.h"

#include <math.h>
#include <string.h>

#include "findings/number.h"
#include "findings/rank.h"
#include "findings/stats.h"
#include "show/html_run.h"

enum { BOX = 12, MIDDLE = PLOT_ROW / 2 };

struct rows {
    struct xml *html;
    const struct scale *scale;
    plot_number *axis;
    const void *more;
    void (*whose)(struct buf *, const struct result_entry *);
};

static void put_head(const struct rows *rows, const struct result_entry *e)
{
    struct buf whose = {0};
    if (!rows->whose) {
        plot_put_rows_head(rows->html, e);
        return;
    }
    rows->whose(&whose, e);
    xml_open(rows->html, "p");
    html_put_buf(rows->html, "b", NULL, &whose);
    xml_close(rows->html);
}

/* Draws each entry's row through put; entries of a backend are below its name. */
static void put_rows(const struct rows *rows, chart_entries entries, size_t n,
                     void (*put)(const struct rows *, const struct result_entry *))
{
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || strcmp(entries[i]->backend, entries[i - 1]->backend) != 0)
            put_head(rows, entries[i]);
        put(rows, entries[i]);
    }
    plot_put_rows_axis(rows->html, rows->scale, rows->axis);
    xml_close(rows->html);
}

static void open_row(const struct rows *rows, const struct result_entry *e, const struct buf *label)
{
    plot_open_row(rows->html, e->strategy, buf_text(label));
    plot_put_grid(rows->html, rows->scale, rows->axis);
}

static void put_no_figures(const struct rows *rows, const struct result_entry *e)
{
    struct buf label = {0};
    buf_printf(&label, "%s, %s: no figures", e->backend, e->strategy);
    open_row(rows, e, &label);
    plot_close_row(rows->html, NULL, "–");
    buf_release(&label);
}

/* ---- p99 ---- */

static void put_whiskers(const struct rows *rows, struct plot_mark mark, double low, double high)
{
    enum { CAP = 4 };
    char class[] = "span s0";
    double from = scale_at(rows->scale, low), to = scale_at(rows->scale, high);
    class[sizeof class - 2] = (char)('0' + mark.colour % PLOT_COLOURS);
    plot_line(rows->html, class, from, MIDDLE, to, MIDDLE);
    plot_line(rows->html, class, from, MIDDLE - CAP, from, MIDDLE + CAP);
    plot_line(rows->html, class, to, MIDDLE - CAP, to, MIDDLE + CAP);
}

static void put_p99_row(const struct rows *rows, const struct result_entry *e)
{
    const double *limit = rows->more;
    struct buf label = {0}, figure = {0};
    double v = 0, low = 0, high = 0;
    enum html_verdict verdict = html_verdict_of(e);
    if (!figures_metric(e, METRIC_P99, false, &v)) {
        put_no_figures(rows, e);
        return;
    }
    number_put_duration(&figure, v);
    buf_printf(&label, "%s, %s: p99 %s", e->backend, e->strategy, buf_text(&figure));
    buf_printf(&figure, " %s", html_verdicts[verdict].sign);
    open_row(rows, e, &label);
    if (*limit >= pow(10, rows->scale->low) * 0.999)
        plot_line(rows->html, "limit", scale_at(rows->scale, *limit), 0, scale_at(rows->scale, *limit),
                  PLOT_ROW);
    if (stats_interval(e, METRIC_P99, &low, &high)) {
        buf_puts(&label, ", 95 % interval ");
        number_put_duration(&label, low);
        buf_puts(&label, " to ");
        number_put_duration(&label, high);
        put_whiskers(rows, plot_mark_of(e), low, high);
    }
    plot_dot(rows->html, rank_unranked(e->results, e) ? "hollow" : "fill", plot_mark_of(e),
             scale_at(rows->scale, v), MIDDLE, 5.5, buf_text(&label));
    plot_close_row(rows->html, html_verdicts[verdict].figure, buf_text(&figure));
    buf_release(&figure);
    buf_release(&label);
}

/* The limit lies within the picture where that does not press all else into a corner. */
static bool fit_p99(struct scale *scale, chart_entries entries, size_t n, double limit)
{
    enum { FAR = 100 };
    double low = INFINITY, high = 0, v = 0, from = 0, to = 0;
    for (size_t i = 0; i < n; i++) {
        if (!figures_metric(entries[i], METRIC_P99, false, &v))
            continue;
        bool sure = stats_interval(entries[i], METRIC_P99, &from, &to);
        low = fmin(low, fmax(sure ? from : v, 1));
        high = fmax(high, sure ? to : v);
    }
    if (limit > low / FAR && limit < high * FAR) {
        low = fmin(low, fmax(limit, 1));
        high = fmax(high, limit);
    }
    if (high > 0)
        *scale = scale_log(low, high, 0, PLOT_WIDTH);
    return high > 0;
}

void chart_put_p99(struct xml *h, const char *title, chart_entries entries, size_t n, double limit)
{
    struct scale scale;
    if (!fit_p99(&scale, entries, n, limit))
        return;
    if (limit > pow(10, scale.high) * 1.001)
        limit = 0;                                    /* beyond the picture */
    plot_open_rows(h, title);
    put_rows(&(struct rows){h, &scale, plot_put_time, &limit, NULL}, entries, n, put_p99_row);
}

/* ---- boxes ---- */

static void put_box_title(struct buf *b, const struct result_entry *e)
{
    static const struct { const char *name; double percent; } of[] = {
        {"p1", 1}, {"p25", 25}, {"p50", 50}, {"p75", 75}, {"p99", 99}, {"max", 100}};
    buf_printf(b, "%s, %s:", e->backend, e->strategy);
    for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
        buf_printf(b, "%s %s ", i ? "," : "", of[i].name);
        number_put_duration(b, figures_percentile(e->all.response, of[i].percent));
    }
}

static double at(const struct rows *rows, const struct result_entry *e, double percent)
{
    return scale_at(rows->scale, figures_percentile(e->all.response, percent));
}

static void put_box(const struct rows *rows, const struct result_entry *e)
{
    struct buf title = {0}, figure = {0};
    if (!figures_has_times(e)) {
        put_no_figures(rows, e);
        return;
    }
    double quarter = at(rows, e, 25), median = at(rows, e, 50), three = at(rows, e, 75);
    put_box_title(&title, e);
    number_put_duration(&figure, figures_percentile(e->all.response, 50));
    open_row(rows, e, &title);
    plot_rect(rows->html, "fill", plot_mark_of(e), at(rows, e, 1), MIDDLE - 1,
              at(rows, e, 99) - at(rows, e, 1), 2, buf_text(&title));
    plot_rect(rows->html, "box", plot_mark_of(e), quarter, MIDDLE - BOX / 2.0, three - quarter, BOX,
              buf_text(&title));
    plot_line(rows->html, "median", median, MIDDLE - BOX / 2.0, median, MIDDLE + BOX / 2.0);
    plot_dot(rows->html, "fill", plot_mark_of(e), at(rows, e, 100), MIDDLE, 2.5, buf_text(&title));
    plot_close_row(rows->html, NULL, buf_text(&figure));
    buf_release(&figure);
    buf_release(&title);
}

void chart_put_boxes(struct xml *h, const char *title, chart_entries entries, size_t n)
{
    double low = INFINITY, high = 0;
    for (size_t i = 0; i < n; i++)
        if (figures_has_times(entries[i])) {
            low = fmin(low, fmax(figures_percentile(entries[i]->all.response, 1), 1));
            high = fmax(high, (double)hist_max(entries[i]->all.response));
        }
    if (!(high > 0))
        return;
    struct scale scale = scale_log(low, high, 0, PLOT_WIDTH);
    plot_open_rows(h, title);
    put_rows(&(struct rows){h, &scale, plot_put_time, NULL, NULL}, entries, n, put_box);
}

/* ---- bars ---- */

static void put_bar(const struct rows *rows, const struct result_entry *e)
{
    const struct chart_bars *bars = rows->more;
    struct plot_mark mark = bars->whose ? (struct plot_mark){PLOT_COLOURS - 1, false} : plot_mark_of(e);
    struct buf title = {0}, number = {0};
    double v = 0, low = 0, high = 0;
    if (!bars->value(e, &v)) {
        put_no_figures(rows, e);
        return;
    }
    bool sure = bars->interval && bars->interval(e, &low, &high);
    bars->number(&number, v);
    buf_printf(&title, "%s, %s: %s", e->backend, e->strategy, buf_text(&number));
    if (sure) {
        buf_puts(&title, ", 95 % interval ");
        bars->number(&title, low);
        buf_puts(&title, " to ");
        bars->number(&title, high);
    }
    open_row(rows, e, &title);
    plot_rect(rows->html, "fill", mark, 0, MIDDLE - BOX / 2.0, scale_at(rows->scale, v), BOX,
              buf_text(&title));
    if (sure)
        plot_line(rows->html, "whisker", scale_at(rows->scale, low), MIDDLE, scale_at(rows->scale, high),
                  MIDDLE);
    plot_close_row(rows->html, NULL, buf_text(&number));
    buf_release(&number);
    buf_release(&title);
}

void chart_put_bars(struct xml *h, const struct chart_bars *bars, chart_entries entries, size_t n)
{
    double most = 0, v = 0, low = 0, high = 0;
    for (size_t i = 0; i < n; i++) {
        most = bars->value(entries[i], &v) ? fmax(most, v) : most;
        most = bars->interval && bars->interval(entries[i], &low, &high) ? fmax(most, high) : most;
    }
    if (!(most > 0))
        return;
    struct scale scale = scale_linear(most, 0, PLOT_WIDTH);
    plot_open_rows(h, bars->title);
    put_rows(&(struct rows){h, &scale, bars->axis, bars, bars->whose}, entries, n, put_bar);
}
