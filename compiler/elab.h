/* elab.h - the inside of the front end: what its passes share.
 *
 *   names.c     every declaration by its name; doubles; nearest names
 *   consts.c    constant expressions with units: params, list items, dates
 *   schema.c    types, entities, tables and families            (columns.c: generators; exprs.c: computed values)
 *   queries.c   keys, statements             (slices.c: rows of a key; changes.c, writes.c: what is written)
 *   runs.c      mixes, strategies, distributions, expectations
 *   front.c     files, sweeps: the table of contents
 *
 * An elaboration is the whole workload for one set of params: a sweep makes one for each of its points, from
 * the same trees. */
#ifndef COMPILER_ELAB_H
#define COMPILER_ELAB_H

#include "data/version.h"
#include "base/map.h"
#include "base/units.h"
#include "data/expr.h"
#include "grammar/ast.h"
#include "ir/ir.h"

/* ---- constants ---- */

#define DAY_US (INT64_C(86400) * 1000 * 1000)             /* microseconds of a day */

enum const_kind {
    CONST_NONE,                                       /* an error that was reported already: what uses it
                                                         reports nothing more */
    CONST_NUMBER,                                     /* q; q.exact where q.known: of sizes in bytes, of
                                                         durations in seconds */
    CONST_STRING,                                     /* s, n */
    CONST_BOOL,                                       /* q.value */
    CONST_DATE,                                       /* q.exact: days since 1970-01-01 */
    CONST_TIMESTAMP,                                  /* q.exact: microseconds since then */
    CONST_LIST,
    CONST_NAME,                                       /* a name that is no param: an entity, a label, a
                                                         word */
};
struct constant {
    enum const_kind kind;
    struct quantity q;
    const char *s;
    uint32_t n;
    const struct constant *items;
    uint32_t nitems;
    struct span span;
};

/* Names that mean something here besides params: the indexes of a family. */
struct scope {
    const char *name;
    const struct constant *value;
    const struct scope *outer;
};

/* ---- declarations ---- */

struct declared {                                     /* one of the program's names */
    const struct node *node;
    struct constant value;                            /* of a param */
    enum { UNSEEN, UNDER_WAY, KNOWN } state;
    bool used;
    bool placed;                                      /* a table, in the order in which they are made */
    bool bad;                                         /* a type's alias whose error has been reported */
};

struct front_options;

enum { MOST_STATEMENTS = (1 << VERSION_STATEMENT_BITS) - 1 };      /* that write, of a file */
struct elab_write {                                   /* a statement that writes */
    const struct table *table;
    struct span span;
    struct table_write write;
    bool puts;                                        /* whole rows, over those that are there */
};

struct elab {
    struct arena *arena;
    struct diags *diags;
    struct constant now;                              /* the latest moment of the data; known where has_now */
    bool has_now;
    const struct node *root;                          /* of all files, one FILE node */
    struct map params, aliases, entities, tables, queries, runs;
    struct map lost;                                  /* names in what could not be understood: nobody knows
                                                         whether they are declared */
    const struct front_options *options;
    const struct ir_param *settings;                  /* of a sweep's point: they go before params */
    uint32_t nsettings;
    bool quiet;                                       /* a sweep's further points: what the first reported is
                                                         not reported again */
    struct ir *ir;
    struct map keyspaces;                             /* by entity or table: struct keyspace */
    struct map families;                              /* by name: struct ir_family */
    struct map physical;                              /* by physical name: the table's node */
    struct map run_queries;                           /* by name: struct ir_query */
    struct table *tables_made;                        /* those of ir */
    VEC(struct elab_write) writes;                    /* of all queries, in their order */
};

/* names.c */
void elab_collect(struct elab *);
struct diag *elab_fault(struct elab *, struct span, const char *code, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* A name that is not known: a fault, unless it stands in what the parser had to leave out. NULL where nothing
 * is reported. */
struct diag *elab_unknown(struct elab *, struct span, const char *name, const char *code, const char *hint,
                          const char *fmt, ...)
    __attribute__((format(printf, 6, 7)));
void elab_warn(struct elab *, struct span, const char *code, const char *hint, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* "did you mean 'x'?" from the names of a map, or NULL. */
const char *elab_nearest(struct elab *, const struct map *, const char *name);

/* consts.c */
struct constant const_eval(struct elab *, const struct node *, const struct scope *);
/* A value of the kind that is asked for, or a diagnostic and false. `what` names it: "rows". */
bool const_number(struct elab *, const struct node *, const struct scope *, enum unit, const char *what,
                  struct quantity *);
/* A whole number; a size (1KiB) is as many. */
bool const_length(struct elab *, const struct node *, const struct scope *, const char *what, uint64_t least,
                  uint64_t *);
bool const_whole(struct elab *, const struct node *, const struct scope *, const char *what, uint64_t least,
                 uint64_t *);
bool const_whole_upto(struct elab *, const struct node *, const struct scope *, const char *what,
                      uint64_t least, uint64_t most, uint64_t *);
bool const_share(struct elab *, const struct node *, const struct scope *, const char *what, double *);
/* The text of a constant as it stands within a string and in a physical name. */
const char *const_text(struct elab *, const struct constant *);
const char *const_literal(struct elab *, const struct constant *);   /* the same as the language writes it:
                                                                        strings have their quotes */
const char *const_kind_name(const struct constant *); /* "a duration" */
struct constant const_from_text(struct elab *, const char *where, const char *text);   /* where: as diagnostics name it, "-D scale" */
/* The tree of a text that is none of the files'. NULL where it cannot be read. */
enum elab_text { TEXT_EXPRESSION, TEXT_EXPECTATION, TEXT_STRATEGIES };
const struct node *elab_parse(struct elab *, const char *where, const char *text, enum elab_text);

/* moments.c: an operation with a date, a timestamp or a duration gets its kind, and both operands one
 * measure. NONE: it is another kind of operation; WRONG: there is no such one. */
enum moments { MOMENTS_NONE, MOMENTS_FINE, MOMENTS_WRONG };
enum moments elab_moments(struct elab *, struct expr *);
/* As a value of a column: a date as a timestamp, a timestamp as its day, either as a text. */
const struct expr *elab_moment_as(struct elab *, const struct expr *, struct type);

/* schema.c */
void elab_schema(struct elab *);
/* Told where two of the first `count` rows have one key, or a row has none. */
bool elab_distinct(struct elab *, struct span, const struct keyspace *, uint64_t count, const char *code,
                   const char *hint);
/* columns.c: what makes a column's values. row: whether it may be computed from `row`. */
/* What can be reported of a source whose column has no type: an unknown generator. */
void elab_untyped_source(struct elab *, const struct node *column);
/* A constant as a value of this type; reported where it is none. */
bool elab_value(struct elab *, const struct node *, const struct scope *, struct type, struct value *);
bool elab_source(struct elab *, const struct node *source, struct type, const struct scope *,
                 struct column *);
/* exprs.c: a computed value; table: of the columns that it may name (NULL: none); row: `row` may be named. */
const struct expr *elab_expr(struct elab *, const struct node *, const struct scope *, const struct table *,
                             bool row);
/* "it holds -9223372036854775808..9223372036854775807"; NULL for texts and bytes. */
const char *elab_range_text(struct elab *, struct type);
bool elab_expr_fits(struct elab *, struct span, const struct expr **, struct type);

/* slices.c: `where` and first/last of a get, for one of its tables (several: it names more than one); NULL:
 * reported. */
const struct ir_slice *elab_slice(struct elab *, const struct node *, const struct ir_query *,
                                  const struct ir_target *, bool several);

/* writes.c: a statement that writes gets its number; then what all of them write becomes part of the
 * tables. */
bool elab_write(struct elab *, struct span, const struct table *, struct ir_op *);
void elab_writes(struct elab *);

/* queries.c, runs.c */
void elab_queries(struct elab *);
void elab_runs(struct elab *);
void elab_fails(struct elab *);                       /* what --fail-if says */
void elab_backends(struct elab *);

/* front.c: the workload once more with these settings put before its params; NULL where it has errors. */
const struct ir *elab_again(struct elab *, const struct ir_param *settings, uint32_t n);

#endif
