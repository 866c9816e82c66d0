/* rest.h - what is asked of tables after a stretch of driving that wrote them, when nobody writes any more.
 *
 * Each watched row that was written is read once, by its key, so that a write that was lost is found though no
 * query ever reads it again. Then rows that were deleted, or in which something was counted, are put back as they were
 * loaded, and rows that were gained are deleted, so that the next stretch begins with the same rows on every
 * backend. Values that were updated stay: they are as good as those before. */
#ifndef RUN_REST_H
#define RUN_REST_H

#include "proof/touched.h"
#include "vm/program.h"

/* Of one table; each program's requests are for one key. put, remove: none where its rows stay. */
struct rest { const struct table *table; struct program look, put, remove; };
struct rests {
    struct rest *items;
    uint32_t n;
    struct touched *touched;                          /* by table id, those of others with rows 0; NULL: no
                                                         table's rows come and go */
    uint32_t ntouched;
};

/* For the tables that the run's queries write, as far as each key has one row. All memory is the arena's, but
 * for the marks of touched rows. */
int rests_plan(struct arena *, const struct instance *, const struct ir *, const struct ir_run *, struct rests *,
               struct error *);
/* All three of a table, and `write`: the columns and the version that the first of its statements writes; without
 * requests where none writes any. */
int rest_plan_all(struct arena *, const struct instance *, const struct table *, struct rest *, struct program *write,
                  struct error *);
void rests_release(struct rests *);
/* All their requests, each once: how many. out: room for all of them, or NULL. */
uint32_t rests_requests(const struct rests *, const struct request **out);
/* The touched rows of a table that were loaded, or those that were gained: their ordinals, n of them. The
 * caller frees. */
uint64_t *rests_touched(const struct rests *, const struct data *, const struct table *, bool loaded,
                        uint64_t *n);

#endif
