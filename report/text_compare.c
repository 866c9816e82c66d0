/* text_compare.c - what cannot be told apart, and how a result stands to its baseline, in lines. */
#include "config.h"

#include "report/compare.h"
#include "report/text.h"

#include <string.h>

/* "serve, share 80%, binpacked: lakebase against sqlite: p99 no difference found (-3 % to +5 %)", without the run where `b` says it already. */
static void put_who(struct buf *b, const struct comparison *c)
{
    const struct result_entry *e = c->entry;
    buf_puts(b, e->run);
    buf_puts(b, e->nsweep ? ", " : "");
    text_put_sweep(b, e->sweep, e->nsweep);
    if (c->kind == COMPARISON_BACKENDS)
        buf_printf(b, ", %s: %s against %s", e->strategy, e->backend, c->against->backend);
    else if (c->kind == COMPARISON_STRATEGIES)
        buf_printf(b, ", %s: %s against %s", e->backend, e->strategy, c->against->strategy);
    else
        buf_printf(b, ", %s, %s", e->backend, e->strategy);
}

void text_each_comparison(const struct results *r, bool of_baseline,
                          void (*line)(void *, const char *who, const char *what, enum comparison_verdict), void *to)
{
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        struct buf who = {0}, what = {0};
        if ((c->kind == COMPARISON_BASELINE) != of_baseline || c->metric != METRIC_P99 ||
            (!of_baseline && c->verdict != VERDICT_NONE_FOUND))
            continue;
        put_who(&who, c);
        comparison_put(&what, c);
        line(to, buf_text(&who), buf_text(&what), c->verdict);
        buf_release(&who);
        buf_release(&what);
    }
}

struct lines { struct text *text; size_t shown, more; const char *title; bool changes; };   /* changes: they alone */

static void put_line(void *to, const char *who, const char *what, enum comparison_verdict v)
{
    enum { MOST = 20 };
    struct lines *lines = to;
    struct buf b = {0};
    if (lines->changes && v != VERDICT_SLOWER && v != VERDICT_FASTER)
        return;
    if (lines->shown == MOST) {
        lines->more++;
        return;
    }
    if (!lines->shown++)
        paper_put_rule(&lines->text->paper, lines->title);
    buf_printf(&b, "%s: %s", who, what);
    enum style style = v == VERDICT_SLOWER ? STYLE_BAD : v == VERDICT_FASTER ? STYLE_GOOD : STYLE_PLAIN;
    paper_put_wrapped(&lines->text->paper, 4, style, "  ·", buf_text(&b));
    buf_release(&b);
}

/* Which baseline it is, and what is not as it was then. */
void text_each_baseline_note(const struct results *r, void (*line)(void *, const char *), void *to)
{
    struct buf b = {0};
    if (!r->baseline_name)
        return;
    buf_printf(&b, "baseline %s of %s", r->baseline_name, r->baseline_started);
    line(to, buf_text(&b));
    for (size_t i = 0; i < r->baseline_notes.count; i++)
        line(to, r->baseline_notes.items[i]);
    buf_release(&b);
}

static void put_note(void *to, const char *note)
{
    struct text *t = to;
    paper_put_wrapped(&t->paper, 4, STYLE_WARN, "  ·", note);
}

void text_put_comparisons(struct text *t, bool of_baseline)
{
    struct lines lines = {.text = t, .changes = of_baseline && !t->details,
                          .title = of_baseline ? "p99 against the baseline" : "no significant difference in p99"};
    struct buf b = {0};
    if (of_baseline && t->results->baseline_name) {
        paper_put_rule(&t->paper, lines.title);
        lines.shown = 1;
        text_each_baseline_note(t->results, put_note, t);
    }
    text_each_comparison(t->results, of_baseline, put_line, &lines);
    if (lines.more) {
        buf_printf(&b, "and %zu more, in the JSON", lines.more);
        paper_put_wrapped(&t->paper, 2, STYLE_DIM, "", buf_text(&b));
    }
    buf_release(&b);
}
