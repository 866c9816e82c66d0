/* text_remarks.c - what is to be said of entries beside their figures: why they are not ranked, what
 * limited them, outliers. */
#include "config.h"

#include "findings/errors.h"
#include "findings/limit.h"
#include "findings/rank.h"
#include "findings/stats.h"
#include "show/text_block.h"

#include <string.h>

/* ---- with details: below the figures of each entry ---- */

/* Why it is not ranked, with the particulars. */
static void put_reason(struct buf *b, const struct result_entry *e, const char *unranked)
{
    if (e->failed)
        buf_printf(b, "%s: %s", e->nrounds ? "not valid" : "not measured", e->failed);
    else if (e->verified.mismatches)
        buf_printf(b, "WRONG ROWS, not ranked: %s",
                   e->verified.first ? e->verified.first : "see the verification below");
    else if (!strcmp(unranked, "wrong rows"))
        buf_puts(b, "not ranked: the backend returned wrong rows with another strategy");
    else if (e->all.errors) {
        buf_puts(b, "not ranked: ");
        errors_put(b, &e->all);
    } else if (!strcmp(unranked, "SATURATED")) {
        buf_puts(b, "SATURATED, not ranked: ");
        limit_put(b, e);
    } else
        buf_printf(b, "not ranked: %s",
                   !strcmp(unranked, "not verified") ? "its answers were not verified" : unranked);
}

/* "round 5 is an outlier: p99 3.00 times the others'"; nothing is left out for it. */
static void add_outliers(struct block *k, struct grid *g, const struct result_entry *e)
{
    static const enum metric metrics[] = {METRIC_P50, METRIC_P99, METRIC_THROUGHPUT};
    for (uint32_t i = 0; i < e->nrounds; i++) {
        struct buf b = {0};
        double times = 0;
        for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++) {
            if (!stats_outlier(e, i, metrics[m], &times))
                continue;
            if (b.len)
                buf_puts(&b, ", ");
            else
                buf_printf(&b, "    round %u is an outlier: ", i + 1);
            buf_printf(&b, "%s ", metric_name(metrics[m]));
            number_put(&b, times);
            buf_puts(&b, " times the others'");
        }
        if (b.len)
            block_add_span(k, g, STYLE_WARN, &b);
    }
}

/* Each of these counts, where it is not 0. */
static bool put_throttles(struct buf *b, const struct result_entry *e)
{
    if (!e->all.throttles)
        return false;
    buf_puts(b, "    throttled ");
    number_put_count(b, (double)e->all.throttles);
    buf_puts(b, " times; the delay is included in the times above");
    return true;
}

static bool put_unsent(struct buf *b, const struct result_entry *e)
{
    if (!e->all.skipped)
        return false;
    buf_puts(b, "    ");
    number_put_count(b, (double)e->all.skipped);
    buf_puts(b, " requests were not sent: already past the latency limit");
    return true;
}

static bool put_stale(struct buf *b, const struct result_entry *e)
{
    double share, age;
    if (!e->all.stale || !figures_metric(e, METRIC_STALE, false, &share) ||
        !figures_metric(e, METRIC_STALENESS_P99, false, &age))
        return false;
    buf_puts(b, "    reads older than an acknowledged write: ");
    number_put_percent(b, share);
    buf_puts(b, " of ");
    number_put_count(b, (double)e->all.watched);
    buf_puts(b, " that were watched, p99 ");
    number_put_duration(b, age);
    return true;
}

static bool (*const counted[])(struct buf *, const struct result_entry *) = {put_throttles, put_unsent, put_stale};

/* What a backend's limit means, and what to do about it, is said with the first of its
 * entries that has it. */
static bool limit_was_reported(const struct block *k, const struct result_entry *e)
{
    for (size_t i = k->first; i < k->end && text_entry(k->text, i) != e; i++) {
        const struct result_entry *before = text_entry(k->text, i);
        if (!strcmp(before->backend, e->backend) && limit_of(before) == limit_of(e) &&
            !rank_unranked(k->text->results, before))
            return true;
    }
    return false;
}

void block_add_remarks(struct block *k, struct grid *g, const struct result_entry *e)
{
    const char *unranked = rank_unranked(k->text->results, e);
    struct buf b = {0};
    if (unranked) {
        buf_puts(&b, "    ");
        put_reason(&b, e, unranked);
        block_add_span(k, g, e->failed || e->verified.mismatches || e->all.errors ? STYLE_BAD : STYLE_WARN,
                       &b);
    }
    if (!unranked && limit_of(e) != LIMIT_NONE) {
        buf_puts(&b, "    ");
        (limit_was_reported(k, e) ? limit_put_again : limit_put)(&b, e);
        block_add_span(k, g, STYLE_WARN, &b);
    }
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (counted[i](&b, e))
            block_add_span(k, g, STYLE_WARN, &b);
    add_outliers(k, g, e);
}

/* ---- without details: what several measurements of a backend have in common is said once ---- */

/* Errors are why it is not ranked. */
static bool has_errors(const struct result_entry *e)
{
    return e->all.errors && !e->failed && !e->verified.mismatches;
}

/* What is to be said of an entry, and what makes it the same as another's. */
static const char *remark_on(struct text *t, const struct result_entry *e, const char **key)
{
    struct buf b = {0};
    const char *unranked = rank_unranked(t->results, e);
    if (unranked)
        put_reason(&b, e, unranked);
    else if (limit_of(e) != LIMIT_NONE)
        limit_put(&b, e);
    if (!b.len)
        return NULL;
    const char *text = text_keep(t, &b);
    bool limited = !unranked || !strcmp(unranked, "SATURATED");
    *key = limited && limit_of(e) != LIMIT_NONE ? limit_name(limit_of(e)) : has_errors(e) ? unranked : text;
    return text;
}

struct alike { size_t first, n, measured; const char *text; };   /* n of so many of the backend */

/* Those that are alike are reported with the first of them, in the words of the one with most errors, or else
 * of the greatest p99. */
static bool find_alike(struct block *k, size_t i, struct alike *a)
{
    struct text *t = k->text;
    const char *key = NULL, *other = NULL;
    double most = -1, worth = 0;
    *a = (struct alike){.first = i};
    if (!remark_on(t, text_entry(t, i), &key))
        return false;
    for (size_t c = k->first; c < k->end; c++) {
        const struct result_entry *e = text_entry(t, c);
        if (strcmp(e->backend, text_entry(t, i)->backend) != 0)
            continue;
        a->measured++;
        const char *text = remark_on(t, e, &other);
        if (!text || strcmp(key, other) != 0)
            continue;
        if (c < i)
            return false;
        a->n++;
        worth = 0;
        if (has_errors(e))
            worth = (double)e->all.errors;
        else
            figures_metric(e, METRIC_P99, false, &worth);
        if (worth > most)
            most = worth, a->text = text;
    }
    return true;
}

static void put_outlier_count(struct block *k)
{
    size_t n = 0;
    double ratio = 0;
    for (size_t i = k->first; i < k->end; i++) {
        bool any = false;
        const struct result_entry *e = text_entry(k->text, i);
        for (uint32_t r = 0; r < e->nrounds; r++)
            any |= stats_outlier(e, r, METRIC_P50, &ratio) || stats_outlier(e, r, METRIC_P99, &ratio) ||
                   stats_outlier(e, r, METRIC_THROUGHPUT, &ratio);
        n += any;
    }
    if (n)
        paper_put_wrapped(
            &k->text->paper, 2, STYLE_DIM, "",
            arena_printf(&k->text->arena, "outlier rounds in %zu of %zu measurements", n, k->end - k->first));
}

static void put_who(struct buf *b, const struct result_entry *e)
{
    buf_printf(b, "%s, %s%s", e->backend, e->strategy, e->nsweep ? ", " : "");
    results_put_sweep(b, e->sweep, e->nsweep);
}

/* Counts are each entry's own. */
static void put_counts(struct block *k, const struct result_entry *e)
{
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        struct buf b = {0}, said = {0};
        if (counted[i](&said, e)) {
            put_who(&b, e);
            buf_printf(&b, ": %s", buf_text(&said) + 4);
            paper_put_wrapped(&k->text->paper, 4, STYLE_WARN, "", buf_text(&b));
        }
        buf_release(&said);
        buf_release(&b);
    }
}

static void put_alike(struct buf *b, const struct alike *a, bool errors)
{
    static const char lead[] = "not ranked: errors: ";
    bool most = errors && a->n > 1 && !strncmp(a->text, lead, sizeof lead - 1);
    buf_printf(b, "%s%s", most ? "not ranked: errors: up to " : "", a->text + (most ? sizeof lead - 1 : 0));
}

void block_put_remarks(struct block *k)
{
    struct text *t = k->text;
    for (size_t i = k->first; i < k->end; i++) {
        struct alike a;
        const struct result_entry *e = text_entry(t, i);
        put_counts(k, e);
        if (!find_alike(k, i, &a))
            continue;
        struct buf b = {0};
        if (a.n == 1)
            put_who(&b, e);
        else
            buf_puts(&b, e->backend);
        if (a.n > 1 && a.n < a.measured)
            buf_printf(&b, " (%zu of %zu)", a.n, a.measured);
        buf_puts(&b, ": ");
        put_alike(&b, &a, has_errors(e));
        bool bad = e->failed || e->verified.mismatches || e->all.errors;
        paper_put_wrapped(&t->paper, 4, bad ? STYLE_BAD : STYLE_WARN, "", buf_text(&b));
        buf_release(&b);
    }
    put_outlier_count(k);
}
