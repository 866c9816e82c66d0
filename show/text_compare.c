/* text_compare.c - what does not differ for sure, and how a result compares with its baseline, in lines. */
#include "config.h"

#include "base/mem.h"
#include "findings/compare.h"
#include "findings/points.h"
#include "findings/whose.h"
#include "show/text.h"

#include <math.h>
#include <string.h>

/* "serve, share 80%, binpacked: lakebase against sqlite: p99 no difference found (-3 % to +5 %)", without the
 * run where `b` says it already. */
static void put_who(struct buf *b, const struct comparison *c)
{
    const struct result_entry *e = c->entry;
    buf_puts(b, e->run);
    buf_puts(b, e->nsweep ? ", " : "");
    results_put_sweep(b, e->sweep, e->nsweep);
    if (c->kind == COMPARISON_BACKENDS)
        buf_printf(b, ", %s: %s against %s", e->strategy, e->backend, c->against->backend);
    else if (c->kind == COMPARISON_STRATEGIES)
        buf_printf(b, ", %s: %s against %s", e->backend, e->strategy, c->against->strategy);
    else
        buf_printf(b, ", %s, %s", e->backend, e->strategy);
}

void text_each_comparison(const struct results *r, bool of_baseline,
                          void (*line)(void *, const char *who, const char *what, enum comparison_verdict),
                          void *to)
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

static void see_change(void *any, const char *who, const char *what, enum comparison_verdict v)
{
    (void)who, (void)what;
    *(bool *)any |= v == VERDICT_SLOWER || v == VERDICT_FASTER;
}

static bool any_change(const struct results *r)
{
    bool any = false;
    text_each_comparison(r, true, see_change, &any);
    return any;
}

void text_put_comparisons(struct text *t, bool of_baseline)
{
    struct lines lines = {.text = t,
                          .changes = of_baseline && !t->details,
                          .title = of_baseline ? "p99 against the baseline"
                                               : "no significant difference in p99"};
    struct buf b = {0};
    if (of_baseline && t->results->baseline_name &&
        (t->details || t->results->baseline_notes.count || any_change(t->results))) {
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

/* ---- strategies that differ for sure, on each backend ---- */

struct pair { const struct comparison *one; size_t points; double least, most; };     /* one: where they differ most; in times */

static bool is_shown(const struct results *r, const struct comparison *c, size_t first, size_t end)
{
    if (c->kind != COMPARISON_STRATEGIES || c->metric != METRIC_P99 || c->verdict != VERDICT_SLOWER)
        return false;
    for (size_t i = first; i < end; i++)
        if (r->entries.items[i] == c->entry)
            return true;
    return false;
}

static bool same_pair(const struct comparison *a, const struct comparison *b)
{
    return !strcmp(a->entry->backend, b->entry->backend) && !strcmp(a->entry->strategy, b->entry->strategy) &&
           !strcmp(a->against->strategy, b->against->strategy);
}

static struct pair gather(const struct results *r, const struct comparison *like, size_t first, size_t end)
{
    struct pair p = {.least = INFINITY};
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        double times = 1 + c->difference.change;
        if (!is_shown(r, c, first, end) || !same_pair(c, like))
            continue;
        p.points++;
        p.one = !p.one || times > p.most ? c : p.one;
        p.least = fmin(p.least, times);
        p.most = fmax(p.most, times);
    }
    return p;
}

/* Where it holds, of a sweep; nothing where it holds everywhere. */
static void put_where(struct buf *b, const struct results *r, const struct comparison *like, size_t first,
                      size_t end)
{
    const struct result_entry **firsts = mem_alloc((end - first) * sizeof *firsts);
    bool *meant = mem_alloc((end - first) * sizeof *meant);
    size_t n = 0;
    for (size_t i = first; i < end; i = figures_point_end(r, i), n++) {
        firsts[n] = r->entries.items[i];
        meant[n] = gather(r, like, i, figures_point_end(r, i)).points > 0;
    }
    if (firsts[0]->nsweep) {
        buf_puts(b, " at ");
        points_put(b, firsts, meant, n);
    }
    mem_free(meant);
    mem_free(firsts);
}

static void put_pair(struct buf *b, const struct results *r, const struct pair *p, size_t first, size_t end)
{
    const struct comparison *c = p->one;
    buf_puts(b, "\nOn ");
    whose_put_briefly(b, r, c->entry->backend);
    put_where(b, r, c, first, end);
    buf_printf(b, ": %s's p99 is ", c->entry->strategy);
    if (p->least * 1.01 < p->most) {
        number_put(b, p->least);
        buf_puts(b, " to ");
    }
    number_put(b, p->most);
    buf_printf(b, " times as long as %s's", c->against->strategy);
    if (p->points == 1) {
        buf_puts(b, " (");
        number_put(b, 1 + c->difference.low);
        buf_putc(b, '-');
        number_put(b, 1 + c->difference.high);
        buf_putc(b, ')');
    }
    buf_putc(b, '.');
}

/* The pair of this backend that is shown at the most points, of these the one that differs most. */
static struct pair find_pair(const struct results *r, const char *backend, size_t first, size_t end)
{
    struct pair best = {0};
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        if (!is_shown(r, c, first, end) || strcmp(c->entry->backend, backend) != 0)
            continue;
        struct pair p = gather(r, c, first, end);
        if (p.points > best.points || (p.points == best.points && p.most > best.most))
            best = p;
    }
    return best;
}

void text_put_strategies(struct buf *b, const struct results *r, size_t first, size_t end, const char *but)
{
    for (size_t i = 0; i < r->backends.count; i++) {
        const char *backend = r->backends.items[i]->name;
        struct pair p = but && !strcmp(but, backend) ? (struct pair){0} : find_pair(r, backend, first, end);
        if (p.one)
            put_pair(b, r, &p, first, end);
    }
}
