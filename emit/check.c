/* check.c - what a backend holds with a loss, or cannot do: said once for each family and each backend,
 * whatever the number of tables. */
#include "config.h"

#include "emit/emit.h"

#include <string.h>

#include "data/expr.h"
#include "data/gen.h"

/* ---- names ---- */

static void check_names(const struct instance *inst, const struct ir_family *f, struct diags *diags)
{
    struct buf name = {0};
    for (uint32_t t = 0; inst->backend->caps.name_min && t < f->ntables; t++) {
        buf_clear(&name);
        instance_put_table(inst, &f->tables[t], &name);
        if (name.len < inst->backend->caps.name_min)
            diag_add(diags, SEVERITY_WARNING, "W0714", f->span, "a longer name, or the setting table_prefix",
                     "%s: the service refuses the table name '%s': it has %zu bytes, %u are the least", inst->name, buf_text(&name), name.len,
                     inst->backend->caps.name_min);
    }
    buf_release(&name);
}

/* ---- types ---- */

/* Whether a loss that depends on the value can come about by the column's own generator. */
static bool can_lose(const struct caps *caps, const struct table *t, const struct column *c)
{
    const struct column *source = c->source == COLUMN_KEY ? data_made(t, (uint32_t)(c - t->columns)) : c;
    uint64_t rows = c->source == COLUMN_KEY ? 2 * t->keyspace->count : t->rows;   /* a request may ask for keys that no table has */
    struct gen_bounds b;
    struct expr_ends ends;
    if (source->expr && type_class(c->type) == CLASS_INT)
        return !caps->exact_whole || !expr_bounds(source->expr, c->type, rows, &ends) ||
        ends.lo < -(wkl_i128)caps->exact_whole ||
               ends.hi > (wkl_i128)caps->exact_whole;
    bool known = !source->expr && (c->source != COLUMN_KEY || source->gen.kind == GEN_SEQUENCE ||
                                   source->gen.kind == GEN_UNIFORM);
    if (!known || !gen_bounds(&source->gen, c->type, rows, &b))
        return true;
    if (type_class(c->type) == CLASS_INT)
        return !caps->exact_whole || b.lo < -caps->exact_whole || b.hi > caps->exact_whole;
    return !caps->most_number || b.least < caps->least_number || b.lo < -caps->most_number ||
           b.hi > caps->most_number;
}

struct loss {
    const char *type, *text;
    struct buf columns;
    uint32_t ncolumns;
};
VEC_TYPE(losses, struct loss);

static void note_loss(struct arena *arena, struct losses *losses, const char *column, const struct buf *type,
                      const struct buf *text)
{
    struct loss *l = NULL;
    for (size_t i = 0; i < losses->count && !l; i++)
        if (!strcmp(losses->items[i].text, buf_text(text)) && !strcmp(losses->items[i].type, buf_text(type)))
            l = &losses->items[i];
    if (!l) {
        vec_push(arena, losses,
                 ((struct loss){
                     arena_strdup(arena, buf_text(type)), arena_strdup(arena, buf_text(text)), {0}, 0}));
        l = &losses->items[losses->count - 1];
    }
    buf_printf(&l->columns, "%s'%s'", l->ncolumns++ ? ", " : "", column);
}

/* The tables of a family have the same columns but not the same constants in them: a column is lossy if it is
 * in any of them. */
static bool is_lossy(const struct instance *inst, const struct ir_family *f, uint32_t c, struct buf *type,
                     struct buf *loss)
{
    for (uint32_t t = 0; t < f->ntables; t++) {
        const struct table *table = &f->tables[t];
        if (c >= table->ncolumns)
            continue;
        buf_clear(type);
        buf_clear(loss);
        inst->backend->print_type(inst, table->columns[c].type, type, loss);
        if (loss->len && can_lose(&inst->backend->caps, table, &table->columns[c]))
            return true;
    }
    return false;
}

static void check_types(struct arena *arena, const struct instance *inst, const struct ir_family *f,
                        struct diags *diags)
{
    struct buf type = {0}, text = {0};
    struct losses losses = {0};
    for (uint32_t c = 0; f->ntables && c < f->tables[0].ncolumns; c++)
        if (is_lossy(inst, f, c, &type, &text))
            note_loss(arena, &losses, f->tables[0].columns[c].name, &type, &text);
    for (size_t i = 0; i < losses.count; i++) {
        struct loss *l = &losses.items[i];
        diag_add(diags, SEVERITY_WARNING, "W0711", f->span, NULL, "%s: column%s %s of '%s' as %s: %s",
                 inst->name, l->ncolumns == 1 ? "" : "s", buf_text(&l->columns), f->name, l->type, l->text);
        buf_release(&l->columns);
    }
    buf_release(&type);
    buf_release(&text);
}

/* ---- statements ---- */

static bool is_asked(const struct ir *ir, const struct ir_query *q)
{
    for (uint32_t r = 0; r < ir->nruns; r++)
        for (uint32_t m = 0; m < ir->runs[r].nmix; m++)
            if (ir->runs[r].mix[m].query == q)
                return true;
    return false;
}

/* What is so on several backends is said once, with all their names before it. */
static void add_cannot(struct arena *arena, const struct instance *inst, struct span span, const char *what,
                       struct diags *diags)
{
    const char *text = arena_printf(arena, " cannot run yet: %s", what);
    for (size_t i = 0; i < diags->records.count; i++) {
        struct diag *d = &diags->records.items[i];
        const char *names_end = strcmp(d->code, "W0712") ? NULL : strstr(d->message, text);
        if (!names_end || d->span.file != span.file || d->span.from != span.from)
            continue;
        d->message = arena_printf(arena, "%.*s, %s%s", (int)(names_end - d->message), d->message, inst->name,
                                  text);
        return;
    }
    diag_add(diags, SEVERITY_WARNING, "W0712", span, NULL, "%s%s", inst->name, text);
}

static void check_statements(struct arena *arena, const struct ir *ir, const struct instance *inst,
                             struct diags *diags)
{
    const struct ir_op *first = NULL;
    struct buf list = {0};
    bool for_keys = false;
    for (uint32_t q = 0; q < ir->nqueries; q++) {
        const struct table *table;
        const struct ir_op *op = plan_cannot(&inst->backend->caps, &ir->queries[q], &table);
        bool offered = op && diags->sources.items[op->span.file].builtin && !is_asked(ir, &ir->queries[q]);
        if (!op || offered)                           /* a module's queries that nobody asks are nobody's
                                                         trouble */
            continue;
        buf_puts(&list, first ? ", " : "");
        plan_put_cannot(&list, &inst->backend->caps, &ir->queries[q], false);
        first = first ? first : op;
        for_keys |= table != NULL;
    }
    if (for_keys || (first && op_find(first->kind))) {    /* else no backend can */
        buf_puts(&list, "; ");
        plan_put_can(&list, &inst->backend->caps, for_keys);
    }
    if (first)
        add_cannot(arena, inst, first->span, buf_text(&list), diags);
    buf_release(&list);
}

void emit_check(struct arena *arena, const struct ir *ir, const struct instance *inst, struct diags *diags)
{
    for (uint32_t i = 0; i < ir->nfamilies; i++) {
        check_names(inst, &ir->families[i], diags);
        check_types(arena, inst, &ir->families[i], diags);
    }
    check_statements(arena, ir, inst, diags);
}
