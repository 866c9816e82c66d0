/* text_run.c - a run's part of the report: p99 of each strategy on each backend at a glance, then all
 * figures: of each with `details` or where they are few, else of the fastest on each backend. */
#include "config.h"

#include "show/text_block.h"

#include <math.h>
#include <string.h>

size_t text_run_end(const struct results *r, size_t first)
{
    size_t end = first;
    while (end < r->entries.count && !strcmp(r->entries.items[first]->run, r->entries.items[end]->run))
        end++;
    return end;
}

static void find_features(struct block *k)
{
    double longest = 0, v = 0;
    for (size_t i = k->first; i < k->end; i++) {
        const struct result_entry *e = text_entry(k->text, i);
        k->errors |= e->all.errors > 0;
        k->retries |= e->all.retries > 0;
        k->cost |= figures_metric(e, METRIC_COST_PER_MILLION, false, &v);
        if (figures_metric(e, METRIC_P99, false, &v))
            longest = fmax(longest, v);
    }
    k->service = figures_has_service(k->text->results, k->first, k->end);
    k->unit = number_time_unit(longest);
    k->errors_column = k->errors && !(k->retries && k->cost);
}

static void put_point(struct block *k, size_t first, size_t end)
{
    block_put_point(k, first, end);
    if (k->text->details)
        text_put_queries(k->text, first, end);
}

void text_put_runs(struct text *t)
{
    enum { FEW = 8 };                                 /* entries whose figures are all shown in any case */
    const struct results *r = t->results;
    for (size_t i = 0; i < r->entries.count;) {
        struct block k = {.text = t, .first = i, .end = text_run_end(r, i)};
        find_features(&k);
        paper_put_rule(&t->paper, text_entry(t, i)->run);
        block_put_load(&k);
        bool sweeps = figures_point_end(r, i) < k.end;
        k.alone = block_count(&k, false) == 1;
        k.all = t->details || (!sweeps && k.end - i <= FEW);
        if ((t->details || !k.all) && (sweeps || (block_count(&k, true) > 1 && !k.alone)))
            block_put_glance(&k);
        for (; i < k.end && (k.all || !sweeps); i = figures_point_end(r, i))
            put_point(&k, i, figures_point_end(r, i));
        if (!t->details) {
            block_put_remarks(&k);
        }
        i = k.end;
    }
}
