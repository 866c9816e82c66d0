#include "config.h"

#include "data/expr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/bug.h"

/* What an expression comes to on its way: a value of its kind. */
struct result {
    bool null;
    bool exact;                                       /* of a double: i * 10^-scale is meant, not d */
    enum expr_kind kind;
    uint32_t scale;
    union {
        wkl_i128 i;                                   /* also of a bool */
        double d;
        struct { const char *p; uint32_t n; } s;
    } u;
};

struct context {
    uint64_t row;
    const struct column *columns;                     /* NULL where no columns can be named */
    const struct value *values;
    struct scratch *scratch;
    bool exact;                                       /* fractions are decimals here */
};

static const char *const op_names[] = {
    [EXPR_INT] = "int", [EXPR_DOUBLE] = "double", [EXPR_STRING] = "string", [EXPR_BOOL] = "bool",
    [EXPR_ROW] = "row", [EXPR_COLUMN] = "column", [EXPR_ADD] = "+",         [EXPR_SUB] = "-",
    [EXPR_MUL] = "*",   [EXPR_DIV] = "/",         [EXPR_MOD] = "%",         [EXPR_NEG] = "neg",
    [EXPR_EQ] = "==",   [EXPR_NE] = "!=",         [EXPR_LT] = "<",          [EXPR_LE] = "<=",
    [EXPR_GT] = ">",    [EXPR_GE] = ">=",         [EXPR_AND] = "and",       [EXPR_OR] = "or",
    [EXPR_NOT] = "not", [EXPR_CONCAT] = "concat", [EXPR_PICK] = "pick",
};

static struct result eval(const struct expr *, const struct context *);
static void convert(const struct result *, struct type, struct scratch *, struct value *out);

static const struct result nothing = {.null = true};

/* Field by field: what is cleared first and then read in another width waits for the memory. */
static inline struct result of_int(wkl_i128 i)
{
    struct result r;
    r.null = r.exact = false;
    r.kind = EXPR_IS_INT;
    r.scale = 0;
    r.u.i = i;
    return r;
}

static inline struct result of_double(double d)
{
    struct result r;
    r.null = r.exact = false;
    r.kind = EXPR_IS_DOUBLE;
    r.scale = 0;
    r.u.d = value_cut_double((struct type){.kind = TYPE_DOUBLE}, d);
    return r;
}

static struct result of_exact(struct exact x)
{
    return (struct result){.kind = EXPR_IS_DOUBLE, .exact = true, .scale = x.scale, .u.i = x.digits};
}

static struct result of_bool(bool b)
{
    return (struct result){.kind = EXPR_IS_BOOL, .u.i = b};
}

static struct result of_text(const char *p, uint32_t n)
{
    return (struct result){.kind = EXPR_IS_STRING, .u.s = {p, n}};
}

static bool is_double(const struct result *r)
{
    return r->kind == EXPR_IS_DOUBLE && !r->exact;
}

static struct exact as_exact(const struct result *r)
{
    return (struct exact){r->u.i, r->exact ? r->scale : 0};
}

static bool is_short(wkl_i128 i)                      /* 64 bits hold it, and 128 a product of two */
{
    return i == (int64_t)i;
}

static double as_double(const struct result *r)
{
    return is_double(r) ? r->u.d : r->exact ? exact_to_double(as_exact(r)) : is_short(r->u.i) ? (double)(int64_t)r->u.i : (double)r->u.i;
}

static struct result eval_exactly(const struct expr *e, const struct context *c, bool exact)
{
    if (c->exact == exact)
        return eval(e, c);
    struct context other = *c;
    other.exact = exact;
    return eval(e, &other);
}

/* ---- arithmetic ---- */

static struct result divide(wkl_i128 a, wkl_i128 b, bool modulo)
{
    if (b == 0)
        return nothing;
    wkl_i128 q = a / b, r = a % b;
    bool below = r != 0 && (r < 0) != (b < 0);
    return of_int(modulo ? r + (below ? b : 0) : q - below);
}

/* The same of numbers that 64 bits hold, which is nearly always, where they are: 128 bits divide far more
 * slowly, and only divisors above 0 need no further thought. Returns false for others. */
static inline bool short_arithmetic(enum expr_op op, wkl_i128 *a, wkl_i128 b)
{
    if (!is_short(*a) || !is_short(b))
        return false;
    int64_t x = (int64_t)*a, y = (int64_t)b;
    switch (op) {
    case EXPR_ADD: *a = (wkl_i128)x + y; return true;
    case EXPR_SUB: *a = (wkl_i128)x - y; return true;
    case EXPR_MUL: *a = (wkl_i128)x * y; return true;
    default: break;
    }
    if (y <= 0)
        return false;
    *a = op == EXPR_DIV ? x / y - (x % y < 0) : x % y + (x % y < 0 ? y : 0);
    return true;
}

static struct result int_arithmetic(enum expr_op op, wkl_i128 a, wkl_i128 b)
{
    struct exact out = {a, 0}, other = {op == EXPR_SUB ? -b : b, 0};
    if (op == EXPR_DIV || op == EXPR_MOD)
        return divide(a, b, op == EXPR_MOD);
    if (op == EXPR_MUL)
        exact_multiply(out, other, &out);
    else
        exact_add(out, other, &out);
    return of_int(out.digits);
}

static struct result double_remainder(double a, double b)
{
    double whole = b * floor(a / b);
    return b == 0 ? nothing : of_double(isfinite(whole) ? a - whole : fmod(a, b));
}

static struct result double_arithmetic(enum expr_op op, double a, double b)
{
    switch (op) {
    case EXPR_ADD: return of_double(a + b);
    case EXPR_SUB: return of_double(a - b);
    case EXPR_MUL: return of_double(a * b);
    case EXPR_DIV: return b == 0 ? nothing : of_double(a / b);
    default: return double_remainder(a, b);
    }
}

static struct result exact_arithmetic(enum expr_op op, struct exact a, struct exact b)
{
    struct exact out = {0, 0};
    if ((op == EXPR_DIV || op == EXPR_MOD) && b.digits == 0)
        return nothing;
    switch (op) {
    case EXPR_ADD: exact_add(a, b, &out); break;
    case EXPR_SUB: b.digits = -b.digits; exact_add(a, b, &out); break;
    case EXPR_MUL: exact_multiply(a, b, &out); break;
    case EXPR_DIV: exact_divide(a, b, &out); break;
    default: exact_remainder(a, b, &out);
    }
    return of_exact(out);
}

/* A duration through a duration is a whole number, whatever it was multiplied by before. */
static struct result floor_of(struct result r)
{
    wkl_i128 whole;
    if (r.null || r.kind != EXPR_IS_DOUBLE)
        return r;
    if (!r.exact)
        exact_floor((struct exact){value_decimal_from_double((struct type){TYPE_DECIMAL, EXACT_DIGITS, 0},
                                                             floor(r.u.d)), 0}, &whole);
    else
        exact_floor(as_exact(&r), &whole);
    return of_int(whole);
}

/* Where there are fractions, or whole numbers that 64 bits do not hold: apart, so that the others need no
 * room for it. */
static __attribute__((noinline)) struct result long_arithmetic(const struct expr *e, const struct result *a,
                                                               const struct result *b)
{
    if (a->kind != EXPR_IS_DOUBLE && b->kind != EXPR_IS_DOUBLE)
        return int_arithmetic(e->op, a->u.i, b->u.i);
    struct result r = is_double(a) || is_double(b) ? double_arithmetic(e->op, as_double(a), as_double(b))
                                                   : exact_arithmetic(e->op, as_exact(a), as_exact(b));
    return e->op == EXPR_DIV && e->args[1]->kind == EXPR_IS_DURATION ? floor_of(r) : r;
}

static struct result eval_arithmetic(const struct expr *e, const struct context *c)
{
    struct result a = eval(e->args[0], c), b = eval(e->args[1], c);
    if (a.null || b.null)
        return nothing;
    if (a.kind != EXPR_IS_DOUBLE && b.kind != EXPR_IS_DOUBLE)
        return short_arithmetic(e->op, &a.u.i, b.u.i) ? a : long_arithmetic(e, &a, &b);
    if (!c->exact && e->kind == EXPR_IS_DOUBLE)
        return double_arithmetic(e->op, as_double(&a), as_double(&b));
    return long_arithmetic(e, &a, &b);
}

static struct result eval_negative(const struct expr *e, const struct context *c)
{
    struct result a = eval(e->args[0], c);
    if (a.null)
        return nothing;
    if (is_double(&a))
        a.u.d = -a.u.d;
    else
        a.u.i = -a.u.i;
    return a;
}

/* ---- comparison and logic ---- */

static int compare(const struct result *a, const struct result *b)
{
    if (a->kind == EXPR_IS_STRING || b->kind == EXPR_IS_STRING) {
        uint32_t n = a->u.s.n < b->u.s.n ? a->u.s.n : b->u.s.n;
        int order = n ? memcmp(a->u.s.p, b->u.s.p, n) : 0;
        return order ? order : (a->u.s.n > b->u.s.n) - (a->u.s.n < b->u.s.n);
    }
    if (is_double(a) || is_double(b)) {
        double x = as_double(a), y = as_double(b);
        return (x > y) - (x < y);
    }
    if (a->exact || b->exact)
        return exact_compare(as_exact(a), as_exact(b));
    return (a->u.i > b->u.i) - (a->u.i < b->u.i);
}

static struct result eval_comparison(const struct expr *e, const struct context *c)
{
    struct result a = eval_exactly(e->args[0], c, true), b = eval_exactly(e->args[1], c, true);
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
        if (!r.null && (r.u.i != 0) == decides)
            return of_bool(decides);
        unknown |= r.null;
    }
    return unknown ? nothing : of_bool(!decides);
}

/* ---- texts ---- */

static struct type plain_type(enum expr_kind k)
{
    static const enum type_kind kinds[] = {
        [EXPR_IS_INT] = TYPE_BIGINT, [EXPR_IS_DOUBLE] = TYPE_DOUBLE, [EXPR_IS_STRING] = TYPE_STRING,
        [EXPR_IS_BOOL] = TYPE_BOOL,
    };
    return (struct type){.kind = kinds[k]};
}

static struct result written(const struct buf *b, struct scratch *s)
{
    return of_text(memcpy(scratch_take(s, b->len), buf_text(b), b->len), (uint32_t)b->len);
}

/* The text form, in the scratch; whole numbers without a detour. */
static struct result text_of(const struct result *r, struct scratch *s)
{
    if (r->null || r->kind == EXPR_IS_STRING)
        return *r;
    if (r->kind == EXPR_IS_INT && is_short(r->u.i)) {
        char digits[24], *end = digits + sizeof digits;
        uint64_t u = r->u.i < 0 ? 0 - (uint64_t)r->u.i : (uint64_t)r->u.i;
        char *p = exact_digits_before(end, u, 1);
        if (r->u.i < 0)
            *--p = '-';
        return of_text(memcpy(scratch_take(s, (size_t)(end - p)), p, (size_t)(end - p)), (uint32_t)(end - p));
    }
    struct buf b = {0};
    struct value v = {0};
    if (r->kind == EXPR_IS_INT || r->exact) {
        exact_put(&b, r->u.i, r->exact ? r->scale : 0);
    } else {
        if (r->kind == EXPR_IS_DOUBLE)
            v.u.d = r->u.d;
        else
            v.u.i = (int64_t)r->u.i;
        value_put(&b, plain_type(r->kind), &v);
    }
    struct result text = written(&b, s);
    buf_release(&b);
    return text;
}

static struct result moment_text_of(const struct result *r, enum expr_kind k, struct scratch *s)
{
    struct type t = {.kind = k == EXPR_IS_DATE ? TYPE_DATE : TYPE_TIMESTAMP};
    struct value v;
    struct buf b = {0};
    convert(r, t, s, &v);
    if (v.null)
        return nothing;
    value_put(&b, t, &v);
    struct result text = written(&b, s);
    buf_release(&b);
    return text;
}

static struct result text_part(const struct expr *e, const struct context *c)
{
    bool moment = e->kind == EXPR_IS_DATE || e->kind == EXPR_IS_TIMESTAMP;
    struct result part = eval_exactly(e, c, moment);
    return moment ? moment_text_of(&part, e->kind, c->scratch) : text_of(&part, c->scratch);
}

static struct result eval_concat(const struct expr *e, const struct context *c)
{
    struct result whole = of_text("", 0);
    for (uint32_t k = 0; k < e->nargs; k++) {
        struct result part = text_part(e->args[k], c);
        if (part.null)
            return nothing;
        if (whole.u.s.n == 0) {
            whole = part;
            continue;
        }
        char *p = scratch_take(c->scratch, (size_t)whole.u.s.n + part.u.s.n);
        memcpy(p, whole.u.s.p, whole.u.s.n);
        if (part.u.s.n)
            memcpy(p + whole.u.s.n, part.u.s.p, part.u.s.n);
        whole = of_text(p, whole.u.s.n + part.u.s.n);
    }
    return whole;
}

/* ---- the rest ---- */

static struct result eval_pick(const struct expr *e, const struct context *c)
{
    struct result index = eval_exactly(e->args[0], c, true);
    if (index.null || index.u.i < 0 || index.u.i >= (wkl_i128)e->nargs - 1)
        return nothing;
    return eval(e->args[(uint32_t)index.u.i + 1], c);
}

static struct result eval_not(const struct expr *e, const struct context *c)
{
    struct result r = eval(e->args[0], c);
    return r.null ? nothing : of_bool(r.u.i == 0);
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
    case CLASS_DECIMAL:
        return c->exact ? of_exact((struct exact){v->u.dec, t.scale})
                        : of_double(value_decimal_to_double(t, v->u.dec));
    case CLASS_BYTES: break;
    }
    return of_text(v->u.s.p, v->u.s.n);
}

static struct result eval_constant(const struct expr *e, const struct context *c)
{
    switch (e->op) {
    case EXPR_INT: return of_int(e->i);
    case EXPR_DOUBLE:
        return c->exact && e->exact ? of_exact((struct exact){e->i, e->scale}) : of_double(e->d);
    case EXPR_STRING: return of_text(e->s ? e->s : "", e->n);
    case EXPR_BOOL: return of_bool(e->i != 0);
    default: return of_int((wkl_i128)c->row);
    }
}

static struct result eval(const struct expr *e, const struct context *c)
{
    static struct result (*const evaluators[])(const struct expr *, const struct context *) = {
        [EXPR_INT] = eval_constant,   [EXPR_DOUBLE] = eval_constant, [EXPR_STRING] = eval_constant,
        [EXPR_BOOL] = eval_constant,  [EXPR_ROW] = eval_constant,    [EXPR_COLUMN] = eval_column,
        [EXPR_ADD] = eval_arithmetic, [EXPR_SUB] = eval_arithmetic,  [EXPR_MUL] = eval_arithmetic,
        [EXPR_DIV] = eval_arithmetic, [EXPR_MOD] = eval_arithmetic,  [EXPR_NEG] = eval_negative,
        [EXPR_EQ] = eval_comparison,  [EXPR_NE] = eval_comparison,   [EXPR_LT] = eval_comparison,
        [EXPR_LE] = eval_comparison,  [EXPR_GT] = eval_comparison,   [EXPR_GE] = eval_comparison,
        [EXPR_AND] = eval_logic,      [EXPR_OR] = eval_logic,        [EXPR_NOT] = eval_not,
        [EXPR_CONCAT] = eval_concat,  [EXPR_PICK] = eval_pick,
    };
    return evaluators[e->op](e, c);
}

/* ---- to the column's type ---- */

static void parse(struct type t, const struct result *r, struct scratch *s, struct value *out)
{
    char *copy = memcpy(scratch_take(s, (size_t)r->u.s.n + 1), r->u.s.p, r->u.s.n);
    out->null = !value_parse(t, copy, r->u.s.n, out);
}

static wkl_i128 whole_of(struct type t, const struct result *r)         /* in the type's unit */
{
    wkl_i128 whole = r->u.i;
    if (r->exact || t.kind == TYPE_DECIMAL)
        exact_round(as_exact(r), t.kind == TYPE_DECIMAL ? t.scale : 0, &whole);
    bool held = t.kind == TYPE_INT ? whole == (int32_t)whole : t.kind == TYPE_BIGINT && is_short(whole);
    return held ? whole : value_cut(t, whole);
}

/* Written where it is wanted: a value that is put together elsewhere and then copied costs more than all the
 * rest. */
static void convert(const struct result *r, struct type t, struct scratch *s, struct value *out)
{
    enum value_class class = type_class(t);
    out->null = r->null;
    if (r->null)
        return;
    if (class == CLASS_BYTES) {
        struct result text = text_of(r, s);
        out->u.s.p = text.u.s.p;
        out->u.s.n = value_cut_text(t, text.u.s.p, text.u.s.n);
    } else if (r->kind == EXPR_IS_STRING) {
        parse(t, r, s, out);
    } else if (class == CLASS_DOUBLE) {
        out->u.d = value_cut_double(t, as_double(r));
    } else if (t.kind == TYPE_BOOL) {
        out->u.i = r->u.i != 0;
    } else if (class == CLASS_DECIMAL) {
        out->u.dec = is_double(r) ? value_decimal_from_double(t, r->u.d) : whole_of(t, r);
    } else {
        out->u.i = is_double(r) ? value_whole_from_double(t, r->u.d) : (int64_t)whole_of(t, r);
    }
}

/* Where a float or a double is asked for, doubles are what it is computed in; a text writes a fraction as a
 * double is written. */
static bool wants_exact(struct type t)
{
    return type_class(t) != CLASS_DOUBLE && type_class(t) != CLASS_BYTES;
}

void expr_make(const struct expr *e, struct type t, uint64_t row, struct scratch *s, struct value *out)
{
    struct context c = {row, NULL, NULL, s, wants_exact(t)};
    struct result r = eval(e, &c);
    convert(&r, t, s, out);
}

struct value expr_eval(const struct expr *e, struct type t, uint64_t row, struct scratch *s)
{
    struct value v;
    expr_make(e, t, row, s, &v);
    return v;
}

struct value expr_eval_on(const struct expr *e, struct type t, uint64_t row, const struct column *columns,
                          const struct value *values, struct scratch *s)
{
    struct context c = {row, columns, values, s, wants_exact(t)};
    struct result r = eval(e, &c);
    struct value v;
    convert(&r, t, s, &v);
    return v;
}

/* ---- as text ---- */

static void put_fraction(struct buf *b, const struct expr *e, bool exact)
{
    uint64_t bits;
    memcpy(&bits, &e->d, sizeof bits);
    buf_printf(b, "%.17g:%llx", e->d, (unsigned long long)bits);
    if (!exact || !e->exact)
        return;
    struct type t = {TYPE_DECIMAL, EXACT_DIGITS, e->scale};
    bool dyadic = ldexp(e->d, 20) == floor(ldexp(e->d, 20)),
         is_short = e->scale <= EXACT_DIGITS && e->i == (int64_t)e->i;
    if (dyadic && is_short && value_decimal_from_double(t, e->d) == e->i)
        return;                                       /* the double says it all */
    buf_putc(b, ':');
    exact_put(b, e->i, e->scale);
}

/* exact: what eval has in its context there. */
static void put(struct buf *b, const struct expr *e, bool exact)
{
    switch (e->op) {
    case EXPR_INT: exact_put(b, e->i, 0); return;
    case EXPR_DOUBLE: put_fraction(b, e, exact); return;
    case EXPR_STRING: buf_put_json(b, e->s ? e->s : "", e->n); return;
    case EXPR_BOOL: buf_puts(b, e->i ? "true" : "false"); return;
    case EXPR_ROW: buf_puts(b, "row"); return;
    case EXPR_COLUMN: buf_printf(b, "column %lld", (long long)e->i); return;
    default: break;
    }
    buf_printf(b, "(%s", op_names[e->op]);
    bool compares = e->op >= EXPR_EQ && e->op <= EXPR_GE;
    for (uint32_t k = 0; k < e->nargs; k++) {
        enum expr_kind kind = e->args[k]->kind;
        bool moment = kind == EXPR_IS_DATE || kind == EXPR_IS_TIMESTAMP;
        buf_putc(b, ' ');
        put(b, e->args[k],
            e->op == EXPR_CONCAT ? moment : exact || compares || (e->op == EXPR_PICK && k == 0));
    }
    buf_putc(b, ')');
}

void expr_put(struct buf *b, const struct expr *e, struct type t)
{
    put(b, e, wants_exact(t));
}

bool expr_names_columns(const struct expr *e)
{
    bool found = e->op == EXPR_COLUMN;
    for (uint32_t i = 0; i < e->nargs && !found; i++)
        found = expr_names_columns(e->args[i]);
    return found;
}
