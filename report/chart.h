/* chart.h - the charts of the page. Each draws a whole figure with its legend, and nothing where no entry has such figures. */
#ifndef REPORT_CHART_H
#define REPORT_CHART_H

#include "report/plot.h"

typedef const struct result_entry *const *chart_entries;
typedef void chart_name(struct buf *, const struct result_entry *);   /* what an entry is called in this chart */

/* Response times against the percentile, a line for each entry. Colours repeat after 8. */
void chart_put_percentiles(struct xml *, const char *title, chart_entries, size_t n, chart_name *);

/* The legend of a chart with a line for each entry that has response times. */
void chart_put_legend(struct xml *, chart_entries, size_t n, chart_name *);

/* A box for each entry on one axis of time: quartiles, the median, p1 to p99, the slowest. Entries of a backend stand together. */
void chart_put_boxes(struct xml *, const char *title, chart_entries, size_t n);

/* A bar for each entry; interval MAY be NULL. */
struct chart_bars {
    const char *title;
    bool (*value)(const struct result_entry *, double *);
    bool (*interval)(const struct result_entry *, double *low, double *high);
    plot_number *axis, *number;
};
void chart_put_bars(struct xml *, const struct chart_bars *, chart_entries, size_t n);

/* p99 at each of a parameter's values: a line for each of `lines`, whose entries are by value (NULL: none there); limit: what p99 is
 * expected to be below, or 0. */
struct chart_sweep_line { const char *name; const struct result_entry **entries; };
struct chart_sweep {
    const char *title, *param;
    const char *const *values;
    size_t nvalues;
    const struct chart_sweep_line *lines;
    size_t nlines;
    double limit;
};
void chart_put_sweep(struct xml *, const struct chart_sweep *);

/* p99 against the cost of a million requests, with the front of those that nothing beats in both. False: fewer than two have a price. */
bool chart_put_pareto(struct xml *, const char *title, chart_entries, size_t n);

/* Throughput and p99 over the measured time, rounds one after the other, with what failed or was throttled. Draws the chart, and its
 * table to be opened. */
void chart_put_time(struct xml *, const char *title, chart_entries, size_t n, chart_name *);

/* Where the time of an entry's slowest followed request went. Draws the chart, and its table to be opened. */
void chart_put_trace(struct xml *, const char *title, const struct result_entry *);

#endif
