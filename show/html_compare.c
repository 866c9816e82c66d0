/* html_compare.c - what differs, by how much and how surely: within a point of a run, and against a
 * baseline. */
#include "config.h"

#include "findings/compare.h"
#include "show/html_run.h"

#include "findings/number.h"
#include "show/html_table.h"
#include "show/text.h"

static const char *verdict_class(const struct comparison *c)
{
    return c->verdict == VERDICT_FASTER ? "good" : c->verdict == VERDICT_SLOWER ? "bad" : NULL;
}

static void put_comparison(struct xml *h, const struct comparison *c)
{
    struct buf who = {0}, value = {0}, other = {0}, what = {0};
    bool strategies = c->kind == COMPARISON_STRATEGIES;
    buf_printf(&who, "%s, %s", c->entry->backend, c->entry->strategy);
    html_open_row(h, c->kind == COMPARISON_BASELINE ? verdict_class(c) : NULL);   /* one must be the slower:
                                                                                     that is no fault */
    html_put_row_head(h, buf_text(&who));
    buf_release(&who);
    html_put(h, "td", "words",
             c->kind == COMPARISON_BASELINE ? "the baseline"
             : strategies                   ? c->against->strategy
                                            : c->against->backend);
    html_put(h, "td", "words", metric_name(c->metric));
    number_put_figure(&value, figures_unit(c->metric), c->value);
    html_put_buf(h, "td", NULL, &value);
    number_put_figure(&other, figures_unit(c->metric), c->other);
    html_put_buf(h, "td", NULL, &other);
    comparison_put(&what, c);
    html_put_buf(h, "td", "words", &what);
    xml_close(h);
}

static bool is_within(const struct results *r, const struct comparison *c, size_t first, size_t end)
{
    for (size_t i = first; i < end; i++)
        if (r->entries.items[i] == c->entry)
            return true;
    return false;
}

static const char *const heads[] = {"of", "against", "figure", "its", "the other's",
                                    "verdict, with 95 % interval", NULL};

void html_put_comparisons(struct xml *h, const struct results *r, size_t first, size_t end)
{
    bool any = false;
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = &r->comparisons.items[i];
        if (c->kind == COMPARISON_BASELINE || !is_within(r, c, first, end))
            continue;
        if (!any) {
            xml_open(h, "details");
            html_put(h, "summary", NULL, "Significance of the differences");
            html_open_table(h, "Backends and strategies against the fastest", heads, "0125");
        }
        any = true;
        put_comparison(h, c);
    }
    if (any) {
        html_close_table(h);
        xml_close(h);
    }
}

static void put_note(void *to, const char *note)
{
    html_put(to, "li", NULL, note);
}

void html_put_baseline(struct xml *h, const struct results *r)
{
    bool any = false;
    if (!r->baseline_name)
        return;
    html_put(h, "h2", NULL, "Against the baseline");
    xml_open(h, "ul");
    text_each_baseline_note(r, put_note, h);
    xml_close(h);
    for (size_t i = 0; i < r->comparisons.count; i++) {
        if (r->comparisons.items[i].kind != COMPARISON_BASELINE)
            continue;
        if (!any)
            html_open_table(h, "Each entry against the baseline's", heads, "0125");
        any = true;
        put_comparison(h, &r->comparisons.items[i]);
    }
    if (any)
        html_close_table(h);
}
