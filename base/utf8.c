/* utf8.c - the table of well-formed byte sequences of the Unicode standard (3.9, table 3-7). */
#include "config.h"

#include "base/utf8.h"

/* low … high: of the second byte; all others are 80 … BF */
static const struct { unsigned char first, last, low, high, bytes;
} rows[] = {
    {0x00, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t utf8_length(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    size_t r = 0;
    while (n && r < sizeof rows / sizeof *rows && (*p < rows[r].first || *p > rows[r].last))
        r++;
    if (!n || r == sizeof rows / sizeof *rows || rows[r].bytes > n)
        return 0;
    for (size_t i = 1; i < rows[r].bytes; i++)
        if (p[i] < (i == 1 ? rows[r].low : 0x80) || p[i] > (i == 1 ? rows[r].high : 0xbf))
            return 0;
    return rows[r].bytes;
}
