/* text.c - the result for the terminal: the figures, then all that qualifies them, and last the answers:
 * what one sees when a run has ended. Without `details` only the tables that the answers rest on. */
#include "config.h"

#include "findings/expect.h"
#include "findings/rank.h"
#include "findings/whose.h"
#include "show/plain.h"
#include "show/report.h"
#include "show/text.h"

#include <math.h>
#include <string.h>

const char *text_keep(struct text *t, struct buf *b)
{
    const char *text = arena_strdup(&t->arena, buf_text(b));
    buf_release(b);
    return text;
}

static void put_header(struct text *t)
{
    const struct results *r = t->results;
    struct buf b = {0};
    buf_puts(&b, r->workload);
    if (r->title)
        buf_printf(&b, " · %s", r->title);
    paper_put_wrapped(&t->paper, 0, STYLE_BOLD, "", buf_text(&b));
    buf_clear(&b);
    buf_printf(&b, "seed %llu", (unsigned long long)r->seed);
    for (uint32_t i = 0; i < r->nparams; i++)
        buf_printf(&b, " · %s %s", r->params[i].name, r->params[i].text);
    paper_put_wrapped(&t->paper, 0, STYLE_DIM, "", buf_text(&b));
    buf_clear(&b);
    buf_printf(&b, "%s · wkl %s · %s, %u core%s, ", r->started, r->version, r->host.cpu, r->host.cores,
               r->host.cores == 1 ? "" : "s");
    number_put_bytes(&b, (double)r->host.memory_bytes);
    if (t->details)
        buf_printf(&b, " · %s", r->host.kernel);
    paper_put_wrapped(&t->paper, 0, STYLE_DIM, "", buf_text(&b));
    buf_release(&b);
}

/* ---- expectations ---- */

enum { EXPECT_INDENT = 16, MOST_MISSED = 4 };         /* of an expectation, without details */

/* What could not be judged for one and the same reason is reported with the first of them, but with
 * details. */
static bool is_alike(const struct text *t, const struct result_expectation *a,
                     const struct result_expectation *b)
{
    return !t->details && a->unjudged && b->unjudged && !strcmp(a->unjudged, b->unjudged) &&
           expect_is_same(a, b);
}

static size_t count_alike(const struct text *t, const struct result_expectation *x)
{
    size_t n = 0;
    for (size_t i = 0; i < t->results->expectations.count; i++)
        n += is_alike(t, t->results->expectations.items + i, x);
    return n ? n : 1;
}

static bool is_first_alike(const struct text *t, size_t at, bool of_backend)
{
    const struct result_expectation *all = t->results->expectations.items;
    for (size_t i = 0; i < at; i++)
        if (is_alike(t, all + i, all + at) && (!of_backend || !strcmp(all[i].backend, all[at].backend)))
            return false;
    return true;
}

/* "memory, sqlite (4)": the backends, and how many they are with their strategies and points. */
static void put_alike(struct buf *b, const struct text *t, const struct result_expectation *x, size_t n)
{
    const struct result_expectation *all = t->results->expectations.items;
    const char *between = "";
    for (size_t i = 0; i < t->results->expectations.count; i++) {
        if (!is_alike(t, all + i, x) || !is_first_alike(t, i, true))
            continue;
        buf_printf(b, "%s%s", between, all[i].backend);
        between = ", ";
    }
    buf_printf(b, " (%zu)", n);
}

/* Whether it is not judged for what was said where its backend was left out. */
static bool is_left_out(const struct text *t, const struct result_expectation *x)
{
    const struct result_backend *b = results_find_backend(t->results, x->backend);
    return x->unjudged && b && b->status == RESULT_FAILED && b->reason && !strcmp(b->reason, x->unjudged);
}

/* Of how many it tells. */
static size_t put_missed(struct text *t, const struct result_expectation *x)
{
    struct buf b = {0};
    size_t n = count_alike(t, x);
    if (n > 1) {
        put_alike(&b, t, x, n);
    } else {
        buf_printf(&b, "%s, %s", x->backend, x->strategy);
        if (x->nsweep)
            buf_puts(&b, ", ");
        results_put_sweep(&b, x->sweep, x->nsweep);
    }
    buf_puts(&b, ": ");
    if (is_left_out(t, x))
        buf_puts(&b, "left out, see above");
    else
        expect_put_missed(&b, x);
    paper_put_wrapped(&t->paper, EXPECT_INDENT + 2, STYLE_BAD, "", buf_text(&b));
    buf_release(&b);
    return n;
}

/* Of a group: those of a verdict, and which measurements they are of. */
static void put_verdict(struct text *t, const struct expect_group *g, enum expect_verdict v)
{
    static const struct { const char *label; enum style style;
    } shown[] = {[EXPECT_HELD] = {"  held", STYLE_GOOD},
                 [EXPECT_FAILED] = {"  FAILED", STYLE_BAD},
                 [EXPECT_NOT_MEASURED] = {"  NOT MEASURED", STYLE_BAD}};
    const struct result_expectation *all = t->results->expectations.items;
    size_t n = t->results->expectations.count, put = 0, lines = 0;
    uint32_t some = g->of[v];
    if (!some || (v == EXPECT_HELD && some < g->total))
        return;
    struct buf b = {0};
    buf_printf(&b, "%s: ", g->first->run);
    expect_put_what(&b, g->first);
    expect_put_share(&b, some, g->total);
    buf_puts(&b, v == EXPECT_HELD ? "" : ":");
    paper_put_wrapped(&t->paper, EXPECT_INDENT, shown[v].style, shown[v].label, buf_text(&b));
    buf_release(&b);
    for (size_t i = (size_t)(g->first - all); i < n && v != EXPECT_HELD; i++)
        if (expect_verdict(all + i) == v && expect_is_same(all + i, g->first) && is_first_alike(t, i, false) &&
            (t->details || lines++ < MOST_MISSED))
            put += put_missed(t, all + i);
    if (v != EXPECT_HELD && put < some)
        paper_put_wrapped(&t->paper, EXPECT_INDENT + 2, STYLE_BAD, "",
                          arena_printf(&t->arena, "and %zu more", some - put));
}

static void put_expectation(struct text *t, size_t at)
{
    struct expect_group g;
    if (!expect_group(t->results, at, &g))
        return;
    put_verdict(t, &g, EXPECT_FAILED);
    put_verdict(t, &g, EXPECT_NOT_MEASURED);
    if (t->details)
        put_verdict(t, &g, EXPECT_HELD);
}

static void put_expectations(struct text *t)
{
    size_t n = t->results->expectations.count;
    if (!n || (!t->details && expect_count(t->results, EXPECT_HELD) == n))
        return;
    paper_put_rule(&t->paper, t->details ? "expectations" : "expectations that did not hold");
    for (size_t i = 0; i < n; i++)
        put_expectation(t, i);
}

/* ---- what is missing, and what is not as asked for ---- */

static void put_missing(struct text *t, enum style style, const char *what, const char *reason,
                        const char *enable)
{
    struct buf b = {0};
    buf_puts(&b, reason ? reason : "no reason was given");
    if (enable)
        buf_printf(&b, "\nto include it: %s", enable);
    const char *label = arena_printf(&t->arena, "  %s", what);
    paper_put_wrapped(&t->paper, 20, style, label, buf_text(&b));
    buf_release(&b);
}

static void put_left_out(struct text *t)
{
    const struct results *r = t->results;
    bool any = r->left_out.count > 0;
    for (size_t i = 0; i < r->backends.count; i++)
        any |= r->backends.items[i]->status != RESULT_OK;
    if (!any)
        return;
    paper_put_rule(&t->paper, "left out");
    for (size_t i = 0; i < r->backends.count; i++) {
        const struct result_backend *b = r->backends.items[i];
        if (b->status != RESULT_OK)
            put_missing(t, b->status == RESULT_FAILED ? STYLE_BAD : STYLE_PLAIN, b->name, b->reason,
                        b->enable);
    }
    for (size_t i = 0; i < r->left_out.count; i++)
        put_missing(t, STYLE_PLAIN, r->left_out.items[i].what, r->left_out.items[i].reason,
                    r->left_out.items[i].enable);
}

/* "no procedures: 'binpacked' is sent as …" without the strategy, which is named beside it: so it is one note
 * of several strategies. */
static const char *note_of(struct text *t, const struct result_entry *e, uint32_t i)
{
    const char *subject = arena_printf(&t->arena, "'%s' is ", e->strategy),
               *at = strstr(e->notes[i], subject);
    return at ? arena_printf(&t->arena, "%.*s%s", (int)(at - e->notes[i]), e->notes[i],
                             at + strlen(subject)) : e->notes[i];
}

static bool has_note(struct text *t, const struct result_entry *e, const char *note)
{
    for (uint32_t i = 0; i < e->nnotes; i++)
        if (!strcmp(note_of(t, e, i), note))
            return true;
    return false;
}

/* Was the note reported already, with an earlier entry of this backend? */
static bool was_told(struct text *t, size_t at, const char *note)
{
    const struct results *r = t->results;
    for (size_t i = 0; i < at; i++)
        if (!strcmp(r->entries.items[i]->backend, r->entries.items[at]->backend) &&
            has_note(t, r->entries.items[i], note))
            return true;
    return false;
}

/* The strategies of this backend that the note is about. */
static void put_strategies(struct buf *b, struct text *t, size_t at, const char *note)
{
    const struct results *r = t->results;
    const char *backend = r->entries.items[at]->backend;
    for (size_t i = at; i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i];
        bool reported = false;
        for (size_t k = at; k < i; k++)
            reported |= !strcmp(r->entries.items[k]->strategy, e->strategy) &&
                    !strcmp(r->entries.items[k]->backend, backend);
        if (!reported && !strcmp(e->backend, backend) && has_note(t, e, note))
            buf_printf(b, "%s%s", i == at ? "" : ", ", e->strategy);
    }
}

static void put_notes(struct text *t)
{
    const struct results *r = t->results;
    bool any = false;
    for (size_t i = 0; i < r->entries.count; i++)
        for (uint32_t n = 0; n < r->entries.items[i]->nnotes; n++) {
            const char *note = note_of(t, r->entries.items[i], n);
            if (was_told(t, i, note))
                continue;
            if (!any)
                paper_put_rule(&t->paper, "deviations from the workload");
            any = true;
            struct buf b = {0};
            buf_printf(&b, "%s (", note);
            put_strategies(&b, t, i, note);
            buf_putc(&b, ')');
            paper_put_wrapped(&t->paper, 20, STYLE_PLAIN,
                              arena_printf(&t->arena, "  %s", r->entries.items[i]->backend), buf_text(&b));
            buf_release(&b);
        }
}

/* ---- the backends: loading, verification ---- */

static const char *count_cell(struct text *t, double v)
{
    struct buf b = {0};
    number_put_count(&b, v);
    return text_keep(t, &b);
}

static void fill_loaded(struct text *t, const struct result_backend *b, struct grid_row *row)
{
    if (!b->loaded && !b->reused) {
        row->cells[1] = row->cells[2] = row->cells[3] = "–";
        return;
    }
    struct buf text = {0};
    row->cells[1] = count_cell(t, (double)b->load_rows);
    if (b->reused) {
        row->cells[2] = "reused";
        row->cells[3] = "–";
        return;
    }
    number_put_duration(&text, b->load_seconds * 1e9);
    row->cells[2] = text_keep(t, &text);
    if (b->load_seconds > 0)
        number_put(&text, (double)b->load_rows / b->load_seconds);
    else
        buf_puts(&text, "–");
    row->cells[3] = text_keep(t, &text);
}

static void fill_verified(struct text *t, const struct result_backend *b, struct grid_row *row)
{
    const struct result_verified *v = &b->verified;
    row->cells[4] = v->done ? count_cell(t, (double)v->requests) : "–";
    row->cells[5] = v->done ? count_cell(t, (double)v->rows) : "–";
    unsigned c = 6;
    if (results_has_at_rest(t->results))
        row->cells[c++] = v->done ? count_cell(t, (double)v->at_rest) : "–";
    row->cells[c] = !v->done         ? "not checked"
                    : !v->mismatches ? "ok"
                                     : arena_printf(&t->arena, "%s WRONG",
                                                    count_cell(t, (double)v->mismatches));
    row->style = v->mismatches ? STYLE_BAD : v->done ? STYLE_PLAIN : STYLE_WARN;
}

static void put_backends(struct text *t)
{
    const struct results *r = t->results;
    bool at_rest = results_has_at_rest(r);
    struct grid g = {.arena = &t->arena, .columns = 7 + at_rest, .gaps = {0, 2, 2, 2, 4, 2, 2, 2}};
    bool wrong = false;
    for (size_t i = 0; i < r->backends.count; i++)
        wrong |= r->backends.items[i]->verified.mismatches > 0;
    if (!t->details && !wrong && r->entries.count)
        return;                                       /* the answer says it */
    *grid_add(&g, STYLE_DIM) = (struct grid_row){.style = STYLE_DIM,
                                                 .cells = {"", "loaded", NULL, NULL, "verified"}};
    *grid_add(&g, STYLE_DIM) =
        (struct grid_row){.style = STYLE_DIM,
                          .cells = {"  backend", "rows", "indexed in", "rows/s", "requests", "rows",
                                    at_rest ? "at rest" : "result", at_rest ? "result" : NULL}};
    for (size_t i = 0; i < r->backends.count; i++) {
        const struct result_backend *b = r->backends.items[i];
        if (b->status == RESULT_SKIPPED || (!b->loaded && !b->reused && !b->verified.done))
            continue;
        struct grid_row *row = grid_add(&g, STYLE_PLAIN);
        struct buf who = {0};
        buf_puts(&who, "  ");
        whose_put(&who, r, b->name);
        if (!b->place && b->version)
            buf_printf(&who, " (%s)", b->version);
        row->cells[0] = text_keep(t, &who);
        fill_loaded(t, b, row);
        fill_verified(t, b, row);
        if (t->details && b->where) {
            row = grid_add(&g, STYLE_DIM);
            row->span = true;
            row->cells[0] = arena_printf(&t->arena, "      at %s", b->where);
        }
        if (!b->verified.first)
            continue;
        row = grid_add(&g, STYLE_BAD);
        row->span = true;
        row->cells[0] = arena_printf(&t->arena, "      %s", b->verified.first);
    }
    if (g.rows.count < 3)
        return;
    paper_put_rule(&t->paper, "loaded and verified");
    grid_put(&g, &t->paper);
}

/* ---- the client ---- */

struct span_of { double low, high; bool any; };       /* the least and the greatest of a figure over all
                                                         entries */

static void widen(struct span_of *s, bool there, double v)
{
    if (!there)
        return;
    s->low = s->any ? fmin(s->low, v) : v;
    s->high = s->any ? fmax(s->high, v) : v;
    s->any = true;
}

static void put_span(struct buf *b, const struct span_of *s, void (*put)(struct buf *, double))
{
    put(b, s->low);
    if (s->high > s->low) {
        buf_puts(b, " to ");
        put(b, s->high);
    }
}

static void put_client(struct text *t)
{
    const struct results *r = t->results;
    struct span_of cpu = {0}, each = {0}, lag = {0}, wait = {0};
    struct buf b = {0};
    uint32_t saturated = 0;
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i];
        double v = 0;
        bool there = figures_cpu_fraction(e, &v);
        widen(&cpu, there, v);
        there = figures_cpu_per_request(e, &v);
        widen(&each, there, v);
        there = figures_lag(e, &v);
        widen(&lag, there, v);
        widen(&wait, e->all.wait && e->all.wait->count, figures_percentile(e->all.wait, 99));
        saturated += rank_saturated(e);
    }
    if (cpu.any) {
        buf_puts(&b, "CPU: ");
        put_span(&b, &cpu, number_put_percent);
        buf_puts(&b, " of its workers' time");
    }
    if (each.any) {
        buf_printf(&b, "%s", b.len ? ", " : "CPU: ");
        put_span(&b, &each, number_put_duration);
        buf_puts(&b, " a request");
    }
    if (lag.any) {
        buf_printf(&b, "%sbehind schedule (p99): ", b.len ? "\n" : "");
        put_span(&b, &lag, number_put_duration);
    }
    if (wait.any) {
        buf_printf(&b, "%swait for a connection or a turn (p99, included in the response time): ",
                   b.len ? "\n" : "");
        put_span(&b, &wait, number_put_duration);
    }
    if (saturated)
        buf_printf(&b, "%sSATURATED in %u of %zu measurements, which are not ranked", b.len ? "\n" : "",
                   saturated, r->entries.count);
    if (b.len) {
        paper_put_rule(&t->paper, "client overhead");
        paper_put_wrapped(&t->paper, 2, saturated ? STYLE_WARN : STYLE_PLAIN, "", buf_text(&b));
    }
    buf_release(&b);
}

static void put_more(struct text *t)
{
    if (!t->details && t->results->entries.count)
        paper_put_wrapped(&t->paper, 0, STYLE_DIM, "", "All tables: --details, or -o report.html");
}

void report_put_text(const struct results *r, const struct report_options *options, struct buf *out)
{
    size_t from = out->len;
    struct text t = {.results = r,
                     .paper = {out, options->width ? options->width : 100, options->colour},
                     .details = options->details};
    arena_init(&t.arena);
    put_header(&t);
    text_put_runs(&t);
    if (t.details)
        text_put_comparisons(&t, false);
    put_backends(&t);
    text_put_costs(&t);
    if (t.details)
        put_client(&t);
    put_notes(&t);
    text_put_comparisons(&t, true);
    put_left_out(&t);
    put_expectations(&t);
    paper_put_rule(&t.paper, "result");
    text_put_answers(&t);
    put_more(&t);
    if (options->plain)
        plain_make(out, from);
    arena_release(&t.arena);
}
