/* key_range.h - which items of a partition a Query asks for: what its key condition says of the sort key, and
 * what is left for a filter.
 *
 *   get orders where placed >= 2026-01-08 last 3      #s >= :lo, backward, three at most
 *   get items by the key (user, no) of an order       begins_with(#s, :lo), ":lo" the order's number and a sign
 *
 * The sort key's text, where it is joined, is that of the key columns one after the other (sort_key.h):
 * bounds of the first column that is no equality end it, and what is said of columns behind is a filter. */
#ifndef BACKENDS_DYNAMODB_KEY_RANGE_H
#define BACKENDS_DYNAMODB_KEY_RANGE_H

#include "ops/step.h"

struct arena;

struct key_range {
    const char *condition;                            /* " AND #s >= :lo"; "" */
    const char *lo, *hi;                              /* its values: attributes, or of a joined sort key the
                                                         text behind the columns that the key gives; NULL:
                                                         none */
    const char *filter, *filter_values;               /* "#2 = :f0", ",\":f0\":{…}"; NULL, "": none */
    const struct ir_slice *read;                      /* which rows of a key are read, before the filter;
                                                         NULL: all */
    bool drops;                                       /* rows may come that are none of those asked for: on an
                                                         end that BETWEEN takes in */
};

void key_range_make(struct arena *, const struct step *, struct key_range *);

#endif
