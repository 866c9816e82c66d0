/* admin.h - tables of a workload, found, made, sealed and dropped: the protocol by which wkl touches only
 * what it made, and leaves nothing behind that it does not know as its own. Over struct store (store.h), the
 * same for every backend.
 *
 * A table is noted before it is made, its note goes after it is gone, and the place for notes goes with the
 * last note. So wherever a run is cut, what it made is noted; at most a note is left of a table that is not
 * there, which the next drop takes. A table without a note is somebody else's. Where there are transactions,
 * a table and its note come and go together. */
#ifndef BACKENDS_ADMIN_H
#define BACKENDS_ADMIN_H

#include "backends/backend.h"

/* TABLE_EMPTIED: ours, and complete once; a crash of the server took its rows, as it does of tables that are
 * not logged. */
enum presence { TABLE_ABSENT, TABLE_OURS, TABLE_EMPTIED, TABLE_FOREIGN };

struct found {
    enum presence presence;
    bool bare;                                        /* without a row, so that what is noted as loaded is
                                                         gone */
    char digest[DIGEST_CHARS + 1];                    /* of TABLE_OURS that is sealed; else "" */
};

/* heeds: ERR_INTERRUPTED after a wish to stop, which what clears up after it must not. */
int admin_find(const struct instance *, struct server *, const struct table *const *, uint32_t n, bool heeds,
               struct found *, struct error *);
/* Makes tables. ERR_FOREIGN: one of them is there and somebody else's; none is made then, or touched. */
int admin_make(const struct instance *, struct server *, const struct table *const *, uint32_t n,
               struct error *);
/* Notes of tables that are loaded what they hold, and makes what is made after loading. */
int admin_seal(const struct instance *, struct server *, const struct table *const *,
               const char (*digests)[DIGEST_CHARS + 1], uint32_t n, struct error *);
/* Notes of tables, before their rows are changed, that they do not hold what was loaded any more: digests
 * that no data has. */
int admin_change(const struct instance *, struct server *, const struct table *const *,
                 const char (*digests)[DIGEST_CHARS + 1], uint32_t n, struct error *);
/* Drops those of the tables that wkl made, and all their notes; then the place for notes where it is empty,
 * also if n is 0: a drop that was cut short is finished so. */
int admin_drop(const struct instance *, struct server *, const struct table *const *, uint32_t n,
               struct error *);
/* Drops the place for notes where it is empty; with_lease: the run's own lease, which is about to end, is
 * nothing. */
int admin_drop_notes(const struct instance *, struct server *, bool with_lease, struct error *);

#endif
