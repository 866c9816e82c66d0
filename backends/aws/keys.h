/* keys.h - temporary keys of AWS, as its programs and services give them. */
#ifndef BACKENDS_AWS_KEYS_H
#define BACKENDS_AWS_KEYS_H

#include "backends/renewal.h"
#include "base/buf.h"

/* Into `out`, with their end: "2026-11-28T14:00:00Z"; token and expiration MAY be NULL. False where the key
 * or its secret is missing. */
bool aws_put_keys(struct renewed *out, const char *key, const char *secret, const char *token,
                  const char *expiration);
/* The same of {"AccessKeyId": "…", "SecretAccessKey": "…", TOKEN: "…", "Expiration": "…"}; token: what its
 * member is called. */
bool aws_put_keys_json(struct renewed *out, const struct buf *json, const char *token);

#endif
