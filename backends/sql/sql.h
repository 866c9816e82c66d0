/* sql.h - what the SQL backends share when they print: a table of facts for each dialect, and one writer for
 * all of them.
 *
 *   point   SELECT columns FROM table WHERE key = $1
 *   multi   the same with = ANY($1), or IN (?, ?)
 *   cross   SELECT 0 AS tno, … UNION ALL SELECT 1 AS tno, …: rows of different tables in one merged shape
 *   proc    PostgreSQL: a function that returns the merged shape; MySQL: a procedure, one result set for each table
 *
 * The merged shape is a list of typed slots. Each column of a step takes the first free slot of its own type,
 * a new one where there is none; slots that a step does not use are NULL there; the first column, tno, is the
 * step's number.
 *
 *   step 0  (key char(64), n int, rate decimal)         tno  s0 char(64)  s1 int  s2 decimal  s3 timestamp
 *   step 1  (key char(64), at timestamp, n int)          0   key          n       rate        NULL
 *                                                        1   key          n       NULL        at */
#ifndef BACKENDS_SQL_SQL_H
#define BACKENDS_SQL_SQL_H

#include "backends/backend.h"

/* How keys are passed. */
enum sql_passing {
    PASS_EACH,                                        /* ?: one for each key, a register that is used twice is
                                                         passed twice */
    PASS_NUMBERED,                                    /* ?1: one for each register */
    PASS_ARRAY,                                       /* $1: one for each run of registers, an array of the
                                                         key's type; or a key alone */
    PASS_ARGUMENT,                                    /* wkl_k0: an argument of a procedure, one for each
                                                         register */
};

struct sql_range { uint32_t first, n, apart; };       /* n key registers, from first on, so many apart */
VEC_TYPE(sql_ranges, struct sql_range);

struct sql_param {                                    /* a placeholder or an argument */
    const struct column *column;                      /* the key column that it is compared with */
    bool array;                                       /* false: the one key in ranges.items[0].first */
    struct sql_ranges ranges;                         /* whose keys the array holds, one behind the other */
};
VEC_TYPE(sql_params, struct sql_param);

/* request->lowered of an SQL backend. */
struct sql_lowered {
    const char *name;                                 /* of the procedure, or for the prepared statement: from
                                                         a hash of the text */
    struct sql_params params;
    bool numbered;                                    /* the first result column is the step's number */
    uint32_t rows;                                    /* of a write of several keys: the statement is of the
                                                         first, and run for each, in one transaction; a
                                                         parameter's range is apart by what the keys are;
                                                         0: run once */
    bool set_each;                                    /* one result set for each step, in order */
    const struct type *slots;                         /* of the result, without tno; NULL where set_each */
    uint32_t nslots;
    const uint32_t *const *slot_of;                   /* [step][i]: the slot of step->columns[i] */
};

struct sql_writer;

struct sql_dialect {
    const char *name;
    char quote;                                       /* of identifiers */
    enum sql_passing passing;
    bool key_later;                                   /* the driver adds the primary key after loading */
    void (*put_type)(struct type, bool key, struct buf *, struct buf *loss);
    /* The type of a column in CREATE TABLE, where it needs more than put_type says: a character set. Or
     * NULL. */
    void (*put_column_type)(const struct column *, bool key, struct buf *);
    void (*put_literal)(struct type, const struct value *, struct buf *);
    void (*put_table_end)(const struct instance *, const struct table *, struct buf *);  /* after the closing parenthesis */
    void (*put_null)(struct type, struct buf *);      /* in a slot that a step does not use; NULL: a bare
                                                         NULL */
    const char *table_prefix;                         /* before "TABLE" in CREATE, where `unlogged` is on; or
                                                         NULL */
    bool joins_keys;                                  /* several keys of several columns are a table k that is
                                                         joined: an IN of them finds no index */
    bool joins_lateral;                               /* also to a SELECT that is evaluated for each of
                                                         them */
    bool rows_in_turn;                                /* rows of several keys are written one by one, in one
                                                         transaction */
    const char *wrap;                                 /* before a SELECT with a LIMIT of its own in a UNION;
                                                         ")" follows it */
    const char *sorts_bytes;                          /* after the type of a text column that rows are sorted
                                                         by; NULL: it does so anyway */
    bool on_conflict;                                 /* a row that is there is put by ON CONFLICT; else by ON
                                                         DUPLICATE KEY */
    const char *number_cast;                          /* after a step's number: "::smallint" */
    void (*write_proc)(struct sql_writer *);          /* WIDTH_PROCEDURE: sets text, setup, teardown; NULL:
                                                         there is none */
    void (*put_setup)(const struct request *, struct buf *);   /* the setup as the tool takes it */
    const char *drop_procedure;                       /* before the name of one that a killed run left; NULL:
                                                         there is none */
    const char *notes_columns;                        /* of wkl_tables */
    const char *loads_columns;                        /* of wkl_loads */
    const char *relations;                            /* selects the names of what stands in the way of a new
                                                         table, and something beside that of one whose rows a
                                                         crash takes, if there are none */
    const char *statistics;                           /* before a table's name, when it is sealed; NULL:
                                                         none */
};

/* ---- printing: the dialect is that of the instance's backend ---- */

void sql_put_name(const struct sql_dialect *, const char *name, struct buf *);           /* quoted */
void sql_put_table_name(const struct instance *, const struct table *, struct buf *);
void sql_put_string(const char *p, uint32_t n, struct buf *);                            /* '…', quotes doubled */
void sql_put_hex(const char *p, uint32_t n, struct buf *);
/* CREATE TABLE, without a semicolon. */
void sql_put_create(const struct instance *, const struct table *, bool with_key, struct buf *);
void sql_put_key(const struct sql_dialect *, const struct table *, struct buf *);        /* PRIMARY KEY (…) */

/* The backend's hooks. */
void sql_print_type(const struct instance *, struct type, struct buf *, struct buf *loss);
void sql_print_table(const struct instance *, const struct table *, struct buf *);
void sql_lower(const struct instance *, struct arena *, struct request *);
void sql_print_request(const struct instance *, const struct request *, const struct value *keys,
                       struct buf *);

/* ---- for write_proc ---- */

struct sql_writer {
    const struct sql_dialect *dialect;
    const struct instance *inst;
    struct arena *arena;
    struct request *request;
    struct sql_lowered *out;
    const struct value *literals;                     /* keys to be written out; NULL: placeholders */
    enum sql_passing passing;
    bool arrays_by_type;                              /* one array for all keys of a type: steps use slices of
                                                         it */
    bool qualified;                                   /* columns as t.column */
    struct buf text;
};

/* Lays out the merged shape of the request. */
void sql_write_layout(struct sql_writer *);
/* The SELECT of a step: of the merged shape where the layout is numbered, else of its columns. */
void sql_write_select(struct sql_writer *, uint32_t step);
/* The value of a register: a placeholder, or written out. column: whose type it has. */
void sql_write_register(struct sql_writer *, const struct column *, uint32_t reg);
/* The same of a run of registers, as an array. */
void sql_write_array(struct sql_writer *, const struct column *, struct sql_range);
/* "INSERT INTO t (key, a, wkl_v) ", of the columns that the request's step sets. */
void sql_write_into(struct sql_writer *);
/* " ON CONFLICT (key) DO UPDATE SET a = excluded.a, …", of the same. */
void sql_write_on_conflict(struct sql_writer *);
/* One statement that writes the rows of several keys, with an array for each column (batch.c). */
void sql_write_batch(struct sql_writer *);
/* How many arrays the request's steps need, one for each run of registers. */
uint32_t sql_count_ranges(const struct request *);
/* The arguments of a call: placeholders, or with keys. */
void sql_put_arguments(const struct sql_dialect *, const struct sql_lowered *, const struct value *literals,
                       struct buf *);

#endif
