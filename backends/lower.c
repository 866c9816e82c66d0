/* lower.c - packing for a backend, then what each request becomes there. */
#include "config.h"

#include "backends/lower.h"

int lower_query(struct arena *arena, const struct instance *inst, const struct ir_query *query, const struct strategy *strategy,
                struct plan *out, struct error *err)
{
    const struct table *table;
    const struct ir_op *op = plan_cannot(query, &table);
    if (op) {
        struct buf what = {0};
        plan_put_cannot(&what, query, op, table);
        error_set(err, ERR_USAGE, "%s: %s cannot be run yet: " PLAN_CAN " can", inst->name, buf_text(&what));
        buf_release(&what);
        return ERR_USAGE;
    }
    pack_query(arena, &inst->backend->caps, query, strategy, out);
    out->instance = inst;
    for (uint32_t i = 0; i < out->nrequests; i++)
        inst->backend->lower(inst, arena, &out->requests[i]);
    return 0;
}
