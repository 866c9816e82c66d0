/* local.h - throw-away servers: the program wkl-local in a session of its own, its standard input held open
 * for as long as they shall live. When we end, however we end, the kernel closes the pipe and it stops all of
 * them. */
#ifndef RUN_LOCAL_H
#define RUN_LOCAL_H

#include <stdatomic.h>

#include "backends/instances.h"

enum local_outcome { LOCAL_READY, LOCAL_SKIPPED, LOCAL_FAILED };

struct local;

struct local_hooks {                                  /* owner comes first in each */
    void *owner;
    void (*note)(void *owner, const char *server, const char *text);                       /* what is being done, for people */
    void (*settled)(void *owner, struct instance *, enum local_outcome, const char *text); /* its settings are set; or why not */
    void (*waiting)(void *owner, const char *text);  /* every moment: "waiting for dynamodb, cosmosdb" */
};

/* Starts servers for these instances, side by side, and returns when each is settled or *stop is set. */
int local_start(struct local **, struct arena *, struct instance *const *, size_t n,
                const struct local_hooks *, const atomic_bool *stop, struct error *);
void local_stop(struct local *);                      /* waits until all are gone; NULL is fine */

#endif
