/* cannot.c - what no backend can be asked for yet. */
#include "config.h"

#include "plan/plan.h"

/* Which statements can be run. */
static const bool lowered[IR_OP_COUNT] = {[IR_GET] = true};

const struct ir_op *plan_cannot(const struct ir_query *query, const struct table **table)
{
    *table = NULL;
    for (uint32_t i = 0; i < query->nops; i++) {
        const struct ir_op *op = &query->ops[i];
        if (!lowered[op->kind])
            return op;
        for (uint32_t t = 0; t < op->ntargets; t++)
            if (op->targets[t].table->nkeys > 1) {
                *table = op->targets[t].table;
                return op;
            }
    }
    return NULL;
}

void plan_put_cannot(struct buf *b, const struct ir_query *query, const struct ir_op *op, const struct table *table)
{
    buf_printf(b, "'%s'%s%s in query '%s'", ir_op_name(op->kind), table ? " of " : "", table ? table->name : "", query->name);
}

const char *plan_cannot_run(struct arena *arena, const struct ir_run *run)
{
    const struct table *table;
    for (uint32_t i = 0; i < run->nmix; i++) {
        const struct ir_op *op = plan_cannot(run->mix[i].query, &table);
        struct buf what = {0};
        if (!op)
            continue;
        plan_put_cannot(&what, run->mix[i].query, op, table);
        const char *text = arena_printf(arena, "%s cannot be run yet: " PLAN_CAN " can", buf_text(&what));
        buf_release(&what);
        return text;
    }
    return NULL;
}
