/* schema.c - types, entities, and tables: a family becomes one table for each combination of its indexes. */
#include "config.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "compiler/elab.h"
#include "data/data.h"
#include "data/distinct.h"

/* ---- types ---- */

static const struct { const char *name; enum type_kind kind; uint32_t least, most; const char *usage; } builtin[] = {
    {"bool", TYPE_BOOL, 0, 0, "bool"},
    {"int", TYPE_INT, 0, 0, "int"},
    {"bigint", TYPE_BIGINT, 0, 0, "bigint"},
    {"float", TYPE_FLOAT, 0, 0, "float"},
    {"double", TYPE_DOUBLE, 0, 0, "double"},
    {"decimal", TYPE_DECIMAL, 2, 2, "decimal(9, 6)"},
    {"char", TYPE_CHAR, 1, 1, "char(64)"},
    {"string", TYPE_STRING, 0, 1, "string or string(100)"},
    {"bytes", TYPE_BYTES, 1, 1, "bytes(16)"},
    {"uuid", TYPE_UUID, 0, 0, "uuid"},
    {"date", TYPE_DATE, 0, 0, "date"},
    {"timestamp", TYPE_TIMESTAMP, 0, 0, "timestamp"},
    {"json", TYPE_JSON, 0, 0, "json"},
};
enum { BUILTIN = sizeof builtin / sizeof *builtin, ALIAS_DEPTH = 100 };
static const uint64_t LONGEST = 1 << 20;

static bool type_arguments(struct elab *e, const struct node *n, int b, struct type *out)
{
    uint64_t args[2] = {0};
    if (n->kids.count < builtin[b].least || n->kids.count > builtin[b].most) {
        elab_fault(e, n->span, "E0308", arena_printf(e->arena, "it is written %s", builtin[b].usage),
                   "wrong arguments of type '%s'", n->text);
        return false;
    }
    for (size_t i = 0; i < n->kids.count; i++)
        if (!const_length(e, n->kids.items[i], NULL, i ? "the scale" : "the length", i ? 0 : 1, &args[i]))
            return false;
    *out = (struct type){builtin[b].kind, (uint32_t)args[0], (uint32_t)args[1]};
    bool decimal = out->kind == TYPE_DECIMAL;
    if (args[0] > (decimal ? DECIMAL_MAX_PRECISION : LONGEST) || (decimal && args[1] > args[0])) {
        elab_fault(e, n->span, "E0309",
                   decimal ? "up to decimal(38, s), s at most the first" : "up to 1048576 characters or bytes",
                   "the type is too wide");
        return false;
    }
    return true;
}

/* What other languages call them. */
static const struct { const char *name, *here; } called[] = {
    {"int64", "bigint"}, {"int32", "int"}, {"integer", "int"}, {"smallint", "int"}, {"tinyint", "int"},
    {"long", "bigint"}, {"serial", "bigint ~ sequence"}, {"bigserial", "bigint ~ sequence"},
    {"varchar", "string(n)"}, {"nvarchar", "string(n)"}, {"text", "string"}, {"boolean", "bool"},
    {"numeric", "decimal(p, s)"}, {"number", "decimal(p, s)"}, {"money", "decimal(9, 2)"},
    {"datetime", "timestamp"}, {"timestamptz", "timestamp"}, {"real", "float"}, {"float64", "double"},
    {"float32", "float"}, {"blob", "bytes(n)"}, {"bytea", "bytes(n)"}, {"binary", "bytes(n)"},
    {"jsonb", "json"}, {"object", "json"}, {"guid", "uuid"}, {"enum", "string(n) ~ choice(\"a\", \"b\")"},
    {"choice", "string(n) ~ choice(\"a\", \"b\")"}, {"str", "string(n)"}, {"int8", "int"}, {"int16", "int"},
    {"Int", "int"}, {"String", "string(n)"}, {"decimal128", "decimal(p, s)"}, {"bit", "bool"},
    {"longtext", "string"}, {"mediumtext", "string"}, {"varbinary", "bytes(n)"}, {"time", "timestamp"},
    {"list", "json"}, {"array", "json"}, {"map", "json"}, {"set", "json"}, {"struct", "json"},
};

static const char *hint_for_type(struct elab *e, const char *name)
{
    struct nearest near = {0};
    for (size_t i = 0; i < sizeof called / sizeof *called; i++)
        if (!strcasecmp(called[i].name, name))
            return arena_printf(e->arena, "here it is called %s", called[i].here);
    for (int b = 0; b < BUILTIN; b++)
        nearest_try(&near, name, builtin[b].name);
    return near.name
               ? arena_printf(e->arena, "did you mean '%s'?", near.name)
               : "there are bool int bigint float double decimal char string bytes uuid date timestamp json";
}

static bool type_at(struct elab *e, const struct node *n, struct type *out, int depth)
{
    for (int b = 0; b < BUILTIN; b++)
        if (!strcmp(builtin[b].name, n->text))
            return type_arguments(e, n, b, out);
    struct declared *d = map_find(&e->aliases, n->text);
    if (d && depth > ALIAS_DEPTH) {
        elab_fault(e, d->node->span, "E0203", NULL, "type '%s' is an alias of itself", n->text);
        return false;
    }
    if (d) {
        d->used = true;
        d->bad = d->bad || d->node->broken || !type_at(e, node_kid(d->node, 0), out, depth + 1);
        return !d->bad;
    }
    const char *hint = map_find(&e->entities, n->text)
                           ? arena_printf(e->arena, "the rows of an entity's keys: table NAME of %s { … }", n->text)
                           : elab_nearest(e, &e->aliases, n->text);
    elab_unknown(e, n->span, n->text, "E0206", hint ? hint : hint_for_type(e, n->text), "unknown type '%s'",
                 n->text);
    return false;
}

static bool read_type(struct elab *e, const struct node *n, struct type *out)
{
    return type_at(e, n, out, 0);
}

/* ---- columns ---- */

static bool column(struct elab *e, const struct node *n, const struct scope *scope, struct column *out)
{
    *out = (struct column){.name = n->text};
    const struct node *null = node_kid(n, 2);
    bool ok = read_type(e, node_kid(n, 0), &out->type);
    if (ok)
        ok = elab_source(e, n, out->type, scope, out);
    else
        elab_untyped_source(e, n);
    return (!null || const_share(e, null, scope, "null", &out->null_share)) && ok;
}

static bool check_twice(struct elab *e, const struct column *columns, uint32_t n, const struct node *node)
{
    for (uint32_t i = 0; i < n; i++)
        if (!strcmp(columns[i].name, node->text)) {
            elab_fault(e, node->span, "E0202", NULL, "column '%s' is declared twice", node->text);
            return false;
        }
    return true;
}

/* ---- entities ---- */

/* Of a key space whose key is a mistake that has been reported: what is built on it goes on with this. */
static const struct column no_key = {.name = "", .type = {.kind = TYPE_BIGINT}};

bool elab_distinct(struct elab *e, struct span span, const struct keyspace *k, uint64_t count,
                   const char *code, const char *hint)
{
    struct data none = {0};                           /* computed keys are the same with every seed */
    struct scratch s = {0};
    struct buf b = {0};
    struct twice rows;
    enum distinct found = data_distinct(k, count, &rows);
    if (found == DISTINCT_SURE || found == DISTINCT_SEEMS)
        return true;
    struct value key = data_key(&none, k, rows.second, &s);
    value_put(&b, k->key.type, &key);
    if (found == DISTINCT_NULL)
        elab_fault(e, span, code, hint, "row %llu of '%s' has no key: it is null",
                   (unsigned long long)rows.second, k->name);
    else
        elab_fault(e, span, code, hint, "rows %llu and %llu of '%s' have the same key, '%.*s'",
                   (unsigned long long)rows.first, (unsigned long long)rows.second, k->name,
                   b.len < 100 ? (int)b.len : 100, buf_text(&b));
    buf_release(&b);
    scratch_release(&s);
    return false;
}

static bool check_key(struct elab *e, struct span span, const struct keyspace *k)
{
    static const bool makes_keys[GEN_COUNT] = {
        [GEN_HEX] = true, [GEN_UUID] = true, [GEN_SEQUENCE] = true, [GEN_UNIFORM] = true, [GEN_TEXT] = true};
    if (k->key.source != COLUMN_COMPUTED && !makes_keys[k->key.gen.kind]) {
        elab_fault(e, span, "E0409", "keys are generated by hex, uuid, sequence, text(n) or uniform(a..b)",
                   "a key cannot be generated this way");
        return false;
    }
    if (k->key.null_share > 0) {
        elab_fault(e, span, "E0410", NULL, "a key cannot be null");
        return false;
    }
    uint64_t space = data_key_space(k);
    if (k->count <= space)
        return elab_distinct(e, span, k, k->count, "E0422",
                             "`row` tells all rows apart, and so does \"user{row}\"");
    elab_fault(e, span, "E0411", NULL, "%llu keys do not fit: there are only %llu different ones",
               (unsigned long long)k->count, (unsigned long long)space);
    return false;
}

VEC_TYPE(keyspaces, const struct keyspace *);

static void entity(struct elab *e, const struct node *n, struct keyspaces *all)
{
    struct keyspace *k = arena_new(e->arena, struct keyspace);
    const struct node *key = NULL, *count = NULL;
    bool ok = true;
    *k = (struct keyspace){.name = n->text, .salt = map_hash(n->text), .key = no_key};
    for (size_t i = 0; i < n->kids.count; i++) {
        const struct node *kid = n->kids.items[i];
        const struct node **slot = kid->kind == N_COLUMN ? &key : &count;
        if (*slot)
            elab_fault(e, kid->span, "E0412",
                       "an entity has one key and one count; further columns go in tables",
                       "entity '%s' has a second %s", n->text, kid->kind == N_COLUMN ? "column" : "count");
        *slot = kid;
    }
    if (!key && !n->broken)
        elab_fault(e, n->span, "E0413", "such as `id: bigint ~ sequence`", "entity '%s' has no key column",
                   n->text);
    if (!count && !n->broken)
        elab_fault(e, n->span, "E0413", "such as `count 1M`", "entity '%s' has no count", n->text);
    ok = key && count && const_whole(e, node_kid(count, 0), NULL, "count", 1, &k->count);
    ok = key && column(e, key, NULL, &k->key) && ok;
    ok = ok && check_key(e, key->span, k);
    map_add(e->arena, &e->keyspaces, n->text, k);     /* also with mistakes, so that they are reported once */
    (void)ok;
    vec_push(e->arena, all, k);
}

/* ---- tables ---- */

struct family {
    struct elab *e;
    const struct node *node, *rows, *key, *per_key;
    uint32_t ncolumns;                                /* those that are written */
    const char *labels[8];
    bool few;                                         /* that it has few rows is reported */
    bool unsure;                                      /* an index's list is a mistake: the body is checked,
                                                         but makes no table */
    struct ir_family *ir;
};
VEC_TYPE(tables, struct table);

/* "rows 70" of five million keys: meant in percent, as is usual, or for each key; seventy rows are next to
 * none. */
static void remark_few(struct family *f, const struct keyspace *k, const struct quantity *q)
{
    const struct node *n = node_kid(f->rows, 0);
    bool bare = n->kind == N_NUMBER && !q->percent && q->value <= 100 &&
                strspn(n->text, "0123456789.") == strlen(n->text);
    if (!bare || f->few || q->value < 2 || q->value * 100 >= (double)k->count)
        return;
    f->few = true;
    elab_warn(f->e, f->rows->span, "W0423",
              arena_printf(f->e->arena,
                           "write rows %s%% for a share of them; per_key %s%s for so many of each key",
                           n->text, n->text,
                           f->key ? "" : arena_printf(f->e->arena, ", with key (%s, COLUMN),", k->name)),
              "the whole table has %s rows, of %llu keys of '%s'", n->text, (unsigned long long)k->count,
              k->name);
}

static bool rows_of(struct family *f, const struct scope *scope, const struct keyspace *k, uint64_t *out)
{
    struct quantity q;
    *out = k->count;
    if (!f->rows)
        return true;
    if (!const_number(f->e, node_kid(f->rows, 0), scope, UNIT_NONE, "rows", &q))
        return false;
    if (!q.percent && q.value > 0 && q.value < 1) {
        elab_fault(f->e, f->rows->span, "E0414", arena_printf(f->e->arena, "write rows %g%%", q.value * 100),
                   "rows cannot be %g", q.value);
        return false;
    }
    remark_few(f, k, &q);
    double rows = q.percent ? nearbyint(q.value * (double)k->count) : nearbyint(q.value);
    if (rows < 0 || rows > (double)k->count) {
        elab_fault(f->e, f->rows->span, "E0414", "rows is a share of the keys, such as 60%",
                   "%s has %llu keys, but %.0f rows are asked for", k->name, (unsigned long long)k->count,
                   rows);
        return false;
    }
    *out = (uint64_t)rows;
    return true;
}

/* The parent's key stands in its children's rows, under its own names. */
static bool check_clash(struct family *f, const struct keyspace *k, const struct column *columns,
                        uint32_t given, const struct node *node)
{
    uint32_t i = 0, n = k && map_find(&f->e->tables, k->name) ? given : 0;
    while (i < n && strcmp(columns[i].name, node->text))
        i++;
    if (i < n)
        elab_fault(
            f->e, node->span, "E0424",
            arena_printf(f->e->arena, "give it another name, such as '%s_%s'", f->node->text, node->text),
            "column '%s' is there already: the key of '%s' begins with that of '%s'", node->text,
            f->node->text, k->name);
    return i == n;
}

static bool make_columns(struct family *f, const struct scope *scope, const struct keyspace *k,
                         struct column *columns, uint32_t from)
{
    bool ok = true;
    uint32_t n = from;
    for (size_t i = 2; i < f->node->kids.count; i++) {
        const struct node *kid = f->node->kids.items[i];
        if (kid->kind != N_COLUMN)
            continue;
        ok = check_clash(f, k, columns, from, kid) && check_twice(f->e, columns, n, kid) && ok;
        ok = column(f->e, kid, scope, &columns[n++]) && ok;
    }
    return ok;
}

/* The names in `key (…)` that are columns of the table's own: behind that of the entity or parent, if it has
 * one. */
static struct node **own_names(const struct family *f, uint32_t given, uint32_t *n)
{
    uint32_t skip = given > 0;
    *n = f->key ? f->key->kids.count - skip : 0;
    return f->key ? f->key->kids.items + skip : NULL;
}

/* Key columns go first, in the order that `key (…)` names them; `given`: those that stand first already, of
 * an entity or a parent. */
static bool order_keys(struct family *f, struct column *columns, uint32_t n, uint32_t given, uint32_t *nkeys)
{
    uint32_t names;
    struct node **own = own_names(f, given, &names);
    for (uint32_t i = 0; i < names; i++) {
        const struct node *name = own[i];
        uint32_t k = given + i;
        struct nearest near = {0};
        uint32_t at = 0;
        for (; at < n && strcmp(columns[at].name, name->text); at++)
            nearest_try(&near, name->text, columns[at].name);
        if (at == n) {
            elab_unknown(f->e, name->span, name->text, "E0207",
                         near.name ? arena_printf(f->e->arena, "did you mean '%s'?", near.name) : NULL,
                         "table '%s' has no column '%s'", f->node->text, name->text);
            return false;
        }
        if (at < k) {
            elab_fault(f->e, name->span, "E0202", NULL, "column '%s' is in the key twice", name->text);
            return false;
        }
        struct column c = columns[at];
        memmove(columns + k + 1, columns + k, (at - k) * sizeof c);
        columns[k] = c;
    }
    *nkeys = given + names;
    return true;
}

static bool has_column(const struct node *table, const char *name)
{
    for (size_t i = 2; i < table->kids.count; i++)
        if (table->kids.items[i]->kind == N_COLUMN && !strcmp(table->kids.items[i]->text, name))
            return true;
    return false;
}

/* "line", "line, part": of the key's columns those of the table itself. */
static const char *own_columns(struct family *f)
{
    const char *list = NULL;
    for (size_t i = 0; i < f->key->kids.count; i++) {
        const char *name = f->key->kids.items[i]->text;
        if (has_column(f->node, name))
            list = arena_printf(f->e->arena, "%s%s%s", list ? list : "", list ? ", " : "", name);
    }
    return list;
}

/* A column that was made to refer to the entity ("user_id") is not wanted: the entity's own name stands for
 * its key. */
static const char *hint_for_key(struct family *f, const char *entity)
{
    const struct node *first = f->key->kids.items[0], *second = node_kid(f->key, 1);
    const char *own = own_columns(f);
    if (strncmp(first->text, entity, strlen(entity)))
        return arena_printf(f->e->arena, "write key (%s, %s)", entity, own ? own : first->text);
    if (!second)
        return arena_printf(f->e->arena, "leave it out, and the column '%s': each row has a key of '%s'",
                            first->text, entity);
    return arena_printf(f->e->arena, "write key (%s, %s) and leave out the column '%s'", entity, second->text,
                        first->text);
}

/* `key (card, at)`: the entity may be called by its own name, by the index that stands for it, or by its key
 * column. */
static bool begins_with_entity(struct family *f, const struct keyspace *k)
{
    const struct node *first = f->key ? f->key->kids.items[0] : NULL, *of = node_kid(f->node, 1);
    if (!first || !strcmp(first->text, k->name) || !strcmp(first->text, of->text) ||
        !strcmp(first->text, k->key.name))
        return true;
    elab_fault(f->e, first->span, "E0418", hint_for_key(f, of->text),
               "the key of a table of '%s' begins with it", k->name);
    return false;
}

/* How many rows each key has that has any. */
static bool per_key_of(struct family *f, const struct scope *scope, struct table *t)
{
    enum { MOST = 1000000 };
    uint64_t lo = 1, hi = 1;
    const struct node *n = f->per_key ? node_kid(f->per_key, 0) : NULL;
    bool range = n && n->kind == N_RANGE;
    if (n && t->nkeys == data_inherited(t)) {
        elab_fault(
            f->e, f->per_key->span, "E0418",
            arena_printf(f->e->arena, "such as `key (%s, at)`, where `at` is a column", t->keyspace->name),
            "several rows of one key need a column that tells them apart");
        return false;
    }
    if (n && (!const_whole(f->e, range ? node_kid(n, 0) : n, scope, "per_key", 0, &lo) ||
              !const_whole(f->e, range ? node_kid(n, 1) : n, scope, "per_key", 1, &hi)))
        return false;
    if (lo > hi || hi > MOST || (double)t->rows * (double)hi > 0x1p62) {
        elab_fault(f->e, f->per_key->span, "E0418", lo > hi ? "the smaller end comes first" : NULL,
                   lo > hi ? "the range is empty" : "these are too many rows: %llu keys, each of up to %llu",
                   (unsigned long long)t->rows, (unsigned long long)hi);
        return false;
    }
    if (t->nkeys == data_inherited(t))
        return true;
    t->members = t->rows;
    t->per_key_lo = (uint32_t)lo;
    t->per_key_hi = (uint32_t)hi;
    t->rows = data_rows_before(t, t->members);
    return true;
}

/* Each part makes its values as a key does; together they tell the rows apart. */
static bool check_parts(struct family *f, struct table *t, struct column *columns)
{
    uint32_t given = data_inherited(t), names;
    struct node **own = own_names(f, given, &names);
    for (uint32_t i = given; i < t->nkeys; i++) {
        struct keyspace part = {.name = columns[i].name, .key = columns[i]};
        if (!check_key(f->e, own[i - given]->span, &part))
            return false;
        if (columns[i].source == COLUMN_RANDOM)
            columns[i].source = COLUMN_KEY;
    }
    if (t->nkeys == 1 || t->nkeys == given || data_parts_fit(t))
        return true;
    unsigned long long rows = given ? t->per_key_hi : t->rows;
    elab_fault(f->e, f->key->span, "E0411", "a wider range for one of its columns, or fewer rows",
               "%llu rows%s do not fit: the key has fewer values", rows, given ? " of one key" : "");
    return false;
}

static bool settle_keys(struct family *f, const struct scope *scope, struct table *t, struct column *columns,
                        struct keyspace *mine)
{
    if (mine) {
        t->rows = mine->count;
        if (!order_keys(f, columns, t->ncolumns, 0, &t->nkeys))
            return false;
        mine->key = columns[0];
        if (f->per_key) {
            elab_fault(f->e, f->per_key->span, "E0418", "write `table NAME of ENTITY`, or only `rows`",
                       "'per_key' counts the rows of an entity's key");
            return false;
        }
        return (t->nkeys > 1 || check_key(f->e, f->key->span, mine)) && check_parts(f, t, columns);
    }
    return begins_with_entity(f, t->keyspace) &&
           order_keys(f, columns, t->ncolumns, data_inherited(t), &t->nkeys) &&
           rows_of(f, scope, t->keyspace, &t->rows) && per_key_of(f, scope, t) && check_parts(f, t, columns);
}

/* What is said of one of its tables is said of all. */
static void mark_circle(struct family *f, bool found)
{
    struct declared *d = found ? map_find(&f->e->tables, f->node->text) : NULL;
    while (d && !d->bad) {
        d->bad = true;
        d = map_find(&f->e->tables, node_kid(d->node, 1)->text);
    }
}

/* "a of b of a", where the parents of a table lead back to it: the circle is reported once, at the first of
 * its tables. */
static bool is_circle(struct family *f, const struct node *of)
{
    struct buf path = {0};
    const struct declared *d = NULL;
    buf_puts(&path, f->node->text);
    for (uint32_t hops = 0; of && hops < 20 && (!d || d->node != f->node); hops++) {
        buf_printf(&path, " of %s", of->text);
        d = map_find(&f->e->tables, of->text);
        of = d ? node_kid(d->node, 1) : NULL;
    }
    bool found = d && d->node == f->node;
    if (found && !d->bad)
        elab_fault(f->e, f->node->span, "E0208", "the first of them is of an entity, or has a key of its own",
                   "no table can be of itself: %s", arena_printf(f->e->arena, "%s", buf_text(&path)));
    mark_circle(f, found);
    buf_release(&path);
    return found;
}

/* Where the name came through an index, its place in the list is the mistake's. */
static void unknown_entity(struct family *f, const struct node *of, const struct scope *scope,
                           const struct constant *c)
{
    while (scope && strcmp(scope->name, of->text))
        scope = scope->outer;
    const char *name = c->s ? c->s : "", *near = elab_nearest(f->e, &f->e->entities, name);
    if (!near && !map_find(&f->e->tables, name))
        near = elab_nearest(f->e, &f->e->tables, name);
    if (!near && map_find(&f->e->tables, name))
        near = arena_printf(f->e->arena,
                            "'%s' is a table, and has no key of its own: name the entity that both are of",
                            name);
    struct diag *d = elab_unknown(f->e, scope ? scope->value->span : of->span, name, "E0208", near,
                                  "unknown entity '%s'", const_text(f->e, c));
    if (d && scope) {
        d->span2 = of->span;
        d->label2 = "taken for an entity here";
    }
}

/* A table that has a key of its own is to its children what an entity is. */
static const struct keyspace *as_parent(struct family *f, const struct node *of, const struct keyspace *k)
{
    if (k->table && !k->count) {
        elab_fault(f->e, of->span, "E0424", NULL, "'%s' has no rows that '%s' could be of", k->name,
                   f->node->text);
        return NULL;
    }
    if (!k->own)
        return k;
    struct keyspace *copy = arena_new(f->e->arena, struct keyspace);
    *copy = *k;
    copy->own = false;
    return copy;
}

static const struct keyspace *entity_of(struct family *f, const struct scope *scope)
{
    const struct node *of = node_kid(f->node, 1);
    struct constant c = const_eval(f->e, of, scope);
    if (c.kind == CONST_NONE)
        return NULL;
    const struct keyspace *k = c.kind == CONST_NAME ? map_find(&f->e->keyspaces, c.s) : NULL;
    if (!k && !is_circle(f, of))
        unknown_entity(f, of, scope, &c);
    struct declared *d = k ? map_find(&f->e->entities, k->name) : NULL;
    if (d)
        d->used = true;
    return k ? as_parent(f, of, k) : NULL;
}

static struct keyspace *own_keyspace(struct family *f, const char *name, const struct scope *scope)
{
    struct keyspace *k = arena_new(f->e->arena, struct keyspace);
    *k = (struct keyspace){.name = name, .salt = map_hash(name), .own = true, .key = no_key};
    map_add(f->e->arena, &f->e->keyspaces, name, k);  /* also with mistakes, so that queries by it do not tell
                                                         them again */
    if (!f->rows && f->node->broken)
        return NULL;
    if (!f->rows) {
        elab_fault(f->e, f->node->span, "E0415", "such as `rows 100k`",
                   "table '%s' does not say how many rows it has", f->node->text);
        return NULL;
    }
    return const_whole(f->e, node_kid(f->rows, 0), scope, "rows", 1, &k->count) ? k : NULL;
}

static const char *physical_name(struct family *f, uint32_t depth)
{
    const char *name = f->node->text;
    for (uint32_t i = 0; i < depth; i++)
        name = arena_printf(f->e->arena, "%s_%s", name, f->labels[i]);
    return name;
}

/* An unknown entity has been reported; its table's columns are still checked. */
static void inherit(const struct keyspace *k, struct column *columns)
{
    for (uint32_t i = 0; i < (k ? keyspace_width(k) : 1); i++) {
        columns[i] = !k ? no_key : k->table ? k->table->columns[i] : k->key;
        columns[i].source = COLUMN_KEY;
    }
}

/* Rows that a key of several columns names may be asked for by it, and have children. */
static void offer_keys(struct elab *e, const struct table *t, struct keyspace *mine)
{
    struct keyspace *k = mine;
    if (t->nkeys == 1 || t->nkeys == data_inherited(t))
        return;
    struct table *copy = arena_new(e->arena, struct table);
    *copy = *t;
    if (!k) {
        k = arena_new(e->arena, struct keyspace);
        *k = (struct keyspace){.name = t->name, .salt = t->salt, .key = t->columns[0], .count = t->rows};
        map_add(e->arena, &e->keyspaces, t->name, k); /* an entity of that name goes before it */
    }
    k->table = copy;
}

static void add_table(struct family *f, struct tables *out, const struct scope *scope, uint32_t depth)
{
    struct elab *e = f->e;
    const char *name = physical_name(f, depth);
    bool own = !node_kid(f->node, 1);
    const struct keyspace *k = NULL;
    struct keyspace *mine = NULL;
    if (own)
        k = mine = own_keyspace(f, name, scope);
    else
        k = entity_of(f, scope);
    const struct node *before = f->unsure ? NULL : map_add(e->arena, &e->physical, name, (void *)f->node);
    if (before) {
        elab_fault(e, f->node->span, "E0416", "give one of the families another name",
                   "two tables are named '%s'", name);
        return;
    }
    uint32_t given = own ? 0 : k ? keyspace_width(k) : 1;
    struct column *columns = arena_array(e->arena, struct column, f->ncolumns + given);
    struct table t = {.name = name, .family = f->node->text, .id = (uint32_t)out->count, .keyspace = k,
                      .columns = columns,
                      .ncolumns = f->ncolumns + given, .nkeys = 1, .salt = map_hash(name), .nlabels = depth};
    t.labels = arena_array(e->arena, const char *, depth);
    memcpy((void *)t.labels, f->labels, depth * sizeof *f->labels);
    if (!own)
        inherit(k, columns);
    if (!make_columns(f, scope, k, columns, given) || !k || f->unsure)
        return;
    if (!settle_keys(f, scope, &t, columns, mine))
        return;
    data_prepare(columns, t.ncolumns);
    vec_push(e->arena, out, t);
    offer_keys(e, &t, mine);
    f->ir->ntables++;
}

/* One level of `[e in people, w in windows]` after the other. */
static void combine(struct family *f, struct tables *out, const struct scope *scope, uint32_t depth)
{
    const struct node *indexes = node_kid(f->node, 0);
    uint32_t before = f->e->diags->errors;
    if (depth == indexes->kids.count) {
        add_table(f, out, scope, depth);
        return;
    }
    const struct node *index = indexes->kids.items[depth];
    struct constant list = const_eval(f->e, node_kid(index, 0), scope);
    if (list.kind != CONST_LIST || !list.nitems) {
        if (list.kind == CONST_NAME)
            elab_unknown(f->e, list.span, list.s, "E0201", elab_nearest(f->e, &f->e->params, list.s),
                         "unknown param '%s'", list.s);
        else if (list.kind != CONST_NONE)
            elab_fault(f->e, list.span, "E0417", "such as [30d, 90d]", "'%s' needs a list with items",
                       index->text);
        static const struct constant none = {.kind = CONST_NONE};
        struct scope inner = {index->text, &none, scope};
        f->unsure = true;
        f->labels[depth] = "";
        combine(f, out, &inner, depth + 1);
        return;
    }
    for (uint32_t i = 0; i < list.nitems && f->e->diags->errors == before; i++) {   /* a body's mistake is reported once */
        struct scope inner = {index->text, &list.items[i], scope};
        f->labels[depth] = const_text(f->e, &list.items[i]);
        for (char *c = (char *)f->labels[depth]; *c; c++)
            if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *c))
                *c = '_';
        combine(f, out, &inner, depth + 1);
    }
}

/* `get` reads by key alone, so an index would only cost; it is not made yet. */
static bool check_index(struct family *f, const struct node *n)
{
    bool ok = true;
    for (size_t i = 0; i < n->kids.count; i++)
        if (!has_column(f->node, n->kids.items[i]->text)) {
            elab_unknown(f->e, n->kids.items[i]->span, n->kids.items[i]->text, "E0207", NULL,
                         "table '%s' has no column '%s'", f->node->text, n->kids.items[i]->text);
            ok = false;
        }
    if (ok)
        elab_warn(f->e, n->span, "W0421", NULL, "secondary indexes are not made yet");
    return ok;
}

static bool survey(struct family *f)
{
    bool ok = true;
    for (size_t i = 2; i < f->node->kids.count; i++) {
        const struct node *kid = f->node->kids.items[i];
        const struct node **slot = kid->kind == N_ROWS ? &f->rows : kid->kind == N_KEY ? &f->key : kid->kind == N_PER_KEY ? &f->per_key : NULL;
        f->ncolumns += kid->kind == N_COLUMN;
        if (slot && *slot) {
            elab_fault(f->e, kid->span, "E0412", NULL, "table '%s' has a second '%s'", f->node->text,
                       kid->kind == N_ROWS ? "rows" : kid->kind == N_KEY ? "key" : "per_key");
            ok = false;
        } else if (slot) {
            *slot = kid;
        }
        ok = (kid->kind != N_SECONDARY || check_index(f, kid)) && ok;
    }
    if (!node_kid(f->node, 1) && !f->key) {
        if (!f->node->broken)
            elab_fault(f->e, f->node->span, "E0419", "write `table NAME of ENTITY`, or `key (column)` inside",
                       "table '%s' has no key", f->node->text);
        ok = false;
    }
    if (node_kid(f->node, 0)->kids.count > sizeof f->labels / sizeof *f->labels) {
        elab_fault(f->e, f->node->span, "E0420", NULL, "a family has at most 8 indexes");
        ok = false;
    }
    return ok;
}

/* The table's mistake has been reported: queries by its keys do not report it again. */
static void add_broken_keyspace(struct elab *e, const char *name)
{
    struct keyspace *k = arena_new(e->arena, struct keyspace);
    *k = (struct keyspace){.name = name, .key = no_key};
    map_add(e->arena, &e->keyspaces, name, k);
}

/* Also those that nobody uses. */
static void check_aliases(struct elab *e)
{
    struct type t;
    for (size_t i = 0; i < e->root->kids.count; i++) {
        const struct node *n = e->root->kids.items[i];
        struct declared *d = n->kind == N_ALIAS ? map_find(&e->aliases, n->text) : NULL;
        if (d && d->node == n && !d->bad)
            d->bad = n->broken || !type_at(e, node_kid(n, 0), &t, 1);
    }
}

VEC_TYPE(nodes, const struct node *);

static void put_in_order(struct elab *, const struct node *, struct nodes *);

/* Of a table `orders`, or of the families' tables `orders_…`. */
static void put_first(struct elab *e, const char *name, struct nodes *out)
{
    for (size_t i = 0; i < e->root->kids.count; i++) {
        const struct node *n = e->root->kids.items[i];
        size_t length = n->kind == N_TABLE ? strlen(n->text) : 0;
        if (length && !strncmp(n->text, name, length) && (!name[length] || name[length] == '_'))
            put_in_order(e, n, out);
    }
}

static void put_named(struct elab *e, const struct node *n, struct nodes *out)
{
    if (n && n->kind == N_NAME)
        put_first(e, n->text, out);
    for (size_t i = 0; n && i < n->kids.count; i++)
        put_named(e, n->kids.items[i], out);
}

/* Parents before their children, and else as they are declared. */
static void put_in_order(struct elab *e, const struct node *n, struct nodes *out)
{
    struct declared *d = n->kind == N_TABLE ? map_find(&e->tables, n->text) : NULL;
    if (!d || d->node != n || d->placed)              /* of two with one name, which has been reported, the
                                                         first counts */
        return;
    d->placed = true;
    put_named(e, node_kid(n, 1), out);
    put_named(e, node_kid(n, 0), out);
    vec_push(e->arena, out, n);
}

void elab_schema(struct elab *e)
{
    struct tables tables = {0};
    VEC(struct ir_family) families = {0};
    struct keyspaces keyspaces = {0};
    check_aliases(e);
    for (size_t i = 0; i < e->root->kids.count; i++)
        if (e->root->kids.items[i]->kind == N_ENTITY)
            entity(e, e->root->kids.items[i], &keyspaces);
    e->ir->keyspaces = keyspaces.items;
    e->ir->nkeyspaces = (uint32_t)keyspaces.count;
    struct nodes order = {0};
    for (size_t i = 0; i < e->root->kids.count; i++)
        put_in_order(e, e->root->kids.items[i], &order);
    for (size_t i = 0; i < order.count; i++) {
        const struct node *n = order.items[i];
        struct ir_family ir = {.name = n->text, .span = n->span};
        struct family f = {.e = e, .node = n, .ir = &ir};
        if (survey(&f))
            combine(&f, &tables, NULL, 0);
        if (!ir.ntables && (f.key || !node_kid(n, 1)) && !map_find(&e->keyspaces, n->text))
            add_broken_keyspace(e, n->text);
        vec_push(e->arena, &families, ir);
    }
    uint32_t at = 0;                                  /* now that the tables stand where they stay */
    for (size_t i = 0; i < families.count; i++) {
        families.items[i].tables = tables.count ? tables.items + at : NULL;
        at += families.items[i].ntables;
        map_add(e->arena, &e->families, families.items[i].name, &families.items[i]);
    }
    e->ir->tables = e->tables_made = tables.items;
    e->ir->ntables = (uint32_t)tables.count;
    e->ir->families = families.items;
    e->ir->nfamilies = (uint32_t)families.count;
}
