/* report_cases.h - results built by hand, for the tests of reports: whole ones by name, and the hands that
 * build others like them. */
#ifndef UNIT_REPORT_CASES_H
#define UNIT_REPORT_CASES_H

#include "results/results.h"

struct report_case { const char *name; void (*build)(struct results *); };
extern const struct report_case report_cases[];       /* ends with a NULL name */
enum { REPORT_CASES = 9 };

struct results *cases_results(void);                  /* of a workload, machine and day that are always the
                                                         same */
void cases_stand_ins(struct results *);               /* one of the cases: servers in the place of services */

enum { CASES_EXPECTS = 3, CASES_STRATEGIES = 5 };
extern const struct ir_expect cases_expects[CASES_EXPECTS];    /* errors == 0, p99 < 79ms, on sqlite:
                                                                  throughput >= 5k/s */
extern const struct cases_strategy { const char *text; double calls; } cases_strategies[CASES_STRATEGIES];
extern const struct ir_point cases_point;             /* run serve: a closed loop of 8 clients */
/* Three rounds of requests that typically take so long, in the usual shape; verified. */
struct result_entry *cases_measured(struct results *, const struct ir_point *, const char *strategy,
                                    const char *backend, double typical_ns, double calls);
/* On demand: the units of requests, and 10 GB. */
void cases_price(struct results *, struct result_entry *, double usd, double units, enum cost_basis);

#endif
