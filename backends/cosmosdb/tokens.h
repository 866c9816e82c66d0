/* tokens.h - what virtual clients have seen of a container: the session tokens of the service, which a client
 * gives with each request so that it reads what it wrote, and nothing older than it has read.
 *
 *   "0:-1#128"               partition range 0 up to write 128; further numbers of a region may follow, "0:-1#128#1=90"
 *   "0:-1#128,1:-1#77"       of several ranges
 *
 * A text is kept for each client and container that has been asked; of a range the newest one. */
#ifndef BACKENDS_COSMOSDB_TOKENS_H
#define BACKENDS_COSMOSDB_TOKENS_H

#include <stdint.h>

#include "base/buf.h"

struct tokens {                                       /* begins as zeros; one thread's */
    struct token_place *places;
    uint32_t n, room;
    struct buf merged;                                /* room for a text */
};

/* What the client has seen there; NULL: nothing yet. Valid until the next tokens_take. */
const struct buf *tokens_of(const struct tokens *, uint32_t client, const char *container);
/* An answer came with this token. */
void tokens_take(struct tokens *, uint32_t client, const char *container, const char *token);
void tokens_release(struct tokens *);

#endif
