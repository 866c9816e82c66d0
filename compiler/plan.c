/* plan.c - packing, then lowering by the backend; and the plan for people. */
#include "config.h"

#include "compiler/plan.h"

#include <string.h>

#include "backends/backend.h"

/* Which statements can be run. */
static const bool lowered[IR_OP_COUNT] = {[IR_GET] = true};

const struct ir_op *plan_cannot(const struct ir_query *query)
{
    for (uint32_t i = 0; i < query->nops; i++)
        if (!lowered[query->ops[i].kind])
            return &query->ops[i];
    return NULL;
}

int plan_make(struct arena *arena, const struct instance *inst, const struct ir_query *query, const struct strategy *strategy,
              struct plan *out, struct error *err)
{
    const struct ir_op *op = plan_cannot(query);
    if (op)
        return error_set(err, ERR_USAGE, "%s: '%s' in query '%s' cannot be run yet: only 'get' can", inst->name, ir_op_name(op->kind),
                         query->name);
    pack_query(arena, &inst->backend->caps, query, strategy, out);
    out->instance = inst;
    for (uint32_t i = 0; i < out->nrequests; i++)
        inst->backend->lower(inst, arena, &out->requests[i]);
    return 0;
}

/* ---- for people ---- */

static void put_count(struct buf *b, uint64_t n, const char *one)
{
    size_t len = strlen(one);
    bool ies = n != 1 && len > 1 && one[len - 1] == 'y' && !strchr("aeiou", one[len - 2]);   /* query, but key */
    buf_printf(b, "%llu %.*s%s", (unsigned long long)n, (int)(ies ? len - 1 : len), one, n == 1 ? "" : ies ? "ies" : "s");
}

static void put_bytes(struct buf *b, double bytes)
{
    if (bytes < 1000)
        buf_printf(b, "%.0f B", bytes);
    else if (bytes < 1e6)
        buf_printf(b, "%.1f KB", bytes / 1e3);
    else
        buf_printf(b, "%.1f MB", bytes / 1e6);
}

static void put_indented(struct buf *b, const char *text, const char *indent)
{
    for (const char *line = text; line && *line;) {
        const char *end = strchr(line, '\n');
        int n = end ? (int)(end - line) : (int)strlen(line);
        buf_printf(b, "%s%.*s\n", indent, n, line);
        line = end ? end + 1 : NULL;
    }
}

static void put_flight(struct buf *b, const struct plan *p)
{
    if (p->ngroups > 1)
        buf_puts(b, p->in_flight == 1 ? ", one after the other"
                    : p->in_flight >= p->ngroups ? ", all in flight together" : "");
    if (p->ngroups > 1 && p->in_flight > 1 && p->in_flight < p->ngroups)
        buf_printf(b, ", %u in flight at once", p->in_flight);
    if (p->nrequests != p->ngroups) {
        buf_puts(b, " (");
        put_count(b, p->nrequests, "request");
        buf_printf(b, ", up to %u of a call in flight together)", p->fan_out);
    }
}

static void put_request(struct buf *b, const struct plan *p, const struct request *r, bool text)
{
    const struct caps *caps = &p->instance->backend->caps;
    buf_printf(b, "  %3u  %s  ", r->id + 1, caps->form_name[r->form]);
    buf_printf(b, "%s: ", r->title);
    put_count(b, r->nkeys, "key");
    if (caps->max_keys && r->form != FORM_POINT)
        buf_printf(b, " of at most %u", caps->max_keys);
    if (r->nparts > 1) {
        buf_puts(b, ", ");
        put_count(b, r->nparts, "table");
    }
    buf_printf(b, "; about %.1f rows, ", r->rows_expected);
    put_bytes(b, r->bytes_expected);
    buf_putc(b, '\n');
    if (!text)
        return;
    put_indented(b, r->setup, "         ");
    put_indented(b, r->text, "         ");
}

static void put_cost(struct buf *b, const struct plan *p)
{
    const struct backend *backend = p->instance->backend;
    if (!backend->model_units || !backend->price)
        return;
    double units = 0;
    for (uint32_t i = 0; i < p->nrequests; i++)
        units += backend->model_units(p->instance, &p->requests[i]);
    buf_printf(b, "  cost: %.4g %ss a query by the service's rules, so $%.4g for a million queries (list price %s, %s)\n", units,
               backend->price->unit, units * backend->price->usd_per_million, backend->price->region, backend->price->date);
}

void plan_put(const struct plan *p, bool text, struct buf *b)
{
    buf_printf(b, "%s · %s · %s: ", p->query->name, p->strategy->text, p->instance->name);
    put_count(b, p->ngroups, "call");
    put_flight(b, p);
    buf_putc(b, '\n');
    for (uint32_t i = 0; i < p->nnotes; i++)
        buf_printf(b, "  note: %s\n", p->notes[i]);
    for (uint32_t i = 0; i < p->nrequests; i++)
        put_request(b, p, &p->requests[i], text);
    put_cost(b, p);
}
