/* keys.c - the key of an ordinal. Every way is an injection by construction: a permutation of the type's
 * space (or of the first part of it, the rest being hashed), so that distinctness needs no memory.
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

#include "data/expr.h"
#include "data/gen.h"
#include "data/keys.h"
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
static inline uint64_t permute64(const struct keys *k, uint64_t x)
{
    return rng_mix1(rng_mix1(x + k->add) ^ k->flip);
}

static inline uint64_t permute(const struct keys *k, uint64_t x)
{
    return x >= k->perm.n ? x : perm_forward(&k->perm, x);
}

/* The bits behind those that make a key distinct. */
static inline struct bits rest_of(const struct keys *k, uint64_t ordinal)
{
    return (struct bits){rng_mix(k->rest, ordinal)};
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
    return t.kind == TYPE_INT                   ? INT32_MAX
           : t.kind == TYPE_DECIMAL && t.n < 19 ? (int64_t)power(10, t.n) - 1
                                                : INT64_MAX;
}

/* ---- the ways ---- */

/* A whole number, of units for a decimal, as a value of the type; text gets its digits. */
static inline void put_whole(struct type t, int64_t i, struct scratch *s, struct value *out)
{
    if (type_class(t) == CLASS_INT)
        out->u.i = i;
    else if (type_class(t) == CLASS_DECIMAL)
        out->u.dec = i;
    else
        gen_sequence(t, i, s, out);
}

static void make_sequence(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    if (type_class(k->key->type) == CLASS_INT)
        out->u.i = (int64_t)((uint64_t)k->key->gen.lo + ordinal);
    else
        gen_sequence(k->key->type, (wkl_i128)k->key->gen.lo + ordinal, s, out);
}

/* Of a range that 64 bits do not hold each key has a part of its own, and lies somewhere in it; a narrower
 * one is permuted as it is. */
static wkl_u128 wide_span(const struct column *key)
{
    return (wkl_u128)key->gen.wide->hi - (wkl_u128)key->gen.wide->lo + 1;
}

static wkl_u128 part_from(wkl_u128 span, uint64_t part)                 /* span part / 2^64 */
{
    return (wkl_u128)(uint64_t)(span >> 64) * part + ((wkl_u128)(uint64_t)span * part >> 64);
}

static void make_wide(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    (void)s;
    wkl_u128 span = wide_span(k->key), at;
    if (k->perm.n) {
        at = permute(k, ordinal);
    } else {
        uint64_t part = permute64(k, ordinal);
        wkl_u128 from = part_from(span, part),
                 size = (part == UINT64_MAX ? span : part_from(span, part + 1)) - from;
        struct bits rest = rest_of(k, ordinal);
        at = from +
             ((size >> 64 ? (wkl_u128)bits_next(&rest) << 64 | bits_next(&rest) : bits_next(&rest)) % size);
    }
    out->u.dec = (wkl_i128)((wkl_u128)k->key->gen.wide->lo + at);
}

static void make_word(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    put_whole(k->key->type, (int64_t)permute64(k, ordinal), s, out);
}

/* The whole numbers that follow those of the span: after it, then before it. */
static int64_t beyond(const struct keys *k, uint64_t i)
{
    uint64_t lo = (uint64_t)k->lo, end = lo + k->perm.n, above = (uint64_t)most_of(k->key->type) - (end - 1);
    return (int64_t)(i < above ? end + i : lo - 1 - (i - above));
}

static void make_whole(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    uint64_t lo = (uint64_t)k->lo;
    if (ordinal < k->perm.n)
        put_whole(k->key->type, (int64_t)(lo + perm_forward(&k->perm, ordinal)), s, out);
    else
        put_whole(k->key->type, beyond(k, ordinal - k->perm.n), s, out);
}

static inline void put_bytes(const char *p, uint32_t n, struct value *out)
{
    out->u.s.p = p;
    out->u.s.n = n;
}

static void make_hex(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    uint32_t n = k->length;
    char *p = scratch_take(s, n < HEX_DIGITS ? HEX_DIGITS : n);
    if (n >= HEX_DIGITS) {
        struct bits rest = rest_of(k, ordinal);
        gen_hex16(p, permute64(k, ordinal));
        gen_hex(p + HEX_DIGITS, n - HEX_DIGITS, &rest);
    } else {
        gen_hex16(p, permute(k, ordinal) << (64 - 4 * n));
    }
    put_bytes(p, n, out);
}

static void make_bytes(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    uint32_t n = k->length;
    struct bits rest = rest_of(k, ordinal);
    char *p = scratch_take(s, n);
    uint64_t word = n >= 8 ? permute64(k, ordinal) : permute(k, ordinal) << (64 - 8 * n);
    for (uint32_t i = 0; i < n; i++) {
        if (i && i % 8 == 0)
            word = bits_next(&rest);
        p[i] = (char)(word >> (56 - 8 * (i % 8)));
    }
    put_bytes(p, n, out);
}

static void make_uuid(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    uint64_t x = permute64(k, ordinal), rest = rest_of(k, ordinal).at;
    char *p = scratch_take(s, 36);
    /* 48 bits before the version, 12 behind it, the last 4 behind the variant's two */
    uint64_t high = (x >> 16) << 16 | ((x >> 4) & 0xfff), low = (x & 15) << 58 | rest >> 6;
    gen_uuid(p, high, low);
    put_bytes(p, 36, out);
}

static uint32_t text_length(const struct column *key)
{
    int64_t wanted = key->gen.kind == GEN_TEXT && key->gen.hi > 0 ? key->gen.hi : 32;
    if (key->type.n && (key->type.kind == TYPE_CHAR || wanted > key->type.n))
        return key->type.n;
    return wanted > UINT32_MAX ? UINT32_MAX : (uint32_t)wanted;
}

static void make_text(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    static const char digit[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    uint32_t n = k->length, first = n < BASE36_DIGITS ? n : BASE36_DIGITS;
    uint64_t x = permute(k, ordinal);
    struct bits rest = rest_of(k, ordinal);
    char *p = scratch_take(s, n);
    for (uint32_t i = first; i > 0; i--, x /= 36)
        p[i - 1] = digit[x % 36];
    for (uint32_t i = first; i < n; i++)
        p[i] = digit[rng_below_of(bits_next(&rest), 36)];
    put_bytes(p, n, out);
}

/* The same key as a JSON string. */
static void quote(struct value *v, struct scratch *s)
{
    char *p = scratch_take(s, (size_t)v->u.s.n + 2);
    p[0] = p[v->u.s.n + 1] = '"';
    memcpy(p + 1, v->u.s.p, v->u.s.n);
    put_bytes(p, v->u.s.n + 2, v);
}

static void make_computed(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    expr_make(k->key->expr, k->key->type, ordinal, s, out);
}

/* ---- which way ---- */

static bool is_number(const struct column *key)
{
    return is_whole(key->type) || key->gen.kind == GEN_SEQUENCE || key->gen.kind == GEN_UNIFORM;
}

/* Sets the way, and returns over how many numbers it permutes: 0 where it needs no permutation, or that of
 * all 64-bit numbers. */
static uint64_t choose_way(struct keys *k)
{
    const struct column *key = k->key;
    if (key->source == COLUMN_COMPUTED) {
        k->make = make_computed;
    } else if (key->gen.kind == GEN_UNIFORM && key->gen.wide) {
        k->make = make_wide;
        return wide_span(key) >> 64 ? 0 : (uint64_t)wide_span(key);
    } else if (is_number(key)) {
        uint64_t span = whole_span(key, &k->lo);
        k->make = key->gen.kind == GEN_SEQUENCE ? make_sequence : span ? make_whole : make_word;
        return key->gen.kind == GEN_SEQUENCE ? 0 : span;
    } else if (key->type.kind == TYPE_UUID || key->gen.kind == GEN_UUID) {
        k->make = make_uuid;
        k->quoted = key->type.kind == TYPE_JSON;
    } else if (key->type.kind == TYPE_BYTES) {
        k->make = make_bytes;
        k->length = key->type.n ? key->type.n : HEX_DIGITS;
        return k->length < 8 ? (uint64_t)1 << 8 * k->length : 0;
    } else if (key->gen.kind == GEN_HEX) {
        k->make = make_hex;
        k->length = gen_hex_length(key->type);
        k->quoted = key->type.kind == TYPE_JSON;
        return k->length < HEX_DIGITS ? (uint64_t)1 << 4 * k->length : 0;
    } else {
        k->make = make_text;
        k->length = text_length(key);
        k->quoted = key->type.kind == TYPE_JSON;
        return power(36, k->length < BASE36_DIGITS ? k->length : BASE36_DIGITS);
    }
    return 0;
}

void keys_init(struct keys *k, const struct data *d, const struct keyspace *ks)
{
    *k = (struct keys){.data = d, .space = ks, .key = &ks->key};
    if (ks->table)
        return;
    uint64_t span = choose_way(k), seed = rng_mix(rng_mix(d->seed, ks->salt), FOR_PERMUTATION);
    k->rest = rng_mix(seed, FOR_REST);
    k->add = rng_mix(seed, 0);
    k->flip = rng_mix(seed, 1);
    if (span)
        perm_init(&k->perm, span, seed);
}

static void make_key(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    out->null = false;
    k->make(k, ordinal, s, out);
    if (k->quoted)
        quote(out, s);
}

void keys_make_tuple(const struct keys *k, uint64_t ordinal, struct scratch *s, struct value *out)
{
    if (k->space->table)
        data_key_tuple(k->data, k->space, ordinal, s, out);
    else
        make_key(k, ordinal, s, out);
}

struct value data_key(const struct data *d, const struct keyspace *ks, uint64_t ordinal, struct scratch *s)
{
    struct keys k;
    struct value v = {0};
    keys_init(&k, d, ks);
    make_key(&k, ordinal, s, &v);
    return v;
}

uint64_t data_key_values(const struct keyspace *ks)
{
    int64_t lo;
    bool range = ks->key.source != COLUMN_COMPUTED && is_whole(ks->key.type) &&
                 ks->key.gen.kind == GEN_UNIFORM && ks->key.gen.lo < ks->key.gen.hi;
    uint64_t span = range ? whole_span(&ks->key, &lo) : 0;
    return span ? span : data_key_space(ks);
}

/* From lo on; as digits as far as the type's characters go. */
static uint64_t sequence_space(struct type t, int64_t lo)
{
    wkl_i128 most = is_whole(t) ? most_of(t) : INT64_MAX;
    if (!is_whole(t) && t.n && t.n < 19)
        most = exact_power(t.n) - 1;
    else if (t.kind == TYPE_DECIMAL)
        most = (exact_power(t.n) - 1) / exact_power(t.scale);
    return most < lo ? 0 : most - lo >= UINT64_MAX ? UINT64_MAX : (uint64_t)(most - lo) + 1;
}

uint64_t data_key_space(const struct keyspace *ks)
{
    const struct column *key = &ks->key;
    struct type t = key->type;
    if (key->source == COLUMN_COMPUTED)
        return UINT64_MAX;                            /* the expression's affair */
    if (key->gen.kind == GEN_UNIFORM && key->gen.wide)
        return wide_span(key) >> 64 ? UINT64_MAX : (uint64_t)wide_span(key);
    if (is_number(key)) {
        int64_t lo;
        uint64_t span = whole_span(key, &lo);
        bool all = t.kind == TYPE_INT || t.kind == TYPE_BIGINT || t.kind == TYPE_DECIMAL;
        if (key->gen.kind == GEN_SEQUENCE)
            return sequence_space(t, key->gen.lo);
        if (!all || span == 0)
            return span ? span : UINT64_MAX;
        uint64_t above = (uint64_t)most_of(t) - (uint64_t)lo;           /* of them all there are 2^64 */
        return t.kind == TYPE_INT ? (uint64_t)1 << 32 : above == UINT64_MAX ? above : above + 1;
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
