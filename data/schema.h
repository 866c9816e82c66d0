/* schema.h - the data of a workload, settled: key spaces, tables, columns, and how each value comes about.
 * Everything here is a pure function of (seed, table, row): nothing is ever stored, any value can be made
 * again.
 *
 * Ordinals and rows. A key space has keys 0 … count-1 (ordinals). Table t has `rows` of them: a seeded
 * permutation P_t of 0 … count-1 gives every ordinal a row number, and ordinal k is in t exactly if P_t(k) <
 * rows.
 *
 *   ordinal k --gen--> key value "9f3a…"            the same in every table of the key space
 *   ordinal k --P_t--> row r   < rows: present      r counts the rows of t from 0, in loading order
 *
 * All structs live in the compilation's arena and never change after it. */
#ifndef DATA_SCHEMA_H
#define DATA_SCHEMA_H

#include <stdbool.h>
#include <stdint.h>

#include "data/value.h"
#include "data/zipf.h"

enum gen_kind {
    GEN_UNIFORM, GEN_NORMAL, GEN_EXPONENTIAL, GEN_ZIPF, GEN_PARETO, GEN_CHOICE, GEN_TEXT, GEN_WORDS, GEN_HEX,
    GEN_UUID, GEN_SEQUENCE, GEN_COUNT
};

struct choice {
    struct value value;
    double share;                                     /* of 1; all of a generator's sum to 1 */
};

struct wide_range { wkl_i128 lo, hi; };

/* How a value is drawn. Bounds (lo, hi) are in the column's own unit: days for date, microseconds for
 * timestamp, unscaled units for decimal (10^-scale), the number itself otherwise. The means and deviations
 * (p1, p2) of normal and exponential are plain numbers: 12.5 is 12.5 for a decimal too; days for date,
 * microseconds for timestamp. */
struct gen {
    enum gen_kind kind;
    double p1, p2;                                    /* normal: mean, sd · exponential: mean · zipf: theta ·
                                                         pareto: shape */
    int64_t lo, hi;                                   /* uniform, zipf, pareto: both included · text, words:
                                                         length (characters, words) */
    double dlo, dhi;                                  /* uniform over float or double */
    const struct wide_range *wide;                    /* decimals whose bounds 64 bits do not hold: they are
                                                         these, lo and hi are 0 */
    const struct choice *choices;
    uint32_t nchoices;
    struct zipf zipf;                                 /* gen_prepare's; n = 0: made for each draw, with the
                                                         same result */
};

struct expr;                                          /* data/expr.h: a computed value */

enum column_source { COLUMN_KEY, COLUMN_RANDOM, COLUMN_COMPUTED };

struct column {
    const char *name;
    struct type type;
    enum column_source source;
    struct gen gen;                                   /* COLUMN_RANDOM, and a key space's key */
    const struct expr *expr;                          /* COLUMN_COMPUTED */
    double null_share;                                /* of 1 */
};

/* ---- what statements write ---- */

/* A column and what it becomes. */
struct column_set {
    uint32_t column;
    const struct expr *expr;                          /* of constants and `row`; NULL: gen */
    struct gen gen;
    double null_share;                                /* of 1 */
    bool counts;                                      /* `a = a + 1`: expr, a constant, is added to what the
                                                         row has */
};

/* What one statement of the workload writes into a table's row. */
struct table_write {
    uint32_t statement;                               /* of all that write, from 1, as in versions
                                                         (data/version.h) */
    const struct column_set *sets;                    /* none: it deletes the row */
    uint32_t nsets;
    bool whole;                                       /* it writes the whole row, also where there is none */
};

/* Columns that are always written together; see data/written.h. */
struct column_group {
    uint32_t version;                                 /* the column that holds it */
    const uint32_t *columns;
    uint32_t ncolumns;
    bool counts;                                      /* one column that statements add to: it is its own
                                                         version, which is what has been added since it was
                                                         loaded */
    bool open;                                        /* others write it whole: what it holds is not known */
};

struct table;

/* Whom rows are about: an entity, or the rows of a table. Its keys are values, or tuples where a table's key
 * has several columns. */
struct keyspace {
    const char *name;                                 /* the entity ("card"), or the table */
    struct column key;                                /* name, type, and how an ordinal becomes a key; of a
                                                         tuple the first */
    const struct table *table;                        /* whose rows' keys they are, of several columns:
                                                         ordinal = row; NULL: one column */
    uint64_t count;
    uint64_t salt;                                    /* from the name: makes its stream its own */
    bool own;                                         /* of one table that declares a key of its own: ordinal
                                                         = row, no permutation */
};

struct table {
    const char *name;                                 /* physical: fraud_rates_card_30d */
    const char *family;                               /* fraud_rates */
    const char *const *labels;                        /* its place in the family: "card", "30d" */
    uint32_t nlabels;
    uint32_t id;                                      /* its place in struct ir's tables */
    const struct keyspace *keyspace;
    const struct column *columns;                     /* the key columns first */
    uint32_t ncolumns, nkeys;                         /* more than one key column: see data_key_part; their
                                                         source is COLUMN_KEY, or computed */
    uint64_t rows;
    /* A table of an entity with further key columns: so many keys have rows, each from lo to hi of them. hi
     * 0: all others. */
    uint64_t members;
    uint32_t per_key_lo, per_key_hi;
    uint64_t salt;
    const struct table_write *writes;
    const struct column_group *groups;
    uint32_t nwrites, ngroups;
    bool gains, loses;                                /* rows, by what statements of the file do */
    bool counts;                                      /* one of the groups does */
};

#endif
