/* json_values.h - values as JSON, both ways, for the services that speak it.
 *
 *   attributes (DynamoDB): {"S":"…"} {"N":"12.5"} {"B":base64} {"BOOL":true}; a NULL is an attribute that is left out
 *   plain (Cosmos DB):     12  12.5  true  "…"  null; what an IEEE double would not hold exactly travels as a string: integers
 *                          beyond 2^53, decimals of more than 15 digits. Bytes are base64.
 *
 * Reading takes text and numbers alike where a number is wanted. Values of char, string, uuid, json and bytes
 * point into the cJSON tree. */
#ifndef BACKENDS_HTTP_JSON_VALUES_H
#define BACKENDS_HTTP_JSON_VALUES_H

#include <cjson/cJSON.h>

#include "data/value.h"

/* The letter of a type's attribute: 'S', 'N', 'B', or 'b' for BOOL (as a key: 'S'). */
char json_attribute_tag(struct type, bool key);
/* Puts {"S":"…"}; the value is not NULL. */
void json_put_attribute(struct buf *, struct type, const struct value *, bool key);
/* attribute NULL (left out) gives a NULL value. False: it is no value of this type. */
bool json_read_attribute(struct type, cJSON *attribute, struct value *);

void json_put_plain(struct buf *, struct type, const struct value *);
bool json_read_plain(struct type, cJSON *, struct value *);

#endif
