#include "config.h"

#include "show/latency_fields.h"

#include <math.h>

#include "findings/figures.h"
#include "findings/stats.h"

struct latency { const struct result_entry *entry; const struct hist *hist; bool service; };

static const struct latency *latency_of(const struct owner *o) { return o->object; }

/* ---- 95 % intervals ---- */

static bool method(const struct owner *o, struct figure *v)
{
    (void)o;
    return (v->text = "bootstrap over rounds, Student's t");
}

static bool interval(const struct owner *o, struct figure *v)
{
    if (!stats_interval(o->object, (enum metric)v->arg, &v->number, &v->high))
        return false;
    v->number = nearbyint(v->number);
    v->high = nearbyint(v->high);
    return true;
}

#define OF(metric) .absent = ABSENT_LEFT_OUT, .get = interval, .arg = (metric)

static const struct field interval_fields[] = {
    {"method", FIELD_TEXT, .get = method},
    {"p50", FIELD_PAIR, OF(METRIC_P50)},
    {"p90", FIELD_PAIR, OF(METRIC_P90)},
    {"p95", FIELD_PAIR, OF(METRIC_P95)},
    {"p99", FIELD_PAIR, OF(METRIC_P99)},
    {"p99_9", FIELD_PAIR, OF(METRIC_P99_9)},
    {"mean", FIELD_PAIR, OF(METRIC_MEAN)},
    {0},
};
static const struct object interval_object = {
    "ci95", interval_fields,
    .about = "95 % intervals, low and high; a figure that the rounds do not carry is left out",
};

static void each_interval(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct latency *l = latency_of(o);
    double low, high;
    (void)f;
    if (!l->service && stats_interval(l->entry, METRIC_MEAN, &low, &high))
        one(to, NULL, l->entry);
}

/* ---- figures ---- */

static bool nanoseconds(const struct owner *o, struct figure *v)
{
    const struct latency *l = latency_of(o);
    bool there = figures_metric(l->entry, (enum metric)v->arg, l->service, &v->number);
    v->whole = there ? (uint64_t)nearbyint(v->number) : 0;
    return there;
}

static bool deviation(const struct owner *o, struct figure *v)
{
    v->whole = (uint64_t)nearbyint(hist_stddev(latency_of(o)->hist));
    return true;
}

static bool variation(const struct owner *o, struct figure *v)
{
    const struct latency *l = latency_of(o);
    return figures_metric(l->entry, METRIC_CV, l->service, &v->number);
}

static bool out_of_range(const struct owner *o, struct figure *v)
{
    return (v->whole = latency_of(o)->hist->clamped);
}

static const struct field fields[] = {
    {"p50", FIELD_WHOLE, .get = nanoseconds, .arg = METRIC_P50},
    {"p90", FIELD_WHOLE, .get = nanoseconds, .arg = METRIC_P90},
    {"p95", FIELD_WHOLE, .get = nanoseconds, .arg = METRIC_P95},
    {"p99", FIELD_WHOLE, .get = nanoseconds, .arg = METRIC_P99},
    {"p99_9", FIELD_WHOLE, .get = nanoseconds, .arg = METRIC_P99_9},
    {"max", FIELD_WHOLE, .get = nanoseconds, .arg = METRIC_MAX},
    {"mean", FIELD_WHOLE, .get = nanoseconds, .arg = METRIC_MEAN},
    {"stddev", FIELD_WHOLE, .get = deviation},
    {"cv", FIELD_FIGURE, .absent = ABSENT_NULL, .get = variation,
     .about = "coefficient of variation: stddev over mean"},
    {"out_of_range", FIELD_WHOLE, .absent = ABSENT_LEFT_OUT, .get = out_of_range,
     .about = "of the values: negative or above 73 minutes"},
    {"ci95", FIELD_OBJECT, .absent = ABSENT_LEFT_OUT, .object = &interval_object, .each = each_interval},
    {0},
};
const struct object latency_object = {
    "latency", fields,
    .about = "nanoseconds, of the requests that were answered; percentiles to 3 significant digits",
};

static void visit(const struct result_entry *e, const struct hist *h, bool service, field_visit *one,
                  void *to)
{
    if (h && h->count)
        one(to, NULL, &(struct latency){e, h, service});
}

void each_response(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct result_entry *e = o->object;
    (void)f;
    visit(e, e->all.response, false, one, to);
}

void each_service(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct result_entry *e = o->object;
    (void)f;
    visit(e, e->all.service, true, one, to);
}
