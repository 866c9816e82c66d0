/* request_log.c - from rings to a file. */
#include "config.h"

#include "run/request_log.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/thread.h"
#include "show/csv.h"

enum { WRITE_BYTES = 256 * 1024, REST_US = 5000 };    /* a rest is short enough that no ring fills up in it at
                                                         a few million a second */

struct request_log {
    const char *path;
    int fd, failed;                                   /* failed: errno of the first write that did not go */
    uint64_t began, lost;
    const atomic_bool *stop;
    struct buf lines;
    pthread_t thread;
    /* of the measurement under way */
    struct buf who;                                   /* the first cells of its lines */
    uint64_t first_request;
    const char *const *queries;
    struct ring *const *rings;
    uint32_t nrings;
    atomic_bool over;
};

static void flush(struct request_log *log)
{
    if (!log->failed && !file_write_all(log->fd, log->lines.data, log->lines.len, log->stop))
        log->failed = errno;
    buf_clear(&log->lines);
}

struct request_log *request_log_open(const char *path, uint64_t began_ns, const atomic_bool *stop,
                                     struct error *err)
{
    int fd = file_open_stream(path, stop, err);
    if (fd < 0)
        return NULL;
    struct request_log *log = mem_alloc(sizeof *log);
    *log = (struct request_log){.path = path, .fd = fd, .began = began_ns, .stop = stop};
    buf_puts(&log->lines, "run,sweep,strategy,backend,round,query,client,request,intended_ns,started_ns,"
                          "ended_ns,response_ns,service_ns,status\n");
    flush(log);
    return log;
}

/* ---- lines ---- */

static void put_number(struct buf *b, bool there, uint64_t v)
{
    if (there)
        buf_put_i64(b, (int64_t)v);
    buf_putc(b, ',');
}

static void put_line(struct request_log *log, const struct ring_request *q)
{
    struct buf *b = &log->lines;
    bool sent = q->status != RING_SKIPPED, ended = q->ended != 0;
    buf_add(b, log->who.data, log->who.len);
    csv_put_text(b, sent ? log->queries[q->query] : "");
    put_number(b, sent, q->client);
    put_number(b, sent, q->number - log->first_request);
    put_number(b, true, q->intended - log->began);
    put_number(b, sent, q->started - log->began);
    put_number(b, ended, q->ended - log->began);
    put_number(b, ended, q->ended - q->intended);
    put_number(b, ended, q->ended - q->started);
    buf_puts(b, q->status == RING_ANSWERED ? "ok" : sent ? fault_name((enum fault)q->fault) : "skipped");
    buf_putc(b, '\n');
}

static void empty(struct request_log *log)
{
    struct ring_request q;
    for (uint32_t i = 0; i < log->nrings; i++)
        for (int taken = 0; taken < RING_PLACES && ring_take(log->rings[i], &q); taken++) {
            put_line(log, &q);
            if (log->lines.len >= WRITE_BYTES)
                flush(log);
        }
}

static void *work(void *arg)
{
    struct request_log *log = arg;
    for (;;) {
        bool over = atomic_load(&log->over);          /* looked at first: all that was put before is then
                                                         taken, for a ring holds no more */
        empty(log);
        if (over)
            return NULL;
        usleep(REST_US);
    }
}

/* ---- measurements ---- */

void request_log_begin(struct request_log *log, const struct request_source *of, struct ring *const *rings,
                       uint32_t n)
{
    buf_clear(&log->who);
    csv_put_text(&log->who, of->run);
    csv_put_text(&log->who, of->sweep);
    csv_put_text(&log->who, of->strategy);
    csv_put_text(&log->who, of->backend);
    put_number(&log->who, true, of->round);
    log->first_request = of->first_request;
    log->queries = of->queries;
    log->rings = rings;
    log->nrings = n;
    atomic_store(&log->over, false);
    thread_start(&log->thread, work, log, "the thread that writes the log of requests");
}

void request_log_end(struct request_log *log)
{
    atomic_store(&log->over, true);
    pthread_join(log->thread, NULL);
    for (uint32_t i = 0; i < log->nrings; i++)
        log->lost += log->rings[i]->lost;
    flush(log);
    log->nrings = 0;
}

uint64_t request_log_lost(const struct request_log *log)
{
    return log->lost;
}

int request_log_close(struct request_log *log, struct error *err)
{
    if (!log)
        return 0;
    if (close(log->fd) != 0 && !log->failed)
        log->failed = errno;
    int rc = log->failed
                 ? error_set(err, ERR_IO, "'%s' cannot be written: %s", log->path, strerror(log->failed))
                 : 0;
    buf_release(&log->lines);
    buf_release(&log->who);
    mem_free(log);
    return rc;
}
