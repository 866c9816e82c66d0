/* stats.c - bootstrap over rounds; see stats.h for the method. */
#include "config.h"

#include "findings/stats.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "data/rng.h"
#include "findings/figures.h"

enum { RESAMPLES = 1000 };
static const uint64_t resampling_seed = 0x5eed;       /* any: it only has to be the same for what is paired */
static const double certainty = 0.05;

/* ---- Student's t: the finite sums for whole degrees of freedom (Abramowitz and Stegun
 * 26.7.3 and 26.7.4) ---- */

double stats_student(double t, uint32_t n)
{
    double angle = atan(fabs(t) / sqrt(n)), c = cos(angle), sum = 0, term = n % 2 ? c : 1;
    for (uint32_t k = n % 2 ? 3 : 2; k <= n; k += 2) {
        sum += term;
        term *= c * c * (k - 1) / k;
    }
    double within = sin(angle) * sum;
    if (n % 2)
        within = (angle + within) * 2 / acos(-1);
    return fmin(fmax(1 - within, 0), 1);
}

double stats_student_quantile(double p, uint32_t n)
{
    double low = 0, high = 1;
    while (stats_student(high, n) > p && high < 1e12)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (stats_student(middle, n) > p)
            low = middle;
        else
            high = middle;
    }
    return (low + high) / 2;
}

/* ---- figures of weighted rounds ---- */

/* The rounds, laid out so that a percentile of any of their mixtures is a binary search. */
struct blocks {
    uint32_t n;
    const struct result_round *rounds;
    enum metric metric;
    double percent;                                   /* below 0: the metric is no percentile */
    size_t nvalues;
    double *values;                                   /* ascending */
    double *upto;                                     /* [value][round]: requests at or below it */
};


static bool has_answers(const struct result_entry *e)
{
    for (uint32_t i = 0; i < e->nrounds; i++)
        if (!e->rounds[i].requests || !e->rounds[i].response || !e->rounds[i].response->count ||
            !(e->rounds[i].seconds > 0))
            return false;
    return true;
}

static bool is_enough(const struct result_entry *e, double percent)
{
    return e->nrounds >= STATS_LEAST_ROUNDS && has_answers(e) &&
           (percent < 0 ||
            (100 - percent) / 100 * (double)e->all.requests >= STATS_LEAST_BEYOND * (1 - 1e-9));
}

static void lay_out(struct blocks *b)
{
    struct hist *all = hist_new();
    struct hist_step s = {0};
    for (uint32_t k = 0; k < b->n; k++)
        hist_merge(all, b->rounds[k].response);
    while (hist_next(all, &s))
        b->nvalues++;
    b->values = mem_alloc(b->nvalues * sizeof *b->values);
    b->upto = mem_alloc(b->nvalues * b->n * sizeof *b->upto);
    s = (struct hist_step){0};
    for (size_t i = 0; hist_next(all, &s); i++) {
        b->values[i] = fmin((double)s.high, (double)hist_max(all));
        for (uint32_t k = 0; k < b->n; k++)
            b->upto[i * b->n + k] = (i ? b->upto[(i - 1) * b->n + k] : 0) +
                                    (double)b->rounds[k].response->slots[s.next - 1];
    }
    hist_free(all);
}

static bool blocks_init(struct blocks *b, const struct result_entry *e, enum metric m)
{
    *b = (struct blocks){.n = e->nrounds, .rounds = e->rounds, .metric = m, .percent = -1};
    bool of_rounds = m == METRIC_THROUGHPUT || m == METRIC_MEAN;
    if (!of_rounds && !(figures_percent(m, &b->percent) && b->percent < 100))
        return false;
    if (!is_enough(e, b->percent))
        return false;
    if (b->percent >= 0)
        lay_out(b);
    return true;
}

static void blocks_release(struct blocks *b)
{
    mem_free(b->values);
    mem_free(b->upto);
}

static double weighted(const double *values, const double *weights, uint32_t n)
{
    double sum = 0;
    for (uint32_t k = 0; k < n; k++)
        sum += values[k] * weights[k];
    return sum;
}

static size_t find_percentile(const struct blocks *b, const double *weights)
{
    size_t low = 0, high = b->nvalues - 1;
    double rank = ceil(b->percent / 100 * weighted(b->upto + high * b->n, weights, b->n) * (1 - 1e-12));
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (weighted(b->upto + middle * b->n, weights, b->n) < fmax(rank, 1))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How coarse the values are about this one, as a difference of logarithms: a clock that ticks every 70 ns
 * gives the same median again and again, and does not know it better for that. */
static double step_at(const struct blocks *b, size_t at)
{
    static const double slot = 1.0 / HIST_HALF;       /* where there is no neighbour */
    double low = at ? b->values[at - 1] : b->values[at] * (1 - slot);
    double high = at + 1 < b->nvalues ? b->values[at + 1] : b->values[at] * (1 + slot);
    return log(fmax(high, 1) / fmax(low, 1)) / 2;
}

/* The figure of each round so many times. */
static double figure_of(const struct blocks *b, const double *weights)
{
    double above = 0, below = 0;
    if (b->percent >= 0)
        return b->values[find_percentile(b, weights)];
    for (uint32_t k = 0; k < b->n; k++) {
        const struct result_round *r = b->rounds + k;
        above += weights[k] * (b->metric == METRIC_MEAN ? r->response->sum : (double)r->requests);
        below += weights[k] * (b->metric == METRIC_MEAN ? (double)r->response->count : r->seconds);
    }
    return above / below;
}

/* ---- resampling ---- */

struct resampled {
    uint32_t n;
    double figure;                                    /* ln of it, of all rounds */
    double logs[RESAMPLES];                           /* of each resample; the k-th of all entries with as
                                                         many rounds has the same rounds */
    double step;                                      /* of the values it is taken from, about it;
                                                         0: they are fine enough */
    double *own;                                      /* of each round alone */
};

static bool resample(const struct result_entry *e, enum metric m, struct resampled *out)
{
    struct blocks b;
    struct rng rng;
    if (!blocks_init(&b, e, m))
        return false;
    double *weights = mem_alloc(b.n * sizeof *weights);
    out->n = b.n;
    out->own = mem_alloc(b.n * sizeof *out->own);
    rng_init(&rng, resampling_seed);
    for (int i = 0; i < RESAMPLES; i++) {
        for (uint32_t k = 0; k < b.n; k++)
            weights[k] = 0;
        for (uint32_t k = 0; k < b.n; k++)
            weights[rng_below(&rng, b.n)]++;
        out->logs[i] = log(fmax(figure_of(&b, weights), 1e-9));
    }
    for (uint32_t one = 0; one < b.n; one++) {
        for (uint32_t k = 0; k < b.n; k++)
            weights[k] = k == one;
        out->own[one] = log(fmax(figure_of(&b, weights), 1e-9));
    }
    for (uint32_t k = 0; k < b.n; k++)
        weights[k] = 1;
    out->figure = log(fmax(figure_of(&b, weights), 1e-9));
    out->step = b.percent >= 0 ? step_at(&b, find_percentile(&b, weights)) : 0;
    mem_free(weights);
    blocks_release(&b);
    return true;
}

/* The standard error of the logs, or of their differences to `less` (NULL: to nothing). What is rounded to
 * steps is off by a twelfth of their square. */
static double error_of(const struct resampled *r, const struct resampled *less)
{
    double sum = 0, squares = 0, few = r->n / (r->n - 1.0), other = less ? less->step : 0;
    for (int i = 0; i < RESAMPLES; i++) {
        double v = r->logs[i] - (less ? less->logs[i] : 0);
        sum += v;
    }
    for (int i = 0; i < RESAMPLES; i++) {
        double v = r->logs[i] - (less ? less->logs[i] : 0) - sum / RESAMPLES;
        squares += v * v;
    }
    return sqrt(squares / RESAMPLES * few + (r->step * r->step + other * other) / 12);
}

bool stats_interval(const struct result_entry *e, enum metric m, double *low, double *high)
{
    struct resampled *r = mem_alloc(sizeof *r);
    bool there = resample(e, m, r);
    if (there) {
        double half = error_of(r, NULL) * stats_student_quantile(certainty, r->n - 1);
        *low = exp(r->figure - half);
        *high = exp(r->figure + half);
    }
    mem_free(r->own);
    mem_free(r);
    return there;
}

/* ---- differences ---- */

static bool has_sign(double change, double v)
{
    return change > 0 ? v > 0 : change < 0 ? v < 0 : v == 0;
}

static void agree_in_pairs(const struct resampled *a, const struct resampled *b, struct stats_difference *d)
{
    d->rounds = a->n;
    for (uint32_t i = 0; i < a->n; i++)
        d->agree += has_sign(b->figure - a->figure, b->own[i] - a->own[i]);
}

/* Not of one run: each round against the whole of the other side. */
static void agree_with_other(const struct resampled *a, const struct resampled *b, struct stats_difference *d)
{
    d->rounds = a->n + b->n;
    for (uint32_t i = 0; i < a->n; i++)
        d->agree += has_sign(b->figure - a->figure, b->figure - a->own[i]);
    for (uint32_t i = 0; i < b->n; i++)
        d->agree += has_sign(b->figure - a->figure, b->own[i] - a->figure);
}

static void difference(const struct resampled *a, const struct resampled *b, bool paired,
                       struct stats_difference *d)
{
    double change = b->figure - a->figure;
    *d = (struct stats_difference){.change = exp(change) - 1, .paired = paired && a->n == b->n};
    if (d->paired) {
        d->error = error_of(b, a);
        d->freedom = a->n - 1;
        agree_in_pairs(a, b, d);
    } else {                                          /* Welch, and Satterthwaite's degrees of freedom,
                                                         rounded down */
        double va = pow(error_of(a, NULL), 2), vb = pow(error_of(b, NULL), 2), both = va + vb;
        double freedom = both > 0 ? both * both / (va * va / (a->n - 1) + vb * vb / (b->n - 1))
                                  : a->n + b->n - 2;
        d->error = sqrt(both);
        d->freedom = (uint32_t)fmax(floor(freedom + 1e-9), 1);
        agree_with_other(a, b, d);
    }
    double half = d->error * stats_student_quantile(certainty, d->freedom);
    d->low = exp(change - half) - 1;
    d->high = exp(change + half) - 1;
    d->p = d->error > 0 ? stats_student(change / d->error, d->freedom) : change == 0;
}

bool stats_difference(const struct result_entry *first, const struct result_entry *second, enum metric m,
                      bool paired, struct stats_difference *d)
{
    struct resampled *a = mem_alloc(sizeof *a), *b = mem_alloc(sizeof *b);
    bool there = resample(first, m, a) && resample(second, m, b);
    if (there)
        difference(a, b, paired, d);
    mem_free(a->own);
    mem_free(b->own);
    mem_free(a);
    mem_free(b);
    return there;
}

/* ---- the rounds among themselves ---- */

static bool of_round(const struct result_round *round, enum metric m, double *value)
{
    const struct result_entry alone = {
        .all = {.requests = round->requests, .seconds = round->seconds, .response = round->response}};
    return figures_metric(&alone, m, false, value);
}

bool stats_variation(const struct result_entry *e, enum metric m, double *cv)
{
    double sum = 0, squares = 0, v = 0;
    for (uint32_t i = 0; i < e->nrounds; i++) {
        if (!of_round(e->rounds + i, m, &v))
            return false;
        sum += v;
    }
    double mean = sum / e->nrounds;
    for (uint32_t i = 0; i < e->nrounds; i++) {
        of_round(e->rounds + i, m, &v);
        squares += (v - mean) * (v - mean);
    }
    if (e->nrounds < 2 || !(mean > 0))
        return false;
    *cv = sqrt(squares / (e->nrounds - 1)) / mean;
    return true;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double median_of(double *values, uint32_t n)
{
    qsort(values, n, sizeof *values, by_size);
    return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

bool stats_outlier(const struct result_entry *e, uint32_t round, enum metric m, double *times)
{
    enum { LEAST = 5 };
    static const double least_share = 0.1, least_deviations = 6 * 1.4826;
    double *values = mem_alloc((e->nrounds + 1) * sizeof *values), own = 0, middle = 0, usual = 0;
    bool there = e->nrounds >= LEAST && of_round(e->rounds + round, m, &own);
    for (uint32_t i = 0; there && i < e->nrounds; i++)
        there = of_round(e->rounds + i, m, values + i);
    if (there) {
        middle = median_of(values, e->nrounds);
        for (uint32_t i = 0; i < e->nrounds; i++)
            values[i] = fabs(values[i] - middle);
        usual = median_of(values, e->nrounds);
    }
    mem_free(values);
    if (!there || !(middle > 0) || fabs(own - middle) <= fmax(least_share * middle, least_deviations * usual))
        return false;
    *times = own / middle;
    return true;
}
