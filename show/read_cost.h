/* read_cost.h - the `cost` of a result, as json.c wrote it: line by line, so that every sum comes out as it did. */
#ifndef SHOW_READ_COST_H
#define SHOW_READ_COST_H

#include "show/fields.h"

bool read_cost(struct reading *, const struct place *, void *cost /* struct cost */);

#endif
