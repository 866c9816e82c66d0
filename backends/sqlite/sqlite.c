/* sqlite.c - SQLite's dialect: what is printed for it, and its limits. */
#include "config.h"

#include "backends/sql/sql.h"
#include "backends/sql/driver.h"
#include "base/bounds.h"

#if HAVE_SQLITE
#define STORE &sqlite_store
#define FEED &sqlite_feed
#define WIRE &sqlite_wire
#else
#define STORE NULL
#define FEED NULL
#define WIRE NULL
#endif

enum {
    MOST_TABLES = 500,                                /* SQLITE_MAX_COMPOUND_SELECT */
    MOST_PARAMS = 32766,                              /* SQLITE_MAX_VARIABLE_NUMBER */
    MOST_ROWS = 1000,                                 /* that one transaction writes: others wait for it */
};

static const struct setting_def settings[] = {
    {"path", NULL, NULL, "the database file; default: a temporary one, or with --keep or --only .wkl/FILE.NAME.db beside the workload",
     false, SETTING_DATABASE_FILE, SETTING_OF_PLACE},
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL,
     "how many connections the requests share; default as many as the clients can use, up to 64", false, SETTING_COUNT, .most = MOST_CONNECTIONS},
    {"transaction", NULL, NULL,
     "on: all reads of a connection are one transaction, as in a batch job; default: one per call", false, SETTING_SWITCH},
    {NULL, NULL, NULL, NULL, false},
};

/* SQLite stores by a column's affinity. Times are texts of one length, so that they sort as times do. */
static void put_type(struct type t, bool key, struct buf *b, struct buf *loss)
{
    static const char *const names[TYPE_COUNT] = {
        [TYPE_BOOL] = "INTEGER", [TYPE_INT] = "INTEGER", [TYPE_BIGINT] = "INTEGER",
        [TYPE_FLOAT] = "REAL",   [TYPE_DOUBLE] = "REAL", [TYPE_DECIMAL] = "REAL",
        [TYPE_CHAR] = "TEXT",    [TYPE_STRING] = "TEXT", [TYPE_BYTES] = "BLOB",
        [TYPE_UUID] = "TEXT",    [TYPE_DATE] = "TEXT",   [TYPE_TIMESTAMP] = "TEXT",
        [TYPE_JSON] = "TEXT",
    };
    (void)key;
    bool wide = t.kind == TYPE_DECIMAL && !type_decimal_fits_double(t);
    buf_puts(b, wide ? "TEXT" : names[t.kind]);
    if (wide && loss)
        buf_printf(loss,
                   "SQLite computes in doubles, which hold %d digits: kept as text, which sorts and computes "
                   "as text does",
                   DECIMAL_EXACT_IN_DOUBLE);
}

static void put_literal(struct type t, const struct value *v, struct buf *b)
{
    struct buf text = {0};
    if (v->null) {
        buf_puts(b, "NULL");
    } else if (t.kind == TYPE_BOOL) {
        buf_putc(b, v->u.i ? '1' : '0');
    } else if (t.kind == TYPE_BYTES) {
        buf_puts(b, "x'");
        sql_put_hex(v->u.s.p, v->u.s.n, b);
        buf_putc(b, '\'');
    } else {
        bool number = t.kind < TYPE_DECIMAL || (t.kind == TYPE_DECIMAL && type_decimal_fits_double(t));
        value_put(&text, t, v);
        if (number)
            buf_puts(b, buf_text(&text));
        else
            sql_put_string(buf_text(&text), (uint32_t)text.len, b);
    }
    buf_release(&text);
}

static bool is_integer(struct type t)
{
    return t.kind == TYPE_BOOL || t.kind == TYPE_INT || t.kind == TYPE_BIGINT;
}

/* One integer key is the rowid itself; any other key is better off as the table's own tree than in an index
 * beside it. */
static void put_table_end(const struct instance *inst, const struct table *t, struct buf *b)
{
    (void)inst;
    if (t->nkeys > 1 || !is_integer(t->columns[0].type))
        buf_puts(b, " WITHOUT ROWID");
}

static const struct sql_dialect dialect = {
    .name = "sqlite",
    .quote = '"',
    .passing = PASS_NUMBERED,
    .put_type = put_type,
    .put_literal = put_literal,
    .put_table_end = put_table_end,
    .joins_keys = true,
    .rows_in_turn = true,
    .wrap = "SELECT * FROM (",
    .on_conflict = true,
    .number_cast = "",
    .notes_columns = "name TEXT PRIMARY KEY, digest TEXT NOT NULL",
    .loads_columns = "name TEXT NOT NULL, from_row INTEGER NOT NULL, to_row INTEGER NOT NULL, digest TEXT "
                     "NOT NULL, PRIMARY KEY (name, from_row)",
    .relations = "SELECT name, NULL FROM sqlite_master",
};

const struct backend backend_sqlite = {
    .name = "sqlite",
    .title = "SQLite",
    .caps = {
        .can[IR_GET] = {
            [WIDTH_ONE] = {"SELECT … WHERE key = ?"},
            [WIDTH_KEYS] = {"SELECT … WHERE key IN (?, …)", .params = MOST_PARAMS},
            [WIDTH_TABLES] = {"SELECT … UNION ALL", .tables = MOST_TABLES, .params = MOST_PARAMS},
            [WIDTH_PROCEDURE] = {.lacks = "SQLite has no stored procedures"},
        },
        .can[IR_INSERT] = {{"INSERT"}, {"a transaction of INSERTs", .keys = MOST_ROWS}},
        .can[IR_PUT] = {{"INSERT … ON CONFLICT DO UPDATE"},
                        {"a transaction of INSERT … ON CONFLICT DO UPDATE", .keys = MOST_ROWS}},
        .can[IR_DELETE] = {{"DELETE … WHERE key = ?"}, {"a transaction of DELETEs", .keys = MOST_ROWS}},
        .can[IR_UPDATE] = {{"UPDATE … WHERE key = ?"}, {"a transaction of UPDATEs", .keys = MOST_ROWS}},
        .keys[IR_GET] = {BY_TUPLE | BY_PREFIX | BY_SLICE, .limits_apart = true},
        .keys[IR_INSERT] = {BY_TUPLE}, .keys[IR_PUT] = {BY_TUPLE},
        .keys[IR_UPDATE] = {BY_TUPLE | BY_PREFIX}, .keys[IR_DELETE] = {BY_TUPLE | BY_PREFIX},
        .load_streams = 1,                            /* one writer at a time */
        .name_max = 1000,                             /* it has no limit of its own */
        .folds_tables = true,
        .folds_columns = true,
        .own_tables = "sqlite_",
        .max_columns = 2000,                          /* SQLITE_MAX_COLUMN */
    },
    .settings = settings,
    .request_ext = "sql",
    .comment = "--",
    .dialect = &dialect,
    .print_type = sql_print_type,
    .print_table = sql_print_table,
    .lower = sql_lower,
    .print_request = sql_print_request,
    .store = STORE,
    .feed = FEED,
    .wire = WIRE,
    .driver_needs = "libsqlite3 (Debian: libsqlite3-dev)",
};
