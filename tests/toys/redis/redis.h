/* redis.h - what the files of this backend share: connections, rows, and Redis's protocol as far as it is
 * needed. A table "t" is the key "wkl_t", its row with the key 7 the key "wkl_t:7"; the notes are a hash. */
#ifndef BACKENDS_REDIS_REDIS_H
#define BACKENDS_REDIS_REDIS_H

#include "backends/attempt.h"

extern const struct store redis_store;
extern const struct feed redis_feed;
extern const struct wire redis_wire;

/* ---- connections (redis.c) ---- */

/* A connection is a socket plus one, as a pointer. */
extern const struct attempt_kind redis_connections;
int redis_connect(const struct instance *, int *fd, struct error *);

/* ---- keys and rows (redis.c) ---- */

void redis_put_key(const struct instance *, const struct table *, const struct value *key, struct buf *);
/* A row as one text: of each value its length and its text, "3:abc", or "-" where it is NULL. */
void redis_put_row(const struct table *, const struct value *values, struct buf *);
/* A step's columns of such a row; false: it is none. Values that are texts point into `row`. */
bool redis_read_row(const struct step *, char *row, size_t n, struct value *values);

/* ---- the protocol (resp.c) ---- */

/* A command of n parts: resp_begin, then resp_put n times. */
void resp_begin(struct buf *, uint32_t n);
void resp_put(struct buf *, const void *p, size_t n);
void resp_puts(struct buf *, const char *text);

struct reply {
    char kind;                                        /* '+' status, '-' error, ':' number, '$' text, '*'
                                                         array, whose replies come after it */
    bool nil;
    long number;                                      /* of an array: its replies */
    char *text;                                       /* not ended by a NUL */
    size_t n;
};

/* The bytes of the reply that p begins with; 0: it is not complete yet; -1: it is none. */
long resp_length(const char *p, size_t n);
/* The reply at *at, which moves behind it. */
struct reply resp_read(char **at);

#endif
