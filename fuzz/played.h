/* played.h - an HTTP service that answers from a list: http_start, http_perform and what waits are replaced
 * when a harness is linked (fuzz/local.mk), so that the drivers of HTTP services run as they are, without a
 * server and without waiting.
 *
 *   200                    status; 0: no answer comes
 *   x-ms-continuation: x   headers
 *                          an empty line, the body, and a line %% before the next answer
 *
 * Where the list is at its end, the service is gone. */
#ifndef FUZZ_PLAYED_H
#define FUZZ_PLAYED_H

#include <stddef.h>

void played_begin(const char *text, size_t n);        /* the text stays the caller's, and stays */
void played_end(void);

#endif
