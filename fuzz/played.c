/* played.c */
#include "config.h"

#include "fuzz/played.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "backends/http/http.h"
#include "backends/http/retry.h"
#include "base/bug.h"
#include "base/clock.h"
#include "base/mem.h"

enum { MOST_CALLS = 64 };

/* One at a time, as a harness has one input at a time. */
static struct played {
    const char *at, *end;
    struct buf headers;                               /* of the last answer; lines end with NUL */
} played;

struct http {
    struct loop *loop;
    struct timer timer;
    struct http_call *calls[MOST_CALLS];
    size_t ncalls;
};

void played_begin(const char *text, size_t n)
{
    played.at = text;
    played.end = text + n;
}

void played_end(void)
{
    buf_release(&played.headers);
}

/* ---- answers ---- */

static const char *line_end(const char *at, const char *end)
{
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    return newline ? newline : end;
}

static void take_body(const char *end, struct http_call *c)
{
    const char *mark = memmem(played.at, (size_t)(end - played.at), "\n%%\n", 4);
    buf_add(&c->reply, played.at, (size_t)((mark ? mark : end) - played.at));
    played.at = mark ? mark + 4 : end;
}

static void play(struct http_call *c)
{
    buf_clear(&c->reply);
    buf_clear(&played.headers);
    buf_reserve(&c->reply, 0);
    c->reply.data[0] = 0;
    c->sends = 1;
    c->code = played.at == played.end ? ERR_LOST : 0;
    c->status = 0;
    for (bool first = true; played.at < played.end; first = false) {
        const char *line = played.at, *end = line_end(line, played.end);
        played.at = end < played.end ? end + 1 : end;
        if (line == end)
            break;
        size_t at = played.headers.len;
        buf_add(&played.headers, line, (size_t)(end - line));
        buf_putc(&played.headers, 0);
        if (first) {
            c->status = strtol(played.headers.data + at, NULL, 10) % 1000;
            buf_clear(&played.headers);
        }
    }
    take_body(played.end, c);
    if (c->status <= 0)
        c->code = ERR_LOST;
    c->words[0] = 0;
    if (c->code)
        strcpy(c->words, "the service is gone");
}

/* ---- what stands in for http.c, retry.c and the clock ---- */

struct http *__wrap_http_new(struct loop *, uint32_t);
void __wrap_http_free(struct http *);
void __wrap_http_start(struct http *, struct http_call *);
int __wrap_http_perform(struct http_call *);
const char *__wrap_http_reply_header(struct http_call *, const char *);
uint64_t __wrap_retry_wait(struct retry *, uint32_t, uint64_t);
int __wrap_nanosleep(const struct timespec *, struct timespec *);

/* All that were started, as an event loop would report them: after the code that started them has
 * returned. */
static void report(struct timer *t)
{
    struct http *h = t->owner;
    while (h->ncalls) {
        struct http_call *c = h->calls[--h->ncalls];
        play(c);
        c->done(c);
    }
}

struct http *__wrap_http_new(struct loop *loop, uint32_t connections)
{
    struct http *h = mem_alloc(sizeof *h);
    BUG_UNLESS(connections <= MOST_CALLS);
    h->loop = loop;
    h->timer = (struct timer){.fire = report, .owner = h};
    return h;
}

void __wrap_http_free(struct http *h)
{
    if (h)
        loop_timer_cancel(h->loop, &h->timer);
    mem_free(h);
}

void __wrap_http_start(struct http *h, struct http_call *c)
{
    BUG_UNLESS(h->ncalls < MOST_CALLS);
    h->calls[h->ncalls++] = c;
    loop_timer_set(h->loop, &h->timer, clock_ns());
}

int __wrap_http_perform(struct http_call *c)
{
    play(c);
    return c->code;
}

const char *__wrap_http_reply_header(struct http_call *c, const char *name)
{
    (void)c;
    size_t n = strlen(name);
    for (const char *at = buf_text(&played.headers), *end = at + played.headers.len; at < end;
         at += strlen(at) + 1)
        if (!strncasecmp(at, name, n) && at[n] == ':')
            return at + n + 1 + (at[n + 1] == ' ');
    return NULL;
}

uint64_t __wrap_retry_wait(struct retry *r, uint32_t tries, uint64_t asked)
{
    (void)r, (void)tries, (void)asked;
    return 0;
}

int __wrap_nanosleep(const struct timespec *asked, struct timespec *left)
{
    (void)asked, (void)left;
    return 0;
}
