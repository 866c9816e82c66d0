/* printable.c - which characters may be printed. */
#include "config.h"

#include "base/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* C0 with DEL, C1; marks, embeddings, overrides and isolates of direction, separators of lines and
 * paragraphs, the byte order mark. */
static const struct { uint32_t from, to; } hidden[] = {
    {0x00, 0x1f}, {0x7f, 0x9f}, {0x61c, 0x61c}, {0x200b, 0x200b}, {0x200e, 0x200f},
    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe007f},
};

static uint32_t code_point(const char *s, size_t n)
{
    static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)*s & first_bits[n];
    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)s[i] & 0x3f);
    return c;
}

size_t printable_length(const char *s, size_t n)
{
    size_t length = utf8_length(s, n);
    if (!length)
        return 0;
    uint32_t c = code_point(s, length);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (c >= hidden[i].from && c <= hidden[i].to)
            return 0;
    return length;
}

void printable_make(char *text, const char *stays)
{
    char *to = text;
    size_t left = strlen(text);
    bool spaced = false;                              /* what was written last is such a space */
    for (char *at = text; left;) {
        size_t n = printable_length(at, left), whole = utf8_length(at, left);
        bool space = *at == '\n' || *at == '\t' || *at == '\r';
        if (n) {
            memmove(to, at, n);
            to += n;
            spaced = false;
        } else {
            bool kept = strchr(stays, *at) != NULL;
            n = whole ? whole : 1;
            if (kept || !space || !spaced)
                *to++ = kept ? *at : space ? ' ' : '?';
            spaced = space && !kept;
        }
        at += n;
        left -= n;
    }
    *to = 0;
}
