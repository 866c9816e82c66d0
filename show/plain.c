#include "config.h"

#include "show/plain.h"

#include <string.h>

static const struct { const char *sign; char ascii;
} signs[] = {
    {"µ", 'u'}, {"×", 'x'}, {"–", '-'}, {"−", '-'}, {"─", '-'}, {"·", '.'}, {"…", '~'},
    {"≤", '<'}, {"≥", '>'}, {"±", '~'}, {"✓", '+'}, {"✗", '!'}, {"▁", '.'}, {"▂", ':'},
    {"▃", '-'}, {"▄", '='}, {"▅", '+'}, {"▆", '*'}, {"▇", '%'}, {"█", '#'}, {"░", '.'},
};

void plain_make(struct buf *b, size_t from)
{
    size_t to = from;
    for (size_t i = from; i < b->len;) {
        size_t n = 1;
        char c = b->data[i];
        while (i + n < b->len && ((unsigned char)b->data[i + n] & 0xC0) == 0x80)
            n++;
        for (size_t s = 0; n > 1 && s < sizeof signs / sizeof *signs; s++)
            if (strlen(signs[s].sign) == n && !memcmp(signs[s].sign, b->data + i, n))
                c = signs[s].ascii;
        b->data[to++] = (unsigned char)c < 0x80 ? c : '?';
        i += n;
    }
    if (b->data)
        b->data[b->len = to] = 0;
}
