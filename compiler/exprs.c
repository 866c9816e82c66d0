/* exprs.c - computed values: what does not depend on the row is folded, the rest becomes a small typed
 * tree. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "compiler/elab.h"

struct maker {
    struct elab *e;
    const struct scope *scope;
    const struct table *table;                        /* whose columns may be named; NULL: none */
    bool row;
};

static const struct expr *make(struct maker *, const struct node *);

static int64_t column_named(const struct maker *m, const char *name)
{
    for (uint32_t i = 0; m->table && i < m->table->ncolumns; i++)
        if (!strcmp(m->table->columns[i].name, name))
            return i;
    return -1;
}

/* Whether a value differs from row to row. */
static bool varies(const struct maker *m, const struct node *n)
{
    if (!n)
        return false;
    if (n->kind == N_NAME && ((m->row && !strcmp(n->text, "row")) || column_named(m, n->text) >= 0))
        return true;
    for (size_t i = 0; i < n->kids.count; i++)
        if (varies(m, n->kids.items[i]))
            return true;
    return false;
}

static struct expr *new_expr(struct maker *m, enum expr_op op, enum expr_kind kind)
{
    struct expr *x = arena_new(m->e->arena, struct expr);
    x->op = op;
    x->kind = kind;
    return x;
}

static const struct expr *of_quantity(struct maker *m, const struct quantity *q)
{
    bool duration = q->unit == UNIT_DURATION,
         whole = duration || (!q->percent && !q->fraction && quantity_is_whole(q));
    struct expr *x = new_expr(m, whole ? EXPR_INT : EXPR_DOUBLE,
                              duration ? EXPR_IS_DURATION : whole ? EXPR_IS_INT : EXPR_IS_DOUBLE);
    x->d = q->value;
    x->exact = q->known;
    x->i = q->exact.digits;
    x->scale = q->exact.scale;
    if (whole && q->known)
        exact_round(q->exact, duration ? 6 : 0, &x->i);
    else if (whole)
        x->i = value_decimal_from_double((struct type){TYPE_DECIMAL, EXACT_DIGITS, duration ? 6 : 0},
                                         q->value);
    return x;
}

static const struct expr *of_constant(struct maker *m, const struct node *n)
{
    struct constant c = const_eval(m->e, n, m->scope);
    struct expr *x;
    switch (c.kind) {
    case CONST_NONE:
        return NULL;
    case CONST_DATE: case CONST_TIMESTAMP:
        x = new_expr(m, EXPR_INT, c.kind == CONST_DATE ? EXPR_IS_DATE : EXPR_IS_TIMESTAMP);
        x->i = c.q.exact.digits;
        return x;
    case CONST_NUMBER:
        return of_quantity(m, &c.q);
    case CONST_BOOL:
        x = new_expr(m, EXPR_BOOL, EXPR_IS_BOOL);
        x->i = c.q.value != 0;
        return x;
    case CONST_STRING:
        x = new_expr(m, EXPR_STRING, EXPR_IS_STRING);
        x->s = c.s;
        x->n = c.n;
        return x;
    case CONST_NAME:
        elab_fault(m->e, n->span, "E0306", "put it in quotes where its name is meant", "'%s' is not a value",
                   c.s);
        return NULL;                                  /* an index's entity or label: names that stand for
                                                         nothing are reported before */
    case CONST_LIST:
        elab_fault(m->e, n->span, "E0306", "pick one: [\"a\", \"b\"][row % 2]", "a list is not a value");
        return NULL;
    }
    return NULL;
}

static const struct expr *of_name(struct maker *m, const struct node *n)
{
    static const enum expr_kind kinds[] = {[CLASS_INT] = EXPR_IS_INT,
                                           [CLASS_DOUBLE] = EXPR_IS_DOUBLE,
                                           [CLASS_DECIMAL] = EXPR_IS_DOUBLE,
                                           [CLASS_BYTES] = EXPR_IS_STRING};
    int64_t at = column_named(m, n->text);
    if (at < 0)
        return new_expr(m, EXPR_ROW, EXPR_IS_INT);
    struct type t = m->table->columns[at].type;
    struct expr *x = new_expr(m, EXPR_COLUMN, t.kind == TYPE_BOOL        ? EXPR_IS_BOOL
                                              : t.kind == TYPE_DATE      ? EXPR_IS_DATE
                                              : t.kind == TYPE_TIMESTAMP ? EXPR_IS_TIMESTAMP
                                                                         : kinds[type_class(t)]);
    x->i = at;
    return x;
}

static bool make_args(struct maker *m, const struct node *n, struct expr *x)
{
    const struct expr **args = arena_array(m->e->arena, const struct expr *, n->kids.count);
    for (size_t i = 0; i < n->kids.count; i++) {
        const struct node *kid = n->kids.items[i];
        if (kid && kid->kind == N_TEXT) {
            struct expr *text = new_expr(m, EXPR_STRING, EXPR_IS_STRING);
            text->s = kid->text;
            text->n = kid->ntext;
            args[i] = text;
        } else if (!(args[i] = make(m, kid))) {
            return false;
        }
    }
    x->args = args;
    x->nargs = (uint32_t)n->kids.count;
    return true;
}

static const struct expr *of_string(struct maker *m, const struct node *n)
{
    struct expr *x = new_expr(m, EXPR_CONCAT, EXPR_IS_STRING);
    return make_args(m, n, x) ? x : NULL;
}

/* [a, b, c][i]: the items are of one kind. */
static const struct expr *of_item(struct maker *m, const struct node *n)
{
    const struct node *list = node_kid(n, 0), *at = node_kid(n, 1);
    if (list->kind != N_LIST || !list->kids.count) {
        elab_fault(m->e, list->span, "E0306", "such as [\"a\", \"b\"][row % 2]",
                   "only a list in brackets can be picked from by row");
        return NULL;
    }
    struct expr *x = new_expr(m, EXPR_PICK, EXPR_IS_INT);
    const struct expr **args = arena_array(m->e->arena, const struct expr *, list->kids.count + 1);
    if (!(args[0] = make(m, at)))
        return NULL;
    for (size_t i = 0; i < list->kids.count; i++) {
        if (!(args[i + 1] = make(m, list->kids.items[i])))
            return NULL;
        if (i && args[i + 1]->kind != args[1]->kind) {
            elab_fault(m->e, list->kids.items[i]->span, "E0307", NULL,
                       "the items of the list are of different kinds");
            return NULL;
        }
    }
    if (args[0]->kind != EXPR_IS_INT) {
        elab_fault(m->e, at->span, "E0307", NULL, "the place in a list is a whole number");
        return NULL;
    }
    x->args = args;
    x->nargs = (uint32_t)list->kids.count + 1;
    x->kind = args[1]->kind;
    return x;
}

static const struct { const char *text; enum expr_op op;
} operators[] = {
    {"+", EXPR_ADD}, {"-", EXPR_SUB},   {"*", EXPR_MUL}, {"/", EXPR_DIV}, {"%", EXPR_MOD},
    {"==", EXPR_EQ}, {"!=", EXPR_NE},   {"<", EXPR_LT},  {"<=", EXPR_LE}, {">", EXPR_GT},
    {">=", EXPR_GE}, {"and", EXPR_AND}, {"or", EXPR_OR},
};

static enum expr_op operator_of(const char *text)
{
    size_t i = 0;
    while (strcmp(operators[i].text, text))
        i++;
    return operators[i].op;
}

static const char *expr_kind_name(enum expr_kind k)
{
    static const char *const names[] = {"a whole number", "a number",    "a string",  "true or false",
                                        "a date",         "a timestamp", "a duration"};
    return names[k];
}

static const struct expr *of_operator(struct maker *m, const struct node *n)
{
    bool unary = n->kind == N_UNARY;
    struct expr *x = new_expr(m, unary ? (n->text[0] == '-' ? EXPR_NEG : EXPR_NOT) : operator_of(n->text),
                              EXPR_IS_INT);
    if (!make_args(m, n, x))
        return NULL;
    enum expr_kind a = x->args[0]->kind, b = unary ? a : x->args[1]->kind;
    enum moments moments = elab_moments(m->e, x);
    if (moments == MOMENTS_FINE)
        return x;
    bool numbers = a <= EXPR_IS_DOUBLE && b <= EXPR_IS_DOUBLE, bools = a == EXPR_IS_BOOL && b == EXPR_IS_BOOL;
    bool ok;
    if (x->op >= EXPR_ADD && x->op <= EXPR_NEG) {
        ok = numbers;
        x->kind = a == EXPR_IS_DOUBLE || b == EXPR_IS_DOUBLE ? EXPR_IS_DOUBLE : EXPR_IS_INT;
    } else if (x->op >= EXPR_EQ && x->op <= EXPR_GE) {
        ok = numbers || a == b;
        x->kind = EXPR_IS_BOOL;
    } else {
        ok = bools;
        x->kind = EXPR_IS_BOOL;
    }
    if (ok)
        return x;
    bool texts = x->op == EXPR_ADD && (a == EXPR_IS_STRING || b == EXPR_IS_STRING);
    const char *hint = texts     ? "values go in braces inside a string: \"user{row}\""
                       : moments ? "such as 2026-01-01 + row * 1h"
                                 : NULL;
    elab_fault(m->e, n->span, "E0307", hint,
               "'%s' between %s and %s", n->text, expr_kind_name(a), expr_kind_name(b));
    return NULL;
}

static const struct expr *make(struct maker *m, const struct node *n)
{
    if (!n)
        return NULL;
    if (!varies(m, n))
        return of_constant(m, n);
    switch (n->kind) {
    case N_NAME: return of_name(m, n);
    case N_STRING: return of_string(m, n);
    case N_ITEM: return of_item(m, n);
    case N_BINARY: case N_UNARY: return of_operator(m, n);
    default:
        elab_fault(m->e, n->span, "E0306", NULL, "this is not a value");
        return NULL;
    }
}

/* The first name in an expression that stands for nothing. */
static const struct node *unknown_name(const struct maker *m, const struct node *n)
{
    if (!n)
        return NULL;
    if (n->kind == N_NAME) {
        for (const struct scope *s = m->scope; s; s = s->outer)
            if (!strcmp(s->name, n->text))
                return NULL;
        bool known = varies(m, n) || map_find(&m->e->params, n->text) || !strcmp(n->text, "true") ||
                     !strcmp(n->text, "false");
        return known ? NULL : n;
    }
    const struct node *found = NULL;
    for (size_t i = 0; !found && i < n->kids.count; i++)
        found = unknown_name(m, n->kids.items[i]);
    return found;
}

static void tell_unknown(const struct maker *m, const struct node *n)
{
    struct nearest near = {0};
    for (uint32_t i = 0; m->table && i < m->table->ncolumns; i++)
        nearest_try(&near, n->text, m->table->columns[i].name);
    if (m->row)
        nearest_try(&near, n->text, "row");
    const char *hint = near.name ? arena_printf(m->e->arena, "did you mean '%s'?", near.name)
                                 : elab_nearest(m->e, &m->e->params, n->text);
    elab_unknown(m->e, n->span, n->text, "E0205",
                 hint       ? hint
                 : m->table ? "columns and params may be named here"
                            : "`row` and params may be named here, other columns not",
                 "unknown name '%s'", n->text);
}

const struct expr *elab_expr(struct elab *e, const struct node *n, const struct scope *scope,
                             const struct table *table, bool row)
{
    struct maker m = {e, scope, table, row};
    const struct node *unknown = unknown_name(&m, n);
    if (unknown)
        tell_unknown(&m, unknown);
    return unknown ? NULL : make(&m, n);
}

static bool fits(const struct expr *x, struct type t)
{
    if (type_class(t) == CLASS_BYTES)
        return t.kind != TYPE_UUID && t.kind != TYPE_BYTES && x->kind != EXPR_IS_DURATION;
    if (t.kind == TYPE_DATE || t.kind == TYPE_TIMESTAMP)
        return x->kind == EXPR_IS_DATE || x->kind == EXPR_IS_TIMESTAMP;
    if (t.kind == TYPE_BOOL)
        return x->kind == EXPR_IS_BOOL;
    return x->kind == EXPR_IS_INT || (x->kind == EXPR_IS_DOUBLE && type_class(t) != CLASS_INT);
}

const char *elab_range_text(struct elab *e, struct type t)
{
    struct type_range r = type_range(t);
    bool real = type_class(t) == CLASS_DOUBLE, decimal = type_class(t) == CLASS_DECIMAL;
    struct value lo = {.u.i = (int64_t)r.least}, hi = {.u.i = (int64_t)r.most};
    struct buf b = {0};
    if (type_class(t) == CLASS_BYTES)
        return NULL;
    if (decimal) {
        lo.u.dec = r.least;
        hi.u.dec = r.most;
    } else if (real) {
        lo.u.d = value_cut_double(t, -INFINITY);
        hi.u.d = -lo.u.d;
    }
    buf_puts(&b, "it holds ");
    value_put(&b, t, &lo);
    buf_puts(&b, "..");
    value_put(&b, t, &hi);
    const char *text = arena_strdup(e->arena, buf_text(&b));
    buf_release(&b);
    return text;
}

static bool is_constant(const struct expr *x)
{
    return x->op <= EXPR_BOOL;
}

/* A fraction of which only a double is known, where more is needed. */
static bool has_long_number(const struct expr *x)
{
    bool found = x->op == EXPR_DOUBLE && !x->exact;
    for (uint32_t i = 0; i < x->nargs && !found; i++)
        found = has_long_number(x->args[i]);
    return found;
}

/* Whether the type holds the constant as it is. */
static bool holds_number(const struct expr *x, struct type t)
{
    wkl_i128 units;
    if (type_class(t) == CLASS_DOUBLE)
        return fabs(x->op == EXPR_INT ? (double)x->i : x->d) <= value_cut_double(t, INFINITY);
    exact_round((struct exact){x->i, x->op == EXPR_DOUBLE ? x->scale : 0},
                t.kind == TYPE_DECIMAL ? t.scale : 0, &units);
    return value_cut(t, units) == units;
}

/* A text as it comes out for the first rows: JSON is looked at, and of a constant the length. */
static bool holds_text(const struct expr *x, struct type t)
{
    struct scratch s = {0};
    struct type any = {.kind = TYPE_STRING};
    bool ok = true;
    for (uint64_t row = 0; row < 2 && ok; row++) {
        struct value v = expr_eval(x, any, row, &s);
        if (!v.null && t.kind == TYPE_JSON)
            ok = value_fits(t, &v);
        else if (!v.null && is_constant(x))
            ok = value_cut_text(t, v.u.s.p, v.u.s.n) == v.u.s.n;
    }
    scratch_release(&s);
    return ok;
}

/* Whether all of a value's digits, or characters, are known; what is computed from `row` may be cut, a
 * constant may not. */
static bool check_range(struct elab *e, struct span span, const struct expr *x, struct type t)
{
    bool text = type_class(t) == CLASS_BYTES, json = t.kind == TYPE_JSON;
    bool too_long = !text && type_class(t) != CLASS_DOUBLE && t.kind != TYPE_BOOL && has_long_number(x);
    if (!too_long && (text ? holds_text(x, t) : !is_constant(x) || t.kind == TYPE_BOOL || holds_number(x, t)))
        return true;
    struct buf b = {0};
    type_put(&b, t);
    if (too_long)
        elab_fault(e, span, "E0404", "a decimal has 38 digits at most",
                   "a number here has more than 38 digits, and %s would lose some", buf_text(&b));
    else if (json)
        elab_fault(e, span, "E0404", "such as \"\\{\\\"number\\\": {row}\\}\"", "the text is not %s",
                   buf_text(&b));
    else
        elab_fault(e, span, "E0404", text ? "a shorter text, or a longer type" : elab_range_text(e, t),
                   "the value does not fit %s", buf_text(&b));
    buf_release(&b);
    return false;
}

/* 3.0 as a value of an int: a fraction that is whole, and known to be. */
static const struct expr *whole_constant(struct elab *e, const struct expr *x, struct type t)
{
    if (x->op != EXPR_DOUBLE || !x->exact || type_class(t) != CLASS_INT ||
        !exact_is_whole((struct exact){x->i, x->scale}))
        return x;
    struct expr *whole = arena_new(e->arena, struct expr);
    *whole = *x;
    whole->op = EXPR_INT;
    whole->kind = EXPR_IS_INT;
    exact_round((struct exact){x->i, x->scale}, 0, &whole->i);
    return whole;
}

bool elab_expr_fits(struct elab *e, struct span span, const struct expr **value, struct type t)
{
    const struct expr *x = whole_constant(e, *value, t);
    if (fits(x, t)) {
        *value = elab_moment_as(e, x, t);
        return check_range(e, span, x, t);
    }
    bool moment = t.kind == TYPE_DATE || t.kind == TYPE_TIMESTAMP,
         long_number = x->op == EXPR_DOUBLE && !x->exact;
    struct buf b = {0};
    type_put(&b, t);
    const char *what = x->kind == EXPR_IS_DOUBLE ? "a fraction" : expr_kind_name(x->kind);
    const char *hint = moment && x->kind == EXPR_IS_INT ? "such as 2026-01-01 + row * 1h"
                       : x->kind == EXPR_IS_DURATION    ? "how many hours it is: row * 90m / 1h"
                       : long_number                    ? elab_range_text(e, t)
                       : x->kind == EXPR_IS_DOUBLE
                           ? "a decimal or a double holds fractions; `/` between whole numbers rounds down"
                           : NULL;
    if (long_number && x->kind == EXPR_IS_DOUBLE)
        elab_fault(e, span, "E0404", hint, "the value does not fit %s", buf_text(&b));
    else
        elab_fault(e, span, "E0307", hint, "%s cannot be a value of %s", what, buf_text(&b));
    buf_release(&b);
    return false;
}
