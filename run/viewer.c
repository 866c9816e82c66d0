/* viewer.c - gathers what the workers hand over, and shows it when a line is due. */
#include "config.h"

#include "run/viewer.h"

#include "base/clock.h"
#include "base/mem.h"
#include "findings/figures.h"

static const uint64_t MOMENT_NS = 500 * NS_PER_MS;    /* shorter ones would have no p99 to speak of, and
                                                         nobody could read them */

struct viewer {
    struct runner *runner;
    const struct drive *drive;
    struct window **windows;
    uint32_t n;
    struct hist *moment;                              /* since it was last shown */
    uint64_t from, last, answered;                    /* last: when it was; answered: until then */
};

struct viewer *viewer_open(struct runner *r, const struct drive *d, uint32_t workers)
{
    if (r->options->quiet)
        return NULL;
    struct viewer *w = mem_alloc(sizeof *w);
    *w = (struct viewer){.runner = r, .drive = d, .n = workers, .moment = hist_new(), .from = clock_ns()};
    w->last = w->from;
    w->windows = mem_alloc(workers * sizeof *w->windows);
    for (uint32_t i = 0; i < workers; i++)
        w->windows[i] = window_new();
    return w;
}

struct window *viewer_window(const struct viewer *w, uint32_t worker)
{
    return w ? w->windows[worker] : NULL;
}

void viewer_close(struct viewer *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->n; i++)
        window_free(w->windows[i]);
    mem_free(w->windows);
    hist_free(w->moment);
    mem_free(w);
}

/* How much of the round that is under way is done, of 1. */
static double share_done(const struct viewer *w, uint64_t now, uint64_t answered)
{
    const struct drive *d = w->drive;
    double share = d->for_ns ? (double)(now - w->from) / (double)(d->warmup_ns + d->for_ns)
                   : d->requests ? (double)answered / (double)d->requests : 0;
    return !d->log || share < 0 ? 0 : share > 1 ? 1 : share;
}

/* Of all rounds together, as if the others took as long as those that were measured: loading between them is
 * in it. From the first on, once a tenth of it tells how long it takes. */
static double seconds_left(const struct viewer *w, uint64_t now, uint64_t answered)
{
    const struct runner *r = w->runner;
    double done = r->rounds_done + share_done(w, now, answered);
    if (done < 0.1 || r->rounds_ahead <= done)
        return 0;
    return (double)(now - r->rounds_from) / 1e9 / done * (r->rounds_ahead - done);
}

/* While it warms up nothing is recorded: there are requests a second, and no percentiles. */
static void show(struct viewer *w, uint64_t now, uint64_t answered)
{
    const struct drive *d = w->drive;
    bool warm = now >= w->from + d->warmup_ns;
    struct progress_measure m = {
        .label = d->label, .stage = warm ? NULL : "warm-up", .lag_ns = -1, .p50_ns = -1, .p99_ns = -1};
    m.seconds = (double)(now - w->from - (warm ? d->warmup_ns : 0)) / 1e9;
    m.of_seconds = (double)(warm ? d->for_ns : d->warmup_ns) / 1e9;
    m.left_seconds = seconds_left(w, now, answered);
    m.per_second = (double)(answered - w->answered) / ((double)(now - w->last) / 1e9);
    if (w->moment->count) {
        m.p50_ns = (int64_t)figures_percentile(w->moment, 50);
        m.p99_ns = (int64_t)figures_percentile(w->moment, 99);
    }
    for (uint32_t i = 0; i < w->n; i++) {
        int64_t lag = atomic_load_explicit(&w->windows[i]->lag, memory_order_relaxed);
        m.errors += atomic_load_explicit(&w->windows[i]->errors, memory_order_relaxed);
        m.lag_ns = warm && d->rate > 0 && lag > m.lag_ns ? lag : m.lag_ns;
    }
    progress_measured(w->runner->progress, &m);
}

void viewer_look(struct viewer *w, uint64_t answered)
{
    if (!w)
        return;
    uint64_t now = clock_ns();
    for (uint32_t i = 0; i < w->n; i++)
        window_take(w->windows[i], w->moment);
    if (now - w->last < MOMENT_NS || !progress_due(w->runner->progress))
        return;
    show(w, now, answered);
    hist_reset(w->moment);
    w->last = now;
    w->answered = answered;
}
