/* reopen.h - a connection of a session that broke is opened again, beside the loop: by an attempt (attempt.h)
 * that the loop hears of when it has ended. The first begins at once, the next ones after pauses, which grow
 * up to 2 s, until one succeeds. */
#ifndef BACKENDS_REOPEN_H
#define BACKENDS_REOPEN_H

#include "backends/attempt.h"
#include "backends/http/retry.h"

struct reopen {                                       /* embedded in its owner; set by reopen_init */
    struct loop *loop;
    const struct attempt_kind *kind;
    const struct instance *inst;
    int use;
    attempt_prepare_fn *prepare;                      /* in the attempt's thread: touches nothing of the
                                                         owner's that the loop's thread does */
    void (*opened)(void *owner, void *connection);    /* on the loop, as all that follows */
    void (*failed)(void *owner, int code, const char *words);   /* another attempt follows */
    void *owner;
    /* inside */
    struct retry pauses;
    uint32_t tries;                                   /* since a connection last stood for a while */
    uint64_t opened_at;
    struct timer timer;
    struct watch watch;
    struct attempt *attempt;
};

void reopen_init(struct reopen *, const struct reopen *what);
void reopen_begin(struct reopen *);
void reopen_stop(struct reopen *);                    /* nothing is under way, and nothing is called any
                                                         more */

#endif
