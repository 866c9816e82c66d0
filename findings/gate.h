/* gate.h - for pipelines: does this result pass? Expectations that failed or could not be judged, and
 * what is slower than the baseline. */
#ifndef FINDINGS_GATE_H
#define FINDINGS_GATE_H

#include "results/results.h"

/* After expect_evaluate, compare_results and baseline_judge. Returns how many things keep it from passing; each is
 * passed to `line` as a sentence (NULL: they are only counted), those that could not be judged for one reason
 * as one. Its kind is "FAILED" or "NOT MEASURED":
 * "serve on sqlite with binpacked: p99 < 79ms failed: 84.1 ms (81.0 ms to 88.2 ms), 6.5 % above". */
size_t gate_failures(const struct results *, void (*line)(void *, const char *kind, const char *text),
                     void *to);

#endif
