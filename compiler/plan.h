/* plan.h - what a query becomes on one backend by one strategy: requests, what each carries, and how many fly at once.
 *
 *   query (tables × keys) --pack.c (generic: strategy, limits)--> requests made of parts --backend's lower()--> text
 *
 * The keys of a request stand in registers (see struct ir_key); a part says which of them its table is asked for. */
#ifndef COMPILER_PLAN_H
#define COMPILER_PLAN_H

#include "base/error.h"
#include "compiler/ir.h"
#include "data/data.h"

struct instance;

/* The shapes that a request can have, from the least to the most it carries. */
enum form {
    FORM_POINT,      /* one key of one table */
    FORM_MULTI,      /* several keys of one table */
    FORM_CROSS,      /* several tables in one statement or request */
    FORM_PROC,       /* several tables by a procedure that stands on the server */
    FORM_COUNT
};

/* What a backend can do: facts, no behaviour. Limits are of one request; 0: none. */
struct caps {
    const char *form_name[FORM_COUNT];                /* "SELECT … WHERE key = ?"; NULL: it has no such form */
    const char *lacks[FORM_COUNT];                    /* why not, for the plan: "SQLite has no stored procedures" */
    uint32_t max_keys;
    uint32_t max_tables;
    uint32_t max_params;                              /* keys that are passed one by one as parameters */
    uint64_t max_reply_bytes;
    bool distinct_keys;                               /* a (table, key) may stand in a request only once */
    bool multi_saves;                                 /* a packed request prefers FORM_MULTI over parallel FORM_POINTs for several keys of a table */
    uint32_t load_streams;                            /* that may load at once; 0: any number */
    uint32_t load_rows;                               /* of a stretch, where it should be short; 0: as many as suits */
    bool load_whole;                                  /* a table that comes in one stretch costs less than in several */
    uint32_t name_min, name_max;                      /* bytes of a table's name */
    const char *name_signs, *name_never;              /* besides letters, digits and '_' only these, or all but these; both NULL: all */
    double exact_whole;                               /* print_type's loss of a whole number comes about beyond ± this alone; 0: anywhere */
    double least_number, most_number;                 /* the same for doubles: nearer to zero, or beyond; most 0: anywhere */
    uint32_t fan_out;                                 /* requests of one packed call in flight together, where several are needed; 0: any */
    /* What a table can be; 0, NULL: anything (compiler/holds.c). Bytes are those of struct backend's key_bytes, row_bytes, page_bytes. */
    bool folds_tables, folds_columns;                 /* names that differ in case alone are the same */
    const char *own_tables;                           /* no table's name starts so */
    const char *own_columns;                          /* names that no column can have, with blanks between */
    uint32_t max_column_name, max_columns;
    uint64_t max_key_bytes, max_row_bytes, max_page_bytes;   /* page: of a row, with its long values kept elsewhere */
    bool no_empty_key;
    const char *key_hint, *row_hint;                  /* the way out, where it is not simply a shorter one */
};

struct part {
    const struct table *table;
    const uint32_t *columns;                          /* of the table; key columns first */
    uint32_t ncolumns;
    uint32_t first, nkeys;                            /* key registers first … first+nkeys-1 */
};

struct request {
    uint32_t id;                                      /* its place in the plan */
    uint32_t group;                                   /* one call as the strategy sees it; its requests fly together */
    enum form form;
    const struct part *parts;
    uint32_t nparts, nkeys;                           /* nkeys: summed over the parts */
    uint32_t nregisters;                              /* of the query: how long a call's `keys` is */
    const char *title;                                /* "fraud_rates by card", for people */
    double rows_expected, bytes_expected;             /* of the reply, on average */
    /* set by the backend's lower(): */
    const char *text;                                 /* what is sent, with its own placeholders */
    const char *setup, *teardown;                     /* SQL that makes and drops the procedure it calls; NULL: none */
    const void *lowered;                              /* the backend's own: layout of parameters and results */
};

struct plan {
    const struct ir_query *query;
    const struct strategy *strategy;
    const struct instance *instance;
    struct request *requests;
    uint32_t nrequests;
    uint32_t ngroups, group_max;                      /* group_max: requests of the largest */
    uint32_t in_flight;                               /* groups in flight at most; never 0 */
    uint32_t fan_out;                                 /* requests of one group in flight at most; never 0 */
    const char *const *notes;                         /* what fell back, and why */
    uint32_t nnotes;
};

/* The first statement of a query that no backend can run yet, or NULL: only reads by a key of one column are lowered so far. *table: whose key
 * it is, where that is why. */
const struct ir_op *plan_cannot(const struct ir_query *, const struct table **table);
/* "'get' of orders in query 'history'", of what it found. */
void plan_put_cannot(struct buf *, const struct ir_query *, const struct ir_op *, const struct table *);
#define PLAN_CAN "only 'get' by a key of one column"
/* Why a run cannot be run by anybody, in words; NULL: it can. */
const char *plan_cannot_run(struct arena *, const struct ir_run *);

/* Packs and lowers a query. ERR_USAGE where it holds a statement that the backend cannot run yet. All memory is the arena's. */
int plan_make(struct arena *, const struct instance *, const struct ir_query *, const struct strategy *, struct plan *out, struct error *);

/* The packing alone (pack.c): requests without text. */
void pack_query(struct arena *, const struct caps *, const struct ir_query *, const struct strategy *, struct plan *out);

/* For people: calls, requests, what each carries, against which limit, what fell back; text: with what is sent. */
void plan_put(const struct plan *, bool text, struct buf *);

#endif
