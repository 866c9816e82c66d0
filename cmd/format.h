/* format.h - `wklc --fmt`: files laid out, to standard output or in their place. */
#ifndef CMD_FORMAT_H
#define CMD_FORMAT_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/error.h"

enum format_how {
    FORMAT_SHOW,                                      /* adds the texts to a buf */
    FORMAT_WRITE,                                     /* replaces the files whose text changes, each at once;
                                                         says which */
    FORMAT_CHECK,                                     /* says which files would change */
};

/* The number of files that changed or would; ERR_USAGE where a file has mistakes (diags has them, the other
 * files are done all the same); ERR_IO. Names of files are added to `out`, a line each. */
int format_files(struct arena *, struct diags *, const char *const *paths, size_t n, enum format_how,
                 struct buf *out, struct error *);

#endif
