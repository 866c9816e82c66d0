/* mark.h - the mark of a run on the tables that it uses: held from before it looks for them until after it
 * dropped them, so that no other wklrun makes, loads, measures or drops tables of the same names meanwhile.
 * One mark covers a store: a server's database (and schema) and a table prefix. It ends with its holder,
 * however that ends: where the server has locks that a connection holds, it is such a lock; where it has
 * none, a lease (lease.h).
 *
 * The protocol is in mark.c, once; a backend brings three primitives, struct mark_ops. They get a server
 * object that is used for nothing else, by one thread at a time. */
#ifndef BACKENDS_MARK_H
#define BACKENDS_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct instance;
struct server;
struct buf;

enum { MARK_TEXT = 160, MARK_WORDS = 240 };
enum { MARK_TAKEN = 1 };                              /* another holds it */

struct holder {
    char id[MARK_TEXT];                               /* tells holders apart */
    char words[MARK_WORDS];                           /* "pid 123 on db-client since 14:03:11 UTC" */
};

struct mark_ops {
    /* Tries once and never waits for the holder. 0: it is ours now. MARK_TAKEN, or a negative error_code.
     * Sets *holder, ours or theirs. */
    int (*take)(struct server *, struct holder *, struct error *);
    /* Sees that it is still ours and, where it has an end, puts that off. ERR_LOST: it is not. */
    int (*renew)(struct server *, struct error *);
    void (*drop)(struct server *);
};

struct mark;

/* Opens a connection of its own and tries to take the mark. 0: held, and *out is the caller's to be dropped;
 * MARK_TAKEN: *out is to be tried again (mark_try), or to be dropped; below zero: *out is NULL. */
int mark_open(const struct instance *, struct mark **out, struct holder *, struct error *);
int mark_try(struct mark *, struct holder *, struct error *);
/* Asks now whether it is still held. Where its connection was cut it is taken again, if nobody else has taken
 * it; *breaks counts how often that was so, for the caller to see whether the tables may have been another's
 * meanwhile. ERR_LOST: it is not held. */
int mark_check(struct mark *, uint32_t *breaks, struct error *);
bool mark_is_held_by(const struct mark *, const struct holder *);       /* that this one is the holder: two
                                                                           instances with one store */
void mark_drop(struct mark *);                        /* NULL is fine */

/* ---- for the primitives ---- */

/* Who we are, as a text of at most 63 bytes without spaces: "wkl/123/20261127T140311Z/db-client". */
void mark_put_self(struct buf *);
/* What such a text says: "pid 123 on db-client since 2026-11-27 14:03:11 UTC"; a text that is none as it
 * stands. */
void mark_read_holder(const char *text, struct holder *);
/* 64 bits of what a mark covers, for locks that have numbers or short names. */
uint64_t mark_hash(const char *database, const char *schema, const char *prefix);

#endif
