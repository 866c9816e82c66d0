/* field.h - the JSON result as tables. Each object of it is a table, a row for each key: the form of its
 * value, where in the struct it is or what computes it, when it is absent, and what it means. By these tables
 * it is written (json_write.h), read back (json_read.h) and described (json_schema.h, of which `make docs`
 * makes the page): a new key is a row.
 *
 * Read back is what cannot be derived: rows with `get`, with `derived`, or with `each` and no
 * `add`, are written only. */
#ifndef SHOW_FIELD_H
#define SHOW_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "results/results.h"

struct cJSON;
struct reading {
    struct results *results;                          /* of what is read; its arena owns all texts */
    struct error *err;
};
struct path {                                         /* a value and the way to it; lives on the stack of the
                                                         reader */
    const struct path *up;                            /* NULL: the root */
    const char *key;                                  /* NULL: an item of a list */
    size_t index;
    const struct cJSON *value;
};
struct owner {                                        /* an object that is written, and those it is in */
    const struct owner *up;                           /* NULL: the root */
    const void *object;
};

enum field_form {
    FIELD_TEXT, FIELD_LINES,                          /* const char *; in one line, in lines */
    FIELD_WHOLE, FIELD_WHOLE32,                       /* uint64_t, uint32_t: from 0 on; JSON carries up to
                                                         2^53 */
    FIELD_EXACT,                                      /* double, not negative, in as few digits as
                                                         give it back bit for bit */
    FIELD_FIGURE,                                     /* double, rounded: six digits beyond the point are more
                                                         than any clock or price gives */
    FIELD_FLAG,                                       /* bool */
    FIELD_WORD,                                       /* an enum, by its name */
    FIELD_PAIR,                                       /* double[2], rounded: an interval, low and high */
    FIELD_PARAMS,                                     /* struct ir_param *, and uint32_t at `count`: an object
                                                         of texts */
    FIELD_TEXTS,                                      /* a list of texts; items are const char * */
    FIELD_FIGURES,                                    /* an object of rounded numbers by name; items are
                                                         double */
    FIELD_OBJECT,                                     /* in the struct itself, or what `each` visits, at most
                                                         once */
    FIELD_LIST, FIELD_MAP,                            /* of objects; by name */
};
enum field_absent {
    ABSENT_NEVER,
    ABSENT_NULL,                                      /* null where there is none: a text that is NULL, a
                                                         number that is 0, what lacks `has` */
    ABSENT_LEFT_OUT,                                  /* likewise, but then the key is not written */
    ABSENT_IN_OLDER,                                  /* always written, but results of older versions lack
                                                         the key */
};

struct figure {                                       /* what `get` finds, by the row's form */
    int arg;                                          /* the row's */
    const char *text;                                 /* of a word too */
    uint64_t whole;
    double number, high;                              /* high: of a pair */
    bool flag;
    const struct ir_param *params;
    uint32_t nparams;
};
struct names { const char *(*of)(int); int n; };      /* of the values 0 … n-1; NULL: that value
                                                         has none, and is absent */

struct field;
struct object;
typedef void field_visit(void *to, const char *name /* NULL: of a list */, const void *item);

struct field {
    const char *key;                                  /* NULL ends the table */
    enum field_form form;
    size_t at;                                        /* offsetof */
    const char *about;                                /* for the reader of the schema; NULL: the key says
                                                         it */
    enum field_absent absent;
    bool derived;                                     /* written, not read */
    size_t has;                                       /* FIELD_HAS of the bool that says whether there
                                                         is one; reading sets it */
    bool (*there)(const void *object);                /* likewise, by a function */
    bool (*get)(const struct owner *, struct figure *);   /* false: there is none */
    int arg;                                          /* for `get` */
    const struct names *names;                        /* of a word; of a text: one of these is written */
    const struct object *object;                      /* of an object, of the items of a list or map */
    size_t count;                                     /* offsetof the uint32_t that counts the items at
                                                         `at` */
    void (*each)(const struct owner *, const struct field *, field_visit *, void *to);
    /* Room for one more item, which lives as long as the results. NULL: it is passed over, or, with an
     * error set, refused. */
    void *(*add)(struct reading *, const struct path *, void *owner, const struct field *);
    const char *pattern;                              /* of a text; NULL: any */
    double above;                                     /* a number is greater than that; 0: it is 0 or more */
};
#define FIELD_HAS(type, member) (offsetof(type, member) + 1)

struct object {
    const char *name;                                 /* among the definitions of the schema: "backend" */
    const struct field *fields;
    const char *about;                                /* MAY be NULL */
    size_t size;                                      /* of an item, where field_add_… makes room for it */
    /* After all fields were read: what they have to be together. NULL: nothing. */
    bool (*finish)(struct reading *, const struct path *, void *object);
};

bool field_is_read(const struct field *);

/* ---- `each` and `add` of the usual lists ---- */

#define FIELD_VEC .each = field_each_vec, .add = field_add_vec               /* VEC(struct x) */
#define FIELD_VEC_POINTERS .each = field_each_pointer, .add = field_add_pointer      /* VEC(struct x *) */
#define FIELD_COUNTED .each = field_each_counted, .add = field_add_counted   /* struct x *, by mem_grow,
                                                                                and its `count` */
void field_each_vec(const struct owner *, const struct field *, field_visit *, void *to);
void *field_add_vec(struct reading *, const struct path *, void *owner, const struct field *);
void field_each_pointer(const struct owner *, const struct field *, field_visit *, void *to);
void *field_add_pointer(struct reading *, const struct path *, void *owner, const struct field *);
void field_each_counted(const struct owner *, const struct field *, field_visit *, void *to);
void *field_add_counted(struct reading *, const struct path *, void *owner, const struct field *);

#endif
