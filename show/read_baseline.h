/* read_baseline.h - how a result stood to its baseline, as json.c wrote it: the baseline itself is another file, so that this is read and
 * not derived again. Its entries have to be read before. */
#ifndef SHOW_READ_BASELINE_H
#define SHOW_READ_BASELINE_H

#include "show/fields.h"

bool read_baseline(struct reading *, const struct place *, void *results);
bool read_comparisons(struct reading *, const struct place *, void *results);        /* those with the baseline go into results.kept */
bool read_metric(struct reading *, const struct place *, enum metric *to);

#endif
