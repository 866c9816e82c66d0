/* driver.c - SQLite, driven: a file that each server object, loader and session opens for itself.
 *
 * The journal is a write-ahead log with synchronous NORMAL, so that readers and the writer do not wait for
 * each other; while loading, synchronous is OFF. A request is one statement, hence one read transaction, or one
 * that is run for each of several rows within a transaction, and is answered before submit returns. */
#include "config.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backends/sql/driver.h"
#include "backends/sqlite/faults.h"
#include "base/mem.h"
#include "data/rows.h"

enum { BUSY_MS = 10000 };

/* What SQLite keeps aside to undo one statement is small, and a file for it would be left behind by a kill at
 * the wrong moment. */
#define NO_TEMPORARY_FILES "PRAGMA temp_store = MEMORY"

struct sql_connection {
    sqlite3 *db;
};

/* The file is at fault, not the statement. */
static int code_of(sqlite3 *db)
{
    switch (sqlite3_errcode(db)) {
    case SQLITE_IOERR: case SQLITE_CORRUPT: case SQLITE_FULL: case SQLITE_CANTOPEN: case SQLITE_NOTADB: case SQLITE_READONLY:
        return ERR_IO;
    default:
        return ERR_SERVER;
    }
}

static int fail(sqlite3 *db, struct error *err)
{
    return error_set(err, code_of(db), "%s", sqlite3_errmsg(db));
}

static int query(struct sql_connection *c, const char *sql, sql_row_fn *row, void *arg, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum { MOST = 8 };
    int rc, n;
    if (sqlite3_prepare_v2(c->db, sql, -1, &stmt, NULL) != SQLITE_OK)
        return fail(c->db, err);
    n = sqlite3_column_count(stmt);
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        const char *columns[MOST];
        for (int i = 0; i < n && i < MOST; i++)
            columns[i] = (const char *)sqlite3_column_text(stmt, i);
        if (row)
            row(arg, columns);
    }
    rc = rc == SQLITE_DONE ? 0 : fail(c->db, err);
    sqlite3_finalize(stmt);
    return rc;
}

static void close_connection(struct sql_connection *c)
{
    if (!c)
        return;
    sqlite3_close(c->db);
    mem_free(c);
}

/* ---- a file of our own making ---- */

/* "wkl", in the header of a file that was not there before us. */
#define OUR_FILE "7826284"

static void take_word(void *arg, const char *const *columns)
{
    snprintf(arg, 32, "%s", columns[0] ? columns[0] : "?");
}

static bool says(struct sql_connection *c, const char *sql, const char *expected)
{
    char word[32] = "";
    return query(c, sql, take_word, word, NULL) == 0 && !strcmp(word, expected);
}

static bool is_ours_and_empty(struct sql_connection *c)
{
    return says(c, "PRAGMA application_id", OUR_FILE) && says(c, "SELECT count(*) FROM sqlite_master", "0");
}

/* Nobody else has it open while the log can be left, nor from then until it is closed. */
static void remove_what_is_empty(struct sql_connection *c)
{
    if (!is_ours_and_empty(c))
        return;
    sqlite3_busy_timeout(c->db, 0);
    if (says(c, "PRAGMA journal_mode = DELETE", "delete") &&
        query(c, "BEGIN EXCLUSIVE", NULL, NULL, NULL) == 0 && is_ours_and_empty(c))
        unlink(sqlite3_db_filename(c->db, "main"));
}

static void close_server(struct sql_connection *c)
{
    remove_what_is_empty(c);
    close_connection(c);
}

/* Whether its file was removed by another that had it open until now. */
static bool is_removed(struct sql_connection *c)
{
    int moved = 0;
    return sqlite3_file_control(c->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved;
}

static const struct sql_ops ops = {.query = query, .close = close_server};

/* ---- opening ---- */

/* SQLite would keep count of its memory, under a lock that all threads share; its own advice for speed is not
 * to (https://www.sqlite.org/compile.html, SQLITE_DEFAULT_MEMSTATUS). Possible before its first use only. */
static void count_no_memory(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static int open_connection(const struct instance *inst, const char *const *pragmas,
                           struct sql_connection **out, struct error *err)
{
    const char *path = instance_get(inst, "path");
    if (!path || !*path)
        return error_set(err, ERR_USAGE, "the setting 'path' is missing: which file is the database?");
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, count_no_memory);
    struct sql_connection *c = mem_alloc(sizeof *c);
    int rc = 0;
    if (sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        rc = fail(c->db, err);
    if (rc == 0)
        sqlite3_busy_timeout(c->db, BUSY_MS);
    for (; rc == 0 && *pragmas; pragmas++)
        rc = query(c, *pragmas, NULL, NULL, err);
    if (rc == 0) {
        *out = c;
        return 0;
    }
    close_connection(c);
    if (err) {
        error_prefix(err, "the database file '%s' cannot be used", path);
        err->code = ERR_CONNECT;
    }
    return ERR_CONNECT;
}

/* Again where its file was removed meanwhile. */
static int open_lasting(const struct instance *inst, struct sql_connection **out, struct error *err)
{
    static const char *const pragmas[] = {"PRAGMA page_size = 8192", "PRAGMA journal_mode = WAL",
                                          "PRAGMA synchronous = NORMAL", NO_TEMPORARY_FILES, NULL};
    for (;;) {
        const char *path = instance_get(inst, "path");
        bool is_new = path && access(path, F_OK) < 0;
        int rc = open_connection(inst, pragmas, out, err);
        if (rc < 0)
            return rc;
        if (!is_removed(*out)) {
            if (is_new)
                query(*out, "PRAGMA application_id = " OUR_FILE, NULL, NULL, NULL);
            return 0;
        }
        close_connection(*out);
    }
}

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct sql_connection *c = NULL;
    char mode[32] = "?";
    int rc = open_lasting(inst, &c, err);
    if (rc == 0)
        rc = query(c, "PRAGMA journal_mode", take_word, mode, err);
    if (rc < 0) {
        close_connection(c);
        return rc;
    }
    struct server *s = *out = sql_server_new(inst, &ops, c);
    buf_puts(&s->where, instance_get(inst, "path"));
    snprintf(s->version, sizeof s->version, "SQLite %s (journal %s, synchronous normal)",
             sqlite3_libversion(), mode);
    return 0;
}

/* ---- values ---- */

/* Whether a type is kept as the text form of its values. */
static bool is_text(struct type t)
{
    return t.kind == TYPE_DATE || t.kind == TYPE_TIMESTAMP ||
           (t.kind == TYPE_DECIMAL && !type_decimal_fits_double(t));
}

static int bind_value(sqlite3_stmt *stmt, int at, struct type t, const struct value *v, struct buf *scratch)
{
    if (v->null)
        return sqlite3_bind_null(stmt, at);
    if (is_text(t)) {
        buf_clear(scratch);
        value_put(scratch, t, v);
        return sqlite3_bind_text(stmt, at, scratch->data, (int)scratch->len, SQLITE_TRANSIENT);
    }
    switch (type_class(t)) {
    case CLASS_INT: return sqlite3_bind_int64(stmt, at, v->u.i);
    case CLASS_DOUBLE: return sqlite3_bind_double(stmt, at, v->u.d);
    case CLASS_DECIMAL: return sqlite3_bind_double(stmt, at, value_decimal_to_double(t, v->u.dec));
    case CLASS_BYTES: break;
    }
    return t.kind == TYPE_BYTES ? sqlite3_bind_blob(stmt, at, v->u.s.p, (int)v->u.s.n, SQLITE_STATIC)
                                : sqlite3_bind_text(stmt, at, v->u.s.p, (int)v->u.s.n, SQLITE_STATIC);
}

/* What cannot be read as its type comes out as NULL, which is not what was loaded. Returns the bytes that it
 * took. Nulls are read as nothing (0, no bytes): only then is it asked whether one is null. */
static uint32_t read_value(sqlite3_stmt *stmt, int at, struct type t, struct value *v)
{
    bool nothing = false;
    uint32_t n = 8;
    double d;
    v->null = false;
    if (is_text(t)) {
        char *text = (char *)sqlite3_column_text(stmt, at);
        n = (uint32_t)sqlite3_column_bytes(stmt, at);
        v->null = !text || !value_parse(t, text, n, v);
        return n;
    }
    switch (type_class(t)) {
    case CLASS_INT:                                   /* of 2.4 it would make 2, and 0 of a text */
        v->null = sqlite3_column_type(stmt, at) != SQLITE_INTEGER;
        v->u.i = sqlite3_column_int64(stmt, at);
        return v->null ? 0 : n;
    case CLASS_DOUBLE: case CLASS_DECIMAL:
        d = sqlite3_column_double(stmt, at);
        nothing = d == 0;
        if (type_class(t) == CLASS_DOUBLE) {
            v->u.d = d;
        } else {
            v->u.dec = value_decimal_from_double(t, d);
            v->null = value_decimal_to_double(t, v->u.dec) != d;    /* it has more digits than the type */
        }
        break;
    case CLASS_BYTES:
        v->u.s.p = sqlite3_column_blob(stmt, at);
        n = v->u.s.n = (uint32_t)sqlite3_column_bytes(stmt, at);
        if ((nothing = !v->u.s.p))
            v->u.s.p = "";
        break;
    }
    if (nothing && sqlite3_column_type(stmt, at) == SQLITE_NULL) {
        v->null = true;
        n = 0;
    }
    return n;
}

/* ---- loading: a transaction for each stretch, a batch of rows a statement ---- */

struct loader {
    const struct instance *inst;
    struct sql_connection *conn;
    struct stretch stretch;
    sqlite3_stmt *many, *one;                         /* INSERTs of `rows` rows and of one, into the stretch's
                                                         table */
    uint32_t rows;
    struct buf scratch;
};

static int prepare_insert(struct loader *l, uint32_t rows, sqlite3_stmt **out, struct error *err)
{
    struct buf b = {0};
    const struct table *t = l->stretch.table;
    buf_puts(&b, "INSERT INTO ");
    sql_put_table_name(l->inst, t, &b);
    buf_puts(&b, " VALUES ");
    for (uint32_t r = 0; r < rows; r++) {
        buf_puts(&b, r ? ", (?" : "(?");
        for (uint32_t i = 1; i < t->ncolumns; i++)
            buf_puts(&b, ", ?");
        buf_putc(&b, ')');
    }
    int rc = sqlite3_prepare_v2(l->conn->db, buf_text(&b), (int)b.len, out, NULL) == SQLITE_OK
                 ? 0
                 : fail(l->conn->db, err);
    buf_release(&b);
    return rc;
}

static void free_statements(struct loader *l)
{
    sqlite3_finalize(l->many);
    sqlite3_finalize(l->one);
    l->many = l->one = NULL;
}

static void load_close(struct loader *l)
{
    free_statements(l);
    close_connection(l->conn);
    buf_release(&l->scratch);
    mem_free(l);
}

static int load_open(const struct instance *inst, struct loader **out, struct error *err)
{
    static const char *const pragmas[] = {"PRAGMA synchronous = OFF", "PRAGMA cache_size = -65536",
                                          NO_TEMPORARY_FILES, NULL};
    struct loader *l = mem_alloc(sizeof *l);
    l->inst = inst;
    int rc = open_connection(inst, pragmas, &l->conn, err);
    if (rc == 0)
        *out = l;
    else
        load_close(l);
    return rc;
}

static int load_begin(struct loader *l, const struct stretch *s, struct error *err)
{
    uint32_t n = s->table->ncolumns,
             most = (uint32_t)sqlite3_limit(l->conn->db, SQLITE_LIMIT_VARIABLE_NUMBER, -1) / n;
    bool same = l->one && l->stretch.table == s->table;
    l->stretch = *s;
    l->rows = rows_batch(s->table);
    l->rows = most < l->rows ? (most ? most : 1) : l->rows;
    if (!same)
        free_statements(l);
    int rc = query(l->conn, "BEGIN IMMEDIATE", NULL, NULL, err);
    if (rc == 0 && !l->many && s->to - s->from >= l->rows)
        rc = prepare_insert(l, l->rows, &l->many, err);
    if (rc == 0 && !same)
        rc = prepare_insert(l, 1, &l->one, err);
    return rc;
}

static int insert_rows(struct loader *l, sqlite3_stmt *stmt, const struct value *values, uint32_t rows,
                       struct error *err)
{
    const struct table *t = l->stretch.table;
    int rc = SQLITE_OK, at = 0;
    for (uint32_t r = 0; r < rows; r++)
        for (uint32_t i = 0; rc == SQLITE_OK && i < t->ncolumns; i++)
            rc = bind_value(stmt, ++at, t->columns[i].type, values++, &l->scratch);
    if (rc == SQLITE_OK)
        sqlite3_step(stmt);
    return sqlite3_reset(stmt) == SQLITE_OK && rc == SQLITE_OK ? 0 : fail(l->conn->db, err);
}

static int load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    int rc = 0;
    for (uint32_t done = 0, some; rc == 0 && done < n; done += some) {
        some = l->many && n - done >= l->rows ? l->rows : 1;
        rc = insert_rows(l, some == l->rows && l->many ? l->many : l->one,
                         values + (size_t)done * l->stretch.table->ncolumns, some, err);
    }
    return rc;
}

static int note_stretch(struct loader *l, struct error *err)
{
    struct buf b = {0};
    sql_put_load_note(l->inst, &l->stretch, &b);
    int rc = query(l->conn, buf_text(&b), NULL, NULL, err);
    buf_release(&b);
    return rc;
}

static int load_end(struct loader *l, bool commit, struct error *err)
{
    int rc = commit ? note_stretch(l, err) : 0;
    if (commit && rc == 0)
        rc = query(l->conn, "COMMIT", NULL, NULL, err);
    if (!commit || rc < 0)
        query(l->conn, "ROLLBACK", NULL, NULL, NULL);
    return rc;
}

/* ---- requests ---- */

struct channel {
    struct sql_connection *conn;
    sqlite3_stmt **stmts;                             /* by place in the session's requests */
};

struct session {
    const struct instance *inst;
    struct channel *channels;
    uint32_t nchannels, nstmts;
    struct sql_requests requests;
    struct value *row;
    struct buf scratch;
    struct error failure;                             /* of the call that is answered */
};

static void session_close(struct session *s)
{
    for (uint32_t i = 0; i < s->nchannels; i++) {
        for (uint32_t k = 0; k < s->nstmts; k++)
            sqlite3_finalize(s->channels[i].stmts[k]);
        mem_free(s->channels[i].stmts);
        close_connection(s->channels[i].conn);
    }
    places_release(&s->requests.places);
    buf_release(&s->scratch);
    mem_free(s->channels);
    mem_free(s->row);
    mem_free(s);
}

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *o,
                        struct session **out, struct error *err)
{
    static const char *const pragmas[] = {"PRAGMA mmap_size = 1073741824", "PRAGMA synchronous = NORMAL",
                                          NULL};
    (void)loop;
    struct session *s = mem_alloc(sizeof *s);
    int rc = 0;
    s->inst = inst;
    s->channels = mem_alloc(o->connections * sizeof *s->channels);
    for (; rc == 0 && s->nchannels < o->connections; s->nchannels++)
        rc = open_connection(inst, pragmas, &s->channels[s->nchannels].conn, err);
    if (rc == 0)
        *out = s;
    else
        session_close(s);
    return rc;
}

static int prepare_on(struct session *s, struct channel *c, uint32_t before, struct error *err)
{
    const struct places *l = &s->requests.places;
    c->stmts = mem_grow(c->stmts, (l->count + 1) * sizeof(sqlite3_stmt *));
    memset(c->stmts + before, 0, (l->count - before) * sizeof(sqlite3_stmt *));
    for (uint32_t i = before; i < l->count; i++)
        if (sqlite3_prepare_v3(c->conn->db, l->items[i]->text, -1, SQLITE_PREPARE_PERSISTENT, &c->stmts[i],
                               NULL) != SQLITE_OK)
            return fail(c->conn->db, err);
    return 0;
}

/* The snapshot is taken by the first read; closing the connection ends it. */
static int begin_all(struct session *s, struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && instance_is_on(s->inst, "transaction") && i < s->nchannels; i++)
        if (sqlite3_get_autocommit(s->channels[i].conn->db))
            rc = query(s->channels[i].conn, "BEGIN", NULL, NULL, err);
    return rc;
}

/* What is written in a transaction that ends with the session is seen by no other connection. */
static int check_writes(const struct session *s, const struct request *const *requests, uint32_t n,
                        struct error *err)
{
    for (uint32_t i = 0; instance_is_on(s->inst, "transaction") && i < n; i++)
        if (request_writes(requests[i]))
            return error_set(err, ERR_SERVER,
                             "nothing can be written with `transaction on`, which reads one snapshot for all of "
                             "the run: leave it out");
    return 0;
}

static int session_prepare(struct session *s, const struct request *const *requests, uint32_t n,
                           struct error *err)
{
    uint32_t before = s->requests.places.count;
    int rc = check_writes(s, requests, n, err);
    if (rc < 0)
        return rc;
    sql_requests_add(&s->requests, requests, n);
    s->row = mem_grow(s->row, (s->requests.step_columns + 1) * sizeof *s->row);
    for (uint32_t i = 0; i < s->nchannels; i++) {     /* every one, so that all have the same statements to be
                                                         closed */
        int one = prepare_on(s, &s->channels[i], before, rc == 0 ? err : NULL);
        rc = rc < 0 ? rc : one;
    }
    s->nstmts = s->requests.places.count;
    return rc < 0 ? rc : begin_all(s, err);
}

static void give_row(struct session *s, sqlite3_stmt *stmt, struct call *c, const struct sql_lowered *low)
{
    uint32_t p = low->numbered ? (uint32_t)sqlite3_column_int64(stmt, 0) : 0;
    const struct step *step = &c->request->steps[p];
    for (uint32_t i = 0; i < step->ncolumns; i++)
        c->bytes += read_value(stmt, (int)(low->slot_of[p][i] + low->numbered), step->answer.types[i],
                               &s->row[i]);
    c->row(c, step, s->row);
}

/* turn: which of the keys whose rows are written one by one; 0 of all else. */
static int ask(struct session *s, sqlite3_stmt *stmt, struct call *c, uint32_t turn)
{
    const struct sql_lowered *low = c->request->lowered;
    int rc = SQLITE_OK;
    for (uint32_t i = 0; rc == SQLITE_OK && i < low->params.count; i++) {
        const struct sql_param *p = &low->params.items[i];
        const struct sql_range *range = p->ranges.items;
        rc = bind_value(stmt, (int)i + 1, p->column->type, &c->keys[range->first + turn * range->apart], &s->scratch);
    }
    while (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
        give_row(s, stmt, c, low);
    if (request_writes(c->request))
        c->met += (uint64_t)sqlite3_changes(sqlite3_db_handle(stmt));
    int ended = sqlite3_reset(stmt);
    return rc == SQLITE_OK ? ended : rc;
}

static int ask_in_turn(struct session *s, sqlite3 *db, sqlite3_stmt *stmt, struct call *c, uint32_t rows)
{
    int rc = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    for (uint32_t k = 0; rc == SQLITE_OK && k < rows; k++)
        rc = ask(s, stmt, c, k);
    return rc == SQLITE_OK ? sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) : rc;
}

static void submit(struct session *s, uint32_t connection, struct call *c)
{
    struct channel *channel = &s->channels[connection];
    sqlite3 *db = channel->conn->db;
    sqlite3_stmt *stmt = channel->stmts[places_find(&s->requests.places, c->request)];
    uint32_t rows = ((const struct sql_lowered *)c->request->lowered)->rows;
    c->trips++;
    if ((rows ? ask_in_turn(s, db, stmt, c, rows) : ask(s, stmt, c, 0)) != SQLITE_OK) {
        s->failure.code = 0;
        fail(db, &s->failure);
        call_fail(c, sqlite_fault(sqlite3_errcode(db)), s->failure.text);
        if (rows && !sqlite3_get_autocommit(db))
            sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    c->done(c);
}

const struct store sqlite_store = {
    SQL_STORE, .open = open_server, .mark = &sqlite_mark, .begin = sql_begin, .end = sql_end,
};

const struct feed sqlite_feed = {
    .open = load_open, .begin = load_begin, .rows = load_rows, .end = load_end, .close = load_close,
};

const struct wire sqlite_wire = {
    .handles = 3, .open = session_open, .prepare = session_prepare, .submit = submit, .close = session_close,
};
