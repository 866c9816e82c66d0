/* round_fields.h - the rounds of an entry, and the slowest request. */
#ifndef SHOW_ROUND_FIELDS_H
#define SHOW_ROUND_FIELDS_H

#include "show/field.h"

extern const struct object round_object;              /* of a struct result_round, in an entry */
extern const struct object variation_object;          /* of a struct result_entry: how much its rounds
                                                         differ */
extern const struct object trace_object;
bool trace_is_there(const void *entry);

#endif
