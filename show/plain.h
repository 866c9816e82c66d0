/* plain.h - text for a terminal that does not take UTF-8: each of our signs becomes a character of ASCII
 * that stands for it. */
#ifndef SHOW_PLAIN_H
#define SHOW_PLAIN_H

#include "base/buf.h"

/* From byte `from` on, in place. Every character keeps its one column; what has nothing that stands
 * for it becomes '?'. */
void plain_make(struct buf *, size_t from);

#endif
