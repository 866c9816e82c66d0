/* html_answer.h - what the page opens with: the answer, whether all went well, a chart; then the
 * answer in sentences. */
#ifndef SHOW_HTML_ANSWER_H
#define SHOW_HTML_ANSWER_H

#include "show/html.h"

void html_put_opening(struct xml *, const struct results *);

#endif
