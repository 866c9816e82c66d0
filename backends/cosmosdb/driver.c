/* driver.c - requests and loads: what is written for them, and what the answers say. Sessions are
 * http/service.c's. */
#include "config.h"

#include "backends/cosmosdb/cosmosdb.h"
#include "backends/cosmosdb/client.h"

#include <string.h>

#include "backends/http/json_values.h"
#include "base/mem.h"

extern const struct feed cosmosdb_feed;
extern const struct wire cosmosdb_wire;

enum { LOAD_IN_FLIGHT = 32 };                         /* one document each */

/* ---- the client ---- */

static void client_close(void *client)
{
    cosmosdb_client_release(client);
    mem_free(client);
}

static int client_open(const struct instance *inst, void **client, struct error *err)
{
    struct cosmosdb_client *c = *client = mem_alloc(sizeof *c);
    return cosmosdb_client_init(c, inst, err);
}

static const char *client_url(const void *client)
{
    return buf_text(&((const struct cosmosdb_client *)client)->url);
}

/* ---- asking ---- */

static struct type key_type(const struct call *call)
{
    return call->request->steps->table->columns[0].type;
}

static const struct value *key_of(const struct call *call)
{
    return &call->keys[call->request->steps->first];
}

/* slot->extra: the continuation of a query; empty at first. */
static void write_request(void *client, struct slot *s)
{
    struct cosmosdb_client *c = client;
    const struct cosmosdb_request *l = s->call->request->lowered;
    buf_clear(&s->extra);
    buf_clear(&s->http.body);
    buf_clear(&c->link);
    buf_puts(&c->link, l->path);
    if (l->query) {
        cosmosdb_put_query(s->call->request, s->call->keys, &s->http.body);
    } else if (!cosmosdb_posts_document(l)) {
        struct buf id = {0};
        cosmosdb_put_row_id(s->call->request->steps->table, key_of(s->call), &id);
        buf_putc(&c->link, '/');
        http_put_segment(&c->link, id.data, id.len);
        buf_release(&id);
    }
    if (request_writes(s->call->request))
        cosmosdb_put_write(s->call->request->steps, s->call->keys, &s->http.body);
    cosmosdb_url(c, &s->http, c->link.data);
}

static void put_partition(struct cosmosdb_client *c, struct slot *s)
{
    buf_clear(&c->scratch);
    cosmosdb_put_partition(&c->scratch, key_type(s->call), key_of(s->call));
    http_header_buf(&s->http, "x-ms-documentdb-partitionkey", &c->scratch);
}

static void sign_query(struct cosmosdb_client *c, struct slot *s, const struct cosmosdb_request *l)
{
    cosmosdb_sign(c, &s->http, "POST", "docs", l->link);
    http_header(&s->http, "content-type", "application/query+json");
    http_header(&s->http, "x-ms-documentdb-isquery", "True");
    http_header(&s->http, "x-ms-max-item-count", c->page_rows);
    if (s->extra.len)
        http_header_buf(&s->http, "x-ms-continuation", &s->extra);
}

static void sign_point(struct cosmosdb_client *c, struct slot *s, const struct cosmosdb_request *l)
{
    bool posts = cosmosdb_posts_document(l);
    buf_clear(&c->link);
    buf_puts(&c->link, posts ? l->link : l->path);
    if (!posts) {
        buf_putc(&c->link, '/');
        cosmosdb_put_row_id(s->call->request->steps->table, key_of(s->call), &c->link);
    }
    cosmosdb_sign(c, &s->http, l->method, "docs", c->link.data);
    if (posts && !s->call->request->steps->op->fresh)
        http_header(&s->http, "x-ms-documentdb-is-upsert", "True");
    if (!s->http.body.len)
        return;
    http_header(&s->http, "content-type", "application/json");
    http_header(&s->http, "prefer", "return=minimal");
}

/* Where rows may change a client says what it has seen, so that a session is what it promises. */
static void put_session(struct cosmosdb_client *c, struct slot *s, const struct cosmosdb_request *l)
{
    const struct buf *token = tokens_of(&c->tokens, s->call->client, l->link);
    if (token)
        http_header_buf(&s->http, "x-ms-session-token", token);
}

static void take_session(struct slot *s)
{
    struct cosmosdb_client *c = slot_client(s);
    const struct cosmosdb_request *l = s->call->request->lowered;
    const struct table *t = s->call->request->steps->table;
    if (t->ngroups || t->loses || t->gains)
        tokens_take(&c->tokens, s->call->client, l->link, http_reply_header(&s->http, "x-ms-session-token"));
}

static void sign_request(void *client, struct slot *s)
{
    struct cosmosdb_client *c = client;
    const struct cosmosdb_request *l = s->call->request->lowered;
    if (l->query)
        sign_query(c, s, l);
    else
        sign_point(c, s, l);
    if (!l->query || l->within)
        put_partition(c, s);
    put_session(c, s, l);
    if (request_writes(s->call->request))
        return;
    if (!l->within)                                   /* keys may lie in any partitions; a point read is not
                                                         changed by it */
        http_header(&s->http, "x-ms-documentdb-query-enablecrosspartition", "True");
    if (c->level)
        http_header(&s->http, "x-ms-consistency-level", c->level);
}

/* ---- answers ---- */

static bool report_row(struct slot *s, const cJSON *document)
{
    const struct step *step = s->call->request->steps;
    struct value *values = slot_values(s);
    struct buf *property = &((struct cosmosdb_client *)slot_client(s))->scratch;
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        const struct column *column = &step->table->columns[step->columns[i]];
        buf_clear(property);
        cosmosdb_put_property(property, column);
        if (!json_read_plain(column->type, cJSON_GetObjectItemCaseSensitive(document, property->data),
                             &values[i])) {
            slot_bad_value(s, step->table, column);
            return false;
        }
    }
    s->call->row(s->call, step, values);
    return true;
}

static void read_query(struct slot *s, const cJSON *reply)
{
    const cJSON *documents = cJSON_GetObjectItemCaseSensitive(reply, "Documents"), *one;
    cJSON_ArrayForEach(one, documents)
        if (!report_row(s, one))
            return;
    const char *more = http_reply_header(&s->http, "x-ms-continuation");
    buf_clear(&s->extra);
    if (!more || !*more) {
        slot_complete(s);
        return;
    }
    buf_puts(&s->extra, more);
    slot_next(s);                                     /* a further trip, no retry */
}

static void answer(struct slot *s)
{
    double charge = cosmosdb_charge(&s->http);
    if (charge >= 0)
        s->call->units = (s->call->units < 0 ? 0 : s->call->units) + charge;
    take_session(s);
    s->call->met = request_writes(s->call->request) && s->http.status != 404;
    if (s->http.status == 404 || request_writes(s->call->request)) {
        slot_complete(s);                    /* no such row; or it is written, of which nothing comes */
        return;
    }
    cJSON *reply = cJSON_ParseWithLength(buf_text(&s->http.reply), s->http.reply.len);
    if (!cJSON_IsObject(reply))
        slot_fail(s, FAULT_REPLY, "the answer is not JSON");
    else if (((const struct cosmosdb_request *)s->call->request->lowered)->query)
        read_query(s, reply);
    else if (report_row(s, reply))
        slot_complete(s);
    cJSON_Delete(reply);
}

/* ---- loading ---- */

static void put_link(const struct cosmosdb_client *c, const char *table, struct buf *b)
{
    buf_printf(b, "dbs/%s/colls/%s", cosmosdb_database(c->instance), table);
}

static void load_open(void *client, const char *table, struct write *w)
{
    struct cosmosdb_client *c = client;
    buf_clear(&c->link);
    put_link(c, table, &c->link);
    buf_puts(&c->link, "/docs");
    cosmosdb_url(c, &w->http, c->link.data);
    buf_clear(&w->http.body);
    buf_clear(&w->extra);
}

/* write->extra: the partition key's header. */
static void load_row(void *client, const struct table *t, const struct value *values, struct write *w)
{
    (void)client;
    cosmosdb_put_document(t, values, &w->http.body);
    cosmosdb_put_partition(&w->extra, t->columns[0].type, &values[0]);
}

static void load_sign(void *client, const char *table, struct write *w)
{
    struct cosmosdb_client *c = client;
    buf_clear(&c->link);
    put_link(c, table, &c->link);
    cosmosdb_sign(c, &w->http, "POST", "docs", c->link.data);
    http_header(&w->http, "content-type", "application/json");
    http_header(&w->http, "x-ms-documentdb-is-upsert", "True");
    http_header(&w->http, "prefer", "return=minimal");
    http_header_buf(&w->http, "x-ms-documentdb-partitionkey", &w->extra);
}

static const struct http_service service = {
    .name = "cosmosdb",
    .open = client_open,
    .close = client_close,
    .url = client_url,
    .judge = cosmosdb_judge,
    .write = write_request,
    .sign = sign_request,
    .answer = answer,
    .load_rows = 1,
    .load_in_flight = LOAD_IN_FLIGHT,
    .load_operation = "upsert",
    .load_open = load_open,
    .load_row = load_row,
    .load_sign = load_sign,
    .load_note = cosmosdb_note_load,
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

const struct feed cosmosdb_feed = {
    .open = open_loader, .begin = http_load_begin, .rows = http_load_rows, .end = http_load_end,
    .close = http_load_close,
};

const struct wire cosmosdb_wire = {
    .handles = 1, .open = session_open, .prepare = http_session_prepare, .submit = http_submit,
    .close = http_session_close,
};
