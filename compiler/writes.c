/* writes.c - what the statements of the file write: their numbers, and the columns that are always written
 * together, each such group with a column for its version (data/written.h); one that is added to is its own.
 *
 * The whole file decides, not the runs that are chosen, so that tables are the same for each of them. */
#include "config.h"

#include <string.h>

#include "compiler/elab.h"
#include "data/version.h"

bool elab_write(struct elab *e, struct span span, const struct table *t, struct ir_op *op)
{
    if (e->writes.count == MOST_STATEMENTS) {
        elab_fault(e, span, "E0519", NULL, "more than %d statements of the file write", MOST_STATEMENTS);
        return false;
    }
    op->statement = (uint32_t)e->writes.count + 1;
    bool puts = op->kind == IR_PUT;
    struct elab_write w = {t, span, {op->statement, op->sets, op->nsets, puts || op->kind == IR_INSERT}, puts};
    vec_push(e->arena, &e->writes, w);
    return true;
}

/* Which statements write a column: a bit each. */
static uint64_t writers_of(const struct table *t, uint32_t column)
{
    uint64_t writers = 0;
    for (uint32_t i = 0; i < t->nwrites; i++)
        for (uint32_t k = 0; k < t->writes[i].nsets; k++)
            if (t->writes[i].sets[k].column == column)
                writers |= UINT64_C(1) << t->writes[i].statement;
    return writers;
}

static void take_writes(struct elab *e, struct table *t)
{
    struct table_write *writes = arena_array(e->arena, struct table_write, e->writes.count);
    for (size_t i = 0; i < e->writes.count; i++)
        if (e->writes.items[i].table == t) {
            const struct table_write *w = &e->writes.items[i].write;
            writes[t->nwrites++] = *w;
            t->gains |= w->whole;
            t->loses |= !w->nsets;
        }
    t->writes = writes;
}

/* A statement adds to it. */
static bool is_counted(const struct table *t, uint32_t column)
{
    for (uint32_t i = 0; i < t->nwrites; i++)
        for (uint32_t k = 0; k < t->writes[i].nsets; k++)
            if (t->writes[i].sets[k].column == column && t->writes[i].sets[k].counts)
                return true;
    return false;
}

static bool are_written_together(const struct table *t, uint32_t a, uint32_t b)
{
    return a == b || (writers_of(t, a) == writers_of(t, b) && !is_counted(t, a) && !is_counted(t, b));
}

/* The columns that have the same writers as this one, from it on. */
static struct column_group group_of(struct elab *e, const struct table *t, uint32_t first)
{
    uint32_t *columns = arena_array(e->arena, uint32_t, t->ncolumns);
    struct column_group g = {.columns = columns, .counts = is_counted(t, first)};
    for (uint32_t i = first; i < t->ncolumns; i++)
        if (are_written_together(t, i, first))
            columns[g.ncolumns++] = i;
    return g;
}

static bool is_first_of_group(const struct table *t, uint32_t column)
{
    uint32_t i = 0;
    while (!are_written_together(t, i, column))
        i++;
    return writers_of(t, column) && i == column;
}

/* What one statement adds to no other may set: which of them came last would not be known. */
static bool check_counted(struct elab *e, const struct table *t, struct column_group *g)
{
    const char *column = t->columns[g->columns[0]].name;
    for (size_t i = 0; i < e->writes.count; i++) {
        const struct elab_write *w = &e->writes.items[i];
        for (uint32_t k = 0; w->table == t && k < w->write.nsets; k++) {
            if (w->write.sets[k].column != g->columns[0] || w->write.sets[k].counts)
                continue;
            if (!w->write.whole) {
                elab_fault(e, w->span, "E0523", "let both add to it, or write two columns",
                           "'%s' is set here, and another statement adds to it", column);
                return false;
            }
            if (w->puts && !g->open)
                elab_warn(e, w->span, "W0524", NULL,
                          "'%s' is put here, and another statement adds to it: what it holds is not verified",
                          column);
            g->open |= w->puts;
        }
    }
    return true;
}

static const struct expr zero = {.op = EXPR_INT, .kind = EXPR_IS_INT};

/* "wkl_v", "wkl_v2" … */
static const char *version_name(struct elab *e, uint32_t group)
{
    return group ? arena_printf(e->arena, "wkl_v%u", group + 1) : "wkl_v";
}

static bool is_free(struct elab *e, const struct table *t, const char *name, const struct elab_write *w)
{
    for (uint32_t i = 0; i < t->ncolumns; i++)
        if (!strcmp(t->columns[i].name, name)) {
            elab_fault(e, w->span, "E0520", "give the column another name",
                       "table '%s' has a column '%s', which wkl needs for what this writes", t->family, name);
            return false;
        }
    return true;
}

/* Behind the other columns. */
static void add_versions(struct elab *e, struct table *t, struct column_group *groups, uint32_t n)
{
    struct column *columns = arena_array(e->arena, struct column, t->ncolumns + n);
    uint32_t versions = 0;
    memcpy(columns, t->columns, t->ncolumns * sizeof *columns);
    for (uint32_t i = 0; i < n; i++) {
        t->counts |= groups[i].counts;
        groups[i].version = groups[i].counts ? groups[i].columns[0] : t->ncolumns + versions;
        if (!groups[i].counts)
            columns[groups[i].version] = (struct column){
                version_name(e, versions++), {TYPE_BIGINT}, COLUMN_COMPUTED, .expr = &zero};
    }
    t->columns = columns;
    t->ncolumns += versions;
    t->groups = groups;
    t->ngroups = n;
}

static void settle(struct elab *e, struct table *t, const struct elab_write *first)
{
    struct column_group *groups = arena_array(e->arena, struct column_group, t->ncolumns);
    uint32_t n = 0;
    take_writes(e, t);
    for (uint32_t i = 0; i < t->ncolumns; i++)
        if (is_first_of_group(t, i))
            groups[n++] = group_of(e, t, i);
    for (uint32_t i = 0, versions = 0; i < n; i++)
        if (groups[i].counts ? !check_counted(e, t, &groups[i])
                             : !is_free(e, t, version_name(e, versions++), first))
            return;
    add_versions(e, t, groups, n);
}

void elab_writes(struct elab *e)
{
    for (size_t i = 0; i < e->writes.count; i++) {
        struct table *t = &e->tables_made[e->writes.items[i].table - e->ir->tables];
        if (!t->nwrites)
            settle(e, t, &e->writes.items[i]);
    }
}
