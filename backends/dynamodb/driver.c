/* driver.c - requests and loads: what is written for them, and what the answers say. Sessions are
 * http/service.c's. */
#include "config.h"

#include "backends/dynamodb/dynamodb.h"
#include "backends/dynamodb/client.h"

#include <stdio.h>
#include <string.h>

#include "backends/http/json_values.h"
#include "base/mem.h"
#include "ops/slice.h"

extern const struct feed dynamodb_feed;
extern const struct wire dynamodb_wire;

enum {
    SIZE_LIMITED = 1 << 20,                           /* bytes: a partial reply this large was cut for its
                                                         size, not for load */
    LOAD_IN_FLIGHT = 16,                              /* enough for some ms of round trip; each holds at most
                                                         25 items of 400 KB */
};

/* ---- the client ---- */

static void client_close(void *client)
{
    dynamodb_client_release(client);
    mem_free(client);
}

static int client_open(const struct instance *inst, void **client, struct error *err)
{
    struct dynamodb_client *d = *client = mem_alloc(sizeof *d);
    return dynamodb_client_init(d, inst, err);
}

static const char *client_url(const void *client)
{
    return buf_text(&((const struct dynamodb_client *)client)->url);
}

/* ---- asking ---- */

static bool asked_before(const struct step *step, const uint64_t *ordinals, uint32_t k)
{
    for (uint32_t i = 0; i < k; i++)
        if (ordinals[step_register(step, i)] == ordinals[step_register(step, k)])
            return true;
    return false;
}

static void put_keys(const struct dynamodb_step *p, const struct call *call, struct buf *b)
{
    for (uint32_t k = 0; k < p->step->nkeys; k++) {
        if (asked_before(p->step, call->ordinals, k))
            continue;                                 /* a key that stands there twice would have the whole
                                                         request refused */
        buf_puts(b, k ? "," : "");
        dynamodb_put_key(p, call->keys, step_register(p->step, k), b);
    }
}

static const char batch_open[] = "{\"RequestItems\":{",
                  batch_close[] = "},\"ReturnConsumedCapacity\":\"TOTAL\"}";

/* slot->extra: where a Query goes on; empty at first. */
static void write_page(struct slot *s)
{
    const struct call *call = s->call;
    const struct dynamodb_request *l = call->request->lowered;
    bool point = call->request->width == WIDTH_ONE;
    struct buf *b = &s->http.body;
    buf_clear(b);
    buf_clear(&s->extra);
    buf_puts(b, point ? "" : batch_open);
    for (uint32_t i = 0; i < l->nsteps; i++) {
        buf_puts(b, i ? "," : "");
        buf_puts(b, l->steps[i].open);
        if (request_writes(call->request))
            dynamodb_put_writes(&l->steps[i], dynamodb_is_batch(call->request), call->keys, b);
        else
            put_keys(&l->steps[i], call, b);
        dynamodb_put_limit(&l->steps[i], s->taken, b);
        buf_puts(b, l->steps[i].close);
    }
    buf_puts(b, point ? "" : batch_close);
}

static void write_request(void *client, struct slot *s)
{
    (void)client;
    s->taken = 0;
    write_page(s);
}

static void sign_request(void *client, struct slot *s)
{
    const struct dynamodb_request *l = s->call->request->lowered;
    dynamodb_sign(client, &s->http, l->operation);
}

/* ---- answers ---- */

static void refuse(struct slot *s, const char *words)
{
    slot_fail(s, FAULT_REPLY, words);
}

/* The condition of a write did not hold: there is no such item, which is an answer; or there is one that was to
 * be inserted, which is a failure. */
static bool is_miss(const struct refusal *r)
{
    return !strcmp(r->type, "ConditionalCheckFailedException");
}

static void judge(struct http_call *c, struct refusal *r)
{
    const struct slot *s = (const struct slot *)((const char *)c - offsetof(struct slot, http));
    dynamodb_judge(c, r);
    if (is_miss(r) && !s->call->request->steps->op->fresh)
        r->code = 0;
}

static bool is_enough(const struct slot *s)
{
    const struct ir_slice *slice = s->call->request->steps->slice;
    return slice && slice->limit && s->taken >= slice->limit;
}

/* Of what an end of the range or a filter made the page longer: more than is wanted is nothing that the
 * service did wrong. */
static bool is_left_out(const struct slot *s, const struct dynamodb_step *p, const struct value *values)
{
    return (p->range.drops && !slice_takes(p->step, values)) ||
           ((p->range.drops || p->range.filter) && is_enough(s));
}

static bool report_row(struct slot *s, const struct dynamodb_step *p, const cJSON *item)
{
    const struct step *step = p->step;
    struct value *values = slot_values(s);
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        const struct column *column = &step->table->columns[step->columns[i]];
        if (!json_read_attribute(column->type, cJSON_GetObjectItemCaseSensitive(item, column->name),
                                 &values[i])) {
            slot_bad_value(s, step->table, column);
            return false;
        }
    }
    if (is_left_out(s, p, values))
        return true;
    s->taken++;
    s->call->row(s->call, step, values);
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

static const struct dynamodb_step *asked_step(struct slot *s, const cJSON *table)
{
    const struct dynamodb_step *p = dynamodb_step_of(s->call->request->lowered, table->string);
    if (!p)
        refuse(s, "the answer names a table that was not asked for");
    return p;
}

static bool report_batch(struct slot *s, const cJSON *reply)
{
    const cJSON *responses = cJSON_GetObjectItemCaseSensitive(reply, "Responses"), *table, *item;
    cJSON_ArrayForEach(table, responses) {
        const struct dynamodb_step *p = asked_step(s, table);
        if (!p)
            return false;
        cJSON_ArrayForEach(item, table)
            if (!report_row(s, p, item))
                return false;
    }
    return true;
}

/* Puts the elements of an array one after the other, without its brackets. Returns how many. */
static int put_elements(struct buf *b, const cJSON *array)
{
    int n = 0;
    for (const cJSON *one = array ? array->child : NULL; one; one = one->next) {
        char *text = cJSON_PrintUnformatted(one);
        buf_puts(b, n++ ? "," : "");
        buf_puts(b, text ? text : "{}");
        cJSON_free(text);
    }
    return n;
}

/* Writes the request for what was left unprocessed, with our own projection and consistency. Returns the
 * number of keys, or -1. */
static int write_unprocessed(struct slot *s, const cJSON *left)
{
    struct buf *b = &s->http.body;
    int n = 0;
    buf_clear(b);
    buf_puts(b, batch_open);
    for (const cJSON *table = left->child; table; table = table->next) {
        const struct dynamodb_step *p = asked_step(s, table);
        if (!p)
            return -1;
        buf_puts(b, table == left->child ? "" : ",");
        buf_puts(b, p->open);
        n += put_elements(b, dynamodb_is_batch(s->call->request) ? table
                                                                 : cJSON_GetObjectItemCaseSensitive(table, "Keys"));
        buf_puts(b, p->close);
    }
    buf_puts(b, batch_close);
    return n;
}

static void ask_again(struct slot *s, const cJSON *left)
{
    bool writes = request_writes(s->call->request), full = !writes && s->http.reply.len >= SIZE_LIMITED;
    int n = write_unprocessed(s, left);
    if (n < 0)
        return;
    if (full) {                                       /* no cause to wait, and no try used up: there were
                                                         rows */
        s->call->retries++;
        slot_again(s);
        return;
    }
    s->open |= writes && n < (int)s->call->request->nkeys;      /* the others stand */
    s->refusal = (struct refusal){
        .code = ERR_THROTTLED, .fault = FAULT_THROTTLED, .again = true, .load = true};
    snprintf(s->refusal.words, sizeof s->refusal.words,
             "%s: %d of %u %s are left after %u tries", writes ? "UnprocessedItems" : "UnprocessedKeys", n,
             s->call->request->nkeys, writes ? "items" : "keys", s->tries + 1);
    slot_wait(s);
}

static const struct dynamodb_step *first_step(const struct slot *s)
{
    return ((const struct dynamodb_request *)s->call->request->lowered)->steps;
}

static void read_point(struct slot *s, const cJSON *reply)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(reply, "Item");
    if (!item || report_row(s, first_step(s), item))
        slot_complete(s);
}

/* Writes the request for the rows behind a key that the service gave. False: that is where this page began
 * already. */
static bool write_next_page(struct slot *s, const cJSON *after)
{
    char *text = cJSON_PrintUnformatted(after);
    bool goes_on = text && strcmp(buf_text(&s->extra), text);
    if (goes_on) {
        write_page(s);
        buf_puts(&s->extra, text);
        s->http.body.len--;                           /* the brace at its end */
        buf_printf(&s->http.body, ",\"ExclusiveStartKey\":%s}", text);
    }
    cJSON_free(text);
    return goes_on;
}

/* A page may be empty and others follow. */
static void read_query(struct slot *s, const cJSON *reply)
{
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(reply, "Items"), *item;
    const cJSON *after = cJSON_GetObjectItemCaseSensitive(reply, "LastEvaluatedKey");
    cJSON_ArrayForEach(item, items)
        if (!report_row(s, first_step(s), item))
            return;
    if (!after || !after->child || is_enough(s))
        slot_complete(s);
    else if (write_next_page(s, after))
        slot_next(s);
    else
        refuse(s, "the answer's LastEvaluatedKey is where its page began");
}

static void read_batch(struct slot *s, const cJSON *reply)
{
    if (!report_batch(s, reply))
        return;
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(reply, "UnprocessedKeys");
    if (left && left->child)
        ask_again(s, left);
    else
        slot_complete(s);
}

/* Of those that are deleted it does not say whether there were any. */
static void read_batch_write(struct slot *s, const cJSON *reply)
{
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(reply, "UnprocessedItems");
    s->call->met = s->call->request->steps->op->removes ? MET_UNTOLD : s->call->request->nkeys;
    if (left && left->child)
        ask_again(s, left);
    else
        slot_complete(s);
}

/* What a miss consumes the service does not say: an item that is not there costs the least that one can. */
static void read_write(struct slot *s)
{
    bool miss = is_miss(&s->refusal);
    s->call->met = !miss;
    if (miss)
        s->call->units = (s->call->units < 0 ? 0 : s->call->units) + 1;
    slot_complete(s);
}

static void answer(struct slot *s)
{
    cJSON *reply = cJSON_ParseWithLength(buf_text(&s->http.reply), s->http.reply.len);
    add_units(s->call, cJSON_GetObjectItemCaseSensitive(reply, "ConsumedCapacity"));
    if (!cJSON_IsObject(reply))
        refuse(s, "the answer is not JSON");
    else if (dynamodb_is_batch(s->call->request))
        read_batch_write(s, reply);
    else if (request_writes(s->call->request))
        read_write(s);
    else if (s->call->request->width != WIDTH_ONE)
        read_batch(s, reply);
    else if (first_step(s)->query)
        read_query(s, reply);
    else
        read_point(s, reply);
    cJSON_Delete(reply);
}

/* ---- loading ---- */

static void load_open(void *client, const char *table, struct write *w)
{
    (void)client;
    struct buf *b = &w->http.body;
    buf_clear(b);
    buf_puts(b, "{\"RequestItems\":{");
    buf_put_json(b, table, strlen(table));
    buf_puts(b, ":[");
}

static void load_row(void *client, const struct table *t, const struct value *values, struct write *w)
{
    (void)client;
    struct buf *b = &w->http.body;
    buf_puts(b, w->rows ? ",{\"PutRequest\":{\"Item\":" : "{\"PutRequest\":{\"Item\":");
    dynamodb_put_item(t, values, b);
    buf_puts(b, "}}");
}

static void load_sign(void *client, const char *table, struct write *w)
{
    (void)table;
    if (!w->tries)
        buf_puts(&w->http.body, "]}}");
    dynamodb_sign(client, &w->http, "BatchWriteItem");
}

static void load_left(void *client, const char *table, struct write *w, struct refusal *r)
{
    cJSON *reply = cJSON_ParseWithLength(buf_text(&w->http.reply), w->http.reply.len);
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(reply, "UnprocessedItems");
    bool any = left && left->child;
    if (!reply) {
        *r = (struct refusal){.code = ERR_SERVER, .words = "the answer is not JSON"};
    } else if (any) {
        *r = (struct refusal){.code = ERR_THROTTLED, .again = true, .load = true, .words = "UnprocessedItems: rows are left each time"};
        load_open(client, table, w);
        put_elements(&w->http.body, left->child);
        buf_puts(&w->http.body, "]}}");
    }
    cJSON_Delete(reply);
}

static const struct http_service service = {
    .name = "dynamodb",
    .open = client_open,
    .close = client_close,
    .url = client_url,
    .judge = judge,
    .write = write_request,
    .sign = sign_request,
    .answer = answer,
    .load_rows = DYNAMODB_MAX_PUTS,
    .load_in_flight = LOAD_IN_FLIGHT,
    .load_operation = "BatchWriteItem",
    .load_open = load_open,
    .load_row = load_row,
    .load_sign = load_sign,
    .load_left = load_left,
    .load_note = dynamodb_note_load,
};

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *options,
                        struct session **session, struct error *err)
{
    return http_session_open(&service, inst, loop, options, session, err);
}

static int open_loader(const struct instance *inst, struct loader **loader, struct error *err)
{
    return http_load_open(&service, inst, loader, err);
}

const struct feed dynamodb_feed = {
    .open = open_loader, .begin = http_load_begin, .rows = http_load_rows, .end = http_load_end,
    .close = http_load_close,
};

const struct wire dynamodb_wire = {
    .handles = 1, .open = session_open, .prepare = http_session_prepare, .submit = http_submit,
    .close = http_session_close,
};
