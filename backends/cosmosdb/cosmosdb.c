/* cosmosdb.c - Azure Cosmos DB, NoSQL API: one container a table, partitioned by the key column; a row is a
 * document whose id is the key's text. Where further columns tell the rows of a key apart, the id is made of
 * these.
 *
 * A write is of one document: a patch sets columns and never creates, an upsert or a create writes it whole, a DELETE takes it.
 * One key is a point read (GET of one document), or for the rows of what a key begins with a query within its
 * partition; several keys are one query, `key IN (…)`, which carries the partition-key predicate. It is
 * cheaper than as many point reads: 25 small items were charged 6.75 RU by one query and 25 RU as point reads
 * (github.com/Azure/azure-cosmos-dotnet-v3, discussion 3610). No request crosses containers, so a binpacked
 * call is the requests of all containers in flight together. A transactional batch is no way to read: one
 * missing document fails all of its operations. */
#include "config.h"

#include "backends/cosmosdb/cosmosdb.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "backends/http/json_values.h"
#include "base/bounds.h"

#if HAVE_CURL
extern const struct store cosmosdb_store;
extern const struct feed cosmosdb_feed;
extern const struct wire cosmosdb_wire;
#define COSMOSDB_STORE (&cosmosdb_store)
#define COSMOSDB_FEED (&cosmosdb_feed)
#define COSMOSDB_WIRE (&cosmosdb_wire)
#else
#define COSMOSDB_STORE NULL
#define COSMOSDB_FEED NULL
#define COSMOSDB_WIRE NULL
#endif

/* https://learn.microsoft.com/azure/cosmos-db/nosql/transactional-batch */
#define ONE_PARTITION "a transactional batch is of one partition, and each key is one"

/* ---- names and values ---- */

const char *cosmosdb_database(const struct instance *inst)
{
    const char *v = instance_get(inst, "database");
    return v && *v ? v : "wkl";
}

/* "c_" before what could be taken for it keeps two columns apart: "id" -> "c_id", "c_id" -> "c_c_id". */
void cosmosdb_put_property(struct buf *b, const struct column *column)
{
    const char *name = column->name;
    if (!strcmp(name, "id") || name[0] == '_' || !strncmp(name, "c_", 2))
        buf_puts(b, "c_");
    buf_puts(b, name);
}

void cosmosdb_put_id(struct buf *b, struct type t, const struct value *key)
{
    static const char as_is[] = "-_.:@+=,;$!*'()[]{}";
    struct buf text = {0};
    value_put(&text, t, key);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x80 && c && (isalnum(c) || strchr(as_is, c)))
            buf_putc(b, (char)c);
        else
            buf_printf(b, "~%02X", c);
    }
    buf_release(&text);
}

/* A bar cannot stand in the text of a column. */
void cosmosdb_put_row_id(const struct table *t, const struct value *row, struct buf *b)
{
    uint32_t from = t->nkeys > 1;
    for (uint32_t i = from; i < t->nkeys; i++) {
        buf_puts(b, i > from ? "|" : "");
        cosmosdb_put_id(b, t->columns[i].type, &row[i]);
    }
}

/* The code point of the UTF-8 sequence at s, which has n bytes left; *used: how long it is. */
static uint32_t utf8_at(const unsigned char *s, size_t n, size_t *used)
{
    size_t more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
    uint32_t c = s[0] & (0x3fu >> more);
    *used = 1;
    for (; *used <= more && *used < n; ++*used)
        c = c << 6 | (s[*used] & 0x3f);
    return c;
}

void cosmosdb_put_partition(struct buf *b, struct type t, const struct value *key)
{
    struct buf text = {0};
    json_put_plain(&text, t, key);
    buf_putc(b, '[');
    for (size_t i = 0, used = 1; i < text.len; i += used) {
        const unsigned char *at = (const unsigned char *)text.data + i;
        used = 1;
        if (*at < 0x80) {
            buf_putc(b, (char)*at);
            continue;
        }
        uint32_t c = utf8_at(at, text.len - i, &used);
        if (c >= 0x10000)
            buf_printf(b, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10), 0xdc00 + ((c - 0x10000) & 0x3ff));
        else
            buf_printf(b, "\\u%04x", c);
    }
    buf_putc(b, ']');
    buf_release(&text);
}

void cosmosdb_put_document(const struct table *t, const struct value *values, struct buf *b)
{
    buf_puts(b, "{\"id\":\"");
    cosmosdb_put_row_id(t, values, b);
    buf_putc(b, '"');
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        buf_puts(b, ",\"");
        cosmosdb_put_property(b, &t->columns[i]);
        buf_puts(b, "\":");
        json_put_plain(b, t->columns[i].type, &values[i]);
    }
    buf_putc(b, '}');
}

static void print_type(const struct instance *inst, struct type t, struct buf *b, struct buf *loss)
{
    (void)inst;
    bool number = json_attribute_tag(t, false) == 'N';
    bool wide = t.kind == TYPE_DECIMAL && !type_decimal_fits_double(t);
    buf_puts(b, t.kind == TYPE_BOOL ? "boolean" : number && !wide ? "number" : "string");
    if (!loss)
        return;
    if (wide)
        buf_puts(loss, "a decimal of more than 15 digits travels as a string, which the service does not "
                       "compare as a number");
    else if (t.kind == TYPE_BIGINT)
        buf_puts(loss, "values beyond 2^53 travel as strings, which the service does not compare as numbers");
}

/* ---- tables ---- */

static void put_path(const struct column *column, const char *order, struct buf *b)
{
    buf_puts(b, "{\"path\":\"/");
    cosmosdb_put_property(b, column);
    if (order)
        buf_printf(b, "\",\"order\":\"%s\"}", order);
    else
        buf_puts(b, "/?\"}");
}

/* What ORDER BY over several columns takes, from the first to the last and back. */
static void put_composite(const struct table *t, struct buf *b)
{
    static const char *const orders[] = {"ascending", "descending"};
    uint32_t from = t->keyspace->own ? t->nkeys : data_inherited(t);
    if (t->nkeys < from + 2)
        return;
    for (int way = 0; way < 2; way++) {
        buf_puts(b, way ? ",[" : ",\"compositeIndexes\":[[");
        for (uint32_t i = from; i < t->nkeys; i++) {
            buf_puts(b, i > from ? "," : "");
            put_path(&t->columns[i], orders[way], b);
        }
        buf_puts(b, way ? "]]" : "]");
    }
}

/* Only key columns are indexed: they are all that requests look for, and every further path costs request
 * units on each write. */
void cosmosdb_put_container(const char *name, const struct column *key, const struct table *t, struct buf *b)
{
    buf_puts(b, "{\"id\":");
    buf_put_json(b, name, strlen(name));
    buf_puts(b, ",\"partitionKey\":{\"paths\":[\"/");
    if (t)
        cosmosdb_put_property(b, key);
    else
        buf_puts(b, key->name);
    buf_puts(b, "\"],\"kind\":\"Hash\",\"version\":2},\"indexingPolicy\":{\"indexingMode\":\"consistent\","
                "\"automatic\":true,"
                "\"includedPaths\":[");
    if (!t)
        buf_printf(b, "{\"path\":\"/%s/?\"}", key->name);
    for (uint32_t i = 0; t && i < t->nkeys; i++) {
        buf_puts(b, i ? "," : "");
        put_path(&t->columns[i], NULL, b);
    }
    buf_puts(b, "],\"excludedPaths\":[{\"path\":\"/*\"}]");
    if (t)
        put_composite(t, b);
    buf_puts(b, "}}");
}

/* The head of an emitted request; {{date}} and {{authorization}} are for its sender to fill in. */
static void put_head(struct buf *b, const char *method, const char *path)
{
    buf_printf(b, "%s /%s HTTP/1.1\nx-ms-version: " COSMOSDB_API "\nx-ms-date: {{date}}\nauthorization: {{authorization}}\n", method, path);
}

static void print_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    struct buf name = {0}, path = {0};
    instance_put_table(inst, t, &name);
    buf_printf(&path, "dbs/%s/colls", cosmosdb_database(inst));
    buf_printf(b, "### %s\n", buf_text(&name));
    put_head(b, "POST", buf_text(&path));
    buf_puts(b, "content-type: application/json\n\n");
    cosmosdb_put_container(buf_text(&name), &t->columns[0], t, b);
    buf_puts(b, "\n");
    buf_release(&name);
    buf_release(&path);
}

/* ---- lowering ---- */

static void put_column(const struct step *step, uint32_t column, struct buf *sql)
{
    buf_puts(sql, "c[\"");
    cosmosdb_put_property(sql, &step->table->columns[column]);
    buf_puts(sql, "\"]");
}

/* Of one column a list of keys; of several, all of which are equal, one such condition or another. */
static void put_keys(const struct step *step, struct buf *sql)
{
    uint32_t bound = step_bound(step), n = step->nkeys * bound;
    if (bound == 1) {
        put_column(step, 0, sql);
        buf_puts(sql, n == 1 ? " = @k0" : " IN (");
        for (uint32_t k = 0; k < n && n > 1; k++)
            buf_printf(sql, "%s@k%u%s", k ? ", " : "", k, k + 1 == n ? ")" : "");
        return;
    }
    buf_puts(sql, step->nkeys > 1 ? "((" : "");
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(sql, !i ? "" : i % bound ? " AND " : ") OR (");
        put_column(step, i % bound, sql);
        buf_printf(sql, " = @k%u", i);
    }
    buf_puts(sql, step->nkeys > 1 ? "))" : "");
}

static void put_slice(const struct step *step, struct buf *sql)
{
    const struct ir_slice *slice = step->slice;
    for (uint32_t i = 0; i < slice->nbounds; i++) {
        enum compare compare = slice->bounds[i].compare;
        buf_puts(sql, " AND ");
        put_column(step, slice->bounds[i].column, sql);
        buf_printf(sql, " %s @w%u", compare == COMPARE_EQ ? "=" : compare_name(compare), i);
    }
    for (uint32_t i = step_bound(step); slice->limit && i < step->table->nkeys; i++) {
        buf_puts(sql, i > step_bound(step) ? ", " : " ORDER BY ");
        put_column(step, i, sql);
        buf_puts(sql, slice->backward ? " DESC" : "");
    }
}

static void put_select(const struct step *step, struct buf *b)
{
    struct buf sql = {0};
    buf_puts(&sql, "SELECT ");
    if (step->slice && step->slice->limit)
        buf_printf(&sql, "TOP %llu ", (unsigned long long)step->slice->limit);
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        buf_puts(&sql, i ? ", " : "");
        put_column(step, step->columns[i], &sql);
    }
    buf_puts(&sql, " FROM c WHERE ");
    put_keys(step, &sql);
    if (step->slice)
        put_slice(step, &sql);
    buf_put_json(b, sql.data, sql.len);
    buf_release(&sql);
}

void cosmosdb_put_query(const struct request *r, const struct value *keys, struct buf *b)
{
    const struct step *step = r->steps;
    const struct cosmosdb_request *l = r->lowered;
    uint32_t bound = step_bound(step);
    buf_puts(b, l->query);
    for (uint32_t i = 0; i < step->nkeys * bound; i++) {
        uint32_t reg = step_register(step, i / bound) + i % bound;
        buf_printf(b, "%s{\"name\":\"@k%u\",\"value\":", i ? "," : "", i);
        if (keys)
            json_put_plain(b, step->table->columns[i % bound].type, &keys[reg]);
        else
            buf_printf(b, "\"<k%u>\"", reg);
        buf_putc(b, '}');
    }
    for (uint32_t i = 0; step->slice && i < step->slice->nbounds; i++) {
        const struct ir_bound *w = &step->slice->bounds[i];
        buf_printf(b, ",{\"name\":\"@w%u\",\"value\":", i);
        json_put_plain(b, step->table->columns[w->column].type, &w->value);
        buf_putc(b, '}');
    }
    buf_puts(b, "]}");
}

static void put_register(struct type type, const struct value *registers, uint32_t reg, struct buf *b)
{
    if (registers)
        json_put_plain(b, type, &registers[reg]);
    else
        buf_printf(b, "\"<k%u>\"", reg);
}

/* "<k0>", "<k1>|<k2>" */
static void put_id_places(const struct table *t, uint32_t reg, const char *between, struct buf *b)
{
    for (uint32_t i = t->nkeys > 1; i < t->nkeys; i++)
        buf_printf(b, "%s<k%u>", i > 1 ? between : "", reg + i);
}

/* {"operations":[{"op":"set","path":"/score","value":7},{"op":"incr","path":"/visits","value":1},…]}: a property's name needs no escape in a path. */
static void put_patch(const struct step *s, const struct value *registers, struct buf *b)
{
    uint32_t column, reg;
    buf_puts(b, "{\"operations\":[");
    for (uint32_t i = 0; step_assignment(s, i, 0, &column, &reg); i++) {
        buf_printf(b, "%s{\"op\":\"%s\",\"path\":\"/", i ? "," : "", step_adds(s, i) ? "incr" : "set");
        cosmosdb_put_property(b, &s->table->columns[column]);
        buf_puts(b, "\",\"value\":");
        put_register(s->table->columns[column].type, registers, reg, b);
        buf_putc(b, '}');
    }
    buf_puts(b, "]}");
}

static void put_member(const struct step *s, uint32_t column, const struct value *registers, uint32_t reg,
                       struct buf *b)
{
    buf_puts(b, ",\"");
    cosmosdb_put_property(b, &s->table->columns[column]);
    buf_puts(b, "\":");
    put_register(s->table->columns[column].type, registers, reg, b);
}

/* {"id":"…","hash_key":"…",…} */
static void put_whole(const struct step *s, const struct value *registers, struct buf *b)
{
    uint32_t column, reg, key = step_register(s, 0);
    buf_puts(b, "{\"id\":\"");
    if (registers)
        cosmosdb_put_row_id(s->table, &registers[key], b);
    else
        put_id_places(s->table, key, "|", b);
    buf_putc(b, '"');
    for (uint32_t i = 0; i < s->table->nkeys; i++)
        put_member(s, i, registers, key + i, b);
    for (uint32_t i = 0; step_assignment(s, i, 0, &column, &reg); i++)
        put_member(s, column, registers, reg, b);
    buf_putc(b, '}');
}

void cosmosdb_put_write(const struct step *s, const struct value *registers, struct buf *b)
{
    if (s->op->creates)
        put_whole(s, registers, b);
    else if (!s->op->removes)
        put_patch(s, registers, b);
}

static const char *taken(struct arena *arena, struct buf *b)
{
    const char *s = arena_strndup(arena, buf_text(b), b->len);
    buf_clear(b);
    return s;
}

static void put_text(const struct request *r, struct buf *b)
{
    const struct cosmosdb_request *l = r->lowered;
    if (l->query) {
        cosmosdb_put_query(r, NULL, b);
        return;
    }
    buf_printf(b, "%s /%s", l->method, l->path);
    if (!cosmosdb_posts_document(l)) {
        buf_putc(b, '/');
        put_id_places(r->steps->table, r->steps->first, "%7C", b);
    }
    if (request_writes(r) && !r->steps->op->removes) {
        buf_putc(b, ' ');
        cosmosdb_put_write(r->steps, NULL, b);
    }
}

static const char *const methods[IR_OP_COUNT] = {
    [IR_UPDATE] = "PATCH", [IR_PUT] = "POST", [IR_INSERT] = "POST", [IR_DELETE] = "DELETE"};

static void lower(const struct instance *inst, struct arena *arena, struct request *r)
{
    struct cosmosdb_request *l = arena_new(arena, struct cosmosdb_request);
    struct buf b = {0};
    buf_printf(&b, "dbs/%s/colls/", cosmosdb_database(inst));
    instance_put_table(inst, r->steps->table, &b);
    l->link = taken(arena, &b);
    buf_printf(&b, "%s/docs", l->link);               /* the names need no encoding: letters, digits, _ - . */
    l->path = taken(arena, &b);
    l->within = r->width == WIDTH_ONE && step_bound(r->steps) < r->steps->table->nkeys;
    if (r->width != WIDTH_ONE || l->within) {
        buf_puts(&b, "{\"query\":");
        put_select(r->steps, &b);
        buf_puts(&b, ",\"parameters\":[");
        l->query = taken(arena, &b);
    }
    l->method = l->query ? "POST" : request_writes(r) ? methods[r->steps->op->kind] : "GET";
    r->lowered = l;
    put_text(r, &b);
    r->text = taken(arena, &b);
    buf_release(&b);
}

/* Of the signs of an id that a URL does not take as they are: the bar. */
static void put_id_in_path(const struct table *t, const struct value *key, struct buf *b)
{
    struct buf id = {0};
    cosmosdb_put_row_id(t, key, &id);
    for (const char *at = buf_text(&id); *at; at++)
        if (*at == '|')
            buf_puts(b, "%7C");
        else
            buf_putc(b, *at);
    buf_release(&id);
}

static void print_request(const struct instance *inst, const struct request *r, const struct value *keys,
                          struct buf *b)
{
    (void)inst;
    const struct cosmosdb_request *l = r->lowered;
    struct type type = r->steps->table->columns[0].type;
    struct buf path = {0};
    buf_puts(&path, l->path);
    if (!l->query && !cosmosdb_posts_document(l)) {
        buf_putc(&path, '/');
        put_id_in_path(r->steps->table, &keys[r->steps->first], &path);
    }
    put_head(b, l->method, buf_text(&path));
    if (!l->within && !request_writes(r))
        buf_puts(b, "x-ms-documentdb-query-enablecrosspartition: True\n");
    if (!l->query || l->within) {
        buf_puts(b, "x-ms-documentdb-partitionkey: ");
        cosmosdb_put_partition(b, type, &keys[r->steps->first]);
        buf_putc(b, '\n');
    }
    if (l->query) {
        buf_puts(b, "x-ms-documentdb-isquery: True\ncontent-type: application/query+json\n\n");
        cosmosdb_put_query(r, keys, b);
    } else if (request_writes(r) && !r->steps->op->removes) {
        buf_puts(b, r->steps->op->creates && !r->steps->op->fresh ? "x-ms-documentdb-is-upsert: True\n" : "");
        buf_puts(b, "content-type: application/json\n\n");
        cosmosdb_put_write(r->steps, keys, b);
    }
    buf_putc(b, '\n');
    buf_release(&path);
}

/* ---- units ---- */

/* https://learn.microsoft.com/azure/cosmos-db/understand-request-unit-consumption: the charge of a point read,
 * for session and weaker consistency, and of a write by the document's size in KB; between two rows it is
 * interpolated. */
enum charged { CHARGED_READ = 1, CHARGED_WRITE };

static double charge_of(double bytes, enum charged charged)
{
    static const double table[][3] = {
        {1, 1.00, 4.95}, {2, 1.04, 6.29}, {4, 1.14, 6.67}, {8, 1.33, 7.04}, {16, 1.67, 9.52},
        {32, 2.19, 11.23}, {64, 4.76, 22.67}, {128, 9.95, 48.19}, {256, 20.28, 98.29},
        {512, 40.95, 184.57}, {1024, 145.9, 625}, {2048, 291.8, 1250},
    };
    enum { ROWS = sizeof table / sizeof *table };
    double kb = bytes / 1024;
    if (kb <= 1)
        return table[0][charged];
    int i = 1;
    while (i < ROWS - 1 && kb > table[i][0])
        i++;
    double share = (kb - table[i - 1][0]) / (table[i][0] - table[i - 1][0]);
    return table[i - 1][charged] + share * (table[i][charged] - table[i - 1][charged]);
}

double cosmosdb_read_units(double bytes)
{
    return charge_of(bytes, CHARGED_READ);
}

double cosmosdb_write_units(double bytes)
{
    return charge_of(bytes, CHARGED_WRITE);
}

/* There is no published formula: a query for 25 small items were charged 6.75 RU (see above), 0.27 each; and
 * the least that a query is charged is about 2.3 RU. Larger documents cost more in the proportion of their
 * point reads. */
double cosmosdb_query_units(double documents, double bytes)
{
    double units = 0.27 * documents;
    return (units > 2.3 ? units : 2.3) * cosmosdb_read_units(bytes);
}

static double document_bytes(const struct table *t)
{
    double bytes = data_row_bytes(t) + 250;           /* the service's own: id, _rid, _self, _etag,
                                                         _attachments, _ts */
    for (uint32_t i = 0; i < t->ncolumns; i++)
        bytes += (double)strlen(t->columns[i].name) + 4;
    return bytes;
}

/* The key alone is indexed, so what the index adds is little beside the document. */
static double stored_row(const struct instance *inst, const struct table *t)
{
    (void)inst;
    return document_bytes(t);
}

/* "Replacing an item costs two times the charge required to insert the same item", and a patch is charged as
 * other writes are: learn.microsoft.com/azure/cosmos-db/optimize-cost-reads-writes, …/partial-document-update-faq.
 * A document that is not there is looked for, as by a point read, or inserted. */
static double written_units(const struct request *r)
{
    const struct step *s = r->steps;
    const struct table *t = s->table;
    uint64_t count = (s->keyspace ? s->keyspace : t->keyspace)->count;
    double before = document_bytes(t), after = before + data_written_bytes(t, s->sets, s->nsets) - data_row_bytes(t);
    double share = count && !s->op->fresh ? fmin(1, (double)t->rows / (double)count) : 0;
    double there = (s->op->removes ? 1 : 2) * cosmosdb_write_units(fmax(before, after));
    return share * there + (1 - share) * (s->op->creates ? cosmosdb_write_units(after) : cosmosdb_read_units(0));
}

/* The account's own level, where nothing is set, is not known; a request cannot ask for more than that. */
static enum promise promise(const struct instance *inst, bool latest)
{
    (void)latest;
    const char *level = instance_get(inst, "consistency");
    return !level                      ? PROMISE_EVENTUAL
           : !strcmp(level, "strong")  ? PROMISE_LATEST
           : !strcmp(level, "session") ? PROMISE_SESSION
                                       : PROMISE_EVENTUAL;
}

static double model_units(const struct instance *inst, const struct request *r)
{
    if (request_writes(r))
        return written_units(r);
    double bytes = document_bytes(r->steps->table);
    const char *level = instance_get(inst, "consistency");
    bool twice = level && (!strcmp(level, "strong") || !strcmp(level, "bounded"));
    bool several = step_bound(r->steps) < r->steps->table->nkeys;
    double documents = several ? r->expected.rows : (double)r->nkeys;
    const struct cosmosdb_request *l = r->lowered;
    double units = l->query ? cosmosdb_query_units(documents, bytes) : cosmosdb_read_units(bytes);
    return twice ? 2 * units : units;
}

/* ---- the backend ---- */

static const struct setting_def settings[] = {
    {"uri", "COSMOS_CONNECTION_STRING", NULL,
     "the account's connection string, AccountEndpoint=…;AccountKey=…;", true,
     SETTING_TEXT, SETTING_OF_PLACE},
    {"endpoint", "COSMOS_ENDPOINT", NULL,
     "the account's URL, without a connection string; https:// unless it says otherwise or is on this machine", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"ca", "COSMOS_CA", NULL,
     "file or folder of trusted CA certificates; default CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR or the system's", false},
    {"allow_http", NULL, NULL,
     "on: allow http:// to another machine, which exposes requests and session tokens to the network", false, SETTING_SWITCH},
    {"key", "COSMOS_KEY", NULL, "the account's key, without a connection string", true},
    {"token", "COSMOS_TOKEN", NULL,
     "an Entra ID token for https://cosmos.azure.com, instead of a key; it cannot create or drop containers", true},
    {"database", NULL, "wkl", "holds the containers; created if it does not exist", false, SETTING_TEXT,
     SETTING_OF_PLACE},
    {"consistency", NULL, NULL,
     "of reads: eventual, prefix, session, bounded or strong; at most the account's, which is the default", false},
    {"throughput", NULL, NULL,
     "request units per second, shared by the containers of a database that wkl creates; not for serverless", false,
     SETTING_COUNT, SETTING_OF_SERVICE},
    {"page_rows", NULL, "1000", "documents of one answer to a query at most (x-ms-max-item-count)", false,
     SETTING_COUNT},
    {"timeout", NULL, "30s", "of one HTTP request to the service", false, SETTING_DURATION},
    {"table_prefix", NULL, NULL, "prefix of the containers' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL,
     "how many connections the requests share; default as many as the clients can use, up to 64", false, SETTING_COUNT, .most = MOST_CONNECTIONS},
    {0},
};

/* Of the id: the key's text, in which the two blanks among the 64 signs of `text` take three bytes each, by
 * chance as often as not. */
static bool key_bytes(const struct column *key, uint64_t *bytes)
{
    uint64_t blanks = 0;
    if (!data_longest(key, bytes))
        return false;
    if (key->type.kind != TYPE_UUID && !key->expr && key->gen.kind == GEN_TEXT)
        blanks = *bytes / 32 + (uint64_t)sqrt((double)*bytes);
    *bytes += 2 * blanks;
    return true;
}

/* Of the id of a row of several to a key: these columns, with a bar between. */
static bool sort_bytes(const struct table *t, uint64_t *bytes)
{
    *bytes = 0;
    for (uint32_t i = 1; i < t->nkeys; i++) {
        uint64_t longest = 0;
        *bytes += key_bytes(data_made(t, i), &longest) ? longest + (i > 1) : 0;
    }
    return *bytes > 0;
}

/* The document as it is sent, with the key in its id too; of numbers and the like a byte, which is the least
 * they take. */
static uint64_t row_bytes(const struct table *t)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        uint64_t longest = 1;
        bool known = data_longest(data_made(t, i), &longest);
        bytes += strlen(t->columns[i].name) + 4 + (known ? (i ? longest : 2 * longest) : 1);
    }
    return bytes;
}

const struct backend backend_cosmosdb = {
    .name = "cosmosdb",
    .title = "Azure Cosmos DB",
    .caps = {
        .can[IR_GET] = {
            [WIDTH_ONE] = {"point read"},
            [WIDTH_KEYS] = {"SELECT … WHERE key IN (…)", .keys = COSMOSDB_MAX_KEYS, .tables = 1},
            [WIDTH_TABLES] = {.lacks = "no call crosses containers", .tables = 1},
            [WIDTH_PROCEDURE] = {.lacks = "no procedure crosses containers"},
        },
        .can[IR_UPDATE] = {
            [WIDTH_ONE] = {"PATCH", .sets = COSMOSDB_MAX_PATCH},
            [WIDTH_KEYS] = {.lacks = ONE_PARTITION},
            [WIDTH_TABLES] = {.lacks = "PATCH is of one document"},
            [WIDTH_PROCEDURE] = {.lacks = "PATCH is of one document"},
        },
        .can[IR_INSERT] = {[WIDTH_ONE] = {"create"},
                           [WIDTH_KEYS] = {.lacks = ONE_PARTITION}},
        .can[IR_PUT] = {[WIDTH_ONE] = {"upsert"},
                           [WIDTH_KEYS] = {.lacks = ONE_PARTITION}},
        .can[IR_DELETE] = {[WIDTH_ONE] = {"DELETE"},
                           [WIDTH_KEYS] = {.lacks = ONE_PARTITION}},
        .keys[IR_GET] = {BY_TUPLE | BY_PREFIX | BY_SLICE, .rows_as = "query of a partition", .limits_apart = true},
        .keys[IR_INSERT] = {BY_TUPLE}, .keys[IR_PUT] = {BY_TUPLE},
        .keys[IR_UPDATE] = {BY_TUPLE}, .keys[IR_DELETE] = {BY_TUPLE},
        .bytes_unsorted = true,
        .load_rows = 2000,                            /* requests, and two that note them */
        .name_max = 255,
        .name_never = "/\\?#",
        .exact_whole = 0x1p53,
        .fan_out = 64,
        .max_key_bytes = 1023,
        .key_hint = "a shorter key: signs other than letters and digits count threefold in a document's id",
        .max_sort_bytes = 1023,
        .no_empty_key = true,
        .max_row_bytes = 2 << 20,
    },
    .settings = settings,
    .request_ext = "http",
    .comment = "###",                                 /* separates requests in a file of the .http format */
    .print_type = print_type,
    .print_table = print_table,
    .lower = lower,
    .print_request = print_request,
    .model_units = model_units,
    .stored_row = stored_row,
    .promise = promise,
    .key_bytes = key_bytes,
    .sort_bytes = sort_bytes,
    .row_bytes = row_bytes,
    .store = COSMOSDB_STORE,
    .feed = COSMOSDB_FEED,
    .wire = COSMOSDB_WIRE,
    .driver_needs = "libcurl (Debian: libcurl4-openssl-dev)",
};
