/* proof.h - what the workers of a stretch of driving saw of watched keys, judged when they have ended: a
 * write that was acknowledged and lost, a read that cannot be, a read that is older than the backend's
 * promise allows. */
#ifndef RUN_PROOF_H
#define RUN_PROOF_H

#include "run/runner.h"

struct proof;
struct proof *proof_open(const struct program *, uint32_t nworkers);      /* NULL: it writes nothing */
struct history *proof_history(struct proof *, uint32_t worker);           /* NULL of NULL */
/* The watched rows of a table that were written since it was opened: their ordinals, n of them. The caller
 * frees. */
uint64_t *proof_written(const struct proof *, const struct data *, const struct table *, uint32_t *n);
/* Adds what it finds to the mismatches, the first in words, and stale reads to the tally. complete: every call was
 * answered; else what was still on its way is not known, and nothing is judged. */
void proof_judge(struct proof *, struct runner *, const struct target *, bool complete, struct tally *,
                 struct mismatch *);
/* A table has another number of rows than what was written explains. */
void proof_tell_count(const struct target *, const struct table *, uint64_t least, uint64_t most, uint64_t found,
                      struct mismatch *);
void proof_close(struct proof *);                     /* NULL is fine */

#endif
