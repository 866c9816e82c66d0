/* html_table.h - tables of the page, and the figures in their cells. */
#ifndef REPORT_HTML_TABLE_H
#define REPORT_HTML_TABLE_H

#include "report/html.h"

/* words: the columns that hold words, by their digits; the others hold numbers. heads ends with NULL. */
void html_open_table(struct xml *, const char *caption, const char *const *heads, const char *words);
void html_close_table(struct xml *);

void html_open_row(struct xml *, const char *class);                  /* class NULL: none; close with xml_close */
void html_put_row_head(struct xml *, const char *text);
void html_put_backend_head(struct xml *, const struct results *, const char *backend);   /* with who answered, if the service did not */
void html_put_buf(struct xml *, const char *element, const char *class, struct buf *);    /* writes what it holds and releases it */
void html_put_cell(struct xml *, bool there, double v, void (*put)(struct buf *, double));
void html_put_metric(struct xml *, const struct result_entry *, enum metric, bool service, void (*put)(struct buf *, double));

#endif
