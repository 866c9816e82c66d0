/* writes.c - rows are changed by their keys, one by one and, where the backend has it, several at once: each value of every type, NULL among them, comes back as it was written; a key without a row
 * gets none. Every row is left as it was loaded. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "ops/op.h"
#include "tests/contract/contract.h"

enum { MOST_COLUMNS = 20, TIMES = 12, AT_ONCE = 3, REGISTERS = AT_ONCE * (MOST_COLUMNS + 2) + 1, MOST_PARTS = 32 };
static const uint64_t PATIENCE_NS = 20 * NS_PER_S;
static const uint32_t all[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19};

/* A table's columns from one on: as many as the backend sets at once. */
struct part {
    struct column_set sets[MOST_COLUMNS];
    struct step write, read, several;
    struct request requests[3];
};

struct bench {
    const struct instance *inst;
    struct arena arena;
    struct loop *loop;
    struct session *session;
    struct part parts[MOST_PARTS];
    const struct request *list[3 * MOST_PARTS];
    uint32_t nparts, nrequests;
    struct scratch key, now, then[AT_ONCE];
    struct value keys[REGISTERS], values[MOST_COLUMNS];       /* what is written; the row that is asked for */
    uint64_t ordinals[REGISTERS];
    struct call call;
    uint32_t rows;
    bool done;
    char wrong[300];
};

static void row_came(struct call *c, const struct step *step, const struct value *values)
{
    struct bench *b = c->owner;
    b->rows++;
    for (uint32_t i = 1; i < step->ncolumns; i++) {
        const struct column *column = &step->table->columns[step->columns[i]];
        struct buf text = {0};
        if (value_equal(column->type, &values[i], &b->values[step->columns[i]]) || b->wrong[0])
            continue;
        value_put(&text, column->type, &b->values[step->columns[i]]);
        buf_puts(&text, " came as ");
        value_put(&text, column->type, &values[i]);
        snprintf(b->wrong, sizeof b->wrong, "%s.%s: %.200s", step->table->name, column->name, buf_text(&text));
        buf_release(&text);
    }
}

static void call_ended(struct call *c)
{
    struct bench *b = c->owner;
    b->done = true;
    if (c->outcome != CALL_OK)
        snprintf(b->wrong, sizeof b->wrong, "%s", c->words ? c->words : "failed");
}

static void ask(struct bench *b, const struct request *r)
{
    uint64_t until = clock_ns() + PATIENCE_NS;
    b->rows = 0;
    b->done = false;
    b->call = (struct call){.request = r, .keys = b->keys, .ordinals = b->ordinals, .row = row_came, .done = call_ended,
                            .units = -1, .owner = b};
    b->inst->backend->wire->submit(b->session, 0, &b->call);
    while (!b->done && clock_ns() < until)
        loop_turn(b->loop, true);
    if (!b->done)
        snprintf(b->wrong, sizeof b->wrong, "no answer");
}

static uint32_t columns_at_once(const struct instance *inst)
{
    uint32_t most = inst->backend->caps.can[IR_UPDATE][WIDTH_ONE].sets;
    return most && most < MOST_COLUMNS ? most : MOST_COLUMNS;
}

static bool has_several(const struct instance *inst)
{
    return inst->backend->caps.can[IR_UPDATE][WIDTH_KEYS].as != NULL;
}

static void make_part(struct bench *b, const struct table *t, uint32_t from, struct part *p)
{
    uint32_t n = t->ncolumns - from, most = columns_at_once(b->inst);
    n = n < most ? n : most;
    for (uint32_t i = 0; i < n; i++)
        p->sets[i] = (struct column_set){.column = from + i};
    p->write = step_make(&b->arena, IR_UPDATE, t, all, 0, 0, 1, NULL);
    p->write.sets = p->sets;
    p->write.nsets = n;
    p->write.statement = p->write.written = 1;
    p->read = step_make(&b->arena, IR_GET, t, all, t->ncolumns, 0, 1, NULL);
    p->several = p->write;
    p->several.nkeys = p->several.written = AT_ONCE;
    const struct step *steps[] = {&p->write, &p->read, &p->several};
    for (int i = 0; i < (has_several(b->inst) ? 3 : 2); i++) {
        p->requests[i] = (struct request){.id = b->nrequests, .width = i == 2 ? WIDTH_KEYS : WIDTH_ONE, .steps = steps[i], .nsteps = 1,
                                          .nkeys = steps[i]->nkeys, .nregisters = REGISTERS, .title = "contract",
                                          .effect = i == 1 ? EFFECT_NONE : EFFECT_SAME};
        b->inst->backend->lower(b->inst, &b->arena, &p->requests[i]);
        b->list[b->nrequests++] = &p->requests[i];
    }
}

/* Writes the part's values of one row into the row of another, and reads that. */
static void write_of(struct bench *b, const struct part *p, uint64_t row, uint64_t source)
{
    const struct table *t = p->write.table;
    struct value values[MOST_COLUMNS];
    scratch_reset(&b->key);
    b->ordinals[0] = data_ordinal_of(b->inst->data, t, row);
    b->keys[0] = data_key(b->inst->data, t->keyspace, b->ordinals[0], &b->key);
    data_row(b->inst->data, t, row, b->values, &b->now);
    data_row(b->inst->data, t, source, values, &b->then[0]);
    for (uint32_t i = 0; i < p->write.nsets; i++)
        b->keys[1 + i] = b->values[p->sets[i].column] = values[p->sets[i].column];
    ask(b, &p->requests[0]);
    if (!b->wrong[0] && b->call.met != 1)
        snprintf(b->wrong, sizeof b->wrong, "it changed %llu rows", (unsigned long long)b->call.met);
    ask(b, &p->requests[1]);
    if (!b->wrong[0] && b->rows != 1)
        snprintf(b->wrong, sizeof b->wrong, "%u rows came", b->rows);
}

static void change(struct bench *b, const struct part *p)
{
    const struct table *t = p->write.table;
    for (uint64_t row = 0; row < TIMES && !b->wrong[0]; row++)
        write_of(b, p, row, (row + 7) % t->rows);
    check(!b->wrong[0], "%s: %u columns of %d rows are changed: %s", t->name, p->write.nsets, TIMES, b->wrong[0] ? b->wrong : "as written");
    for (uint64_t row = 0; row < TIMES && !b->wrong[0]; row++)
        write_of(b, p, row, row);
    check(!b->wrong[0], "%s: and changed back: %s", t->name, b->wrong[0] ? b->wrong : "as loaded");
}

/* Writes the part's values of rows from `source` on into the first rows, all at once, and reads these. */
static void write_several_of(struct bench *b, const struct part *p, uint64_t source)
{
    const struct table *t = p->several.table;
    struct value values[AT_ONCE][MOST_COLUMNS];
    scratch_reset(&b->key);
    for (uint32_t k = 0; k < AT_ONCE; k++) {
        b->ordinals[k] = data_ordinal_of(b->inst->data, t, k);
        b->keys[k] = data_key(b->inst->data, t->keyspace, b->ordinals[k], &b->key);
        data_row(b->inst->data, t, source + k, values[k], &b->then[k]);
        for (uint32_t i = 0; i < p->several.nsets; i++)
            b->keys[step_written(&p->several, k) + i] = values[k][p->sets[i].column];
    }
    ask(b, &p->requests[2]);
    if (!b->wrong[0] && b->call.met != AT_ONCE)
        snprintf(b->wrong, sizeof b->wrong, "it changed %llu rows", (unsigned long long)b->call.met);
    for (uint32_t k = 0; k < AT_ONCE && !b->wrong[0]; k++) {
        data_row(b->inst->data, t, k, b->values, &b->now);
        for (uint32_t i = 0; i < p->several.nsets; i++)
            b->values[p->sets[i].column] = values[k][p->sets[i].column];
        b->keys[0] = b->keys[k];
        ask(b, &p->requests[1]);
        if (!b->wrong[0] && b->rows != 1)
            snprintf(b->wrong, sizeof b->wrong, "%u rows came", b->rows);
    }
}

static void change_several(struct bench *b, const struct part *p)
{
    const struct table *t = p->several.table;
    if (!has_several(b->inst) || t->rows < 2 * AT_ONCE)
        return;
    write_several_of(b, p, AT_ONCE);
    check(!b->wrong[0], "%s: %u columns of %d rows are changed at once: %s", t->name, p->several.nsets, AT_ONCE, b->wrong[0] ? b->wrong : "as written");
    write_several_of(b, p, 0);
    check(!b->wrong[0], "%s: and changed back: %s", t->name, b->wrong[0] ? b->wrong : "as loaded");
}

/* With the values that were written last. */
static void change_none(struct bench *b, const struct part *p)
{
    const struct table *t = p->write.table;
    scratch_reset(&b->key);
    b->ordinals[0] = t->keyspace->count + 3;
    b->keys[0] = data_key(b->inst->data, t->keyspace, b->ordinals[0], &b->key);
    ask(b, &p->requests[0]);
    check(!b->wrong[0] && b->call.met == 0, "%s: a key without a row: %s", t->name, b->wrong[0] ? b->wrong : "none is changed");
    ask(b, &p->requests[1]);
    check(!b->wrong[0] && b->rows == 0, "%s: and none is created %s", t->name, b->wrong);
}

static void make_parts(struct bench *b)
{
    for (int i = 0; i < contract_ntables(b->inst); i++) {
        const struct table *t = &contract_tables[i];
        for (uint32_t from = 1; t->nkeys == 1 && from < t->ncolumns && b->nparts < MOST_PARTS; from += b->parts[b->nparts++].write.nsets)
            make_part(b, t, from, &b->parts[b->nparts]);
    }
}

void contract_writes_suite(const struct instance *inst)
{
    static struct bench b;
    struct error err = {0};
    const struct wire *w = inst->backend->wire;
    if (!inst->backend->caps.can[IR_UPDATE][WIDTH_ONE].as || !inst->backend->store->look)
        return;                                       /* memory has what the generators say, and no other values */
    b = (struct bench){.inst = inst, .loop = loop_new()};
    arena_init(&b.arena);
    make_parts(&b);
    if (check_done(w->open(inst, b.loop, &(struct session_options){.connections = 1, .max_tries = 10}, &b.session, &err), &err, "opens a session"))
        if (check_done(w->prepare(b.session, b.list, b.nrequests, &err), &err, "prepares %u updates and reads", b.nrequests))
            for (uint32_t i = 0; i < b.nparts; i++) {
                b.wrong[0] = 0;
                change_several(&b, &b.parts[i]);
                change(&b, &b.parts[i]);
                change_none(&b, &b.parts[i]);
            }
    if (b.session)
        w->close(b.session);
    loop_free(b.loop);
    scratch_release(&b.key);
    scratch_release(&b.now);
    for (int k = 0; k < AT_ONCE; k++)
        scratch_release(&b.then[k]);
    arena_release(&b.arena);
}
