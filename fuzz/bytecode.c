/* bytecode.c - the bytes change a sound program; what the verifier then accepts is run on the backend
 * `memory`, which answers at once, late, wrongly or not at all, as the bytes say. It must end by itself, and
 * touch nothing that is not its own.
 *
 *   head: run, strategy, kind and faults, clients, connections, requests, registers, seed (a byte each)
 *   then changes of five bytes: what is done, the place, and a value of 16 bits, of which the highest 256 stand for the highest of 32 bits */
#include "config.h"

#include <stdatomic.h>

#include "backends/instances.h"
#include "backends/lower.h"
#include "base/loop.h"
#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "vm/codegen.h"
#include "vm/worker.h"

static const char workload[] =
    "entity card { id: char(8) ~ hex  count 50 }\n"
    "entity shop { id: bigint ~ sequence  count 9 }\n"
    "table rates[w in [7d, 30d, 90d]] of card { n: int ~ uniform(0..1000)  word: string(12) ~ text(1..12)  rows 90% }\n"
    "table rare of card { at: timestamp ~ uniform(2026-01-01 .. 2026-02-01)  ok: bool ~ choice(true, false)  rows 30% }\n"
    "table sales of shop { sum: decimal(9, 2) ~ uniform(0..1000) null 10%  x: double ~ normal(5, 2) }\n"
    "query one(card) { get rare }\n"
    "query all(card, shop) { get rates[*], rare, sales }\n"
    "query some(card[5]) { get rates[*] }\n"
    "run a { query one  keys zipf(0.99)  strategy single, batch  for 10 requests }\n"
    "run b { query all 50%, one 30%, some 20%  strategy single parallel 3, batch by family parallel 2, binpacked  for 10 requests }\n"
    "run c { query some  keys hot(10%, 90%) miss 20%  strategy single parallel all, binpacked by entity  for 10 requests }\n";

enum { MOST_REGISTERS = 32, MOST_CODE = 200, MOST_REQUESTS = 24 };
static const uint64_t MOST_NS = 3000000;              /* of a run that is bounded by time */

struct head { uint8_t run, strategy, kind, faults, clients, connections, requests, registers, seed; };

enum { KIND_OPEN = 2, KIND_TIMED = 4, KIND_WARM = 16, KIND_STOPPED = 32 };

static struct head take_head(struct supply *f)
{
    struct head h;
    uint8_t *const fields[] = {&h.run,         &h.strategy, &h.kind,      &h.faults, &h.clients,
                               &h.connections, &h.requests, &h.registers, &h.seed};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        *fields[i] = (uint8_t)supply_take(f, 1);
    return h;
}

/* ---- the program ---- */

static void make_program(struct arena *arena, const struct ir *ir, const struct instance *inst,
                         const struct head *h, struct program *p)
{
    const struct ir_run *run = &ir->runs[h->run % ir->nruns];
    const struct strategy *strategy = &run->strategies[h->strategy % run->nstrategies];
    const struct plan **plans = arena_array(arena, const struct plan *, run->nmix);
    struct error err = {0};
    for (uint32_t m = 0; m < run->nmix; m++) {
        struct plan *plan = arena_new(arena, struct plan);
        if (lower_query(arena, inst, run->mix[m].query, strategy, plan, &err) < 0)
            BUG("%s", err.text);
        plans[m] = plan;
    }
    if (codegen_client(arena, run, plans, p, &err) < 0)
        BUG("%s", err.text);
    if (h->registers)
        p->nregisters = h->registers % (MOST_REGISTERS + 1);
}

enum change { CHANGE_OP, CHANGE_A, CHANGE_B, CHANGE_C, INSERT, REMOVE, CUT, CHANGES };

static void insert(struct arena *arena, struct program *p, size_t at, uint32_t op)
{
    if (p->code.count >= MOST_CODE)
        return;
    program_add(arena, p, (struct span){0}, OP_EXIT, 0, 0, 0);
    for (size_t i = p->code.count - 1; i > at; i--)
        p->code.items[i] = p->code.items[i - 1];
    p->code.items[at] = (struct instr){op, 0, 0, 0};
}

static void remove_instr(struct program *p, size_t at)
{
    for (size_t i = at; i + 1 < p->code.count; i++)
        p->code.items[i] = p->code.items[i + 1];
    p->code.count--;
    p->spans.count--;
}

static void change(struct arena *arena, struct program *p, struct supply *f)
{
    enum change how = (enum change)(supply_take(f, 1) % CHANGES);
    size_t at = supply_take(f, 2) % p->code.count;
    uint32_t v = (uint32_t)supply_take(f, 2);
    struct instr *i = &p->code.items[at];
    if (v >= 0xff00)
        v |= 0xffff0000;
    switch (how) {
    case CHANGE_OP: i->op = v; break;
    case CHANGE_A: i->a = i->op == OP_CHOOSE ? v << 16 : v; break;
    case CHANGE_B: i->b = v; break;
    case CHANGE_C: i->c = v; break;
    case INSERT: insert(arena, p, at, v); break;
    case REMOVE: remove_instr(p, at); break;
    case CUT: p->code.count = p->spans.count = at; break;
    case CHANGES: break;
    }
}

/* ---- running it ---- */

static const struct { const char *setting, *value;
} faults[] = {
    {"delay", "20us"},    {"fail_every", "3"}, {"throttle_every", "2"}, {"reorder", "on"},
    {"wrong_every", "3"}, {"lose_every", "3"}, {"cut_at", "3"},         {"die_after", "5"},
};

static void run_client(const struct instance *inst, const struct program *p, const struct head *h)
{
    struct loop *loop = loop_new();
    struct session *session;
    struct error err = {0};
    atomic_bool stop = (h->kind & KIND_STOPPED) != 0;
    const struct session_options o = {.connections = 1 + h->connections % 4, .max_tries = 2};
    if (inst->backend->wire->open(inst, loop, &o, &session, &err) < 0 ||
        inst->backend->wire->prepare(session, p->requests.items, (uint32_t)p->requests.count, &err) < 0)
        BUG("%s", err.text);
    struct worker_setup s = {
        .program = p, .instance = inst, .loop = loop, .session = session, .connections = o.connections,
        .clients = 1 + h->clients % 6,
        .all_clients = 1 + h->clients % 6, .rate = h->kind & KIND_OPEN ? 20000 : 0,
        .seed = h->seed, .warmup_ns = h->kind & KIND_WARM ? MOST_NS / 10 : 0,
        .for_ns = h->kind & KIND_TIMED ? MOST_NS : 0,
        .for_requests = h->kind & KIND_TIMED ? 0 : 1 + h->requests % MOST_REQUESTS,
        .latency_limit_ns = h->requests & 128 ? MOST_NS / 5 : 0,
        .silence_limit_ns = 2000000000, .verify = (enum verify)(h->seed % 3), .stop = &stop,
    };
    struct worker *w = worker_new(&s);
    worker_run(w);
    const struct worker_result *r = worker_result(w);
    if (s.for_requests && !stop && !r->fatal.code && r->tally->requests > s.for_requests)
        BUG("%llu requests were recorded", (unsigned long long)r->tally->requests);
    worker_free(w);
    inst->backend->wire->close(session);
    loop_free(loop);
}

/* Compiled once: no input changes it. */
static const struct ir *the_ir(void)
{
    static struct arena arena;
    static const struct ir *ir;
    if (!ir)
        ir = fuzz_compile(&arena, workload);
    return ir;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct data data = {1};
    const struct ir *ir = the_ir();
    struct arena arena;
    struct diags diags;
    struct instances list;
    struct error err = {0};
    struct program p;
    struct buf text = {0};
    struct supply supply = {bytes, bytes + n};
    struct head h = take_head(&supply);
    arena_init(&arena);
    diags_init(&diags, &arena);
    if (instances_make(&list, &arena, ir, &data, &(struct instances_options){"memory", false}, &diags, &err) <
        0)
        BUG("%s", err.text);
    struct instance *inst = list.items.items[0];
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        if (h.faults & 1u << i)
            instance_set(&arena, inst, faults[i].setting, faults[i].value);
    make_program(&arena, ir, inst, &h, &p);
    while (supply_left(&supply) >= 5 && p.code.count)
        change(&arena, &p, &supply);
    if (program_verify(&p, &err) == 0) {
        program_put(&p, NULL, &text);
        run_client(inst, &p, &h);
    }
    buf_release(&text);
    arena_release(&arena);
    return 0;
}
