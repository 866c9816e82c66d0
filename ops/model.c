/* model.c */
#include "config.h"

#include "ops/model.h"

#include "base/mem.h"

void model_reserve(struct model *m, uint32_t columns)
{
    if (columns <= m->room)
        return;
    m->values = mem_grow(m->values, columns * sizeof *m->values);
    m->room = columns;
}

void model_release(struct model *m)
{
    scratch_release(&m->scratch);
    slicer_release(&m->slicer);
    mem_free(m->values);
    m->values = NULL;
    m->room = 0;
}
