/* ast.h - the syntax tree: what a file says, with places, before any name or unit is looked at. Everything is
 * the arena's. */
#ifndef GRAMMAR_AST_H
#define GRAMMAR_AST_H

#include "base/arena.h"
#include "base/diag.h"
#include "base/map.h"

enum node_kind {
#define NODE(name, children) N_##name,
#include "grammar/nodes.def"
#undef NODE
    NODE_KINDS
};

/* A large file has millions of them: 48 bytes, their kids behind them where their number is known from the
 * start. */
struct node {
    uint8_t kind;                                     /* enum node_kind */
    bool broken;                                      /* something that belongs to it could not be understood,
                                                         and is left out */
    uint16_t depth;                                   /* of the tree under it; bounded by AST_MAX_DEPTH */
    uint32_t ntext;
    struct span span;
    const char *text;                                 /* NULL: none */
    struct { struct node **items; uint32_t count, capacity; } kids;   /* may hold NULL where a child is
                                                                         missing */
};

enum { AST_MAX_DEPTH = 200 };                         /* later passes recurse; a deeper tree is a
                                                         diagnostic */

/* What a parse works on: one per source. */
struct parse {
    struct arena *arena;
    struct diags *diags;
    uint32_t source;                                  /* in diags->sources */
    struct node *root;                                /* the result */
    const char *text;                                 /* what is scanned, from … to */
    uint32_t from, to;
    bool expression;                                  /* parse one expression (of a string's {}), not a
                                                         file */
    bool expectation;                                 /* parse one expectation (of the command line), not a
                                                         file */
    bool strategies;                                  /* the same of strategies with commas between */
    bool too_deep;                                    /* reported once */
    struct recover *recover;                          /* recover.h; while it is parsed */
    struct map lost;                                  /* names that have a LOST node */
    uint32_t level;                                   /* how many strings deep */
};

/* Parses a source; the tree holds what could be understood, diags what could not. What it leaves out is
 * marked as broken, and the names in it are LOST nodes of the file. NULL: it is no text, or nests too
 * deeply. */
struct node *parse_source(struct arena *, struct diags *, uint32_t source);

/* Told once a source. */
void ast_too_deep(struct parse *, struct span);

/* Builders, called from the grammar's actions. Kids may be NULL. */
struct node *ast_new(struct parse *, enum node_kind, struct span, const char *text, uint32_t nkids, ...);
struct node *ast_add(struct parse *, struct node *to, struct node *kid);
struct node *ast_string(struct parse *, struct span);  /* escapes and {expressions} of a string's source
                                                          text */
struct node *ast_words(struct parse *, struct span);   /* a string of what stands there, such as
                                                          verify-full */
struct node *ast_take(struct parse *, struct node *to, struct node *list);    /* all kids of list, behind its own */
struct node *ast_turn(struct node *list, enum node_kind, struct span, const char *text);   /* the list itself into another node */
struct node *ast_break(struct node *);                /* marks it as broken */
/* A name in what could not be understood; all names of a tree that is left out. */
void ast_lose(struct parse *, const char *name, struct span);
void ast_lose_all(struct parse *, const struct node *);

void ast_put(const struct node *, struct buf *);      /* an indented line each */

static inline struct node *node_kid(const struct node *n, uint32_t i)
{
    return n && i < n->kids.count ? n->kids.items[i] : NULL;
}

#endif
