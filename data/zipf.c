#include "config.h"

#include "data/zipf.h"

#include "data/portable_math.h"

/* H(x), the integral of t^-theta from 1 to x: (x^(1-theta) - 1) / (1-theta), and log x at theta = 1, without
 * a seam. */
static inline double integral(double theta, double x)
{
    double log_x = pm_log(x);
    return pm_expm1_by((1 - theta) * log_x) * log_x;
}

static inline double integral_inverse(double theta, double y)
{
    double t = y * (1 - theta);
    if (t <= -1)                                      /* only by rounding */
        t = -1 + 0x1p-53;
    return pm_exp(pm_log1p_by(t) * y);
}

static void init(struct zipf *z, uint64_t n, double last, double theta)
{
    z->n = n;
    z->theta = theta;
    z->h_first = integral(theta, 1.5) - 1;
    z->h_last = integral(theta, last + 0.5);
    z->sure = 2 - integral_inverse(theta, integral(theta, 2.5) - pm_pow(2, -theta));
}

void zipf_init(struct zipf *z, uint64_t n, double theta)
{
    init(z, n, (double)n, theta);
}

void zipf_init_wide(struct zipf *z, wkl_u128 n, double theta)
{
    init(z, ZIPF_WIDE, (double)n, theta);
}

wkl_u128 zipf_between_doubles(double whole, wkl_u128 more)
{
    wkl_u128 at = (wkl_u128)whole;
    int spare = -53;                                  /* bits behind those that a double has */
    for (wkl_u128 v = at; v; v >>= 1)
        spare++;
    if (spare <= 0)
        return at;
    return at + (more >> (128 - spare));
}

wkl_u128 zipf_try_wide(const struct zipf *z, wkl_u128 n, double u, wkl_u128 more)
{
    double y = z->h_last + u * (z->h_first - z->h_last), x = integral_inverse(z->theta, y),
           at = x < 1 ? 1 : x + 0.5;
    wkl_u128 k = at >= (double)n ? n : zipf_between_doubles(at, more);
    if (k > n)
        k = n;
    if (k > (wkl_u128)1 << 53)                        /* here the sum and its integral are the same to a
                                                         double */
        return k;
    at = (double)k;
    return at - x <= z->sure || y >= integral(z->theta, at + 0.5) - pm_pow(at, -z->theta) ? k : 0;
}

uint64_t zipf_try(const struct zipf *z, double u)
{
    double y = z->h_last + u * (z->h_first - z->h_last);
    double x = integral_inverse(z->theta, y);
    uint64_t k = x < 1 ? 1 : (uint64_t)(x + 0.5);
    if (k > z->n)
        k = z->n;
    double at = (double)k;
    if (at - x <= z->sure || y >= integral(z->theta, at + 0.5) - pm_pow(at, -z->theta))
        return k;
    return 0;
}

/* What an end t of the sum adds to the integral: f/2 + f'/12 - f'''/720 of f = t^-theta. */
static double end_terms(double theta, double t)
{
    double f = pm_pow(t, -theta), f1 = -theta * f / t, f3 = f1 * (theta + 1) * (theta + 2) / (t * t);
    return f / 2 + f1 / 12 - f3 / 720;
}

double zipf_zeta(double x, double theta)
{
    enum { DIRECT = 64 };                             /* from here on the formula's first term left out is
                                                         below 1e-13 */
    double sum = 0;
    if (x < 1)
        return x > 0 ? x : 0;
    int direct = x < DIRECT ? (int)x : DIRECT;
    for (int k = direct; k > 0; k--)                  /* small ones first */
        sum += pm_pow(k, -theta);
    if (x < DIRECT)
        return sum + (x - direct) * pm_pow(direct + 1, -theta);
    return sum + (integral(theta, x) - integral(theta, DIRECT)) +
           (end_terms(theta, x) - end_terms(theta, DIRECT));
}
