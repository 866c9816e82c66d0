/* slices.c - which rows of a key a `get` asks for: conditions on the sort columns, and the first or last of
 * them. */
#include "config.h"

#include <string.h>

#include "compiler/elab.h"
#include "data/data.h"
#include "data/expr.h"
#include "data/gen.h"

struct reader {                                       /* of one table's slice */
    struct elab *e;
    const struct table *table;
    uint32_t bound;                                   /* key columns that the key gives; the sort columns
                                                         stand behind them */
    struct scope now;
    struct ir_bound *bounds;
    uint32_t nbounds;
};

/* ---- now ---- */

/* The latest moment that a column can hold by what makes its values, in microseconds. */
static bool latest_of(const struct column *c, uint64_t rows, wkl_i128 *out)
{
    struct expr_ends ends;
    struct gen_bounds g;
    bool date = c->type.kind == TYPE_DATE, choice = c->source != COLUMN_COMPUTED && c->gen.kind == GEN_CHOICE;
    if (!date && c->type.kind != TYPE_TIMESTAMP)
        return false;
    if (c->source == COLUMN_COMPUTED) {
        if (!expr_bounds(c->expr, c->type, rows, &ends))
            return false;
        *out = ends.hi;
    } else {
        if (choice || !gen_bounds(&c->gen, c->type, rows, &g))
            return false;
        *out = (wkl_i128)g.hi;
    }
    *out *= date ? INT64_C(86400000000) : 1;
    return true;
}

/* A constant of the workload, never the clock: so that a condition takes the same rows whenever it is run. */
static struct constant latest_moment(const struct ir *ir, struct span span)
{
    wkl_i128 most = 0, at;
    bool found = false;
    for (uint32_t t = 0; t < ir->ntables; t++)
        for (uint32_t c = 0; c < ir->tables[t].ncolumns; c++)
            if (latest_of(data_made(&ir->tables[t], c), ir->tables[t].rows, &at) && (!found || at > most)) {
                most = at;
                found = true;
            }
    struct constant c = {.kind = found ? CONST_TIMESTAMP : CONST_NONE, .span = span};
    c.q.exact = (struct exact){most, 0};
    c.q.value = (double)most;
    c.q.known = true;
    return c;
}

/* ---- where ---- */

static const char *sort_columns(const struct reader *r)
{
    struct buf b = {0};
    for (uint32_t i = r->bound; i < r->table->nkeys; i++)
        buf_printf(&b, "%s%s", i > r->bound ? ", " : "", r->table->columns[i].name);
    const char *text = arena_strdup(r->e->arena, buf_text(&b));
    buf_release(&b);
    return text;
}

static bool is_sort_column(const struct reader *r, const struct node *n, uint32_t *out)
{
    for (*out = r->bound; n && n->kind == N_NAME && *out < r->table->nkeys; ++*out)
        if (!strcmp(r->table->columns[*out].name, n->text))
            return true;
    return false;
}

static uint32_t find_column(const struct table *t, const struct node *n) /* t->ncolumns: it is none */
{
    uint32_t i = 0;
    while (i < t->ncolumns && (n->kind != N_NAME || strcmp(t->columns[i].name, n->text) != 0))
        i++;
    return i;
}

/* "where id == user": what the query's key says already. */
static bool names_key(const struct reader *r, const struct node *n)
{
    return n->kind == N_NAME && (find_column(r->table, n) < r->bound || map_find(&r->e->keyspaces, n->text));
}

static bool not_sorted_by(const struct reader *r, const struct node *n, bool key)
{
    bool column = find_column(r->table, n) < r->table->ncolumns;
    const char *hint = arena_printf(r->e->arena, "its sort columns: %s%s", sort_columns(r),
                                    column ? "; a filter on others is a scan" : "");
    struct nearest near = {0};
    for (uint32_t i = r->bound; !column && i < r->table->nkeys; i++)
        nearest_try(&near, n->text, r->table->columns[i].name);
    if (near.name)
        hint = arena_printf(r->e->arena, "did you mean '%s'?", near.name);
    elab_fault(r->e, n->span, "E0518", key ? "leave it out: only rows of the query's key are read" : hint,
               "'%s' is not a sort column of '%s'", n->text, r->table->family);
    return false;
}

static enum compare compare_of(const char *text, bool flipped)
{
    static const char *const texts[] = {"<", "<=", "==", "!=", ">=", ">"};
    uint32_t i = 0;
    while (i < COMPARE_GT && strcmp(texts[i], text))
        i++;
    return (enum compare)(flipped ? COMPARE_GT - i : i);
}

static bool bad_condition(const struct reader *r, const struct node *n)
{
    elab_fault(r->e, n->span, "E0518",
               arena_printf(r->e->arena, "such as `where %s >= …`, several joined by `and`",
                            r->table->columns[r->bound].name),
               "'where' of a get compares sort columns with constants");
    return false;
}

static bool read_comparison(struct reader *r, const struct node *n)
{
    uint32_t left, right;
    const struct node *a = node_kid(n, 0), *b = node_kid(n, 1);
    bool is_left = is_sort_column(r, a, &left), is_right = !is_left && is_sort_column(r, b, &right);
    const struct node *other = is_left ? b : a, *name = a->kind == N_NAME ? a : b;
    if (!is_left && !is_right)
        return name->kind == N_NAME ? not_sorted_by(r, name, names_key(r, a) || names_key(r, b))
                                    : bad_condition(r, n);
    struct ir_bound *out = &r->bounds[r->nbounds++];
    out->column = is_left ? left : right;
    out->compare = compare_of(n->text, !is_left);
    if (out->compare == COMPARE_NE)
        return bad_condition(r, n);
    if (find_column(r->table, other) < r->table->ncolumns)
        return not_sorted_by(r, other, false);
    return elab_value(r->e, other, r->now.value->kind == CONST_NONE ? NULL : &r->now,
                      r->table->columns[out->column].type, &out->value);
}

static uint32_t count_nodes(const struct node *n)
{
    uint32_t sum = 1;
    for (size_t i = 0; n && i < n->kids.count; i++)
        sum += count_nodes(n->kids.items[i]);
    return sum;
}

static bool read_where(struct reader *r, const struct node *n)
{
    if (n->kind == N_BINARY && !strcmp(n->text, "and"))
        return read_where(r, node_kid(n, 0)) && read_where(r, node_kid(n, 1));
    if (n->kind == N_BINARY && strspn(n->text, "<>=!") == strlen(n->text))
        return read_comparison(r, n);
    return bad_condition(r, n);
}

/* ---- first, last ---- */

/* All databases sort by them alike: text forms of wide decimals, and JSON, they do not. */
static bool check_sorted(struct reader *r, const struct node *n)
{
    for (uint32_t i = r->bound; i < r->table->nkeys; i++) {
        struct type t = r->table->columns[i].type;
        if (t.kind != TYPE_JSON && (t.kind != TYPE_DECIMAL || type_decimal_fits_double(t)))
            continue;
        elab_fault(r->e, n->span, "E0517", t.kind == TYPE_JSON ? NULL : "a decimal of up to 15 digits",
                   "databases do not sort by '%s' alike", r->table->columns[i].name);
        return false;
    }
    return true;
}

/* The first name in a condition that is a column beside the key; NULL: there is none. */
static const char *filtered(const struct table *t, const struct node *n)
{
    uint32_t at = n ? find_column(t, n) : t->ncolumns;
    const char *found = at >= t->nkeys && at < t->ncolumns ? n->text : NULL;
    for (size_t i = 0; n && !found && i < n->kids.count; i++)
        found = filtered(t, n->kids.items[i]);
    return found;
}

/* What to write instead, where a key of the table has one row. */
static const char *without_sort_columns(struct reader *r, const struct node *n, const struct ir_query *q,
                                        bool several)
{
    const struct table *t = r->table;
    const char *filter = filtered(t, node_kid(n, 0));
    if (several)
        return arena_printf(r->e->arena, "'%s' is for all tables of its get: read '%s' in a get of its own",
                            n->text ? n->text : "where", t->family);
    if (!t->keyspace->own && t->nkeys > data_inherited(t))
        return arena_printf(r->e->arena, "write %s(%s)", q->name, t->keyspace->name);
    if (filter)
        return arena_printf(r->e->arena, "a filter on '%s' is a scan: scan %s where …", filter, t->family);
    if (node_kid(n, 0))
        return "leave 'where' out: the row of the query's key is read";
    return arena_printf(r->e->arena, "such as `key (%s, at)  per_key 1..20`, where `at` is a column",
                        t->keyspace->own ? "card" : t->keyspace->name);
}

static bool has_sort_columns(struct reader *r, const struct node *n, const struct ir_query *q, bool several)
{
    const struct table *t = r->table;
    if (r->bound < t->nkeys)
        return true;
    bool whole = !t->keyspace->own && t->nkeys > data_inherited(t);
    elab_fault(r->e, n->span, "E0517", without_sort_columns(r, n, q, several),
               whole ? "'%s' is read by its whole key here, which has one row"
                     : "'%s' has no sort columns: a key has one row",
               t->family);
    return false;
}

const struct ir_slice *elab_slice(struct elab *e, const struct node *n, const struct ir_query *q,
                                  const struct ir_target *target, bool several)
{
    const struct node *where = node_kid(n, 0), *count = node_kid(n, 1);
    struct constant now = e->has_now ? e->now : (e->now = latest_moment(e->ir, n->span));
    struct reader r = {
        .e = e, .table = target->table, .bound = keyspace_width(q->keys[target->key].keyspace)};
    struct ir_slice *out = arena_new(e->arena, struct ir_slice);
    e->has_now = true;
    r.now = (struct scope){"now", &now, NULL};
    if (map_find(&e->params, "now"))                  /* a workload may say when it is */
        now.kind = CONST_NONE;
    r.bounds = arena_array(e->arena, struct ir_bound, where ? count_nodes(where) : 0);
    if (!has_sort_columns(&r, n, q, several) || !check_sorted(&r, n) || (where && !read_where(&r, where)))
        return NULL;
    if (count && !const_whole(e, count, NULL, n->text, 1, &out->limit))
        return NULL;
    out->bounds = r.bounds;
    out->nbounds = r.nbounds;
    out->backward = n->text && !strcmp(n->text, "last");
    return out;
}
