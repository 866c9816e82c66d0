/* most.c - how long the texts and bytes of a column can be, by what makes them. */
#include "config.h"

#include "data/data.h"
#include "data/expr.h"
#include "data/gen.h"

enum { UUID_CHARS = 36, NUMBER_CHARS = 20 };

static uint64_t longest_choice(const struct gen *g)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < g->nchoices; i++)
        most = g->choices[i].value.u.s.n > most ? g->choices[i].value.u.s.n : most;
    return most;
}

/* As the generator wants it, before the type cuts it. UINT64_MAX: only the type knows. */
static uint64_t longest_drawn(const struct gen *g, struct type t)
{
    switch (g->kind) {
    case GEN_TEXT: return g->hi > 0 ? (uint64_t)g->hi : 0;
    case GEN_HEX: return gen_hex_length(t);
    case GEN_UUID: return UUID_CHARS;
    case GEN_CHOICE: return longest_choice(g);
    case GEN_SEQUENCE: return NUMBER_CHARS;
    default: return UINT64_MAX;
    }
}

/* What generators make is ASCII, but for the values of a choice, which are counted as they are. */
bool data_longest(const struct column *c, uint64_t *bytes)
{
    struct type t = c->type;
    if (t.kind == TYPE_UUID) {
        *bytes = UUID_CHARS;
        return true;
    }
    if (type_class(t) != CLASS_BYTES)
        return false;
    if (c->expr) {
        *bytes = c->expr->op == EXPR_STRING ? c->expr->n : 0;
        return c->expr->op == EXPR_STRING;
    }
    uint64_t drawn = longest_drawn(&c->gen, t);
    *bytes = t.kind == TYPE_CHAR && c->gen.kind != GEN_CHOICE ? t.n : t.n && t.n < drawn && c->gen.kind != GEN_CHOICE ? t.n : drawn;
    return *bytes != UINT64_MAX;
}
