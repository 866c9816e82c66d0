/* child.c - a backend in a process of its own, from a folder outside the tree: SQLite by server.py. Its
 * connections break as those of a server do, and come back as another process. Statements, tables and notes
 * are those of backends/sql/; all values are kept as their texts. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "backends/blocking.h"
#include "backends/child/process.h"
#include "backends/sql/driver.h"
#include "base/bounds.h"
#include "base/mem.h"

enum { MOST_TEXTS = 8 };

/* ---- printing ---- */

static void put_type(struct type t, bool key, struct buf *b, struct buf *loss)
{
    (void)t; (void)key; (void)loss;
    buf_puts(b, "TEXT");
}

static void put_literal(struct type t, const struct value *v, struct buf *b)
{
    struct buf text = {0};
    value_put(&text, t, v);
    if (v->null)
        buf_puts(b, "NULL");
    else
        sql_put_string(buf_text(&text), (uint32_t)text.len, b);
    buf_release(&text);
}

static const struct sql_dialect dialect = {
    .name = "child", .quote = '"', .passing = PASS_NUMBERED, .put_type = put_type, .put_literal = put_literal,
    .number_cast = "", .notes_columns = "name TEXT PRIMARY KEY, digest TEXT NOT NULL",
    .loads_columns = "name TEXT NOT NULL, from_row INTEGER NOT NULL, to_row INTEGER NOT NULL, "
                     "digest TEXT NOT NULL, PRIMARY KEY (name, from_row)",
    .relations = "SELECT name, NULL FROM sqlite_master",
};

static const struct setting_def settings[] = {
    {"server", "SERVER", NULL, "the program server.py of this backend's folder", false, SETTING_TEXT,
     SETTING_OF_SESSIONS},
    {"path", "PATH", NULL, "the database file; default: a temporary one", false, SETTING_DATABASE_FILE,
     SETTING_OF_PLACE},
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL, "how many processes answer the requests", false, SETTING_COUNT,
     .most = MOST_CONNECTIONS},
    {NULL, NULL, NULL, NULL, false},
};

/* ---- questions ---- */

struct sql_connection {
    struct process process;
    struct buf question;
    struct value *row;
    uint32_t room;                                    /* of the row */
};

static void close_connection(struct sql_connection *c)
{
    process_close(&c->process);
    buf_release(&c->question);
    mem_free(c->row);
    mem_free(c);
}

static int open_connection(const struct instance *inst, struct sql_connection **out, struct error *err)
{
    struct sql_connection *c = mem_alloc(sizeof *c);
    int rc = process_open(&c->process, instance_get(inst, "server"), instance_get(inst, "path"), err);
    if (rc == 0)
        *out = c;
    else
        mem_free(c);
    return rc;
}

static void begin_question(struct sql_connection *c, const char *sql)
{
    buf_clear(&c->question);
    buf_puts(&c->question, "{\"sql\": ");
    buf_put_json(&c->question, sql, strlen(sql));
}

static void put_value(struct sql_connection *c, struct type t, const struct value *v)
{
    struct buf text = {0};
    value_put(&text, t, v);
    if (v->null)
        buf_puts(&c->question, "null");
    else
        buf_put_json(&c->question, buf_text(&text), text.len);
    buf_release(&text);
}

static int query(struct sql_connection *c, const char *sql, sql_row_fn *row, void *arg, struct error *err)
{
    cJSON *answer, *rows, *each, *value;
    begin_question(c, sql);
    buf_putc(&c->question, '}');
    int rc = process_ask(&c->process, &c->question, &answer, &rows, err);
    if (rc < 0)
        return rc;
    cJSON_ArrayForEach(each, rows) {
        const char *texts[MOST_TEXTS] = {0};
        int n = 0;
        cJSON_ArrayForEach(value, each)
            if (n < MOST_TEXTS)
                texts[n++] = cJSON_GetStringValue(value);
        if (row)
            row(arg, texts);
    }
    cJSON_Delete(answer);
    return 0;
}

/* ---- the store ---- */

static int ask_version(struct server *s, struct error *err)
{
    char *text = NULL;
    /* Which opens the file. */
    int rc = sql_ask(s, "SELECT sqlite_version() FROM (SELECT count(*) FROM sqlite_master)", &text, err);
    snprintf(s->version, sizeof s->version, "SQLite %s in another process", text ? text : "?");
    mem_free(text);
    if (rc == 0)
        return 0;
    if (err)
        err->code = ERR_CONNECT;                      /* whatever it was, nothing has begun yet */
    return ERR_CONNECT;
}

static const struct sql_ops ops = {.query = query, .close = close_connection, .open = open_connection};

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct sql_connection *c;
    int rc = open_connection(inst, &c, err);
    if (rc < 0)
        return rc;
    struct server *s = sql_server_new(inst, &ops, c);
    buf_puts(&s->where, instance_get(inst, "path"));
    rc = ask_version(s, err);
    if (rc == 0)
        *out = s;
    else
        sql_close(s);
    return rc;
}

static const struct store store = {SQL_STORE, .open = open_server, .begin = sql_begin, .end = sql_end};

/* ---- the feed ---- */

struct loader {
    const struct instance *inst;
    struct sql_connection *conn;
    struct stretch stretch;
    struct buf insert;
};

static void load_close(struct loader *l)
{
    close_connection(l->conn);
    buf_release(&l->insert);
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
    l->stretch = *s;
    buf_clear(&l->insert);
    buf_puts(&l->insert, "INSERT INTO ");
    sql_put_table_name(l->inst, s->table, &l->insert);
    for (uint32_t i = 0; i < s->table->ncolumns; i++)
        buf_puts(&l->insert, i ? ", ?" : " VALUES (?");
    buf_putc(&l->insert, ')');
    return query(l->conn, "BEGIN IMMEDIATE", NULL, NULL, err);
}

static int load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    struct sql_connection *c = l->conn;
    const struct table *t = l->stretch.table;
    cJSON *answer, *rows;
    begin_question(c, buf_text(&l->insert));
    for (uint32_t row = 0; row < n; row++) {
        buf_puts(&c->question, row ? "], [" : ", \"many\": [[");
        for (uint32_t i = 0; i < t->ncolumns; i++) {
            buf_puts(&c->question, i ? ", " : "");
            put_value(c, t->columns[i].type, values++);
        }
    }
    buf_puts(&c->question, "]]}");
    int rc = process_ask(&c->process, &c->question, &answer, &rows, err);
    if (rc == 0)
        cJSON_Delete(answer);
    return rc;
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

/* ---- the wire ---- */

static int link_open(const struct instance *inst, int use, void **connection, struct error *err)
{
    (void)use;
    return open_connection(inst, (struct sql_connection **)connection, err);
}

static void link_close(void *connection)
{
    close_connection(connection);
}

static void give_row(struct sql_connection *c, cJSON *texts, struct call *call)
{
    const struct sql_lowered *low = call->request->lowered;
    const char *number = low->numbered ? cJSON_GetStringValue(cJSON_GetArrayItem(texts, 0)) : NULL;
    uint32_t n = number ? (uint32_t)atoi(number) : 0;
    const struct step *step = &call->request->steps[n];
    if (step->ncolumns > c->room) {
        c->room = step->ncolumns;
        c->row = mem_grow(c->row, c->room * sizeof *c->row);
    }
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        uint32_t at = low->slot_of[n][i] + low->numbered;
        char *text = cJSON_GetStringValue(cJSON_GetArrayItem(texts, (int)at));
        size_t length = text ? strlen(text) : 0;
        struct value *v = &c->row[i];
        v->null = !text || !value_parse(step->answer.types[i], text, length, v);
        call->bytes += length;
    }
    call->row(call, step, c->row);
}

static int link_call(void *connection, uint32_t place, struct call *call, struct error *err)
{
    struct sql_connection *c = connection;
    const struct sql_lowered *low = call->request->lowered;
    cJSON *answer, *rows, *each;
    (void)place;
    begin_question(c, call->request->text);
    buf_puts(&c->question, ", \"params\": [");
    for (uint32_t i = 0; i < low->params.count; i++) {
        const struct sql_param *p = &low->params.items[i];
        buf_puts(&c->question, i ? ", " : "");
        put_value(c, p->column->type, &call->keys[p->ranges.items[0].first]);
    }
    buf_puts(&c->question, "]}");
    int rc = process_ask(&c->process, &c->question, &answer, &rows, err);
    if (rc < 0)
        return rc;
    cJSON_ArrayForEach(each, rows)
        give_row(c, each, call);
    cJSON_Delete(answer);
    return 0;
}

static void link_interrupt(void *connection)
{
    shutdown(((struct sql_connection *)connection)->process.fd, SHUT_RDWR);
}

static int link_descriptor(void *connection)
{
    return ((struct sql_connection *)connection)->process.fd;
}

static const struct blocking links = {
    .connections = {.connect = link_open, .close = link_close}, .call = link_call,
    .interrupt = link_interrupt, .descriptor = link_descriptor,
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

const struct backend backend_child = {
    .name = "child",
    .title = "SQLite, another process",
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
