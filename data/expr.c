/* expr.c - evaluating computed columns. */
#include "config.h"

#include "data/expr.h"

#include <math.h>
#include <string.h>

#include "base/bug.h"

/* A value together with what it is; texts live in the scratch or the arena. */
struct result {
    enum expr_kind kind;
    bool null;
    int64_t i;
    double d;
    const char *s;
    uint32_t n;
};

static struct result eval(const struct expr *, uint64_t row, struct scratch *);

static double as_double(const struct result *r)
{
    return r->kind == EXPR_IS_DOUBLE ? r->d : (double)r->i;
}

static struct result of_int(int64_t i) { return (struct result){.kind = EXPR_IS_INT, .i = i}; }
static struct result of_bool(bool b) { return (struct result){.kind = EXPR_IS_BOOL, .i = b}; }
static struct result of_double(double d) { return (struct result){.kind = EXPR_IS_DOUBLE, .d = d, .null = !isfinite(d)}; }
static struct result nothing(void) { return (struct result){.null = true}; }

/* Division and remainder round towards minus infinity. */
static struct result divide(enum expr_op op, int64_t a, int64_t b)
{
    if (b == 0)
        return nothing();
    if (b == -1)
        return of_int(op == EXPR_DIV ? (int64_t)(0 - (uint64_t)a) : 0);
    int64_t q = a / b, r = a % b;
    if (r && (r < 0) != (b < 0)) {
        q--;
        r += b;
    }
    return of_int(op == EXPR_DIV ? q : r);
}

static struct result arithmetic(enum expr_op op, const struct result *a, const struct result *b)
{
    if (a->kind == EXPR_IS_DOUBLE || b->kind == EXPR_IS_DOUBLE) {
        double x = as_double(a), y = as_double(b);
        switch (op) {
        case EXPR_ADD: return of_double(x + y);
        case EXPR_SUB: return of_double(x - y);
        case EXPR_MUL: return of_double(x * y);
        case EXPR_DIV: return y == 0 ? nothing() : of_double(x / y);
        default: return y == 0 ? nothing() : of_double(x - floor(x / y) * y);
        }
    }
    uint64_t x = (uint64_t)a->i, y = (uint64_t)b->i;
    switch (op) {
    case EXPR_ADD: return of_int((int64_t)(x + y));
    case EXPR_SUB: return of_int((int64_t)(x - y));
    case EXPR_MUL: return of_int((int64_t)(x * y));
    default: return divide(op, a->i, b->i);
    }
}

static int order(const struct result *a, const struct result *b)
{
    if (a->kind == EXPR_IS_STRING) {
        uint32_t n = a->n < b->n ? a->n : b->n;
        int c = n ? memcmp(a->s, b->s, n) : 0;
        return c ? c : a->n < b->n ? -1 : a->n > b->n;
    }
    if (a->kind == EXPR_IS_DOUBLE || b->kind == EXPR_IS_DOUBLE) {
        double x = as_double(a), y = as_double(b);
        return x < y ? -1 : x > y;
    }
    return a->i < b->i ? -1 : a->i > b->i;
}

static struct result compare(enum expr_op op, const struct result *a, const struct result *b)
{
    int c = order(a, b);
    switch (op) {
    case EXPR_EQ: return of_bool(c == 0);
    case EXPR_NE: return of_bool(c != 0);
    case EXPR_LT: return of_bool(c < 0);
    case EXPR_LE: return of_bool(c <= 0);
    case EXPR_GT: return of_bool(c > 0);
    default: return of_bool(c >= 0);
    }
}

static void put_text(struct buf *b, const struct result *r)
{
    static const enum type_kind kinds[] = {[EXPR_IS_INT] = TYPE_BIGINT, [EXPR_IS_DOUBLE] = TYPE_DOUBLE, [EXPR_IS_BOOL] = TYPE_BOOL};
    struct value v = {.null = r->null};
    if (r->kind == EXPR_IS_STRING && !r->null) {
        buf_add(b, r->s, r->n);
        return;
    }
    if (r->kind == EXPR_IS_DOUBLE)
        v.u.d = r->d;
    else
        v.u.i = r->i;
    value_put(b, (struct type){.kind = kinds[r->kind]}, &v);
}

static struct result keep_text(struct buf *b, struct scratch *s)
{
    struct result r = {.kind = EXPR_IS_STRING, .n = (uint32_t)b->len};
    char *p = scratch_take(s, b->len + 1);
    memcpy(p, buf_text(b), b->len);
    r.s = p;
    buf_release(b);
    return r;
}

static struct result concat(const struct expr *e, uint64_t row, struct scratch *s)
{
    struct buf b = {0};
    for (uint32_t i = 0; i < e->nargs; i++) {
        struct result r = eval(e->args[i], row, s);
        put_text(&b, &r);
    }
    return keep_text(&b, s);
}

static struct result pick(const struct expr *e, uint64_t row, struct scratch *s)
{
    struct result at = eval(e->args[0], row, s);
    if (at.null || at.i < 0 || (uint64_t)at.i + 1 >= e->nargs)
        return nothing();
    return eval(e->args[at.i + 1], row, s);
}

static struct result logic(const struct expr *e, uint64_t row, struct scratch *s)
{
    struct result a = eval(e->args[0], row, s);
    if (a.null || (e->op == EXPR_AND && !a.i) || (e->op == EXPR_OR && a.i))
        return a;
    return eval(e->args[1], row, s);
}

static struct result unary(const struct expr *e, uint64_t row, struct scratch *s)
{
    struct result a = eval(e->args[0], row, s);
    if (a.null)
        return a;
    if (e->op == EXPR_NOT)
        return of_bool(!a.i);
    return a.kind == EXPR_IS_DOUBLE ? of_double(-a.d) : of_int((int64_t)(0 - (uint64_t)a.i));
}

static struct result binary(const struct expr *e, uint64_t row, struct scratch *s)
{
    struct result a = eval(e->args[0], row, s), b = eval(e->args[1], row, s);
    if (a.null || b.null)
        return nothing();
    return e->op <= EXPR_MOD ? arithmetic(e->op, &a, &b) : compare(e->op, &a, &b);
}

static struct result eval(const struct expr *e, uint64_t row, struct scratch *s)
{
    switch (e->op) {
    case EXPR_INT: return of_int(e->i);
    case EXPR_BOOL: return of_bool(e->i);
    case EXPR_DOUBLE: return of_double(e->d);
    case EXPR_STRING: return (struct result){.kind = EXPR_IS_STRING, .s = e->s, .n = e->n};
    case EXPR_ROW: return of_int((int64_t)row);
    case EXPR_COLUMN: BUG("a column stands in a computed value");
    case EXPR_CONCAT: return concat(e, row, s);
    case EXPR_PICK: return pick(e, row, s);
    case EXPR_AND: case EXPR_OR: return logic(e, row, s);
    case EXPR_NOT: case EXPR_NEG: return unary(e, row, s);
    default: return binary(e, row, s);
    }
}

struct value expr_eval(const struct expr *e, struct type t, uint64_t row, struct scratch *s)
{
    struct result r = eval(e, row, s);
    struct value v = {.null = r.null};
    if (v.null)
        return v;
    switch (type_class(t)) {
    case CLASS_INT:
        v.u.i = r.kind == EXPR_IS_DOUBLE ? (int64_t)nearbyint(r.d) : r.i;
        break;
    case CLASS_DOUBLE:
        v.u.d = t.kind == TYPE_FLOAT ? (double)(float)as_double(&r) : as_double(&r);
        break;
    case CLASS_DECIMAL:
        v.u.dec = value_decimal_from_double(t, as_double(&r));
        break;
    case CLASS_BYTES:
        if (r.kind != EXPR_IS_STRING) {
            struct buf b = {0};
            put_text(&b, &r);
            r = keep_text(&b, s);
        }
        v.u.s.p = r.s;
        v.u.s.n = t.n && r.n > t.n ? t.n : r.n;
        break;
    }
    return v;
}
