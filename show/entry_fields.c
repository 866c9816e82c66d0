#include "config.h"

#include "show/entry_fields.h"

#include <math.h>

#include <cjson/cJSON.h>

#include "findings/limit.h"
#include "findings/rank.h"
#include "findings/stats.h"
#include "findings/whose.h"
#include "show/cost_fields.h"
#include "show/histogram_fields.h"
#include "show/json_read.h"
#include "show/latency_fields.h"
#include "show/round_fields.h"

/* ---- what was verified ---- */

#define AT(member) .at = offsetof(struct result_verified, member)

static const struct field verified_fields[] = {
    {"requests", FIELD_WHOLE, AT(requests)},
    {"rows", FIELD_WHOLE, AT(rows)},
    {"at_rest", FIELD_WHOLE, AT(at_rest), .absent = ABSENT_IN_OLDER,
     .about = "rows that were written, and read again when all writes had ended"},
    {"mismatches", FIELD_WHOLE, AT(mismatches)},
    {"first", FIELD_TEXT, AT(first), .absent = ABSENT_LEFT_OUT, .about = "the first mismatch in words"},
    {0},
};
const struct object verified_object = {
    "verified", verified_fields, .about = "what was compared, value for value, with what the generators say"};

/* ---- errors, by class ---- */

struct error_kind { struct tally_class found, *into; };

static void each_class(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct tally *t = &((const struct result_entry *)o->object)->all;
    (void)f;
    for (int i = 0; i < FAULT_COUNT; i++)
        if (t->classes[i].count)
            one(to, fault_name((enum fault)i), &(struct error_kind){.found = t->classes[i]});
}

/* A class that this version does not know is counted with the others. */
static void *add_class(struct reading *r, const struct path *at, void *entry, const struct field *f)
{
    struct error_kind *kind = arena_new(&r->results->arena, struct error_kind);
    enum fault fault;
    (void)f;
    fault_by_name(at->key, &fault);
    kind->into = &((struct result_entry *)entry)->all.classes[fault];
    return kind;
}

static bool finish_class(struct reading *r, const struct path *at, void *object)
{
    struct error_kind *kind = object;
    (void)r; (void)at;
    kind->into->count += kind->found.count;
    if (!kind->into->first)
        kind->into->first = kind->found.first;
    return true;
}

#undef AT
#define AT(member) .at = offsetof(struct error_kind, found.member)

static const struct field class_fields[] = {
    {"count", FIELD_WHOLE, AT(count)},
    {"first", FIELD_TEXT, AT(first), .absent = ABSENT_NULL,
     .about = "the first message, the server's words kept"},
    {0},
};
static const struct object class_object = {"error_class", class_fields, .finish = finish_class};

/* ---- the client ---- */

static bool cpu_per_request(const struct owner *o, struct figure *v)
{
    return figures_cpu_per_request(o->object, &v->number);
}

static bool cpu_fraction(const struct owner *o, struct figure *v)
{
    return figures_cpu_fraction(o->object, &v->number);
}

static bool lag(const struct owner *o, struct figure *v)
{
    return figures_lag(o->object, &v->number);
}

static bool wait_p99(const struct owner *o, struct figure *v)
{
    const struct hist *wait = ((const struct result_entry *)o->object)->all.wait;
    v->number = figures_percentile(wait, 99);
    return wait && wait->count;
}

static bool is_saturated(const struct owner *o, struct figure *v)
{
    v->flag = rank_saturated(o->object);
    return true;
}

static const char *limit_name_of(int i) { return limit_name((enum limit)i); }
static const struct names limits = {limit_name_of, LIMIT_CONNECTIONS + 1};

static bool limit(const struct owner *o, struct figure *v)
{
    return (v->text = limit_name(limit_of(o->object)));
}

#undef AT
#define AT(member) .at = offsetof(struct result_entry, member)

static const struct field client_fields[] = {
    {"workers", FIELD_WHOLE32, AT(workers)},
    {"embedded", FIELD_FLAG, AT(embedded), .about = "the database works within the client's process"},
    {"at_once", FIELD_WHOLE32, AT(at_once), .absent = ABSENT_NULL,
     .about = "requests that were with the backend at one time, at most"},
    {"seconds", FIELD_EXACT, AT(all.wall), .absent = ABSENT_IN_OLDER,
     .about = "that its workers took, all rounds one after another"},
    {"cpu_ns", FIELD_WHOLE, AT(all.cpu_ns),
     .about = "of all workers together, without the moments that they only watch the clock before a timer"},
    {"cpu_waited_ns", FIELD_WHOLE, AT(all.cpu_waited_ns), .absent = ABSENT_IN_OLDER,
     .about = "of all workers together: ready to run, while other work had the CPUs; 0 too where the system "
              "does not say"},
    {"cpu_per_request_ns", FIELD_FIGURE, .absent = ABSENT_NULL, .get = cpu_per_request},
    {"cpu_fraction", FIELD_FIGURE, .absent = ABSENT_NULL, .get = cpu_fraction,
     .about = "of its workers' time; 1 is all of it"},
    {"lag_p99_ns", FIELD_FIGURE, .absent = ABSENT_NULL, .get = lag, .about = "behind schedule"},
    {"wait_p99_ns", FIELD_FIGURE, .absent = ABSENT_NULL, .get = wait_p99,
     .about = "for a connection or, in a closed loop, for a turn; part of the response time"},
    {"saturated", FIELD_FLAG, .get = is_saturated,
     .about = "the figures are the client's, not the backend's"},
    {"limit", FIELD_WORD, .absent = ABSENT_NULL, .get = limit, .names = &limits,
     .about = "what held it back: with the first two it is saturated; rate: the backend carried less than "
              "was offered"},
    {0},
};
static const struct object client_object = {"client", client_fields};

/* ---- all durations ---- */

#define STALENESS \
    {"staleness", FIELD_OBJECT, AT(all.staleness), .absent = ABSENT_LEFT_OUT, .object = &histogram_object, \
     .each = each_hist, .add = add_hist}

static const struct field histogram_fields[] = {
    {"response", FIELD_OBJECT, AT(all.response), FIELD_HIST},
    {"service", FIELD_OBJECT, AT(all.service), FIELD_HIST},
    {"wait", FIELD_OBJECT, AT(all.wait), FIELD_HIST},
    {"lag", FIELD_OBJECT, AT(all.lag), FIELD_HIST},
    STALENESS,
    {0},
};
static const struct object histograms_object = {"histograms", histogram_fields};

/* What it waited for is the client's affair, not a query's. */
static const struct field query_histogram_fields[] = {
    {"response", FIELD_OBJECT, AT(all.response), FIELD_HIST},
    {"service", FIELD_OBJECT, AT(all.service), FIELD_HIST},
    STALENESS,
    {0},
};
static const struct object query_histograms_object = {"query_histograms", query_histogram_fields};

/* ---- stale reads ---- */

static bool staleness(const struct owner *o, struct figure *v)
{
    bool there = figures_metric(o->object, (enum metric)v->arg, false, &v->number);
    v->whole = there ? (uint64_t)nearbyint(v->number) : 0;
    return there;
}

static void each_staleness(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct result_entry *e = o->object;
    (void)f;
    if (e->all.stale)
        one(to, NULL, e);
}

static const struct field staleness_fields[] = {
    {"p50", FIELD_WHOLE, .get = staleness, .arg = METRIC_STALENESS_P50},
    {"p99", FIELD_WHOLE, .get = staleness, .arg = METRIC_STALENESS_P99},
    {"max", FIELD_WHOLE, .get = staleness, .arg = METRIC_STALENESS_MAX},
    {0},
};
static const struct object staleness_object = {
    "staleness", staleness_fields,
    .about = "how long before a stale read the write that it missed had been acknowledged"};

/* ---- a query of a mix ---- */

/* Of a whole and of each of its queries. */
#define COUNTS \
    {"requests", FIELD_WHOLE, AT(all.requests), .about = "answered completely"}, \
    {"errors", FIELD_WHOLE, AT(all.errors)}, \
    {"outcome_unknown", FIELD_WHOLE, AT(all.unknown), .absent = ABSENT_IN_OLDER, \
     .about = "of the errors: sent, and never answered, so that nobody knows what the server did"}, \
    {"error_classes", FIELD_MAP, .object = &class_object, .each = each_class, .add = add_class}, \
    {"retries", FIELD_WHOLE, AT(all.retries)}, \
    {"throttles", FIELD_WHOLE, AT(all.throttles)}, \
    {"skipped", FIELD_WHOLE, AT(all.skipped), .about = "not sent: too late already for the latency limit"}, \
    {"rows", FIELD_WHOLE, AT(all.rows)}, \
    {"bytes", FIELD_WHOLE, AT(all.bytes)}, \
    {"trips", FIELD_WHOLE, AT(all.trips), .about = "requests on the wire, retries included"}, \
    {"watched_reads", FIELD_WHOLE, AT(all.watched), .absent = ABSENT_LEFT_OUT, \
     .about = "of rows that were watched while they were written; left out where none were"}, \
    {"stale_reads", FIELD_WHOLE, AT(all.stale), .absent = ABSENT_LEFT_OUT, \
     .about = "of them: they began after a write had been acknowledged, and found what stood before it"}, \
    {"staleness_ns", FIELD_OBJECT, .absent = ABSENT_LEFT_OUT, .object = &staleness_object, .each = each_staleness}
#define SECONDS \
    {"seconds", FIELD_EXACT, AT(all.seconds), \
     .about = "that were measured; in a closed loop of the mean client, with the think time behind its last answer"}, \
    {"throughput_per_s", FIELD_FIGURE, .absent = ABSENT_NULL, .get = throughput}, \
    {"throughput_ci95", FIELD_PAIR, .absent = ABSENT_NULL, .get = throughput_interval, \
     .about = "95 % interval, low and high"}, \
    {"response_ns", FIELD_OBJECT, .absent = ABSENT_NULL, .object = &latency_object, .each = each_response}, \
    {"service_ns", FIELD_OBJECT, .absent = ABSENT_NULL, .object = &latency_object, .each = each_service}
#define ROUNDS \
    {"rounds", FIELD_LIST, AT(rounds), .count = offsetof(struct result_entry, nrounds), FIELD_COUNTED, \
     .object = &round_object}

static bool throughput(const struct owner *o, struct figure *v)
{
    return figures_metric(o->object, METRIC_THROUGHPUT, false, &v->number);
}

static bool throughput_interval(const struct owner *o, struct figure *v)
{
    if (!stats_interval(o->object, METRIC_THROUGHPUT, &v->number, &v->high))
        return false;
    v->number = nearbyint(v->number * 1e3) / 1e3;
    v->high = nearbyint(v->high * 1e3) / 1e3;
    return true;
}

/* A number that was changed by hand contradicts the histogram that it was counted from. */
static bool counted(struct reading *r, const struct path *at, const struct result_entry *e)
{
    const struct hist *responses = e->all.response;
    if (!responses || responses->count == e->all.requests)
        return true;
    return json_fail(r, at, "its requests are %llu, those in its histogram %llu",
                     (unsigned long long)e->all.requests, (unsigned long long)responses->count);
}

static void *add_query(struct reading *r, const struct path *at, void *entry, const struct field *f)
{
    struct result_entry *e = entry;
    (void)f;
    if (!e->queries)
        results_part(r->results, e, (uint32_t)cJSON_GetArraySize(at->up->value));
    return &e->queries[at->index];
}

static bool finish_query(struct reading *r, const struct path *at, void *object)
{
    struct result_entry *q = object;
    q->all.wall = q->all.seconds;
    return counted(r, at, q);
}

static const struct field query_fields[] = {
    {"query", FIELD_TEXT, AT(query)},
    {"share", FIELD_EXACT, AT(share), .about = "of the requests, as the run has it"},
    COUNTS,
    SECONDS,
    ROUNDS,
    {"histograms", FIELD_OBJECT, .object = &query_histograms_object},
    {0},
};
static const struct object query_object = {
    "query", query_fields, .size = sizeof(struct result_entry), .finish = finish_query,
    .about = "what of an entry is one query's of a mix; the rest is the whole's alone",
};

/* ---- an entry ---- */

static bool stands_in(const struct owner *o, struct figure *v)
{
    const struct result_entry *e = o->object;
    v->flag = whose_stands_in(e->results, e->backend);
    return true;
}

static const char *all_name(int i) { return i ? NULL : "all"; }
static const struct names all_rounds = {all_name, 1};

static bool of_all_rounds(const struct owner *o, struct figure *v)
{
    (void)o;
    return (v->text = "all");
}

static bool unranked(const struct owner *o, struct figure *v)
{
    const struct result_entry *e = o->object;
    return (v->text = rank_unranked(e->results, e));
}

static bool is_ranked(const struct owner *o, struct figure *v)
{
    v->flag = !unranked(o, v);
    return true;
}

void *add_entry(struct reading *r, const struct path *at, void *results, const struct field *f)
{
    struct result_entry *e = field_add_pointer(r, at, results, f);
    e->results = results;
    return e;
}

static bool finish(struct reading *r, const struct path *at, void *object)
{
    struct result_entry *e = object;
    uint64_t asked = 0;
    e->all.wall = e->all.wall > 0 ? e->all.wall : e->all.seconds;     /* an older version did not tell them
                                                                         apart */
    results_settle_queries(e);
    for (uint32_t i = 0; i < e->nqueries; i++)
        asked += e->queries[i].all.requests;
    if (e->nqueries && asked != e->all.requests)
        return json_fail(r, at, "its requests are %llu, those of its queries %llu",
                         (unsigned long long)e->all.requests, (unsigned long long)asked);
    return counted(r, at, e);
}

static const struct field fields[] = {
    {"run", FIELD_TEXT, AT(run)},
    {"query", FIELD_TEXT, AT(query), .about = "\"mix\" where the run has several"},
    {"strategy", FIELD_TEXT, AT(strategy)},
    {"backend", FIELD_TEXT, AT(backend)},
    {"stand_in", FIELD_FLAG, .get = stands_in, .about = "the figures are not the service's, see `backends`"},
    {"sweep", FIELD_PARAMS, AT(sweep), .count = offsetof(struct result_entry, nsweep),
     .about = "what is swept, with its value here"},
    {"part", FIELD_WHOLE32, AT(part), .absent = ABSENT_IN_OLDER,
     .about = "of joined results: from which of them"},
    {"data_digest", FIELD_TEXT, AT(data_digest), .absent = ABSENT_NULL,
     .about = "of the tables and the seed: same digest, same rows"},
    {"request_digest", FIELD_TEXT, AT(request_digest), .absent = ABSENT_NULL,
     .about = "of the queries, their shares and their keys"},
    {"round", FIELD_WORD, .get = of_all_rounds, .names = &all_rounds},
    {"clients", FIELD_WHOLE32, AT(clients)},
    {"clients_at_most", FIELD_WHOLE32, AT(most_clients), .absent = ABSENT_NULL,
     .about = "`clients` is how many of so many were needed; null: all of them were there"},
    {"rate", FIELD_EXACT, AT(rate), .absent = ABSENT_NULL, .about = "arrivals a second; null: closed loop"},
    COUNTS,
    {"calls_per_request", FIELD_FIGURE, AT(calls_per_request), .absent = ABSENT_NULL,
     .about = "calls to the database that the plan makes for a request"},
    {"tables_per_request", FIELD_FIGURE, AT(tables_per_request), .absent = ABSENT_NULL,
     .about = "one-table-one-key lookups that it replaces"},
    SECONDS,
    {"client", FIELD_OBJECT, .object = &client_object},
    {"cost", FIELD_OBJECT, .absent = ABSENT_NULL, .there = cost_is_there, .object = &cost_object},
    {"verified", FIELD_OBJECT, AT(verified), .absent = ABSENT_NULL,
     .has = FIELD_HAS(struct result_entry, verified.done),
     .object = &verified_object},
    {"ranked", FIELD_FLAG, .get = is_ranked},
    {"unranked", FIELD_TEXT, .absent = ABSENT_NULL, .get = unranked, .about = "why it is not ranked"},
    {"failed", FIELD_TEXT, AT(failed), .absent = ABSENT_NULL,
     .about = "why it could not be measured or, where it has rounds, why these are not valid: its tables were another's meanwhile"},
    {"plan", FIELD_LINES, AT(plan), .absent = ABSENT_NULL, .about = "as wklc --emit prints it"},
    {"notes", FIELD_TEXTS, AT(notes), .count = offsetof(struct result_entry, nnotes), FIELD_COUNTED,
     .about = "what the plan does another way than asked"},
    {"between_rounds", FIELD_OBJECT, .derived = true, .object = &variation_object},
    ROUNDS,
    {"histograms", FIELD_OBJECT, .object = &histograms_object},
    {"queries", FIELD_LIST, AT(queries), .count = offsetof(struct result_entry, nqueries),
     .absent = ABSENT_IN_OLDER, .object = &query_object, .each = field_each_counted, .add = add_query,
     .about = "of a mix, each by itself: their requests and errors are the whole's; empty where there is but one"},
    {"slowest", FIELD_OBJECT, AT(slowest), .absent = ABSENT_NULL, .there = trace_is_there,
     .object = &trace_object},
    {0},
};
const struct object entry_object = {"result", fields, .size = sizeof(struct result_entry), .finish = finish};

static const struct field estimate_fields[] = {
    {"run", FIELD_TEXT, AT(run)},
    {"query", FIELD_TEXT, AT(query)},
    {"strategy", FIELD_TEXT, AT(strategy)},
    {"backend", FIELD_TEXT, AT(backend)},
    {"sweep", FIELD_PARAMS, AT(sweep), .count = offsetof(struct result_entry, nsweep)},
    {"rate", FIELD_FIGURE, AT(rate), .absent = ABSENT_NULL},
    {"calls_per_request", FIELD_FIGURE, AT(calls_per_request), .absent = ABSENT_NULL},
    {"cost", FIELD_OBJECT, .absent = ABSENT_NULL, .there = cost_is_there, .object = &cost_object},
    {0},
};
const struct object estimate_object = {"estimate", estimate_fields};
