/* hdr.h - a histogram in HdrHistogram's own form: V2, compressed, in base64, as logs (.hlog), its tools and
 * our JSON have it.
 *
 *   compressed:  cookie 4  | length 4 | zlib of:
 *   V2:          cookie 4  | length of the counts 4 | offset 4, 0 | digits 4, 3 | lowest 8, 1 | highest 8 | ratio 8, 1.0 | counts
 *   counts:      ZigZag LEB128, slot by slot up to the last that is used; -n: n slots that hold nothing
 *
 * All numbers are big-endian. Slots are those of vm/hist.h. The form has no exact sum, minimum and maximum:
 * what reads it back here finds them from the slots, and a caller that has the exact ones puts them in their
 * place. */
#ifndef SHOW_HDR_H
#define SHOW_HDR_H

#include "base/buf.h"
#include "base/error.h"
#include "vm/packed.h"

void hdr_put(const struct packed *, struct buf *);                    /* V2, as bytes */
void hdr_put_base64(const struct packed *, struct buf *);             /* V2, compressed, as text */
/* On the heap, freed with mem_free. NULL: it is none of ours (err says why), whatever the bytes are. */
struct packed *hdr_read(const void *bytes, size_t n, struct error *);
struct packed *hdr_read_base64(const char *text, struct error *);

#endif
