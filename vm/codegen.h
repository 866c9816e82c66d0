/* codegen.h - from plans to bytecode: what a client of a run does, by one strategy on one backend. */
#ifndef VM_CODEGEN_H
#define VM_CODEGEN_H

#include "vm/program.h"

/* plans: one for each query of run->mix, in its order. Everything is the arena's. ERR_USAGE where a query
 * asks for more distinct keys than its key space has. */
int codegen_client(struct arena *, const struct ir_run *, const struct plan *const *plans,
                   struct program *out, struct error *);

#endif
