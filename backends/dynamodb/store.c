/* store.c - tables and their notes: the primitives of store.h. A note is an item of the table
 * wkl_tables(name, digest). */
#include "config.h"

#include "backends/dynamodb/dynamodb.h"
#include "backends/dynamodb/client.h"
#include "backends/admin.h"
#include "backends/lease.h"

#include <stdio.h>
#include <string.h>

#include "backends/mark.h"
#include "base/clock.h"
#include "base/mem.h"

struct server {
    struct lease lease;                               /* of a server object that is used for nothing else */
    struct dynamodb_client client;
    struct http_call http;
    struct buf version, identity;
    struct buf notes;                                 /* the name of wkl_tables, with the prefix */
};

static const struct column note_key = {.name = "name", .type = {.kind = TYPE_STRING}};

/* ---- asking ---- */

/* Asks with the body that stands in s->http.body. reply may be NULL where it is of no interest. */
static int ask(struct server *s, const char *operation, cJSON **reply, struct refusal *r)
{
    cJSON *mine = NULL;
    int rc = dynamodb_ask(&s->client, &s->http, operation, &mine, r);
    if (reply)
        *reply = mine;
    else
        cJSON_Delete(mine);
    return rc;
}

static struct buf *begin(struct server *s)
{
    buf_clear(&s->http.body);
    return &s->http.body;
}

static void put_table_name(struct buf *b, const char *name)
{
    buf_puts(b, "{\"TableName\":");
    buf_put_json(b, name, strlen(name));
}

static const uint64_t DELETION_STOPPED_NS = 30 * NS_PER_S;

enum state { STATE_ABSENT, STATE_ACTIVE, STATE_CHANGING };

/* Whether a table is there. */
static int get_state(struct server *s, const char *name, enum state *state, struct error *err)
{
    struct refusal r;
    cJSON *reply;
    struct buf *b = begin(s);
    put_table_name(b, name);
    buf_putc(b, '}');
    int rc = ask(s, "DescribeTable", &reply, &r);
    *state = STATE_ABSENT;
    if (rc == ERR_MISSING)
        return 0;
    if (rc < 0)
        return dynamodb_fail(&s->client, "DescribeTable", &r, err);
    const cJSON *table = cJSON_GetObjectItemCaseSensitive(reply, "Table");
    const char *status = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(table, "TableStatus"));
    *state = status && !strcmp(status, "ACTIVE") ? STATE_ACTIVE : STATE_CHANGING;
    cJSON_Delete(reply);
    return 0;
}

/* Waits until a table is in a state; seldom asks for what takes long. After a wish to stop the end of a
 * deletion is waited for only a while: the service goes on with it. */
static int await_state(struct server *s, const char *name, enum state wanted, struct error *err)
{
    uint64_t until = clock_ns() + 600 * NS_PER_S;
    bool stopped = false;
    for (uint64_t wait = 50 * NS_PER_MS; clock_ns() < until;
         wait = wait < 2 * NS_PER_S ? wait + wait / 2 : wait) {
        enum state state;
        int rc = get_state(s, name, &state, err);
        if (rc < 0 || state == wanted)
            return rc;
        if (wanted == STATE_ACTIVE && instance_is_stopped(s->client.instance))
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        if (!stopped && instance_is_stopped(s->client.instance)) {
            stopped = true;
            until = clock_ns() + DELETION_STOPPED_NS;
        }
        http_sleep(s->client.instance, wait);
    }
    if (stopped)
        return error_set(
            err, ERR_TIMEOUT,
            "dynamodb at '%s': table '%s' is still being deleted; `--only drop` sees to the rest later",
            buf_text(&s->client.url), name);
    return error_set(err, ERR_TIMEOUT, "dynamodb at '%s': table '%s' is still being %s after 10 minutes",
                     buf_text(&s->client.url), name, wanted == STATE_ABSENT ? "deleted" : "created");
}

/* Asks until the service no longer has too much of the kind going on: it makes or drops only so many tables
 * at once. */
static int ask_in_turn(struct server *s, const char *operation, bool drop, struct refusal *r)
{
    const uint64_t until = clock_ns() + 600 * NS_PER_S;
    bool maybe = false;
    for (uint32_t tries = 1;; tries++) {
        int rc = ask(s, operation, NULL, r);
        r->maybe = maybe |= r->maybe;
        bool busy = !strcmp(r->type, "LimitExceededException") ||
                    !strcmp(r->type, "SubscriberLimitExceededException") ||
                    (drop && !strcmp(r->type, "ResourceInUseException")); /* it is still being made */
        if (!rc || !busy || clock_ns() >= until)
            return rc;
        http_sleep(s->client.instance, retry_wait(&s->client.retry, tries < 6 ? tries + 3 : 9, 0));
    }
}

/* ---- open ---- */

static void close_server(struct server *s)
{
    if (!s)
        return;
    http_call_release(&s->http);
    dynamodb_client_release(&s->client);
    buf_release(&s->version);
    buf_release(&s->identity);
    buf_release(&s->notes);
    mem_free(s);
}

static int get_lease(struct server *, char text[LEASE_TEXT], struct error *);
static int swap_lease(struct server *, const char *seen, const char *text, struct error *);
static const struct lease_ops lease_ops = {.get = get_lease, .swap = swap_lease};

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct server *s = mem_alloc(sizeof *s);
    s->lease = (struct lease){.ops = &lease_ops, .inst = inst};
    *out = NULL;
    http_call_init(&s->http, inst);
    int rc = dynamodb_client_init(&s->client, inst, err);
    if (rc == 0) {
        const char *prefix = instance_get(inst, "table_prefix");
        buf_printf(&s->notes, "%swkl_tables", prefix ? prefix : "");
        buf_printf(&s->version, "Amazon DynamoDB API 2012-08-10, %s", s->client.region);
        buf_printf(&s->identity, "%s %s", buf_text(&s->client.url), buf_text(&s->client.access_key));
        enum state state;
        rc = get_state(s, s->notes.data, &state, err);   /* shows that it is reached, and that it takes the
                                                            credentials */
    }
    if (rc < 0)
        close_server(s);
    else
        *out = s;
    return rc;
}

static const char *version(const struct server *s)
{
    return s->version.data;
}

static void put_where(const struct server *s, struct buf *b)
{
    buf_puts(b, buf_text(&s->client.url));
}

static const char *identity(const struct server *s)
{
    return s->identity.data;
}

/* ---- notes ---- */

/* The note of a name; NULL: there is none. The caller's to cJSON_Delete. */
static int get_note(struct server *s, const char *name, cJSON **note, struct error *err)
{
    struct refusal r;
    cJSON *reply;
    struct buf *b = begin(s);
    put_table_name(b, s->notes.data);
    buf_puts(b, ",\"ConsistentRead\":true,\"Key\":{\"name\":{\"S\":");
    buf_put_json(b, name, strlen(name));
    buf_puts(b, "}}}");
    *note = NULL;
    int rc = ask(s, "GetItem", &reply, &r);
    if (rc == ERR_MISSING)
        return 0;                                     /* no notes at all */
    if (rc < 0)
        return dynamodb_fail(&s->client, "GetItem", &r, err);
    *note = cJSON_DetachItemFromObjectCaseSensitive(reply, "Item");
    cJSON_Delete(reply);
    return 0;
}

static const cJSON *attribute(const cJSON *item, const char *name, const char *tag)
{
    return cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(item, name), tag);
}

static int look_at_note(struct server *s, const char *name, struct standing *standing, struct error *err)
{
    cJSON *note;
    int rc = get_note(s, name, &note, err);
    const char *digest = cJSON_GetStringValue(attribute(note, "digest", "S"));
    standing->noted = note;
    if (digest)
        strncat(standing->digest, digest, DIGEST_CHARS);
    cJSON_Delete(note);
    return rc;
}

static int put_note(struct server *s, const char *name, const char *digest, struct error *err)
{
    struct refusal r;
    struct buf *b = begin(s);
    put_table_name(b, s->notes.data);
    buf_puts(b, ",\"Item\":{\"name\":{\"S\":");
    buf_put_json(b, name, strlen(name));
    buf_printf(b, "},\"digest\":{\"S\":\"%s\"}}}", digest);
    int rc = ask(s, "PutItem", NULL, &r);
    return rc < 0 ? dynamodb_fail(&s->client, "PutItem", &r, err) : 0;
}

static int put_notes(struct server *s, const struct table *const *tables,
                     const char (*digests)[DIGEST_CHARS + 1], uint32_t n, struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = put_note(s, http_table(s->client.instance, tables[i], &name), digests ? digests[i] : "", err);
    buf_release(&name);
    return rc;
}

static int drop_note(struct server *s, const char *name, struct error *err)
{
    struct refusal r;
    struct buf *b = begin(s);
    put_table_name(b, s->notes.data);
    buf_puts(b, ",\"Key\":{\"name\":{\"S\":");
    buf_put_json(b, name, strlen(name));
    buf_puts(b, "}}}");
    int rc = ask(s, "DeleteItem", NULL, &r);
    return rc < 0 && rc != ERR_MISSING ? dynamodb_fail(&s->client, "DeleteItem", &r, err) : 0;
}

static int drop_notes(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = drop_note(s, http_table(s->client.instance, tables[i], &name), err);
    buf_release(&name);
    return rc;
}

/* One that is there is no failure. */
static int make_table(struct server *s, const char *name, const struct column *keys, uint32_t nkeys,
                      struct made *made, struct error *err)
{
    struct refusal r;
    dynamodb_put_table(s->client.instance, name, keys, nkeys, begin(s));
    int rc = ask_in_turn(s, "CreateTable", false, &r);
    bool there = rc < 0 && !strcmp(r.type, "ResourceInUseException");
    *made = (struct made){rc == 0 ? MADE : there ? EXISTED : NOT_MADE, r.maybe};
    return rc < 0 && !there ? dynamodb_fail(&s->client, "CreateTable", &r, err) : 0;
}

static int drop_table(struct server *s, const char *name, struct error *err)
{
    struct refusal r;
    struct buf *b = begin(s);
    put_table_name(b, name);
    buf_putc(b, '}');
    int rc = ask_in_turn(s, "DeleteTable", true, &r);
    return rc < 0 && rc != ERR_MISSING ? dynamodb_fail(&s->client, "DeleteTable", &r, err) : 0;
}

/* Another run may make it at the same moment, or this one's own request have come through twice. */
static int make_notes(struct server *s, struct error *err)
{
    enum state state;
    struct made made;
    int rc = get_state(s, s->notes.data, &state, err);
    if (rc == 0 && state == STATE_ABSENT)
        rc = make_table(s, s->notes.data, &note_key, 1, &made, err);
    return rc < 0 ? rc : await_state(s, s->notes.data, STATE_ACTIVE, err);
}

/* A few tell whether there are any but the lease: where more are left they end with a key to go on from. */
static int look_at_notes(struct server *s, struct notes *notes, struct error *err)
{
    struct refusal r;
    cJSON *reply;
    const cJSON *item;
    struct buf *b = begin(s);
    *notes = (struct notes){0};
    put_table_name(b, s->notes.data);
    buf_puts(b, ",\"ConsistentRead\":true,\"Limit\":3}");
    int rc = ask(s, "Scan", &reply, &r);
    notes->none = rc == ERR_MISSING;
    if (rc < 0)
        return notes->none ? 0 : dynamodb_fail(&s->client, "Scan", &r, err);
    cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(reply, "Items")) {
        const char *name = cJSON_GetStringValue(attribute(item, "name", "S"));
        bool lease = name && !strcmp(name, LEASE_NAME);
        notes->lease |= lease;
        notes->tables |= !lease;
    }
    notes->tables |= cJSON_GetObjectItemCaseSensitive(reply, "LastEvaluatedKey") != NULL;
    cJSON_Delete(reply);
    return 0;
}

/* A page of 1 MB at a time. */
static int count(struct server *s, const struct table *t, uint64_t *rows, struct error *err)
{
    struct buf name = {0};
    struct refusal r;
    char *next = NULL;
    int rc;
    *rows = 0;
    do {
        cJSON *reply;
        struct buf *b = begin(s);
        put_table_name(b, http_table(s->client.instance, t, &name));
        buf_puts(b, ",\"ConsistentRead\":true,\"Select\":\"COUNT\"");
        if (next)
            buf_printf(b, ",\"ExclusiveStartKey\":%s", next);
        buf_putc(b, '}');
        cJSON_free(next);
        next = NULL;
        if ((rc = ask(s, "Scan", &reply, &r)) < 0)
            break;
        const cJSON *last = cJSON_GetObjectItemCaseSensitive(reply, "LastEvaluatedKey");
        *rows += (uint64_t)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(reply, "Count"));
        next = last ? cJSON_PrintUnformatted(last) : NULL;
        cJSON_Delete(reply);
    } while (next && !instance_is_stopped(s->client.instance));
    cJSON_free(next);
    buf_release(&name);
    return rc < 0 ? dynamodb_fail(&s->client, "Scan", &r, err) : 0;
}

static int drop_place_of_notes(struct server *s, struct error *err)
{
    int rc = drop_table(s, s->notes.data, err);
    return rc < 0 ? rc : await_state(s, s->notes.data, STATE_ABSENT, err);
}

/* ---- tables ---- */

static int look(struct server *s, const struct table *const *tables, uint32_t n, struct standing *standing,
                struct error *err)
{
    struct buf name = {0};
    enum state state;
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        rc = get_state(s, http_table(s->client.instance, tables[i], &name), &state, err);
        standing[i].there = state != STATE_ABSENT;
        standing[i].noted = true;
        if (rc == 0 && standing[i].there)
            rc = look_at_note(s, name.data, &standing[i], err);
    }
    buf_release(&name);
    return rc;
}

/* All are under way before the first is waited for. */
static int make(struct server *s, const struct table *const *tables, uint32_t n, struct made *made,
                struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = make_table(s, http_table(s->client.instance, tables[i], &name), tables[i]->columns,
                        tables[i]->nkeys, &made[i], err);
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        if (made[i].now == MADE || made[i].maybe)
            rc = await_state(s, http_table(s->client.instance, tables[i], &name), STATE_ACTIVE, err);
    buf_release(&name);
    return rc;
}

static int drop(struct server *s, const struct table *const *tables, uint32_t n, bool *gone,
                struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = drop_table(s, http_table(s->client.instance, tables[i], &name), err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        rc = await_state(s, http_table(s->client.instance, tables[i], &name), STATE_ABSENT, err);
        gone[i] = rc == 0;
    }
    buf_release(&name);
    return rc;
}

/* ---- how far a load came: a set of texts in the table's note, to which streams add each by itself ---- */

static int loaded(struct server *s, const struct table *t, const char *digest, http_take_fn *take, void *arg,
                  struct error *err)
{
    struct buf name = {0}, list = {0};
    cJSON *note;
    instance_put_table(s->client.instance, t, &name);
    http_put_list_name(&list, digest);
    int rc = get_note(s, name.data, &note, err);
    http_take_spans(attribute(note, list.data, "SS"), take, arg);
    cJSON_Delete(note);
    buf_release(&name);
    buf_release(&list);
    return rc;
}

static void put_addition(const struct server *s, const char *name, const struct stretch *stretch,
                         struct buf *b)
{
    put_table_name(b, s->notes.data);
    buf_puts(b, ",\"Key\":{\"name\":{\"S\":");
    buf_put_json(b, name, strlen(name));
    buf_puts(
        b, "}},\"UpdateExpression\":\"ADD #list :rows\",\"ConditionExpression\":\"attribute_exists(#name)\","
           "\"ExpressionAttributeNames\":{\"#name\":\"name\",\"#list\":\"");
    http_put_list_name(b, stretch->digest);
    buf_puts(b, "\"},\"ExpressionAttributeValues\":{\":rows\":{\"SS\":[\"");
    http_put_span(b, stretch->from, stretch->to);
    buf_puts(b, "\"]}}}");
}

int dynamodb_note_load(struct server *s, const struct stretch *stretch, struct error *err)
{
    struct refusal r;
    struct buf name = {0};
    instance_put_table(s->client.instance, stretch->table, &name);
    put_addition(s, name.data, stretch, begin(s));
    int rc = ask(s, "UpdateItem", NULL, &r);
    if (rc < 0)
        rc = strcmp(r.type, "ConditionalCheckFailedException")
                 ? dynamodb_fail(&s->client, "UpdateItem", &r, err)
                 : http_miss_note("dynamodb", "table", name.data, err);
    buf_release(&name);
    return rc;
}

/* ---- the lease (lease.h): an item {"name": ".owner", "holder": text} among the notes ---- */

static int get_lease(struct server *s, char text[LEASE_TEXT], struct error *err)
{
    cJSON *note;
    int rc = get_note(s, LEASE_NAME, &note, err);
    const char *holder = cJSON_GetStringValue(attribute(note, "holder", "S"));
    snprintf(text, LEASE_TEXT, "%s", holder ? holder : "");
    cJSON_Delete(note);
    return rc;
}

static void put_swap(const struct server *s, const char *seen, const char *text, struct buf *b)
{
    put_table_name(b, s->notes.data);
    if (text[0])
        buf_puts(b, ",\"Item\":{\"name\":{\"S\":\"" LEASE_NAME "\"},\"holder\":{\"S\":");
    else
        buf_puts(b, ",\"Key\":{\"name\":{\"S\":\"" LEASE_NAME "\"");
    if (text[0])
        buf_put_json(b, text, strlen(text));
    buf_puts(b, "}},\"ConditionExpression\":");
    if (!seen[0]) {
        buf_puts(b, "\"attribute_not_exists(#name)\",\"ExpressionAttributeNames\":{\"#name\":\"name\"}}");
        return;
    }
    buf_puts(b, "\"#holder = "
                ":seen\",\"ExpressionAttributeNames\":{\"#holder\":\"holder\"},\"ExpressionAttributeValues\":"
                "{\":seen\":{\"S\":");
    buf_put_json(b, seen, strlen(seen));
    buf_puts(b, "}}}");
}

/* Where there are no notes yet they are made; where these are just being dropped, it is for the next try to
 * make them. */
static int swap_lease(struct server *s, const char *seen, const char *text, struct error *err)
{
    struct refusal r;
    const char *operation = text[0] ? "PutItem" : "DeleteItem";
    enum state state = STATE_ABSENT;
    put_swap(s, seen, text, begin(s));
    int rc = ask(s, operation, NULL, &r);
    if (rc == ERR_MISSING && !seen[0]) {
        rc = get_state(s, s->notes.data, &state, err);
        if (rc < 0 || state == STATE_CHANGING)
            return rc < 0 ? rc : LEASE_CHANGED;
        if ((rc = make_notes(s, err)) < 0)
            return rc;
        put_swap(s, seen, text, begin(s));
        rc = ask(s, operation, NULL, &r);
    }
    if (rc == ERR_MISSING || (rc < 0 && !strcmp(r.type, "ConditionalCheckFailedException")))
        return LEASE_CHANGED;
    return rc < 0 ? dynamodb_fail(&s->client, operation, &r, err) : 0;
}

const struct store dynamodb_store = {
    .open = open_server, .close = close_server, .version = version, .identity = identity,
    .put_where = put_where, .mark = &lease_mark,
    .look = look, .look_most = 1, .make = make, .drop = drop, .note_put = put_notes, .note_drop = drop_notes,
    .notes_make = make_notes,
    .notes = look_at_notes, .notes_drop = drop_place_of_notes, .loaded = loaded,
    .count = count, .count_most = 100000,
};
