/* plot.h - what all charts are drawn with: a frame, scales, axes, marks, a legend. SVG within the page: no
 * script, no font, no file from elsewhere. A picture has no width of its own: what lies across it is in
 * thousandths of whatever room it is given, so that a chart uses the width of a desk's screen and stays
 * legible on a telephone's; lengths down it, texts and lines are in pixels. Colours are the page's classes s0
 * … s7. What is hovered over says its value. */
#ifndef SHOW_PLOT_H
#define SHOW_PLOT_H

#include "show/html.h"

enum { PLOT_WIDTH = 1000, PLOT_COLOURS = 8 };

/* Values low … high lie at from … to; what lies outside is drawn at the end. */
struct scale {
    double low, high;
    bool log;
    double from, to;
};
/* From the greatest 1, 2 or 5 times a power of ten that is not above `low` to the least that is not below
 * `high`, half a decade at least. */
struct scale scale_log(double low, double high, double from, double to);
struct scale scale_linear(double high, double from, double to);       /* from 0 to the first tick
                                                                         that is not below high */
double scale_at(const struct scale *, double v);

typedef void plot_number(struct buf *, double v);                     /* writes a figure with its unit */
/* For axes, which have no need of digits that count: "10 ms", "20k". */
void plot_put_time(struct buf *, double ns);
void plot_put_count(struct buf *, double v);

/* How what belongs to one backend, or to one strategy, is distinguished from the others. */
struct plot_mark { size_t colour; bool dashed; };
struct plot_mark plot_mark_of(const struct result_entry *);           /* of its backend, on all of the page;
                                                                         one server under two names has one
                                                                         colour, and one of both is dashed */

/* A figure with its caption; `table` is where the same is in figures ("the table below"). ends: with room
 * at the right for plot_put_ends. Close both with plot_close, after which a legend MAY follow, and then
 * xml_close for the figure. */
void plot_open(struct xml *, const char *title, const char *table, int height, bool ends);
void plot_close(struct xml *);

/* Lines across the picture with a label each, where the scale's round numbers are. */
void plot_axis_left(struct xml *, const struct scale *, plot_number *);
void plot_axis_bottom(struct xml *, const struct scale *, double top, double bottom, plot_number *);
void plot_axis_title(struct xml *, double y, const char *text);       /* below the bottom axis */

void plot_line(struct xml *, const char *class, double x1, double y1, double x2, double y2);
/* A text so many pixels to the right of x; class MAY be NULL. */
void plot_label(struct xml *, const char *class, double x, int right, double y, const char *anchor,
                const char *text);
/* title: what hovering says. */
void plot_rect(struct xml *, const char *what, struct plot_mark, double x, double y, double width,
               double height, const char *title);
void plot_dot(struct xml *, const char *what, struct plot_mark, double x, double y, double radius,
              const char *title);
/* A sign, centred at x. */
void plot_sign(struct xml *, const char *class, double x, double y, const char *sign, const char *title);
/* Paths are together in a frame of their own, which is stretched; height: the picture's. */
void plot_open_paths(struct xml *, int height);                       /* close with xml_close */
void plot_path(struct xml *, const char *what, struct plot_mark, const char *d, const char *title);

/* Names at the right end of lines, moved apart where they would lie on one another.
 * Their order is changed. */
struct plot_end { struct plot_mark mark; const char *name; double y; };
void plot_put_ends(struct xml *, struct plot_end *, size_t n, double top, double bottom);

void plot_open_legend(struct xml *);                                  /* close with xml_close */
void plot_put_key(struct xml *, struct plot_mark, const char *name);

/* ---- charts of rows: a name, a picture as high as a line of text, a figure ---- */

enum { PLOT_ROW = 24 };
void plot_open_rows(struct xml *, const char *title);                 /* close with xml_close, after
                                                                         the axis and a legend */
void plot_put_rows_head(struct xml *, const struct result_entry *);   /* which backend the rows below it are
                                                                         of */
void plot_open_row(struct xml *, const char *name, const char *label);   /* label: all that it shows, for
                                                                            those who do not see it */
void plot_close_row(struct xml *, const char *class, const char *figure);   /* class MAY be NULL */
void plot_put_grid(struct xml *, const struct scale *, plot_number *);   /* within a row */
void plot_put_rows_axis(struct xml *, const struct scale *, plot_number *);

#endif
