/* blocking.h - a wire for client libraries that only block. A driver is written as plain calls (connect,
 * prepare, call, close); this gives each connection a thread of its own that makes them, and hands rows and
 * outcomes to the session's thread through its loop.
 *
 *   session's thread   submit ─────────────┐        row, row, done   (in the loop)
 *   connection's                           └─ call ─ c->row … ┘
 *
 * A connection is used by one thread at a time. Rows are held until the call has ended or they take too much
 * room; then the connection's thread waits until they were taken. Connections break and come back as reopen.h
 * says. */
#ifndef BACKENDS_BLOCKING_H
#define BACKENDS_BLOCKING_H

#include "backends/attempt.h"

/* MUST be filled in unless it says MAY. Functions return 0 or a negative error_code with *err filled. */
struct blocking {
    struct attempt_kind connections;                  /* connect and close; `use` is 0 */
    /* Readies a connection for a request: each once, with places 0, 1, 2 …. MAY be NULL. */
    int (*prepare)(void *connection, uint32_t place, const struct request *, struct error *);
    /* Answers a request that stands at this place: c->row for each row, and what else is counted in *c; not
     * c->done. ERR_LOST: the connection is of no use any more. It is closed and opened again. call_fail(c, …)
     * MAY say more exactly than the code what failed. */
    int (*call)(void *connection, uint32_t place, struct call *c, struct error *);
    /* Has a call that waits return soon: shuts its socket down, say. Called from another thread while `call`
     * runs, and perhaps just before or behind its waiting; then once more a moment later. */
    void (*interrupt)(void *connection);
    /* What becomes readable when the other side closes an idle connection. MAY be NULL: that is seen by the
     * next call. */
    int (*descriptor)(void *connection);
};

/* For struct wire: `open` in a function of the backend's own that names its struct blocking, the others as
 * they are. `handles` is one more than what a connection takes by itself. */
int blocking_open(const struct blocking *, const struct instance *, struct loop *,
                  const struct session_options *, struct session **, struct error *);
int blocking_prepare(struct session *, const struct request *const *, uint32_t n, struct error *);
void blocking_submit(struct session *, uint32_t connection, struct call *);
void blocking_listen(struct session *, struct session_listener *);
uint64_t blocking_cpu_ns(struct session *);
/* Waits some seconds for calls that hang. Who does not return even then is left behind, and closes its
 * connection when it does. */
void blocking_close(struct session *);

#endif
