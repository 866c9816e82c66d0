/* targets.c - which backends this run has: settings, local servers for those that have none, connections. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backends/environment.h"
#include "backends/features.h"
#include "backends/holds.h"
#include "backends/stand_in.h"
#include "backends/words.h"
#include "base/file.h"
#include "base/handles.h"
#include "base/mem.h"
#include "run/runner.h"

enum { HANDLES_A_TARGET = 8 };                          /* a connection, with what its library opens for it */

bool runner_stopped(const struct runner *r)
{
    return atomic_load(r->stop);
}

bool runner_leaves(const struct runner *r)
{
    return r->options->keep || r->options->only != ONLY_ALL;
}

void target_fail(struct runner *r, struct target *s, struct error *err)
{
    handles_explain(err);
    instance_redact(s->inst, err->text);
    s->usable = false;
    if (err->code == ERR_INTERRUPTED && runner_stopped(r))
        return;
    progress_complain(r->progress, "%s: %s", s->inst->name, err->text);
    if (s->result->status != RESULT_FAILED)
        results_fail_backend(r->results, s->result, err->text);
    if (s->server)
        r->run_errors = true;
    else
        r->unreachable = true;
}

static const char not_configured[] = "not configured";

static void skip(struct runner *r, struct target *s, const char *reason, const char *enable)
{
    s->attempted = true;
    results_skip_backend(r->results, s->result, reason, enable);
}

/* ---- local servers ---- */

static void note(void *owner, const char *server, const char *text)
{
    struct runner *r = owner;
    progress_say(r->progress, "local %s: %s", server, text);
}

static void waiting(void *owner, const char *text)
{
    progress_line(((struct runner *)owner)->progress, text);
}

/* A local server is named after what it stands in for: MariaDB for MySQL, an emulator for its service. */
static bool serves_another(const struct kind *kind, const char *title)
{
    return kind->service || (kind->server && strncmp(title, kind->server, strlen(kind->server)) != 0);
}

static void settled(void *owner, struct instance *inst, enum local_outcome outcome, const char *text)
{
    struct runner *r = owner;
    struct target *s = r->targets;
    while (s->inst != inst)
        s++;
    if (outcome == LOCAL_READY) {
        const char *on = strstr(text, " on ");        /* "DynamoDB Local 2.5.3 on 127.0.0.1:8000" */
        s->local = arena_strndup(&r->arena, text, on ? (size_t)(on - text) : strlen(text));
        progress_say(r->progress, "local %s: %s%s%s", inst->name, text,
                     serves_another(inst->kind, text) ? ", a stand-in for " : "",
                     serves_another(inst->kind, text) ? inst->kind->name : "");
    } else if (outcome == LOCAL_SKIPPED) {
        progress_say(r->progress, "local %s: left out: %s", inst->name, text);
        skip(r, s, "no local server", results_keep(r->results, text));
    } else {
        struct error err = {0};
        error_set(&err, ERR_CONNECT, "its local server did not start: %s", text);
        s->attempted = true;
        target_fail(r, s, &err);
    }
}

static int start_local(struct runner *r, struct error *err)
{
    struct instance **list = arena_array(&r->arena, struct instance *, r->ntargets);
    size_t n = 0;
    for (size_t i = 0; i < r->ntargets; i++)
        if (!r->targets[i].attempted && !instance_is_configured(r->targets[i].inst) &&
            r->targets[i].inst->kind->local)
            list[n++] = r->targets[i].inst;
    if (!n)
        return 0;
    struct local_hooks hooks = {r, note, settled, waiting};
    progress_begin(r->progress, "starting local servers", NULL, 0);
    int rc = local_start(&r->local, &r->arena, list, n, &hooks, r->stop, err);
    progress_end(r->progress);
    return rc;
}

/* ---- settings and connections ---- */

/* Where an embedded database without a file of its own is kept: beside the workload, as baselines are. */
static const char *kept_file(struct runner *r, const struct instance *inst)
{
    const char *file = r->options->files[0], *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file,
               *dot = strrchr(name, '.');
    int folder = (int)(name - file), n = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    return arena_printf(&r->arena, "%.*s.wkl/%.*s.%s.db", folder, file, n, name, inst->name);
}

/* What a run is to leave needs a file that stays, and what was left is used again. */
static bool is_kept(const struct runner *r, const char *path)
{
    const struct run_options *o = r->options;
    return access(path, F_OK) == 0 ||
           (!o->dry_run && (o->keep || o->only == ONLY_CREATE || o->only == ONLY_LOAD));
}

/* An embedded database without a file of its own gets a temporary one, or one that is kept. */
static int give_file(struct runner *r, struct instance *inst, struct error *err)
{
    for (int i = 0; inst->backend->settings[i].name; i++) {
        if (strcmp(inst->backend->settings[i].name, "path") || inst->values[i])
            continue;
        const char *kept = kept_file(r, inst);
        bool keeps = is_kept(r, kept);
        int rc = keeps                ? file_make_folders(kept, err)
                 : r->tempdir.path[0] ? 0
                                      : tempdir_open(&r->tempdir, err);
        if (rc < 0)
            return rc;
        inst->values[i] = keeps ? kept : arena_printf(&r->arena, "%s/%s.db", r->tempdir.path, inst->name);
        if (keeps)
            progress_say(r->progress, "%s: using '%s'", inst->name, kept);
    }
    return 0;
}

/* What was started here for the one may be the other: MariaDB for MySQL. */
static bool is_another(const struct target *s)
{
    const char *named = s->inst->kind->server;
    return s->local && named && strncmp(s->result->version, named, strlen(named)) != 0;
}

/* Who answers, if it is not the service. A server of another's says what it is by its version, an emulator
 * says what it emulates. */
static void note_stand_in(struct runner *r, struct target *s)
{
    struct buf place = {0};
    if (stand_in_put_place(s->inst, &place) || is_another(s)) {
        s->result->place = place.len ? results_keep(r->results, buf_text(&place)) : "this machine";
        s->result->server = s->local                    ? results_keep(r->results, s->local)
                            : s->inst->kind->domains[0] ? "an emulator"
                                                        : NULL;
    }
    buf_release(&place);
}

static const char *identity_of(const struct target *s)
{
    const struct store *d = s->inst->backend->store;
    return s->server && d->identity ? d->identity(s->server) : "";
}

static void note_same(struct runner *r, struct target *s)
{
    for (struct target *other = r->targets; other < s && !s->result->same_as; other++)
        if (other->inst->backend == s->inst->backend && *identity_of(s) &&
            !strcmp(identity_of(s), identity_of(other)))
            s->result->same_as = other->result->same_as ? other->result->same_as : other->result->name;
}

/* What a report is of. A temporary file is gone when it is read. */
static void note_where(struct runner *r, struct target *s)
{
    const struct store *d = s->inst->backend->store;
    struct buf at = {0}, shown = {0};
    if (d->put_where)
        d->put_where(s->server, &at);
    bool temporary = r->tempdir.path[0] && !strncmp(buf_text(&at), r->tempdir.path, strlen(r->tempdir.path));
    if (at.len)
        words_put(&shown, s->inst, temporary ? "a temporary file" : buf_text(&at));
    if (shown.len)
        s->result->where = results_keep(r->results, buf_text(&shown));
    if (shown.len && r->options->dry_run)
        progress_say(r->progress, "%s: %s at %s", s->inst->name, s->result->version, s->result->where);
    buf_release(&at);
    buf_release(&shown);
}

/* A run finds it out by itself. */
static void check_rights(struct runner *r, struct target *s)
{
    const struct store *d = s->inst->backend->store;
    struct error err = {0};
    bool creates = r->options->only == ONLY_ALL || r->options->only == ONLY_CREATE ||
                   r->options->only == ONLY_LOAD;
    if (r->options->dry_run && creates && d->may_create && d->may_create(s->server, &err) < 0)
        target_fail(r, s, &err);
}

bool target_connect(struct runner *r, struct target *s)
{
    struct error err = {0};
    if (handles_reserve(HANDLES_A_TARGET, "a connection", &err) == 0 &&
        s->inst->backend->store->open(s->inst, &s->server, &err) == 0)
        return true;
    s->server = NULL;
    target_fail(r, s, &err);
    return false;
}

static void connect_target(struct runner *r, struct target *s)
{
    s->attempted = true;
    if (!target_connect(r, s))
        return;
    s->usable = true;
    struct buf version = {0};
    words_put(&version, s->inst, s->inst->backend->store->version(s->server));
    s->result->version = results_keep(r->results, buf_text(&version));
    buf_release(&version);
    note_where(r, s);
    check_rights(r, s);
    note_stand_in(r, s);
    note_same(r, s);
}

struct noted { struct results *results; struct result_backend *backend; };

static void note_feature(void *to, const char *name, const char *text, bool lacks)
{
    const struct noted *n = to;
    results_add_feature(n->results, n->backend, name, text, lacks);
}

static bool is_named(const struct runner *r, const struct target *s)
{
    return r->options->backends && instance_is_named(r->options->backends, s->inst);
}

/* What its block says against using it where it is not named. */
static void check_off(struct runner *r, struct target *s)
{
    const struct instance *inst = s->inst;
    if (is_named(r, s))
        return;
    if (inst->off)
        skip(r, s, inst->off, "name it: --backends");
    else if (inst->unset && !(r->options->local && inst->kind->local))
        skip(r, s,
             arena_printf(&r->arena, "the environment variable '%s' of its block is not set", inst->unset),
             arena_printf(&r->arena, "export %s=…", inst->unset));
}

/* What cannot stand there is reported before anything is connected to: an error where the backend is named;
 * else it is left out. What stands there from before can still be dropped. */
static void check_holds(struct runner *r, struct target *s)
{
    struct refusals refusals = {0};
    bool named = is_named(r, s);
    if (r->options->only == ONLY_DROP || !s->inst->backend->store)
        return;
    holds_check(&r->arena, r->ir, &r->swept, &r->instances, (size_t)(s - r->targets), r->options->run,
                &refusals);
    if (named)
        holds_tell(&refusals, s->inst, true, &r->diags);
    else if (refusals.count)
        skip(r, s, refusals.items[0].text, refusals.items[0].hint);
    if (!named && refusals.count && (instance_is_configured(s->inst) || r->options->local))
        progress_complain(r->progress, "%s: left out: %s", s->inst->name, refusals.items[0].text);
}

static int make_targets(struct runner *r, struct error *err)
{
    struct instances_options o = {r->options->backends ? r->options->backends : "all", true,
                                  .local = r->options->local};
    int rc = instances_make(&r->instances, &r->arena, r->ir, &r->data, &o, &r->diags, err);
    if (rc < 0)
        return rc;
    if ((rc = swept_make(&r->swept, &r->arena, r->ir, &r->data, &o, &r->diags, err)) < 0)
        return rc;
    for (size_t i = 0; i < r->swept.points.count; i++)
        instances_share(&r->arena, &r->instances, &r->swept.points.items[i].instances);
    r->ntargets = r->instances.items.count;
    r->targets = arena_array(&r->arena, struct target, r->ntargets);
    for (size_t i = 0; i < r->ntargets; i++) {
        struct target *s = &r->targets[i];
        s->inst = r->instances.items.items[i];
        s->inst->stop = r->stop;
        places_written(r, s);
        s->result = results_add_backend(r->results, s->inst->name, s->inst->kind->name);
        features_each(s->inst->backend, note_feature, &(struct noted){r->results, s->result});
        if (!s->inst->backend->store)
            skip(r, s,
                 arena_printf(&r->arena, "this build cannot run it: it was built without %s",
                              s->inst->backend->driver_needs),
                 "install that and rebuild");
        check_off(r, s);
        check_holds(r, s);
        if (s->inst->sources)
            progress_say(r->progress, "%s: %s", s->inst->name, s->inst->sources);
        if (s->inst->rivals)
            progress_complain(r->progress, "%s: %s", s->inst->name, s->inst->rivals);
        if ((rc = give_file(r, s->inst, err)) < 0)
            return rc;
    }
    return r->diags.errors ? ERR_USAGE : 0;
}

static bool any_usable(const struct runner *r)
{
    for (size_t i = 0; i < r->ntargets; i++)
        if (r->targets[i].usable)
            return true;
    return false;
}

/* Whether the target can be used, or be tried at least. */
static bool is_ready(const struct target *s)
{
    return s->inst->backend->store && instance_is_configured(s->inst);
}

/* What keeps the backends of a name (of all, where it is NULL) from being used, and what would enable
 * each. */
static void say_what_is_missing(struct runner *r, const char *name)
{
    for (size_t i = 0; i < r->ntargets; i++) {
        struct target *s = &r->targets[i];
        if (name && !instance_is_named(name, s->inst))
            continue;
        const char *other = environment_other_url(&r->arena, s->inst->kind);
        if (s->attempted && s->result->enable && strcmp(s->result->reason, not_configured) != 0)
            progress_complain(r->progress, "%s: left out: %s: %s", s->inst->name, s->result->reason,
                              s->result->enable);
        else if (!is_ready(s))
            progress_complain(r->progress, "%s is not configured: %s%s%s", s->inst->name, other ? other : "",
                              other ? "; " : "", s->inst->kind->enable);
    }
}

/* Who names a backend means it: nothing is run without it. Of a name that stands for several, one will do. */
static int check_named(struct runner *r, struct error *err)
{
    for (const char *at = r->options->backends; at && *at;) {
        const char *name = arena_strndup(&r->arena, at, strcspn(at, ","));
        bool ready = !strcmp(name + strspn(name, " "), "all");
        at += strlen(name) + (at[strlen(name)] == ',');
        for (size_t i = 0; i < r->ntargets; i++)
            ready |= instance_is_named(name, r->targets[i].inst) && is_ready(&r->targets[i]);
        if (ready)
            continue;
        say_what_is_missing(r, name);
        return error_set(err, ERR_USAGE, "nothing is run: '%s' of --backends cannot be used",
                         name + strspn(name, " "));
    }
    return 0;
}

static int no_target(struct runner *r, struct error *err)
{
    bool tried = false;
    for (size_t i = 0; i < r->ntargets; i++)
        tried |= r->targets[i].result->status == RESULT_FAILED;
    if (!tried)
        say_what_is_missing(r, NULL);
    return error_set(err, ERR_CONNECT,
                     tried ? "nothing is run: no backend can be reached"
                           : "nothing is run: no backend is configured");
}

int targets_open(struct runner *r, struct error *err)
{
    int rc = make_targets(r, err);
    if (rc == 0)
        rc = outputs_check(r, err);                   /* once more: what backends read is known now */
    if (rc == 0)
        rc = r->options->local ? start_local(r, err) : check_named(r, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < r->ntargets && !runner_stopped(r); i++) {
        struct target *s = &r->targets[i];
        if (s->attempted)
            continue;
        if (instance_is_configured(s->inst))
            connect_target(r, s);
        else
            skip(r, s, not_configured, s->inst->kind->enable);
    }
    places_settled(r);
    bool reached = any_usable(r);
    owning_begin(r);
    if (runner_stopped(r))
        return error_set(err, ERR_INTERRUPTED, "interrupted");
    return reached ? 0 : no_target(r, err);
}

void targets_close(struct runner *r)
{
    for (size_t i = 0; i < r->ntargets; i++)
        places_close(&r->targets[i]);
    owning_end(r);
    instances_release(&r->instances);
    for (size_t i = 0; i < r->swept.points.count; i++)
        instances_release(&r->swept.points.items[i].instances);
    local_stop(r->local);
    tempdir_close(&r->tempdir);
}
