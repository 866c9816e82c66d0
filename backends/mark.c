/* mark.c - taken, seen to by a thread every few seconds, taken again after a cut connection, dropped. */
#include "config.h"

#include "backends/mark.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backends/backend.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/thread.h"

static const uint64_t RENEW_NS = 3 * NS_PER_S;        /* lease.c counts on several of these within a lease */
enum { END_WAIT_S = 15 };                             /* a server that says nothing holds up nobody's end for
                                                         longer */

struct mark {
    struct instance inst;                             /* as it was when the mark was taken: a target may move
                                                         on */
    pthread_mutex_t use;                              /* of server and the fields that follow */
    struct server *server;                            /* NULL: the connection was lost */
    bool held;
    uint32_t breaks;                                  /* times that it was not held for a while */
    struct holder who;                                /* ourselves */
    bool running;
    pthread_t thread;
    pthread_mutex_t end_lock;
    pthread_cond_t end;
    bool ending;
};

static const struct store *store_of(const struct mark *m)
{
    return m->inst.backend->store;
}

static void close_server(struct mark *m)
{
    if (m->server)
        store_of(m)->close(m->server);
    m->server = NULL;
}

/* ---- while it is held ---- */

/* Where the connection was cut, so was the mark; it is ours again if nobody was faster. */
static int take_again(struct mark *m, struct error *err)
{
    struct holder holder;
    m->breaks += m->held;
    m->held = false;
    close_server(m);
    int rc = store_of(m)->open(&m->inst, &m->server, err);
    if (rc < 0) {
        m->server = NULL;
        return rc;
    }
    rc = store_of(m)->mark->take(m->server, &holder, err);
    if (rc == MARK_TAKEN)
        return error_set(err, ERR_LOST, "another wklrun (%s) has taken them meanwhile", holder.words);
    m->held = rc == 0;
    m->who = holder;
    return rc;
}

/* With m->use held. */
static int see_to(struct mark *m, struct error *err)
{
    struct error lost = {0};
    if (m->held && store_of(m)->mark->renew(m->server, &lost) == 0)
        return 0;
    return take_again(m, err);
}

static void *keep(void *arg)
{
    struct mark *m = arg;
    pthread_mutex_lock(&m->end_lock);
    while (!m->ending) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += (time_t)(RENEW_NS / NS_PER_S);
        if (pthread_cond_timedwait(&m->end, &m->end_lock, &until) != ETIMEDOUT)
            continue;
        pthread_mutex_unlock(&m->end_lock);
        pthread_mutex_lock(&m->use);
        see_to(m, NULL);
        pthread_mutex_unlock(&m->use);
        pthread_mutex_lock(&m->end_lock);
    }
    pthread_mutex_unlock(&m->end_lock);
    return NULL;
}

static void start(struct mark *m)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&m->end, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&m->end_lock, NULL);
    m->held = m->running = true;
    thread_start(&m->thread, keep, m, "a thread that sees to the mark on the tables");
}

int mark_check(struct mark *m, uint32_t *breaks, struct error *err)
{
    pthread_mutex_lock(&m->use);
    int rc = see_to(m, err);
    *breaks = m->breaks;
    pthread_mutex_unlock(&m->use);
    return rc;
}

/* ---- taking and dropping ---- */

int mark_try(struct mark *m, struct holder *holder, struct error *err)
{
    int rc = store_of(m)->mark->take(m->server, holder, err);
    if (rc != 0)
        return rc;
    m->who = *holder;
    start(m);
    return 0;
}

bool mark_is_held_by(const struct mark *m, const struct holder *holder)
{
    return !strcmp(m->who.id, holder->id);
}

int mark_open(const struct instance *inst, struct mark **out, struct holder *holder, struct error *err)
{
    struct mark *m = mem_alloc(sizeof *m);
    *m = (struct mark){.inst = *inst};
    pthread_mutex_init(&m->use, NULL);
    *out = NULL;
    int rc = store_of(m)->open(&m->inst, &m->server, err);
    if (rc < 0)
        m->server = NULL;
    else
        rc = mark_try(m, holder, err);
    if (rc < 0)
        mark_drop(m);
    else
        *out = m;
    return rc;
}

/* False: it waits for a server that says nothing, and is left to the end of the process. */
static bool stop(struct mark *m)
{
    struct timespec until;
    if (!m->running)
        return true;
    pthread_mutex_lock(&m->end_lock);
    m->ending = true;
    pthread_cond_signal(&m->end);
    pthread_mutex_unlock(&m->end_lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += END_WAIT_S;
    if (pthread_timedjoin_np(m->thread, NULL, &until) == 0)
        return true;
    pthread_detach(m->thread);
    return false;
}

void mark_drop(struct mark *m)
{
    if (!m || !stop(m))
        return;
    if (m->held)
        store_of(m)->mark->drop(m->server);
    close_server(m);
    if (m->running) {
        pthread_cond_destroy(&m->end);
        pthread_mutex_destroy(&m->end_lock);
    }
    pthread_mutex_destroy(&m->use);
    mem_free(m);
}

/* ---- who holds it ---- */

void mark_put_self(struct buf *b)
{
    enum { MOST = 63 };                               /* PostgreSQL cuts an application's name there */
    char host[256] = "?", stamp[32], text[400];
    time_t now = time(NULL);
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", &tm);
    gethostname(host, sizeof host - 1);
    for (char *c = host; *c; c++)
        if (*c <= ' ' || *c > '~' || *c == '/' || *c == '\'' || *c == '\\')
            *c = '-';
    int n = snprintf(text, sizeof text, "wkl/%ld/%s/%s", (long)getpid(), stamp, host);
    buf_add(b, text, n < MOST ? (size_t)n : MOST);
}

void mark_read_holder(const char *text, struct holder *holder)
{
    char *words = holder->words;
    snprintf(holder->id, sizeof holder->id, "%s", text);
    long pid;
    int y, mo, d, h, mi, s, at = 0;
    if (sscanf(text, "wkl/%ld/%4d%2d%2dT%2d%2d%2dZ/%n", &pid, &y, &mo, &d, &h, &mi, &s, &at) == 7 && at)
        snprintf(words, MARK_WORDS, "pid %ld on %.63s since %04d-%02d-%02d %02d:%02d:%02d UTC", pid,
                 text + at, y, mo, d, h, mi, s);
    else
        snprintf(words, MARK_WORDS, "%.200s", text);
}

uint64_t mark_hash(const char *database, const char *schema, const char *prefix)
{
    struct buf b = {0};
    buf_printf(&b, "wkl\n%s\n%s\n%s", database ? database : "", schema ? schema : "", prefix ? prefix : "");
    uint64_t hash = map_hash(buf_text(&b));
    buf_release(&b);
    return hash;
}
