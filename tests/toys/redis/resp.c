#include "config.h"

#include "backends/redis/redis.h"

#include <stdlib.h>
#include <string.h>

void resp_begin(struct buf *b, uint32_t n)
{
    buf_printf(b, "*%u\r\n", n);
}

void resp_put(struct buf *b, const void *p, size_t n)
{
    buf_printf(b, "$%zu\r\n", n);
    buf_add(b, p, n);
    buf_puts(b, "\r\n");
}

void resp_puts(struct buf *b, const char *text)
{
    resp_put(b, text, strlen(text));
}

long resp_length(const char *p, size_t n)
{
    const char *at = p, *end = p + n;
    for (long left = 1; left; left--) {
        const char *line = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        if (!line)
            return 0;
        long number = strtol(at + 1, NULL, 10);
        if (!strchr("+-:$*", *at) || number < -1)
            return -1;
        if (*at == '$' && number >= 0) {
            if (end - line - 1 < number + 2)
                return 0;
            line += number + 2;
        } else if (*at == '*' && number > 0) {
            left += number;
        }
        at = line + 1;
    }
    return at - p;
}

struct reply resp_read(char **at)
{
    char *line = strchr(*at, '\n');
    struct reply r = {.kind = **at, .text = *at + 1, .n = (size_t)(line - *at - 2),
                      .number = strtol(*at + 1, NULL, 10)};
    *at = line + 1;
    r.nil = strchr("$*", r.kind) && r.number < 0;
    if (r.kind == '$' && !r.nil) {
        r.text = *at;
        r.n = (size_t)r.number;
        *at += r.n + 2;
    }
    return r;
}
