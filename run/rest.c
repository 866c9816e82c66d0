/* rest.c - `get T`, made here: a request that reads a row with all its columns. */
#include "config.h"

#include "run/rest.h"

#include "backends/lower.h"
#include "vm/codegen.h"

static const struct strategy one_by_one = {.kind = STRATEGY_SINGLE, .parallel = 1, .text = "single"};

static const struct ir_query *query_of(struct arena *arena, const struct table *t)
{
    struct ir_query *q = arena_new(arena, struct ir_query);
    struct ir_key *key = arena_new(arena, struct ir_key);
    struct ir_op *op = arena_new(arena, struct ir_op);
    struct ir_target *target = arena_new(arena, struct ir_target);
    uint32_t *columns = arena_array(arena, uint32_t, t->ncolumns);
    for (uint32_t i = 0; i < t->ncolumns; i++)
        columns[i] = i;
    *key = (struct ir_key){.keyspace = t->keyspace, .count = 1};
    *target = (struct ir_target){.table = t, .columns = columns, .ncolumns = t->ncolumns};
    *op = (struct ir_op){.kind = IR_GET, .targets = target, .ntargets = 1};
    *q = (struct ir_query){.name = "what was written", .keys = key, .nkeys = 1,
                           .nregisters = keyspace_width(t->keyspace), .ops = op, .nops = 1};
    return q;
}

static int plan_rest(struct arena *arena, const struct instance *inst, const struct table *t,
                     struct rest *out, struct error *err)
{
    struct ir_mix *mix = arena_new(arena, struct ir_mix);
    struct ir_run *run = arena_new(arena, struct ir_run);
    struct plan *plan = arena_new(arena, struct plan);
    const struct plan *plans[] = {plan};
    *mix = (struct ir_mix){query_of(arena, t), 1};
    *run = (struct ir_run){.name = mix->query->name, .mix = mix, .nmix = 1};
    *out = (struct rest){.table = t};
    int rc = lower_query(arena, inst, mix->query, &one_by_one, plan, err);
    return rc < 0 ? rc : codegen_client(arena, run, plans, &out->program, err);
}

static bool has(const struct rests *all, const struct table *t)
{
    uint32_t i = 0;
    while (i < all->n && all->items[i].table != t)
        i++;
    return i < all->n;
}

/* Rows of a key of several are not watched. */
static bool is_read(const struct instance *inst, const struct ir_op *op)
{
    const struct table *t = op->ntargets ? op->targets[0].table : NULL;
    return t && op_find(op->kind)->effect != EFFECT_NONE && t->nkeys == keyspace_width(t->keyspace) &&
           plan_can_read(&inst->backend->caps, t);
}

int rests_plan(struct arena *arena, const struct instance *inst, const struct ir_run *run, struct rests *out,
               struct error *err)
{
    uint32_t most = 0;
    int rc = 0;
    for (uint32_t i = 0; i < run->nmix; i++)
        most += run->mix[i].query->nops;
    *out = (struct rests){arena_array(arena, struct rest, most), 0};
    for (uint32_t i = 0; i < run->nmix; i++)
        for (uint32_t k = 0; rc == 0 && k < run->mix[i].query->nops; k++) {
            const struct ir_op *op = &run->mix[i].query->ops[k];
            if (is_read(inst, op) && !has(out, op->targets[0].table))
                rc = plan_rest(arena, inst, op->targets[0].table, &out->items[out->n++], err);
        }
    return rc;
}
