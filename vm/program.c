/* program.c - building and printing bytecode, by the table of opcodes; verify.c checks it. */
#include "config.h"

#include "vm/program.h"

const struct opcode_row opcode_rows[OP_COUNT] = {
#define OP(name, operands, meaning) {#name, operands, meaning},
#include "vm/opcodes.def"
#undef OP
};

uint32_t program_add(struct arena *arena, struct program *p, struct span span, enum opcode op, uint32_t a,
                     uint32_t b, uint32_t c)
{
    vec_push(arena, &p->code, ((struct instr){op, a, b, c}));
    vec_push(arena, &p->spans, span);
    return (uint32_t)p->code.count - 1;
}

/* ---- printing ---- */

static void put_operand(const struct program *p, char kind, uint32_t v, struct buf *b)
{
    switch (kind) {
    case 'q': buf_printf(b, " %s", p->plans.items[v]->query->name); break;
    case 'd': buf_printf(b, " %s:", p->draws.items[v].keyspace->name); dist_put(b,
        &p->draws.items[v].dist); break;
    case 'r': buf_printf(b, " r%u", v); break;
    case 'n': buf_printf(b, " %u", v); break;
    case 't': buf_printf(b, " -> %u", v); break;
    case 'k': buf_printf(b, " %u (%s)", v, p->requests.items[v]->title); break;
    case 'f': buf_printf(b, " %.4f", v / 0x1p32); break;
    }
}

/* Where the instruction before it stands: the next is found from there. */
struct cursor { uint32_t file; struct text_place place; };

static void put_source(const struct program *p, size_t at, const struct diags *diags, struct cursor *c,
                       struct buf *b, size_t line_start)
{
    const struct span *s = &p->spans.items[at];
    if (!diags || !s->to)
        return;
    if (s->file != c->file || s->from < c->place.at)
        *c = (struct cursor){s->file, TEXT_START};
    place_move(&c->place, &diags->sources.items[s->file], s->from);
    while (b->len < line_start + 64)
        buf_putc(b, ' ');
    buf_printf(b, "# %s:%u", diags->sources.items[s->file].name, c->place.line);
}

void program_put(const struct program *p, const struct diags *diags, struct buf *b)
{
    struct cursor cursor = {0, TEXT_START};
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
        put_source(p, at, diags, &cursor, b, start);
        buf_putc(b, '\n');
    }
}
