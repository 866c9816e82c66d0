/* slice.h - which rows of a key a step asks for, and in which order: `get orders where placed >= … last 10`
 * by the generators. */
#ifndef OPS_SLICE_H
#define OPS_SLICE_H

#include "data/finder.h"
#include "ops/step.h"

struct sliced;                                        /* a row with its sort columns */

/* The rows of the key that was asked for last. Begins as zeros. */
struct slicer {
    const struct step *step;
    uint64_t first;
    struct sliced *items;
    struct value *values;
    struct scratch scratch;
    uint64_t *rows;
    uint32_t n, room;
};

/* The rows of a step with a slice among the n of a key, from `first` on: their numbers in the order of the
 * answer, valid until the next call. */
const uint64_t *slice_rows(struct slicer *, const struct data *, const struct step *, uint64_t first,
                           uint64_t n, uint32_t *count);
void slicer_release(struct slicer *);
/* Whether its conditions hold for a row with these key columns. */
bool slice_takes(const struct step *, const struct value *key);
/* Whether the rows that it takes of a key lie together in the order of the sort columns. */
bool slice_is_range(const struct step *);
/* How many rows of a key it brings on average: by the formula, or with conditions by looking at some keys. */
double slice_average(const struct step *);

#endif
