/* program.h - bytecode: what a client does, as data.
 *
 * Instructions have one shape; operands are in a, b, c in the order of the opcode's row in opcodes.def. A
 * program refers to requests, distributions and queries by their place in its tables, so that it can be
 * printed and checked by itself. */
#ifndef VM_PROGRAM_H
#define VM_PROGRAM_H

#include "base/arena.h"
#include "base/error.h"
#include "plan/plan.h"

enum opcode {
#define OP(name, operands, meaning) OP_##name,
#include "vm/opcodes.def"
#undef OP
    OP_COUNT
};

struct opcode_row { const char *name, *operands, *meaning; };
extern const struct opcode_row opcode_rows[OP_COUNT];

struct instr {
    uint32_t op;
    uint32_t a, b, c;
};

/* One distribution over one key space: a row of the program's table of draws. */
struct program_draw {
    const struct keyspace *keyspace;
    struct dist dist;
    bool sorted;                                      /* a request's keys, since one statement locks several: those
                                                         of two clients would else wait for each other */
};

struct program {
    VEC(struct instr) code;
    VEC(struct span) spans;                           /* the source of each instruction; to 0: none */
    VEC(const struct plan *) plans;                   /* one for each query of the mix */
    VEC(const struct request *) requests;             /* of all plans */
    VEC(struct program_draw) draws;
    uint32_t nregisters;
};

/* Appends an instruction; returns its place. */
uint32_t program_add(struct arena *, struct program *, struct span, enum opcode, uint32_t a, uint32_t b,
                     uint32_t c);

/* Every program passes before it runs (verify.c): it then ends, and touches nothing but what is its own.
 * ERR_USAGE with the place at fault. */
int program_verify(const struct program *, struct error *);

/* A line an instruction, with the source line where diags is given. */
void program_put(const struct program *, const struct diags *, struct buf *);

#endif
