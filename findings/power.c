/* power.c - the least difference that the rules of compare.h would have claimed. */
#include "config.h"

#include "findings/power.h"

#include <math.h>

#include "findings/compare.h"
#include "findings/number.h"

static const double certainty = 0.05, wanted = 0.3, weak = 1;
static const enum metric metrics[] = {METRIC_P50, METRIC_P99, METRIC_THROUGHPUT};
enum { METRICS = sizeof metrics / sizeof *metrics };

/* How many comparisons chance has a try at together with this one. */
static size_t count_family(const struct results *r, const struct comparison *of)
{
    size_t n = 0;
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        n += c->kind == COMPARISON_BASELINE && c->verdict != VERDICT_UNKNOWN &&
            c->entry->part == of->entry->part;
    }
    return n;
}

/* Half of its interval, of logarithms, as wide as among so many comparisons. */
static double half_width(const struct results *r, const struct comparison *c)
{
    const struct stats_difference *d = &c->difference;
    double half = (log1p(d->high) - log1p(d->low)) / 2;
    return d->freedom ? fmax(half, d->error * stats_student_quantile(certainty / (double)count_family(r, c),
                                                                     d->freedom))
                      : half;
}

/* Some wait n times as long for an interval of 1/sqrt(n): in whole tens of seconds. */
static double seconds_for(const struct results *r, const struct comparison *c, double half)
{
    double room = log1p(wanted) - log1p(r->noise), times = room > 0 ? half / room : INFINITY;
    return times > 1 ? ceil(c->entry->all.seconds * times * times / 10) * 10 : 0;
}

bool power_of_baseline(const struct results *r, enum metric m, double *slower, double *seconds)
{
    bool any = false;
    *slower = *seconds = 0;
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        if (c->kind != COMPARISON_BASELINE || c->metric != m || c->verdict != VERDICT_NONE_FOUND)
            continue;
        double half = half_width(r, c);
        *slower = fmax(*slower, (1 + r->noise) * exp(half) - 1);
        *seconds = fmax(*seconds, seconds_for(r, c, half));
        any = true;
    }
    return any;
}

bool power_is_weak(const struct results *r)
{
    double slower = 0, seconds = 0;
    for (size_t i = 0; i < METRICS; i++)
        if (power_of_baseline(r, metrics[i], &slower, &seconds) && slower >= weak)
            return true;
    return false;
}

static void put_slower(struct buf *b, enum metric m, double slower)
{
    if (m == METRIC_THROUGHPUT) {
        buf_puts(b, "−");
        number_put_percent(b, slower / (1 + slower));
    } else if (slower >= 1) {
        number_put(b, 1 + slower);
        buf_puts(b, " times as long");
    } else {
        buf_puts(b, "+");
        number_put_percent(b, slower);
    }
}

void power_put(struct buf *b, const struct results *r)
{
    enum { HOUR = 3600 };
    const char *between = "Smallest slow-down it would have found everywhere: ";
    double longest = 0;
    for (size_t i = 0; i < METRICS; i++) {
        double slower = 0, seconds = 0;
        if (!power_of_baseline(r, metrics[i], &slower, &seconds) || !isfinite(slower))
            continue;
        buf_printf(b, "%s%s ", between, metric_name(metrics[i]));
        put_slower(b, metrics[i], slower);
        between = ", ";
        longest = fmax(longest, seconds);
    }
    if (*between != ',')
        return;
    buf_putc(b, '.');
    if (longest > HOUR)
        buf_puts(b, " The rounds differ too much to find 30 % within an hour: is the machine idle?");
    else if (longest > 0)
        buf_printf(b, " To find 30 %% in all of them measure both for longer: -T %.0fs.", longest);
}
