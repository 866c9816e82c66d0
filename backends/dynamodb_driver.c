/* dynamodb_driver.c - sessions: calls in flight on kept-alive connections, with what came back incomplete or too early asked for again. */
#include "config.h"

#include "backends/dynamodb.h"
#include "backends/dynamodb_client.h"

#include <stdio.h>
#include <string.h>

#include "backends/json_values.h"
#include "base/bug.h"
#include "base/clock.h"
#include "base/mem.h"

extern const struct driver dynamodb_driver;

enum { SIZE_LIMITED = 1 << 20 };                      /* a partial reply this large was cut for its size, not for load */

/* One connection. idle -> sent -> (waiting ->) sent … -> idle */
struct slot {
    struct session *session;
    struct http_call http;
    struct timer timer;                               /* of a wait before the next try */
    struct call *call;
    uint32_t tries;                                   /* that were answered with nothing new */
    struct dynamodb_refusal refusal;
};

struct session {
    struct dynamodb_client client;
    struct loop *loop;
    struct http *http;
    struct slot *slots;
    uint32_t nslots, max_tries;
    struct value *values;                             /* of the row that is being decoded */
    uint32_t nvalues;
    uint32_t warming;
    struct error *warm_error;
};

/* ---- the end of a call ---- */

static void complete(struct slot *s, int status, const char *words)
{
    struct call *call = s->call;
    s->call = NULL;
    call->status = status;
    call->words = status ? words : NULL;
    call->done(call);
}

static void refuse(struct slot *s, int code, const char *words)
{
    snprintf(s->refusal.words, sizeof s->refusal.words, "%s", words);
    complete(s, code, s->refusal.words);
}

/* ---- sending ---- */

static bool asked_before(const struct part *part, const uint64_t *ordinals, uint32_t k)
{
    for (uint32_t i = 0; i < k; i++)
        if (ordinals[part->first + i] == ordinals[part->first + k])
            return true;
    return false;
}

static void put_keys(const struct dynamodb_part *p, const struct call *call, struct buf *b)
{
    struct type type = p->part->table->columns[0].type;
    for (uint32_t k = 0; k < p->part->nkeys; k++) {
        if (asked_before(p->part, call->ordinals, k))
            continue;                                 /* a key that stands there twice would have the whole request refused */
        buf_puts(b, k ? "," : "");
        buf_puts(b, p->key);
        json_put_attribute(b, type, &call->keys[p->part->first + k], true);
        buf_putc(b, '}');
    }
}

static const char batch_open[] = "{\"RequestItems\":{", batch_close[] = "},\"ReturnConsumedCapacity\":\"TOTAL\"}";

static void put_body(const struct call *call, struct buf *b)
{
    const struct dynamodb_request *l = call->request->lowered;
    bool point = call->request->form == FORM_POINT;
    buf_clear(b);
    buf_puts(b, point ? "" : batch_open);
    for (uint32_t i = 0; i < l->nparts; i++) {
        buf_puts(b, i ? "," : "");
        buf_puts(b, l->parts[i].open);
        put_keys(&l->parts[i], call, b);
        buf_puts(b, l->parts[i].close);
    }
    buf_puts(b, point ? "" : batch_close);
}

static void send_slot(struct slot *s)
{
    struct session *session = s->session;
    dynamodb_sign(&session->client, &s->http, s->call->request->form == FORM_POINT ? "GetItem" : "BatchGetItem");
    http_start(session->http, &s->http);
}

static void on_timer(struct timer *t)
{
    send_slot(t->owner);
}

/* Tries once more, later; or gives up. */
static void wait_or_give_up(struct slot *s, bool load)
{
    struct session *session = s->session;
    s->call->throttles += load;
    if (++s->tries >= session->max_tries) {
        complete(s, s->refusal.code, s->refusal.words);
        return;
    }
    s->call->retries++;
    loop_timer_set(session->loop, &s->timer, clock_ns() + retry_wait(&session->client.retry, s->tries, 0));
}

/* ---- answers ---- */

static bool report_row(struct slot *s, const struct part *part, const cJSON *item)
{
    struct value *values = s->session->values;
    const struct table *t = part->table;
    for (uint32_t i = 0; i < part->ncolumns; i++) {
        const struct column *column = &t->columns[part->columns[i]];
        if (json_read_attribute(column->type, cJSON_GetObjectItemCaseSensitive(item, column->name), &values[i]))
            continue;
        struct buf words = {0};
        buf_printf(&words, "the answer holds something in '%s' of '%s' that is no ", column->name, t->name);
        type_put(&words, column->type);
        refuse(s, ERR_SERVER, buf_text(&words));
        buf_release(&words);
        return false;
    }
    s->call->row(s->call, part, values);
    return true;
}

static void add_units(struct call *call, const cJSON *consumed)
{
    const cJSON *one = cJSON_IsArray(consumed) ? consumed->child : consumed;
    for (; one; one = cJSON_IsArray(consumed) ? one->next : NULL) {
        const cJSON *units = cJSON_GetObjectItemCaseSensitive(one, "CapacityUnits");
        if (cJSON_IsNumber(units))
            call->units = (call->units < 0 ? 0 : call->units) + units->valuedouble;
    }
}

static const struct dynamodb_part *asked_part(struct slot *s, const cJSON *table)
{
    const struct dynamodb_part *p = dynamodb_part_of(s->call->request->lowered, table->string);
    if (!p)
        refuse(s, ERR_SERVER, "the answer names a table that was not asked for");
    return p;
}

static bool report_batch(struct slot *s, const cJSON *reply)
{
    const cJSON *responses = cJSON_GetObjectItemCaseSensitive(reply, "Responses"), *table, *item;
    cJSON_ArrayForEach(table, responses) {
        const struct dynamodb_part *p = asked_part(s, table);
        if (!p)
            return false;
        cJSON_ArrayForEach(item, table)
            if (!report_row(s, p->part, item))
                return false;
    }
    return true;
}

/* Writes the request for what was left unprocessed, with our own projection and consistency. Returns the number of keys, or -1. */
static int put_unprocessed(struct slot *s, const cJSON *left)
{
    struct buf *b = &s->http.body;
    int n = 0;
    buf_clear(b);
    buf_puts(b, batch_open);
    for (const cJSON *table = left->child; table; table = table->next) {
        const struct dynamodb_part *p = asked_part(s, table);
        if (!p)
            return -1;
        buf_puts(b, table == left->child ? "" : ",");
        buf_puts(b, p->open);
        const cJSON *keys = cJSON_GetObjectItemCaseSensitive(table, "Keys"), *key;
        cJSON_ArrayForEach(key, keys) {
            char *text = cJSON_PrintUnformatted(key);
            buf_puts(b, key == keys->child ? "" : ",");
            buf_puts(b, text ? text : "{}");
            cJSON_free(text);
            n++;
        }
        buf_puts(b, p->close);
    }
    buf_puts(b, batch_close);
    return n;
}

static void ask_again(struct slot *s, const cJSON *left)
{
    bool any = s->http.reply.len >= SIZE_LIMITED;
    int n = put_unprocessed(s, left);
    if (n < 0)
        return;
    if (any) {                                        /* the reply was full: no cause to wait, and no try used up */
        s->call->retries++;
        send_slot(s);
        return;
    }
    s->refusal = (struct dynamodb_refusal){.code = ERR_THROTTLED};
    snprintf(s->refusal.words, sizeof s->refusal.words, "UnprocessedKeys: %d of %u keys are left after %u tries", n,
             s->call->request->nkeys, s->tries + 1);
    wait_or_give_up(s, true);
}

static void on_answer(struct slot *s, cJSON *reply)
{
    add_units(s->call, cJSON_GetObjectItemCaseSensitive(reply, "ConsumedCapacity"));
    if (s->call->request->form == FORM_POINT) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(reply, "Item");
        if (!item || report_row(s, &s->call->request->parts[0], item))
            complete(s, 0, NULL);
        return;
    }
    if (!report_batch(s, reply))
        return;
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(reply, "UnprocessedKeys");
    if (left && left->child)
        ask_again(s, left);
    else
        complete(s, 0, NULL);
}

static void on_done(struct http_call *c)
{
    struct slot *s = c->owner;
    struct call *call = s->call;
    call->trips += c->sends;
    call->retries += c->sends > 1 ? c->sends - 1 : 0;
    call->bytes += c->reply.len;
    dynamodb_judge(c, &s->refusal);
    if (s->refusal.again) {
        wait_or_give_up(s, s->refusal.load);
        return;
    }
    if (s->refusal.code) {
        complete(s, s->refusal.code == ERR_CONNECT && c->code ? ERR_LOST : s->refusal.code, s->refusal.words);
        return;
    }
    cJSON *reply = cJSON_ParseWithLength(buf_text(&c->reply), c->reply.len);
    if (reply)
        on_answer(s, reply);
    else
        refuse(s, ERR_SERVER, "the answer is no JSON");
    cJSON_Delete(reply);
}

static void submit(struct session *session, uint32_t connection, struct call *call)
{
    struct slot *s = &session->slots[connection];
    BUG_UNLESS(!s->call);
    s->call = call;
    s->tries = 0;
    call->trips = call->retries = call->throttles = 0;
    call->units = -1;
    call->bytes = 0;
    put_body(call, &s->http.body);
    send_slot(s);
}

/* ---- sessions ---- */

static void session_close(struct session *session)
{
    if (!session)
        return;
    for (uint32_t i = 0; i < session->nslots; i++) {
        loop_timer_cancel(session->loop, &session->slots[i].timer);
        http_call_release(&session->slots[i].http);
    }
    http_free(session->http);
    dynamodb_client_release(&session->client);
    mem_free(session->slots);
    mem_free(session->values);
    mem_free(session);
}

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *options, struct session **out,
                        struct error *err)
{
    struct session *session = mem_alloc(sizeof *session);
    session->loop = loop;
    session->http = http_new(loop, options->connections);
    session->max_tries = options->max_tries ? options->max_tries : 1;
    session->nslots = options->connections;
    session->slots = mem_alloc(session->nslots * sizeof *session->slots);
    for (uint32_t i = 0; i < session->nslots; i++) {
        struct slot *s = &session->slots[i];
        s->session = session;
        s->timer = (struct timer){.fire = on_timer, .owner = s};
        http_call_init(&s->http);
        s->http.owner = s;
        s->http.done = on_done;
    }
    int rc = dynamodb_client_init(&session->client, inst, err);
    if (rc < 0) {
        session_close(session);
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
        error_set(session->warm_error, ERR_CONNECT, "dynamodb at '%s': %s", buf_text(&session->client.url), c->words);
}

/* Connects all at once, by asking for the service's health page: any answer will do. */
static int session_prepare(struct session *session, const struct request *const *requests, uint32_t n, struct error *err)
{
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t p = 0; p < requests[i]->nparts; p++)
            if (requests[i]->parts[p].ncolumns > session->nvalues)
                session->nvalues = requests[i]->parts[p].ncolumns;
    session->values = mem_grow(session->values, (session->nvalues + 1) * sizeof *session->values);
    struct error warm = {0};
    session->warm_error = &warm;
    session->warming = session->nslots;
    for (uint32_t i = 0; i < session->nslots; i++) {
        struct http_call *c = &session->slots[i].http;
        c->done = on_warm;
        c->timeout = session->client.timeout;
        http_url(c, session->client.url.data);
        http_begin(c, "GET");
        http_start(session->http, c);
    }
    while (session->warming)
        loop_turn(session->loop, clock_ns() + NS_PER_S);
    return warm.code ? error_set(err, warm.code, "%s", warm.text) : 0;
}

const struct driver dynamodb_driver = {
    .open = dynamodb_open,
    .close = dynamodb_close,
    .version = dynamodb_version,
    .find = dynamodb_find,
    .create = dynamodb_create,
    .drop = dynamodb_drop,
    .seal = dynamodb_seal,
    .load_open = dynamodb_load_open,
    .load_row = dynamodb_load_row,
    .load_close = dynamodb_load_close,
    .session_open = session_open,
    .session_prepare = session_prepare,
    .submit = submit,
    .session_close = session_close,
};
