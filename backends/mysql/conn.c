/* conn.c - connections by settings, plain statements, errors, times. */
#include "config.h"

#include "backends/mysql/conn.h"

#include <errmsg.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "backends/mysql/faults.h"
#include "backends/mysql/tls.h"
#include "backends/mysql/uri.h"
#include "backends/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/thread.h"

/* ---- where to: a uri, overridden by settings ---- */

static const char *choose(const struct instance *inst, const char *setting, const char *other)
{
    const char *own = instance_get(inst, setting);
    return own ? own : other;
}

/* ---- connecting ---- */

/* What is measured, and what comes back, must not hang on what a server or a user has set. Every connection
 * begins with this: those for loading, administration and requests, and those that are opened again. DEFAULT
 * would be the server's own value. */
static const char session_settings[] =
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', SESSION autocommit = 1, SESSION completion_type = 0, "
    "SESSION sql_select_limit = 18446744073709551615, SESSION sql_big_selects = 1, SESSION sql_safe_updates = 0, SESSION sql_auto_is_null = 0, "
    "SESSION wait_timeout = 28800, SESSION max_error_count = 64, SESSION sql_warnings = 0, SESSION time_zone = '+00:00', SESSION default_storage_engine = InnoDB"
    "/*!50708 , SESSION max_execution_time = 0 *//*M!100101 , SESSION max_statement_time = 0 */";

static void set_options(const struct instance *inst, enum mysql_use use, MYSQL *my)
{
    unsigned timeout = sql_connect_timeout_s(inst);
    mysql_optionsv(my, MYSQL_OPT_NONBLOCK, 0);
    mysql_optionsv(my, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
    if (use == FOR_CANCEL) {                          /* which is not waited for, and has to end by itself */
        mysql_optionsv(my, MYSQL_OPT_READ_TIMEOUT, &timeout);
        mysql_optionsv(my, MYSQL_OPT_WRITE_TIMEOUT, &timeout);
    }
    mysql_optionsv(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_optionsv(my, MYSQL_INIT_COMMAND, session_settings);
    mysql_optionsv(my, MYSQL_INIT_COMMAND, "SET SESSION TRANSACTION READ WRITE");
    mysql_optionsv(my, MYSQL_OPT_LOCAL_INFILE, &(unsigned){use == FOR_LOADING});      /* else a server could ask for any file */
}

/* A network that swallows what is sent is noticed after half a minute, by the kernel: a statement may take
 * longer than that, and so no time is set for the answer itself. */
static void watch_network(MYSQL *my)
{
    const int on = 1, idle_s = 10, every_s = 10, most_ms = 30000;
    int fd = (int)mysql_get_socket(my);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s, sizeof idle_s);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &every_s, sizeof every_s);
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &most_ms, sizeof most_ms);
}

/* A port means TCP: to "localhost" the library takes the Unix socket of the system else, whatever port was
 * asked for. */
static int find_server(const struct instance *inst, const struct mysql_target *t, struct mysql_where *to,
                       MYSQL *my, struct error *err)
{
    const char *port = choose(inst, "port", t->port);
    *to = (struct mysql_where){
        .host = choose(inst, "host", t->host), .user = choose(inst, "user", t->user),
        .password = choose(inst, "password", t->password),
        .database = choose(inst, "database", t->database), .socket = choose(inst, "socket", t->socket),
    };
    if (!port || !*port)
        return 0;
    if (!port_parse(port, strlen(port), &to->port))
        return error_set(err, ERR_USAGE, "the port '%s' is none: it must be a whole number from 1 to 65535",
                         port);
    if (!to->socket)
        mysql_optionsv(my, MYSQL_OPT_PROTOCOL, &(unsigned){MYSQL_PROTOCOL_TCP});
    return 0;
}

static int ask_for_tls(const struct instance *inst, const struct mysql_target *t, MYSQL *my,
                       enum mysql_tls *tls, struct error *err)
{
    const char *own = instance_get(inst, "ssl");
    int rc = mysql_tls_read(own ? "the setting 'ssl'" : "the parameter 'ssl-mode' of 'uri'",
                            own ? own : t->tls, tls, err);
    return rc < 0 ? rc : mysql_tls_ask(inst, *tls, t->ca, my, err);
}

/* The library names no port, and in its errno only that it did not wait for the connection. */
static int not_connected(const struct instance *inst, const struct mysql_where *to, MYSQL *my, int rc,
                         struct error *err)
{
    const char *text = mysql_error(my), *end = strstr(text, " (");
    unsigned code = mysql_errno(my);
    bool refused = code == CR_CONNECTION_ERROR || code == CR_CONN_HOST_ERROR;
    struct buf said = {0};
    if (refused && strstr(text, " socket "))
        buf_printf(&said, "%s: is the server running on this machine, with that socket?", text);
    else if (refused)
        buf_printf(&said,
                   "%.*s, port %u: is the server running on that host and accepting TCP/IP connections?",
                   (int)(end ? end - text : (ptrdiff_t)strlen(text)), text, to->port ? to->port : MYSQL_PORT);
    else
        buf_puts(&said, text);
    words_fail(inst, err, rc, buf_text(&said));
    buf_release(&said);
    return rc;
}

static int connect_to(const struct instance *inst, enum mysql_use use, const struct mysql_target *t,
                      MYSQL **out, struct error *err)
{
    struct mysql_where to;
    enum mysql_tls tls;
    MYSQL *my = mysql_init(NULL);
    if (!my)
        return error_set(err, ERR_CONNECT, "libmariadb cannot be set up: out of memory");
    set_options(inst, use, my);
    int rc = find_server(inst, t, &to, my, err);
    if (rc == 0)
        rc = ask_for_tls(inst, t, my, &tls, err);
    if (rc == 0)
        rc = mysql_tls_connect(my, tls, &to, sql_connect_timeout_s(inst), err);
    if (rc == 0) {
        watch_network(my);
        *out = my;
        return 0;
    }
    rc = not_connected(inst, &to, my, rc, err);       /* which keeps what is said already */
    if (err)
        err->denied = mysql_errno(my) == ER_ACCESS_DENIED_ERROR ||
                      mysql_errno(my) == ER_ACCESS_DENIED_NO_PASSWORD_ERROR;
    mysql_close(my);
    return rc;
}

static int connect_now(const struct instance *inst, int use, void **out, struct error *err)
{
    struct mysql_target t = {0};
    MYSQL *my = NULL;
    int rc = mysql_uri_read(instance_get(inst, "uri"), &t, err);
    if (rc == 0)
        rc = connect_to(inst, (enum mysql_use)use, &t, &my, err);
    *out = my;
    mem_free(t.copy);
    return rc;
}

static void close_now(void *my)
{
    mysql_close(my);
}

const struct attempt_kind mysql_attempts = {.connect = connect_now, .close = close_now};

int mysql_open(const struct instance *inst, enum mysql_use use, MYSQL **out, struct error *err)
{
    void *my;
    int rc = attempt_connect(&mysql_attempts, inst, (int)use, &my, err);
    if (rc == 0)
        *out = my;
    return rc;
}

/* ---- waiting for statements ---- */

struct killing { struct arena arena; const struct instance *inst; unsigned long id; };

static void free_killing(struct killing *k)
{
    arena_release(&k->arena);
    mem_free(k);
}

static void *kill_now(void *arg)
{
    struct killing *k = arg;
    void *my;
    char sql[60];
    snprintf(sql, sizeof sql, "KILL QUERY %lu", k->id);
    if (connect_now(k->inst, FOR_CANCEL, &my, NULL) == 0) {
        mysql_real_query(my, sql, (unsigned long)strlen(sql));
        mysql_close(my);
    }
    free_killing(k);
    return NULL;
}

static void cancel(const struct await *a)
{
    pthread_t thread;
    struct killing *k = mem_alloc(sizeof *k);
    arena_init(&k->arena);
    k->inst = instance_copy(&k->arena, a->inst);
    k->id = mysql_thread_id(a->connection);
    if (thread_try(&thread, kill_now, k))
        pthread_detach(thread);
    else
        free_killing(k);
}

struct await mysql_await(const struct instance *inst, MYSQL *my)
{
    return (struct await){.inst = inst, .kind = &mysql_attempts, .cancel = cancel, .connection = my};
}

/* What a statement that is under way waits for is there. Where it is given up the socket is shut down, so
 * that the library reads or writes in vain and ends the statement itself. */
int mysql_await_ready(struct await *a, int wait)
{
    MYSQL *my = a->connection;
    unsigned events = (wait & MYSQL_WAIT_READ ? LOOP_READ : 0) | (wait & MYSQL_WAIT_WRITE ? LOOP_WRITE : 0);
    int ms = wait & MYSQL_WAIT_TIMEOUT ? (int)mysql_get_timeout_value_ms(my) : -1;
    int ready = await_ready(a, (int)mysql_get_socket(my), events, ms);
    if (ready < 0)
        return wait & (MYSQL_WAIT_READ | MYSQL_WAIT_WRITE);
    if (ready == 0)
        return MYSQL_WAIT_TIMEOUT;
    ready = (ready & LOOP_READ ? MYSQL_WAIT_READ : 0) | (ready & LOOP_WRITE ? MYSQL_WAIT_WRITE : 0);
    return ready & wait ? ready & wait : wait & (MYSQL_WAIT_READ | MYSQL_WAIT_WRITE);
}

int mysql_run(struct await *a, const char *sql, size_t n, struct error *err)
{
    int failed = 0, rc = await_begin(a, err);
    if (rc < 0)
        return rc;
    MYSQL_AWAIT(a, failed, mysql_real_query, (MYSQL *)a->connection, sql, (unsigned long)n);
    return failed ? mysql_fail_await(a, err) : 0;
}

MYSQL_RES *mysql_result(struct await *a)
{
    MYSQL_RES *res = NULL;
    MYSQL_AWAIT(a, res, mysql_store_result, (MYSQL *)a->connection);
    return res;
}

int mysql_fail_await(const struct await *a, struct error *err)
{
    struct error said = {0};
    int rc = mysql_fail(a->inst, mysql_errno(a->connection), mysql_error(a->connection), &said);
    return await_fail(a, rc, said.text, err);
}

/* ---- statements ---- */

int mysql_fail(const struct instance *inst, unsigned number, const char *words, struct error *err)
{
    int code = mysql_fault(number) == FAULT_LOST ? ERR_LOST : ERR_SERVER;
    words_fail(inst, err, code, words && *words ? words : "the server gave no reason");
    if (err && (number == ER_TABLEACCESS_DENIED_ERROR || number == ER_DBACCESS_DENIED_ERROR))
        error_prefix(err, "the user lacks a privilege (GRANT …), or set `database` to one where it has it");
    return code;
}

static void give_rows(MYSQL_RES *res, sql_row_fn *row, void *arg)
{
    MYSQL_ROW columns;
    while (row && (columns = mysql_fetch_row(res)))
        row(arg, (const char *const *)columns);
    mysql_free_result(res);
}

static int query(struct sql_connection *c, const char *sql, sql_row_fn *row, void *arg, struct error *err)
{
    int more = -1, rc = mysql_run(&c->wait, sql, strlen(sql), err);
    if (rc < 0)
        return rc;
    do {
        MYSQL_RES *res = mysql_result(&c->wait);
        if (res)
            give_rows(res, row, arg);
        else if (mysql_field_count(c->my))
            return mysql_fail_await(&c->wait, err);
        MYSQL_AWAIT(&c->wait, more, mysql_next_result, c->my);
    } while (more == 0);
    return more > 0 ? mysql_fail_await(&c->wait, err) : 0;
}

static bool is_there_already(struct sql_connection *c)
{
    return mysql_errno(c->my) == ER_SP_ALREADY_EXISTS;
}

static void close_connection(struct sql_connection *c)
{
    mysql_close(c->my);
    mem_free(c);
}

static void take_database(void *arg, const char *const *columns)
{
    *(bool *)arg = columns[0] != NULL;
}

static int open_connection(const struct instance *inst, struct sql_connection **out, struct error *err)
{
    MYSQL *my = NULL;
    bool chosen = false;
    int rc = mysql_open(inst, FOR_REQUESTS, &my, err);
    if (rc < 0)
        return rc;
    struct sql_connection *c = mem_alloc(sizeof *c);
    c->my = my;
    c->wait = mysql_await(inst, my);
    rc = query(c, "SELECT database()", take_database, &chosen, err);
    if (rc == 0 && !chosen)
        rc = error_set(err, ERR_USAGE, "no database is chosen: set 'database', or name it in the uri");
    if (rc == 0)
        *out = c;
    else
        close_connection(c);
    return rc;
}

static void expect_at_once(struct sql_connection *c, bool brief)
{
    c->wait.brief = brief;
}

const struct sql_ops mysql_ops = {
    .query = query, .close = close_connection, .open = open_connection, .is_there_already = is_there_already,
    .expect_at_once = expect_at_once,
};

/* ---- values ---- */

static const int64_t DAY_US = 86400ll * 1000000;

void mysql_time_from(struct type t, const struct value *v, MYSQL_TIME *out)
{
    int64_t days = v->u.i, us = 0, year;
    if (t.kind == TYPE_TIMESTAMP) {
        days = v->u.i / DAY_US - (v->u.i % DAY_US < 0);
        us = v->u.i - days * DAY_US;
    }
    *out = (MYSQL_TIME){.time_type = t.kind == TYPE_DATE ? MYSQL_TIMESTAMP_DATE : MYSQL_TIMESTAMP_DATETIME};
    date_to_civil(days, &year, &out->month, &out->day);
    out->year = (unsigned)year;
    out->second_part = (unsigned long)(us % 1000000);
    out->second = (unsigned)(us / 1000000 % 60);
    out->minute = (unsigned)(us / 60000000 % 60);
    out->hour = (unsigned)(us / 3600000000ll);
}

int64_t mysql_time_to(struct type t, const MYSQL_TIME *in)
{
    int64_t days = date_from_civil(in->year, in->month, in->day);
    if (t.kind == TYPE_DATE)
        return days;
    return days * DAY_US + ((in->hour * 60ll + in->minute) * 60 + in->second) * 1000000 +
           (int64_t)in->second_part;
}

enum enum_field_types mysql_bind_type(struct type t)
{
    static const enum enum_field_types types[TYPE_COUNT] = {
        [TYPE_BOOL] = MYSQL_TYPE_LONGLONG, [TYPE_INT] = MYSQL_TYPE_LONGLONG,
        [TYPE_BIGINT] = MYSQL_TYPE_LONGLONG,
        [TYPE_FLOAT] = MYSQL_TYPE_DOUBLE, [TYPE_DOUBLE] = MYSQL_TYPE_DOUBLE,
        [TYPE_DECIMAL] = MYSQL_TYPE_NEWDECIMAL,
        [TYPE_CHAR] = MYSQL_TYPE_STRING, [TYPE_STRING] = MYSQL_TYPE_STRING, [TYPE_BYTES] = MYSQL_TYPE_BLOB,
        [TYPE_UUID] = MYSQL_TYPE_STRING,
        [TYPE_DATE] = MYSQL_TYPE_DATE, [TYPE_TIMESTAMP] = MYSQL_TYPE_DATETIME,
        [TYPE_JSON] = MYSQL_TYPE_STRING,
    };
    return types[t.kind];
}
