/* overlay.h - the rows of a model that have been changed: of each the versions of its groups
 * (data/written.h), from which its values follow. Shared by all threads; it grows as rows are changed. */
#ifndef OPS_OVERLAY_H
#define OPS_OVERLAY_H

#include "data/written.h"

struct overlay;
struct overlay *overlay_new(void);
void overlay_free(struct overlay *);                  /* NULL is fine */
/* A write of this version: of all groups that these sets are of. */
void overlay_set(struct overlay *, const struct table *, uint64_t row, const struct column_set *,
                 uint32_t nsets, uint64_t version);
/* The versions of a row's groups, in their order; zeros where it stands as loaded. */
void overlay_get(struct overlay *, const struct table *, uint64_t row, uint64_t *versions);
/* The table is loaded anew. */
void overlay_clear(struct overlay *, const struct table *);

#endif
