/* narrow.h - --run and --strategy: which runs and strategies of a workload are meant. Every name must mean something. */
#ifndef COMPILER_NARROW_H
#define COMPILER_NARROW_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/error.h"
#include "compiler/ir.h"

/* Names, or canonical texts, with commas between; NULL means all. */
bool narrow_takes_strategy(const char *strategies, const char *text);
bool narrow_takes_run(const char *runs, const struct ir_run *);

/* ERR_USAGE where a name is none of the workload's. A workload without runs has the strategies `usual` (NULL: none). */
int narrow_check(struct arena *, const struct ir *, const char *run, const char *strategies, const char *const *usual, struct error *);

#endif
