/* client.c */
#include "config.h"

#include "backends/cosmosdb/client.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/cosmosdb/cosmosdb.h"
#include "backends/http/endpoint.h"
#include "base/base64.h"
#include "base/bug.h"
#include "base/clock.h"
#include "base/mem.h"

enum { DEFAULT_PAGE_ROWS = 1000 };

/* ---- who and where ---- */

/* The value of a field of a connection string, "AccountEndpoint=…;AccountKey=…;". A key ends with '='
 * itself. */
static bool put_field(struct buf *b, const char *string, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = string; at && *at; at = strchr(at, ';'), at = at ? at + 1 : NULL)
        if (!strncmp(at, name, n) && at[n] == '=') {
            buf_add(b, at + n + 1, strcspn(at + n + 1, ";"));
            return true;
        }
    return false;
}

static int read_key(struct cosmosdb_client *c, struct buf *text, struct error *err)
{
    c->key_size = text->len;
    if (!base64_read(text->data, &c->key_size) || !c->key_size)
        return error_set(err, ERR_USAGE,
                         "cosmosdb: the account's key is not valid base64; copy it from the portal as it is");
    c->key = mem_alloc(c->key_size);
    memcpy(c->key, text->data, c->key_size);
    return 0;
}

/* A field that is not understood may be one that the user relies on. */
static int check_fields(const char *string, struct error *err)
{
    static const char *const known[] = {"AccountEndpoint", "AccountKey"};
    for (const char *at = string; *at; at += *at == ';') {
        size_t n = strcspn(at, "=;");
        bool found = false;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found |= n == strlen(known[i]) && !strncmp(at, known[i], n);
        if (!found && at[n] == '=')
            return error_set(err, ERR_USAGE,
                             "cosmosdb: '%.*s' of the connection string is not known: there are "
                             "AccountEndpoint and AccountKey",
                             (int)(n < 60 ? n : 60), at);
        at += strcspn(at, ";");
    }
    return 0;
}

/* The token as it is now, in the header that it makes. Another one that cannot stand in a header leaves the
 * one that there was. */
static int read_token(struct cosmosdb_client *c, struct error *err)
{
    struct buf token = {0};
    c->version = renewal_version(c->instance->renewal);
    instance_put(c->instance, "token", &token);
    bool good = token.len;
    for (size_t i = 0; i < token.len; i++)
        good &= (unsigned char)token.data[i] > ' ' && token.data[i] != 0x7f;
    if (good) {
        buf_clear(&c->authorization);
        buf_puts(&c->authorization, "type%3Daad%26ver%3D1.0%26sig%3D");
        http_put_segment(&c->authorization, token.data, token.len);
    }
    buf_wipe(&token);
    return good ? 0
                : error_set(err, ERR_USAGE,
                            "cosmosdb: 'token' holds a blank or a control character: it must be what "
                            "`az account get-access-token … --query accessToken -o tsv` prints");
}

static int read_place(struct cosmosdb_client *c, struct buf *url, struct buf *key, struct error *err)
{
    const struct instance *inst = c->instance;
    const char *uri = instance_get(inst, "uri"), *endpoint = instance_get(inst, "endpoint"),
               *secret = instance_get(inst, "key");
    if (uri && *uri) {
        int rc = check_fields(uri, err);
        if (rc == 0 &&
            (!put_field(url, uri, "AccountEndpoint") || (!put_field(key, uri, "AccountKey") && !c->by_token)))
            rc = error_set(err, ERR_USAGE,
                           "cosmosdb: the connection string is not AccountEndpoint=…;AccountKey=…; as the "
                           "portal shows it");
        return rc;
    }
    if (!endpoint || !*endpoint || (!c->by_token && (!secret || !*secret)))
        return error_set(err, ERR_USAGE,
                         "cosmosdb: no account is known: set COSMOS_CONNECTION_STRING, or COSMOS_ENDPOINT and COSMOS_KEY, "
                         "or 'uri' in the backend block, or 'endpoint' and 'token command(\"az account get-access-token …\")'");
    buf_puts(url, endpoint);
    buf_puts(key, secret ? secret : "");
    return 0;
}

static int read_account(struct cosmosdb_client *c, struct error *err)
{
    const struct instance *inst = c->instance;
    const char *uri = instance_get(inst, "uri"), *token = instance_get(inst, "token");
    struct buf key = {0}, url = {0};
    c->by_token = token && *token;
    int rc = read_place(c, &url, &key, err);
    if (rc == 0)
        rc = endpoint_put(inst, uri && *uri ? "AccountEndpoint" : "endpoint", buf_text(&url), &c->url, err);
    buf_release(&url);
    if (rc == 0)
        rc = c->by_token ? read_token(c, err) : read_key(c, &key, err);
    buf_wipe(&key);
    return rc;
}

static int read_level(struct cosmosdb_client *c, struct error *err)
{
    static const char *const levels[][2] = {
        {"eventual", "Eventual"}, {"prefix", "ConsistentPrefix"}, {"session", "Session"},
        {"bounded", "Bounded"},   {"strong", "Strong"},
    };
    const char *v = instance_get(c->instance, "consistency");
    if (!v || !*v)
        return 0;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (!strcmp(v, levels[i][0]))
            c->level = levels[i][1];
    return c->level ? 0 : error_set(err, ERR_USAGE,
                                    "cosmosdb: consistency '%s' is none of eventual, prefix, session, bounded, strong", v);
}

int cosmosdb_client_init(struct cosmosdb_client *c, const struct instance *inst, struct error *err)
{
    *c = (struct cosmosdb_client){.instance = inst, .dated = (time_t)-1};
    c->timeout = instance_number(inst, "timeout");
    if (!c->timeout)
        c->timeout = 30 * NS_PER_S;
    uint64_t rows = instance_number(inst, "page_rows");
    snprintf(c->page_rows, sizeof c->page_rows, "%llu",
             (unsigned long long)(rows ? rows : DEFAULT_PAGE_ROWS));
    const char *database = cosmosdb_database(inst), *never = backend_cosmosdb.caps.name_never;
    int rc = read_account(c, err);
    if (rc == 0 && strcspn(database, never) < strlen(database))     /* it is a part of URLs */
        rc = error_set(err, ERR_USAGE, "cosmosdb: the database '%s' cannot hold any of %s", database, never);
    return rc < 0 ? rc : read_level(c, err);
}

void cosmosdb_client_release(struct cosmosdb_client *c)
{
    if (c->key)
        OPENSSL_cleanse(c->key, c->key_size);
    mem_free(c->key);
    buf_wipe(&c->authorization);
    buf_release(&c->url);
    buf_release(&c->scratch);
    buf_release(&c->link);
    tokens_release(&c->tokens);
}

/* ---- one request ---- */

static void put_lower(struct buf *b, const char *s)
{
    for (; *s; s++)
        buf_putc(b, (char)tolower((unsigned char)*s));
    buf_putc(b, '\n');
}

void cosmosdb_put_authorization(const void *key, size_t key_size, const char *verb, const char *type,
                                const char *link, const char *date, struct buf *out)
{
    struct buf text = {0};
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int n = sizeof mac;
    put_lower(&text, verb);
    put_lower(&text, type);
    buf_puts(&text, link);
    buf_putc(&text, '\n');
    put_lower(&text, date);
    buf_putc(&text, '\n');
    if (!HMAC(EVP_sha256(), key, (int)key_size, (const unsigned char *)text.data, text.len, mac, &n))
        BUG("HMAC-SHA256 is not available from libcrypto");
    buf_clear(&text);
    buf_puts(&text, "type=master&ver=1.0&sig=");
    base64_put(&text, mac, n);
    http_put_segment(out, text.data, text.len);
    buf_release(&text);
}

/* By hand, since strftime's names of days and months are the locale's. */
void cosmosdb_date(time_t now, char out[COSMOSDB_DATE])
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm tm;
    gmtime_r(&now, &tm);
    char rest[16];
    strftime(rest, sizeof rest, "%Y %H:%M:%S", &tm);
    snprintf(out, COSMOSDB_DATE, "%.3s, %02u %.3s %.13s GMT", days + 3 * tm.tm_wday,
             (unsigned)tm.tm_mday % 32, months + 3 * tm.tm_mon, rest);
}

void cosmosdb_url(struct cosmosdb_client *c, struct http_call *h, const char *path)
{
    buf_clear(&c->scratch);
    buf_add(&c->scratch, c->url.data, c->url.len);
    buf_puts(&c->scratch, path);
    http_url(h, c->scratch.data);
}

static void put_authorization(struct cosmosdb_client *c, struct http_call *h, const char *verb,
                              const char *type, const char *link)
{
    if (c->by_token) {
        if (c->version != renewal_version(c->instance->renewal))
            read_token(c, NULL);
        http_header_buf(h, "authorization", &c->authorization);
        return;
    }
    buf_clear(&c->scratch);
    cosmosdb_put_authorization(c->key, c->key_size, verb, type, link, c->date, &c->scratch);
    http_header_buf(h, "authorization", &c->scratch);
}

void cosmosdb_sign(struct cosmosdb_client *c, struct http_call *h, const char *verb, const char *type,
                   const char *link)
{
    time_t now = time(NULL);
    if (now != c->dated) {
        cosmosdb_date(c->dated = now, c->date);
        if (renewal_is_due(c->instance->renewal, false))              /* a thread has another one then */
            renewal_ask(c->instance->renewal, renewal_version(c->instance->renewal), NULL);
    }
    http_begin(h, verb);
    h->timeout = c->timeout;
    http_header(h, "x-ms-date", c->date);
    http_header(h, "x-ms-version", COSMOSDB_API);
    put_authorization(c, h, verb, type, link);
}

/* ---- answers ---- */

double cosmosdb_charge(struct http_call *h)
{
    const char *text = http_reply_header(h, "x-ms-request-charge");
    return text ? strtod(text, NULL) : -1;
}

struct status_kind {
    long status;
    enum fault fault;
    bool again, load;
};

/* What is not here will fail again: 4xx is the request's fault; 5xx, which is the service's, may not. */
static const struct status_kind kinds[] = {
    {401, FAULT_DENIED, false, false},     {403, FAULT_DENIED, false, false},
    {404, FAULT_MISSING, false, false},    {408, FAULT_TIMEOUT, true, false},
    {409, FAULT_CONSTRAINT, false, false}, {410, FAULT_SERVER, false, false},
    {412, FAULT_CONFLICT, false, false},   {413, FAULT_TOO_LARGE, false, false},
    {424, FAULT_CONFLICT, false, false},   {429, FAULT_THROTTLED, true, true},
    {449, FAULT_CONFLICT, true, false},    {503, FAULT_THROTTLED, true, true},
};

static uint64_t asked_wait(struct http_call *h)
{
    const char *ms = http_reply_header(h, "x-ms-retry-after-ms"), *s = http_reply_header(h, "Retry-After");
    double ns = ms ? strtod(ms, NULL) * 1e6 : s ? strtod(s, NULL) * 1e9 : 0;
    return ns > 0 && ns < 1e12 ? (uint64_t)ns : 0;
}

/* 404 with substatus 1002: who was asked has not yet seen what the session token says. */
static bool is_behind(struct http_call *h)
{
    const char *substatus = http_reply_header(h, "x-ms-substatus");
    return h->status == 404 && substatus && !strcmp(substatus, "1002");
}

/* 404 with substatus 1003: not the document is missing, but what should hold it. */
static bool owner_missing(struct http_call *h, const char *message)
{
    const char *substatus = http_reply_header(h, "x-ms-substatus");
    return (substatus && !strcmp(substatus, "1003")) || (message && strstr(message, "Owner resource"));
}

void cosmosdb_judge(struct http_call *h, struct refusal *r)
{
    *r = (struct refusal){.code = h->code, .fault = fault_of(h->code)};
    if (h->code || h->status < 300 || h->status == 304) {
        if (h->code)
            refusal_put_words(r, h, NULL);
        return;
    }
    cJSON *body = cJSON_ParseWithLength(buf_text(&h->reply), h->reply.len);
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItem(body, "code"));
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItem(body, "message"));
    bool of_document = strcmp(h->method, "POST") && strcmp(h->method, "PUT");
    if (h->status != 404 || !of_document || owner_missing(h, message) || is_behind(h)) {
        r->again = h->status >= 500;
        refusal_set_fault(r, r->again ? FAULT_SERVER : FAULT_INVALID);
        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
            if (kinds[i].status == h->status) {
                refusal_set_fault(r, kinds[i].fault);
                r->again = kinds[i].again;
                r->load = kinds[i].load;
            }
        if (is_behind(h)) {
            refusal_set_fault(r, FAULT_CONFLICT);
            r->again = true;
        }
        r->asked = r->again ? asked_wait(h) : 0;
        r->stale = h->status == 401;
        refusal_set_type(r, type ? type : "", type ? strlen(type) : 0);
        refusal_put_words(r, h, message);
    }
    cJSON_Delete(body);
}
