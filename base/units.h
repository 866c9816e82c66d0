/* units.h - numbers with units, as the language writes them: 1_000 0.99 10k 5M 2G 80% 512B 16KiB 4MB 50us
 * 10ms 5s 2m 1h 30d 2k/s 120/m. One reader for source texts, -D, options and settings; one writer, which
 * gives the shortest of these forms. */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/exact.h"

enum unit {
    UNIT_NONE,       /* a plain number; 80% is 0.8 with `percent` set */
    UNIT_SIZE,       /* bytes */
    UNIT_DURATION,   /* seconds */
    UNIT_RATE,       /* per second */
};

struct quantity {
    double value;
    enum unit unit;
    bool percent;    /* written with %, for printing it so again */
    bool integer;    /* value is a whole number, exactly */
    bool fraction;   /* written with a point, or computed from such a number: a fraction even where its value
                        is whole, as 2.0 */
    bool known;      /* `exact` is what was written, without the rounding of a double; not of rates, nor of
                        more than 38 digits */
    struct exact exact;
};

/* All n bytes must be the quantity; false where they are not. Digits with `_` between them; a leading `-` is
 * taken. */
bool quantity_parse(const char *text, size_t n, struct quantity *);
bool quantity_is_whole(const struct quantity *);      /* also beyond 2^53, where `integer` says nothing */
/* A number without unit as a whole one from least to most; false where it is none. A percentage is not one. */
bool quantity_whole(const struct quantity *, uint64_t least, uint64_t most, uint64_t *out);
/* A duration, or a plain number of seconds, of at most so many seconds, as nanoseconds. */
bool quantity_ns(const struct quantity *, double most_seconds, uint64_t *ns);
void quantity_put(struct buf *, const struct quantity *);
const char *unit_name(enum unit);                     /* "a number", "a size", "a duration", "a rate" */

#endif
