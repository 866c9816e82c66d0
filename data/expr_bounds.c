/* expr_bounds.c - between which whole numbers a computed value stays: intervals. */
#include "config.h"

#include "data/expr.h"

static bool ends_of(const struct expr *, uint64_t rows, struct expr_ends *);

static struct expr_ends around(const wkl_i128 *v, int n)
{
    struct expr_ends out = {v[0], v[0]};
    for (int i = 1; i < n; i++)
        out = (struct expr_ends){v[i] < out.lo ? v[i] : out.lo, v[i] > out.hi ? v[i] : out.hi};
    return out;
}

static wkl_i128 sum(wkl_i128 a, wkl_i128 b)
{
    struct exact out;
    exact_add((struct exact){a, 0}, (struct exact){b, 0}, &out);
    return out.digits;
}

static wkl_i128 product(wkl_i128 a, wkl_i128 b)
{
    struct exact out;
    exact_multiply((struct exact){a, 0}, (struct exact){b, 0}, &out);
    return out.digits;
}

static wkl_i128 below(wkl_i128 a, wkl_i128 b)
{
    return a / b - (a % b < 0);
}

/* Towards minus infinity, and the rest never negative: only by numbers above 0. */
static bool divide(enum expr_op op, struct expr_ends a, struct expr_ends b, struct expr_ends *out)
{
    if (b.lo < 1)
        return false;
    if (op == EXPR_MOD)
        *out = a.lo >= 0 && a.hi < b.lo ? a : (struct expr_ends){0, b.hi - 1};
    else
        *out = around((wkl_i128[]){below(a.lo, b.lo), below(a.lo, b.hi), below(a.hi, b.lo), below(a.hi, b.hi)}, 4);
    return true;
}

static bool of_operator(const struct expr *e, uint64_t rows, struct expr_ends *out)
{
    struct expr_ends a, b = {0, 0};
    if (!ends_of(e->args[0], rows, &a) || (e->nargs > 1 && !ends_of(e->args[1], rows, &b)))
        return false;
    switch (e->op) {
    case EXPR_NEG: *out = (struct expr_ends){-a.hi, -a.lo}; return true;
    case EXPR_ADD: *out = (struct expr_ends){sum(a.lo, b.lo), sum(a.hi, b.hi)}; return true;
    case EXPR_SUB: *out = (struct expr_ends){sum(a.lo, -b.hi), sum(a.hi, -b.lo)}; return true;
    case EXPR_MUL:
        *out = around((wkl_i128[]){product(a.lo, b.lo), product(a.lo, b.hi), product(a.hi, b.lo), product(a.hi, b.hi)}, 4);
        return true;
    case EXPR_DIV: case EXPR_MOD: return divide(e->op, a, b, out);
    default: return false;
    }
}

static bool of_pick(const struct expr *e, uint64_t rows, struct expr_ends *out)
{
    for (uint32_t i = 1; i < e->nargs; i++) {
        struct expr_ends one;
        if (!ends_of(e->args[i], rows, &one))
            return false;
        *out = i == 1 ? one : around((wkl_i128[]){out->lo, out->hi, one.lo, one.hi}, 4);
    }
    return e->nargs > 1;
}

/* Moments and durations are whole numbers too, of days and of microseconds, as long as no fraction is among
 * them. */
static bool ends_of(const struct expr *e, uint64_t rows, struct expr_ends *out)
{
    bool whole = e->kind == EXPR_IS_INT || e->kind >= EXPR_IS_DATE;
    if (e->op == EXPR_INT)
        *out = (struct expr_ends){e->i, e->i};
    else if (e->op == EXPR_ROW)
        *out = (struct expr_ends){0, rows ? (wkl_i128)rows - 1 : 0};
    else if (e->op == EXPR_PICK)
        return whole && of_pick(e, rows, out);
    else
        return whole && e->op >= EXPR_ADD && e->op <= EXPR_NEG && of_operator(e, rows, out);
    return whole;
}

bool expr_bounds(const struct expr *e, struct type t, uint64_t rows, struct expr_ends *out)
{
    if (!ends_of(e, rows, out) || (type_class(t) != CLASS_INT && type_class(t) != CLASS_DECIMAL))
        return false;
    wkl_i128 unit = t.kind == TYPE_DECIMAL ? exact_power(t.scale) : 1;
    *out = (struct expr_ends){value_cut(t, product(out->lo, unit)), value_cut(t, product(out->hi, unit))};
    return true;
}
