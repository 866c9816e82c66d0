/* keys.c - temporary keys, into what is renewed. */
#include "config.h"

#include "backends/aws/keys.h"

#include <cjson/cJSON.h>

bool aws_put_keys(struct renewed *out, const char *key, const char *secret, const char *token,
                  const char *expiration)
{
    if (!key || !secret)
        return false;
    renewed_put(out, "access_key", key);
    renewed_put(out, "secret_key", secret);
    renewed_put(out, "session_token", token);
    out->ends = renewal_time(expiration);
    return true;
}

static const char *member(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
}

bool aws_put_keys_json(struct renewed *out, const struct buf *text, const char *token)
{
    cJSON *json = cJSON_ParseWithLength(buf_text(text), text->len);
    bool good = aws_put_keys(out, member(json, "AccessKeyId"), member(json, "SecretAccessKey"),
                             member(json, token), member(json, "Expiration"));
    cJSON_Delete(json);
    return good;
}
