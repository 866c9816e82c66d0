/* overlay.h - the rows of a model that have been changed: of each whether it is there, and the versions of its
 * groups (data/written.h), from which its values follow. Shared by all threads; it grows as rows are changed. */
#ifndef OPS_OVERLAY_H
#define OPS_OVERLAY_H

#include "data/written.h"

struct overlay;
struct overlay *overlay_new(void);
void overlay_free(struct overlay *);                  /* NULL is fine */
/* A write of this version: of all groups that these sets are of. False: the row is not there, and nothing is
 * written. */
bool overlay_set(struct overlay *, const struct table *, uint64_t row, const struct column_set *,
                 uint32_t nsets, uint64_t version);
/* A whole row, there or not. */
void overlay_put(struct overlay *, const struct table *, uint64_t row, uint64_t version);
bool overlay_delete(struct overlay *, const struct table *, uint64_t row);     /* false: it was not there */
/* Whether a row is there; the versions of its groups, in their order: zeros where it stands as loaded. */
bool overlay_get(struct overlay *, const struct table *, uint64_t row, uint64_t *versions);
/* The table is loaded anew. */
void overlay_clear(struct overlay *, const struct table *);

#endif
