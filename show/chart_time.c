/* chart_time.c - throughput and p99 over the measured time: whether it was steady, and when it was not. */
#include "config.h"

#include "show/chart.h"

#include <math.h>

#include "findings/number.h"
#include "show/html_table.h"

enum { TOP = 26, UPPER = 110, GAP = 38, LOWER = 140, BOTTOM = 48, HEIGHT = TOP + UPPER + GAP + LOWER + BOTTOM,
       LOWER_TOP = TOP + UPPER + GAP };

struct time_axes { struct scale seconds, per_second, p99; struct hist *unpacked; };

static double p99_of(const struct time_axes *a, const struct result_slice *s)
{
    hist_reset(a->unpacked);
    packed_add(a->unpacked, s->response);
    return figures_percentile(a->unpacked, 99);
}

/* The last slice may be a rest of some milliseconds, or only late answers: it says
 * little and is not drawn. */
static bool is_whole(const struct result_round *round, uint32_t i)
{
    return i + 1 < round->nslices || round->nslices == 1 ||
           round->slices[i].seconds >= round->slices[0].seconds / 2;
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
    a->seconds = (struct scale){.high = longest, .to = PLOT_WIDTH};
    a->per_second = scale_linear(most, TOP + UPPER, TOP);
    a->p99 = scale_log(low, high, LOWER_TOP + LOWER, LOWER_TOP);
    return true;
}

/* ---- lines ---- */

static void put_trouble(struct xml *h, const char *class, double x, uint64_t n, const char *what)
{
    if (!n)
        return;
    struct buf title = {0};
    buf_printf(&title, "%llu %s", (unsigned long long)n, what);
    plot_sign(h, class, x, LOWER_TOP + LOWER + 9, "▲", buf_text(&title));
    buf_release(&title);
}

struct paths { struct buf rate, p99; };

static void add_slice(struct paths *p, const struct time_axes *a, const struct result_round *round,
                      uint32_t s, double x)
{
    double p99 = p99_of(a, &round->slices[s]);
    if (!is_whole(round, s))
        return;
    buf_printf(&p->rate, "%c%.1f %.1f", s ? 'L' : 'M', x,
               scale_at(&a->per_second, rate_of(&round->slices[s])));
    if (p99 > 0)                                      /* nothing answered: the line goes on where something
                                                         was */
        buf_printf(&p->p99, "%c%.1f %.1f", s && p->p99.len ? 'L' : 'M', x, scale_at(&a->p99, p99));
}

/* Calls put for each slice, at its place on the axis. */
static void each_slice(const struct time_axes *a, const struct result_entry *e, void *to,
                       void (*put)(void *, const struct result_round *, uint32_t s, double x))
{
    double before = 0;
    for (uint32_t k = 0; k < e->nrounds; k++) {
        const struct result_round *round = &e->rounds[k];
        for (uint32_t s = 0; s < round->nslices; s++)
            put(to, round, s,
                scale_at(&a->seconds, before + round->slices[s].from + round->slices[s].seconds / 2));
        before += round->nslices ? length_of(round) : 0;
    }
}

static void put_slice_troubles(void *to, const struct result_round *round, uint32_t s, double x)
{
    put_trouble(to, "bad-mark", x, round->slices[s].errors, "errors");
    put_trouble(to, "warn-mark", x, round->slices[s].throttles, "times throttled");
}

/* A path for each round: those of others lie in between. */
struct pen { struct xml *html; const struct time_axes *axes; struct plot_mark mark; const char *title; struct paths paths; };

static void put_slice(void *to, const struct result_round *round, uint32_t s, double x)
{
    struct pen *pen = to;
    add_slice(&pen->paths, pen->axes, round, s, x);
    if (s + 1 < round->nslices)
        return;
    if (pen->paths.rate.len)
        plot_path(pen->html, "line", pen->mark, buf_text(&pen->paths.rate), pen->title);
    if (pen->paths.p99.len)
        plot_path(pen->html, "line", pen->mark, buf_text(&pen->paths.p99), pen->title);
    buf_release(&pen->paths.rate);
    buf_release(&pen->paths.p99);
}

static void put_lines(struct xml *h, const struct time_axes *a, const struct chart_lines *lines)
{
    plot_open_paths(h, HEIGHT);
    for (size_t i = 0; i < lines->n; i++) {
        struct buf title = {0};
        chart_put_name(&title, lines, i);
        struct pen pen = {.html = h, .axes = a, .mark = chart_mark(lines, i), .title = buf_text(&title)};
        each_slice(a, lines->entries[i], &pen, put_slice);
        buf_release(&title);
    }
    xml_close(h);
    for (size_t i = 0; i < lines->n; i++)
        each_slice(a, lines->entries[i], h, put_slice_troubles);
}

/* Where one round ends and the next begins; other strategies and backends had their turns in between. */
static void put_rounds(struct xml *h, const struct time_axes *a, const struct result_entry *e)
{
    double before = 0;
    for (uint32_t k = 0; k + 1 < e->nrounds; k++) {
        before += e->rounds[k].nslices ? length_of(&e->rounds[k]) : 0;
        double x = scale_at(&a->seconds, before);
        plot_line(h, "grid", x, TOP, x, LOWER_TOP + LOWER);
    }
}

static void put_seconds(struct buf *b, double s)
{
    buf_printf(b, "%g s", s);
}

/* ---- the table ---- */

static void put_round_row(struct xml *h, const struct time_axes *a, const struct result_entry *e, uint32_t k)
{
    const struct result_round *round = &e->rounds[k];
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
    html_put_row_head(h, e->strategy);
    html_put_cell(h, true, k + 1, number_put_count);
    html_put_cell(h, round->seconds > 0, (double)round->requests / fmax(round->seconds, 1e-9), number_put);
    html_put_cell(h, round->response && round->response->count, figures_percentile(round->response, 99),
                  number_put_duration);
    html_put_cell(h, most > 0, least, number_put_duration);
    html_put_cell(h, most > 0, most, number_put_duration);
    html_put_cell(h, true, (double)round->errors, number_put_count);
    html_put_cell(h, true, (double)throttles, number_put_count);
    html_put_cell(h, true, (double)retries, number_put_count);
    xml_close(h);
}

static void put_table(struct xml *h, const struct time_axes *a, const char *title,
                      const struct chart_lines *lines)
{
    static const char *const heads[] = {"which", "round", "requests/s", "p99", "least p99 of a slice",
                                        "greatest", "errors", "throttles", "retries", NULL};
    xml_open(h, "details");
    html_put(h, "summary", NULL, "The same as a table, by rounds");
    html_open_table(h, title, heads, "0");
    for (size_t i = 0; i < lines->n; i++)
        for (uint32_t k = 0; k < lines->entries[i]->nrounds; k++)
            put_round_row(h, a, lines->entries[i], k);
    html_close_table(h);
    xml_close(h);
}

void chart_put_time(struct xml *h, const char *title, const struct chart_lines *lines)
{
    struct time_axes a = {.unpacked = hist_new()};
    if (fit(&a, lines->entries, lines->n)) {
        plot_open(h, title, "the table to be opened below", HEIGHT, false);
        plot_axis_left(h, &a.per_second, plot_put_count);
        plot_axis_left(h, &a.p99, plot_put_time);
        plot_label(h, NULL, 0, 4, TOP - 10, "start", "requests/s");
        plot_label(h, NULL, 0, 4, LOWER_TOP - 10, "start", "p99");
        plot_axis_bottom(h, &a.seconds, LOWER_TOP + LOWER - 4, LOWER_TOP + LOWER, put_seconds);
        plot_axis_title(h, HEIGHT - 6, "measured time; an upright line is where a round ends");
        put_rounds(h, &a, lines->entries[0]);
        put_lines(h, &a, lines);
        plot_close(h);
        chart_put_legend(h, lines);
        xml_close(h);
        put_table(h, &a, title, lines);
    }
    hist_free(a.unpacked);
}
