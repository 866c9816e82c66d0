/* distinct.h - whether computed keys tell all rows apart. Keys that generators make do so by construction;
 * what an expression makes is the workload's affair, and two rows with one key would overwrite each other in
 * some databases and be refused by others. */
#ifndef DATA_DISTINCT_H
#define DATA_DISTINCT_H

#include "data/schema.h"

/* So many keys are looked at one by one; of more, the first and the last quarter of as many, and others at
 * random. */
enum { DISTINCT_LOOKED_AT = 1 << 20 };

enum distinct {
    DISTINCT_SURE,                                    /* by the form of the expression, or all were looked
                                                         at */
    DISTINCT_SEEMS,                                   /* none of those looked at agree */
    DISTINCT_NULL,                                    /* the key of row `second` is null */
    DISTINCT_TWICE,                                   /* rows `first` and `second` have one key */
};
struct twice { uint64_t first, second; };

/* The keys of ordinals 0 … count - 1. Takes 32 MB for as long as it looks at keys. */
enum distinct data_distinct(const struct keyspace *, uint64_t count, struct twice *);

#endif
