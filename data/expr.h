/* expr.h - computed columns: a small tree over the row's ordinal, evaluated for each row. Whole numbers have
 * 38 digits on the way, and what is larger is cut to the largest; `/` and `%` between them round towards
 * minus infinity (so that `row % n` is never negative); a division by zero gives NULL. Fractions are decimals
 * of 38 digits (base/exact.h) wherever a whole number, a decimal, a moment or a comparison comes of them, and
 * doubles where a float, a double or a text does; a double that would be infinite is the largest. NULL in an
 * operand gives NULL; `and`, `or` and `not` know three values, as in SQL; pick with an index outside its list
 * is NULL. Results are converted to the column's type: numbers to a whole type are rounded to the nearest; to
 * a decimal likewise at its scale; anything to a text type in its text form; a text to another type is read
 * as value_parse does, NULL where it is none. What the type cannot hold is cut to its range, a text to its
 * length (value_cut and its kin). */
#ifndef DATA_EXPR_H
#define DATA_EXPR_H

#include "data/schema.h"
#include "data/scratch.h"

enum expr_op {
    EXPR_INT, EXPR_DOUBLE, EXPR_STRING, EXPR_BOOL,    /* constants */
    EXPR_ROW,                                         /* the row's number, from 0 */
    EXPR_COLUMN,                                      /* in where clauses only: i is the column's place in its
                                                         table */
    EXPR_ADD, EXPR_SUB, EXPR_MUL, EXPR_DIV, EXPR_MOD, EXPR_NEG,
    EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE, EXPR_AND, EXPR_OR, EXPR_NOT,
    EXPR_CONCAT,                                      /* args: any number, each in its text form */
    EXPR_PICK,                                        /* args[0]: index; args[1 …]: the list */
};

/* The last three are for the compiler (compiler/moments.c) and for texts: a value of theirs is a whole
 * number, or a double on its way, of days since 1970 (dates) or of microseconds. */
enum expr_kind { EXPR_IS_INT, EXPR_IS_DOUBLE, EXPR_IS_STRING, EXPR_IS_BOOL, EXPR_IS_DATE, EXPR_IS_TIMESTAMP,
                EXPR_IS_DURATION };

struct expr {
    enum expr_op op : 8;
    enum expr_kind kind : 8;                          /* of the result */
    bool exact : 1;                                   /* an EXPR_DOUBLE is i * 10^-scale, as it was written;
                                                         else it is d alone */
    uint32_t nargs;
    const struct expr *const *args;
    wkl_i128 i;                                       /* also the digits of an EXPR_DOUBLE that is exact */
    union { uint32_t scale, n; };                     /* n: bytes of s */
    double d;
    const char *s;
};

/* The value of an expression for one row, converted to the column's type. */
struct value expr_eval(const struct expr *, struct type, uint64_t row, struct scratch *);
void expr_make(const struct expr *, struct type, uint64_t row, struct scratch *, struct value *out);     /* into its place, for rows in bulk */
/* The same where the expression names columns (EXPR_COLUMN, where clauses): their types and the row's
 * values. */
struct value expr_eval_on(const struct expr *, struct type, uint64_t row, const struct column *,
                          const struct value *, struct scratch *);
/* Between which numbers the values for rows 0 … rows - 1 lie, as the type holds them; false where that is not
 * known: not of whole numbers, or of columns. */
struct expr_ends { wkl_i128 lo, hi; };
bool expr_bounds(const struct expr *, struct type, uint64_t rows, struct expr_ends *);
/* Whether it names columns (EXPR_COLUMN). */
bool expr_names_columns(const struct expr *);
/* Unambiguous text, for the digest of a column of this type: "(concat 'user' row)". */
void expr_put(struct buf *, const struct expr *, struct type);

#endif
