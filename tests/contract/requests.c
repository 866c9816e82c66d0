/* requests.c - every form that the backend has, over many calls in flight, each row compared; connections that break. */
#include "config.h"

#include <dirent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backends/sql/sql.h"
#include "base/clock.h"
#include "base/mem.h"
#include "backends/admin.h"
#include "tests/contract/contract.h"

enum { CONNECTIONS = 4, USERS = 12, ITEMS = 3, REGISTERS = USERS + ITEMS + 7, MAX_PARTS = 12, MAX_KEYS = 200, MOST_ROWS = 4 };
static const uint64_t PATIENCE_NS = 20 * NS_PER_S;

/* ---- a call and what came ---- */

struct asked {
    struct call call;
    struct value keys[REGISTERS];
    uint64_t ordinals[REGISTERS];
    struct scratch scratch;
    unsigned char seen[MAX_KEYS * MOST_ROWS];
    uint32_t rows, wrong;
    bool done;
    char words[400], first_wrong[300];
};

struct bench {
    const struct instance *inst;
    struct loop *loop;
    struct session *session;
    struct session_listener listener;
    uint32_t connections, downs, ups;                 /* of the session; told by it */
    bool down[CONNECTIONS];
    struct asked asked[CONNECTIONS];
    struct scratch scratch;
    struct value row[32];
    uint64_t rows;
};

static void complain(struct asked *a, const char *table, const char *column, const char *what)
{
    if (!a->wrong++)
        snprintf(a->first_wrong, sizeof a->first_wrong, "%s.%s: %s", table, column, what);
}

static uint32_t first_of(const struct request *r, const struct step *step)
{
    uint32_t at = 0;
    for (const struct step *p = r->steps; p < step; p++)
        at += p->nkeys;
    return at;
}

/* The rows that a key has: from *first on. */
static uint64_t rows_of(const struct bench *b, const struct table *t, uint64_t ordinal, uint64_t *first)
{
    return ordinal < t->keyspace->count ? data_rows_of(b->inst->data, t, ordinal, first) : 0;
}

/* Which of these it is, by the key columns after the first; that row then is in b->row. n: none. */
static uint64_t which_row(struct bench *b, const struct table *t, uint64_t first, uint64_t n, const struct value *values)
{
    for (uint64_t i = 0; i < n; i++) {
        uint32_t same = 1;
        data_row(b->inst->data, t, first + i, b->row, &b->scratch);
        while (same < t->nkeys && value_equal(t->columns[same].type, &values[same], &b->row[same]))
            same++;
        if (same == t->nkeys)
            return i;
    }
    return n;
}

static void row_came(struct call *c, const struct step *step, const struct value *values)
{
    struct asked *a = (struct asked *)c;
    struct bench *b = c->owner;
    const struct table *t = step->table;
    uint32_t k = 0;
    a->rows++;
    b->rows++;
    while (k < step->nkeys && !value_equal(t->keyspace->key.type, &values[0], &a->keys[step->first + k]))
        k++;
    if (k == step->nkeys) {
        complain(a, t->name, "id", "a key that was not asked for");
        return;
    }
    uint64_t first, n = rows_of(b, t, a->ordinals[step->first + k], &first), row = which_row(b, t, first, n, values);
    if (row == n || a->seen[(first_of(c->request, step) + k) * MOST_ROWS + row]++) {
        complain(a, t->name, "id", row == n ? "a row that was not loaded" : "a row that came twice");
        return;
    }
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        const struct column *col = &t->columns[step->columns[i]];
        if (value_equal(col->type, &values[i], &b->row[step->columns[i]]))
            continue;
        struct buf text = {0};
        value_put(&text, col->type, &b->row[step->columns[i]]);
        buf_puts(&text, " came as ");
        value_put(&text, col->type, &values[i]);
        complain(a, t->name, col->name, buf_text(&text));
        buf_release(&text);
    }
}

static void call_ended(struct call *c)
{
    struct asked *a = (struct asked *)c;
    a->done = true;
    snprintf(a->words, sizeof a->words, "%s", c->words ? c->words : "");
}

/* ---- keys ---- */

/* Registers 0 …: users, items, then one key of each other key space. Every seventh is of no row at all. */
static const struct table *table_of_register(uint32_t reg)
{
    return &contract_tables[reg < USERS ? WIDE : reg < USERS + ITEMS ? ODD : BY_UUID + (reg - USERS - ITEMS)];
}

static void draw_keys(struct bench *b, struct asked *a, uint64_t n)
{
    scratch_reset(&a->scratch);
    for (uint32_t reg = 0; reg < REGISTERS; reg++) {
        const struct keyspace *space = table_of_register(reg)->keyspace;
        uint64_t miss = (n + reg) % 7 == 0;
        a->ordinals[reg] = (n * 31 + reg * 5) % space->count + miss * space->count;
        a->keys[reg] = data_key(b->inst->data, space, a->ordinals[reg], &a->scratch);
    }
}

static uint32_t rows_expected(const struct bench *b, const struct asked *a, const struct request *r)
{
    uint32_t rows = 0;
    for (uint32_t p = 0; p < r->nsteps; p++)
        for (uint32_t k = 0; k < r->steps[p].nkeys; k++) {
            uint64_t first;
            rows += (uint32_t)rows_of(b, r->steps[p].table, a->ordinals[r->steps[p].first + k], &first);
        }
    return rows;
}

/* ---- calls ---- */

static void changed(struct session_listener *l, uint32_t connection, bool up, int code, const char *words)
{
    struct bench *b = (struct bench *)((char *)l - offsetof(struct bench, listener));
    if (up == !b->down[connection] || (code != 0) != (words != NULL))
        check(up ? !b->down[connection] : code != 0, "connection %u: what is told makes sense (%s, %d)", connection, up ? "up" : "down", code);
    b->downs += !up && !b->down[connection];
    b->ups += up;
    b->down[connection] = !up;
}

/* Nothing is submitted to a connection that is down: it has to come back by itself. */
static void await_up(struct bench *b, uint32_t connection)
{
    uint64_t until = clock_ns() + PATIENCE_NS;
    while (b->down[connection] && clock_ns() < until)
        loop_turn(b->loop, true);
    if (b->down[connection])
        check(false, "connection %u is opened again", connection);
}

static void begin_call(struct bench *b, uint32_t connection, const struct request *r, uint64_t n)
{
    struct asked *a = &b->asked[connection];
    await_up(b, connection % b->connections);
    draw_keys(b, a, n);
    memset(a->seen, 0, sizeof a->seen);
    a->rows = a->wrong = 0;
    a->done = false;
    a->call = (struct call){.request = r, .keys = a->keys, .ordinals = a->ordinals, .row = row_came,
                            .done = call_ended, .units = -1, .owner = b};
    b->inst->backend->wire->submit(b->session, connection, &a->call);
}

static bool end_call(struct bench *b, uint32_t connection)
{
    uint64_t until = clock_ns() + PATIENCE_NS;
    while (!b->asked[connection].done && clock_ns() < until)
        loop_turn(b->loop, true);
    return b->asked[connection].done;
}

/* Many calls, as many in flight as there are connections. */
static void ask_often(struct bench *b, const struct request *r, const char *what)
{
    uint32_t wrong = 0, bad_counts = 0, failed = 0;
    uint64_t before = b->rows;
    struct asked *first = NULL;
    enum { TIMES = 40 };
    for (uint64_t n = 0; n < TIMES; n++) {
        for (uint32_t c = 0; c < CONNECTIONS; c++)
            begin_call(b, c, r, n * CONNECTIONS + c);
        for (uint32_t c = 0; c < CONNECTIONS; c++) {
            struct asked *a = &b->asked[c];
            if (!check(end_call(b, c), "%s: is answered", what))
                return;
            failed += a->call.outcome != CALL_OK;
            wrong += a->wrong;
            bad_counts += a->call.outcome == CALL_OK && a->rows != rows_expected(b, a, r);
            if ((a->call.outcome != CALL_OK || a->wrong) && !first)
                first = a;
            if (first == a && first)
                check(a->call.outcome == CALL_OK && !a->wrong, "%s: %s%s", what, a->call.outcome != CALL_OK ? a->words : "", a->wrong ? a->first_wrong : "");
            if (!a->call.trips)
                failed++;
        }
    }
    check(!failed && !wrong && !bad_counts && b->rows > before,
          "%s: %d calls, %llu rows, all as loaded (%u failed, %u wrong values, %u wrong counts)", what, TIMES * CONNECTIONS, (unsigned long long)(b->rows - before), failed, wrong, bad_counts);
}

/* ---- requests ---- */

static const uint32_t *all_columns(void)
{
    static const uint32_t all[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
    return all;
}

static struct step step_of(int table, uint32_t first, uint32_t nkeys)
{
    return (struct step){&contract_tables[table], all_columns(), contract_tables[table].ncolumns, first, nkeys};
}

static void lower(const struct instance *inst, struct arena *arena, struct request *r, enum width width, const struct step *steps, uint32_t n)
{
    struct step *own = arena_array(arena, struct step, n);
    *r = (struct request){.width = width, .steps = own, .nsteps = n, .nregisters = REGISTERS, .title = "contract"};
    for (uint32_t i = 0; i < n; i++) {
        own[i] = step_make(arena, IR_GET, steps[i].table, steps[i].columns, steps[i].ncolumns, steps[i].first, steps[i].nkeys, NULL);
        r->nkeys += steps[i].nkeys;
    }
    inst->backend->lower(inst, arena, r);
}

struct batch {                                        /* all requests of the suite */
    struct arena arena;
    struct request requests[32];
    const struct request *list[32];
    char names[32][60];
    uint32_t n;
};

static void add(struct batch *b, const struct instance *inst, enum width width, const struct step *steps, uint32_t n, const char *name)
{
    if (!inst->backend->caps.can[IR_GET][width].as)
        return;
    lower(inst, &b->arena, &b->requests[b->n], width, steps, n);
    snprintf(b->names[b->n], sizeof b->names[0], "%s", name);
    b->list[b->n] = &b->requests[b->n];
    b->n++;
}

/* All rows of keys, where the backend has such tables: of one, and of several in a request that takes them. */
static void add_rows_of_keys(struct batch *b, const struct instance *inst)
{
    struct step one = step_of(SEVERAL, 3, 1), joined = step_of(JOINED, USERS, 1);
    struct step many = step_of(SEVERAL, 0, USERS), both[] = {many, step_of(JOINED, USERS, ITEMS), step_of(THIN, 0, 2)};
    const struct keys_of_op *keys = &inst->backend->caps.keys[IR_GET];
    if (!(keys->by & BY_PREFIX))
        return;
    add(b, inst, WIDTH_ONE, &one, 1, "all rows of a key");
    add(b, inst, WIDTH_ONE, &joined, 1, "all rows of a key, which two columns tell apart");
    if (keys->rows_alone)
        return;
    add(b, inst, WIDTH_KEYS, &many, 1, "all rows of several keys");
    for (int width = WIDTH_TABLES; width <= WIDTH_PROCEDURE; width++)
        add(b, inst, width, both, 3, "all rows of keys of several tables");
}

static void make_requests(struct batch *b, const struct instance *inst)
{
    static const uint32_t some[] = {0, 3, 7, 9};
    static const char *const forms[] = {"one key", "several keys", "several tables", "a procedure"};
    arena_init(&b->arena);
    char name[60];
    for (uint32_t reg = 0; reg < REGISTERS; reg++)
        if (reg == 0 || reg >= USERS + ITEMS - 1) {
            struct step p = step_of((int)table_of_register(reg)->id, reg, 1);
            snprintf(name, sizeof name, "one key of %s", p.table->name);
            add(b, inst, WIDTH_ONE, &p, 1, name);
        }
    struct step few = {&contract_tables[WIDE], some, 4, 2, 1}, many = step_of(WIDE, 0, USERS), items = step_of(ODD, USERS, ITEMS);
    add(b, inst, WIDTH_ONE, &few, 1, "some columns");
    add(b, inst, WIDTH_KEYS, &many, 1, "several keys of wide");
    add(b, inst, WIDTH_KEYS, &items, 1, "several keys of Odd_names");
    struct step largest = step_of(EXTREME, USERS + ITEMS + 2, 1);
    if (contract_ntables(inst) > EXTREME)
        add(b, inst, WIDTH_ONE, &largest, 1, "the largest numbers");
    add_rows_of_keys(b, inst);
    for (int width = WIDTH_TABLES; width <= WIDTH_PROCEDURE; width++) {
        struct step mixed[MAX_PARTS] = {step_of(WIDE, 0, USERS), step_of(THIN, 0, USERS), step_of(ODD, USERS, ITEMS)};
        uint32_t n = 3;                               /* of one table there is one step: packing joins them */
        for (int t = BY_UUID; t < SEVERAL; t++, n++)
            mixed[n] = step_of(t, (uint32_t)(USERS + ITEMS + t - BY_UUID), 1);
        struct step alike[] = {step_of(THIN, 0, 1), step_of(WIDE, 0, 1), step_of(ODD, USERS, 1)};
        snprintf(name, sizeof name, "%s: %u of all shapes", forms[width], n);
        add(b, inst, width, mixed, n, name);
        snprintf(name, sizeof name, "%s: a key of each", forms[width]);
        add(b, inst, width, alike, 3, name);
    }
}

/* ---- connections that break ---- */

static bool is_socket(int fd)
{
    int type;
    socklen_t n = sizeof type;
    return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &n) == 0;
}

int contract_break_connections(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    for (struct dirent *e; d && (e = readdir(d));) {
        int fd = atoi(e->d_name);
        if (fd > 2 && is_socket(fd) && shutdown(fd, SHUT_RDWR) == 0)
            n++;
    }
    if (d)
        closedir(d);
    return n;
}

static void turn_a_while(struct bench *b)
{
    for (uint64_t until = clock_ns() + 50 * NS_PER_MS; clock_ns() < until;)
        loop_turn(b->loop, true);
}

static void expect_answer(struct bench *b, const struct request *r, const char *what)
{
    begin_call(b, 0, r, 1);
    if (check(end_call(b, 0), "%s: is answered", what))
        check(b->asked[0].call.outcome == CALL_OK, "%s: well: %s", what, b->asked[0].words);
}

static void broken_connections(struct bench *b, const struct request *r)
{
    expect_answer(b, r, "before the connection breaks");
    if (!contract_break_connections())
        return;                                       /* an embedded database has none */
    begin_call(b, 0, r, 1);
    bool ended = check(end_call(b, 0), "a call on a broken connection ends");
    struct asked *a = &b->asked[0];
    if (ended)
        check(a->call.outcome == CALL_OK || a->call.fault == FAULT_LOST, "it is lost, or sent again (%s): %s", fault_name(a->call.fault), a->words);
    if (ended && a->call.outcome != CALL_OK)
        check(a->words[0] != 0, "the reason is told");
    expect_answer(b, r, "the next call connects again");
    begin_call(b, 0, r, 1);
    contract_break_connections();
    check(end_call(b, 0), "a call whose connection breaks under it ends");
    check(a->call.outcome == CALL_OK || a->call.fault == FAULT_LOST, "it is answered or lost (%s): %s", fault_name(a->call.fault), a->words);
    turn_a_while(b);                                  /* where the answer was there already, the break is seen only now */
    expect_answer(b, r, "the call after that connects again");
    for (uint32_t c = 0; c < b->connections; c++)
        await_up(b, c);                               /* or there is nothing to break: it is on its way back */
    contract_break_connections();
    turn_a_while(b);                                  /* so that the driver can see it */
    uint64_t turns = 0;
    for (uint64_t until = clock_ns() + 50 * NS_PER_MS; clock_ns() < until; turns++)
        loop_turn(b->loop, true);
    check(turns < 1000, "a connection that broke while idle does not spin (%llu turns)", (unsigned long long)turns);
    expect_answer(b, r, "a call after a break while idle");
    for (uint32_t c = 0; c < b->connections; c++)
        await_up(b, c);
    if (b->inst->backend->wire->listen)
        check(b->ups == b->downs && b->ups >= 2 * b->connections, "each loss is told, and each return (%u, %u)", b->downs, b->ups);
    contract_break_connections();                     /* the session is closed while they are being opened again */
    loop_turn(b->loop, true);
}

/* ---- the suites ---- */

static bool open_bench(struct bench *b, const struct instance *inst)
{
    uint32_t depth = inst->backend->wire->depth ? inst->backend->wire->depth(inst) : 1;
    struct session_options o = {.connections = depth < CONNECTIONS ? CONNECTIONS / depth : 1, .max_tries = 10};
    struct error err = {0};
    *b = (struct bench){.inst = inst, .loop = loop_new(), .connections = o.connections, .listener = {changed}};
    bool opened = check_done(inst->backend->wire->open(inst, b->loop, &o, &b->session, &err), &err, "opens a session");
    if (opened && inst->backend->wire->listen)
        inst->backend->wire->listen(b->session, &b->listener);
    return opened;
}

static void close_bench(struct bench *b)
{
    if (b->session)
        b->inst->backend->wire->close(b->session);
    for (int i = 0; i < CONNECTIONS; i++)
        scratch_release(&b->asked[i].scratch);
    scratch_release(&b->scratch);
    loop_free(b->loop);
}

static void install(const struct instance *inst, struct batch *batch, bool on)
{
    struct server *s = NULL;
    struct error err = {0};
    const struct store *d = inst->backend->store;
    if (!d->install || !check_done(d->open(inst, &s, &err), &err, "opens"))
        return;
    if (on)
        check_done(d->install(s, batch->requests, batch->n, &err), &err, "installs procedures");
    check_done((on ? d->install : d->uninstall)(s, batch->requests, batch->n, &err), &err, on ? "installs them again" : "uninstalls them");
    d->close(s);
}

void contract_requests_suite(const struct instance *inst)
{
    static struct bench b;
    static struct batch batch;
    struct error err = {0};
    const struct wire *w = inst->backend->wire;
    make_requests(&batch, inst);
    install(inst, &batch, true);
    if (open_bench(&b, inst) && check_done(w->prepare(b.session, batch.list, batch.n / 2, &err), &err, "prepares the first half") &&
        check_done(w->prepare(b.session, batch.list, batch.n, &err), &err, "prepares %u requests", batch.n)) {
        for (uint32_t i = 0; i < batch.n; i++)
            ask_often(&b, &batch.requests[i], batch.names[i]);
        broken_connections(&b, &batch.requests[batch.n - 1]);
    }
    close_bench(&b);
    install(inst, &batch, false);
    arena_release(&batch.arena);
}

static void drop_one(const struct instance *inst, int table)
{
    struct server *s = NULL;
    struct error err = {0};
    const struct table *list[] = {&contract_tables[table]};
    if (check_done(inst->backend->store->open(inst, &s, &err), &err, "opens"))
        check_done(admin_drop(inst, s, list, 1, &err), &err, "drops a table");
    if (s)
        inst->backend->store->close(s);
}

/* A pipeline's statements up to a sync are one transaction. */
static bool pipelines_sql(const struct instance *inst)
{
    return inst->backend->dialect && inst->backend->wire->depth && inst->backend->wire->depth(inst) > 1;
}

/* Side by side, on one connection even where the backend can: those that fail take no other with them. */
static void some_fail(struct bench *b, const struct request *there, const struct request *gone)
{
    uint32_t retries = 0;
    for (uint32_t round = 0; round < 3; round++) {
        for (uint32_t c = 0; c < CONNECTIONS; c++)
            begin_call(b, c, (c + round) % 2 ? there : gone, c + 1);
        for (uint32_t c = 0; c < CONNECTIONS; c++) {
            struct asked *a = &b->asked[c];
            if (!check(end_call(b, c), "a request beside others that fail ends"))
                return;
            retries += a->call.retries;
            if ((c + round) % 2)
                check(a->call.outcome == CALL_OK && !a->wrong && a->rows == rows_expected(b, a, there), "one that can be answered is: %s", a->words);
            else
                check(a->call.outcome != CALL_OK && a->words[0], "one that cannot fails: %s", a->words);
        }
    }
    if (pipelines_sql(b->inst))
        check(retries > 0, "what the server skipped is sent again, and that is counted");
}

/* Deletes what `read`, a statement for one key, reads. */
static void make_delete(struct arena *arena, const struct request *read, struct request *out)
{
    struct sql_lowered *low = arena_new(arena, struct sql_lowered);
    *low = *(const struct sql_lowered *)read->lowered;
    low->name = "contract_delete";
    *out = *read;
    out->id = read->id + 1;
    out->lowered = low;
    out->effect = EFFECT_SAME;
    out->text = arena_printf(arena, "DELETE%s", strstr(read->text, " FROM "));
}

/* A change that was answered stands, also where what was sent behind it on the same connection fails: a pipeline's requests up to a sync
 * are one transaction for the server. */
static void changes_stand(struct bench *b, const struct request *change, const struct request *read, const struct request *gone)
{
    uint32_t connections = b->connections, rows = 0, answered = 0;
    for (uint64_t n = 1; n < 6; n++) {                /* keys of rows that are there */
        begin_call(b, 0, change, n);
        begin_call(b, connections, gone, n);
        if (!check(end_call(b, 0) && end_call(b, connections), "a change and a request that fails end"))
            return;
        answered += b->asked[0].call.outcome == CALL_OK;
        check(b->asked[connections].call.outcome == CALL_FAILED, "what was sent behind it fails: %s", b->asked[connections].words);
        begin_call(b, 0, read, n);
        end_call(b, 0);
        rows += b->asked[0].rows;
    }
    check(answered == 5 && rows == 0, "%u of 5 changes were answered, and %u rows are still there", answered, rows);
}

void contract_missing_suite(const struct instance *inst)
{
    static struct bench b;
    struct arena arena;
    struct request r, other, change;
    const struct request *list[] = {&r, &other, &change};
    struct step p = step_of(THIN, 0, 1), wide = step_of(WIDE, 0, 1);
    struct error err = {0};
    arena_init(&arena);
    lower(inst, &arena, &r, WIDTH_ONE, &p, 1);
    lower(inst, &arena, &other, WIDTH_ONE, &wide, 1);
    bool pipelined = pipelines_sql(inst);
    if (pipelined)
        make_delete(&arena, &other, &change);
    if (contract_load(inst) && open_bench(&b, inst) &&
        check_done(inst->backend->wire->prepare(b.session, list, pipelined ? 3 : 2, &err), &err, "prepares the requests")) {
        expect_answer(&b, &r, "a table that is there");
        drop_one(inst, THIN);
        some_fail(&b, &other, &r);
        if (pipelined)
            changes_stand(&b, &change, &other, &r);
        contract_drop(inst);
        begin_call(&b, 0, &r, 2);
        if (check(end_call(&b, 0), "a request for a table that was dropped ends"))
            check(b.asked[0].call.outcome != CALL_OK && b.asked[0].words[0], "it fails, with the server's words: %s", b.asked[0].words);
    }
    close_bench(&b);
    arena_release(&arena);
}
