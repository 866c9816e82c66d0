/* headline.h - the answer of a run in one line, for those who read no further: what to take, or that
 * there is nothing, or what was fastest where nothing was expected. The sentences that explain it
 * are text_answer.c's. */
#ifndef SHOW_HEADLINE_H
#define SHOW_HEADLINE_H

#include "findings/figures.h"

enum headline_tone { HEADLINE_PLAIN, HEADLINE_GOOD, HEADLINE_BAD };
struct headline {
    enum headline_tone tone;
    const char *label;                                /* "Recommended", "No recommendation", "Lowest p99";
                                                         static */
    const struct result_entry *entry;                 /* which one; NULL: there is none, or it
                                                         depends, and `what` says so */
    struct buf what;                                  /* "no candidate meets every expectation with
                                                         confidence" */
    struct buf figures;                               /* "p99 38.3 ms, $1.88 per million requests"; MAY be
                                                         empty */
};
/* Of the run with the entries first … end-1; release it. After recommend_results. */
void headline_make(struct headline *, const struct results *, size_t first, size_t end);
void headline_release(struct headline *);

#endif
