/* text_answer.c - the answers: what to take, for each run and sweep point what is fastest and by how much,
 * and how good that is. */
#include "config.h"

#include "findings/busy.h"
#include "findings/compare.h"
#include "findings/doubt.h"
#include "findings/expect.h"
#include "findings/limit.h"
#include "findings/points.h"
#include "findings/power.h"
#include "findings/rank.h"
#include "findings/recommend.h"
#include "findings/whose.h"
#include "show/text.h"

#include <math.h>
#include <string.h>

enum { ANSWER_INDENT = 16, ENDLESS = 100000 };         /* ENDLESS: columns, where one answer is one line */

struct point { struct text *text; size_t first, end; const struct result_entry *best; struct doubt doubt; };

static double p99_of(const struct result_entry *e)
{
    double v = 0;
    figures_metric(e, METRIC_P99, false, &v);
    return v;
}

/* The fastest (or slowest) ranked entry with another backend than the best, or the same backend
 * and another strategy. */
static const struct result_entry *find_other(const struct point *p, bool same_backend, bool slowest)
{
    const struct result_entry *found = NULL;
    for (size_t i = p->first; i < p->end; i++) {
        const struct result_entry *e = p->text->results->entries.items[i];
        bool same_server = whose_is_same(p->text->results, e->backend, p->best->backend);
        if (e == p->best || same_server || same_backend != !strcmp(e->backend, p->best->backend) || rank_unranked(p->text->results, e))
            continue;
        if (!found || (slowest ? p99_of(e) > p99_of(found) : p99_of(e) < p99_of(found)))
            found = e;
    }
    return found;
}

/* How the other's p99 differs from the best one's, which is never the greater. */
static struct comparison compare_to_best(const struct point *p, const struct result_entry *other)
{
    const struct comparison *made = compare_find(p->text->results, other, p->best, METRIC_P99);
    return made ? *made : compare_entries(p->text->results, other, p->best, METRIC_P99);
}

static void put_times_as_long(struct buf *b, const struct point *p, const struct result_entry *other)
{
    struct comparison c = compare_to_best(p, other);
    if (!(p99_of(p->best) > 0))
        return;
    buf_puts(b, ", ");
    if (c.verdict == VERDICT_NONE_FOUND) {
        comparison_put(b, &c);
        return;
    }
    number_put(b, p99_of(other) / p99_of(p->best));
    buf_puts(b, " times as long");
    if (c.verdict == VERDICT_UNKNOWN) {
        buf_printf(b, " (uncertain: %s)", c.why);
        return;
    }
    buf_puts(b, " (");
    number_put(b, 1 + c.difference.low);
    buf_putc(b, '-');
    number_put(b, 1 + c.difference.high);
    buf_putc(b, ')');
}

/* "Fastest" is said where all others are known to be slower. */
static const char *rank_in_words(const struct point *p)
{
    if (!find_other(p, false, false) && !find_other(p, true, false))
        return "Measured";                            /* the fastest of one says nothing */
    return p->doubt.rival ? "Lowest p99" : "Fastest";
}

static struct point make_point(struct text *t, size_t first, size_t end)
{
    struct point p = {t, first, end, rank_best(t->results, first, end), {0}};
    if (p.best)
        p.doubt = doubt_about(t->results, p.best, first, end, NULL);
    return p;
}

const char *text_rank(const struct results *r, size_t first, size_t end)
{
    struct text t = {.results = r};
    struct point p = make_point(&t, first, end);
    return p.best ? rank_in_words(&p) : "Not ranked";
}

static void put_name(struct buf *b, const struct result_entry *e)
{
    whose_put_briefly(b, e->results, e->backend);
    buf_printf(b, ", %s", e->strategy);
}

/* What is compared had different numbers of requests at work: the one may be slow because it was
 * given more of them. */
static void put_at_once(struct buf *b, const struct result_entry *best, const struct result_entry *other)
{
    double least = fmin(best->at_once, other->at_once), most = fmax(best->at_once, other->at_once);
    if (best->rate > 0 || !(least > 0) || !text_differs_at_work(least, most))
        return;
    buf_printf(b, " In flight at most: %s %u, %s %u (%u clients)", best->backend, best->at_once, other->backend, other->at_once, best->clients);
    const struct result_entry *fewer = best->at_once < other->at_once ? best : other;
    if (limit_of(fewer) == LIMIT_TURNS)               /* the comparison rests on a setting of the client */
        buf_printf(b, ": with more --jobs than %u %s has more", fewer->workers, fewer->backend);
    buf_putc(b, '.');
}

static void put_fastest(struct buf *b, const struct point *p)
{
    double v = 0, low = 0, high = 0;
    put_name(b, p->best);
    buf_puts(b, ": p99 ");
    if (stats_interval(p->best, METRIC_P99, &low, &high))
        number_put_interval(b, p99_of(p->best), low, high);
    else
        number_put_duration(b, p99_of(p->best));
    if (figures_metric(p->best, METRIC_THROUGHPUT, false, &v)) {
        buf_puts(b, ", ");
        number_put(b, v);
        buf_puts(b, " requests/s");
    }
    doubt_put(b, "", &p->doubt);
    buf_putc(b, '.');
    const struct result_entry *other = find_other(p, false, false);
    if (other) {
        buf_puts(b, "\nNext: ");
        put_name(b, other);
        buf_puts(b, ": p99 ");
        number_put_duration(b, p99_of(other));
        put_times_as_long(b, p, other);
        buf_putc(b, '.');
        put_at_once(b, p->best, other);
    }
    other = find_other(p, true, true);
    if (other) {
        buf_printf(b, "\nSlowest on %s: %s: p99 ", p->best->backend, other->strategy);
        number_put_duration(b, p99_of(other));
        put_times_as_long(b, p, other);
        buf_putc(b, '.');
    }
}

/* Where something is expected, the recommendation says which is the cheapest that meets it. */
static void put_cheapest(struct buf *b, const struct point *p)
{
    const struct results *r = p->text->results;
    const struct result_entry *cheapest = NULL;
    double least = 0, usd = 0;
    uint32_t priced = 0;
    if (r->expectations.count)
        return;
    for (size_t i = p->first; i < p->end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (rank_unranked(r, e) || !figures_metric(e, METRIC_COST_PER_MILLION, false, &usd))
            continue;
        priced++;
        bool same = cheapest && fabs(usd - least) <= 1e-9 * least;            /* but for the last bits of a sum */
        if (!cheapest || (same ? p99_of(e) < p99_of(cheapest) : usd < least))
            cheapest = e, least = usd;
    }
    if (priced < 2)
        return;
    buf_puts(b, "\nCheapest with a known price: ");
    put_name(b, cheapest);
    buf_puts(b, ": $");
    number_put(b, least);
    buf_puts(b, " per million requests.");
}

/* With a tick or a cross where it is good or bad, on paper. */
static void put_line(struct text *t, enum style style, const char *label, const char *text)
{
    const char *sign = t->paper.width >= ENDLESS ? "" : style == STYLE_GOOD ? "✓ " : style == STYLE_BAD ? "✗ " : "";
    paper_put_wrapped(&t->paper, ANSWER_INDENT, style, label, arena_printf(&t->arena, "%s%s", sign, text));
}

/* The run is named where there are several. */
static const char *of_run(const struct text *t, const char *run)
{
    for (size_t i = 0; i < t->results->entries.count; i++)
        if (strcmp(t->results->entries.items[i]->run, run) != 0)
            return arena_printf(&((struct text *)t)->arena, "%s: ", run);
    return "";
}

static void put_answer(struct text *t, const char *run, const char *label, const struct buf *b)
{
    put_line(t, label ? STYLE_PLAIN : STYLE_BAD, label ? label : "Not ranked:", arena_printf(&t->arena, "%s%s", of_run(t, run), buf_text(b)));
}

static void put_point_answer(struct text *t, size_t first, size_t end)
{
    const struct result_entry *e = t->results->entries.items[first];
    struct point p = make_point(t, first, end);
    struct buf b = {0};
    if (p.best) {
        put_fastest(&b, &p);
        text_put_strategies(&b, t->results, first, end, p.best->backend);
        put_cheapest(&b, &p);
    } else {
        buf_puts(&b, "no candidate can be ranked: ");
        rank_put_unranked(&b, t->results, first, end);
        buf_putc(&b, '.');
    }
    put_answer(t, e->run, p.best ? arena_printf(&t->arena, "%s:", rank_in_words(&p)) : NULL, &b);
    buf_release(&b);
}

/* ---- sweeps: who is fastest where ---- */

static bool same_name(const struct result_entry *a, const struct result_entry *b)
{
    return a && b && !strcmp(a->backend, b->backend) && !strcmp(a->strategy, b->strategy);
}

struct winners { struct text *text; const struct doubt_point *points; size_t n; };   /* the points of a sweep */

/* Whether the same is the best at both, or at neither. */
static bool same_winner(const struct doubt_point *a, const struct doubt_point *b)
{
    return a->best ? same_name(a->best, b->best) : !b->best;
}

static bool was_told(const struct winners *w, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_winner(w->points + i, w->points + at))
            return true;
    return false;
}

/* "share 100% to 50%: sqlite, binpacked, 198 µs to 396 µs." */
static void put_winner(struct buf *b, const struct winners *w, size_t at)
{
    double low = INFINITY, high = 0;
    size_t last = at;
    const struct result_entry **entries = arena_array(&w->text->arena, const struct result_entry *, w->n);
    bool *meant = arena_array(&w->text->arena, bool, w->n);
    for (size_t i = 0; i < w->n; i++) {
        entries[i] = w->text->results->entries.items[w->points[i].first];
        meant[i] = same_winner(w->points + at, w->points + i);
        last = meant[i] ? i : last;
        if (!meant[i] || !w->points[i].best)
            continue;
        low = fmin(low, p99_of(w->points[i].best));
        high = fmax(high, p99_of(w->points[i].best));
    }
    points_put(b, entries, meant, w->n);
    if (!w->points[at].best) {
        buf_puts(b, ": no candidate can be ranked: ");
        rank_put_unranked(b, w->text->results, w->points[at].first, w->points[last].end);
        buf_putc(b, '.');
        return;
    }
    buf_puts(b, ": ");
    put_name(b, w->points[at].best);
    buf_puts(b, ", ");
    number_put_duration(b, low);
    if (high > low) {
        buf_puts(b, " to ");
        number_put_duration(b, high);
    }
    doubt_put_points(b, w->text->results, "", w->points, meant, w->n);
    buf_putc(b, '.');
}

static void put_depends(struct buf *b, const struct winners *w)
{
    const struct results *r = w->text->results;
    const struct result_entry *steady = doubt_steady(r, w->points, w->n, NULL);
    buf_puts(b, steady ? "not shown to depend on " : "depends on ");
    points_put_swept(b, r->entries.items[w->points->first]);
    if (steady) {
        buf_puts(b, ", since ");
        put_name(b, steady);
        buf_puts(b, " is at no point shown to be slower");
    }
    buf_putc(b, ':');
}

static void put_sweep_answer(struct text *t, size_t first, size_t end)
{
    const struct results *r = t->results;
    struct doubt_point *points = arena_array(&t->arena, struct doubt_point, end - first);
    struct winners w = {t, points, doubt_points(r, first, end, points)};
    struct buf b = {0};
    size_t groups = 0;
    bool any = false;
    for (size_t i = 0; i < w.n; i++) {
        any |= points[i].best != NULL;
        groups += !was_told(&w, i);
    }
    if (groups > 1)
        put_depends(&b, &w);
    for (size_t i = 0; i < w.n; i++) {
        if (was_told(&w, i))
            continue;
        buf_puts(&b, groups > 1 ? "\n· " : "at ");
        put_winner(&b, &w, i);
    }
    text_put_strategies(&b, r, first, end, NULL);
    put_answer(t, r->entries.items[first]->run, any ? "Lowest p99:" : NULL, &b);
    buf_release(&b);
}

/* The first reason, and that there are others. */
static void put_why_unjudged(struct buf *b, const struct results *r)
{
    const char *why = r->unjudged.count ? r->unjudged.items[0].why : "too few rounds or requests to tell a difference";
    buf_puts(b, why);
    for (size_t i = 1; i < r->unjudged.count; i++)
        if (strcmp(r->unjudged.items[i].why, why) != 0) {
            buf_puts(b, ", among other reasons");
            return;
        }
}

/* "2 slower, 1 faster, 9 without a difference found"; without a single pair that was
 * compared, that and why. */
static void put_baseline(struct text *t)
{
    const struct results *r = t->results;
    size_t counts[4] = {0};
    struct buf b = {0}, power = {0};
    if (!r->baseline_name)
        return;
    for (size_t i = 0; i < r->comparisons.count; i++)
        if (r->comparisons.items[i].kind == COMPARISON_BASELINE)
            counts[r->comparisons.items[i].verdict]++;
    if (!counts[VERDICT_SLOWER] && !counts[VERDICT_FASTER] && !counts[VERDICT_NONE_FOUND]) {
        buf_printf(&b, "'%s': nothing could be compared with it: ", r->baseline_name);
        put_why_unjudged(&b, r);
    } else {
        buf_printf(&b, "'%s' (p50, p99, throughput): %zu slower, %zu faster, %zu without a difference found",
                   r->baseline_name, counts[VERDICT_SLOWER], counts[VERDICT_FASTER], counts[VERDICT_NONE_FOUND]);
        if (counts[VERDICT_UNKNOWN])
            buf_printf(&b, ", %zu unknown", counts[VERDICT_UNKNOWN]);
        if (r->unjudged.count) {
            buf_printf(&b, "; %zu could NOT BE JUDGED: ", r->unjudged.count);
            put_why_unjudged(&b, r);
        }
    }
    buf_puts(&b, r->baseline_notes.count ? "; conditions differ, see the comparison." : ".");
    power_put(&power, r);
    if (power.len)
        buf_printf(&b, "\n%s", buf_text(&power));
    buf_release(&power);
    put_line(t, counts[VERDICT_SLOWER] || r->unjudged.count ? STYLE_BAD : power_is_weak(r) ? STYLE_WARN : STYLE_GOOD, "Baseline:", buf_text(&b));
    buf_release(&b);
}

/* The last line, on prices that lack, is the same for most runs: the first that ends in it says it. */
static size_t untold_bytes(const struct results *r, size_t at)
{
    const char *text = r->recommendations.items[at].text, *last = strstr(text, "\n" RECOMMEND_UNPRICED);
    for (size_t i = 0; i < at && last; i++) {
        const char *earlier = strstr(r->recommendations.items[i].text, "\n" RECOMMEND_UNPRICED);
        size_t n = strcspn(last + 1, "\n") + 1;
        if (earlier && !strncmp(earlier, last, n) && !last[n])
            return (size_t)(last - text);
    }
    return strlen(text);
}

/* Where nothing is, the answer says so, and why. */
static bool any_ranked(const struct results *r, const struct recommendation *x)
{
    for (uint32_t i = 0; i < x->npoints; i++)
        if (rank_best(r, x->points[i].first, x->points[i].end))
            return true;
    return false;
}

static void put_recommendations(struct text *t)
{
    const struct results *r = t->results;
    for (size_t i = 0; i < r->recommendations.count; i++) {
        const struct recommendation *x = r->recommendations.items + i;
        struct buf b = {0};
        if (!any_ranked(r, x))
            continue;
        if (r->recommendations.count > 1)
            buf_printf(&b, "%s: ", x->run);
        buf_add(&b, x->text, untold_bytes(r, i));
        put_line(t, STYLE_BOLD, "Recommendation:", buf_text(&b));
        buf_release(&b);
    }
}

static void put_expected(struct text *t)
{
    uint32_t failed = expect_count(t->results, EXPECT_FAILED), unjudged = expect_count(t->results, EXPECT_NOT_MEASURED);
    size_t n = t->results->expectations.count;
    struct buf b = {0};
    if (!n)
        return;
    if (failed)
        buf_printf(&b, "%u of %zu expectations failed", failed, n);
    if (unjudged)
        buf_printf(&b, failed ? ", %u of %zu could not be judged" : "%u of %zu expectations could not be judged", unjudged, n);
    if (failed || unjudged)
        buf_putc(&b, '.');
    else if (n == 1)
        buf_puts(&b, "the expectation held.");
    else
        buf_printf(&b, "all %zu expectations held.", n);
    put_line(t, failed || unjudged ? STYLE_BAD : STYLE_GOOD, "Expected:", buf_text(&b));
    buf_release(&b);
}

static void put_verified(struct text *t)
{
    struct buf b = {0}, wrong = {0};
    uint32_t done = 0;
    double requests = 0, rows = 0;
    for (size_t i = 0; i < t->results->backends.count; i++) {
        const struct result_backend *k = t->results->backends.items[i];
        done += k->verified.done;
        requests += (double)k->verified.requests;
        rows += (double)k->verified.rows;
        if (k->verified.mismatches)
            buf_printf(&wrong, "%s%s", wrong.len ? ", " : "", k->name);
    }
    if (wrong.len) {
        buf_printf(&b, "WRONG ROWS from %s.", buf_text(&wrong));
    } else if (done) {
        number_put_count(&b, requests);
        buf_puts(&b, " requests, ");
        number_put_count(&b, rows);
        buf_printf(&b, " rows on %u backend%s: every value correct.", done, done == 1 ? "" : "s");
    } else {
        buf_puts(&b, "nothing was verified, so nothing is ranked.");
    }
    put_line(t, wrong.len ? STYLE_BAD : done ? STYLE_GOOD : STYLE_WARN, "Verified:", buf_text(&b));
    buf_release(&wrong);
    buf_release(&b);
}

static void put_left_out(struct text *t, enum result_status status, enum style style, const char *label)
{
    struct buf b = {0};
    for (size_t i = 0; i < t->results->backends.count; i++)
        if (t->results->backends.items[i]->status == status)
            buf_printf(&b, "%s%s", b.len ? ", " : "", t->results->backends.items[i]->name);
    for (size_t i = 0; status == RESULT_SKIPPED && i < t->results->left_out.count; i++)
        buf_printf(&b, "%s%s", b.len ? ", " : "", t->results->left_out.items[i].what);
    if (b.len) {
        put_line(t, style, label, buf_text(&b));
    }
    buf_release(&b);
}

static void put_whose(struct text *t, const char *label, void (*put)(struct buf *, const struct results *))
{
    struct buf b = {0};
    put(&b, t->results);
    if (b.len)
        put_line(t, STYLE_WARN, label, buf_text(&b));
    buf_release(&b);
}

/* A phase that only loads has done what it was asked for. */
static void put_nothing(struct text *t)
{
    bool loaded = false;
    for (size_t i = 0; i < t->results->backends.count; i++)
        loaded |= t->results->backends.items[i]->loaded || t->results->backends.items[i]->reused;
    bool asked = loaded && !t->results->expectations.count && !t->results->left_out.count;
    paper_put_wrapped(&t->paper, 0, asked ? STYLE_PLAIN : STYLE_BAD, "", asked ? "loaded; nothing was measured" : "nothing was measured");
}

static void put_remarks(struct text *t)
{
    for (size_t i = 0; i < t->results->remarks.count; i++) {
        const struct result_remark *remark = &t->results->remarks.items[i];
        put_line(t, remark->differs ? STYLE_WARN : STYLE_PLAIN, remark->differs ? "DIFFERS:" : "Joined:", remark->text);
    }
}

/* Whether something is expected of a run that has no figures, and none before it was the same. */
static bool is_not_reached(const struct results *r, size_t at)
{
    const char *run = r->expectations.items[at].run;
    for (size_t i = 0; i < at; i++)
        if (!strcmp(r->expectations.items[i].run, run))
            return false;
    for (size_t i = 0; i < r->entries.count; i++)
        if (!strcmp(r->entries.items[i]->run, run))
            return false;
    return true;
}

void text_put_stopped(struct buf *b, const struct results *r)
{
    const char *between = " Not reached: ";
    buf_printf(b, "%s; this is what was measured until then.", r->stopped);
    for (size_t i = 0; i < r->expectations.count && r->entries.count; i++)
        if (is_not_reached(r, i)) {
            buf_printf(b, "%s%s", between, r->expectations.items[i].run);
            between = ", ";
        }
    if (*between == ',')
        buf_putc(b, '.');
}

static void put_stopped(struct text *t)
{
    struct buf b = {0};
    text_put_stopped(&b, t->results);
    put_line(t, STYLE_BAD, "STOPPED:", buf_text(&b));
    buf_release(&b);
}

/* The most important comes first, and what qualifies it last. */
void text_put_answers(struct text *t)
{
    const struct results *r = t->results;
    if (r->stopped)
        put_stopped(t);
    if (!r->entries.count)
        put_nothing(t);
    put_recommendations(t);
    for (size_t i = 0; i < r->entries.count;) {
        size_t end = text_run_end(r, i);
        if (figures_point_end(r, i) < end)
            put_sweep_answer(t, i, end);
        else
            put_point_answer(t, i, end);
        i = end;
    }
    put_baseline(t);
    put_expected(t);
    if (r->entries.count)
        put_verified(t);
    put_left_out(t, RESULT_FAILED, STYLE_BAD, "FAILED:");
    put_left_out(t, RESULT_SKIPPED, STYLE_WARN, "Left out:");
    put_remarks(t);
    put_whose(t, TEXT_BUSY, busy_put);
    put_whose(t, TEXT_STAND_INS, whose_put_stand_ins);
    put_whose(t, TEXT_SAME, whose_put_same);
}

void text_each_answer(const struct results *r, void (*line)(void *, const char *text, bool starts), void *to)
{
    struct buf lines = {0};
    struct text t = {.results = r, .paper = {&lines, ENDLESS, false}};
    arena_init(&t.arena);
    text_put_answers(&t);
    for (const char *p = buf_text(&lines); *p; p += strcspn(p, "\n"), p += *p == '\n') {
        struct buf one = {0};
        for (size_t i = strspn(p, " "); p[i] && p[i] != '\n'; i++)
            if (p[i] != ' ' || p[i + 1] != ' ')       /* the label's padding */
                buf_putc(&one, p[i]);
        if (one.len)
            line(to, buf_text(&one), *p != ' ');
        buf_release(&one);
    }
    arena_release(&t.arena);
    buf_release(&lines);
}
