#include "config.h"

#include "backends/held_rows.h"

#include "base/mem.h"
#include "plan/plan.h"

static bool has_bytes(const struct step *step, uint32_t i, const struct value *v)
{
    return !v->null && type_class(step->table->columns[step->columns[i]].type) == CLASS_BYTES;
}

static void make_room(struct held_rows *h, uint32_t columns)
{
    if (h->rows == h->steps_room) {
        h->steps_room = 2 * h->steps_room + 16;
        h->steps = mem_grow(h->steps, h->steps_room * sizeof *h->steps);
    }
    if (h->used + columns > h->values_room) {
        h->values_room = 2 * h->values_room + columns;
        h->values = mem_grow(h->values, h->values_room * sizeof *h->values);
    }
}

void held_rows_add(struct held_rows *h, const struct step *step, const struct value *values)
{
    make_room(h, step->ncolumns);
    h->steps[h->rows++] = step;
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        struct value *v = &h->values[h->used++];
        *v = values[i];
        if (!has_bytes(step, i, v))
            continue;
        v->u.s.p = (const char *)(uintptr_t)h->bytes.len;       /* the buffer may move */
        buf_add(&h->bytes, values[i].u.s.p, values[i].u.s.n);
    }
}

size_t held_rows_size(const struct held_rows *h)
{
    return h->used * sizeof *h->values + h->bytes.len;
}

void held_rows_give(struct held_rows *h, struct call *c)
{
    const char *bytes = buf_text(&h->bytes);
    struct value *at = h->values;
    for (size_t r = 0; r < h->rows; at += h->steps[r++]->ncolumns) {
        for (uint32_t i = 0; i < h->steps[r]->ncolumns; i++)
            if (has_bytes(h->steps[r], i, &at[i]))
                at[i].u.s.p = bytes + (uintptr_t)at[i].u.s.p;
        c->row(c, h->steps[r], at);
    }
    h->rows = h->used = 0;
    buf_clear(&h->bytes);
}

void held_rows_release(struct held_rows *h)
{
    mem_free(h->steps);
    mem_free(h->values);
    buf_release(&h->bytes);
    *h = (struct held_rows){0};
}
