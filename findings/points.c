/* points.c - the words of points.h. */
#include "config.h"

#include "findings/points.h"


enum { MOST_LISTED = 6 };

struct meant { size_t count, first, last; };

static struct meant find_meant(const bool *meant, size_t n)
{
    struct meant m = {0};
    for (size_t i = 0; i < n; i++) {
        if (!meant[i])
            continue;
        if (!m.count++)
            m.first = i;
        m.last = i;
    }
    return m;
}

static void put_list(struct buf *b, const struct result_entry *const *points, const bool *meant, size_t n)
{
    bool alone = points[0]->nsweep == 1;
    const char *between = "";
    if (alone)
        buf_printf(b, "%s ", points[0]->sweep->name);
    for (size_t i = 0; i < n; i++) {
        if (!meant[i])
            continue;
        buf_puts(b, between);
        if (alone)
            buf_puts(b, points[i]->sweep->text);
        else
            results_put_sweep(b, points[i]->sweep, points[i]->nsweep);
        between = alone ? ", " : "; ";
    }
}

void points_put(struct buf *b, const struct result_entry *const *points, const bool *meant, size_t n)
{
    struct meant m = find_meant(meant, n);
    bool range = points[0]->nsweep == 1 && m.count > 2 && m.last - m.first + 1 == m.count;
    if (m.count == n)
        buf_printf(b, "all %zu points of the sweep", n);
    else if (range)
        buf_printf(b, "%s %s to %s", points[0]->sweep->name, points[m.first]->sweep->text,
                   points[m.last]->sweep->text);
    else if (m.count > MOST_LISTED)
        buf_printf(b, "%zu of %zu points of the sweep", m.count, n);
    else
        put_list(b, points, meant, n);
}

void points_put_swept(struct buf *b, const struct result_entry *e)
{
    for (uint32_t i = 0; i < e->nsweep; i++)
        buf_printf(b, "%s%s", !i ? "" : i + 1 < e->nsweep ? ", " : " and ", e->sweep[i].name);
}
