/* exprs.c - computed values: what does not depend on the row is folded, the rest becomes a small typed tree. */
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

static const struct expr *of_constant(struct maker *m, const struct node *n)
{
    struct constant c = const_eval(m->e, n, m->scope);
    struct expr *x;
    switch (c.kind) {
    case CONST_NONE:
        return NULL;
    case CONST_DATE: case CONST_TIMESTAMP:
        x = new_expr(m, EXPR_INT, c.kind == CONST_DATE ? EXPR_IS_DATE : EXPR_IS_TIMESTAMP);
        x->i = (int64_t)c.q.value;
        return x;
    case CONST_NUMBER: {
        if (c.q.unit == UNIT_DURATION) {
            x = new_expr(m, EXPR_INT, EXPR_IS_DURATION);
            x->i = (int64_t)nearbyint(fmin(fmax(c.q.value * 1e6, -9e18), 9e18));
            return x;
        }
        bool whole = c.q.integer && !c.q.percent;
        x = new_expr(m, whole ? EXPR_INT : EXPR_DOUBLE, whole ? EXPR_IS_INT : EXPR_IS_DOUBLE);
        x->i = whole ? (int64_t)c.q.value : 0;
        x->d = c.q.value;
        return x;
    }
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
        elab_fault(m->e, n->span, "E0306", "put it in quotes where its name is meant", "'%s' is no value", c.s);
        return NULL;                                  /* an index's entity or label: names that stand for nothing are told before */
    case CONST_LIST:
        elab_fault(m->e, n->span, "E0306", "pick one: [\"a\", \"b\"][row % 2]", "a list is no value");
        return NULL;
    }
    return NULL;
}

static const struct expr *of_name(struct maker *m, const struct node *n)
{
    static const enum expr_kind kinds[] = {[CLASS_INT] = EXPR_IS_INT, [CLASS_DOUBLE] = EXPR_IS_DOUBLE, [CLASS_DECIMAL] = EXPR_IS_DOUBLE,
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
        elab_fault(m->e, list->span, "E0306", "such as [\"a\", \"b\"][row % 2]", "only a list in brackets can be picked from by row");
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
            elab_fault(m->e, list->kids.items[i]->span, "E0307", NULL, "the items of the list are of different kinds");
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

static const struct { const char *text; enum expr_op op; } operators[] = {
    {"+", EXPR_ADD}, {"-", EXPR_SUB}, {"*", EXPR_MUL}, {"/", EXPR_DIV}, {"%", EXPR_MOD}, {"==", EXPR_EQ}, {"!=", EXPR_NE}, {"<", EXPR_LT},
    {"<=", EXPR_LE}, {">", EXPR_GT}, {">=", EXPR_GE}, {"and", EXPR_AND}, {"or", EXPR_OR},
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
    static const char *const names[] = {"a whole number", "a number", "a string", "true or false", "a date", "a timestamp", "a duration"};
    return names[k];
}

static const struct expr *of_operator(struct maker *m, const struct node *n)
{
    bool unary = n->kind == N_UNARY;
    struct expr *x = new_expr(m, unary ? (n->text[0] == '-' ? EXPR_NEG : EXPR_NOT) : operator_of(n->text), EXPR_IS_INT);
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
    const char *hint = texts ? "values stand within a text: \"user{row}\"" : moments ? "such as 2026-01-01 + row * 1h" : NULL;
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
        elab_fault(m->e, n->span, "E0306", NULL, "this is no value");
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
        bool known = varies(m, n) || map_find(&m->e->params, n->text) || !strcmp(n->text, "true") || !strcmp(n->text, "false");
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
    const char *hint = near.name ? arena_printf(m->e->arena, "did you mean '%s'?", near.name) : elab_nearest(m->e, &m->e->params, n->text);
    elab_unknown(m->e, n->span, n->text, "E0205", hint ? hint : m->table ? "columns and params may be named here" : "`row` and params may be named here",
               "unknown name '%s'", n->text);
}

const struct expr *elab_expr(struct elab *e, const struct node *n, const struct scope *scope, const struct table *table, bool row)
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

bool elab_expr_fits(struct elab *e, struct span span, const struct expr **value, struct type t)
{
    const struct expr *x = *value;
    if (fits(x, t)) {
        *value = elab_moment_as(e, x, t);
        return true;
    }
    bool moment = t.kind == TYPE_DATE || t.kind == TYPE_TIMESTAMP;
    struct buf b = {0};
    type_put(&b, t);
    const char *hint = moment && x->kind == EXPR_IS_INT ? "such as 2026-01-01 + row * 1h"
                       : x->kind == EXPR_IS_DURATION    ? "how many hours it is: row * 90m / 1h"
                                                        : NULL;
    elab_fault(e, span, "E0307", hint, "%s cannot be a value of %s", expr_kind_name(x->kind), buf_text(&b));
    buf_release(&b);
    return false;
}
