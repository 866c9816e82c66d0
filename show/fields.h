/* fields.h - a JSON object into a struct, by a table of its keys: a new key is a line. Keys that no table names are left alone, so that
 * what a later version wrote can be read too.
 *
 * All functions return false once something is wrong, and say in the reading's error what and where: "results[2].rounds[0].seconds". */
#ifndef SHOW_FIELDS_H
#define SHOW_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include <cjson/cJSON.h>

#include "base/error.h"
#include "results/results.h"

struct reading {
    struct results *results;                          /* of what is read; its arena owns all texts */
    struct error *err;
};

struct place {                                        /* a value and the way to it; lives on the stack of who reads it */
    const struct place *up;                           /* NULL: the root */
    const char *key;                                  /* NULL: an item of a list */
    size_t index;
    const cJSON *value;
};

enum field_form {
    FIELD_TEXT, FIELD_LINES,                          /* const char *; in one line, in lines */
    FIELD_WHOLE, FIELD_WHOLE32,                       /* uint64_t, uint32_t: from 0 on; JSON carries up to 2^53 */
    FIELD_NUMBER,                                     /* double, not negative */
    FIELD_FLAG,                                       /* bool */
    FIELD_GROUP,                                      /* an object whose fields belong to the same struct */
    FIELD_PART,                                       /* a function reads it */
};
struct field {
    const char *key;                                  /* NULL ends the table */
    enum field_form form;
    bool may_lack;                                    /* missing or null: the struct keeps what it has */
    size_t at;                                        /* offsetof */
    const struct field *group;
    bool (*part)(struct reading *, const struct place *, void *owner);
};

bool fields_read(struct reading *, const struct place *object, const struct field *, void *into);
/* Calls `one` for each item of a list, or for each member of an object. */
bool fields_each(struct reading *, const struct place *list, bool (*one)(struct reading *, const struct place *item, void *owner), void *owner);
/* The value's text, which lives as long as the JSON; NULL (and an error) where it is none. */
const char *fields_text(struct reading *, const struct place *);
/* An object of texts: what a run's params, or a sweep's point, are. */
bool fields_params(struct reading *, const struct place *, const struct ir_param **, uint32_t *n);
bool fields_fail(struct reading *, const struct place *, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif
