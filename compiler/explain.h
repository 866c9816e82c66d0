/* explain.h - what a diagnostic means, at length: `wklc --explain CODE`, from the rows of diagnostics.def. */
#ifndef COMPILER_EXPLAIN_H
#define COMPILER_EXPLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/error.h"

struct diagnostic_row { const char *code, *title, *why, *wrong, *right; };
extern const struct diagnostic_row diagnostic_rows[];  /* in order of code; ends with a NULL code */

/* Explains a code, in any case ("e0201"); "all": a line for each. json: an array of objects. ERR_USAGE where
 * there is no such code. */
int explain_put(const char *code, bool json, struct buf *out, struct error *);

#endif
