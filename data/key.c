/* key.c - the key of an ordinal. Every way is an injection by construction: a permutation of the type's space (or of the
 * first part of it, the rest being hashed), so that distinctness needs no memory.
 *
 *   char string json ~ hex   n >= 16: 16 digits of a permuted 64-bit number, then n - 16 hashed ones; below: 4n bits permuted
 *   uuid                     64 permuted bits, 58 hashed ones, version 4
 *   bytes ~ hex              as hex, two digits a byte
 *   ~ text(n)                12 base-36 digits (or n) of a permuted number, then hashed ones; of a range a..b always b
 *   ~ sequence               lo + ordinal, as digits in a string
 *   ~ uniform(a..b)          a permutation of a … b; ordinals beyond it continue after b, then before a
 *   int bigint, others       a permutation of 0 … 2^31 - 1 or 2^63 - 1 (decimal: of its digits) */
#include "config.h"

#include <string.h>

#include "data/data.h"
#include "data/expr.h"
#include "data/gen.h"
#include "data/rng.h"

enum { BASE36_DIGITS = 12, HEX_DIGITS = 16 };         /* that one 64-bit number fills */
enum purpose { FOR_PERMUTATION = 1, FOR_REST };

static uint64_t power(uint64_t base, uint32_t exponent)
{
    uint64_t p = 1;
    for (; exponent; exponent--)
        p *= base;
    return p;
}

/* A permutation of all 64-bit numbers: both steps are invertible. */
static uint64_t permute64(uint64_t seed, uint64_t x)
{
    return rng_mix1(rng_mix1(x + rng_mix(seed, 0)) ^ rng_mix(seed, 1));
}

static uint64_t permute(uint64_t seed, uint64_t n, uint64_t x)
{
    struct perm p;
    if (x >= n)
        return x;
    perm_init(&p, n, seed);
    return perm_forward(&p, x);
}

static bool is_whole(struct type t)
{
    return type_class(t) != CLASS_BYTES;
}

/* The numbers that a whole-number key is made of: lo … lo + span - 1; a span of 0 stands for all 2^64. */
static uint64_t whole_span(const struct column *key, int64_t *lo)
{
    const struct gen *g = &key->gen;
    *lo = 0;
    if (g->kind == GEN_UNIFORM && g->lo < g->hi) {
        *lo = g->lo;
        return (uint64_t)g->hi - (uint64_t)g->lo + 1;
    }
    if (key->type.kind == TYPE_DECIMAL && key->type.n < 19)
        return power(10, key->type.n);
    bool narrow = key->type.kind == TYPE_INT || key->type.kind == TYPE_DATE || key->type.kind == TYPE_FLOAT;
    return key->type.kind == TYPE_BOOL ? 2 : key->type.kind == TYPE_FLOAT ? (uint64_t)1 << 24
        : key->type.kind == TYPE_DOUBLE ? (uint64_t)1 << 53 : (uint64_t)1 << (narrow ? 31 : 63);
}

static int64_t most_of(struct type t)
{
    return t.kind == TYPE_INT ? INT32_MAX : t.kind == TYPE_DECIMAL && t.n < 19 ? (int64_t)power(10, t.n) - 1 : INT64_MAX;
}

static int64_t whole_key(const struct column *key, uint64_t seed, uint64_t ordinal)
{
    int64_t lo;
    uint64_t span = whole_span(key, &lo);
    if (key->gen.kind == GEN_SEQUENCE)
        return (int64_t)((uint64_t)key->gen.lo + ordinal);
    if (span == 0)
        return (int64_t)permute64(seed, ordinal);
    if (ordinal < span)
        return (int64_t)((uint64_t)lo + permute(seed, span, ordinal));
    uint64_t beyond = ordinal - span, above = (uint64_t)most_of(key->type) - ((uint64_t)lo + span - 1);
    if (beyond < above)
        return (int64_t)((uint64_t)lo + ordinal);
    return (int64_t)((uint64_t)lo - 1 - (beyond - above));
}

/* A whole number as a value of the type; text gets its digits through the sequence generator. */
static struct value of_whole(struct type t, int64_t i, struct scratch *s)
{
    const struct gen digits = {.kind = GEN_SEQUENCE, .lo = i};
    return gen_draw(&digits, t, 0, 0, s);
}

static struct value of_bytes(const char *p, uint32_t n)
{
    struct value v = {0};
    v.u.s.p = p;
    v.u.s.n = n;
    return v;
}

static struct value hex_key(struct type t, uint64_t seed, uint64_t ordinal, struct scratch *s)
{
    uint32_t n = gen_hex_length(t);
    struct bits rest = {rng_mix(rng_mix(seed, FOR_REST), ordinal)};
    char *p = scratch_take(s, n < HEX_DIGITS ? HEX_DIGITS : n);
    if (n >= HEX_DIGITS) {
        gen_hex16(p, permute64(seed, ordinal));
        gen_hex(p + HEX_DIGITS, n - HEX_DIGITS, &rest);
    } else {
        gen_hex16(p, permute(seed, (uint64_t)1 << 4 * n, ordinal) << (64 - 4 * n));
    }
    return of_bytes(p, n);
}

static struct value bytes_key(struct type t, uint64_t seed, uint64_t ordinal, struct scratch *s)
{
    uint32_t n = t.n ? t.n : HEX_DIGITS;
    struct bits rest = {rng_mix(rng_mix(seed, FOR_REST), ordinal)};
    char *p = scratch_take(s, n);
    uint64_t word = n >= 8 ? permute64(seed, ordinal) : permute(seed, (uint64_t)1 << 8 * n, ordinal) << (64 - 8 * n);
    for (uint32_t i = 0; i < n; i++) {
        if (i && i % 8 == 0)
            word = bits_next(&rest);
        p[i] = (char)(word >> (56 - 8 * (i % 8)));
    }
    return of_bytes(p, n);
}

static struct value uuid_key(uint64_t seed, uint64_t ordinal, struct scratch *s)
{
    uint64_t x = permute64(seed, ordinal), rest = rng_mix(rng_mix(seed, FOR_REST), ordinal);
    char *p = scratch_take(s, 36);
    /* 48 bits before the version, 12 behind it, the last 4 behind the variant's two */
    uint64_t high = (x >> 16) << 16 | ((x >> 4) & 0xfff), low = (x & 15) << 58 | rest >> 6;
    gen_uuid(p, high, low);
    return of_bytes(p, 36);
}

static uint32_t text_length(const struct column *key)
{
    int64_t wanted = key->gen.kind == GEN_TEXT && key->gen.hi > 0 ? key->gen.hi : 32;
    if (key->type.n && (key->type.kind == TYPE_CHAR || wanted > key->type.n))
        return key->type.n;
    return wanted > UINT32_MAX ? UINT32_MAX : (uint32_t)wanted;
}

static struct value text_key(const struct column *key, uint64_t seed, uint64_t ordinal, struct scratch *s)
{
    static const char digit[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    uint32_t n = text_length(key), first = n < BASE36_DIGITS ? n : BASE36_DIGITS;
    uint64_t x = permute(seed, power(36, first), ordinal);
    struct bits rest = {rng_mix(rng_mix(seed, FOR_REST), ordinal)};
    char *p = scratch_take(s, n);
    for (uint32_t i = first; i > 0; i--, x /= 36)
        p[i - 1] = digit[x % 36];
    for (uint32_t i = first; i < n; i++)
        p[i] = digit[rng_below_of(bits_next(&rest), 36)];
    return of_bytes(p, n);
}

/* The same key as a JSON string. */
static struct value quoted(struct value v, struct scratch *s)
{
    char *p = scratch_take(s, (size_t)v.u.s.n + 2);
    p[0] = p[v.u.s.n + 1] = '"';
    memcpy(p + 1, v.u.s.p, v.u.s.n);
    return of_bytes(p, v.u.s.n + 2);
}

struct value data_key(const struct data *d, const struct keyspace *ks, uint64_t ordinal, struct scratch *s)
{
    const struct column *key = &ks->key;
    if (key->source == COLUMN_COMPUTED)
        return expr_eval(key->expr, key->type, ordinal, s);
    uint64_t seed = rng_mix(rng_mix(d->seed, ks->salt), FOR_PERMUTATION);
    if (is_whole(key->type) || key->gen.kind == GEN_SEQUENCE || key->gen.kind == GEN_UNIFORM)
        return of_whole(key->type, whole_key(key, seed, ordinal), s);
    struct value v;
    if (key->type.kind == TYPE_UUID || key->gen.kind == GEN_UUID)
        v = uuid_key(seed, ordinal, s);
    else if (key->type.kind == TYPE_BYTES)
        return bytes_key(key->type, seed, ordinal, s);
    else if (key->gen.kind == GEN_HEX)
        v = hex_key(key->type, seed, ordinal, s);
    else
        v = text_key(key, seed, ordinal, s);
    return key->type.kind == TYPE_JSON ? quoted(v, s) : v;
}

uint64_t data_key_values(const struct keyspace *ks)
{
    int64_t lo;
    bool range = ks->key.source != COLUMN_COMPUTED && is_whole(ks->key.type) && ks->key.gen.kind == GEN_UNIFORM && ks->key.gen.lo < ks->key.gen.hi;
    uint64_t span = range ? whole_span(&ks->key, &lo) : 0;
    return span ? span : data_key_space(ks);
}

uint64_t data_key_space(const struct keyspace *ks)
{
    const struct column *key = &ks->key;
    struct type t = key->type;
    if (key->source == COLUMN_COMPUTED)
        return UINT64_MAX;                            /* the expression's affair */
    if (is_whole(t) || key->gen.kind == GEN_SEQUENCE || key->gen.kind == GEN_UNIFORM) {
        int64_t lo;
        uint64_t span = whole_span(key, &lo);
        bool all = t.kind == TYPE_INT || t.kind == TYPE_BIGINT || t.kind == TYPE_DECIMAL;
        if (key->gen.kind == GEN_SEQUENCE)
            return is_whole(t) ? (uint64_t)most_of(t) - (uint64_t)key->gen.lo + 1 : UINT64_MAX;
        if (!all || span == 0)
            return span ? span : UINT64_MAX;
        return t.kind == TYPE_INT ? (uint64_t)1 << 32 : (uint64_t)most_of(t) - (uint64_t)lo + 1;
    }
    if (t.kind == TYPE_UUID || key->gen.kind == GEN_UUID)
        return UINT64_MAX;
    if (t.kind == TYPE_BYTES)
        return t.n && t.n < 8 ? (uint64_t)1 << 8 * t.n : UINT64_MAX;
    if (key->gen.kind == GEN_HEX)
        return gen_hex_length(t) < HEX_DIGITS ? (uint64_t)1 << 4 * gen_hex_length(t) : UINT64_MAX;
    uint32_t n = text_length(key);
    return n < BASE36_DIGITS ? power(36, n) : UINT64_MAX;
}
