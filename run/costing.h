/* costing.h - from plans and units to the cost of an entry: for what was measured (point.c), and for a
 * workload that was not run (estimate.c). */
#ifndef RUN_COSTING_H
#define RUN_COSTING_H

#include "backends/swept.h"
#include "emit/emit.h"
#include "results/results.h"

/* plans: of the run's queries, in the order of its mix. */
double costing_calls(const struct ir_run *, const struct plan *const *plans);             /* requests of one request of the run */
/* Units of one request of the run by the service's rules; false: it has no such units. */
bool costing_model_units(const struct instance *, const struct ir_run *, const struct plan *const *plans,
                         struct units *);
/* The demand's data are filled in from the IR. */
void costing_set(struct results *, struct result_entry *, const struct instance *, const struct ir *,
                 const struct billing_demand *);

/* An entry for each run, point, strategy and instance that charges for something; rate: where a run has none
 * (0: none here either). What cannot be planned is left out, with the reason. The caller frees the
 * results. */
struct results *costing_estimate(struct arena *, const struct ir *, const struct instances *,
                                 const struct swept *, const struct emit_options *, uint64_t seed,
                                 double rate);

#endif
