/* tables.c - the tables of a workload on a site: found, made, loaded, sealed, dropped. Nothing that wkl did not make is touched. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "report/number.h"
#include "run/loading.h"
#include "run/runner.h"

enum { MADE_AT_ONCE = 500 };                          /* tables; between two calls an interruption is seen */

struct work {                                         /* what one site needs for one IR */
    struct runner *r;
    struct site *site;
    struct loading_tables create, stale;              /* to be made; ours, but of other contents: dropped first */
    size_t kept;                                      /* of the stale ones, complete and of an earlier run */
    size_t resumed;                                   /* tables whose load is gone on with */
    uint64_t there;                                   /* rows of these that are there */
    struct loading loading;
};

static const struct driver *driver_of(const struct site *s)
{
    return s->inst->backend->driver;
}

/* ---- what stands there ---- */

static int resume(struct work *w, const struct table *t, const char *digest, bool *resumed, struct error *err)
{
    uint64_t before = w->loading.rows;
    int rc = loading_resume(&w->loading, t, digest, resumed, err);
    if (rc == 0 && *resumed) {
        w->resumed++;
        w->there += t->rows - (w->loading.rows - before);
    }
    return rc;
}

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
    bool same = presence == TABLE_OURS && !strcmp(there, digest), made = map_find(&w->site->made_names, t->name);
    if (same && !w->site->remakes && (made || !w->r->options->reload)) {
        known = arena_new(&w->r->arena, struct site_table);
        memcpy(known->digest, digest, sizeof digest);
        map_add(&w->r->arena, &w->site->tables, t->name, known);
        w->site->result->reused = true;
        return 0;
    }
    if (w->r->options->only == ONLY_RUN && same && w->site->remakes)
        return error_set(err, ERR_USAGE, "table '%s' must be made anew, since a sweep changes how tables are made: leave out --only run", t->name);
    if (w->r->options->only == ONLY_RUN)
        return error_set(err, ERR_MISSING, "table '%s' %s: load it first (--only load)", t->name,
                         presence == TABLE_ABSENT ? "is not there" : there[0] ? "holds other data than this workload's"
                                                                               : "is not fully loaded");
    const char *kept = arena_strdup(&w->r->arena, digest);
    bool resumed = false;
    if (presence == TABLE_OURS && !there[0] && !w->r->options->reload && w->r->options->only != ONLY_CREATE)
        if ((rc = resume(w, t, kept, &resumed, err)) < 0 || resumed)
            return rc;
    if (presence == TABLE_OURS) {
        vec_push(&w->r->arena, &w->stale, t);
        w->kept += there[0] && !known && !same;
    }
    vec_push(&w->r->arena, &w->create, t);
    loading_add(&w->loading, t, kept);
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

/* ---- making and loading ---- */

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

static int create_all(struct work *w, struct error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < w->create.count; i += MADE_AT_ONCE) {
        size_t n = w->create.count - i < MADE_AT_ONCE ? w->create.count - i : MADE_AT_ONCE;
        if (runner_stopped(w->r))
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        rc = driver_of(w->site)->create(w->site->server, w->create.items + i, (uint32_t)n, err);
    }
    return rc;
}

static void know_loaded(struct work *w)
{
    const struct loading *l = &w->loading;
    for (size_t i = 0; i < l->tables.count; i++) {
        struct site_table *known = map_find(&w->site->tables, l->tables.items[i]->name);
        if (!known)
            map_add(&w->r->arena, &w->site->tables, l->tables.items[i]->name, known = arena_new(&w->r->arena, struct site_table));
        memcpy(known->digest, l->digests.items[i], sizeof known->digest);
    }
}

static int load_all(struct work *w, struct error *err)
{
    struct result_backend *result = w->site->result;
    uint64_t from = clock_ns();
    int rc = 0;
    if (w->loading.stretches.count)
        rc = loading_run(&w->loading, err);
    if (rc == 0)
        rc = loading_seal(&w->loading, err);
    if (rc < 0)
        return rc;
    know_loaded(w);
    result->loaded = true;
    result->load_rows += w->loading.rows;
    result->load_bytes += (uint64_t)w->loading.bytes;
    result->load_seconds += (double)(clock_ns() - from) / 1e9;
    return 0;
}

static void say_what_is_there(struct work *w)
{
    struct progress *p = w->r->progress;
    struct buf rows = {0};
    if (w->kept)
        progress_say(p, "%s: %zu table%s of an earlier run hold%s other data: replaced", w->site->inst->name, w->kept,
                     w->kept > 1 ? "s" : "", w->kept > 1 ? "" : "s");
    if (w->resumed) {
        number_put_count(&rows, (double)w->there);
        progress_say(p, "%s: an interrupted load goes on: %s rows are there", w->site->inst->name, buf_text(&rows));
    }
    buf_release(&rows);
}

static int make_and_load(struct work *w, struct error *err)
{
    int rc = 0;
    say_what_is_there(w);
    if (w->stale.count)
        rc = driver_of(w->site)->drop(w->site->server, w->stale.items, (uint32_t)w->stale.count, err);
    if (rc < 0 || !w->loading.tables.count)
        return rc;
    note_made(w);
    rc = create_all(w, err);
    return rc < 0 || w->r->options->only == ONLY_CREATE ? rc : load_all(w, err);
}

void tables_ready(struct runner *r, struct site *s, const struct ir *ir)
{
    struct work w = {.r = r, .site = s, .loading = {.runner = r, .site = s, .expected = ir->ntables}};
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

/* What is not there is asked to be dropped too: a drop that was cut short may have left its note behind. */
int tables_drop_all(struct runner *r, struct site *s, const struct ir *ir)
{
    struct error err = {0};
    struct loading_tables ask = {0};
    int rc = 0, ours = 0;
    for (uint32_t i = 0; rc == 0 && i < ir->ntables; i++) {
        enum presence presence;
        char digest[DIGEST_CHARS + 1];
        rc = driver_of(s)->find(s->server, &ir->tables[i], &presence, digest, &err);
        if (rc == 0 && presence != TABLE_FOREIGN)
            vec_push(&r->arena, &ask, &ir->tables[i]);
        ours += rc == 0 && presence == TABLE_OURS;
    }
    if (rc == 0)
        rc = driver_of(s)->drop(s->server, ask.items, (uint32_t)ask.count, &err);
    if (rc < 0)
        site_fail(r, s, &err);
    return ours;
}
