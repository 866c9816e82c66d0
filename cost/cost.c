/* cost.c - the sums. */
#include "config.h"

#include "cost/cost.h"

#include <math.h>

/* Rounded up to whole steps; what is above one by the last bits of a double alone is not another step. */
static double up_to(double x, double step)
{
    double steps = x / step, whole = nearbyint(steps);
    return (fabs(steps - whole) < 1e-9 * fmax(1, whole) ? whole : ceil(steps)) * step;
}

double cost_line_quantity(const struct cost_line *l, double rate)
{
    switch (l->shape) {
    case COST_BY_REQUEST: return l->times * l->amount * rate * COST_SECONDS / 1e6;
    case COST_BY_CAPACITY: return l->times * fmax(l->least, up_to(rate * l->amount / l->size, l->step));
    default: return l->times * l->amount;
    }
}

double cost_line_month(const struct cost_line *l, double rate)
{
    return cost_line_quantity(l, rate) * l->price.usd * (l->shape == COST_BY_CAPACITY ? COST_HOURS : 1);
}

double cost_month(const struct cost *c, enum cost_shape shape, double rate)
{
    double sum = 0;
    for (uint32_t i = 0; i < c->nlines; i++)
        if (shape == COST_SHAPES || c->lines[i].shape == shape)
            sum += cost_line_month(&c->lines[i], rate);
    return sum;
}

bool cost_has_capacity(const struct cost *c)
{
    bool has = false;
    for (uint32_t i = 0; i < c->nlines; i++)
        has |= c->lines[i].shape == COST_BY_CAPACITY;
    return has;
}

bool cost_per_million(const struct cost *c, double rate, double *usd)
{
    bool capacity = cost_has_capacity(c);
    if (!c->nlines || c->assumed || (capacity && !(rate > 0)))
        return false;
    double at = capacity ? rate : 1e6 / COST_SECONDS; /* where nothing goes by the hour any rate gives the
                                                         same: that of a million a month */
    *usd = (cost_month(c, COST_BY_REQUEST, at) + cost_month(c, COST_BY_CAPACITY, at)) / (at * COST_SECONDS / 1e6);
    return isfinite(*usd);
}

/* ---- break-even ---- */

enum { PLACES = 4000, HALVINGS = 60 };

static double at_place(int i)
{
    return COST_LEAST_RATE * pow(COST_MOST_RATE / COST_LEAST_RATE, (double)i / PLACES);
}

/* -1: a is cheaper, 1: b is, 0: they cost the same, but for the last bits of a double. */
static int cheaper(const struct cost *a, const struct cost *b, double rate)
{
    double x = cost_month(a, COST_SHAPES, rate), d = x - cost_month(b, COST_SHAPES, rate);
    return fabs(d) < 1e-12 * fmax(1, x) ? 0 : d < 0 ? -1 : 1;
}

/* Both grow in steps or in proportion, so there may be several crossings: the last one is what holds from
 * there on. */
bool cost_break_even(const struct cost *a, const struct cost *b, double *rate, bool *b_above)
{
    int last = cheaper(a, b, COST_MOST_RATE), i = PLACES;
    while (i >= 0 && cheaper(a, b, at_place(i)) == last)
        i--;
    if (!a->nlines || !b->nlines || !last || i < 0 || i == PLACES)
        return false;
    double low = at_place(i), high = at_place(i + 1);
    for (int k = 0; k < HALVINGS; k++) {
        double middle = (low + high) / 2;
        *(cheaper(a, b, middle) == last ? &high : &low) = middle;
    }
    *rate = high;
    *b_above = last > 0;
    return true;
}
