#include "config.h"

#include "data/portable_math.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0 || defined(__FAST_MATH__)
#error "doubles must be evaluated as doubles here: on i386 compile with -msse2 -mfpmath=sse, and without -ffast-math"
#endif

/* ln 2 in two parts: the first has 32 bits, so that its product with an exponent is exact. */
static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;

/* 2 atanh(s) / s - 2 as a polynomial in s^2: 2/3 z + 2/5 z^2 + … With |s| <= 0.1716 the first term left out
 * is below 2^-60. Pairs first (Estrin): their latencies overlap. */
static inline double atanh_tail(double z)
{
    double z2 = z * z, z4 = z2 * z2;
    double a = 2.0 / 3 + z * (2.0 / 5), b = 2.0 / 7 + z * (2.0 / 9);
    double c = 2.0 / 11 + z * (2.0 / 13), d = 2.0 / 15 + z * (2.0 / 17);
    double e = 2.0 / 19 + z * (2.0 / 21);
    return z * ((a + z2 * b) + z4 * ((c + z2 * d) + z4 * e));
}

double pm_log(double x)
{
    uint64_t bits;
    int64_t exponent = 0;
    if (x < DBL_MIN) {                                /* subnormal */
        x *= 0x1p54;
        exponent = -54;
    }
    memcpy(&bits, &x, sizeof bits);
    /* x = m 2^exponent with m between sqrt(1/2) and sqrt(2): the subtraction carries into the exponent where
     * m is above */
    uint64_t over = bits - 0x3fe6a09e667f3bcdu;
    exponent += (int64_t)over >> 52;
    bits -= over & 0xfff0000000000000u;
    double m;
    memcpy(&m, &bits, sizeof m);
    double f = m - 1, s = f / (2 + f), k = (double)exponent;
    /* log m = 2 atanh s = s (2 + tail) = f - s (f - tail): the large part, f, is exact */
    return k * ln2_high + (f - (s * (f - atanh_tail(s * s)) - k * ln2_low));
}

/* (exp(r) - 1 - r) / r^2 for |r| <= 0.36: 1/2 + r/6 + … + r^11/13!; the first term left out is below 2^-58 of
 * r^2/2. */
static inline double exp_tail(double r)
{
    double r2 = r * r, r4 = r2 * r2;
    double a = 1.0 / 2 + r * (1.0 / 6), b = 1.0 / 24 + r * (1.0 / 120);
    double c = 1.0 / 720 + r * (1.0 / 5040), d = 1.0 / 40320 + r * (1.0 / 362880);
    double e = 1.0 / 3628800 + r * (1.0 / 39916800), f = 1.0 / 479001600 + r * (1.0 / 6227020800);
    return (a + r2 * b) + r4 * ((c + r2 * d) + r4 * (e + r2 * f));
}

double pm_exp(double x)
{
    if (x < -708)
        return 0;
    if (x > 709)
        return HUGE_VAL;
    const double to_nearest = 0x1.8p52;               /* adding it rounds to a whole number */
    double k = (x * 0x1.71547652b82fep0 + to_nearest) - to_nearest;
    double r = (x - k * ln2_high) - k * ln2_low;
    double m = 1 + (r + r * r * exp_tail(r));
    uint64_t bits = (uint64_t)((int64_t)k + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return m * power;
}

double pm_log1p_by(double x)
{
    if (x > 0.4 || x < -0.29)
        return pm_log(1 + x) / x;
    double by = 1 / (2 + x), s = x * by;              /* log(1 + x) = 2 atanh s with s = x / (2 + x) */
    return (2 + atanh_tail(s * s)) * by;
}

double pm_expm1_by(double x)
{
    if (x > 0.36 || x < -0.36)
        return (pm_exp(x) - 1) / x;
    return 1 + x * exp_tail(x);
}

double pm_pow(double x, double y)
{
    return pm_exp(y * pm_log(x));
}
