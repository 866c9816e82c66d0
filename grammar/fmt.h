/* fmt.h - the canonical layout of a source text.
 *
 * Only white space changes: the tokens and the comments are what they were, in the same order. The layout of
 * a laid-out text is that text. What stays the author's choice: blank lines (one at most), which blocks stand
 * on one line, line breaks after a comma, and the column of a comment behind code. */
#ifndef GRAMMAR_FMT_H
#define GRAMMAR_FMT_H

#include "base/arena.h"
#include "base/diag.h"

/* Adds the text of a source of diags, laid out, to `out`. ERR_USAGE and nothing added where it has syntax
 * errors; diags says which. */
int fmt_source(struct arena *, struct diags *, uint32_t source, struct buf *out);

#endif
