/* lease.h - a mark (mark.h) where nothing on the server ends with a connection: a text in the store that its
 * holder writes anew every few seconds, each time another one. Writing compares with what was read, so that
 * of two that try one succeeds.
 *
 * A lease ends with its holder: who waits sees by its own clock that the text stood still for LEASE_NS,
 * and takes it. On the holder's own machine a look at its process does; and what was not renewed for
 * LEASE_STALE_S by the wall clock is nobody's: services refuse requests from clocks that are that far off. */
#ifndef BACKENDS_LEASE_H
#define BACKENDS_LEASE_H

#include "backends/mark.h"

#define LEASE_NAME ".owner"                           /* of its note: no table's name, for those begin with a
                                                         letter */

enum { LEASE_TEXT = 400, LEASE_CHANGED = 1, LEASE_STALE_S = 1800 };

struct lease_ops {
    /* What is written there; "": nothing. */
    int (*get)(struct server *, char text[LEASE_TEXT], struct error *);
    /* Writes `text` in the place of `seen` ("": nothing is there, or shall be). LEASE_CHANGED: something else
     * was there. Makes room for it where there is none yet. */
    int (*swap)(struct server *, const char *seen, const char *text, struct error *);
};

/* The first member of a server object whose mark is a lease. */
struct lease {
    const struct lease_ops *ops;
    const struct instance *inst;
    char text[LEASE_TEXT];                            /* ours, as it was last written; "": we hold none */
    char seen[LEASE_TEXT];                            /* another's, that we wait for */
    uint64_t seen_at;                                 /* since when it has stood so */
    uint64_t beat;
};

extern const struct mark_ops lease_mark;              /* of its store */

#endif
