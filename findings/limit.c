/* limit.c - the rules of limit.h, and the advice for each. */
#include "config.h"

#include "findings/limit.h"

#include <math.h>
#include <string.h>

#include "findings/figures.h"
#include "findings/number.h"

static const double most_cpu = 0.85, most_lag = 0.05, least_carried = 0.95, most_wait = 0.1,
                    odds_of_p99 = 0.01;

struct seen { double cpu, lag, wait, median, p99, service, throughput; };

static double p99_of(const struct hist *h)
{
    return h && h->count ? figures_percentile(h, 99) : 0;
}

static double mean_of(const struct hist *h)
{
    return h && h->count ? hist_mean(h) : 0;
}

static struct seen look_at(const struct result_entry *e)
{
    struct seen s = {.wait = p99_of(e->all.wait), .service = p99_of(e->all.service)};
    figures_cpu_fraction(e, &s.cpu);
    figures_lag(e, &s.lag);
    figures_metric(e, METRIC_P50, false, &s.median);
    figures_metric(e, METRIC_P99, false, &s.p99);
    figures_metric(e, METRIC_THROUGHPUT, false, &s.throughput);
    return s;
}

/* ---- are all clients at work? ---- */

double limit_all_busy(double busy, double clients)
{
    double blocked = 1;                               /* Erlang B, one client more at a time */
    if (busy >= clients)
        return 1;
    for (double k = 1; k <= clients && blocked > 0; k++)
        blocked = busy * blocked / (k + busy * blocked);
    return blocked / (1 - busy / clients * (1 - blocked));
}

static double clients_of(const struct result_entry *e)
{
    return e->most_clients ? e->most_clients : e->clients;
}

/* An embedded database works within the workers, on one request of each at a time. */
static bool works_in_turn(const struct result_entry *e, double busy)
{
    return e->embedded && busy <= e->workers && e->workers < clients_of(e);
}

static bool answers_in_turn(const struct result_entry *e)
{
    return e->embedded && e->at_once && e->at_once <= e->workers;
}

static double busy_of(const struct result_entry *e, double throughput)
{
    return throughput * fmax(mean_of(e->all.response) - mean_of(e->all.lag), 0) / 1e9;
}

/* Requests are begun late because no client is free, and not by more than that explains (five times what a
 * queue of this load has at p99). */
static bool waits_for_clients(const struct result_entry *e, const struct seen *s)
{
    double busy = busy_of(e, s->throughput), servers = works_in_turn(e, busy) ? e->workers : clients_of(e);
    double odds = limit_all_busy(busy, servers);
    if (odds <= odds_of_p99)
        return false;
    double one = busy / s->throughput * 1e9, queue = one / (servers - busy) * log(odds / odds_of_p99);
    return busy >= servers || s->lag <= 5 * queue + most_lag * s->median;
}

/* ---- is the offered rate carried? ---- */

/* The last answers of a round come when nothing is offered any more: the time for these is not held against
 * the backend, nor is chance. */
static bool falls_behind(const struct result_entry *e, const struct seen *s)
{
    double last = fmax(s->service - s->wait, 0) / 1e9,
           offered = e->rate * fmax(e->all.seconds - e->nrounds * last, 0);
    return e->rate > 0 &&
           (double)(e->all.requests + e->all.errors) < least_carried * offered - 3 * sqrt(offered);
}

/* An embedded database works on the client's time, so that requests are begun late where it is too slow for
 * them, and where the machine had no time for both. It is too slow where all of the workers' time, of which
 * it had but a share, would not have carried the rate either. */
static bool is_beyond_embedded(const struct result_entry *e, const struct seen *s)
{
    return e->embedded && s->cpu > 0 && s->throughput < least_carried * e->rate * fmin(s->cpu, 1);
}

/* At a rate: at one of the percentiles that people read, more than 5 % of the response was lag. It was
 * judged by p99 of the lag against the median once, which called a backend of 600 ms at p99 the
 * client's for 10 ms. */
static bool is_late_at(const struct result_entry *e)
{
    static const double percents[] = {50, 90, 95, 99};
    for (size_t i = 0; e->all.lag && i < sizeof percents / sizeof *percents; i++)
        if (figures_percentile(e->all.lag, percents[i]) >
            most_lag * figures_percentile(e->all.response, percents[i]))
            return true;
    return false;
}

/* A client of a closed loop that is late delays nobody else: its lag counts where it is
 * most of what was felt. */
static bool is_late(const struct result_entry *e, const struct seen *s)
{
    return e->rate > 0 ? is_late_at(e) : s->lag > s->p99 / 2;
}

enum limit limit_of(const struct result_entry *e)
{
    if (!figures_has_times(e))
        return LIMIT_NONE;
    struct seen s = look_at(e);
    bool behind = falls_behind(e, &s), late = is_late(e, &s),
         waits = late && e->rate > 0 && waits_for_clients(e, &s);
    if (s.cpu > most_cpu && !e->embedded)
        return LIMIT_CLIENT_CPU;
    if (late && !waits && (!behind || (s.lag > s.p99 / 2 && !is_beyond_embedded(e, &s))))
        return LIMIT_CLIENT_LAG;
    if (behind)
        return LIMIT_RATE;
    if (waits)
        return works_in_turn(e, busy_of(e, s.throughput)) ? LIMIT_TURNS : LIMIT_CLIENTS;
    if (s.wait <= most_wait * s.p99)
        return LIMIT_NONE;
    if (!answers_in_turn(e))
        return LIMIT_CONNECTIONS;
    return e->at_once < clients_of(e) ? LIMIT_TURNS : LIMIT_NONE;    /* a client alone waits for nobody, but
                                                                        for its round's begin */
}

bool limit_is_saturated(enum limit limit)
{
    return limit == LIMIT_CLIENT_CPU || limit == LIMIT_CLIENT_LAG;
}

/* ---- words ---- */

static void put_cpu(struct buf *b, const struct result_entry *e, const struct seen *s)
{
    buf_puts(b, "the client used ");
    number_put_percent(b, s->cpu);
    buf_printf(b, " of the CPU time of its %u worker%s: these figures measure the client, not the backend; use more --jobs, %s", e->workers,
               e->workers == 1 ? "" : "s", e->rate > 0 ? "or a lower --rate" : "or fewer --clients");
}

static void put_lag(struct buf *b, const struct result_entry *e, const struct seen *s)
{
    bool works = s->cpu > most_cpu / 2 && !e->embedded;
    buf_puts(b, "the client was up to ");
    number_put_duration(b, s->lag);
    buf_puts(b, " behind schedule (p99)");
    if (s->cpu > 0) {
        buf_puts(b, " at ");
        number_put_percent(b, s->cpu);
        buf_puts(b, " of its CPU time");
    }
    buf_printf(b, ": these figures measure the client, not the backend; %s",
               works ? "use more --jobs, or a lower --rate"
                     : "the machine stalled or was busy: measure again on an idle one");
}

static void put_waiting(struct buf *b, double wait)
{
    buf_puts(b, "requests waited up to ");
    number_put_duration(b, wait);
    buf_puts(b, " for a connection (p99)");
}

static void put_rate(struct buf *b, const struct result_entry *e, const struct seen *s)
{
    buf_puts(b, "the backend carried ");
    number_put(b, s->throughput);
    buf_puts(b, "/s of ");
    number_put(b, e->rate);
    buf_puts(b, "/s offered, so the queue grew while it was measured");
    if (s->wait > most_wait * s->p99) {
        buf_puts(b, " and ");
        put_waiting(b, s->wait);
        buf_puts(b, "; offer a lower --rate, or add --connections if the backend can take more");
    } else {
        buf_puts(b, "; offer a lower --rate");
    }
}

static void put_clients(struct buf *b, const struct result_entry *e, const struct seen *s)
{
    buf_puts(b, "requests waited up to ");
    number_put_duration(b, s->lag);
    buf_printf(b, " (p99) until one of the %u client%s was free; add --clients", e->clients,
               e->clients == 1 ? "" : "s");
}

static void put_turns(struct buf *b, const struct result_entry *e, const struct seen *s)
{
    buf_puts(b, "requests waited up to ");
    number_put_duration(b, fmax(s->lag, s->wait));
    buf_printf(b,
               " for their turn (p99): it answers one request per worker at a time, and there %s %u; use "
               "more --jobs where there are CPUs for them",
               e->workers == 1 ? "is" : "are", e->workers);
}

static void put_connections(struct buf *b, const struct result_entry *e, const struct seen *s)
{
    (void)e;
    put_waiting(b, s->wait);
    buf_puts(b, "; add --connections");
}

static const struct { const char *name; void (*put)(struct buf *, const struct result_entry *, const struct seen *); } limits[] = {
    [LIMIT_NONE] = {NULL, NULL},         [LIMIT_CLIENT_CPU] = {"client cpu", put_cpu},
    [LIMIT_CLIENT_LAG] = {"client lag", put_lag},
    [LIMIT_RATE] = {"rate", put_rate},   [LIMIT_CLIENTS] = {"clients", put_clients},
    [LIMIT_TURNS] = {"turns", put_turns}, [LIMIT_CONNECTIONS] = {"connections", put_connections},
};

const char *limit_name(enum limit limit)
{
    return limits[limit].name;
}

void limit_put(struct buf *b, const struct result_entry *e)
{
    enum limit limit = limit_of(e);
    struct seen s = look_at(e);
    if (limits[limit].put)
        limits[limit].put(b, e, &s);
}

void limit_put_again(struct buf *b, const struct result_entry *e)
{
    struct buf whole = {0};
    limit_put(&whole, e);
    buf_add(b, buf_text(&whole), strcspn(buf_text(&whole), ":;"));
    buf_release(&whole);
}

const struct result_entry *limit_group(const struct results *r, size_t first, size_t i, size_t end,
                                       struct buf *strategies)
{
    const struct result_entry *e = r->entries.items[i], *worst = NULL;
    enum limit limit = e->failed ? LIMIT_NONE : limit_of(e);
    if (limit == LIMIT_NONE)
        return NULL;
    for (size_t k = first; k < end; k++) {
        const struct result_entry *other = r->entries.items[k];
        if (other->failed || strcmp(other->backend, e->backend) || limit_of(other) != limit)
            continue;
        if (k < i)
            return NULL;
        buf_printf(strategies, "%s%s", worst ? ", " : "", other->strategy);
        worst = !worst || p99_of(other->all.response) > p99_of(worst->all.response) ? other : worst;
    }
    return worst;
}
