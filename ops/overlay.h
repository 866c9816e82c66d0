/* overlay.h - the rows of a model that have been changed: of each whether it is there, and the versions of its
 * groups (data/written.h), what was added to those that count among them, from which its values follow. Shared by
 * all threads; it grows as rows are changed.
 *
 * For tests of what finds faults it can be made faulty: rows stand twice, come back, are read as they were. */
#ifndef OPS_OVERLAY_H
#define OPS_OVERLAY_H

#include "data/written.h"

struct overlay;
struct overlay *overlay_new(void);
void overlay_free(struct overlay *);                  /* NULL is fine */
/* Whether anything was ever changed in it. */
bool overlay_is_used(struct overlay *);
/* A write of this version: of all groups that these sets are of; written: the value of each, which is added to
 * those that count. False: the row is not there, and nothing is written. */
bool overlay_set(struct overlay *, const struct table *, uint64_t row, const struct column_set *,
                 uint32_t nsets, const struct value *written, uint64_t version);
/* A whole row, there or not. */
void overlay_put(struct overlay *, const struct table *, uint64_t row, uint64_t version);
bool overlay_delete(struct overlay *, const struct table *, uint64_t row);     /* false: it was not there */
/* How often a row is there: 0, 1, or 2 where it stands twice; the versions of its groups, in their order: zeros
 * where it stands as loaded. before: what was changed after this moment (clock_ns) is as it was before its last
 * change; 0: as it is. */
uint32_t overlay_get(struct overlay *, const struct table *, uint64_t row, uint64_t before, uint64_t *versions);
/* A row that is there stands twice from now on. */
void overlay_double(struct overlay *, const struct table *, uint64_t row);
/* A row that is gone is there again, as it was. */
void overlay_revive(struct overlay *, const struct table *, uint64_t row);
/* From now on it keeps what each change replaced, and when, for the `before` of overlay_get. */
void overlay_remember(struct overlay *);
/* How many rows a table has. */
uint64_t overlay_count(struct overlay *, const struct table *);
/* The table is loaded anew. */
void overlay_clear(struct overlay *, const struct table *);

#endif
