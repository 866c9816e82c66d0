/* sites.c - which backends this run has: settings, local servers for those that have none, connections. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "run/runner.h"

bool runner_stopped(const struct runner *r)
{
    return atomic_load(r->stop);
}

void site_fail(struct runner *r, struct site *s, struct error *err)
{
    instance_redact(s->inst, err->text);
    s->usable = false;
    if (err->code == ERR_INTERRUPTED && runner_stopped(r))
        return;
    progress_say(r->progress, "%s: %s", s->inst->name, err->text);
    if (s->result->status != RESULT_FAILED)
        results_fail_backend(r->results, s->result, err->text);
    if (s->server)
        r->run_errors = true;
    else
        r->unreachable = true;
}

static void skip(struct runner *r, struct site *s, const char *reason, const char *enable)
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

static void settled(void *owner, struct instance *inst, enum local_outcome outcome, const char *text)
{
    struct runner *r = owner;
    struct site *s = r->sites;
    while (s->inst != inst)
        s++;
    if (outcome == LOCAL_READY) {
        progress_say(r->progress, "local %s: %s", inst->name, text);
    } else if (outcome == LOCAL_SKIPPED) {
        progress_say(r->progress, "local %s: left out: %s", inst->name, text);
        skip(r, s, "no local server", results_keep(r->results, text));
    } else {
        struct error err = {0};
        error_set(&err, ERR_CONNECT, "its local server did not start: %s", text);
        s->attempted = true;
        site_fail(r, s, &err);
    }
}

static int start_local(struct runner *r, struct error *err)
{
    struct instance **list = arena_array(&r->arena, struct instance *, r->nsites);
    size_t n = 0;
    for (size_t i = 0; i < r->nsites; i++)
        if (!r->sites[i].attempted && !instance_is_configured(r->sites[i].inst) && r->sites[i].inst->kind->local)
            list[n++] = r->sites[i].inst;
    if (!n)
        return 0;
    struct local_hooks hooks = {r, note, settled};
    progress_begin(r->progress, "starting local servers", NULL, 0);
    int rc = local_start(&r->local, &r->arena, list, n, &hooks, r->stop, err);
    progress_end(r->progress);
    return rc;
}

/* ---- settings and connections ---- */

/* An embedded database without a file of its own gets a temporary one. */
static int give_file(struct runner *r, struct instance *inst, struct error *err)
{
    for (int i = 0; inst->backend->settings[i].name; i++) {
        if (strcmp(inst->backend->settings[i].name, "path") || inst->values[i])
            continue;
        int rc = r->tempdir.path[0] ? 0 : tempdir_open(&r->tempdir, err);
        if (rc < 0)
            return rc;
        inst->values[i] = arena_printf(&r->arena, "%s/%s.db", r->tempdir.path, inst->name);
    }
    return 0;
}

static void connect_site(struct runner *r, struct site *s)
{
    struct error err = {0};
    s->attempted = true;
    if (s->inst->backend->driver->open(s->inst, &s->server, &err) < 0) {
        s->server = NULL;
        site_fail(r, s, &err);
        return;
    }
    s->usable = true;
    s->result->version = results_keep(r->results, s->inst->backend->driver->version(s->server));
}

static int make_sites(struct runner *r, struct error *err)
{
    struct instances_options o = {r->options->backends ? r->options->backends : "all", true};
    int rc = instances_make(&r->instances, &r->arena, r->ir, &r->data, &o, &r->diags, err);
    if (rc < 0)
        return rc;
    r->nsites = r->instances.items.count;
    r->sites = arena_array(&r->arena, struct site, r->nsites);
    for (size_t i = 0; i < r->nsites; i++) {
        struct site *s = &r->sites[i];
        s->inst = r->instances.items.items[i];
        s->result = results_add_backend(r->results, s->inst->name, s->inst->kind->name);
        if (!s->inst->backend->driver)
            skip(r, s, arena_printf(&r->arena, "this build cannot drive it: it was made without %s", s->inst->backend->driver_needs),
                 "install that and build again");
        if ((rc = give_file(r, s->inst, err)) < 0)
            return rc;
    }
    return 0;
}

/* Nothing can be run: each backend's reason, a line each. What failed was told when it did. */
static int none_usable(struct runner *r, struct error *err)
{
    struct buf b = {0};
    for (size_t i = 0; i < r->nsites; i++) {
        const struct result_backend *s = r->sites[i].result;
        if (s->status == RESULT_SKIPPED)
            buf_printf(&b, "\n  %s: %s%s%s", s->name, s->reason, s->enable ? ": " : "", s->enable ? s->enable : "");
    }
    int rc = error_set(err, ERR_CONNECT, "no backend can be reached%s", buf_text(&b));
    buf_release(&b);
    return rc;
}

static bool any_usable(const struct runner *r)
{
    for (size_t i = 0; i < r->nsites; i++)
        if (r->sites[i].usable)
            return true;
    return false;
}

int sites_open(struct runner *r, struct error *err)
{
    int rc = make_sites(r, err);
    if (rc == 0 && r->options->local)
        rc = start_local(r, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < r->nsites && !runner_stopped(r); i++) {
        struct site *s = &r->sites[i];
        if (s->attempted)
            continue;
        if (instance_is_configured(s->inst))
            connect_site(r, s);
        else
            skip(r, s, "not configured", s->inst->kind->enable);
    }
    if (runner_stopped(r))
        return error_set(err, ERR_INTERRUPTED, "interrupted");
    return any_usable(r) ? 0 : none_usable(r, err);
}

void sites_close(struct runner *r)
{
    for (size_t i = 0; i < r->nsites; i++)
        if (r->sites[i].server)
            r->sites[i].inst->backend->driver->close(r->sites[i].server);
    local_stop(r->local);
    tempdir_close(&r->tempdir);
}
