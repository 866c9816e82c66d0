#include "config.h"

#include "findings/costs.h"

#include <math.h>
#include <string.h>

#include "findings/number.h"
#include "findings/rank.h"

uint32_t costs_rates(const struct result_entry *e, double rates[COSTS_RATES])
{
    static const double usual[COSTS_RATES] = {10, 100, 1000, 10000};
    memcpy(rates, usual, sizeof usual);
    if (e->rate > 0)
        rates[0] = e->rate;
    return e->rate > 0 ? 1 : COSTS_RATES;
}

/* ---- one rate for all ---- */

static bool is_compared(const struct result_entry *e)
{
    return !(e->rate > 0) && cost_has_capacity(&e->cost) && !e->cost.assumed;
}

static void settle_point(struct results *r, size_t first, size_t end)
{
    double most = 0, v = 0;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        if (is_compared(e) && !rank_unranked(r, e) && figures_metric(e, METRIC_THROUGHPUT, false, &v))
            most = fmax(most, v);
    }
    for (size_t i = first; i < end; i++)
        r->entries.items[i]->cost_rate = is_compared(r->entries.items[i]) ? most : 0;
}

void costs_settle(struct results *r)
{
    for (size_t i = 0; i < r->entries.count; i = figures_point_end(r, i))
        settle_point(r, i, figures_point_end(r, i));
}

/* ---- what costs the same ---- */

/* Measured amounts are never the same to the last digit: a thousandth apart is no other cost. */
bool costs_same(const struct result_entry *a, const struct result_entry *b)
{
    double rates[COSTS_RATES];
    bool same = !strcmp(a->backend, b->backend) && a->cost.nlines == b->cost.nlines;
    for (uint32_t i = 0, n = costs_rates(a, rates); same && i < n; i++) {
        double x = cost_month(&a->cost, COST_SHAPES, rates[i]),
               y = cost_month(&b->cost, COST_SHAPES, rates[i]);
        same = fabs(x - y) <= 1e-3 * fmax(x, y);
    }
    return same;
}

bool costs_leads(const struct results *r, size_t first, size_t i)
{
    bool leads = r->entries.items[i]->cost.nlines > 0;
    for (size_t k = first; leads && k < i; k++)
        leads = !costs_same(r->entries.items[k], r->entries.items[i]);
    return leads;
}

void costs_put_strategies(const struct results *r, size_t first, size_t i, size_t end, struct buf *b)
{
    size_t same = 0, of_backend = 0;
    for (size_t k = first; k < end; k++) {
        of_backend += !strcmp(r->entries.items[k]->backend, r->entries.items[i]->backend);
        same += k >= i && costs_same(r->entries.items[i], r->entries.items[k]);
    }
    if (same == of_backend && same > 2) {
        buf_puts(b, "all strategies");
        return;
    }
    for (size_t k = i; k < end; k++)
        if (k == i || costs_same(r->entries.items[i], r->entries.items[k]))
            buf_printf(b, "%s%s", k == i ? "" : ", ", r->entries.items[k]->strategy);
}

/* ---- in words ---- */

const char *costs_basis_name(enum cost_basis basis)
{
    static const char *const names[] = {[COST_MEASURED] = "measured",
                                        [COST_MODELLED] = "modelled",
                                        [COST_DECLARED] = "declared",
                                        [COST_ASSUMED] = "assumed"};
    return (size_t)basis < sizeof names / sizeof *names ? names[basis] : NULL;
}

const char *costs_shape_name(enum cost_shape shape)
{
    static const char *const names[COST_SHAPES] = {
        [COST_BY_REQUEST] = "request", [COST_BY_CAPACITY] = "capacity", [COST_BY_MONTH] = "month"};
    return names[shape];
}

/* The first line is what requests consume, or the capacity they run on. */
enum cost_basis costs_basis(const struct result_entry *e)
{
    return e->cost.nlines ? e->cost.lines[0].basis : COST_UNKNOWN;
}

static void put_price(const struct price *p, struct buf *b)
{
    static const char *const pers[] = {[PER_MILLION] = " per million ", [PER_HOUR] = " an hour for ",
                                       [PER_GB_MONTH] = " a month for "};
    struct buf unit = {0};
    price_put_unit(p, &unit);
    bool counted = strchr("0123456789", buf_text(&unit)[0]) != NULL;          /* "100 RU/s" */
    buf_printf(b, "$%.6g%s%s%s%s", p->usd, pers[p->per], p->per == PER_MILLION || counted ? "" : "a ",
               buf_text(&unit),
               p->per == PER_MILLION ? "s" : "");
    buf_release(&unit);
}

/* " (list price of 2024-11-01, us-east-1; as others quote it)" */
static void put_list(const struct price *p, struct buf *b)
{
    static const char *const checked[] = {[CHECKED_NO] = "; not verified",
                                          [CHECKED_OTHERS] = "; as others quote it",
                                          [CHECKED_VENDOR] = "",
                                          [CHECKED_GIVEN] = ""};
    buf_puts(b, p->checked == CHECKED_GIVEN ? "own price" : "list price");
    if (*p->date)
        buf_printf(b, " of %s", p->date);
    if (p->region)
        buf_printf(b, ", %s", p->region);
    buf_puts(b, checked[p->checked]);
}

/* The prices that count, those of the same list together. */
void costs_put_origin(const struct result_entry *e, struct buf *b)
{
    static const char *const units[] = {[COST_UNKNOWN] = "",
                                        [COST_MEASURED] = "units measured by the service; ",
                                        [COST_MODELLED] = "units modelled by its published rules; ",
                                        [COST_DECLARED] = "units as declared; ",
                                        [COST_ASSUMED] = "units assumed; "};
    static const char *const hired[] = {[COST_UNKNOWN] = "",
                                        [COST_MEASURED] = "capacity by the throughput measured; ",
                                        [COST_MODELLED] = "capacity modelled; ",
                                        [COST_DECLARED] = "capacity as declared; ",
                                        [COST_ASSUMED] = "capacity not known; "};
    const struct cost *c = &e->cost;
    const struct price *before = NULL;
    buf_puts(b, (c->lines[0].hired ? hired : units)[costs_basis(e)]);
    for (uint32_t i = 0; i < c->nlines; i++) {
        const struct price *p = &c->lines[i].price;
        if (c->lines[i].amount <= 0 && c->lines[i].least <= 0)
            continue;
        bool same = before && p->checked == before->checked && !strcmp(p->date, before->date);
        if (before && !same)
            buf_puts(b, " ("), put_list(before, b), buf_puts(b, ")");
        buf_puts(b, before ? ", " : "");
        put_price(p, b);
        before = p;
    }
    if (before)
        buf_puts(b, " ("), put_list(before, b), buf_puts(b, ")");
    for (uint32_t i = 0; i < c->nnotes; i++)
        buf_printf(b, "; %s", c->notes[i]);
}

struct dates { const char *first, *last, *region; bool own; };       /* of the prices that count; NULL: none */

static struct dates dates_of(const struct cost *c)
{
    struct dates d = {0};
    for (uint32_t i = 0; i < c->nlines; i++) {
        const struct price *p = &c->lines[i].price;
        if (c->lines[i].amount <= 0 && c->lines[i].least <= 0)
            continue;
        d.own |= p->checked == CHECKED_GIVEN;
        d.region = p->region ? p->region : d.region;
        if (!*p->date)
            continue;
        d.first = !d.first || strcmp(p->date, d.first) < 0 ? p->date : d.first;
        d.last = !d.last || strcmp(p->date, d.last) > 0 ? p->date : d.last;
    }
    return d;
}

void costs_put_list(const struct results *r, const struct result_entry *e, struct buf *b)
{
    struct dates d = dates_of(&e->cost);
    const struct result_backend *k = results_find_backend(r, e->backend);
    buf_puts(b, d.own ? "own prices" : "list prices");
    if (d.first)
        buf_printf(b, " of %s%s%s", d.first, strcmp(d.first, d.last) ? " to " : "",
                   strcmp(d.first, d.last) ? d.last : "");
    if (d.region)
        buf_printf(b, ", %s", d.region);
    if (!k || !k->load_rows || !(e->cost.stored_bytes > 0))
        return;
    buf_puts(b, "; storage: ");
    number_put_count(b, (double)k->load_rows);
    buf_puts(b, " rows as loaded, ");
    number_put_bytes(b, e->cost.stored_bytes);
}

static bool same_origin(const struct result_entry *a, const struct result_entry *b)
{
    struct buf of_a = {0}, of_b = {0};
    costs_put_origin(a, &of_a);
    costs_put_origin(b, &of_b);
    bool same = !strcmp(a->backend, b->backend) && !strcmp(a->cost.billing, b->cost.billing) &&
                !strcmp(buf_text(&of_a), buf_text(&of_b));
    buf_release(&of_a);
    buf_release(&of_b);
    return same;
}

void costs_each_origin(const struct results *r, size_t first, size_t end,
                       void (*visit)(const struct result_entry *, void *owner),
                       void *owner)
{
    for (size_t i = first; i < end; i++) {
        bool reported = !costs_leads(r, first, i);
        for (size_t k = first; k < i && !reported; k++)
            reported = costs_leads(r, first, k) && same_origin(r->entries.items[k], r->entries.items[i]);
        if (!reported)
            visit(r->entries.items[i], owner);
    }
}

/* To the cent below a thousand; the bounds are where rounding would bring one digit more. */
void costs_put_usd(double usd, struct buf *b)
{
    if (usd == 0 || usd >= 999.995)
        number_put_count(b, usd);
    else if (usd < 0.005)
        buf_puts(b, "<0.01");
    else
        buf_printf(b, "%.2f", usd);
}

void costs_put_month(const struct result_entry *e, double rate, struct buf *b)
{
    if (e->cost.assumed)
        buf_puts(b, "–");
    else
        costs_put_usd(cost_month(&e->cost, COST_SHAPES, rate), b);
}

/* The line of what is hired, which comes first. */
void costs_put_unknown(const struct result_entry *e, struct buf *b)
{
    const struct cost_line *l = &e->cost.lines[0];
    if (!e->cost.assumed)
        return;
    double units = cost_line_quantity(l, 0);
    buf_printf(b, "unknown: set `serves` to what %g %s", units, units == 1 ? "" : "× ");
    price_put_unit(&l->price, b);
    buf_puts(b, " (");
    costs_put_usd(cost_line_month(l, 0), b);
    buf_puts(b, " a month) can carry");
}

void costs_put_rate(double rate, struct buf *b)
{
    rate == floor(rate) ? number_put_count(b, rate) : number_put(b, rate);
    buf_puts(b, "/s");
}

/* ---- break-even ---- */

void costs_put_break_even(const struct costs_break_even *at, struct buf *b)
{
    buf_puts(b, "above ");
    costs_put_rate(at->rate, b);
    buf_printf(b, " %s is cheaper than %s", at->above->backend, at->below->backend);
}

enum { SIDES = 32 };

/* At a usual rate; of those that cost the same there (a machine has room for both), the one whose
 * machines carry more. */
static bool costs_less(const struct cost *a, const struct cost *b)
{
    static const double rates[] = {1000, COST_MOST_RATE};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        double mine = cost_month(a, COST_SHAPES, rates[i]), other = cost_month(b, COST_SHAPES, rates[i]);
        if (mine != other)
            return mine < other;
    }
    return false;
}

/* The cheapest of a backend's entries; those that are not ranked only where there are no others. */
static const struct result_entry *cheapest_of(const struct results *r, size_t first, size_t end,
                                              const char *backend)
{
    const struct result_entry *best = NULL;
    bool best_ranked = false;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        bool ranked = !rank_unranked(r, e);
        if (strcmp(e->backend, backend) || !e->cost.nlines || (best_ranked && !ranked))
            continue;
        if (!best || (ranked && !best_ranked) || costs_less(&e->cost, &best->cost))
            best = e, best_ranked = ranked;
    }
    return best;
}

/* What it costs at other rates than the run's: not where nobody knows what its capacity carries, or only that
 * it carried that rate. */
static bool is_known_everywhere(const struct result_entry *e)
{
    const struct cost_line *l = &e->cost.lines[0];
    return !e->cost.assumed && !(e->rate > 0 && l->hired && l->basis == COST_MEASURED);
}

void costs_each_break_even(const struct results *r, size_t first, size_t end, costs_visit *visit, void *owner)
{
    const struct result_entry *sides[SIDES];
    size_t n = 0;
    for (size_t i = first; i < end && n < SIDES; i++) {
        const struct result_entry *e = cheapest_of(r, first, end, r->entries.items[i]->backend);
        bool known = !e;
        for (size_t k = 0; k < n; k++)
            known |= sides[k] == e;
        if (!known)
            sides[n++] = e;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++) {
            struct costs_break_even at;
            bool above = false;
            if (!is_known_everywhere(sides[i]) || !is_known_everywhere(sides[k]))
                continue;
            if (!cost_break_even(&sides[i]->cost, &sides[k]->cost, &at.rate, &above))
                continue;
            at.above = sides[above ? k : i];
            at.below = sides[above ? i : k];
            visit(&at, owner);
        }
}
