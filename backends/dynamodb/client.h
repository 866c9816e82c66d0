/* client.h - talking to DynamoDB: where it is, who asks, one signed request, and what a refusal means. */
#ifndef BACKENDS_DYNAMODB_CLIENT_H
#define BACKENDS_DYNAMODB_CLIENT_H

#include <cjson/cJSON.h>

#include "backends/backend.h"
#include "backends/http/service.h"
#include "backends/aws/sigv4.h"

/* One thread's client. The instance outlives it. */
struct dynamodb_client {
    const struct instance *instance;
    struct buf url, host;
    struct buf access_key, secret_key, session_token; /* of the version of the instance's renewal */
    unsigned version;
    const char *region;
    uint64_t timeout;                                 /* ns */
    struct sigv4 signer;
    time_t stamped;                                   /* the second that `stamp` says */
    char stamp[SIGV4_STAMP];
    struct buf authorization;
    struct retry retry;
};

int dynamodb_client_init(struct dynamodb_client *, const struct instance *, struct error *);
void dynamodb_client_release(struct dynamodb_client *);
/* Makes c, whose body is written, a signed request for an operation: "GetItem". */
void dynamodb_sign(struct dynamodb_client *, struct http_call *c, const char *operation);

void dynamodb_judge(struct http_call *, struct refusal *);

/* Asks and waits, patiently where the service is busy. The reply is the caller's to cJSON_Delete. Returns the
 * refusal's code; *err is only set by refusal_fail. */
int dynamodb_ask(struct dynamodb_client *, struct http_call *, const char *operation, cJSON **reply,
                 struct refusal *);
int dynamodb_fail(const struct dynamodb_client *, const char *operation, const struct refusal *,
                  struct error *);

/* Administration, for the driver's table. */
int dynamodb_note_load(struct server *, const struct stretch *, struct error *);

#endif
