/* buf.h - a growable byte string on the heap, always followed by a NUL. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data;                                       /* NULL until something was added; use buf_text() */
    size_t len, cap;
};

void buf_release(struct buf *);
void buf_wipe(struct buf *);                          /* the same of a secret: its bytes are overwritten
                                                         before */
void buf_clear(struct buf *);                         /* keeps the memory */
void buf_reserve(struct buf *, size_t more);          /* room for that many further bytes */
void buf_add(struct buf *, const void *p, size_t n);
void buf_puts(struct buf *, const char *s);
void buf_putc(struct buf *, char c);
void buf_printf(struct buf *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *, const char *fmt, va_list);
void buf_put_i64(struct buf *, int64_t v);            /* decimal, without printf's cost */
void buf_put_count(struct buf *, uint64_t n, const char *one);  /* "1 query", "3 queries", "2 keys" */
void buf_put_json(struct buf *, const char *s, size_t n); /* a JSON string with its quotes; what is no UTF-8
                                                             as U+FFFD */
void buf_put_json_part(struct buf *, const char *s, size_t n);   /* the same without its quotes */
const char *buf_text(const struct buf *);             /* "" where empty */

#endif
