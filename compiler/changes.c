/* changes.c - insert, put, update and delete: what `set` means for a column of the row, and the registers of
 * values, versions and the keys of new rows. What all statements together write of a table is settled in
 * writes.c. */
#include "config.h"

#include "compiler/queries_parts.h"
#include "data/data.h"
#include "data/gen.h"

/* What a statement writes stands behind the query's keys: for each key of it the values, then the version. */
static bool take_registers(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    uint32_t nkeys = r->query->nkeys ? r->query->keys[op->targets[0].key].count : 0;
    op->first = r->query->nregisters;
    r->query->nregisters += nkeys * (op->nsets + 1);
    return elab_write(r->e, n->span, op->targets[0].table, op);
}

static bool read_set(struct query_reader *r, const struct node *a, const struct table *t,
                     struct column_set *s)
{
    const struct node *kids[3] = {NULL, node_kid(a, 0), NULL};
    struct node shape = *a;                           /* as a column would say it: TYPE; source */
    struct column c = {0};
    if (!query_find_column(r, a, t, &s->column))
        return false;
    shape.kids.items = (struct node **)kids;
    shape.kids.count = 3;
    if (s->column < t->nkeys) {
        elab_fault(r->e, a->span, "E0511", "delete and insert instead", "a key cannot be updated");
        return false;
    }
    if (kids[1]->kind == N_GENERATOR) {
        bool ok = elab_source(r->e, &shape, t->columns[s->column].type, NULL, &c);
        s->gen = c.gen;
        gen_prepare(&s->gen);
        return ok;
    }
    s->expr = elab_expr(r->e, kids[1], NULL, t, true);
    return s->expr && elab_expr_fits(r->e, a->span, &s->expr, t->columns[s->column].type);
}

/* `a = a + 1`, `a = 1 + a`, `a = a - 1`: what is added, a constant; NULL: it is none of these. */
static const struct expr *addend_of(struct query_reader *r, const struct column_set *s)
{
    const struct expr *e = s->expr;
    bool sum = e->op == EXPR_ADD || e->op == EXPR_SUB;
    if (!sum)
        return NULL;
    const struct expr *a = e->args[0], *b = e->args[1];
    if (e->op == EXPR_ADD && b->op == EXPR_COLUMN) {
        const struct expr *other = a;
        a = b;
        b = other;
    }
    if (a->op != EXPR_COLUMN || a->i != s->column || b->op != EXPR_INT || b->kind != EXPR_IS_INT)
        return NULL;
    struct expr *by = arena_new(r->e->arena, struct expr);
    *by = *b;
    by->i = e->op == EXPR_SUB ? -b->i : b->i;
    return by;
}

static bool is_whole_number(struct type t)
{
    return t.kind == TYPE_INT || t.kind == TYPE_BIGINT;
}

/* A column that is computed from the row's own: one that counts can be proven. */
static bool read_count(struct query_reader *r, const struct node *a, const struct table *t,
                       struct column_set *s, bool *unproven)
{
    const struct column *c = &t->columns[s->column];
    const struct expr *by = addend_of(r, s);
    if (!by) {
        *unproven = true;
        return true;
    }
    if (!is_whole_number(c->type) || c->null_share > 0) {
        bool nulls = c->null_share > 0;
        elab_fault(r->e, a->span, "E0522",
                   nulls ? "leave `null` out of the column" : "make it an int or a bigint: cents, not dollars",
                   "'%s' is added to, and is %s", c->name, nulls ? "null in some rows" : "no whole number");
        return false;
    }
    s->expr = by;
    s->counts = true;
    return true;
}

/* From the assigns on. unproven: one of them is computed from the row's own columns in another way than by adding
 * a constant. */
static bool read_sets(struct query_reader *r, const struct node *n, size_t from, struct ir_op *op,
                      bool *unproven)
{
    const struct table *t = op->targets[0].table;
    struct column_set *sets = arena_array(r->e->arena, struct column_set, t->ncolumns + n->kids.count);
    bool ok = true;
    *unproven = false;
    for (size_t i = from; i < n->kids.count && ok; i++) {
        struct column_set *s = &sets[op->nsets++];
        ok = read_set(r, n->kids.items[i], t, s);
        if (ok && s->expr && expr_names_columns(s->expr))
            ok = read_count(r, n->kids.items[i], t, s, unproven);
    }
    op->sets = sets;
    return ok;
}

bool query_read_update(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    bool unproven;
    return query_read_one(r, n, true, op) && read_sets(r, n, 1, op, &unproven) &&
           (unproven || take_registers(r, n, op));
}

/* A row of a table that a key has one of: else it is not known which row is meant. */
static bool is_of_one_row(const struct query_reader *r, const struct ir_op *op)
{
    const struct table *t = op->targets[0].table;
    return keyspace_width(r->query->keys[op->targets[0].key].keyspace) == t->nkeys;
}

/* Columns that are not set get what their own sources make. */
static void complete_row(struct query_reader *r, struct ir_op *op)
{
    const struct table *t = op->targets[0].table;
    struct column_set *sets = arena_array(r->e->arena, struct column_set, t->ncolumns);
    uint32_t n = 0;
    for (uint32_t column = t->nkeys; column < t->ncolumns; column++) {
        const struct column *c = &t->columns[column];
        struct column_set *s = &sets[n++];
        *s = (struct column_set){column, c->source == COLUMN_COMPUTED ? c->expr : NULL, c->gen,
                                 c->null_share};
        for (uint32_t i = 0; i < op->nsets; i++)
            if (op->sets[i].column == column)
                *s = op->sets[i];
        if (!s->expr)
            gen_prepare(&s->gen);
    }
    op->sets = sets;
    op->nsets = n;
}

bool query_read_put(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    bool unproven;
    if (!query_read_one(r, n, true, op) || !read_sets(r, n, 1, op, &unproven))
        return false;
    complete_row(r, op);
    return unproven || !is_of_one_row(r, op) || take_registers(r, n, op);
}

/* The keys of the rows that a statement inserts: registers of their own. */
static void take_fresh_keys(struct query_reader *r, struct ir_target *target, uint64_t count)
{
    const struct keyspace *space = target->table->keyspace;
    target->key = r->query->nkeys;
    r->key_used[r->query->nkeys] = true;
    r->all_keys[r->query->nkeys++] = (struct ir_key){space, (uint32_t)count, r->query->nregisters, true};
    r->query->nregisters += (uint32_t)count * keyspace_width(space);
}

enum { MOST_ROWS = 10000 };

bool query_read_insert(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    uint64_t count = 1;
    bool unproven;
    if (!query_read_one(r, n, false, op) || !read_sets(r, n, 2, op, &unproven) ||
        (node_kid(n, 1) && !const_whole(r->e, node_kid(n, 1), NULL, "the number of rows", 1, &count)))
        return false;
    if (count > MOST_ROWS) {
        elab_fault(r->e, node_kid(n, 1)->span, "E0521", NULL,
                   "%llu rows are inserted at once, %d are the most", (unsigned long long)count, MOST_ROWS);
        return false;
    }
    struct ir_target *target = arena_new(r->e->arena, struct ir_target);
    *target = op->targets[0];
    op->targets = target;
    complete_row(r, op);
    if (unproven || target->table->per_key_hi)
        return true;
    if (r->e->writes.count < MOST_STATEMENTS)         /* else it is one too many, which is reported */
        take_fresh_keys(r, target, count);
    return take_registers(r, n, op);
}

bool query_read_delete(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    return query_read_one(r, n, true, op) && (!is_of_one_row(r, op) || take_registers(r, n, op));
}
