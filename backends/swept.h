/* swept.h - the instances of each point of the runs: where a backend block depends on what is swept, its
 * settings differ by point. */
#ifndef BACKENDS_SWEPT_H
#define BACKENDS_SWEPT_H

#include "backends/instances.h"

struct swept_point {
    const struct ir_point *point;
    struct instances instances;                       /* the same ones in the same order as those of the
                                                         file */
};
struct swept { VEC(struct swept_point) points; };     /* those alone that differ from the file */

/* Mistakes that a point's values make in backend blocks go to diags: those of the first such point. 0 or
 * ERR_USAGE. */
int swept_make(struct swept *, struct arena *, const struct ir *, const struct data *,
               const struct instances_options *, struct diags *, struct error *);
const struct instances *swept_find(const struct swept *, const struct ir_point *,
                                   const struct instances *of_file);

/* Whether a setting of this scope has different values in the two. */
bool swept_differs(const struct instance *, const struct instance *, enum setting_scope);

#endif
