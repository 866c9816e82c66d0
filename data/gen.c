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

static int64_t nearest(double d, int64_t least, int64_t most)
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

/* A whole number, in the column's unit (see struct gen), as a value of its type; text types get its digits. */
static struct value of_whole(struct type t, int64_t i, struct scratch *s)
{
    struct value v = {0};
    switch (type_class(t)) {
    case CLASS_INT: v.u.i = i; break;
    case CLASS_DOUBLE: v.u.d = t.kind == TYPE_FLOAT ? (double)(float)i : (double)i; break;
    case CLASS_DECIMAL: v.u.dec = i; break;
    case CLASS_BYTES: {
        char digits[24], *p = digits + sizeof digits;
        uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
        do
            *--p = (char)('0' + u % 10);
        while (u /= 10);
        if (i < 0)
            *--p = '-';
        v.u.s.n = (uint32_t)(digits + sizeof digits - p);
        v.u.s.p = memcpy(scratch_take(s, v.u.s.n), p, v.u.s.n);
        break;
    }
    }
    return v;
}

/* A plain number (12.5 is 12.5 for a decimal too) as a value of the type: rounded, clamped. */
static struct value of_double(struct type t, double d, struct scratch *s)
{
    struct value v = {0};
    switch (type_class(t)) {
    case CLASS_DOUBLE: v.u.d = t.kind == TYPE_FLOAT ? (double)(float)d : d; return v;
    case CLASS_DECIMAL: v.u.dec = value_decimal_from_double(t, d); return v;
    case CLASS_INT: v.u.i = nearest(d, whole_range[t.kind].least, whole_range[t.kind].most); return v;
    case CLASS_BYTES: break;
    }
    return of_whole(t, nearest(d, INT64_MIN, INT64_MAX), s);
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

static struct value draw_uniform(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
{
    (void)row;
    uint64_t bits = bits_next(b);
    if (type_class(t) == CLASS_DOUBLE) {
        double u = rng_unit_of(bits), d = g->dlo + u * (g->dhi - g->dlo);
        if (!(d <= g->dhi))                           /* rounding, or a range wider than the greatest double */
            d = g->dhi - g->dlo > 0x1p1023 ? g->dlo * (1 - u) + g->dhi * u : g->dhi;
        return of_double(t, d, s);
    }
    uint64_t span = (uint64_t)g->hi - (uint64_t)g->lo + 1;
    return of_whole(t, (int64_t)((uint64_t)g->lo + (span ? rng_below_of(bits, span) : bits)), s);
}

static struct value draw_normal(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
{
    (void)row;
    return of_double(t, g->p1 + g->p2 * gen_normal(b), s);
}

static struct value draw_exponential(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
{
    (void)row;
    return of_double(t, -g->p1 * pm_log(1 - rng_unit_of(bits_next(b))), s);
}

static void zipf_for(const struct gen *g, struct zipf *z)
{
    uint64_t n = (uint64_t)g->hi - (uint64_t)g->lo + 1, most = (uint64_t)1 << 62;
    zipf_init(z, n == 0 || n > most ? most : n, g->p1);
}

static struct value draw_zipf(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
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
    return of_whole(t, (int64_t)((uint64_t)g->lo + rank - 1), s);
}

/* The bounded Pareto distribution on low … high by inversion: x = low (1 - u (1 - (low/high)^shape))^(-1/shape). */
static double bounded_pareto(double shape, double low, double high, double u)
{
    double most = 1 - pm_pow(low / high, shape);
    double x = low * pm_pow(1 - u * most, -1 / shape);
    return x < low ? low : x > high ? high : x;
}

static struct value draw_pareto(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
{
    (void)row;
    double u = rng_unit_of(bits_next(b));
    if (type_class(t) == CLASS_DOUBLE) {
        bool own = g->dhi > g->dlo;                   /* else the whole-number bounds */
        double low = own ? g->dlo : (double)g->lo, high = own ? g->dhi : (double)g->hi;
        double shift = low > 0 ? 0 : 1 - low;
        return of_double(t, bounded_pareto(g->p1, low + shift, high + shift, u) - shift, s);
    }
    double low = g->lo >= 1 ? (double)g->lo : 1, span = (double)((uint64_t)g->hi - (uint64_t)g->lo) + 1;
    double above = floor(bounded_pareto(g->p1, low, low + span, u) - low);
    uint64_t step = above < 0x1p63 ? (uint64_t)above : (uint64_t)1 << 63, most = (uint64_t)g->hi - (uint64_t)g->lo;
    return of_whole(t, (int64_t)((uint64_t)g->lo + (step < most ? step : most)), s);
}

static struct value draw_choice(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
{
    (void)t, (void)row, (void)s;
    double u = rng_unit_of(bits_next(b)), sum = 0;
    uint32_t i = 0;
    for (; i + 1 < g->nchoices; i++) {
        sum += g->choices[i].share;
        if (u < sum)
            break;
    }
    return g->choices[i].value;
}

static struct value draw_sequence(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
{
    (void)b;
    return of_whole(t, (int64_t)((uint64_t)g->lo + row), s);
}

static struct value draw_text(const struct gen *g, struct type t, struct bits *b, uint64_t row, struct scratch *s)
{
    (void)row;
    return gen_text(g, t, b, s);
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    struct value (*draw)(const struct gen *, struct type, struct bits *, uint64_t row, struct scratch *);
} generators[GEN_COUNT] = {
    [GEN_UNIFORM] = {"uniform", draw_uniform},     [GEN_NORMAL] = {"normal", draw_normal},
    [GEN_EXPONENTIAL] = {"exponential", draw_exponential},
    [GEN_ZIPF] = {"zipf", draw_zipf},              [GEN_PARETO] = {"pareto", draw_pareto},
    [GEN_CHOICE] = {"choice", draw_choice},        [GEN_TEXT] = {"text", draw_text},
    [GEN_WORDS] = {"words", draw_text},            [GEN_HEX] = {"hex", draw_text},
    [GEN_UUID] = {"uuid", draw_text},              [GEN_SEQUENCE] = {"sequence", draw_sequence},
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

struct value gen_draw(const struct gen *g, struct type t, uint64_t stream, uint64_t row, struct scratch *s)
{
    struct bits bits = {stream};
    return generators[g->kind].draw(g, t, &bits, row, s);
}
