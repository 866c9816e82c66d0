/* tables.c - the tables of a workload on a target: found, made, loaded, sealed, dropped. Nothing that wkl did
 * not make is touched, and nothing while another run holds the mark on it (owning.c). */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "backends/admin.h"
#include "base/clock.h"
#include "base/mem.h"
#include "findings/number.h"
#include "run/loading.h"
#include "run/runner.h"

struct work {                                         /* what one target needs for one IR */
    struct runner *r;
    struct target *target;
    struct loading_tables create, stale;              /* to be made; ours, but of other contents: dropped
                                                         first */
    size_t kept;                                      /* of the stale ones, complete and of an earlier run */
    size_t left;                                      /* of the stale ones, made by a run that was to drop
                                                         them */
    size_t emptied;                                   /* of the stale ones, whose rows a crash of the server
                                                         took */
    size_t resumed;                                   /* tables whose interrupted load is resumed */
    uint64_t there;                                   /* rows of these that are there */
    struct loading loading;
};

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

/* As it stands there, with its prefix. */
static const char *name_of(const struct work *w, const struct table *t)
{
    return instance_table(w->target->inst, &w->r->arena, t);
}

static int refuse_foreign(const struct work *w, const struct table *t, struct error *err)
{
    return error_set(err, ERR_FOREIGN,
                     "a table '%s' is there that wkl did not make, or whose note in 'wkl_tables' is gone: "
                     "give wkl's tables"
                     " names of their own, as in `backend %s { table_prefix \"bench_\" }`; drop that one "
                     "only if nobody needs it",
                     name_of(w, t), w->target->inst->name);
}

static int refuse_to_run(const struct work *w, const struct table *t, enum presence presence,
                         const char *there, struct error *err)
{
    const char *what = presence == TABLE_ABSENT ? "is not there"
                     : presence == TABLE_EMPTIED ? "lost its rows in a crash of the server (`unlogged`)"
                     : there[0] ? "holds other data than this workload's" : "is not fully loaded";
    return error_set(err, ERR_MISSING, "table '%s' %s: load it first (--only load)", name_of(w, t), what);
}

/* Who drops its tables at the end drops these too, and so makes all of them itself. */
static bool resumes(const struct run_options *o)
{
    return !o->reload && (o->keep || o->only == ONLY_LOAD);
}

/* What this run is to drop at its end. */
static void note_made(struct work *w, const struct table *t)
{
    struct target *s = w->target;
    if (map_find(&s->made_names, t->name))
        return;
    map_add(&w->r->arena, &s->made_names, t->name, arena_new(&w->r->arena, struct target_table));
    vec_push(&w->r->arena, &s->made, t);
}

/* What stands there now, and, of a table that this run drops, what it will find then. */
static void know(struct work *w, const struct table *t, const char *digest)
{
    struct target_table *known = map_find(&w->target->tables, t->name),
                      *made = map_find(&w->target->made_names, t->name);
    if (!known)
        map_add(&w->r->arena, &w->target->tables, t->name,
                known = arena_new(&w->r->arena, struct target_table));
    memcpy(known->digest, digest, sizeof known->digest);
    if (made)
        *made = *known;
}

/* Of a complete table: whether it is what a run that was to drop it left, killed before its end. */
static bool is_left_over(const char *there)
{
    return strcspn(there, "ABCDEF") < strlen(there);
}

/* What is there is used as it is: except that what stays is never one that the next run would drop. */
static bool reuse(struct work *w, const struct table *t, const char *there)
{
    bool left_over = is_left_over(there);
    if (left_over && runner_leaves(w->r) && w->r->options->only != ONLY_RUN) {
        w->left++;
        return false;
    }
    if (left_over && !runner_leaves(w->r))
        note_made(w, t);
    know(w, t, there);
    w->target->result->reused = true;
    return true;
}

/* Ours, not sealed, and not what a crash emptied: what is noted as loaded is there. */
static bool is_begun(const struct found *f)
{
    return f->presence == TABLE_OURS && !f->digest[0] && !f->bare;
}

static int judge(struct work *w, const struct table *t, const char *digest, const struct found *f,
                 struct error *err)
{
    const struct run_options *o = w->r->options;
    const char *there = f->digest;
    if (f->presence == TABLE_FOREIGN)
        return refuse_foreign(w, t, err);
    bool same = f->presence == TABLE_OURS && !strcasecmp(there, digest),
         made = map_find(&w->target->made_names, t->name);
    if (same && !w->target->remakes && (made || !o->reload) && reuse(w, t, there))
        return 0;
    if (o->only == ONLY_RUN && same && w->target->remakes)
        return error_set(
            err, ERR_USAGE,
            "table '%s' must be made anew, since a sweep changes how tables are made: leave out --only run",
            name_of(w, t));
    if (o->only == ONLY_RUN)
        return refuse_to_run(w, t, f->presence, there, err);
    bool resumed = false;
    int rc = is_begun(f) && resumes(o) ? resume(w, t, digest, &resumed, err) : 0;
    if (rc < 0 || resumed)
        return rc;
    if (f->presence != TABLE_ABSENT) {
        vec_push(&w->r->arena, &w->stale, t);
        w->kept += f->presence == TABLE_OURS && there[0] && !map_find(&w->target->tables, t->name) && !same;
        w->emptied += f->presence == TABLE_EMPTIED;
    }
    vec_push(&w->r->arena, &w->create, t);
    loading_add(&w->loading, t, digest);
    return 0;
}

/* What no request can ask for nobody misses; what is known to stand there is not looked at again. */
static bool is_of_interest(const struct work *w, const struct table *t, const char *digest)
{
    const struct target_table *known = map_find(&w->target->tables, t->name);
    return plan_can_read(&w->target->inst->backend->caps, t) &&
           !(known && !strcasecmp(known->digest, digest));
}

static int look_at_all(struct work *w, const struct ir *ir, struct error *err)
{
    struct arena *arena = &w->r->arena;
    struct loading_tables tables = {0};
    struct loading_digests digests = {0};
    for (uint32_t i = 0; i < ir->ntables; i++) {
        char digest[DIGEST_CHARS + 1];
        data_digest(&w->r->data, &ir->tables[i], digest);
        if (!is_of_interest(w, &ir->tables[i], digest))
            continue;
        vec_push(arena, &tables, &ir->tables[i]);
        vec_push(arena, &digests, arena_strdup(arena, digest));
    }
    struct found *found = mem_alloc((tables.count + 1) * sizeof *found);
    int rc = admin_find(w->target->inst, w->target->server, tables.items, (uint32_t)tables.count, true, found,
                        err);
    for (size_t i = 0; rc == 0 && i < tables.count; i++)
        rc = judge(w, tables.items[i], digests.items[i], &found[i], err);
    mem_free(found);
    return rc;
}

/* ---- making and loading ---- */

static void know_loaded(struct work *w)
{
    const struct loading *l = &w->loading;
    for (size_t i = 0; i < l->tables.count; i++)
        know(w, l->tables.items[i], l->digests.items[i]);
}

static int load_all(struct work *w, struct error *err)
{
    struct result_backend *result = w->target->result;
    uint64_t from = clock_ns();
    int rc = 0;
    if (w->loading.stretches.count)
        rc = loading_run(&w->loading, err);
    if (rc == 0 && !owning_holds(w->r, w->target, NULL))
        return error_set(err, ERR_LOST, "its tables are not sealed");
    if (rc < 0)
        return rc;
    know_loaded(w);                                   /* what a seal that fails has noted is ours to be
                                                         dropped too */
    if ((rc = loading_seal(&w->loading, err)) < 0)
        return rc;
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
        progress_say(p, "%s: %zu table%s of an earlier run hold%s other data: replaced",
                     w->target->inst->name, w->kept, w->kept > 1 ? "s" : "", w->kept > 1 ? "" : "s");
    if (w->left)
        progress_say(p, "%s: %zu table%s that an earlier run was to drop: replaced", w->target->inst->name,
                     w->left, w->left > 1 ? "s" : "");
    if (w->emptied)
        progress_say(p, "%s: %zu table%s lost the rows in a crash of the server (`unlogged`): loaded again",
                     w->target->inst->name, w->emptied, w->emptied > 1 ? "s" : "");
    if (w->resumed) {
        number_put_count(&rows, (double)w->there);
        progress_say(p, "%s: an interrupted load is resumed: %s rows are there", w->target->inst->name,
                     buf_text(&rows));
    }
    buf_release(&rows);
}

static int make_and_load(struct work *w, struct error *err)
{
    int rc = 0;
    say_what_is_there(w);
    if (w->stale.count)
        rc = admin_drop(w->target->inst, w->target->server, w->stale.items, (uint32_t)w->stale.count, err);
    if (rc < 0 || !w->loading.tables.count)
        return rc;
    for (size_t i = 0; i < w->create.count; i++)
        note_made(w, w->create.items[i]);             /* before it is made: what is half done is dropped
                                                         too */
    rc = admin_make(w->target->inst, w->target->server, w->create.items, (uint32_t)w->create.count, err);
    return rc < 0 || w->r->options->only == ONLY_CREATE ? rc : load_all(w, err);
}

/* ---- before they are changed ---- */

/* A digest that no data has: what is loaded of it, changed. In capitals as the one before it. */
static void changed_digest(const struct target_table *known, char digest[DIGEST_CHARS + 1])
{
    struct buf b = {0};
    bool capitals = is_left_over(known->digest);
    buf_printf(&b, "changed %s", known->digest);
    text_digest(&b, digest);
    if (capitals)
        loading_capitals(digest);
    buf_release(&b);
}

static bool is_changed(const struct runner *r, const struct target_table *known, const struct table *t)
{
    char digest[DIGEST_CHARS + 1];
    data_digest(&r->data, t, digest);
    return strcasecmp(digest, known->digest) != 0;
}

/* The tables that a run's queries write, and that still stand as they were loaded. */
static void written_by(struct runner *r, const struct target *s, const struct ir_run *run,
                       struct loading_tables *out)
{
    for (uint32_t i = 0; i < run->nmix; i++)
        for (uint32_t o = 0; o < run->mix[i].query->nops; o++) {
            const struct ir_op *op = &run->mix[i].query->ops[o];
            const struct table *t = op->statement ? op->targets[0].table : NULL;
            const struct target_table *known = t ? map_find(&s->tables, t->name) : NULL;
            bool listed = false;
            for (size_t k = 0; k < out->count; k++)
                listed |= out->items[k] == t;
            if (known && !listed && !is_changed(r, known, t))
                vec_push(&r->arena, out, t);
        }
}

static int change(struct runner *r, struct target *s, struct loading_tables tables, struct error *err)
{
    struct work w = {.r = r, .target = s};
    char(*digests)[DIGEST_CHARS + 1] = mem_alloc((tables.count + 1) * sizeof *digests);
    for (size_t i = 0; i < tables.count; i++)
        changed_digest(map_find(&s->tables, tables.items[i]->name), digests[i]);
    int rc = admin_change(s->inst, s->server, tables.items, (const char(*)[DIGEST_CHARS + 1])digests,
                          (uint32_t)tables.count, err);
    for (size_t i = 0; rc == 0 && i < tables.count; i++)
        know(&w, tables.items[i], digests[i]);
    mem_free(digests);
    return rc;
}

int tables_change(struct runner *r, struct target *s, const struct ir_run *run, struct error *err)
{
    struct loading_tables tables = {0};
    written_by(r, s, run, &tables);
    return change(r, s, tables, err);
}

int tables_change_one(struct runner *r, struct target *s, const struct table *t, struct error *err)
{
    struct loading_tables tables = {0};
    vec_push(&r->arena, &tables, t);
    return change(r, s, tables, err);
}

/* ---- whether they stand as this run knows them ---- */

/* How a table stands: NULL: as it was found or loaded. */
static const char *changed(const struct target_table *known, enum presence presence, const char *there)
{
    if (presence == TABLE_ABSENT)
        return "is gone";
    if (presence == TABLE_FOREIGN)
        return "is no longer noted in 'wkl_tables' as made by wkl";
    if (presence == TABLE_EMPTIED)
        return "lost its rows in a crash of the server";
    return strcasecmp(there, known->digest) ? "was replaced" : NULL;
}

int tables_stand(struct runner *r, struct target *s, const struct ir *ir, struct error *err)
{
    struct loading_tables tables = {0};
    for (uint32_t i = 0; s->inst->backend->store->mark && i < ir->ntables; i++)
        if (map_find(&s->tables, ir->tables[i].name))
            vec_push(&r->arena, &tables, &ir->tables[i]);
    if (runner_stopped(r))
        return 0;
    struct found *found = mem_alloc((tables.count + 1) * sizeof *found);
    int rc = admin_find(s->inst, s->server, tables.items, (uint32_t)tables.count, true, found, err);
    if (rc == ERR_INTERRUPTED && runner_stopped(r))
        rc = 0;
    for (size_t i = 0; rc == 0 && i < tables.count; i++) {
        const struct table *t = tables.items[i];
        const char *what = changed(map_find(&s->tables, t->name), found[i].presence, found[i].digest);
        if (what)
            rc = error_set(err, ERR_FOREIGN,
                           "table '%s' %s while this run used it: somebody else, not this run, did that",
                           instance_table(s->inst, &r->arena, t), what);
    }
    mem_free(found);
    return rc;
}

void tables_ready(struct runner *r, struct target *s, const struct ir *ir)
{
    struct work w = {.r = r, .target = s, .loading = {.runner = r, .target = s, .expected = ir->ntables}};
    struct error err = {0};
    if (!owning_holds(r, s, ir))
        return;
    int rc = look_at_all(&w, ir, &err);
    if (rc == 0)
        rc = make_and_load(&w, &err);
    if (rc < 0)
        target_fail(r, s, &err);
}

void tables_look(struct runner *r, struct target *s, const struct ir *ir)
{
    struct work w = {.r = r, .target = s, .loading = {.runner = r, .target = s, .expected = ir->ntables}};
    struct error err = {0};
    if (look_at_all(&w, ir, &err) < 0)
        target_fail(r, s, &err);
}

/* ---- dropping ---- */

/* Whether it stands as this run left it, or is not there, where its note may be. */
static bool is_still_ours(const struct found *f, const struct target_table *made)
{
    return f->presence != TABLE_FOREIGN &&
           !(f->presence == TABLE_OURS && f->digest[0] && strcasecmp(f->digest, made->digest));
}

/* Of what this run made, or was about to: what is ours to be dropped (any of it is there). What is another's
 * by now is named. */
static int sort_made(struct runner *r, struct target *s, struct loading_tables *ours, struct buf *others,
                     bool *any, struct error *err)
{
    struct found *found = mem_alloc(s->made.count * sizeof *found);
    int rc = admin_find(s->inst, s->server, s->made.items, (uint32_t)s->made.count, false, found, err);
    for (size_t i = 0; rc == 0 && i < s->made.count; i++) {
        const struct table *t = s->made.items[i];
        if (is_still_ours(&found[i], map_find(&s->made_names, t->name))) {
            vec_push(&r->arena, ours, t);
            *any |= found[i].presence != TABLE_ABSENT;
            continue;
        }
        buf_puts(others, others->len ? ", '" : "'");
        instance_put_table(s->inst, t, others);
        buf_putc(others, '\'');
    }
    mem_free(found);
    return rc;
}

static int drop_made(struct runner *r, struct target *s, struct error *err)
{
    struct loading_tables ours = {0};
    struct buf others = {0};
    bool any = false;
    int rc = sort_made(r, s, &ours, &others, &any, err);
    if (any)                                          /* where making failed there may be nothing to drop but
                                                         a note */
        progress_pass(r->progress, "dropping the tables on %s", s->inst->name);
    if (rc == 0)
        rc = admin_drop(s->inst, s->server, ours.items, (uint32_t)ours.count, err);
    if (rc < 0)
        error_prefix(err, "the tables that this run made are left behind");
    else if (others.len)
        rc = error_set(err, ERR_FOREIGN,
                       "left behind: %s: 'wkl_tables' no longer says that this run made %s; drop "
                       "yourself what nobody needs",
                       buf_text(&others), strchr(buf_text(&others), ',') ? "them" : "it");
    buf_release(&others);
    return rc;
}

void tables_drop_made(struct runner *r, struct target *s)
{
    struct error err = {0};
    if (!s->server || !s->made.count)
        return;
    if (owning_holds(r, s, NULL) && drop_made(r, s, &err) < 0)
        target_fail(r, s, &err);
    s->made.count = 0;
    s->made_names = (struct map){0};
}

/* What is not there is asked to be dropped too: a drop that was cut short may have left its note behind. */
int tables_drop_all(struct runner *r, struct target *s, const struct ir *ir)
{
    struct error err = {0};
    struct loading_tables all = {0}, ask = {0};
    int ours = 0;
    for (uint32_t i = 0; i < ir->ntables; i++)
        vec_push(&r->arena, &all, &ir->tables[i]);
    struct found *found = mem_alloc((all.count + 1) * sizeof *found);
    int rc = admin_find(s->inst, s->server, all.items, (uint32_t)all.count, true, found, &err);
    for (size_t i = 0; rc == 0 && i < all.count; i++) {
        ours += found[i].presence == TABLE_OURS || found[i].presence == TABLE_EMPTIED;
        if (found[i].presence != TABLE_FOREIGN)
            vec_push(&r->arena, &ask, all.items[i]);
        else
            progress_say(r->progress,
                         "%s: a table '%s' is there that wkl did not make, or whose note in 'wkl_tables' is "
                         "gone: left alone",
                         s->inst->name, instance_table(s->inst, &r->arena, all.items[i]));
    }
    mem_free(found);
    if (rc == 0 && !r->options->dry_run)
        rc = admin_drop(s->inst, s->server, ask.items, (uint32_t)ask.count, &err);
    if (rc < 0)
        target_fail(r, s, &err);
    return ours;
}
