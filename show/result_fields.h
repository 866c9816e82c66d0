/* result_fields.h - the whole JSON result, key by key; what costs are modelled to be without a run (wklc
 * --emit=cost --json) is another one. */
#ifndef SHOW_RESULT_FIELDS_H
#define SHOW_RESULT_FIELDS_H

#include "show/field.h"

extern const struct object result_object, costs_object;       /* of a struct results */

#endif
