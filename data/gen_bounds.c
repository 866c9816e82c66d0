/* gen_bounds.c - between which numbers a generator stays. The unit numbers that draws start from are
 * multiples of 2^-53, so that even the generators without bounds have some. */
#include "config.h"

#include "data/gen.h"

#include <float.h>
#include <math.h>

/* normal: u and v are multiples of 2^-52, so s >= 2^-104 and |z| <= sqrt(-2 log s) < 12.1; exponential:
 * -log(2^-53) < 37. */
static const double normal_reach = 12.1, exponential_reach = 37;

/* How near to zero a draw can come without being zero, as a share of its spread. A sum or product of doubles
 * is a multiple of the smaller operand's last bit, so that some 2^-132 is what normal reaches at worst, and
 * less than that none. */
static const double finest = 0x1p-140;

/* `at`: the only value where there is no spread. */
static double least_of(double spread, double at)
{
    return spread != 0 ? fabs(spread) * finest : at != 0 ? fabs(at) : 1;
}

/* The nearest double that is not above, or not below. */
static double not_above(int64_t i)
{
    double d = (double)i;
    return (wkl_i128)d > i ? nextafter(d, -INFINITY) : d;
}

static double not_below(int64_t i)
{
    double d = (double)i;
    return (wkl_i128)d < i ? nextafter(d, INFINITY) : d;
}

static void bounds_uniform(const struct gen *g, bool whole, uint64_t rows, struct gen_bounds *out)
{
    (void)rows;
    if (!whole)
        *out = (struct gen_bounds){g->dlo, g->dhi, least_of(g->dhi - g->dlo, g->dlo)};
}

static void bounds_normal(const struct gen *g, bool whole, uint64_t rows, struct gen_bounds *out)
{
    (void)whole, (void)rows;
    double reach = fabs(g->p2) * normal_reach;
    *out = (struct gen_bounds){g->p1 - reach, g->p1 + reach, least_of(g->p2, g->p1)};
}

static void bounds_exponential(const struct gen *g, bool whole, uint64_t rows, struct gen_bounds *out)
{
    (void)whole, (void)rows;
    *out = (struct gen_bounds){0, g->p1 * exponential_reach, least_of(g->p1, 0)};
}

/* Over doubles: at least 1 above the shift, so that what is left of it is a multiple of 2^-53. */
static void bounds_pareto(const struct gen *g, bool whole, uint64_t rows, struct gen_bounds *out)
{
    (void)rows;
    if (!whole && g->dhi > g->dlo)
        *out = (struct gen_bounds){g->dlo, g->dhi, g->dlo > 0 ? g->dlo : finest};
}

static void bounds_choice(const struct gen *g, bool whole, uint64_t rows, struct gen_bounds *out)
{
    (void)rows;
    *out = (struct gen_bounds){INFINITY, -INFINITY, INFINITY};
    for (uint32_t i = 0; i < g->nchoices; i++) {
        const struct value *v = &g->choices[i].value;
        out->lo = fmin(out->lo, whole ? not_above(v->u.i) : v->u.d);
        out->hi = fmax(out->hi, whole ? not_below(v->u.i) : v->u.d);
        if (!whole && v->u.d != 0)
            out->least = fmin(out->least, fabs(v->u.d));
    }
}

static void bounds_sequence(const struct gen *g, bool whole, uint64_t rows, struct gen_bounds *out)
{
    (void)whole;
    out->hi = (double)g->lo + (double)rows;
}

/* What is drawn is cut to the type, and rounded to a float. */
static void keep_to_type(struct type t, struct gen_bounds *b)
{
    if (type_class(t) == CLASS_INT) {
        double least = not_above((int64_t)type_range(t).least), most = not_below((int64_t)type_range(t).most);
        *b = (struct gen_bounds){fmin(fmax(b->lo, least), most), fmax(fmin(b->hi, most), least), 1};
        return;
    }
    double lo = value_cut_double(t, b->lo), hi = value_cut_double(t, b->hi);
    *b = (struct gen_bounds){lo > b->lo && lo > -FLT_MAX ? b->lo : lo, hi < b->hi && hi < FLT_MAX ? b->hi : hi, b->least};
}

bool gen_bounds(const struct gen *g, struct type t, uint64_t rows, struct gen_bounds *out)
{
    static void (*const special[GEN_COUNT])(const struct gen *, bool, uint64_t, struct gen_bounds *) = {
        [GEN_UNIFORM] = bounds_uniform, [GEN_NORMAL] = bounds_normal, [GEN_EXPONENTIAL] = bounds_exponential,
        [GEN_PARETO] = bounds_pareto,   [GEN_CHOICE] = bounds_choice, [GEN_SEQUENCE] = bounds_sequence,
    };
    enum value_class class = type_class(t);
    if (class != CLASS_INT && class != CLASS_DOUBLE)
        return false;
    *out = (struct gen_bounds){not_above(g->lo), not_below(g->hi), 1};
    if (special[g->kind])
        special[g->kind](g, class == CLASS_INT, rows, out);
    keep_to_type(t, out);
    return true;
}
