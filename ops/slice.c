/* slice.c - the rows of a key by their sort columns. */
#include "config.h"

#include "ops/slice.h"

#include <stdlib.h>

#include "base/mem.h"
#include "ir/ir.h"

struct sliced {
    const struct step *step;                          /* for qsort, which hands on nothing else */
    const struct value *key;
    uint64_t row;
};

bool slice_takes(const struct step *s, const struct value *key)
{
    for (uint32_t i = 0; i < s->slice->nbounds; i++) {
        const struct ir_bound *b = &s->slice->bounds[i];
        if (!compare_holds(b->compare,
                           value_order(s->table->columns[b->column].type, &key[b->column], &b->value), 0))
            return false;
    }
    return true;
}

static int by_sort_columns(const void *a, const void *b)
{
    const struct sliced *x = a, *y = b;
    int order = 0;
    for (uint32_t i = step_bound(x->step); i < x->step->table->nkeys && !order; i++)
        order = value_order(x->step->table->columns[i].type, &x->key[i], &y->key[i]);
    return x->step->slice->backward ? -order : order;
}

static void make_room(struct slicer *r, const struct table *t, uint64_t n)
{
    if (r->room >= n * t->nkeys)                      /* counted in values, of which each row has one at
                                                         least */
        return;
    r->room = (uint32_t)(n * t->nkeys);
    r->items = mem_grow(r->items, r->room * sizeof *r->items);
    r->rows = mem_grow(r->rows, r->room * sizeof *r->rows);
    r->values = mem_grow(r->values, r->room * sizeof *r->values);
}

const uint64_t *slice_rows(struct slicer *r, const struct data *d, const struct step *s, uint64_t first,
                           uint64_t n, uint32_t *count)
{
    uint32_t bound = step_bound(s), found = 0;
    if (r->step == s && r->first == first && n) {
        *count = r->n;
        return r->rows;
    }
    make_room(r, s->table, n);
    scratch_reset(&r->scratch);
    for (uint64_t i = 0; i < n; i++) {
        struct value *key = &r->values[found * s->table->nkeys];
        data_key_parts(d, s->table, bound, first + i, &r->scratch, key);
        if (slice_takes(s, key))
            r->items[found++] = (struct sliced){s, key, first + i};
    }
    if (found > 1)
        qsort(r->items, found, sizeof *r->items, by_sort_columns);
    r->n = s->slice->limit && s->slice->limit < found ? (uint32_t)s->slice->limit : found;
    for (uint32_t i = 0; i < r->n; i++)
        r->rows[i] = r->items[i].row;
    r->step = n ? s : NULL;
    r->first = first;
    *count = r->n;
    return r->rows;
}

void slicer_release(struct slicer *r)
{
    scratch_release(&r->scratch);
    mem_free(r->items);
    mem_free(r->values);
    mem_free(r->rows);
    *r = (struct slicer){0};
}

bool slice_is_range(const struct step *s)
{
    bool ended = false;
    for (uint32_t c = step_bound(s); c < s->table->nkeys; c++) {
        bool equal = false, any = false;
        for (uint32_t i = 0; i < s->slice->nbounds; i++) {
            any |= s->slice->bounds[i].column == c;
            equal |= s->slice->bounds[i].column == c && s->slice->bounds[i].compare == COMPARE_EQ;
        }
        if (any && ended)
            return false;
        ended |= !equal;
    }
    return true;
}

/* ---- what a plan says ---- */

/* Keys of a table have lo … hi rows, each number as often: of these the first `limit` at most. */
static double average_of_limit(const struct table *t, uint64_t limit)
{
    double sum = 0, lo = t->per_key_lo, hi = t->per_key_hi, most = (double)limit,
           below = most < hi ? most : hi;
    if (below >= lo)
        sum = (lo + below) * (below - lo + 1) / 2;
    sum += most * (hi - (below >= lo ? below : lo - 1));
    return sum / (hi - lo + 1);
}

/* By the rows of the first keys, of whatever seed. */
static double average_seen(const struct step *s)
{
    enum { ROWS = 20000, KEYS = 500 };
    const struct data any = {0};
    struct slicer r = {0};
    uint64_t first = 0, found = 0, key = 0;
    for (; key < s->table->members && key < KEYS && first < ROWS; key++) {
        uint64_t next = data_rows_before(s->table, key + 1);
        uint32_t n = 0;
        slice_rows(&r, &any, s, first, next - first, &n);
        found += n;
        first = next;
    }
    slicer_release(&r);
    return key ? (double)found / (double)key : 0;
}

double slice_average(const struct step *s)
{
    return s->slice->nbounds ? average_seen(s) : average_of_limit(s->table, s->slice->limit);
}
