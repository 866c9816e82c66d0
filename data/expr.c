#include "config.h"

#include "data/expr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/bug.h"

/* What an expression comes to on its way: a value of its kind. */
struct result {
    bool null;
    enum expr_kind kind;
    int64_t i;                                        /* also of a bool */
    double d;
    const char *s;
    uint32_t n;
};

struct context {
    uint64_t row;
    const struct column *columns;                     /* NULL where no columns can be named */
    const struct value *values;
    struct scratch *scratch;
};

static const char *const op_names[] = {
    [EXPR_INT] = "int", [EXPR_DOUBLE] = "double", [EXPR_STRING] = "string", [EXPR_BOOL] = "bool", [EXPR_ROW] = "row",
    [EXPR_COLUMN] = "column", [EXPR_ADD] = "+", [EXPR_SUB] = "-", [EXPR_MUL] = "*", [EXPR_DIV] = "/", [EXPR_MOD] = "%",
    [EXPR_NEG] = "neg", [EXPR_EQ] = "==", [EXPR_NE] = "!=", [EXPR_LT] = "<", [EXPR_LE] = "<=", [EXPR_GT] = ">", [EXPR_GE] = ">=",
    [EXPR_AND] = "and", [EXPR_OR] = "or", [EXPR_NOT] = "not", [EXPR_CONCAT] = "concat", [EXPR_PICK] = "pick",
};

static struct result eval(const struct expr *, const struct context *);
static struct value convert(const struct result *, struct type, struct scratch *);

static const struct result nothing = {.null = true};

static struct result of_int(int64_t i)
{
    return (struct result){.kind = EXPR_IS_INT, .i = i};
}

static struct result of_double(double d)
{
    return isfinite(d) ? (struct result){.kind = EXPR_IS_DOUBLE, .d = d} : nothing;
}

static struct result of_bool(bool b)
{
    return (struct result){.kind = EXPR_IS_BOOL, .i = b};
}

static double as_double(const struct result *r)
{
    return r->kind == EXPR_IS_DOUBLE ? r->d : (double)r->i;
}

/* ---- arithmetic ---- */

static struct result divide(int64_t a, int64_t b, bool modulo)
{
    if (b == 0)
        return nothing;
    if (b == -1)                                      /* INT64_MIN / -1 would trap */
        return of_int(modulo ? 0 : (int64_t)(0 - (uint64_t)a));
    int64_t q = a / b, r = a % b;
    if (r != 0 && (r < 0) != (b < 0)) {
        q--;
        r += b;
    }
    return of_int(modulo ? r : q);
}

static struct result int_arithmetic(enum expr_op op, int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)a, y = (uint64_t)b;        /* wraps, where the compiler let that through */
    switch (op) {
    case EXPR_ADD: return of_int((int64_t)(x + y));
    case EXPR_SUB: return of_int((int64_t)(x - y));
    case EXPR_MUL: return of_int((int64_t)(x * y));
    case EXPR_DIV: return divide(a, b, false);
    default: return divide(a, b, true);
    }
}

static struct result double_arithmetic(enum expr_op op, double a, double b)
{
    switch (op) {
    case EXPR_ADD: return of_double(a + b);
    case EXPR_SUB: return of_double(a - b);
    case EXPR_MUL: return of_double(a * b);
    case EXPR_DIV: return of_double(a / b);           /* by zero: infinite or NaN, so NULL */
    default: return of_double(b == 0 ? NAN : a - b * floor(a / b));
    }
}

static struct result eval_arithmetic(const struct expr *e, const struct context *c)
{
    struct result a = eval(e->args[0], c), b = eval(e->args[1], c);
    if (a.null || b.null)
        return nothing;
    if (a.kind == EXPR_IS_DOUBLE || b.kind == EXPR_IS_DOUBLE)
        return double_arithmetic(e->op, as_double(&a), as_double(&b));
    return int_arithmetic(e->op, a.i, b.i);
}

static struct result eval_negative(const struct expr *e, const struct context *c)
{
    struct result a = eval(e->args[0], c);
    if (a.null)
        return nothing;
    return a.kind == EXPR_IS_DOUBLE ? of_double(-a.d) : of_int((int64_t)(0 - (uint64_t)a.i));
}

/* ---- comparison and logic ---- */

static int compare(const struct result *a, const struct result *b)
{
    if (a->kind == EXPR_IS_STRING || b->kind == EXPR_IS_STRING) {
        uint32_t n = a->n < b->n ? a->n : b->n;
        int order = n ? memcmp(a->s, b->s, n) : 0;
        return order ? order : (a->n > b->n) - (a->n < b->n);
    }
    if (a->kind == EXPR_IS_DOUBLE || b->kind == EXPR_IS_DOUBLE) {
        double x = as_double(a), y = as_double(b);
        return (x > y) - (x < y);
    }
    return (a->i > b->i) - (a->i < b->i);
}

static struct result eval_comparison(const struct expr *e, const struct context *c)
{
    struct result a = eval(e->args[0], c), b = eval(e->args[1], c);
    if (a.null || b.null)
        return nothing;
    int order = compare(&a, &b);
    switch (e->op) {
    case EXPR_EQ: return of_bool(order == 0);
    case EXPR_NE: return of_bool(order != 0);
    case EXPR_LT: return of_bool(order < 0);
    case EXPR_LE: return of_bool(order <= 0);
    case EXPR_GT: return of_bool(order > 0);
    default: return of_bool(order >= 0);
    }
}

/* `decides` is what settles the whole: false for and, true for or. */
static struct result eval_logic(const struct expr *e, const struct context *c)
{
    bool decides = e->op == EXPR_OR, unknown = false;
    for (uint32_t k = 0; k < e->nargs; k++) {
        struct result r = eval(e->args[k], c);
        if (!r.null && (r.i != 0) == decides)
            return of_bool(decides);
        unknown |= r.null;
    }
    return unknown ? nothing : of_bool(!decides);
}

/* ---- texts ---- */

static struct type plain_type(enum expr_kind k)
{
    static const enum type_kind kinds[] = {
        [EXPR_IS_INT] = TYPE_BIGINT, [EXPR_IS_DOUBLE] = TYPE_DOUBLE, [EXPR_IS_STRING] = TYPE_STRING, [EXPR_IS_BOOL] = TYPE_BOOL,
    };
    return (struct type){.kind = kinds[k]};
}

/* The text form, in the scratch; whole numbers without a detour. */
static struct result text_of(const struct result *r, struct scratch *s)
{
    struct result text = {.kind = EXPR_IS_STRING};
    if (r->null || r->kind == EXPR_IS_STRING)
        return *r;
    if (r->kind == EXPR_IS_INT) {
        char digits[24], *p = digits + sizeof digits;
        uint64_t u = r->i < 0 ? 0 - (uint64_t)r->i : (uint64_t)r->i;
        do
            *--p = (char)('0' + u % 10);
        while (u /= 10);
        if (r->i < 0)
            *--p = '-';
        text.n = (uint32_t)(digits + sizeof digits - p);
        text.s = memcpy(scratch_take(s, text.n), p, text.n);
        return text;
    }
    struct buf b = {0};
    struct value v = {0};
    if (r->kind == EXPR_IS_DOUBLE)
        v.u.d = r->d;
    else
        v.u.i = r->i;
    value_put(&b, plain_type(r->kind), &v);
    text.n = (uint32_t)b.len;
    text.s = memcpy(scratch_take(s, b.len), buf_text(&b), b.len);
    buf_release(&b);
    return text;
}

static struct result moment_text_of(const struct result *r, enum expr_kind k, struct scratch *s)
{
    struct type t = {.kind = k == EXPR_IS_DATE ? TYPE_DATE : TYPE_TIMESTAMP};
    struct value v = convert(r, t, s);
    struct result text = {.null = v.null, .kind = EXPR_IS_STRING};
    struct buf b = {0};
    if (v.null)
        return text;
    value_put(&b, t, &v);
    text.n = (uint32_t)b.len;
    text.s = memcpy(scratch_take(s, b.len), buf_text(&b), b.len);
    buf_release(&b);
    return text;
}

static struct result eval_concat(const struct expr *e, const struct context *c)
{
    struct result whole = {.kind = EXPR_IS_STRING, .s = ""};
    for (uint32_t k = 0; k < e->nargs; k++) {
        struct result part = eval(e->args[k], c);
        if (e->args[k]->kind == EXPR_IS_DATE || e->args[k]->kind == EXPR_IS_TIMESTAMP)
            part = moment_text_of(&part, e->args[k]->kind, c->scratch);
        else
            part = text_of(&part, c->scratch);
        if (part.null)
            return nothing;
        if (whole.n == 0) {
            whole = part;
            continue;
        }
        char *p = scratch_take(c->scratch, (size_t)whole.n + part.n);
        memcpy(p, whole.s, whole.n);
        if (part.n)
            memcpy(p + whole.n, part.s, part.n);
        whole.s = p;
        whole.n += part.n;
    }
    return whole;
}

/* ---- the rest ---- */

static struct result eval_pick(const struct expr *e, const struct context *c)
{
    struct result index = eval(e->args[0], c);
    if (index.null || index.i < 0 || index.i >= (int64_t)e->nargs - 1)
        return nothing;
    return eval(e->args[index.i + 1], c);
}

static struct result eval_not(const struct expr *e, const struct context *c)
{
    struct result r = eval(e->args[0], c);
    return r.null ? nothing : of_bool(r.i == 0);
}

static struct result eval_column(const struct expr *e, const struct context *c)
{
    BUG_UNLESS(c->columns && c->values);
    struct type t = c->columns[e->i].type;
    const struct value *v = &c->values[e->i];
    if (v->null)
        return nothing;
    switch (type_class(t)) {
    case CLASS_INT: return t.kind == TYPE_BOOL ? of_bool(v->u.i != 0) : of_int(v->u.i);
    case CLASS_DOUBLE: return of_double(v->u.d);
    case CLASS_DECIMAL: return of_double(value_decimal_to_double(t, v->u.dec));
    case CLASS_BYTES: break;
    }
    return (struct result){.kind = EXPR_IS_STRING, .s = v->u.s.p, .n = v->u.s.n};
}

static struct result eval_constant(const struct expr *e, const struct context *c)
{
    switch (e->op) {
    case EXPR_INT: return of_int(e->i);
    case EXPR_DOUBLE: return of_double(e->d);
    case EXPR_STRING: return (struct result){.kind = EXPR_IS_STRING, .s = e->s ? e->s : "", .n = e->n};
    case EXPR_BOOL: return of_bool(e->i != 0);
    default: return of_int((int64_t)c->row);
    }
}

static struct result eval(const struct expr *e, const struct context *c)
{
    static struct result (*const evaluators[])(const struct expr *, const struct context *) = {
        [EXPR_INT] = eval_constant, [EXPR_DOUBLE] = eval_constant, [EXPR_STRING] = eval_constant, [EXPR_BOOL] = eval_constant,
        [EXPR_ROW] = eval_constant, [EXPR_COLUMN] = eval_column,
        [EXPR_ADD] = eval_arithmetic, [EXPR_SUB] = eval_arithmetic, [EXPR_MUL] = eval_arithmetic, [EXPR_DIV] = eval_arithmetic,
        [EXPR_MOD] = eval_arithmetic, [EXPR_NEG] = eval_negative,
        [EXPR_EQ] = eval_comparison, [EXPR_NE] = eval_comparison, [EXPR_LT] = eval_comparison, [EXPR_LE] = eval_comparison,
        [EXPR_GT] = eval_comparison, [EXPR_GE] = eval_comparison,
        [EXPR_AND] = eval_logic, [EXPR_OR] = eval_logic, [EXPR_NOT] = eval_not, [EXPR_CONCAT] = eval_concat, [EXPR_PICK] = eval_pick,
    };
    return evaluators[e->op](e, c);
}

/* ---- to the column's type ---- */

static struct value parsed(struct type t, const struct result *r, struct scratch *s)
{
    struct value v = {0};
    char *copy = memcpy(scratch_take(s, (size_t)r->n + 1), r->s, r->n);
    if (!value_parse(t, copy, r->n, &v))
        return (struct value){.null = true};
    return v;
}

static wkl_i128 scaled(struct type t, int64_t i)
{
    wkl_i128 dec = i, most = 1;
    for (uint32_t k = 0; k < t.n; k++)
        most *= 10;
    for (uint32_t k = 0; k < t.scale && dec > -most && dec < most; k++)
        dec *= 10;
    return dec >= most ? most - 1 : dec <= -most ? 1 - most : dec;
}

static struct value convert(const struct result *r, struct type t, struct scratch *s)
{
    struct value v = {.null = r->null};
    if (r->null)
        return v;
    enum value_class class = type_class(t);
    if (class == CLASS_BYTES) {
        struct result text = text_of(r, s);
        v.u.s.p = text.s;
        v.u.s.n = text.n;
        return v;
    }
    if (r->kind == EXPR_IS_STRING)
        return parsed(t, r, s);
    if (class == CLASS_DOUBLE)
        v.u.d = t.kind == TYPE_FLOAT ? (double)(float)as_double(r) : as_double(r);
    else if (class == CLASS_DECIMAL)
        v.u.dec = r->kind == EXPR_IS_DOUBLE ? value_decimal_from_double(t, r->d) : scaled(t, r->i);
    else if (r->kind != EXPR_IS_DOUBLE)
        v.u.i = t.kind == TYPE_BOOL ? r->i != 0 : r->i;
    else
        v.u.i = (int64_t)value_decimal_from_double((struct type){.kind = TYPE_DECIMAL, .n = 18}, r->d);
    return v;
}

struct value expr_eval_on(const struct expr *e, struct type t, uint64_t row, const struct column *columns, const struct value *values,
                          struct scratch *s)
{
    struct context c = {row, columns, values, s};
    struct result r = eval(e, &c);
    return convert(&r, t, s);
}

struct value expr_eval(const struct expr *e, struct type t, uint64_t row, struct scratch *s)
{
    return expr_eval_on(e, t, row, NULL, NULL, s);
}

/* ---- as text ---- */

void expr_put(struct buf *b, const struct expr *e)
{
    uint64_t bits;
    switch (e->op) {
    case EXPR_INT: buf_printf(b, "%lld", (long long)e->i); return;
    case EXPR_DOUBLE:
        memcpy(&bits, &e->d, sizeof bits);
        buf_printf(b, "%.17g:%llx", e->d, (unsigned long long)bits);
        return;
    case EXPR_STRING: buf_put_json(b, e->s ? e->s : "", e->n); return;
    case EXPR_BOOL: buf_puts(b, e->i ? "true" : "false"); return;
    case EXPR_ROW: buf_puts(b, "row"); return;
    case EXPR_COLUMN: buf_printf(b, "column %lld", (long long)e->i); return;
    default: break;
    }
    buf_printf(b, "(%s", op_names[e->op]);
    for (uint32_t k = 0; k < e->nargs; k++) {
        buf_putc(b, ' ');
        expr_put(b, e->args[k]);
    }
    buf_putc(b, ')');
}
