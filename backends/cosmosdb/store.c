/* store.c - containers and their notes: the primitives of store.h. A note is a document of the container
 * wkl_tables(id, digest). The database is noted there too where wkl made it, and goes with the last of its
 * containers. */
#include "config.h"

#include "backends/cosmosdb/cosmosdb.h"
#include "backends/cosmosdb/client.h"
#include "backends/admin.h"
#include "backends/lease.h"

#include <stdio.h>
#include <string.h>

#include "backends/mark.h"
#include "base/clock.h"
#include "base/mem.h"

#define DATABASE_NOTE ".database"                     /* no table's name: those begin with a letter */

enum { PATIENT_TRIES = 10, NOTE_TRIES = 100, HTTP_CONFLICT = 409, HTTP_CHANGED = 412 };

struct server {
    struct lease lease;                               /* of a server object that is used for nothing else */
    struct cosmosdb_client client;
    struct http_call http;
    struct retry retry;
    struct buf database;                              /* "dbs/wkl" */
    struct buf notes;                                 /* the name of wkl_tables, with the prefix */
    struct buf path;                                  /* of the request that is being made */
    struct buf continuation;                          /* of a list of documents */
    struct refusal refusal;
    bool made_database;                               /* as the notes said when they were last looked at */
};

/* ---- asking ---- */

static int fail(struct server *s, const char *what, struct error *err)
{
    struct buf operation = {0};
    buf_printf(&operation, "%s '%s'", what, buf_text(&s->path));
    int rc = refusal_fail(&s->refusal, "cosmosdb", buf_text(&s->client.url), buf_text(&operation), err);
    buf_release(&operation);
    return rc;
}

struct header { const char *name, *value; };

static void wait_for(struct server *s, uint32_t tries, uint64_t asked)
{
    http_sleep(s->client.instance, retry_wait(&s->retry, tries, asked));
}

/* Asks about s->path with the body that stands in s->http.body; link is what is signed. Waits where the
 * service is busy. A status of 404 to a GET is no refusal. */
static int ask(struct server *s, const char *verb, const char *type, const char *link,
               const struct header *headers, size_t n)
{
    struct renewing renewing = {0};
    bool maybe = false;
    refusal_foresee(s->client.instance);
    for (uint32_t tries = 1;; tries++) {
        renewing.version = renewal_version(s->client.instance->renewal);
        cosmosdb_url(&s->client, &s->http, s->path.data);
        cosmosdb_sign(&s->client, &s->http, verb, type, link);
        for (size_t i = 0; i < n; i++)
            http_header(&s->http, headers[i].name, headers[i].value);
        http_perform(&s->http);
        cosmosdb_judge(&s->http, &s->refusal);
        refusal_repeat(&s->refusal, &s->http);
        s->refusal.maybe = maybe |= refusal_leaves_open(&s->http);
        if (refusal_renew_now(&s->refusal, s->client.instance, &renewing))
            continue;
        if (!s->refusal.again || tries >= PATIENT_TRIES)
            return s->refusal.code;
        wait_for(s, tries, s->refusal.asked);
    }
}

static void set_path(struct server *s, const char *more, const char *name)
{
    buf_clear(&s->path);
    buf_printf(&s->path, "%s%s%s", s->database.data, more, name);
    buf_clear(&s->http.body);
}

/* Whether the database (name NULL) or a container is there. */
static int is_there(struct server *s, const char *name, bool *there, struct error *err)
{
    set_path(s, name ? "/colls/" : "", name ? name : "");
    int rc = ask(s, "GET", name ? "colls" : "dbs", s->path.data, NULL, 0);
    *there = rc == 0 && s->http.status == 200;
    return rc < 0 && rc != ERR_MISSING ? fail(s, "GET", err) : 0;
}

/* Drops the database (name NULL) or a container; one that is not there is fine. */
static int drop_thing(struct server *s, const char *name, struct error *err)
{
    set_path(s, name ? "/colls/" : "", name ? name : "");
    int rc = ask(s, "DELETE", name ? "colls" : "dbs", s->path.data, NULL, 0);
    return rc < 0 && rc != ERR_MISSING ? fail(s, "DELETE", err) : 0;
}

static int make_container(struct server *s, const char *name, const struct column *key, const struct table *t,
                          struct error *err)
{
    static const struct header json = {"content-type", "application/json"};
    set_path(s, "/colls", "");
    cosmosdb_put_container(name, key, t, &s->http.body);
    int rc = ask(s, "POST", "colls", s->database.data, &json, 1);
    return rc < 0 ? fail(s, "POST", err) : 0;
}

/* ---- open ---- */

static void close_server(struct server *s)
{
    if (!s)
        return;
    http_call_release(&s->http);
    cosmosdb_client_release(&s->client);
    buf_release(&s->database);
    buf_release(&s->notes);
    buf_release(&s->path);
    buf_release(&s->continuation);
    mem_free(s);
}

static int get_lease(struct server *, char text[LEASE_TEXT], struct error *);
static int swap_lease(struct server *, const char *seen, const char *text, struct error *);
static const struct lease_ops lease_ops = {.get = get_lease, .swap = swap_lease};

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct server *s = mem_alloc(sizeof *s);
    s->lease = (struct lease){.ops = &lease_ops, .inst = inst};
    bool there;
    http_call_init(&s->http, inst);
    retry_init(&s->retry, clock_ns());
    const char *prefix = instance_get(inst, "table_prefix");
    buf_printf(&s->database, "dbs/%s", cosmosdb_database(inst));
    buf_printf(&s->notes, "%swkl_tables", prefix ? prefix : "");
    int rc = cosmosdb_client_init(&s->client, inst, err);
    if (rc == 0)
        rc = is_there(s, NULL, &there, err);          /* shows that it is reached, and that it takes the
                                                         key */
    if (rc < 0) {
        close_server(s);
        s = NULL;
    }
    *out = s;
    return rc;
}

static const char *version(const struct server *s)
{
    (void)s;
    return "Azure Cosmos DB REST API " COSMOSDB_API;
}

static void put_where(const struct server *s, struct buf *b)
{
    buf_printf(b, "%s%s", buf_text(&s->client.url), cosmosdb_database(s->client.instance));
}

static const char *identity(const struct server *s)
{
    return buf_text(&s->client.url);
}

/* ---- notes: documents {"id": name, "digest": …} ---- */

static const struct type text_type = {.kind = TYPE_STRING};

/* The partition key's header of a note. */
static void put_note_key(const char *name, struct buf *b)
{
    struct value v = {.u.s = {name, (uint32_t)strlen(name)}};
    cosmosdb_put_partition(b, text_type, &v);
}

static void note_link(const struct server *s, struct buf *b)
{
    buf_printf(b, "%s/colls/%s", s->database.data, s->notes.data);
}

static void set_note_path(struct server *s, const char *name)
{
    set_path(s, "/colls/", s->notes.data);
    buf_printf(&s->path, "/docs/%s", name);
}

/* The note of a name; NULL: there is none. The caller's to cJSON_Delete. */
static int get_note(struct server *s, const char *name, cJSON **note, struct error *err)
{
    struct buf key = {0};
    put_note_key(name, &key);
    const struct header headers[] = {
        {"x-ms-documentdb-partitionkey", key.data}, {"x-ms-documentdb-query-enablecrosspartition", "True"},
    };
    set_note_path(s, name);
    int rc = ask(s, "GET", "docs", s->path.data, headers, 2);
    buf_release(&key);
    *note = NULL;
    if (rc == ERR_MISSING || (rc == 0 && s->http.status != 200))
        return 0;
    if (rc < 0)
        return fail(s, "GET", err);
    *note = cJSON_ParseWithLength(buf_text(&s->http.reply), s->http.reply.len);
    return *note ? 0
                 : error_set(err, ERR_SERVER, "cosmosdb at '%s': GET '%s': the answer is not JSON",
                             buf_text(&s->client.url), s->path.data);
}

static int look_at_note(struct server *s, const char *name, struct standing *standing, struct error *err)
{
    cJSON *note;
    int rc = get_note(s, name, &note, err);
    const char *digest = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(note, "digest"));
    standing->noted = note;
    if (digest)
        strncat(standing->digest, digest, DIGEST_CHARS);
    cJSON_Delete(note);
    return rc;
}

static int put_note(struct server *s, const char *name, const char *digest, struct error *err)
{
    struct buf key = {0}, link = {0};
    put_note_key(name, &key);
    note_link(s, &link);
    const struct header headers[] = {
        {"content-type", "application/json"},
        {"x-ms-documentdb-is-upsert", "True"},
        {"x-ms-documentdb-partitionkey", key.data},
    };
    set_path(s, "/colls/", s->notes.data);
    buf_puts(&s->path, "/docs");
    buf_puts(&s->http.body, "{\"id\":");
    buf_put_json(&s->http.body, name, strlen(name));
    buf_printf(&s->http.body, ",\"digest\":\"%s\"}", digest);
    int rc = ask(s, "POST", "docs", link.data, headers, 3);
    buf_release(&key);
    buf_release(&link);
    return rc < 0 ? fail(s, "POST", err) : 0;
}

static int drop_note(struct server *s, const char *name, struct error *err)
{
    struct buf key = {0};
    put_note_key(name, &key);
    const struct header header = {"x-ms-documentdb-partitionkey", key.data};
    set_note_path(s, name);
    int rc = ask(s, "DELETE", "docs", s->path.data, &header, 1);
    buf_release(&key);
    return rc < 0 && rc != ERR_MISSING ? fail(s, "DELETE", err) : 0;
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

static int drop_notes(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = drop_note(s, http_table(s->client.instance, tables[i], &name), err);
    buf_release(&name);
    return rc;
}

static int read_notes(struct server *s, struct notes *notes, struct error *err)
{
    static const struct header headers[] = {
        {"content-type", "application/query+json"}, {"x-ms-documentdb-isquery", "True"},
        {"x-ms-documentdb-query-enablecrosspartition", "True"}, {"x-ms-max-item-count", "1000"},
    };
    struct buf link = {0};
    note_link(s, &link);
    set_path(s, "/colls/", s->notes.data);
    buf_puts(&s->path, "/docs");
    buf_puts(&s->http.body, "{\"query\":\"SELECT c.id FROM c\",\"parameters\":[]}");
    int rc = ask(s, "POST", "docs", link.data, headers, 4);
    buf_release(&link);
    s->made_database = false;
    if (rc < 0)
        return fail(s, "POST", err);
    cJSON *reply = cJSON_ParseWithLength(buf_text(&s->http.reply), s->http.reply.len);
    const cJSON *note;
    cJSON_ArrayForEach(note, cJSON_GetObjectItemCaseSensitive(reply, "Documents")) {
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(note, "id"));
        bool of_database = id && !strcmp(id, DATABASE_NOTE), of_lease = id && !strcmp(id, LEASE_NAME);
        s->made_database |= of_database;
        notes->lease |= of_lease;
        notes->tables |= !of_database && !of_lease;
    }
    const char *more = http_reply_header(&s->http, "x-ms-continuation");
    notes->tables |= more && *more;                   /* nothing is dropped on a part of the truth */
    cJSON_Delete(reply);
    return 0;
}

/* With a token what holds notes stays: it was made for it. */
static int look_at_notes(struct server *s, struct notes *notes, struct error *err)
{
    bool there;
    *notes = (struct notes){.tables = s->client.by_token};
    int rc = s->client.by_token ? 0 : is_there(s, s->notes.data, &there, err);
    if (rc < 0 || s->client.by_token)
        return rc;
    notes->none = !there;
    return there ? read_notes(s, notes, err) : 0;
}
/* ---- the database and the notes' container ---- */

/* made: by us, and not at the same moment by somebody else. */
static int make_database(struct server *s, bool *made, struct error *err)
{
    const char *throughput = instance_get(s->client.instance, "throughput");
    const struct header headers[] = {{"content-type", "application/json"},
                                     {"x-ms-offer-throughput", throughput}};
    buf_clear(&s->path);
    buf_puts(&s->path, "dbs");
    buf_clear(&s->http.body);
    buf_puts(&s->http.body, "{\"id\":");
    const char *name = cosmosdb_database(s->client.instance);
    buf_put_json(&s->http.body, name, strlen(name));
    buf_putc(&s->http.body, '}');
    int rc = ask(s, "POST", "dbs", "", headers, throughput && *throughput ? 2 : 1);
    bool there = rc < 0 && s->http.status == HTTP_CONFLICT;
    *made = rc == 0 || (there && s->refusal.maybe);
    return rc < 0 && !there ? fail(s, "POST", err) : 0;
}

/* One that another run made at the same moment, or our own request that came through twice, will do. */
static int make_notes_container(struct server *s, struct error *err)
{
    static const struct column id = {.name = "id"};
    struct error said = {0};
    int rc = make_container(s, s->notes.data, &id, NULL, &said);
    return rc == 0 || s->http.status == HTTP_CONFLICT ? 0 : error_set(err, rc, "%s", said.text);
}

/* In one message all that is to be made: who makes one container is not to find the next one missing. */
static int refuse_to_make(struct server *s, const char *what, const char *name, struct error *err)
{
    const char *database = cosmosdb_database(s->client.instance);
    return error_set(err, ERR_USAGE,
                     "cosmosdb: %s '%s' does not exist, and an Entra ID token cannot create it: create the database '%s', in it '%s' "
                     "(partition key /id) and a container for each table (its key), as `wklc FILE --target cosmosdb --emit schema` shows them, "
                     "with `az cosmosdb sql container create`; or create and load them with the account's key (--only load), and measure with the "
                     "token (--only run)",
                     what, name, database, buf_text(&s->notes));
}

static int make_notes(struct server *s, struct error *err)
{
    bool database, notes = false, made = false;
    int rc = is_there(s, NULL, &database, err);
    if (rc == 0 && !database && s->client.by_token)
        return refuse_to_make(s, "the database", cosmosdb_database(s->client.instance), err);
    if (rc == 0 && !database)
        rc = make_database(s, &made, err);
    if (rc == 0 && database)
        rc = is_there(s, s->notes.data, &notes, err);
    if (rc == 0 && !notes && s->client.by_token)
        return refuse_to_make(s, "the container", s->notes.data, err);
    if (rc == 0 && !notes)
        rc = make_notes_container(s, err);
    if (rc == 0 && made)
        rc = put_note(s, DATABASE_NOTE, "", err);
    return rc;
}

/* Whether the notes' container is the only one. */
static int is_last(struct server *s, bool *last, struct error *err)
{
    set_path(s, "/colls", "");
    int rc = ask(s, "GET", "colls", s->database.data, NULL, 0);
    *last = false;
    if (rc < 0)
        return fail(s, "GET", err);
    cJSON *reply = cJSON_ParseWithLength(buf_text(&s->http.reply), s->http.reply.len);
    const char *more = http_reply_header(&s->http, "x-ms-continuation");
    *last = cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(reply, "DocumentCollections")) == 1 && !(more && *more);
    cJSON_Delete(reply);
    return 0;
}

/* The database goes with them where wkl made it and it holds nothing else. */
static int drop_place_of_notes(struct server *s, struct error *err)
{
    bool last = false;
    int rc = s->made_database ? is_last(s, &last, err) : 0;
    return rc < 0 ? rc : drop_thing(s, last ? NULL : s->notes.data, err);
}

/* ---- the documents of a container ---- */

/* A page of them, each with its id and the key that it stands under; *more: others follow. */
static int list_documents(struct server *s, const char *name, const char *property, const char *most,
                          cJSON **page, bool *more, struct error *err)
{
    const struct header headers[] = {
        {"content-type", "application/query+json"}, {"x-ms-documentdb-isquery", "True"},
        {"x-ms-documentdb-query-enablecrosspartition", "True"}, {"x-ms-max-item-count", most},
        {"x-ms-continuation", *more ? buf_text(&s->continuation) : NULL},
    };
    struct buf link = {0};
    buf_printf(&link, "%s/colls/%s", s->database.data, name);
    set_path(s, "/colls/", name);
    buf_puts(&s->path, "/docs");
    buf_puts(&s->http.body, "{\"query\":\"SELECT c.id");
    if (property)
        buf_printf(&s->http.body, ", c[\\\"%s\\\"] AS k", property);
    buf_puts(&s->http.body, " FROM c\",\"parameters\":[]}");
    int rc = ask(s, "POST", "docs", link.data, headers, *more ? 5 : 4);
    buf_release(&link);
    *page = rc < 0 ? NULL : cJSON_ParseWithLength(buf_text(&s->http.reply), s->http.reply.len);
    const char *next = rc < 0 ? NULL : http_reply_header(&s->http, "x-ms-continuation");
    buf_clear(&s->continuation);
    buf_puts(&s->continuation, next ? next : "");
    *more = s->continuation.len;
    return rc < 0 ? fail(s, "POST", err) : 0;
}

/* A page may be empty and others follow: each covers some of the container's partitions. */
static int is_empty(struct server *s, const char *name, bool *empty, struct error *err)
{
    bool more = false;
    *empty = true;
    do {
        cJSON *page;
        int rc = list_documents(s, name, NULL, "1", &page, &more, err);
        *empty = rc == 0 && !cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(page, "Documents"));
        cJSON_Delete(page);
        if (rc < 0)
            return rc;
    } while (*empty && more);
    return 0;
}

static int count(struct server *s, const struct table *t, uint64_t *rows, struct error *err)
{
    struct buf name = {0};
    bool more = false;
    int rc = 0;
    *rows = 0;
    do {
        cJSON *page;
        rc = list_documents(s, http_table(s->client.instance, t, &name), NULL, "1000", &page, &more, err);
        *rows += (uint64_t)cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(page, "Documents"));
        cJSON_Delete(page);
    } while (rc == 0 && more && !instance_is_stopped(s->client.instance));
    buf_release(&name);
    return rc;
}

static int drop_document(struct server *s, const char *name, const cJSON *document, struct error *err)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, "id"));
    struct buf partition = {0};
    char *key = cJSON_PrintUnformatted(cJSON_GetObjectItemCaseSensitive(document, "k"));
    buf_printf(&partition, "[%s]", key ? key : "");
    const struct header header = {"x-ms-documentdb-partitionkey", partition.data};
    set_path(s, "/colls/", name);
    buf_puts(&s->path, "/docs/");
    http_put_segment(&s->path, id ? id : "", id ? strlen(id) : 0);
    int rc = ask(s, "DELETE", "docs", "", &header, 1);                  /* by a token, which signs no link */
    cJSON_free(key);
    buf_release(&partition);
    return rc < 0 && rc != ERR_MISSING ? fail(s, "DELETE", err) : 0;
}

/* Those of the first page that has any; *any: it had. */
static int drop_page(struct server *s, const char *name, const char *property, uint64_t began, bool *any,
                     struct error *err)
{
    bool more = false;
    int rc;
    *any = false;
    do {
        cJSON *page, *one;
        rc = list_documents(s, name, property, "1000", &page, &more, err);
        cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(page, "Documents")) {
            *any = true;
            if (rc == 0 && instance_is_stopped(s->client.instance) &&
                clock_ns() > began + CLEARING_S * NS_PER_S)
                rc = error_set(err, ERR_INTERRUPTED,
                               "interrupted: documents are left in '%s', which --only drop removes", name);
            rc = rc < 0 ? rc : drop_document(s, name, one, err);
        }
        cJSON_Delete(page);
    } while (rc == 0 && more && !*any);
    return rc;
}

/* The container was there before, and stays. From the first page each time: what was on it is gone. */
static int drop_documents(struct server *s, const struct table *t, const char *name, struct error *err)
{
    struct buf property = {0};
    uint64_t began = clock_ns();
    bool any = true;
    int rc = 0;
    cosmosdb_put_property(&property, &t->columns[0]);
    while (any && rc == 0)
        rc = drop_page(s, name, property.data, began, &any, err);
    buf_release(&property);
    return rc;
}

/* ---- tables ---- */

/* With a token an empty container that was made for it is as good as none: `make` takes it. */
static int look_at(struct server *s, const char *name, struct standing *standing, struct error *err)
{
    bool empty = false;
    standing->noted = true;
    int rc = is_there(s, name, &standing->there, err);
    if (rc < 0 || !standing->there)
        return rc;
    rc = look_at_note(s, name, standing, err);
    if (rc == 0 && !standing->noted && s->client.by_token)
        rc = is_empty(s, name, &empty, err);
    standing->there = !empty;
    return rc;
}

static int look(struct server *s, const struct table *const *tables, uint32_t n, struct standing *standing,
                struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = look_at(s, http_table(s->client.instance, tables[i], &name), &standing[i], err);
    buf_release(&name);
    return rc;
}

static int make_one(struct server *s, const struct table *t, const char *name, struct made *made,
                    struct error *err)
{
    struct error said = {0};
    bool there = false;
    if (s->client.by_token) {
        int rc = is_there(s, name, &there, err);
        made->now = there ? MADE : NOT_MADE;
        return rc < 0 || there ? rc : refuse_to_make(s, "the container", name, err);
    }
    int rc = make_container(s, name, &t->columns[0], t, &said);
    there = rc < 0 && s->http.status == HTTP_CONFLICT;
    *made = (struct made){rc == 0 ? MADE : there ? EXISTED : NOT_MADE, s->refusal.maybe};
    return rc < 0 && !there ? error_set(err, rc, "%s", said.text) : 0;
}

static int make(struct server *s, const struct table *const *tables, uint32_t n, struct made *made,
                struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = make_one(s, tables[i], http_table(s->client.instance, tables[i], &name), &made[i], err);
    buf_release(&name);
    return rc;
}

static int drop(struct server *s, const struct table *const *tables, uint32_t n, bool *gone,
                struct error *err)
{
    struct buf name = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        http_table(s->client.instance, tables[i], &name);
        rc = s->client.by_token ? drop_documents(s, tables[i], name.data, err)
                                : drop_thing(s, name.data, err);
        gone[i] = rc == 0;
    }
    buf_release(&name);
    return rc;
}

/* ---- how far a load came: a list of texts in the container's note ---- */

static int loaded(struct server *s, const struct table *t, const char *digest, http_take_fn *take, void *arg,
                  struct error *err)
{
    struct buf name = {0}, list = {0};
    cJSON *note;
    instance_put_table(s->client.instance, t, &name);
    http_put_list_name(&list, digest);
    int rc = get_note(s, name.data, &note, err);
    http_take_spans(cJSON_GetObjectItemCaseSensitive(note, list.data), take, arg);
    cJSON_Delete(note);
    buf_release(&name);
    buf_release(&list);
    return rc;
}

/* Adds rows to those that are listed. What touches becomes one, so that the list is about as long as there
 * are streams: a document is charged for by its size each time that it is written. */
static void add_span(cJSON *note, const char *list_name, uint64_t from, uint64_t to)
{
    struct buf text = {0};
    cJSON *list = cJSON_GetObjectItemCaseSensitive(note, list_name), *next;
    if (!list)
        list = cJSON_AddArrayToObject(note, list_name);
    for (cJSON *one = list ? list->child : NULL; one; one = next) {
        uint64_t f, t;
        next = one->next;
        if (!http_read_span(one, &f, &t) || t < from || f > to)
            continue;
        from = f < from ? f : from;
        to = t > to ? t : to;
        cJSON_Delete(cJSON_DetachItemViaPointer(list, one));
    }
    http_put_span(&text, from, to);
    cJSON_AddItemToArray(list, cJSON_CreateString(text.data));
    buf_release(&text);
}

/* Writes a note over the one that it was read as: with status HTTP_CHANGED where somebody was faster. */
static int replace_note(struct server *s, const char *name, const cJSON *note)
{
    struct buf key = {0};
    const char *etag = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(note, "_etag"));
    char *text = cJSON_PrintUnformatted(note);
    put_note_key(name, &key);
    const struct header headers[] = {
        {"content-type", "application/json"},
        {"x-ms-documentdb-partitionkey", key.data},
        {"if-match", etag ? etag : ""},
    };
    set_note_path(s, name);
    buf_puts(&s->http.body, text ? text : "");
    int rc = ask(s, "PUT", "docs", s->path.data, headers, 3);
    cJSON_free(text);
    buf_release(&key);
    return rc;
}

static int note_once(struct server *s, const char *name, const struct stretch *stretch, const char *list_name,
                     struct error *err)
{
    cJSON *note;
    int rc = get_note(s, name, &note, err);
    if (rc < 0)
        return rc;
    if (!note)
        return http_miss_note("cosmosdb", "container", name, err);
    add_span(note, list_name, stretch->from, stretch->to);
    rc = replace_note(s, name, note);
    cJSON_Delete(note);
    return rc < 0 ? fail(s, "PUT", err) : 0;
}

/* Where another stream's note came between, it is tried again: each such failure is that one's success. */
int cosmosdb_note_load(struct server *s, const struct stretch *stretch, struct error *err)
{
    struct buf name = {0}, list = {0};
    int rc;
    instance_put_table(s->client.instance, stretch->table, &name);
    http_put_list_name(&list, stretch->digest);
    for (uint32_t tries = 1;; tries++) {
        rc = note_once(s, name.data, stretch, list.data, err);
        if (rc == 0 || s->http.status != HTTP_CHANGED || tries == NOTE_TRIES)
            break;
        wait_for(s, 1, 0);
    }
    buf_release(&name);
    buf_release(&list);
    return rc;
}

/* ---- the lease (lease.h): a document {"id": ".owner", "holder": text} among the notes ---- */

static int read_lease(struct server *s, cJSON **note, char text[LEASE_TEXT], struct error *err)
{
    int rc = get_note(s, LEASE_NAME, note, err);
    const char *holder = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(*note, "holder"));
    snprintf(text, LEASE_TEXT, "%s", holder ? holder : "");
    return rc;
}

static int get_lease(struct server *s, char text[LEASE_TEXT], struct error *err)
{
    cJSON *note;
    int rc = read_lease(s, &note, text, err);
    cJSON_Delete(note);
    return rc;
}

/* A document that nobody has written yet. */
static int write_first(struct server *s, const char *text)
{
    struct buf key = {0}, link = {0};
    put_note_key(LEASE_NAME, &key);
    note_link(s, &link);
    const struct header headers[] = {{"content-type", "application/json"},
                                     {"x-ms-documentdb-partitionkey", key.data}};
    set_path(s, "/colls/", s->notes.data);
    buf_puts(&s->path, "/docs");
    buf_puts(&s->http.body, "{\"id\":\"" LEASE_NAME "\",\"holder\":");
    buf_put_json(&s->http.body, text, strlen(text));
    buf_putc(&s->http.body, '}');
    int rc = ask(s, "POST", "docs", link.data, headers, 2);
    buf_release(&key);
    buf_release(&link);
    return rc;
}

/* The document as it was read is written anew, or deleted: only if it is still the same. */
static int write_over(struct server *s, cJSON *note, const char *text)
{
    if (text[0]) {
        cJSON_DeleteItemFromObjectCaseSensitive(note, "holder");      /* it may lack one: somebody's hand, a
                                                                         server that drops it */
        cJSON_AddStringToObject(note, "holder", text);
        return replace_note(s, LEASE_NAME, note);
    }
    struct buf key = {0};
    const char *etag = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(note, "_etag"));
    put_note_key(LEASE_NAME, &key);
    const struct header headers[] = {{"x-ms-documentdb-partitionkey", key.data},
                                     {"if-match", etag ? etag : ""}};
    set_note_path(s, LEASE_NAME);
    int rc = ask(s, "DELETE", "docs", s->path.data, headers, 2);
    buf_release(&key);
    return rc == 0 && s->http.status == 404 ? ERR_MISSING : rc;
}

static int swap_lease(struct server *s, const char *seen, const char *text, struct error *err)
{
    cJSON *note;
    char there[LEASE_TEXT];
    int rc = read_lease(s, &note, there, err);
    if (rc == 0 && strcmp(there, seen)) {
        rc = LEASE_CHANGED;
    } else if (rc == 0 && note) {
        rc = write_over(s, note, text);
    } else if (rc == 0) {
        if ((rc = make_notes(s, err)) == 0)
            rc = write_first(s, text);
        else
            s->http.status = 0;                       /* *err says why */
    }
    cJSON_Delete(note);
    bool changed = rc < 0 &&
                   (s->http.status == HTTP_CONFLICT || s->http.status == HTTP_CHANGED || rc == ERR_MISSING);
    return changed ? LEASE_CHANGED : rc < 0 ? fail(s, "writing", err) : rc;
}

const struct store cosmosdb_store = {
    .thing = "container", .open = open_server, .close = close_server, .version = version,
    .identity = identity, .put_where = put_where,
    .mark = &lease_mark, .look = look, .look_most = 1, .make = make, .drop = drop, .note_put = put_notes,
    .note_drop = drop_notes,
    .notes_make = make_notes, .notes = look_at_notes, .notes_drop = drop_place_of_notes, .loaded = loaded,
    .count = count, .count_most = 100000,
};
