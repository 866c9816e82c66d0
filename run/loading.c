#include "config.h"

#include "run/loading.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backends/admin.h"
#include "base/clock.h"
#include "base/handles.h"
#include "base/thread.h"
#include "run/load.h"

/* A stretch is what an interruption can lose: about a second's work, and the more of a table's rows the more
 * there are, so that the list of them stays short. */
enum { STRETCH_ROWS = 100000, STRETCHES_A_TABLE = 4096 };
enum { WHOLE_ROWS = 2000000 };                        /* of a table that comes as one stretch, where that
                                                         pays */
enum { MAX_LOADERS = 16 };
enum { LOOK_US = 2000 };                              /* how often the loaders are looked at: the end of a
                                                         load is timed so exactly */
enum { HANDLES_A_STREAM = 8 };                        /* its connections, and a loop where it has one */
enum { SEALED_AT_ONCE = 500, SEAL_SHOWN = 100 };      /* tables in a call; from so many on their progress is
                                                         shown */

static const struct store *store_of(const struct loading *l)
{
    return l->target->inst->backend->store;
}

/* ---- what is to be brought ---- */

/* How many threads suit so much work. */
static uint32_t streams_for(const struct loading *l, size_t pieces)
{
    uint32_t n = runner_jobs(l->runner, UINT32_MAX), most = l->target->inst->backend->caps.load_streams;
    n = most && n > most ? most : n;
    n = n > MAX_LOADERS ? MAX_LOADERS : n;
    return pieces < n ? (uint32_t)pieces : n;
}

/* A table comes whole only where there are others to keep the other streams busy. */
static uint64_t stretch_rows(const struct loading *l, const struct table *t)
{
    const struct caps *caps = &l->target->inst->backend->caps;
    uint32_t streams = streams_for(l, SIZE_MAX);
    if (caps->load_whole && t->rows <= WHOLE_ROWS && (streams == 1 || l->expected >= 2 * streams))
        return t->rows;
    uint64_t rows = t->rows / STRETCHES_A_TABLE, least = caps->load_rows ? caps->load_rows : STRETCH_ROWS;
    return rows < least ? least : rows;
}

static void add_stretches(struct loading *l, const struct table *t, const char *digest, uint64_t from,
                          uint64_t to)
{
    uint64_t most = stretch_rows(l, t);
    l->rows += to - from;
    l->bytes += (double)(to - from) * data_row_bytes(t);
    for (uint64_t n; from < to; from += n) {
        n = to - from < most ? to - from : most;
        vec_push(&l->runner->arena, &l->stretches, ((struct stretch){t, from, from + n, digest}));
    }
}

static void add_table(struct loading *l, const struct table *t, const char *digest)
{
    vec_push(&l->runner->arena, &l->tables, t);
    vec_push(&l->runner->arena, &l->digests, digest);
}

void loading_add(struct loading *l, const struct table *t, const char *digest)
{
    add_table(l, t, digest);
    add_stretches(l, t, digest, 0, t->rows);
}

struct span_of_rows { uint64_t from, to; };
struct noted {
    struct arena *arena;
    VEC(struct span_of_rows) spans;
};

static void take_noted(void *arg, uint64_t from, uint64_t to)
{
    struct noted *n = arg;
    vec_push(n->arena, &n->spans, ((struct span_of_rows){from, to}));
}

static int by_start(const void *x, const void *y)
{
    const struct span_of_rows *a = x, *b = y;
    return (a->from > b->from) - (a->from < b->from);
}

int loading_resume(struct loading *l, const struct table *t, const char *digest, bool *resumed,
                   struct error *err)
{
    struct noted noted = {.arena = &l->runner->arena};
    uint64_t at = 0;
    *resumed = false;
    if (!store_of(l)->loaded)
        return 0;
    int rc = store_of(l)->loaded(l->target->server, t, digest, take_noted, &noted, err);
    if (rc < 0 || !noted.spans.count)
        return rc;
    *resumed = true;
    add_table(l, t, digest);
    qsort(noted.spans.items, noted.spans.count, sizeof *noted.spans.items, by_start);
    for (size_t i = 0; i < noted.spans.count; i++) {
        if (noted.spans.items[i].from > at)
            add_stretches(l, t, digest, at, noted.spans.items[i].from);
        at = noted.spans.items[i].to > at ? noted.spans.items[i].to : at;
    }
    if (at < t->rows)
        add_stretches(l, t, digest, at, t->rows);
    return 0;
}

/* ---- bringing it ---- */

struct stream {                                       /* a thread that loads, or seals */
    pthread_t thread;
    void *job;                                        /* struct load_job, struct seal_job */
    bool own_server;                                  /* while sealing: the first takes the target's */
    struct error err;
    int rc;
    atomic_bool ended;
};

static void *load_thread(void *arg)
{
    struct stream *t = arg;
    t->rc = load_run(t->job, &t->err);
    atomic_store(&t->ended, true);
    return NULL;
}

/* At least one is needed; where the system has no more than some, those share the work. Returns how many
 * there are. */
static uint32_t start_streams(struct stream *threads, uint32_t n, void *(*run)(void *), void *job,
                              const char *what)
{
    for (uint32_t i = 0; i < n; i++) {
        threads[i].job = job;
        threads[i].own_server = i > 0;
        if (i == 0)
            thread_start(&threads[i].thread, run, &threads[i], what);
        else if (!thread_try(&threads[i].thread, run, &threads[i]))
            return i;
    }
    return n;
}

static bool all_ended(struct stream *threads, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!atomic_load(&threads[i].ended))
            return false;
    return true;
}

/* The first failure that is not just another thread's echo. */
static int first_failure(struct stream *threads, uint32_t n, struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; i < n; i++)
        if (threads[i].rc < 0 && (rc == 0 || rc == ERR_INTERRUPTED)) {
            rc = threads[i].rc;
            *err = threads[i].err;
        }
    return rc;
}

int loading_run(struct loading *l, struct error *err)
{
    struct runner *r = l->runner;
    struct load_job job = {.instance = l->target->inst, .stop = r->stop, .stretches = l->stretches.items,
                           .nstretches = l->stretches.count};
    struct stream threads[MAX_LOADERS] = {0};
    uint32_t n = streams_for(l, job.nstretches);
    if (handles_reserve(n * HANDLES_A_STREAM, "the streams of the load", err) < 0)
        return err->code;
    progress_begin(r->progress, arena_printf(&r->arena, "loading %s", l->target->inst->name), "rows",
                   l->rows);
    progress_weigh(r->progress, l->bytes);
    n = start_streams(threads, n, load_thread, &job, "a thread that loads");
    while (!all_ended(threads, n)) {
        usleep(LOOK_US);
        progress_update(r->progress, atomic_load(&job.rows));
    }
    for (uint32_t i = 0; i < n; i++)
        pthread_join(threads[i].thread, NULL);
    progress_update(r->progress, atomic_load(&job.rows));
    progress_end(r->progress);
    return first_failure(threads, n, err);
}

/* ---- sealing ---- */

struct seal_job {
    struct loading *loading;
    size_t batch;                                     /* tables in a call */
    atomic_size_t next, sealed;
    atomic_bool failed;
};

void loading_capitals(char digest[DIGEST_CHARS + 1])
{
    for (char *c = digest; *c; c++)
        *c = (char)toupper((unsigned char)*c);
}

/* In capitals where this run drops the table at its end: so that who finds it knows that nobody keeps it. */
static void note_of(const struct loading *l, size_t table, char note[DIGEST_CHARS + 1])
{
    memcpy(note, l->digests.items[table], DIGEST_CHARS + 1);
    if (!runner_leaves(l->runner))
        loading_capitals(note);
}

static int seal_batches(struct seal_job *job, struct server *server, struct error *err)
{
    const struct loading *l = job->loading;
    int rc = 0;
    while (rc == 0 && !atomic_load(&job->failed)) {
        size_t from = atomic_fetch_add(&job->next, job->batch), n = job->batch;
        char digests[SEALED_AT_ONCE][DIGEST_CHARS + 1];
        if (from >= l->tables.count)
            break;
        if (runner_stopped(l->runner))
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        n = l->tables.count - from < n ? l->tables.count - from : n;
        for (size_t i = 0; i < n; i++)
            note_of(l, from + i, digests[i]);
        rc = admin_seal(l->target->inst, server, l->tables.items + from,
                        (const char(*)[DIGEST_CHARS + 1]) digests, (uint32_t)n, err);
        atomic_fetch_add(&job->sealed, rc == 0 ? n : 0);
    }
    return rc;
}

static void *seal_thread(void *arg)
{
    struct stream *t = arg;
    struct seal_job *job = t->job;
    const struct loading *l = job->loading;
    struct server *server = l->target->server;
    /* Without a connection of its own it leaves the work to the others. */
    if (!t->own_server || store_of(l)->open(l->target->inst, &server, NULL) == 0)
        t->rc = seal_batches(job, server, &t->err);
    if (t->rc < 0)
        atomic_store(&job->failed, true);
    if (t->own_server && server != l->target->server)
        store_of(l)->close(server);
    atomic_store(&t->ended, true);
    return NULL;
}

static void show_sealing(struct loading *l, struct seal_job *job, struct stream *threads, uint32_t n)
{
    struct progress *p = l->runner->progress;
    if (l->tables.count < SEAL_SHOWN)
        return;
    progress_begin(p, arena_printf(&l->runner->arena, "indexing %s", l->target->inst->name), "tables",
                   l->tables.count);
    while (!all_ended(threads, n)) {
        usleep(LOOK_US);
        progress_update(p, atomic_load(&job->sealed));
    }
    progress_update(p, atomic_load(&job->sealed));
    progress_end(p);
}

int loading_seal(struct loading *l, struct error *err)
{
    struct seal_job job = {.loading = l};
    struct stream threads[MAX_LOADERS] = {0};
    uint32_t n = streams_for(l, l->tables.count);
    job.batch = l->tables.count / (4 * (size_t)n) + 1;
    job.batch = job.batch > SEALED_AT_ONCE ? SEALED_AT_ONCE : job.batch;
    progress_pass(l->runner->progress, "indexing %s: keys, statistics", l->target->inst->name);
    n = start_streams(threads, n, seal_thread, &job, "a thread that seals tables");
    show_sealing(l, &job, threads, n);
    int rc = 0;
    for (uint32_t i = 0; i < n; i++) {
        pthread_join(threads[i].thread, NULL);
        if (threads[i].rc < 0 && rc == 0) {
            rc = threads[i].rc;
            *err = threads[i].err;
        }
    }
    return rc;
}
