/* html_expect.c - expectations: a map of all points at a glance, and the whole list. */
#include "config.h"

#include "report/html_run.h"

#include <math.h>
#include <string.h>

#include "report/expect.h"
#include "report/html_table.h"
#include "report/number.h"
#include "report/text.h"
#include "report/whose.h"

double html_p99_limit(const struct results *r, const char *run)
{
    double least = INFINITY;
    for (size_t i = 0; i < r->expectations.count; i++) {
        const struct result_expectation *x = &r->expectations.items[i];
        if (!strcmp(x->run, run) && x->metric == METRIC_P99 && !strncmp(x->text, "p99 <", 5))
            least = fmin(least, x->limit);
    }
    return isfinite(least) ? least : 0;
}

/* ---- the map ---- */

/* How many held, failed, were not judged; and what did not hold, in words for whoever hovers. */
struct verdict { uint32_t of[3]; struct buf why; };

static struct verdict judge(const struct results *r, const struct result_entry *e)
{
    struct verdict v = {0};
    for (size_t i = 0; i < r->expectations.count; i++) {
        const struct result_expectation *x = &r->expectations.items[i];
        if (!expect_is_of(x, e))
            continue;
        v.of[expect_verdict(x)]++;
        if (x->ok)
            continue;
        buf_printf(&v.why, "%s%s: ", v.why.len ? "; " : "", x->text);
        if (x->unjudged)
            buf_printf(&v.why, "not judged: %s", x->unjudged);
        else
            number_put_figure(&v.why, figures_unit(x->metric), x->value);
    }
    return v;
}

static void put_verdict(struct xml *h, const struct results *r, const struct result_entry *e)
{
    struct verdict v = {0};
    struct buf text = {0};
    double p99 = 0;
    if (e)
        v = judge(r, e);
    bool any = v.of[EXPECT_HELD] || v.of[EXPECT_FAILED] || v.of[EXPECT_NOT_MEASURED], failed = v.of[EXPECT_FAILED];
    bool unsure = any && !failed && (v.of[EXPECT_NOT_MEASURED] || figures_unranked(r, e));
    xml_open(h, "td");
    xml_attribute(h, "class", "%s", !any ? "soft" : failed ? "heat bad" : unsure ? "heat warn" : "heat good");
    if (v.why.len)
        xml_attribute(h, "title", "%s", buf_text(&v.why));
    else if (unsure)
        xml_attribute(h, "title", "%s", figures_unranked(r, e));
    buf_puts(&text, !any ? "–" : failed ? "✗ " : unsure ? "? " : "✓ ");
    if (any && figures_metric(e, METRIC_P99, false, &p99))
        number_put_duration(&text, p99);
    xml_text(h, buf_text(&text));
    xml_close(h);
    buf_release(&text);
    buf_release(&v.why);
}

/* The point that begins at `point` has an entry for the same backend and strategy, or NULL. */
static const struct result_entry *same_at(const struct results *r, size_t point, const struct result_entry *e)
{
    for (size_t i = point, end = figures_point_end(r, point); i < end; i++)
        if (!strcmp(r->entries.items[i]->backend, e->backend) && !strcmp(r->entries.items[i]->strategy, e->strategy))
            return r->entries.items[i];
    return NULL;
}

static bool is_first_of_its_kind(const struct results *r, size_t first, size_t i)
{
    const struct result_entry *e = r->entries.items[i];
    for (size_t k = first; k < i; k++)
        if (!strcmp(r->entries.items[k]->backend, e->backend) && !strcmp(r->entries.items[k]->strategy, e->strategy))
            return false;
    return true;
}

static void put_map_head(struct xml *h, const struct results *r, size_t first, size_t end)
{
    struct arena arena;
    const char **heads;
    size_t n = 2;
    arena_init(&arena);
    heads = arena_array(&arena, const char *, end - first + 3);
    heads[0] = "backend";
    heads[1] = "strategy";
    for (size_t i = first; i < end; i = figures_point_end(r, i)) {
        struct buf b = {0};
        const struct result_entry *e = r->entries.items[i];
        text_put_sweep(&b, e->sweep, e->nsweep);
        heads[n++] = e->nsweep ? arena_strdup(&arena, buf_text(&b)) : "verdict and p99";
        buf_release(&b);
    }
    html_open_table(h, "Whether each meets what is expected of the run: ✓ all of it, ✗ not, ? not measured: its figures are not ranked or could "
                    "not be judged; with p99", heads, "01");
    arena_release(&arena);
}

void html_put_heat_map(struct xml *h, const struct results *r, size_t first, size_t end)
{
    bool any = false;
    for (size_t i = 0; i < r->expectations.count && !any; i++)
        any = !strcmp(r->expectations.items[i].run, r->entries.items[first]->run);
    if (!any)
        return;
    put_map_head(h, r, first, end);
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (!is_first_of_its_kind(r, first, i))
            continue;
        html_open_row(h, NULL);
        html_put_backend_head(h, r, e->backend);
        html_put_row_head(h, e->strategy);
        for (size_t p = first; p < end; p = figures_point_end(r, p))
            put_verdict(h, r, same_at(r, p, e));
        xml_close(h);
    }
    html_close_table(h);
}

/* ---- the list ---- */

static void put_expectation(struct xml *h, const struct results *r, const struct result_expectation *x)
{
    static const struct { const char *class, *words; } shown[] = {
        [EXPECT_HELD] = {NULL, "held"}, [EXPECT_FAILED] = {"bad", "FAILED"}, [EXPECT_NOT_MEASURED] = {"warn", "NOT MEASURED"}};
    enum expect_verdict v = expect_verdict(x);
    struct buf where = {0}, found = {0}, words = {0};
    html_open_row(h, shown[v].class);
    html_put_row_head(h, x->text);
    buf_printf(&where, "%s%s", x->run, x->nsweep ? ", " : "");
    text_put_sweep(&where, x->sweep, x->nsweep);
    html_put_buf(h, "td", "words", &where);
    struct buf who = {0};
    whose_put(&who, r, x->backend);
    html_put_buf(h, "td", "words", &who);
    html_put(h, "td", "words", x->strategy);
    if (x->measured)
        number_put_figure(&found, figures_unit(x->metric), x->value);
    html_put_buf(h, "td", NULL, &found);
    buf_printf(&words, "%s%s%s", shown[v].words, x->unjudged ? ": " : "", x->unjudged ? x->unjudged : "");
    html_put_buf(h, "td", "words", &words);
    xml_close(h);
}

void html_put_expectations(struct xml *h, const struct results *r)
{
    static const char *const heads[] = {"expected", "run", "backend", "strategy", "found", "verdict", NULL};
    if (!r->expectations.count)
        return;
    html_put(h, "h2", NULL, "What was expected");
    html_open_table(h, "Expectations", heads, "01235");
    for (size_t i = 0; i < r->expectations.count; i++)
        put_expectation(h, r, &r->expectations.items[i]);
    html_close_table(h);
}
