/* mysql_driver.c - MySQL and MariaDB, driven by libmariadb's non-blocking functions: prepared statements, binary both ways.
 *
 *   idle --submit--> EXECUTE --> STORE (a result set comes) --> its rows are read --> NEXT --> STORE … --> idle
 *                                                                               no more --> idle
 * Each step is begun by …_start, which says what it waits for, and taken on by …_cont when the loop has it; it is over when these
 * return 0. READ is waited for while idle too, so that a connection that the server drops is noticed then. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "backends/mysql_conn.h"
#include "base/clock.h"
#include "base/mem.h"

enum { WORDS = 600, TEXT_FIRST = 256, DECIMAL_CHARS = 48 };

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct sql_connection *c;
    int rc = mysql_ops.open(inst, &c, err);
    if (rc < 0)
        return rc;
    struct server *s = *out = sql_server_new(inst, &mysql_ops, c);
    const char *version = mysql_get_server_info(c->my);
    bool maria = strstr(version, "MariaDB") != NULL;
    snprintf(s->version, sizeof s->version, "%s %.*s", maria ? "MariaDB" : "MySQL",
             maria ? (int)strcspn(version, "-") : (int)strlen(version), version);
    sql_ask_identity(s, "SELECT CONCAT_WS(' ', @@hostname, @@port, @@datadir)");
    return 0;
}

/* ---- sessions ---- */

enum step { STEP_EXECUTE, STEP_STORE, STEP_NEXT, STEP_COUNT };

struct cell {                                         /* a result column: where libmariadb puts its value */
    union { int64_t i; double d; MYSQL_TIME t; } u;
    char *bytes;
    unsigned long cap, length;
    my_bool null, error;
};

struct key {                                          /* what a parameter points to where the key itself is in another form */
    MYSQL_TIME time;
    char decimal[DECIMAL_CHARS];
    unsigned long length;
};

struct channel {
    struct session *session;
    MYSQL *my;                                        /* NULL: it was lost */
    MYSQL_STMT **stmts;                               /* by place in the session's requests */
    uint32_t nstmts;
    struct watch watch;
    struct timer timer;
    struct call *call;                                /* in flight; NULL: idle */
    MYSQL_STMT *stmt;                                 /* its statement */
    enum step step;
    int result;                                       /* of the step */
    uint32_t set;                                     /* result sets that came before */
    char words[WORDS];
    struct cell *cells;
    MYSQL_BIND *columns, *params;
    struct key *keys;
};

struct session {
    const struct instance *inst;
    struct loop *loop;
    struct channel *channels;
    uint32_t nchannels, ncells;
    struct sql_requests requests;
    struct value *row;
    struct buf text;
};

static void close_stmts(struct channel *c)
{
    for (uint32_t i = 0; i < c->nstmts; i++)
        if (c->stmts[i])
            mysql_stmt_close(c->stmts[i]);
    c->nstmts = 0;
}

static void disconnect(struct channel *c)
{
    if (!c->my)
        return;
    loop_timer_cancel(c->session->loop, &c->timer);
    loop_watch(c->session->loop, &c->watch, 0);
    close_stmts(c);
    mysql_close(c->my);
    c->my = NULL;
}

static void session_close(struct session *s)
{
    for (uint32_t i = 0; i < s->nchannels; i++) {
        struct channel *c = &s->channels[i];
        disconnect(c);
        for (uint32_t k = 0; k < s->ncells; k++)
            mem_free(c->cells[k].bytes);
        mem_free(c->stmts);
        mem_free(c->cells);
        mem_free(c->columns);
        mem_free(c->params);
        mem_free(c->keys);
    }
    sql_requests_release(&s->requests);
    buf_release(&s->text);
    mem_free(s->channels);
    mem_free(s->row);
    mem_free(s);
}

static int prepare_one(struct channel *c, const struct request *r, uint32_t place, struct error *err)
{
    MYSQL_STMT *stmt = c->stmts[place] = mysql_stmt_init(c->my);
    int rc = 0;
    if (!stmt)
        rc = mysql_fail(c->session->inst, mysql_errno(c->my), mysql_error(c->my), err);
    else if (mysql_stmt_prepare(stmt, r->text, (unsigned long)strlen(r->text)))
        rc = mysql_fail(c->session->inst, mysql_stmt_errno(stmt), mysql_stmt_error(stmt), err);
    if (rc < 0 && err)
        error_prefix(err, "preparing '%s'", r->title ? r->title : r->text);
    return rc;
}

/* Prepares what is not prepared yet on this connection. */
static int prepare_all(struct channel *c, struct error *err)
{
    const struct sql_requests *l = &c->session->requests;
    uint32_t from = c->nstmts;
    int rc = 0;
    c->stmts = mem_grow(c->stmts, (l->count + 1) * sizeof(MYSQL_STMT *));
    memset(c->stmts + from, 0, (l->count - from) * sizeof(MYSQL_STMT *));
    c->nstmts = l->count;
    for (uint32_t i = 0; rc == 0 && i < l->count; i++)
        if (l->places[i] >= from)
            rc = prepare_one(c, l->items[i], l->places[i], err);
    return rc;
}

static void ready(struct watch *, unsigned events);
static void late(struct timer *);

static int connect_channel(struct channel *c, struct error *err)
{
    int rc = mysql_open(c->session->inst, FOR_REQUESTS, &c->my, err);
    if (rc < 0) {
        c->my = NULL;
        return rc;
    }
    c->watch = (struct watch){.fd = (int)mysql_get_socket(c->my), .ready = ready, .owner = c};
    c->timer = (struct timer){.fire = late, .owner = c};
    if ((rc = prepare_all(c, err)) == 0 && loop_watch(c->session->loop, &c->watch, LOOP_READ) < 0)
        rc = error_set(err, ERR_CONNECT, "the connection cannot be waited for");
    if (rc < 0)
        disconnect(c);
    return rc;
}

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *o, struct session **out,
                        struct error *err)
{
    struct session *s = mem_alloc(sizeof *s);
    int rc = 0;
    s->inst = inst;
    s->loop = loop;
    s->channels = mem_alloc(o->connections * sizeof *s->channels);
    for (; rc == 0 && s->nchannels < o->connections; s->nchannels++) {
        s->channels[s->nchannels].session = s;
        rc = connect_channel(&s->channels[s->nchannels], err);
    }
    if (rc == 0)
        *out = s;
    else
        session_close(s);
    return rc;
}

static void make_room(struct channel *c, uint32_t ncells, uint32_t had, uint32_t params)
{
    c->cells = mem_grow(c->cells, ncells * sizeof *c->cells);
    memset(c->cells + had, 0, (ncells - had) * sizeof *c->cells);
    for (uint32_t i = had; i < ncells; i++) {
        c->cells[i].cap = TEXT_FIRST;
        c->cells[i].bytes = mem_alloc(TEXT_FIRST);
    }
    c->columns = mem_grow(c->columns, ncells * sizeof *c->columns);
    c->params = mem_grow(c->params, params * sizeof *c->params);
    c->keys = mem_grow(c->keys, params * sizeof *c->keys);
}

static int session_prepare(struct session *s, const struct request *const *requests, uint32_t n, struct error *err)
{
    uint32_t had = s->ncells;
    int rc = 0;
    sql_requests_add(&s->requests, requests, n);
    s->ncells = s->requests.result_columns;
    s->row = mem_grow(s->row, (s->ncells + 1) * sizeof *s->row);
    for (uint32_t i = 0; i < s->nchannels; i++)
        make_room(&s->channels[i], s->ncells, had, s->requests.params + 1);
    for (uint32_t i = 0; rc == 0 && i < s->nchannels; i++)
        rc = s->channels[i].my ? prepare_all(&s->channels[i], err) : connect_channel(&s->channels[i], err);
    return rc;
}

/* ---- parameters ---- */

static void put_key(struct session *s, MYSQL_BIND *bind, struct key *k, struct type t, const struct value *v)
{
    *bind = (MYSQL_BIND){.buffer_type = mysql_bind_type(t), .buffer = (void *)&v->u};
    switch (bind->buffer_type) {
    case MYSQL_TYPE_LONGLONG: case MYSQL_TYPE_DOUBLE:
        return;
    case MYSQL_TYPE_DATE: case MYSQL_TYPE_DATETIME:
        mysql_time_from(t, v, &k->time);
        bind->buffer = &k->time;
        return;
    case MYSQL_TYPE_NEWDECIMAL:
        buf_clear(&s->text);
        value_put(&s->text, t, v);
        k->length = (unsigned long)snprintf(k->decimal, sizeof k->decimal, "%s", buf_text(&s->text));
        bind->buffer = k->decimal;
        break;
    default:
        k->length = v->u.s.n;
        bind->buffer = (void *)v->u.s.p;
    }
    bind->buffer_length = k->length;
    bind->length = &k->length;
}

static bool bind_params(struct channel *c)
{
    const struct sql_lowered *low = c->call->request->lowered;
    for (size_t i = 0; i < low->params.count; i++) {
        const struct sql_param *p = &low->params.items[i];
        put_key(c->session, &c->params[i], &c->keys[i], p->column->type, &c->call->keys[p->ranges.items[0].first]);
    }
    return !mysql_stmt_bind_param(c->stmt, c->params);
}

/* ---- rows ---- */

static void bind_cell(MYSQL_BIND *bind, struct cell *cell, struct type t)
{
    *bind = (MYSQL_BIND){.buffer_type = mysql_bind_type(t), .buffer = &cell->u, .buffer_length = sizeof cell->u, .length = &cell->length,
                         .is_null = &cell->null, .error = &cell->error};
    if (bind->buffer_type == MYSQL_TYPE_NEWDECIMAL)
        bind->buffer_type = MYSQL_TYPE_STRING;
    if (bind->buffer_type == MYSQL_TYPE_STRING || bind->buffer_type == MYSQL_TYPE_BLOB) {
        bind->buffer = cell->bytes;
        bind->buffer_length = cell->cap;
    }
}

/* The types of the columns of this result set. */
static struct type column_type(const struct channel *c, uint32_t i)
{
    static const struct type number = {.kind = TYPE_INT};
    const struct request *r = c->call->request;
    const struct sql_lowered *low = r->lowered;
    if (low->set_each) {
        const struct part *p = &r->parts[c->set];
        return p->table->columns[p->columns[i]].type;
    }
    return low->numbered ? (i ? low->slots[i - 1] : number) : low->slots[i];
}

static uint32_t count_columns(const struct channel *c)
{
    const struct sql_lowered *low = c->call->request->lowered;
    return low->set_each ? c->call->request->parts[c->set].ncolumns : low->nslots + low->numbered;
}

static bool bind_columns(struct channel *c)
{
    uint32_t n = count_columns(c);
    for (uint32_t i = 0; i < n; i++)
        bind_cell(&c->columns[i], &c->cells[i], column_type(c, i));
    return n == mysql_stmt_field_count(c->stmt) && !mysql_stmt_bind_result(c->stmt, c->columns);
}

/* Texts that did not fit are fetched again into more room, which they have from then on. */
static bool fetch_longer(struct channel *c)
{
    uint32_t n = count_columns(c);
    for (uint32_t i = 0; i < n; i++) {
        struct cell *cell = &c->cells[i];
        bool text = c->columns[i].buffer_type == MYSQL_TYPE_STRING || c->columns[i].buffer_type == MYSQL_TYPE_BLOB;
        if (!text || cell->null || cell->length <= cell->cap)
            continue;
        cell->cap = cell->length;
        cell->bytes = mem_grow(cell->bytes, cell->cap);
        c->columns[i].buffer = cell->bytes;
        c->columns[i].buffer_length = cell->cap;
        if (mysql_stmt_fetch_column(c->stmt, &c->columns[i], i, 0))
            return false;
    }
    return !mysql_stmt_bind_result(c->stmt, c->columns);
}

/* What cannot be read as its type comes out as NULL, which is not what was loaded. */
static void read_cell(struct cell *cell, struct type t, struct value *v)
{
    *v = (struct value){.null = cell->null};
    if (v->null)
        return;
    switch (mysql_bind_type(t)) {
    case MYSQL_TYPE_LONGLONG: v->u.i = cell->u.i; return;
    case MYSQL_TYPE_DOUBLE: v->u.d = cell->u.d; return;
    case MYSQL_TYPE_DATE: case MYSQL_TYPE_DATETIME: v->u.i = mysql_time_to(t, &cell->u.t); return;
    case MYSQL_TYPE_NEWDECIMAL: v->null = !value_parse(t, cell->bytes, cell->length, v); return;
    default:
        v->u.s.p = cell->bytes;
        v->u.s.n = (uint32_t)cell->length;
    }
}

static void give_row(struct channel *c)
{
    const struct sql_lowered *low = c->call->request->lowered;
    uint32_t p = low->set_each ? c->set : low->numbered ? (uint32_t)c->cells[0].u.i : 0;
    const struct part *part = &c->call->request->parts[p];
    struct value *row = c->session->row;
    for (uint32_t i = 0; i < part->ncolumns; i++) {
        uint32_t at = low->set_each ? i : low->slot_of[p][i] + low->numbered;
        read_cell(&c->cells[at], part->table->columns[part->columns[i]].type, &row[i]);
        c->call->bytes += c->cells[at].null ? 0 : c->cells[at].length;
    }
    c->call->row(c->call, part, row);
}

static bool take_rows(struct channel *c)
{
    int rc;
    while ((rc = mysql_stmt_fetch(c->stmt)) == 0 || rc == MYSQL_DATA_TRUNCATED) {
        if (rc == MYSQL_DATA_TRUNCATED && !fetch_longer(c))
            return false;
        give_row(c);
    }
    mysql_stmt_free_result(c->stmt);
    return rc == MYSQL_NO_DATA;
}

/* ---- a call, step by step ---- */

static int start_execute(struct channel *c) { return mysql_stmt_execute_start(&c->result, c->stmt); }
static int cont_execute(struct channel *c, int events) { return mysql_stmt_execute_cont(&c->result, c->stmt, events); }
static int start_store(struct channel *c) { return mysql_stmt_store_result_start(&c->result, c->stmt); }
static int cont_store(struct channel *c, int events) { return mysql_stmt_store_result_cont(&c->result, c->stmt, events); }
static int start_next(struct channel *c) { return mysql_stmt_next_result_start(&c->result, c->stmt); }
static int cont_next(struct channel *c, int events) { return mysql_stmt_next_result_cont(&c->result, c->stmt, events); }

static const struct { int (*start)(struct channel *); int (*cont)(struct channel *, int events); } steps[STEP_COUNT] = {
    [STEP_EXECUTE] = {start_execute, cont_execute}, [STEP_STORE] = {start_store, cont_store}, [STEP_NEXT] = {start_next, cont_next},
};

static int start(struct channel *c, enum step step)
{
    c->step = step;
    return steps[step].start(c);
}

static void finish(struct channel *c)
{
    struct call *call = c->call;
    c->call = NULL;
    if (c->my) {
        loop_timer_cancel(c->session->loop, &c->timer);
        loop_watch(c->session->loop, &c->watch, LOOP_READ);
    }
    if (call->status)
        call->words = c->words;
    call->done(call);                                 /* which may submit the next on this channel */
}

/* The statement, or the connection, has failed. */
static void fail(struct channel *c, unsigned number, const char *words)
{
    struct error said = {0};
    c->call->status = mysql_fail(c->session->inst, number, words, &said);
    snprintf(c->words, sizeof c->words, "%.*s", WORDS - 1, said.text);
    if (c->call->status == ERR_LOST)
        disconnect(c);
    else
        mysql_stmt_free_result(c->stmt);
    finish(c);
}

static void fail_stmt(struct channel *c)
{
    fail(c, mysql_stmt_errno(c->stmt), mysql_stmt_error(c->stmt));
}

enum { OVER = -1 };

/* A result set, or nothing, is about to come: waits for it. Returns what to wait for; OVER: there is none. */
static int expect_set(struct channel *c)
{
    if (mysql_stmt_field_count(c->stmt))
        return start(c, STEP_STORE);
    return mysql_stmt_more_results(c->stmt) ? start(c, STEP_NEXT) : OVER;
}

/* A step is over. Returns what the next one waits for, or OVER where the call has been reported. */
static int advance(struct channel *c)
{
    int wait = OVER;
    bool failed = c->step == STEP_NEXT ? c->result > 0 : c->result != 0;
    if (!failed && c->step == STEP_STORE) {
        failed = !bind_columns(c) || !take_rows(c);
        c->set++;
        if (!failed && mysql_stmt_more_results(c->stmt))
            wait = start(c, STEP_NEXT);
    } else if (!failed && !(c->step == STEP_NEXT && c->result < 0)) {
        wait = expect_set(c);
    }
    if (failed)
        fail_stmt(c);
    else if (wait == OVER)
        finish(c);
    return wait;
}

static void proceed(struct channel *c, int wait)
{
    while (wait == 0)
        wait = advance(c);
    if (wait == OVER)
        return;
    unsigned events = (wait & MYSQL_WAIT_READ ? LOOP_READ : 0) | (wait & MYSQL_WAIT_WRITE ? LOOP_WRITE : 0);
    loop_watch(c->session->loop, &c->watch, events ? events : LOOP_READ);
    if (wait & MYSQL_WAIT_TIMEOUT)
        loop_timer_set(c->session->loop, &c->timer, clock_ns() + mysql_get_timeout_value_ms(c->my) * NS_PER_MS);
}

/* Nothing is expected while idle: what comes is the server's goodbye. Under TLS it may be a message of TLS itself, which is left for
 * the next call to read. */
static void idle_event(struct channel *c)
{
    char byte;
    ssize_t n = recv(c->watch.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0 && mysql_get_ssl_cipher(c->my))
        loop_watch(c->session->loop, &c->watch, 0);
    else if (n >= 0)
        disconnect(c);
}

static void ready(struct watch *w, unsigned events)
{
    struct channel *c = w->owner;
    if (!c->call) {
        idle_event(c);
        return;
    }
    loop_timer_cancel(c->session->loop, &c->timer);
    proceed(c, steps[c->step].cont(c, (events & LOOP_READ ? MYSQL_WAIT_READ : 0) | (events & LOOP_WRITE ? MYSQL_WAIT_WRITE : 0)));
}

static void late(struct timer *t)
{
    struct channel *c = t->owner;
    if (c->call)
        proceed(c, steps[c->step].cont(c, MYSQL_WAIT_TIMEOUT));
}

static void submit(struct session *s, uint32_t connection, struct call *call)
{
    struct channel *c = &s->channels[connection];
    struct error err = {0};
    c->call = call;
    c->set = 0;
    if (!c->my) {
        call->retries++;
        call->trips++;
        if ((call->status = connect_channel(c, &err)) < 0) {
            snprintf(c->words, sizeof c->words, "%.*s", WORDS - 1, err.text);
            finish(c);
            return;
        }
    }
    call->trips++;
    c->stmt = c->stmts[sql_requests_find(&s->requests, call->request)];
    if (!bind_params(c))
        fail_stmt(c);
    else
        proceed(c, start(c, STEP_EXECUTE));
}

const struct driver mysql_driver = {
    .open = open_server, .close = sql_close, .version = sql_version, .handles = 1, .identity = sql_identity, .find = sql_find, .create = sql_create, .drop = sql_drop,
    .forget = sql_forget, .mark = &mysql_mark, .install = sql_install, .uninstall = sql_uninstall, .seal = sql_seal,
    .load_open = mysql_load_open, .load_begin = mysql_load_begin, .load_row = mysql_load_row, .load_end = mysql_load_end,
    .load_close = mysql_load_close, .loaded = sql_loaded,
    .session_open = session_open, .session_prepare = session_prepare, .submit = submit, .session_close = session_close,
};
