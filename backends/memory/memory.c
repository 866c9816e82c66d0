/* memory.c - the backend without I/O: it answers from the generators. The harness's own floor, and the test
 * double: it can be set to be late, to stall, to fail, to answer out of order or wrongly, to throttle, to
 * hold keys back, and to die.
 *
 * It keeps no rows: tables that it "loads" are counted and dropped, and no other process ever sees them. Of
 * rows that are changed it keeps the versions, from which their values follow. */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "backends/memory/faults.h"
#include "base/bounds.h"
#include "base/clock.h"
#include "base/mem.h"
#include "data/rows.h"

static const struct setting_def settings[] = {
    {"table_prefix", NULL, NULL, "prefix of the tables' names", false, SETTING_TEXT, SETTING_OF_PLACE},
    {"connections", NULL, NULL,
     "how many connections the requests share; default as many as the clients can use, up to 64", false,
     SETTING_COUNT, .most = MOST_CONNECTIONS},
    {"delay", NULL, NULL, "delay of each response: 5ms", false, SETTING_DURATION},
    {"stall_every", NULL, NULL, "how often the server stops responding: 1s", false, SETTING_DURATION},
    {"stall", NULL, NULL, "how long it does: 100ms", false, SETTING_DURATION},
    {"fail_every", NULL, NULL, "every Nth call fails", false, SETTING_COUNT},
    {"throttle_every", NULL, NULL, "every Nth call is throttled once, and retried", false, SETTING_COUNT},
    {"reorder", NULL, NULL, "on: rows are returned in reverse order", false, SETTING_SWITCH},
    {"wrong_every", NULL, NULL, "every Nth row has a wrong value", false, SETTING_COUNT},
    {"lose_every", NULL, NULL, "every Nth row is missing", false, SETTING_COUNT},
    {"refuse_several", NULL, NULL,
     "on: requests for several tables are refused when prepared, as for lack of a privilege", false,
     SETTING_SWITCH},
    {"drop_every", NULL, NULL, "every Nth call that writes is acknowledged and not carried out", false,
     SETTING_COUNT},
    {"half_every", NULL, NULL,
     "every Nth call that writes several rows writes the first half of them, and all are acknowledged", false,
     SETTING_COUNT},
    {"refuse_every", NULL, NULL, "every Nth call that writes is refused, and carried out all the same", false,
     SETTING_COUNT},
    {"cut_every", NULL, NULL, "every Nth call that writes is carried out, and its answer is lost", false,
     SETTING_COUNT},
    {"double_every", NULL, NULL, "the rows of every Nth call that inserts are there twice, or what it adds is added twice", false, SETTING_COUNT},
    {"revive_every", NULL, NULL, "every Nth row that is deleted comes back a few calls later", false, SETTING_COUNT},
    {"stale_every", NULL, NULL, "every Nth call that reads finds what was there before", false, SETTING_COUNT},
    {"stale", NULL, "50ms", "how long before", false, SETTING_DURATION},
    {"consistency", NULL, "strong", "what reads promise: strong, or eventual", false},
    {"cut_at", NULL, NULL, "at the Nth call the connection is lost, once", false, SETTING_COUNT},
    {"die_after", NULL, NULL, "after N calls the server is gone", false, SETTING_COUNT},
    {"fail_load_after", NULL, NULL, "loading fails after N rows", false, SETTING_COUNT},
    {NULL, NULL, NULL, NULL, false},
};

/* ---- printing: there is nothing to send, so it is described ---- */

static void print_type(const struct instance *inst, struct type type, struct buf *b, struct buf *loss)
{
    (void)inst;
    (void)loss;
    type_put(b, type);
}

static void print_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    buf_puts(b, "# table ");
    instance_put_table(inst, t, b);
    buf_printf(b, ": %llu rows, made on demand\n", (unsigned long long)t->rows);
}

static void lower(const struct instance *inst, struct arena *arena, struct request *r)
{
    (void)inst;
    r->text = arena_printf(arena, "%u keys of %u tables, answered from the generators", r->nkeys, r->nsteps);
}

static void print_request(const struct instance *inst, const struct request *r, const struct value *keys,
                          struct buf *b)
{
    for (uint32_t p = 0; p < r->nsteps; p++) {
        const struct step *step = &r->steps[p];
        buf_puts(b, "# ");
        instance_put_table(inst, step->table, b);
        for (uint32_t k = 0, bound = step_bound(step); k < step->nkeys * bound; k++) {
            buf_putc(b, k % bound ? ',' : ' ');
            value_put(b, step->table->columns[k % bound].type, &keys[step->first + k]);
        }
        buf_putc(b, '\n');
    }
}

/* ---- what was changed: all that is kept, of an instance while anything of it is open ---- */

struct kept {
    const char *name;                                 /* of the instance */
    uint32_t users;
    struct overlay *overlay;
    struct kept *next;
};
static struct kept *all_kept;
static pthread_mutex_t keeping = PTHREAD_MUTEX_INITIALIZER;

static struct kept *keep(const struct instance *inst)
{
    pthread_mutex_lock(&keeping);
    struct kept *k = all_kept;
    while (k && strcmp(k->name, inst->name) != 0)
        k = k->next;
    if (!k) {
        k = mem_alloc(sizeof *k);
        *k = (struct kept){.name = inst->name, .overlay = overlay_new(), .next = all_kept};
        all_kept = k;
    }
    k->users++;
    pthread_mutex_unlock(&keeping);
    return k;
}

static void forget(struct kept *k)
{
    pthread_mutex_lock(&keeping);
    if (--k->users == 0) {
        struct kept **at = &all_kept;
        while (*at != k)
            at = &(*at)->next;
        *at = k->next;
        overlay_free(k->overlay);
        mem_free(k);
    }
    pthread_mutex_unlock(&keeping);
}

/* ---- administration and loading ---- */

struct server { struct kept *kept; };
struct loader { uint64_t rows, fail_after; struct kept *kept; };

static int open_server(const struct instance *inst, struct server **out, struct error *err)
{
    (void)err;
    *out = mem_alloc(sizeof **out);
    (*out)->kept = keep(inst);
    return 0;
}

static void close_server(struct server *s)
{
    if (s)
        forget(s->kept);
    mem_free(s);
}

static const char *version(const struct server *s)
{
    (void)s;
    return "in this process";
}

static int count(struct server *s, const struct table *t, uint64_t *rows, struct error *err)
{
    (void)err;
    *rows = overlay_count(s->kept->overlay, t);
    return 0;
}

static int load_open(const struct instance *inst, struct loader **out, struct error *err)
{
    (void)err;
    *out = mem_alloc(sizeof **out);
    (*out)->kept = keep(inst);
    (*out)->fail_after = instance_number(inst, "fail_load_after");
    return 0;
}

static int load_begin(struct loader *l, const struct stretch *s, struct error *err)
{
    (void)err;
    overlay_clear(l->kept->overlay, s->table);
    l->rows = 0;
    return 0;
}

static int load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    (void)values;
    bool fails = l->rows < l->fail_after && l->rows + n >= l->fail_after;
    l->rows += n;
    return fails ? error_set(err, ERR_SERVER, "simulated failure after %llu rows",
                             (unsigned long long)l->fail_after)
                 : 0;
}

static int load_end(struct loader *l, bool commit, struct error *err)
{
    (void)l;
    (void)commit;
    (void)err;
    return 0;
}

static void load_close(struct loader *l)
{
    forget(l->kept);
    mem_free(l);
}

/* ---- requests ---- */

struct answer {                                       /* one a connection: the call that it holds back */
    struct session *session;
    struct call *call;
    struct timer timer;
};

struct session {
    const struct instance *inst;
    struct loop *loop;
    struct answer *answers;
    uint64_t delay, stall_every, stall, fail_every, throttle_every, wrong_every, lose_every, cut_at, die_after, opened;
    uint64_t calls, rows;
    struct kept *kept;
    struct faults faults;
    struct model model;
};

struct reply {                                        /* one call's rows on their way to it */
    struct receiver receiver;
    struct session *session;
    struct call *call;
};

static void give_row(struct receiver *to, const struct step *step, struct value *values)
{
    struct reply *reply = (struct reply *)to;
    struct session *s = reply->session;
    s->rows++;
    if (s->lose_every && s->rows % s->lose_every == 0)
        return;
    if (s->wrong_every && s->rows % s->wrong_every == 0 && step->ncolumns > step->table->nkeys)
        values[step->table->nkeys].null = !values[step->table->nkeys].null;
    reply->call->bytes += step->ncolumns * 8;
    reply->call->row(reply->call, step, values);
}

static void give_rows(struct session *s, struct call *c)
{
    struct reply reply = {{.row = give_row}, s, c};
    faults_eval(&s->faults, &s->model, c, faults_next(&s->faults, c), &reply.receiver);
}

static void answer(struct session *s, struct call *c)
{
    s->calls++;
    c->trips++;
    bool dead = s->die_after && s->calls > s->die_after;
    if (dead || s->calls == s->cut_at) {
        call_fail(c, FAULT_LOST,
                  dead ? "simulated: the server is gone" : "simulated: the connection is lost");
    } else if (s->fail_every && s->calls % s->fail_every == 0) {
        call_fail(c, FAULT_SERVER, "simulated failure");
    } else {
        if (s->throttle_every && s->calls % s->throttle_every == 0) {
            c->trips++;
            c->retries++;
            c->throttles++;
        }
        give_rows(s, c);
    }
    c->done(c);
}

static void fire(struct timer *t)
{
    struct answer *a = t->owner;
    answer(a->session, a->call);
}

static void submit(struct session *s, uint32_t connection, struct call *c)
{
    if (!s->delay && !s->stall) {
        answer(s, c);
        return;
    }
    struct answer *a = &s->answers[connection];
    uint64_t at = clock_ns() + s->delay;
    if (s->stall && s->stall_every && (at - s->opened) % s->stall_every < s->stall)   /* stalls come at fixed times */
        at += s->stall - (at - s->opened) % s->stall_every;
    a->call = c;
    loop_timer_set(s->loop, &a->timer, at);
}

static int session_open(const struct instance *inst, struct loop *loop, const struct session_options *o,
                        struct session **out, struct error *err)
{
    (void)err;
    struct session *s = mem_alloc(sizeof *s);
    *s = (struct session){.inst = inst, .loop = loop, .opened = clock_ns(),
        .model = {.data = inst->data, .backward = instance_is_on(inst, "reorder")},
        .delay = instance_number(inst, "delay"), .stall_every = instance_number(inst, "stall_every"),
        .stall = instance_number(inst, "stall"), .fail_every = instance_number(inst, "fail_every"),
        .throttle_every = instance_number(inst, "throttle_every"),
        .wrong_every = instance_number(inst, "wrong_every"),
        .lose_every = instance_number(inst, "lose_every"),
        .cut_at = instance_number(inst, "cut_at"),
        .die_after = instance_number(inst, "die_after")};
    s->kept = keep(inst);
    s->model.overlay = s->kept->overlay;
    faults_init(&s->faults, inst, s->kept->overlay);
    s->answers = mem_alloc(o->connections * sizeof *s->answers);
    for (uint32_t i = 0; i < o->connections; i++)
        s->answers[i] = (struct answer){.session = s, .timer = {.fire = fire, .owner = &s->answers[i]}};
    *out = s;
    return 0;
}

static int session_prepare(struct session *s, const struct request *const *requests, uint32_t n,
                           struct error *err)
{
    bool refuses = instance_is_on(s->inst, "refuse_several");
    for (uint32_t i = 0; i < n; i++)
        if (refuses && requests[i]->nsteps > 1)
            return error_set(err, ERR_SERVER, "simulated: requests for several tables are refused");
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < requests[i]->nsteps; k++)
            model_reserve(&s->model, requests[i]->steps[k].answer.n);
    return 0;
}

static void session_close(struct session *s)
{
    model_release(&s->model);
    forget(s->kept);
    mem_free(s->answers);
    mem_free(s);
}

static enum promise promise(const struct instance *inst, bool latest)
{
    const char *consistency = instance_get(inst, "consistency");
    return !latest && consistency && !strcmp(consistency, "eventual") ? PROMISE_EVENTUAL : PROMISE_LATEST;
}

static const struct store store = {
    .open = open_server, .close = close_server, .version = version, .count = count, .count_most = UINT64_MAX};

static const struct feed feed = {
    .open = load_open, .begin = load_begin, .rows = load_rows, .end = load_end, .close = load_close};

static const struct wire wire = {
    .handles = 0, .open = session_open, .prepare = session_prepare, .submit = submit, .close = session_close,
};

const struct backend backend_memory = {
    .name = "memory",
    .title = "in-process memory",
    .caps =
        {
            .can[IR_GET] =
                {{"lookup"}, {"lookups"}, {"lookups in several tables"}, {"lookups in several tables"}},
            .can[IR_INSERT] = {{"insert"}, {"insert of several rows"}},
            .can[IR_PUT] = {{"put"}, {"put of several rows"}},
            .can[IR_UPDATE] = {{"update"}, {"update of several rows"}},
            .can[IR_DELETE] = {{"delete"}, {"delete of several rows"}},
            .keys[IR_GET] = {BY_TUPLE | BY_PREFIX | BY_SLICE},
            .keys[IR_INSERT] = {BY_TUPLE}, .keys[IR_PUT] = {BY_TUPLE},
            .keys[IR_UPDATE] = {BY_TUPLE | BY_PREFIX}, .keys[IR_DELETE] = {BY_TUPLE | BY_PREFIX},
            .name_max = 255,
        },
    .settings = settings,
    .request_ext = "txt",
    .comment = "#",
    .print_type = print_type,
    .print_table = print_table,
    .lower = lower,
    .print_request = print_request,
    .promise = promise,
    .store = &store,
    .feed = &feed,
    .wire = &wire,
};
