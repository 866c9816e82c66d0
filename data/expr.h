/* expr.h - computed columns: a small tree over the row's ordinal, evaluated for each row.
 * Integers are 64 bit and wrap is an error of the compiler's range check; `/` and `%` between integers truncate
 * towards minus infinity (so that `row % n` is never negative); a division by zero gives NULL. */
#ifndef DATA_EXPR_H
#define DATA_EXPR_H

#include "data/data.h"

enum expr_op {
    EXPR_INT, EXPR_DOUBLE, EXPR_STRING, EXPR_BOOL,    /* constants */
    EXPR_ROW,                                         /* the row's number, from 0 */
    EXPR_COLUMN,                                      /* in where clauses only: i is the column's place in its table */
    EXPR_ADD, EXPR_SUB, EXPR_MUL, EXPR_DIV, EXPR_MOD, EXPR_NEG,
    EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE, EXPR_AND, EXPR_OR, EXPR_NOT,
    EXPR_CONCAT,                                      /* args: any number, each in its text form */
    EXPR_PICK,                                        /* args[0]: index; args[1 …]: the list */
};

enum expr_kind { EXPR_IS_INT, EXPR_IS_DOUBLE, EXPR_IS_STRING, EXPR_IS_BOOL };

struct expr {
    enum expr_op op;
    enum expr_kind kind;                              /* of the result */
    int64_t i;
    double d;
    const char *s;
    uint32_t n;                                       /* bytes of s */
    const struct expr *const *args;
    uint32_t nargs;
};

/* The value of an expression for one row, converted to the column's type. */
struct value expr_eval(const struct expr *, struct type, uint64_t row, struct scratch *);

#endif
