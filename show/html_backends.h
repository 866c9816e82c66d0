/* html_backends.h - the page's part about the backends: what became of each, what each can
 * do, what was left out. */
#ifndef SHOW_HTML_BACKENDS_H
#define SHOW_HTML_BACKENDS_H

#include "show/html.h"

void html_put_backends(struct xml *, const struct results *);

#endif
