#include "config.h"

#include "show/comparison_fields.h"

#include <string.h>

#include <cjson/cJSON.h>

#include "findings/compare.h"
#include "findings/figures.h"
#include "show/json_read.h"

/* ---- the baseline ---- */

bool baseline_is_there(const void *results)
{
    return ((const struct results *)results)->baseline_name;
}

static bool finish_unjudged(struct reading *r, const struct path *at, void *object)
{
    const struct result_unjudged *u = object;
    return (!u->run == !u->backend && !u->run == !u->strategy) ||
           json_fail(r, at, "run, backend and strategy are all there, or none is");
}

#define AT(member) .at = offsetof(struct result_unjudged, member)

static const struct field unjudged_fields[] = {
    {"run", FIELD_TEXT, AT(run), .absent = ABSENT_NULL, .about = "null: the result as a whole"},
    {"backend", FIELD_TEXT, AT(backend), .absent = ABSENT_NULL},
    {"strategy", FIELD_TEXT, AT(strategy), .absent = ABSENT_NULL},
    {"sweep", FIELD_PARAMS, AT(sweep), .count = offsetof(struct result_unjudged, nsweep),
     .absent = ABSENT_IN_OLDER},
    {"why", FIELD_TEXT, AT(why)},
    {0},
};
static const struct object unjudged_object = {
    "unjudged", unjudged_fields, .size = sizeof(struct result_unjudged), .finish = finish_unjudged};

#undef AT
#define AT(member) .at = offsetof(struct results, member)

static const struct field baseline_fields[] = {
    {"name", FIELD_TEXT, AT(baseline_name)},
    {"started", FIELD_TEXT, AT(baseline_started)},
    {"notes", FIELD_TEXTS, AT(baseline_notes), FIELD_VEC, .about = "what is not as it was then"},
    {"unjudged", FIELD_LIST, AT(unjudged), FIELD_VEC, .absent = ABSENT_IN_OLDER, .object = &unjudged_object,
     .about = "what could not be held against it, which fails the gate"},
    {0},
};
const struct object baseline_object = {"baseline", baseline_fields};

/* ---- a comparison ---- */

struct compared {
    const char *run, *backend, *strategy;             /* these name the entry */
    const struct ir_param *sweep;
    uint32_t nsweep;
    const char *against_backend, *against_strategy;
    struct comparison c;
    bool known;
};

void each_comparison(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct results *r = o->object;
    (void)f;
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = &r->comparisons.items[i];
        const struct result_entry *e = c->entry, *against = c->against;
        struct compared x = {e->run, e->backend, e->strategy, e->sweep, e->nsweep, against->backend,
                             against->strategy, *c, c->verdict != VERDICT_UNKNOWN};
        one(to, NULL, &x);
    }
}

/* All but those with the baseline are made again, of the entries. */
void *add_comparison(struct reading *r, const struct path *at, void *results, const struct field *f)
{
    const char *kind = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(at->value, "kind"));
    (void)results; (void)f;
    if (!kind || strcmp(kind, comparison_kind_name(COMPARISON_BASELINE)) != 0)
        return NULL;
    struct compared *x = arena_new(&r->results->arena, struct compared);
    x->c.kind = COMPARISON_BASELINE;
    return x;
}

static const struct result_entry *find_entry(const struct results *r, const struct compared *x)
{
    for (size_t i = 0; i < r->entries.count; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (!strcmp(e->run, x->run) && !strcmp(e->backend, x->backend) && !strcmp(e->strategy, x->strategy) &&
            ir_params_same(e->sweep, e->nsweep, x->sweep, x->nsweep))
            return e;
    }
    return NULL;
}

static bool finish(struct reading *r, const struct path *at, void *object)
{
    struct compared *x = object;
    if (!json_both(r, at, "change", "ci95"))
        return false;
    x->c.entry = x->c.against = find_entry(r->results, x);
    if (!x->c.entry)
        return json_fail(r, at, "among the results is none of this run, backend and strategy");
    figures_metric(x->c.entry, x->c.metric, false, &x->c.value);
    x->c.verdict = x->known ? VERDICT_NONE_FOUND : VERDICT_UNKNOWN;
    vec_push(&r->results->arena, &r->results->kept, x->c);
    return true;
}

static const char *kind_name(int i) { return comparison_kind_name((enum comparison_kind)i); }
static const char *verdict_name_of(int i) { return verdict_name((enum comparison_verdict)i); }
static const char *metric_name_of(int i)
{
    return compare_has((enum metric)i) ? metric_name((enum metric)i) : NULL;
}
static const struct names kinds = {kind_name, COMPARISON_BASELINE + 1};
static const struct names verdicts = {verdict_name_of, VERDICT_UNKNOWN + 1};
static const struct names metrics = {metric_name_of, METRIC_COUNT};

/* The two ends of the interval are read and written as one. */
_Static_assert(offsetof(struct stats_difference, high) - offsetof(struct stats_difference, low) ==
                   sizeof(double),
               "");

#undef AT
#define AT(member) .at = offsetof(struct compared, member)
#define IF_KNOWN .absent = ABSENT_NULL, .has = FIELD_HAS(struct compared, known)

static const struct field fields[] = {
    {"kind", FIELD_WORD, AT(c.kind), .derived = true, .names = &kinds},
    {"run", FIELD_TEXT, AT(run)},
    {"sweep", FIELD_PARAMS, AT(sweep), .count = offsetof(struct compared, nsweep)},
    {"backend", FIELD_TEXT, AT(backend)},
    {"strategy", FIELD_TEXT, AT(strategy)},
    {"against_backend", FIELD_TEXT, AT(against_backend), .derived = true},
    {"against_strategy", FIELD_TEXT, AT(against_strategy), .derived = true},
    {"metric", FIELD_WORD, AT(c.metric), .names = &metrics},
    {"value", FIELD_FIGURE, AT(c.value), .derived = true, .about = "nanoseconds, or requests per second"},
    {"against_value", FIELD_FIGURE, AT(c.other)},
    {"change", FIELD_FIGURE, AT(c.difference.change), IF_KNOWN, .above = -1,
     .about = "of the value against the other: 0.1 is 10 % more"},
    {"ci95", FIELD_PAIR, AT(c.difference.low), IF_KNOWN, .above = -1, .about = "95 % interval of the change"},
    {"p", FIELD_FIGURE, AT(c.difference.p), IF_KNOWN,
     .about = "probability of a difference as great, were there none"},
    {"error", FIELD_EXACT, AT(c.difference.error), IF_KNOWN,
     .about = "standard error of the ratio's natural logarithm"},
    {"freedom", FIELD_WHOLE32, AT(c.difference.freedom), IF_KNOWN, .about = "degrees of, for Student's t"},
    {"paired", FIELD_FLAG, AT(c.difference.paired), .about = "round by round, of one run"},
    {"rounds", FIELD_WHOLE32, AT(c.difference.rounds)},
    {"agree", FIELD_WHOLE32, AT(c.difference.agree),
     .about = "so many of the rounds have a difference with that sign"},
    {"verdict", FIELD_WORD, AT(c.verdict), .derived = true, .names = &verdicts},
    {"why", FIELD_TEXT, AT(c.why), .absent = ABSENT_NULL, .derived = true, .about = "what a claim lacks"},
    {0},
};
const struct object comparison_object = {"comparison", fields, .finish = finish};
