/* gate.c - what failed, by how much, and how sure that is: a sentence each. */
#include "config.h"

#include "findings/gate.h"

#include <string.h>

#include "findings/compare.h"
#include "findings/expect.h"

struct teller { void (*line)(void *, const char *, const char *); void *to; size_t count; };

static void tell(struct teller *t, const char *kind, struct buf *b)
{
    t->count++;
    if (t->line)
        t->line(t->to, kind, buf_text(b));
    buf_release(b);
}

static void put_entry_name(struct buf *b, const char *run, const char *backend, const char *strategy,
                           const struct ir_param *sweep, uint32_t n)
{
    buf_printf(b, "%s on %s with %s", run, backend, strategy);
    for (uint32_t i = 0; i < n; i++)
        buf_printf(b, ", %s %s", sweep[i].name, sweep[i].text);
    buf_puts(b, ": ");
}

/* Of one run on one backend, neither judged, for one cause: reported once. */
static bool same_cause(const struct result_expectation *a, const struct result_expectation *b)
{
    return a->unjudged && b->unjudged && !strcmp(a->unjudged, b->unjudged) && !strcmp(a->run, b->run) &&
           !strcmp(a->backend, b->backend);
}

static size_t count_alike(const struct results *r, size_t from, size_t to, const struct result_expectation *x)
{
    size_t n = 0;
    for (size_t i = from; i < to; i++)
        n += !r->expectations.items[i].ok && same_cause(r->expectations.items + i, x);
    return n;
}

static void tell_unmet(struct teller *t, const struct result_expectation *x, size_t more)
{
    struct buf b = {0};
    bool unjudged = expect_verdict(x) == EXPECT_NOT_MEASURED;
    put_entry_name(&b, x->run, x->backend, x->strategy, x->sweep, x->nsweep);
    expect_put_what(&b, x);
    if (more)
        buf_printf(&b, ", and %zu more", more);
    buf_puts(&b, unjudged ? ": " : x->fail_if ? " holds: " : " failed: ");
    expect_put_missed(&b, x);
    tell(t, unjudged ? "NOT MEASURED" : "FAILED", &b);
}

static void tell_expectations(struct teller *t, const struct results *r)
{
    size_t n = r->expectations.count;
    for (size_t i = 0; i < n; i++) {
        const struct result_expectation *x = r->expectations.items + i;
        if (!x->ok && !count_alike(r, 0, i, x))
            tell_unmet(t, x, count_alike(r, i + 1, n, x));
    }
}

static void tell_slower(struct teller *t, const struct results *r)
{
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        struct buf b = {0};
        if (c->kind != COMPARISON_BASELINE || c->verdict != VERDICT_SLOWER)
            continue;
        put_entry_name(&b, c->entry->run, c->entry->backend, c->entry->strategy, c->entry->sweep,
                       c->entry->nsweep);
        buf_printf(&b, "%s against the baseline: ", metric_name(c->metric));
        comparison_put(&b, c);
        tell(t, "FAILED", &b);
    }
}

static void tell_unjudged(struct teller *t, const struct results *r)
{
    for (size_t i = 0; i < r->unjudged.count; i++) {
        const struct result_unjudged *u = r->unjudged.items + i;
        struct buf b = {0};
        if (u->run)
            put_entry_name(&b, u->run, u->backend, u->strategy, u->sweep, u->nsweep);
        buf_printf(&b, "against the baseline: not judged: %s", u->why);
        tell(t, "NOT MEASURED", &b);
    }
}

size_t gate_failures(const struct results *r, void (*line)(void *, const char *kind, const char *text),
                     void *to)
{
    struct teller t = {line, to, 0};
    tell_expectations(&t, r);
    tell_slower(&t, r);
    tell_unjudged(&t, r);
    return t.count;
}
