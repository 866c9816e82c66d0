/* costs.h - what reports say of costs, gathered once: which entries cost the same, at which rates a month is
 * said, and from which rate on another backend is the cheaper one. The sums themselves are cost/cost.h's. */
#ifndef FINDINGS_COSTS_H
#define FINDINGS_COSTS_H

#include "findings/figures.h"

/* The rates for which a month is reported: the run's own, or 10, 100, 1000 and 10,000 requests a
 * second. Returns how many. */
enum { COSTS_RATES = 4 };
uint32_t costs_rates(const struct result_entry *, double rates[COSTS_RATES]);

/* Settles the one rate at which the costs of a point's entries are compared: in an open loop it is the run's,
 * in a closed one the highest that a ranked entry reached which is paid by the hour; slower ones need more
 * capacity to carry it. After results_sort. */
void costs_settle(struct results *);

/* Of the entries first … end-1 (a run's sweep point, see figures_point_end), those that cost the same on one
 * backend are grouped under the first of them. */
bool costs_same(const struct result_entry *, const struct result_entry *);
bool costs_leads(const struct results *, size_t first, size_t i);  /* it has a cost, and is the first of
                                                                      those */
/* "single, batch": of those that cost the same as entry i; "all strategies" where the
 * backend has no others. */
void costs_put_strategies(const struct results *, size_t first, size_t i, size_t end, struct buf *);
void costs_put_usd(double usd, struct buf *);         /* "0.07", "81.10", "4,928", "1.97M" */
/* What a month costs: "81.10"; "–" where it is not known what its capacity carries; costs_put_unknown then
 * says so and what to do: "unknown: set `serves` to what 1 compute unit (81.03 a month) can
 * carry", nothing else. */
void costs_put_month(const struct result_entry *, double rate, struct buf *);
void costs_put_unknown(const struct result_entry *, struct buf *);
void costs_put_rate(double rate, struct buf *);       /* "1,000/s" */

/* Where the amounts come from, and which prices were taken: one line of words. */
void costs_put_origin(const struct result_entry *, struct buf *);
/* In short: "list prices of 2026-11-01, us-east-1; storage: 3,456,000 rows as loaded, 9.3 GiB". */
void costs_put_list(const struct results *, const struct result_entry *, struct buf *);
/* Visits, of entries first … end-1, one for each such line of a backend. */
void costs_each_origin(const struct results *, size_t first, size_t end,
                       void (*visit)(const struct result_entry *, void *owner), void *owner);
const char *costs_basis_name(enum cost_basis);        /* "measured"; NULL where it is unknown */
const char *costs_shape_name(enum cost_shape);        /* "request", "capacity", "month": what a line goes
                                                         by */
/* Where the units of a request come from. */
enum cost_basis costs_basis(const struct result_entry *);

/* From which rate on one backend costs less a month than another, each by its cheapest ranked (or
 * else first) strategy. */
struct costs_break_even {
    const struct result_entry *below, *above;         /* the cheaper one below that rate, and from it on */
    double rate;
};
void costs_put_break_even(const struct costs_break_even *, struct buf *);    /* "above 40.5/s lakebase
                                                                                is cheaper than …" */
typedef void costs_visit(const struct costs_break_even *, void *owner);
void costs_each_break_even(const struct results *, size_t first, size_t end, costs_visit *, void *owner);

#endif
