/* admin.c - tables are made, found and dropped; what wkl made is noted in a table of its own, wkl_tables(name, digest). */
#include "config.h"

#include "backends/dynamodb/dynamodb.h"
#include "backends/dynamodb/client.h"
#include "backends/lease.h"

#include <stdio.h>
#include <string.h>

#include "backends/mark.h"
#include "base/clock.h"
#include "base/mem.h"

struct server {
    struct dynamodb_client client;
    struct http_call http;
    struct buf version, identity;
    struct buf notes;                                 /* the name of wkl_tables, with the prefix */
    struct lease lease;                               /* of a server object that is used for nothing else */
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

/* Waits until a table is in a state; seldom asks for what takes long. After a wish to stop the end of a deletion is waited for only a while:
 * the service goes on with it. */
static int await_state(struct server *s, const char *name, enum state wanted, struct error *err)
{
    uint64_t until = clock_ns() + 600 * NS_PER_S;
    bool stopped = false;
    for (uint64_t wait = 50 * NS_PER_MS; clock_ns() < until; wait = wait < 2 * NS_PER_S ? wait + wait / 2 : wait) {
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
        return error_set(err, ERR_TIMEOUT, "dynamodb at '%s': table '%s' is still being deleted; `--only drop` sees to the rest later",
                         buf_text(&s->client.url), name);
    return error_set(err, ERR_TIMEOUT, "dynamodb at '%s': table '%s' is still being %s after 10 minutes", buf_text(&s->client.url), name,
                     wanted == STATE_ABSENT ? "deleted" : "created");
}

/* Asks until the service no longer has too much of the kind going on: it makes or drops only so many tables at once. */
static int ask_in_turn(struct server *s, const char *operation, bool drop, struct refusal *r)
{
    const uint64_t until = clock_ns() + 600 * NS_PER_S;
    bool maybe = false;
    for (uint32_t tries = 1;; tries++) {
        int rc = ask(s, operation, NULL, r);
        r->maybe = maybe |= r->maybe;
        bool busy = !strcmp(r->type, "LimitExceededException") || !strcmp(r->type, "SubscriberLimitExceededException") ||
                    (drop && !strcmp(r->type, "ResourceInUseException"));   /* it is still being made */
        if (!rc || !busy || clock_ns() >= until)
            return rc;
        http_sleep(s->client.instance, retry_wait(&s->client.retry, tries < 6 ? tries + 3 : 9, 0));
    }
}

/* ---- open ---- */

void dynamodb_close(struct server *s)
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

int dynamodb_open(const struct instance *inst, struct server **out, struct error *err)
{
    struct server *s = mem_alloc(sizeof *s);
    *out = NULL;
    http_call_init(&s->http, inst);
    int rc = dynamodb_client_init(&s->client, inst, err);
    if (rc == 0) {
        const char *prefix = instance_get(inst, "table_prefix");
        buf_printf(&s->notes, "%swkl_tables", prefix ? prefix : "");
        buf_printf(&s->version, "Amazon DynamoDB API 2012-08-10, %s", s->client.region);
        buf_printf(&s->identity, "%s %s", buf_text(&s->client.url), buf_text(&s->client.access_key));
        enum state state;
        rc = get_state(s, s->notes.data, &state, err);   /* shows that it is reached, and that it takes the credentials */
    }
    if (rc < 0)
        dynamodb_close(s);
    else
        *out = s;
    return rc;
}

const char *dynamodb_version(const struct server *s)
{
    return s->version.data;
}

void dynamodb_put_where(const struct server *s, struct buf *b)
{
    buf_puts(b, buf_text(&s->client.url));
}

const char *dynamodb_identity(const struct server *s)
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

static int find_note(struct server *s, const char *name, bool *noted, char digest[DIGEST_CHARS + 1], struct error *err)
{
    cJSON *note;
    int rc = get_note(s, name, &note, err);
    const char *text = cJSON_GetStringValue(attribute(note, "digest", "S"));
    *noted = note != NULL;
    digest[0] = 0;
    if (text)
        strncat(digest, text, DIGEST_CHARS);
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

/* One that is there by now will do. */
static int make_table(struct server *s, const char *name, const struct column *key, struct error *err)
{
    struct refusal r;
    dynamodb_put_table(s->client.instance, name, key, 1, begin(s));
    int rc = ask_in_turn(s, "CreateTable", false, &r);
    return rc < 0 && strcmp(r.type, "ResourceInUseException") ? dynamodb_fail(&s->client, "CreateTable", &r, err) : 0;
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
    int rc = get_state(s, s->notes.data, &state, err);
    if (rc == 0 && state == STATE_ABSENT)
        rc = make_table(s, s->notes.data, &note_key, err);
    return rc < 0 ? rc : await_state(s, s->notes.data, STATE_ACTIVE, err);
}

/* Whether no note is left but that of a lease, and whether there is one. */
static bool is_empty(const cJSON *scanned, bool *leased)
{
    const cJSON *item, *items = cJSON_GetObjectItemCaseSensitive(scanned, "Items");
    int others = 0;
    *leased = false;
    cJSON_ArrayForEach(item, items) {
        const char *name = cJSON_GetStringValue(attribute(item, "name", "S"));
        bool lease = name && !strcmp(name, LEASE_NAME);
        *leased |= lease;
        others += !lease;
    }
    return !others && !cJSON_GetObjectItemCaseSensitive(scanned, "LastEvaluatedKey");
}

/* Drops wkl_tables itself where no note is left in it. A run's lease keeps it, but for that run's own end. */
static int drop_empty_notes(struct server *s, bool with_lease, struct error *err)
{
    struct refusal r;
    cJSON *reply;
    bool leased;
    struct buf *b = begin(s);
    put_table_name(b, s->notes.data);
    buf_puts(b, ",\"ConsistentRead\":true,\"Limit\":3}");    /* which ends with a key to go on from where more is left */
    int rc = ask(s, "Scan", &reply, &r);
    if (rc == ERR_MISSING)
        return 0;
    if (rc < 0)
        return dynamodb_fail(&s->client, "Scan", &r, err);
    bool empty = is_empty(reply, &leased);
    cJSON_Delete(reply);
    if (!empty || (leased && !with_lease))
        return 0;
    rc = drop_table(s, s->notes.data, err);
    return rc < 0 ? rc : await_state(s, s->notes.data, STATE_ABSENT, err);
}

/* ---- tables ---- */

static int find_by_name(struct server *s, const char *name, enum presence *presence, char digest[DIGEST_CHARS + 1], struct error *err)
{
    enum state state;
    bool noted = false;
    digest[0] = 0;
    *presence = TABLE_ABSENT;
    int rc = get_state(s, name, &state, err);
    if (rc < 0 || state == STATE_ABSENT)
        return rc;
    rc = find_note(s, name, &noted, digest, err);
    *presence = noted ? TABLE_OURS : TABLE_FOREIGN;
    return rc;
}

int dynamodb_find(struct server *s, const struct table *t, enum presence *presence, char digest[DIGEST_CHARS + 1], struct error *err)
{
    struct buf name = {0};
    instance_put_table(s->client.instance, t, &name);
    int rc = find_by_name(s, name.data, presence, digest, err);
    buf_release(&name);
    return rc;
}

/* A note on a table that is somebody else's would make it ours: it is looked at first. */
static int refuse_foreign(struct server *s, const struct table *t, const char *name, struct error *err)
{
    (void)t;
    enum presence presence;
    char digest[DIGEST_CHARS + 1];
    int rc = find_by_name(s, name, &presence, digest, err);
    return rc < 0 || presence != TABLE_FOREIGN ? rc : http_refuse_table("dynamodb", "table", name, err);
}

/* Where somebody else was faster, the note is taken back. But what is there after a try whose answer was lost is that try's: nobody had such a
 * table a moment ago (refuse_foreign). */
static int note_and_make(struct server *s, const struct table *t, const char *name, struct error *err)
{
    struct refusal r;
    int rc = put_note(s, name, "", err);
    if (rc < 0)
        return rc;
    dynamodb_put_table(s->client.instance, name, t->columns, t->nkeys, begin(s));
    rc = ask_in_turn(s, "CreateTable", false, &r);
    bool there = rc < 0 && !strcmp(r.type, "ResourceInUseException");
    if (rc == 0 || (there && r.maybe))
        return 0;
    if (there)
        return drop_note(s, name, err) < 0 ? err->code : http_refuse_table("dynamodb", "table", name, err);
    rc = dynamodb_fail(&s->client, "CreateTable", &r, err);
    return r.maybe ? http_left_open("dynamodb", "table", name, rc, err) : rc;
}

static int await_made(struct server *s, const struct table *t, const char *name, struct error *err)
{
    (void)t;
    return await_state(s, name, STATE_ACTIVE, err);
}

int dynamodb_create(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    int rc = http_each_table(s, s->client.instance, tables, n, refuse_foreign, err);
    if (rc == 0)
        rc = make_notes(s, err);
    if (rc == 0)
        rc = http_each_table(s, s->client.instance, tables, n, note_and_make, err);
    return rc < 0 ? rc : http_each_table(s, s->client.instance, tables, n, await_made, err);
}

/* A table without a note is never dropped: it is passed over. */
static int drop_noted(struct server *s, const struct table *t, const char *name, struct error *err)
{
    (void)t;
    enum presence presence;
    char digest[DIGEST_CHARS + 1];
    int rc = find_by_name(s, name, &presence, digest, err);
    return rc < 0 || presence != TABLE_OURS ? rc : drop_table(s, name, err);
}

static int await_dropped(struct server *s, const struct table *t, const char *name, struct error *err)
{
    (void)t;
    bool noted;
    char digest[DIGEST_CHARS + 1];
    int rc = find_note(s, name, &noted, digest, err);
    if (rc == 0 && noted)
        rc = await_state(s, name, STATE_ABSENT, err);
    return rc < 0 || !noted ? rc : drop_note(s, name, err);
}

int dynamodb_drop(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    int rc = http_each_table(s, s->client.instance, tables, n, drop_noted, err);
    if (rc == 0)
        rc = http_each_table(s, s->client.instance, tables, n, await_dropped, err);
    return rc < 0 ? rc : drop_empty_notes(s, false, err);
}

int dynamodb_seal(struct server *s, const struct table *const *tables, const char (*digests)[DIGEST_CHARS + 1], uint32_t n,
                  struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; i < n && rc == 0; i++) {
        buf_clear(&name);
        instance_put_table(s->client.instance, tables[i], &name);
        rc = put_note(s, name.data, digests[i], err);
    }
    buf_release(&name);
    return rc;
}

/* ---- how far a load came: a set of texts in the table's note, to which streams add each by itself ---- */

int dynamodb_loaded(struct server *s, const struct table *t, const char *digest, http_take_fn *take, void *arg, struct error *err)
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

static void put_addition(const struct server *s, const char *name, const struct stretch *stretch, struct buf *b)
{
    put_table_name(b, s->notes.data);
    buf_puts(b, ",\"Key\":{\"name\":{\"S\":");
    buf_put_json(b, name, strlen(name));
    buf_puts(b, "}},\"UpdateExpression\":\"ADD #list :rows\",\"ConditionExpression\":\"attribute_exists(#name)\","
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
        rc = strcmp(r.type, "ConditionalCheckFailedException") ? dynamodb_fail(&s->client, "UpdateItem", &r, err)
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
    buf_puts(b, "\"#holder = :seen\",\"ExpressionAttributeNames\":{\"#holder\":\"holder\"},\"ExpressionAttributeValues\":{\":seen\":{\"S\":");
    buf_put_json(b, seen, strlen(seen));
    buf_puts(b, "}}}");
}

/* Where there are no notes yet they are made; where these are just being dropped, it is for the next try to make them. */
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

static const struct lease_ops lease_ops = {.get = get_lease, .swap = swap_lease};

static int take_mark(struct server *s, struct holder *holder, struct error *err)
{
    return lease_take(&s->lease, &lease_ops, s, holder, err);
}

static int renew_mark(struct server *s, struct error *err)
{
    return lease_renew(&s->lease, &lease_ops, s, err);
}

/* The last note that goes takes the table with it: while the lease is in it nobody else begins to use it. */
static void drop_mark(struct server *s)
{
    if (lease_renew(&s->lease, &lease_ops, s, NULL) == 0)
        drop_empty_notes(s, true, NULL);
    lease_drop(&s->lease, &lease_ops, s);
}

const struct mark_ops dynamodb_mark = {.take = take_mark, .renew = renew_mark, .drop = drop_mark};
