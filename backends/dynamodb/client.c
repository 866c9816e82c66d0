/* client.c */
#include "config.h"

#include "backends/dynamodb/client.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "backends/dynamodb/dynamodb.h"
#include "backends/http/endpoint.h"
#include "base/clock.h"

enum { PATIENT_TRIES = 10, DEFAULT_TIMEOUT_S = 30 };

/* ---- who and where ---- */

static const char *first_set(const char *a, const char *b, const char *c)
{
    return a && *a ? a : b && *b ? b : c;
}

static int put_url(struct dynamodb_client *d, struct error *err)
{
    const char *own = instance_get(d->instance, "endpoint"), *endpoint = dynamodb_endpoint(d->instance);
    const char *from = !endpoint ? "region" : endpoint == own ? "endpoint" : "AWS_ENDPOINT_URL";
    struct buf region = {0};
    buf_printf(&region, "https://dynamodb.%s.amazonaws.com", d->region);
    int rc = endpoint_put(d->instance, from, endpoint ? endpoint : buf_text(&region), &d->url, err);
    if (rc == 0)
        http_put_host(&d->host, d->url.data);
    buf_release(&region);
    return rc;
}

static int check_word(const struct instance *inst, const char *setting, const char *a, const char *b,
                      struct error *err)
{
    const char *v = instance_get(inst, setting);
    if (!v || !*v || !strcmp(v, a) || !strcmp(v, b))
        return 0;
    return error_set(err, ERR_USAGE, "dynamodb: %s '%s' is neither %s nor %s", setting, v, a, b);
}

/* It goes into headers, where a line break would end one. */
static int read_key(const struct instance *inst, const char *setting, struct buf *b, struct error *err)
{
    instance_put(inst, setting, b);
    for (size_t i = 0; i < b->len; i++)
        if ((unsigned char)b->data[i] <= ' ' || b->data[i] == 0x7f)
            return error_set(err, ERR_USAGE,
                             "dynamodb: '%s' holds a blank or a control character: a line break at its end?",
                             setting);
    return 0;
}

/* All of them or none: those that there were stay. */
static int read_keys(struct dynamodb_client *d, struct error *err)
{
    struct buf access = {0}, secret = {0}, token = {0};
    d->version = renewal_version(d->instance->renewal);
    int rc = read_key(d->instance, "access_key", &access, err);
    rc = rc < 0 ? rc : read_key(d->instance, "secret_key", &secret, err);
    rc = rc < 0 ? rc : read_key(d->instance, "session_token", &token, err);
    if (rc == 0) {
        struct buf old[] = {d->access_key, d->secret_key, d->session_token};
        sigv4_release(&d->signer);
        for (size_t i = 0; i < sizeof old / sizeof *old; i++)
            buf_wipe(&old[i]);
        d->access_key = access;
        d->secret_key = secret;
        d->session_token = token;
        sigv4_init(&d->signer, buf_text(&d->access_key), buf_text(&d->secret_key), d->region, "dynamodb");
        return 0;
    }
    buf_wipe(&access);
    buf_wipe(&secret);
    buf_wipe(&token);
    return rc;
}

/* A '/' would end the host's name. */
static int check_region(const struct dynamodb_client *d, struct error *err)
{
    size_t n = strspn(d->region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return n && !d->region[n] ? 0 : error_set(err, ERR_USAGE,
                                              "dynamodb: the region '%s' is none: it must be like us-east-1", d->region);
}

int dynamodb_client_init(struct dynamodb_client *d, const struct instance *inst, struct error *err)
{
    *d = (struct dynamodb_client){.instance = inst, .stamped = (time_t)-1};
    d->region = first_set(instance_get(inst, "region"), getenv("AWS_DEFAULT_REGION"), "us-east-1");
    d->timeout = instance_number(inst, "timeout");
    if (!d->timeout)
        d->timeout = DEFAULT_TIMEOUT_S * NS_PER_S;
    retry_init(&d->retry, clock_ns() ^ (uint64_t)(uintptr_t)d);
    if (read_keys(d, err) < 0 || check_region(d, err) < 0 || put_url(d, err) < 0)
        return ERR_USAGE;
    if (check_word(inst, "consistency", "eventual", "strong", err) < 0 ||
        check_word(inst, "billing", "on_demand", "provisioned", err) < 0)
        return ERR_USAGE;
    if (d->access_key.len && d->secret_key.len)
        return 0;
    return error_set(err, ERR_USAGE,
                     "dynamodb: there are no credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and "
                     "AWS_SECRET_ACCESS_KEY, "
                     "or 'access_key' and 'secret_key' in the backend block");
}

void dynamodb_client_release(struct dynamodb_client *d)
{
    buf_release(&d->url);
    buf_release(&d->host);
    buf_release(&d->access_key);
    buf_wipe(&d->secret_key);
    buf_wipe(&d->session_token);
    buf_release(&d->authorization);
    sigv4_release(&d->signer);
}

/* ---- one request ---- */

/* Once a second it is looked whether the credentials are about to end; a thread has others then. */
static void take_current(struct dynamodb_client *d)
{
    if (d->instance->renewal && renewal_is_due(d->instance->renewal, false))
        renewal_ask(d->instance->renewal, renewal_version(d->instance->renewal), NULL);
}

void dynamodb_sign(struct dynamodb_client *d, struct http_call *c, const char *operation)
{
    static const char type[] = "application/x-amz-json-1.0";
    char target[64] = "DynamoDB_20120810.";
    strncat(target, operation, sizeof target - strlen(target) - 1);
    time_t now = time(NULL);
    if (now != d->stamped) {
        sigv4_stamp(d->stamped = now, d->stamp);
        take_current(d);
    }
    if (d->version != renewal_version(d->instance->renewal))
        read_keys(d, NULL);

    struct sigv4_header signed_headers[5];
    size_t n = 0;
    signed_headers[n++] = (struct sigv4_header){"content-type", type};
    signed_headers[n++] = (struct sigv4_header){"host", d->host.data};
    signed_headers[n++] = (struct sigv4_header){"x-amz-date", d->stamp};
    if (d->session_token.len)
        signed_headers[n++] = (struct sigv4_header){"x-amz-security-token", d->session_token.data};
    signed_headers[n++] = (struct sigv4_header){"x-amz-target", target};
    buf_clear(&d->authorization);
    sigv4_sign(&d->signer, "POST", "/", "", signed_headers, n, buf_text(&c->body), c->body.len, d->stamp,
               &d->authorization);

    http_url(c, d->url.data);
    c->timeout = d->timeout;
    http_begin(c, "POST");
    for (size_t i = 0; i < n; i++)
        http_header(c, signed_headers[i].name, signed_headers[i].value);
    http_header_buf(c, "authorization", &d->authorization);
}

/* ---- refusals ---- */

struct refusal_kind {
    const char *type;
    enum fault fault;
    bool again, load, stale;
};

/* What is not here will fail again: 4xx is the request's fault, 5xx the service's. */
static const struct refusal_kind kinds[] = {
    {"ProvisionedThroughputExceededException", FAULT_THROTTLED, true, true, false},
    {"ThrottlingException", FAULT_THROTTLED, true, true, false},
    {"ThrottledException", FAULT_THROTTLED, true, true, false},
    {"RequestLimitExceeded", FAULT_THROTTLED, true, true, false},
    {"LimitExceededException", FAULT_THROTTLED, false, false, false},
    {"ServiceUnavailable", FAULT_THROTTLED, true, true, false},
    {"TransactionInProgressException", FAULT_CONFLICT, true, false, false},
    {"TransactionConflictException", FAULT_CONFLICT, false, false, false},
    {"TransactionCanceledException", FAULT_CONFLICT, false, false, false},
    {"ReplicatedWriteConflictException", FAULT_CONFLICT, true, false, false},
    {"ConditionalCheckFailedException", FAULT_CONSTRAINT, false, false, false},
    {"IdempotentParameterMismatchException", FAULT_INVALID, false, false, false},
    {"ItemCollectionSizeLimitExceededException", FAULT_TOO_LARGE, false, false, false},
    {"RequestEntityTooLargeException", FAULT_TOO_LARGE, false, false, false},
    {"ValidationException", FAULT_INVALID, false, false, false},
    {"SerializationException", FAULT_INVALID, false, false, false},
    {"InternalServerError", FAULT_SERVER, true, false, false},
    {"ResourceNotFoundException", FAULT_MISSING, false, false, false},
    {"ResourceInUseException", FAULT_CONFLICT, false, false, false},
    {"UnrecognizedClientException", FAULT_DENIED, false, false, true},
    {"InvalidSignatureException", FAULT_DENIED, false, false, false},
    {"IncompleteSignatureException", FAULT_DENIED, false, false, false},
    {"MissingAuthenticationTokenException", FAULT_DENIED, false, false, false},
    {"ExpiredTokenException", FAULT_DENIED, false, false, true},
    {"ExpiredToken", FAULT_DENIED, false, false, true},
    {"AccessDeniedException", FAULT_DENIED, false, false, false},
};

/* "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException" -> what follows '#'; from the body, or else
 * the header. */
static void read_type(struct http_call *c, const cJSON *body, struct refusal *r)
{
    const char *type = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "__type"));
    if (!type)
        type = http_reply_header(c, "x-amzn-ErrorType");
    const char *hash = type ? strchr(type, '#') : NULL;
    if (hash)
        type = hash + 1;
    if (type)
        refusal_set_type(r, type, strcspn(type, ":"));
}

static void judge_status(struct http_call *c, struct refusal *r)
{
    r->again = c->status >= 500;
    r->load = c->status == 503;
    refusal_set_fault(r, r->load ? FAULT_THROTTLED : r->again ? FAULT_SERVER : c->status == 413 ? FAULT_TOO_LARGE : FAULT_INVALID);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(r->type, kinds[i].type)) {
            refusal_set_fault(r, kinds[i].fault);
            r->again = kinds[i].again;
            r->load = kinds[i].load;
            r->stale = kinds[i].stale;
        }
}

void dynamodb_judge(struct http_call *c, struct refusal *r)
{
    *r = (struct refusal){.code = c->code, .fault = fault_of(c->code)};
    if (c->code) {
        refusal_put_words(r, c, NULL);
        return;
    }
    if (c->status == 200)
        return;
    cJSON *body = cJSON_ParseWithLength(buf_text(&c->reply), c->reply.len);
    read_type(c, body, r);
    judge_status(c, r);
    const char *message = cJSON_GetStringValue(cJSON_GetObjectItem(body, "message"));   /* or Message: without regard to case */
    refusal_put_words(r, c, message);
    cJSON_Delete(body);
}

int dynamodb_ask(struct dynamodb_client *d, struct http_call *c, const char *operation, cJSON **reply,
                 struct refusal *r)
{
    struct renewing renewing = {0};
    bool maybe = false;
    *reply = NULL;
    refusal_foresee(d->instance);
    for (uint32_t tries = 1;; tries++) {
        renewing.version = renewal_version(d->instance->renewal);
        dynamodb_sign(d, c, operation);
        http_perform(c);
        dynamodb_judge(c, r);
        refusal_repeat(r, c);
        r->maybe = maybe |= refusal_leaves_open(c);
        if (refusal_renew_now(r, d->instance, &renewing))
            continue;
        if (!r->again || tries >= PATIENT_TRIES)
            break;
        http_sleep(d->instance, retry_wait(&d->retry, tries, 0));
    }
    if (r->code)
        return r->code;
    *reply = cJSON_ParseWithLength(buf_text(&c->reply), c->reply.len);
    return *reply ? 0 : refusal_no_json(r, c);
}

int dynamodb_fail(const struct dynamodb_client *d, const char *operation, const struct refusal *r,
                  struct error *err)
{
    return refusal_fail(r, "dynamodb", buf_text(&d->url), operation, err);
}
