/* portable_math.h - log, exp and pow with the same bits on every machine and compiler.
 *
 * The C library's differ in their last bits from one machine to the next; a generated row must not. So these
 * use only + - * / of IEEE doubles in a written order, each rounded by itself: the build sets
 * -ffp-contract=off (no fused multiply-add), and portable_math.c refuses to be compiled where doubles are not
 * evaluated as such.
 *
 * Error bounds, in units of 2^-53 relative (measured against 80-bit arithmetic by
 * tests/unit/portable_math.c):
 *   pm_log            2 (absolute 2^-53 near 1: the result's own rounding comes on top)
 *   pm_exp            2, for -708 <= x <= 709; below it gives 0, above it HUGE_VAL
 *   pm_log1p_by(x)    4: log(1 + x) / x, and 1 for 0; x > -1
 *   pm_expm1_by(x)    6: (exp(x) - 1) / x, and 1 for 0
 *   pm_pow(x, y)      2 + 2 |y log x|; x > 0
 * None of them takes NaN. sqrt and floor are exact by IEEE 754 and taken from the C library. */
#ifndef DATA_PORTABLE_MATH_H
#define DATA_PORTABLE_MATH_H

double pm_log(double x);                              /* x > 0 */
double pm_exp(double x);
double pm_log1p_by(double x);
double pm_expm1_by(double x);
double pm_pow(double x, double y);

#endif
