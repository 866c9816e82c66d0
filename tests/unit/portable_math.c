/* The bounds that portable_math.h promises, measured against long double, and bits that must never change. */
#include "config.h"

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/portable_math.h"
#include "data/rng.h"

enum { DRAWS = 200000 };

static double units(double got, long double want)     /* of 2^-53, relative */
{
    return want == 0 ? (got == 0 ? 0 : HUGE_VAL)
                     : (double)(fabsl((long double)got - want) / fabsl(want) * 0x1p53L);
}

static void worse(double *worst, double by)
{
    if (!(by <= *worst))
        *worst = by;
}

static void errors_stay_in_bounds(void **state)
{
    (void)state;
    if (LDBL_MANT_DIG < 64)
        skip();                                       /* long double says nothing more than double here */
    double log_worst = 0, near_worst = 0, exp_worst = 0, log1p_worst = 0, expm1_worst = 0, pow_worst = 0;
    struct rng r;
    rng_init(&r, 3);
    for (int i = 0; i < DRAWS; i++) {
        double u = rng_unit(&r), v = rng_unit(&r), wide = pm_exp(1400 * u - 700), near = 0.5 + u;
        worse(&log_worst, units(pm_log(wide), logl(wide)));
        worse(&near_worst, units(pm_log(near), logl(near)));
        worse(&exp_worst, units(pm_exp(1416 * u - 708), expl(1416 * u - 708.0)));
        double t = i % 2 ? 4 * u - 0.99999 : 1e-6 * (u - 0.5), x = i % 2 ? 80 * u - 40 : 1e-6 * (u - 0.5);
        if (t != 0)
            worse(&log1p_worst, units(pm_log1p_by(t), log1pl(t) / t));
        if (x != 0)
            worse(&expm1_worst, units(pm_expm1_by(x), expm1l(x) / x));
        double base = 1e6 * u + 1e-3, power = 8 * v - 4;
        worse(&pow_worst, units(pm_pow(base, power), powl(base, power)) / (2 + 2 * fabs(power * log(base))));
    }
    print_message("worst errors in 2^-53: log %.2f near 1 %.2f exp %.2f log1p %.2f expm1 %.2f pow %.2f of its bound\n", log_worst,
        near_worst,
                  exp_worst, log1p_worst, expm1_worst, pow_worst);
    assert_true(log_worst <= 2 && near_worst <= 2 && exp_worst <= 2 && log1p_worst <= 4 && expm1_worst <= 6 &&
                pow_worst <= 1);
}

static void ends(void **state)
{
    (void)state;
    assert_true(pm_log(1) == 0 && pm_exp(0) == 1 && pm_log1p_by(0) == 1 && pm_expm1_by(0) == 1 &&
                pm_pow(7, 0) == 1 && pm_pow(1, 99) == 1);
    assert_true(pm_exp(-1000) == 0 && pm_exp(1000) == HUGE_VAL && pm_exp(-708) > 0 && pm_exp(709) < HUGE_VAL);
    assert_true(units(pm_log(0x1p-1074), logl(0x1p-1074L)) < 2 && units(pm_log(DBL_MAX), logl(DBL_MAX)) < 2);
}

/* A hash over the bits of many results: any compiler, any machine, any optimisation must come to these. */
static void bits_never_change(void **state)
{
    (void)state;
    uint64_t hash = 0;
    struct rng r;
    rng_init(&r, 4);
    for (int i = 0; i < DRAWS; i++) {
        double u = rng_unit(&r), all[5] =
            {pm_log(u + 0x1p-60), pm_exp(60 * u - 30), pm_log1p_by(3 * u - 0.9), pm_expm1_by(4 * u - 2),
             pm_pow(u + 0.01, 1.5 * u)};
        for (int k = 0; k < 5; k++) {
            uint64_t bits;
            memcpy(&bits, &all[k], sizeof bits);
            hash = rng_mix(hash, bits);
        }
    }
    assert_int_equal(hash, 0x462e1087e960be7u);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_stay_in_bounds), cmocka_unit_test(ends), cmocka_unit_test(bits_never_change),
    };
    return cmocka_run_group_tests_name("portable_math", tests, NULL, NULL);
}
