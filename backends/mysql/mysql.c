/* mysql.c - the dialect that MySQL 8 and MariaDB have in common (Aurora MySQL speaks it too): what is printed
 * for it, and its limits. */
#include "config.h"

#include "backends/mysql/options.h"
#include "backends/sql/sql.h"
#include "backends/sql/driver.h"

#include <string.h>

#include "base/bounds.h"
#include "base/map.h"

#if HAVE_MARIADB
#define STORE &mysql_store
#define FEED &mysql_feed
#define WIRE &mysql_wire
#else
#define STORE NULL
#define FEED NULL
#define WIRE NULL
#endif

/* A row holds 65,535 bytes, and each character of a varchar counts as four of them: longer texts live outside
 * the row. */
enum { MOST_TABLES = 500, MOST_PARAMS = 65535 };
enum { MOST_ROWS = 1000 };                            /* that one statement writes: its locks are held to its end */
enum { CHAR_MAX_LENGTH = 255, VARCHAR_USUAL = 255, TEXT_BYTES = 65535, MEDIUMTEXT_BYTES = 16777215 };

static const struct setting_def settings[] = {
    {"uri", NULL, NULL, "mysql://user@host:port/database?ssl-mode=…&ssl-ca=…&socket=…", true, SETTING_TEXT,
     SETTING_OF_PLACE},
    {"host", "HOST", NULL, "name or address", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"port", "PORT|TCP_PORT", NULL, "default 3306; where it is set, localhost means TCP", false, SETTING_PORT,
     SETTING_OF_PLACE},
    {"socket", "SOCKET|UNIX_PORT", NULL, "Unix socket of a server on this machine", false, SETTING_TEXT,
     SETTING_OF_PLACE},
    {"database", "DATABASE", NULL, "where tables are created", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"user", "USER", NULL, "default: the operating system's user", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"password", "PASSWORD|PWD", NULL, "password or token", true},
    {"ssl", "SSL", NULL, "off; prefer: TLS if the server offers it; on: TLS required; verify: TLS with the certificate and host name verified; "
     "default: the client library's", false},
    {"ca", "SSL_CA", NULL,
     "file or folder of trusted CA certificates; default SSL_CERT_FILE, SSL_CERT_DIR or the system's", false},
    {"defaults_file", NULL, NULL,
     "option file of MySQL's clients, whose [client] supplies what is set nowhere else; default ~/.my.cnf "
     "(of mysql and mariadb); \"\": none", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connect_timeout", NULL, "5s", "limit for opening a connection", false, SETTING_DURATION},
    {"silence_timeout", NULL, "30s",
     "after this long without an answer to a statement the server is probed over a new connection; if it answers, wkl "
     "keeps waiting", false, SETTING_DURATION},
    {"load", NULL, "auto",
     "array: bound arrays (MariaDB only); insert: multi-row inserts; auto: array if the server supports it, else insert; "
     "file: LOAD DATA LOCAL, if the server allows it", false},
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL,
     "how many connections the requests share; default as many as the clients can use, up to 64", false, SETTING_COUNT, .most = MOST_CONNECTIONS},
    {NULL, NULL, NULL, NULL, false},
};

static void put_sized(struct type t, bool key, const char *var, const char *blob, uint32_t bytes_each,
                      struct buf *b)
{
    uint64_t bytes = (uint64_t)t.n * bytes_each;
    if (t.n && (key || t.n <= VARCHAR_USUAL))
        buf_printf(b, "%s(%u)", var, t.n);
    else
        buf_printf(b, "%s%s", t.n && bytes <= TEXT_BYTES ? "" : t.n &&
                   bytes <= MEDIUMTEXT_BYTES ? "medium" : "long", blob);
}

/* json becomes text: MySQL's own type writes documents anew, so that they would not come back as they went
 * in. */
static void put_type(struct type t, bool key, struct buf *b, struct buf *loss)
{
    static const char *const names[TYPE_COUNT] = {
        [TYPE_BOOL] = "boolean", [TYPE_INT] = "int", [TYPE_BIGINT] = "bigint", [TYPE_FLOAT] = "float",
        [TYPE_DOUBLE] = "double",
        [TYPE_DECIMAL] = "decimal", [TYPE_CHAR] = "char", [TYPE_UUID] = "char(36)", [TYPE_DATE] = "date",
        [TYPE_TIMESTAMP] = "datetime(6)", [TYPE_JSON] = "longtext",
    };
    (void)loss;
    if (t.kind == TYPE_STRING || (t.kind == TYPE_CHAR && t.n > CHAR_MAX_LENGTH)) {
        put_sized(t, key, "varchar", "text", 4, b);
        return;
    }
    if (t.kind == TYPE_BYTES) {
        put_sized(t, key, "varbinary", "blob", 1, b);
        return;
    }
    buf_puts(b, names[t.kind]);
    if (t.kind == TYPE_DECIMAL)
        buf_printf(b, "(%u, %u)", t.n, t.scale);
    else if (t.kind == TYPE_CHAR)
        buf_printf(b, "(%u)", t.n);
}

/* Keys of plain characters take one byte each. */
static bool is_plain(const struct column *c, bool key)
{
    return c->type.kind == TYPE_UUID || (key && c->type.kind == TYPE_CHAR && !c->expr);
}

/* Comparisons are by bytes, so that keys that differ in case only stay apart. */
static void put_column_type(const struct column *c, bool key, struct buf *b)
{
    struct type t = c->type;
    bool text = t.kind == TYPE_CHAR || t.kind == TYPE_STRING || t.kind == TYPE_UUID || t.kind == TYPE_JSON;
    bool plain = is_plain(c, key);
    put_type(t, key, b, NULL);
    if (text)
        buf_puts(b, plain ? " CHARACTER SET ascii COLLATE ascii_bin"
                          : " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
}

static void put_text(const char *p, uint32_t n, struct buf *b)
{
    buf_putc(b, '\'');
    for (uint32_t i = 0; i < n; i++) {
        if (p[i] == '\'' || p[i] == '\\')
            buf_putc(b, p[i]);
        buf_putc(b, p[i]);
    }
    buf_putc(b, '\'');
}

static bool is_ascii(const struct buf *b)
{
    for (size_t i = 0; i < b->len; i++)
        if (b->data[i] & 0x80)
            return false;
    return true;
}

static void put_literal(struct type t, const struct value *v, struct buf *b)
{
    struct buf text = {0};
    if (!v->null)
        value_put(&text, t, v);
    if (v->null) {
        buf_puts(b, "NULL");
    } else if (t.kind == TYPE_BOOL) {
        buf_putc(b, v->u.i ? '1' : '0');
    } else if (t.kind <= TYPE_DECIMAL) {
        buf_puts(b, buf_text(&text));
    } else if (t.kind == TYPE_BYTES) {
        buf_printf(b, "x'%s'", buf_text(&text));
    } else {
        if (t.kind == TYPE_TIMESTAMP) {               /* 2026-01-31T12:00:00.000000Z */
            *strchr(text.data, 'T') = ' ';
            text.data[--text.len] = 0;
        }
        buf_puts(b, is_ascii(&text) ? "" : "_utf8mb4");
        put_text(buf_text(&text), (uint32_t)text.len, b);
    }
    buf_release(&text);
}

/* ---- the procedure ---- */

static void put_arguments(const struct sql_params *params, struct buf *b)
{
    buf_putc(b, '(');
    for (uint32_t i = 0; i < params->count; i++) {
        buf_printf(b, "%sIN wkl_k%u ", i ? ", " : "", i + 1);
        put_column_type(params->items[i].column, true, b);
    }
    buf_puts(b, ")\n");
}

/* One result set for each table. An argument would win over a column of its name, so that columns are
 * t.column. */
static void write_proc(struct sql_writer *w)
{
    struct buf rest = {0}, call = {0};
    w->passing = PASS_ARGUMENT;
    w->qualified = true;
    w->out->set_each = true;
    for (uint32_t p = 0; p < w->request->nsteps; p++) {
        sql_write_select(w, p);
        buf_puts(&w->text, ";\n");
    }
    put_arguments(&w->out->params, &rest);
    buf_printf(&rest, "READS SQL DATA SQL SECURITY INVOKER\nBEGIN\n%sEND", buf_text(&w->text));
    const char *name = arena_printf(w->arena, "wkl_get_%016llx",
                                    (unsigned long long)map_hash(buf_text(&rest)));
    w->out->name = name;
    w->request->setup = arena_printf(w->arena, "CREATE PROCEDURE %s%s", name, buf_text(&rest));
    w->request->teardown = arena_printf(w->arena, "DROP PROCEDURE IF EXISTS %s", name);
    sql_put_arguments(w->dialect, w->out, NULL, &call);
    w->request->text = arena_printf(w->arena, "CALL %s(%s)", name, buf_text(&call));
    buf_release(&rest);
    buf_release(&call);
}

static void put_setup(const struct request *r, struct buf *b)
{
    buf_printf(b, "%s;\nDELIMITER //\n%s//\nDELIMITER ;\n", r->teardown, r->setup);
}

static const struct sql_dialect dialect = {
    .name = "mysql",
    .quote = '`',
    .passing = PASS_EACH,
    .put_type = put_type,
    .put_column_type = put_column_type,
    .put_literal = put_literal,
    .wrap = "(",
    .number_cast = "",
    .write_proc = write_proc,
    .put_setup = put_setup,
    .drop_procedure = "DROP PROCEDURE IF EXISTS ",
    .notes_columns =
        "name varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY, digest varchar(64) NOT NULL",
    .loads_columns = "name varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL, from_row bigint "
                     "NOT NULL, to_row bigint NOT NULL,"
                     " digest varchar(64) NOT NULL, PRIMARY KEY (name, from_row)",
    .relations = "SELECT table_name, NULL FROM information_schema.tables WHERE table_schema = database()",
    .statistics = "ANALYZE TABLE ",
};

/* InnoDB keeps a row in the key's index: a header (5), transaction (6) and roll pointer (7), the values, on
 * pages that are filled to 15/16. https://dev.mysql.com/doc/refman/8.0/en/innodb-row-format.html */
static double stored_row(const struct instance *inst, const struct table *t)
{
    (void)inst;
    return (18 + data_row_bytes(t)) / 0.9375;
}

static uint32_t bytes_of_character(const struct column *c, bool key)
{
    bool text = c->type.kind == TYPE_CHAR || c->type.kind == TYPE_STRING || c->type.kind == TYPE_JSON;
    return text && !is_plain(c, key) ? 4 : 1;
}

/* As declared, whatever it holds. */
static bool key_bytes(const struct column *key, uint64_t *bytes)
{
    enum { NUMBER = 17 };                             /* a decimal of 38 digits is the longest */
    struct type t = key->type;
    if (t.kind == TYPE_UUID)
        *bytes = 36;
    else if (type_class(t) != CLASS_BYTES)
        *bytes = NUMBER;
    else
        *bytes = t.n ? (uint64_t)t.n * bytes_of_character(key, true) : UINT64_MAX;
    return true;
}

static const uint8_t fixed_bytes[TYPE_COUNT] = {
    [TYPE_BOOL] = 1,   [TYPE_INT] = 4,   [TYPE_BIGINT] = 8, [TYPE_FLOAT] = 4,
    [TYPE_DOUBLE] = 8, [TYPE_UUID] = 36, [TYPE_DATE] = 3,   [TYPE_TIMESTAMP] = 8};

/* Of its numbers and times and of what has a fixed length; 0: it is a text or bytes of a length of their
 * own. */
static uint64_t bytes_of_fixed(const struct column *c, bool key)
{
    static const uint8_t digits[] = {0, 1, 1, 2, 2, 3, 3, 4, 4};   /* nine decimal digits are 4 bytes, and
                                                                      fewer so many */
    struct type t = c->type;
    uint32_t whole = (uint32_t)(t.n - t.scale);
    if (t.kind == TYPE_DECIMAL)
        return whole / 9 * 4 + digits[whole % 9] + t.scale / 9 * 4u + digits[t.scale % 9];
    return t.kind == TYPE_CHAR && t.n <= CHAR_MAX_LENGTH && is_plain(c, key) ? t.n : fixed_bytes[t.kind];
}

/* The greatest length of a text or of bytes; 0: none, it becomes a TEXT or BLOB. */
static uint64_t bytes_declared(const struct column *c, bool key)
{
    bool beside = !c->type.n || (!key && c->type.n > VARCHAR_USUAL);
    return beside ? 0 : (uint64_t)c->type.n * bytes_of_character(c, key);
}

static const struct column *column_of(const struct table *t, uint32_t i)
{
    return data_made(t, i);
}

/* Those of a row's declared types, which may not be more than 65,535 in all; of what becomes a TEXT or BLOB
 * only the pointer is. https://dev.mysql.com/doc/refman/8.0/en/column-count-limit.html */
static uint64_t row_bytes(const struct table *t)
{
    enum { POINTER = 10, SHORT = 255 };
    uint64_t bytes = (t->ncolumns - t->nkeys + 7) / 8;  /* which of them are null */
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        const struct column *c = column_of(t, i);
        uint64_t fixed = bytes_of_fixed(c, i < t->nkeys), most = bytes_declared(c, i < t->nkeys);
        bytes += fixed ? fixed : !most ? POINTER : c->type.kind == TYPE_CHAR &&
            c->type.n <= CHAR_MAX_LENGTH ? most : most + (most > SHORT ? 2 : 1);
    }
    return bytes;
}

/* As InnoDB counts when it makes the table. Of what can be kept elsewhere a pointer of 20 bytes stays; of
 * what has up to 255 bytes MySQL counts 40 at most, and MariaDB all, so that what is refused here is refused
 * by both. */
static uint64_t page_bytes(const struct table *t)
{
    enum { HEADER = 5 + 6 + 7, POINTER = 20, SHORT = 255, STAYS = 40 };
    uint64_t bytes = HEADER + (t->ncolumns - t->nkeys + 7) / 8;
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        const struct column *c = column_of(t, i);
        uint64_t fixed = bytes_of_fixed(c, i < t->nkeys), most = bytes_declared(c, i < t->nkeys);
        bytes += fixed ? fixed : 1 + (!most || most > SHORT ? POINTER : most < STAYS ? most : STAYS);
    }
    return bytes;
}

const struct backend backend_mysql = {
    .name = "mysql",
    .title = "MySQL", .port = "3306", .uri = URI_LENIENT,
    .caps = {
        .can[IR_GET] = {
            [WIDTH_ONE] = {"SELECT … WHERE key = ?"},
            [WIDTH_KEYS] = {"SELECT … WHERE key IN (?, …)", .params = MOST_PARAMS},
            [WIDTH_TABLES] = {"SELECT … UNION ALL", .tables = MOST_TABLES, .params = MOST_PARAMS},
            [WIDTH_PROCEDURE] = {"a procedure, one result set for each table", .tables = MOST_TABLES,
                                 .params = MOST_PARAMS},
        },
        .can[IR_INSERT] = {{"INSERT"}, {"INSERT … VALUES (…), …", .keys = MOST_ROWS, .params = MOST_PARAMS}},
        .can[IR_PUT] = {{"INSERT … ON DUPLICATE KEY UPDATE"},
                        {"INSERT … VALUES (…), … ON DUPLICATE KEY UPDATE", .keys = MOST_ROWS, .params = MOST_PARAMS}},
        .can[IR_DELETE] = {{"DELETE … WHERE key = ?"},
                           {"DELETE … WHERE key IN (?, …)", .keys = MOST_ROWS, .params = MOST_PARAMS}},
        .can[IR_UPDATE] = {{"UPDATE … WHERE key = ?"}, {.lacks = "no UPDATE of both servers takes a table of values"}},
        .keys[IR_GET] = {BY_TUPLE | BY_PREFIX | BY_SLICE, .limits_apart = true},
        .keys[IR_INSERT] = {BY_TUPLE}, .keys[IR_PUT] = {BY_TUPLE},
        .keys[IR_UPDATE] = {BY_TUPLE | BY_PREFIX}, .keys[IR_DELETE] = {BY_TUPLE | BY_PREFIX},
        .load_rows = 50000,                           /* a transaction's undo stays small */
        .name_max = 64,
        .folds_columns = true,
        .own_columns = "DB_ROW_ID DB_TRX_ID DB_ROLL_PTR",
        .max_column_name = 64,
        .max_columns = 1017,                          /* of InnoDB */
        .max_key_bytes = 3072,
        .key_hint = "a shorter type: a character of string(n) counts as 4 bytes, one of char(n) that a generator makes as 1",
        .max_row_bytes = 65535,
        .max_page_bytes = 8125,                       /* of InnoDB, whose pages have 16 KiB */
        .row_hint = "shorter types, or string(256) and more, which are kept beside the row",
    },
    .settings = settings, .settle = mysql_options_settle,
    .request_ext = "sql",
    .comment = "--",
    .dialect = &dialect,
    .print_type = sql_print_type,
    .print_table = sql_print_table,
    .lower = sql_lower,
    .print_request = sql_print_request,
    .stored_row = stored_row,
    .key_bytes = key_bytes,
    .row_bytes = row_bytes,
    .page_bytes = page_bytes,
    .store = STORE,
    .feed = FEED,
    .wire = WIRE,
    .driver_needs = "libmariadb (Debian: libmariadb-dev)",
};
