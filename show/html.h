/* html.h - what the sections of the page share beside the elements themselves. */
#ifndef SHOW_HTML_H
#define SHOW_HTML_H

#include "findings/figures.h"
#include "show/xml.h"

/* What is wider than the page scrolls by itself, also by keyboard; label: what it is.
 * Close with xml_close. */
void html_open_wide(struct xml *, const char *label);
/* Figures side by side where there is room. Close with xml_close. */
void html_open_pair(struct xml *);
/* A sentence: what is in backticks is code. */
void html_put_prose(struct xml *, const char *text);
void html_put_section(struct xml *, const char *id, const char *title);   /* its heading, to which links
                                                                             lead */
/* An element with a class (or NULL) and a sentence in one. */
void html_put(struct xml *, const char *element, const char *class, const char *text);
void html_put_buf(struct xml *, const char *element, const char *class, struct buf *);    /* writes what it holds and releases it */

#endif
