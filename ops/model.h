/* model.h - what the tables hold, as far as the generators say: what statements are evaluated over, by the
 * backend `memory` and by checks. */
#ifndef OPS_MODEL_H
#define OPS_MODEL_H

#include "data/finder.h"
#include "data/scratch.h"
#include "ops/overlay.h"
#include "ops/slice.h"

struct model {                                        /* begins as zeros but for `data`; one thread's at a
                                                         time */
    const struct data *data;
    struct finder finder;
    struct scratch scratch;
    struct slicer slicer;
    struct value *values;                             /* of a row of an answer */
    uint32_t room;                                    /* of these */
    struct overlay *overlay;                          /* of the rows that were changed; NULL: none can be */
    uint64_t before;                                  /* see overlay_get */
    struct value *whole;                              /* a row with all its columns */
    uint64_t *versions;                               /* of its groups */
    uint32_t widest;                                  /* columns of whole */
    bool backward;                                    /* rows come in the reverse of the usual order */
};

void model_reserve(struct model *, uint32_t columns); /* for answers so wide */
/* The columns of a step of a row whose key is at hand, as the row is now: in m->values. How often it is there:
 * 0: it is not. */
uint32_t model_columns(struct model *, const struct step *, uint64_t row, const struct value *key);
void model_release(struct model *);

#endif
