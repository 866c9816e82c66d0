/* html_backends.h - the page's part about the backends: what became of each, what each can do, what was left out. */
#ifndef REPORT_HTML_BACKENDS_H
#define REPORT_HTML_BACKENDS_H

#include "report/html.h"

void html_put_backends(struct xml *, const struct results *);

#endif
