#include "config.h"

#include "show/text_block.h"

#include <string.h>

#include "findings/rank.h"

bool block_is_first(const struct text *t, size_t first, size_t i, bool of_backend)
{
    const struct result_entry *e = text_entry(t, i);
    for (size_t k = first; k < i; k++) {
        const struct result_entry *other = text_entry(t, k);
        if (of_backend ? !strcmp(other->backend, e->backend) : !strcmp(other->strategy, e->strategy))
            return false;
    }
    return true;
}

size_t block_count(const struct block *k, bool of_backend)
{
    size_t n = 0;
    for (size_t i = k->first; i < k->end; i++)
        n += block_is_first(k->text, k->first, i, of_backend);
    return n;
}

bool block_is_fastest(const struct text *t, size_t first, size_t end, const struct result_entry *e)
{
    double least = 0, p99 = 0;
    if (rank_unranked(t->results, e) || !figures_metric(e, METRIC_P99, false, &least))
        return false;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *other = text_entry(t, i);
        if (other != e && !strcmp(other->backend, e->backend) && !rank_unranked(t->results, other) &&
            figures_metric(other, METRIC_P99, false, &p99) && p99 < least)
            return false;
    }
    return true;
}

void block_add_span(struct block *k, struct grid *g, enum style style, struct buf *b)
{
    struct grid_row *row = grid_add(g, style);
    row->span = true;
    row->cells[0] = text_keep(k->text, b);
}
