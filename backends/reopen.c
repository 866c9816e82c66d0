#include "config.h"

#include "backends/reopen.h"

#include "base/bug.h"
#include "base/clock.h"

static const uint64_t STOOD_NS = NS_PER_S, LONGEST_PAUSE_NS = 2 * NS_PER_S;

static void pause(struct reopen *);

static void took_place(struct watch *w, unsigned events)
{
    struct reopen *r = w->owner;
    struct error err = {0};
    void *connection;
    (void)events;
    struct attempt *a = r->attempt;
    r->attempt = NULL;
    loop_watch(r->loop, &r->watch, 0);
    if (attempt_take(a, &connection, &err) == 0) {
        r->opened_at = clock_ns();
        r->opened(r->owner, connection);
        return;
    }
    pause(r);
    r->failed(r->owner, err.code, err.text);
}

static void start(struct timer *t)
{
    struct reopen *r = t->owner;
    struct error err = {0};
    r->watch = (struct watch){.ready = took_place, .owner = r};
    r->attempt = attempt_start(r->kind, r->inst, r->use, r->prepare, r->owner, &r->watch.fd, &err);
    if (r->attempt && loop_watch(r->loop, &r->watch, LOOP_READ) == 0)
        return;
    attempt_abandon(r->attempt);
    r->attempt = NULL;
    pause(r);
    r->failed(r->owner, ERR_CONNECT, err.code ? err.text : "the attempt to connect cannot be waited for");
}

static void pause(struct reopen *r)
{
    loop_timer_set(r->loop, &r->timer, clock_ns() + retry_wait(&r->pauses, ++r->tries, 0));
}

void reopen_init(struct reopen *r, const struct reopen *what)
{
    *r = *what;
    r->timer = (struct timer){.fire = start, .owner = r};
    retry_init(&r->pauses, clock_ns() ^ (uint64_t)(uintptr_t)r);
    r->pauses.cap = LONGEST_PAUSE_NS;
}

/* Where a connection breaks again and again as soon as it stands, that is a failure too. */
void reopen_begin(struct reopen *r)
{
    BUG_UNLESS(!r->attempt);
    if (clock_ns() > r->opened_at + STOOD_NS)
        r->tries = 0;
    if (r->tries || clock_ns() <= r->opened_at + STOOD_NS)
        pause(r);
    else
        loop_timer_set(r->loop, &r->timer, clock_ns());
}

void reopen_stop(struct reopen *r)
{
    if (!r->loop)
        return;
    loop_timer_cancel(r->loop, &r->timer);
    if (r->attempt)
        loop_watch(r->loop, &r->watch, 0);
    attempt_abandon(r->attempt);
    r->attempt = NULL;
}
