/* latency_fields.h - response and service times of an entry: all of it is derived from its
 * histograms and rounds. */
#ifndef SHOW_LATENCY_FIELDS_H
#define SHOW_LATENCY_FIELDS_H

#include "show/field.h"

extern const struct object latency_object;
void each_response(const struct owner *entry, const struct field *, field_visit *, void *to);
void each_service(const struct owner *entry, const struct field *, field_visit *, void *to);

#endif
