/* cost.h - what a workload costs on a service: a few lines, each a price and how much of it is needed, as
 * sums of the rate.
 *
 *   by request   units of one request · price                                                  grows with every request
 *   by capacity  max(least, units that the rate needs, rounded up to steps) · hours · price    grows in steps, is paid for when idle too
 *   by month     GB · price                                                                    whatever the rate
 *
 * A month has 730 hours; rates are requests a second; a GB has 2^30 bytes. What a million requests cost is
 * without what is stored, since that does not go with requests. docs/cost.md has the sums and where the rules
 * come from. */
#ifndef COST_COST_H
#define COST_COST_H

#include "cost/prices.h"

#define COST_HOURS 730.0
#define COST_SECONDS (COST_HOURS * 3600)
#define COST_GB 0x1p30

enum cost_shape { COST_BY_REQUEST, COST_BY_CAPACITY, COST_BY_MONTH, COST_SHAPES };
/* Where an amount comes from: reported by the service, by its published rules, by the workload or its owner,
 * or taken for granted. */
enum cost_basis { COST_UNKNOWN, COST_MEASURED, COST_MODELLED, COST_DECLARED, COST_ASSUMED };

struct cost_line {
    struct price price;
    enum cost_shape shape;
    enum cost_basis basis;                            /* of the amount */
    bool hired;                                       /* by capacity: of machines, not of units that requests
                                                         consume */
    double amount;                                    /* units: of one request (a second); GB where it is by
                                                         month */
    double size;                                      /* by capacity: units in one that is priced: 100 RU/s */
    double step, least;                               /* by capacity, in what is priced */
    double times;                                     /* regions that hold a copy; 1 */
};

enum { COST_LINES = 6, COST_NOTES = 6 };
struct cost {                                         /* nlines 0: nothing is known of its cost */
    const char *service, *billing;                    /* "dynamodb", "on_demand" */
    struct cost_line lines[COST_LINES];
    uint32_t nlines;
    const char *notes[COST_NOTES];                    /* what was assumed, in words */
    uint32_t nnotes;
    /* Capacity is sold, and nobody knows how much of it the requests need: neither a month nor a million
     * requests has a cost. */
    bool assumed;
    double stored_bytes;                              /* as the service counts them, of one copy */
    double emulated;                                  /* units of a request that an emulator counted, which
                                                         are not those above; 0: none */
};

double cost_line_quantity(const struct cost_line *, double rate);   /* millions, GB, or what runs all month */
double cost_line_month(const struct cost_line *, double rate);      /* US dollars */
double cost_month(const struct cost *, enum cost_shape, double rate);   /* of the lines of that shape;
                                                                           COST_SHAPES: of all */
/* Of a million requests at that rate; rate 0: none is known. False where nothing is known, where it takes a
 * rate to tell, or where the capacity is assumed. */
bool cost_per_million(const struct cost *, double rate, double *usd);
bool cost_has_capacity(const struct cost *);          /* something is paid for by the hour */

/* The rate from which on one of them stays the cheaper a month, up to COST_MOST_RATE: *b_above says whether
 * it is b. False where one is cheaper (or both the same) at every rate. */
#define COST_LEAST_RATE 0.01
#define COST_MOST_RATE 1e6
bool cost_break_even(const struct cost *a, const struct cost *b, double *rate, bool *b_above);

#endif
