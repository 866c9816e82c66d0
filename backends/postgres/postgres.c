/* postgres.c - PostgreSQL's dialect (Lakebase and Aurora speak it too): what is printed for it, and its
 * limits. */
#include "config.h"

#include "backends/sql/sql.h"
#include "backends/sql/driver.h"

#include <stdio.h>
#include <string.h>

#include "base/bounds.h"
#include "base/map.h"

#if HAVE_LIBPQ
#define STORE &postgres_store
#define FEED &postgres_feed
#define WIRE &postgres_wire
#else
#define STORE NULL
#define FEED NULL
#define WIRE NULL
#endif

enum {
    FUNCTION_MAX_ARGUMENTS = 100,                     /* FUNC_MAX_ARGS */
    MOST_TABLES = 1000,                               /* each holds locks: the usual server has room for
                                                         6400 */
    MOST_ROWS = 1000,                                 /* that one statement writes: its locks are held to its
                                                         end */
};

static const struct setting_def settings[] = {
    {"uri", NULL, NULL, "postgresql://user@host:port/database?sslmode=…", true, SETTING_TEXT,
     SETTING_OF_PLACE},
    {"host", "HOST", NULL, "name, address, or the directory of a Unix socket", false, SETTING_TEXT,
     SETTING_OF_PLACE},
    {"service", "SERVICE", NULL, "a name in ~/.pg_service.conf, which has the rest", false, SETTING_TEXT,
     SETTING_OF_PLACE},
    {"port", "PORT", NULL, "default 5432", false, SETTING_PORTS, SETTING_OF_PLACE},
    {"database", "DATABASE", NULL, "default: the user's name", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"user", "USER", NULL, "default: the operating system's user", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"password", "PASSWORD", NULL, "password or token; default from ~/.pgpass", true},
    {"sslmode", "SSLMODE", NULL, "disable, prefer, require, verify-ca, verify-full …", false},
    {"ca", "SSLROOTCERT", NULL, "file of trusted CA certificates; default libpq's, ~/.postgresql/root.crt",
     false},
    {"connect_timeout", NULL, "5s", "limit for opening a connection", false, SETTING_DURATION},
    {"silence_timeout", NULL, "30s",
     "after this long without an answer to a statement the server is probed over a new connection; if it answers, wkl "
     "keeps waiting", false, SETTING_DURATION},
    {"schema", NULL, NULL, "where tables are created; default: the first of the search path", false,
     SETTING_TEXT, SETTING_OF_PLACE},
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL,
     "how many connections the requests share; default as many as the clients can use, up to 64", false, SETTING_COUNT, .most = MOST_CONNECTIONS},
    {"pipeline", NULL, NULL,
     "requests in flight on one connection, up to 256; those sent together share a sync", false, SETTING_COUNT, .most = 256},
    {"unlogged", NULL, NULL, "on: unlogged tables; faster to load, emptied by a crash", false, SETTING_SWITCH,
     SETTING_OF_TABLES},
    {NULL, NULL, NULL, NULL, false},
};

/* json, not jsonb: it keeps a document as it was written; jsonb would reorder its members. */
static void put_type(struct type t, bool key, struct buf *b, struct buf *loss)
{
    static const char *const names[TYPE_COUNT] = {
        [TYPE_BOOL] = "boolean", [TYPE_INT] = "integer", [TYPE_BIGINT] = "bigint", [TYPE_FLOAT] = "real",
        [TYPE_DOUBLE] = "double precision", [TYPE_DECIMAL] = "numeric", [TYPE_CHAR] = "char",
        [TYPE_STRING] = "varchar", [TYPE_BYTES] = "bytea", [TYPE_UUID] = "uuid",
        [TYPE_DATE] = "date", [TYPE_TIMESTAMP] = "timestamptz", [TYPE_JSON] = "json",
    };
    (void)key;
    (void)loss;
    if (t.kind == TYPE_STRING && !t.n) {
        buf_puts(b, "text");
        return;
    }
    buf_puts(b, names[t.kind]);
    if (t.kind == TYPE_DECIMAL)
        buf_printf(b, "(%u, %u)", t.n, t.scale);
    else if (t.kind == TYPE_CHAR || t.kind == TYPE_STRING)
        buf_printf(b, "(%u)", t.n);
}

static void put_literal(struct type t, const struct value *v, struct buf *b)
{
    struct buf text = {0};
    bool bare = t.kind <= TYPE_DECIMAL;
    if (!v->null)
        value_put(&text, t, v);
    if (v->null)
        buf_puts(b, "NULL");
    else if (bare)
        buf_puts(b, buf_text(&text));
    else if (t.kind == TYPE_BYTES)
        buf_printf(b, "'\\x%s'", buf_text(&text));
    else
        sql_put_string(buf_text(&text), (uint32_t)text.len, b);
    buf_release(&text);
}

static void put_null(struct type t, struct buf *b)
{
    buf_puts(b, "NULL::");
    put_type(t, false, b, NULL);
}

/* ---- the function ---- */

static void put_signature(const struct sql_params *params, struct buf *b)
{
    buf_putc(b, '(');
    for (size_t i = 0; i < params->count; i++) {
        buf_puts(b, i ? ", " : "");
        put_type(params->items[i].column->type, true, b, NULL);
        buf_puts(b, params->items[i].array ? "[]" : "");
    }
    buf_putc(b, ')');
}

/* All after the name. Arguments go by number and results are called tno, c0 …: `use_column` lets a table's
 * columns win over these. */
static void put_function(const struct sql_lowered *low, const char *body, struct buf *b)
{
    char tag[32] = "$wkl$";
    for (unsigned i = 0; strstr(body, tag); i++)
        snprintf(tag, sizeof tag, "$wkl%u$", i);
    put_signature(&low->params, b);
    buf_puts(b, "\nRETURNS TABLE (tno smallint");
    for (uint32_t s = 0; s < low->nslots; s++) {
        buf_printf(b, ", c%u ", s);
        put_type(low->slots[s], false, b, NULL);
    }
    buf_puts(b, ")\nLANGUAGE plpgsql STABLE\nSET plan_cache_mode = force_generic_plan\n"
                "SET max_parallel_workers_per_gather = 0\nSET jit = off\n");
    buf_printf(b, "AS %s\n#variable_conflict use_column\nBEGIN\n%sEND\n%s", tag, body, tag);
}

static void write_proc(struct sql_writer *w)
{
    struct buf rest = {0}, drop = {0};
    w->arrays_by_type = sql_count_ranges(w->request) > FUNCTION_MAX_ARGUMENTS;
    sql_write_layout(w);
    for (uint32_t p = 0; p < w->request->nsteps; p++) {
        buf_puts(&w->text, "RETURN QUERY ");
        sql_write_select(w, p);
        buf_puts(&w->text, ";\n");
    }
    put_function(w->out, buf_text(&w->text), &rest);
    const char *name = arena_printf(w->arena, "wkl_get_%016llx",
                                    (unsigned long long)map_hash(buf_text(&rest)));
    w->out->name = name;
    w->request->setup = arena_printf(w->arena, "CREATE OR REPLACE FUNCTION %s%s", name, buf_text(&rest));
    put_signature(&w->out->params, &drop);
    w->request->teardown = arena_printf(w->arena, "DROP FUNCTION IF EXISTS %s%s", name, buf_text(&drop));
    buf_clear(&drop);
    sql_put_arguments(w->dialect, w->out, NULL, &drop);
    w->request->text = arena_printf(w->arena, "SELECT * FROM %s(%s)", name, buf_text(&drop));
    buf_release(&rest);
    buf_release(&drop);
}

static void put_setup(const struct request *r, struct buf *b)
{
    buf_printf(b, "%s;\n", r->setup);
}

static const struct sql_dialect dialect = {
    .name = "postgres",
    .quote = '"',
    .passing = PASS_ARRAY,
    .key_later = true,
    .joins_keys = true,
    .joins_lateral = true,
    .wrap = "(",
    .sorts_bytes = " COLLATE \"C\"",
    .put_type = put_type,
    .put_literal = put_literal,
    .put_null = put_null,
    .table_prefix = "UNLOGGED ",
    .on_conflict = true,
    .number_cast = "::smallint",
    .write_proc = write_proc,
    .put_setup = put_setup,
    .drop_procedure = "DROP FUNCTION IF EXISTS ",
    .notes_columns = "name text PRIMARY KEY, digest text NOT NULL",
    .loads_columns = "name text NOT NULL, from_row bigint NOT NULL, to_row bigint NOT NULL, digest text NOT "
                     "NULL, PRIMARY KEY (name, from_row)",
    .relations = "SELECT c.relname, CASE WHEN c.relpersistence = 'u' AND c.relkind = 'r' AND "
                 "pg_catalog.pg_relation_size(c.oid) = 0 THEN 'empty' END"
                 " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                 " WHERE n.nspname = current_schema()",
    .statistics = "VACUUM (ANALYZE) ", /* the vacuum sets hint bits, which the first readers
                                                         would write else */
};

/* A line pointer (4), a header (23, and the values start at a multiple of 8), the values; in the key's index
 * a line pointer, a header (8) and the key again, on pages that are filled to 90 %.
 * https://www.postgresql.org/docs/current/storage-page-layout.html */
static double stored_row(const struct instance *inst, const struct table *t)
{
    (void)inst;
    double key = 0;
    for (uint32_t i = 0; i < t->nkeys; i++)
        key += (double)type_bytes(t->columns[i].type);
    return 28 + data_row_bytes(t) + (12 + key) / 0.9;
}

static uint64_t aligned(uint64_t bytes, uint64_t to)
{
    return (bytes + to - 1) / to * to;
}

/* What stays in the row where all that can be kept beside it is: a pointer of 18 bytes stands for it. Columns
 * that may be null are not counted: a null takes no room.
 * https://www.postgresql.org/docs/current/limits.html */
static uint64_t page_bytes(const struct table *t)
{
    static const struct { uint8_t bytes, align;
    } fixed[TYPE_COUNT] = {
        [TYPE_BOOL] = {1, 1},  [TYPE_INT] = {4, 4},    [TYPE_BIGINT] = {8, 8},
        [TYPE_FLOAT] = {4, 4}, [TYPE_DOUBLE] = {8, 8}, [TYPE_DECIMAL] = {3, 1},
        [TYPE_UUID] = {16, 1}, [TYPE_DATE] = {4, 4},   [TYPE_TIMESTAMP] = {8, 8},
    };
    enum { HEADER = 24, POINTER = 18, WHOLE = 8 };
    uint64_t bytes = HEADER;
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        enum type_kind kind = t->columns[i].type.kind;
        uint64_t longest = 0;
        if (t->columns[i].null_share > 0)
            continue;
        if (fixed[kind].bytes)
            bytes = aligned(bytes, fixed[kind].align) + fixed[kind].bytes;
        else
            bytes += !data_longest(data_made(t, i), &longest) ? 1
                     : longest + 1 < POINTER                  ? longest + 1
                                                              : POINTER;
    }
    return aligned(bytes, WHOLE);
}

const struct backend backend_postgres = {
    .name = "postgres",
    .title = "PostgreSQL", .port = "5432", .uri = URI_STRICT,
    .caps = {
        .can[IR_GET] = {
            [WIDTH_ONE] = {"SELECT … WHERE key = $1"},
            [WIDTH_KEYS] = {"SELECT … WHERE key = ANY($1)"},
            [WIDTH_TABLES] = {"SELECT … UNION ALL", .tables = MOST_TABLES},
            [WIDTH_PROCEDURE] = {"a set-returning function", .tables = MOST_TABLES},
        },
        .can[IR_INSERT] = {{"INSERT"}, {"INSERT … SELECT FROM unnest($1, …)", .keys = MOST_ROWS}},
        .can[IR_PUT] = {{"INSERT … ON CONFLICT DO UPDATE"},
                        {"INSERT … SELECT FROM unnest($1, …) ON CONFLICT DO UPDATE", .keys = MOST_ROWS}},
        .can[IR_DELETE] = {{"DELETE … WHERE key = $1"}, {"DELETE … USING unnest($1)", .keys = MOST_ROWS}},
        .can[IR_UPDATE] = {{"UPDATE … WHERE key = $1"}, {"UPDATE … FROM unnest($1, …)", .keys = MOST_ROWS}},
        .keys[IR_GET] = {BY_TUPLE | BY_PREFIX | BY_SLICE},
        .keys[IR_INSERT] = {BY_TUPLE}, .keys[IR_PUT] = {BY_TUPLE},
        .keys[IR_UPDATE] = {BY_TUPLE | BY_PREFIX}, .keys[IR_DELETE] = {BY_TUPLE | BY_PREFIX},
        .load_whole = true,
        .name_max = 63,
        .max_column_name = 63,
        .max_columns = 1600,
        .own_columns = "tableoid xmin cmin xmax cmax ctid",
        .max_key_bytes = 2692,                        /* a third of a page (2704), less the entry's head and
                                                         the value's length */
        .max_page_bytes = 8160,
    },
    .settings = settings,
    .request_ext = "sql",
    .comment = "--",
    .dialect = &dialect,
    .print_type = sql_print_type,
    .print_table = sql_print_table,
    .lower = sql_lower,
    .print_request = sql_print_request,
    .stored_row = stored_row,
    .page_bytes = page_bytes,
    .store = STORE,
    .feed = FEED,
    .wire = WIRE,
    .driver_needs = "libpq (Debian: libpq-dev)",
};
