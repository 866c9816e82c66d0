#include "config.h"

#include "backends/blocking.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "backends/held_rows.h"
#include "backends/places.h"
#include "backends/reopen.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

enum { MOST_HELD = 256 * 1024 };                      /* bytes of rows that wait for the session's thread */
static const uint64_t LOOK_NS = 20 * NS_PER_MS, LEAVE_NS = 3 * NS_PER_S;

/* ---- a connection's thread ---- */

/* Who may touch the rest of a line. FULL and ENDED are for the session's thread to see; it answers with
 * CALLING and IDLE. */
enum turn { IDLE, CALLING, FULL, ENDED };

/* What both threads share; the last of them frees it. */
struct line {
    const struct blocking *how;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int wake;                                         /* an eventfd: it is the session's turn */
    atomic_bool closing;                              /* the session is; set with the lock held */
    /* with the lock held: */
    enum turn turn;
    bool inside;                                      /* it is in `call` */
    bool left, over;                                  /* behind, by a session that is gone; its thread has
                                                         done everything */
    /* of whose turn it is: */
    void *connection;                                 /* NULL: there is none */
    struct call call;                                 /* the thread's copy; request NULL: the connection is
                                                         only closed */
    uint32_t place;
    int rc;
    struct error err;
    struct held_rows rows;
};

static void free_line(struct line *l)
{
    close(l->wake);
    held_rows_release(&l->rows);
    pthread_cond_destroy(&l->changed);
    pthread_mutex_destroy(&l->lock);
    mem_free(l);
}

static void hand_over(struct line *l, enum turn turn)
{
    l->turn = turn;
    eventfd_write(l->wake, 1);
}

/* Rows that nobody waits for any longer are dropped. */
static void hold_row(struct call *c, const struct step *step, const struct value *values)
{
    struct line *l = c->driver;
    if (atomic_load(&l->closing))
        return;
    held_rows_add(&l->rows, step, values);
    if (held_rows_size(&l->rows) < MOST_HELD)
        return;
    pthread_mutex_lock(&l->lock);
    hand_over(l, FULL);
    while (l->turn == FULL && !l->closing)
        pthread_cond_wait(&l->changed, &l->lock);
    pthread_mutex_unlock(&l->lock);
}

/* With the lock held, which is open meanwhile. */
static void answer(struct line *l)
{
    l->inside = l->call.request;
    pthread_mutex_unlock(&l->lock);
    l->err = (struct error){0};
    l->rc = l->call.request ? l->how->call(l->connection, l->place, &l->call, &l->err) : ERR_LOST;
    pthread_mutex_lock(&l->lock);
    l->inside = false;
    if (l->rc != ERR_LOST)
        return;
    pthread_mutex_unlock(&l->lock);
    l->how->connections.close(l->connection);
    l->connection = NULL;
    pthread_mutex_lock(&l->lock);
}

static void *serve(void *arg)
{
    struct line *l = arg;
    pthread_mutex_lock(&l->lock);
    while (!l->closing) {
        if (l->turn == CALLING) {
            answer(l);
            hand_over(l, ENDED);
        } else {
            pthread_cond_wait(&l->changed, &l->lock);
        }
    }
    pthread_mutex_unlock(&l->lock);
    if (l->connection)
        l->how->connections.close(l->connection);
    pthread_mutex_lock(&l->lock);
    l->over = true;
    bool left = l->left;
    pthread_mutex_unlock(&l->lock);
    if (left)
        free_line(l);
    return NULL;
}

static struct line *new_line(const struct blocking *how, struct error *err)
{
    struct line *l = mem_alloc(sizeof *l);
    l->how = how;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->changed, NULL);
    l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->wake >= 0 && thread_try(&l->thread, serve, l))
        return l;
    error_set(err, ERR_CONNECT, "no connection can be opened: %s",
              l->wake < 0 ? strerror(errno) : "there is no thread left for it");
    free_line(l);
    return NULL;
}

static void interrupt(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    if (l->inside)
        l->how->interrupt(l->connection);
    pthread_mutex_unlock(&l->lock);
}

/* Whether it has become the thread's own. */
static bool leave(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    bool left = l->left = !l->over;
    pthread_mutex_unlock(&l->lock);
    return left;
}

static void end_line(struct line *l, uint64_t until)
{
    for (;;) {
        uint64_t look = clock_ns() + LOOK_NS;
        struct timespec at = {(time_t)(look / NS_PER_S), (long)(look % NS_PER_S)};
        if (pthread_clockjoin_np(l->thread, NULL, CLOCK_MONOTONIC, &at) == 0) {
            free_line(l);
            return;
        }
        if (clock_ns() >= until && leave(l)) {
            pthread_detach(l->thread);
            return;
        }
        interrupt(l);
    }
}

/* ---- a session ---- */

struct channel {
    struct session *session;
    struct line *line;
    bool up;
    struct call *call;                                /* in flight; NULL: none */
    struct watch watch, idle;                         /* of the line's eventfd, of the connection's own
                                                         descriptor */
    struct reopen reopen;
    uint32_t prepared;                                /* places */
    struct error err;
};

struct session {
    const struct blocking *how;
    const struct instance *inst;
    struct loop *loop;
    struct channel *channels;
    uint32_t nchannels;
    struct places requests;
    struct session_listener *listener;                /* NULL: none */
};

static void tell(const struct channel *c, bool up, int code, const char *words)
{
    struct session_listener *l = c->session->listener;
    if (l)
        l->changed(l, (uint32_t)(c - c->session->channels), up, code, words);
}

static void ask(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    l->turn = CALLING;
    pthread_cond_signal(&l->changed);
    pthread_mutex_unlock(&l->lock);
}

/* An idle connection is watched, where there is something to watch. */
static void rest(struct channel *c)
{
    if (c->idle.fd >= 0)
        loop_watch(c->session->loop, &c->idle, LOOP_READ);
}

static void unwatch(struct channel *c)
{
    if (c->idle.fd >= 0)
        loop_watch(c->session->loop, &c->idle, 0);
}

static void take_connection(struct channel *c, void *connection, uint32_t prepared)
{
    const struct blocking *how = c->session->how;
    c->line->connection = connection;
    c->prepared = prepared;
    c->up = true;
    c->idle.fd = how->descriptor ? how->descriptor(connection) : -1;
    rest(c);
}

static void take_answer(struct channel *c)
{
    struct line *l = c->line;
    struct call *call = c->call, *done = &l->call;
    c->call = NULL;
    if (l->rc == ERR_LOST) {
        reopen_begin(&c->reopen);
        if (!call)
            return;
        c->up = false;
        tell(c, false, 0, NULL);
    }
    call->trips = done->trips;
    call->retries = done->retries;
    call->throttles = done->throttles;
    call->units = done->units;
    call->bytes = done->bytes;
    held_rows_give(&l->rows, call);
    if (l->rc < 0) {
        c->err = l->err;                              /* what is called next may fail with words of its own */
        call_fail(call, done->outcome == CALL_OK ? fault_of(l->rc) : done->fault, c->err.text);
    }
    if (c->up)
        rest(c);
    call->done(call);
}

static void ready(struct watch *w, unsigned events)
{
    struct channel *c = w->owner;
    struct line *l = c->line;
    eventfd_t n;
    (void)events;
    eventfd_read(l->wake, &n);
    pthread_mutex_lock(&l->lock);
    enum turn turn = l->turn;
    if (turn == ENDED)
        l->turn = IDLE;
    pthread_mutex_unlock(&l->lock);
    if (turn == ENDED) {
        take_answer(c);
    } else if (turn == FULL) {
        held_rows_give(&l->rows, c->call);
        ask(l);
    }
}

/* The other side has closed it, or says what nobody asked for. The thread closes it, which may take a
 * while. */
static void broke(struct watch *w, unsigned events)
{
    struct channel *c = w->owner;
    (void)events;
    unwatch(c);
    c->up = false;
    c->line->call = (struct call){0};
    ask(c->line);
    tell(c, false, 0, NULL);
}

void blocking_submit(struct session *s, uint32_t connection, struct call *call)
{
    struct channel *c = &s->channels[connection];
    struct line *l = c->line;
    unwatch(c);
    c->call = call;
    l->place = places_find(&s->requests, call->request);
    l->call = (struct call){.request = call->request, .keys = call->keys, .ordinals = call->ordinals,
                            .row = hold_row, .trips = 1,
                            .units = -1, .driver = l};
    ask(l);
}

/* ---- opening and closing ---- */

static int prepare_from(const struct session *s, void *connection, uint32_t from, const atomic_bool *given_up,
                        struct error *err)
{
    int rc = 0;
    for (uint32_t i = from; rc == 0 && s->how->prepare && i < s->requests.count; i++) {
        const struct request *r = s->requests.items[i];
        if (given_up && *given_up)
            return error_set(err, ERR_INTERRUPTED, "given up");
        rc = s->how->prepare(connection, i, r, err);
        if (rc < 0 && err)
            error_prefix(err, "preparing '%s'", r->title ? r->title : r->text);
    }
    return rc;
}

static int prepare_fresh(void *owner, void *connection, const atomic_bool *given_up, struct error *err)
{
    return prepare_from(((struct channel *)owner)->session, connection, 0, given_up, err);
}

static void reopened(void *owner, void *connection)
{
    struct channel *c = owner;
    take_connection(c, connection, c->session->requests.count);
    tell(c, true, 0, NULL);
}

static void not_reopened(void *owner, int code, const char *words)
{
    tell(owner, false, code, words);
}

/* Before the clock starts: blocks. */
static int connect_channel(struct channel *c, struct error *err)
{
    const struct session *s = c->session;
    void *connection;
    int rc = attempt_connect(&s->how->connections, s->inst, 0, &connection, err);
    if (rc == 0 && (rc = prepare_from(s, connection, 0, NULL, err)) < 0)
        s->how->connections.close(connection);
    if (rc == 0)
        take_connection(c, connection, s->requests.count);
    return rc;
}

static int prepare_more(struct channel *c, struct error *err)
{
    int rc = prepare_from(c->session, c->line->connection, c->prepared, NULL, err);
    if (rc == 0)
        c->prepared = c->session->requests.count;
    return rc;
}

static bool is_idle(struct line *l)
{
    pthread_mutex_lock(&l->lock);
    bool idle = l->turn == IDLE;
    pthread_mutex_unlock(&l->lock);
    return idle;
}

int blocking_prepare(struct session *s, const struct request *const *requests, uint32_t n, struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; i < s->nchannels; i++)
        reopen_stop(&s->channels[i].reopen);          /* whose threads read the requests */
    places_add(&s->requests, requests, n);
    for (uint32_t i = 0; rc == 0 && i < s->nchannels; i++) {
        struct channel *c = &s->channels[i];
        if (c->up)
            rc = prepare_more(c, err);
        else if (is_idle(c->line))                    /* else it is being closed, and will be opened again
                                                         after that */
            rc = connect_channel(c, err);
    }
    return rc;
}

static int open_channel(struct channel *c, struct error *err)
{
    struct session *s = c->session;
    c->line = new_line(s->how, err);
    if (!c->line)
        return ERR_CONNECT;
    c->watch = (struct watch){.fd = c->line->wake, .ready = ready, .owner = c};
    c->idle = (struct watch){.fd = -1, .ready = broke, .owner = c};
    reopen_init(&c->reopen, &(struct reopen){.loop = s->loop, .kind = &s->how->connections, .inst = s->inst,
                                             .prepare = prepare_fresh,
                                             .opened = reopened, .failed = not_reopened, .owner = c});
    if (loop_watch(s->loop, &c->watch, LOOP_READ) < 0)
        return error_set(err, ERR_CONNECT, "the connection cannot be waited for: %s", strerror(errno));
    return connect_channel(c, err);
}

int blocking_open(const struct blocking *how, const struct instance *inst, struct loop *loop,
                  const struct session_options *o, struct session **out, struct error *err)
{
    struct session *s = mem_alloc(sizeof *s);
    int rc = 0;
    *s = (struct session){.how = how, .inst = inst, .loop = loop};
    s->channels = mem_alloc(o->connections * sizeof *s->channels);
    for (; rc == 0 && s->nchannels < o->connections; s->nchannels++) {
        s->channels[s->nchannels].session = s;
        rc = open_channel(&s->channels[s->nchannels], err);
    }
    if (rc == 0)
        *out = s;
    else
        blocking_close(s);
    return rc;
}

void blocking_listen(struct session *s, struct session_listener *l)
{
    s->listener = l;
    for (uint32_t i = 0; l && i < s->nchannels; i++)
        if (!s->channels[i].up)
            tell(&s->channels[i], false, 0, NULL);
}

static void begin_closing(struct channel *c)
{
    struct line *l = c->line;
    reopen_stop(&c->reopen);
    unwatch(c);
    loop_watch(c->session->loop, &c->watch, 0);
    pthread_mutex_lock(&l->lock);
    l->closing = true;
    pthread_cond_signal(&l->changed);
    pthread_mutex_unlock(&l->lock);
    interrupt(l);
}

void blocking_close(struct session *s)
{
    uint64_t until = clock_ns() + LEAVE_NS;
    for (uint32_t i = 0; i < s->nchannels; i++)
        if (s->channels[i].line)
            begin_closing(&s->channels[i]);
    for (uint32_t i = 0; i < s->nchannels; i++)
        if (s->channels[i].line)
            end_line(s->channels[i].line, until);
    places_release(&s->requests);
    mem_free(s->channels);
    mem_free(s);
}

uint64_t blocking_cpu_ns(struct session *s)
{
    uint64_t ns = 0;
    for (uint32_t i = 0; i < s->nchannels; i++) {
        clockid_t clock;
        struct timespec t;
        if (pthread_getcpuclockid(s->channels[i].line->thread, &clock) == 0 && clock_gettime(clock, &t) == 0)
            ns += (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
    }
    return ns;
}
