/* writes.c - what the statements of the file write: their numbers, and the columns that are always written
 * together, each such group with a column for its version (data/written.h).
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
    struct elab_write w = {t, span, {op->statement, op->sets, op->nsets, op->kind == IR_PUT || op->kind == IR_INSERT}};
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

/* The columns that have the same writers as this one, from it on. */
static struct column_group group_of(struct elab *e, const struct table *t, uint32_t first)
{
    uint32_t *columns = arena_array(e->arena, uint32_t, t->ncolumns);
    struct column_group g = {.columns = columns};
    uint64_t writers = writers_of(t, first);
    for (uint32_t i = first; i < t->ncolumns; i++)
        if (writers_of(t, i) == writers)
            columns[g.ncolumns++] = i;
    return g;
}

static bool is_first_of_group(const struct table *t, uint32_t column)
{
    uint64_t writers = writers_of(t, column);
    uint32_t i = 0;
    while (writers_of(t, i) != writers)
        i++;
    return writers && i == column;
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
    memcpy(columns, t->columns, t->ncolumns * sizeof *columns);
    for (uint32_t i = 0; i < n; i++) {
        groups[i].version = t->ncolumns + i;
        columns[t->ncolumns + i] = (struct column){
            version_name(e, i), {TYPE_BIGINT}, COLUMN_COMPUTED, .expr = &zero};
    }
    t->columns = columns;
    t->ncolumns += n;
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
    for (uint32_t i = 0; i < n; i++)
        if (!is_free(e, t, version_name(e, i), first))
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
