/* attempt.h - opening a connection, by a thread of its own. Client libraries look names up, shake hands for
 * TLS and try one address after the other in calls that cannot be ended from outside and block even where
 * they are called non-blocking. So nobody who has something else to see to makes them: an administrator looks
 * for a wish to stop meanwhile, a worker serves its other connections.
 *
 *   attempt_connect   waits for it; left behind where it takes too long or a stop is asked for
 *   attempt_start     ... is reported by a descriptor that becomes readable, attempt_take
 *
 * What is left behind ends by itself and closes what it opened. */
#ifndef BACKENDS_ATTEMPT_H
#define BACKENDS_ATTEMPT_H

#include <stdatomic.h>

#include "backends/backend.h"

struct attempt_kind {
    int (*connect)(const struct instance *, int use, void **connection, struct error *);     /* blocks, bounded by connect_timeout an address */
    void (*close)(void *connection);
};

/* ERR_INTERRUPTED, ERR_TIMEOUT or what connect says. use: the kind's own. */
int attempt_connect(const struct attempt_kind *, const struct instance *, int use, void **connection,
                    struct error *);

struct attempt;
/* What is to be done with a new connection before it counts as open; ends soon once *given_up is set. */
typedef int attempt_prepare_fn(void *owner, void *connection, const atomic_bool *given_up, struct error *);
/* NULL, with *err filled: there is no thread for it. fd: becomes readable when it has ended; the
 * attempt's. */
struct attempt *attempt_start(const struct attempt_kind *, const struct instance *, int use,
                              attempt_prepare_fn *, void *owner, int *fd, struct error *);
/* What came of it, once it has ended. It is gone then. */
int attempt_take(struct attempt *, void **connection, struct error *);
/* The owner is called no more once this returns. NULL is fine. */
void attempt_abandon(struct attempt *);

#endif
