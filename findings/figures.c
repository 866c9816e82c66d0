/* figures.c - one function a figure; see figures.h for the units. */
#include "config.h"

#include "findings/figures.h"

#include <math.h>
#include <string.h>


static const struct { double percent; enum figure_unit unit; } metrics[METRIC_COUNT] = {
    [METRIC_P50] = {50, FIGURE_NS},      [METRIC_P90] = {90, FIGURE_NS},
    [METRIC_P95] = {95, FIGURE_NS},
    [METRIC_P99] = {99, FIGURE_NS},      [METRIC_P99_9] = {99.9, FIGURE_NS},
    [METRIC_MAX] = {100, FIGURE_NS},
    [METRIC_MEAN] = {0, FIGURE_NS},      [METRIC_CV] = {0, FIGURE_COUNT},
    [METRIC_THROUGHPUT] = {0, FIGURE_PER_SECOND},
    [METRIC_ERRORS] = {0, FIGURE_COUNT}, [METRIC_ERROR_RATE] = {0, FIGURE_SHARE},
    [METRIC_ROWS] = {0, FIGURE_COUNT}, [METRIC_COST_PER_MILLION] = {0, FIGURE_USD},
    [METRIC_STALE] = {0, FIGURE_SHARE}, [METRIC_STALENESS_P50] = {0, FIGURE_NS},
    [METRIC_STALENESS_P99] = {0, FIGURE_NS}, [METRIC_STALENESS_MAX] = {0, FIGURE_NS},
};

enum figure_unit figures_unit(enum metric m)
{
    return metrics[m].unit;
}

bool figures_percent(enum metric m, double *percent)
{
    *percent = metrics[m].percent;
    return *percent > 0;
}

bool figures_has_service(const struct results *r, size_t first, size_t end)
{
    double response = 0, service = 0;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (figures_metric(e, METRIC_P99, true, &service) &&
            figures_metric(e, METRIC_P99, false, &response) && service != response)
            return true;
    }
    return false;
}

bool figures_has_times(const struct result_entry *e)
{
    return e->all.response && e->all.response->count;
}

double figures_percentile(const struct hist *h, double percent)
{
    return h ? fmin((double)hist_percentile(h, percent), (double)hist_max(h)) : 0;
}

static bool ratio(double above, double below, double *value)
{
    if (!(below > 0))
        return false;
    *value = above / below;
    return isfinite(*value);
}

/* A sum over the answered requests. */
static bool per_request(const struct result_entry *e, double sum, double *value)
{
    return ratio(sum, (double)e->all.requests, value);
}

bool figures_cost_rate(const struct result_entry *e, double *rate)
{
    *rate = e->rate > 0 ? e->rate : e->cost_rate;
    return *rate > 0 || (ratio((double)e->all.requests, e->all.seconds, rate) && *rate > 0);
}

static bool of_million(const struct result_entry *e, double *usd)
{
    double rate = 0;
    bool known = figures_cost_rate(e, &rate);
    return cost_per_million(&e->cost, known ? rate : 0, usd);
}

/* What is read off a histogram; false where it holds nothing. */
static bool of_hist(const struct hist *h, enum metric m, double *value)
{
    if (!h || !h->count)
        return false;
    if (m == METRIC_MEAN)
        *value = hist_mean(h);
    else if (m == METRIC_CV)
        return ratio(hist_stddev(h), hist_mean(h), value);
    else
        *value = figures_percentile(h, metrics[m].percent);
    return true;
}

/* How old reads were; 0 where none was stale. */
static bool of_staleness(const struct tally *t, double percent, double *value)
{
    *value = figures_percentile(t->staleness, percent);
    return t->watched > 0;
}

bool figures_metric(const struct result_entry *e, enum metric m, bool service, double *value)
{
    const struct tally *t = &e->all;
    const struct tally *whole = &results_whole(e)->all;
    bool measured = e->nrounds > 0 && (whole->requests + whole->errors > 0 || !whole->skipped);
    switch (m) {
    case METRIC_THROUGHPUT: return ratio((double)t->requests, t->seconds, value);
    case METRIC_ERRORS: *value = (double)t->errors; return measured;
    case METRIC_ERROR_RATE: return ratio((double)t->errors, (double)t->requests + (double)t->errors, value);
    case METRIC_ROWS: *value = (double)t->rows; return measured;
    case METRIC_COST_PER_MILLION: return of_million(e, value);
    case METRIC_STALE: return ratio((double)t->stale, (double)t->watched, value);
    case METRIC_STALENESS_P50: return of_staleness(t, 50, value);
    case METRIC_STALENESS_P99: return of_staleness(t, 99, value);
    case METRIC_STALENESS_MAX: return of_staleness(t, 100, value);
    default: return of_hist(service ? t->service : t->response, m, value);
    }
}

double figures_p99(const struct result_entry *e)
{
    double v = 0;
    figures_metric(e, METRIC_P99, false, &v);
    return v;
}

bool figures_cpu_per_request(const struct result_entry *e, double *ns)
{
    return e->all.cpu_ns && per_request(e, (double)e->all.cpu_ns, ns);
}

bool figures_cpu_fraction(const struct result_entry *e, double *share)
{
    return e->all.cpu_ns && ratio((double)e->all.cpu_ns / 1e9, e->all.wall * e->workers, share);
}

bool figures_cpu_waited(const struct result_entry *e, double *share)
{
    if (!e->all.cpu_waited_ns || !ratio((double)e->all.cpu_waited_ns / 1e9, e->all.wall * e->workers, share))
        return false;
    *share = fmin(*share, 1);                         /* a wait is counted when it ends, whenever it began */
    return true;
}

bool figures_lag(const struct result_entry *e, double *ns)
{
    return of_hist(e->all.lag, METRIC_P99, ns);
}

bool figures_same_point(const struct result_entry *a, const struct result_entry *b)
{
    return !strcmp(a->run, b->run) && ir_params_same(a->sweep, a->nsweep, b->sweep, b->nsweep);
}

size_t figures_point_end(const struct results *r, size_t first)
{
    size_t end = first;
    while (end < r->entries.count && figures_same_point(r->entries.items[first], r->entries.items[end]))
        end++;
    return end;
}
