/* histogram_fields.h - a histogram in the JSON result: HdrHistogram's own form, and what that has not got.
 * Rows take these, with `at` the place of a struct hist * (each_hist, add_hist) or struct packed *
 * (each_packed, add_packed), which is NULL or empty where nothing was recorded. */
#ifndef SHOW_HISTOGRAM_FIELDS_H
#define SHOW_HISTOGRAM_FIELDS_H

#include "show/field.h"

extern const struct object histogram_object;

#define FIELD_HIST .absent = ABSENT_NULL, .object = &histogram_object, .each = each_hist, .add = add_hist
#define FIELD_PACKED                                                                                         \
    .absent = ABSENT_NULL, .object = &histogram_object, .each = each_packed, .add = add_packed
void each_hist(const struct owner *, const struct field *, field_visit *, void *to);
void *add_hist(struct reading *, const struct path *, void *owner, const struct field *);
void each_packed(const struct owner *, const struct field *, field_visit *, void *to);
void *add_packed(struct reading *, const struct path *, void *owner, const struct field *);

#endif
