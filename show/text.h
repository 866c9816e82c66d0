/* text.h - the parts of the result for the terminal, among themselves. */
#ifndef SHOW_TEXT_H
#define SHOW_TEXT_H

#include "findings/compare.h"
#include "findings/figures.h"
#include "findings/number.h"
#include "show/grid.h"

struct text {
    const struct results *results;
    struct arena arena;                               /* of cells, until the report is written */
    struct paper paper;
    bool details;                                     /* all tables, not those alone that an answer rests
                                                         on */
};

static inline const struct result_entry *text_entry(const struct text *t, size_t i)
{
    return t->results->entries.items[i];
}

const char *text_keep(struct text *, struct buf *);   /* what the buffer holds, for a cell; the buffer is
                                                         released */
void text_put_asked(struct buf *, const struct result_entry *);        /* "query NAME", or those of a mix with their shares */
/* How the entries first … end-1 of a run were loaded, from the least to the greatest of a sweep: "closed
 * loop, 1 to 64 clients", "open loop, 500/s to 8,000/s, 3 to 911 clients as needed". */
void text_put_load(struct buf *, const struct results *, size_t first, size_t end);
void text_put_runs(struct text *);                    /* text_run.c: a block of tables for each run */
void text_put_queries(struct text *, size_t first, size_t end);       /* text_queries.c: of a mix; nothing
                                                                         where none is */
void text_put_costs(struct text *);                   /* text_cost.c: what a month costs, and where
                                                         the figures come from */
void text_put_cost_origins(struct text *);            /* the latter alone */
#define TEXT_STAND_INS "Stand-ins:"                   /* what an answer begins with:
                                                         whose_put_stand_ins, whose_put_same */
#define TEXT_SAME "Same server:"
#define TEXT_BUSY "Busy machine:"                     /* busy_put */
enum { TEXT_ENDLESS = 100000 };                       /* columns of a paper on which each answer is one
                                                         line */
void text_put_line(struct text *, enum style, const char *label, const char *text);   /* text_line.c: an answer */
/* The same, which names the run where there are several; label NULL: nothing of it is ranked. */
void text_put_answer_of(struct text *, const char *run, const char *label, const struct buf *);
/* text_fastest.c: of a run with one point; of a sweep. Entries first … end-1 are all of the run. */
void text_put_fastest(struct text *, size_t first, size_t end);
void text_put_fastest_of_sweep(struct text *, size_t first, size_t end);
void text_put_answers(struct text *);                 /* text_answer.c: what the tables say, in sentences */
void text_put_stopped(struct buf *, const struct results *);   /* of a run that was: by what, and which
                                                                  runs were not reached */
/* How the best of a point is called: "Fastest" where the next is known to be slower, else "Lowest p99";
 * "Measured" where it is alone. */
const char *text_rank(const struct results *, size_t first, size_t end);
/* The same for other forms: each line of them, unwrapped; `starts` is false for what
 * continues the one before. */
void text_each_answer(const struct results *, void (*line)(void *, const char *text, bool starts), void *);
/* text_compare.c: with `of_baseline` how each entry's p99 compares with the baseline's (without details what
 * changed alone), else the pairs whose p99 do not differ for sure. */
void text_put_comparisons(struct text *, bool of_baseline);
void text_each_comparison(const struct results *, bool of_baseline,
                          void (*line)(void *, const char *who, const char *what, enum comparison_verdict),
                          void *to);
/* Of entries first … end-1 (a run's): for each backend but one (MAY be NULL) the two strategies whose p99
 * differ for sure, and most of all: a line each, "\nOn postgres: single's p99 is 2.18 times as long as
 * binpacked's (1.54-3.08).", of a sweep with where. */
void text_put_strategies(struct buf *, const struct results *, size_t first, size_t end, const char *but);
void text_each_baseline_note(const struct results *, void (*line)(void *, const char *), void *to);

/* Whether requests at work at one time are so many more on one side that it is no chance: a
 * few more or less are. */
static inline bool text_differs_at_work(double least, double most)
{
    return most > 1.25 * least;
}

/* Entries first … end-1 are of one run. */
size_t text_run_end(const struct results *, size_t first);

#endif
