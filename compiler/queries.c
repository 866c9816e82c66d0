/* queries.c - keys, selectors, statements. */
#include "config.h"

#include <string.h>

#include "compiler/elab.h"
#include "data/data.h"
#include "data/gen.h"

VEC_TYPE(targets, struct ir_target);
VEC_TYPE(ops, struct ir_op);

struct reader {                                       /* of one query */
    struct elab *e;
    struct ir_query *query;
    const struct node *node;
    struct map keys;                                  /* by key space: 1 + its place */
    const struct node *slice;                         /* of the get that is read; NULL: it has none */
    bool several;                                     /* selectors it has */
    struct ir_key *all_keys;                          /* the query's, with room for those of inserts */
    bool *key_used;
    bool unsure;                                      /* a key is a mistake that has been reported: which
                                                         tables it reads is not known */
};

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

static const char *hint_for_key(const struct reader *r, const char *name)
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

static bool read_keys(struct reader *r)
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

static bool read_places(struct reader *r, const struct node *places, const struct ir_family *f,
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

/* The columns asked for, in table order, keys first. */
static bool read_columns(struct reader *r, const struct node *names, const struct table *t,
                         struct ir_target *out)
{
    uint32_t *columns = arena_array(r->e->arena, uint32_t, t->ncolumns);
    bool *asked = arena_array(r->e->arena, bool, t->ncolumns);
    for (size_t i = 0; names && i < names->kids.count; i++) {
        const struct node *n = names->kids.items[i];
        struct nearest near = {0};
        uint32_t at = 0;
        for (; at < t->ncolumns && strcmp(t->columns[at].name, n->text); at++)
            nearest_try(&near, n->text, t->columns[at].name);
        if (at == t->ncolumns) {
            elab_unknown(r->e, n->span, n->text, "E0207",
                         near.name ? arena_printf(r->e->arena, "did you mean '%s'?", near.name) : NULL,
                         "table '%s' has no column '%s'", t->family, n->text);
            return false;
        }
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
static bool find_key(struct reader *r, const struct node *n, const struct table *t, bool keyed,
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
static bool read_selector(struct reader *r, const struct node *n, bool keyed, struct targets *out)
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
    struct reader at = *r;
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

static bool read_statements(struct reader *, const struct node *, size_t from, struct ops *, bool inside);

static bool find_column(struct reader *r, const struct node *n, const struct table *t, uint32_t *out)
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

static bool read_get(struct reader *r, const struct node *n, struct ir_op *op)
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

static bool read_one(struct reader *r, const struct node *n, bool keyed, struct ir_op *op)
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

static bool read_where(struct reader *r, const struct node *n, struct ir_op *op)
{
    if (!n)
        return true;
    op->where = elab_expr(r->e, n, NULL, op->targets[0].table, false);
    if (op->where && op->where->kind != EXPR_IS_BOOL)
        elab_fault(r->e, n->span, "E0510", "such as `where score > 10`", "'where' needs a comparison");
    return op->where && op->where->kind == EXPR_IS_BOOL;
}

static bool read_limit(struct reader *r, const struct node *n, struct ir_op *op)
{
    return !n || const_whole(r->e, n, NULL, "limit", 1, &op->limit);
}

/* What a statement writes stands behind the query's keys: for each key of it the values, then the version. */
static bool take_registers(struct reader *r, const struct node *n, struct ir_op *op)
{
    uint32_t nkeys = r->query->nkeys ? r->query->keys[op->targets[0].key].count : 0;
    op->first = r->query->nregisters;
    r->query->nregisters += nkeys * (op->nsets + 1);
    return elab_write(r->e, n->span, op->targets[0].table, op);
}

static bool read_set(struct reader *r, const struct node *a, const struct table *t, struct column_set *s)
{
    const struct node *kids[3] = {NULL, node_kid(a, 0), NULL};
    struct node shape = *a;                           /* as a column would say it: TYPE; source */
    struct column c = {0};
    if (!find_column(r, a, t, &s->column))
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

/* From the assigns on. counts: one of them is computed from the row's own columns. */
static bool read_sets(struct reader *r, const struct node *n, size_t from, struct ir_op *op, bool *counts)
{
    const struct table *t = op->targets[0].table;
    struct column_set *sets = arena_array(r->e->arena, struct column_set, t->ncolumns + n->kids.count);
    bool ok = true;
    *counts = false;
    for (size_t i = from; i < n->kids.count; i++) {
        struct column_set *s = &sets[op->nsets++];
        ok = read_set(r, n->kids.items[i], t, s) && ok;
        *counts |= s->expr && expr_names_columns(s->expr);
    }
    op->sets = sets;
    return ok;
}

static bool read_update(struct reader *r, const struct node *n, struct ir_op *op)
{
    bool counts;
    return read_one(r, n, true, op) && read_sets(r, n, 1, op, &counts) && (counts || take_registers(r, n, op));
}

/* A row of a table that a key has one of: else it is not known which row is meant. */
static bool is_of_one_row(const struct reader *r, const struct ir_op *op)
{
    const struct table *t = op->targets[0].table;
    return keyspace_width(r->query->keys[op->targets[0].key].keyspace) == t->nkeys;
}

/* Columns that are not set get what their own sources make. */
static void complete_row(struct reader *r, struct ir_op *op)
{
    const struct table *t = op->targets[0].table;
    struct column_set *sets = arena_array(r->e->arena, struct column_set, t->ncolumns);
    uint32_t n = 0;
    for (uint32_t column = t->nkeys; column < t->ncolumns; column++) {
        const struct column *c = &t->columns[column];
        struct column_set *s = &sets[n++];
        *s = (struct column_set){column, c->source == COLUMN_COMPUTED ? c->expr : NULL, c->gen, c->null_share};
        for (uint32_t i = 0; i < op->nsets; i++)
            if (op->sets[i].column == column)
                *s = op->sets[i];
        if (!s->expr)
            gen_prepare(&s->gen);
    }
    op->sets = sets;
    op->nsets = n;
}

static bool read_put(struct reader *r, const struct node *n, struct ir_op *op)
{
    bool counts;
    if (!read_one(r, n, true, op) || !read_sets(r, n, 1, op, &counts))
        return false;
    complete_row(r, op);
    return counts || !is_of_one_row(r, op) || take_registers(r, n, op);
}

/* The keys of the rows that a statement inserts: registers of their own. */
static void take_fresh_keys(struct reader *r, struct ir_target *target, uint64_t count)
{
    const struct keyspace *space = target->table->keyspace;
    target->key = r->query->nkeys;
    r->key_used[r->query->nkeys] = true;
    r->all_keys[r->query->nkeys++] = (struct ir_key){space, (uint32_t)count, r->query->nregisters, true};
    r->query->nregisters += (uint32_t)count * keyspace_width(space);
}

enum { MOST_ROWS = 10000 };

static bool read_insert(struct reader *r, const struct node *n, struct ir_op *op)
{
    uint64_t count = 1;
    bool counts;
    if (!read_one(r, n, false, op) || !read_sets(r, n, 2, op, &counts) ||
        (node_kid(n, 1) && !const_whole(r->e, node_kid(n, 1), NULL, "the number of rows", 1, &count)))
        return false;
    if (count > MOST_ROWS) {
        elab_fault(r->e, node_kid(n, 1)->span, "E0521", NULL, "%llu rows are inserted at once, %d are the most",
                   (unsigned long long)count, MOST_ROWS);
        return false;
    }
    struct ir_target *target = arena_new(r->e->arena, struct ir_target);
    *target = op->targets[0];
    op->targets = target;
    complete_row(r, op);
    if (counts || target->table->per_key_hi)
        return true;
    if (r->e->writes.count < MOST_STATEMENTS)         /* else it is one too many, which is reported */
        take_fresh_keys(r, target, count);
    return take_registers(r, n, op);
}

static bool read_delete(struct reader *r, const struct node *n, struct ir_op *op)
{
    return read_one(r, n, true, op) && (!is_of_one_row(r, op) || take_registers(r, n, op));
}

static bool read_scan(struct reader *r, const struct node *n, struct ir_op *op)
{
    if (!read_one(r, n, false, op))
        return false;
    const struct node *orders = node_kid(n, 2);
    struct ir_order *order = arena_array(r->e->arena, struct ir_order, orders ? orders->kids.count : 0);
    for (size_t i = 0; orders && i < orders->kids.count; i++) {
        order[i].descending = node_kid(orders->kids.items[i], 0) != NULL;
        if (!find_column(r, orders->kids.items[i], op->targets[0].table, &order[i].column))
            return false;
        op->norder++;
    }
    op->order = order;
    return read_where(r, node_kid(n, 1), op) && read_limit(r, node_kid(n, 3), op);
}

static bool read_range(struct reader *r, const struct node *n, struct ir_op *op)
{
    return read_one(r, n, true, op) && read_limit(r, node_kid(n, 1), op);
}

static bool read_fold(struct reader *r, const struct node *n, const struct table *t, struct ir_fold_of *out)
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
    if (!find_column(r, node_kid(n, 0), t, &out->column))
        return false;
    if (at <= FOLD_AVG && type_class(t->columns[out->column].type) == CLASS_BYTES) {
        elab_fault(r->e, n->span, "E0513", NULL, "'%s' needs numbers", n->text);
        return false;
    }
    return true;
}

static bool read_aggregate(struct reader *r, const struct node *n, struct ir_op *op)
{
    if (!read_one(r, n, false, op))
        return false;
    const struct table *t = op->targets[0].table;
    const struct node *folds = node_kid(n, 1), *groups = node_kid(n, 3);
    struct ir_fold_of *list = arena_array(r->e->arena, struct ir_fold_of, folds->kids.count);
    uint32_t *group = arena_array(r->e->arena, uint32_t, groups ? groups->kids.count : 0);
    for (size_t i = 0; i < folds->kids.count; i++)
        if (!read_fold(r, folds->kids.items[i], t, &list[i]))
            return false;
    for (size_t i = 0; groups && i < groups->kids.count; i++)
        if (!find_column(r, groups->kids.items[i], t, &group[i]))
            return false;
    op->folds = list;
    op->nfolds = (uint32_t)folds->kids.count;
    op->group = group;
    op->ngroup = groups ? (uint32_t)groups->kids.count : 0;
    return read_where(r, node_kid(n, 2), op);
}

static bool read_transaction(struct reader *r, const struct node *n, struct ir_op *op)
{
    struct ops body = {0};
    bool ok = read_statements(r, n, 0, &body, true);
    op->body = body.items;
    op->nbody = (uint32_t)body.count;
    return ok;
}

static const struct { enum node_kind node; enum ir_op_kind kind; bool (*read)(struct reader *, const struct node *, struct ir_op *); } rows[] = {
    {N_GET, IR_GET, read_get},                   {N_INSERT, IR_INSERT, read_insert},
    {N_PUT, IR_PUT, read_put},                   {N_UPDATE, IR_UPDATE, read_update},
    {N_DELETE, IR_DELETE, read_delete},
    {N_SCAN, IR_SCAN, read_scan},                {N_RANGE_READ, IR_RANGE, read_range},
    {N_AGGREGATE, IR_AGGREGATE, read_aggregate}, {N_TRANSACTION, IR_TRANSACTION, read_transaction},
};

static bool read_statements(struct reader *r, const struct node *n, size_t from, struct ops *out, bool inside)
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
    struct reader r = {.e = e, .query = q, .node = n};
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
