/* json_schema.h - what JSON an object is written as (field.h), as a JSON schema (draft 2020-12). */
#ifndef SHOW_JSON_SCHEMA_H
#define SHOW_JSON_SCHEMA_H

#include "show/field.h"

void json_put_schema(const struct object *, const char *title, struct buf *);

#endif
