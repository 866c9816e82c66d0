/* environment.h - what the environment says of a backend, by the names that its other clients use, and which
 * of it counts: an address says itself where a server is, and two variables may name two. */
#ifndef BACKENDS_ENVIRONMENT_H
#define BACKENDS_ENVIRONMENT_H

#include "backends/backend.h"

/* The first of the setting's variables ("PASSWORD|PWD") that is set, and its name; NULL: none. */
const char *environment_value(struct arena *, const struct kind *, const struct setting_def *,
                              const char **variable);
/* What number i of the kind's `urls` says, if its scheme is one of the kind's, in the scheme's plain form;
 * NULL: nothing. */
const char *environment_url(struct arena *, const struct kind *, int i);
/* Why none of the kind's `urls` counts though one is set: "DATABASE_URL is set, and begins with 'mysql://',
 * so it counts for mysql"; NULL: none is. */
const char *environment_other_url(struct arena *, const struct kind *);
/* Whether an address says this setting itself: "host" of "postgresql://db.test/bench", "ssl" of
 * "mysql://db.test/bench?ssl-mode=REQUIRED". */
bool environment_address_says(const char *address, const char *setting);
/* The variables that name another server than the one that is used: "PGHOST (a.test) is used, DATABASE_URL
 * (b.test/bench) is not"; NULL: none does. Of an instance whose place is the environment's. */
const char *environment_rivals(struct arena *, const struct instance *);

#endif
