/* recommendation_fields.h - what follows from all entries of a result, and is made again of them:
 * nothing of it is read. */
#ifndef SHOW_RECOMMENDATION_FIELDS_H
#define SHOW_RECOMMENDATION_FIELDS_H

#include "show/field.h"

extern const struct object recommendation_object, break_even_object;
void each_recommendation(const struct owner *results, const struct field *, field_visit *, void *to);
void each_break_even(const struct owner *results, const struct field *, field_visit *, void *to);

#endif
