/* fmt_lines.c - the columns of a laid-out text: what is aligned with what. No rule looks at columns that it
 * sets itself, except for those it keeps, so that laying out twice changes nothing. */
#include "config.h"

#include "grammar/fmt_lines.h"

#include <string.h>

enum {
    WIDEST = 28,                                      /* a wider cell does not push its neighbours' */
    WIDEST_FLAT = 60,
    COMMENT_GAP = 2,
    COMMENT_LIMIT = 100,                              /* comments further right are not kept there */
};

VEC_TYPE(group, uint32_t);

uint32_t fmt_width(const char *text, size_t n)
{
    uint32_t width = 0;
    for (size_t i = 0; i < n; i++)
        width += ((unsigned char)text[i] & 0xc0) != 0x80;
    return width;
}

static uint32_t cell_end(const struct fmt_line *l, size_t cell)
{
    return l->cells.items[cell].at + l->cells.items[cell].width;
}

static uint32_t line_end(const struct fmt_line *l)
{
    return l->cells.count ? cell_end(l, l->cells.count - 1) : 0;
}

/* ---- groups of lines ---- */

/* What is known of a group's k-th column: how wide the cells before it are, the least gap, whether all are of
 * one width, of one word. */
struct edge { uint32_t widest, narrowest, gap, lines; const char *word; bool one_word; };

static struct edge edge_of(const struct fmt_lines *lines, const struct group *g, size_t k)
{
    enum fmt_line_kind kind = lines->items[g->items[0]].kind;
    uint32_t limit = kind == FMT_FLAT ? WIDEST_FLAT : WIDEST;
    struct edge e = {.narrowest = UINT32_MAX, .gap = UINT32_MAX, .one_word = true};
    for (size_t i = 0; i < g->count; i++) {
        const struct fmt_line *l = &lines->items[g->items[i]];
        if (k >= l->cells.count)
            continue;
        const struct fmt_cell *c = &l->cells.items[k];
        uint32_t before = c[-1].width;
        if (e.lines++ && kind == FMT_FLAT && strcmp(e.word, c->word) != 0)
            e.one_word = false;
        e.word = c->word;
        if (before > limit)
            continue;
        e.widest = before > e.widest ? before : e.widest;
        e.narrowest = before < e.narrowest ? before : e.narrowest;
        e.gap = c->gap < e.gap ? c->gap : e.gap;
    }
    return e;
}

/* Types stand two apart from what makes their values, unless all are of one width. */
static uint32_t column_gap(const struct edge *e, enum fmt_line_kind kind, size_t k)
{
    if (kind == FMT_COLUMN && k >= 2)
        return k == 2 && e->widest == e->narrowest ? 1 : 2;
    return e->gap;
}

static void align(struct fmt_lines *lines, const struct group *g)
{
    if (!g->count)
        return;
    enum fmt_line_kind kind = lines->items[g->items[0]].kind;
    uint32_t column = lines->items[g->items[0]].cells.items[0].at;
    bool together = true;
    for (size_t k = 1;; k++) {
        struct edge e = edge_of(lines, g, k);
        if (!e.lines)
            return;
        uint32_t gap = e.gap == UINT32_MAX ? 0 : column_gap(&e, kind, k);
        column += e.widest + gap;
        for (size_t i = 0; i < g->count; i++) {
            struct fmt_line *l = &lines->items[g->items[i]];
            if (k >= l->cells.count)
                continue;
            uint32_t own = cell_end(l, k - 1) + (together && gap ? gap : l->cells.items[k].gap);
            l->cells.items[k].at = together && column > own ? column : own;
        }
        together = together && e.one_word;            /* items of different kinds: what follows them has
                                                         nothing in common */
    }
}

/* Lines that a group goes over. */
static bool passes(const struct fmt_line *l, enum fmt_line_kind kind)
{
    if (l->kind == FMT_MORE)
        return true;
    bool inside = l->kind == FMT_COMMENT || l->kind == FMT_LOOSE;
    if (kind == FMT_COLUMN)
        return inside || l->kind == FMT_SETTING || l->kind == FMT_CLOSE || l->kind == FMT_OPEN_COLUMNS;
    return kind == FMT_SETTING && (inside || l->kind == FMT_COLUMN);
}

static void align_kind(struct arena *arena, struct fmt_lines *lines, enum fmt_line_kind kind)
{
    struct group g = {0};
    uint32_t key = 0;
    for (size_t i = 0; i < lines->count; i++) {
        const struct fmt_line *l = &lines->items[i];
        bool apart = l->blank && (kind == FMT_ASSIGN || kind == FMT_FLAT);
        if (l->kind == kind && (apart || (l->key != key && kind != FMT_COLUMN) || !g.count)) {
            align(lines, &g);
            g.count = 0;
            key = l->key;
        }
        if (l->kind == kind) {
            vec_push(arena, &g, (uint32_t)i);
        } else if (!passes(l, kind) || apart) {
            align(lines, &g);
            g.count = 0;
        }
    }
    align(lines, &g);
}

/* ---- tables that are not aligned ---- */

static const char *source_of(const struct fmt_line *l)
{
    return l->cells.count > 2 ? l->cells.items[2].word : "";
}

/* Do two neighbouring columns line up with single spaces? Where one is computed and the other is not, they
 * need not. */
static bool lines_up(const struct fmt_line *a, const struct fmt_line *b)
{
    if (strcmp(source_of(a), source_of(b)) != 0)
        return true;
    return a->cells.items[0].width == b->cells.items[0].width &&
           (a->cells.count < 3 || a->cells.items[1].width == b->cells.items[1].width);
}

static bool is_single_spaced(const struct fmt_line *l)
{
    for (size_t k = 1; k < l->cells.count; k++)
        if (l->cells.items[k].was != 1)
            return false;
    return l->cells.count < 4;
}

/* A table that the author wrote with single spaces, and whose columns line up even so, those of one kind
 * among themselves, stays. */
static void loosen(struct fmt_lines *lines)
{
    for (size_t from = 0, to; from < lines->count; from = to) {
        to = from + 1;
        if (lines->items[from].kind != FMT_COLUMN)
            continue;
        bool loose = is_single_spaced(&lines->items[from]);
        for (size_t last = from; to < lines->count; to++) {
            if (lines->items[to].kind != FMT_COLUMN)
                continue;
            if (lines->items[to].key != lines->items[from].key)
                break;
            loose = loose && is_single_spaced(&lines->items[to]) &&
                    lines_up(&lines->items[last], &lines->items[to]);
            last = to;
        }
        for (size_t i = from; loose && i < to; i++)
            if (lines->items[i].kind == FMT_COLUMN)
                lines->items[i].kind = FMT_LOOSE;
    }
}

/* ---- comments behind code ---- */

/* Neighbouring ones stand in one column: where the leftmost was, if there is room. */
static uint32_t align_comments(struct fmt_lines *lines, size_t from, size_t to)
{
    uint32_t need = 0, kept = UINT32_MAX;
    for (size_t i = from; i < to; i++) {
        const struct fmt_line *l = &lines->items[i];
        uint32_t end = line_end(l) + COMMENT_GAP;
        if (end <= COMMENT_LIMIT && end > need)
            need = end;
        if (l->comment_at <= COMMENT_LIMIT && l->comment_at < kept)
            kept = l->comment_at;
    }
    return kept != UINT32_MAX && kept > need ? kept : need;
}

static void place_comments(struct fmt_lines *lines)
{
    for (size_t from = 0, to; from < lines->count; from = to) {
        to = from + 1;
        if (!lines->items[from].comment)
            continue;
        while (to < lines->count && lines->items[to].comment && !lines->items[to].blank)
            to++;
        uint32_t column = align_comments(lines, from, to);
        for (size_t i = from; i < to; i++) {
            uint32_t end = line_end(&lines->items[i]) + COMMENT_GAP;
            lines->items[i].comment_at = end > column ? end : column;
        }
    }
}

/* ---- all ---- */

static void place_plainly(struct fmt_line *l, uint32_t at)
{
    for (size_t k = 0; k < l->cells.count; k++) {
        struct fmt_cell *c = &l->cells.items[k];
        c->at = k ? at + c->gap : at;
        at = c->at + c->width;
    }
}

static void put_spaces(struct buf *b, uint32_t n)
{
    while (n--)
        buf_putc(b, ' ');
}

static void put_line(const struct fmt_line *l, struct buf *b)
{
    uint32_t at = 0;
    if (l->blank)
        buf_putc(b, '\n');
    for (size_t k = 0; k < l->cells.count; k++) {
        put_spaces(b, l->cells.items[k].at - at);
        buf_puts(b, l->cells.items[k].text);
        at = cell_end(l, k);
    }
    if (l->comment) {
        put_spaces(b, l->comment_at - at);
        buf_puts(b, l->comment);
    }
    buf_putc(b, '\n');
}

void fmt_lines_put(struct arena *arena, struct fmt_lines *lines, struct buf *b)
{
    for (size_t i = 0; i < lines->count; i++)
        place_plainly(&lines->items[i], lines->items[i].indent);
    loosen(lines);
    for (enum fmt_line_kind kind = FMT_ASSIGN; kind <= FMT_SETTING; kind++)
        align_kind(arena, lines, kind);
    for (size_t i = 0; i < lines->count; i++) {
        struct fmt_line *l = &lines->items[i];
        if (l->hangs)                                 /* behind a line that has its columns by now */
            place_plainly(l, lines->items[l->under].cells.items[l->under_cell].at + l->offset);
    }
    place_comments(lines);
    for (size_t i = 0; i < lines->count; i++)
        put_line(&lines->items[i], b);
}
