/* instances.h - which backends a command works with, and their settings: from the workload's backend blocks,
 * the environment by the backend's own conventions, and defaults. Everything lives in the arena given. */
#ifndef BACKENDS_INSTANCES_H
#define BACKENDS_INSTANCES_H

#include "backends/backend.h"
#include "base/diag.h"

struct instances {
    struct arena *arena;
    VEC(struct instance *) items;
};

struct instances_options {
    const char *names;                                /* "all", or names of instances and kinds with commas
                                                         between */
    bool resolve;                                     /* read environment, files: for running; else only what
                                                         the text says */
    bool services;                                    /* `all` has all services, for their costs: else those
                                                         that the file or the environment says something of */
    bool local;                                       /* throw-away servers serve what is not configured */
};

/* Mistakes in backend blocks go to diags (unknown backends, engines, settings; variables that are not set),
 * mistakes in `names` to err. Returns 0 or ERR_USAGE. */
int instances_make(struct instances *, struct arena *, const struct ir *, const struct data *,
                   const struct instances_options *, struct diags *, struct error *);

/* Those of a point of a sweep have the credentials of the file's own where they have them in the same way:
 * temporary ones that differ would make another place of each point. */
void instances_share(struct arena *, const struct instances *of_file, struct instances *of_point);
/* What they hold besides the arena: of those that were made for running. */
void instances_release(struct instances *);

/* Whether a list of names (with commas between) has the instance, its kind or its keyword. "all" names
 * none. */
bool instance_is_named(const char *names, const struct instance *);
/* Embedded, or with an address. */
bool instance_is_configured(const struct instance *);
/* Sets a setting (the text is copied into the arena). An unknown name gives false. */
bool instance_set(struct arena *, struct instance *, const char *setting, const char *value);

#endif
