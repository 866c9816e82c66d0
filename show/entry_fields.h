/* entry_fields.h - an entry of the JSON result: what was measured of one run, sweep point, backend and
 * strategy. */
#ifndef SHOW_ENTRY_FIELDS_H
#define SHOW_ENTRY_FIELDS_H

#include "show/field.h"

extern const struct object entry_object;
void *add_entry(struct reading *, const struct path *, void *results, const struct field *);

extern const struct object estimate_object;           /* of an entry that costs are modelled for and nothing
                                                         was measured of */
extern const struct object verified_object;

#endif
