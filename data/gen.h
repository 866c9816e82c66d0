/* gen.h - generators: a value from random bits, by a column's type. Used by data.c. */
#ifndef DATA_GEN_H
#define DATA_GEN_H

#include "data/data.h"
#include "data/rng.h"

/* A value of this type by this generator; `bits` is a hash of (seed, table, column, row), `row` counts for sequence. */
struct value gen_value(const struct gen *, struct type, uint64_t bits, uint64_t row, struct scratch *);

/* The key of an ordinal: a bijection from ordinals to the generator's space, different for each `bits` (a hash of seed and key space). */
struct value gen_key(const struct gen *, struct type, uint64_t bits, uint64_t ordinal, struct scratch *);

/* How many different keys a generator can give for a type (UINT64_MAX: more than can be asked for). */
uint64_t gen_key_space(const struct gen *, struct type);

double gen_mean_bytes(const struct gen *, struct type);

#endif
