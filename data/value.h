/* value.h - types and values: the currency between generators, drivers and checks.
 *
 *  type        value                                      text form (CSV, JSON stores, messages)
 *  bool        i: 0 or 1                                  true false
 *  int bigint  i                                          -12
 *  float       d, rounded to a float                      shortest that reads back the same (%.9g)
 *  double      d, never NaN or infinite                   shortest that reads back the same (%.17g at most)
 *  decimal     dec: value * 10^scale                      0.123456 (always `scale` digits after the point)
 *  char string s: UTF-8 bytes                             as they are
 *  json
 *  uuid        s: 36 lower-case characters                as they are
 *  bytes       s: raw bytes                               lower-case hex
 *  date        i: days since 1970-01-01                   2026-01-31
 *  timestamp   i: microseconds since 1970-01-01 UTC       2026-01-31T12:00:00.000000Z
 *
 * A value does not own the bytes of s: who produced it says how long they live. */
#ifndef DATA_VALUE_H
#define DATA_VALUE_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/exact.h"

enum type_kind {
    TYPE_BOOL, TYPE_INT, TYPE_BIGINT, TYPE_FLOAT, TYPE_DOUBLE, TYPE_DECIMAL, TYPE_CHAR, TYPE_STRING,
    TYPE_BYTES, TYPE_UUID, TYPE_DATE, TYPE_TIMESTAMP, TYPE_JSON, TYPE_COUNT
};

struct type {
    enum type_kind kind;
    uint32_t n;                                       /* char, string, bytes: most characters (string: 0 =
                                                         any); decimal: precision */
    uint32_t scale;                                   /* decimal */
};

enum value_class { CLASS_INT, CLASS_DOUBLE, CLASS_DECIMAL, CLASS_BYTES };

struct value {
    bool null;
    union {
        int64_t i;
        double d;
        wkl_i128 dec;
        struct { const char *p; uint32_t n; } s;
    } u;
};

enum { DECIMAL_MAX_PRECISION = EXACT_DIGITS, DECIMAL_EXACT_IN_DOUBLE = 15 };

enum value_class type_class(struct type) __attribute__((const));
bool type_equal(struct type, struct type);
const char *type_kind_name(enum type_kind);           /* "bigint" */
void type_put(struct buf *, struct type);             /* "decimal(9, 6)" */
/* Whether a decimal of this type survives a round trip through an IEEE double: precision <= 15. */
bool type_decimal_fits_double(struct type);
uint32_t type_bytes(struct type);                     /* usual size of a value, for estimates */

bool value_equal(struct type, const struct value *, const struct value *);
/* Less than, equal to or more than 0, as a database sorts them: texts and bytes byte by byte. Neither is
 * null. */
int value_order(struct type, const struct value *, const struct value *);
uint64_t value_hash(struct type, const struct value *);             /* of a key: equal ones have the same */
void value_put(struct buf *, struct type, const struct value *);   /* the text form; NULL as "null" */
/* Reads the text form (also "2026-01-31 12:00:00.5", with or without T, Z, fraction). The bytes of s are
 * those given, except for bytes, which are decoded in place into `text` itself. Returns false where text is
 * no such value. */
bool value_parse(struct type, char *text, size_t n, struct value *);

double value_decimal_to_double(struct type, wkl_i128);
wkl_i128 value_decimal_from_double(struct type, double);           /* rounded to the type's scale */

/* What a type holds. Whole numbers, decimals and moments have a range in their own unit (decimals:
 * 10^-scale); a value outside of it is cut to its nearer end, a float or double to the largest, a text to the
 * first n of its characters. */
struct type_range { wkl_i128 least, most; };
struct type_range type_range(struct type) __attribute__((const));
wkl_i128 value_cut(struct type, wkl_i128);
double value_cut_far(struct type, double);            /* value_cut_double of what is infinite, or none that a
                                                         float holds */
static inline double value_cut_double(struct type t, double d)          /* also rounded to a float; NaN is
                                                                           0 */
{
    if (__builtin_expect(!(fabs(d) <= (double)FLT_MAX), 0))
        return value_cut_far(t, d);
    return t.kind == TYPE_FLOAT ? (double)(float)d : d;
}
int64_t value_whole_from_double(struct type, double); /* the nearest whole number that the type holds */
uint32_t value_cut_text(struct type, const char *, uint32_t n);         /* how many of the bytes are left */
bool value_fits(struct type, const struct value *);   /* whether it is one that the type holds; NULL is */

/* Calendar (proleptic Gregorian): days since 1970-01-01. */
int64_t date_from_civil(int64_t year, unsigned month, unsigned day);
void date_to_civil(int64_t days, int64_t *year, unsigned *month, unsigned *day);

#endif
