/* html_run.h - the sections of the page about runs, among themselves and for html.c. Entries first …
 * end-1 are of one run. */
#ifndef SHOW_HTML_RUN_H
#define SHOW_HTML_RUN_H

#include "show/html.h"

void html_put_run(struct xml *, const struct results *, size_t first, size_t end);       /* all of it, with a heading */
void html_put_first_chart(struct xml *, const struct results *, size_t first, size_t end);   /* what the page shows of it before all else */
void html_put_point(struct xml *, const struct results *, size_t first, size_t end);     /* html_point.c: one sweep point */
void html_put_queries(struct xml *, const struct results *, size_t first, size_t end);   /* html_queries.c: of a mix; nothing where none is */
void html_put_sweeps(struct xml *, const struct results *, size_t first, size_t end);    /* html_sweep.c: all charts but the first */
void html_put_first_sweep(struct xml *, const struct results *, size_t first, size_t end);   /* that one */
void html_put_costs(struct xml *, const struct results *, size_t first, size_t end);     /* html_cost.c: of one sweep point */
/* html_expect.c: whether an entry meets all that is expected of it; what is said of it, and how. */
enum html_verdict { HTML_NOTHING, HTML_HELD, HTML_FAILED, HTML_UNSURE };
enum html_verdict html_verdict_of(const struct result_entry *);
struct html_verdict_look { const char *sign, *word, *cell, *figure; };    /* cell, figure: classes */
extern const struct html_verdict_look html_verdicts[];
void html_put_verdict(struct xml *, const struct result_entry *, bool with_p99);         /* a cell of a table; the entry MAY be NULL */
bool html_is_expected(const struct results *, const char *run);                           /* something is expected of the run */
/* strategy × sweep point against what was expected of the run, at a glance. Nothing where nothing was. */
void html_put_heat_map(struct xml *, const struct results *, size_t first, size_t end);
void html_put_expectations(struct xml *, const struct results *);                        /* all of them, as a table */

/* html_compare.c: what differs, how surely; within one point, and against the baseline. Nothing where
 * nothing was compared. */
void html_put_comparisons(struct xml *, const struct results *, size_t first, size_t end);
void html_put_baseline(struct xml *, const struct results *);

/* What p99 is expected to stay below in this run; 0: nothing is said of it. */
double html_p99_limit(const struct results *, const char *run);

#endif
