#include "config.h"

#include "show/grid.h"

#include <limits.h>
#include <string.h>

enum { NARROWEST = 14 };                              /* the first column is not wrapped to less */

size_t text_columns(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

void paper_put(struct paper *p, enum style style, const char *text)
{
    static const char *const codes[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[1;31m"};
    bool dress = p->colour && style != STYLE_PLAIN && *text;
    if (dress)
        buf_puts(p->out, codes[style]);
    buf_puts(p->out, text);
    if (dress)
        buf_puts(p->out, "\033[0m");
}

static void put_spaces(struct buf *b, size_t n)
{
    while (n--)
        buf_putc(b, ' ');
}

bool text_is_before_unit(const char *text, size_t i)
{
    static const char *const units[] = {"µs", "ms", "s", "ns", "%", "/s", "B", "KiB", "MiB", "GiB", "TiB"};
    if (text[i] == ' ' && i > 2 && text[i - 3] == ' ' && text[i - 2] == '-')
        return true;                                  /* "-T 30s" */
    if (text[i] != ' ' || !i || text[i - 1] < '0' || text[i - 1] > '9')
        return false;
    size_t n = strcspn(text + i + 1, " ,.;:)");
    for (size_t u = 0; u < sizeof units / sizeof *units; u++)
        if (n == strlen(units[u]) && !memcmp(text + i + 1, units[u], n))
            return true;
    return false;
}

/* A line may end at this space: not between a number and its unit, nor before the dot that parts what is
 * in one line. */
static bool may_break(const char *text, size_t i)
{
    static const char dot[] = "· ";
    return text[i] == ' ' && i && !text_is_before_unit(text, i) &&
           strncmp(text + i + 1, dot, sizeof dot - 1) != 0;
}

/* How many bytes of the text go into so many columns, broken at a space; a word that is longer is broken
 * nowhere. */
static size_t line_bytes(const char *text, size_t columns)
{
    size_t used = 0, last = 0, i = 0;
    for (; text[i] && text[i] != '\n'; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            used++;
        if (may_break(text, i))
            last = i;
        if (used > columns && last)
            return last;
    }
    return i;
}

static const char *skip_break(const char *text)
{
    return *text == '\n' || *text == ' ' ? text + 1 : text;
}

static void put_bytes(struct paper *p, enum style style, const char *text, size_t n)
{
    struct buf part = {0};
    buf_add(&part, text, n);
    paper_put(p, style, buf_text(&part));
    buf_release(&part);
}

void paper_put_wrapped(struct paper *p, unsigned indent, enum style style, const char *label,
                       const char *text)
{
    static const char item[] = "· ";
    size_t used = text_columns(label), room = p->width > indent + NARROWEST ? p->width - indent : NARROWEST,
           hang = 0;
    bool starts = true;
    buf_puts(p->out, label);
    if (used > indent || (used == indent && indent && label[strlen(label) - 1] != ' ')) {
        while (p->out->data[p->out->len - 1] == ' ')
            p->out->data[--p->out->len] = 0;
        buf_putc(p->out, '\n');
        used = 0;
    }
    do {
        if (starts)                                   /* what continues an item of a list is below its text */
            hang = 0;
        size_t n = line_bytes(text, room - hang);
        put_spaces(p->out, indent - used + hang);
        put_bytes(p, style, text, n);
        buf_putc(p->out, '\n');
        if (starts && !strncmp(text, item, sizeof item - 1))
            hang = text_columns(item);
        text += n;
        starts = *text == '\n';
        text = skip_break(text);
        used = 0;
    } while (*text);
}

void paper_put_rule(struct paper *p, const char *title)
{
    buf_putc(p->out, '\n');
    paper_put(p, STYLE_BOLD, title);
    buf_putc(p->out, ' ');
    struct buf line = {0};
    for (size_t n = text_columns(title) + 1; n < p->width; n++)
        buf_puts(&line, "─");
    paper_put(p, STYLE_DIM, buf_text(&line));
    buf_release(&line);
    buf_putc(p->out, '\n');
}

struct grid_row *grid_add(struct grid *g, enum style style)
{
    struct grid_row row = {.style = style};
    vec_push(g->arena, &g->rows, row);
    return &g->rows.items[g->rows.count - 1];
}

static unsigned gap_of(const struct grid *g, unsigned column)
{
    return g->gaps[column] ? g->gaps[column] : 1;
}

static void measure(const struct grid *g, unsigned screen, size_t widths[GRID_COLUMNS])
{
    memset(widths, 0, GRID_COLUMNS * sizeof *widths);
    for (size_t r = 0; r < g->rows.count; r++)
        for (unsigned c = 0; c < g->columns && !g->rows.items[r].span; c++) {
            const char *cell = g->rows.items[r].cells[c];
            size_t n = cell ? text_columns(cell) : 0;
            widths[c] = n > widths[c] ? n : widths[c];
        }
    size_t others = 0;
    for (unsigned c = 1; c < g->columns; c++)
        others += widths[c] + gap_of(g, c);
    size_t room = screen > others + NARROWEST ? screen - others : NARROWEST;
    if (widths[0] > room)
        widths[0] = room;
}

static void put_cells(const struct grid *g, const struct grid_row *row, const size_t widths[GRID_COLUMNS],
                      struct buf *line)
{
    unsigned last = g->columns;
    while (last > 1 && !row->cells[last - 1])
        last--;                                       /* no spaces at the end of a line */
    for (unsigned c = 1; c < last; c++) {
        const char *cell = row->cells[c] ? row->cells[c] : "";
        put_spaces(line, gap_of(g, c) + widths[c] - text_columns(cell));
        buf_puts(line, cell);
    }
}

/* The first cell's first line, the other cells, then what is left of the first cell, a little further in. */
static void put_row(const struct grid *g, const struct grid_row *row, const size_t widths[GRID_COLUMNS],
                    struct paper *p)
{
    const char *text = row->cells[0] ? row->cells[0] : "";
    size_t inset = strspn(text, " "),
           n = inset + line_bytes(text + inset, widths[0] > inset ? widths[0] - inset : 1);
    struct buf line = {0};
    buf_add(&line, text, n);
    struct buf head = {0};
    buf_add(&head, text, n);
    size_t used = text_columns(buf_text(&head));
    buf_release(&head);
    struct buf cells = {0};
    put_cells(g, row, widths, &cells);
    if (cells.len && used > widths[0])
        buf_putc(&line, '\n'), used = 0;              /* one word that is too long: the figures go below it */
    if (cells.len)
        put_spaces(&line, widths[0] - used);
    buf_puts(&line, buf_text(&cells));
    while (line.len && line.data[line.len - 1] == ' ')
        line.data[--line.len] = 0;
    paper_put(p, row->style, buf_text(&line));
    buf_putc(p->out, '\n');
    buf_release(&cells);
    buf_release(&line);
    text = skip_break(text + n);
    if (*text) {
        size_t indent = inset + 2;
        struct paper narrow = {p->out, (unsigned)(widths[0] > indent + 1 ? widths[0] : indent + 1),
                               p->colour};
        paper_put_wrapped(&narrow, (unsigned)indent, row->style, "", text);
    }
}

bool grid_fits(const struct grid *g, unsigned width)
{
    size_t widths[GRID_COLUMNS], all = 0;
    measure(g, UINT_MAX, widths);
    for (unsigned c = 0; c < g->columns; c++)
        all += widths[c] + (c ? gap_of(g, c) : 0);
    return all <= width;
}

void grid_put(const struct grid *g, struct paper *p)
{
    size_t widths[GRID_COLUMNS];
    measure(g, p->width, widths);
    for (size_t r = 0; r < g->rows.count; r++) {
        const struct grid_row *row = g->rows.items + r;
        if (!row->span) {
            put_row(g, row, widths, p);
            continue;
        }
        const char *text = row->cells[0];
        size_t inset = strspn(text, " ");
        paper_put_wrapped(p, (unsigned)inset, row->style, "", text + inset);
    }
}
