/* loop.c - epoll, and a binary heap of timers. A timerfd ticks beside them, so that a wait for sockets alone
 * needs neither a timeout, which the kernel would arm and disarm each time, nor a look at the clock. */
#include "config.h"

#include "base/loop.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/handles.h"
#include "base/mem.h"

enum { EVENTS_A_TURN = 64 };
static const uint64_t TICK_NS = 50 * NS_PER_MS;
static const uint64_t LATE_MOST_NS = 100000, LATE_OFTEN_NS = 50000;

struct loop {
    int epoll;
    struct timer **heap;                              /* heap[1 … ntimers], the earliest first */
    uint32_t ntimers, cap;
    struct epoll_event events[EVENTS_A_TURN];
    int nevents, event;                               /* of the turn that is under way */
    struct watch tick;
    uint64_t late_ns;                                 /* by which a wait that nothing but time ends seldom
                                                         overruns more */
    uint64_t looked_ns;
    struct later *later, *running;                    /* the last that was put off comes first */
};

static void drain(struct watch *w, unsigned events)
{
    uint64_t times;
    (void)events;
    if (read(w->fd, &times, sizeof times) < 0 && errno != EAGAIN)
        BUG("reading a timerfd: %s", strerror(errno));
}

static void start_ticking(struct loop *l)
{
    const struct timespec every = {(time_t)(TICK_NS / NS_PER_S), (long)(TICK_NS % NS_PER_S)};
    const struct itimerspec times = {every, every};
    l->tick = (struct watch){
        .fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK), .ready = drain, .owner = l};
    if (l->tick.fd < 0 || timerfd_settime(l->tick.fd, 0, &times, NULL) < 0 ||
        loop_watch(l, &l->tick, LOOP_READ) < 0)
        handles_out("an event loop's timer");
}

struct loop *loop_new(void)
{
    struct loop *l = mem_alloc(sizeof *l);
    l->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (l->epoll < 0)
        handles_out("an event loop");
    prctl(PR_SET_TIMERSLACK, 1);                      /* ns; the default of 50 us would be schedule lag of our
                                                         own */
    start_ticking(l);
    return l;
}

void loop_free(struct loop *l)
{
    if (!l)
        return;
    close(l->tick.fd);
    close(l->epoll);
    mem_free(l->heap);
    mem_free(l);
}

uint64_t loop_looked_ns(const struct loop *l)
{
    return l->looked_ns;
}

/* ---- sockets ---- */

/* A watch that is given up must not be called for an event that was fetched before. */
static void forget_fetched(struct loop *l, const struct watch *w)
{
    for (int i = l->event; i < l->nevents; i++)
        if (l->events[i].data.ptr == w)
            l->events[i].data.ptr = NULL;
}

int loop_watch(struct loop *l, struct watch *w, unsigned events)
{
    if (events == w->events)
        return 0;
    struct epoll_event e = {.data.ptr = w};
    if (events & LOOP_READ)
        e.events |= EPOLLIN;
    if (events & LOOP_WRITE)
        e.events |= EPOLLOUT;
    int op = !events ? EPOLL_CTL_DEL : !w->events ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (op == EPOLL_CTL_DEL)
        forget_fetched(l, w);
    int rc = epoll_ctl(l->epoll, op, w->fd, &e);
    if (rc < 0 && op == EPOLL_CTL_DEL && (errno == EBADF || errno == ENOENT))
        rc = 0;                                       /* closed already: the kernel forgot it by itself */
    if (rc < 0 && op == EPOLL_CTL_MOD && errno == ENOENT)
        rc = epoll_ctl(l->epoll, EPOLL_CTL_ADD, w->fd, &e);   /* closed and opened again under the same
                                                                 number */
    if (rc == 0)
        w->events = events;
    return rc;
}

/* ---- timers ---- */

static void heap_put(struct loop *l, uint32_t place, struct timer *t)
{
    l->heap[place] = t;
    t->heap = place;
}

static void heap_up(struct loop *l, uint32_t i)
{
    struct timer *t = l->heap[i];
    for (; i > 1 && t->at < l->heap[i / 2]->at; i /= 2)
        heap_put(l, i, l->heap[i / 2]);
    heap_put(l, i, t);
}

static void heap_down(struct loop *l, uint32_t i)
{
    struct timer *t = l->heap[i];
    for (uint32_t child; (child = 2 * i) <= l->ntimers; i = child) {
        if (child < l->ntimers && l->heap[child + 1]->at < l->heap[child]->at)
            child++;
        if (t->at <= l->heap[child]->at)
            break;
        heap_put(l, i, l->heap[child]);
    }
    heap_put(l, i, t);
}

void loop_timer_set(struct loop *l, struct timer *t, uint64_t at)
{
    t->at = at;
    if (!t->heap) {
        if (l->ntimers + 2 > l->cap) {
            l->cap = l->cap ? l->cap * 2 : 64;
            l->heap = mem_grow(l->heap, l->cap * sizeof *l->heap);
        }
        heap_put(l, ++l->ntimers, t);
    }
    heap_up(l, t->heap);
    heap_down(l, t->heap);
}

void loop_timer_cancel(struct loop *l, struct timer *t)
{
    uint32_t place = t->heap;
    if (!place)
        return;
    t->heap = 0;
    struct timer *last = l->heap[l->ntimers--];
    if (last == t)
        return;
    heap_put(l, place, last);
    heap_up(l, place);
    heap_down(l, last->heap);
}

/* Returns the time that it went by. */
static uint64_t fire_due(struct loop *l)
{
    uint64_t now = clock_ns();
    while (l->ntimers && l->heap[1]->at <= now) {
        struct timer *t = l->heap[1];
        loop_timer_cancel(l, t);
        t->fire(t);
    }
    return now;
}

/* ---- what is put off ---- */

void loop_later(struct loop *l, struct later *p)
{
    if (p->set)
        return;
    p->set = true;
    p->next = l->later;
    l->later = p;
}

static bool take_out(struct later **at, struct later *p)
{
    for (; *at; at = &(*at)->next)
        if (*at == p) {
            *at = p->next;
            return true;
        }
    return false;
}

void loop_later_cancel(struct loop *l, struct later *p)
{
    if (p->set && (take_out(&l->later, p) || take_out(&l->running, p)))
        p->set = false;
}

/* What these put off themselves comes with the next call: who does so again and again keeps nobody from his
 * socket. */
static void run_later(struct loop *l)
{
    l->running = l->later;
    l->later = NULL;
    while (l->running) {
        struct later *p = l->running;
        l->running = p->next;
        p->set = false;
        p->run(p);
    }
}

/* ---- a turn ---- */

static int wait_at_most(struct loop *l, uint64_t ns)
{
#if HAVE_EPOLL_PWAIT2
    struct timespec t = {(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
    int n = epoll_pwait2(l->epoll, l->events, EVENTS_A_TURN, &t, NULL);
    if (n >= 0 || errno != ENOSYS)
        return n;
#endif
    return epoll_wait(l->epoll, l->events, EVENTS_A_TURN, (int)((ns + NS_PER_MS - 1) / NS_PER_MS));
}

/* Up fast and down slowly: what one wait in ten or so exceeds. A single hiccup of the machine counts for no
 * more than LATE_MOST_NS. */
static void learn_late(struct loop *l, uint64_t late_ns)
{
    if (late_ns > LATE_MOST_NS)
        late_ns = LATE_MOST_NS;
    if (late_ns > l->late_ns)
        l->late_ns += (late_ns - l->late_ns) / 4;
    else
        l->late_ns -= (l->late_ns - late_ns) / 32;
}

/* A wait may be cut by as much as it is late, but short ones, which are many, by less than long ones, which
 * are few. */
static uint64_t cut_of(const struct loop *l, uint64_t wait_ns)
{
    uint64_t most = wait_ns / 4 > LATE_OFTEN_NS ? wait_ns / 4 : LATE_OFTEN_NS;
    return l->late_ns < most ? l->late_ns : most;
}

static int look_until(struct loop *l, uint64_t from, uint64_t at)
{
    uint64_t now;
    int n;
    do {
        n = epoll_wait(l->epoll, l->events, EVENTS_A_TURN, 0);
        now = clock_ns();
    } while (n == 0 && now < at);
    l->looked_ns += now - from < LATE_MOST_NS ? now - from : LATE_MOST_NS;
    return n;
}

/* A sleep ends late, by what waking takes. It is asked to end earlier by as much, and what is left is spent
 * looking: what is due at a moment is done then, and not 20 us after it. */
static int wait_until(struct loop *l, uint64_t at, uint64_t now)
{
    uint64_t cut = at > now ? cut_of(l, at - now) : 0;
    if (at > now + cut) {
        uint64_t end = at - cut;
        int n = wait_at_most(l, end - now);
        if (n)
            return n;
        now = clock_ns();
        learn_late(l, now > end ? now - end : 0);
    }
    return look_until(l, now, at);
}

/* Where a timer is near, the wait ends with it; else the tick, or a socket before it, ends it. */
static int wait_for_events(struct loop *l, bool wait)
{
    if (!wait)
        return epoll_wait(l->epoll, l->events, EVENTS_A_TURN, 0);
    uint64_t now = l->ntimers ? clock_ns() : 0;
    if (l->ntimers && l->heap[1]->at < now + TICK_NS)
        return wait_until(l, l->heap[1]->at, now);
    return epoll_wait(l->epoll, l->events, EVENTS_A_TURN, -1);
}

uint64_t loop_turn(struct loop *l, bool wait)
{
    run_later(l);
    l->nevents = wait_for_events(l, wait && !l->later);
    for (l->event = 0; l->event < l->nevents;) {
        struct epoll_event e = l->events[l->event++];
        struct watch *w = e.data.ptr;
        if (!w)
            continue;
        unsigned events = (e.events & EPOLLIN ? LOOP_READ : 0) | (e.events & EPOLLOUT ? LOOP_WRITE : 0);
        if (e.events & (EPOLLERR | EPOLLHUP))
            events = LOOP_READ | LOOP_WRITE;
        w->ready(w, events);
        if (l->ntimers)                               /* who is due does not wait until all sockets have been
                                                         seen to */
            fire_due(l);
    }
    l->nevents = 0;
    uint64_t now = fire_due(l);
    run_later(l);
    return now;
}
