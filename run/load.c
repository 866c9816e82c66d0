/* load.c - a thread that brings rows: it takes the next stretch that is left, makes its rows by the batch and
 * hands them to the feed. */
#include "config.h"

#include "run/load.h"

#include "base/bug.h"
#include "base/mem.h"
#include "data/rows.h"

struct stream {
    struct load_job *job;
    const struct feed *feed;
    struct loader *loader;                            /* opened for the first stretch, kept to the end */
    const struct table *table;                        /* that rows, batch and values are for */
    struct rows *rows;
    uint32_t batch;                                   /* rows at a time */
    struct value *values;
    struct scratch scratch;
};

static void settle_table(struct stream *s, const struct table *t)
{
    if (s->table == t)
        return;
    rows_free(s->rows);
    s->table = t;
    s->rows = rows_new(s->job->instance->data, t);
    s->batch = rows_batch(t);
    s->values = mem_grow(s->values, (size_t)s->batch * t->ncolumns * sizeof *s->values);
}

static int bring_rows(struct stream *s, const struct stretch *stretch, struct error *err)
{
    int rc = 0;
    for (uint64_t at = stretch->from; rc == 0 && at < stretch->to;) {
        uint32_t n = stretch->to - at < s->batch ? (uint32_t)(stretch->to - at) : s->batch;
        rows_make(s->rows, at, n, s->values, &s->scratch);
        rc = s->feed->rows(s->loader, s->values, n, err);
        at += n;
        atomic_fetch_add(&s->job->rows, rc == 0 ? n : 0);
        if (rc == 0 && (atomic_load(s->job->stop) || atomic_load(&s->job->failed)))
            rc = error_set(err, ERR_INTERRUPTED, "the load was interrupted");
    }
    return rc;
}

/* Only what is whole is noted; what is given up may be half there. */
static int bring(struct stream *s, const struct stretch *stretch, struct error *err)
{
    BUG_UNLESS(stretch->from < stretch->to);
    settle_table(s, stretch->table);
    int rc = s->loader ? 0 : s->feed->open(s->job->instance, &s->loader, err);
    rc = rc < 0 ? rc : s->feed->begin(s->loader, stretch, err);
    if (rc < 0)
        return rc;
    rc = bring_rows(s, stretch, err);
    int ended = s->feed->end(s->loader, rc == 0, rc == 0 ? err : NULL);
    return rc < 0 ? rc : ended;
}

static void release(struct stream *s)
{
    if (s->loader)
        s->feed->close(s->loader);
    rows_free(s->rows);
    scratch_release(&s->scratch);
    mem_free(s->values);
}

int load_run(struct load_job *job, struct error *err)
{
    struct stream s = {.job = job, .feed = job->instance->backend->feed};
    int rc = 0;
    for (size_t n; rc == 0 && (n = atomic_fetch_add(&job->next, 1)) < job->nstretches;)
        rc = bring(&s, &job->stretches[n], err);
    if (rc < 0) {
        atomic_store(&job->failed, true);
        error_prefix(err, "loading table '%s'", s.table->name);
    }
    release(&s);
    return rc;
}
