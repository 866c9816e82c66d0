/* lower.c - packing for a backend, then what each request becomes there. */
#include "config.h"

#include "backends/lower.h"

int lower_query(struct arena *arena, const struct instance *inst, const struct ir_query *query,
                const struct strategy *strategy, struct plan *out, struct error *err)
{
    struct buf what = {0};
    if (plan_put_cannot(&what, &inst->backend->caps, query, true)) {
        error_set(err, ERR_USAGE, "%s: %s", inst->name, buf_text(&what));
        buf_release(&what);
        return ERR_USAGE;
    }
    pack_query(arena, &inst->backend->caps, query, strategy, out);
    out->instance = inst;
    for (uint32_t i = 0; i < out->nrequests; i++)
        inst->backend->lower(inst, arena, &out->requests[i]);
    return 0;
}
