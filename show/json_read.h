/* json_read.h - a JSON object into a struct, by its table (field.h). Keys that no row names are left alone,
 * so that what a later version wrote can be read too.
 *
 * All functions return false once something is wrong, and say in the reading's error what and where:
 * "results[2].rounds[0].seconds". */
#ifndef SHOW_JSON_READ_H
#define SHOW_JSON_READ_H

#include "show/field.h"

bool json_read(struct reading *, const struct path *, const struct object *, void *into);
bool json_fail(struct reading *, const struct path *, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
bool json_fail_key(struct reading *, const struct path *object, const char *key, const char *words);
/* Of an object: both keys have a value, or neither has; anything else is refused. */
bool json_both(struct reading *, const struct path *, const char *key, const char *other);

#endif
