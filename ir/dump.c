/* dump.c - the IR as text: complete, stable, one fact a line. */
#include "config.h"

#include "ir/dump.h"

#include <string.h>

#include "base/secret.h"
#include "base/units.h"
#include "data/data.h"
#include "data/expr.h"

static void put_share(struct buf *b, double share)
{
    quantity_put(b, &(struct quantity){.value = share, .percent = true});
}

static void put_duration(struct buf *b, uint64_t ns)
{
    quantity_put(b, &(struct quantity){.value = (double)ns / 1e9, .unit = UNIT_DURATION});
}

/* ---- data ---- */

static void put_expr(struct buf *b, const struct expr *e)
{
    static const char *const ops[] = {
        [EXPR_ADD] = "+",     [EXPR_SUB] = "-", [EXPR_MUL] = "*",   [EXPR_DIV] = "/",
        [EXPR_MOD] = "%",     [EXPR_NEG] = "-", [EXPR_EQ] = "==",   [EXPR_NE] = "!=",
        [EXPR_LT] = "<",      [EXPR_LE] = "<=", [EXPR_GT] = ">",    [EXPR_GE] = ">=",
        [EXPR_AND] = "and",   [EXPR_OR] = "or", [EXPR_NOT] = "not", [EXPR_CONCAT] = "concat",
        [EXPR_PICK] = "pick",
    };
    switch (e->op) {
    case EXPR_INT: exact_put(b, e->i, 0); return;
    case EXPR_DOUBLE: buf_printf(b, "%.17g", e->d); return;
    case EXPR_STRING: buf_put_json(b, e->s, e->n); return;
    case EXPR_BOOL: buf_puts(b, e->i ? "true" : "false"); return;
    case EXPR_ROW: buf_puts(b, "row"); return;
    case EXPR_COLUMN: buf_printf(b, "column %lld", (long long)e->i); return;
    default: break;
    }
    buf_printf(b, "(%s", ops[e->op]);
    for (uint32_t i = 0; i < e->nargs; i++) {
        buf_putc(b, ' ');
        put_expr(b, e->args[i]);
    }
    buf_putc(b, ')');
}

static void put_units(struct buf *b, struct type t, wkl_i128 n)
{
    struct value v = {0};
    if (type_class(t) == CLASS_DECIMAL)
        v.u.dec = n;
    else
        v.u.i = (int64_t)n;
    if (type_class(t) == CLASS_DOUBLE || type_class(t) == CLASS_BYTES)
        exact_put(b, n, 0);
    else
        value_put(b, t, &v);
}

static void put_range(struct buf *b, struct type t, const struct gen *g)
{
    if (type_class(t) == CLASS_DOUBLE) {
        buf_printf(b, "%.17g..%.17g", g->dlo, g->dhi);
        return;
    }
    put_units(b, t, g->wide ? g->wide->lo : g->lo);
    buf_puts(b, "..");
    put_units(b, t, g->wide ? g->wide->hi : g->hi);
}

static void put_gen(struct buf *b, struct type t, const struct gen *g)
{
    switch (g->kind) {
    case GEN_UNIFORM: buf_puts(b, "uniform("); put_range(b, t, g); buf_putc(b, ')'); break;
    case GEN_NORMAL: buf_printf(b, "normal(%.17g, %.17g)", g->p1, g->p2); break;
    case GEN_EXPONENTIAL: buf_printf(b, "exponential(%.17g)", g->p1); break;
    case GEN_ZIPF: buf_printf(b, "zipf(%.17g, ", g->p1); put_range(b, t, g); buf_putc(b, ')'); break;
    case GEN_PARETO: buf_printf(b, "pareto(%.17g, ", g->p1); put_range(b, t, g); buf_putc(b, ')'); break;
    case GEN_TEXT: buf_printf(b, "text(%lld..%lld)", (long long)g->lo, (long long)g->hi); break;
    case GEN_WORDS: buf_printf(b, "words(%lld..%lld)", (long long)g->lo, (long long)g->hi); break;
    case GEN_HEX: buf_puts(b, "hex"); break;
    case GEN_UUID: buf_puts(b, "uuid"); break;
    case GEN_SEQUENCE: buf_puts(b, "sequence"); break;
    case GEN_CHOICE:
        buf_puts(b, "choice(");
        for (uint32_t i = 0; i < g->nchoices; i++) {
            buf_puts(b, i ? ", " : "");
            value_put(b, t, &g->choices[i].value);
            buf_putc(b, ' ');
            put_share(b, g->choices[i].share);
        }
        buf_putc(b, ')');
        break;
    case GEN_COUNT: break;
    }
}

static void put_column(struct buf *b, const struct column *c)
{
    buf_printf(b, "%s: ", c->name);
    type_put(b, c->type);
    if (c->expr) {
        buf_puts(b, " = ");
        put_expr(b, c->expr);
    } else {
        buf_puts(b, " ~ ");
        put_gen(b, c->type, &c->gen);
    }
    if (c->null_share > 0) {
        buf_puts(b, " null ");
        put_share(b, c->null_share);
    }
    buf_putc(b, '\n');
}

static void put_data(struct buf *b, const struct ir *ir)
{
    for (uint32_t i = 0; i < ir->nkeyspaces; i++) {
        const struct keyspace *k = ir->keyspaces[i];
        buf_printf(b, "entity %s count %llu\n  key ", k->name, (unsigned long long)k->count);
        put_column(b, &k->key);
    }
    for (uint32_t i = 0; i < ir->ntables; i++) {
        const struct table *t = &ir->tables[i];
        buf_printf(b, "table %s of %s rows %llu (about %.0f bytes each)\n", t->name, t->keyspace->name,
                   (unsigned long long)t->rows, data_row_bytes(t));
        if (t->per_key_hi)
            buf_printf(b, "  %u..%u rows for each of %llu keys\n", t->per_key_lo, t->per_key_hi,
                       (unsigned long long)t->members);
        for (uint32_t c = 0; c < t->ncolumns; c++) {
            buf_puts(b, c < t->nkeys ? "  key " : "  ");
            put_column(b, &t->columns[c]);
        }
    }
}

/* ---- queries ---- */

static void put_target(struct buf *b, const struct ir_query *q, const struct ir_op *op,
                       const struct ir_target *t)
{
    buf_printf(b, " %s", t->table->name);
    if (ir_op_by_key(op->kind))
        buf_printf(b, " by r%u..%u", q->keys[t->key].first,
                   q->keys[t->key].first + q->keys[t->key].count * keyspace_width(q->keys[t->key].keyspace) -
                       1);
    if (t->slice)
        ir_slice_put(b, t->table, t->slice);
    if (t->ncolumns == t->table->ncolumns)
        return;
    buf_puts(b, " {");
    for (uint32_t i = 0; i < t->ncolumns; i++)
        buf_printf(b, " %s", t->table->columns[t->columns[i]].name);
    buf_puts(b, " }");
}

static void put_details(struct buf *b, const struct ir_op *op)
{
    static const char *const folds[] = {"count", "sum", "avg", "min", "max"};
    const struct column *columns = op->ntargets ? op->targets[0].table->columns : NULL;
    for (uint32_t i = 0; i < op->nsets; i++) {
        buf_printf(b, " set %s %s", columns[op->sets[i].column].name, op->sets[i].counts ? "+= " : "");
        if (op->sets[i].expr)
            put_expr(b, op->sets[i].expr);
        else
            put_gen(b, columns[op->sets[i].column].type, &op->sets[i].gen);
    }
    for (uint32_t i = 0; i < op->nfolds; i++)
        buf_printf(b, " %s(%s)", folds[op->folds[i].fold],
                   op->folds[i].fold == FOLD_COUNT ? "*" : columns[op->folds[i].column].name);
    if (op->where) {
        buf_puts(b, " where ");
        put_expr(b, op->where);
    }
    for (uint32_t i = 0; i < op->norder; i++)
        buf_printf(b, " order %s %s", columns[op->order[i].column].name,
                   op->order[i].descending ? "desc" : "asc");
    for (uint32_t i = 0; i < op->ngroup; i++)
        buf_printf(b, " group %s", columns[op->group[i]].name);
    if (op->limit)
        buf_printf(b, " limit %llu", (unsigned long long)op->limit);
}

static void put_op(struct buf *b, const struct ir_query *q, const struct ir_op *op, int level)
{
    for (uint32_t i = 0; i < (op->ntargets ? op->ntargets : 1); i++) {
        buf_printf(b, "%*s%s", 2 * level, "", ir_op_name(op->kind));
        if (op->ntargets)
            put_target(b, q, op, &op->targets[i]);
        put_details(b, op);
        buf_putc(b, '\n');
    }
    for (uint32_t i = 0; i < op->nbody; i++)
        put_op(b, q, &op->body[i], level + 1);
}

static void put_query(struct buf *b, const struct ir_query *q)
{
    buf_printf(b, "query %s\n", q->name);
    for (uint32_t k = 0; k < q->nkeys; k++)
        buf_printf(b, "  %skey %s in r%u..%u\n", q->keys[k].fresh ? "fresh " : "", q->keys[k].keyspace->name, q->keys[k].first,
                   q->keys[k].first + q->keys[k].count - 1);
    for (uint32_t o = 0; o < q->nops; o++)
        put_op(b, q, &q->ops[o], 1);
}

static void put_queries(struct buf *b, const struct ir *ir)
{
    for (uint32_t i = 0; i < ir->nqueries; i++)
        put_query(b, &ir->queries[i]);
}

static void put_point(struct buf *b, const struct ir_point *p)
{
    for (uint32_t i = 0; i < p->nsettings; i++)
        buf_printf(b, "%s%s = %s", i ? ", " : "  point ", p->settings[i].name, p->settings[i].text);
    if (p->nsettings)
        buf_putc(b, '\n');
    for (uint32_t i = 0; i < p->run->nkeys; i++) {
        const struct ir_keys *k = &p->run->keys[i];
        buf_printf(b, "%s  keys %s ", p->nsettings ? "  " : "", k->keyspace->name);
        dist_put(b, &k->dist);
        buf_puts(b, ": the hottest 1% of them get ");
        buf_printf(b, "%.1f%% of the requests\n", 100 * dist_hottest(&k->dist, k->keyspace->count, 0.01));
    }
}

static void put_run(struct buf *b, const struct ir_run *r)
{
    buf_printf(b, "run %s\n", r->name);
    for (uint32_t i = 0; i < r->nmix; i++) {
        buf_printf(b, "  query %s ", r->mix[i].query->name);
        put_share(b, r->mix[i].share);
        buf_putc(b, '\n');
    }
    for (uint32_t i = 0; i < r->nstrategies; i++)
        buf_printf(b, "  strategy %s\n", r->strategies[i].text);
    if (r->clients || r->rate <= 0)
        buf_printf(b, "  clients %u\n", r->clients ? r->clients : 1);
    else
        buf_puts(b, "  clients as needed\n");
    if (r->rate > 0) {
        buf_puts(b, "  rate ");
        quantity_put(b, &(struct quantity){.value = r->rate, .unit = UNIT_RATE});
        buf_putc(b, '\n');
    }
    if (r->think_ns) {
        buf_puts(b, "  think ");
        put_duration(b, r->think_ns);
        buf_putc(b, '\n');
    }
    buf_puts(b, "  warmup ");
    put_duration(b, r->warmup_ns);
    buf_puts(b, "\n  for ");
    if (r->for_requests)
        buf_printf(b, "%llu requests", (unsigned long long)r->for_requests);
    else
        put_duration(b, r->for_ns);
    buf_putc(b, '\n');
    for (uint32_t i = 0; i < r->nexpects; i++)
        buf_printf(b, "  expect %s\n", r->expects[i].text);
    for (uint32_t i = 0; i < r->npoints; i++)
        put_point(b, &r->points[i]);
}

/* A secret is shown as where it comes from, never as itself. */
static void put_setting(const struct ir_setting *s, struct buf *b)
{
    const char *source = setting_source_name(s->source);
    buf_printf(b, "  %s %s%s", s->name, source, *source ? " " : "");
    if (s->source == SETTING_LITERAL)
        secret_put_setting(b, s->name, strlen(s->name), s->text, strlen(s->text));
    else
        buf_puts(b, s->text);
    buf_putc(b, '\n');
}

void ir_dump(const struct ir *ir, struct buf *b)
{
    buf_printf(b, "workload %s", ir->name);
    if (ir->title) {
        buf_putc(b, ' ');
        buf_put_json(b, ir->title, strlen(ir->title));
    }
    buf_putc(b, '\n');
    for (uint32_t i = 0; i < ir->nparams; i++)
        buf_printf(b, "param %s = %s\n", ir->params[i].name, ir->params[i].text);
    put_data(b, ir);
    put_queries(b, ir);
    for (uint32_t i = 0; i < ir->nruns; i++)
        put_run(b, &ir->runs[i]);
    for (uint32_t i = 0; i < ir->nbackends; i++) {
        buf_printf(b, "backend %s as %s\n", ir->backends[i].kind, ir->backends[i].name);
        for (uint32_t s = 0; s < ir->backends[i].nsettings; s++)
            put_setting(&ir->backends[i].settings[s], b);
    }
}

void ir_dump_requests(const struct ir_run *run, struct buf *b)
{
    for (uint32_t i = 0; i < run->nmix; i++) {
        put_share(b, run->mix[i].share);
        buf_putc(b, ' ');
        put_query(b, run->mix[i].query);
    }
    for (uint32_t i = 0; i < run->nkeys; i++) {
        buf_printf(b, "keys %s ", run->keys[i].keyspace->name);
        dist_put(b, &run->keys[i].dist);
        buf_putc(b, '\n');
    }
}
