/* chart_time.c - throughput and p99 over the measured time: whether it was steady, and when it was not. */
#include "config.h"

#include "report/chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/html_table.h"
#include "report/number.h"

enum { LEFT = 70, RIGHT = 16, TOP = 22, UPPER = 110, GAP = 34, LOWER = 140, BOTTOM = 44, HEIGHT = TOP + UPPER + GAP + LOWER + BOTTOM,
       LOWER_TOP = TOP + UPPER + GAP };

struct time_axes { struct scale seconds, per_second, p99; struct hist *unpacked; };

static double p99_of(const struct time_axes *a, const struct result_slice *s)
{
    hist_reset(a->unpacked);
    packed_add(a->unpacked, s->response);
    return figures_percentile(a->unpacked, 99);
}

/* The last slice may be a rest of some milliseconds, or only late answers: it says little and is not drawn. */
static bool is_whole(const struct result_round *round, uint32_t i)
{
    return i + 1 < round->nslices || round->nslices == 1 || round->slices[i].seconds >= round->slices[0].seconds / 2;
}

static double rate_of(const struct result_slice *s)
{
    return s->seconds > 0 ? (double)s->response->count / s->seconds : 0;
}

static double length_of(const struct result_round *round)
{
    const struct result_slice *last = round->slices + round->nslices - 1;
    return last->from + last->seconds;
}

static bool fit(struct time_axes *a, chart_entries entries, size_t n)
{
    double longest = 0, most = 0, low = INFINITY, high = 0;
    for (size_t i = 0; i < n; i++) {
        double length = 0;
        for (uint32_t k = 0; k < entries[i]->nrounds; k++) {
            const struct result_round *round = &entries[i]->rounds[k];
            for (uint32_t s = 0; s < round->nslices; s++) {
                double p99 = p99_of(a, &round->slices[s]);
                if (!is_whole(round, s))
                    continue;
                most = fmax(most, rate_of(&round->slices[s]));
                low = p99 > 0 ? fmin(low, p99) : low;
                high = fmax(high, p99);
            }
            length += round->nslices ? length_of(round) : 0;
        }
        longest = fmax(longest, length);
    }
    if (!(high > 0 && longest > 0))
        return false;
    a->seconds = (struct scale){.high = longest, .from = LEFT, .to = PLOT_WIDTH - RIGHT};
    a->per_second = scale_linear(most, TOP + UPPER, TOP);
    a->p99 = scale_log(low, high, LOWER_TOP + LOWER, LOWER_TOP);
    return true;
}

/* ---- lines ---- */

static void put_trouble(struct xml *h, const char *class, double x, uint64_t n, const char *what)
{
    char d[80], title[80];
    double y = LOWER_TOP + LOWER;
    snprintf(d, sizeof d, "M%.1f %.1fl-5 9h10z", x, y);
    snprintf(title, sizeof title, "%llu %s", (unsigned long long)n, what);
    if (n)
        plot_path(h, class, d, title);
}

struct paths { struct buf rate, p99; };

static void add_slice(struct paths *p, const struct time_axes *a, const struct result_round *round, uint32_t s, double x)
{
    double p99 = p99_of(a, &round->slices[s]);
    if (!is_whole(round, s))
        return;
    buf_printf(&p->rate, "%c%.1f %.1f", s ? 'L' : 'M', x, scale_at(&a->per_second, rate_of(&round->slices[s])));
    if (p99 > 0)                                      /* nothing answered: the line goes on where something was */
        buf_printf(&p->p99, "%c%.1f %.1f", s && p->p99.len ? 'L' : 'M', x, scale_at(&a->p99, p99));
}

static void put_entry(struct xml *h, const struct time_axes *a, const struct result_entry *e, size_t colour, chart_name *name)
{
    struct buf class = {0}, title = {0};
    double before = 0;
    buf_printf(&class, "line s%zu", colour % PLOT_COLOURS);
    name(&title, e);
    for (uint32_t k = 0; k < e->nrounds; k++) {
        const struct result_round *round = &e->rounds[k];
        struct paths p = {{0}, {0}};
        for (uint32_t s = 0; s < round->nslices; s++) {
            const struct result_slice *slice = &round->slices[s];
            double x = scale_at(&a->seconds, before + slice->from + slice->seconds / 2);
            add_slice(&p, a, round, s, x);
            put_trouble(h, "bad-mark", x, slice->errors, "errors");
            put_trouble(h, "warn-mark", x, slice->throttles, "times throttled");
        }
        if (p.rate.len)
            plot_path(h, buf_text(&class), buf_text(&p.rate), buf_text(&title));
        if (p.p99.len)
            plot_path(h, buf_text(&class), buf_text(&p.p99), buf_text(&title));
        buf_release(&p.rate);
        buf_release(&p.p99);
        before += round->nslices ? length_of(round) : 0;
    }
    buf_release(&class);
    buf_release(&title);
}

/* Where one round ends and the next begins; other strategies and backends had their turns in between. */
static void put_rounds(struct xml *h, const struct time_axes *a, const struct result_entry *e)
{
    double before = 0;
    for (uint32_t k = 0; k + 1 < e->nrounds; k++) {
        before += e->rounds[k].nslices ? length_of(&e->rounds[k]) : 0;
        double x = scale_at(&a->seconds, before);
        plot_line(h, "limit", x, TOP, x, LOWER_TOP + LOWER);
    }
}

static void put_seconds(struct buf *b, double s)
{
    buf_printf(b, "%g s", s);
}

/* ---- the table ---- */

static void put_round_row(struct xml *h, const struct time_axes *a, const struct result_entry *e, uint32_t k, chart_name *name)
{
    const struct result_round *round = &e->rounds[k];
    struct buf words = {0};
    double least = INFINITY, most = 0;
    uint64_t throttles = 0, retries = 0;
    for (uint32_t s = 0; s < round->nslices; s++) {
        double p99 = is_whole(round, s) ? p99_of(a, &round->slices[s]) : 0;
        least = p99 > 0 ? fmin(least, p99) : least;
        most = fmax(most, p99);
        throttles += round->slices[s].throttles;
        retries += round->slices[s].retries;
    }
    html_open_row(h, NULL);
    name(&words, e);
    html_put_row_head(h, buf_text(&words));
    buf_release(&words);
    html_put_cell(h, true, k + 1, number_put_count);
    html_put_cell(h, round->seconds > 0, (double)round->requests / fmax(round->seconds, 1e-9), number_put);
    html_put_cell(h, round->response && round->response->count, figures_percentile(round->response, 99), number_put_duration);
    html_put_cell(h, most > 0, least, number_put_duration);
    html_put_cell(h, most > 0, most, number_put_duration);
    html_put_cell(h, true, (double)round->errors, number_put_count);
    html_put_cell(h, true, (double)throttles, number_put_count);
    html_put_cell(h, true, (double)retries, number_put_count);
    xml_close(h);
}

static void put_table(struct xml *h, const struct time_axes *a, const char *title, chart_entries entries, size_t n, chart_name *name)
{
    static const char *const heads[] = {"which", "round", "requests/s", "p99", "least p99 of a slice", "greatest", "errors", "throttles", "retries", NULL};
    xml_open(h, "details");
    html_put(h, "summary", NULL, "The same as a table, by rounds");
    html_open_table(h, title, heads, "0");
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < entries[i]->nrounds; k++)
            put_round_row(h, a, entries[i], k, name);
    html_close_table(h);
    xml_close(h);
}

void chart_put_time(struct xml *h, const char *title, chart_entries entries, size_t n, chart_name *name)
{
    struct time_axes a = {.unpacked = hist_new()};
    if (fit(&a, entries, n)) {
        plot_open(h, title, "the table to be opened below", HEIGHT);
        plot_axis_left(h, &a.per_second, LEFT, PLOT_WIDTH - RIGHT, plot_put_count);
        plot_axis_left(h, &a.p99, LEFT, PLOT_WIDTH - RIGHT, plot_put_time);
        plot_label(h, LEFT, TOP - 8, "start", "requests/s");
        plot_label(h, LEFT, LOWER_TOP - 8, "start", "p99");
        plot_axis_bottom(h, &a.seconds, TOP, LOWER_TOP + LOWER, put_seconds);
        plot_label(h, (LEFT + PLOT_WIDTH - RIGHT) / 2.0, HEIGHT - 6, "middle", "measured time; a dashed line is where a round ends");
        put_rounds(h, &a, entries[0]);
        for (size_t i = 0; i < n; i++)
            put_entry(h, &a, entries[i], i, name);
        plot_close(h);
        chart_put_legend(h, entries, n, name);
        xml_close(h);
        put_table(h, &a, title, entries, n, name);
    }
    hist_free(a.unpacked);
}
