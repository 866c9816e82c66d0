/* service.c - refusals and sessions; loaders stand in load.c. */
#include "config.h"

#include "backends/http/service.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backends/words.h"
#include "base/bug.h"
#include "base/clock.h"
#include "base/mem.h"

struct session {
    const struct http_service *service;
    void *client;
    struct loop *loop;
    struct http *http;
    struct slot *slots;
    uint32_t nslots, max_tries;
    struct retry retry;
    struct value *values;                             /* of the row that is being decoded */
    uint32_t nvalues;
    uint32_t warming;                                 /* connections that are being made */
    struct error *warm_error;
};

/* ---- refusals ---- */

void refusal_put_words(struct refusal *r, struct http_call *c, const char *message)
{
    struct buf words = {0};
    if (c->code)
        buf_puts(&words, c->words);
    else if (r->type[0])
        buf_printf(&words, "%s: ", r->type);
    else
        buf_printf(&words, "HTTP status %ld: ", c->status);
    if (!c->code)
        buf_puts(&words, message && *message ? message : c->reply.len ? buf_text(&c->reply) : "no message");
    words_copy(r->words, sizeof r->words, c->instance, buf_text(&words));
    buf_release(&words);
}

void refusal_set_fault(struct refusal *r, enum fault fault)
{
    r->fault = fault;
    r->code = fault_code(fault);
}

void refusal_set_type(struct refusal *r, const char *type, size_t n)
{
    r->type[0] = 0;
    if (n < sizeof r->type)
        strncat(r->type, type, n);
}

int refusal_no_json(struct refusal *r, struct http_call *c)
{
    enum { SHOWN = 100 };
    struct buf words = {0};
    words_put(&words, c->instance, buf_text(&c->reply));
    refusal_set_fault(r, FAULT_REPLY);
    snprintf(r->words, sizeof r->words, "the answer is not JSON: %.*s", SHOWN, buf_text(&words));
    buf_release(&words);
    return r->code;
}

int refusal_fail(const struct refusal *r, const char *service, const char *url, const char *operation,
                 struct error *err)
{
    return error_set(err, r->code, "%s at '%s': %s: %s", service, url, operation, r->words);
}

/* libcurl sends by itself what a kept-alive connection took and did not answer. */
bool refusal_leaves_open(const struct http_call *c)
{
    return c->sends > 1 || (c->sends && c->code) || c->status >= 500 || c->status == 408;
}

void refusal_repeat(struct refusal *r, const struct http_call *c)
{
    r->again |= c->code == ERR_LOST;
}

static void put_why(struct refusal *r, const struct instance *inst, const struct error *why)
{
    struct buf words = {0};
    buf_printf(&words, "%s; %s", r->words, why->text);
    words_copy(r->words, sizeof r->words, inst, buf_text(&words));
    buf_release(&words);
}

enum renewal_state refusal_renew(struct refusal *r, const struct instance *inst, struct renewing *w)
{
    struct error why = {0};
    w->waits = false;
    if (!r->stale || !inst->renewal || w->once)
        return RENEWAL_FAILED;
    enum renewal_state state = renewal_ask(inst->renewal, w->version, &why);
    if (state == RENEWAL_FAILED)
        put_why(r, inst, &why);
    w->once = state == RENEWAL_DONE;
    w->waits = state == RENEWAL_UNDER_WAY;
    return state;
}

bool refusal_renew_now(struct refusal *r, const struct instance *inst, struct renewing *w)
{
    struct error why = {0};
    if (!r->stale || !inst->renewal || w->once)
        return false;
    w->once = true;
    if (renewal_renew(inst->renewal, w->version, &why) == 0)
        return true;
    put_why(r, inst, &why);
    return false;
}

void refusal_foresee(const struct instance *inst)
{
    if (renewal_is_due(inst->renewal, false))         /* what cannot be renewed may still do */
        renewal_renew(inst->renewal, renewal_version(inst->renewal), NULL);
}

/* ---- slots ---- */

void *slot_client(const struct slot *s)
{
    return s->session->client;
}

struct value *slot_values(const struct slot *s)
{
    return s->session->values;
}

void slot_complete(struct slot *s)
{
    struct call *call = s->call;
    s->call = NULL;
    call->done(call);
}

void slot_fail(struct slot *s, enum fault fault, const char *words)
{
    call_fail(s->call, fault, words);
    if (s->open)
        s->call->outcome = CALL_UNKNOWN;
    else if (s->http.code == ERR_CONNECT)
        s->call->outcome = CALL_FAILED;               /* it was not sent */
    slot_complete(s);
}

static void refuse(struct slot *s)
{
    slot_fail(s, s->refusal.fault, s->refusal.words);
}

void slot_bad_value(struct slot *s, const struct table *t, const struct column *column)
{
    struct buf words = {0};
    buf_printf(&words, "the answer holds something in '%s' of '%s' that is no ", column->name, t->name);
    type_put(&words, column->type);
    snprintf(s->refusal.words, sizeof s->refusal.words, "%s", buf_text(&words));
    buf_release(&words);
    slot_fail(s, FAULT_REPLY, s->refusal.words);
}

void slot_again(struct slot *s)
{
    s->renewing.version = renewal_version(s->http.instance->renewal);
    s->session->service->sign(s->session->client, s);
    http_start(s->session->http, &s->http);
}

void slot_next(struct slot *s)
{
    s->tries = 0;
    s->renewing = (struct renewing){0};
    slot_again(s);
}

/* Whether it goes on so. */
static bool renew(struct slot *s)
{
    enum renewal_state state = refusal_renew(&s->refusal, s->http.instance, &s->renewing);
    if (state == RENEWAL_UNDER_WAY)
        loop_timer_set(s->session->loop, &s->timer, clock_ns() + RENEWING_LOOK_NS);
    if (state == RENEWAL_DONE) {
        s->call->retries++;
        slot_again(s);
    }
    return state != RENEWAL_FAILED;
}

static void on_timer(struct timer *t)
{
    struct slot *s = t->owner;
    if (!s->renewing.waits)
        slot_again(s);
    else if (!renew(s))
        refuse(s);
}

void slot_wait(struct slot *s)
{
    struct session *session = s->session;
    s->call->throttles += s->refusal.load;
    if (++s->tries >= session->max_tries) {
        refuse(s);
        return;
    }
    s->call->retries++;
    loop_timer_set(session->loop, &s->timer,
                   clock_ns() + retry_wait(&session->retry, s->tries, s->refusal.asked));
}

/* Whether it is sure that another try cannot do what a lost one did already. */
static bool may_repeat(const struct slot *s)
{
    return !s->open || s->call->request->effect != EFFECT_MORE;
}

static void on_done(struct http_call *c)
{
    struct slot *s = c->owner;
    struct call *call = s->call;
    call->trips += c->sends;
    call->retries += c->sends > 1 ? c->sends - 1 : 0; /* libcurl found a kept-alive connection closed, and
                                                         took another */
    call->bytes += c->reply.len;
    s->open |= refusal_leaves_open(c);
    s->session->service->judge(c, &s->refusal);
    if (s->refusal.stale && renew(s))
        return;
    if (s->refusal.again && may_repeat(s))
        slot_wait(s);
    else if (c->code == ERR_CONNECT)
        slot_fail(s, FAULT_LOST, s->refusal.words);   /* it was there when the session was opened */
    else if (s->refusal.code)
        refuse(s);
    else
        s->session->service->answer(s);
}

void http_submit(struct session *session, uint32_t connection, struct call *call)
{
    struct slot *s = &session->slots[connection];
    BUG_UNLESS(!s->call);
    s->call = call;
    s->tries = 0;
    s->open = false;
    s->http.once = call->request->effect == EFFECT_MORE;
    s->renewing = (struct renewing){0};
    call->trips = call->retries = call->throttles = 0;
    call->units = -1;
    call->bytes = 0;
    session->service->write(session->client, s);
    slot_again(s);
}

/* ---- sessions ---- */

void http_session_close(struct session *session)
{
    if (!session)
        return;
    for (uint32_t i = 0; i < session->nslots; i++) {
        loop_timer_cancel(session->loop, &session->slots[i].timer);
        http_call_release(&session->slots[i].http);
        buf_release(&session->slots[i].extra);
    }
    http_free(session->http);
    if (session->client)
        session->service->close(session->client);
    mem_free(session->slots);
    mem_free(session->values);
    mem_free(session);
}

int http_session_open(const struct http_service *service, const struct instance *inst, struct loop *loop,
                      const struct session_options *options, struct session **out, struct error *err)
{
    struct session *session = mem_alloc(sizeof *session);
    session->service = service;
    session->loop = loop;
    session->http = http_new(loop, options->connections);
    session->max_tries = options->max_tries ? options->max_tries : 1;
    session->nslots = options->connections;
    session->slots = mem_alloc(session->nslots * sizeof *session->slots);
    retry_init(&session->retry, clock_ns() ^ (uint64_t)(uintptr_t)session);
    for (uint32_t i = 0; i < session->nslots; i++) {
        struct slot *s = &session->slots[i];
        s->session = session;
        s->timer = (struct timer){.fire = on_timer, .owner = s};
        http_call_init(&s->http, inst);
        s->http.owner = s;
        s->http.done = on_done;
    }
    int rc = service->open(inst, &session->client, err);
    if (rc < 0) {
        http_session_close(session);
        session = NULL;
    }
    *out = session;
    return rc;
}

static void on_warm(struct http_call *c)
{
    struct session *session = ((struct slot *)c->owner)->session;
    session->warming--;
    c->done = on_done;
    if (c->code)
        error_set(session->warm_error, ERR_CONNECT, "%s at '%s': %s", session->service->name,
                  session->service->url(session->client), c->words);
}

static void make_room(struct session *session, const struct request *const *requests, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t p = 0; p < requests[i]->nsteps; p++)
            if (requests[i]->steps[p].ncolumns > session->nvalues)
                session->nvalues = requests[i]->steps[p].ncolumns;
    session->values = mem_grow(session->values, (session->nvalues + 1) * sizeof *session->values);
}

/* Connects all at once, by asking for the service's first page: any answer will do, so it needs no right to
 * anything. */
int http_session_prepare(struct session *session, const struct request *const *requests, uint32_t n,
                         struct error *err)
{
    struct error warm = {0};
    make_room(session, requests, n);
    session->warm_error = &warm;
    session->warming = session->nslots;
    for (uint32_t i = 0; i < session->nslots; i++) {
        struct http_call *c = &session->slots[i].http;
        c->done = on_warm;
        c->timeout = 30 * NS_PER_S;
        http_url(c, session->service->url(session->client));
        http_begin(c, "GET");
        http_start(session->http, c);
    }
    while (session->warming)
        loop_turn(session->loop, true);
    session->warm_error = NULL;
    return warm.code ? error_set(err, warm.code, "%s", warm.text) : 0;
}

/* ---- administration ---- */

const char *http_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    buf_clear(b);
    instance_put_table(inst, t, b);
    return buf_text(b);
}

int http_miss_note(const char *service, const char *thing, const char *name, struct error *err)
{
    return error_set(err, ERR_MISSING,
                     "%s: the %s '%s' is no longer noted as wkl's: it was dropped while it was being loaded",
                     service, thing, name);
}

void http_put_list_name(struct buf *b, const char *digest)
{
    buf_printf(b, "loaded_%s", digest);
}

void http_put_span(struct buf *b, uint64_t from, uint64_t to)
{
    buf_printf(b, "%" PRIu64 "-%" PRIu64, from, to);
}

bool http_read_span(const cJSON *text, uint64_t *from, uint64_t *to)
{
    const char *s = cJSON_GetStringValue(text);
    int n = 0;
    return s && sscanf(s, "%" SCNu64 "-%" SCNu64 "%n", from, to, &n) == 2 && !s[n] && *from < *to;
}

void http_take_spans(const cJSON *list, http_take_fn *take, void *arg)
{
    const cJSON *one;
    uint64_t from, to;
    cJSON_ArrayForEach(one, list)
        if (http_read_span(one, &from, &to))
            take(arg, from, to);
}
