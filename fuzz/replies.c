/* replies.c - the bytes are what an HTTP service answers: to requests of every form, to loading, to asking
 * for, making and dropping tables. The first byte is the scenario (a letter), the rest as played.h says. */
#include "config.h"

#include <string.h>

#include "backends/admin.h"
#include "backends/instances.h"
#include "backends/lower.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "fuzz/played.h"

static const char workload[] =
    "entity card { hash_key: char(8) ~ hex  count 50 }\n"
    "table rates_30d of card { count: int ~ uniform(0..9)  rate: decimal(9, 6) ~ uniform(0..1)  id: bigint ~ "
    "uniform(0..9)\n"
    "    seen: timestamp ~ uniform(2026-01-01 .. 2026-02-01)  day: date ~ uniform(2026-01-01 .. 2026-02-01)\n"
    "    ok: bool ~ choice(true, false)  x: double ~ normal(5, 2)  f: float ~ normal(5, 2)  word: string(12) "
    "~ text(1..12)\n"
    "    big: decimal(30, 2) ~ uniform(0..9)  u: uuid ~ uuid  raw: bytes(8) ~ hex }\n"
    "table rates_90d of card { count: int ~ uniform(0..9)  rate: decimal(9, 6) ~ uniform(0..1) }\n"
    "query one(card) { get rates_30d }\n"
    "query some(card[3]) { get rates_30d }\n"
    "query both(card[2]) { get rates_30d, rates_90d }\n"
    "query change(card) { update rates_90d set count = 7, rate ~ uniform(0..1) }\n"
    "query save(card) { put rates_90d }\n"
    "query drop(card) { delete rates_90d }\n"
    "backend dynamodb { endpoint \"http://127.0.0.1:1\"  access_key \"a\"  secret_key \"b\" }\n"
    "backend cosmosdb { endpoint \"http://127.0.0.1:1\"  key \"a2V5\" }\n";

struct stage {
    struct arena arena;
    const struct ir *ir;
    struct instances instances;
};

static const struct stage *the_stage(void)            /* made once: no input changes it */
{
    static struct stage s;
    static const struct data data = {1};
    struct diags diags;
    struct error err = {0};
    if (s.ir)
        return &s;
    diags_init(&diags, &s.arena);
    s.ir = fuzz_compile(&s.arena, workload);
    if (instances_make(&s.instances, &s.arena, s.ir, &data,
                       &(struct instances_options){"dynamodb,cosmosdb", false}, &diags, &err) < 0)
        BUG("%s", err.text);
    return &s;
}

/* ---- requests ---- */

struct asked { struct call call; bool done; struct buf rows; };

static void on_row(struct call *call, const struct step *step, const struct value *values)
{
    struct asked *a = call->owner;
    for (uint32_t i = 0; i < step->ncolumns; i++)
        value_put(&a->rows, step->table->columns[step->columns[i]].type, &values[i]);
}

static void on_done(struct call *call)
{
    struct asked *a = call->owner;
    a->done = true;
    buf_puts(&a->rows, call->words ? call->words : "");
}

/* What a request writes, behind its keys. */
static void make_values(const struct instance *inst, const struct request *r, const uint64_t *ordinals,
                        struct scratch *scratch, struct value *keys)
{
    static struct finder finder;
    if (request_writes(r))
        step_make_values(r->steps, &finder, inst->data, 0, ordinals[r->steps->first], 65, scratch, keys);
}

static void ask_one(const struct instance *inst, const struct request *r, const struct ir_query *q)
{
    struct loop *loop = loop_new();
    struct session *session;
    struct error err = {0};
    struct scratch scratch = {0};
    struct value keys[8];
    uint64_t ordinals[8];
    const struct wire *w = inst->backend->wire;
    struct asked a = {
        .call = {
            .request = r, .keys = keys, .ordinals = ordinals, .row = on_row, .done = on_done, .owner = &a}};
    BUG_UNLESS(q->nregisters <= 8);
    for (uint32_t i = 0; i < q->nregisters; i++)
        keys[i] = data_key(inst->data, q->keys->keyspace, ordinals[i] = i, &scratch);
    make_values(inst, r, ordinals, &scratch, keys);
    if (w->open(inst, loop, &(struct session_options){.connections = 1, .max_tries = 3}, &session, &err) < 0)
        BUG("%s", err.text);
    if (w->prepare(session, &r, 1, &err) == 0) {
        w->submit(session, 0, &a.call);
        while (!a.done)
            loop_turn(loop, clock_ns() + NS_PER_S);
    }
    w->close(session);
    loop_free(loop);
    scratch_release(&scratch);
    buf_release(&a.rows);
}

static void ask(const struct stage *s, const struct instance *inst, uint32_t query)
{
    static const struct strategy binpacked = {STRATEGY_BINPACKED, 1, "binpacked"};
    struct arena arena;
    struct plan plan;
    struct error err = {0};
    arena_init(&arena);
    if (lower_query(&arena, inst, &s->ir->queries[query % s->ir->nqueries], &binpacked, &plan, &err) < 0)
        BUG("%s", err.text);
    ask_one(inst, plan.requests, plan.query);
    arena_release(&arena);
}

/* ---- tables ---- */

static void load(const struct stage *s, const struct instance *inst)
{
    const struct table *t = &s->ir->tables[0];
    const struct feed *f = inst->backend->feed;
    const struct stretch stretch = {t, 0, 30, "digest"};
    struct loader *loader = NULL;
    struct scratch scratch = {0};
    struct error err = {0};
    struct value *row = mem_alloc(t->ncolumns * sizeof *row);
    int rc = f->open(inst, &loader, &err);
    bool begun = rc == 0 && (rc = f->begin(loader, &stretch, &err)) == 0;
    for (uint64_t r = 0; rc == 0 && r < 30; r++) {
        data_row(inst->data, t, r, row, &scratch);
        rc = f->rows(loader, row, 1, &err);
    }
    if (begun)
        f->end(loader, rc == 0, &err);
    if (loader)
        f->close(loader);
    scratch_release(&scratch);
    mem_free(row);
}

static void take_rows(void *arg, uint64_t from, uint64_t to)
{
    *(uint64_t *)arg += to - from;
}

enum deed { FIND, CREATE, DROP, SEAL, DEEDS };
enum { WRITE = 8, WRITES = 3 };                       /* the first scenario of requests that write, and how
                                                         many */

static void administer(const struct stage *s, const struct instance *inst, enum deed deed)
{
    const struct table *tables[] = {&s->ir->tables[0], &s->ir->tables[1]};
    static const char digests[2][DIGEST_CHARS + 1] = {"0123456789abcdef0123456789abcdef",
                                                      "fedcba9876543210fedcba9876543210"};
    struct found found;
    struct server *server;
    struct error err = {0};
    const struct store *d = inst->backend->store;
    if (d->open(inst, &server, &err) < 0)
        return;
    switch (deed) {
    case FIND:
        if (admin_find(inst, server, tables, 1, true, &found, &err) == 0)
            d->loaded(server, tables[0], digests[0], take_rows, &(uint64_t){0}, &err);
        break;
    case CREATE: admin_make(inst, server, tables, 2, &err); break;
    case DROP: admin_drop(inst, server, tables, 2, &err); break;
    case SEAL: admin_seal(inst, server, tables, digests, 2, &err); break;
    case DEEDS: break;
    }
    d->close(server);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    const struct stage *s = the_stage();
    if (!n)
        return -1;
    unsigned scenario = bytes[0] % 32u;               /* 'a' is 1, 'p' 16, 'u' 21 */
    const struct instance *inst = s->instances.items.items[scenario & 1];
    played_begin((const char *)bytes + 1, n - 1);
    scenario = scenario / 2 < WRITE + WRITES ? scenario / 2 : scenario / 2 % WRITE;
    if (scenario < 3 || scenario >= WRITE)
        ask(s, inst, scenario >= WRITE ? 3 + scenario - WRITE : scenario);
    else if (scenario == 3)
        load(s, inst);
    else
        administer(s, inst, (enum deed)(scenario - 4));
    played_end();
    return 0;
}
