#include "config.h"

#include "backends/attempt.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/handles.h"
#include "base/mem.h"
#include "base/thread.h"

enum { LOOK_MS = 20, ADDRESSES = 4 };                 /* addresses: as many as a name may well have, each with
                                                         its connect_timeout */
static const uint64_t NAMES_NS = 30 * NS_PER_S;       /* what looking up a name takes at most, as resolvers
                                                         are usually set */
static const uint64_t STOPPED_NS = 3 * NS_PER_S;      /* how long one is waited for that begins after a wish
                                                         to stop */

enum stage { CONNECTING, PREPARING, ABANDONED };

struct attempt {
    const struct attempt_kind *kind;
    struct arena arena;
    struct instance *inst;                            /* the attempt's own: a run that is over takes its
                                                         instances with it */
    struct renewal *renewal;                          /* of the instance; MAY be NULL */
    int use, wake;
    attempt_prepare_fn *prepare;                      /* MAY be NULL */
    void *owner;
    atomic_int stage;                                 /* abandoned while it connects: the thread's own; else
                                                         the owner's */
    atomic_bool given_up;
    pthread_t thread;
    void *connection;
    int rc;
    struct error err;
};

static void free_attempt(struct attempt *a)
{
    close(a->wake);
    renewal_release(a->renewal);
    arena_release(&a->arena);
    mem_free(a);
}

/* With a password or token that does not end meanwhile; one that is not taken is asked for once more. What
 * cannot be renewed may still do. */
static int connect_as(struct attempt *a)
{
    struct error why = {0};
    if (renewal_is_due(a->renewal, true))
        renewal_renew(a->renewal, renewal_version(a->renewal), NULL);
    unsigned version = instance_refresh(&a->arena, a->inst, a->renewal);
    int rc = a->kind->connect(a->inst, a->use, &a->connection, &a->err);
    if (!a->renewal || rc != ERR_CONNECT || !a->err.denied)
        return rc;
    if (renewal_renew(a->renewal, version, &why) < 0) {
        error_prefix(&a->err, "%s", why.text);
        return rc;
    }
    a->err = (struct error){0};
    instance_refresh(&a->arena, a->inst, a->renewal);
    return a->kind->connect(a->inst, a->use, &a->connection, &a->err);
}

static void *work(void *arg)
{
    struct attempt *a = arg;
    int expected = CONNECTING;
    a->rc = connect_as(a);
    if (!atomic_compare_exchange_strong(&a->stage, &expected, PREPARING)) {
        if (a->rc == 0)
            a->kind->close(a->connection);
        free_attempt(a);
        return NULL;
    }
    if (a->rc == 0 && a->prepare && (a->rc = a->prepare(a->owner, a->connection, &a->given_up, &a->err)) < 0)
        a->kind->close(a->connection);
    eventfd_write(a->wake, 1);
    return NULL;
}

struct attempt *attempt_start(const struct attempt_kind *kind, const struct instance *inst, int use,
                              attempt_prepare_fn *prepare, void *owner, int *fd, struct error *err)
{
    struct attempt *a = mem_alloc(sizeof *a);
    *a = (struct attempt){.kind = kind, .use = use, .prepare = prepare, .owner = owner};
    arena_init(&a->arena);
    a->inst = instance_copy(&a->arena, inst);
    a->renewal = renewal_hold(inst->renewal);
    a->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (a->wake < 0 || !thread_try(&a->thread, work, a)) {
        error_set(err, ERR_CONNECT, "no connection can be opened: %s",
                  a->wake < 0 ? strerror(errno) : "there is no thread left for it");
        if (a->wake >= 0)
            close(a->wake);
        renewal_release(a->renewal);
        arena_release(&a->arena);
        mem_free(a);
        return NULL;
    }
    *fd = a->wake;
    return a;
}

int attempt_take(struct attempt *a, void **connection, struct error *err)
{
    pthread_join(a->thread, NULL);
    int rc = a->rc;
    if (rc == 0)
        *connection = a->connection;
    else
        error_set(err, rc, "%s", a->err.text);
    free_attempt(a);
    return rc;
}

void attempt_abandon(struct attempt *a)
{
    int expected = CONNECTING;
    if (!a)
        return;
    pthread_t thread = a->thread;
    atomic_store(&a->given_up, true);
    if (atomic_compare_exchange_strong(&a->stage, &expected, ABANDONED)) {
        pthread_detach(thread);                       /* it may have ended, and be gone, already */
        return;
    }
    pthread_join(a->thread, NULL);
    if (a->rc == 0)
        a->kind->close(a->connection);
    free_attempt(a);
}

/* ---- waiting ---- */

/* Until when it is waited for: a wish to stop shortens it, one that comes meanwhile ends it. */
static uint64_t patience(const struct instance *inst, bool stopped_before, uint64_t began)
{
    uint64_t each = setting_place(inst->backend, "connect_timeout") < 0
                        ? 0
                        : instance_number(inst, "connect_timeout");
    return stopped_before              ? began + STOPPED_NS
           : instance_is_stopped(inst) ? began
                                       : began + NAMES_NS + ADDRESSES * each;
}

int attempt_connect(const struct attempt_kind *kind, const struct instance *inst, int use, void **connection,
                    struct error *err)
{
    uint64_t began = clock_ns(), until = began;
    bool stopped_before = instance_is_stopped(inst);
    struct pollfd p = {.events = POLLIN};
    struct attempt *a = attempt_start(kind, inst, use, NULL, NULL, &p.fd, NULL);
    if (!a)                                           /* it can be done without a thread, though not be
                                                         ended */
        return kind->connect(inst, use, connection, err);
    while (poll(&p, 1, LOOK_MS) <= 0)
        if (clock_ns() >= (until = patience(inst, stopped_before, began))) {
            attempt_abandon(a);
            return until == began ? error_set(err, ERR_INTERRUPTED, "interrupted while connecting")
                                  : error_set(err, ERR_TIMEOUT, "no connection after %.0f s",
                                              (double)(until - began) / 1e9);
        }
    return attempt_take(a, connection, err);
}
