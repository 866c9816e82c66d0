/* dynamodb.c - Amazon DynamoDB: one table a table, its hash key the key column, every other column an
 * attribute. Further key columns are its sort key (sort_key.h).
 *
 * One key is GetItem; several keys and tables are BatchGetItem. Both take whole keys: the rows of what a key
 * begins with are a Query (key_range.h). A write is of one item (writes.h). There is nothing that runs on the
 * server. The JSON is that of the service's own API, which is also what the AWS command line takes by
 * --cli-input-json. */
#include "config.h"

#include "backends/aws/profile.h"
#include "backends/dynamodb/dynamodb.h"
#include "backends/dynamodb/sort_key.h"
#include "backends/dynamodb/writes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "backends/http/json_values.h"
#include "base/bounds.h"
#include "base/bug.h"
#include "base/map.h"

#if HAVE_CURL
extern const struct store dynamodb_store;
extern const struct feed dynamodb_feed;
extern const struct wire dynamodb_wire;
#define DYNAMODB_STORE (&dynamodb_store)
#define DYNAMODB_FEED (&dynamodb_feed)
#define DYNAMODB_WIRE (&dynamodb_wire)
#else
#define DYNAMODB_STORE NULL
#define DYNAMODB_FEED NULL
#define DYNAMODB_WIRE NULL
#endif

/* ---- types ---- */

static void print_type(const struct instance *inst, struct type t, struct buf *b, struct buf *loss)
{
    (void)inst;
    char tag = json_attribute_tag(t, false);
    if (tag == 'b')
        buf_puts(b, "BOOL");
    else
        buf_putc(b, tag);
    if (loss && t.kind == TYPE_DOUBLE)                /* every float is in between */
        buf_puts(loss, "a number is refused where it is nearer to zero than 1e-130 or beyond 9.99e125");
}

enum {
    MAX_SORT_BYTES = 1024, MAX_PAGE_BYTES = 1 << 20,
    MAX_SETS = 250,                                   /* an expression has 4 KB at most: ", #249 = :249" */
};

/* ---- tables ---- */

static const char *setting_or(const struct instance *inst, const char *setting, const char *otherwise)
{
    const char *v = instance_get(inst, setting);
    return v && *v ? v : otherwise;
}

static void put_billing(const struct instance *inst, struct buf *b)
{
    if (strcmp(setting_or(inst, "billing", "on_demand"), "provisioned")) {
        buf_puts(b, "\"BillingMode\":\"PAY_PER_REQUEST\"");
        return;
    }
    uint64_t reads = instance_number(inst, "read_units"), writes = instance_number(inst, "write_units");
    buf_puts(b, "\"BillingMode\":\"PROVISIONED\",\"ProvisionedThroughput\":{\"ReadCapacityUnits\":");
    buf_put_i64(b, (int64_t)(reads ? reads : 1));
    buf_puts(b, ",\"WriteCapacityUnits\":");
    buf_put_i64(b, (int64_t)(writes ? writes : 1));
    buf_putc(b, '}');
}

void dynamodb_put_table(const struct instance *inst, const char *name, const struct column *columns,
                        uint32_t nkeys, struct buf *b)
{
    char sort_tag = nkeys == 2 ? json_attribute_tag(columns[1].type, true) : 'S';
    struct buf sort = {0};
    sort_key_put_name(columns, nkeys, &sort);
    buf_puts(b, "{\"TableName\":");
    buf_put_json(b, name, strlen(name));
    buf_printf(b, ",\"AttributeDefinitions\":[{\"AttributeName\":\"%s\",\"AttributeType\":\"%c\"}",
               columns->name, json_attribute_tag(columns->type, true));
    if (sort.len)
        buf_printf(b, ",{\"AttributeName\":\"%s\",\"AttributeType\":\"%c\"}", buf_text(&sort), sort_tag);
    buf_printf(b, "],\"KeySchema\":[{\"AttributeName\":\"%s\",\"KeyType\":\"HASH\"}", columns->name);
    if (sort.len)
        buf_printf(b, ",{\"AttributeName\":\"%s\",\"KeyType\":\"RANGE\"}", buf_text(&sort));
    buf_puts(b, "],");
    put_billing(inst, b);
    buf_putc(b, '}');
    buf_release(&sort);
}

/* A word of the shell in single quotes. */
static void put_quoted(struct buf *b, const struct buf *text)
{
    buf_putc(b, '\'');
    for (const char *at = buf_text(text); *at; at++)
        if (*at == '\'')
            buf_puts(b, "'\\''");
        else
            buf_putc(b, *at);
    buf_putc(b, '\'');
}

static void put_command(const char *command, const struct buf *json, struct buf *b)
{
    buf_printf(b, "aws dynamodb %s --cli-input-json ", command);
    put_quoted(b, json);
    buf_putc(b, '\n');
}

static void put_table_json(const struct instance *inst, const struct table *t, struct buf *b)
{
    struct buf name = {0};
    instance_put_table(inst, t, &name);
    dynamodb_put_table(inst, buf_text(&name), t->columns, t->nkeys, b);
    buf_release(&name);
}

static void print_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    struct buf json = {0};
    put_table_json(inst, t, &json);
    put_command("create-table", &json, b);
    buf_release(&json);
}

static void print_table_file(const struct instance *inst, const struct table *t, struct buf *b)
{
    put_table_json(inst, t, b);
    buf_putc(b, '\n');
}

/* {"S":"…"} of the key columns from the second to the n-th and what stands behind them; values NULL:
 * placeholders. */
static void put_joined(const struct table *t, uint32_t n, const struct value *values, uint32_t reg,
                       const char *behind, struct buf *b)
{
    struct buf text = {0};
    if (values)
        sort_key_put(t, n, &values[reg], &text);
    for (uint32_t i = 1; i < n && !values; i++)
        buf_printf(&text, "%s:k%u", i > 1 ? SORT_KEY_BETWEEN : "", reg + i);
    buf_puts(&text, behind);
    buf_puts(b, "{\"S\":");
    buf_put_json(b, buf_text(&text), text.len);
    buf_putc(b, '}');
    buf_release(&text);
}

/* ,"day#place": */
static void put_sort_name(const struct table *t, struct buf *b)
{
    buf_puts(b, ",\"");
    sort_key_put_name(t->columns, t->nkeys, b);
    buf_puts(b, "\":");
}

void dynamodb_put_item(const struct table *t, const struct value *values, struct buf *b)
{
    buf_putc(b, '{');
    for (uint32_t i = 0, n = 0; i < t->ncolumns; i++) {
        if (values[i].null)
            continue;
        buf_puts(b, n++ ? ",\"" : "\"");
        buf_puts(b, t->columns[i].name);              /* a name of the language needs no escaping */
        buf_puts(b, "\":");
        json_put_attribute(b, t->columns[i].type, &values[i], i < t->nkeys);
    }
    if (sort_key_is_joined(t->nkeys)) {
        put_sort_name(t, b);
        put_joined(t, t->nkeys, values, 0, "", b);
    }
    buf_putc(b, '}');
}

/* ---- lowering ---- */

/* "ExpressionAttributeNames":{"#0":"hash_key","#1":"n"}: names go by placeholders since some 570 words are
 * reserved ("count", "name", "hash"…). #s is the sort key. */
static void put_names(const struct step *step, uint32_t n, bool sort, struct buf *b)
{
    buf_puts(b, ",\"ExpressionAttributeNames\":{");
    for (uint32_t i = 0; i < n; i++)
        buf_printf(b, "%s\"#%u\":\"%s\"", i ? "," : "", i, step->table->columns[step->columns[i]].name);
    if (sort) {
        buf_puts(b, ",\"#s\":\"");
        sort_key_put_name(step->table->columns, step->table->nkeys, b);
        buf_putc(b, '"');
    }
    buf_putc(b, '}');
}

/* Unless all that an item holds is asked for. Returns how many names it uses. */
static uint32_t put_projection(const struct step *step, struct buf *b)
{
    if (step->ncolumns == step->table->ncolumns && !sort_key_is_joined(step->table->nkeys))
        return 0;
    buf_puts(b, ",\"ProjectionExpression\":\"");
    for (uint32_t i = 0; i < step->ncolumns; i++)
        buf_printf(b, "%s#%u", i ? "," : "", i);
    buf_putc(b, '"');
    return step->ncolumns;
}

/* Rows that share what a key begins with: a Query of its partition. */
static bool is_query(const struct request *r)
{
    return r->width == WIDTH_ONE && step_bound(r->steps) < r->steps->table->nkeys;
}

static const struct form {
    const char *operation, *command;                  /* of the API, and of its command line */
} get_item = {"GetItem", "get-item"}, batch_get_item = {"BatchGetItem", "batch-get-item"},
  batch_write_item = {"BatchWriteItem", "batch-write-item"},
  query = {"Query", "query"}, writing[IR_OP_COUNT] = {
      [IR_UPDATE] = {"UpdateItem", "update-item"}, [IR_PUT] = {"PutItem", "put-item"},
      [IR_INSERT] = {"PutItem", "put-item"},
      [IR_DELETE] = {"DeleteItem", "delete-item"},
  };

bool dynamodb_is_batch(const struct request *r)
{
    return request_writes(r) && r->width != WIDTH_ONE;
}

static const struct form *form_of(const struct request *r)
{
    return dynamodb_is_batch(r)      ? &batch_write_item
           : request_writes(r)         ? &writing[r->steps->op->kind]
           : is_query(r)             ? &query
           : r->width == WIDTH_ONE ? &get_item
                                   : &batch_get_item;
}

static bool is_strong(const struct instance *inst)
{
    return !strcmp(setting_or(inst, "consistency", "eventual"), "strong");
}

static const char *taken(struct arena *arena, struct buf *b)
{
    const char *s = arena_strndup(arena, buf_text(b), b->len);
    buf_clear(b);
    return s;
}

static void put_query(const struct step *step, const struct key_range *range, const char *name, struct buf *b)
{
    buf_printf(b, "{\"TableName\":\"%s\",\"KeyConditionExpression\":\"#0 = :k%s\"", name, range->condition);
    if (range->filter)
        buf_printf(b, ",\"FilterExpression\":\"%s\"", range->filter);
    uint32_t names = put_projection(step, b);
    put_names(step, names ? names : 1, range->condition[0], b);
    buf_puts(b, ",\"ExpressionAttributeValues\":");
}

static void put_close(const struct instance *inst, const struct request *r, const struct dynamodb_step *p,
                      struct buf *b)
{
    const struct ir_slice *slice = p->step->slice;
    uint32_t names = 0;
    bool writes = request_writes(r);
    buf_puts(b, r->width == WIDTH_ONE ? "" : "]");
    if (dynamodb_is_batch(r))
        return;
    if (writes)
        writes_put_close(p->step, b);
    else if (!p->query && (names = put_projection(p->step, b)))
        put_names(p->step, names, false, b);
    if (p->query && slice && slice->backward)
        buf_puts(b, ",\"ScanIndexForward\":false");
    if (!writes && (r->latest || is_strong(inst)))
        buf_puts(b, ",\"ConsistentRead\":true");
    buf_puts(b, r->width == WIDTH_ONE ? ",\"ReturnConsumedCapacity\":\"TOTAL\"}" : "}");
}

static void lower_step(const struct instance *inst, struct arena *arena, const struct request *r,
                       const struct step *step, struct dynamodb_step *out)
{
    struct buf b = {0};
    *out = (struct dynamodb_step){.step = step, .query = is_query(r), .page_rows = instance_number(inst, "page_rows")};
    instance_put_table(inst, step->table, &b);
    out->name = taken(arena, &b);
    if (out->query) {
        key_range_make(arena, step, &out->range);
        put_query(step, &out->range, out->name, &b);
    } else if (r->width == WIDTH_ONE) {
        bool item = request_writes(r) && step->op->creates;
        buf_printf(&b, "{\"TableName\":\"%s\",\"%s\":", out->name, item ? "Item" : "Key");
    } else {
        buf_printf(&b, dynamodb_is_batch(r) ? "\"%s\":[" : "\"%s\":{\"Keys\":[", out->name);
    }
    out->open = taken(arena, &b);
    buf_printf(&b, "{\"%s\":", out->query ? ":k" : step->table->columns[0].name);
    out->key = taken(arena, &b);
    put_close(inst, r, out, &b);
    out->close = taken(arena, &b);
    buf_release(&b);
}

const struct dynamodb_step *dynamodb_step_of(const struct dynamodb_request *l, const char *name)
{
    for (uint64_t at = map_hash(name);; at++) {
        uint8_t place = l->by_name[at & l->mask];
        if (!place)
            return NULL;
        if (!strcmp(l->steps[place - 1].name, name))
            return &l->steps[place - 1];
    }
}

static void index_parts(struct arena *arena, struct dynamodb_request *l)
{
    uint32_t size = 4;
    while (size < 2 * l->nsteps)
        size *= 2;
    l->mask = size - 1;
    l->by_name = arena_array(arena, uint8_t, size);
    for (uint32_t i = 0; i < l->nsteps; i++) {
        uint64_t at = map_hash(l->steps[i].name);
        for (; l->by_name[at & l->mask]; at++)
            BUG_UNLESS(strcmp(l->steps[l->by_name[at & l->mask] - 1].name, l->steps[i].name));   /* a table stands in a request once */
        l->by_name[at & l->mask] = (uint8_t)(i + 1);
    }
}

static void put_value(struct type type, const struct value *keys, uint32_t reg, struct buf *b)
{
    if (keys)
        json_put_attribute(b, type, &keys[reg], true);
    else
        buf_printf(b, "{\"%c\":\":k%u\"}", json_attribute_tag(type, true), reg);
}

static void put_end(const struct dynamodb_step *p, const char *name, const char *end,
                    const struct value *keys, uint32_t reg, struct buf *b)
{
    const struct table *t = p->step->table;
    if (!end)
        return;
    buf_printf(b, ",\"%s\":", name);
    if (sort_key_is_joined(t->nkeys))
        put_joined(t, step_bound(p->step), keys, reg, end, b);
    else
        buf_puts(b, end);
}

static void put_sort(const struct table *t, const struct value *keys, uint32_t reg, struct buf *b)
{
    put_sort_name(t, b);
    if (sort_key_is_joined(t->nkeys))
        put_joined(t, t->nkeys, keys, reg, "", b);
    else
        put_value(t->columns[1].type, keys, reg + 1, b);
}

void dynamodb_put_key(const struct dynamodb_step *p, const struct value *keys, uint32_t reg, struct buf *b)
{
    const struct table *t = p->step->table;
    buf_puts(b, p->key);
    put_value(t->columns[0].type, keys, reg, b);
    if (p->query) {
        put_end(p, ":lo", p->range.lo, keys, reg, b);
        put_end(p, ":hi", p->range.hi, keys, reg, b);
        buf_puts(b, p->range.filter_values);
    } else if (t->nkeys > 1) {
        put_sort(t, keys, reg, b);
    }
    buf_putc(b, '}');
}

/* All attributes that the key columns of an item have, without the brace at the end. */
static void put_item_key(const struct table *t, const struct value *keys, uint32_t reg, struct buf *b)
{
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_printf(b, "%s\"%s\":", i ? "," : "{", t->columns[i].name);
        put_value(t->columns[i].type, keys, reg + i, b);
    }
    if (sort_key_is_joined(t->nkeys))
        put_sort(t, keys, reg, b);
}

static void put_write(const struct dynamodb_step *p, const struct value *registers, struct buf *b)
{
    if (p->step->op->creates)
        put_item_key(p->step->table, registers, step_register(p->step, 0), b);
    else
        dynamodb_put_key(p, registers, step_register(p->step, 0), b);
    writes_put(p->step, registers, b);
}

void dynamodb_put_writes(const struct dynamodb_step *p, bool batch, const struct value *registers, struct buf *b)
{
    for (uint32_t k = 0; batch && k < p->step->nkeys; k++) {
        struct step one = step_part(p->step, k, 1);
        struct dynamodb_step part = *p;
        part.step = &one;
        buf_puts(b, k ? "," : "");
        buf_puts(b, one.op->creates ? "{\"PutRequest\":{\"Item\":" : "{\"DeleteRequest\":{\"Key\":");
        put_write(&part, registers, b);
        buf_puts(b, "}}");
    }
    if (!batch)
        put_write(p, registers, b);
}

/* A filter is applied to what a Limit has let through, and so goes without. */
void dynamodb_put_limit(const struct dynamodb_step *p, uint64_t taken, struct buf *b)
{
    const struct ir_slice *read = p->range.read;
    uint64_t most = p->query ? p->page_rows : 0;
    uint64_t left = read && read->limit > taken ? read->limit - taken + p->range.drops : 0;
    if (left && (!most || left < most))
        most = left;
    if (most)
        buf_printf(b, ",\"Limit\":%llu", (unsigned long long)most);
}

static void put_request_json(const struct request *r, const struct value *keys, struct buf *b)
{
    const struct dynamodb_request *l = r->lowered;
    if (r->width != WIDTH_ONE)
        buf_puts(b, "{\"RequestItems\":{");
    for (uint32_t i = 0; i < l->nsteps; i++) {
        const struct step *step = l->steps[i].step;
        buf_puts(b, i ? "," : "");
        buf_puts(b, l->steps[i].open);
        for (uint32_t k = 0; k < step->nkeys && !request_writes(r); k++) {
            buf_puts(b, k ? "," : "");
            dynamodb_put_key(&l->steps[i], keys, step_register(step, k), b);
        }
        if (request_writes(r))
            dynamodb_put_writes(&l->steps[i], dynamodb_is_batch(r), keys, b);
        dynamodb_put_limit(&l->steps[i], 0, b);
        buf_puts(b, l->steps[i].close);
    }
    if (r->width != WIDTH_ONE)
        buf_puts(b, "},\"ReturnConsumedCapacity\":\"TOTAL\"}");
}

static void lower(const struct instance *inst, struct arena *arena, struct request *r)
{
    struct dynamodb_request *l = arena_new(arena, struct dynamodb_request);
    struct dynamodb_step *steps = arena_array(arena, struct dynamodb_step, r->nsteps);
    for (uint32_t i = 0; i < r->nsteps; i++)
        lower_step(inst, arena, r, &r->steps[i], &steps[i]);
    l->steps = steps;
    l->nsteps = r->nsteps;
    BUG_UNLESS(r->nkeys <= DYNAMODB_MAX_KEYS && r->nsteps <= DYNAMODB_MAX_KEYS);
    index_parts(arena, l);
    l->operation = form_of(r)->operation;
    r->lowered = l;
    struct buf text = {0};
    put_request_json(r, NULL, &text);
    r->text = taken(arena, &text);
    buf_release(&text);
}

static void print_request(const struct instance *inst, const struct request *r, const struct value *keys,
                          struct buf *b)
{
    (void)inst;
    struct buf json = {0};
    put_request_json(r, keys, &json);
    put_command(form_of(r)->command, &json, b);
    buf_release(&json);
}

static void print_request_file(const struct instance *inst, const struct request *r, const struct value *keys,
                               struct buf *b)
{
    (void)inst;
    put_request_json(r, keys, b);
    buf_putc(b, '\n');
}

/* ---- units ---- */

/* Names and values; the joined sort key as long as it can be. */
static double item_bytes(const struct table *t)
{
    struct buf name = {0};
    uint64_t sort = 0;
    double size = data_row_bytes(t);
    for (uint32_t i = 0; i < t->ncolumns; i++)
        size += (double)strlen(t->columns[i].name);
    if (sort_key_is_joined(t->nkeys)) {
        sort_key_put_name(t->columns, t->nkeys, &name);
        size += (double)name.len + (sort_key_longest(t, &sort) && sort <= MAX_SORT_BYTES ? (double)sort : 0);
    }
    buf_release(&name);
    return size;
}

/* The items of a page together are rounded up to 4 KB; a page that has none costs as much as the least. */
static double page_units(double items, double size)
{
    return fmax(1, ceil(items * size / 4096));
}

/* Of n rows of a key, of which `most` are read (0: all). After a full page there is another, which may be
 * empty, unless these were all that were wanted. */
static double rows_units(double n, double most, double items, double size)
{
    bool enough = most > 0 && n >= most;
    double rows = enough ? most : n, pages = floor(rows / items), rest = rows - pages * items;
    return pages * page_units(items, size) + (rest > 0 || !enough ? page_units(rest, size) : 0);
}

/* On average over the keys that have rows: lo to hi of them, each number as often, or what conditions take of
 * them. */
static double query_units(const struct instance *inst, const struct dynamodb_step *p, double size)
{
    enum { COUNTED = 1000 };
    const struct table *t = p->step->table;
    const struct ir_slice *read = p->range.read;
    double limit = (double)instance_number(inst, "page_rows"), whole = fmax(1, floor(MAX_PAGE_BYTES / size));
    double items = limit > 0 && limit < whole ? limit : whole, sum = 0, cases = 0,
           most = read ? (double)read->limit : 0;
    struct step some = *p->step;
    some.slice = read;
    if (read && read->nbounds)
        return rows_units(slice_average(&some), most, items, size);
    uint64_t stride = 1 + (t->per_key_hi - t->per_key_lo) / COUNTED;
    for (uint64_t n = t->per_key_lo; n <= t->per_key_hi; n += stride, cases++)
        sum += rows_units((double)n, most, items, size);
    return sum / cases;
}

/* Every item is rounded up to 4 KB by itself, also in a BatchGetItem, and counts by its full size, whatever
 * is projected; a key that is not there costs the least that an item can; an eventually consistent read costs
 * half. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html */
static double step_units(const struct instance *inst, const struct dynamodb_step *p)
{
    const struct step *step = p->step;
    const struct table *t = step->table;
    uint64_t count = (step->keyspace ? step->keyspace : t->keyspace)->count;
    double size = item_bytes(t), there = p->query ? query_units(inst, p, size) : ceil(size / 4096);
    double share = count ? (double)(p->query ? t->members : t->rows) / (double)count : 0;
    return step->nkeys * (share * there + (1 - share));
}

static double model_units(const struct instance *inst, const struct request *r)
{
    const struct dynamodb_request *l = r->lowered;
    double units = 0;
    if (request_writes(r))
        return r->nkeys * writes_units(r->steps, item_bytes(r->steps->table));
    for (uint32_t i = 0; i < l->nsteps; i++)
        units += step_units(inst, &l->steps[i]);
    return is_strong(inst) ? units : units / 2;
}

static enum promise promise(const struct instance *inst, bool latest)
{
    return latest || is_strong(inst) ? PROMISE_LATEST : PROMISE_EVENTUAL;
}

/* 100 bytes of each item go to its index:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
static double stored_row(const struct instance *inst, const struct table *t)
{
    (void)inst;
    return item_bytes(t) + 100;
}

const char *dynamodb_endpoint(const struct instance *inst)
{
    const char *own = instance_get(inst, "endpoint"), *usual = getenv("AWS_ENDPOINT_URL");
    return own && *own ? own : usual && *usual ? usual : NULL;
}

/* Names and values; of what is no text the least that it takes. */
static uint64_t row_bytes(const struct table *t)
{
    uint64_t bytes = 0, sort = 0;
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        uint64_t longest = 1;
        bool known = data_longest(data_made(t, i), &longest);
        bytes += strlen(t->columns[i].name) + (known                                  ? longest
                                               : t->columns[i].type.kind == TYPE_BOOL ? 1
                                                                                      : 2);
    }
    if (sort_key_is_joined(t->nkeys) && sort_key_longest(t, &sort) && sort <= MAX_SORT_BYTES)
        bytes += sort;
    return bytes;
}

/* ---- the backend ---- */

static const struct setting_def settings[] = {
    {"region", "AWS_REGION", NULL, "default AWS_DEFAULT_REGION, then us-east-1", false, SETTING_TEXT,
     SETTING_OF_PLACE},
    {"endpoint", "AWS_ENDPOINT_URL_DYNAMODB", NULL,
     "URL of the service; default AWS_ENDPOINT_URL, then the region's; https:// unless it says otherwise or is on this machine", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"ca", "AWS_CA_BUNDLE", NULL,
     "file or folder of trusted CA certificates; default CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR or the system's", false},
    {"allow_http", NULL, NULL,
     "on: allow http:// to another machine, which exposes requests and session tokens to the network", false, SETTING_SWITCH},
    {"profile", "AWS_PROFILE", NULL,
     "in ~/.aws/credentials and ~/.aws/config: its keys or credential_process, if no access_key is set", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"access_key", "AWS_ACCESS_KEY_ID", NULL, "identifies the caller", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"secret_key", "AWS_SECRET_ACCESS_KEY", NULL, "signs every request", true},
    {"session_token", "AWS_SESSION_TOKEN", NULL, "of temporary credentials", true},
    {"consistency", NULL, "eventual", "of reads: eventual, or strong at twice the units", false},
    {"billing", NULL, "on_demand", "of the tables that wkl creates: on_demand or provisioned", false,
     SETTING_TEXT, SETTING_OF_TABLES},
    {"read_units", NULL, NULL, "read capacity units of each table, with billing provisioned", false,
     SETTING_COUNT, SETTING_OF_TABLES},
    {"write_units", NULL, NULL, "write capacity units of each table, with billing provisioned", false,
     SETTING_COUNT, SETTING_OF_TABLES},
    {"page_rows", NULL, NULL,
     "rows of one answer at most where all rows of a key are read (Limit); default as many as 1 MB holds", false, SETTING_COUNT},
    {"timeout", NULL, "30s", "of one HTTP request to the service", false, SETTING_DURATION},
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL,
     "how many connections the requests share; default as many as the clients can use, up to 64", false, SETTING_COUNT, .most = MOST_CONNECTIONS},
    {0},
};

const struct backend backend_dynamodb = {
    .name = "dynamodb",
    .title = "Amazon DynamoDB",
    .caps = {
        .can[IR_GET] = {
            [WIDTH_ONE] = {"GetItem"},
            [WIDTH_KEYS] = {"BatchGetItem", .keys = DYNAMODB_MAX_KEYS, .reply_bytes = DYNAMODB_MAX_REPLY},
            [WIDTH_TABLES] = {"BatchGetItem across tables", .keys = DYNAMODB_MAX_KEYS,
                              .reply_bytes = DYNAMODB_MAX_REPLY},
            [WIDTH_PROCEDURE] = {.lacks = "DynamoDB has no stored procedures"},
        },
        .can[IR_UPDATE] = {
            [WIDTH_KEYS] = {.lacks = "BatchWriteItem puts and deletes"},
            [WIDTH_ONE] = {"UpdateItem", .sets = MAX_SETS},
            [WIDTH_TABLES] = {.lacks = "UpdateItem is of one item"},
            [WIDTH_PROCEDURE] = {.lacks = "UpdateItem is of one item"},
        },
        .can[IR_INSERT] = {[WIDTH_ONE] = {"PutItem where there is none"},
                           [WIDTH_KEYS] = {.lacks = "BatchWriteItem takes no condition"}},
        .can[IR_PUT] = {[WIDTH_ONE] = {"PutItem"},
                        [WIDTH_KEYS] = {"BatchWriteItem", .keys = DYNAMODB_MAX_PUTS}},
        .can[IR_DELETE] = {[WIDTH_ONE] = {"DeleteItem"},
                           [WIDTH_KEYS] = {"BatchWriteItem", .keys = DYNAMODB_MAX_PUTS}},
        .keys[IR_GET] = {BY_TUPLE | BY_PREFIX | BY_SLICE, .rows_as = "Query", .rows_alone = "BatchGetItem takes whole keys",
                         .filters = "DynamoDB filters what it has read"},
        .keys[IR_INSERT] = {BY_TUPLE}, .keys[IR_PUT] = {BY_TUPLE},
        .keys[IR_UPDATE] = {BY_TUPLE}, .keys[IR_DELETE] = {BY_TUPLE},
        .load_rows = 10000,                           /* 400 requests, and one that notes them */
        .name_min = 3,
        .name_max = 255,
        .name_signs = ".-",
        .least_number = 1e-130,
        .most_number = 9.99e125,
        .fan_out = 32,
        .max_key_bytes = 2048,
        .max_sort_bytes = MAX_SORT_BYTES,
        .no_empty_key = true,
        .max_row_bytes = 409600,
    },
    .settings = settings,
    .request_ext = "json",
    .comment = "#",
    .print_type = print_type,
    .print_table = print_table,
    .print_table_file = print_table_file,
    .lower = lower,
    .print_request = print_request,
    .print_request_file = print_request_file,
    .model_units = model_units,
    .stored_row = stored_row,
    .promise = promise,
    .endpoint = dynamodb_endpoint, .settle = aws_settle,
    .sort_bytes = sort_key_longest,
    .row_bytes = row_bytes,
    .store = DYNAMODB_STORE,
    .feed = DYNAMODB_FEED,
    .wire = DYNAMODB_WIRE,
    .driver_needs = "libcurl (Debian: libcurl4-openssl-dev)",
};
