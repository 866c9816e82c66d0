/* html_expect.c - expectations: a map of all points at a glance, and the whole list. */
#include "config.h"

#include "show/html_run.h"

#include <math.h>
#include <string.h>

#include "findings/expect.h"
#include "findings/number.h"
#include "findings/rank.h"
#include "findings/whose.h"
#include "show/html_table.h"
#include "show/text.h"

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

/* ---- one entry ---- */

const struct html_verdict_look html_verdicts[] = {
    [HTML_NOTHING] = {"", "–", "soft", NULL},
    [HTML_HELD] = {"✓", "✓ held", "heat good", "figure good"},
    [HTML_FAILED] = {"✗", "✗ failed", "heat bad", "figure bad"},
    [HTML_UNSURE] = {"?", "? not judged", "heat warn", "figure warn"},
};

enum html_verdict html_verdict_of(const struct result_entry *e)
{
    const struct results *r = e->results;
    uint32_t of[3] = {0};
    for (size_t i = 0; i < r->expectations.count; i++)
        if (expect_is_of(&r->expectations.items[i], e))
            of[expect_verdict(&r->expectations.items[i])]++;
    if (of[EXPECT_FAILED])
        return HTML_FAILED;
    if (!of[EXPECT_HELD] && !of[EXPECT_NOT_MEASURED])
        return HTML_NOTHING;
    return of[EXPECT_NOT_MEASURED] || rank_unranked(r, e) ? HTML_UNSURE : HTML_HELD;
}

/* What did not hold, as a tooltip. */
static void put_why(struct buf *b, const struct result_entry *e)
{
    const struct results *r = e->results;
    for (size_t i = 0; i < r->expectations.count; i++) {
        const struct result_expectation *x = &r->expectations.items[i];
        if (!expect_is_of(x, e) || x->ok)
            continue;
        buf_printf(b, "%s%s: ", b->len ? "; " : "", x->text);
        if (x->unjudged)
            buf_printf(b, "not judged: %s", x->unjudged);
        else
            number_put_figure(b, figures_unit(x->metric), x->value);
    }
}

void html_put_verdict(struct xml *h, const struct result_entry *e, bool with_p99)
{
    enum html_verdict verdict = e ? html_verdict_of(e) : HTML_NOTHING;
    const struct html_verdict_look *look = &html_verdicts[verdict];
    struct buf text = {0}, why = {0};
    double p99 = 0;
    xml_open(h, "td");
    xml_attribute(h, "class", "%s", look->cell);
    if (verdict == HTML_FAILED || verdict == HTML_UNSURE)
        put_why(&why, e);
    if (verdict == HTML_UNSURE && !why.len)
        buf_puts(&why, rank_unranked(e->results, e));
    if (why.len)
        xml_attribute(h, "title", "%s", buf_text(&why));
    if (with_p99 && verdict != HTML_NOTHING && figures_metric(e, METRIC_P99, false, &p99)) {
        buf_printf(&text, "%s ", look->sign);
        number_put_duration(&text, p99);
    } else {
        buf_puts(&text, look->word);
    }
    xml_text(h, buf_text(&text));
    xml_close(h);
    buf_release(&text);
    buf_release(&why);
}

bool html_is_expected(const struct results *r, const char *run)
{
    for (size_t i = 0; i < r->expectations.count; i++)
        if (!strcmp(r->expectations.items[i].run, run))
            return true;
    return false;
}

/* ---- the map ---- */

/* The point that begins at `point` has an entry for the same backend and strategy, or NULL. */
static const struct result_entry *same_at(const struct results *r, size_t point, const struct result_entry *e)
{
    for (size_t i = point, end = figures_point_end(r, point); i < end; i++)
        if (!strcmp(r->entries.items[i]->backend, e->backend) &&
            !strcmp(r->entries.items[i]->strategy, e->strategy))
            return r->entries.items[i];
    return NULL;
}

static bool is_first_of_its_kind(const struct results *r, size_t first, size_t i)
{
    const struct result_entry *e = r->entries.items[i];
    for (size_t k = first; k < i; k++)
        if (!strcmp(r->entries.items[k]->backend, e->backend) &&
            !strcmp(r->entries.items[k]->strategy, e->strategy))
            return false;
    return true;
}

/* Returns how many columns there are. */
static size_t put_map_head(struct xml *h, const struct results *r, size_t first, size_t end)
{
    struct arena arena;
    const char **heads;
    size_t n = 1;
    arena_init(&arena);
    heads = arena_array(&arena, const char *, end - first + 2);
    heads[0] = "strategy";
    for (size_t i = first; i < end; i = figures_point_end(r, i)) {
        struct buf b = {0};
        const struct result_entry *e = r->entries.items[i];
        results_put_sweep(&b, e->sweep, e->nsweep);
        heads[n++] = arena_strdup(&arena, buf_text(&b));
        buf_release(&b);
    }
    html_open_table(h,
                    "Whether each meets what is expected of the run, with its p99: ✓ all of it, ✗ not, ? not "
                    "ranked or not "
                    "judged",
                    heads, NULL);
    arena_release(&arena);
    return n;
}

void html_put_heat_map(struct xml *h, const struct results *r, size_t first, size_t end)
{
    const char *backend = NULL;
    if (!html_is_expected(r, r->entries.items[first]->run))
        return;
    size_t columns = put_map_head(h, r, first, end);
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (!is_first_of_its_kind(r, first, i))
            continue;
        if (!backend || strcmp(backend, e->backend) != 0)
            html_put_group(h, r, e->backend, columns, !backend);
        backend = e->backend;
        html_open_row(h, NULL);
        html_put_row_head(h, e->strategy);
        for (size_t p = first; p < end; p = figures_point_end(r, p))
            html_put_verdict(h, same_at(r, p, e), true);
        xml_close(h);
    }
    html_close_table(h);
}

/* ---- the list ---- */

/* What nothing was found of, for one reason: backends and strategies have one row. */
static bool is_alike(const struct result_expectation *a, const struct result_expectation *b)
{
    return a->unjudged && b->unjudged && !a->measured && !b->measured && !strcmp(a->unjudged, b->unjudged) &&
           !strcmp(a->text, b->text) && !strcmp(a->run, b->run) &&
           ir_params_same(a->sweep, a->nsweep, b->sweep, b->nsweep);
}

static bool was_told(const struct results *r, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (is_alike(&r->expectations.items[i], &r->expectations.items[at]))
            return true;
    return false;
}

/* Of those that have this row: each backend, or strategy, once. */
static void put_names(struct xml *h, const struct results *r, const struct result_expectation *x, bool of_backend)
{
    const struct result_expectation *end = r->expectations.items + r->expectations.count;
    struct buf b = {0};
    for (const struct result_expectation *y = x; y < end; y++) {
        bool told = y > x && !is_alike(x, y);
        for (const struct result_expectation *z = x; z < y && !told; z++)
            told = (z == x || is_alike(x, z)) && (of_backend ? !strcmp(z->backend, y->backend)
                                                             : !strcmp(z->strategy, y->strategy));
        if (told)
            continue;
        buf_puts(&b, b.len ? ", " : "");
        if (of_backend)
            whose_put(&b, r, y->backend);
        else
            buf_puts(&b, y->strategy);
    }
    html_put_buf(h, "td", "words", &b);
}

static void put_expectation(struct xml *h, const struct results *r, const struct result_expectation *x)
{
    static const struct { const char *class, *words;
    } shown[] = {[EXPECT_HELD] = {NULL, "✓ held"},
                 [EXPECT_FAILED] = {"bad", "✗ FAILED"},
                 [EXPECT_NOT_MEASURED] = {"warn", "? NOT MEASURED"}};
    enum expect_verdict v = expect_verdict(x);
    struct buf where = {0}, found = {0}, words = {0};
    html_open_row(h, shown[v].class);
    html_put_row_head(h, x->text);
    if (x->measured)
        number_put_figure(&found, figures_unit(x->metric), x->value);
    html_put_buf(h, "td", NULL, &found);
    put_names(h, r, x, true);
    put_names(h, r, x, false);
    buf_printf(&where, "%s%s", x->run, x->nsweep ? ", " : "");
    results_put_sweep(&where, x->sweep, x->nsweep);
    html_put_buf(h, "td", "words", &where);
    buf_printf(&words, "%s%s%s", shown[v].words, x->unjudged ? ": " : "", x->unjudged ? x->unjudged : "");
    html_put_buf(h, "td", "words", &words);
    xml_close(h);
}

static void put_list(struct xml *h, const struct results *r, const char *caption, bool held)
{
    static const char *const heads[] = {"expected", "found", "backend", "strategy", "run", "verdict", NULL};
    html_open_table(h, caption, heads, "02345");
    for (size_t i = 0; i < r->expectations.count; i++)
        if ((expect_verdict(&r->expectations.items[i]) == EXPECT_HELD) == held && !was_told(r, i))
            put_expectation(h, r, &r->expectations.items[i]);
    html_close_table(h);
}

/* "errors == 0 held 36 times": of the held ones each text once. */
static void put_held_in_short(struct buf *b, const struct results *r)
{
    for (size_t i = 0; i < r->expectations.count; i++) {
        const char *text = r->expectations.items[i].text;
        uint32_t times = 0;
        bool reported = false;
        for (size_t k = 0; k < r->expectations.count; k++) {
            const struct result_expectation *x = &r->expectations.items[k];
            if (expect_verdict(x) != EXPECT_HELD || strcmp(x->text, text) != 0)
                continue;
            reported |= k < i;
            times++;
        }
        if (!times || reported || expect_verdict(&r->expectations.items[i]) != EXPECT_HELD)
            continue;
        buf_printf(b, "%s%s held", b->len ? "; " : "", text);
        if (times > 1)
            buf_printf(b, ", %u times", times);
    }
}

void html_put_expectations(struct xml *h, const struct results *r)
{
    uint32_t held = expect_count(r, EXPECT_HELD);
    struct buf b = {0};
    if (!r->expectations.count)
        return;
    html_put_section(h, "expected", "What was expected");
    if (held < r->expectations.count)
        put_list(h, r, "Expectations that failed, or could not be judged", false);
    if (!held)
        return;
    put_held_in_short(&b, r);
    xml_open(h, "details");
    html_put_buf(h, "summary", "good", &b);
    put_list(h, r, "Expectations that held", true);
    xml_close(h);
}
