/* tables.c - the tables of a workload on a site: found, made, loaded, sealed, dropped. Nothing that wkl did not make is touched. */
#include "config.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "compiler/codegen.h"
#include "run/runner.h"
#include "vm/load.h"

enum { CHUNK_ROWS = 500000, MAX_LOADERS = 16 };
enum { LOOK_US = 2000 };                              /* how often the loaders are looked at: the end of a load is timed so exactly */

VEC_TYPE(table_list, const struct table *);

struct work {                                         /* what one site needs for one IR */
    struct runner *r;
    struct site *site;
    struct table_list create, stale;                  /* to be loaded; ours, but of other contents: dropped first */
    size_t kept;                                      /* of the stale ones, complete and of an earlier run */
    const char (*digests)[DIGEST_CHARS + 1];          /* of `create` */
};

static const struct driver *driver_of(const struct site *s)
{
    return s->inst->backend->driver;
}

/* ---- what stands there ---- */

static int look(struct work *w, const struct table *t, struct error *err)
{
    char digest[DIGEST_CHARS + 1], there[DIGEST_CHARS + 1] = "";
    enum presence presence;
    data_digest(&w->r->data, t, digest);
    struct site_table *known = map_find(&w->site->tables, t->name);
    if (known && !strcmp(known->digest, digest))
        return 0;
    int rc = driver_of(w->site)->find(w->site->server, t, &presence, there, err);
    if (rc < 0)
        return rc;
    if (presence == TABLE_FOREIGN)
        return error_set(err, ERR_FOREIGN, "a table '%s' is there that wkl did not make: rename or drop it, or set `table_prefix`", t->name);
    bool same = presence == TABLE_OURS && !strcmp(there, digest);
    if (same && !w->r->options->reload) {
        known = arena_new(&w->r->arena, struct site_table);
        memcpy(known->digest, digest, sizeof digest);
        map_add(&w->r->arena, &w->site->tables, t->name, known);
        w->site->result->reused = true;
        return 0;
    }
    if (w->r->options->only == ONLY_RUN)
        return error_set(err, ERR_MISSING, "table '%s' %s: load it first (--only load)", t->name,
                         presence == TABLE_ABSENT ? "is not there" : "holds other data than this workload's");
    if (presence == TABLE_OURS) {
        vec_push(&w->r->arena, &w->stale, t);
        w->kept += there[0] && !known && !same;
    }
    vec_push(&w->r->arena, &w->create, t);
    return 0;
}

static int look_at_all(struct work *w, const struct ir *ir, struct error *err)
{
    for (uint32_t i = 0; i < ir->ntables; i++) {
        if (runner_stopped(w->r))
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        if (ir->tables[i].nkeys > 1)                  /* plan_cannot: no request asks for it, so nobody misses it */
            continue;
        int rc = look(w, &ir->tables[i], err);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* ---- loading ---- */

static uint64_t count_rows(const struct table_list *tables)
{
    uint64_t rows = 0;
    for (size_t i = 0; i < tables->count; i++)
        rows += tables->items[i]->rows;
    return rows;
}

static struct load_chunk *make_chunks(struct arena *arena, const struct table_list *tables, size_t *n)
{
    VEC(struct load_chunk) chunks = {0};
    for (size_t i = 0; i < tables->count; i++)
        for (uint64_t from = 0, rows = tables->items[i]->rows; from < rows; from += CHUNK_ROWS) {
            uint64_t to = rows - from < CHUNK_ROWS ? rows : from + CHUNK_ROWS;
            vec_push(arena, &chunks, ((struct load_chunk){tables->items[i], from, to}));
        }
    *n = chunks.count;
    return chunks.items;
}

struct loader_thread {
    pthread_t thread;
    struct load_job *job;
    struct error err;
    int rc;
    atomic_bool ended;
};

static void *load_thread(void *arg)
{
    struct loader_thread *t = arg;
    t->rc = load_run(t->job, &t->err);
    atomic_store(&t->ended, true);
    return NULL;
}

static bool all_ended(struct loader_thread *threads, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!atomic_load(&threads[i].ended))
            return false;
    return true;
}

/* The first failure that is not just another thread's echo. */
static int first_failure(struct loader_thread *threads, uint32_t n, struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; i < n; i++)
        if (threads[i].rc < 0 && (rc == 0 || rc == ERR_INTERRUPTED)) {
            rc = threads[i].rc;
            *err = threads[i].err;
        }
    return rc;
}

static uint32_t loaders_for(struct work *w, size_t nchunks)
{
    uint32_t n = runner_jobs(w->r, UINT32_MAX), most = w->site->inst->backend->caps.load_streams;
    n = most && n > most ? most : n;
    n = n > MAX_LOADERS ? MAX_LOADERS : n;
    return nchunks < n ? (uint32_t)nchunks : n;
}

static int load_all(struct work *w, struct error *err)
{
    struct program program;
    codegen_load(&w->r->arena, &program);
    struct load_job job = {.program = &program, .instance = w->site->inst, .stop = w->r->stop};
    job.chunks = make_chunks(&w->r->arena, &w->create, &job.nchunks);
    struct loader_thread threads[MAX_LOADERS] = {0};
    uint32_t n = loaders_for(w, job.nchunks);
    uint64_t total = count_rows(&w->create);
    progress_begin(w->r->progress, arena_printf(&w->r->arena, "loading %s", w->site->inst->name), "rows", total);
    for (uint32_t i = 0; i < n; i++) {
        threads[i].job = &job;
        pthread_create(&threads[i].thread, NULL, load_thread, &threads[i]);
    }
    while (!all_ended(threads, n)) {
        usleep(LOOK_US);
        progress_update(w->r->progress, atomic_load(&job.rows));
    }
    for (uint32_t i = 0; i < n; i++)
        pthread_join(threads[i].thread, NULL);
    progress_update(w->r->progress, atomic_load(&job.rows));
    progress_end(w->r->progress);
    return first_failure(threads, n, err);
}

static double expected_bytes(const struct table_list *tables)
{
    double bytes = 0;
    for (size_t i = 0; i < tables->count; i++)
        bytes += (double)tables->items[i]->rows * data_row_bytes(tables->items[i]);
    return bytes;
}

/* What this run is to drop at its end. Noted before it is made: what is half done is dropped too. */
static void note_made(struct work *w)
{
    struct site *s = w->site;
    for (size_t i = 0; i < w->create.count; i++) {
        const struct table *t = w->create.items[i];
        if (map_find(&s->made_names, t->name))
            continue;
        map_add(&w->r->arena, &s->made_names, t->name, (void *)t);
        vec_push(&w->r->arena, &s->made, t);
    }
}

static int make_and_load(struct work *w, struct error *err)
{
    const struct driver *d = driver_of(w->site);
    struct table_list *t = &w->create;
    struct result_backend *result = w->site->result;
    int rc = 0;
    if (w->kept)
        progress_say(w->r->progress, "%s: %zu table%s of an earlier run hold%s other data: replaced", w->site->inst->name, w->kept,
                     w->kept > 1 ? "s" : "", w->kept > 1 ? "" : "s");
    if (w->stale.count)
        rc = d->drop(w->site->server, w->stale.items, (uint32_t)w->stale.count, err);
    if (rc < 0 || !t->count)
        return rc;
    note_made(w);
    if ((rc = d->create(w->site->server, t->items, (uint32_t)t->count, err)) < 0 || w->r->options->only == ONLY_CREATE)
        return rc;
    uint64_t from = clock_ns();
    char (*digests)[DIGEST_CHARS + 1] = (char (*)[DIGEST_CHARS + 1])arena_alloc(&w->r->arena, t->count * sizeof *digests);
    for (size_t i = 0; i < t->count; i++)
        data_digest(&w->r->data, t->items[i], digests[i]);
    if ((rc = load_all(w, err)) < 0)
        return rc;
    progress_say(w->r->progress, "sealing %s: keys, statistics", w->site->inst->name);
    if ((rc = d->seal(w->site->server, t->items, (const char (*)[DIGEST_CHARS + 1])digests, (uint32_t)t->count, err)) < 0)
        return rc;
    for (size_t i = 0; i < t->count; i++) {
        struct site_table *known = map_find(&w->site->tables, t->items[i]->name);
        if (!known)
            map_add(&w->r->arena, &w->site->tables, t->items[i]->name, known = arena_new(&w->r->arena, struct site_table));
        memcpy(known->digest, digests[i], sizeof digests[i]);
    }
    result->loaded = true;
    result->load_rows += count_rows(t);
    result->load_bytes += (uint64_t)expected_bytes(t);
    result->load_seconds += (double)(clock_ns() - from) / 1e9;
    return 0;
}

void tables_ready(struct runner *r, struct site *s, const struct ir *ir)
{
    struct work w = {.r = r, .site = s};
    struct error err = {0};
    int rc = look_at_all(&w, ir, &err);
    if (rc == 0)
        rc = make_and_load(&w, &err);
    if (rc < 0)
        site_fail(r, s, &err);
}

/* ---- dropping ---- */

void tables_drop_made(struct runner *r, struct site *s)
{
    struct error err = {0};
    if (!s->server || !s->made.count)
        return;
    progress_say(r->progress, "dropping the tables on %s", s->inst->name);
    if (driver_of(s)->drop(s->server, s->made.items, (uint32_t)s->made.count, &err) < 0) {
        error_prefix(&err, "the tables that this run made are left behind");
        site_fail(r, s, &err);
    }
    s->made.count = 0;
    s->made_names = (struct map){0};
}

int tables_drop_all(struct runner *r, struct site *s, const struct ir *ir)
{
    struct error err = {0};
    struct table_list ours = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < ir->ntables; i++) {
        enum presence presence;
        char digest[DIGEST_CHARS + 1];
        rc = driver_of(s)->find(s->server, &ir->tables[i], &presence, digest, &err);
        if (rc == 0 && presence == TABLE_OURS)
            vec_push(&r->arena, &ours, &ir->tables[i]);
    }
    if (rc == 0 && ours.count)
        rc = driver_of(s)->drop(s->server, ours.items, (uint32_t)ours.count, &err);
    if (rc < 0)
        site_fail(r, s, &err);
    return (int)ours.count;
}
