/* ast.c - building and printing the syntax tree. */
#include "config.h"

#include "grammar/ast.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/secret.h"
#include "base/utf8.h"
#include "grammar/scan_state.h"

static const char *const kind_names[] = {
#define NODE(name, children) #name,
#include "grammar/nodes.def"
#undef NODE
};

void ast_too_deep(struct parse *p, struct span at)
{
    diag_add(p->diags, SEVERITY_ERROR, "E0109", at, "take parts of it into params",
             "this nests more than %d deep", AST_MAX_DEPTH);
    p->too_deep = true;
}

/* Lists are flat however long they are; only what nests counts. A list's hole is its owner's. */
static void deepen(struct parse *p, struct node *n, const struct node *kid)
{
    n->broken |= kid && kid->kind == N_LIST && kid->broken;
    if (!kid || kid->depth < n->depth)
        return;
    n->depth = (uint16_t)(kid->depth + 1);
    if (n->depth > AST_MAX_DEPTH && !p->too_deep)
        ast_too_deep(p, n->span);
}

static void push(struct arena *arena, struct node *to, struct node *kid)
{
    if (to->kids.count == to->kids.capacity) {
        struct node **items = arena_array(
            arena, struct node *, to->kids.capacity = to->kids.capacity < 2 ? 4 : to->kids.capacity * 2);
        if (to->kids.count)
            memcpy(items, to->kids.items, to->kids.count * sizeof *items);
        to->kids.items = items;
    }
    to->kids.items[to->kids.count++] = kid;
}

struct node *ast_add(struct parse *p, struct node *to, struct node *kid)
{
    push(p->arena, to, kid);
    deepen(p, to, kid);
    if (kid && kid->span.to > to->span.to)
        to->span.to = kid->span.to;
    return to;
}

struct node *ast_new(struct parse *p, enum node_kind kind, struct span span, const char *text, uint32_t nkids,
                     ...)
{
    struct node *n = arena_alloc(p->arena, sizeof *n + nkids * sizeof *n->kids.items);
    *n = (struct node){.kind = (uint8_t)kind, .span = span, .text = text, .ntext = text ? (uint32_t)strlen(text) : 0};
    n->kids.items = (struct node **)(n + 1);
    n->kids.capacity = nkids;
    va_list ap;
    va_start(ap, nkids);
    for (uint32_t i = 0; i < nkids; i++) {
        struct node *kid = va_arg(ap, struct node *);
        push(p->arena, n, kid);
        deepen(p, n, kid);
    }
    va_end(ap);
    if (n->depth > AST_MAX_DEPTH) {                   /* it has been reported; code that walks the tree may
                                                         recurse */
        n->kids.count = 0;
        n->depth = AST_MAX_DEPTH;
    }
    return n;
}

struct node *ast_take(struct parse *p, struct node *to, struct node *list)
{
    to->broken |= list && list->broken;
    for (size_t i = 0; list && i < list->kids.count; i++) {
        push(p->arena, to, list->kids.items[i]);
        deepen(p, to, list->kids.items[i]);
    }
    return to;
}

struct node *ast_turn(struct node *list, enum node_kind kind, struct span span, const char *text)
{
    list->kind = (uint8_t)kind;
    list->span = span;
    list->text = text;
    list->ntext = text ? (uint32_t)strlen(text) : 0;
    return list;
}

struct node *ast_break(struct node *n)
{
    n->broken = true;
    return n;
}

/* Expressions within strings have no file of their own: their names are none that others use. */
void ast_lose(struct parse *p, const char *name, struct span at)
{
    bool is_name = name && (name[0] == '_' || isalpha((unsigned char)name[0]));
    if (is_name && p->root && !p->expression && !map_add(p->arena, &p->lost, name, (void *)name))
        ast_add(p, p->root, ast_new(p, N_LOST, at, name, 0));
}

void ast_lose_all(struct parse *p, const struct node *n)
{
    if (!n || n == p->root)
        return;
    ast_lose(p, n->text, n->span);
    for (size_t i = 0; i < n->kids.count; i++)
        ast_lose_all(p, n->kids.items[i]);
}

/* ---- strings ---- */

struct pieces {
    struct parse *p;
    struct node *out;
    struct buf text;                                  /* of the piece under way */
    uint32_t from;                                    /* where it began */
};

static void end_piece(struct pieces *x, uint32_t at)
{
    if (!x->text.len)
        return;
    struct span span = {x->p->source, x->from, at};
    struct node *n = ast_new(x->p, N_TEXT, span, NULL, 0);
    n->text = arena_strndup(x->p->arena, x->text.data, x->text.len);
    n->ntext = (uint32_t)x->text.len;
    ast_add(x->p, x->out, n);
    buf_clear(&x->text);
}

static void put_escape(struct pieces *x, char c, uint32_t at)
{
    static const char from[] = "nt\"\\{}", to[] = "\n\t\"\\{}";
    const char *place = c ? strchr(from, c) : NULL;
    if (place)
        buf_putc(&x->text, to[place - from]);
    else
        diag_add(x->p->diags, SEVERITY_ERROR, "E0104", (struct span){x->p->source, at, at + 2}, "there are \\n \\t \\\" \\\\ \\{",
                 "unknown escape '\\%c'", c);
}

/* The expression between { and }, from … to of the source. */
static void add_expression(struct pieces *x, uint32_t from, uint32_t to)
{
    struct parse inner = *x->p;
    inner.expression = true;
    inner.root = NULL;
    inner.level++;
    inner.text = x->p->diags->sources.items[x->p->source].text + from;
    inner.from = from;
    inner.to = to;
    if (inner.level > 8) {
        diag_add(x->p->diags, SEVERITY_ERROR, "E0109", (struct span){x->p->source, from, to}, NULL,
                 "strings nest too deeply");
        return;
    }
    struct node *e = parse_range(&inner);
    x->p->too_deep |= inner.too_deep;
    if (e)
        ast_add(x->p, x->out, e);
}

struct node *ast_string(struct parse *p, struct span span)
{
    const char *text = p->diags->sources.items[p->source].text;
    uint32_t end = span.to > span.from + 1 && text[span.to - 1] == text[span.from] ? span.to - 1 : span.to,
             at = span.from + 1;
    struct pieces x = {.p = p, .out = ast_new(p, N_STRING, span, NULL, 0), .from = at};
    while (at < end) {
        if (text[at] == '\\' && at + 1 < end) {
            put_escape(&x, text[at + 1], at);
            at += 2;
        } else if (text[at] == '{') {
            const char *close = memchr(text + at, '}', end - at);
            if (!close) {
                diag_add(p->diags, SEVERITY_ERROR, "E0105", (struct span){p->source, at, at + 1},
                         "write \\{ for a brace", "'{' is not closed");
                break;
            }
            end_piece(&x, at);
            add_expression(&x, at + 1, (uint32_t)(close - text));
            at = x.from = (uint32_t)(close - text) + 1;
        } else {
            buf_putc(&x.text, text[at++]);
        }
    }
    end_piece(&x, at);
    buf_release(&x.text);
    return x.out;
}

struct node *ast_words(struct parse *p, struct span span)
{
    struct pieces x = {.p = p, .out = ast_new(p, N_STRING, span, NULL, 0), .from = span.from};
    const char *text = p->diags->sources.items[p->source].text;
    for (uint32_t at = span.from; at < span.to; at++)
        if (text[at] == '#')                          /* up to the end of its line, which is before the last
                                                         word */
            at = (uint32_t)((const char *)memchr(text + at, '\n', span.to - at) - text);
        else if (isalnum((unsigned char)text[at]) || strchr("_-", text[at]))
            buf_putc(&x.text, text[at]);
    end_piece(&x, span.to);
    buf_release(&x.text);
    return x.out;
}

/* ---- a source ---- */

/* The first byte that is no text: a NUL, or what is no UTF-8. UINT32_MAX: all is well. */
static uint32_t find_binary(const char *s, uint32_t n)
{
    for (uint32_t i = 0; i < n;) {
        size_t length = utf8_length(s + i, n - i);
        if (!length || !s[i])
            return i;
        i += (uint32_t)length;
    }
    return UINT32_MAX;
}

struct node *parse_source(struct arena *arena, struct diags *diags, uint32_t source)
{
    const struct source *s = &diags->sources.items[source];
    struct parse p = {.arena = arena, .diags = diags, .source = source, .text = s->text, .to = s->size};
    uint32_t bad = find_binary(s->text, s->size);
    if (bad != UINT32_MAX) {
        diag_add(diags, SEVERITY_ERROR, "E0100", (struct span){source, bad, bad + 1},
                 "a workload is UTF-8 text", "byte 0x%02x is not text: is this a .wkl file?",
                 (unsigned char)s->text[bad]);
        return NULL;
    }
    struct node *root = parse_range(&p);
    return p.too_deep ? NULL : root;
}

/* ---- printing ---- */

/* setting: in whose value it stands, which may be a secret; NULL: in none. */
static void put_text(const struct node *n, const struct node *setting, struct buf *b)
{
    struct buf shown = {0};
    bool literal = setting && (n->kind == N_TEXT || n->kind == N_NAME || n->kind == N_NUMBER);
    if (literal)
        secret_put_setting(&shown, setting->text, setting->ntext, n->text, n->ntext);
    buf_putc(b, ' ');
    buf_put_json(b, literal ? buf_text(&shown) : n->text, literal ? shown.len : n->ntext);
    buf_release(&shown);
}

static void put(const struct node *n, int level, const struct node *setting, struct buf *b)
{
    for (int i = 0; i < level; i++)
        buf_puts(b, "  ");
    if (!n) {
        buf_puts(b, "-\n");
        return;
    }
    buf_puts(b, kind_names[n->kind]);
    if (n->text)
        put_text(n, setting, b);
    buf_putc(b, '\n');
    setting = n->kind == N_SETTING ? n : n->kind == N_CALL ? NULL : setting;
    for (size_t i = 0; i < n->kids.count; i++)
        put(n->kids.items[i], level + 1, setting, b);
}

void ast_put(const struct node *n, struct buf *b)
{
    put(n, 0, NULL, b);
}
