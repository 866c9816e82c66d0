/* lite.c - a backend from a folder outside the tree, over a client library that only blocks: SQLite once
 * more, by plain calls, a thread a connection (backends/blocking.h). Its statements, tables and notes are
 * those of backends/sql/; whole numbers, doubles and bytes are kept as such, all else as the text of its
 * values.
 *
 * From the top: what it prints, its settings, a connection, the store, the feed, the wire, what it is. */
#include "config.h"

#include <sqlite3.h>
#include <stdio.h>

#include "backends/blocking.h"
#include "backends/sql/driver.h"
#include "base/bounds.h"
#include "base/mem.h"

enum { BUSY_MS = 10000, MOST_TEXTS = 8 };

/* ---- what it prints ---- */

enum storage { TEXT, INTEGER, REAL, BLOB };

static enum storage storage_of(struct type t)
{
    static const enum storage storages[TYPE_COUNT] = {
        [TYPE_BOOL] = INTEGER, [TYPE_INT] = INTEGER, [TYPE_BIGINT] = INTEGER,
        [TYPE_FLOAT] = REAL,   [TYPE_DOUBLE] = REAL, [TYPE_BYTES] = BLOB,
    };
    return storages[t.kind];
}

static void put_type(struct type t, bool key, struct buf *b, struct buf *loss)
{
    static const char *const names[] = {"TEXT", "INTEGER", "REAL", "BLOB"};
    (void)key; (void)loss;
    buf_puts(b, names[storage_of(t)]);
}

static void put_literal(struct type t, const struct value *v, struct buf *b)
{
    struct buf text = {0};
    value_put(&text, t, v);
    if (v->null)
        buf_puts(b, "NULL");
    else if (t.kind == TYPE_BOOL)
        buf_putc(b, v->u.i ? '1' : '0');
    else if (t.kind == TYPE_BYTES)
        buf_printf(b, "x'%s'", buf_text(&text));
    else if (storage_of(t) == TEXT)
        sql_put_string(buf_text(&text), (uint32_t)text.len, b);
    else
        buf_puts(b, buf_text(&text));
    buf_release(&text);
}

static const struct sql_dialect dialect = {
    .name = "lite", .quote = '"', .passing = PASS_NUMBERED, .put_type = put_type, .put_literal = put_literal,
    .number_cast = "", .notes_columns = "name TEXT PRIMARY KEY, digest TEXT NOT NULL",
    .loads_columns = "name TEXT NOT NULL, from_row INTEGER NOT NULL, to_row INTEGER NOT NULL, "
                     "digest TEXT NOT NULL, PRIMARY KEY (name, from_row)",
    .relations = "SELECT name, NULL FROM sqlite_master",
};

static const struct setting_def settings[] = {
    {"path", NULL, NULL, "the database file; default: a temporary one", false, SETTING_DATABASE_FILE,
     SETTING_OF_PLACE},
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL, "how many connections the requests share", false, SETTING_COUNT,
     .most = MOST_CONNECTIONS},
    {NULL, NULL, NULL, NULL, false},
};

/* ---- a connection ---- */

struct sql_connection {
    sqlite3 *db;
    sqlite3_stmt **stmts;                             /* of requests, by place */
    uint32_t nstmts, room;
    struct value *row;                                /* room for `room` */
    struct buf text;
};

static int fail(sqlite3 *db, struct error *err)
{
    return error_set(err, ERR_SERVER, "%s", sqlite3_errmsg(db));
}

static void close_connection(struct sql_connection *c)
{
    for (uint32_t i = 0; i < c->nstmts; i++)
        sqlite3_finalize(c->stmts[i]);
    sqlite3_close(c->db);
    buf_release(&c->text);
    mem_free(c->stmts);
    mem_free(c->row);
    mem_free(c);
}

static int open_connection(const struct instance *inst, struct sql_connection **out, struct error *err)
{
    struct sql_connection *c = mem_alloc(sizeof *c);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (sqlite3_open_v2(instance_get(inst, "path"), &c->db, flags, NULL) == SQLITE_OK &&
        sqlite3_busy_timeout(c->db, BUSY_MS) == SQLITE_OK) {
        *out = c;
        return 0;
    }
    error_set(err, ERR_CONNECT, "%s", sqlite3_errmsg(c->db));
    close_connection(c);
    return ERR_CONNECT;
}

static int query(struct sql_connection *c, const char *sql, sql_row_fn *row, void *arg, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *texts[MOST_TEXTS];
    if (sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return fail(c->db, err);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt) && i < MOST_TEXTS; i++)
            texts[i] = (const char *)sqlite3_column_text(stmt, i);
        if (row)
            row(arg, texts);
    }
    return sqlite3_finalize(stmt) == SQLITE_OK ? 0 : fail(c->db, err);
}

static int bind_value(struct sql_connection *c, sqlite3_stmt *stmt, int at, struct type t,
                      const struct value *v)
{
    if (v->null)
        return sqlite3_bind_null(stmt, at);
    switch (storage_of(t)) {
    case BLOB: return sqlite3_bind_blob(stmt, at, v->u.s.p, (int)v->u.s.n, SQLITE_TRANSIENT);
    case INTEGER: return sqlite3_bind_int64(stmt, at, v->u.i);
    case REAL: return sqlite3_bind_double(stmt, at, v->u.d);
    case TEXT: break;
    }
    buf_clear(&c->text);
    value_put(&c->text, t, v);
    return sqlite3_bind_text(stmt, at, buf_text(&c->text), (int)c->text.len, SQLITE_TRANSIENT);
}

/* What cannot be read as its type comes out as NULL, which is not what was loaded. */
static void read_value(sqlite3_stmt *stmt, int at, struct type t, struct value *v)
{
    char *text = NULL;
    v->null = sqlite3_column_type(stmt, at) == SQLITE_NULL;
    if (v->null)
        return;
    switch (storage_of(t)) {
    case INTEGER: v->u.i = sqlite3_column_int64(stmt, at); break;
    case REAL: v->u.d = sqlite3_column_double(stmt, at); break;
    case BLOB:
        v->u.s.p = sqlite3_column_blob(stmt, at);
        v->u.s.n = (uint32_t)sqlite3_column_bytes(stmt, at);
        break;
    case TEXT:
        text = (char *)sqlite3_column_text(stmt, at);
        v->null = !text || !value_parse(t, text, (size_t)sqlite3_column_bytes(stmt, at), v);
        break;
    }
}

/* ---- the store ---- */

static const struct sql_ops ops = {.query = query, .close = close_connection};

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct sql_connection *c;
    int rc = open_connection(inst, &c, err);
    if (rc < 0)
        return rc;
    struct server *s = *out = sql_server_new(inst, &ops, c);
    buf_puts(&s->where, instance_get(inst, "path"));
    snprintf(s->version, sizeof s->version, "SQLite %s by blocking calls", sqlite3_libversion());
    return 0;
}

static const struct store store = {SQL_STORE, .open = open_server, .begin = sql_begin, .end = sql_end};

/* ---- the feed: a transaction for each stretch ---- */

struct loader {
    const struct instance *inst;
    struct sql_connection *conn;
    struct stretch stretch;
    sqlite3_stmt *insert;
};

static void load_close(struct loader *l)
{
    sqlite3_finalize(l->insert);
    close_connection(l->conn);
    mem_free(l);
}

static int load_open(const struct instance *inst, struct loader **out, struct error *err)
{
    struct sql_connection *c;
    int rc = open_connection(inst, &c, err);
    if (rc < 0)
        return rc;
    *out = mem_alloc(sizeof **out);
    **out = (struct loader){.inst = inst, .conn = c};
    return 0;
}

static int load_begin(struct loader *l, const struct stretch *s, struct error *err)
{
    struct buf b = {0};
    l->stretch = *s;
    sqlite3_finalize(l->insert);
    l->insert = NULL;
    buf_puts(&b, "INSERT INTO ");
    sql_put_table_name(l->inst, s->table, &b);
    for (uint32_t i = 0; i < s->table->ncolumns; i++)
        buf_puts(&b, i ? ", ?" : " VALUES (?");
    buf_putc(&b, ')');
    int rc = query(l->conn, "BEGIN IMMEDIATE", NULL, NULL, err);
    if (rc == 0 && sqlite3_prepare_v2(l->conn->db, buf_text(&b), -1, &l->insert, NULL) != SQLITE_OK)
        rc = fail(l->conn->db, err);
    buf_release(&b);
    return rc;
}

static int load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    const struct table *t = l->stretch.table;
    for (uint32_t row = 0; row < n; row++, values += t->ncolumns) {
        for (uint32_t i = 0; i < t->ncolumns; i++)
            bind_value(l->conn, l->insert, (int)i + 1, t->columns[i].type, &values[i]);
        sqlite3_step(l->insert);
        if (sqlite3_reset(l->insert) != SQLITE_OK)
            return fail(l->conn->db, err);
    }
    return 0;
}

static int load_end(struct loader *l, bool commit, struct error *err)
{
    struct buf b = {0};
    sql_put_load_note(l->inst, &l->stretch, &b);
    int rc = commit ? query(l->conn, buf_text(&b), NULL, NULL, err) : 0;
    int ended = query(l->conn, commit && rc == 0 ? "COMMIT" : "ROLLBACK", NULL, NULL, err);
    buf_release(&b);
    return rc < 0 ? rc : ended;
}

static const struct feed feed = {
    .open = load_open, .begin = load_begin, .rows = load_rows, .end = load_end, .close = load_close,
};

/* ---- the wire: plain calls, which backends/blocking.c makes on threads ---- */

static int link_open(const struct instance *inst, int use, void **connection, struct error *err)
{
    (void)use;
    return open_connection(inst, (struct sql_connection **)connection, err);
}

static void link_close(void *connection)
{
    close_connection(connection);
}

static int link_prepare(void *connection, uint32_t place, const struct request *r, struct error *err)
{
    struct sql_connection *c = connection;
    for (uint32_t i = 0; i < r->nsteps; i++)
        c->room = r->steps[i].ncolumns > c->room ? r->steps[i].ncolumns : c->room;
    c->row = mem_grow(c->row, c->room * sizeof *c->row);
    c->stmts = mem_grow(c->stmts, (place + 1) * sizeof(sqlite3_stmt *));
    if (sqlite3_prepare_v2(c->db, r->text, -1, &c->stmts[place], NULL) != SQLITE_OK)
        return fail(c->db, err);
    c->nstmts = place + 1;
    return 0;
}

static void give_row(struct sql_connection *c, sqlite3_stmt *stmt, struct call *call)
{
    const struct sql_lowered *low = call->request->lowered;
    uint32_t n = low->numbered ? (uint32_t)sqlite3_column_int64(stmt, 0) : 0;
    const struct step *step = &call->request->steps[n];
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        int at = (int)(low->slot_of[n][i] + low->numbered);
        read_value(stmt, at, step->answer.types[i], &c->row[i]);
        call->bytes += (uint64_t)sqlite3_column_bytes(stmt, at);
    }
    call->row(call, step, c->row);
}

static int link_call(void *connection, uint32_t place, struct call *call, struct error *err)
{
    struct sql_connection *c = connection;
    const struct sql_lowered *low = call->request->lowered;
    sqlite3_stmt *stmt = c->stmts[place];
    for (uint32_t i = 0; i < low->params.count; i++) {
        const struct sql_param *p = &low->params.items[i];
        bind_value(c, stmt, (int)i + 1, p->column->type, &call->keys[p->ranges.items[0].first]);
    }
    while (sqlite3_step(stmt) == SQLITE_ROW)
        give_row(c, stmt, call);
    return sqlite3_reset(stmt) == SQLITE_OK ? 0 : fail(c->db, err);
}

static void link_interrupt(void *connection)
{
    sqlite3_interrupt(((struct sql_connection *)connection)->db);
}

static const struct blocking links = {
    .connections = {.connect = link_open, .close = link_close}, .prepare = link_prepare, .call = link_call,
    .interrupt = link_interrupt,
};

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *o,
                        struct session **out, struct error *err)
{
    return blocking_open(&links, inst, loop, o, out, err);
}

static const struct wire wire = {
    .handles = 2, .open = session_open, .prepare = blocking_prepare, .submit = blocking_submit,
    .listen = blocking_listen, .cpu_ns = blocking_cpu_ns, .close = blocking_close,
};

/* ---- what it is ---- */

const struct backend backend_lite = {
    .name = "lite",
    .title = "SQLite, blocking",
    .caps = {
        .can[IR_GET] = {
            [WIDTH_ONE] = {"SELECT … WHERE key = ?"},
            [WIDTH_KEYS] = {"SELECT … WHERE key IN (?, …)", .params = 1000},
            [WIDTH_TABLES] = {"SELECT … UNION ALL", .tables = 100, .params = 1000},
            [WIDTH_PROCEDURE] = {.lacks = "SQLite has no stored procedures"},
        },
        .keys[IR_GET] = {BY_PREFIX}, .load_streams = 1, .name_max = 1000, .folds_tables = true,
        .folds_columns = true, .own_tables = "sqlite_",
    },
    .settings = settings,
    .request_ext = "sql",
    .comment = "--",
    .dialect = &dialect,
    .print_type = sql_print_type,
    .print_table = sql_print_table,
    .lower = sql_lower,
    .print_request = sql_print_request,
    .store = &store,
    .feed = &feed,
    .wire = &wire,
};
