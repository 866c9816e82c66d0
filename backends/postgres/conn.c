/* conn.c - connections by settings, and plain statements. */
#include "config.h"

#include "backends/postgres/conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/environment.h"
#include "backends/words.h"
#include "base/mem.h"
#include "base/thread.h"

/* What is measured, and what comes back, must not hang on what a role, a database or an environment has set.
 * A statement sets it once a connection is open, not an option of the start, which poolers drop without a
 * word; what a version does not know is passed over.
 *
 * Generic plans from the first execution on: the first five of a UNION ALL would be planned anew each time,
 * and in parallel, which costs far more than they do. Administration and loading do not wait for each commit
 * to reach the disk. */
static const struct { const char *name, *value; bool loading; } session_settings[] = {
    {"plan_cache_mode", "force_generic_plan", false}, {"jit", "off", false},
    {"max_parallel_workers_per_gather", "0", false},
    {"default_transaction_read_only", "off", false},
    {"default_transaction_isolation", "read committed", false},
    {"default_transaction_deferrable", "off", false}, {"statement_timeout", "0", false},
    {"lock_timeout", "0", false}, {"transaction_timeout", "0", false},
    {"idle_in_transaction_session_timeout", "0", false}, {"idle_session_timeout", "0", false},
    {"client_encoding", "UTF8", false}, {"standard_conforming_strings", "on", false},
    {"transform_null_equals", "off", false}, {"bytea_output", "hex", false}, {"DateStyle", "ISO, YMD", false},
    {"IntervalStyle", "postgres", false}, {"TimeZone", "UTC", false}, {"extra_float_digits", "1", false},
    {"client_min_messages", "warning", false}, {"exit_on_error", "off", false},
    {"synchronous_commit", "off", true}, {"maintenance_work_mem", "256MB", true},
};

/* libpq's own words about a uri may quote a part of the password: they are not passed on. */
/* As Prisma writes them. */
static bool has_parameter(const char *uri, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = strchr(uri, '?'); at; at = strchr(at + 1, '&'))
        if (!strncmp(at + 1, name, n) && at[1 + n] == '=')
            return true;
    return false;
}

static int check_uri(const char *uri, struct error *err)
{
    if (!uri)
        return 0;
    static const char *const foreign[] = {"schema", "pgbouncer", "connection_limit", "pool_timeout",
                                          "sslaccept"};
    PQconninfoOption *all = PQconninfoParse(uri, NULL);
    for (size_t i = 0; !all && i < sizeof foreign / sizeof *foreign; i++)
        if (has_parameter(uri, foreign[i]))
            return error_set(err, ERR_USAGE,
                             "the setting 'uri' has the parameter '%s', which PostgreSQL's own clients do not know: leave it out%s",
                             foreign[i], i ? "" : "; the setting `schema` of the backend's block says where tables are made");
    if (!all)
        return error_set(err, ERR_USAGE,
                         "the setting 'uri' cannot be read: it must be like "
                         "'postgresql://user:password@host:5432/database'");
    PQconninfoFree(all);
    return 0;
}

static void ignore_notice(void *arg, const char *message)
{
    (void)arg;
    (void)message;
}

/* libpq asks on a line of its own. */
static int not_connected(const struct instance *inst, const char *said, struct error *err)
{
    static const char lines[] = "\n\tIs the server ", line[] = ": is the server ";
    struct buf words = {0};
    buf_puts(&words, said);
    for (char *at = words.data; at && (at = strstr(at, lines)); at++)
        memcpy(at, line, strlen(line));
    int rc = words_fail(inst, err, ERR_CONNECT, buf_text(&words));
    buf_release(&words);
    return rc;
}

static int open_pg(const struct instance *inst, const struct buf *timeout, PGconn **out, struct error *err)
{
    const char *uri = instance_get(inst, "uri");
    /* PGPORT is of one server, not of those that have variables of their own. */
    bool usual = strcmp(inst->kind->env_prefix, "PG") != 0 && !instance_get(inst, "service") &&
        !(uri && environment_address_says(uri, "service"));
    const char *keys[] = {"application_name", "client_encoding", "keepalives_idle", "tcp_user_timeout",
                          "port", "dbname", "service", "host", "port",
                          "dbname", "user", "password", "sslmode", "sslrootcert", "connect_timeout", NULL};
    /* What stands before the uri gives way to it, what comes after goes before it. Values that are NULL are
     * passed over. */
    const char *values[] = {"wkl", "UTF8", "10", "30000", usual ? "5432" : NULL, uri,
                            instance_get(inst, "service"),
                            instance_get(inst, "host"), instance_get(inst, "port"),
                            instance_get(inst, "database"), instance_get(inst, "user"),
                            instance_get(inst, "password"),
                            instance_get(inst, "sslmode"), instance_get(inst, "ca"), buf_text(timeout), NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 1);
    if (PQstatus(pg) == CONNECTION_OK) {
        PQsetNoticeProcessor(pg, ignore_notice, NULL);
        *out = pg;
        return 0;
    }
    const char *said = pg ? PQerrorMessage(pg) : "out of memory";
    bool options = strstr(said, "unsupported startup parameter") != NULL,
         denied = pg && PQconnectionUsedPassword(pg);
    int rc = not_connected(inst, said, err);
    if (options && err)
        error_prefix(
            err,
            "a pooler takes no options at the start: unset PGOPTIONS, or leave `options` out of the uri");
    if (err)
        err->denied = denied;
    PQfinish(pg);
    return rc;
}

/* ---- what a session has set ---- */

/* E'…' reads the same whatever standard_conforming_strings says, which this statement is yet to set. */
static void put_setting(const char *name, const char *value, const char *before, struct buf *b)
{
    buf_printf(b, "%s('%s', E'", before, name);
    for (; *value; value++) {
        if (*value == '\'' || *value == '\\')
            buf_putc(b, *value);
        buf_putc(b, *value);
    }
    buf_puts(b, "')");
}

static void put_settings(const struct instance *inst, enum postgres_use use, struct buf *b)
{
    const char *schema = instance_get(inst, "schema");
    buf_puts(b, "SELECT pg_catalog.set_config(s.name, v.value, false) FROM (VALUES ");
    for (size_t i = 0; i < sizeof session_settings / sizeof *session_settings; i++)
        if (!session_settings[i].loading || use == FOR_LOADING)
            put_setting(session_settings[i].name, session_settings[i].value, i ? ", " : "", b);
    if (schema && *schema) {
        struct buf name = {0};
        sql_put_name(inst->backend->dialect, schema, &name);
        put_setting("search_path", buf_text(&name), ", ", b);
        buf_release(&name);
    }
    buf_puts(b, ") v(name, value) JOIN pg_catalog.pg_settings s ON s.name = v.name");
}

static int set_session(const struct instance *inst, enum postgres_use use, PGconn *pg, struct error *err)
{
    struct buf sql = {0};
    struct error said = {0};
    put_settings(inst, use, &sql);
    PGresult *result = PQexec(pg, buf_text(&sql));
    int rc = PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : postgres_fail(inst, pg, result, &said);
    PQclear(result);
    buf_release(&sql);
    return rc < 0 ? error_set(err, ERR_CONNECT, "the session cannot be set up: %s", said.text) : 0;
}

static int connect_now(const struct instance *inst, int use, void **out, struct error *err)
{
    struct buf timeout = {0};
    int rc = check_uri(instance_get(inst, "uri"), err);
    PGconn *pg = NULL;
    if (rc == 0) {
        buf_printf(&timeout, "%u", sql_connect_timeout_s(inst));
        rc = open_pg(inst, &timeout, &pg, err);
    }
    buf_release(&timeout);
    if (rc == 0 && (rc = set_session(inst, (enum postgres_use)use, pg, err)) < 0) {
        PQfinish(pg);
        pg = NULL;
    }
    *out = pg;
    return rc;
}

static void close_now(void *pg)
{
    PQfinish(pg);
}

const struct attempt_kind postgres_attempts = {.connect = connect_now, .close = close_now};

int postgres_connect(const struct instance *inst, enum postgres_use use, PGconn **out, struct error *err)
{
    void *pg;
    int rc = attempt_connect(&postgres_attempts, inst, use, &pg, err);
    if (rc == 0)
        *out = pg;
    return rc;
}

/* ---- statements, whose end is waited for as long as the server is there ---- */

/* PQcancel blocks, without end where the server is silent. */
static void *cancel_now(void *cancel)
{
    char words[256];
    PQcancel(cancel, words, sizeof words);
    PQfreeCancel(cancel);
    return NULL;
}

static void cancel(const struct await *a)
{
    pthread_t thread;
    PGcancel *c = PQgetCancel(a->connection);
    if (c && thread_try(&thread, cancel_now, c))
        pthread_detach(thread);
    else
        PQfreeCancel(c);
}

struct await postgres_await(const struct instance *inst, PGconn *pg)
{
    PQsetnonblocking(pg, 1);
    return (struct await){.inst = inst, .kind = &postgres_attempts, .cancel = cancel, .connection = pg};
}

/* One step of what libpq has to send and to read; left: what PQflush says. false: the connection is of no use
 * any more. */
static bool step(struct await *a, PGconn *pg, int left)
{
    int ready = left < 0 ? -1 : await_ready(a, PQsocket(pg), LOOP_READ | (left ? LOOP_WRITE : 0), -1);
    return ready >= 0 && (!(ready & LOOP_READ) || PQconsumeInput(pg));
}

int postgres_flush(struct await *a, PGconn *pg, struct error *err)
{
    for (int left; (left = PQflush(pg)) != 0;)
        if (!step(a, pg, left))                       /* flushing again in between could leave nothing but an
                                                         answer to wait for */
            return postgres_fail_await(a, pg, NULL, err);
    return PQconsumeInput(pg) ? 0 : postgres_fail_await(a, pg, NULL, err);
}

PGresult *postgres_next(struct await *a, PGconn *pg)
{
    while (!a->over.code && PQisBusy(pg))
        if (!step(a, pg, PQflush(pg)))
            break;
    return a->over.code ? NULL : PQgetResult(pg);     /* a connection that is gone gives a result that says
                                                         so */
}

int postgres_results(struct await *a, PGconn *pg, PGresult **out, struct error *err)
{
    PGresult *last = NULL;
    for (PGresult *r; (r = postgres_next(a, pg)); last = r) {
        PQclear(last);
        ExecStatusType status = PQresultStatus(r);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) {
            *out = r;
            return 0;
        }
    }
    ExecStatusType status = PQresultStatus(last);
    *out = last;
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0
                                                                   : postgres_fail_await(a, pg, last, err);
}

int postgres_run(struct await *a, PGconn *pg, const char *sql, PGresult **out, struct error *err)
{
    int rc = await_begin(a, err);
    *out = NULL;
    if (rc < 0)
        return rc;
    if (!PQsendQuery(pg, sql))
        return postgres_fail(a->inst, pg, NULL, err);
    return postgres_results(a, pg, out, err);
}

int postgres_fail_await(const struct await *a, PGconn *pg, const PGresult *result, struct error *err)
{
    struct error said = {0};
    int rc = postgres_fail(a->inst, pg, result, &said);
    return await_fail(a, rc, said.text, err);
}

static bool has_state(const PGresult *result, const char *one, const char *other)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    return state && (!strcmp(state, one) || (other && !strcmp(state, other)));
}

/* Prepared statements that are gone, or of somebody else: a pooler has handed the connection on in
 * between. */
static bool lost_statement(const PGresult *result)
{
    return has_state(result, "26000", "42P05");
}

/* The server's own words do not name the schema: a search path may hold what is not there. */
void postgres_say_no_schema(const struct instance *inst, struct error *err)
{
    const char *schema = instance_get(inst, "schema");
    if (schema && *schema)
        error_prefix(err, "there is no schema '%s' that this user may use: make it (CREATE SCHEMA), or set another `schema`", schema);
    else
        error_prefix(err, "the search path has no schema that this user may use: set `schema`");
}

#define SESSION_NEEDED "a pooler in transaction mode keeps neither settings nor prepared statements: connect to the server itself, " \
                       "or to a pool in session mode"

/* Without the line of the statement, whose mark has no place in one line. */
static const char *put_said(const PGresult *result, struct buf *b)
{
    static const struct { int field; const char *before; } parts[] = {
        {PG_DIAG_SEVERITY, ""}, {PG_DIAG_MESSAGE_PRIMARY, ":  "}, {PG_DIAG_MESSAGE_DETAIL, "\nDETAIL:  "},
        {PG_DIAG_MESSAGE_HINT, "\nHINT:  "},
        {PG_DIAG_CONTEXT, "\nCONTEXT:  "},
    };
    if (!result || !PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY))
        return result ? PQresultErrorMessage(result) : NULL;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *said = PQresultErrorField(result, parts[i].field);
        if (said)
            buf_printf(b, "%s%s", parts[i].before, said);
    }
    return buf_text(b);
}

int postgres_fail(const struct instance *inst, PGconn *pg, const PGresult *result, struct error *err)
{
    struct buf parts = {0};
    const char *said = put_said(result, &parts);
    if (!said || !*said)
        said = PQerrorMessage(pg);
    int rc = words_fail(inst, err, PQstatus(pg) == CONNECTION_BAD ? ERR_LOST : ERR_SERVER,
                        said && *said ? said : "the server gave no reason");
    if (err && lost_statement(result))
        error_prefix(err, SESSION_NEEDED);
    if (err && has_state(result, "3F000", NULL))
        postgres_say_no_schema(inst, err);
    if (err && has_state(result, "42501", NULL) && strcasestr(err->text, "schema"))
        error_prefix(err, POSTGRES_RIGHT_NEEDED);
    buf_release(&parts);
    return rc;
}

static int query(struct sql_connection *c, const char *sql, sql_row_fn *row, void *arg, struct error *err)
{
    enum { MOST = 8 };
    PGresult *r;
    int rc = postgres_run(&c->wait, c->pg, sql, &r, err);
    int rows = row && PQresultStatus(r) == PGRES_TUPLES_OK ? PQntuples(r) : 0;
    for (int i = 0; i < rows; i++) {
        const char *columns[MOST];
        for (int k = 0; k < PQnfields(r) && k < MOST; k++)
            columns[k] = PQgetisnull(r, i, k) ? NULL : PQgetvalue(r, i, k);
        row(arg, columns);
    }
    PQclear(r);
    return rc;
}

static void close_connection(struct sql_connection *c)
{
    PQfinish(c->pg);
    mem_free(c);
}

static void take_pid(void *arg, const char *const *columns)
{
    *(int *)arg = columns[0] ? atoi(columns[0]) : 0;
}

static int connect_admin(const struct instance *inst, struct sql_connection **out, int *pid,
                         struct error *err)
{
    PGconn *pg = NULL;
    int rc = postgres_connect(inst, FOR_LOADING, &pg, err);
    if (rc < 0)
        return rc;
    *out = mem_alloc(sizeof **out);
    (*out)->pg = pg;
    (*out)->wait = postgres_await(inst, pg);
    rc = query(*out, "SELECT pg_catalog.pg_backend_pid()", take_pid, pid, err);
    if (rc < 0)
        close_connection(*out);
    return rc;
}

/* Whose process answers is not who was connected to where a pooler stands between. One that gives a second
 * connection the process of the first, which is still open, hands processes on from transaction to
 * transaction. */
static int open_connection(const struct instance *inst, struct sql_connection **out, struct error *err)
{
    struct sql_connection *second;
    int pid = 0, other = 0, rc = connect_admin(inst, out, &pid, err);
    if (rc < 0 || pid == PQbackendPID((*out)->pg))
        return rc;
    rc = connect_admin(inst, &second, &other, err);
    if (rc == 0)
        close_connection(second);
    if (rc == 0 && pid == other)
        rc = error_set(err, ERR_USAGE, SESSION_NEEDED);
    if (rc < 0)
        close_connection(*out);
    return rc;
}

static void expect_at_once(struct sql_connection *c, bool brief)
{
    c->wait.brief = brief;
}

const struct sql_ops postgres_ops = {
    .query = query, .close = close_connection, .open = open_connection, .expect_at_once = expect_at_once};
