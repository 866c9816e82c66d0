/* statements.c - every statement that the backend says it has, by every strategy, beside a model that does the
 * same: by whole keys and by what they begin with, slices, rows that are changed, put, inserted and deleted. What
 * comes, and what stands in the tables after each write, is what the model says (ops/op.h). */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/clock.h"
#include "base/mem.h"
#include "data/version.h"
#include "plan/plan.h"
#include "tests/contract/contract.h"

enum { TIMES = 12, MOST_REGISTERS = 70, MOST_TARGETS = 4, MOST_REQUESTS = 64, MOST_ROWS = 400, WRITTEN = 3 };
static const uint64_t PATIENCE_NS = 20 * NS_PER_S;
static const struct strategy strategies[] = {
    {STRATEGY_SINGLE, 1, "single", {0}}, {STRATEGY_BATCH, 1, "batch", {0}},
    {STRATEGY_BATCH_FAMILY, 1, "batch by family", {0}}, {STRATEGY_BINPACKED, 1, "binpacked", {0}},
};

struct shown { char *text; uint32_t key, place; bool ordered; };       /* a row; key: so many bytes of the text */
struct answer { struct receiver receiver; struct shown rows[MOST_ROWS]; uint32_t n; const struct request *request; };

struct bench {
    const struct instance *inst;
    struct arena arena;
    struct loop *loop;
    struct session *session;
    struct model model;
    struct plan plan, look;                           /* what is asked, and what looks at a row that was written */
    const struct request *list[MOST_REQUESTS + 1];
    struct scratch scratch, look_scratch;
    struct value keys[MOST_REGISTERS], look_keys[MOST_REGISTERS];
    uint64_t ordinals[MOST_REGISTERS], look_ordinals[MOST_REGISTERS];
    struct call call;
    struct answer expected, found;
    uint32_t version, fresh, requests, rows, met;     /* met: by writes, as the model has it */
    bool done;
    char words[300], wrong[700];
};

/* ---- answers ---- */

static void show_row(struct answer *a, const struct step *s, const struct value *values)
{
    struct buf b = {0};
    if (a->n == MOST_ROWS)
        BUG("more than %d rows", MOST_ROWS);
    struct shown *row = &a->rows[a->n];
    *row = (struct shown){.place = a->n++, .ordered = s->slice && s->slice->limit};
    buf_printf(&b, "%s (step %d)", s->table->name, (int)(s - a->request->steps));
    for (uint32_t i = 0; i < s->ncolumns; i++) {
        buf_puts(&b, " ");
        value_put(&b, s->answer.types[i], &values[i]);
        if (i + 1 == step_bound(s))
            row->key = (uint32_t)b.len;
    }
    row->text = mem_strdup(buf_text(&b));
    buf_release(&b);
}

static void model_row(struct receiver *r, const struct step *s, struct value *values)
{
    show_row((struct answer *)r, s, values);
}

static void row_came(struct call *c, const struct step *s, const struct value *values)
{
    struct bench *b = c->owner;
    show_row(&b->found, s, values);
}

static void clear(struct answer *a, const struct request *r)
{
    for (uint32_t i = 0; i < a->n; i++)
        mem_free(a->rows[i].text);
    a->n = 0;
    a->receiver = (struct receiver){.row = model_row};
    a->request = r;
}

/* By key; the rows of one, if they have no order, by their text. */
static int by_key(const void *a, const void *b)
{
    const struct shown *x = a, *y = b;
    int order = memcmp(x->text, y->text, x->key < y->key ? x->key : y->key);
    if (!order)
        order = (x->key > y->key) - (x->key < y->key);
    return order ? order : x->ordered ? (x->place > y->place) - (x->place < y->place) : strcmp(x->text, y->text);
}

static void tell(struct bench *b, const char *what, const char *expected, const char *found)
{
    if (!b->wrong[0])
        snprintf(b->wrong, sizeof b->wrong, "%s%s: expected %.250s, found %.250s", b->list[0]->title, what, expected,
                 found);
}

static void compare(struct bench *b, const char *what)
{
    qsort(b->expected.rows, b->expected.n, sizeof *b->expected.rows, by_key);
    qsort(b->found.rows, b->found.n, sizeof *b->found.rows, by_key);
    for (uint32_t i = 0; i < b->expected.n || i < b->found.n; i++) {
        const char *expected = i < b->expected.n ? b->expected.rows[i].text : "no more row";
        const char *found = i < b->found.n ? b->found.rows[i].text : "no more row";
        if (strcmp(expected, found) != 0)
            tell(b, what, expected, found);
    }
    b->rows += b->found.n;
}

/* ---- calls ---- */

static void call_ended(struct call *c)
{
    struct bench *b = c->owner;
    b->done = true;
    snprintf(b->words, sizeof b->words, "%s", c->words ? c->words : "");
}

/* False: no answer, which has been told. */
static bool ask(struct bench *b, const struct request *r, const struct value *keys, const uint64_t *ordinals)
{
    uint64_t until = clock_ns() + PATIENCE_NS;
    clear(&b->found, r);
    b->done = false;
    b->call = (struct call){.request = r, .keys = keys, .ordinals = ordinals, .row = row_came, .done = call_ended,
                            .units = -1, .owner = b};
    b->inst->backend->wire->submit(b->session, 0, &b->call);
    while (!b->done && clock_ns() < until)
        loop_turn(b->loop, true);
    b->requests++;
    if (!b->done)
        tell(b, "", "an answer", "none");
    return b->done;
}

/* What a request brings is what the model says, which changes as the table does. */
static void ask_both(struct bench *b, const struct request *r, const struct value *keys, const uint64_t *ordinals,
                     const char *what)
{
    bool creates = false, removes = false;
    clear(&b->expected, r);
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct op *op = r->steps[i].op;
        model_reserve(&b->model, r->steps[i].answer.n);
        op->eval(&b->model, &r->steps[i], keys, ordinals, &b->expected.receiver);
        creates |= op->creates;
        removes |= op->removes;
    }
    b->met += (uint32_t)b->expected.receiver.met;
    if (!ask(b, r, keys, ordinals))
        return;
    if (b->call.outcome != CALL_OK)
        tell(b, what, "an answer", b->words);
    else if (request_writes(r) && !creates && !removes && b->call.met != b->expected.receiver.met)
        tell(b, what, b->expected.receiver.met ? "a row is met" : "none is met", b->call.met ? "some were" : "none was");
    else
        compare(b, what);
}

/* ---- keys ---- */

/* The n-th request's, other ones by each strategy: now and then of a row that is not there. */
static void draw_keys(struct bench *b, const struct ir_query *q, uint32_t n)
{
    scratch_reset(&b->scratch);
    for (uint32_t k = 0; k < q->nkeys; k++) {
        const struct keyspace *space = q->keys[k].keyspace;
        for (uint32_t i = 0; i < q->keys[k].count; i++) {
            uint32_t reg = q->keys[k].first + i * keyspace_width(space);
            b->ordinals[reg] = q->keys[k].fresh ? data_first_fresh(space) + b->fresh++
                                                : (n * 31 + i * 5) % space->count + (n + i) % 5 / 4 * space->count;
            data_key_tuple(b->inst->data, space, b->ordinals[reg], &b->scratch, &b->keys[reg]);
        }
    }
}

/* What the rows are to become, by one version for all keys of a statement. */
static void make_values(struct bench *b, const struct request *r)
{
    uint64_t version;
    for (uint32_t i = 0; i < r->nsteps; i++) {
        const struct step *s = &r->steps[i];
        version_pack((struct version){1, 0, ++b->version, s->statement}, &version);
        for (uint32_t k = 0; k < s->nkeys; k++)
            step_make_values(s, &b->model.finder, b->inst->data, k, b->ordinals[step_register(s, k)], version,
                             &b->scratch, b->keys);
    }
}

static void look_at(struct bench *b, const struct request *r, const char *what)
{
    const struct request *look = &b->look.requests[0];
    const struct keyspace *space = look->steps->keyspace;
    for (uint32_t i = 0; i < r->nsteps; i++)
        for (uint32_t k = 0; k < r->steps[i].nkeys; k++) {
            scratch_reset(&b->look_scratch);
            b->look_ordinals[0] = b->ordinals[step_register(&r->steps[i], k)];
            data_key_tuple(b->inst->data, space, b->look_ordinals[0], &b->look_scratch, b->look_keys);
            ask_both(b, look, b->look_keys, b->look_ordinals, what);
        }
}

/* Nothing is written over a row by a statement that is to bring a new one. */
static void expect_refusal(struct bench *b, const struct request *r)
{
    make_values(b, r);
    if (!ask(b, r, b->keys, b->ordinals))
        return;
    if (b->call.outcome != CALL_FAILED || b->call.fault != FAULT_CONSTRAINT)
        tell(b, ", once more", fault_title(FAULT_CONSTRAINT),
             b->call.outcome == CALL_OK ? "it is carried out" : fault_title(b->call.fault));
    look_at(b, r, ", after it was refused");
}

static void ask_often(struct bench *b, const struct ir_query *q)
{
    uint32_t from = TIMES * (uint32_t)b->plan.strategy->kind;
    for (uint32_t n = from; n < from + TIMES && !b->wrong[0]; n++) {
        draw_keys(b, q, n);
        for (uint32_t i = 0; i < b->plan.nrequests && !b->wrong[0]; i++) {
            const struct request *r = &b->plan.requests[i];
            if (request_writes(r))
                make_values(b, r);
            ask_both(b, r, b->keys, b->ordinals, "");
            if (request_writes(r))
                look_at(b, r, ", afterwards");
            if (r->steps->op->fresh && b->call.outcome == CALL_OK)
                expect_refusal(b, r);
        }
    }
}

/* ---- plans ---- */

static struct ir_query *query_new(struct bench *b, const char *name, enum ir_op_kind kind)
{
    struct ir_query *q = arena_new(&b->arena, struct ir_query);
    struct ir_op *op = arena_new(&b->arena, struct ir_op);
    *op = (struct ir_op){.kind = kind, .targets = arena_array(&b->arena, struct ir_target, MOST_TARGETS)};
    *q = (struct ir_query){.name = name, .keys = arena_array(&b->arena, struct ir_key, MOST_TARGETS), .ops = op,
                           .nops = 1};
    return q;
}

/* So many keys of a table's rows, or of what several of them share. */
static void add_target(struct ir_query *q, int table, const struct keyspace *space, uint32_t count,
                       const struct ir_slice *slice)
{
    static const uint32_t all[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
    struct ir_op *op = (struct ir_op *)q->ops;
    uint32_t key = 0;
    while (key < q->nkeys && q->keys[key].keyspace != space)
        key++;
    if (key == q->nkeys) {
        ((struct ir_key *)q->keys)[q->nkeys++] = (struct ir_key){space, count, q->nregisters};
        q->nregisters += count * keyspace_width(space);
    }
    ((struct ir_target *)op->targets)[op->ntargets++] =
        (struct ir_target){&contract_tables[table], key, all, contract_tables[table].ncolumns, slice};
}

static struct ir_query *new_write(struct bench *b, const char *name, enum ir_op_kind kind, int table,
                                  const struct keyspace *space, uint32_t statement)
{
    struct ir_query *q = query_new(b, name, kind);
    struct ir_op *op = (struct ir_op *)q->ops;
    const struct table *t = &contract_tables[table];
    add_target(q, table, space, WRITTEN, NULL);
    ((struct ir_key *)q->keys)->fresh = op_find(kind)->fresh;
    op->first = q->nregisters;
    op->statement = statement;
    for (uint32_t i = 0; i < t->nwrites; i++)
        if (t->writes[i].statement == statement) {
            op->sets = t->writes[i].sets;
            op->nsets = t->writes[i].nsets;
        }
    q->nregisters += q->keys->count * (op->nsets + 1);
    return q;
}

/* What was acknowledged before: nothing else says whether it was written. */
static void plan_look(struct bench *b, const struct ir_query *q)
{
    struct ir_query *look = query_new(b, "look", IR_GET);
    add_target(look, (int)q->ops->targets->table->id, q->keys->keyspace, 1, NULL);
    look->latest = true;
    pack_query(&b->arena, &b->inst->backend->caps, look, &strategies[0], &b->look);
}

static uint32_t plan(struct bench *b, const struct ir_query *q, const struct strategy *strategy)
{
    uint32_t n = 0;
    bool writes = op_find(q->ops->kind)->effect != EFFECT_NONE;
    b->look.nrequests = 0;
    pack_query(&b->arena, &b->inst->backend->caps, q, strategy, &b->plan);
    if (writes)
        plan_look(b, q);
    if (b->plan.nrequests > MOST_REQUESTS || q->nregisters > MOST_REGISTERS)
        BUG("'%s' takes %u requests, %u registers", q->name, b->plan.nrequests, q->nregisters);
    for (; n < b->plan.nrequests + b->look.nrequests; n++) {
        struct request *r = n < b->plan.nrequests ? &b->plan.requests[n] : &b->look.requests[0];
        r->id = n;
        b->inst->backend->lower(b->inst, &b->arena, r);
        b->list[n] = r;
    }
    return n;
}

static void install(struct bench *b, bool on)
{
    struct server *s = NULL;
    struct error err = {0};
    const struct store *d = b->inst->backend->store;
    int rc = d->install ? d->open(b->inst, &s, &err) : 0;
    if (s && rc == 0)
        rc = (on ? d->install : d->uninstall)(s, b->plan.requests, b->plan.nrequests, &err);
    if (rc < 0)
        tell(b, "", on ? "its procedures are installed" : "they are uninstalled", err.text);
    if (s)
        d->close(s);
}

static void run(struct bench *b, const struct ir_query *q, const struct strategy *strategy)
{
    const struct wire *w = b->inst->backend->wire;
    struct error err = {0};
    uint32_t n = plan(b, q, strategy);
    b->wrong[0] = 0;
    b->requests = b->rows = b->met = 0;
    b->session = NULL;
    install(b, true);
    int rc = w->open(b->inst, b->loop, &(struct session_options){.connections = 1, .max_tries = 10}, &b->session, &err);
    if (rc == 0)
        rc = w->prepare(b->session, b->list, n, &err);
    if (rc < 0)
        tell(b, "", "it is prepared", err.text);
    else
        ask_often(b, q);
    if (b->session)
        w->close(b->session);
    install(b, false);
    check(!b->wrong[0] && (b->rows || b->met), "%s, %s: %u requests, %u rows: %s", q->name, strategy->text, b->requests, b->rows,
          b->wrong[0] ? b->wrong : "as the model has them");
}

static void hold(struct bench *b, const struct ir_query *q)
{
    const struct table *table;
    bool writes = op_find(q->ops->kind)->effect != EFFECT_NONE;
    size_t n = writes ? 2 : sizeof strategies / sizeof *strategies;
    for (size_t i = 0; i < n && !plan_cannot(&b->inst->backend->caps, q, &table); i++)
        run(b, q, &strategies[i]);
}

/* ---- statements ---- */

static void hold_keys(struct bench *b)
{
    const struct keyspace *user = contract_tables[SEVERAL].keyspace, *item = contract_tables[JOINED].keyspace;
    struct ir_query *q = query_new(b, "rows by a key of two columns", IR_GET);
    add_target(q, SEVERAL, &contract_tuples[0], 12, NULL);
    hold(b, q);
    q = query_new(b, "rows by a key of three columns", IR_GET);
    add_target(q, JOINED, &contract_tuples[1], 3, NULL);
    hold(b, q);
    q = query_new(b, "rows by keys of one, two and three columns", IR_GET);
    add_target(q, SEVERAL, &contract_tuples[0], 4, NULL);
    add_target(q, JOINED, &contract_tuples[1], 3, NULL);
    add_target(q, THIN, user, 5, NULL);
    hold(b, q);
    q = query_new(b, "all rows of keys", IR_GET);
    add_target(q, SEVERAL, user, 6, NULL);
    add_target(q, JOINED, item, 2, NULL);
    hold(b, q);
}

static void hold_slices(struct bench *b)
{
    static const struct ir_bound from[] = {{1, COMPARE_GE, {.u.i = 0}}}, below[] = {{1, COMPARE_LT, {.u.i = 1ll << 48}}},
        letters[] = {{1, COMPARE_GT, {.u.s = {"m", 1}}}}, place[] = {{2, COMPARE_GE, {.u.i = 0}}};
    static const struct { const char *name; int table; struct ir_slice slice; } slices[] = {
        {"the first row of a key", SEVERAL, {.limit = 1}},
        {"the last two rows of a key", SEVERAL, {.limit = 2, .backward = true}},
        {"a key's rows from a moment on", SEVERAL, {from, 1, 0, false}},
        {"the last two of a key's rows before a moment", SEVERAL, {below, 1, 2, true}},
        {"the first two rows of a key, by two columns", JOINED, {.limit = 2}},
        {"a key's rows behind a text", JOINED, {letters, 1, 0, false}},
        {"a key's rows by their last sort column alone", JOINED, {place, 1, 0, false}},
        {"the last of them", JOINED, {place, 1, 1, true}},
    };
    for (size_t i = 0; i < sizeof slices / sizeof *slices; i++) {
        struct ir_query *q = query_new(b, slices[i].name, IR_GET);
        add_target(q, slices[i].table, contract_tables[slices[i].table].keyspace, 6, &slices[i].slice);
        hold(b, q);
    }
    struct ir_query *q = query_new(b, "slices of two tables, and rows", IR_GET);
    add_target(q, SEVERAL, contract_tables[SEVERAL].keyspace, 4, &slices[1].slice);
    add_target(q, SEVERAL, contract_tables[SEVERAL].keyspace, 4, &slices[2].slice);
    add_target(q, JOINED, contract_tables[JOINED].keyspace, 3, &slices[7].slice);
    add_target(q, THIN, contract_tables[THIN].keyspace, 4, NULL);
    hold(b, q);
}

/* The same keys each time: what is put was updated, what is deleted was put, and is put again. */
static void hold_writes(struct bench *b)
{
    const struct keyspace *user = contract_tables[CHANGED].keyspace, *row = &contract_tuples[2];
    hold(b, new_write(b, "some columns are updated", IR_UPDATE, CHANGED, user, 1));
    hold(b, new_write(b, "the others are updated", IR_UPDATE, CHANGED, user, 2));
    hold(b, new_write(b, "rows are put", IR_PUT, CHANGED, user, 3));
    hold(b, new_write(b, "new rows are inserted", IR_INSERT, CHANGED, user, 4));
    hold(b, new_write(b, "rows are deleted", IR_DELETE, CHANGED, user, 5));
    hold(b, new_write(b, "rows are put again", IR_PUT, CHANGED, user, 3));
    hold(b, new_write(b, "rows of several a key are updated", IR_UPDATE, PLACED, row, 6));
    hold(b, new_write(b, "rows of several a key are put", IR_PUT, PLACED, row, 7));
    hold(b, new_write(b, "rows of several a key are deleted", IR_DELETE, PLACED, row, 8));
}

void contract_statements_suite(const struct instance *inst)
{
    static struct bench b;
    b = (struct bench){.inst = inst, .loop = loop_new(), .model = {.data = inst->data, .overlay = overlay_new()}};
    arena_init(&b.arena);
    hold_keys(&b);
    hold_slices(&b);
    hold_writes(&b);
    clear(&b.expected, NULL);
    clear(&b.found, NULL);
    overlay_free(b.model.overlay);
    model_release(&b.model);
    scratch_release(&b.scratch);
    scratch_release(&b.look_scratch);
    loop_free(b.loop);
    arena_release(&b.arena);
}
