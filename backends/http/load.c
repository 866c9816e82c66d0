/* load.c - loading over HTTP: requests in flight on a loop of the loader's own, so that rows are made while
 * others are on their way; as many as the service takes without refusing them for load (pace.h).
 * http_load_rows waits only where that many are taken. A stretch is noted when all of its rows were taken:
 * where that fails, or nobody lives to do it, they are brought once more, over themselves. */
#include "config.h"

#include "backends/http/service.h"

#include "backends/http/pace.h"
#include "base/clock.h"
#include "base/mem.h"

enum { LOAD_TRIES = 12 };                             /* about half a minute of waiting, on average */

struct loader {
    const struct http_service *service;
    const struct instance *inst;
    void *client;
    const struct stretch *stretch;
    struct buf name;
    struct loop *loop;
    struct http *http;
    struct retry retry;
    struct pace pace;
    struct write *writes, *filling;
    uint32_t busy;
    struct error error;                               /* the first; nothing more is sent after it */
    struct server *server;                            /* that takes the notes; NULL until there is one to be
                                                         taken */
};

static void send_write(struct write *w)
{
    struct loader *l = w->loader;
    w->renewing.version = renewal_version(l->inst->renewal);
    l->service->load_sign(l->client, l->name.data, w);
    http_start(l->http, &w->http);
}

static void end_write(struct write *w)
{
    w->busy = false;
    w->loader->busy--;
}

static void fail_write(struct write *w, const struct refusal *r)
{
    struct loader *l = w->loader;
    refusal_fail(r, l->service->name, l->service->url(l->client), l->service->load_operation, &l->error);
    end_write(w);
}

static void judge_write(struct write *w, struct refusal *r)
{
    struct loader *l = w->loader;
    l->service->judge(&w->http, r);
    refusal_repeat(r, &w->http);                      /* the same rows, over themselves */
    if (!r->code && l->service->load_left)
        l->service->load_left(l->client, l->name.data, w, r);
    if (r->load)
        pace_refused(&l->pace, clock_ns());
    else if (!r->code)
        pace_passed(&l->pace);
}

static void renew_or_fail(struct write *w, struct refusal *r)
{
    struct loader *l = w->loader;
    enum renewal_state state = l->error.code ? RENEWAL_FAILED : refusal_renew(r, l->inst, &w->renewing);
    if (state == RENEWAL_UNDER_WAY)
        loop_timer_set(l->loop, &w->timer, clock_ns() + RENEWING_LOOK_NS);
    else if (state == RENEWAL_DONE)
        send_write(w);
    else
        fail_write(w, r);
}

static void on_timer(struct timer *t)
{
    struct write *w = t->owner;
    struct refusal r;
    if (!w->renewing.waits) {
        send_write(w);
        return;
    }
    w->loader->service->judge(&w->http, &r);          /* it still holds the refusal */
    renew_or_fail(w, &r);
}

static void on_done(struct http_call *c)
{
    struct write *w = c->owner;
    struct loader *l = w->loader;
    struct refusal r;
    judge_write(w, &r);
    if (r.stale)
        renew_or_fail(w, &r);
    else if (!r.code)
        end_write(w);
    else if (r.again && ++w->tries < LOAD_TRIES && !l->error.code)
        loop_timer_set(l->loop, &w->timer, clock_ns() + retry_wait(&l->retry, w->tries, r.asked));
    else
        fail_write(w, &r);
}

static int load_error(const struct loader *l, struct error *err)
{
    return l->error.code ? error_set(err, l->error.code, "%s", l->error.text) : 0;
}

/* Nothing that is in flight is waited for then. */
static bool is_stopped(struct loader *l)
{
    if (instance_is_stopped(l->inst))
        error_set(&l->error, ERR_INTERRUPTED, "interrupted");
    return l->error.code == ERR_INTERRUPTED;
}

/* A request to fill; waits where as many are taken as may be. NULL after an error. */
static struct write *free_write(struct loader *l)
{
    while (l->busy >= pace_room(&l->pace) && !is_stopped(l))
        loop_turn(l->loop, true);
    for (uint32_t i = 0; i < l->service->load_in_flight && !l->error.code; i++)
        if (!l->writes[i].busy)
            return &l->writes[i];
    return NULL;
}

static void send_filled(struct loader *l)
{
    struct write *w = l->filling;
    w->tries = 0;
    w->renewing = (struct renewing){0};
    w->busy = true;
    l->filling = NULL;
    l->busy++;
    send_write(w);
    loop_turn(l->loop, false);
}

static int put_row(struct loader *l, const struct value *values, struct error *err)
{
    if (!l->filling) {
        l->filling = free_write(l);
        if (!l->filling)
            return load_error(l, err);
        l->filling->rows = 0;
        l->service->load_open(l->client, l->name.data, l->filling);
    }
    l->service->load_row(l->client, l->stretch->table, values, l->filling);
    if (++l->filling->rows == l->service->load_rows)
        send_filled(l);
    return load_error(l, err);
}

int http_load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = put_row(l, values + (size_t)i * l->stretch->table->ncolumns, err);
    return rc;
}

void http_load_close(struct loader *l)
{
    for (uint32_t i = 0; i < l->service->load_in_flight; i++) {
        loop_timer_cancel(l->loop, &l->writes[i].timer);
        http_call_release(&l->writes[i].http);
        buf_release(&l->writes[i].extra);
    }
    http_free(l->http);
    loop_free(l->loop);
    if (l->client)
        l->service->close(l->client);
    if (l->server)
        l->inst->backend->store->close(l->server);
    buf_release(&l->name);
    mem_free(l->writes);
    mem_free(l);
}

int http_load_open(const struct http_service *service, const struct instance *inst, struct loader **out,
                   struct error *err)
{
    struct loader *l = mem_alloc(sizeof *l);
    l->service = service;
    l->inst = inst;
    l->loop = loop_new();
    l->http = http_new(l->loop, service->load_in_flight);
    l->writes = mem_alloc(service->load_in_flight * sizeof *l->writes);
    retry_init(&l->retry, clock_ns() ^ (uint64_t)(uintptr_t)l);
    pace_init(&l->pace, service->load_in_flight);
    for (uint32_t i = 0; i < service->load_in_flight; i++) {
        struct write *w = &l->writes[i];
        w->loader = l;
        w->timer = (struct timer){.fire = on_timer, .owner = w};
        http_call_init(&w->http, inst);
        w->http.owner = w;
        w->http.done = on_done;
    }
    int rc = service->open(inst, &l->client, err);
    if (rc == 0)
        *out = l;
    else
        http_load_close(l);
    return rc;
}

int http_load_begin(struct loader *l, const struct stretch *s, struct error *err)
{
    (void)err;
    l->stretch = s;
    buf_clear(&l->name);
    instance_put_table(l->inst, s->table, &l->name);
    return 0;
}

static int note_stretch(struct loader *l, struct error *err)
{
    int rc = l->server ? 0 : l->inst->backend->store->open(l->inst, &l->server, err);
    return rc < 0 ? rc : l->service->load_note(l->server, l->stretch, err);
}

int http_load_end(struct loader *l, bool commit, struct error *err)
{
    if (commit && l->filling && !l->error.code)
        send_filled(l);
    while (commit && l->busy && !l->error.code && !is_stopped(l))
        loop_turn(l->loop, true);
    if (!commit)
        return 0;
    return l->error.code ? load_error(l, err) : note_stretch(l, err);
}
