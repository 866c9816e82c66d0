/* comparison_fields.h - how a result compares: with its baseline, and its entries with each other. The
 * baseline is another file, so that what was found of it is read and not derived again. */
#ifndef SHOW_COMPARISON_FIELDS_H
#define SHOW_COMPARISON_FIELDS_H

#include "show/field.h"

extern const struct object baseline_object;           /* of a struct results */
bool baseline_is_there(const void *results);

extern const struct object comparison_object;
void each_comparison(const struct owner *results, const struct field *, field_visit *, void *to);
void *add_comparison(struct reading *, const struct path *, void *results, const struct field *);   /* after the entries */

#endif
