/* chart.h - the charts of the page. Each draws a whole figure with its legend, and nothing where no
 * entry has such figures. */
#ifndef SHOW_CHART_H
#define SHOW_CHART_H

#include "show/plot.h"

typedef const struct result_entry *const *chart_entries;

/* Entries with a line each: of several backends, in the backends' colours, or the strategies of one. */
struct chart_lines { chart_entries entries; size_t n; bool of_backends; };
struct plot_mark chart_mark(const struct chart_lines *, size_t i);
/* "lakebase (PostgreSQL 15.18, this machine), batch"; "batch" */
void chart_put_name(struct buf *, const struct chart_lines *, size_t i);
void chart_put_legend(struct xml *, const struct chart_lines *);              /* those with response times */

/* Response times against the percentile. */
void chart_put_percentiles(struct xml *, const char *title, const struct chart_lines *);

/* p99 of each entry with its interval, against what it is expected to stay below (0: nothing is), and whether
 * the entry meets all that is expected. */
void chart_put_p99(struct xml *, const char *title, chart_entries, size_t n, double limit);

/* A box for each entry on one axis of time: quartiles, the median, p1 to p99, the slowest. Entries of a
 * backend are adjacent. */
void chart_put_boxes(struct xml *, const char *title, chart_entries, size_t n);

/* A bar for each entry; interval MAY be NULL. whose: which backends the rows have the figures of, where not
 * of their own alone; MAY be NULL. */
struct chart_bars {
    const char *title;
    bool (*value)(const struct result_entry *, double *);
    bool (*interval)(const struct result_entry *, double *low, double *high);
    plot_number *axis, *number;
    void (*whose)(struct buf *, const struct result_entry *);
};
void chart_put_bars(struct xml *, const struct chart_bars *, chart_entries, size_t n);

/* p99 at each of a parameter's values: a line for each of `lines`, whose entries are by value (NULL: none
 * there); limit: what p99 is expected to be below, or 0. */
struct chart_sweep_line { const char *name,
                         *end; struct plot_mark mark; const struct result_entry **entries; };
struct chart_sweep {
    const char *title, *param;
    const char *const *values;
    size_t nvalues;
    const struct chart_sweep_line *lines;
    size_t nlines;
    double limit;
};
void chart_put_sweep(struct xml *, const struct chart_sweep *);

/* p99 against the cost of a million requests, with the front of those that nothing beats in both. False:
 * fewer than two have a price. */
bool chart_put_pareto(struct xml *, const char *title, chart_entries, size_t n);

/* Throughput and p99 over the measured time, rounds one after the other, with what failed or was throttled.
 * Draws the chart, and its table to be opened. */
void chart_put_time(struct xml *, const char *title, const struct chart_lines *);

/* Where the time of an entry's slowest followed request went. Draws the chart, and its table to be opened. */
void chart_put_trace(struct xml *, const char *title, const struct result_entry *);

#endif
