/* model.h - what the tables hold, as far as the generators say: what statements are evaluated over, by the
 * backend `memory` and by checks. */
#ifndef OPS_MODEL_H
#define OPS_MODEL_H

#include "data/finder.h"
#include "data/scratch.h"
#include "ops/slice.h"

struct model {                                        /* begins as zeros but for `data`; one thread's at a
                                                         time */
    const struct data *data;
    struct finder finder;
    struct scratch scratch;
    struct slicer slicer;
    struct value *values;                             /* of a row of an answer */
    uint32_t room;                                    /* of these */
    bool backward;                                    /* rows come in the reverse of the usual order */
};

void model_reserve(struct model *, uint32_t columns); /* for answers so wide */
void model_release(struct model *);

#endif
