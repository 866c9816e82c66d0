/* text_load.c - how a run was loaded: clients, rates, requests in flight, rounds. */
#include "config.h"

#include "show/text_block.h"

#include <math.h>
#include <string.h>

struct span_of { double low, high; };                 /* the least and the greatest above 0; both 0: there was
                                                         none */

static void widen(struct span_of *s, double v)
{
    if (!(v > 0))
        return;
    s->low = s->low > 0 ? fmin(s->low, v) : v;
    s->high = fmax(s->high, v);
}

static void put_span(struct buf *b, struct span_of s, void (*put)(struct buf *, double), const char *unit)
{
    put(b, s.low);
    buf_puts(b, unit);
    if (s.high > s.low) {
        buf_puts(b, " to ");
        put(b, s.high);
        buf_puts(b, unit);
    }
}

/* The most requests of the run that a backend had in flight; 0: not known. */
static uint32_t most_at_once(const struct results *r, size_t first, size_t end, const char *backend)
{
    uint32_t most = 0;
    for (size_t i = first; i < end; i++)
        if (!strcmp(r->entries.items[i]->backend, backend) && r->entries.items[i]->at_once > most)
            most = r->entries.items[i]->at_once;
    return most;
}

/* Where backends had different numbers of requests in flight, that is said: the other
 * requests were queued. */
static void put_at_once(struct buf *b, const struct results *r, size_t first, size_t end)
{
    struct span_of all = {0};
    const char *before = "";
    for (size_t i = first; i < end; i++)
        widen(&all, most_at_once(r, first, end, r->entries.items[i]->backend));
    if (!text_differs_at_work(all.low, all.high))
        return;
    buf_puts(b, ", in flight at most: ");
    for (size_t i = first; i < end; i++) {
        const char *name = r->entries.items[i]->backend;
        uint32_t most = most_at_once(r, first, end, name);
        bool listed = most_at_once(r, first, i, name) > 0;
        if (!most || listed || !text_differs_at_work(most, all.high))
            continue;
        buf_printf(b, "%s%s %u", before, name, most);
        before = ", ";
    }
    buf_printf(b, "%sothers %.0f", before, all.high);
}

void text_put_asked(struct buf *b, const struct result_entry *e)
{
    if (!e->nqueries)
        buf_printf(b, "query %s", e->query);
    for (uint32_t i = 0; i < e->nqueries; i++) {
        buf_printf(b, "%s%s ", i ? ", " : "queries ", e->queries[i].query);
        number_put_percent(b, e->queries[i].share);
    }
}

void text_put_load(struct buf *b, const struct results *r, size_t first, size_t end)
{
    struct span_of rate = {0}, clients = {0};
    bool needed = false;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        widen(&rate, e->rate);
        widen(&clients, e->clients);
        needed |= e->most_clients > 0;
    }
    if (rate.high > 0) {
        buf_puts(b, "open loop, ");
        put_span(b, rate, number_put, "/s");
        buf_puts(b, ", ");
    }
    else
        buf_puts(b, "closed loop, ");
    if (clients.high > 0)
        put_span(b, clients, number_put_count, "");
    else
        buf_puts(b, "no");
    buf_printf(b, " client%s", clients.high == 1 ? "" : "s");
    buf_puts(b, needed ? " as needed" : "");
    if (rate.high <= 0)
        put_at_once(b, r, first, end);
}

/* The rate at which what is paid by the hour is compared, where the run has none of its own. */
static struct span_of cost_rates(const struct block *k)
{
    struct span_of rates = {0};
    for (size_t i = k->first; i < k->end; i++)
        widen(&rates, text_entry(k->text, i)->cost_rate);
    return rates;
}

void block_put_load(struct block *k)
{
    struct buf b = {0};
    uint32_t rounds = 0;
    struct span_of seconds = {0}, costs = cost_rates(k);
    for (size_t i = k->first; i < k->end; i++) {
        rounds = text_entry(k->text, i)->nrounds > rounds ? text_entry(k->text, i)->nrounds : rounds;
        widen(&seconds, text_entry(k->text, i)->all.wall * 1e9);
    }
    text_put_asked(&b, text_entry(k->text, k->first));
    buf_puts(&b, " · ");
    text_put_load(&b, k->text->results, k->first, k->end);
    if (rounds && seconds.high > 0) {
        if (seconds.high < 1.25 * seconds.low)        /* but for what the last answers take */
            seconds.low = seconds.high;
        buf_puts(&b, " · each measured for ");
        put_span(&b, seconds, number_put_duration, "");
        buf_printf(&b, " in %u round%s", rounds, rounds == 1 ? "" : "s");
    }
    if (costs.high > 0) {
        buf_puts(&b, " · hourly prices at a steady ");
        put_span(&b, costs, number_put, "/s");
    }
    buf_printf(&b, "%s", k->errors ? "" : " · no errors");
    buf_printf(&b, "%s", k->retries ? "" : k->errors ? " · no retries" : ", no retries");
    paper_put_wrapped(&k->text->paper, 0, STYLE_DIM, "", buf_text(&b));
    buf_release(&b);
}
