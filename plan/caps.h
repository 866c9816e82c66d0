/* caps.h - what a backend can do, as facts: what it can be asked, and the limits of a request, a table, a
 * row. Packing and checks know a backend by these alone. */
#ifndef PLAN_CAPS_H
#define PLAN_CAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/ir.h"

/* How much a request carries, from the least to the most. */
enum width {
    WIDTH_ONE,                                        /* one key of one table */
    WIDTH_KEYS,                                       /* several keys of one table */
    WIDTH_TABLES,                                     /* several tables in one statement or request */
    WIDTH_PROCEDURE,                                  /* several tables by a procedure that stands on the
                                                         server */
    WIDTHS
};

/* The requests of one operation and one width. Limits are of one request; 0: none. */
struct can {
    const char *as;                                   /* "SELECT … WHERE key = ?"; NULL: there are none */
    const char *lacks;                                /* why not, for the plan: "SQLite has no stored
                                                         procedures" */
    uint32_t keys, tables;
    uint32_t params;                                  /* keys that are passed one by one as parameters */
    uint64_t reply_bytes;
    uint32_t sets;                                    /* of a write: columns that it sets, their version among
                                                         them */
};

/* What an operation takes for a key, beside the whole key of a table that has one key column. */
enum {
    BY_TUPLE = 1,                                     /* several key columns, or all */
    BY_PREFIX = 2,                                    /* fewer than the table has: all rows that share them */
    BY_SLICE = 4,                                     /* of these the first, the last, or those that sort
                                                         columns say */
};

/* The keys of one operation, in requests of any width. */
struct keys_of_op {
    unsigned by;                                      /* BY_… */
    const char *rows_as;                              /* what asks for all rows of one key: "Query"; NULL:
                                                         what asks for one row */
    const char *rows_alone;                           /* why a request takes but one such key, for the plan;
                                                         NULL: it may take others too */
    const char *filters;                              /* of rows that do not lie together it reads those
                                                         between as well, and is paid for them: why, for the
                                                         plan; NULL: it is not counted */
    bool limits_apart;                                /* the first or last rows of several keys: each key is
                                                         one of the tables of a request */
};

/* What a backend can do: facts, no behaviour. 0: no limit. */
struct caps {
    struct can can[IR_OP_COUNT][WIDTHS];
    struct keys_of_op keys[IR_OP_COUNT];
    bool bytes_unsorted;                              /* bytes are kept as a text that does not sort as they
                                                         do */
    uint32_t load_streams;                            /* that may load at once; 0: any number */
    uint32_t load_rows;                               /* of a stretch, where it should be short; 0: as many as
                                                         suits */
    bool load_whole;                                  /* a table that comes in one stretch costs less than in
                                                         several */
    uint32_t name_min, name_max;                      /* bytes of a table's name */
    const char *name_signs, *name_never;              /* besides letters, digits and '_' only these, or all
                                                         but these; both NULL: all */
    double exact_whole;                               /* print_type's loss of a whole number comes about
                                                         beyond ± this alone, where it is no number that
                                                         compares either; 0: anywhere */
    double least_number, most_number;                 /* the same for doubles: nearer to zero, or beyond; most
                                                         0: anywhere */
    uint32_t fan_out;                                 /* requests of one packed call in flight together, where
                                                         several are needed; 0: any */
    /* What a table can be; 0, NULL: anything (backends/holds.c). Bytes are those of struct backend's
     * key_bytes, row_bytes, page_bytes. */
    bool folds_tables, folds_columns;                 /* names that differ in case alone are the same */
    const char *own_tables;                           /* no table's name starts so */
    const char *own_columns;                          /* names that no column can have, with blanks between */
    uint32_t max_column_name, max_columns;
    uint64_t max_sort_bytes;                          /* of the key columns after the first, where
                                                         max_key_bytes is the first one's alone */
    uint64_t max_key_bytes, max_row_bytes, max_page_bytes;   /* page: of a row, with its long values kept
                                                                elsewhere */
    bool no_empty_key;
    const char *key_hint, *row_hint;                  /* the way out, where it is not simply a shorter one */
};

#endif
