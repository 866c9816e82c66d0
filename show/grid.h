/* grid.h - tables and paragraphs for a terminal of some width. Text is UTF-8, a character a column.
 * The first column is left-aligned and is wrapped at its words where the whole would not fit; the
 * others are right-aligned. */
#ifndef SHOW_GRID_H
#define SHOW_GRID_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"

enum style { STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_GOOD, STYLE_WARN, STYLE_BAD };

/* Where text goes and how. */
struct paper {
    struct buf *out;
    unsigned width;
    bool colour;
};

void paper_put(struct paper *, enum style, const char *text);
/* A paragraph: label at the left, the text from column `indent` on, wrapped at words, and a newline. */
void paper_put_wrapped(struct paper *, unsigned indent, enum style, const char *label, const char *text);
void paper_put_rule(struct paper *, const char *title);   /* a heading with a line after it */
size_t text_columns(const char *text);                /* of the screen */
bool text_is_before_unit(const char *text, size_t i); /* the space at i is between a number and its
                                                         unit, or an option and its value: no line
                                                         ends there */

enum { GRID_COLUMNS = 16 };
struct grid_row {
    const char *cells[GRID_COLUMNS];                  /* NULL: empty */
    bool span;                                        /* the first cell goes over the whole width */
    enum style style;
};
struct grid {
    struct arena *arena;                              /* of rows and cells */
    unsigned columns, gaps[GRID_COLUMNS];             /* gap: spaces before the column; 0 is taken as 1 */
    VEC(struct grid_row) rows;                        /* headings are rows too */
};

struct grid_row *grid_add(struct grid *, enum style); /* valid until the next */
void grid_put(const struct grid *, struct paper *);
bool grid_fits(const struct grid *, unsigned width);  /* without wrapping the first column */

#endif
