/* queries.c - keys, selectors, statements that read. */
#include "config.h"

#include <string.h>

#include "compiler/queries_parts.h"
#include "data/data.h"

VEC_TYPE(ops, struct ir_op);
VEC_TYPE(targets, struct ir_target);

/* ---- keys ---- */

/* The entity whose key column has this name; NULL: none, or several. */
static const struct keyspace *entity_with(const struct elab *e, const char *column)
{
    const struct keyspace *found = NULL;
    for (size_t i = 0; i < e->keyspaces.capacity; i++) {
        const struct keyspace *k = e->keyspaces.slots[i].key ? e->keyspaces.slots[i].value : NULL;
        if (!k || !map_find(&e->entities, k->name) || !k->key.name || strcmp(k->key.name, column) != 0)
            continue;
        if (found)
            return NULL;
        found = k;
    }
    return found;
}

static const char *hint_for_key(const struct query_reader *r, const char *name)
{
    const struct declared *table = map_find(&r->e->tables, name);
    const struct node *of = table ? node_kid(table->node, 1) : NULL;
    const struct keyspace *k = entity_with(r->e, name);
    if (of && map_find(&r->e->keyspaces, of->text))
        return arena_printf(r->e->arena, "table '%s' is read by its entity: write %s(%s)", name, r->query->name,
                            of->text);
    return k ? arena_printf(r->e->arena, "write %s(%s)", r->query->name, k->name)
             : elab_nearest(r->e, &r->e->keyspaces, name);
}

static bool read_keys(struct query_reader *r)
{
    const struct node *list = node_kid(r->node, 0);
    struct ir_key *keys = arena_array(r->e->arena, struct ir_key, list->kids.count + MOST_STATEMENTS);
    bool ok = true;
    r->all_keys = keys;
    r->key_used = arena_array(r->e->arena, bool, list->kids.count + MOST_STATEMENTS);
    for (size_t i = 0; i < list->kids.count; i++) {
        const struct node *n = list->kids.items[i];
        struct keyspace *k = map_find(&r->e->keyspaces, n->text);
        uint64_t count = 1;
        if (!k) {
            elab_unknown(r->e, n->span, n->text, "E0501", hint_for_key(r, n->text),
                         "unknown key '%s': a query's keys are entities, or tables with a key of their own",
                         n->text);
            ok = false;
            continue;
        }
        if (map_add(r->e->arena, &r->keys, n->text, (void *)(i + 1))) {
            elab_fault(r->e, n->span, "E0502",
                       arena_printf(r->e->arena, "several keys are written %s[2]", n->text),
                       "key '%s' is listed twice", n->text);
            ok = false;
        }
        ok = (!node_kid(n, 0) || const_whole(r->e, node_kid(n, 0), NULL, "the number of keys", 1, &count)) &&
             ok;
        if ((k->count && count > k->count) || count > 100000) {   /* a count of 0 is a mistake that has been
                                                                     reported */
            elab_fault(r->e, n->span, "E0503", NULL, "%llu different keys are asked for, '%s' has %llu",
                       (unsigned long long)count, n->text, (unsigned long long)k->count);
            ok = false;
        }
        struct declared *d = map_find(&r->e->entities, n->text);
        if (d)
            d->used = true;
        keys[i] = (struct ir_key){k, (uint32_t)count, r->query->nregisters};
        r->query->nregisters += (uint32_t)count * keyspace_width(k);
    }
    r->query->keys = keys;
    r->query->nkeys = (uint32_t)list->kids.count;
    return ok;
}

/* ---- selectors ---- */

/* Where the label at place i of a family's tables matches what stands in the brackets. */
static bool matches(const struct table *t, const struct node *places, const char *const *wanted)
{
    for (size_t i = 0; places && i < places->kids.count; i++)
        if (wanted[i] && strcmp(t->labels[i], wanted[i]))
            return false;
    return true;
}

static bool read_places(struct query_reader *r, const struct node *places, const struct ir_family *f,
                        const char **wanted)
{
    uint32_t labels = f->ntables ? f->tables[0].nlabels : 0;
    bool star = places && places->kids.count == 1 && places->kids.items[0]->kind == N_ALL;
    if (!places && labels) {
        elab_fault(r->e, r->node->span, "E0504",
                   arena_printf(r->e->arena, "write %s[*] for all of them", f->name),
                   "'%s' is a family of %u tables", f->name, f->ntables);
        return false;
    }
    if (star)
        return true;
    if (places && places->kids.count != labels) {
        elab_fault(r->e, places->span, "E0505", arena_printf(r->e->arena, "%s[*] means all", f->name),
                   "'%s' has %u indexes, %u are given", f->name, labels, places->kids.count);
        return false;
    }
    for (size_t i = 0; places && i < places->kids.count; i++) {
        const struct node *p = places->kids.items[i];
        if (p->kind == N_ALL)
            continue;
        struct constant c = const_eval(r->e, p, NULL);
        if (c.kind == CONST_NONE)
            return false;
        wanted[i] = const_text(r->e, &c);
    }
    return true;
}

bool query_find_column(struct query_reader *r, const struct node *n, const struct table *t, uint32_t *out)
{
    struct nearest near = {0};
    for (*out = 0; *out < t->ncolumns; nearest_try(&near, n->text, t->columns[(*out)++].name))
        if (!strcmp(t->columns[*out].name, n->text))
            return true;
    elab_unknown(r->e, n->span, n->text, "E0207",
                 near.name ? arena_printf(r->e->arena, "did you mean '%s'?", near.name) : NULL,
                 "table '%s' has no column '%s'", t->family, n->text);
    return false;
}

/* The columns asked for, in table order, keys first. */
static bool read_columns(struct query_reader *r, const struct node *names, const struct table *t,
                         struct ir_target *out)
{
    uint32_t *columns = arena_array(r->e->arena, uint32_t, t->ncolumns);
    bool *asked = arena_array(r->e->arena, bool, t->ncolumns);
    for (size_t i = 0; names && i < names->kids.count; i++) {
        uint32_t at;
        if (!query_find_column(r, names->kids.items[i], t, &at))
            return false;
        asked[at] = true;
    }
    out->columns = columns;
    for (uint32_t i = 0; i < t->ncolumns; i++)
        if (!names || asked[i] || i < t->nkeys)
            columns[out->ncolumns++] = i;
    return true;
}

/* By the whole key of a row where the query brings it along, else by that of its entity or parent; rows of a
 * key in their order the other way. */
static bool find_key(struct query_reader *r, const struct node *n, const struct table *t, bool keyed,
                     struct ir_target *out)
{
    size_t whole = t->nkeys > 1 ? (size_t)map_find(&r->keys, t->name) : 0,
           entity = (size_t)map_find(&r->keys, t->keyspace->name);
    size_t place = r->slice ? (entity ? entity : whole) : whole ? whole : entity;
    if (place) {
        out->key = (uint32_t)place - 1;
        r->key_used[place - 1] = true;
        return true;
    }
    if (!keyed || r->unsure)
        return true;
    elab_fault(r->e, n->span, "E0506",
               arena_printf(r->e->arena, r->query->nkeys ? "write %s(…, %s)" : "write %s(%s)", r->query->name,
                            t->keyspace->name),
               "table '%s' is read by '%s', which is not among the query's keys", t->name, t->keyspace->name);
    return false;
}

/* All tables of a selector. keyed: each is read by a key of the query. */
static bool read_selector(struct query_reader *r, const struct node *n, bool keyed, struct targets *out)
{
    struct ir_family *f = map_find(&r->e->families, n->text);
    struct declared *d = map_find(&r->e->tables, n->text);
    const char *wanted[8] = {0};
    uint32_t found = 0;
    if (!f) {
        elab_unknown(r->e, n->span, n->text, "E0507", elab_nearest(r->e, &r->e->tables, n->text),
                     "unknown table '%s'", n->text);
        return false;
    }
    d->used = true;
    struct query_reader at = *r;
    at.node = n;
    if (!f->ntables || !read_places(&at, node_kid(n, 0), f, wanted))
        return false;
    for (uint32_t i = 0; i < f->ntables; i++) {
        struct ir_target target = {.table = &f->tables[i]};
        if (!matches(&f->tables[i], node_kid(n, 0), wanted))
            continue;
        found++;
        if (!find_key(r, n, &f->tables[i], keyed, &target) ||
            !read_columns(r, node_kid(n, 1), &f->tables[i], &target))
            return false;
        if (r->slice && !r->unsure && !(target.slice = elab_slice(r->e, r->slice, r->query, &target,
                                                                        r->several)))
            return false;
        vec_push(r->e->arena, out, target);
    }
    if (!found)
        elab_fault(r->e, n->span, "E0508", NULL, "no table of '%s' is meant by this", n->text);
    return found > 0;
}

/* ---- statements ---- */

static bool read_statements(struct query_reader *, const struct node *, size_t from, struct ops *,
                            bool inside);

static bool read_get(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    struct targets targets = {0};
    size_t count = n->kids.count;
    bool ok = true;
    r->slice = count && n->kids.items[count - 1]->kind == N_SLICE ? n->kids.items[--count] : NULL;
    r->several = count > 1;
    for (size_t i = 0; i < count; i++)
        ok = read_selector(r, n->kids.items[i], true, &targets) && ok;
    r->slice = NULL;
    op->targets = targets.items;
    op->ntargets = (uint32_t)targets.count;
    return ok;
}

bool query_read_one(struct query_reader *r, const struct node *n, bool keyed, struct ir_op *op)
{
    struct targets targets = {0};
    if (!read_selector(r, node_kid(n, 0), keyed, &targets))
        return false;
    op->targets = targets.items;
    op->ntargets = (uint32_t)targets.count;
    if (targets.count == 1)
        return true;
    elab_fault(r->e, node_kid(n, 0)->span, "E0509", "name one of them: F[a, b]", "'%s' works on one table",
               ir_op_name(op->kind));
    return false;
}

static bool read_where(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    if (!n)
        return true;
    op->where = elab_expr(r->e, n, NULL, op->targets[0].table, false);
    if (op->where && op->where->kind != EXPR_IS_BOOL)
        elab_fault(r->e, n->span, "E0510", "such as `where score > 10`", "'where' needs a comparison");
    return op->where && op->where->kind == EXPR_IS_BOOL;
}

static bool read_limit(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    return !n || const_whole(r->e, n, NULL, "limit", 1, &op->limit);
}

static bool read_scan(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    if (!query_read_one(r, n, false, op))
        return false;
    const struct node *orders = node_kid(n, 2);
    struct ir_order *order = arena_array(r->e->arena, struct ir_order, orders ? orders->kids.count : 0);
    for (size_t i = 0; orders && i < orders->kids.count; i++) {
        order[i].descending = node_kid(orders->kids.items[i], 0) != NULL;
        if (!query_find_column(r, orders->kids.items[i], op->targets[0].table, &order[i].column))
            return false;
        op->norder++;
    }
    op->order = order;
    return read_where(r, node_kid(n, 1), op) && read_limit(r, node_kid(n, 3), op);
}

static bool read_range(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    return query_read_one(r, n, true, op) && read_limit(r, node_kid(n, 1), op);
}

static bool read_fold(struct query_reader *r, const struct node *n, const struct table *t, struct ir_fold_of *out)
{
    static const char *const names[] = {"count", "sum", "avg", "min", "max"};
    int at = 0;
    while (at < 5 && strcmp(names[at], n->text))
        at++;
    if (at == 5 || (at > FOLD_COUNT) != (node_kid(n, 0) != NULL)) {
        elab_fault(r->e, n->span, "E0512", "there are count sum(c) avg(c) min(c) max(c)",
                   "unknown aggregate '%s'", n->text);
        return false;
    }
    out->fold = (enum ir_fold)at;
    if (at == FOLD_COUNT)
        return true;
    if (!query_find_column(r, node_kid(n, 0), t, &out->column))
        return false;
    if (at <= FOLD_AVG && type_class(t->columns[out->column].type) == CLASS_BYTES) {
        elab_fault(r->e, n->span, "E0513", NULL, "'%s' needs numbers", n->text);
        return false;
    }
    return true;
}

static bool read_aggregate(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    if (!query_read_one(r, n, false, op))
        return false;
    const struct table *t = op->targets[0].table;
    const struct node *folds = node_kid(n, 1), *groups = node_kid(n, 3);
    struct ir_fold_of *list = arena_array(r->e->arena, struct ir_fold_of, folds->kids.count);
    uint32_t *group = arena_array(r->e->arena, uint32_t, groups ? groups->kids.count : 0);
    for (size_t i = 0; i < folds->kids.count; i++)
        if (!read_fold(r, folds->kids.items[i], t, &list[i]))
            return false;
    for (size_t i = 0; groups && i < groups->kids.count; i++)
        if (!query_find_column(r, groups->kids.items[i], t, &group[i]))
            return false;
    op->folds = list;
    op->nfolds = (uint32_t)folds->kids.count;
    op->group = group;
    op->ngroup = groups ? (uint32_t)groups->kids.count : 0;
    return read_where(r, node_kid(n, 2), op);
}

static bool read_transaction(struct query_reader *r, const struct node *n, struct ir_op *op)
{
    struct ops body = {0};
    bool ok = read_statements(r, n, 0, &body, true);
    op->body = body.items;
    op->nbody = (uint32_t)body.count;
    return ok;
}

static const struct {
    enum node_kind node;
    enum ir_op_kind kind;
    bool (*read)(struct query_reader *, const struct node *, struct ir_op *);
} rows[] = {
    {N_GET, IR_GET, read_get},                   {N_INSERT, IR_INSERT, query_read_insert},
    {N_PUT, IR_PUT, query_read_put},                   {N_UPDATE, IR_UPDATE, query_read_update},
    {N_DELETE, IR_DELETE, query_read_delete},
    {N_SCAN, IR_SCAN, read_scan},                {N_RANGE_READ, IR_RANGE, read_range},
    {N_AGGREGATE, IR_AGGREGATE, read_aggregate}, {N_TRANSACTION, IR_TRANSACTION, read_transaction},
};

static bool read_statements(struct query_reader *r, const struct node *n, size_t from, struct ops *out,
                            bool inside)
{
    bool ok = true;
    for (size_t i = from; i < n->kids.count; i++) {
        const struct node *kid = n->kids.items[i];
        size_t k = 0;
        while (rows[k].node != kid->kind)
            k++;
        struct ir_op op = {.kind = rows[k].kind, .span = kid->span};
        if (inside && op.kind == IR_TRANSACTION) {
            elab_fault(r->e, kid->span, "E0514", NULL, "a transaction inside of a transaction");
            ok = false;
            continue;
        }
        ok = rows[k].read(r, kid, &op) && ok;
        vec_push(r->e->arena, out, op);
    }
    return ok;
}

static void read_query(struct elab *e, const struct node *n, struct ir_query *q)
{
    struct query_reader r = {.e = e, .query = q, .node = n};
    struct ops ops = {0};
    *q = (struct ir_query){.name = n->text, .span = n->span};
    bool ok = read_keys(&r);
    const struct node *body = node_kid(n, 1);
    if (!body->kids.count && !n->broken) {
        elab_fault(e, n->span, "E0515", "such as `get TABLE`", "query '%s' asks for nothing", n->text);
        ok = false;
    }
    r.unsure = !ok;
    ok = read_statements(&r, body, 0, &ops, false) && ok;
    q->ops = ops.items;
    q->nops = (uint32_t)ops.count;
    for (uint32_t i = 0; ok && i < q->nkeys; i++)
        if (!q->keys[i].fresh && !r.key_used[i] && !n->broken)
            elab_warn(e, node_kid(n, 0)->kids.items[i]->span, "W0516", NULL,
                      "key '%s' of query '%s' is not used", q->keys[i].keyspace->name, q->name);
    map_add(e->arena, &e->run_queries, q->name, q);
}

void elab_queries(struct elab *e)
{
    uint32_t n = 0;
    for (size_t i = 0; i < e->root->kids.count; i++)
        n += e->root->kids.items[i]->kind == N_QUERY;
    struct ir_query *queries = arena_array(e->arena, struct ir_query, n);
    for (size_t i = 0; i < e->root->kids.count; i++)
        if (e->root->kids.items[i]->kind == N_QUERY)
            read_query(e, e->root->kids.items[i], &queries[e->ir->nqueries++]);
    e->ir->queries = queries;
}
