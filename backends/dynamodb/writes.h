/* writes.h - requests that write an item, UpdateItem, PutItem and DeleteItem: what stands between their
 * beginning and their end.
 *
 *   {"TableName":"users","Key":{…},"UpdateExpression":"SET #0 = :0, #2 = :2 REMOVE #1","ExpressionAttributeValues":{…}
 *    ,"ConditionExpression":"attribute_exists(#k)","ExpressionAttributeNames":{…}}
 *   {"TableName":"users","Item":{…}}
 *   {"TableName":"users","Key":{…},"ConditionExpression":"attribute_exists(#k)",…}
 *
 * Neither an update nor a delete creates: an item that is not there fails the condition, which is an answer. A
 * NULL is an attribute that is left out, and so is removed. */
#ifndef BACKENDS_DYNAMODB_WRITES_H
#define BACKENDS_DYNAMODB_WRITES_H

struct buf;
struct step;
struct value;

/* Puts what is written, behind the key, or behind the key's attributes of an item: by register; NULL:
 * placeholders. */
void writes_put(const struct step *, const struct value *registers, struct buf *);
/* The rest, without the brace that ends the request. */
void writes_put_close(const struct step *, struct buf *);
/* A write counts by 1 KB, of the larger of the item before and after it, however little it sets; where there is
 * no item the least, since its condition was looked at, or what the new one takes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 * size: of an item as it is loaded. */
double writes_units(const struct step *, double size);

#endif
