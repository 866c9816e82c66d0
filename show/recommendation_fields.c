#include "config.h"

#include "show/recommendation_fields.h"

#include "findings/costs.h"
#include "findings/recommend.h"

/* ---- what is recommended at one point of a run ---- */

static const struct recommended *point_of(const struct owner *o) { return o->object; }

static bool point_sweep(const struct owner *o, struct figure *v)
{
    const struct results *r = o->up->up->object;      /* the point is of a recommendation, and that of the
                                                         results */
    const struct result_entry *first = r->entries.items[point_of(o)->first];
    v->params = first->sweep;
    v->nparams = first->nsweep;
    return true;
}

enum { CHOSEN, OTHER, RIVAL };                        /* entries that a point speaks of: `arg` of these
                                                         rows */
static const struct result_entry *entry_of(const struct owner *o, int which)
{
    const struct recommended *x = point_of(o);
    return which == CHOSEN ? x->entry : which == OTHER ? x->other : x->doubt.rival;
}

static bool point_backend(const struct owner *o, struct figure *v)
{
    const struct result_entry *e = entry_of(o, v->arg);
    return (v->text = e ? e->backend : NULL);
}

static bool point_strategy(const struct owner *o, struct figure *v)
{
    const struct result_entry *e = entry_of(o, v->arg);
    return (v->text = e ? e->strategy : NULL);
}

static bool point_cost(const struct owner *o, struct figure *v)
{
    const struct result_entry *e = entry_of(o, v->arg);
    return e && figures_metric(e, METRIC_COST_PER_MILLION, false, &v->number);
}

static const char *by_name(int i) { return i ? "speed" : "cost"; }
static const struct names bys = {by_name, 2};

static bool point_by(const struct owner *o, struct figure *v)
{
    v->text = by_name(point_of(o)->by_speed);
    return point_of(o)->entry;
}

static bool point_rivals(const struct owner *o, struct figure *v)
{
    const struct doubt *d = &point_of(o)->doubt;
    v->whole = d->rival ? d->others + 1 : 0;
    return true;
}

#define AT(member) .at = offsetof(struct recommended, member)

static const struct field point_fields[] = {
    {"sweep", FIELD_PARAMS, .get = point_sweep},
    {"backend", FIELD_TEXT, .absent = ABSENT_NULL, .get = point_backend, .arg = CHOSEN,
     .about = "null: nothing is recommended"},
    {"strategy", FIELD_TEXT, .absent = ABSENT_NULL, .get = point_strategy, .arg = CHOSEN},
    {"cost_per_million_usd", FIELD_FIGURE, .absent = ABSENT_NULL, .get = point_cost, .arg = CHOSEN},
    {"other_backend", FIELD_TEXT, .absent = ABSENT_NULL, .get = point_backend, .arg = OTHER,
     .about = "the next cheaper, which does not meet all; without a recommendation what lacks least"},
    {"other_strategy", FIELD_TEXT, .absent = ABSENT_NULL, .get = point_strategy, .arg = OTHER},
    {"other_cost_per_million_usd", FIELD_FIGURE, .absent = ABSENT_NULL, .get = point_cost, .arg = OTHER},
    {"by", FIELD_WORD, .absent = ABSENT_NULL, .get = point_by, .names = &bys,
     .about = "speed: no price is known of what meets every expectation"},
    {"rival_backend", FIELD_TEXT, .absent = ABSENT_NULL, .get = point_backend, .arg = RIVAL,
     .about = "would do as well by price, and is not shown to be slower: of these the one of least p99"},
    {"rival_strategy", FIELD_TEXT, .absent = ABSENT_NULL, .get = point_strategy, .arg = RIVAL},
    {"rivals", FIELD_WHOLE32, .get = point_rivals, .about = "so many are not shown to be slower"},
    {"other_would_do_if", FIELD_TEXT, AT(lacks), .absent = ABSENT_NULL, .about = "what would have to change"},
    {"why_not", FIELD_TEXT, AT(why_not), .absent = ABSENT_NULL, .about = "why nothing is recommended"},
    {"qualified", FIELD_WHOLE32, AT(qualified), .about = "so many meet all expectations for sure"},
    {0},
};
static const struct object point_object = {"recommended", point_fields};

static void each_point(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct recommendation *x = o->object;
    (void)f;
    for (uint32_t i = 0; i < x->npoints; i++)
        one(to, NULL, &x->points[i]);
}

#undef AT
#define AT(member) .at = offsetof(struct recommendation, member)

static const struct field recommendation_fields[] = {
    {"run", FIELD_TEXT, AT(run)},
    {"text", FIELD_TEXT, AT(text), .about = "in sentences"},
    {"points", FIELD_LIST, .object = &point_object, .each = each_point,
     .about = "one for each point of the sweep"},
    {0},
};
const struct object recommendation_object = {"recommendation", recommendation_fields};

void each_recommendation(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct results *r = o->object;
    (void)f;
    for (size_t i = 0; i < r->recommendations.count; i++)
        one(to, NULL, &r->recommendations.items[i]);
}

/* ---- the rate from which on another is cheaper ---- */

#undef AT
#define AT(member) .at = offsetof(struct result_entry, member)

static const struct field side_fields[] = {
    {"backend", FIELD_TEXT, AT(backend)},
    {"strategy", FIELD_TEXT, AT(strategy)},
    {0},
};
static const struct object side_object = {"side", side_fields};

static const struct costs_break_even *break_even_of(const struct owner *o) { return o->object; }

static bool break_even_run(const struct owner *o, struct figure *v)
{
    return (v->text = break_even_of(o)->below->run);
}

static bool break_even_sweep(const struct owner *o, struct figure *v)
{
    v->params = break_even_of(o)->below->sweep;
    v->nparams = break_even_of(o)->below->nsweep;
    return true;
}

static void each_below(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    (void)f;
    one(to, NULL, break_even_of(o)->below);
}

static void each_above(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    (void)f;
    one(to, NULL, break_even_of(o)->above);
}

static const struct field break_even_fields[] = {
    {"run", FIELD_TEXT, .get = break_even_run},
    {"sweep", FIELD_PARAMS, .get = break_even_sweep},
    {"below", FIELD_OBJECT, .object = &side_object, .each = each_below},
    {"above", FIELD_OBJECT, .object = &side_object, .each = each_above},
    {"rate_per_s", FIELD_FIGURE, .at = offsetof(struct costs_break_even, rate)},
    {0},
};
const struct object break_even_object = {
    "break_even", break_even_fields,
    .about = "from this rate on `above` costs less a month, below it `below` does",
};

struct break_even_visit { field_visit *one; void *to; };

static void visit_break_even(const struct costs_break_even *at, void *owner)
{
    struct break_even_visit *v = owner;
    v->one(v->to, NULL, at);
}

void each_break_even(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct results *r = o->object;
    struct break_even_visit v = {one, to};
    (void)f;
    for (size_t i = 0; i < r->entries.count; i = figures_point_end(r, i))
        costs_each_break_even(r, i, figures_point_end(r, i), visit_break_even, &v);
}
