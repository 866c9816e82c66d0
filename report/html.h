/* html.h - what the sections of the page share beside the elements themselves. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include "report/figures.h"
#include "report/xml.h"

/* What is wider than the page scrolls by itself, also by keyboard; label: what it is. Close with xml_close. */
void html_open_wide(struct xml *, const char *label);
/* An element with a class (or NULL) and a text in one. */
void html_put(struct xml *, const char *element, const char *class, const char *text);

#endif
