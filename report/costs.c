#include "config.h"

#include "report/costs.h"

#include <math.h>
#include <string.h>

#include "report/number.h"

uint32_t costs_rates(const struct result_entry *e, double rates[COSTS_RATES])
{
    static const double usual[COSTS_RATES] = {10, 100, 1000, 10000};
    memcpy(rates, usual, sizeof usual);
    if (e->rate > 0)
        rates[0] = e->rate;
    return e->rate > 0 ? 1 : COSTS_RATES;
}

/* ---- what costs the same ---- */

/* Measured amounts are never the same to the last digit: a thousandth apart is no other cost. */
static bool same_cost(const struct result_entry *a, const struct result_entry *b)
{
    double rates[COSTS_RATES];
    bool same = !strcmp(a->backend, b->backend) && a->cost.nlines == b->cost.nlines;
    for (uint32_t i = 0, n = costs_rates(a, rates); same && i < n; i++) {
        double x = cost_month(&a->cost, COST_SHAPES, rates[i]), y = cost_month(&b->cost, COST_SHAPES, rates[i]);
        same = fabs(x - y) <= 1e-3 * fmax(x, y);
    }
    return same;
}

bool costs_leads(const struct results *r, size_t first, size_t i)
{
    bool leads = r->entries.items[i]->cost.nlines > 0;
    for (size_t k = first; leads && k < i; k++)
        leads = !same_cost(r->entries.items[k], r->entries.items[i]);
    return leads;
}

void costs_put_strategies(const struct results *r, size_t first, size_t i, size_t end, struct buf *b)
{
    size_t same = 0, of_backend = 0;
    for (size_t k = first; k < end; k++) {
        of_backend += !strcmp(r->entries.items[k]->backend, r->entries.items[i]->backend);
        same += k >= i && same_cost(r->entries.items[i], r->entries.items[k]);
    }
    if (same == of_backend && same > 2) {
        buf_puts(b, "all strategies");
        return;
    }
    for (size_t k = i; k < end; k++)
        if (k == i || same_cost(r->entries.items[i], r->entries.items[k]))
            buf_printf(b, "%s%s", k == i ? "" : ", ", r->entries.items[k]->strategy);
}

/* ---- in words ---- */

const char *costs_basis_name(enum cost_basis basis)
{
    static const char *const names[] = {
        [COST_MEASURED] = "measured", [COST_MODELLED] = "modelled", [COST_DECLARED] = "declared", [COST_ASSUMED] = "assumed"};
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
    static const char *const pers[] = {[PER_MILLION] = " per million ", [PER_HOUR] = " an hour for ", [PER_GB_MONTH] = " a month for "};
    struct buf unit = {0};
    price_put_unit(p, &unit);
    bool counted = strchr("0123456789", buf_text(&unit)[0]) != NULL;          /* "100 RU/s" */
    buf_printf(b, "$%.6g%s%s%s%s", p->usd, pers[p->per], p->per == PER_MILLION || counted ? "" : "a ", buf_text(&unit),
               p->per == PER_MILLION ? "s" : "");
    buf_release(&unit);
}

/* " (list price of 2024-11-01, us-east-1; as others quote it)" */
static void put_list(const struct price *p, struct buf *b)
{
    static const char *const checked[] = {
        [CHECKED_NO] = "; not verified", [CHECKED_OTHERS] = "; as others quote it", [CHECKED_VENDOR] = "", [CHECKED_GIVEN] = ""};
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
    static const char *const units[] = {
        [COST_UNKNOWN] = "", [COST_MEASURED] = "units measured by the service; ", [COST_MODELLED] = "units modelled by its published rules; ",
        [COST_DECLARED] = "units as declared; ", [COST_ASSUMED] = "units assumed; "};
    static const char *const hired[] = {
        [COST_UNKNOWN] = "", [COST_MEASURED] = "capacity by the throughput measured; ", [COST_MODELLED] = "capacity modelled; ",
        [COST_DECLARED] = "capacity as declared; ", [COST_ASSUMED] = "capacity assumed; "};
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
    buf_puts(b, e->cost.assumed ? "≥" : "");
    costs_put_usd(cost_month(&e->cost, COST_SHAPES, rate), b);
}

void costs_put_rate(double rate, struct buf *b)
{
    rate == floor(rate) ? number_put_count(b, rate) : number_put(b, rate);
    buf_puts(b, "/s");
}

/* ---- break-even ---- */

static bool is_assumed(const struct result_entry *e)
{
    return e->cost.assumed;
}

void costs_put_break_even(const struct costs_break_even *at, struct buf *b)
{
    buf_puts(b, "from ");
    costs_put_rate(at->rate, b);
    buf_printf(b, " on %s costs less a month than %s", at->above->backend, at->below->backend);
    if (is_assumed(at->above) || is_assumed(at->below))
        buf_printf(b, ", if %s capacity carries the rate", is_assumed(at->above) ? "its" : "that one's");
}

enum { SIDES = 32 };
static const double usual_rate = 1000;                /* at which a backend's cheapest strategy is looked for */

/* The cheapest of a backend's entries; those that are not ranked only where there are no others. */
static const struct result_entry *cheapest_of(const struct results *r, size_t first, size_t end, const char *backend)
{
    const struct result_entry *best = NULL;
    bool best_ranked = false;
    for (size_t i = first; i < end; i++) {
        const struct result_entry *e = r->entries.items[i];
        bool ranked = !figures_unranked(r, e);
        if (strcmp(e->backend, backend) || !e->cost.nlines || (best_ranked && !ranked))
            continue;
        if (!best || (ranked && !best_ranked) || cost_month(&e->cost, COST_SHAPES, usual_rate) < cost_month(&best->cost, COST_SHAPES, usual_rate))
            best = e, best_ranked = ranked;
    }
    return best;
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
            bool above = false, both = cost_has_capacity(&sides[i]->cost) && cost_has_capacity(&sides[k]->cost);
            if (both && (is_assumed(sides[i]) || is_assumed(sides[k])))
                continue;                             /* which is cheaper would be assumed too */
            if (!cost_break_even(&sides[i]->cost, &sides[k]->cost, &at.rate, &above))
                continue;
            at.above = sides[above ? k : i];
            at.below = sides[above ? i : k];
            visit(&at, owner);
        }
}
