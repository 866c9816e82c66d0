/* base64.h - bytes as text: keys and signatures of services, histograms in results. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

void base64_put(struct buf *, const void *p, size_t n);
bool base64_read(char *text, size_t *n);              /* in place: n characters become n bytes; false: it is not
                                                         base64 */

#endif
