/* plot.h - what all charts are drawn with: a frame, scales, axes, marks, a legend. SVG within the page: no script, no font, no file from
 * elsewhere. Lengths are the picture's own units; colours are the page's classes s0 … s7. What is hovered over says its value. */
#ifndef REPORT_PLOT_H
#define REPORT_PLOT_H

#include "report/html.h"

enum { PLOT_WIDTH = 760, PLOT_COLOURS = 8 };

/* Values low … high lie at from … to; what lies outside is drawn at the end. */
struct scale {
    double low, high;
    bool log;
    double from, to;
};
/* From the greatest 1, 2 or 5 times a power of ten that is not above `low` to the least that is not below `high`, half a decade at least. */
struct scale scale_log(double low, double high, double from, double to);
struct scale scale_linear(double high, double from, double to);       /* from 0 to a round number that is not below high */
double scale_at(const struct scale *, double v);

typedef void plot_number(struct buf *, double v);                     /* writes a figure with its unit */
/* For axes, which have no need of digits that count: "10 ms", "20k". */
void plot_put_time(struct buf *, double ns);
void plot_put_count(struct buf *, double v);

/* A figure with its caption; `table` is where the same stands in figures ("the table below"). Close both with plot_close, after which a
 * legend MAY follow, and then xml_close for the figure. */
void plot_open(struct xml *, const char *title, const char *table, int height);
void plot_close(struct xml *);

/* Lines across the picture with a label each, where the scale's round numbers are. */
void plot_axis_left(struct xml *, const struct scale *, double left, double right, plot_number *);
void plot_axis_bottom(struct xml *, const struct scale *, double top, double bottom, plot_number *);

void plot_line(struct xml *, const char *class, double x1, double y1, double x2, double y2);
void plot_label(struct xml *, double x, double y, const char *anchor, const char *text);
/* title: what hovering says. */
void plot_rect(struct xml *, const char *class, double x, double y, double width, double height, const char *title);
void plot_dot(struct xml *, const char *class, double x, double y, double radius, const char *title);
void plot_path(struct xml *, const char *class, const char *d, const char *title);

void plot_open_legend(struct xml *);                                  /* close with xml_close */
void plot_put_key(struct xml *, size_t colour, const char *name);

#endif
