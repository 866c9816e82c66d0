/* writes.h - requests that write an item: what stands between its key and the end of an UpdateItem.
 *
 *   {"TableName":"users","Key":{…},"UpdateExpression":"SET #0 = :0, #2 = :2 REMOVE #1","ExpressionAttributeValues":{…}
 *    ,"ConditionExpression":"attribute_exists(#k)","ExpressionAttributeNames":{…}}
 *
 * An update never creates: an item that is not there fails the condition, which is an answer. A NULL is an
 * attribute that is left out, and so is removed. */
#ifndef BACKENDS_DYNAMODB_WRITES_H
#define BACKENDS_DYNAMODB_WRITES_H

#include "ops/step.h"

struct buf;

/* What depends on the values: by register; NULL: placeholders. Of a step that only reads it is nothing. */
void writes_put_values(const struct step *, const struct value *registers, struct buf *);
/* The rest, without the brace that ends the request. */
void writes_put_close(const struct step *, struct buf *);

#endif
