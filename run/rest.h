/* rest.h - what looks at rows after a stretch of driving that wrote them: when nobody writes any more, each
 * watched row that was written is read once, by its key, so that a write that was lost is found though no
 * query ever reads it again. */
#ifndef RUN_REST_H
#define RUN_REST_H

#include "vm/program.h"

struct rest { const struct table *table; struct program program; };
struct rests { struct rest *items; uint32_t n; };

/* For the tables that the run's queries write, as far as each key has one row. All memory is the arena's. */
int rests_plan(struct arena *, const struct instance *, const struct ir_run *, struct rests *, struct error *);

#endif
