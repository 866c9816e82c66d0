/* fmt.c - from a source text to lines of cells. The tree says where declarations and their items begin (no
 * word is reserved, the tokens alone do not tell); everything else goes by the tokens and what lies between
 * them, so that no comment is lost. */
#include "config.h"

#include "grammar/fmt.h"

#include <string.h>

#include "base/bug.h"
#include "base/error.h"
#include "grammar/ast.h"
#include "grammar/fmt_lines.h"
#include "grammar/parse.h"
#include "grammar/scan_state.h"


enum { INDENT = 4, FLAT_LIMIT = 120, GAP_LEAST = 2, GAP_MOST = 4 };

struct tok {
    uint32_t from, to;
    int kind;                                         /* the grammar's; 0 behind the last */
    bool item;                                        /* a declaration or an item of a block begins here */
    bool joined;                                      /* to the one before, without a blank */
    bool block;                                       /* a { with items in it, not the columns of a
                                                         selector */
    uint32_t match;                                   /* of a {: its } */
    uint32_t line, cell, offset;                      /* where it came to stand; for lines that hang under
                                                         it */
};
VEC_TYPE(toks, struct tok);

struct writer {
    struct arena *arena;
    const char *text;
    uint32_t size;
    struct tok *toks;                                 /* ntoks, and one behind */
    uint32_t ntoks;
    struct fmt_lines lines;
    VEC(uint32_t) bounds, open;                       /* for one item at a time: where its cells begin;
                                                         brackets that are open */
    struct buf scratch;
};

/* ---- tokens ---- */

static struct toks scan(struct arena *arena, struct diags *diags, uint32_t source)
{
    const struct source *s = &diags->sources.items[source];
    struct scan_state state = {.arena = arena, .diags = diags, .source = source};
    void *scanner = scan_open(&state, s->text, s->size);
    struct toks toks = {0};
    WKL_STYPE value;
    struct span at;
    for (int kind; (kind = wkl_lex(&value, &at, scanner)) > 0;)
        vec_push(arena, &toks, ((struct tok){.from = at.from, .to = at.to, .kind = kind}));
    scan_close(scanner);
    vec_push(arena, &toks, ((struct tok){.from = s->size, .to = s->size}));
    return toks;
}

/* Where items begin: at their node, or at the word before it. */
static const struct { bool item; uint32_t back;
} starts[NODE_KINDS] = {
    [N_WORKLOAD] = {true, 1},   [N_USE] = {true, 1},       [N_PARAM] = {true, 1},       [N_ALIAS] = {true, 1},
    [N_ENTITY] = {true, 1},     [N_TABLE] = {true, 1},     [N_QUERY] = {true, 1},       [N_RUN] = {true, 1},
    [N_BACKEND] = {true, 1},    [N_COLUMN] = {true, 0},    [N_COUNT] = {true, 0},       [N_ROWS] = {true, 0},
    [N_KEY] = {true, 0},        [N_PER_KEY] = {true, 0},   [N_SECONDARY] = {true, 0},   [N_GET] = {true, 0},
    [N_INSERT] = {true, 0},     [N_PUT] = {true, 0},       [N_UPDATE] = {true, 0},    [N_DELETE] = {true, 0},      [N_SCAN] = {true, 0},
    [N_RANGE_READ] = {true, 0}, [N_AGGREGATE] = {true, 0}, [N_TRANSACTION] = {true, 0}, [N_MIX] = {true, 1},
    [N_STRATEGIES] = {true, 1}, [N_KEYS] = {true, 1},      [N_CLIENTS] = {true, 0},     [N_RATE] = {true, 0},
    [N_WARMUP] = {true, 0},     [N_FOR] = {true, 0},       [N_THINK] = {true, 0},       [N_SWEEP] = {true, 1},
    [N_EXPECT] = {true, 1},     [N_SETTING] = {true, 0},
};

static uint32_t tok_at(const struct writer *w, uint32_t byte)
{
    uint32_t low = 0, high = w->ntoks;
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (w->toks[mid].from < byte)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* A word with dashes is several tokens, and one value: verify-full. */
static void join_words(struct writer *w, const struct node *value)
{
    if (value && value->kind == N_STRING && w->text[value->span.from] != '"')
        for (uint32_t i = tok_at(w, value->span.from) + 1; i < w->ntoks && w->toks[i].from < value->span.to;
             i++)
            w->toks[i].joined = true;
}

static void mark_items(struct writer *w, const struct node *n)
{
    if (n->kind == N_SETTING)
        join_words(w, node_kid(n, 0));
    if (starts[n->kind].item) {
        uint32_t at = tok_at(w, n->span.from);
        BUG_UNLESS(at < w->ntoks && at >= starts[n->kind].back);
        w->toks[at - starts[n->kind].back].item = true;
    }
    for (size_t i = 0; i < n->kids.count; i++)
        if (n->kids.items[i])
            mark_items(w, n->kids.items[i]);
}

static void match_braces(struct writer *w)
{
    w->open.count = 0;
    for (uint32_t i = 0; i < w->ntoks; i++) {
        if (w->toks[i].kind == '{') {
            vec_push(w->arena, &w->open, i);
        } else if (w->toks[i].kind == '}') {
            BUG_UNLESS(w->open.count > 0);
            uint32_t at = w->open.items[--w->open.count];
            w->toks[at].match = i;
            w->toks[at].block = w->toks[at + 1].item || at + 1 == i;
        }
    }
}

/* ---- what lies between tokens ---- */

static bool has_newline(const struct writer *w, uint32_t from, uint32_t to)
{
    return to > from && memchr(w->text + from, '\n', to - from);
}

/* Must token i, in the middle of an item, begin a line? */
static bool breaks(const struct writer *w, uint32_t i)
{
    const struct tok *t = &w->toks[i];
    uint32_t gap = t->from - t[-1].to;
    return gap &&
           ((t[-1].kind == ',' && has_newline(w, t[-1].to, t->from)) || memchr(w->text + t[-1].to, '#', gap));
}

/* Tokens of one character are their own kind, the others are numbered behind them. */
static bool is_one_of(int kind, const char *characters)
{
    return kind > 0 && kind < 256 && strchr(characters, kind);
}

static bool is_operator(int kind)
{
    return is_one_of(kind, "([,=~+-*/%") || kind == COMPARE || kind == DOTS;
}

/* Words that an expression follows. */
static bool leads(int kind)
{
    static const int words[] = {KW_IN,   KW_WHERE, KW_LIMIT, KW_FIRST, KW_LAST,
                                KW_NULL, KW_MISS,  KW_AND,   KW_OR,    KW_NOT};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i] == kind)
            return true;
    return false;
}

static bool is_sign(const struct writer *w, uint32_t i)
{
    return w->toks[i].kind == '-' && i > 0 &&
           (is_operator(w->toks[i - 1].kind) || leads(w->toks[i - 1].kind) || w->toks[i - 1].item);
}

/* A range of plain values is written a..b, one of sums a + b .. c. Behind a time of day a dot would belong to
 * it. */
static bool is_tight(const struct writer *w, uint32_t dots)
{
    uint32_t before = dots - 1, after = dots + 1;
    if (w->toks[before].kind == DATE && w->toks[before].to - w->toks[before].from > 10)
        return false;
    if (before > 0 && is_sign(w, before - 1))
        before--;
    if (is_sign(w, after))
        after++;
    const struct tok *first = &w->toks[before - 1], *next = &w->toks[after + 1];
    return (first->item || is_one_of(first->kind, "(,")) && (next->item || is_one_of(next->kind, "),}"));
}

/* Does ( or [ belong to the word before it? */
static bool is_attached(const struct writer *w, uint32_t i)
{
    const struct tok *t = &w->toks[i - 1];
    bool declared = i > 1 && t[-1].item;              /* a word of the language as a name: query
                                                         limit(card) */
    if (t->item || (leads(t->kind) && !declared) || is_operator(t->kind))
        return false;
    if (t->kind == NUMBER || t->kind == DATE || t->kind == STRING || t->kind == ')' || t->kind == ']')
        return w->toks[i].kind == '[';
    return t->kind > 255;
}

/* Spaces before token i where it stands on the line of the one before. */
static uint32_t spaces(const struct writer *w, uint32_t i)
{
    const struct tok *t = &w->toks[i];
    int kind = t->kind, before = t[-1].kind;
    if ((before == '{' && kind == '}') || t->joined)
        return 0;
    if (t->item && before != '{') {
        uint32_t gap = t->from - t[-1].to;
        return gap < GAP_LEAST ? GAP_LEAST : gap > GAP_MOST ? GAP_MOST : gap;
    }
    if (is_one_of(kind, ",):]") || before == '(' || before == '[' || is_sign(w, i - 1))
        return 0;
    if (kind == DOTS || before == DOTS)
        return is_tight(w, kind == DOTS ? i : i - 1) ? 0 : 1;
    return (kind == '(' || kind == '[') && is_attached(w, i) ? 0 : 1;
}

/* ---- lines ---- */

static struct fmt_line *last_line(struct writer *w)
{
    return w->lines.count ? &w->lines.items[w->lines.count - 1] : NULL;
}

static struct fmt_line *add_line(struct writer *w, enum fmt_line_kind kind, uint32_t indent)
{
    vec_push(w->arena, &w->lines, ((struct fmt_line){.kind = kind, .indent = indent}));
    return last_line(w);
}

/* Adds the tokens as a cell of the last line. */
static void add_cell(struct writer *w, uint32_t from, uint32_t to, uint32_t gap)
{
    struct fmt_line *l = last_line(w);
    uint32_t width = 0, was = from ? w->toks[from].from - w->toks[from - 1].to : 0;
    buf_clear(&w->scratch);
    for (uint32_t i = from; i < to; i++) {
        struct tok *t = &w->toks[i];
        for (uint32_t n = i > from ? spaces(w, i) : 0; n > 0; n--, width++)
            buf_putc(&w->scratch, ' ');
        t->line = (uint32_t)w->lines.count - 1;
        t->cell = (uint32_t)l->cells.count;
        t->offset = width;
        buf_add(&w->scratch, w->text + t->from, t->to - t->from);
        width += fmt_width(w->text + t->from, t->to - t->from);
    }
    const char *text = arena_strndup(w->arena, buf_text(&w->scratch), w->scratch.len);
    vec_push(w->arena, &l->cells, ((struct fmt_cell){.text = text, .width = width, .gap = gap, .was = was}));
}

static void add_comment(struct writer *w, uint32_t from, uint32_t to, bool behind)
{
    uint32_t start = from;
    while (to > from && strchr(" \t\r", w->text[to - 1]))
        to--;
    const char *text = arena_strndup(w->arena, w->text + from, to - from);
    struct fmt_line *l = last_line(w);
    if (!behind) {
        vec_push(w->arena, &l->cells, ((struct fmt_cell){.text = text, .width = fmt_width(text, to - from)}));
        return;
    }
    while (start > 0 && w->text[start - 1] != '\n')
        start--;
    l->comment = text;
    l->comment_at = fmt_width(w->text + start, from - start);
}

/* An empty line is kept, but not where a file or a block begins. */
static bool may_be_blank(struct writer *w)
{
    const struct fmt_line *l = last_line(w);
    return l && l->kind != FMT_OPEN && l->kind != FMT_OPEN_COLUMNS;
}

/* The comments before token i. Those on lines of their own stand as `like` does: at its indent, or hanging
 * under the same cell. Says whether an empty line comes before the token. */
static bool put_gap(struct writer *w, uint32_t i, struct fmt_line like)
{
    uint32_t to = w->toks[i].from, newlines = 0;
    bool behind = i > 0;
    for (uint32_t at = i ? w->toks[i - 1].to : 0; at < to; at++) {
        newlines += w->text[at] == '\n';
        if (w->text[at] != '#')
            continue;
        const char *end = memchr(w->text + at, '\n', to - at);
        uint32_t stop = end ? (uint32_t)(end - w->text) : to;
        behind = behind && !newlines;
        if (!behind) {
            like.blank = newlines > 1 && !like.hangs && may_be_blank(w);
            vec_push(w->arena, &w->lines, like);
        }
        add_comment(w, at, stop, behind);
        at = stop - 1;
        newlines = 0;
        behind = false;
    }
    return newlines > 1 && may_be_blank(w);
}

/* A line that goes on with an item: behind the bracket that is open, or under what the item's word is
 * followed by. */
static struct fmt_line hanging(struct writer *w, uint32_t first)
{
    const struct fmt_line *l = &w->lines.items[first];
    struct fmt_line more = {.kind = FMT_MORE, .hangs = true, .under = first};
    if (w->open.count) {
        const struct tok *t = &w->toks[w->open.items[w->open.count - 1]];
        more.under = t->line;
        more.under_cell = t->cell;
        more.offset = t->offset + 1;
    } else if (l->cells.count > 1) {
        more.under_cell = 1;
    } else {
        more.offset = INDENT;
    }
    return more;
}

/* The rest of an item from token `from`, cut where the author broke it; its first line is the last one. */
static void put_rest(struct writer *w, uint32_t from, uint32_t to, uint32_t gap)
{
    uint32_t first = (uint32_t)w->lines.count - 1, start = from;
    w->open.count = 0;
    for (uint32_t i = from; i < to; i++) {
        if (i > start && breaks(w, i)) {
            add_cell(w, start, i, gap);
            struct fmt_line more = hanging(w, first);
            more.kind = FMT_COMMENT;
            put_gap(w, i, more);
            more.kind = FMT_MORE;
            vec_push(w->arena, &w->lines, more);
            start = i;
        }
        if (is_one_of(w->toks[i].kind, "([{"))
            vec_push(w->arena, &w->open, i);
        else if (is_one_of(w->toks[i].kind, ")]}") && w->open.count)
            w->open.count--;
    }
    add_cell(w, start, to, gap);
}

/* ---- items and their cells ---- */

/* The token behind an item; *brace: its block's {, or that token. */
static uint32_t item_end(const struct writer *w, uint32_t i, uint32_t *brace)
{
    uint32_t j = i + 1;
    while (j < w->ntoks && !w->toks[j].item && w->toks[j].kind != '}') {
        if (w->toks[j].kind == '{' && w->toks[j].block) {
            *brace = j;
            return w->toks[j].match + 1;
        }
        j = w->toks[j].kind == '{' ? w->toks[j].match + 1 : j + 1;
    }
    return *brace = j;
}

/* A block that the author wrote on one line stays there if there is room, whatever is then aligned with
 * it. */
static bool is_flat(const struct writer *w, uint32_t first, uint32_t brace, uint32_t end, uint32_t indent)
{
    uint32_t width = indent;
    for (uint32_t i = first + 1; i <= brace; i++)
        if (breaks(w, i))
            return false;
    if (has_newline(w, w->toks[brace].to, w->toks[end - 1].from))
        return false;
    for (uint32_t i = first; i < end; i++) {
        uint32_t gap = i == first ? 0 : w->toks[i].item ? GAP_LEAST : spaces(w, i);
        width += gap + fmt_width(w->text + w->toks[i].from, w->toks[i].to - w->toks[i].from);
    }
    return width <= FLAT_LIMIT;
}

static void bound(struct writer *w, uint32_t at, uint32_t to)
{
    if (at < to)
        vec_push(w->arena, &w->bounds, at);
}

/* name: | type | ~ source | null share */
static void bound_column(struct writer *w, uint32_t from, uint32_t to)
{
    uint32_t depth = 0, last = from + 2;
    bool source = false;
    bound(w, last, to);
    for (uint32_t i = last; i < to; i++) {
        int kind = w->toks[i].kind;
        depth += is_one_of(kind, "([");
        depth -= is_one_of(kind, ")]");
        bool begins = (!source && is_one_of(kind, "~=")) ||
                      (kind == KW_NULL && i > last && !is_operator(w->toks[i - 1].kind));
        if (!depth && begins && i > last) {
            bound(w, i, to);
            source = true;
        }
    }
}

static void bound_flat(struct writer *w, uint32_t brace, uint32_t end)
{
    bound(w, brace, end);
    for (uint32_t i = brace + 1, inner; i + 1 < end; i = item_end(w, i, &inner))
        if (i > brace + 1)
            bound(w, i, end);
}

static const char *word_of(const struct writer *w, uint32_t i)
{
    const struct tok *t = &w->toks[w->toks[i].kind == '{' ? i + 1 : i];
    return t->kind == LABEL ? ":" : arena_strndup(w->arena, w->text + t->from, t->to - t->from);
}

/* Puts an item's tokens from … to on the last line, as the cells that `bounds` cuts; a break in the text ends
 * the cells. */
static void put_cells(struct writer *w, uint32_t from, uint32_t to, uint32_t gap)
{
    uint32_t line = (uint32_t)w->lines.count - 1, start = from;
    bool flat = last_line(w)->kind == FMT_FLAT;
    for (size_t k = 0; k < w->bounds.count; k++) {
        uint32_t at = w->bounds.items[k], i = start + 1;
        while (i <= at && !breaks(w, i))
            i++;
        if (i <= at)
            break;
        add_cell(w, start, at, start == from ? 0 : gap);
        start = at;
        gap = flat && k ? spaces(w, at) : gap;
    }
    put_rest(w, start, to, start == from ? 0 : gap);
    struct fmt_line *l = &w->lines.items[line];
    for (size_t k = 1; (flat || l->kind == FMT_COLUMN) && k < l->cells.count; k++)
        l->cells.items[k].word = word_of(w, w->bounds.items[k - 1]);
}

/* ---- the tree of items ---- */

static const struct { int word; enum fmt_line_kind open; uint32_t gap; } blocks[] = {
    {KW_TABLE, FMT_OPEN_COLUMNS, 1}, {KW_ENTITY, FMT_OPEN_COLUMNS, 1}, {KW_RUN, FMT_OPEN, 2}, {KW_BACKEND, FMT_OPEN, 2},
};

/* Of an item with a block: what its head is, and how far the values of its settings stand from their words
 * (0: they are no settings). */
static enum fmt_line_kind block_kind(int word, uint32_t *gap)
{
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (blocks[i].word == word) {
            *gap = blocks[i].gap;
            return blocks[i].open;
        }
    *gap = 0;
    return FMT_OPEN;
}

/* Where an item stands: how deep, in which block (its {; 0: the file), how far its settings' values are. */
struct place { uint32_t indent, block, gap; bool top; };

static void put_simple(struct writer *w, uint32_t from, uint32_t to, struct place p)
{
    struct fmt_line *l = last_line(w);
    int kind = w->toks[from].kind;
    uint32_t gap = p.gap ? p.gap : 1;
    if (p.top && (kind == KW_PARAM || kind == KW_TYPE)) {
        l->kind = FMT_ASSIGN;
        l->key = (uint32_t)kind;
        bound(w, from + 2, to);
    } else if (kind == LABEL) {
        l->kind = FMT_COLUMN;
        gap = 1;
        l->key = p.block;
        bound_column(w, from, to);
    } else {
        l->kind = p.gap ? FMT_SETTING : FMT_PLAIN;
        l->key = p.block;
        bound(w, from + 1, to);
    }
    put_cells(w, from, to, gap);
}

static void put_items(struct writer *w, uint32_t from, uint32_t to, struct place);

static void put_block(struct writer *w, uint32_t from, uint32_t brace, uint32_t end, struct place p)
{
    struct place inner = {.indent = p.indent + INDENT, .block = brace};
    enum fmt_line_kind open = p.top ? block_kind(w->toks[from].kind, &inner.gap) : FMT_OPEN;
    if (is_flat(w, from, brace, end, p.indent)) {
        last_line(w)->kind = p.top ? FMT_FLAT : FMT_PLAIN;
        last_line(w)->key = (uint32_t)w->toks[from].kind;
        if (p.top)
            bound_flat(w, brace, end);
        put_cells(w, from, end, 1);
        return;
    }
    bound(w, from + 1, brace);
    put_cells(w, from, brace + 1, 1);
    last_line(w)->kind = open;
    put_items(w, brace + 1, end - 1, inner);
    put_gap(w, end - 1, (struct fmt_line){.kind = FMT_COMMENT, .indent = inner.indent});
    add_line(w, FMT_CLOSE, p.indent);
    add_cell(w, end - 1, end, 0);
}

static void put_items(struct writer *w, uint32_t from, uint32_t to, struct place p)
{
    for (uint32_t i = from, brace, end; i < to; i = end) {
        BUG_UNLESS(w->toks[i].item);
        end = item_end(w, i, &brace);
        bool blank = put_gap(w, i, (struct fmt_line){.kind = FMT_COMMENT, .indent = p.indent});
        add_line(w, FMT_PLAIN, p.indent)->blank = blank;
        w->bounds.count = 0;
        if (brace < end)
            put_block(w, i, brace, end, p);
        else
            put_simple(w, i, end, p);
    }
}

/* A formatter that changes what a file means would be worse than none. */
static void check_same(struct writer *w, struct diags *diags, const struct buf *laid_out)
{
    uint32_t source = diags_add_source(diags, "", arena_strndup(w->arena, buf_text(laid_out), laid_out->len),
                                       (uint32_t)laid_out->len);
    const char *text = diags->sources.items[source].text;
    struct toks again = scan(w->arena, diags, source);
    BUG_UNLESS(again.count == w->ntoks + 1);
    for (uint32_t i = 0; i < w->ntoks; i++) {
        const struct tok *a = &w->toks[i], *b = &again.items[i];
        if (a->kind != b->kind || a->to - a->from != b->to - b->from ||
            memcmp(w->text + a->from, text + b->from, a->to - a->from) != 0)
            BUG("laying out changed '%.*s'", (int)(a->to - a->from), w->text + a->from);
    }
    diags->sources.count--;
}

int fmt_source(struct arena *arena, struct diags *diags, uint32_t source, struct buf *out)
{
    uint32_t before = diags->errors;
    const struct node *root = parse_source(arena, diags, source);
    if (!root || diags->errors != before)
        return ERR_USAGE;
    struct toks toks = scan(arena, diags, source);
    const struct source *s = &diags->sources.items[source];
    struct writer w = {.arena = arena, .text = s->text, .size = s->size, .toks = toks.items, .ntoks = (uint32_t)toks.count - 1};
    struct buf text = {0};
    mark_items(&w, root);
    match_braces(&w);
    put_items(&w, 0, w.ntoks, (struct place){.top = true});
    put_gap(&w, w.ntoks, (struct fmt_line){.kind = FMT_COMMENT});
    fmt_lines_put(arena, &w.lines, &text);
    check_same(&w, diags, &text);
    buf_add(out, buf_text(&text), text.len);
    buf_release(&text);
    buf_release(&w.scratch);
    return 0;
}
