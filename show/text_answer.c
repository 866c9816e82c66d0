/* text_answer.c - the answers, in the order of their weight: what to take, what is fastest, and how good that
 * is. */
#include "config.h"

#include "findings/busy.h"
#include "findings/expect.h"
#include "findings/power.h"
#include "findings/rank.h"
#include "findings/recommend.h"
#include "findings/whose.h"
#include "show/text.h"

#include <string.h>

/* The first reason, and that there are others. */
static void put_why_unjudged(struct buf *b, const struct results *r)
{
    static const char too_few[] = "too few rounds or requests to tell a difference";
    const char *why = r->unjudged.count ? r->unjudged.items[0].why : too_few;
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
                   r->baseline_name, counts[VERDICT_SLOWER], counts[VERDICT_FASTER],
                   counts[VERDICT_NONE_FOUND]);
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
    bool bad = counts[VERDICT_SLOWER] || r->unjudged.count;
    enum style style = bad ? STYLE_BAD : power_is_weak(r) ? STYLE_WARN : STYLE_GOOD;
    text_put_line(t, style, "Baseline:", buf_text(&b));
    buf_release(&b);
}

/* The last line, on prices that lack, is the same for most runs: the first that ends in it says it. */
static size_t bytes_to_say(const struct results *r, size_t at)
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
        buf_add(&b, x->text, bytes_to_say(r, i));
        text_put_line(t, STYLE_BOLD, "Recommendation:", buf_text(&b));
        buf_release(&b);
    }
}

/* "failed: p99 < 79ms in 3 of 9 measurements", with the run where there are several. */
static void put_unmet(struct buf *b, const struct results *r, enum expect_verdict v, const char *label)
{
    enum { MOST = 3 };
    size_t told = 0, groups = 0;
    for (size_t i = 0; i < r->expectations.count; i++) {
        struct expect_group g;
        if (!expect_group(r, i, &g) || !g.of[v] || ++groups > MOST)
            continue;
        buf_puts(b, told++ ? ", " : b->len ? "; " : "");
        buf_puts(b, told > 1 ? "" : label);
        if (r->recommendations.count > 1)
            buf_printf(b, "%s: ", g.first->run);
        expect_put_what(b, g.first);
        expect_put_share(b, g.of[v], g.total);
    }
    if (groups > told)
        buf_printf(b, " and %zu more", groups - told);
}

static void put_expected(struct text *t)
{
    const struct results *r = t->results;
    struct buf b = {0};
    size_t groups = 0, held = 0;
    if (!r->expectations.count)
        return;
    for (size_t i = 0; i < r->expectations.count; i++) {
        struct expect_group g;
        if (!expect_group(r, i, &g))
            continue;
        groups++;
        held += g.of[EXPECT_HELD] == g.total;
    }
    put_unmet(&b, r, EXPECT_FAILED, "failed: ");
    put_unmet(&b, r, EXPECT_NOT_MEASURED, "not judged: ");
    if (held < groups)
        buf_puts(&b, !held ? "." : held == 1 ? "; the other held." : "; the others held.");
    else if (groups == 1)
        buf_puts(&b, "the expectation held.");
    else if (groups == 2)
        buf_puts(&b, "both expectations held.");
    else
        buf_printf(&b, "all %zu expectations held.", groups);
    text_put_line(t, held < groups ? STYLE_BAD : STYLE_GOOD, "Expected:", buf_text(&b));
    buf_release(&b);
}

static void put_verified(struct text *t)
{
    struct buf b = {0}, wrong = {0};
    uint32_t done = 0;
    double requests = 0, rows = 0, at_rest = 0;
    for (size_t i = 0; i < t->results->backends.count; i++) {
        const struct result_backend *k = t->results->backends.items[i];
        done += k->verified.done;
        requests += (double)k->verified.requests;
        rows += (double)k->verified.rows;
        at_rest += (double)k->verified.at_rest;
        if (k->verified.mismatches)
            buf_printf(&wrong, "%s%s", wrong.len ? ", " : "", k->name);
    }
    if (wrong.len) {
        buf_printf(&b, "WRONG ROWS from %s.", buf_text(&wrong));
    } else if (done) {
        number_put_count(&b, requests);
        buf_puts(&b, " requests");
        if (rows > 0 || at_rest <= 0) {
            buf_puts(&b, ", ");
            number_put_count(&b, rows);
            buf_puts(&b, " rows");
        }
        if (at_rest > 0) {
            buf_puts(&b, ", ");
            number_put_count(&b, at_rest);
            buf_puts(&b, " written rows read back at rest,");
        }
        buf_printf(&b, " on %u backend%s: every value correct.", done, done == 1 ? "" : "s");
    } else {
        buf_puts(&b, "nothing was verified, so nothing is ranked.");
    }
    text_put_line(t, wrong.len ? STYLE_BAD : done ? STYLE_GOOD : STYLE_WARN, "Verified:", buf_text(&b));
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
    if (b.len && status == RESULT_FAILED && t->results->entries.count)
        buf_puts(&b, ": not in this comparison.");
    if (b.len)
        text_put_line(t, style, label, buf_text(&b));
    buf_release(&b);
}

static void put_whose(struct text *t, const char *label, void (*put)(struct buf *, const struct results *))
{
    struct buf b = {0};
    put(&b, t->results);
    if (b.len)
        text_put_line(t, STYLE_WARN, label, buf_text(&b));
    buf_release(&b);
}

/* A phase that only loads has done what it was asked for. */
static void put_nothing(struct text *t)
{
    bool loaded = false;
    for (size_t i = 0; i < t->results->backends.count; i++)
        loaded |= t->results->backends.items[i]->loaded || t->results->backends.items[i]->reused;
    bool asked = loaded && !t->results->expectations.count && !t->results->left_out.count;
    paper_put_wrapped(&t->paper, 0, asked ? STYLE_PLAIN : STYLE_BAD, "",
                      asked ? "loaded; nothing was measured" : "nothing was measured");
}

static void put_remarks(struct text *t)
{
    for (size_t i = 0; i < t->results->remarks.count; i++) {
        const struct result_remark *remark = &t->results->remarks.items[i];
        text_put_line(t, remark->differs ? STYLE_WARN : STYLE_PLAIN, remark->differs ? "DIFFERS:" : "Joined:",
                      remark->text);
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
    text_put_line(t, STYLE_BAD, "STOPPED:", buf_text(&b));
    buf_release(&b);
}

/* The most important comes first, and what qualifies it last. What is missing from a comparison comes before
 * its answer. */
void text_put_answers(struct text *t)
{
    const struct results *r = t->results;
    if (r->stopped)
        put_stopped(t);
    if (!r->entries.count)
        put_nothing(t);
    put_left_out(t, RESULT_FAILED, STYLE_BAD, "FAILED:");
    put_recommendations(t);
    for (size_t i = 0; i < r->entries.count;) {
        size_t end = text_run_end(r, i);
        if (figures_point_end(r, i) < end)
            text_put_fastest_of_sweep(t, i, end);
        else
            text_put_fastest(t, i, end);
        i = end;
    }
    put_baseline(t);
    put_expected(t);
    if (r->entries.count)
        put_verified(t);
    put_left_out(t, RESULT_SKIPPED, STYLE_WARN, "Left out:");
    put_remarks(t);
    put_whose(t, TEXT_BUSY, busy_put);
    put_whose(t, TEXT_STAND_INS, whose_put_stand_ins);
    put_whose(t, TEXT_SAME, whose_put_same);
}

void text_each_answer(const struct results *r, void (*line)(void *, const char *text, bool starts), void *to)
{
    struct buf lines = {0};
    struct text t = {.results = r, .paper = {&lines, TEXT_ENDLESS, false}};
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
