/* hlog.c - all latencies as a log of HdrHistogram, version 1.2, which its viewers and libraries read: a line
 * an interval, tagged.
 *
 *   Tag=serve/binpacked/sqlite/response,12.500000,2.000000,1.045,HISTF…
 *        run / what is swept / strategy / backend / which time; from and for how long, in seconds; its greatest, in ms; all, in ns
 *
 * Response times have a line for each slice of a round that says all of it, else one for each round; the
 * others are kept as a whole. The lines of one tag add up to what the other reports say of it. */
#include "config.h"

#include "show/report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "findings/whose.h"
#include "show/hdr.h"

struct line { double from; size_t number; struct buf text; };    /* number: as they were added */
struct log { struct line *lines; size_t n; };

/* A tag ends at a comma; white space would be cut off by some readers. */
static void put_word(struct buf *b, const char *text)
{
    for (; *text; text++)
        buf_putc(b, strchr(", \t\"", *text) ? '_' : *text);
}

static void put_tag(struct buf *b, const struct result_entry *e, const char *which)
{
    put_word(b, e->run);
    buf_putc(b, '/');
    for (uint32_t i = 0; i < e->nsweep; i++) {
        put_word(b, e->sweep[i].name);
        buf_putc(b, '=');
        put_word(b, e->sweep[i].text);
        buf_putc(b, '/');
    }
    put_word(b, e->strategy);
    buf_putc(b, '/');
    put_word(b, e->backend);
    if (e->whole) {
        buf_putc(b, '/');
        put_word(b, e->query);
    }
    buf_printf(b, "/%s", which);
}

static void add_line(struct log *log, const struct result_entry *e, const char *which, double from,
                     double seconds, const struct packed *p)
{
    if (!p || !p->count)
        return;
    log->lines = mem_grow(log->lines, (log->n + 1) * sizeof *log->lines);
    struct line *line = log->lines + log->n;
    *line = (struct line){from, log->n++, {0}};
    buf_puts(&line->text, "Tag=");
    put_tag(&line->text, e, which);
    buf_printf(&line->text, ",%.6f,%.6f,%.3f,", from, seconds, (double)p->max / 1e6);
    hdr_put_base64(p, &line->text);
    buf_putc(&line->text, '\n');
}

static void add_hist(struct log *log, const struct result_entry *e, const char *which, double from,
                     double seconds, const struct hist *h)
{
    struct packed *p = h ? packed_new(h) : NULL;
    add_line(log, e, which, from, seconds, p);
    mem_free(p);
}

static bool slices_say_all(const struct result_round *round)
{
    uint64_t n = 0;
    for (uint32_t i = 0; i < round->nslices; i++)
        n += round->slices[i].response->count;
    return round->response && n == round->response->count;
}

static void add_round(struct log *log, const struct result_entry *e, const struct result_round *round)
{
    if (!slices_say_all(round)) {
        add_hist(log, e, "response", round->began, round->seconds, round->response);
        return;
    }
    for (uint32_t i = 0; i < round->nslices; i++)
        add_line(log, e, "response", round->began + round->slices[i].from, round->slices[i].seconds,
                 round->slices[i].response);
}

static void add_entry(struct log *log, const struct result_entry *e)
{
    const struct result_round *last = e->nrounds ? e->rounds + e->nrounds - 1 : NULL;
    double from = last ? e->rounds->began : 0, seconds = last ? last->began + last->seconds - from : 0;
    for (uint32_t i = 0; i < e->nrounds; i++)
        add_round(log, e, e->rounds + i);
    add_hist(log, e, "service", from, seconds, e->all.service);
    add_hist(log, e, "wait", from, seconds, e->all.wait);
    add_hist(log, e, "lag", from, seconds, e->all.lag);
    for (uint32_t i = 0; i < e->nqueries; i++) {      /* when is the whole's affair */
        add_hist(log, &e->queries[i], "response", from, seconds, e->queries[i].all.response);
        add_hist(log, &e->queries[i], "service", from, seconds, e->queries[i].all.service);
    }
}

/* Readers go from the first to the last moment. */
static int by_time(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

/* Seconds since 1970 of "2026-11-21T06:46:00Z"; 0: it is none. */
static long long epoch_of(const char *started)
{
    struct tm tm = {0};
    const char *end = strptime(started, "%Y-%m-%dT%H:%M:%SZ", &tm);
    return end && !*end ? (long long)timegm(&tm) : 0;
}

void report_put_hlog(const struct results *r, const struct report_options *options, struct buf *out)
{
    struct log log = {0};
    (void)options;
    for (size_t i = 0; i < r->entries.count; i++)
        add_entry(&log, r->entries.items[i]);
    if (log.n)
        qsort(log.lines, log.n, sizeof *log.lines, by_time);
    buf_printf(out, "#[wkl %s: %s, seed %llu; values are nanoseconds, Interval_Max is in milliseconds]\n",
               r->version, r->workload, (unsigned long long)r->seed);
    for (size_t i = 0; i < r->backends.count; i++) {
        struct buf server = {0};
        whose_put_server(&server, r, r->backends.items[i]->name);
        if (server.len)
            buf_printf(out, "#[%s is not the service: %s]\n", r->backends.items[i]->name, buf_text(&server));
        buf_release(&server);
    }
    buf_puts(out, "#[Histogram log format version 1.2]\n");
    buf_printf(out, "#[StartTime: %lld.000 (seconds since epoch), %s]\n", epoch_of(r->started), r->started);
    buf_puts(out,
             "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n");
    for (size_t i = 0; i < log.n; i++) {
        buf_puts(out, buf_text(&log.lines[i].text));
        buf_release(&log.lines[i].text);
    }
    mem_free(log.lines);
}
