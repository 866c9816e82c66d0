/* text_block.h - a run's part of the report for the terminal: what its tables and remarks have in common. All
 * times of a run are in one unit, so that they compare within and across its tables. */
#ifndef SHOW_TEXT_BLOCK_H
#define SHOW_TEXT_BLOCK_H

#include "show/text.h"

struct block {                                        /* entries first … end-1 of one run */
    struct text *text;
    size_t first, end;
    struct time_unit unit;
    bool errors, retries, cost, service;              /* some entry has them; service: other than its response
                                                         time */
    unsigned level;                                   /* of columns that were left out for want of room */
    double low, high;                                 /* of the sparklines: the ends of the
                                                         response times at a point, ns */
    bool unsure;                                      /* of the current table: the legend of its ratios is
                                                         needed */
    bool alone;                                       /* the run has one strategy */
    bool all;                                         /* all figures of each entry, and its remarks below
                                                         it */
    bool starred, tilded, bracketed, dashed;          /* of the marks at a glance, which were used */
    bool errors_column;                               /* there is room; they are reported below the entry in
                                                         any case */
};

bool block_is_first(const struct text *, size_t first, size_t i, bool of_backend);   /* of first … i with its backend, or its strategy */
size_t block_count(const struct block *, bool of_backend);        /* of different backends, or strategies */
/* The fastest strategy of its backend, of the ranked entries first … end-1. */
bool block_is_fastest(const struct text *, size_t first, size_t end, const struct result_entry *);
void block_add_span(struct block *, struct grid *, enum style, struct buf *);    /* a row of one text over all columns */

void block_put_load(struct block *);                  /* text_load.c: how it was loaded and measured, a
                                                         paragraph */
void block_put_glance(struct block *);                /* text_glance.c: p99 of each strategy on each
                                                         backend */
void block_put_point(struct block *, size_t first, size_t end);   /* text_figures.c: the figures of one sweep
                                                                     point */
/* text_remarks.c: what is to be said of an entry, as rows below its figures; of all of them, what several
 * have in common said once. */
void block_add_remarks(struct block *, struct grid *, const struct result_entry *);
void block_put_remarks(struct block *);

#endif
