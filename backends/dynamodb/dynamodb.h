/* dynamodb.h - what dynamodb.c (printing, lowering) and driver.c (driving) share. */
#ifndef BACKENDS_DYNAMODB_DYNAMODB_H
#define BACKENDS_DYNAMODB_DYNAMODB_H

#include "backends/backend.h"

/* A step of a request, with all of its JSON that does not depend on the keys:
 *
 *   "fraud_rates_card_30d":{"Keys":[ {"hash_key": {"S":"…"} } , … ],"ConsistentRead":true}
 *   ^open                            ^key         ^the value      ^close                            */
struct dynamodb_step {
    const struct step *step;
    const char *name;                                 /* of the table there, with its prefix */
    const char *open, *key, *close;
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

/* Where it is asked, if not at the region's own endpoint: NULL then. Of the setting, or of the variable of all services of AWS. */
const char *dynamodb_endpoint(const struct instance *);
/* The step that asks for a table of this name, or NULL. */
const struct dynamodb_step *dynamodb_step_of(const struct dynamodb_request *, const char *name);
/* Puts the JSON of CreateTable; the first nkeys columns are the key. */
void dynamodb_put_table(const struct instance *, const char *name, const struct column *columns, uint32_t nkeys, struct buf *);
/* Puts {"hash_key":{"S":"…"},…} of a row, its NULLs left out. */
void dynamodb_put_item(const struct table *, const struct value *values, struct buf *);

#endif
