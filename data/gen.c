/* gen.c - one function a generator. */
#include "config.h"

#include "data/gen.h"

#include <math.h>
#include <string.h>

#include "base/bug.h"
#include "data/zipf.h"

static const char hex_digits[] = "0123456789abcdef";
static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 -";   /* 64 */
static const char base36[] = "0123456789abcdefghijklmnopqrstuvwxyz";
static const char *const words[] = {
    "account", "amber", "anchor", "apple", "april", "autumn", "bank", "basket", "beacon", "bridge", "bright", "butter", "cabin",
    "candle", "card", "carbon", "castle", "cedar", "city", "cloud", "coast", "copper", "coral", "corner", "cotton", "daily", "delta",
    "dollar", "dream", "eagle", "early", "earth", "ember", "engine", "fabric", "falcon", "field", "forest", "garden", "gentle", "glass",
    "golden", "grain", "harbor", "hazel", "honey", "island", "ivory", "jacket", "jungle", "kettle", "ladder", "lemon", "linen", "maple",
    "market", "meadow", "mirror", "north", "ocean", "olive", "paper", "pepper", "river",
};
enum { WORDS = sizeof words / sizeof *words };

/* ---- numbers ---- */

static double limit_of(struct type t)
{
    return t.kind == TYPE_INT ? 2147483647.0 : 9007199254740992.0;
}

/* A real number as a value of a numeric or time type; what lies outside the type stops at its end. */
static struct value from_real(struct type t, double x)
{
    struct value v = {0};
    switch (type_class(t)) {
    case CLASS_DOUBLE:
        v.u.d = t.kind == TYPE_FLOAT ? (double)(float)x : x;
        return v;
    case CLASS_DECIMAL: {
        double most = pow(10, t.n) - 1, scaled = nearbyint(x * pow(10, t.scale));
        v.u.dec = (wkl_i128)(scaled > most ? most : scaled < -most ? -most : scaled);
        return v;
    }
    default: {
        double most = limit_of(t), whole = nearbyint(x);
        v.u.i = (int64_t)(whole > most ? most : whole < -most ? -most : whole);
        return v;
    }
    }
}

/* A whole number in the column's own unit. */
static struct value from_units(struct type t, int64_t n)
{
    struct value v = {0};
    if (type_class(t) == CLASS_DECIMAL)
        v.u.dec = n;
    else if (type_class(t) == CLASS_DOUBLE)
        v.u.d = (double)n;
    else
        v.u.i = n;
    return v;
}

static uint64_t width(const struct gen *g)            /* of lo … hi; 0 means 2^64 */
{
    return (uint64_t)g->hi - (uint64_t)g->lo + 1;
}

static struct value uniform(const struct gen *g, struct type t, uint64_t bits)
{
    if (type_class(t) == CLASS_DOUBLE) {
        double x = g->dlo + rng_unit_of(bits) * (g->dhi - g->dlo);
        return from_real(t, x);
    }
    uint64_t n = width(g);
    return from_units(t, (int64_t)((uint64_t)g->lo + (n ? rng_below_of(bits, n) : bits)));
}

static struct value normal(const struct gen *g, struct type t, uint64_t bits)
{
    double u = 1 - rng_unit_of(bits), angle = rng_unit_of(rng_mix1(bits ^ 0x6e6f726dull));   /* Box and Muller 1958 */
    return from_real(t, g->p1 + g->p2 * sqrt(-2 * log(u)) * cos(2 * M_PI * angle));
}

static struct value exponential(const struct gen *g, struct type t, uint64_t bits)
{
    return from_real(t, -log1p(-rng_unit_of(bits)) * g->p1);
}

static struct value zipf(const struct gen *g, struct type t, uint64_t bits)
{
    struct zipf z;
    struct rng r;
    zipf_init(&z, width(g), g->p1);
    rng_init(&r, bits);
    return from_units(t, g->lo + (int64_t)(zipf_draw(&z, &r) - 1));
}

/* The Pareto distribution cut to lo … hi, by its inverse; a range from 0 is moved by 1. */
static struct value pareto(const struct gen *g, struct type t, uint64_t bits)
{
    double shift = g->lo < 1 ? 1 - (double)g->lo : 0, lo = (double)g->lo + shift, hi = (double)g->hi + shift, a = g->p1;
    double u = rng_unit_of(bits), x = lo / pow(1 - u * (1 - pow(lo / hi, a)), 1 / a) - shift;
    int64_t n = (int64_t)x;
    return from_units(t, n < g->lo ? g->lo : n > g->hi ? g->hi : n);
}

static struct value choice(const struct gen *g, uint64_t bits)
{
    double u = rng_unit_of(bits), upto = 0;
    for (uint32_t i = 0; i + 1 < g->nchoices; i++)
        if (u < (upto += g->choices[i].share))
            return g->choices[i].value;
    return g->choices[g->nchoices - 1].value;
}

/* ---- texts ---- */

static struct value bytes_value(const char *p, size_t n)
{
    struct value v = {0};
    v.u.s.p = p;
    v.u.s.n = (uint32_t)n;
    return v;
}

static uint32_t length_of(const struct gen *g, uint64_t bits)
{
    return (uint32_t)(g->lo + (int64_t)rng_below_of(rng_mix1(bits ^ 0x6c656e), width(g)));
}

/* No space at the ends: some databases trim them. */
static void put_text(char *out, uint32_t n, uint64_t bits)
{
    uint64_t h = 0;
    for (uint32_t i = 0; i < n; i++, h >>= 6) {
        if (i % 10 == 0)
            h = rng_mix(bits, i);
        out[i] = letters[h & 63];
    }
    if (n && out[0] == ' ')
        out[0] = 'a';
    if (n && out[n - 1] == ' ')
        out[n - 1] = 'z';
}

static struct value text(const struct gen *g, struct type t, uint64_t bits, struct scratch *s)
{
    uint32_t n = length_of(g, bits);
    bool json = t.kind == TYPE_JSON;
    char *p = scratch_take(s, n + 9);
    if (!json) {
        put_text(p, n, bits);
        return bytes_value(p, n);
    }
    memcpy(p, "{\"v\":\"", 6);
    put_text(p + 6, n, bits);
    memcpy(p + 6 + n, "\"}", 2);
    return bytes_value(p, n + 8);
}

static struct value some_words(const struct gen *g, struct type t, uint64_t bits, struct scratch *s)
{
    uint32_t n = length_of(g, bits), most = t.n ? t.n : UINT32_MAX, len = 0;
    bool json = t.kind == TYPE_JSON;
    char *p = scratch_take(s, n * 9 + 10);
    if (json) {
        memcpy(p, "{\"v\":\"", 6);
        len = 6;
        most = UINT32_MAX;
    }
    for (uint32_t i = 0; i < n; i++) {
        const char *w = words[rng_mix(bits, i) % WORDS];
        uint32_t m = (uint32_t)strlen(w), gap = i > 0;
        if (len + gap + m > most)
            break;
        if (gap)
            p[len++] = ' ';
        memcpy(p + len, w, m);
        len += m;
    }
    if (json) {
        memcpy(p + len, "\"}", 2);
        len += 2;
    }
    return bytes_value(p, len);
}

static void put_hex(char *out, uint32_t n, uint64_t first, uint64_t bits)
{
    uint64_t h = first;
    for (uint32_t i = 0; i < n; i++, h <<= 4) {
        if (i && i % 16 == 0)
            h = rng_mix(bits, i);
        out[i] = hex_digits[h >> 60];
    }
}

static uint32_t text_length(struct type t, uint32_t usual)
{
    return t.n ? t.n : usual;
}

static struct value hex_of(struct type t, uint64_t first, uint64_t bits, struct scratch *s)
{
    uint32_t n = text_length(t, 16);
    char *p = scratch_take(s, n);
    if (t.kind == TYPE_BYTES)
        for (uint32_t i = 0; i < n; i++) {
            uint64_t h = i < 8 ? first : rng_mix(bits, i / 8);
            p[i] = (char)(h >> (56 - 8 * (i % 8)));
        }
    else
        put_hex(p, n, first, bits);
    return bytes_value(p, n);
}

/* xxxxxxxx-xxxx-4xxx-[89ab]xxx-xxxxxxxxxxxx; the first 60 bits that are free come from `first`. */
static struct value uuid_of(uint64_t first, uint64_t bits, struct scratch *s)
{
    static const char shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    char digits[32], *p = scratch_take(s, 36);
    put_hex(digits, 32, first << 4, bits);
    put_hex(digits + 15, 16, rng_mix(bits, 77), bits);
    for (int i = 0, d = 0; i < 36; i++)
        p[i] = shape[i] == 'x' ? digits[d++] : shape[i] == 'y' ? hex_digits[8 + (rng_mix1(bits) & 3)] : shape[i];
    return bytes_value(p, 36);
}

static struct value sequence(struct type t, uint64_t row, struct scratch *s)
{
    if (type_class(t) != CLASS_BYTES)
        return type_class(t) == CLASS_DECIMAL ? from_units((struct type){TYPE_DECIMAL, t.n, 0}, (int64_t)row) : from_units(t, (int64_t)row);
    struct buf b = {0};
    uint32_t n = t.kind == TYPE_CHAR ? t.n : 0;
    buf_printf(&b, "%0*llu", (int)n, (unsigned long long)row);
    char *p = scratch_take(s, b.len);
    memcpy(p, b.data, b.len);
    struct value v = bytes_value(p, b.len);
    buf_release(&b);
    return v;
}

struct value gen_value(const struct gen *g, struct type t, uint64_t bits, uint64_t row, struct scratch *s)
{
    switch (g->kind) {
    case GEN_UNIFORM: return uniform(g, t, bits);
    case GEN_NORMAL: return normal(g, t, bits);
    case GEN_EXPONENTIAL: return exponential(g, t, bits);
    case GEN_ZIPF: return zipf(g, t, bits);
    case GEN_PARETO: return pareto(g, t, bits);
    case GEN_CHOICE: return choice(g, bits);
    case GEN_TEXT: return text(g, t, bits, s);
    case GEN_WORDS: return some_words(g, t, bits, s);
    case GEN_HEX: return hex_of(t, bits, bits, s);
    case GEN_UUID: return uuid_of(bits & ((1ull << 60) - 1), bits, s);
    case GEN_SEQUENCE: return sequence(t, row, s);
    case GEN_COUNT: break;
    }
    BUG("no generator %d", g->kind);
}

/* ---- keys ---- */

static uint64_t power(uint64_t base, uint32_t n)      /* UINT64_MAX where it does not fit */
{
    uint64_t p = 1;
    while (n--) {
        if (p > UINT64_MAX / base)
            return UINT64_MAX;
        p *= base;
    }
    return p;
}

uint64_t gen_key_space(const struct gen *g, struct type t)
{
    switch (g->kind) {
    case GEN_UNIFORM: return width(g) ? width(g) : UINT64_MAX;
    case GEN_HEX: return t.kind == TYPE_BYTES ? power(256, text_length(t, 16)) : power(16, text_length(t, 16));
    case GEN_UUID: return 1ull << 60;
    case GEN_TEXT: return power(36, (uint32_t)g->lo);
    case GEN_SEQUENCE:
        return t.kind == TYPE_INT ? (uint64_t)INT32_MAX + 1 : type_class(t) == CLASS_BYTES && t.n ? power(10, t.n) : (uint64_t)INT64_MAX;
    default: return 0;
    }
}

/* `n` of 36 letters: the number first, the rest from the hash. */
static struct value text36(uint64_t number, uint32_t n, uint64_t bits, struct scratch *s)
{
    char *p = scratch_take(s, n);
    uint32_t digits = n < 12 ? n : 12;
    for (uint32_t i = 0; i < digits; i++, number /= 36)
        p[i] = base36[number % 36];
    for (uint32_t i = digits; i < n; i++)
        p[i] = base36[rng_mix(bits, i) % 36];
    return bytes_value(p, n);
}

static uint64_t permute(uint64_t ordinal, uint64_t n, uint64_t bits)
{
    struct perm p;
    if (n > 1ull << 62)
        return rng_mix1(ordinal ^ bits);              /* the finaliser is a bijection of 64 bits */
    perm_init(&p, n, bits);
    return perm_forward(&p, ordinal % n);
}

struct value gen_key(const struct gen *g, struct type t, uint64_t bits, uint64_t ordinal, struct scratch *s)
{
    uint64_t n = gen_key_space(g, t), x = g->kind == GEN_SEQUENCE ? ordinal : permute(ordinal, n ? n : 1, bits), rest = rng_mix(bits, ordinal);
    switch (g->kind) {
    case GEN_UNIFORM: return from_units(t, (int64_t)((uint64_t)g->lo + x));
    case GEN_HEX: {
        uint32_t units = text_length(t, 16), used = (t.kind == TYPE_BYTES ? 8 : 4) * units;
        return hex_of(t, used < 64 ? x << (64 - used) : x, rest, s);
    }
    case GEN_UUID: return uuid_of(x, rest, s);
    case GEN_TEXT: return text36(power(36, (uint32_t)g->lo) == UINT64_MAX ? x % power(36, 12) : x, (uint32_t)g->lo, rest, s);
    case GEN_SEQUENCE: return sequence(t, x, s);
    default: BUG("a key by generator %d", g->kind);
    }
}

double gen_mean_bytes(const struct gen *g, struct type t)
{
    switch (g->kind) {
    case GEN_TEXT: return ((double)g->lo + (double)g->hi) / 2 + (t.kind == TYPE_JSON ? 8 : 0);
    case GEN_WORDS: return ((double)g->lo + (double)g->hi) / 2 * 6.4;
    case GEN_CHOICE: {
        double sum = 0;
        for (uint32_t i = 0; type_class(t) == CLASS_BYTES && i < g->nchoices; i++)
            sum += g->choices[i].share * g->choices[i].value.u.s.n;
        return type_class(t) == CLASS_BYTES ? sum : type_bytes(t);
    }
    default: return type_bytes(t);
    }
}
