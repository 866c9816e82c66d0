/* recover.h - where the parser picks up again after a mistake: at the next word that may begin an item of the
 * block that it is in, or at its '}'.
 *
 * The parser takes its tokens from here. While it drops tokens, those within brackets that were opened in the
 * broken item are passed over, so that a broken head takes its body along. A declaration's word at the
 * beginning of a line ends all blocks: a '}' is missing before it. What is passed over is not known to be
 * declared or not: its names become LOST nodes, about which later passes are silent. */
#ifndef GRAMMAR_RECOVER_H
#define GRAMMAR_RECOVER_H

#include "grammar/ast.h"
#include "grammar/scan_state.h"

struct token {
    int kind;                                         /* 0: the end of the text */
    const char *text;                                 /* of names and words; NULL: none */
    struct span at;
    bool ends_block;                                  /* a '}' whose '{' began a block */
};

struct recover {
    struct bracket { char sign; bool block; struct span at; } open[AST_MAX_DEPTH + 1];   /* block: of items that the parser is within */
    uint32_t depth;
    struct token last;                                /* given last: where a mistake is found, the one that
                                                         does not fit */
    uint32_t closers;                                 /* '}' to be given before `held` */
    struct token held;
    bool holds;
    bool ended;                                       /* the text ended within a block, which was reported */
};

/* The next token, into struct parse's recover->last. dropping: the parser is after a mistake, and the last
 * one did not help. Whether that is still so, and nothing would be said if this one did not help either. */
bool recover_next(struct scan_state *, void *scanner, bool dropping);
/* After '{': what follows are items. */
void recover_begin_block(struct parse *);
/* After a mistake: the last of a list's items, where what does not fit stands behind it on its line. It
 * looked whole but may be half of something else: `clints 8` behind `query q` is no query's share. */
void recover_drop_suspect(struct parse *, struct node *list);
/* After a mistake: whether the token that does not fit there may begin what follows; otherwise it is to be
 * dropped. */
bool recover_keeps_last(struct parse *);

#endif
