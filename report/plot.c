/* plot.c - frames, scales, axes and marks of charts. */
#include "config.h"

#include "report/plot.h"

#include <math.h>

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

struct scale scale_linear(double high, double from, double to)
{
    return (struct scale){.high = high > 0 ? pow(10, round_level(high, true)) : 1, .from = from, .to = to};
}

double scale_at(const struct scale *s, double v)
{
    double level = s->log ? log10(fmax(v, 1e-300)) : v, part = (level - s->low) / (s->high - s->low);
    return s->from + fmin(fmax(part, 0), 1) * (s->to - s->from);
}

/* ---- the frame ---- */

void plot_open(struct xml *h, const char *title, const char *table, int height)
{
    xml_open(h, "figure");
    html_put(h, "figcaption", NULL, title);
    html_open_wide(h, title);
    xml_open(h, "svg");
    xml_attribute(h, "viewBox", "0 0 %d %d", PLOT_WIDTH, height);
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

void plot_line(struct xml *h, const char *class, double x1, double y1, double x2, double y2)
{
    xml_open(h, "line");
    xml_attribute(h, "class", "%s", class);
    xml_attribute(h, "x1", "%.1f", x1);
    xml_attribute(h, "y1", "%.1f", y1);
    xml_attribute(h, "x2", "%.1f", x2);
    xml_attribute(h, "y2", "%.1f", y2);
    xml_close(h);
}

void plot_label(struct xml *h, double x, double y, const char *anchor, const char *text)
{
    xml_open(h, "text");
    xml_attribute(h, "x", "%.1f", x);
    xml_attribute(h, "y", "%.1f", y);
    xml_attribute(h, "text-anchor", "%s", anchor);
    xml_text(h, text);
    xml_close(h);
}

void plot_rect(struct xml *h, const char *class, double x, double y, double width, double height, const char *title)
{
    xml_open(h, "rect");
    xml_attribute(h, "class", "%s", class);
    xml_attribute(h, "x", "%.1f", x);
    xml_attribute(h, "y", "%.1f", y);
    xml_attribute(h, "width", "%.1f", fmax(width, 0.5));
    xml_attribute(h, "height", "%.1f", fmax(height, 0.5));
    put_title(h, title);
}

void plot_dot(struct xml *h, const char *class, double x, double y, double radius, const char *title)
{
    xml_open(h, "circle");
    xml_attribute(h, "class", "%s", class);
    xml_attribute(h, "cx", "%.1f", x);
    xml_attribute(h, "cy", "%.1f", y);
    xml_attribute(h, "r", "%.1f", radius);
    put_title(h, title);
}

void plot_path(struct xml *h, const char *class, const char *d, const char *title)
{
    xml_open(h, "path");
    xml_attribute(h, "class", "%s", class);
    xml_attribute(h, "d", "%s", d);
    put_title(h, title);
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

/* Calls tick for each round number of a scale: every decade, and 2 and 5 between where there are few decades. */
struct ticks { struct xml *html; const struct scale *scale; double from, to; plot_number *put; void (*tick)(const struct ticks *, double v); };

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
    enum { FEWEST = 4 };
    double step = pow(10, round_level(t->scale->high / FEWEST, false));
    for (int i = 0; i * step <= t->scale->high * 1.0001; i++)
        t->tick(t, i * step);
}

static void tick_left(const struct ticks *t, double v)
{
    struct buf b = {0};
    double y = scale_at(t->scale, v);
    plot_line(t->html, "grid", t->from, y, t->to, y);
    t->put(&b, v);
    plot_label(t->html, t->from - 8, y + 4, "end", buf_text(&b));
    buf_release(&b);
}

static void tick_bottom(const struct ticks *t, double v)
{
    struct buf b = {0};
    double x = scale_at(t->scale, v);
    plot_line(t->html, "grid", x, t->from, x, t->to);
    t->put(&b, v);
    plot_label(t->html, x, t->to + 18, "middle", buf_text(&b));
    buf_release(&b);
}

static void each_tick(const struct ticks *t)
{
    if (t->scale->log)
        each_log_tick(t);
    else
        each_linear_tick(t);
}

void plot_axis_left(struct xml *h, const struct scale *s, double left, double right, plot_number *put)
{
    each_tick(&(struct ticks){h, s, left, right, put, tick_left});
}

void plot_axis_bottom(struct xml *h, const struct scale *s, double top, double bottom, plot_number *put)
{
    each_tick(&(struct ticks){h, s, top, bottom, put, tick_bottom});
}

/* ---- the legend ---- */

void plot_open_legend(struct xml *h)
{
    xml_open(h, "ul");
    xml_attribute(h, "class", "legend");
}

void plot_put_key(struct xml *h, size_t colour, const char *name)
{
    xml_open(h, "li");
    xml_open(h, "span");
    xml_attribute(h, "class", "key s%zu", colour % PLOT_COLOURS);
    xml_attribute(h, "aria-hidden", "true");
    xml_close(h);
    xml_text(h, name);
    xml_close(h);
}
