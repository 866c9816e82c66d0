/* chart_pareto.c - p99 against cost: the Pareto front is what to choose from. */
#include "config.h"

#include "show/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "findings/number.h"
#include "findings/whose.h"

enum { HEIGHT = 340, TOP = 28, BOTTOM = 48 };

struct spot { const struct result_entry *entry; double usd, p99; bool front; };

static int by_cost(const void *a, const void *b)
{
    const struct spot *x = a, *y = b;
    if (x->usd != y->usd)
        return x->usd < y->usd ? -1 : 1;
    return x->p99 < y->p99 ? -1 : x->p99 > y->p99;
}

/* The spots by rising cost; the front are those that are faster than all that cost no more. */
static size_t find_spots(struct spot *spots, chart_entries entries, size_t n)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        struct spot s = {.entry = entries[i]};
        if (figures_metric(s.entry, METRIC_COST_PER_MILLION, false, &s.usd) && s.usd > 0 &&
            figures_metric(s.entry, METRIC_P99, false, &s.p99))
            spots[found++] = s;
    }
    qsort(spots, found, sizeof *spots, by_cost);
    double fastest = INFINITY;
    for (size_t i = 0; i < found; i++) {
        spots[i].front = spots[i].p99 < fastest;
        fastest = fmin(fastest, spots[i].p99);
    }
    return found;
}

static void put_usd(struct buf *b, double v)
{
    buf_puts(b, "$");
    number_put(b, v);
}

static void put_spot(struct xml *h, const struct spot *s, double x, double y)
{
    struct buf title = {0};
    buf_printf(&title, "%s, %s: p99 ", s->entry->backend, s->entry->strategy);
    number_put_duration(&title, s->p99);
    buf_puts(&title, ", ");
    put_usd(&title, s->usd);
    buf_puts(&title, " per million requests");
    plot_dot(h, "fill", plot_mark_of(s->entry), x, y, s->front ? 6 : 4, buf_text(&title));
    if (s->front)                                     /* on the side where there is room */
        plot_label(h, NULL, x, x > PLOT_WIDTH * 0.6 ? -10 : 10, y - 8, x > PLOT_WIDTH * 0.6 ? "end" : "start",
                   s->entry->strategy);
    buf_release(&title);
}

static void put_front(struct xml *h, const struct spot *spots, size_t n, const struct scale *usd,
                      const struct scale *time)
{
    struct buf path = {0};
    for (size_t i = 0; i < n; i++)
        if (spots[i].front)
            buf_printf(&path, path.len ? "H%.1fV%.1f" : "M%.1f %.1f", scale_at(usd, spots[i].usd),
                       scale_at(time, spots[i].p99));
    plot_open_paths(h, HEIGHT);
    plot_path(h, "front", (struct plot_mark){PLOT_COLOURS - 1, false}, buf_text(&path), "Pareto front");
    xml_close(h);
    buf_release(&path);
}

static void put_legend(struct xml *h, const struct spot *spots, size_t n)
{
    plot_open_legend(h);
    for (size_t i = 0; i < n; i++) {
        bool named = false;
        for (size_t k = 0; k < i; k++)
            named |= !strcmp(spots[k].entry->backend, spots[i].entry->backend);
        struct buf who = {0};
        whose_put(&who, spots[i].entry->results, spots[i].entry->backend);
        if (!named)
            plot_put_key(h, plot_mark_of(spots[i].entry), buf_text(&who));
        buf_release(&who);
    }
    xml_close(h);
}

bool chart_put_pareto(struct xml *h, const char *title, chart_entries entries, size_t n)
{
    struct spot *spots = mem_alloc((n ? n : 1) * sizeof *spots);
    size_t found = find_spots(spots, entries, n);
    if (found >= 2) {
        double low = INFINITY, high = 0;
        for (size_t i = 0; i < found; i++) {
            low = fmin(low, fmax(spots[i].p99, 1));
            high = fmax(high, spots[i].p99);
        }
        struct scale time = scale_log(low, high, HEIGHT - BOTTOM, TOP);
        struct scale usd = scale_log(spots[0].usd, spots[found - 1].usd, 0, PLOT_WIDTH);
        plot_open(h, title, "the table of all figures", HEIGHT, false);
        plot_axis_left(h, &time, plot_put_time);
        plot_axis_bottom(h, &usd, TOP, HEIGHT - BOTTOM, put_usd);
        plot_axis_title(h, HEIGHT - 6, "cost of a million requests");
        plot_label(h, NULL, 0, -10, TOP - 14, "end", "p99");
        put_front(h, spots, found, &usd, &time);
        for (size_t i = 0; i < found; i++)
            put_spot(h, &spots[i], scale_at(&usd, spots[i].usd), scale_at(&time, spots[i].p99));
        plot_close(h);
        put_legend(h, spots, found);
        xml_close(h);
    }
    mem_free(spots);
    return found >= 2;
}
