#include "config.h"

#include "data/gen.h"

#include <math.h>
#include <string.h>

#include "base/bug.h"
#include "data/portable_math.h"

/* ---- from numbers to the column's type ---- */

static void put_digits(int64_t i, struct scratch *s, struct value *out)
{
    char digits[24], *end = digits + sizeof digits;
    char *p = exact_digits_before(end, i < 0 ? 0 - (uint64_t)i : (uint64_t)i, 1);
    if (i < 0)
        *--p = '-';
    out->u.s.n = (uint32_t)(end - p);
    out->u.s.p = memcpy(scratch_take(s, out->u.s.n), p, out->u.s.n);
}

/* A whole number, in the column's unit (see struct gen), as a value of its type; text gets its digits. Values
 * are written where they are wanted: one that is put together elsewhere and then copied costs more than its
 * generator. */
static inline __attribute__((always_inline)) void put_whole(struct type t, int64_t i, struct scratch *s,
                                                            struct value *out)
{
    out->null = false;
    switch (type_class(t)) {
    case CLASS_INT: out->u.i = i; break;
    case CLASS_DOUBLE: out->u.d = t.kind == TYPE_FLOAT ? (double)(float)i : (double)i; break;
    case CLASS_DECIMAL: out->u.dec = i; break;
    case CLASS_BYTES: put_digits(i, s, out); break;
    }
}

/* A number of a range that 64 bits do not hold: of decimals, and of the whole range of bigint. */
static void put_wide(struct type t, wkl_i128 i, struct scratch *s, struct value *out)
{
    out->null = false;
    if (type_class(t) == CLASS_DECIMAL)
        out->u.dec = i;
    else
        put_whole(t, (int64_t)i, s, out);
}

/* A plain number (12.5 is 12.5 for a decimal too) as a value of the type: rounded, clamped. */
static inline __attribute__((always_inline)) void put_double(struct type t, double d, struct scratch *s,
                                                             struct value *out)
{
    out->null = false;
    switch (type_class(t)) {
    case CLASS_DOUBLE: out->u.d = value_cut_double(t, d); break;
    case CLASS_DECIMAL: out->u.dec = value_decimal_from_double(t, d); break;
    case CLASS_INT: out->u.i = value_whole_from_double(t, d); break;
    case CLASS_BYTES:
        put_digits(value_whole_from_double((struct type){.kind = TYPE_BIGINT}, d), s, out);
        break;
    }
}

/* ---- numbers ---- */

double gen_normal(struct bits *b)
{
    for (;;) {                                        /* 4/π tries on average */
        double u = rng_unit_of(bits_next(b)) * 2 - 1, v = rng_unit_of(bits_next(b)) * 2 - 1;
        double s = u * u + v * v;
        if (s < 1 && s > 0)
            return u * sqrt(-2 * pm_log(s) / s);
    }
}

/* The bounds, whichever way they are kept; how many numbers there are from one to the other, less one. */
static inline wkl_i128 least_of(const struct gen *g)
{
    return g->wide ? g->wide->lo : g->lo;
}

static inline wkl_u128 reach_of(const struct gen *g)
{
    return g->wide ? (wkl_u128)g->wide->hi - (wkl_u128)g->wide->lo : (uint64_t)g->hi - (uint64_t)g->lo;
}

static wkl_u128 bits_wide(struct bits *b)
{
    wkl_u128 high = bits_next(b);
    return high << 64 | bits_next(b);
}

/* 0 … n-1 of 128 bits, as rng_below_of of 64: the upper half of their product. */
static wkl_u128 below_wide(struct bits *b, wkl_u128 n)
{
    uint64_t high = bits_next(b), low = bits_next(b), a = (uint64_t)(n >> 64), c = (uint64_t)n;
    wkl_u128 middle = (wkl_u128)high * c + ((wkl_u128)low * c >> 64),
             other = (wkl_u128)low * a + (uint64_t)middle;
    return (wkl_u128)high * a + (middle >> 64) + (other >> 64);
}

/* What 64 bits do not hold is drawn apart, so that it costs the others nothing. */
#define APART __attribute__((noinline, cold))

/* zipf counts its ranks from 1 in 64 bits, pareto its steps as a double that must come back as 64. */
static const wkl_u128 MOST_RANKS = (wkl_u128)1 << 62, MOST_STEP = INT64_MAX;

bool gen_is_apart(const struct gen *g)
{
    return g->wide || (g->kind == GEN_ZIPF && reach_of(g) >= MOST_RANKS) ||
           (g->kind == GEN_PARETO && reach_of(g) > MOST_STEP);
}

APART static void draw_uniform_wide(const struct gen *g, struct type t, struct bits b, struct scratch *s,
                                    struct value *out)
{
    put_wide(t, (wkl_i128)((wkl_u128)g->wide->lo + below_wide(&b, reach_of(g) + 1)), s, out);
}

static inline void draw_uniform(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                                struct scratch *s, struct value *out)
{
    (void)row;
    if (__builtin_expect(g->wide != NULL, 0)) {
        draw_uniform_wide(g, t, *b, s, out);
        return;
    }
    uint64_t bits = bits_next(b);
    if (type_class(t) == CLASS_DOUBLE) {
        double u = rng_unit_of(bits), d = g->dlo + u * (g->dhi - g->dlo);
        if (!(d <= g->dhi))                           /* rounding, or a range wider than the greatest
                                                         double */
            d = g->dhi - g->dlo > 0x1p1023 ? g->dlo * (1 - u) + g->dhi * u : g->dhi;
        put_double(t, d, s, out);
        return;
    }
    uint64_t span = (uint64_t)g->hi - (uint64_t)g->lo + 1;
    put_whole(t, (int64_t)((uint64_t)g->lo + (span ? rng_below_of(bits, span) : bits)), s, out);
}

static inline void draw_normal(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                               struct scratch *s, struct value *out)
{
    (void)row;
    put_double(t, g->p1 + g->p2 * gen_normal(b), s, out);
}

static inline void draw_exponential(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                                    struct scratch *s, struct value *out)
{
    (void)row;
    put_double(t, -g->p1 * pm_log(1 - rng_unit_of(bits_next(b))), s, out);
}

static void zipf_for(const struct gen *g, struct zipf *z)
{
    wkl_u128 n = reach_of(g) + 1;
    if (n > MOST_RANKS)
        zipf_init_wide(z, n, g->p1);
    else
        zipf_init(z, (uint64_t)n, g->p1);
}

/* Where gen_prepare was not called, and where there are more ranks than 64 bits hold. */
APART static void draw_zipf_apart(const struct gen *g, struct type t, struct bits b, struct scratch *s,
                                  struct value *out)
{
    struct zipf z = g->zipf;
    wkl_u128 rank;
    if (z.n == 0)
        zipf_for(g, &z);
    do {
        double u = rng_unit_of(bits_next(&b));
        rank = z.n == ZIPF_WIDE ? zipf_try_wide(&z, reach_of(g) + 1, u, bits_wide(&b)) : zipf_try(&z, u);
    } while (rank == 0);
    put_wide(t, (wkl_i128)((wkl_u128)least_of(g) + rank - 1), s, out);
}

static inline void draw_zipf(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                             struct scratch *s, struct value *out)
{
    (void)row;
    if (__builtin_expect(g->zipf.n + 1 <= 1, 0)) {    /* 0 or ZIPF_WIDE */
        draw_zipf_apart(g, t, *b, s, out);
        return;
    }
    uint64_t rank;
    do
        rank = zipf_try(&g->zipf, rng_unit_of(bits_next(b)));
    while (rank == 0);
    put_whole(t, (int64_t)((uint64_t)g->lo + rank - 1), s, out);
}

/* The bounded Pareto distribution on low … high by inversion: x = low (1 - u (1 -
 * (low/high)^shape))^(-1/shape). */
static double bounded_pareto(double shape, double low, double high, double u)
{
    double most = 1 - pm_pow(low / high, shape);
    double x = low * pm_pow(1 - u * most, -1 / shape);
    return x < low ? low : x > high ? high : x;
}

APART static void draw_pareto_wide(const struct gen *g, struct type t, double u, struct bits b,
                                   struct scratch *s, struct value *out)
{
    wkl_u128 reach = reach_of(g);
    double least = (double)least_of(g), from = least >= 1 ? least : 1;
    double above = floor(bounded_pareto(g->p1, from, from + ((double)reach + 1), u) - from);
    wkl_u128 step = above < (double)reach ? zipf_between_doubles(above, bits_wide(&b)) : reach;
    put_wide(t, (wkl_i128)((wkl_u128)least_of(g) + (step < reach ? step : reach)), s, out);
}

static inline void draw_pareto(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                               struct scratch *s, struct value *out)
{
    (void)row;
    double u = rng_unit_of(bits_next(b));
    if (type_class(t) == CLASS_DOUBLE) {
        bool own = g->dhi > g->dlo;                   /* else the whole-number bounds */
        double low = own ? g->dlo : (double)g->lo, high = own ? g->dhi : (double)g->hi;
        double shift = low > 0 ? 0 : 1 - low;
        put_double(t, bounded_pareto(g->p1, low + shift, high + shift, u) - shift, s, out);
        return;
    }
    uint64_t most = (uint64_t)g->hi - (uint64_t)g->lo;
    if (__builtin_expect(g->wide || most > MOST_STEP, 0)) {
        draw_pareto_wide(g, t, u, *b, s, out);
        return;
    }
    double low = g->lo >= 1 ? (double)g->lo : 1, span = (double)most + 1;
    double above = floor(bounded_pareto(g->p1, low, low + span, u) - low);
    uint64_t step = above < 0x1p63 ? (uint64_t)above : (uint64_t)1 << 63;
    put_whole(t, (int64_t)((uint64_t)g->lo + (step < most ? step : most)), s, out);
}

static inline void draw_choice(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                               struct scratch *s, struct value *out)
{
    (void)t, (void)row, (void)s;
    double u = rng_unit_of(bits_next(b)), sum = 0;
    uint32_t i = 0;
    for (; i + 1 < g->nchoices; i++) {
        sum += g->choices[i].share;
        if (u < sum)
            break;
    }
    *out = g->choices[i].value;
}

void gen_sequence(struct type t, wkl_i128 i, struct scratch *s, struct value *out)
{
    struct exact whole = {i, 0};
    if (type_class(t) == CLASS_DECIMAL) {
        out->null = false;
        exact_round(whole, t.scale, &out->u.dec);
        out->u.dec = value_cut(t, out->u.dec);
        return;
    }
    struct type held = type_class(t) == CLASS_INT ? t : (struct type){.kind = TYPE_BIGINT};
    put_whole(t, (int64_t)value_cut(held, i), s, out);
    if (type_class(t) == CLASS_BYTES)
        out->u.s.n = value_cut_text(t, out->u.s.p, out->u.s.n);
}

static inline void draw_sequence(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                                 struct scratch *s, struct value *out)
{
    (void)b;
    gen_sequence(t, (wkl_i128)g->lo + row, s, out);
}

static inline void draw_text(const struct gen *g, struct type t, struct bits *b, uint64_t row,
                             struct scratch *s, struct value *out)
{
    (void)row;
    gen_text(g, t, b, s, out);
}

/* ---- all of them ----
 * Each in two ways, made of the same function: one value, and the values of a column, so that what stays from
 * row to row is looked at once. */

#define EACH_GENERATOR(X) \
    X(GEN_UNIFORM, uniform, draw_uniform) X(GEN_NORMAL, normal, draw_normal) X(GEN_EXPONENTIAL, exponential, draw_exponential) \
    X(GEN_ZIPF, zipf, draw_zipf) X(GEN_PARETO, pareto, draw_pareto) X(GEN_CHOICE, choice, draw_choice) X(GEN_TEXT, text, draw_text) \
    X(GEN_WORDS, words, draw_text) X(GEN_HEX, hex, draw_text) X(GEN_UUID, uuid, draw_text) \
    X(GEN_SEQUENCE, sequence, draw_sequence)

#define FILL(kind, name, draw) \
    static void fill_##name(const struct gen *g, struct type t, uint64_t stream, struct gen_rows r, struct scratch *s) \
    { \
        for (uint32_t i = 0; i < r.n; i++) { \
            struct bits bits = {rng_mix(stream, r.row + i)}; \
            draw(g, t, &bits, r.row + i, s, &r.out[(size_t)i * r.stride]); \
        } \
    }
EACH_GENERATOR(FILL)

static const struct {
    const char *name;
    void (*draw)(const struct gen *, struct type, struct bits *, uint64_t row, struct scratch *,
                 struct value *out);
    void (*fill)(const struct gen *, struct type, uint64_t stream, struct gen_rows, struct scratch *);
} generators[GEN_COUNT] = {
#define ROW(kind, name, draw) [kind] = {#name, draw, fill_##name},
    EACH_GENERATOR(ROW)
};

const char *gen_kind_name(enum gen_kind k)
{
    return generators[k].name;
}

void gen_prepare(struct gen *g)
{
    if (g->kind == GEN_ZIPF)
        zipf_for(g, &g->zipf);
}

void gen_put(const struct gen *g, struct type t, uint64_t stream, uint64_t row, struct scratch *s,
             struct value *out)
{
    struct bits bits = {stream};
    generators[g->kind].draw(g, t, &bits, row, s, out);
}

struct value gen_draw(const struct gen *g, struct type t, uint64_t stream, uint64_t row, struct scratch *s)
{
    struct value v = {0};
    gen_put(g, t, stream, row, s, &v);
    return v;
}

void gen_fill(const struct gen *g, struct type t, uint64_t stream, struct gen_rows rows, struct scratch *s)
{
    generators[g->kind].fill(g, t, stream, rows, s);
}
