/* pricing.h - how an instance is charged: the settings for it, which every backend takes, the price table,
 * and what a demand costs there. */
#ifndef BACKENDS_PRICING_H
#define BACKENDS_PRICING_H

#include "backends/backend.h"
#include "base/diag.h"
#include "base/map.h"

/* A setting of a backend block that says how it is paid for. Where the backend has one of that name itself
 * (region of dynamodb), that one is taken. */
struct pricing_setting {
    struct setting_def def;
    const char *services;                             /* who has a use for it, with blanks between; NULL:
                                                         all */
};
extern const struct pricing_setting pricing_settings[];   /* ends with a NULL name */
int pricing_place(const char *setting);               /* in that table; -1: it is none of these */

/* What the instances of a workload share while they are settled. */
struct pricer {
    struct arena *arena;
    struct diags *diags;
    struct prices builtin;
    struct map files;                                 /* by path: struct prices, as far as they could be
                                                         read */
    bool failed;
};
/* Settles inst->billing; block MAY be NULL. Mistakes go to diags, and set `failed`. */
void pricing_settle(struct pricer *, struct instance *, const struct ir_backend *block);

/* The bytes that the service counts for a workload's tables. */
double pricing_stored_bytes(const struct instance *, const struct ir *);
/* The units of one request (a call of the query) by the service's rules; false: it has none. */
bool pricing_model_units(const struct instance *, const struct plan *, struct units *);

#endif
