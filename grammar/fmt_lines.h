/* fmt_lines.h - between the two halves of the formatter: fmt.c cuts a text into lines of cells, fmt_lines.c
 * gives each cell its column. Columns and widths are characters, counted from 0. Everything is the
 * arena's. */
#ifndef GRAMMAR_FMT_LINES_H
#define GRAMMAR_FMT_LINES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"

struct fmt_cell {
    const char *text, *word;                          /* word: what its column is about, where that matters;
                                                         else NULL */
    uint32_t width, gap, at;                          /* gap: spaces before it at least; at: its column, found
                                                         by fmt_lines_put */
    uint32_t was;                                     /* the bytes that the author had before it */
};

enum fmt_line_kind {
    FMT_PLAIN,                                        /* stands alone */
    FMT_LOOSE,                                        /* a column that is aligned with nothing */
    FMT_ASSIGN,                                       /* param and type: name, value; neighbours of one `key`
                                                         are aligned */
    FMT_FLAT,                                         /* a block on one line: head, items …; so are these */
    FMT_COLUMN,                                       /* name, type, source, null; `key`: its table; aligned
                                                         over neighbouring tables */
    FMT_SETTING,                                      /* word, value; aligned within the block `key` */
    FMT_OPEN, FMT_OPEN_COLUMNS,                       /* the head of a block; of a table or entity */
    FMT_CLOSE,
    FMT_COMMENT,
    FMT_MORE,                                         /* goes on with the line before */
};

struct fmt_line {
    enum fmt_line_kind kind;
    uint32_t key, indent;
    bool blank;                                       /* an empty line before it */
    bool hangs;                                       /* it starts `offset` behind a cell of an earlier line,
                                                         not at `indent` */
    uint32_t under, under_cell, offset;
    VEC(struct fmt_cell) cells;
    const char *comment;                              /* behind the cells; NULL: none */
    uint32_t comment_at;                              /* the column the author gave it */
};
VEC_TYPE(fmt_lines, struct fmt_line);

/* Gives all cells their columns and adds the text. */
void fmt_lines_put(struct arena *, struct fmt_lines *, struct buf *);
/* In characters, not bytes. */
uint32_t fmt_width(const char *text, size_t n);

#endif
