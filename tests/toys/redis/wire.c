/* wire.c - requests of Redis, over sockets that the loop watches. A connection has several in flight, whose
 * replies come in their order. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backends/redis/redis.h"
#include "backends/reopen.h"
#include "base/mem.h"

struct channel {
    struct session *session;
    int fd;                                           /* -1: it was lost, and is being opened again */
    struct watch watch;
    struct reopen reopen;
    struct buf out, in;
    size_t sent;                                      /* of `out` */
    struct call **calls;                              /* in flight, in the order of sending: a ring of
                                                         session->depth */
    uint32_t head, ncalls;
};

struct session {
    const struct instance *inst;
    struct loop *loop;
    struct channel *channels;
    uint32_t nchannels, depth, room;
    struct session_listener *listener;                /* NULL: none */
    struct value *row;                                /* room for `room` */
    struct buf key;
};

static void tell(const struct channel *c, bool up, int code, const char *words)
{
    struct session_listener *l = c->session->listener;
    if (l)
        l->changed(l, (uint32_t)(c - c->session->channels), up, code, words);
}

static struct call *take_call(struct channel *c)
{
    struct call *call = c->calls[c->head];
    c->head = (c->head + 1) % c->session->depth;
    c->ncalls--;
    return call;
}

static void disconnect(struct channel *c)
{
    if (c->fd < 0)
        return;
    loop_watch(c->session->loop, &c->watch, 0);
    close(c->fd);
    c->fd = -1;
    c->sent = 0;
    buf_clear(&c->out);
    buf_clear(&c->in);
}

static void lose(struct channel *c, const char *words)
{
    disconnect(c);
    reopen_begin(&c->reopen);
    tell(c, false, 0, NULL);
    while (c->ncalls) {
        struct call *call = take_call(c);
        call_fail(call, FAULT_LOST, words);
        call->done(call);
    }
}

/* ---- answers ---- */

/* A key that is not there is no row. */
static void give_row(struct channel *c, struct call *call, struct reply *r)
{
    const struct step *step = call->request->steps;
    if (!r->nil && redis_read_row(step, r->text, r->n, c->session->row))
        call->row(call, step, c->session->row);
}

static void finish(struct channel *c, char *at, size_t n)
{
    struct call *call = take_call(c);
    struct reply r = resp_read(&at);
    char words[200];
    call->bytes = n;
    if (r.kind != '*') {
        snprintf(words, sizeof words, "%.*s", (int)r.n, r.text);
        call_fail(call, r.kind == '-' ? FAULT_SERVER : FAULT_REPLY, words);
    } else if (resp_read(&at).nil) {
        call_fail(call, FAULT_MISSING, "there is no such table");
    } else {
        for (long i = 1; i < r.number; i++) {
            struct reply each = resp_read(&at);
            give_row(c, call, &each);
        }
    }
    call->done(call);
}

static void receive(struct channel *c)
{
    buf_reserve(&c->in, 65536);
    ssize_t n = recv(c->fd, c->in.data + c->in.len, 65535, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        lose(c, n < 0 ? strerror(errno) : "the server closed the connection");
        return;
    }
    c->in.len += (size_t)n;
    c->in.data[c->in.len] = 0;
    size_t at = 0;
    long length;
    while (c->fd >= 0 && c->ncalls && (length = resp_length(c->in.data + at, c->in.len - at)) > 0) {
        finish(c, c->in.data + at, (size_t)length);
        at += (size_t)length;
    }
    if (c->fd < 0)
        return;
    memmove(c->in.data, c->in.data + at, c->in.len - at);
    c->in.len -= at;
}

static void send_more(struct channel *c)
{
    ssize_t n = send(c->fd, c->out.data + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);
    c->sent += n > 0 ? (size_t)n : 0;
    bool all = c->sent == c->out.len;
    if (all) {
        buf_clear(&c->out);
        c->sent = 0;
    }
    /* What broke is seen by reading. */
    loop_watch(c->session->loop, &c->watch, all ? LOOP_READ : LOOP_READ | LOOP_WRITE);
}

static void ready(struct watch *w, unsigned events)
{
    struct channel *c = w->owner;
    if ((events & LOOP_WRITE) && c->out.len)
        send_more(c);
    if (events & LOOP_READ)
        receive(c);
}

static void submit(struct session *s, uint32_t place, struct call *call)
{
    struct channel *c = &s->channels[place % s->nchannels];
    const struct step *step = call->request->steps;
    c->calls[(c->head + c->ncalls++) % s->depth] = call;
    call->trips++;
    resp_begin(&c->out, 2 + step->nkeys);
    resp_puts(&c->out, call->request->text);
    buf_clear(&s->key);
    instance_put_table(s->inst, step->table, &s->key);
    resp_put(&c->out, s->key.data, s->key.len);
    for (uint32_t i = 0; i < step->nkeys; i++) {
        buf_clear(&s->key);
        redis_put_key(s->inst, step->table, &call->keys[step_register(step, i)], &s->key);
        resp_put(&c->out, s->key.data, s->key.len);
    }
    if (!(c->watch.events & LOOP_WRITE))
        send_more(c);
}

/* ---- opening and closing ---- */

static int take_connection(struct channel *c, void *connection, struct error *err)
{
    c->fd = (int)(intptr_t)connection - 1;
    c->watch = (struct watch){.fd = c->fd, .ready = ready, .owner = c};
    if (fcntl(c->fd, F_SETFL, O_NONBLOCK) == 0 && loop_watch(c->session->loop, &c->watch, LOOP_READ) == 0)
        return 0;
    disconnect(c);
    return error_set(err, ERR_CONNECT, "the connection cannot be waited for");
}

static void reopened(void *owner, void *connection)
{
    struct channel *c = owner;
    struct error err = {0};
    if (take_connection(c, connection, &err) == 0) {
        tell(c, true, 0, NULL);
        return;
    }
    reopen_begin(&c->reopen);
    tell(c, false, err.code, err.text);
}

static void not_reopened(void *owner, int code, const char *words)
{
    tell(owner, false, code, words);
}

static void session_close(struct session *s)
{
    for (uint32_t i = 0; i < s->nchannels; i++) {
        reopen_stop(&s->channels[i].reopen);
        disconnect(&s->channels[i]);
        buf_release(&s->channels[i].out);
        buf_release(&s->channels[i].in);
        mem_free(s->channels[i].calls);
    }
    buf_release(&s->key);
    mem_free(s->channels);
    mem_free(s->row);
    mem_free(s);
}

static uint32_t depth(const struct instance *inst)
{
    uint64_t n = instance_number(inst, "pipeline");
    return n ? (uint32_t)n : 1;
}

static int connect_channel(struct channel *c, struct error *err)
{
    void *connection;
    int rc = attempt_connect(&redis_connections, c->session->inst, 0, &connection, err);
    return rc < 0 ? rc : take_connection(c, connection, err);
}

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *o,
                        struct session **out, struct error *err)
{
    struct session *s = mem_alloc(sizeof *s);
    int rc = 0;
    *s = (struct session){.inst = inst, .loop = loop, .depth = depth(inst)};
    s->channels = mem_alloc(o->connections * sizeof *s->channels);
    for (; rc == 0 && s->nchannels < o->connections; s->nchannels++) {
        struct channel *c = &s->channels[s->nchannels];
        *c = (struct channel){.session = s, .fd = -1, .calls = mem_alloc(s->depth * sizeof(struct call *))};
        reopen_init(&c->reopen, &(struct reopen){.loop = loop, .kind = &redis_connections, .inst = inst,
                                                 .opened = reopened, .failed = not_reopened, .owner = c});
        rc = connect_channel(c, err);
    }
    if (rc == 0)
        *out = s;
    else
        session_close(s);
    return rc;
}

/* Redis prepares nothing. */
static int session_prepare(struct session *s, const struct request *const *requests, uint32_t n,
                           struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; i < n; i++)
        s->room = requests[i]->steps[0].ncolumns > s->room ? requests[i]->steps[0].ncolumns : s->room;
    s->row = mem_grow(s->row, s->room * sizeof *s->row);
    for (uint32_t i = 0; rc == 0 && i < s->nchannels; i++) {
        reopen_stop(&s->channels[i].reopen);
        rc = s->channels[i].fd < 0 ? connect_channel(&s->channels[i], err) : 0;
    }
    return rc;
}

static void listen_to(struct session *s, struct session_listener *l)
{
    s->listener = l;
    for (uint32_t i = 0; l && i < s->nchannels; i++)
        if (s->channels[i].fd < 0)
            tell(&s->channels[i], false, 0, NULL);
}

const struct wire redis_wire = {
    .handles = 1, .open = session_open, .prepare = session_prepare, .depth = depth, .submit = submit,
    .listen = listen_to, .close = session_close,
};
