/* cost_fields.h - the `cost` of an entry: line by line, so that every sum comes out again as it did. */
#ifndef SHOW_COST_FIELDS_H
#define SHOW_COST_FIELDS_H

#include "show/field.h"

extern const struct object cost_object;               /* of a struct result_entry */
bool cost_is_there(const void *entry);

#endif
