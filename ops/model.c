/* model.c - a row as it is now, and room for answers. */
#include "config.h"

#include "ops/model.h"

#include "base/mem.h"
#include "data/version.h"

void model_reserve(struct model *m, uint32_t columns)
{
    if (columns <= m->room)
        return;
    m->values = mem_grow(m->values, columns * sizeof *m->values);
    m->room = columns;
}

static void make_room(struct model *m, uint32_t columns)
{
    if (columns <= m->widest)
        return;
    m->whole = mem_grow(m->whole, columns * sizeof *m->whole);
    m->versions = mem_grow(m->versions, columns * sizeof *m->versions);
    m->widest = columns;
}

static bool is_changed(const struct model *m, const struct table *t)
{
    for (uint32_t i = 0; i < t->ngroups; i++)
        if (m->versions[i] != VERSION_LOADED)
            return true;
    return false;
}

uint32_t model_columns(struct model *m, const struct step *s, uint64_t row, const struct value *key)
{
    const struct table *t = s->table;
    uint32_t times;
    bool used = m->overlay && overlay_is_used(m->overlay);
    make_room(m, t->ncolumns);
    if (used)
        times = overlay_get(m->overlay, t, row, m->before, m->versions);
    else
        times = !m->overlay || row < t->rows;
    if (!times)
        return 0;
    if (!used || !is_changed(m, t)) {
        data_columns(m->data, t, row, key, s->columns, s->ncolumns, m->values, &m->scratch);
        return times;
    }
    data_row(m->data, t, row, m->whole, &m->scratch);
    data_rewrite(m->data, t, row, m->versions, m->whole, &m->scratch);
    for (uint32_t i = 0; i < s->ncolumns; i++)
        m->values[i] = m->whole[s->columns[i]];
    return times;
}

void model_release(struct model *m)
{
    scratch_release(&m->scratch);
    slicer_release(&m->slicer);
    mem_free(m->values);
    mem_free(m->whole);
    mem_free(m->versions);
    m->values = m->whole = NULL;
    m->versions = NULL;
    m->room = m->widest = 0;
}
