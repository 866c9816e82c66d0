/* plan.h - what a query becomes on one backend by one strategy: requests, what each carries, and how many are
 * in flight at once.
 *
 *   query (tables × keys) --pack.c (generic: strategy, limits)--> requests made of steps --backend's lower()--> text
 *
 * The keys of a request are in registers (see struct ir_key); a step says which of them it asks its table
 * for. */
#ifndef PLAN_PLAN_H
#define PLAN_PLAN_H

#include "base/error.h"
#include "data/data.h"
#include "ops/op.h"
#include "plan/caps.h"

struct instance;

struct request {
    uint32_t id;                                      /* its place in the plan */
    uint32_t phase;                                   /* those of one have ended before the next begins */
    uint32_t group;                                   /* one call as the strategy sees it; its requests fly
                                                         together */
    enum width width;
    const struct step *steps;
    uint32_t nsteps, nkeys;                           /* nkeys: summed over the steps */
    uint32_t nregisters;                              /* of the query: how long a call's `keys` is */
    const char *title;                                /* "fraud_rates by card", for people */
    struct demand expected;
    bool latest;                                      /* see struct ir_query */
    enum effect effect;                               /* of sending it once more: the most that one of its
                                                         steps has */
    /* set by the backend's lower(): */
    const char *text;                                 /* what is sent, with its own placeholders */
    const char *setup, *teardown;                     /* SQL that makes and drops the procedure it calls;
                                                         NULL: none */
    const void *lowered;                              /* the backend's own: layout of parameters and
                                                         results */
};

static inline bool request_writes(const struct request *r)
{
    return r->effect != EFFECT_NONE;
}

struct plan {
    const struct ir_query *query;
    const struct strategy *strategy;
    const struct instance *instance;
    struct request *requests;
    uint32_t nrequests;
    uint32_t ngroups, group_max;                      /* group_max: requests of the largest */
    uint32_t in_flight;                               /* groups in flight at most; never 0 */
    uint32_t fan_out;                                 /* requests of one group in flight at most; never 0 */
    const char *const *notes;                         /* what fell back, and why */
    uint32_t nnotes;
};

/* ---- what cannot be run yet (cannot.c): by a backend with these caps; NULL: by any ---- */

/* Whether a table can be made, loaded and read by what its key begins with: an entity's key, or the several
 * columns of its own or its parent's. */
bool plan_can_read(const struct caps *, const struct table *);
/* The first statement of a query that cannot be run, or NULL. *table: whose key it is, where that is why. */
const struct ir_op *plan_cannot(const struct caps *, const struct ir_query *, const struct table **table);
/* Names that statement, "'get' of orders in query 'history'", and why; false: there is none. */
bool plan_put_cannot(struct buf *, const struct caps *, const struct ir_query *, bool why);
/* "only 'get' can be run"; keys: by which keys it can. */
void plan_put_can(struct buf *, const struct caps *, bool keys);
/* Why a run cannot be run, in words; NULL: it can. */
const char *plan_cannot_run(struct arena *, const struct caps *, const struct ir_run *);

/* What a request is called there: "GetItem". */
const char *plan_request_name(const struct caps *, const struct request *);

/* From (table, key) pairs to requests (pack.c), which have no text yet: backends/lower.h adds it. All memory
 * is the arena's. */
void pack_query(struct arena *, const struct caps *, const struct ir_query *, const struct strategy *,
                struct plan *out);

#endif
