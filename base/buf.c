#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/bug.h"
#include "base/mem.h"
#include "base/utf8.h"

void buf_release(struct buf *b)
{
    free(b->data);
    *b = (struct buf){0};
}

void buf_wipe(struct buf *b)
{
    if (b->data)
        OPENSSL_cleanse(b->data, b->cap);
    buf_release(b);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->data)
        b->data[0] = 0;
}

void buf_reserve(struct buf *b, size_t more)
{
    size_t need = b->len + more + 1;
    if (need <= b->cap)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap < need)
        cap *= 2;
    b->data = mem_grow(b->data, cap);
    b->cap = cap;
}

void buf_add(struct buf *b, const void *p, size_t n)
{
    buf_reserve(b, n);
    if (n)
        memcpy(b->data + b->len, p, n);
    b->len += n;
    b->data[b->len] = 0;
}

void buf_puts(struct buf *b, const char *s)
{
    buf_add(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
    buf_reserve(b, 1);
    b->data[b->len++] = c;
    b->data[b->len] = 0;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    BUG_UNLESS(n >= 0);
    buf_reserve(b, (size_t)n);
    vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
    va_end(again);
    b->len += (size_t)n;
}

void buf_put_i64(struct buf *b, int64_t v)
{
    char digits[20];
    int n = 0;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        digits[n++] = (char)('0' + u % 10);
    while (u /= 10);
    buf_reserve(b, 21);
    if (v < 0)
        b->data[b->len++] = '-';
    while (n)
        b->data[b->len++] = digits[--n];
    b->data[b->len] = 0;
}

void buf_put_count(struct buf *b, uint64_t n, const char *one)
{
    size_t len = strlen(one);
    int ies = n != 1 && len > 1 && one[len - 1] == 'y' && !strchr("aeiou", one[len - 2]);   /* query, but key */
    buf_printf(b, "%llu %.*s%s", (unsigned long long)n, (int)(ies ? len - 1 : len), one,
               n == 1 ? "" : ies ? "ies" : "s");
}

void buf_put_json_part(struct buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        size_t more = c < 0x80 ? 1 : utf8_length(s + i, n - i);
        if (c == '"' || c == '\\') {
            buf_putc(b, '\\');
            buf_putc(b, (char)c);
        } else if (c < 0x20) {
            buf_printf(b, "\\u%04x", c);
        } else if (!more) {
            buf_puts(b, "\\ufffd");
        } else if (more > 1) {
            buf_add(b, s + i, more);
            i += more - 1;
        } else {
            buf_putc(b, (char)c);
        }
    }
}

void buf_put_json(struct buf *b, const char *s, size_t n)
{
    buf_putc(b, '"');
    buf_put_json_part(b, s, n);
    buf_putc(b, '"');
}

const char *buf_text(const struct buf *b)
{
    return b->data ? b->data : "";
}
