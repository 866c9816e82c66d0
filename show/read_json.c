/* read_json.c - json.c the other way: a table for each object it writes. What it derives from the rest (percentiles, intervals, rates,
 * what is ranked) is not read, but derived again. */
#include "config.h"

#include "show/read_json.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "findings/compare.h"
#include "findings/costs.h"
#include "findings/recommend.h"
#include "show/fields.h"
#include "show/hdr.h"
#include "show/read_baseline.h"
#include "show/read_cost.h"

#define END {0}

enum { MOST_BYTES = 256 << 20, MOST_VALUES = 10000000 };     /* a value takes some 100 bytes while it is read */

/* ---- parts that several objects have ---- */

static bool read_verified(struct reading *r, const struct place *at, struct result_verified *v)
{
    static const struct field fields[] = {
        {"requests", FIELD_WHOLE, .at = offsetof(struct result_verified, requests)},
        {"rows", FIELD_WHOLE, .at = offsetof(struct result_verified, rows)},
        {"mismatches", FIELD_WHOLE, .at = offsetof(struct result_verified, mismatches)},
        {"first", FIELD_TEXT, true, offsetof(struct result_verified, first)},
        END,
    };
    v->done = true;
    return fields_read(r, at, fields, v);
}

/* ---- histograms ---- */

struct exactly { uint64_t min, max, out_of_range; double sum; struct packed *packed; };

static bool read_hdr(struct reading *r, const struct place *at, void *owner)
{
    struct exactly *x = owner;
    struct error err = {0};
    const char *text = fields_text(r, at);
    x->packed = text ? hdr_read_base64(text, &err) : NULL;
    return x->packed || fields_fail(r, at, "%.200s", err.text);
}

/* What is exact goes in the place of what the slots say, where both can be true of the same values. */
static bool take_exact(struct packed *p, const struct exactly *x)
{
    if (!p->count || x->min > x->max || x->max > (uint64_t)HIST_HIGHEST || x->out_of_range > p->count ||
        hist_slot((int64_t)x->min) != p->slots[0].slot || hist_slot((int64_t)x->max) != p->slots[p->nslots - 1].slot)
        return false;
    p->min = (int64_t)x->min;
    p->max = (int64_t)x->max;
    p->clamped = x->out_of_range;
    p->sum = x->sum;
    return true;
}

static bool read_packed(struct reading *r, const struct place *at, struct packed **out)
{
    static const struct field fields[] = {
        {"min_ns", FIELD_WHOLE, .at = offsetof(struct exactly, min)},
        {"max_ns", FIELD_WHOLE, .at = offsetof(struct exactly, max)},
        {"sum_ns", FIELD_NUMBER, .at = offsetof(struct exactly, sum)},
        {"out_of_range", FIELD_WHOLE, true, offsetof(struct exactly, out_of_range)},
        {"hdr", FIELD_PART, .part = read_hdr},
        END,
    };
    struct exactly x = {0};
    bool ok = fields_read(r, at, fields, &x) && (take_exact(x.packed, &x) || fields_fail(r, at, "its ends are not those of its slots"));
    if (ok)
        *out = x.packed;
    else
        mem_free(x.packed);
    return ok;
}

static bool read_hist(struct reading *r, const struct place *at, struct hist **out)
{
    struct packed *p = NULL;
    if (!read_packed(r, at, &p))
        return false;
    *out = hist_new();
    packed_add(*out, p);
    mem_free(p);
    return true;
}

/* ---- rounds ---- */

/* A number that was changed by hand contradicts what it was counted from. */
static bool agrees(struct reading *r, const struct place *at, uint64_t requests, const struct hist *responses)
{
    if (!responses || responses->count == requests)
        return true;
    return fields_fail(r, at, "its requests are %llu, those in its histogram %llu", (unsigned long long)requests,
                       (unsigned long long)responses->count);
}

static bool read_slice_histogram(struct reading *r, const struct place *at, void *slice)
{
    return read_packed(r, at, &((struct result_slice *)slice)->response);
}

static bool add_slice(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"from_seconds", FIELD_NUMBER, .at = offsetof(struct result_slice, from)},
        {"seconds", FIELD_NUMBER, .at = offsetof(struct result_slice, seconds)},
        {"errors", FIELD_WHOLE, .at = offsetof(struct result_slice, errors)},
        {"retries", FIELD_WHOLE, .at = offsetof(struct result_slice, retries)},
        {"throttles", FIELD_WHOLE, .at = offsetof(struct result_slice, throttles)},
        {"histogram", FIELD_PART, true, .part = read_slice_histogram},
        END,
    };
    static const struct packed nothing = {.min = INT64_MAX};
    struct result_round *round = owner;
    round->slices = mem_grow(round->slices, (round->nslices + 1) * sizeof *round->slices);
    struct result_slice *s = round->slices + round->nslices++;
    *s = (struct result_slice){0};
    if (!fields_read(r, at, fields, s))
        return false;
    if (!s->response)
        s->response = memcpy(mem_alloc(sizeof nothing), &nothing, sizeof nothing);
    return true;
}

static bool read_slices(struct reading *r, const struct place *at, void *round)
{
    return fields_each(r, at, add_slice, round);
}

static bool read_round_histogram(struct reading *r, const struct place *at, void *round)
{
    return read_hist(r, at, &((struct result_round *)round)->response);
}

static bool add_round(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"requests", FIELD_WHOLE, .at = offsetof(struct result_round, requests)},
        {"errors", FIELD_WHOLE, .at = offsetof(struct result_round, errors)},
        {"began_seconds", FIELD_NUMBER, .at = offsetof(struct result_round, began)},
        {"seconds", FIELD_NUMBER, .at = offsetof(struct result_round, seconds)},
        {"histogram", FIELD_PART, true, .part = read_round_histogram},
        {"slices", FIELD_PART, true, .part = read_slices},
        END,
    };
    struct result_entry *e = owner;
    e->rounds = mem_grow(e->rounds, (e->nrounds + 1) * sizeof *e->rounds);
    e->rounds[e->nrounds] = (struct result_round){0};
    const struct result_round *round = &e->rounds[e->nrounds++];
    return fields_read(r, at, fields, &e->rounds[e->nrounds - 1]) && agrees(r, at, round->requests, round->response);
}

static bool read_rounds(struct reading *r, const struct place *at, void *entry)
{
    return fields_each(r, at, add_round, entry);
}

/* ---- the slowest request ---- */

struct call_list { VEC(struct result_trace_call) calls; };

static bool add_call(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"title", FIELD_TEXT, .at = offsetof(struct result_trace_call, title)},
        {"asked_ns", FIELD_WHOLE, .at = offsetof(struct result_trace_call, asked)},
        {"sent_ns", FIELD_WHOLE, .at = offsetof(struct result_trace_call, sent)},
        {"first_row_ns", FIELD_WHOLE, true, offsetof(struct result_trace_call, first_row)},
        {"done_ns", FIELD_WHOLE, .at = offsetof(struct result_trace_call, done)},
        {"trips", FIELD_WHOLE32, .at = offsetof(struct result_trace_call, trips)},
        {"rows", FIELD_WHOLE32, .at = offsetof(struct result_trace_call, rows)},
        END,
    };
    struct result_trace_call call = {0};
    bool ok = fields_read(r, at, fields, &call);
    vec_push(&r->results->arena, &((struct call_list *)owner)->calls, call);
    return ok;
}

static bool read_calls(struct reading *r, const struct place *at, void *owner)
{
    struct result_trace *t = owner;
    struct call_list list = {0};
    bool ok = fields_each(r, at, add_call, &list);
    t->calls = list.calls.items;
    t->ncalls = (uint32_t)list.calls.count;
    return ok;
}

static bool read_slowest(struct reading *r, const struct place *at, void *entry)
{
    static const struct field fields[] = {
        {"response_ns", FIELD_WHOLE, .at = offsetof(struct result_trace, response_ns)},
        {"started_ns", FIELD_WHOLE, .at = offsetof(struct result_trace, started_ns)},
        {"client", FIELD_WHOLE, .at = offsetof(struct result_trace, client)},
        {"number", FIELD_WHOLE, .at = offsetof(struct result_trace, number)},
        {"followed", FIELD_WHOLE, .at = offsetof(struct result_trace, followed)},
        {"left_out", FIELD_WHOLE32, .at = offsetof(struct result_trace, left_out)},
        {"calls", FIELD_PART, .part = read_calls},
        END,
    };
    return fields_read(r, at, fields, &((struct result_entry *)entry)->slowest);
}

/* ---- entries ---- */

static bool read_response(struct reading *r, const struct place *at, void *e) { return read_hist(r, at, &((struct result_entry *)e)->all.response); }
static bool read_service(struct reading *r, const struct place *at, void *e) { return read_hist(r, at, &((struct result_entry *)e)->all.service); }
static bool read_wait(struct reading *r, const struct place *at, void *e) { return read_hist(r, at, &((struct result_entry *)e)->all.wait); }
static bool read_lag(struct reading *r, const struct place *at, void *e) { return read_hist(r, at, &((struct result_entry *)e)->all.lag); }

static bool read_sweep(struct reading *r, const struct place *at, void *entry)
{
    struct result_entry *e = entry;
    return fields_params(r, at, &e->sweep, &e->nsweep);
}

static bool read_entry_verified(struct reading *r, const struct place *at, void *entry)
{
    return read_verified(r, at, &((struct result_entry *)entry)->verified);
}

/* A class that this version does not know is counted with those of no known code. */
static bool add_class(struct reading *r, const struct place *at, void *entry)
{
    static const struct field fields[] = {
        {"count", FIELD_WHOLE, .at = offsetof(struct tally_class, count)},
        {"first", FIELD_TEXT, true, offsetof(struct tally_class, first)},
        END,
    };
    struct tally_class found = {0};
    struct tally *t = &((struct result_entry *)entry)->all;
    enum fault fault;
    fault_by_name(at->key ? at->key : "", &fault);
    if (!fields_read(r, at, fields, &found))
        return false;
    t->classes[fault].count += found.count;
    if (!t->classes[fault].first)
        t->classes[fault].first = found.first;
    return true;
}

static bool read_classes(struct reading *r, const struct place *at, void *entry)
{
    return fields_each(r, at, add_class, entry);
}

static bool add_note(struct reading *r, const struct place *at, void *entry)
{
    const char *text = fields_text(r, at);
    if (text)
        results_add_note(r->results, entry, text);
    return text;
}

static bool read_notes(struct reading *r, const struct place *at, void *entry)
{
    return fields_each(r, at, add_note, entry);
}

static bool read_entry_cost(struct reading *r, const struct place *at, void *entry)
{
    return read_cost(r, at, &((struct result_entry *)entry)->cost);
}

static const struct field client_fields[] = {
    {"workers", FIELD_WHOLE32, .at = offsetof(struct result_entry, workers)},
    {"embedded", FIELD_FLAG, .at = offsetof(struct result_entry, embedded)},
    {"at_once", FIELD_WHOLE32, true, offsetof(struct result_entry, at_once)},
    {"seconds", FIELD_NUMBER, true, offsetof(struct result_entry, all.wall)},
    {"cpu_ns", FIELD_WHOLE, .at = offsetof(struct result_entry, all.cpu_ns)},
    {"cpu_waited_ns", FIELD_WHOLE, true, offsetof(struct result_entry, all.cpu_waited_ns)},
    END,
};
static const struct field histogram_fields[] = {
    {"response", FIELD_PART, true, .part = read_response},
    {"service", FIELD_PART, true, .part = read_service},
    {"wait", FIELD_PART, true, .part = read_wait},
    {"lag", FIELD_PART, true, .part = read_lag},
    END,
};
static const struct field entry_fields[] = {
    {"run", FIELD_TEXT, .at = offsetof(struct result_entry, run)},
    {"query", FIELD_TEXT, .at = offsetof(struct result_entry, query)},
    {"strategy", FIELD_TEXT, .at = offsetof(struct result_entry, strategy)},
    {"backend", FIELD_TEXT, .at = offsetof(struct result_entry, backend)},
    {"sweep", FIELD_PART, .part = read_sweep},
    {"part", FIELD_WHOLE32, true, offsetof(struct result_entry, part)},
    {"data_digest", FIELD_TEXT, true, offsetof(struct result_entry, data_digest)},
    {"request_digest", FIELD_TEXT, true, offsetof(struct result_entry, request_digest)},
    {"clients", FIELD_WHOLE32, .at = offsetof(struct result_entry, clients)},
    {"clients_at_most", FIELD_WHOLE32, true, offsetof(struct result_entry, most_clients)},
    {"rate", FIELD_NUMBER, true, offsetof(struct result_entry, rate)},
    {"requests", FIELD_WHOLE, .at = offsetof(struct result_entry, all.requests)},
    {"errors", FIELD_WHOLE, .at = offsetof(struct result_entry, all.errors)},
    {"error_classes", FIELD_PART, .part = read_classes},
    {"retries", FIELD_WHOLE, .at = offsetof(struct result_entry, all.retries)},
    {"throttles", FIELD_WHOLE, .at = offsetof(struct result_entry, all.throttles)},
    {"skipped", FIELD_WHOLE, .at = offsetof(struct result_entry, all.skipped)},
    {"rows", FIELD_WHOLE, .at = offsetof(struct result_entry, all.rows)},
    {"bytes", FIELD_WHOLE, .at = offsetof(struct result_entry, all.bytes)},
    {"trips", FIELD_WHOLE, .at = offsetof(struct result_entry, all.trips)},
    {"calls_per_request", FIELD_NUMBER, true, offsetof(struct result_entry, calls_per_request)},
    {"tables_per_request", FIELD_NUMBER, true, offsetof(struct result_entry, tables_per_request)},
    {"seconds", FIELD_NUMBER, .at = offsetof(struct result_entry, all.seconds)},
    {"client", FIELD_GROUP, .group = client_fields},
    {"cost", FIELD_PART, true, .part = read_entry_cost},
    {"verified", FIELD_PART, true, .part = read_entry_verified},
    {"failed", FIELD_TEXT, true, offsetof(struct result_entry, failed)},
    {"plan", FIELD_LINES, true, offsetof(struct result_entry, plan)},
    {"notes", FIELD_PART, .part = read_notes},
    {"rounds", FIELD_PART, .part = read_rounds},
    {"histograms", FIELD_GROUP, .group = histogram_fields},
    {"slowest", FIELD_PART, true, .part = read_slowest},
    END,
};

static bool add_entry(struct reading *r, const struct place *at, void *owner)
{
    struct results *to = owner;
    struct result_entry *e = arena_new(&to->arena, struct result_entry);
    e->results = to;
    vec_push(&to->arena, &to->entries, e);
    if (!fields_read(r, at, entry_fields, e))
        return false;
    e->all.wall = e->all.wall > 0 ? e->all.wall : e->all.seconds;     /* an older version did not tell them apart */
    return agrees(r, at, e->all.requests, e->all.response);
}

/* ---- backends ---- */

static bool read_status(struct reading *r, const struct place *at, void *backend)
{
    static const char *const statuses[] = {[RESULT_OK] = "ok", [RESULT_SKIPPED] = "skipped", [RESULT_FAILED] = "failed"};
    const char *text = fields_text(r, at);
    for (int i = 0; text && i < (int)(sizeof statuses / sizeof *statuses); i++)
        if (!strcmp(statuses[i], text)) {
            ((struct result_backend *)backend)->status = (enum result_status)i;
            return true;
        }
    return fields_fail(r, at, "'ok', 'skipped' or 'failed' is expected");
}

static bool read_load_seconds(struct reading *r, const struct place *at, void *backend)
{
    static const struct field alone[] = {{"seconds", FIELD_NUMBER, .at = offsetof(struct result_backend, load_seconds)}, END};
    ((struct result_backend *)backend)->loaded = true;
    return fields_read(r, at->up, alone, backend);
}

static bool read_backend_verified(struct reading *r, const struct place *at, void *backend)
{
    return read_verified(r, at, &((struct result_backend *)backend)->verified);
}

static bool add_feature(struct reading *r, const struct place *at, void *backend)
{
    static const struct field fields[] = {
        {"name", FIELD_TEXT, .at = offsetof(struct result_feature, name)},
        {"text", FIELD_TEXT, true, offsetof(struct result_feature, text)},
        {"lacks", FIELD_FLAG, .at = offsetof(struct result_feature, lacks)},
        END,
    };
    struct result_feature f = {0};
    bool ok = fields_read(r, at, fields, &f);
    vec_push(&r->results->arena, &((struct result_backend *)backend)->features, f);
    return ok;
}

static bool read_features(struct reading *r, const struct place *at, void *backend)
{
    return fields_each(r, at, add_feature, backend);
}

static const struct field load_fields[] = {
    {"rows", FIELD_WHOLE, .at = offsetof(struct result_backend, load_rows)},
    {"seconds", FIELD_PART, true, .part = read_load_seconds},
    {"bytes", FIELD_WHOLE, .at = offsetof(struct result_backend, load_bytes)},
    {"reused", FIELD_FLAG, .at = offsetof(struct result_backend, reused)},
    END,
};
static const struct field backend_fields[] = {
    {"name", FIELD_TEXT, .at = offsetof(struct result_backend, name)},
    {"kind", FIELD_TEXT, .at = offsetof(struct result_backend, kind)},
    {"version", FIELD_TEXT, true, offsetof(struct result_backend, version)},
    {"place", FIELD_TEXT, true, offsetof(struct result_backend, place)},
    {"server", FIELD_TEXT, true, offsetof(struct result_backend, server)},
    {"where", FIELD_TEXT, true, offsetof(struct result_backend, where)},
    {"same_server_as", FIELD_TEXT, true, offsetof(struct result_backend, same_as)},
    {"status", FIELD_PART, .part = read_status},
    {"reason", FIELD_TEXT, true, offsetof(struct result_backend, reason)},
    {"enable", FIELD_TEXT, true, offsetof(struct result_backend, enable)},
    {"load", FIELD_GROUP, true, .group = load_fields},
    {"verified", FIELD_PART, true, .part = read_backend_verified},
    {"features", FIELD_PART, true, .part = read_features},
    END,
};

static bool add_backend(struct reading *r, const struct place *at, void *owner)
{
    struct results *to = owner;
    struct result_backend *b = arena_new(&to->arena, struct result_backend);
    vec_push(&to->arena, &to->backends, b);
    return fields_read(r, at, backend_fields, b);
}

/* ---- expectations, and what was left out ---- */

static bool read_expectation_sweep(struct reading *r, const struct place *at, void *expectation)
{
    struct result_expectation *x = expectation;
    return fields_params(r, at, &x->sweep, &x->nsweep);
}

static bool read_expectation_metric(struct reading *r, const struct place *at, void *expectation)
{
    return read_metric(r, at, &((struct result_expectation *)expectation)->metric);
}

static bool read_value(struct reading *r, const struct place *at, void *expectation)
{
    static const struct field alone[] = {{"value", FIELD_NUMBER, .at = offsetof(struct result_expectation, value)}, END};
    ((struct result_expectation *)expectation)->measured = true;
    return fields_read(r, at->up, alone, expectation);
}

static bool read_low(struct reading *r, const struct place *at, void *expectation)
{
    static const struct field alone[] = {{"low", FIELD_NUMBER, .at = offsetof(struct result_expectation, low)}, END};
    ((struct result_expectation *)expectation)->sure = true;
    return fields_read(r, at->up, alone, expectation);
}

static bool add_expectation(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"run", FIELD_TEXT, .at = offsetof(struct result_expectation, run)},
        {"backend", FIELD_TEXT, .at = offsetof(struct result_expectation, backend)},
        {"strategy", FIELD_TEXT, .at = offsetof(struct result_expectation, strategy)},
        {"sweep", FIELD_PART, .part = read_expectation_sweep},
        {"text", FIELD_TEXT, .at = offsetof(struct result_expectation, text)},
        {"metric", FIELD_PART, .part = read_expectation_metric},
        {"fail_if", FIELD_FLAG, true, offsetof(struct result_expectation, fail_if)},
        {"service", FIELD_FLAG, true, offsetof(struct result_expectation, service)},
        {"value", FIELD_PART, true, .part = read_value},
        {"low", FIELD_PART, true, .part = read_low},
        {"high", FIELD_NUMBER, true, offsetof(struct result_expectation, high)},
        {"limit", FIELD_NUMBER, .at = offsetof(struct result_expectation, limit)},
        {"ok", FIELD_FLAG, .at = offsetof(struct result_expectation, ok)},
        {"not_judged", FIELD_TEXT, true, offsetof(struct result_expectation, unjudged)},
        END,
    };
    struct results *to = owner;
    struct result_expectation x = {0};
    bool ok = fields_read(r, at, fields, &x);
    if (!x.measured && !x.unjudged)                   /* of an earlier version */
        x.unjudged = "there is no figure";
    vec_push(&to->arena, &to->expectations, x);
    return ok;
}

static bool add_left_out(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"what", FIELD_TEXT, .at = offsetof(struct result_left_out, what)},
        {"reason", FIELD_TEXT, true, offsetof(struct result_left_out, reason)},
        {"enable", FIELD_TEXT, true, offsetof(struct result_left_out, enable)},
        END,
    };
    struct results *to = owner;
    struct result_left_out out = {0};
    bool ok = fields_read(r, at, fields, &out);
    vec_push(&to->arena, &to->left_out, out);
    return ok;
}

static bool add_remark(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"text", FIELD_TEXT, .at = offsetof(struct result_remark, text)},
        {"differs", FIELD_FLAG, .at = offsetof(struct result_remark, differs)},
        END,
    };
    struct results *to = owner;
    struct result_remark remark = {0};
    bool ok = fields_read(r, at, fields, &remark);
    vec_push(&to->arena, &to->remarks, remark);
    return ok;
}

/* ---- the whole ---- */

static bool read_workload_params(struct reading *r, const struct place *at, void *owner)
{
    struct results *to = owner;
    return fields_params(r, at, &to->params, &to->nparams);
}
static bool read_backends(struct reading *r, const struct place *at, void *to) { return fields_each(r, at, add_backend, to); }
static bool read_entries(struct reading *r, const struct place *at, void *to) { return fields_each(r, at, add_entry, to); }
static bool read_expectations(struct reading *r, const struct place *at, void *to) { return fields_each(r, at, add_expectation, to); }
static bool read_left_out(struct reading *r, const struct place *at, void *to) { return fields_each(r, at, add_left_out, to); }
static bool read_remarks(struct reading *r, const struct place *at, void *to) { return fields_each(r, at, add_remark, to); }

static const struct field host_fields[] = {
    {"cpu", FIELD_TEXT, .at = offsetof(struct results, host.cpu)},
    {"cores", FIELD_WHOLE32, .at = offsetof(struct results, host.cores)},
    {"kernel", FIELD_TEXT, .at = offsetof(struct results, host.kernel)},
    {"memory_bytes", FIELD_WHOLE, .at = offsetof(struct results, host.memory_bytes)},
    END,
};
static const struct field whole_fields[] = {
    {"wkl", FIELD_TEXT, .at = offsetof(struct results, version)},
    {"workload", FIELD_TEXT, .at = offsetof(struct results, workload)},
    {"title", FIELD_TEXT, true, offsetof(struct results, title)},
    {"seed", FIELD_WHOLE, .at = offsetof(struct results, seed)},
    {"started", FIELD_TEXT, .at = offsetof(struct results, started)},
    {"stopped", FIELD_TEXT, true, offsetof(struct results, stopped)},
    {"verify", FIELD_TEXT, true, offsetof(struct results, verify)},
    {"host", FIELD_GROUP, .group = host_fields},
    {"params", FIELD_PART, .part = read_workload_params},
    {"noise", FIELD_NUMBER, true, offsetof(struct results, noise)},
    {"backends", FIELD_PART, .part = read_backends},
    {"results", FIELD_PART, .part = read_entries},
    {"expectations", FIELD_PART, .part = read_expectations},
    {"left_out", FIELD_PART, .part = read_left_out},
    {"remarks", FIELD_PART, true, .part = read_remarks},
    {"baseline", FIELD_PART, true, .part = read_baseline},
    {"comparisons", FIELD_PART, true, .part = read_comparisons},
    END,
};

/* Where the text stops being JSON, as a line. What is cut within a string is said to end where that begins; but then no brace is last. */
static int fail_at(const char *json, size_t n, const char *end, struct error *err)
{
    while (n && strchr(" \t\r\n", json[n - 1]))
        n--;
    size_t line = 1, upto = end && end >= json && end <= json + n ? (size_t)(end - json) : n;
    for (size_t i = 0; i < upto; i++)
        line += json[i] == '\n';
    if (upto + 1 >= n || json[n - 1] != '}')
        return error_set(err, ERR_USAGE, "it was cut short in line %zu, or is not JSON", line);
    return error_set(err, ERR_USAGE, "it is not JSON from line %zu on", line);
}

/* Values of the text, as JSON counts them, if it is JSON: each ends with one of these signs, or is an object or a list. */
static bool has_many_values(const char *json, size_t n)
{
    size_t count = 0;
    bool text = false;
    for (size_t i = 0; i < n && count <= MOST_VALUES; i++) {
        if (json[i] == '\\' && text)
            i++;
        else if (json[i] == '"')
            text = !text;
        else
            count += !text && (json[i] == ',' || json[i] == '[' || json[i] == '{');
    }
    return count > MOST_VALUES;
}

int results_read_text(const char *json, size_t n, struct results **out, struct error *err)
{
    const char *end = NULL;
    if (has_many_values(json, n))
        return error_set(err, ERR_USAGE, "it has more than %d million values: is this a result that wklrun wrote?", MOST_VALUES / 1000000);
    cJSON *root = cJSON_ParseWithLengthOpts(json, n, &end, false);
    if (!root)
        return fail_at(json, n, end, err);
    struct reading r = {results_new_empty(), err};
    struct place at = {.value = root};
    if (!cJSON_GetObjectItemCaseSensitive(root, "wkl"))
        error_set(err, ERR_USAGE, "it is not a result that wklrun wrote with --format json");
    else if (fields_read(&r, &at, whole_fields, r.results))
        *out = r.results;
    cJSON_Delete(root);
    if (err->code) {
        results_free(r.results);
        return err->code;
    }
    costs_settle(r.results);
    compare_results(r.results);
    recommend_results(r.results);
    return 0;
}

int results_read(const char *path, struct results **out, struct error *err)
{
    struct buf b = {0};
    int rc = file_read(path, MOST_BYTES, &b, err);
    if (rc == 0 && buf_text(&b)[0] == '[')
        rc = error_set(err, ERR_USAGE, "'%s' holds the results of several workloads: take one of them, as `jq '.[0]'` does", path);
    else if (rc == 0 && (rc = results_read_text(buf_text(&b), b.len, out, err)) < 0)
        error_prefix(err, "'%s'", path);
    buf_release(&b);
    return rc < 0 ? ERR_USAGE : 0;
}
