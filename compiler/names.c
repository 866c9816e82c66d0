/* names.c - every declaration by its name, and faults. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "compiler/elab.h"

static const char *format(struct elab *e, const char *fmt, va_list ap)
{
    char text[600];
    vsnprintf(text, sizeof text, fmt, ap);
    return arena_strdup(e->arena, text);
}

/* What is wrong at a point of a sweep alone is not to be seen in the file's own values. */
static const char *at_point(struct elab *e, const char *text)
{
    struct buf b = {0};
    if (!e->nsettings)
        return text;
    buf_printf(&b, "%s (at the sweep's point ", text);
    for (uint32_t i = 0; i < e->nsettings; i++)
        buf_printf(&b, "%s%s %s", i ? ", " : "", e->settings[i].name, e->settings[i].text);
    buf_putc(&b, ')');
    text = arena_strdup(e->arena, buf_text(&b));
    buf_release(&b);
    return text;
}

struct diag *elab_fault(struct elab *e, struct span span, const char *code, const char *hint, const char *fmt,
                        ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = at_point(e, format(e, fmt, ap));
    va_end(ap);
    return diag_add(e->diags, SEVERITY_ERROR, code, span, hint, "%s", text);
}

struct diag *elab_unknown(struct elab *e, struct span span, const char *name, const char *code,
                          const char *hint, const char *fmt, ...)
{
    if (map_find(&e->lost, name))
        return NULL;
    va_list ap;
    va_start(ap, fmt);
    const char *text = at_point(e, format(e, fmt, ap));
    va_end(ap);
    return diag_add(e->diags, SEVERITY_ERROR, code, span, hint, "%s", text);
}

void elab_warn(struct elab *e, struct span span, const char *code, const char *hint, const char *fmt, ...)
{
    if (e->quiet)
        return;
    va_list ap;
    va_start(ap, fmt);
    const char *text = format(e, fmt, ap);
    va_end(ap);
    diag_add(e->diags, SEVERITY_WARNING, code, span, hint, "%s", text);
}

const char *elab_nearest(struct elab *e, const struct map *m, const char *name)
{
    struct nearest near = {0};
    for (size_t i = 0; i < m->capacity; i++)
        if (m->slots[i].key)
            nearest_try(&near, name, m->slots[i].key);
    return near.name ? arena_printf(e->arena, "did you mean '%s'?", near.name) : NULL;
}

/* ---- collecting ---- */

static const struct kind_row { enum node_kind kind; const char *what; size_t map; } kinds[] = {
    {N_PARAM, "param", offsetof(struct elab, params)},     {N_ALIAS, "type", offsetof(struct elab, aliases)},
    {N_ENTITY, "entity", offsetof(struct elab, entities)}, {N_TABLE, "table", offsetof(struct elab, tables)},
    {N_QUERY, "query", offsetof(struct elab, queries)},    {N_RUN, "run", offsetof(struct elab, runs)},
};

static void collect(struct elab *e, const struct node *n)
{
    if (n->kind == N_LOST)
        map_add(e->arena, &e->lost, n->text, (void *)n);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        if (kinds[k].kind != n->kind)
            continue;
        struct declared *d = arena_new(e->arena, struct declared);
        d->node = n;
        struct declared *before = map_add(e->arena, (struct map *)((char *)e + kinds[k].map), n->text, d);
        if (!before)
            return;
        struct diag *diag = elab_fault(e, n->span, "E0202", "give one of them another name",
                                       "%s '%s' is declared twice", kinds[k].what, n->text);
        if (diag) {
            diag->span2 = before->node->span;
            diag->label2 = "first here";
        }
    }
}

/* Entities, tables and params share one space where families are indexed and queries name their keys. */
static void check_shared(struct elab *e, const struct node *n)
{
    struct declared *entity = map_find(&e->entities, n->text);
    if (n->kind == N_TABLE && entity && !e->quiet)
        elab_fault(e, n->span, "E0202", "give one of them another name",
                   "table '%s' has the name of an entity", n->text);
}

void elab_collect(struct elab *e)
{
    for (size_t i = 0; i < e->root->kids.count; i++)
        collect(e, e->root->kids.items[i]);
    for (size_t i = 0; i < e->root->kids.count; i++)
        check_shared(e, e->root->kids.items[i]);
}
