/* codegen.c - a client is a loop: arrive, choose a query, draw its keys, send its requests as the plan's
 * waves say, record. */
#include "config.h"

#include "vm/codegen.h"

#include "base/bug.h"
#include "data/draw.h"

struct gen_state {
    struct arena *arena;
    const struct ir_run *run;
    struct program *out;
};

static uint32_t emit(struct gen_state *g, struct span span, enum opcode op, uint32_t a, uint32_t b,
                     uint32_t c)
{
    return program_add(g->arena, g->out, span, op, a, b, c);
}

/* The place of a key space's distribution in the program's table. */
static uint32_t draw_of(struct gen_state *g, const struct keyspace *keyspace)
{
    for (size_t i = 0; i < g->out->draws.count; i++)
        if (g->out->draws.items[i].keyspace == keyspace)
            return (uint32_t)i;
    struct program_draw d = {.keyspace = keyspace, .dist = {.kind = DIST_UNIFORM}};
    for (uint32_t i = 0; i < g->run->nkeys; i++)
        if (g->run->keys[i].keyspace == keyspace)
            d.dist = g->run->keys[i].dist;
    vec_push(g->arena, &g->out->draws, d);
    return (uint32_t)g->out->draws.count - 1;
}

/* Statements that write several rows lock them in the same order. */
static void sort_keys(struct gen_state *g, const struct request *r)
{
    for (uint32_t i = 0; i < r->nsteps; i++)
        if (r->width >= WIDTH_KEYS)
            g->out->draws.items[draw_of(g, r->steps[i].keyspace)].sorted = true;
}

/* Before a group starts, one of those in flight must have ended; within a group at most fan_out fly. Groups
 * end in no fixed order, so "a group has ended" is said as "no more calls are in flight than the other groups
 * can have": exact where groups are of one size. */
static void emit_calls(struct gen_state *g, const struct plan *plan, struct span span)
{
    uint32_t others = (plan->in_flight - 1) * plan->group_max, in_group = 0;
    for (uint32_t i = 0; i < plan->nrequests; i++) {
        const struct request *r = &plan->requests[i];
        bool first = i == 0 || plan->requests[i - 1].group != r->group;
        in_group = first ? 0 : in_group + 1;
        if (i && plan->requests[i - 1].phase != r->phase)
            emit(g, span, OP_WAIT, 0, 0, 0);
        else if (first && r->group >= plan->in_flight)
            emit(g, span, OP_WAIT, others, 0, 0);
        else if (in_group >= plan->fan_out)
            emit(g, span, OP_WAIT, others + plan->fan_out - 1, 0, 0);
        if (request_writes(r)) {
            sort_keys(g, r);
            emit(g, span, OP_MAKE, (uint32_t)g->out->requests.count, 0, 0);
        }
        emit(g, span, OP_CALL, (uint32_t)g->out->requests.count, 0, 0);
        vec_push(g->arena, &g->out->requests, r);
    }
    emit(g, span, OP_WAIT, 0, 0, 0);
}

static void emit_query(struct gen_state *g, uint32_t place, const struct plan *plan)
{
    const struct ir_query *q = plan->query;
    if (g->run->nmix > 1)
        emit(g, q->span, OP_QUERY, place, 0, 0);
    for (uint32_t k = 0; k < q->nkeys; k++)
        emit(g, q->span, q->keys[k].fresh ? OP_FRESH : OP_DRAW, draw_of(g, q->keys[k].keyspace), q->keys[k].first, q->keys[k].count);
    emit_calls(g, plan, q->span);
    emit(g, q->span, OP_DONE, 0, 0, 0);
    if (g->run->think_ns)
        emit(g, g->run->span, OP_THINK, (uint32_t)(g->run->think_ns / 1000), 0, 0);
    emit(g, q->span, OP_JUMP, 0, 0, 0);
}

int codegen_client(struct arena *arena, const struct ir_run *run, const struct plan *const *plans,
                   struct program *out, struct error *err)
{
    *out = (struct program){0};
    struct gen_state g = {arena, run, out};
    for (uint32_t i = 0; i < run->nmix; i++) {
        vec_push(arena, &out->plans, plans[i]);
        if (plans[i]->query->nregisters > out->nregisters)
            out->nregisters = plans[i]->query->nregisters;
    }
    uint32_t arrive = emit(&g, run->span, OP_ARRIVE, 0, 0, 0), choices = (uint32_t)out->code.count;
    if (run->nmix > 1) {
        emit(&g, run->span, OP_DICE, 0, 0, 0);
        choices++;
        for (uint32_t i = 0; i + 1 < run->nmix; i++)
            emit(&g, run->span, OP_CHOOSE, 0, 0, 0);
    }
    double below = 0;
    for (uint32_t i = run->nmix; i-- > 0;) {          /* the last query stands first: it is what no CHOOSE
                                                         takes away */
        if (i + 1 < run->nmix) {
            below = 0;
            for (uint32_t j = 0; j <= i; j++)
                below += run->mix[j].share;
            out->code.items[choices + i] = (struct instr){OP_CHOOSE, draw_below(below),
                                                          (uint32_t)out->code.count, 0};
        }
        emit_query(&g, i, plans[i]);
    }
    uint32_t end = emit(&g, run->span, OP_EXIT, 0, 0, 0);   /* first: the code moves as it grows */
    out->code.items[arrive].a = end;
    return program_verify(out, err);
}
