/* recover.c - tokens for the parser, and which of them it may go on from after a mistake. */
#include "config.h"

#include "grammar/recover.h"

#include "grammar/parse.h"

static bool is_closer(int kind)
{
    return kind == ')' || kind == ']' || kind == '}';
}

static bool is_declaration_word(int kind)
{
    return kind >= KW_WORKLOAD && kind <= KW_BACKEND;
}

static bool begins_item(int kind)
{
    return kind == LABEL || (kind >= KW_WORKLOAD && kind <= KW_ON);
}

/* The bytes before a place on its line, where they are all blanks; -1: something else stands there. */
static int indent_of(const struct source *s, uint32_t at)
{
    uint32_t from = at;
    while (from > 0 && (s->text[from - 1] == ' ' || s->text[from - 1] == '\t'))
        from--;
    return from == 0 || s->text[from - 1] == '\n' ? (int)(at - from) : -1;
}

/* ---- brackets ---- */

static void push(struct scan_state *s, char sign, struct span at)
{
    struct recover *r = s->parse->recover;
    if (r->depth <= AST_MAX_DEPTH)
        r->open[r->depth] = (struct bracket){.sign = sign, .at = at};
    if (++r->depth > AST_MAX_DEPTH && !s->parse->too_deep)
        ast_too_deep(s->parse, at);
}

/* A ')' or ']' closes its like within the innermost braces; a '}' closes also what was left open within them.
 * Whether it ends a block. */
static bool pop(struct recover *r, char sign)
{
    char opener = sign == ')' ? '(' : sign == ']' ? '[' : '{';
    uint32_t at = r->depth;
    while (at && r->open[at - 1].sign != opener && (sign == '}' || r->open[at - 1].sign != '{'))
        at--;
    if (!at || r->open[at - 1].sign != opener)
        return false;
    r->depth = at - 1;
    return r->open[at - 1].block;
}

static uint32_t count_blocks(const struct recover *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->depth; i++)
        n += r->open[i].block;
    return n;
}

void recover_begin_block(struct parse *p)
{
    struct recover *r = p->recover;
    if (r->depth && r->depth <= AST_MAX_DEPTH)
        r->open[r->depth - 1].block = true;
}

/* ---- tokens ---- */

static void read_token(struct scan_state *s, void *scanner)
{
    WKL_STYPE value = {0};
    struct recover *r = s->parse->recover;
    struct token t = {0};
    t.kind = s->parse->too_deep ? 0 : wkl_lex(&value, &t.at, scanner);
    t.text = value.text;
    if (t.kind == '(' || t.kind == '[' || t.kind == '{')
        push(s, (char)t.kind, t.at);
    else if (is_closer(t.kind))
        t.ends_block = pop(r, (char)t.kind);
    if (s->parse->too_deep)                           /* what nests too deeply ends the text */
        t.kind = 0;
    if (!t.kind)
        t.at = (struct span){s->source, s->at, s->at};
    r->last = t;
}

/* Before the last token, all blocks end. */
static void close_blocks(struct recover *r)
{
    r->closers = count_blocks(r);
    r->held = r->last;
    r->holds = true;
    r->depth = 0;
}

static void give_held(struct recover *r)
{
    struct token closer = {
        .kind = '}', .at = {r->held.at.file, r->held.at.from, r->held.at.from}, .ends_block = true};
    r->holds = r->closers > 0;
    r->last = r->closers ? closer : r->held;
    r->closers -= r->closers > 0;
}

/* ---- picking up again ---- */

static bool begins_again_at_margin(struct parse *p)
{
    const struct token *t = &p->recover->last;
    return is_declaration_word(t->kind) && indent_of(&p->diags->sources.items[t->at.file], t->at.from) == 0;
}

/* Only brackets that hold no items are open since the last block began. */
static bool only_parentheses(const struct recover *r)
{
    uint32_t at = r->depth;
    while (at && r->open[at - 1].sign != '{')
        at--;
    return at && r->open[at - 1].block;
}

bool recover_keeps_last(struct parse *p)
{
    struct recover *r = p->recover;
    const struct token *t = &r->last;
    const struct source *source = &p->diags->sources.items[p->source];
    if (t->kind == 0 || is_closer(t->kind))
        return t->kind == 0 || t->ends_block;
    if (begins_again_at_margin(p)) {
        bool within = count_blocks(r) > 0;
        if (within)
            close_blocks(r);
        r->depth = 0;
        return !within;
    }
    if (!r->depth)
        return is_declaration_word(t->kind) && indent_of(source, t->at.from) >= 0;
    if (r->open[r->depth - 1].block)
        return true;
    if (!begins_item(t->kind) || indent_of(source, t->at.from) < 0 || !only_parentheses(r))
        return false;
    while (!r->open[r->depth - 1].block)              /* the item before it left them open */
        r->depth--;
    return true;
}

/* A word that begins a line, not behind a comma, begins an item: if none begins so, that is a mistake of its
 * own. */
static bool begins_line(struct parse *p, int before)
{
    const struct recover *r = p->recover;
    const struct token *t = &r->last;
    int indent = indent_of(&p->diags->sources.items[p->source], t->at.from);
    bool in_block = r->depth && r->open[r->depth - 1].block;
    return before != ',' && (t->kind == NAME || begins_item(t->kind)) &&
           (in_block ? indent >= 0 : !r->depth && indent == 0);
}

void recover_drop_suspect(struct parse *p, struct node *list)
{
    const struct token *wrong = &p->recover->last;
    const char *text = p->diags->sources.items[p->source].text;
    struct node *item = list->kids.count ? list->kids.items[list->kids.count - 1] : NULL;
    if (!item || wrong->kind == ',' || wrong->kind == '}' ||
        indent_of(&p->diags->sources.items[p->source], wrong->at.from) >= 0)
        return;
    for (uint32_t at = item->span.to; at < wrong->at.from; at++)
        if (text[at] == '\n')
            return;
    ast_lose_all(p, item);
    list->kids.count--;
}

static void tell_end(struct scan_state *s)
{
    struct recover *r = s->parse->recover;
    uint32_t i = r->depth;
    while (!r->open[--i].block)
        ;
    diag_add(s->diags, SEVERITY_ERROR, "E0101", r->open[i].at, "a '}' is missing",
             "unexpected end of the file: this is not closed");
    r->ended = true;
}

bool recover_next(struct scan_state *s, void *scanner, bool dropping)
{
    struct recover *r = s->parse->recover;
    if (r->holds) {
        give_held(r);
        return dropping;
    }
    for (;;) {
        int before = r->last.kind;
        bool after_body = !r->depth && before == '}'; /* of a broken declaration */
        read_token(s, scanner);
        dropping = dropping && !after_body && !begins_line(s->parse, before);
        if (!dropping || recover_keeps_last(s->parse) || r->holds)
            break;
        ast_lose(s->parse, r->last.text, r->last.at);
    }
    if (!r->last.kind && !s->parse->too_deep && count_blocks(r)) {
        tell_end(s);
        close_blocks(r);
    }
    if (r->holds)
        give_held(r);
    return dropping;
}
