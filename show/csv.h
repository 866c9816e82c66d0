/* csv.h - cells of CSV as all our files have them: RFC 4180, but lines end in a newline alone. */
#ifndef SHOW_CSV_H
#define SHOW_CSV_H

#include "base/buf.h"

void csv_put_text(struct buf *, const char *text);    /* with the comma behind it; NULL: an empty cell */

#endif
