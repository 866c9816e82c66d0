/* html_run.c - a run's part of the page: what was expected, what the sweep shows, then each of its points. */
#include "config.h"

#include "report/html_run.h"

#include "report/number.h"
#include "report/text.h"

static void put_how(struct xml *h, const struct results *r, size_t first, size_t end, size_t points)
{
    const struct result_entry *e = r->entries.items[first];
    struct buf b = {0};
    buf_printf(&b, "query %s; %s loop: ", e->query, e->rate > 0 ? "open" : "closed");
    text_put_load(&b, r, first, end);
    if (e->rate > 0)
        buf_puts(&b, "; latency from the intended start");
    if (points > 1)
        buf_printf(&b, "; %zu points of a sweep", points);
    html_put(h, "p", "soft", buf_text(&b));
    buf_release(&b);
}

/* Each point of a sweep can be opened; the first one is. */
static void put_folded(struct xml *h, const struct results *r, size_t first, size_t end)
{
    const struct result_entry *e = r->entries.items[first];
    struct buf title = {0};
    text_put_sweep(&title, e->sweep, e->nsweep);
    xml_open(h, "details");
    xml_attribute(h, "class", "point");
    if (first == 0)
        xml_attribute(h, "open", "open");
    html_put(h, "summary", "point", buf_text(&title));
    html_put_point(h, r, first, end);
    xml_close(h);
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
    html_put_heat_map(h, r, first, end);
    if (points > 1)
        html_put_sweeps(h, r, first, end);
    for (size_t i = first; i < end;) {
        size_t to = figures_point_end(r, i);
        if (points > 1)
            put_folded(h, r, i, to);
        else
            html_put_point(h, r, i, to);
        i = to;
    }
}
