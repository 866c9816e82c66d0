/* same.c - strategies of a run that come to the same: at every point of its sweep, on every backend, for
 * every query, the same requests in the same groups. */
#include "config.h"

#include <string.h>

#include "backends/backend.h"
#include "emit/emit.h"

/* Larger queries are not compared: it is meant for people, and must not be felt. */
enum { MOST_LOOKUPS = 2000 };

/* The lookups of a request of each of its queries together; false: some cannot be run. */
static bool count_lookups(const struct ir_run *run, uint64_t *lookups)
{
    const struct table *table;
    for (uint32_t m = 0; m < run->nmix; m++) {
        const struct ir_query *q = run->mix[m].query;
        if (plan_cannot(NULL, q, &table))
            return false;
        for (uint32_t o = 0; o < q->nops; o++)
            for (uint32_t t = 0; t < q->ops[o].ntargets; t++)
                *lookups += q->keys[q->ops[o].targets[t].key].count;
    }
    return true;
}

static bool is_small(const struct ir_run *run)
{
    uint64_t lookups = 0;
    for (uint32_t p = 0; p < run->npoints; p++)
        if (!count_lookups(run->points[p].run, &lookups) || lookups > MOST_LOOKUPS)
            return false;
    return true;
}

/* All that is sent, but for the texts that follow from it. */
static void put_shape(const struct plan *p, struct buf *b)
{
    buf_printf(b, "%u calls, %u at once, %u of one\n", p->ngroups, p->ngroups > 1 ? p->in_flight : 1,
               p->group_max > 1 ? p->fan_out : 1);
    for (uint32_t r = 0; r < p->nrequests; r++) {
        const struct request *q = &p->requests[r];
        buf_printf(b, "%u %u:", q->group, (unsigned)q->width);
        for (uint32_t i = 0; i < q->nsteps; i++)
            buf_printf(b, " %u %u %u", q->steps[i].table->id, q->steps[i].first, q->steps[i].nkeys);
        buf_putc(b, '\n');
    }
}

static void put_point(struct arena *arena, const struct ir_run *run, const struct strategy *s,
                      const struct instance *const *insts, size_t n, struct buf *b)
{
    for (size_t i = 0; i < n; i++)
        for (uint32_t m = 0; m < run->nmix; m++) {
            struct plan plan;
            pack_query(arena, &insts[i]->backend->caps, run->mix[m].query, s, &plan);
            put_shape(&plan, b);
        }
}

static void check_run(struct arena *arena, const struct ir_run *run, const struct instance *const *insts,
                      size_t n, struct diags *diags)
{
    struct buf *shapes = arena_array(arena, struct buf, run->nstrategies);
    for (uint32_t s = 0; s < run->nstrategies; s++) {
        const struct strategy *mine = &run->strategies[s];
        for (uint32_t p = 0; p < run->npoints; p++)
            put_point(arena, run->points[p].run, mine, insts, n, &shapes[s]);
        uint32_t other = 0;
        while (other < s && strcmp(buf_text(&shapes[other]), buf_text(&shapes[s])))
            other++;
        if (other < s)
            diag_add(diags, SEVERITY_NOTE, "W0713", mine->span, NULL,
                     "run '%s': '%s' sends what '%s' sends, on %s%s: one of them is enough", run->name,
                     mine->text, run->strategies[other].text, n == 1 ? insts[0]->name : "every backend here",
                     run->npoints > 1 ? ", at every point of the sweep" : "");
    }
    for (uint32_t s = 0; s < run->nstrategies; s++)
        buf_release(&shapes[s]);
}

void emit_check_same(const struct ir *ir, const struct instance *const *insts, size_t n, struct diags *diags)
{
    struct arena arena;
    for (uint32_t r = 0; n && r < ir->nruns; r++) {
        if (ir->runs[r].nstrategies < 2 || !is_small(&ir->runs[r]))
            continue;
        arena_init(&arena);
        check_run(&arena, &ir->runs[r], insts, n, diags);
        arena_release(&arena);
    }
}
