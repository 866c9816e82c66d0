#include "config.h"

#include "show/result_fields.h"

#include "findings/expect.h"
#include "show/comparison_fields.h"
#include "show/entry_fields.h"
#include "show/json_read.h"
#include "show/recommendation_fields.h"

/* ---- backends ---- */

#define AT(member) .at = offsetof(struct result_feature, member)

static const struct field feature_fields[] = {
    {"name", FIELD_TEXT, AT(name)},
    {"text", FIELD_TEXT, AT(text), .absent = ABSENT_NULL},
    {"lacks", FIELD_FLAG, AT(lacks), .about = "it has no such thing; the text says why"},
    {0},
};
static const struct object feature_object = {
    "feature", feature_fields, .size = sizeof(struct result_feature)};

static bool load_is_there(const void *backend)
{
    const struct result_backend *b = backend;
    return b->loaded || b->reused;
}

static bool load_rate(const struct owner *o, struct figure *v)
{
    const struct result_backend *b = o->object;
    v->number = b->load_seconds > 0 ? (double)b->load_rows / b->load_seconds : 0;
    return b->loaded && b->load_seconds > 0;
}

#undef AT
#define AT(member) .at = offsetof(struct result_backend, member)

static const struct field load_fields[] = {
    {"rows", FIELD_WHOLE, AT(load_rows)},
    {"seconds", FIELD_EXACT, AT(load_seconds), .absent = ABSENT_NULL,
     .has = FIELD_HAS(struct result_backend, loaded)},
    {"rows_per_s", FIELD_FIGURE, .absent = ABSENT_NULL, .get = load_rate},
    {"bytes", FIELD_WHOLE, AT(load_bytes)},
    {"reused", FIELD_FLAG, AT(reused), .about = "the tables were there already"},
    {0},
};
static const struct object load_object = {"load", load_fields};

static bool is_stand_in(const struct owner *o, struct figure *v)
{
    v->flag = ((const struct result_backend *)o->object)->place;
    return true;
}

static const char *status_name(int i)
{
    static const char *const statuses[] = {
        [RESULT_OK] = "ok", [RESULT_SKIPPED] = "skipped", [RESULT_FAILED] = "failed"};
    return statuses[i];
}
static const struct names statuses = {status_name, RESULT_FAILED + 1};

static const struct field backend_fields[] = {
    {"name", FIELD_TEXT, AT(name)},
    {"kind", FIELD_TEXT, AT(kind)},
    {"version", FIELD_TEXT, AT(version), .absent = ABSENT_NULL},
    {"stand_in", FIELD_FLAG, .get = is_stand_in,
     .about = "what answered is not the service: a server on this machine, an emulator"},
    {"place", FIELD_TEXT, AT(place), .absent = ABSENT_NULL,
     .about = "of the stand-in: `this machine`, or its host"},
    {"server", FIELD_TEXT, AT(server), .absent = ABSENT_NULL,
     .about = "of the stand-in, by name and version; null: `version` says it"},
    {"where", FIELD_TEXT, AT(where), .absent = ABSENT_NULL,
     .about = "the server that answered: host:port/database, a service's URL, a file; never a user or a password"},
    {"same_server_as", FIELD_TEXT, AT(same_as), .absent = ABSENT_NULL,
     .about = "the first backend that is the same server: between them nothing is compared"},
    {"status", FIELD_WORD, AT(status), .names = &statuses},
    {"reason", FIELD_TEXT, AT(reason), .absent = ABSENT_NULL},
    {"enable", FIELD_TEXT, AT(enable), .absent = ABSENT_NULL, .about = "what would enable it"},
    {"load", FIELD_OBJECT, .absent = ABSENT_NULL, .there = load_is_there, .object = &load_object},
    {"verified", FIELD_OBJECT, AT(verified), .absent = ABSENT_NULL,
     .has = FIELD_HAS(struct result_backend, verified.done),
     .object = &verified_object},
    {"features", FIELD_LIST, AT(features), FIELD_VEC, .absent = ABSENT_IN_OLDER, .object = &feature_object,
     .about = "what such a backend can do, the same list for each"},
    {0},
};
static const struct object backend_object = {
    "backend", backend_fields, .size = sizeof(struct result_backend)};

/* ---- expectations ---- */

static bool verdict(const struct owner *o, struct figure *v)
{
    return (v->text = expect_verdict_name(expect_verdict(o->object)));
}

static bool finish_expectation(struct reading *r, const struct path *at, void *object)
{
    struct result_expectation *x = object;
    if (!x->measured && !x->unjudged)                 /* of an earlier version */
        x->unjudged = "there is no figure";
    return json_both(r, at, "low", "high");
}

static const char *verdict_name(int i) { return expect_verdict_name((enum expect_verdict)i); }
static const char *metric_name_of(int i) { return metric_name((enum metric)i); }
static const struct names verdicts = {verdict_name, EXPECT_NOT_MEASURED + 1};
static const struct names metrics = {metric_name_of, METRIC_COUNT};

#undef AT
#define AT(member) .at = offsetof(struct result_expectation, member)

static const struct field expectation_fields[] = {
    {"run", FIELD_TEXT, AT(run)},
    {"backend", FIELD_TEXT, AT(backend)},
    {"strategy", FIELD_TEXT, AT(strategy)},
    {"sweep", FIELD_PARAMS, AT(sweep), .count = offsetof(struct result_expectation, nsweep)},
    {"query", FIELD_TEXT, AT(query), .absent = ABSENT_NULL,
     .about = "of a mix, whose figure it is; null: the whole's"},
    {"text", FIELD_TEXT, AT(text)},
    {"fail_if", FIELD_FLAG, AT(fail_if), .absent = ABSENT_IN_OLDER,
     .about = "of --fail-if: the text says what must not hold"},
    {"metric", FIELD_WORD, AT(metric), .names = &metrics},
    {"service", FIELD_FLAG, AT(service), .absent = ABSENT_IN_OLDER,
     .about = "of service time in place of response time"},
    {"value", FIELD_EXACT, AT(value), .absent = ABSENT_NULL,
     .has = FIELD_HAS(struct result_expectation, measured),
     .about = "ns, per second, US dollars, or a plain number or share"},
    {"low", FIELD_EXACT, AT(low), .absent = ABSENT_NULL, .has = FIELD_HAS(struct result_expectation, sure),
     .about = "95 % interval of the value"},
    {"high", FIELD_EXACT, AT(high), .absent = ABSENT_NULL, .has = FIELD_HAS(struct result_expectation, sure)},
    {"limit", FIELD_EXACT, AT(limit), .about = "what the value is held against, in the same unit"},
    {"ok", FIELD_FLAG, AT(ok), .about = "it was judged, and held"},
    {"verdict", FIELD_WORD, .get = verdict, .names = &verdicts},
    {"not_judged", FIELD_TEXT, AT(unjudged), .absent = ABSENT_NULL,
     .about = "why it could not be judged, which is no pass"},
    {0},
};
static const struct object expectation_object = {
    "expectation", expectation_fields, .size = sizeof(struct result_expectation),
    .finish = finish_expectation,
};

/* ---- what was left out, and remarks ---- */

#undef AT
#define AT(member) .at = offsetof(struct result_left_out, member)

static const struct field left_out_fields[] = {
    {"what", FIELD_TEXT, AT(what)},
    {"reason", FIELD_TEXT, AT(reason), .absent = ABSENT_NULL},
    {"enable", FIELD_TEXT, AT(enable), .absent = ABSENT_NULL},
    {0},
};
static const struct object left_out_object = {
    "left_out", left_out_fields, .size = sizeof(struct result_left_out)};

#undef AT
#define AT(member) .at = offsetof(struct result_remark, member)

static const struct field remark_fields[] = {
    {"text", FIELD_TEXT, AT(text)},
    {"differs", FIELD_FLAG, AT(differs), .about = "they are not alike in this, and so hardly to be compared"},
    {0},
};
static const struct object remark_object = {"remark", remark_fields, .size = sizeof(struct result_remark)};

/* ---- the whole ---- */

static const char *verify_name(int i)
{
    static const char *const names[] = {"none", "count", "rows"};
    return names[i];
}
static const struct names verifies = {verify_name, 3};

#undef AT
#define AT(member) .at = offsetof(struct results, member)

static const struct field host_fields[] = {
    {"cpu", FIELD_TEXT, AT(host.cpu)},
    {"cores", FIELD_WHOLE32, AT(host.cores)},
    {"kernel", FIELD_TEXT, AT(host.kernel)},
    {"memory_bytes", FIELD_WHOLE, AT(host.memory_bytes)},
    {0},
};
static const struct object host_object = {"host", host_fields};

#define PARAMS "params", FIELD_PARAMS, AT(params), .count = offsetof(struct results, nparams)
#define BREAK_EVEN "break_even", FIELD_LIST, .object = &break_even_object, .each = each_break_even
#define LEFT_OUT "left_out", FIELD_LIST, AT(left_out), FIELD_VEC, .object = &left_out_object

static const struct field result_fields[] = {
    {"wkl", FIELD_TEXT, AT(version), .about = "version of wkl"},
    {"workload", FIELD_TEXT, AT(workload)},
    {"title", FIELD_TEXT, AT(title), .absent = ABSENT_NULL},
    {"seed", FIELD_WHOLE, AT(seed),
     .about = "with the same seed the data and the keys asked for are the same"},
    {"started", FIELD_TEXT, AT(started),
     .pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"},
    {"stopped", FIELD_TEXT, AT(stopped), .absent = ABSENT_NULL, .about = "why the run ended early"},
    {"verify", FIELD_TEXT, AT(verify), .absent = ABSENT_NULL, .names = &verifies,
     .about = "what was compared while measuring"},
    {"host", FIELD_OBJECT, .object = &host_object},
    {PARAMS, .about = "the workload's params by name, as the language writes them"},
    {"noise", FIELD_EXACT, AT(noise), .absent = ABSENT_IN_OLDER,
     .about = "a difference up to this share is taken for none"},
    {"baseline", FIELD_OBJECT, .absent = ABSENT_NULL, .there = baseline_is_there, .object = &baseline_object,
     .about = "what this was compared with"},
    {"backends", FIELD_LIST, AT(backends), FIELD_VEC_POINTERS, .object = &backend_object},
    {"results", FIELD_LIST, AT(entries), .each = field_each_pointer, .add = add_entry,
     .object = &entry_object,
     .about = "one for each run, sweep point, backend and strategy"},
    {"expectations", FIELD_LIST, AT(expectations), FIELD_VEC, .object = &expectation_object},
    {"comparisons", FIELD_LIST, .absent = ABSENT_IN_OLDER, .each = each_comparison, .add = add_comparison,
     .object = &comparison_object,
     .about = "backends and strategies each against the fastest of them, and entries against the baseline's"},
    {"recommendation", FIELD_LIST, .each = each_recommendation, .object = &recommendation_object,
     .about = "one for each run: what meets all expectations at the least cost"},
    {BREAK_EVEN, .about = "between the cheapest strategies of two backends"},
    {LEFT_OUT, .about = "what was not run, other than whole backends"},
    {"remarks", FIELD_LIST, AT(remarks), FIELD_VEC, .absent = ABSENT_IN_OLDER, .object = &remark_object,
     .about = "of results that were joined"},
    {0},
};
const struct object result_object = {
    "results", result_fields,
    .about = "Keys are stable: later versions only add some. Names that end in _ns are nanoseconds, in "
             "_per_s per second, in _usd US dollars, seconds are seconds. What was not measured or is not "
             "known is null.",
};

static const struct field costs_fields[] = {
    {"wkl", FIELD_TEXT, AT(version)},
    {"workload", FIELD_TEXT, AT(workload)},
    {PARAMS},
    {"costs", FIELD_LIST, AT(entries), .each = field_each_pointer, .object = &estimate_object},
    {BREAK_EVEN},
    {LEFT_OUT},
    {0},
};
const struct object costs_object = {"costs", costs_fields};
