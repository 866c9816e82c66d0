/* rank.h - which entries of a point are ranked: those whose figures are the backend's, and right. */
#ifndef FINDINGS_RANK_H
#define FINDINGS_RANK_H

#include "findings/figures.h"

/* The client was too busy, or too late, for its figures to be the backend's: limit.h has the rules. */
bool rank_saturated(const struct result_entry *);

/* Why an entry is shown but not ranked, in words; NULL: it is ranked. The words are static. */
const char *rank_unranked(const struct results *, const struct result_entry *);

/* The words of what failed first, the server's own where they are; NULL: nothing did. */
const char *rank_first_error(const struct result_entry *);
/* Why none of these is, with the backends and the first error's words: "no request was answered (shaky: told
 * to fail); errors (b)". */
void rank_put_unranked(struct buf *, const struct results *, size_t first, size_t end);

/* Of entries first … end-1, which are of one point, the ranked one of least p99; NULL: none is ranked. */
const struct result_entry *rank_best(const struct results *, size_t first, size_t end);

#endif
