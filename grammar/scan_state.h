/* scan_state.h - between the scanner and those who drive it (parse.y's parse_range, front_emit_tokens). */
#ifndef GRAMMAR_SCAN_STATE_H
#define GRAMMAR_SCAN_STATE_H

#include "base/arena.h"
#include "base/diag.h"

struct parse;
struct scan_state {
    struct arena *arena;
    struct diags *diags;
    uint32_t source, at;                              /* at: the byte after the token */
    int first;                                        /* a token to be given before all others; 0: none */
    struct parse *parse;                              /* whom the tokens are for; NULL: nobody, they are only
                                                         shown */
};

static inline const char *scan_keep(struct scan_state *s, const char *text, size_t n)
{
    return arena_strndup(s->arena, text, n);
}

/* scan.l. The text is copied by the scanner; it starts at byte `at` of its source. */
void *scan_open(struct scan_state *, const char *text, uint32_t size);
void scan_close(void *scanner);
struct scan_state *scan_state_of(void *scanner);

/* A line for each token of a source: its place, kind and text. */
void scan_put(struct arena *, struct diags *, uint32_t source, struct buf *);

struct node *parse_range(struct parse *);             /* parse.y: p->text, whose first byte is byte p->from of
                                                         its source */

#endif
