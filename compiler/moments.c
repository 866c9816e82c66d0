/* moments.c - dates, timestamps and durations in computed values. Beside whole numbers they are numbers too,
 * dates of days, the others of microseconds: here it is settled which operations there are, and both sides
 * are brought to one measure. data/ only sees whole numbers. */
#include "config.h"

#include "compiler/elab.h"

enum { INT = EXPR_IS_INT, DOUBLE = EXPR_IS_DOUBLE, DATE = EXPR_IS_DATE, STAMP = EXPR_IS_TIMESTAMP,
      SPAN = EXPR_IS_DURATION };

/* left and right: is a date that must become a timestamp first. */
static const struct { enum expr_op op; int a, b, kind; bool left, right; } rules[] = {
    {EXPR_ADD, DATE, INT, DATE, false, false},    {EXPR_ADD, INT, DATE, DATE, false, false},
    {EXPR_ADD, DATE, SPAN, STAMP, true, false},   {EXPR_ADD, SPAN, DATE, STAMP, false, true},
    {EXPR_ADD, STAMP, SPAN, STAMP, false, false}, {EXPR_ADD, SPAN, STAMP, STAMP, false, false},
    {EXPR_ADD, SPAN, SPAN, SPAN, false, false},   {EXPR_SUB, DATE, INT, DATE, false, false},
    {EXPR_SUB, DATE, SPAN, STAMP, true, false},   {EXPR_SUB, STAMP, SPAN, STAMP, false, false},
    {EXPR_SUB, DATE, DATE, SPAN, true, true},     {EXPR_SUB, STAMP, STAMP, SPAN, false, false},
    {EXPR_SUB, STAMP, DATE, SPAN, false, true},   {EXPR_SUB, DATE, STAMP, SPAN, true, false},
    {EXPR_SUB, SPAN, SPAN, SPAN, false, false},   {EXPR_MUL, SPAN, INT, SPAN, false, false},
    {EXPR_MUL, INT, SPAN, SPAN, false, false},    {EXPR_MUL, SPAN, DOUBLE, SPAN, false, false},
    {EXPR_MUL, DOUBLE, SPAN, SPAN, false, false}, {EXPR_DIV, SPAN, INT, SPAN, false, false},
    {EXPR_DIV, SPAN, DOUBLE, SPAN, false, false}, {EXPR_DIV, SPAN, SPAN, INT, false, false},
    {EXPR_MOD, SPAN, SPAN, SPAN, false, false},
};

static bool is_moment(enum expr_kind k)
{
    return k == EXPR_IS_DATE || k == EXPR_IS_TIMESTAMP || k == EXPR_IS_DURATION;
}

static const struct expr *two(struct elab *e, enum expr_op op, enum expr_kind kind, const struct expr *a,
                              int64_t by)
{
    struct expr *x = arena_new(e->arena, struct expr), *number = arena_new(e->arena, struct expr);
    const struct expr **args = arena_array(e->arena, const struct expr *, 2);
    *number = (struct expr){.op = EXPR_INT, .kind = EXPR_IS_INT, .i = by};
    args[0] = a;
    args[1] = number;
    *x = (struct expr){.op = op, .kind = kind, .args = args, .nargs = 2};
    return x;
}

static const struct expr *as_stamp(struct elab *e, const struct expr *date)
{
    return two(e, EXPR_MUL, EXPR_IS_TIMESTAMP, date, DAY_US);
}

static void bring(struct elab *e, struct expr *x, bool left, bool right)
{
    const struct expr **args = arena_array(e->arena, const struct expr *, 2);
    args[0] = left ? as_stamp(e, x->args[0]) : x->args[0];
    args[1] = right ? as_stamp(e, x->args[1]) : x->args[1];
    x->args = args;
}

static bool compare(struct elab *e, struct expr *x)
{
    enum expr_kind a = x->args[0]->kind, b = x->args[1]->kind;
    bool mixed = (a == EXPR_IS_DATE && b == EXPR_IS_TIMESTAMP) ||
                 (a == EXPR_IS_TIMESTAMP && b == EXPR_IS_DATE);
    x->kind = EXPR_IS_BOOL;
    if (mixed)
        bring(e, x, a == EXPR_IS_DATE, b == EXPR_IS_DATE);
    return mixed || a == b;
}

enum moments elab_moments(struct elab *e, struct expr *x)
{
    enum expr_kind a = x->args[0]->kind, b = x->nargs > 1 ? x->args[1]->kind : a;
    if (!is_moment(a) && !is_moment(b))
        return MOMENTS_NONE;
    if (x->op == EXPR_NEG) {
        x->kind = EXPR_IS_DURATION;
        return a == EXPR_IS_DURATION ? MOMENTS_FINE : MOMENTS_WRONG;
    }
    if (x->op >= EXPR_EQ && x->op <= EXPR_GE)
        return compare(e, x) ? MOMENTS_FINE : MOMENTS_WRONG;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].op == x->op && rules[i].a == (int)a && rules[i].b == (int)b) {
            x->kind = (enum expr_kind)rules[i].kind;
            if (rules[i].left || rules[i].right)
                bring(e, x, rules[i].left, rules[i].right);
            return MOMENTS_FINE;
        }
    return MOMENTS_WRONG;
}

const struct expr *elab_moment_as(struct elab *e, const struct expr *x, struct type t)
{
    if (x->kind == EXPR_IS_DATE && t.kind == TYPE_TIMESTAMP)
        return as_stamp(e, x);
    if (x->kind == EXPR_IS_TIMESTAMP && t.kind == TYPE_DATE) {  /* first to its midnight: a double would be
                                                                   rounded to the nearest day */
        struct expr *midnight = arena_new(e->arena, struct expr);
        const struct expr **args = arena_array(e->arena, const struct expr *, 2);
        args[0] = x;
        args[1] = two(e, EXPR_MOD, EXPR_IS_DURATION, x, DAY_US);
        *midnight = (struct expr){.op = EXPR_SUB, .kind = EXPR_IS_TIMESTAMP, .args = args, .nargs = 2};
        return two(e, EXPR_DIV, EXPR_IS_DATE, midnight, DAY_US);
    }
    if (is_moment(x->kind) && type_class(t) == CLASS_BYTES) {   /* in its text form, not that of its number */
        struct expr *text = arena_new(e->arena, struct expr);
        const struct expr **args = arena_array(e->arena, const struct expr *, 1);
        args[0] = x;
        *text = (struct expr){.op = EXPR_CONCAT, .kind = EXPR_IS_STRING, .args = args, .nargs = 1};
        return text;
    }
    return x;
}
