/* loading.h - brings rows to a target: over as many streams as suit it, in stretches, each of which is noted
 * when it is there, so that a load that was interrupted goes on with those that are left. Then the tables are
 * sealed, several at a time where the backend takes that. */
#ifndef RUN_LOADING_H
#define RUN_LOADING_H

#include "run/runner.h"

VEC_TYPE(loading_tables, const struct table *);
VEC_TYPE(loading_digests, const char *);
VEC_TYPE(loading_stretches, struct stretch);

struct loading {                                      /* memory: the runner's arena */
    struct runner *runner;
    struct target *target;
    uint32_t expected;                                /* about how many tables there will be */
    struct loading_tables tables;                     /* to be sealed when all their rows are there */
    struct loading_digests digests;                   /* of these */
    struct loading_stretches stretches;               /* what is to be brought */
    uint64_t rows;                                    /* in these */
    double bytes;                                     /* expected */
};

/* A table that is empty. */
void loading_add(struct loading *, const struct table *, const char *digest);
/* A table whose load was interrupted: false where nothing of it is noted, so that it is better made again. */
int loading_resume(struct loading *, const struct table *, const char *digest, bool *resumed, struct error *);
int loading_run(struct loading *, struct error *);    /* brings the rows */
int loading_seal(struct loading *, struct error *);
/* Makes a digest that of a table which its run drops at its end. */
void loading_capitals(char digest[DIGEST_CHARS + 1]);

#endif
