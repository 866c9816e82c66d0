/* lower.h - a query's plan on one backend: packed by its limits (plan/), then put into its words (struct
 * backend's lower). */
#ifndef BACKENDS_LOWER_H
#define BACKENDS_LOWER_H

#include "backends/backend.h"

/* ERR_USAGE where the query holds a statement that cannot be run yet. All memory is the arena's. */
int lower_query(struct arena *, const struct instance *, const struct ir_query *, const struct strategy *,
                struct plan *out, struct error *);

#endif
