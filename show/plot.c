/* plot.c - frames, scales, axes and marks of charts. */
#include "config.h"

#include "show/plot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "findings/whose.h"

static const int steps[] = {1, 2, 5};

/* ---- scales ---- */

/* log10 of the round number next to v. */
static double round_level(double v, bool up)
{
    double power = floor(log10(v) + 1e-9), rest = v / pow(10, power);
    if (up)
        return power + (rest <= 1.0001 ? 0 : rest <= 2.0001 ? log10(2) : rest <= 5.0001 ? log10(5) : 1);
    return power + (rest >= 5 ? log10(5) : rest >= 2 ? log10(2) : 0);
}

struct scale scale_log(double low, double high, double from, double to)
{
    struct scale s = {.log = true, .from = from, .to = to};
    s.low = round_level(low, false);
    s.high = fmax(round_level(fmax(high, low), true), s.low + 0.5);
    return s;
}

/* Three to six steps, so that an axis ends not far above the greatest value and its labels keep
 * apart in a low picture. */
static double linear_step(double high)
{
    enum { MOST = 6 };
    return pow(10, round_level(high / MOST, true));
}

struct scale scale_linear(double high, double from, double to)
{
    double step = high > 0 ? linear_step(high) : 1;
    return (struct scale){.high = high > 0 ? ceil(high / step - 1e-9) * step : 1, .from = from, .to = to};
}

double scale_at(const struct scale *s, double v)
{
    double level = s->log ? log10(fmax(v, 1e-300)) : v, part = (level - s->low) / (s->high - s->low);
    return s->from + fmin(fmax(part, 0), 1) * (s->to - s->from);
}

/* ---- who is who ---- */

/* Of the backends in their order, each server once. */
struct plot_mark plot_mark_of(const struct result_entry *e)
{
    const struct results *r = e->results;
    const char *same = whose_same_as(r, e->backend), *leader = same ? same : e->backend;
    struct plot_mark mark = {0, same != NULL};
    for (size_t i = 0; i < r->backends.count && strcmp(r->backends.items[i]->name, leader) != 0; i++)
        mark.colour += !r->backends.items[i]->same_as;
    return mark;
}

/* The class attribute: "line s3 dashed". */
static void put_class(struct xml *h, const char *what, struct plot_mark mark)
{
    xml_attribute(h, "class", "%s s%zu%s", what, mark.colour % PLOT_COLOURS, mark.dashed ? " dashed" : "");
}

/* ---- the frame ---- */

static void open_picture(struct xml *h, int height)
{
    xml_open(h, "svg");
    xml_attribute(h, "width", "100%%");
    xml_attribute(h, "height", "%d", height);
}

void plot_open(struct xml *h, const char *title, const char *table, int height, bool ends)
{
    xml_open(h, "figure");
    html_put(h, "figcaption", NULL, title);
    xml_open(h, "div");
    xml_attribute(h, "class", ends ? "plot ends" : "plot");
    open_picture(h, height);
    xml_attribute(h, "role", "img");
    xml_attribute(h, "aria-label", "%s; %s has the figures", title, table);
}

void plot_close(struct xml *h)
{
    xml_close(h);
    xml_close(h);
}

/* ---- marks ---- */

static void put_title(struct xml *h, const char *title)
{
    if (title)
        html_put(h, "title", NULL, title);
    xml_close(h);
}

static void put_across(struct xml *h, const char *name, double x)
{
    xml_attribute(h, name, "%.2f%%", x * 100 / PLOT_WIDTH);
}

void plot_line(struct xml *h, const char *class, double x1, double y1, double x2, double y2)
{
    xml_open(h, "line");
    xml_attribute(h, "class", "%s", class);
    put_across(h, "x1", x1);
    xml_attribute(h, "y1", "%.1f", y1);
    put_across(h, "x2", x2);
    xml_attribute(h, "y2", "%.1f", y2);
    xml_close(h);
}

void plot_label(struct xml *h, const char *class, double x, int right, double y, const char *anchor,
                const char *text)
{
    xml_open(h, "text");
    if (class)
        xml_attribute(h, "class", "%s", class);
    put_across(h, "x", x);
    if (right)
        xml_attribute(h, "dx", "%d", right);
    xml_attribute(h, "y", "%.1f", y);
    xml_attribute(h, "text-anchor", "%s", anchor);
    xml_text(h, text);
    xml_close(h);
}

void plot_rect(struct xml *h, const char *what, struct plot_mark mark, double x, double y, double width,
               double height, const char *title)
{
    xml_open(h, "rect");
    put_class(h, what, mark);
    put_across(h, "x", x);
    xml_attribute(h, "y", "%.1f", y);
    put_across(h, "width", fmax(width, 0.5));
    xml_attribute(h, "height", "%.1f", fmax(height, 0.5));
    put_title(h, title);
}

void plot_dot(struct xml *h, const char *what, struct plot_mark mark, double x, double y, double radius,
              const char *title)
{
    xml_open(h, "circle");
    put_class(h, what, mark);
    put_across(h, "cx", x);
    xml_attribute(h, "cy", "%.1f", y);
    xml_attribute(h, "r", "%.1f", radius);
    put_title(h, title);
}

void plot_sign(struct xml *h, const char *class, double x, double y, const char *sign, const char *title)
{
    xml_open(h, "text");
    xml_attribute(h, "class", "%s", class);
    put_across(h, "x", x);
    xml_attribute(h, "y", "%.1f", y);
    xml_attribute(h, "text-anchor", "middle");
    xml_text(h, sign);
    put_title(h, title);
}

void plot_open_paths(struct xml *h, int height)
{
    open_picture(h, height);
    xml_attribute(h, "viewBox", "0 0 %d %d", PLOT_WIDTH, height);
    xml_attribute(h, "preserveAspectRatio", "none");
}

void plot_path(struct xml *h, const char *what, struct plot_mark mark, const char *d, const char *title)
{
    xml_open(h, "path");
    put_class(h, what, mark);
    xml_attribute(h, "d", "%s", d);
    put_title(h, title);
}

/* ---- names at the ends ---- */

static int by_height(const void *a, const void *b)
{
    const struct plot_end *x = a, *y = b;
    return x->y < y->y ? -1 : x->y > y->y;
}

void plot_put_ends(struct xml *h, struct plot_end *ends, size_t n, double top, double bottom)
{
    enum { APART = 16 };
    double least = top;
    qsort(ends, n, sizeof *ends, by_height);
    for (size_t i = 0; i < n; i++) {                  /* down from the top … */
        ends[i].y = fmax(ends[i].y, least);
        least = ends[i].y + APART;
    }
    double most = bottom;
    for (size_t i = n; i-- > 0;) {                    /* … and back up from the bottom */
        ends[i].y = fmin(ends[i].y, most);
        most = ends[i].y - APART;
    }
    for (size_t i = 0; i < n; i++) {
        char class[16] = "end s0";
        class[sizeof "end s" - 1] = (char)('0' + ends[i].mark.colour % PLOT_COLOURS);
        plot_label(h, class, PLOT_WIDTH, 10, ends[i].y + 4, "start", ends[i].name);
    }
}

/* ---- axes ---- */

void plot_put_time(struct buf *b, double ns)
{
    static const struct { const char *name; double ns; } units[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}};
    size_t u = 0;
    while (u < 3 && ns < units[u].ns * 0.999)
        u++;
    buf_printf(b, "%.0f %s", ns / units[u].ns, units[u].name);
}

void plot_put_count(struct buf *b, double v)
{
    static const struct { const char *name; double of; } units[] = {{"G", 1e9}, {"M", 1e6}, {"k", 1e3}};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        if (v >= units[u].of * 0.999) {
            buf_printf(b, "%g%s", v / units[u].of, units[u].name);
            return;
        }
    buf_printf(b, "%g", v);
}

/* Calls tick for each round number of a scale: every decade, and 2 and 5 between where
 * there are few decades. */
struct ticks { struct xml *html; const struct scale *scale; double from,
              to; plot_number *put; void (*tick)(const struct ticks *, double v); };

static void each_log_tick(const struct ticks *t)
{
    const struct scale *s = t->scale;
    bool fine = s->high - s->low <= 2.5;
    for (int decade = (int)floor(s->low); decade <= (int)ceil(s->high); decade++)
        for (int i = 0; i < (fine ? 3 : 1); i++) {
            double level = decade + log10(steps[i]);
            if (level > s->low - 1e-9 && level < s->high + 1e-9)
                t->tick(t, steps[i] * pow(10, decade));
        }
}

static void each_linear_tick(const struct ticks *t)
{
    double step = linear_step(t->scale->high);
    for (int i = 0; i * step <= t->scale->high * 1.0001; i++)
        t->tick(t, i * step);
}

static void tick_left(const struct ticks *t, double v)
{
    struct buf b = {0};
    double y = scale_at(t->scale, v);
    plot_line(t->html, "grid", 0, y, PLOT_WIDTH, y);
    t->put(&b, v);
    plot_label(t->html, NULL, 0, -10, y + 4, "end", buf_text(&b));
    buf_release(&b);
}

/* Between decades there is room on a wide screen only. */
static bool is_minor(const struct ticks *t, double v)
{
    double level = log10(v);
    return t->scale->log && t->scale->high - t->scale->low > 1 && fabs(level - round(level)) > 1e-6;
}

/* Beside another chart there is room for every other decade of many. */
static bool is_second(const struct ticks *t, double v)
{
    enum { MANY = 4 };
    return t->scale->log && t->scale->high - t->scale->low > MANY && fabs(fmod(round(log10(v)), 2)) > 0.5;
}

static void tick_label(const struct ticks *t, double v)
{
    struct buf b = {0};
    double x = scale_at(t->scale, v);
    t->put(&b, v);
    plot_label(t->html, is_minor(t, v) ? "minor" : is_second(t, v) ? "second" : NULL, x, 0, t->to + 18,
               x > 0.96 * PLOT_WIDTH ? "end" : x < 0.04 * PLOT_WIDTH ? "start" : "middle",   /* none is cut at the
                                                                                                   edges of a small
                                                                                                   screen */
               buf_text(&b));
    buf_release(&b);
}

static void tick_line(const struct ticks *t, double v)
{
    double x = scale_at(t->scale, v);
    plot_line(t->html, "grid", x, t->from, x, t->to);
}

static void tick_bottom(const struct ticks *t, double v)
{
    tick_line(t, v);
    tick_label(t, v);
}

static void each_tick(const struct ticks *t)
{
    if (t->scale->log)
        each_log_tick(t);
    else
        each_linear_tick(t);
}

void plot_axis_left(struct xml *h, const struct scale *s, plot_number *put)
{
    each_tick(&(struct ticks){h, s, 0, 0, put, tick_left});
}

void plot_axis_bottom(struct xml *h, const struct scale *s, double top, double bottom, plot_number *put)
{
    each_tick(&(struct ticks){h, s, top, bottom, put, tick_bottom});
}

void plot_axis_title(struct xml *h, double y, const char *text)
{
    plot_label(h, NULL, PLOT_WIDTH / 2.0, 0, y, "middle", text);
}

/* ---- the legend ---- */

void plot_open_legend(struct xml *h)
{
    xml_open(h, "ul");
    xml_attribute(h, "class", "legend");
}

static void put_swatch(struct xml *h, struct plot_mark mark)
{
    xml_open(h, "span");
    put_class(h, "key", mark);
    xml_attribute(h, "aria-hidden", "true");
    xml_close(h);
}

void plot_put_key(struct xml *h, struct plot_mark mark, const char *name)
{
    xml_open(h, "li");
    put_swatch(h, mark);
    xml_text(h, name);
    xml_close(h);
}

/* ---- rows ---- */

void plot_open_rows(struct xml *h, const char *title)
{
    xml_open(h, "figure");
    xml_attribute(h, "class", "rows");
    html_put(h, "figcaption", NULL, title);
}

void plot_put_rows_head(struct xml *h, const struct result_entry *e)
{
    struct buf server = {0};
    whose_put_server(&server, e->results, e->backend);
    xml_open(h, "p");
    put_swatch(h, plot_mark_of(e));
    html_put(h, "b", NULL, e->backend);
    if (server.len) {
        xml_text(h, " ");
        html_put(h, "span", "whose", buf_text(&server));
    }
    xml_close(h);
    buf_release(&server);
}

void plot_open_row(struct xml *h, const char *name, const char *label)
{
    xml_open(h, "div");
    html_put(h, "span", "name", name);
    open_picture(h, PLOT_ROW);
    xml_attribute(h, "role", "img");
    xml_attribute(h, "aria-label", "%s", label);
}

void plot_close_row(struct xml *h, const char *class, const char *figure)
{
    xml_close(h);
    html_put(h, "span", class ? class : "figure", figure);
    xml_close(h);
}

void plot_put_grid(struct xml *h, const struct scale *s, plot_number *put)
{
    each_tick(&(struct ticks){h, s, 0, PLOT_ROW, put, tick_line});
}

void plot_put_rows_axis(struct xml *h, const struct scale *s, plot_number *put)
{
    xml_open(h, "div");
    xml_attribute(h, "aria-hidden", "true");
    html_put(h, "span", "name", "");
    open_picture(h, PLOT_ROW);
    xml_attribute(h, "role", "img");
    xml_attribute(h, "aria-label", "the axis");
    each_tick(&(struct ticks){h, s, 0, 0, put, tick_label});
    xml_close(h);
    html_put(h, "span", "figure", "");
    xml_close(h);
}
