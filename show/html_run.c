/* html_run.c - a run's part of the page: what was expected, what the sweep shows, then each of its points. */
#include "config.h"

#include "show/html_run.h"

#include "findings/number.h"
#include "findings/rank.h"
#include "show/chart.h"
#include "show/text.h"

static void put_how(struct xml *h, const struct results *r, size_t first, size_t end, size_t points)
{
    const struct result_entry *e = r->entries.items[first];
    struct buf b = {0};
    text_put_asked(&b, e);
    buf_puts(&b, "; ");
    text_put_load(&b, r, first, end);
    if (e->rate > 0)
        buf_puts(&b, "; latency from the intended start");
    if (points > 1)
        buf_printf(&b, "; %zu points of a sweep", points);
    html_put(h, "p", "soft", buf_text(&b));
    buf_release(&b);
}

/* What a point that is not opened says: "share 80%: lowest p99 198 µs, sqlite, binpacked". */
static void put_summary(struct xml *h, const struct results *r, size_t first, size_t end)
{
    const struct result_entry *e = r->entries.items[first], *best = rank_best(r, first, end);
    struct buf title = {0};
    double v = 0;
    results_put_sweep(&title, e->sweep, e->nsweep);
    xml_open(h, "summary");
    xml_attribute(h, "class", "point");
    xml_text(h, buf_text(&title));
    buf_clear(&title);
    if (best && figures_metric(best, METRIC_P99, false, &v)) {
        buf_puts(&title, "lowest p99 ");
        number_put_duration(&title, v);
        buf_printf(&title, ": %s, %s", best->backend, best->strategy);
    } else {
        buf_puts(&title, "no candidate can be ranked");
    }
    xml_text(h, " ");
    html_put_buf(h, "span", best ? "soft" : "warn", &title);
    xml_close(h);
}

static void put_folded(struct xml *h, const struct results *r, size_t first, size_t end)
{
    xml_open(h, "details");
    xml_attribute(h, "class", "point");
    put_summary(h, r, first, end);
    html_put_point(h, r, first, end);
    xml_close(h);
}

void html_put_first_chart(struct xml *h, const struct results *r, size_t first, size_t end)
{
    const struct result_entry *e = r->entries.items[first];
    double limit = html_p99_limit(r, e->run);
    struct buf title = {0};
    if (figures_point_end(r, first) < end) {
        html_put_first_sweep(h, r, first, end);
        return;
    }
    if (first > 0 || end < r->entries.count)
        buf_printf(&title, "%s: ", e->run);
    buf_puts(&title, "p99 of each candidate, with its 95 % interval");
    if (limit > 0) {
        buf_puts(&title, "; expected: below ");
        number_put_duration(&title, limit);
        buf_puts(&title, ", the dashed line");
    }
    chart_put_p99(h, buf_text(&title), (chart_entries)r->entries.items + first, end - first, limit);
    buf_release(&title);
}

void html_put_run(struct xml *h, const struct results *r, size_t first, size_t end)
{
    size_t points = 0;
    for (size_t i = first; i < end; i = figures_point_end(r, i))
        points++;
    xml_open(h, "h2");
    xml_attribute(h, "id", "run-%s", r->entries.items[first]->run);
    xml_text(h, r->entries.items[first]->run);
    xml_close(h);
    put_how(h, r, first, end, points);
    if (points == 1) {
        html_put_point(h, r, first, end);
        return;
    }
    html_put_heat_map(h, r, first, end);
    html_put_sweeps(h, r, first, end);
    for (size_t i = first; i < end; i = figures_point_end(r, i))
        put_folded(h, r, i, figures_point_end(r, i));
}
