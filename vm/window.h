/* window.h - the last moment of a measurement, for the watcher: response times since they were last asked
 * for.
 *
 * Two histograms change hands: the worker records into one while the watcher reads, and empties, the other.
 * The watcher asks; the worker, when it next looks up, passes on what it has. Neither ever waits for the
 * other. */
#ifndef VM_WINDOW_H
#define VM_WINDOW_H

#include <stdatomic.h>

#include "vm/hist.h"

struct window {
    struct hist *recording;                           /* the worker's */
    struct hist *handed;                              /* the watcher's, unless asked is set: then empty, and
                                                         the worker's to take */
    atomic_bool asked;
    atomic_ullong errors;                             /* since the measurement began */
    atomic_llong lag;                                 /* of the last start, ns; open loop */
};

struct window *window_new(void);
void window_free(struct window *);                    /* NULL is fine */

/* The worker's. */
void window_look(struct window *);                    /* passes on what was asked for */

/* The watcher's. Adds what was passed on since the last call, and asks for more. */
void window_take(struct window *, struct hist *into);

#endif
