/* html_table.h - tables of the page, and the figures in their cells. */
#ifndef SHOW_HTML_TABLE_H
#define SHOW_HTML_TABLE_H

#include "show/html.h"

/* words: the columns that hold words, by their digits; the others hold numbers; NULL: all do.
 * heads ends with NULL. */
void html_open_table(struct xml *, const char *caption, const char *const *heads, const char *words);
void html_close_table(struct xml *);

void html_open_row(struct xml *, const char *class);                  /* class NULL: none; close with
                                                                         xml_close */
void html_put_row_head(struct xml *, const char *text);
/* A row over all columns with the backend, and who answered, if the service did not: the rows below it are of
 * that. `starts`: it is the table's first. */
void html_put_group(struct xml *, const struct results *, const char *backend, size_t columns, bool starts);
void html_put_backend_head(struct xml *, const struct results *, const char *backend);   /* with who answered, if the service did not */
void html_put_cell(struct xml *, bool there, double v, void (*put)(struct buf *, double));
void html_put_metric(struct xml *, const struct result_entry *, enum metric, bool service,
                     void (*put)(struct buf *, double));

#endif
