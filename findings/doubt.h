/* doubt.h - whether the candidate of the lowest p99 is known to be the fastest: the candidates that it is not shown to
 * be faster than, by the rules of compare.h. A sentence that names the lowest p99 says so too. */
#ifndef FINDINGS_DOUBT_H
#define FINDINGS_DOUBT_H

#include "results/results.h"

struct doubt {
    const struct result_entry *rival;                 /* of those with the least p99; NULL: all are shown to
                                                         be slower, or there is no other */
    uint32_t others;                                  /* so many more */
};

/* Which of a point's entries may replace the chosen one; NULL: all. */
struct doubt_among { bool (*takes)(void *, const struct result_entry *); void *to; };

/* Of the ranked entries first … end-1, but for what is the same server as `best`. */
struct doubt doubt_about(const struct results *, const struct result_entry *best, size_t first, size_t end,
                         const struct doubt_among *);
/* ", not shown to be faster than postgres, binpacked (p99 1.45 ms) or 2 others"; nothing without doubt. when:
 * "" or words before it. */
void doubt_put(struct buf *, const char *when, const struct doubt *);

/* A point of a sweep: its entries, what was chosen there (MAY be NULL), and what is not
 * shown to be slower. */
struct doubt_point { size_t first, end; const struct result_entry *best; struct doubt doubt; };
/* Points of the run first … end-1, the one of least p99 chosen at each; they have room for all
 * entries. Returns how many. */
size_t doubt_points(const struct results *, size_t first, size_t end, struct doubt_point *);
/* Of the points that are meant (NULL: all): ", not shown to be faster than sqlite, single at n 3, 10". */
void doubt_put_points(struct buf *, const struct results *, const char *when, const struct doubt_point *,
                      const bool *meant, size_t n);
/* A candidate that is chosen, or not shown to be slower than what is, at every point: that the choice depends
 * on what is swept is not shown. NULL: there is none. */
const struct result_entry *doubt_steady(const struct results *, const struct doubt_point *, size_t n,
                                        const struct doubt_among *);

#endif
