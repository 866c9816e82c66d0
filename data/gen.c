#include "config.h"

#include "data/gen.h"

#include <math.h>
#include <string.h>

#include "base/bug.h"
#include "data/portable_math.h"

/* ---- from numbers to the column's type ---- */

static const struct { int64_t least, most; } whole_range[TYPE_COUNT] = {
    [TYPE_BOOL] = {0, 1},
    [TYPE_INT] = {INT32_MIN, INT32_MAX},
    [TYPE_BIGINT] = {INT64_MIN, INT64_MAX},
    [TYPE_DATE] = {-719162, 2932896},                 /* 0001-01-01 … 9999-12-31 */
    [TYPE_TIMESTAMP] = {-62135596800000000, 253402300799999999},
};

static inline int64_t nearest(double d, int64_t least, int64_t most)
{
    if (d >= 0x1p63 || d < -0x1p63)
        return d > 0 ? most : least;
    int64_t whole = (int64_t)d;
    double rest = d - (double)whole;
    if (rest >= 0.5 && whole < INT64_MAX)
        whole++;
    else if (rest <= -0.5 && whole > INT64_MIN)
        whole--;
    return whole < least ? least : whole > most ? most : whole;
}

static void put_digits(int64_t i, struct scratch *s, struct value *out)
{
    char digits[24], *p = digits + sizeof digits;
    uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
    do
        *--p = (char)('0' + u % 10);
    while (u /= 10);
    if (i < 0)
        *--p = '-';
    out->u.s.n = (uint32_t)(digits + sizeof digits - p);
    out->u.s.p = memcpy(scratch_take(s, out->u.s.n), p, out->u.s.n);
}

/* A whole number, in the column's unit (see struct gen), as a value of its type; text gets its digits. Values are written where they are
 * wanted: one that is put together elsewhere and then copied costs more than its generator. */
static inline void put_whole(struct type t, int64_t i, struct scratch *s, struct value *out)
{
    out->null = false;
    switch (type_class(t)) {
    case CLASS_INT: out->u.i = i; break;
    case CLASS_DOUBLE: out->u.d = t.kind == TYPE_FLOAT ? (double)(float)i : (double)i; break;
    case CLASS_DECIMAL: out->u.dec = i; break;
    case CLASS_BYTES: put_digits(i, s, out); break;
    }
}

/* A plain number (12.5 is 12.5 for a decimal too) as a value of the type: rounded, clamped. */
static inline void put_double(struct type t, double d, struct scratch *s, struct value *out)
{
    out->null = false;
    switch (type_class(t)) {
    case CLASS_DOUBLE: out->u.d = t.kind == TYPE_FLOAT ? (double)(float)d : d; break;
    case CLASS_DECIMAL: out->u.dec = value_decimal_from_double(t, d); break;
    case CLASS_INT: out->u.i = nearest(d, whole_range[t.kind].least, whole_range[t.kind].most); break;
    case CLASS_BYTES: put_digits(nearest(d, INT64_MIN, INT64_MAX), s, out); break;
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

static inline void draw_uniform(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
{
    (void)row;
    uint64_t bits = bits_next(b);
    if (type_class(t) == CLASS_DOUBLE) {
        double u = rng_unit_of(bits), d = g->dlo + u * (g->dhi - g->dlo);
        if (!(d <= g->dhi))                           /* rounding, or a range wider than the greatest double */
            d = g->dhi - g->dlo > 0x1p1023 ? g->dlo * (1 - u) + g->dhi * u : g->dhi;
        put_double(t, d, s, out);
        return;
    }
    uint64_t span = (uint64_t)g->hi - (uint64_t)g->lo + 1;
    put_whole(t, (int64_t)((uint64_t)g->lo + (span ? rng_below_of(bits, span) : bits)), s, out);
}

static inline void draw_normal(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
{
    (void)row;
    put_double(t, g->p1 + g->p2 * gen_normal(b), s, out);
}

static inline void draw_exponential(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
{
    (void)row;
    put_double(t, -g->p1 * pm_log(1 - rng_unit_of(bits_next(b))), s, out);
}

static void zipf_for(const struct gen *g, struct zipf *z)
{
    uint64_t n = (uint64_t)g->hi - (uint64_t)g->lo + 1, most = (uint64_t)1 << 62;
    zipf_init(z, n == 0 || n > most ? most : n, g->p1);
}

static inline void draw_zipf(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
{
    (void)row;
    struct zipf made;
    const struct zipf *z = &g->zipf;
    if (z->n == 0) {
        zipf_for(g, &made);
        z = &made;
    }
    uint64_t rank;
    do
        rank = zipf_try(z, rng_unit_of(bits_next(b)));
    while (rank == 0);
    put_whole(t, (int64_t)((uint64_t)g->lo + rank - 1), s, out);
}

/* The bounded Pareto distribution on low … high by inversion: x = low (1 - u (1 - (low/high)^shape))^(-1/shape). */
static double bounded_pareto(double shape, double low, double high, double u)
{
    double most = 1 - pm_pow(low / high, shape);
    double x = low * pm_pow(1 - u * most, -1 / shape);
    return x < low ? low : x > high ? high : x;
}

static inline void draw_pareto(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
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
    double low = g->lo >= 1 ? (double)g->lo : 1, span = (double)((uint64_t)g->hi - (uint64_t)g->lo) + 1;
    double above = floor(bounded_pareto(g->p1, low, low + span, u) - low);
    uint64_t step = above < 0x1p63 ? (uint64_t)above : (uint64_t)1 << 63, most = (uint64_t)g->hi - (uint64_t)g->lo;
    put_whole(t, (int64_t)((uint64_t)g->lo + (step < most ? step : most)), s, out);
}

static inline void draw_choice(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
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

static inline void draw_sequence(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
{
    (void)b;
    put_whole(t, (int64_t)((uint64_t)g->lo + row), s, out);
}

static inline void draw_text(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s, struct value *out)
{
    (void)row;
    gen_text(g, t, b, s, out);
}

/* ---- all of them ----
 * Each in two ways, made of the same function: one value, and the values of a column, so that what stays from row to row is looked at
 * once. */

#define EACH_GENERATOR(X) \
    X(GEN_UNIFORM, uniform, draw_uniform) X(GEN_NORMAL, normal, draw_normal) X(GEN_EXPONENTIAL, exponential, draw_exponential) \
    X(GEN_ZIPF, zipf, draw_zipf) X(GEN_PARETO, pareto, draw_pareto) X(GEN_CHOICE, choice, draw_choice) X(GEN_TEXT, text, draw_text) \
    X(GEN_WORDS, words, draw_text) X(GEN_HEX, hex, draw_text) X(GEN_UUID, uuid, draw_text) X(GEN_SEQUENCE, sequence, draw_sequence)

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
    void (*draw)(const struct gen *, struct type, struct bits *, uint64_t row, struct scratch *, struct value *out);
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

void gen_put(const struct gen *g, struct type t, uint64_t stream, uint64_t row, struct scratch *s, struct value *out)
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
