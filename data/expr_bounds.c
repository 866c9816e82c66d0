/* expr_bounds.c - between which whole numbers a computed value stays: intervals, whose ends are doubles. */
#include "config.h"

#include <math.h>

#include "data/expr.h"

struct ends { double lo, hi; };

static const double MOST = 0x1p62;                    /* beyond it 64 bits may not be enough for what is computed on the way */

static bool ends_of(const struct expr *, uint64_t rows, struct ends *);

static struct ends around(const double *v, int n)
{
    struct ends out = {v[0], v[0]};
    for (int i = 1; i < n; i++)
        out = (struct ends){fmin(out.lo, v[i]), fmax(out.hi, v[i])};
    return out;
}

/* Towards minus infinity, and the rest never negative: only by numbers above 0. */
static bool divide(enum expr_op op, struct ends a, struct ends b, struct ends *out)
{
    if (b.lo < 1)
        return false;
    if (op == EXPR_MOD)
        *out = a.lo >= 0 && a.hi < b.lo ? a : (struct ends){0, b.hi - 1};
    else
        *out = around((double[]){floor(a.lo / b.lo), floor(a.lo / b.hi), floor(a.hi / b.lo), floor(a.hi / b.hi)}, 4);
    return true;
}

static bool of_operator(const struct expr *e, uint64_t rows, struct ends *out)
{
    struct ends a, b = {0, 0};
    if (!ends_of(e->args[0], rows, &a) || (e->nargs > 1 && !ends_of(e->args[1], rows, &b)))
        return false;
    switch (e->op) {
    case EXPR_NEG: *out = (struct ends){-a.hi, -a.lo}; return true;
    case EXPR_ADD: *out = (struct ends){a.lo + b.lo, a.hi + b.hi}; return true;
    case EXPR_SUB: *out = (struct ends){a.lo - b.hi, a.hi - b.lo}; return true;
    case EXPR_MUL: *out = around((double[]){a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi}, 4); return true;
    case EXPR_DIV: case EXPR_MOD: return divide(e->op, a, b, out);
    default: return false;
    }
}

static bool of_pick(const struct expr *e, uint64_t rows, struct ends *out)
{
    *out = (struct ends){INFINITY, -INFINITY};
    for (uint32_t i = 1; i < e->nargs; i++) {
        struct ends one;
        if (!ends_of(e->args[i], rows, &one))
            return false;
        *out = (struct ends){fmin(out->lo, one.lo), fmax(out->hi, one.hi)};
    }
    return true;
}

static bool ends_of(const struct expr *e, uint64_t rows, struct ends *out)
{
    bool known = e->kind == EXPR_IS_INT;
    if (e->op == EXPR_INT)
        *out = (struct ends){(double)e->i, (double)e->i};
    else if (e->op == EXPR_ROW)
        *out = (struct ends){0, (double)rows};
    else if (e->op == EXPR_PICK)
        known = known && of_pick(e, rows, out);
    else
        known = known && e->op >= EXPR_ADD && e->op <= EXPR_NEG && of_operator(e, rows, out);
    return known && out->lo >= -MOST && out->hi <= MOST;
}

bool expr_bounds(const struct expr *e, uint64_t rows, double *lo, double *hi)
{
    struct ends ends;
    if (!ends_of(e, rows, &ends))
        return false;
    *lo = ends.lo;
    *hi = ends.hi;
    return true;
}
