/* store.h - where a backend's tables stand, and the notes of what wkl made: primitives without policy. What
 * may be made, dropped or taken for ours is decided over these in admin.c, once for all backends.
 *
 * A server object belongs to one thread at a time; several may be open at once. Calls block, and look
 * meanwhile for a wish to stop (instance.stop). They return 0 or a negative error_code with *err filled.
 * Those that take several tables say of each how far they came, also where they fail.
 *
 * Notes stand in a table of their own, wkl_tables(name, digest), by the tables' full names. It has the
 * instance's table_prefix too, so that what is noted for another prefix is not ours. */
#ifndef BACKENDS_STORE_H
#define BACKENDS_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "data/data.h"

struct instance;
struct mark_ops;
struct request;
struct server;                                        /* defined by each store for itself */

struct standing {
    bool there;                                       /* something stands where the table would be made */
    bool bare;                                        /* without a row, and of a kind that loses its rows in a
                                                         crash of the server */
    bool noted;                                       /* of what is not there: it may be noted */
    char digest[DIGEST_CHARS + 1];                    /* of the note */
};

struct made {
    enum { NOT_MADE, MADE, EXISTED } now;
    bool maybe;                                       /* a try of this call may have made it, though its
                                                         answer was lost */
};

struct notes {
    bool tables;                                      /* there are notes of tables, or what notes there are
                                                         must stay */
    bool lease;                                       /* there is the lease of a run (lease.h) */
    bool none;                                        /* not even a place for notes is there */
};

/* MUST be filled in unless it says MAY. A store where nothing lasts has no `look` and none of those that
 * follow it. */
struct store {
    const char *thing;                                /* what a table is called there; NULL: "table" */
    int (*open)(const struct instance *, struct server **, struct error *);
    void (*close)(struct server *);
    const char *(*version)(const struct server *);    /* "PostgreSQL 15.18"; owned by the server object */
    /* What two instances have alike exactly if they are one server (or account); "": it is not known. Never
     * shown. MAY be NULL: each of them is a server by itself. */
    const char *(*identity)(const struct server *);
    /* Where the server that answered is, for reports: "127.0.0.1:5432/risk", a URL, a file; never who asked.
     * MAY be NULL: nowhere. */
    void (*put_where)(const struct server *, struct buf *);
    /* Whether tables can be made, as far as that can be told without making one. MAY be NULL: it cannot be
     * told. */
    int (*may_create)(struct server *, struct error *);
    /* The mark of a run on the tables that it uses. MAY be NULL: nobody else can reach them. */
    const struct mark_ops *mark;
    /* Makes or drops what requests need on the server (request->setup / teardown). MAY be NULL. */
    int (*install)(struct server *, const struct request *, uint32_t n, struct error *);
    int (*uninstall)(struct server *, const struct request *, uint32_t n, struct error *);
    /* Drops what `install` made for runs that were killed, as far as it is noted. MAY be NULL. */
    int (*sweep)(struct server *, struct error *);

    /* How the tables stand, and what is noted of them. */
    int (*look)(struct server *, const struct table *const *, uint32_t n, struct standing *, struct error *);
    uint32_t look_most;                               /* tables of a call, so that a stop is seen between two;
                                                         0: it takes but a moment */
    /* Makes tables, and waits until they take rows. */
    int (*make)(struct server *, const struct table *const *, uint32_t n, struct made *, struct error *);
    /* Drops tables, and waits until they are gone; one that is not there is gone. */
    int (*drop)(struct server *, const struct table *const *, uint32_t n, bool *gone, struct error *);
    /* After loading: keys, indexes, statistics; then, together with the last of these where there are
     * transactions, the digests are noted. MAY be NULL: only the notes are to be put. */
    int (*seal)(struct server *, const struct table *const *, const char (*digests)[DIGEST_CHARS + 1],
                uint32_t n, struct error *);
    /* Each replaces what was noted of its table, the rows that were loaded included. digests may be NULL: ""
     * each. */
    int (*note_put)(struct server *, const struct table *const *, const char (*digests)[DIGEST_CHARS + 1],
                    uint32_t n, struct error *);
    /* One that is not there is dropped. */
    int (*note_drop)(struct server *, const struct table *const *, uint32_t n, struct error *);
    /* Makes the place for notes, unless it is there. */
    int (*notes_make)(struct server *, struct error *);
    int (*notes)(struct server *, struct notes *, struct error *);
    /* Drops the place for notes, after `notes` said that it may go. */
    int (*notes_drop)(struct server *, struct error *);
    /* The rows that are noted of a table that is not sealed, in stretches or in what these were joined to.
     * MAY be NULL: an interrupted load begins again. */
    int (*loaded)(struct server *, const struct table *, const char *digest,
                  void (*take)(void *arg, uint64_t from, uint64_t to), void *arg, struct error *);
    /* The rows of a table, as they stand now: none that was written before is left out. MAY be NULL: they
     * cannot be counted. */
    int (*count)(struct server *, const struct table *, uint64_t *rows, struct error *);
    uint64_t count_most;                              /* of tables with more it would take long, or cost: they
                                                         are not counted */
    /* Transactions that undo all that is above, from `look` on. MAY be NULL: there are none. An end that
     * fails has undone it, or its answer was lost. */
    int (*begin)(struct server *, struct error *);
    int (*end)(struct server *, bool commit, struct error *);
};

#endif
