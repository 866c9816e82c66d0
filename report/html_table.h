/* html_table.h - tables of the page, and the figures in their cells. */
#ifndef REPORT_HTML_TABLE_H
#define REPORT_HTML_TABLE_H

#include "report/html.h"

/* words: the columns that hold words, by their digits; the others hold numbers. heads ends with NULL. */
void html_open_table(struct html *, const char *caption, const char *const *heads, const char *words);
void html_close_table(struct html *);

void html_open_row(struct html *, const char *class);                 /* class NULL: none; close with html_close */
void html_put_row_head(struct html *, const char *text);
void html_put_buf(struct html *, const char *element, const char *class, struct buf *);   /* writes what it holds and releases it */
void html_put_cell(struct html *, bool there, double v, void (*put)(struct buf *, double));
void html_put_metric(struct html *, const struct result_entry *, enum metric, bool service, void (*put)(struct buf *, double));

#endif
