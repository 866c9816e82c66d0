/* driver.c - MySQL and MariaDB, driven by libmariadb's non-blocking functions: prepared statements, binary
 * both ways.
 *
 *   idle --submit--> EXECUTE --> STORE (a result set comes) --> its rows are read --> NEXT --> STORE … --> idle
 *                                                                               no more --> idle
 * Each stage is begun by …_start, which says what it waits for, and taken on by …_cont when the loop has it;
 * it is over when these return 0. READ is waited for while idle too, so that a connection that the server
 * drops is noticed then. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "backends/mysql/conn.h"
#include "backends/mysql/faults.h"
#include "backends/reopen.h"
#include "base/bug.h"
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
    char port[8];
    snprintf(port, sizeof port, "%u", c->my->port);
    sql_note_where(s, c->my->unix_socket ? c->my->unix_socket : c->my->host ? c->my->host : "localhost", port,
                   c->my->db);
    sql_ask_identity(s, "SELECT CONCAT_WS(' ', @@hostname, @@port, @@datadir)");
    return 0;
}

/* ---- sessions ---- */

enum stage { STAGE_EXECUTE, STAGE_STORE, STAGE_NEXT, STAGE_COUNT };

struct cell {                                         /* a result column: where libmariadb puts its value */
    union { int64_t i; double d; MYSQL_TIME t; } u;
    char *bytes;
    unsigned long cap, length;
    my_bool null, error;
};

struct key {                                          /* what a parameter points to where the key itself is in
                                                         another form */
    MYSQL_TIME time;
    char decimal[DECIMAL_CHARS];
    unsigned long length;
};

struct stmts {                                        /* by place in the session's requests */
    MYSQL_STMT **items;
    uint32_t count;
};

struct channel {
    struct session *session;
    MYSQL *my;                                        /* NULL: it was lost, and is being opened again */
    struct reopen reopen;
    struct stmts stmts, fresh;                        /* fresh: of the connection that is being opened */
    struct watch watch;
    struct timer timer;
    struct call *call;                                /* in flight; NULL: idle */
    MYSQL_STMT *stmt;                                 /* its statement */
    enum stage stage;
    int result;                                       /* of the stage */
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
    struct session_listener *listener;                /* NULL: none */
    struct sql_requests requests;
    struct value *row;
    struct buf text;
};

static void tell(const struct channel *c, bool up, int code, const char *words)
{
    struct session_listener *l = c->session->listener;
    if (l)
        l->changed(l, (uint32_t)(c - c->session->channels), up, code, words);
}

static void close_stmts(struct stmts *s)
{
    for (uint32_t i = 0; i < s->count; i++)
        if (s->items[i])
            mysql_stmt_close(s->items[i]);
    s->count = 0;
}

/* Closing a statement reads what is left of its answer, and would wait for it: no more comes over a socket
 * that is shut down. */
static void disconnect(struct channel *c)
{
    if (!c->my)
        return;
    loop_timer_cancel(c->session->loop, &c->timer);
    loop_watch(c->session->loop, &c->watch, 0);
    shutdown(c->watch.fd, SHUT_RDWR);
    close_stmts(&c->stmts);
    mysql_close(c->my);
    c->my = NULL;
}

/* What an attempt has prepared that was not taken any more goes with it. */
static void stop_reopening(struct channel *c)
{
    reopen_stop(&c->reopen);
    close_stmts(&c->fresh);
}

static void session_close(struct session *s)
{
    for (uint32_t i = 0; i < s->nchannels; i++) {
        struct channel *c = &s->channels[i];
        stop_reopening(c);
        disconnect(c);
        for (uint32_t k = 0; k < s->ncells; k++)
            mem_free(c->cells[k].bytes);
        mem_free(c->stmts.items);
        mem_free(c->fresh.items);
        mem_free(c->cells);
        mem_free(c->columns);
        mem_free(c->params);
        mem_free(c->keys);
    }
    places_release(&s->requests.places);
    buf_release(&s->text);
    mem_free(s->channels);
    mem_free(s->row);
    mem_free(s);
}

static int prepare_one(struct await *a, MYSQL_STMT **out, const struct request *r, struct error *err)
{
    MYSQL_STMT *stmt = *out = mysql_stmt_init(a->connection);
    struct error said = {0};
    int failed = 0, rc = stmt ? await_begin(a, err) : mysql_fail_await(a, err);
    if (rc == 0)
        MYSQL_AWAIT(a, failed, mysql_stmt_prepare, stmt, r->text, (unsigned long)strlen(r->text));
    if (failed) {
        rc = mysql_fail(a->inst, mysql_stmt_errno(stmt), mysql_stmt_error(stmt), &said);
        rc = await_fail(a, rc, said.text, err);
    }
    if (rc < 0 && err)
        error_prefix(err, "preparing '%s'", r->title ? r->title : r->text);
    return rc;
}

/* Prepares what is not prepared yet on this connection. */
static int prepare_all(const struct session *session, struct await *a, struct stmts *s, struct error *err)
{
    const struct places *l = &session->requests.places;
    uint32_t from = s->count;
    int rc = 0;
    s->items = mem_grow(s->items, (l->count + 1) * sizeof(MYSQL_STMT *));
    memset(s->items + from, 0, (l->count - from) * sizeof(MYSQL_STMT *));
    s->count = l->count;
    for (uint32_t i = from; rc == 0 && i < l->count; i++)
        rc = prepare_one(a, &s->items[i], l->items[i], err);
    return rc;
}

static int prepare_more(struct channel *c, struct error *err)
{
    struct await a = mysql_await(c->session->inst, c->my);
    return prepare_all(c->session, &a, &c->stmts, err);
}

static void ready(struct watch *, unsigned events);
static void late(struct timer *);

/* The channel has this connection from now on. */
static int take_connection(struct channel *c, MYSQL *my, struct error *err)
{
    c->my = my;
    c->watch = (struct watch){.fd = (int)mysql_get_socket(my), .ready = ready, .owner = c};
    c->timer = (struct timer){.fire = late, .owner = c};
    if (loop_watch(c->session->loop, &c->watch, LOOP_READ) == 0)
        return 0;
    disconnect(c);
    return error_set(err, ERR_CONNECT, "the connection cannot be waited for");
}

/* Before the clock starts: blocks. */
static int connect_channel(struct channel *c, struct error *err)
{
    MYSQL *my = NULL;
    int rc = mysql_open(c->session->inst, FOR_REQUESTS, &my, err);
    if (rc == 0)
        rc = take_connection(c, my, err);
    if (rc == 0 && (rc = prepare_more(c, err)) < 0)
        disconnect(c);
    return rc;
}

/* ---- a connection that is opened again ---- */

static int prepare_fresh(void *owner, void *my, const atomic_bool *given_up, struct error *err)
{
    struct channel *c = owner;
    struct await a = mysql_await(c->session->inst, my);
    a.given_up = given_up;
    int rc = prepare_all(c->session, &a, &c->fresh, err);
    if (rc < 0)
        close_stmts(&c->fresh);
    return rc;
}

static void reopened(void *owner, void *my)
{
    struct channel *c = owner;
    struct error err = {0};
    struct stmts old = c->stmts;
    c->stmts = c->fresh;
    c->fresh = (struct stmts){old.items, 0};
    if (take_connection(c, my, &err) == 0) {
        tell(c, true, 0, NULL);
        return;
    }
    reopen_begin(&c->reopen);
    tell(c, false, err.code, err.text);
}

static void not_reopened(void *owner, int code, const char *words)
{
    tell(owner, false, code, words);
}

static void lose(struct channel *c)
{
    disconnect(c);
    reopen_begin(&c->reopen);
    tell(c, false, 0, NULL);
}

static void listen_to(struct session *s, struct session_listener *l)
{
    s->listener = l;
    for (uint32_t i = 0; l && i < s->nchannels; i++)
        if (!s->channels[i].my)
            tell(&s->channels[i], false, 0, NULL);
}

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *o,
                        struct session **out, struct error *err)
{
    struct session *s = mem_alloc(sizeof *s);
    int rc = 0;
    s->inst = inst;
    s->loop = loop;
    s->channels = mem_alloc(o->connections * sizeof *s->channels);
    for (; rc == 0 && s->nchannels < o->connections; s->nchannels++) {
        struct channel *c = &s->channels[s->nchannels];
        c->session = s;
        reopen_init(&c->reopen, &(struct reopen){.loop = loop, .kind = &mysql_attempts, .inst = inst,
                                                 .use = FOR_REQUESTS,
                                                 .prepare = prepare_fresh, .opened = reopened,
                                                 .failed = not_reopened, .owner = c});
        rc = connect_channel(c, err);
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

static int session_prepare(struct session *s, const struct request *const *requests, uint32_t n,
                           struct error *err)
{
    uint32_t had = s->ncells;
    int rc = 0;
    for (uint32_t i = 0; i < s->nchannels; i++)
        stop_reopening(&s->channels[i]);              /* whose threads read the requests */
    sql_requests_add(&s->requests, requests, n);
    s->ncells = s->requests.result_columns;
    s->row = mem_grow(s->row, (s->ncells + 1) * sizeof *s->row);
    for (uint32_t i = 0; i < s->nchannels; i++)
        make_room(&s->channels[i], s->ncells, had, s->requests.params + 1);
    for (uint32_t i = 0; rc == 0 && i < s->nchannels; i++)
        rc = s->channels[i].my ? prepare_more(&s->channels[i], err) : connect_channel(&s->channels[i], err);
    return rc;
}

/* ---- parameters ---- */

static void put_key(struct session *s, MYSQL_BIND *bind, struct key *k, struct type t, const struct value *v)
{
    if (v->null) {
        *bind = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_NULL};
        return;
    }
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
        put_key(c->session, &c->params[i], &c->keys[i], p->column->type,
                &c->call->keys[p->ranges.items[0].first]);
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
        const struct step *p = &r->steps[c->set];
        return p->table->columns[p->columns[i]].type;
    }
    return low->numbered ? (i ? low->slots[i - 1] : number) : low->slots[i];
}

static uint32_t count_columns(const struct channel *c)
{
    const struct sql_lowered *low = c->call->request->lowered;
    return low->set_each ? c->call->request->steps[c->set].ncolumns : low->nslots + low->numbered;
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
        bool text = c->columns[i].buffer_type == MYSQL_TYPE_STRING ||
                    c->columns[i].buffer_type == MYSQL_TYPE_BLOB;
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
    const struct step *step = &c->call->request->steps[p];
    struct value *row = c->session->row;
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        uint32_t at = low->set_each ? i : low->slot_of[p][i] + low->numbered;
        read_cell(&c->cells[at], step->answer.types[i], &row[i]);
        c->call->bytes += c->cells[at].null ? 0 : c->cells[at].length;
    }
    c->call->row(c->call, step, row);
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

/* ---- a call, stage by stage ---- */

static int start_execute(struct channel *c) { return mysql_stmt_execute_start(&c->result, c->stmt); }
static int cont_execute(struct channel *c, int events) { return mysql_stmt_execute_cont(&c->result, c->stmt,
    events); }
static int start_store(struct channel *c) { return mysql_stmt_store_result_start(&c->result, c->stmt); }
static int cont_store(struct channel *c, int events) { return mysql_stmt_store_result_cont(&c->result,
    c->stmt, events); }
static int start_next(struct channel *c) { return mysql_stmt_next_result_start(&c->result, c->stmt); }
static int cont_next(struct channel *c, int events) { return mysql_stmt_next_result_cont(&c->result, c->stmt,
    events); }

static const struct { int (*start)(struct channel *); int (*cont)(struct channel *, int events); } stages[STAGE_COUNT] = {
    [STAGE_EXECUTE] = {start_execute, cont_execute}, [STAGE_STORE] = {start_store, cont_store},
    [STAGE_NEXT] = {start_next, cont_next},
};

static int start(struct channel *c, enum stage stage)
{
    c->stage = stage;
    return stages[stage].start(c);
}

static void finish(struct channel *c)
{
    struct call *call = c->call;
    c->call = NULL;
    if (c->my) {
        loop_timer_cancel(c->session->loop, &c->timer);
        loop_watch(c->session->loop, &c->watch, LOOP_READ);
    }
    call->done(call);                                 /* which may submit the next on this channel */
}

/* The statement, or the connection, has failed. */
static void fail(struct channel *c, unsigned number, const char *words)
{
    struct error said = {0};
    mysql_fail(c->session->inst, number, words, &said);
    snprintf(c->words, sizeof c->words, "%.*s", WORDS - 1, said.text);
    call_fail(c->call, mysql_fault(number), c->words);
    if (c->call->fault == FAULT_LOST)
        lose(c);
    else
        mysql_stmt_free_result(c->stmt);
    finish(c);
}

static void fail_stmt(struct channel *c)
{
    fail(c, mysql_stmt_errno(c->stmt), mysql_stmt_error(c->stmt));
}

/* Each write has a version of its own, so that what it met has changed; a row that is put counts twice where it
 * was there, and not at all where it was the same. */
static uint64_t rows_met(struct channel *c)
{
    const struct step *s = c->call->request->steps;
    return s->op->creates ? s->nkeys : mysql_stmt_affected_rows(c->stmt);
}

enum { OVER = -1 };

/* A result set, or nothing, is about to come: waits for it. Returns what to wait for; OVER: there is none. */
static int expect_set(struct channel *c)
{
    if (mysql_stmt_field_count(c->stmt))
        return start(c, STAGE_STORE);
    if (request_writes(c->call->request))
        c->call->met += rows_met(c);
    return mysql_stmt_more_results(c->stmt) ? start(c, STAGE_NEXT) : OVER;
}

/* A stage is over. Returns what the next one waits for, or OVER where the call has been reported. */
static int advance(struct channel *c)
{
    int wait = OVER;
    bool failed = c->stage == STAGE_NEXT ? c->result > 0 : c->result != 0;
    if (!failed && c->stage == STAGE_STORE) {
        failed = !bind_columns(c) || !take_rows(c);
        c->set++;
        if (!failed && mysql_stmt_more_results(c->stmt))
            wait = start(c, STAGE_NEXT);
    } else if (!failed && !(c->stage == STAGE_NEXT && c->result < 0)) {
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
        loop_timer_set(c->session->loop, &c->timer,
                       clock_ns() + mysql_get_timeout_value_ms(c->my) * NS_PER_MS);
}

/* Nothing is expected while idle: what comes is the server's goodbye. Under TLS it may be a message of TLS
 * itself, which is left for the next call to read. */
static void idle_event(struct channel *c)
{
    char byte;
    ssize_t n = recv(c->watch.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (n > 0 && mysql_get_ssl_cipher(c->my))
        loop_watch(c->session->loop, &c->watch, 0);
    else if (n >= 0)
        lose(c);
}

static void ready(struct watch *w, unsigned events)
{
    struct channel *c = w->owner;
    if (!c->call) {
        idle_event(c);
        return;
    }
    loop_timer_cancel(c->session->loop, &c->timer);
    proceed(c, stages[c->stage].cont(c, (events & LOOP_READ ? MYSQL_WAIT_READ : 0) |
                                            (events & LOOP_WRITE ? MYSQL_WAIT_WRITE : 0)));
}

static void late(struct timer *t)
{
    struct channel *c = t->owner;
    if (c->call)
        proceed(c, stages[c->stage].cont(c, MYSQL_WAIT_TIMEOUT));
}

static void submit(struct session *s, uint32_t connection, struct call *call)
{
    struct channel *c = &s->channels[connection];
    BUG_UNLESS(c->my && !c->call);
    c->call = call;
    c->set = 0;
    call->trips++;
    c->stmt = c->stmts.items[places_find(&s->requests.places, call->request)];
    if (!bind_params(c))
        fail_stmt(c);
    else
        proceed(c, start(c, STAGE_EXECUTE));
}

const struct store mysql_store = {
    SQL_STORE, .open = open_server, .identity = sql_identity, .mark = &mysql_mark,
};

const struct feed mysql_feed = {
    .open = mysql_load_open, .begin = mysql_load_begin, .rows = mysql_load_rows, .end = mysql_load_end,
    .close = mysql_load_close,
};

const struct wire mysql_wire = {
    .handles = 1, .open = session_open, .prepare = session_prepare, .submit = submit, .listen = listen_to,
    .close = session_close,
};
