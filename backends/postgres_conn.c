/* postgres_conn.c - connections by settings, and plain statements. */
#include "config.h"

#include "backends/postgres_conn.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/words.h"
#include "base/mem.h"
#include "base/thread.h"

/* Generic plans from the first execution on: the first five of a UNION ALL would be planned anew each time, and in parallel, which
 * costs far more than they do. */
static const char session_settings[] = "-c plan_cache_mode=force_generic_plan -c jit=off -c max_parallel_workers_per_gather=0";

struct facts {                                        /* out of the settings; owned */
    struct buf options, timeout;
    char *uri_options;
};

static void release_facts(struct facts *f)
{
    buf_release(&f->options);
    buf_release(&f->timeout);
    mem_free(f->uri_options);
}

/* libpq's own words about a uri may quote a part of the password: they are not passed on. */
static int read_uri(const char *uri, struct facts *f, struct error *err)
{
    if (!uri)
        return 0;
    PQconninfoOption *all = PQconninfoParse(uri, NULL);
    if (!all)
        return error_set(err, ERR_USAGE,
                         "the setting 'uri' cannot be read: it must be like 'postgresql://user:password@host:5432/database'");
    for (PQconninfoOption *o = all; o->keyword; o++) {
        if (o->val && !strcmp(o->keyword, "options"))
            f->uri_options = mem_strdup(o->val);
    }
    PQconninfoFree(all);
    return 0;
}

/* The server splits options at white space; a backslash protects a character. */
static void put_option_value(const char *text, struct buf *b)
{
    for (; *text; text++) {
        if (*text == '\\' || isspace((unsigned char)*text))
            buf_putc(b, '\\');
        buf_putc(b, *text);
    }
}

static void put_options(const struct instance *inst, enum postgres_use use, struct facts *f)
{
    const char *schema = instance_get(inst, "schema"), *own = f->uri_options ? f->uri_options : getenv("PGOPTIONS");
    if (own && *own)
        buf_printf(&f->options, "%s ", own);
    buf_puts(&f->options, session_settings);
    if (use == FOR_LOADING)
        buf_puts(&f->options, " -c synchronous_commit=off -c maintenance_work_mem=256MB");
    if (schema && *schema) {
        struct buf name = {0};
        sql_put_name(inst->backend->dialect, schema, &name);
        buf_puts(&f->options, " -c search_path=");
        put_option_value(buf_text(&name), &f->options);
        buf_release(&name);
    }
}

static void ignore_notice(void *arg, const char *message)
{
    (void)arg;
    (void)message;
}

static int open_pg(const struct instance *inst, const struct facts *f, PGconn **out, struct error *err)
{
    const char *uri = instance_get(inst, "uri");
    const char *keys[] = {"application_name", "client_encoding", "keepalives_idle", "tcp_user_timeout", "dbname", "host", "port", "dbname",
                          "user", "password", "sslmode", "sslrootcert", "connect_timeout", "options", NULL};
    /* What stands before the uri gives way to it, what comes after goes before it. Values that are NULL are passed over. */
    const char *values[] = {"wkl", "UTF8", "10", "30000", uri, instance_get(inst, "host"), instance_get(inst, "port"),
                            instance_get(inst, "database"), instance_get(inst, "user"), instance_get(inst, "password"),
                            instance_get(inst, "sslmode"), instance_get(inst, "ca"), buf_text(&f->timeout), buf_text(&f->options), NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 1);
    if (PQstatus(pg) == CONNECTION_OK) {
        PQsetNoticeProcessor(pg, ignore_notice, NULL);
        *out = pg;
        return 0;
    }
    int rc = words_fail(inst, err, ERR_CONNECT, pg ? PQerrorMessage(pg) : "out of memory");
    PQfinish(pg);
    return rc;
}

static int connect_now(const struct instance *inst, int use, void **out, struct error *err)
{
    struct facts f = {0};
    int rc = read_uri(instance_get(inst, "uri"), &f, err);
    if (rc == 0) {
        put_options(inst, (enum postgres_use)use, &f);
        buf_printf(&f.timeout, "%u", sql_connect_timeout_s(inst));
        rc = open_pg(inst, &f, (PGconn **)out, err);
    }
    release_facts(&f);
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

/* One step of what libpq has to send and to read. false: the connection is of no use any more. */
static bool step(struct await *a, PGconn *pg, unsigned events)
{
    int left = PQflush(pg);
    int ready = left < 0 ? -1 : await_ready(a, PQsocket(pg), events | (left ? LOOP_WRITE : 0), -1);
    return ready >= 0 && (!(ready & LOOP_READ) || PQconsumeInput(pg));
}

int postgres_flush(struct await *a, PGconn *pg, struct error *err)
{
    for (int left; (left = PQflush(pg)) != 0;)
        if (left < 0 || !step(a, pg, LOOP_READ))
            return postgres_fail_await(a, pg, NULL, err);
    return PQconsumeInput(pg) ? 0 : postgres_fail_await(a, pg, NULL, err);
}

PGresult *postgres_next(struct await *a, PGconn *pg)
{
    while (!a->over.code && PQisBusy(pg))
        if (!step(a, pg, LOOP_READ))
            break;
    return a->over.code ? NULL : PQgetResult(pg);     /* a connection that is gone gives a result that says so */
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
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ? 0 : postgres_fail_await(a, pg, last, err);
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

int postgres_fail(const struct instance *inst, PGconn *pg, const PGresult *result, struct error *err)
{
    const char *said = result ? PQresultErrorMessage(result) : PQerrorMessage(pg);
    if (!said || !*said)
        said = PQerrorMessage(pg);
    return words_fail(inst, err, PQstatus(pg) == CONNECTION_BAD ? ERR_LOST : ERR_SERVER, said && *said ? said : "the server gave no reason");
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

static int open_connection(const struct instance *inst, struct sql_connection **out, struct error *err)
{
    PGconn *pg;
    int rc = postgres_connect(inst, FOR_LOADING, &pg, err);
    if (rc == 0) {
        *out = mem_alloc(sizeof **out);
        (*out)->pg = pg;
        (*out)->wait = postgres_await(inst, pg);
    }
    return rc;
}

static void expect_at_once(struct sql_connection *c, bool brief)
{
    c->wait.brief = brief;
}

const struct sql_ops postgres_ops = {.query = query, .close = close_connection, .open = open_connection, .expect_at_once = expect_at_once};
