/* gen.h - the generators: one value from a stream of bits. A stream is a 64-bit number; word k of it is
 * rng_mix1(stream + (k + 1) * golden ratio), so that any value costs the same wherever it lies and no state
 * is kept.
 *
 *  uniform       all numbers of lo … hi alike; doubles: dlo + u (dhi - dlo)
 *  normal        Marsaglia's polar method; whole-number types are rounded to the nearest, clamped to the type's range
 *  exponential   -mean log(1 - u), rounded and clamped likewise
 *  zipf          lo + rank - 1: lo is the most frequent
 *  pareto        bounded Pareto by inversion; below lo = 1 the range is shifted up to 1 and the draw back down
 *  choice        the first whose summed shares exceed u
 *  text          letters, digits and blanks, none of these at an end · words: lower-case words · hex: hex digits
 *  uuid          version 4 · sequence: lo + row
 *
 * Whatever makes text honours the type: char(n) ~ hex or text(n) has exactly n characters, nothing is longer
 * than n, json is an object {"v":"…"} about as long as asked for. Transcendental functions are those of
 * portable_math.h: same bits everywhere. */
#ifndef DATA_GEN_H
#define DATA_GEN_H

#include "data/rng.h"
#include "data/schema.h"
#include "data/scratch.h"

#define GEN_GOLDEN 0x9e3779b97f4a7c15u

/* Settles constants that depend on the generator alone (zipf). Optional: it only saves time. */
void gen_prepare(struct gen *);
/* One value. `row` is for sequence alone. Bytes come from the scratch, or are those of the generator's own
 * choices. */
struct value gen_draw(const struct gen *, struct type, uint64_t stream, uint64_t row, struct scratch *);
void gen_put(const struct gen *, struct type, uint64_t stream, uint64_t row, struct scratch *,
             struct value *out);
/* A column's values in many rows: n of them, `stride` values apart. Those of gen_draw with the stream
 * rng_mix(stream, row). */
struct gen_rows {
    uint64_t row;
    uint32_t n, stride;
    struct value *out;
};
void gen_fill(const struct gen *, struct type, uint64_t stream, struct gen_rows, struct scratch *);
/* The expected number of bytes of a value. */
double gen_bytes(const struct gen *, struct type);
/* What the numbers of a column keep to, whatever is drawn for its first `rows` rows: bounds, and the least
 * distance from zero of those that are not zero. Rounded outwards. False where the type is none of whole
 * numbers or doubles. */
struct gen_bounds { double lo, hi, least; };
bool gen_bounds(const struct gen *, struct type, uint64_t rows, struct gen_bounds *);
const char *gen_kind_name(enum gen_kind);             /* "uniform" */

/* ---- for the other files of data/ ---- */

struct bits { uint64_t at; };
static inline uint64_t bits_next(struct bits *b)
{
    return rng_mix1(b->at += GEN_GOLDEN);
}

/* Whether 64 bits do not hold what it draws from: its values are made in a way of their own. */
bool gen_is_apart(const struct gen *);
/* The whole number i in any type, cut to what it holds: 7 is 7.00 for a decimal. */
void gen_sequence(struct type, wkl_i128 i, struct scratch *, struct value *out);
/* A standard normal number. */
double gen_normal(struct bits *);
/* Sixteen lower-case hex digits of v, the highest first. */
void gen_hex16(char *out, uint64_t v);
/* n hex digits of the stream. */
void gen_hex(char *out, uint32_t n, struct bits *);
/* 36 characters: 124 bits of which the version and variant take their own. */
void gen_uuid(char *out, uint64_t high, uint64_t low);
/* The texts: gen_text.c. */
void gen_text(const struct gen *, struct type, struct bits *, struct scratch *, struct value *out);
uint32_t gen_hex_length(struct type);                 /* digits that `hex` makes for char, string, json;
                                                         bytes: two a byte */

#endif
