/* html.h - a thin layer over libxml2's writer for the pages we put out, and the charts in them. What is written is escaped by the
 * writer; running out of memory in it is a bug's end, as everywhere. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <libxml/xmlwriter.h>

#include "base/buf.h"
#include "report/figures.h"

struct html { xmlTextWriterPtr writer; };

void html_open(struct html *, const char *element);
void html_attribute(struct html *, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void html_text(struct html *, const char *text);
void html_close(struct html *);                       /* always with an end tag: <td></td> */
void html_close_void(struct html *);                  /* for elements that HTML leaves without one: <meta/> */
/* What is wider than the page scrolls by itself, also by keyboard; label: what it is. Close with html_close. */
void html_open_wide(struct html *, const char *label);
/* An element with a class (or NULL) and a text in one. */
void html_put(struct html *, const char *element, const char *class, const char *text);

#endif
