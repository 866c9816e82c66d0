/* dynamodb.h - what dynamodb.c (printing, lowering) and driver.c (driving) share. */
#ifndef BACKENDS_DYNAMODB_DYNAMODB_H
#define BACKENDS_DYNAMODB_DYNAMODB_H

#include "backends/backend.h"
#include "backends/dynamodb/key_range.h"

/* A step of a request, with all of its JSON that does not depend on the keys:
 *
 *   "fraud_rates_card_30d":{"Keys":[ {"hash_key": {"S":"…"} } , … ],"ConsistentRead":true}
 *   ^open                            ^key         ^the value      ^close                            */
struct dynamodb_step {
    const struct step *step;
    const char *name;                                 /* of the table there, with its prefix */
    const char *open, *key, *close;
    bool query;                                       /* of rows that share the key, by range; what is put for
                                                         the key then are the values of its condition */
    struct key_range range;
    uint64_t page_rows;                               /* of a page at most; 0: as many as it holds */
};

struct dynamodb_request {
    const char *operation;                            /* "GetItem" */
    const struct dynamodb_step *steps;
    uint32_t nsteps;
    uint8_t *by_name;                                 /* 1 + place among steps, hashed by name; 0: free */
    uint32_t mask;                                    /* its size is a power of two; this is one less */
};

enum { DYNAMODB_MAX_REPLY = 16 << 20 };               /* bytes of BatchGetItem */
enum { DYNAMODB_MAX_KEYS = 100, DYNAMODB_MAX_PUTS = 25 };

/* Where it is asked, if not at the region's own endpoint: NULL then. Of the setting, or of the variable of
 * all services of AWS. */
const char *dynamodb_endpoint(const struct instance *);
/* Whether it writes several items: a BatchWriteItem, which tells of each whether it was written, but not what
 * was there. */
bool dynamodb_is_batch(const struct request *);
/* Puts what a step writes, with its keys; registers NULL: placeholders. */
void dynamodb_put_writes(const struct dynamodb_step *, bool batch, const struct value *registers, struct buf *);
/* Puts one key with its braces, of the values from register reg on; keys NULL: placeholders for them. */
void dynamodb_put_key(const struct dynamodb_step *, const struct value *keys, uint32_t reg, struct buf *);
/* Puts how many rows the next page has at most, once `taken` rows have come. */
void dynamodb_put_limit(const struct dynamodb_step *, uint64_t taken, struct buf *);
/* The step that asks for a table of this name, or NULL. */
const struct dynamodb_step *dynamodb_step_of(const struct dynamodb_request *, const char *name);
/* Puts the JSON of CreateTable; the first nkeys columns are the key. */
void dynamodb_put_table(const struct instance *, const char *name, const struct column *columns,
                        uint32_t nkeys, struct buf *);
/* Puts {"hash_key":{"S":"…"},…} of a row, its NULLs left out. */
void dynamodb_put_item(const struct table *, const struct value *values, struct buf *);

#endif
