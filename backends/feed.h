/* feed.h - how rows come into a backend's tables: by the batch, a stretch of a table after another, over a
 * connection that is kept.
 *
 * What a stretch brings is noted with it: both are there or neither is, where the backend has transactions;
 * elsewhere the rows come first, and bringing them once more does no harm.
 *
 * Calls block, look meanwhile for a wish to stop, and hold no more than a few batches. They return 0 or a
 * negative error_code with *err filled. A loader belongs to one thread at a time; several may be open at
 * once. */
#ifndef BACKENDS_FEED_H
#define BACKENDS_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/data.h"

struct instance;
struct loader;                                        /* defined by each feed for itself */

/* Rows from … to-1 of a table whose content has this digest. */
struct stretch {
    const struct table *table;
    uint64_t from, to;
    const char *digest;
};

/* MUST be filled in. */
struct feed {
    int (*open)(const struct instance *, struct loader **, struct error *);
    int (*begin)(struct loader *, const struct stretch *, struct error *);            /* which outlives end */
    /* The stretch's next n rows, one behind the other: n is rows_batch() of its table, but for the last ones.
     * They are the caller's again when it returns. */
    int (*rows)(struct loader *, const struct value *values, uint32_t n, struct error *);
    /* Then another stretch may begin. commit false, as after rows that failed: gives up what was not yet
     * sent; it can only be closed then, as after any of these that failed. */
    int (*end)(struct loader *, bool commit, struct error *);
    void (*close)(struct loader *);
};

#endif
