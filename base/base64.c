/* base64.c - RFC 4648, by libcrypto. */
#include "config.h"

#include "base/base64.h"

#include <openssl/evp.h>

void base64_put(struct buf *b, const void *p, size_t n)
{
    size_t chars = (n + 2) / 3 * 4;
    buf_reserve(b, chars + 1);
    EVP_EncodeBlock((unsigned char *)b->data + b->len, p, (int)n);
    b->len += chars;
    b->data[b->len] = 0;
}

bool base64_read(char *text, size_t *n)
{
    size_t padding = 0, chars = *n;
    while (padding < 2 && padding < chars && text[chars - 1 - padding] == '=')
        padding++;
    if (chars % 4)
        return false;
    if (!chars)
        return true;
    /* it may be decoded onto itself: three bytes are written only after the four characters that gave them
     * were read */
    int got = EVP_DecodeBlock((unsigned char *)text, (const unsigned char *)text, (int)chars);
    if (got < 0)
        return false;
    *n = (size_t)got - padding;
    return true;
}
