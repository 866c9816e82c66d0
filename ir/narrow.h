/* narrow.h - --run: which runs of a workload are meant. Every name must mean something. */
#ifndef IR_NARROW_H
#define IR_NARROW_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "ir/ir.h"

/* Names with commas between; NULL means all. */
bool narrow_takes_run(const char *runs, const struct ir_run *);

/* ERR_USAGE where a name is none of the workload's. */
int narrow_check(struct arena *, const struct ir *, const char *runs, struct error *);

#endif
