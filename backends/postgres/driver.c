/* driver.c - PostgreSQL, driven by libpq: COPY in binary for loading, prepared statements with binary
 * parameters and results for requests, non-blocking on the loop.
 *
 *   idle --submit--> sending (waits for WRITE while not all is flushed) --> reading (READ) --last result--> idle
 *
 * With a pipeline, several calls are in flight on a connection, and answered in the order in which they were
 * sent:
 *
 *   submit, submit, … --end of the turn--> one sync, one flush --> results, results, … sync
 *
 * A call that the server refuses fails alone; those behind it, which the server skipped up to the sync, are
 * sent again after it.
 *
 * READ is waited for while idle too, so that a connection that the server drops is noticed then, and opened
 * again (reopen.h). */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/postgres/binary.h"
#include "backends/postgres/conn.h"
#include "backends/postgres/faults.h"
#include "backends/reopen.h"
#include "base/bug.h"
#include "base/mem.h"

enum { COPY_BUFFER = 65536, FROZEN_ROWS = 10000, WORDS = 600, MOST_IN_FLIGHT = 256 };

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    struct sql_connection *c;
    int rc = postgres_ops.open(inst, &c, err);
    if (rc < 0)
        return rc;
    struct server *s = *out = sql_server_new(inst, &postgres_ops, c);
    const char *version = PQparameterStatus(c->pg, "server_version");
    snprintf(s->version, sizeof s->version, "PostgreSQL %.*s", version ? (int)strcspn(version, " ") : 1,
             version ? version : "?");
    sql_note_where(s, PQhost(c->pg), PQport(c->pg), PQdb(c->pg));
    sql_ask_identity(
        s, "SELECT concat_ws(' ', pg_postmaster_start_time(), inet_server_addr(), current_setting('port'))");
    return 0;
}

static int may_create(struct server *s, struct error *err)
{
    char *text = NULL;
    int rc = sql_ask(s, "SELECT has_schema_privilege(current_schema(), 'CREATE')::text", &text, err);
    if (rc == 0 && !text) {
        rc = error_set(err, ERR_SERVER, "no table can be made");
        postgres_say_no_schema(s->inst, err);
    } else if (rc == 0 && strcmp(text, "true") != 0)
        rc = error_set(err, ERR_SERVER, "no table can be made: " POSTGRES_RIGHT_NEEDED);
    mem_free(text);
    return rc;
}

/* ---- loading ---- */

struct loader {
    const struct instance *inst;
    PGconn *pg;
    struct await wait;
    const struct table *table;
    struct buf out;
};

static int load_open(const struct instance *inst, struct loader **out, struct error *err)
{
    PGconn *pg;
    int rc = postgres_connect(inst, FOR_LOADING, &pg, err);
    if (rc < 0)
        return rc;
    *out = mem_alloc(sizeof **out);
    (*out)->inst = inst;
    (*out)->pg = pg;
    (*out)->wait = postgres_await(inst, pg);
    return 0;
}

/* One message, whose statements the server runs as one transaction: the rows, and the note of them when they
 * are through. Rows that are the whole table come frozen, as they may into a table that the transaction
 * emptied: the vacuum that follows has nothing to write then, which is a sixth of the load. For a few rows
 * the emptying would cost more: it gives the table new files. */
static void put_copy(const struct loader *l, const struct stretch *s, struct buf *b)
{
    bool whole = s->from == 0 && s->to == s->table->rows && s->to >= FROZEN_ROWS;
    if (whole) {
        buf_puts(b, "TRUNCATE ");
        sql_put_table_name(l->inst, s->table, b);
        buf_puts(b, "; ");
    }
    buf_puts(b, "COPY ");
    sql_put_table_name(l->inst, s->table, b);
    buf_printf(b, " FROM STDIN (FORMAT binary%s); ", whole ? ", FREEZE" : "");
    sql_put_load_note(l->inst, s, b);
}

static int load_begin(struct loader *l, const struct stretch *s, struct error *err)
{
    static const char header[] = "PGCOPY\n\377\r\n\0";  /* its 11 bytes, then no flags and no extension */
    struct buf sql = {0};
    put_copy(l, s, &sql);
    PGresult *r;
    int rc = postgres_run(&l->wait, l->pg, buf_text(&sql), &r, err);
    if (rc == 0 && PQresultStatus(r) != PGRES_COPY_IN)
        rc = postgres_fail(l->inst, l->pg, r, err);
    PQclear(r);
    buf_release(&sql);
    buf_clear(&l->out);
    l->table = s->table;
    buf_add(&l->out, header, 11);
    pg_put_u32(&l->out, 0);
    pg_put_u32(&l->out, 0);
    return rc;
}

/* The server's reason for having ended the copy. */
static int copy_failure(struct loader *l, struct error *err)
{
    PGresult *r;
    int rc = postgres_results(&l->wait, l->pg, &r, err);
    if (rc == 0)
        rc = postgres_fail_await(&l->wait, l->pg, r, err);
    PQclear(r);
    return rc;
}

/* Looks at what the server says meanwhile, so that a copy whose server is gone ends at once. */
static int send_rows(struct loader *l, struct error *err)
{
    int rc = 0, sent = PQputCopyData(l->pg, l->out.data, (int)l->out.len);
    if (sent == 0 && (rc = postgres_flush(&l->wait, l->pg, err)) == 0)      /* libpq had no room for it before
                                                                               the rest was sent */
        sent = PQputCopyData(l->pg, l->out.data, (int)l->out.len);
    buf_clear(&l->out);
    if (rc < 0 || sent <= 0)
        return rc < 0 ? rc : copy_failure(l, err);
    return postgres_flush(&l->wait, l->pg, err);
}

static int load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    const struct table *t = l->table;
    int rc = 0;
    for (uint32_t r = 0; rc == 0 && r < n; r++, values += t->ncolumns) {
        pg_put_u16(&l->out, (uint16_t)t->ncolumns);
        for (uint32_t i = 0; i < t->ncolumns; i++)
            pg_put_value(&l->out, t->columns[i].type, &values[i]);
        rc = l->out.len < COPY_BUFFER ? 0 : send_rows(l, err);
    }
    return rc;
}

static int load_end(struct loader *l, bool commit, struct error *err)
{
    int rc = 0;
    if (commit) {
        pg_put_u16(&l->out, UINT16_MAX);
        rc = send_rows(l, err);
    }
    PGresult *r = NULL;
    if (rc == 0 && !l->wait.over.code) {
        rc = PQputCopyEnd(l->pg, commit ? NULL : "given up") < 0 ? postgres_fail(l->inst, l->pg, NULL, err)
                                                                 : 0;
        int ended = rc == 0 ? postgres_results(&l->wait, l->pg, &r, commit ? err : NULL) : 0;
        rc = rc == 0 && commit ? ended : rc;
        PQclear(r);
    }
    return rc;
}

static void load_close(struct loader *l)
{
    PQfinish(l->pg);
    buf_release(&l->out);
    mem_free(l);
}

/* ---- sessions ---- */

struct channel {
    struct session *session;
    PGconn *pg;                                       /* NULL: it was lost, and is being opened again */
    struct reopen reopen;
    struct watch watch;
    struct call **calls;                              /* in flight, in the order of sending: a ring of
                                                         session->depth */
    uint32_t head, ncalls;
    struct call **again;                              /* skipped by the server for another's fault: sent again
                                                         after the sync */
    uint32_t nagain;
    uint32_t unsynced, syncs;                         /* pipeline: calls since the last sync, syncs that are
                                                         not answered */
    bool skipped;                                     /* pipeline: of the first call */
    bool handling;                                    /* ready() is at work, and will sync what is sent
                                                         meanwhile */
    struct later later;                               /* syncs at the end of the turn */
    bool failed;                                      /* the first call's first error is in `words` */
    bool syncing;                                     /* pipeline: the first call changed something, and is
                                                         done once its sync is answered */
    char words[WORDS];
    struct scratch scratch;
    struct buf bytes;                                 /* parameters, one behind the other */
    const char **values;
    int *lengths, *formats;
};

struct session {
    const struct instance *inst;
    struct loop *loop;
    struct channel *channels;
    uint32_t nchannels, depth;
    struct session_listener *listener;                /* NULL: none */
    struct sql_requests requests;
    struct arena arena;
    struct map statements;                            /* names of those to be prepared: requests may have one
                                                         text in common */
    VEC(const struct request *) texts;                /* one request for each of them */
    struct value *row;
};

static uint32_t depth(const struct instance *inst)
{
    uint64_t n = instance_number(inst, "pipeline");
    return n < 1 ? 1 : n > MOST_IN_FLIGHT ? MOST_IN_FLIGHT : (uint32_t)n;
}

static bool has_pipeline(const struct channel *c)
{
    return c->session->depth > 1;
}

static void tell(const struct channel *c, bool up, int code, const char *words)
{
    struct session_listener *l = c->session->listener;
    if (l)
        l->changed(l, (uint32_t)(c - c->session->channels), up, code, words);
}

/* Calls in flight are forgotten: the caller has seen to them. */
static void disconnect(struct channel *c)
{
    c->head = c->ncalls = c->nagain = c->unsynced = c->syncs = 0;
    c->skipped = c->failed = c->syncing = false;
    loop_later_cancel(c->session->loop, &c->later);
    if (!c->pg)
        return;
    loop_watch(c->session->loop, &c->watch, 0);
    PQfinish(c->pg);
    c->pg = NULL;
}

static void session_close(struct session *s)
{
    for (uint32_t i = 0; i < s->nchannels; i++) {
        struct channel *c = &s->channels[i];
        reopen_stop(&c->reopen);
        disconnect(c);
        scratch_release(&c->scratch);
        buf_release(&c->bytes);
        mem_free(c->calls);
        mem_free(c->again);
        mem_free(c->values);
        mem_free(c->lengths);
        mem_free(c->formats);
    }
    places_release(&s->requests.places);
    arena_release(&s->arena);
    mem_free(s->channels);
    mem_free(s->row);
    mem_free(s);
}

static int prepare_one(struct await *a, PGconn *pg, const struct request *r, struct error *err)
{
    PGresult *result = NULL;
    const struct sql_lowered *low = r->lowered;
    Oid *types = mem_alloc((low->params.count + 1) * sizeof *types);
    for (size_t i = 0; i < low->params.count; i++) {
        const struct sql_param *p = &low->params.items[i];
        types[i] = p->array ? pg_array_oid(p->column->type) : pg_type_oid(p->column->type);
    }
    int rc = await_begin(a, err);
    if (rc == 0 && !PQsendPrepare(pg, low->name, r->text, (int)low->params.count, types))
        rc = postgres_fail(a->inst, pg, NULL, err);
    else if (rc == 0)
        rc = postgres_results(a, pg, &result, err);
    PQclear(result);
    mem_free(types);
    if (rc < 0 && err)
        error_prefix(err, "preparing '%s'", r->title ? r->title : low->name);
    return rc;
}

/* Answers to the last syncs may not have been read yet. */
static int leave_pipeline(struct channel *c, struct await *a, struct error *err)
{
    int rc = c->syncs ? await_begin(a, err) : 0;
    for (PGresult *r; rc == 0 && c->syncs && (r = postgres_next(a, c->pg)); PQclear(r))
        c->syncs -= PQresultStatus(r) == PGRES_PIPELINE_SYNC;
    return rc == 0 && !PQexitPipelineMode(c->pg) ? postgres_fail_await(a, c->pg, NULL, err) : rc;
}

/* Prepares the statements from number `from` on, on a connection that is in no pipeline mode yet. */
static int prepare_all(const struct channel *c, struct await *a, PGconn *pg, size_t from, struct error *err)
{
    int rc = 0;
    for (size_t i = from; rc == 0 && i < c->session->texts.count; i++)
        rc = prepare_one(a, pg, c->session->texts.items[i], err);
    if (rc == 0 && has_pipeline(c) && !PQenterPipelineMode(pg))
        rc = postgres_fail(a->inst, pg, NULL, err);
    return rc;
}

/* The same for the connection that the channel has; no call is in flight. */
static int prepare_more(struct channel *c, size_t from, struct error *err)
{
    struct await a = postgres_await(c->session->inst, c->pg);
    int rc = leave_pipeline(c, &a, err);
    return rc < 0 ? rc : prepare_all(c, &a, c->pg, from, err);
}

static void ready(struct watch *, unsigned events);
static void sync_later(struct later *);

/* The channel has this connection from now on. */
static int take_connection(struct channel *c, PGconn *pg, struct error *err)
{
    c->pg = pg;
    c->watch = (struct watch){.fd = PQsocket(pg), .ready = ready, .owner = c};
    if (loop_watch(c->session->loop, &c->watch, LOOP_READ) == 0)
        return 0;
    disconnect(c);
    return error_set(err, ERR_CONNECT, "the connection cannot be waited for");
}

/* Before the clock starts: blocks. */
static int connect_channel(struct channel *c, struct error *err)
{
    PGconn *pg;
    int rc = postgres_connect(c->session->inst, FOR_REQUESTS, &pg, err);
    if (rc < 0)
        return rc;
    struct await a = postgres_await(c->session->inst, pg);
    if ((rc = prepare_all(c, &a, pg, 0, err)) == 0)
        return take_connection(c, pg, err);
    PQfinish(pg);
    return rc;
}

/* ---- a connection that is opened again ---- */

static int prepare_fresh(void *owner, void *pg, const atomic_bool *given_up, struct error *err)
{
    const struct channel *c = owner;
    struct await a = postgres_await(c->session->inst, pg);
    a.given_up = given_up;
    return prepare_all(c, &a, pg, 0, err);
}

static void reopened(void *owner, void *pg)
{
    struct channel *c = owner;
    struct error err = {0};
    if (take_connection(c, pg, &err) == 0) {
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

static void listen_to(struct session *s, struct session_listener *l)
{
    s->listener = l;
    for (uint32_t i = 0; l && i < s->nchannels; i++)
        if (!s->channels[i].pg)
            tell(&s->channels[i], false, 0, NULL);
}

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *o,
                        struct session **out, struct error *err)
{
    struct session *s = mem_alloc(sizeof *s);
    int rc = 0;
    s->inst = inst;
    s->loop = loop;
    arena_init(&s->arena);
    s->depth = depth(inst);
    s->channels = mem_alloc(o->connections * sizeof *s->channels);
    for (; rc == 0 && s->nchannels < o->connections; s->nchannels++) {
        struct channel *c = &s->channels[s->nchannels];
        c->session = s;
        c->calls = mem_alloc(s->depth * sizeof(struct call *));
        c->again = mem_alloc(s->depth * sizeof(struct call *));
        c->later = (struct later){.run = sync_later, .owner = c};
        reopen_init(&c->reopen, &(struct reopen){.loop = loop, .kind = &postgres_attempts, .inst = inst,
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

static int session_prepare(struct session *s, const struct request *const *requests, uint32_t n,
                           struct error *err)
{
    size_t before = s->texts.count;
    int rc = 0;
    for (uint32_t i = 0; i < s->nchannels; i++)
        reopen_stop(&s->channels[i].reopen);          /* whose threads read the requests */
    sql_requests_add(&s->requests, requests, n);
    for (uint32_t i = 0; i < s->requests.places.count; i++) {
        const struct request *r = s->requests.places.items[i];
        const struct sql_lowered *low = r->lowered;
        if (!map_add(&s->arena, &s->statements, low->name, (void *)low))
            vec_push(&s->arena, &s->texts, r);
    }
    uint32_t params = s->requests.params + 1;         /* there may be none */
    s->row = mem_grow(s->row, (s->requests.step_columns + 1) * sizeof *s->row);
    for (uint32_t i = 0; rc == 0 && i < s->nchannels; i++) {
        struct channel *c = &s->channels[i];
        c->values = mem_grow(c->values, params * sizeof *c->values);
        c->lengths = mem_grow(c->lengths, params * sizeof *c->lengths);
        c->formats = mem_grow(c->formats, params * sizeof *c->formats);
        for (uint32_t k = 0; k < params; k++)
            c->formats[k] = 1;
        rc = c->pg ? prepare_more(c, before, err) : connect_channel(c, err);
    }
    return rc;
}

/* ---- a call ---- */

/* Keys are never; values that are written may be. */
static bool is_null(const struct sql_param *p, const struct value *registers)
{
    return !p->array && registers[p->ranges.items[0].first].null;
}

static void put_param(struct buf *b, const struct sql_param *p, const struct value *keys)
{
    struct type t = p->column->type;
    if (is_null(p, keys))
        return;
    if (!p->array) {
        pg_put_bytes(b, t, &keys[p->ranges.items[0].first]);
        return;
    }
    uint32_t n = 0;
    for (size_t r = 0; r < p->ranges.count; r++)
        n += p->ranges.items[r].n;
    const uint32_t head[] = {1, 0, pg_type_oid(t), n, 1};   /* dimensions, nulls (which the server finds by
                                                               itself), type, length, first index */
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        pg_put_u32(b, head[i]);
    for (size_t r = 0; r < p->ranges.count; r++)
        for (uint32_t k = 0; k < p->ranges.items[r].n; k++)
            pg_put_value(b, t, &keys[p->ranges.items[r].first + k * p->ranges.items[r].apart]);
}

static void put_params(struct channel *c, const struct call *call, const struct sql_lowered *low)
{
    buf_clear(&c->bytes);
    for (size_t i = 0; i < low->params.count; i++) {
        size_t from = c->bytes.len;
        put_param(&c->bytes, &low->params.items[i], call->keys);
        c->lengths[i] = (int)(c->bytes.len - from);
    }
    const char *at = buf_text(&c->bytes);             /* it moves no more */
    for (size_t i = 0; i < low->params.count; at += c->lengths[i++])
        c->values[i] = is_null(&low->params.items[i], call->keys) ? NULL : at;
}

static struct call *first_call(const struct channel *c)
{
    return c->calls[c->head];
}

/* The first call's first failure. */
static void keep_failure(struct channel *c, const PGresult *r)
{
    struct error said = {0};
    if (c->failed)
        return;
    c->failed = true;
    bool lost = postgres_fail(c->session->inst, c->pg, r, &said) == ERR_LOST;
    snprintf(c->words, sizeof c->words, "%.*s", WORDS - 1, said.text);
    call_fail(first_call(c),
              lost ? FAULT_LOST : postgres_fault(r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL),
              c->words);
}

/* The first call has all of its results: it is done, or was skipped. */
static void end_first(struct channel *c)
{
    struct call *call = first_call(c);
    c->head = (c->head + 1) % c->session->depth;
    c->ncalls--;
    c->syncing = false;
    if (c->skipped) {
        c->skipped = false;
        c->again[c->nagain++] = call;
        return;
    }
    c->failed = false;
    call->done(call);                                 /* which may submit the next on this channel */
}

/* The connection is gone, and all that was in flight on it. What it still held is read for the server's last
 * words. */
static void lose(struct channel *c)
{
    struct call *lost[2 * MOST_IN_FLIGHT];
    char words[WORDS];
    uint32_t n = 0;
    if (c->ncalls) {
        for (PGresult *r; (r = PQgetResult(c->pg)); PQclear(r))
            if (PQresultStatus(r) == PGRES_FATAL_ERROR)
                keep_failure(c, r);
        keep_failure(c, NULL);
    }
    snprintf(words, sizeof words, "%s", c->failed ? c->words : "the connection is gone");
    for (uint32_t i = 0; i < c->ncalls; i++)
        lost[n++] = c->calls[(c->head + i) % c->session->depth];
    uint32_t in_flight = n;
    for (uint32_t i = 0; i < c->nagain; i++)
        lost[n++] = c->again[i];
    disconnect(c);
    reopen_begin(&c->reopen);
    tell(c, false, 0, NULL);
    for (uint32_t i = 0; i < n; i++) {
        call_fail(lost[i], FAULT_LOST, words);
        if (i >= in_flight)
            lost[i]->outcome = CALL_FAILED;           /* the server has said that it skipped them */
        lost[i]->done(lost[i]);
    }
}

/* ---- sending ---- */

static void flush(struct channel *c)
{
    int left = PQflush(c->pg);
    if (left < 0)
        lose(c);
    else
        loop_watch(c->session->loop, &c->watch, left ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static void sync_calls(struct channel *c)
{
    c->unsynced = 0;
    c->syncs++;
    if (PQpipelineSync(c->pg))
        flush(c);
    else
        lose(c);
}

static void sync_later(struct later *l)
{
    struct channel *c = l->owner;
    if (c->unsynced)
        sync_calls(c);
}

/* A call that stands in the ring. False: the connection was lost, and with it all calls. */
static bool send_call(struct channel *c, struct call *call)
{
    const struct sql_lowered *low = call->request->lowered;
    call->trips++;
    put_params(c, call, low);
    if (!PQsendQueryPrepared(c->pg, low->name, (int)low->params.count, c->values, c->lengths, c->formats,
                             1)) {
        lose(c);
        return false;
    }
    if (!has_pipeline(c))
        flush(c);
    else if (request_writes(call->request))
        sync_calls(c);
    else if (c->unsynced++ == 0 && !c->handling)
        loop_later(c->session->loop, &c->later);
    return true;
}

static void add_call(struct channel *c, struct call *call)
{
    c->calls[(c->head + c->ncalls++) % c->session->depth] = call;
}

/* After the sync the server listens again. */
static void send_again(struct channel *c)
{
    uint32_t n = c->nagain, first = c->ncalls;
    for (uint32_t i = 0; i < n; i++)
        add_call(c, c->again[i]);
    c->nagain = 0;
    for (uint32_t i = 0; i < n; i++) {
        struct call *call = c->calls[(c->head + first + i) % c->session->depth];
        call->retries++;
        if (!send_call(c, call))
            return;
    }
}

/* ---- receiving ---- */

/* The step that a row is about: 0, or a smallint in front. */
static uint32_t step_of(const struct sql_lowered *low, const PGresult *r, int row)
{
    const unsigned char *p = low->numbered ? (const unsigned char *)PQgetvalue(r, row, 0) : NULL;
    return p ? (uint32_t)p[0] << 8 | p[1] : 0;
}

static void take_rows(struct channel *c, const PGresult *r)
{
    struct call *call = first_call(c);
    const struct sql_lowered *low = call->request->lowered;
    struct value *row = c->session->row;
    int n = PQntuples(r);
    for (int i = 0; i < n; i++) {
        uint32_t p = step_of(low, r, i);
        const struct step *step = &call->request->steps[p];
        scratch_reset(&c->scratch);
        for (uint32_t k = 0; k < step->ncolumns; k++) {
            struct type t = step->answer.types[k];
            int at = (int)(low->slot_of[p][k] + low->numbered), len = PQgetlength(r, i, at);
            row[k].null = true;
            if ((len || !PQgetisnull(r, i, at)) &&
                !pg_read_value(t, PQgetvalue(r, i, at), (size_t)len, &row[k], &c->scratch))
                row[k].null = true;                   /* no such value: not what was loaded */
            call->bytes += (uint64_t)len;
        }
        call->row(call, step, row);
    }
}

static void take_sync(struct channel *c)
{
    c->syncs--;
    if (c->syncing)
        end_first(c);
}

static void take_result(struct channel *c, PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    if (status == PGRES_TUPLES_OK)
        take_rows(c, r);
    else if (status == PGRES_PIPELINE_ABORTED)
        c->skipped = true;
    else if (status == PGRES_COMMAND_OK && c->ncalls)
        first_call(c)->met += strtoull(PQcmdTuples(r), NULL, 10);
    else if (status == PGRES_PIPELINE_SYNC)
        take_sync(c);
    else if (c->ncalls)
        keep_failure(c, r);
    PQclear(r);
    if (PQstatus(c->pg) == CONNECTION_BAD)
        lose(c);
    else if (status == PGRES_PIPELINE_SYNC && c->nagain)
        send_again(c);
}

/* What a pipeline holds up to a sync is one transaction: a change that was answered may still be undone, or
 * fail as it is committed. */
static bool commits_at_sync(const struct channel *c)
{
    return has_pipeline(c) && c->ncalls && !c->skipped && !c->failed &&
           request_writes(first_call(c)->request);
}

static void take_results(struct channel *c)
{
    while (c->pg && (c->ncalls || c->syncs) && !PQisBusy(c->pg)) {
        PGresult *r = PQgetResult(c->pg);
        if (r) {
            take_result(c, r);
            continue;
        }
        c->syncing = commits_at_sync(c);
        if (c->ncalls && !c->syncing)
            end_first(c);
        if (!has_pipeline(c))
            return;
    }
}

static void ready(struct watch *w, unsigned events)
{
    struct channel *c = w->owner;
    if ((events & LOOP_READ) && !PQconsumeInput(c->pg)) {
        lose(c);
        return;
    }
    if (events & LOOP_WRITE)
        flush(c);
    c->handling = true;
    take_results(c);
    c->handling = false;
    if (c->unsynced)
        sync_calls(c);
}

static void submit(struct session *s, uint32_t place, struct call *call)
{
    struct channel *c = &s->channels[place % s->nchannels];
    BUG_UNLESS(c->pg);
    add_call(c, call);
    send_call(c, call);
}

const struct store postgres_store = {
    SQL_STORE, .open = open_server, .identity = sql_identity, .may_create = may_create,
        .mark = &postgres_mark, .begin = sql_begin, .end = sql_end,
};

const struct feed postgres_feed = {
    .open = load_open, .begin = load_begin, .rows = load_rows, .end = load_end, .close = load_close,
};

const struct wire postgres_wire = {
    .handles = 1, .open = session_open, .prepare = session_prepare, .depth = depth, .submit = submit,
    .listen = listen_to, .close = session_close,
};
