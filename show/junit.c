/* junit.c - the result as a pipeline's test report, JUnit XML as Jenkins, GitLab and others read it:
 *
 *   a suite for each run      a case for each entry (was it measured, were its answers right), one for each of its expectations, and one for
 *                             each comparison with a baseline
 *   a suite "backends"        a case for each: error where it failed, skipped where it was left out; and what else was left out
 *
 * A figure beyond its limit is a failure; what could not be measured, or is the client's own figure, is an
 * error. */
#include "config.h"

#include "show/report.h"

#include <string.h>

#include "findings/compare.h"
#include "findings/expect.h"
#include "findings/power.h"
#include "findings/whose.h"
#include "show/text.h"
#include "show/xml.h"

enum outcome { OUTCOME_PASSED, OUTCOME_FAILURE, OUTCOME_ERROR, OUTCOME_SKIPPED, OUTCOMES };

struct testcase {
    const char *class, *name;
    double seconds;
    enum outcome outcome;
    const char *type, *message;                       /* NULL where it passed */
};

struct suite {
    const char *name;
    VEC(struct testcase) cases;
};

struct junit {
    struct arena arena;
    const struct results *results;
    VEC(struct suite *) suites;
};

static const char *keep(struct junit *j, struct buf *b)
{
    const char *text = arena_strdup(&j->arena, buf_text(b));
    buf_release(b);
    return text;
}

static struct suite *find_suite(struct junit *j, const char *name)
{
    for (size_t i = 0; i < j->suites.count; i++)
        if (!strcmp(j->suites.items[i]->name, name))
            return j->suites.items[i];
    struct suite *s = arena_new(&j->arena, struct suite);
    s->name = name;
    vec_push(&j->arena, &j->suites, s);
    return s;
}

/* ---- runs ---- */

static const char *class_of(struct junit *j, const char *run, const char *backend)
{
    return arena_printf(&j->arena, "%s.%s", run, backend);
}

/* "binpacked, share 80%: p99 < 79ms" */
static const char *name_of(struct junit *j, const char *strategy, const struct ir_param *sweep, uint32_t n,
                           const char *what)
{
    struct buf b = {0};
    buf_puts(&b, strategy);
    buf_puts(&b, n ? ", " : "");
    results_put_sweep(&b, sweep, n);
    buf_printf(&b, ": %s", what);
    return keep(j, &b);
}

/* An entry that has errors in some requests was measured all the same: whether that is too many is
 * for `expect` to say. */
static void add_entry(struct junit *j, const struct result_entry *e)
{
    struct testcase c = {.class = class_of(j, e->run, e->backend), .seconds = e->all.seconds,
                         .name = name_of(j, e->strategy, e->sweep, e->nsweep, "answers are right")};
    if (e->failed) {
        c.outcome = OUTCOME_ERROR;
        c.type = "not measured";
        c.message = e->failed;
    } else if (e->verified.mismatches) {
        c.outcome = OUTCOME_FAILURE;
        c.type = "wrong rows";
        c.message = e->verified.first ? e->verified.first : "wrong rows";
    } else if (!e->verified.done) {
        c.outcome = OUTCOME_SKIPPED;
        c.message = "its answers were not verified";
    }
    vec_push(&j->arena, &find_suite(j, e->run)->cases, c);
}

static void add_expectation(struct junit *j, const struct result_expectation *x)
{
    struct buf what = {0}, missed = {0};
    expect_put_what(&what, x);
    struct testcase c = {.class = class_of(j, x->run, x->backend),
                         .name = name_of(j, x->strategy, x->sweep, x->nsweep, buf_text(&what))};
    if (!x->ok) {
        bool failed = expect_verdict(x) == EXPECT_FAILED;
        buf_printf(&missed, "%s%s: ", buf_text(&what), !failed ? "" : x->fail_if ? " holds" : " failed");
        expect_put_missed(&missed, x);
        c.outcome = failed ? OUTCOME_FAILURE : OUTCOME_ERROR;
        c.type = failed ? "expectation" : expect_verdict_name(expect_verdict(x));
        c.message = keep(j, &missed);
    }
    vec_push(&j->arena, &find_suite(j, x->run)->cases, c);
    buf_release(&what);
}

static void add_comparison(struct junit *j, const struct comparison *k)
{
    const struct result_entry *e = k->entry;
    struct buf what = {0}, found = {0};
    if (k->kind != COMPARISON_BASELINE)
        return;
    buf_printf(&what, "%s against the baseline", metric_name(k->metric));
    struct testcase c = {.class = class_of(j, e->run, e->backend),
                         .name = name_of(j, e->strategy, e->sweep, e->nsweep, buf_text(&what))};
    if (k->verdict == VERDICT_SLOWER || k->verdict == VERDICT_UNKNOWN) {
        buf_printf(&found, "%s: ", buf_text(&what));
        comparison_put(&found, k);
        c.outcome = k->verdict == VERDICT_SLOWER ? OUTCOME_FAILURE : OUTCOME_SKIPPED;
        c.type = "regression";
        c.message = keep(j, &found);
    }
    vec_push(&j->arena, &find_suite(j, e->run)->cases, c);
    buf_release(&what);
}

static void add_unjudged(struct junit *j, const struct result_unjudged *u)
{
    const char *name = u->run ? name_of(j, u->strategy, u->sweep, u->nsweep, "against the baseline")
                              : "against the baseline";
    struct testcase c = {.class = u->run ? class_of(j, u->run, u->backend) : "baseline", .name = name,
                         .outcome = OUTCOME_ERROR,
                         .type = "not measured", .message = arena_printf(&j->arena,
                             "against the baseline: not judged: %s", u->why)};
    vec_push(&j->arena, &find_suite(j, u->run ? u->run : "baseline")->cases, c);
}

/* ---- backends, and what was left out ---- */

static void add_absent(struct junit *j, const char *what, enum outcome outcome, const char *reason,
                       const char *enable)
{
    struct buf b = {0};
    struct testcase c = {.class = "backends", .name = what, .outcome = outcome, .type = "backend"};
    buf_puts(&b, reason ? reason : "no reason was given");
    if (enable)
        buf_printf(&b, "; to have it: %s", enable);
    c.message = keep(j, &b);
    vec_push(&j->arena, &find_suite(j, "backends")->cases, c);
}

static void add_backend(struct junit *j, const struct result_backend *b)
{
    struct buf who = {0};
    whose_put(&who, j->results, b->name);
    struct testcase c = {
        .class = "backends", .name = keep(j, &who), .seconds = b->loaded ? b->load_seconds : 0};
    if (b->status == RESULT_OK)
        vec_push(&j->arena, &find_suite(j, "backends")->cases, c);
    else
        add_absent(j, b->name, b->status == RESULT_FAILED ? OUTCOME_ERROR : OUTCOME_SKIPPED, b->reason,
                   b->enable);
}

static void add_all(struct junit *j)
{
    const struct results *r = j->results;
    for (size_t i = 0; i < r->entries.count; i++)
        add_entry(j, r->entries.items[i]);
    for (size_t i = 0; i < r->expectations.count; i++)
        add_expectation(j, r->expectations.items + i);
    for (size_t i = 0; i < r->comparisons.count; i++)
        add_comparison(j, r->comparisons.items + i);
    for (size_t i = 0; i < r->unjudged.count; i++)
        add_unjudged(j, r->unjudged.items + i);
    for (size_t i = 0; i < r->backends.count; i++)
        add_backend(j, r->backends.items[i]);
    for (size_t i = 0; i < r->left_out.count; i++)
        add_absent(j, r->left_out.items[i].what, OUTCOME_SKIPPED, r->left_out.items[i].reason,
                   r->left_out.items[i].enable);
}

/* ---- writing ---- */

static const char *const elements[OUTCOMES] = {NULL, "failure", "error", "skipped"};
static const char *const counts[OUTCOMES] = {"tests", "failures", "errors", "skipped"};

static void put_counts(struct xml *x, struct suite *const *suites, size_t n, bool skipped)
{
    size_t found[OUTCOMES] = {0};
    double seconds = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < suites[i]->cases.count; k++) {
            const struct testcase *c = suites[i]->cases.items + k;
            found[OUTCOME_PASSED]++;                  /* of all outcomes: "tests" */
            found[c->outcome] += c->outcome != OUTCOME_PASSED;
            seconds += c->seconds;
        }
    for (int i = 0; i < OUTCOMES; i++)
        if (i != OUTCOME_SKIPPED || skipped)
            xml_attribute(x, counts[i], "%zu", found[i]);
    xml_attribute(x, "time", "%.3f", seconds);
}

static void put_case(struct xml *x, const struct testcase *c)
{
    xml_open(x, "testcase");
    xml_attribute(x, "classname", "%s", c->class);
    xml_attribute(x, "name", "%s", c->name);
    xml_attribute(x, "time", "%.3f", c->seconds);
    if (c->outcome != OUTCOME_PASSED) {
        xml_open(x, elements[c->outcome]);
        xml_attribute(x, "message", "%s", c->message);
        if (c->outcome != OUTCOME_SKIPPED) {
            xml_attribute(x, "type", "%s", c->type);
            xml_text(x, c->message);
        }
        xml_close(x);
    }
    xml_close(x);
}

static void put_property(struct xml *x, const char *name, const char *value)
{
    xml_open(x, "property");
    xml_attribute(x, "name", "%s", name);
    xml_attribute(x, "value", "%s", value);
    xml_close(x);
}

static void put_properties(struct xml *x, const struct results *r)
{
    struct buf b = {0};
    xml_open(x, "properties");
    put_property(x, "wkl", r->version);
    buf_printf(&b, "%llu", (unsigned long long)r->seed);
    put_property(x, "seed", buf_text(&b));
    put_property(x, "cpu", r->host.cpu);
    put_property(x, "kernel", r->host.kernel);
    for (uint32_t i = 0; i < r->nparams; i++) {
        buf_clear(&b);
        buf_printf(&b, "param %s", r->params[i].name);
        put_property(x, buf_text(&b), r->params[i].text);
    }
    for (size_t i = 0; i < r->backends.count; i++) {
        struct buf who = {0};
        buf_clear(&b);
        buf_printf(&b, "stand-in for %s", r->backends.items[i]->name);
        whose_put_server(&who, r, r->backends.items[i]->name);
        if (who.len)
            put_property(x, buf_text(&b), buf_text(&who));
        buf_release(&who);
        buf_clear(&b);
        buf_printf(&b, "where %s is", r->backends.items[i]->name);
        if (r->backends.items[i]->where)
            put_property(x, buf_text(&b), r->backends.items[i]->where);
        buf_clear(&b);
        buf_printf(&b, "same server as %s", r->backends.items[i]->name);
        if (r->backends.items[i]->same_as)
            put_property(x, buf_text(&b), r->backends.items[i]->same_as);
    }
    buf_clear(&b);
    power_put(&b, r);
    if (b.len)                                        /* a case that passed says no more than this */
        put_property(x, "power of the baseline", buf_text(&b));
    xml_close(x);
    buf_release(&b);
}

static void put_suite(struct xml *x, const struct results *r, struct suite *s)
{
    xml_open(x, "testsuite");
    xml_attribute(x, "name", "%s", s->name);
    put_counts(x, &s, 1, true);
    xml_attribute(x, "timestamp", "%.*s", (int)strcspn(r->started, "Z"), r->started);
    put_properties(x, r);
    for (size_t i = 0; i < s->cases.count; i++)
        put_case(x, s->cases.items + i);
    xml_close(x);
}

void report_put_junit(const struct results *r, const struct report_options *options, struct buf *out)
{
    struct junit j = {.results = r};
    (void)options;
    arena_init(&j.arena);
    add_all(&j);
    struct xml x;
    xml_begin(&x, XML_DOCUMENT);
    xml_open(&x, "testsuites");
    xml_attribute(&x, "name", "%s", r->workload);
    put_counts(&x, j.suites.items, j.suites.count, false);
    for (size_t i = 0; i < j.suites.count; i++)
        put_suite(&x, r, j.suites.items[i]);
    xml_close(&x);
    xml_end(&x, out);
    arena_release(&j.arena);
}
