/* cannot.c - what cannot be asked for yet. */
#include "config.h"

#include "data/expr.h"
#include "data/gen.h"
#include "plan/plan.h"

bool plan_can_read(const struct caps *caps, const struct table *t)
{
    bool tuples = t->keyspace->own || data_inherited(t) > 1;
    return t->nkeys == 1 || !caps || caps->keys[IR_GET].by & (tuples ? BY_TUPLE : BY_PREFIX);
}

static bool is_exact(const struct caps *caps, const struct table *t, const struct column *c)
{
    struct gen_bounds b;
    struct expr_ends ends;
    double most = caps->exact_whole;
    if (c->expr)
        return expr_bounds(c->expr, c->type, t->rows, &ends) && (double)ends.lo >= -most &&
               (double)ends.hi <= most;
    return (c->gen.kind == GEN_SEQUENCE || c->gen.kind == GEN_UNIFORM) &&
        gen_bounds(&c->gen, c->type, t->rows, &b) &&
           b.lo >= -most && b.hi <= most;
}

/* Whether the backend sorts by the columns behind `from` as their values do. */
static bool sorts(const struct caps *caps, const struct table *t, uint32_t from)
{
    for (uint32_t i = from; i < t->nkeys; i++)
        if ((caps->bytes_unsorted && t->columns[i].type.kind == TYPE_BYTES) ||
            (caps->exact_whole > 0 && t->columns[i].type.kind == TYPE_BIGINT &&
             !is_exact(caps, t, data_made(t, i))))
            return false;
    return true;
}

static uint32_t width_of(const struct ir_query *q, const struct ir_target *t)
{
    return keyspace_width(q->keys[t->key].keyspace);
}

static bool can_ask(const struct caps *caps, const struct ir_query *q, const struct ir_op *op,
                    const struct ir_target *t)
{
    if (!caps)
        return true;
    unsigned by = caps->keys[op->kind].by;
    return plan_can_read(caps, t->table) && (by & BY_TUPLE || width_of(q, t) == 1) &&
           (!t->slice || (by & BY_SLICE && sorts(caps, t->table, width_of(q, t))));
}

static bool takes_its_key(const struct caps *caps, const struct ir_query *q, const struct ir_op *op)
{
    return caps->keys[op->kind].by & BY_PREFIX || width_of(q, op->targets) == op->targets->table->nkeys;
}

/* How many columns a write sets, versions included. */
static uint32_t sets_of(const struct ir_op *op)
{
    struct step s = {.table = op->targets->table};
    step_set_writes(&s, op);
    return step_assignments(&s);
}

/* What is added to is a number there, and not a text where it is large. */
static bool can_count(const struct caps *caps, const struct ir_op *op)
{
    const struct table *t = op->targets->table;
    for (uint32_t i = 0; i < op->nsets; i++) {
        const struct column *c = &t->columns[op->sets[i].column];
        if (op->sets[i].counts && caps->exact_whole > 0 && c->type.kind == TYPE_BIGINT && !is_exact(caps, t, c))
            return false;
    }
    return true;
}

static bool can_write(const struct caps *caps, const struct ir_query *q, const struct ir_op *op)
{
    const struct can *can = &caps->can[op->kind][WIDTH_ONE];
    return takes_its_key(caps, q, op) && can_count(caps, op) && (!can->sets || sets_of(op) <= can->sets);
}

/* "'get' and 'update'", by the table of forms. */
static void put_can(struct buf *b, const struct caps *caps)
{
    uint32_t n = 0, last = 0, at = 0;
    for (uint32_t k = 0; k < IR_OP_COUNT; k++)
        if (caps->can[k][WIDTH_ONE].as) {
            n++;
            last = k;
        }
    buf_puts(b, n == 1 ? "only " : "");
    for (uint32_t k = 0; k < IR_OP_COUNT; k++)
        if (caps->can[k][WIDTH_ONE].as)
            buf_printf(b, "%s'%s'", !at++ ? "" : k == last ? " and " : ", ", ir_op_name(k));
    buf_puts(b, " can be run");
}

void plan_put_can(struct buf *b, const struct caps *caps, bool keys)
{
    if (!keys)
        put_can(b, caps);
    else if ((caps->keys[IR_GET].by & (BY_TUPLE | BY_SLICE)) == (BY_TUPLE | BY_SLICE))
        buf_puts(b, "'get' can be run");
    else
        buf_puts(b, caps->keys[IR_GET].by & BY_PREFIX
                        ? "'get' by a key of one column, or of all rows of an entity's key, can be run"
                        : "'get' by a key of one column can be run");
}

const struct ir_op *plan_cannot(const struct caps *caps, const struct ir_query *query,
                                const struct table **table)
{
    *table = NULL;
    for (uint32_t i = 0; i < query->nops; i++) {
        const struct ir_op *op = &query->ops[i];
        const struct op *known = op_find(op->kind);
        bool writes = known && known->effect != EFFECT_NONE;
        if (!known || (writes && !op->statement) || (caps && !caps->can[op->kind][WIDTH_ONE].as))
            return op;
        if (caps && writes && !can_write(caps, query, op))
            return op;
        for (uint32_t t = 0; t < op->ntargets; t++)
            if (!can_ask(caps, query, op, &op->targets[t])) {
                *table = op->targets[t].table;
                return op;
            }
    }
    return NULL;
}

/* Of a write that it has, but not so. */
static const char *why_no_write(struct buf *b, const struct caps *caps, const struct ir_query *q,
                                const struct ir_op *op)
{
    const struct can *can = &caps->can[op->kind][WIDTH_ONE];
    if (!can_count(caps, op))
        buf_puts(b, "whole numbers beyond 2^53 are kept as texts there, and cannot be added to: make the column an int");
    else if (takes_its_key(caps, q, op))
        buf_printf(b, "it sets %u columns, those for versions included, and %s takes %u", sets_of(op), can->as,
                   can->sets);
    else
        buf_printf(b, "%s takes a row's whole key, as of `query %s(%s)`", can->as, q->name,
                   op->targets->table->family);
    return buf_text(b);
}

static const char *why_not(const struct caps *caps, const struct ir_op *op, const struct table *table)
{
    for (uint32_t i = 0; table && caps && i < op->ntargets; i++)
        if (op->targets[i].table == table && op->targets[i].slice)
            return caps->keys[op->kind].by & BY_SLICE
                       ? "its sort columns are kept as texts there that sort otherwise: bytes, or whole "
                         "numbers beyond 2^53"
                       : "all rows of a key, not the first, the last, or a part of them";
    const struct op *known = op_find(op->kind);
    if (known && (known->creates || known->removes) && !op->statement && op->targets[0].table->per_key_hi)
        return "a key has several rows there";
    if (!table && known && known->effect != EFFECT_NONE && !op->statement)
        return "it computes a value from the row's own columns otherwise than by adding a constant to it";
    return table ? "the table's key has several columns" : known ? "it has no such request" : "no backend can";
}

bool plan_put_cannot(struct buf *b, const struct caps *caps, const struct ir_query *query, bool why)
{
    const struct table *table;
    const struct ir_op *op = plan_cannot(caps, query, &table);
    struct buf words = {0};
    if (op)
        buf_printf(b, "'%s'%s%s in query '%s'", ir_op_name(op->kind), table ? " of " : "",
                   table ? table->name : "", query->name);
    if (op && caps && op->statement && !table && caps->can[op->kind][WIDTH_ONE].as)
        buf_printf(b, why ? " cannot be run: %s" : " (%s)", why_no_write(&words, caps, query, op));
    else if (op && why)
        buf_printf(b, " cannot be run yet: %s", why_not(caps, op, table));
    buf_release(&words);
    return op != NULL;
}

const char *plan_cannot_run(struct arena *arena, const struct caps *caps, const struct ir_run *run)
{
    struct buf what = {0};
    const char *text = NULL;
    for (uint32_t i = 0; i < run->nmix && !text; i++)
        if (plan_put_cannot(&what, caps, run->mix[i].query, true))
            text = arena_strdup(arena, buf_text(&what));
    buf_release(&what);
    return text;
}
