#include "config.h"

#include "show/progress.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/bug.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/printable.h"
#include "findings/number.h"
#include "show/grid.h"

static const uint64_t redraw_ns = 100 * NS_PER_MS, plain_ns = 10 * NS_PER_S;
enum { BAR = 12, NARROW = 40 };

struct progress {
    int fd;
    bool quiet, terminal, drawn;                      /* drawn: the line is on the terminal */
    uint64_t every_ns;
    uint64_t (*clock)(void);
    char *phase, *unit, *line;                        /* phase NULL: none is open */
    uint64_t begun, last;                             /* when; last: it was drawn or printed */
    uint64_t done, total;
    double weight;                                    /* bytes that `total` comes to; 0: nobody said */
};

struct progress *progress_open(const struct progress_options *o)
{
    struct progress *p = mem_alloc(sizeof *p);
    p->fd = o->fd;
    p->quiet = o->quiet;
    const char *term = getenv("TERM");
    p->terminal = o->manner == PROGRESS_DETECT ? isatty(o->fd) && !(term && !strcmp(term, "dumb"))
                                               : o->manner == PROGRESS_TERMINAL;
    p->every_ns = p->terminal ? redraw_ns : o->every_ns ? o->every_ns : plain_ns;
    p->clock = o->clock ? o->clock : clock_ns;
    return p;
}

/* What cannot be shown is not worth an error: the work goes on. */
static void write_all(struct progress *p, const struct buf *b)
{
    for (size_t at = 0; at < b->len;) {
        ssize_t n = write(p->fd, b->data + at, b->len - at);
        if (n < 0 && errno != EINTR)
            return;
        at += n > 0 ? (size_t)n : 0;
    }
}

static void set_text(char **to, const char *text)
{
    char *copy = text ? mem_strdup(text) : NULL;
    mem_free(*to);
    *to = copy;
}

void progress_clear(struct progress *p)
{
    struct buf b = {0};
    if (!p->drawn)
        return;
    buf_puts(&b, "\r\033[K");
    write_all(p, &b);
    buf_release(&b);
    p->drawn = false;
}

void progress_close(struct progress *p)
{
    if (!p)
        return;
    progress_clear(p);
    mem_free(p->phase);
    mem_free(p->unit);
    mem_free(p->line);
    mem_free(p);
}

/* ---- the line ---- */

static unsigned columns_of(const struct progress *p)
{
    struct winsize size;
    unsigned columns = ioctl(p->fd, TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
    return columns < NARROW ? NARROW : columns;
}

/* Cuts to what goes on one line: a longer one would wrap and could not be drawn over. */
static void cut(struct buf *b, unsigned columns)
{
    size_t used = 0;
    for (size_t i = 0; i < b->len; i++)
        if (((unsigned char)b->data[i] & 0xC0) != 0x80 && ++used >= columns) {
            b->len = i;
            b->data[i] = 0;
            return;
        }
}

static void put_span(struct buf *b, double seconds)
{
    if (seconds < 90)
        buf_printf(b, "%.*f s", seconds < 9.95 ? 1 : 0, seconds);
    else if (seconds < 5400)
        buf_printf(b, "%.0f min", seconds / 60);
    else
        buf_printf(b, "%.1f h", seconds / 3600);
}

static double seconds_since(const struct progress *p, uint64_t then)
{
    return (double)(p->clock() - then) / 1e9;
}

static void put_bar(struct buf *b, double share)
{
    int full = (int)(share * BAR);
    buf_puts(b, " ");
    for (int i = 0; i < BAR; i++)
        buf_puts(b, i < full ? "█" : "░");
}

/* ", 12 MB/s" */
static void put_bytes_rate(const struct progress *p, double seconds, struct buf *b)
{
    if (p->weight <= 0)
        return;
    buf_puts(b, ", ");
    number_put_bytes(b, p->weight * (double)p->done / (double)p->total / seconds);
    buf_puts(b, "/s");
}

static void put_counted(const struct progress *p, struct buf *b)
{
    double seconds = seconds_since(p, p->begun), share = (double)p->done / (double)p->total;
    share = share > 1 ? 1 : share;
    if (p->terminal)
        put_bar(b, share);
    buf_printf(b, " %3.0f %%  ", share * 100 - 0.4999 < 0 ? 0 : share * 100 - 0.4999);  /* 100 only when all is done */
    number_put_count(b, (double)p->done);
    buf_puts(b, " of ");
    number_put_count(b, (double)p->total);
    buf_printf(b, " %s", p->unit);
    if (seconds <= 0 || !p->done)
        return;
    buf_puts(b, ", ");
    number_put(b, (double)p->done / seconds);
    buf_puts(b, "/s");
    put_bytes_rate(p, seconds, b);
    if (p->done < p->total) {
        buf_puts(b, ", ");
        put_span(b, (double)(p->total - p->done) / ((double)p->done / seconds));
        buf_puts(b, " left");
    }
}

static void put_line(const struct progress *p, struct buf *b)
{
    buf_printf(b, "%s:", p->phase);
    if (p->total)
        put_counted(p, b);
    if (p->line)
        buf_printf(b, " %s", p->line);
}

bool progress_due(const struct progress *p)
{
    return !p->quiet && p->phase && p->clock() - p->last >= p->every_ns;
}

static void draw(struct progress *p, bool at_once)
{
    struct buf b = {0};
    if (p->quiet || !p->phase || (!at_once && !progress_due(p)))
        return;
    if (p->terminal)
        buf_putc(&b, '\r');
    put_line(p, &b);
    if (p->terminal) {
        cut(&b, columns_of(p) + 1);                   /* the \r takes none; the last column stays free */
        buf_puts(&b, "\033[K");
    } else {
        buf_putc(&b, '\n');
    }
    write_all(p, &b);
    buf_release(&b);
    p->drawn = p->terminal;
    p->last = p->clock();
}

/* ---- phases ---- */

void progress_begin(struct progress *p, const char *phase, const char *unit, uint64_t total)
{
    BUG_UNLESS(!p->phase && (unit || !total));
    set_text(&p->phase, phase);
    set_text(&p->unit, unit);
    set_text(&p->line, NULL);
    p->done = 0;
    p->total = total;
    p->weight = 0;
    p->begun = p->last = p->clock();
    if (p->terminal)
        draw(p, true);
}

void progress_weigh(struct progress *p, double bytes)
{
    p->weight = bytes;
}

void progress_update(struct progress *p, uint64_t done)
{
    p->done = done;
    draw(p, false);
}

void progress_line(struct progress *p, const char *text)
{
    set_text(&p->line, text);
    draw(p, false);
}

static void put_summary(const struct progress *p, struct buf *b)
{
    double seconds = seconds_since(p, p->begun);
    buf_printf(b, "%s: ", p->phase);
    if (p->total) {
        if (p->done < p->total)
            buf_puts(b, "stopped at ");
        number_put_count(b, (double)p->done);
        if (p->done < p->total) {
            buf_puts(b, " of ");
            number_put_count(b, (double)p->total);
        }
        buf_printf(b, " %s in ", p->unit);
    }
    put_span(b, seconds);
    if (p->total && seconds > 0) {
        buf_puts(b, ", ");
        number_put(b, (double)p->done / seconds);
        buf_puts(b, "/s");
        put_bytes_rate(p, seconds, b);
    }
}

void progress_end(struct progress *p)
{
    struct buf b = {0};
    if (!p->phase)
        return;
    put_summary(p, &b);
    progress_say(p, "%s", buf_text(&b));
    buf_release(&b);
    set_text(&p->phase, NULL);
}

static void say(struct progress *p, const char *fmt, va_list ap)
{
    struct buf b = {0};
    char text[2048];
    vsnprintf(text, sizeof text, fmt, ap);
    printable_make(text, "");
    buf_printf(&b, "%s%s%s\n", p->drawn ? "\r" : "", text, p->drawn ? "\033[K" : "");
    write_all(p, &b);
    buf_release(&b);
    p->drawn = false;
}

void progress_say(struct progress *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (!p->quiet)
        say(p, fmt, ap);
    va_end(ap);
}

void progress_pass(struct progress *p, const char *fmt, ...)
{
    char text[2048];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (!p->terminal) {
        progress_say(p, "%s", text);
    } else if (!p->quiet) {
        struct buf b = {0};
        printable_make(text, "");
        buf_printf(&b, "\r%s", text);
        cut(&b, columns_of(p) + 1);
        buf_puts(&b, "\033[K");
        write_all(p, &b);
        buf_release(&b);
        p->drawn = true;
    }
}

void progress_complain(struct progress *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(p, fmt, ap);
    va_end(ap);
}

/* ---- measuring ---- */

void progress_measured(struct progress *p, const struct progress_measure *m)
{
    struct buf b = {0};
    buf_puts(&b, m->label);
    if (m->stage)
        buf_printf(&b, "  %s", m->stage);
    int digits = m->of_seconds > 0 && m->of_seconds < 1 ? 2 : 1;
    buf_printf(&b, "  %.*f", digits, m->seconds);
    if (m->of_seconds > 0)                            /* 10 s, 1.5 s, 0.25 s: as it was asked for */
        buf_printf(&b, "/%.*f", m->of_seconds == floor(m->of_seconds) ? 0 : digits, m->of_seconds);
    buf_puts(&b, " s  ");
    if (m->left_seconds > 0) {
        buf_puts(&b, "(all: ");
        put_span(&b, m->left_seconds);
        buf_puts(&b, " left)  ");
    }
    number_put(&b, m->per_second);
    buf_puts(&b, "/s");
    if (m->errors) {                                  /* before what a narrow terminal cuts off */
        buf_puts(&b, "  ");
        number_put_count(&b, (double)m->errors);
        buf_puts(&b, m->errors == 1 ? " ERROR" : " ERRORS");
    }
    if (m->p50_ns >= 0) {
        buf_puts(&b, "  p50 ");
        number_put_duration(&b, (double)m->p50_ns);
        buf_puts(&b, "  p99 ");
        number_put_duration(&b, (double)m->p99_ns);
    }
    if (m->lag_ns >= 0) {
        buf_puts(&b, "  late ");
        number_put_duration(&b, (double)m->lag_ns);
    }
    progress_line(p, buf_text(&b));
    buf_release(&b);
}
