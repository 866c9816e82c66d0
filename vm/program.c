/* program.c - building, checking and printing bytecode, all by the table of opcodes. */
#include "config.h"

#include "vm/program.h"

#include <string.h>

#include "base/mem.h"

const struct opcode_row opcode_rows[OP_COUNT] = {
#define OP(name, operands, meaning) {#name, operands, meaning},
#include "vm/opcodes.def"
#undef OP
};

uint32_t program_add(struct arena *arena, struct program *p, struct span span, enum opcode op, uint32_t a, uint32_t b, uint32_t c)
{
    vec_push(arena, &p->code, ((struct instr){op, a, b, c}));
    vec_push(arena, &p->spans, span);
    return (uint32_t)p->code.count - 1;
}

/* ---- verifying ---- */

static const char *operand_fault(const struct program *p, char kind, uint32_t v)
{
    switch (kind) {
    case 'q': return v < p->plans.count ? NULL : "no such query";
    case 'd': return v < p->draws.count ? NULL : "no such distribution";
    case 'r': return v < p->nregisters ? NULL : "no such register";
    case 'k': return v < p->requests.count ? NULL : "no such request";
    case 't': return v < p->code.count ? NULL : "a target outside of the program";
    default: return NULL;
    }
}

static const char *instr_fault(const struct program *p, size_t at)
{
    const struct instr *i = &p->code.items[at];
    if (i->op >= OP_COUNT)
        return "no such instruction";
    const uint32_t operands[] = {i->a, i->b, i->c};
    const char *kinds = opcode_rows[i->op].operands;
    for (size_t k = 0; kinds[k]; k++) {
        const char *fault = operand_fault(p, kinds[k], operands[k]);
        if (fault)
            return fault;
    }
    if (i->op == OP_DRAW && (!i->c || i->c > p->nregisters - i->b))
        return "keys drawn past the last register";
    if (i->op == OP_DRAW && i->c > p->draws.items[i->a].keyspace->count)
        return "more distinct keys than the key space has";
    if (i->op == OP_CALL && p->requests.items[i->a]->nregisters > p->nregisters)
        return "a request of a query with more keys";
    if ((i->op == OP_ARRIVE && i->a == at) || (i->op == OP_JUMP && i->a == at))
        return "a way round without an end";
    if (at + 1 == p->code.count && i->op != OP_EXIT && i->op != OP_JUMP)
        return "a way past the end of the program";
    return NULL;
}

/* ---- keys are drawn before they are sent ---- */

static void mark_targets(const struct program *p, bool *target)
{
    for (size_t at = 0; at < p->code.count; at++) {
        const struct instr *i = &p->code.items[at];
        const uint32_t operands[] = {i->a, i->b, i->c};
        const char *kinds = opcode_rows[i->op].operands;
        for (size_t k = 0; kinds[k]; k++)
            if (kinds[k] == 't')
                target[operands[k]] = true;
    }
}

static bool all_drawn(const struct request *r, const bool *drawn, uint32_t nregisters)
{
    for (uint32_t i = 0; i < r->nparts; i++)
        for (uint32_t k = r->parts[i].first; k < r->parts[i].first + r->parts[i].nkeys; k++)
            if (k >= nregisters || !drawn[k])
                return false;
    return true;
}

/* A query is a straight piece of code: where a way comes in from elsewhere, nothing counts as drawn. Returns the place at fault, or the
 * program's length. */
static size_t first_undrawn(const struct program *p)
{
    bool *target = mem_alloc(p->code.count * sizeof *target), *drawn = mem_alloc(p->nregisters * sizeof *drawn + 1);
    size_t at = 0;
    mark_targets(p, target);
    for (; at < p->code.count; at++) {
        const struct instr *i = &p->code.items[at];
        if (target[at])
            memset(drawn, 0, p->nregisters * sizeof *drawn);
        for (uint32_t r = 0; i->op == OP_DRAW && r < i->c; r++)
            drawn[i->b + r] = true;
        if (i->op == OP_CALL && !all_drawn(p->requests.items[i->a], drawn, p->nregisters))
            break;
    }
    mem_free(target);
    mem_free(drawn);
    return at;
}

int program_verify(const struct program *p, struct error *err)
{
    if (!p->code.count)
        return error_set(err, ERR_USAGE, "the program is empty");
    for (size_t at = 0; at < p->code.count; at++) {
        const char *fault = instr_fault(p, at);
        if (fault)
            return error_set(err, ERR_USAGE, "instruction %zu (%s): %s", at,
                             p->code.items[at].op < OP_COUNT ? opcode_rows[p->code.items[at].op].name : "?", fault);
    }
    size_t at = first_undrawn(p);
    if (at < p->code.count)
        return error_set(err, ERR_USAGE, "instruction %zu (CALL): a key that is not drawn before", at);
    return 0;
}

/* ---- printing ---- */

static void put_operand(const struct program *p, char kind, uint32_t v, struct buf *b)
{
    switch (kind) {
    case 'q': buf_printf(b, " %s", p->plans.items[v]->query->name); break;
    case 'd': buf_printf(b, " %s:", p->draws.items[v].keyspace->name); dist_put(b, &p->draws.items[v].dist); break;
    case 'r': buf_printf(b, " r%u", v); break;
    case 'n': buf_printf(b, " %u", v); break;
    case 't': buf_printf(b, " -> %u", v); break;
    case 'k': buf_printf(b, " %u (%s)", v, p->requests.items[v]->title); break;
    case 'f': buf_printf(b, " %.4f", v / 0x1p32); break;
    }
}

static void put_source(const struct program *p, size_t at, const struct diags *diags, struct buf *b, size_t line_start)
{
    const struct span *s = &p->spans.items[at];
    if (!diags || !s->to)
        return;
    uint32_t line, column;
    diags_locate(diags, *s, &line, &column);
    while (b->len < line_start + 64)
        buf_putc(b, ' ');
    buf_printf(b, "# %s:%u", diags->sources.items[s->file].name, line);
}

void program_put(const struct program *p, const struct diags *diags, struct buf *b)
{
    for (size_t at = 0; at < p->code.count; at++) {
        const struct instr *i = &p->code.items[at];
        const struct opcode_row *row = &opcode_rows[i->op];
        const uint32_t operands[] = {i->a, i->b, i->c};
        size_t start = b->len;
        buf_printf(b, "%4zu  %s", at, row->name);
        while (row->operands[0] && b->len < start + 12)
            buf_putc(b, ' ');
        for (size_t k = 0; row->operands[k]; k++)
            put_operand(p, row->operands[k], operands[k], b);
        put_source(p, at, diags, b, start);
        buf_putc(b, '\n');
    }
}
