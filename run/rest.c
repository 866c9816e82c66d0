/* rest.c - statements of one key, made here: `get T`, `put T`, `delete T`. */
#include "config.h"

#include "run/rest.h"

#include "backends/lower.h"
#include "base/mem.h"
#include "vm/codegen.h"

static const struct strategy one_by_one = {.kind = STRATEGY_SINGLE, .parallel = 1, .text = "single"};

static bool is_version(const struct table *t, uint32_t column)
{
    for (uint32_t g = 0; g < t->ngroups; g++)
        if (t->groups[g].version == column && !t->groups[g].counts)
            return true;
    return false;
}

/* What a put gives a row: all but its key and the versions, which it brings by itself. */
static void set_columns(struct arena *arena, const struct table *t, struct ir_op *op)
{
    struct column_set *sets = arena_array(arena, struct column_set, t->ncolumns);
    for (uint32_t i = t->nkeys; i < t->ncolumns; i++)
        if (!is_version(t, i))
            sets[op->nsets++] = (struct column_set){.column = i};
    op->sets = sets;
}

static const struct ir_query *query_of(struct arena *arena, const struct table *t, enum ir_op_kind kind)
{
    struct ir_query *q = arena_new(arena, struct ir_query);
    struct ir_key *key = arena_new(arena, struct ir_key);
    struct ir_op *op = arena_new(arena, struct ir_op);
    struct ir_target *target = arena_new(arena, struct ir_target);
    uint32_t *columns = arena_array(arena, uint32_t, t->ncolumns), width = keyspace_width(t->keyspace);
    for (uint32_t i = 0; i < t->ncolumns; i++)
        columns[i] = i;
    *key = (struct ir_key){.keyspace = t->keyspace, .count = 1};
    *target = (struct ir_target){.table = t, .columns = columns, .ncolumns = t->ncolumns};
    *op = (struct ir_op){.kind = kind, .targets = target, .ntargets = 1, .first = width};
    if (op_find(kind)->effect != EFFECT_NONE)
        op->statement = 1;                            /* any: what is loaded has no version */
    if (op_find(kind)->creates)
        set_columns(arena, t, op);
    *q = (struct ir_query){.name = "rest", .latest = true, .keys = key, .nkeys = 1, .nregisters = width + op->nsets + 1,
                           .ops = op, .nops = 1};
    return q;
}

static int plan_query(struct arena *arena, const struct instance *inst, const struct ir_query *q, struct program *out,
                      struct error *err)
{
    struct ir_mix *mix = arena_new(arena, struct ir_mix);
    struct ir_run *run = arena_new(arena, struct ir_run);
    struct plan *plan = arena_new(arena, struct plan);
    const struct plan *plans[] = {plan};
    *mix = (struct ir_mix){q, 1};
    *run = (struct ir_run){.name = mix->query->name, .mix = mix, .nmix = 1};
    int rc = lower_query(arena, inst, mix->query, &one_by_one, plan, err);
    return rc < 0 ? rc : codegen_client(arena, run, plans, out, err);
}

static int plan_program(struct arena *arena, const struct instance *inst, const struct table *t,
                        enum ir_op_kind kind, struct program *out, struct error *err)
{
    return plan_query(arena, inst, query_of(arena, t, kind), out, err);
}

static const struct table_write *first_write(const struct table *t)
{
    uint32_t i = 0;
    while (i < t->nwrites && !t->writes[i].nsets)
        i++;
    return i < t->nwrites ? &t->writes[i] : NULL;
}

static int plan_write(struct arena *arena, const struct instance *inst, const struct table *t, struct program *out,
                      struct error *err)
{
    const struct table_write *w = first_write(t);
    if (!w)
        return 0;
    struct ir_op *op = arena_new(arena, struct ir_op);
    struct ir_query *q = arena_new(arena, struct ir_query);
    *q = *query_of(arena, t, w->whole ? IR_PUT : IR_UPDATE);
    *op = *q->ops;
    op->sets = w->sets;
    op->nsets = w->nsets;
    op->statement = w->statement;
    q->ops = op;
    q->nregisters = op->first + op->nsets + 1;
    return plan_query(arena, inst, q, out, err);
}

int rest_plan_all(struct arena *arena, const struct instance *inst, const struct table *t, struct rest *out,
                  struct program *write, struct error *err)
{
    *out = (struct rest){.table = t};
    int rc = plan_program(arena, inst, t, IR_GET, &out->look, err);
    rc = rc < 0 ? rc : plan_program(arena, inst, t, IR_PUT, &out->put, err);
    rc = rc < 0 ? rc : plan_program(arena, inst, t, IR_DELETE, &out->remove, err);
    return rc < 0 ? rc : plan_write(arena, inst, t, write, err);
}

static int plan_rest(struct arena *arena, const struct instance *inst, const struct table *t,
                     struct rests *all, struct error *err)
{
    struct rest *rest = &all->items[all->n++];
    *rest = (struct rest){.table = t};
    int rc = plan_program(arena, inst, t, IR_GET, &rest->look, err);
    if (rc == 0 && (t->loses || t->counts))
        rc = plan_program(arena, inst, t, IR_PUT, &rest->put, err);
    if (rc == 0 && t->gains)
        rc = plan_program(arena, inst, t, IR_DELETE, &rest->remove, err);
    if (rc == 0 && (t->gains || t->loses || t->counts))
        touched_init(&all->touched[t->id], data_places(t));
    return rc;
}

static bool has(const struct rests *all, const struct table *t)
{
    uint32_t i = 0;
    while (i < all->n && all->items[i].table != t)
        i++;
    return i < all->n;
}

/* Rows of a key of several are not watched. */
static bool is_written(const struct instance *inst, const struct ir_op *op)
{
    const struct table *t = op->ntargets ? op->targets[0].table : NULL;
    return t && op_find(op->kind)->effect != EFFECT_NONE && t->nkeys == keyspace_width(t->keyspace) &&
           plan_can_read(&inst->backend->caps, t);
}

/* Tables in which other runs count stand as loaded in this one. */
static void mark_untouched(const struct ir *ir, struct rests *all)
{
    for (uint32_t i = 0; i < ir->ntables; i++) {
        const struct table *t = &ir->tables[i];
        if (t->counts && t->nkeys == keyspace_width(t->keyspace) && !has(all, t))
            touched_init(&all->touched[i], data_places(t));
    }
}

int rests_plan(struct arena *arena, const struct instance *inst, const struct ir *ir, const struct ir_run *run,
               struct rests *out, struct error *err)
{
    uint32_t most = 0;
    int rc = 0;
    for (uint32_t i = 0; i < run->nmix; i++)
        most += run->mix[i].query->nops;
    *out = (struct rests){arena_array(arena, struct rest, most), 0,
                          arena_array(arena, struct touched, ir->ntables), ir->ntables};
    for (uint32_t i = 0; i < run->nmix; i++)
        for (uint32_t k = 0; rc == 0 && k < run->mix[i].query->nops; k++) {
            const struct ir_op *op = &run->mix[i].query->ops[k];
            if (is_written(inst, op) && !has(out, op->targets[0].table))
                rc = plan_rest(arena, inst, op->targets[0].table, out, err);
        }
    mark_untouched(ir, out);
    return rc;
}

void rests_release(struct rests *all)
{
    for (uint32_t i = 0; i < all->ntouched; i++)
        touched_release(&all->touched[i]);
    all->ntouched = 0;
}

uint32_t rests_requests(const struct rests *all, const struct request **out)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < all->n; i++) {
        const struct program *programs[] = {&all->items[i].look, &all->items[i].put, &all->items[i].remove};
        for (size_t k = 0; k < sizeof programs / sizeof *programs; k++)
            for (size_t q = 0; q < programs[k]->requests.count; q++, n++)
                if (out)
                    out[n] = programs[k]->requests.items[q];
    }
    return n;
}

uint64_t *rests_touched(const struct rests *all, const struct data *data, const struct table *t, bool loaded,
                        uint64_t *n)
{
    const struct touched *touched = &all->touched[t->id];
    uint64_t *ordinals = mem_alloc((touched_count(touched) + 1) * sizeof *ordinals);
    *n = 0;
    for (uint64_t from, to = 0; touched_next(touched, &from, &to);)
        for (uint64_t row = from; row < to; row++)
            if ((row < t->rows) == loaded)
                ordinals[(*n)++] = data_ordinal_of(data, t, row);
    return ordinals;
}
