#include "config.h"

#include "show/round_fields.h"

#include <cjson/cJSON.h>

#include "base/mem.h"
#include "findings/figures.h"
#include "findings/stats.h"
#include "show/histogram_fields.h"
#include "show/json_read.h"

/* ---- slices ---- */

/* Nothing was answered within it: its histogram is null. */
static bool finish_slice(struct reading *r, const struct path *at, void *object)
{
    struct result_slice *s = object;
    (void)r; (void)at;
    if (!s->response) {
        s->response = mem_alloc(sizeof *s->response);
        s->response->min = INT64_MAX;
    }
    return true;
}

#define AT(member) .at = offsetof(struct result_slice, member)

static const struct field slice_fields[] = {
    {"from_seconds", FIELD_EXACT, AT(from), .about = "since the round's measuring began"},
    {"seconds", FIELD_EXACT, AT(seconds)},
    {"errors", FIELD_WHOLE, AT(errors)},
    {"retries", FIELD_WHOLE, AT(retries)},
    {"throttles", FIELD_WHOLE, AT(throttles)},
    {"histogram", FIELD_OBJECT, AT(response), FIELD_PACKED,
     .about = "response times of the requests that were answered within it"},
    {0},
};
static const struct object slice_object = {
    "slice", slice_fields, .size = sizeof(struct result_slice), .finish = finish_slice};

/* ---- rounds ---- */

static bool round_throughput(const struct owner *o, struct figure *v)
{
    const struct result_round *round = o->object;
    v->number = round->seconds > 0 ? (double)round->requests / round->seconds : 0;
    return round->seconds > 0;
}

static bool round_percentile(const struct owner *o, struct figure *v)
{
    const struct result_round *round = o->object;
    v->number = figures_percentile(round->response, v->arg);
    return round->response && round->response->count;
}

static const struct { const char *name; enum metric metric; } of_rounds[] = {
    {"p50", METRIC_P50}, {"p99", METRIC_P99}, {"throughput", METRIC_THROUGHPUT}};
enum { OF_ROUNDS = sizeof of_rounds / sizeof *of_rounds };
static const char *of_rounds_name(int i) { return of_rounds[i].name; }
static const struct names figures_of_rounds = {of_rounds_name, OF_ROUNDS};

static void each_outlier(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct result_entry *e = o->up->object;
    uint32_t round = (uint32_t)((const struct result_round *)o->object - e->rounds);
    double times = 0;
    (void)f;
    for (size_t i = 0; i < OF_ROUNDS; i++)
        if (stats_outlier(e, round, of_rounds[i].metric, &times))
            one(to, NULL, &of_rounds[i].name);
}

/* A number that was changed by hand contradicts what it was counted from. */
static bool finish_round(struct reading *r, const struct path *at, void *object)
{
    const struct result_round *round = object;
    if (!round->response || round->response->count == round->requests)
        return true;
    return json_fail(r, at, "its requests are %llu, those in its histogram %llu",
                     (unsigned long long)round->requests, (unsigned long long)round->response->count);
}

#undef AT
#define AT(member) .at = offsetof(struct result_round, member)

static const struct field round_fields[] = {
    {"requests", FIELD_WHOLE, AT(requests)},
    {"errors", FIELD_WHOLE, AT(errors)},
    {"began_seconds", FIELD_EXACT, AT(began), .about = "since the whole run began"},
    {"seconds", FIELD_EXACT, AT(seconds)},
    {"throughput_per_s", FIELD_FIGURE, .absent = ABSENT_NULL, .get = round_throughput},
    {"p50_ns", FIELD_FIGURE, .absent = ABSENT_NULL, .get = round_percentile, .arg = 50},
    {"p99_ns", FIELD_FIGURE, .absent = ABSENT_NULL, .get = round_percentile, .arg = 99},
    {"outlier", FIELD_TEXTS, .names = &figures_of_rounds, .each = each_outlier,
     .about = "in these it is an outlier among the rounds"},
    {"histogram", FIELD_OBJECT, AT(response), FIELD_HIST, .about = "of response times"},
    {"slices", FIELD_LIST, AT(slices), .count = offsetof(struct result_round, nslices), FIELD_COUNTED,
     .absent = ABSENT_IN_OLDER, .object = &slice_object,
     .about = "stretches of it, of equal length but for the last"},
    {0},
};
const struct object round_object = {
    "round", round_fields, .size = sizeof(struct result_round), .finish = finish_round};

/* ---- between the rounds ---- */

static bool between(const struct owner *o, struct figure *v)
{
    return stats_variation(o->object, (enum metric)v->arg, &v->number);
}

static const struct field variation_fields[] = {
    {"p50_cv", FIELD_FIGURE, .absent = ABSENT_NULL, .get = between, .arg = METRIC_P50},
    {"p99_cv", FIELD_FIGURE, .absent = ABSENT_NULL, .get = between, .arg = METRIC_P99},
    {"throughput_cv", FIELD_FIGURE, .absent = ABSENT_NULL, .get = between, .arg = METRIC_THROUGHPUT},
    {0},
};
const struct object variation_object = {
    "between_rounds", variation_fields,
    .about = "coefficients of variation: how much the rounds' own figures differ",
};

/* ---- the slowest request ---- */

static void *add_call(struct reading *r, const struct path *at, void *trace, const struct field *f)
{
    struct result_trace *t = trace;
    (void)f;
    size_t all = (size_t)cJSON_GetArraySize(at->up->value);
    if (!t->calls)
        t->calls = arena_array(&r->results->arena, struct result_trace_call, all);
    return &t->calls[t->ncalls++];
}

bool trace_is_there(const void *entry)
{
    return ((const struct result_entry *)entry)->slowest.response_ns;
}

#undef AT
#define AT(member) .at = offsetof(struct result_trace_call, member)

static const struct field call_fields[] = {
    {"title", FIELD_TEXT, AT(title)},
    {"asked_ns", FIELD_WHOLE, AT(asked), .about = "the client was ready to send it"},
    {"sent_ns", FIELD_WHOLE, AT(sent)},
    {"first_row_ns", FIELD_WHOLE, AT(first_row), .absent = ABSENT_NULL},
    {"done_ns", FIELD_WHOLE, AT(done)},
    {"trips", FIELD_WHOLE32, AT(trips)},
    {"rows", FIELD_WHOLE32, AT(rows)},
    {0},
};
static const struct object call_object = {"call", call_fields, .size = sizeof(struct result_trace_call)};

#undef AT
#define AT(member) .at = offsetof(struct result_trace, member)

static const struct field trace_fields[] = {
    {"response_ns", FIELD_WHOLE, AT(response_ns)},
    {"started_ns", FIELD_WHOLE, AT(started_ns)},
    {"client", FIELD_WHOLE, AT(client)},
    {"number", FIELD_WHOLE, AT(number), .about = "of the client's requests"},
    {"followed", FIELD_WHOLE, AT(followed), .about = "it is the slowest of so many"},
    {"left_out", FIELD_WHOLE32, AT(left_out), .about = "calls beyond those that are reported"},
    {"calls", FIELD_LIST, AT(calls), .count = offsetof(struct result_trace, ncalls),
     .object = &call_object, .each = field_each_counted,
     .add = add_call},
    {0},
};
const struct object trace_object = {
    "slowest", trace_fields,
    .about = "the slowest of the requests that were followed; its times are ns since its intended start",
};
