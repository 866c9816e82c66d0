/* counts.h - what the history of a column that counts proves: between which sums what has been added must lie. */
#ifndef PROOF_COUNTS_H
#define PROOF_COUNTS_H

#include "proof/finding.h"

struct counted;
/* The writes of one key; room for them is made. */
struct counted *counted_new(const struct event *const *writes, uint32_t n);
void counted_free(struct counted *);
/* What a read of it says that cannot be; false: nothing. */
bool counted_judge(const struct counted *, const struct event *read, struct finding *);

#endif
