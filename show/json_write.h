/* json_write.h - an object as JSON, by its table (field.h): in the order of its rows, a key a
 * line, indented by tabs. */
#ifndef SHOW_JSON_WRITE_H
#define SHOW_JSON_WRITE_H

#include "show/field.h"

void json_write(const struct object *, const void *object, struct buf *out);

#endif
