/* exact.h - decimal numbers without loss: a whole number of 10^-scale, with up to 38 digits, as
 * decimal(38, s) has them.
 *
 * A number with more digits is rounded to 38 of them, half away from zero, and a larger one is clamped to the
 * largest. Functions where either can happen return whether the result is exact; the result is the nearest
 * one in any case. */
#ifndef BASE_EXACT_H
#define BASE_EXACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

__extension__ typedef __int128 wkl_i128;              /* 38 decimal digits */
__extension__ typedef unsigned __int128 wkl_u128;

enum { EXACT_DIGITS = 38, EXACT_MAX_SCALE = 76 };

struct exact {
    wkl_i128 digits;                                  /* |digits| < 10^38 */
    uint32_t scale;                                   /* up to EXACT_MAX_SCALE */
};

static inline wkl_i128 exact_most(void)               /* 10^38 - 1 */
{
    return (wkl_i128)10000000000000000000u * 10000000000000000000u - 1;
}
wkl_i128 exact_power(uint32_t exponent);              /* of ten; up to 38 */

/* Digits with `_` between them and a point among them; all n bytes must be one, false otherwise. *exact:
 * whether all its digits are kept. */
bool exact_parse(const char *text, size_t n, struct exact *, bool *exact);
void exact_put(struct buf *, wkl_i128 digits, uint32_t scale);          /* "-12.50": always `scale` digits
                                                                           after the point */
double exact_to_double(struct exact);                 /* the nearest */
enum { EXACT_DOUBLE_POWERS = 23 };
extern const double exact_double_powers[EXACT_DOUBLE_POWERS];           /* of ten: so many a double holds as
                                                                           they are */

bool exact_add(struct exact, struct exact, struct exact *);
bool exact_multiply(struct exact, struct exact, struct exact *);
bool exact_divide(struct exact, struct exact, struct exact *);          /* by anything but zero */
/* a - b floor(a / b): the divisor's sign, or zero. */
bool exact_remainder(struct exact, struct exact, struct exact *);
/* As a whole number of 10^-scale: the nearest, or the next below. */
bool exact_round(struct exact, uint32_t scale, wkl_i128 *);
bool exact_floor(struct exact, wkl_i128 *);
int exact_compare(struct exact, struct exact);
bool exact_is_whole(struct exact);

/* ---- for printing ---- */

/* Writes v's digits, at least `width` of them, in front of `end`; returns where they begin. */
char *exact_digits_before(char *end, uint64_t v, unsigned width);

#endif
