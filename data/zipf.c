/* zipf.c - the integral of x^-theta, its inverse, and draws by them. Near theta = 1 both are written so that nothing cancels. */
#include "config.h"

#include "data/zipf.h"

#include <math.h>

static double log1p_over(double x)                    /* log(1+x)/x */
{
    return fabs(x) > 1e-8 ? log1p(x) / x : 1 - x * (0.5 - x / 3);
}

static double expm1_over(double x)                    /* (exp(x)-1)/x */
{
    return fabs(x) > 1e-8 ? expm1(x) / x : 1 + x * (0.5 + x / 6);
}

static double integral(double x, double theta)        /* of t^-theta from 1 to x */
{
    double l = log(x);
    return expm1_over((1 - theta) * l) * l;
}

static double inverse(double y, double theta)
{
    double t = y * (1 - theta);
    if (t < -1)
        t = -1;                                       /* rounding only */
    return exp(log1p_over(t) * y);
}

static double h(double x, double theta)
{
    return exp(-theta * log(x));
}

void zipf_init(struct zipf *z, uint64_t n, double theta)
{
    *z = (struct zipf){.theta = theta, .n = n};
    z->h_x1 = integral(1.5, theta) - 1;
    z->h_n = integral((double)n + 0.5, theta);
    z->s = 2 - inverse(integral(2.5, theta) - h(2, theta), theta);
}

uint64_t zipf_draw(const struct zipf *z, struct rng *r)
{
    for (;;) {
        double u = z->h_n + rng_unit(r) * (z->h_x1 - z->h_n), x = inverse(u, z->theta);
        uint64_t k = x < 1 ? 1 : (uint64_t)(x + 0.5);
        k = k > z->n ? z->n : k < 1 ? 1 : k;
        if ((double)k - x <= z->s || u >= integral((double)k + 0.5, z->theta) - h((double)k, z->theta))
            return k;
    }
}

double zipf_zeta(uint64_t n, double theta)
{
    enum { TERMS = 100 };
    double sum = 0;
    for (uint64_t k = 1; k <= n && k <= TERMS; k++)
        sum += h((double)k, theta);
    if (n <= TERMS)
        return sum;
    double a = TERMS, b = (double)n;
    sum += integral(b, theta) - integral(a, theta);
    sum += (h(b, theta) - h(a, theta)) / 2;
    sum += theta * (h(a, theta + 1) - h(b, theta + 1)) / 12;
    return sum - theta * (theta + 1) * (theta + 2) * (h(a, theta + 3) - h(b, theta + 3)) / 720;
}
