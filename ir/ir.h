/* ir.h - the workload, settled: every name resolved, every unit converted, every family expanded into its
 * tables. The contract between the front end and all that follows: it names no syntax and no backend's ways.
 * Durations are nanoseconds, rates are per second, shares are of 1. Everything lives in the compilation's
 * arena. */
#ifndef IR_IR_H
#define IR_IR_H

#include "base/diag.h"
#include "data/dist.h"
#include "data/schema.h"

struct ir_param { const char *name, *text; };         /* text: the value in canonical form, "80%" */
bool ir_params_same(const struct ir_param *, uint32_t n, const struct ir_param *, uint32_t m);     /* in the same order, too */

struct ir_family {                                    /* a table declaration: one table, or many */
    const char *name;
    const struct table *tables;                       /* side by side in struct ir's tables */
    uint32_t ntables;
    struct span span;
};

enum compare { COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_NE, COMPARE_GE, COMPARE_GT };

/* ---- queries ---- */

/* A key parameter of a query. The keys of one request stand in registers, a value in each: key i of a
 * parameter from first + i * w on, where w is the width of its key space. Behind them stand the values that
 * its statements write. */
struct ir_key {
    const struct keyspace *keyspace;
    uint32_t count, first;
    bool fresh;                                       /* of rows that are inserted: not drawn, but the next
                                                         that no row has */
};

enum ir_op_kind { IR_GET, IR_INSERT, IR_PUT, IR_UPDATE, IR_DELETE, IR_SCAN, IR_RANGE, IR_AGGREGATE, IR_TRANSACTION,
                 IR_OP_COUNT };

/* Which rows of a key are asked for, by the sort columns: the table's key columns behind those that the key
 * gives. */
struct ir_bound { uint32_t column; enum compare compare; struct value value; };
struct ir_slice {
    const struct ir_bound *bounds;                    /* all of them hold */
    uint32_t nbounds;
    uint64_t limit;                                   /* so many, in the order of the sort columns; 0: all, in
                                                         any order */
    bool backward;                                    /* the last ones, the very last first */
};

struct ir_target {                                    /* a table that a statement touches */
    const struct table *table;
    uint32_t key;                                     /* which of the query's keys; unused for insert, scan,
                                                         aggregate */
    const uint32_t *columns;                          /* which are asked for, in table order, key columns
                                                         first */
    uint32_t ncolumns;
    const struct ir_slice *slice;                     /* get: NULL: all rows of the key */
};

struct ir_order { uint32_t column; bool descending; };
enum ir_fold { FOLD_COUNT, FOLD_SUM, FOLD_AVG, FOLD_MIN, FOLD_MAX };
struct ir_fold_of { enum ir_fold fold; uint32_t column; };

struct ir_op {
    enum ir_op_kind kind;
    struct span span;
    const struct ir_target *targets;                  /* get: any number; transaction: none; others: one */
    uint32_t ntargets;
    uint32_t statement;                               /* of what writes and can be proven: its number, from
                                                         1; else 0 */
    uint32_t first;                                   /* register of the first value that it writes: for each
                                                         key nsets of them, and the version */
    const struct column_set *sets;                    /* update, put: of all columns but the key's */
    uint32_t nsets;
    const struct expr *where;                         /* scan, aggregate: over EXPR_COLUMN; NULL: all rows */
    const struct ir_order *order;                     /* scan */
    uint32_t norder;
    uint64_t limit;                                   /* scan, range; 0: none */
    const struct ir_fold_of *folds;                   /* aggregate */
    uint32_t nfolds;
    const uint32_t *group;                            /* aggregate: columns */
    uint32_t ngroup;
    const struct ir_op *body;                         /* transaction */
    uint32_t nbody;
};

struct ir_query {
    const char *name;
    const struct ir_key *keys;
    uint32_t nkeys, nregisters;
    const struct ir_op *ops;
    uint32_t nops;
    bool latest;                                      /* not of a file: its reads are to bring what was
                                                         acknowledged before they began, where the backend can
                                                         be asked for that */
    struct span span;
};

/* So many of its keys are drawn: they stand first. */
static inline uint32_t ir_drawn_keys(const struct ir_query *q)
{
    uint32_t n = 0;
    while (n < q->nkeys && !q->keys[n].fresh)
        n++;
    return n;
}

/* ---- runs ---- */

enum strategy_kind { STRATEGY_SINGLE, STRATEGY_BATCH, STRATEGY_BATCH_FAMILY, STRATEGY_BINPACKED,
                    STRATEGY_BINPACKED_ENTITY };

struct strategy {
    enum strategy_kind kind;
    uint32_t parallel;                                /* requests in flight at most; 1: one after the other;
                                                         0: all */
    const char *text;                                 /* canonical: "batch by family parallel 3" */
    struct span span;
};

struct ir_mix { const struct ir_query *query; double share; };     /* shares sum to 1 */
struct ir_keys { const struct keyspace *keyspace; struct dist dist; }; /* one for each key space that the
                                                                          run's queries ask for */

enum metric {
    METRIC_P50, METRIC_P90, METRIC_P95, METRIC_P99, METRIC_P99_9, METRIC_MAX, METRIC_MEAN, METRIC_CV,
    METRIC_THROUGHPUT, METRIC_ERRORS, METRIC_ERROR_RATE, METRIC_ROWS, METRIC_COST_PER_MILLION,
    METRIC_STALE, METRIC_STALENESS_P50, METRIC_STALENESS_P99, METRIC_STALENESS_MAX, METRIC_COUNT
};

struct ir_expect {
    enum metric metric;
    bool service;                                     /* of service time instead of response time */
    enum compare compare;
    double value;                                     /* ns, per second, US dollars, or a plain number or
                                                         share */
    const char *backend;                              /* only there: an instance, a kind or its keyword, as in
                                                         -b; NULL: everywhere */
    const char *text;                                 /* canonical: "p99 < 79ms" */
    struct span on;                                   /* of the name behind `on` */
    const char *query;                                /* of this query of the mix alone; NULL: of the whole */
};

struct ir;
struct ir_run;

/* One combination of the swept values. A run without `sweep` has one, with no settings. */
struct ir_point {
    const struct ir_param *settings;                  /* what is swept, with its value here */
    uint32_t nsettings;
    const struct ir *ir;                              /* the whole workload with these values: the data may
                                                         differ too */
    const struct ir_run *run;                         /* this run in it */
};

struct ir_run {
    const char *name;
    const struct ir_mix *mix;
    uint32_t nmix;
    const struct strategy *strategies;
    uint32_t nstrategies;
    const struct ir_keys *keys;
    uint32_t nkeys;
    uint32_t clients;                                 /* 0: one, or in an open loop as many as are needed */
    double rate;                                      /* open loop: arrivals a second; 0: closed loop */
    uint64_t warmup_ns;
    uint64_t think_ns;                                /* closed loop: a client's pause between an answer and
                                                         its next request */
    uint64_t for_ns, for_requests;                    /* one of them is 0 */
    const struct ir_expect *expects;
    uint32_t nexpects;
    const struct ir_point *points;                    /* at least one */
    uint32_t npoints;
    struct span span;
};

/* ---- backends ---- */

enum ir_setting_source { SETTING_LITERAL, SETTING_ENV, SETTING_FILE, SETTING_COMMAND, SETTING_SOURCES };
struct ir_setting {
    const char *name;
    enum ir_setting_source source;
    const char *text;                                 /* the value, the variable's name, or the file's */
    struct span span;
};
struct ir_backend {
    const char *kind, *name;                          /* name is the kind where no `as` was given */
    const struct ir_setting *settings;
    uint32_t nsettings;
    struct span span;
};

struct ir {
    const char *name, *title;                         /* of the workload; name is the file's where it is not
                                                         given */
    const struct ir_param *params;
    uint32_t nparams;
    const struct keyspace *const *keyspaces;          /* entities, in order of declaration */
    uint32_t nkeyspaces;
    const struct table *tables;
    uint32_t ntables;
    const struct ir_family *families;
    uint32_t nfamilies;
    const struct ir_query *queries;
    uint32_t nqueries;
    const struct ir_run *runs;
    uint32_t nruns;
    const struct ir_backend *backends;
    uint32_t nbackends;
    const struct ir_expect *fails;                    /* what --fail-if says: what must not hold, in no run;
                                                         of the file itself alone */
    uint32_t nfails;
    const struct strategy *strategies;                /* --strategy: those of every run; none: it was not
                                                         given */
    uint32_t nstrategies;
};

void ir_slice_put(struct buf *, const struct table *, const struct ir_slice *);   /* " where placed >= 2026-01-01 last 10" */
const char *ir_op_name(enum ir_op_kind);              /* "get" */
bool ir_op_by_key(enum ir_op_kind);                   /* it is of the rows of keys that the query has */
const char *metric_name(enum metric);                 /* "p99.9" */
const char *setting_source_name(enum ir_setting_source);     /* "env"; of a literal "" */
const char *compare_name(enum compare);               /* "<=" */
bool compare_holds(enum compare, double left, double right);

#endif
