/* baseline.c - what makes two results comparable. */
#include "config.h"

#include "findings/baseline.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "findings/figures.h"
#include "findings/rank.h"
#include "findings/whose.h"

/* ---- what is refused ---- */

static int refuse(struct error *err, const char *name, const char *what, const char *then, const char *now)
{
    return error_set(
        err, ERR_USAGE,
        "the baseline '%s' measured something else: %s was %s, is %s; --save-baseline makes a new one", name,
        what, then, now);
}

static const char *param_of(const struct results *r, const char *name)
{
    for (uint32_t i = 0; i < r->nparams; i++)
        if (!strcmp(r->params[i].name, name))
            return r->params[i].text;
    return NULL;
}

static int check_params(const struct results *now, const struct results *base, const char *name,
                        struct error *err)
{
    for (uint32_t i = 0; i < now->nparams; i++) {
        const char *then = param_of(base, now->params[i].name);
        char what[80];
        snprintf(what, sizeof what, "param %s", now->params[i].name);
        if (then && strcmp(then, now->params[i].text))
            return refuse(err, name, what, then, now->params[i].text);
    }
    return 0;
}

static int check_entries(const struct results *now, const struct results *base, const char *name,
                         struct error *err)
{
    for (size_t i = 0; i < now->entries.count; i++)
        for (size_t k = 0; k < base->entries.count; k++) {
            const struct result_entry *e = now->entries.items[i], *then = base->entries.items[k];
            if (!figures_same_point(e, then))
                continue;
            if (!text_is_same(e->data_digest, then->data_digest))
                return error_set(err, ERR_USAGE,
                                 "the baseline '%s' measured something else: the tables of run '%s' (their columns, generators or "
                                 "rows) are not what they were; --save-baseline makes a new one", name, e->run);
            if (!text_is_same(e->request_digest, then->request_digest))
                return error_set(err, ERR_USAGE,
                                 "the baseline '%s' measured something else: what run '%s' asks for (its queries, their shares or "
                                 "their keys) is not what it was; --save-baseline makes a new one", name, e->run);
        }
    return 0;
}

int baseline_check(const struct results *now, const struct results *base, const char *name, struct error *err)
{
    if (!results_measured(base))
        return error_set(err, ERR_USAGE,
                         "the baseline '%s' measured nothing; --save-baseline makes a new one", name);
    char seeds[2][24];
    snprintf(seeds[0], sizeof seeds[0], "%llu", (unsigned long long)base->seed);
    snprintf(seeds[1], sizeof seeds[1], "%llu", (unsigned long long)now->seed);
    if (strcmp(base->workload, now->workload))
        return refuse(err, name, "the workload", base->workload, now->workload);
    if (base->verify && now->verify && strcmp(base->verify, now->verify))
        return refuse(err, name, "--verify", base->verify, now->verify);
    if (base->seed != now->seed)
        return refuse(err, name, "the seed", seeds[0], seeds[1]);
    int rc = check_params(now, base, name, err);
    return rc < 0 ? rc : check_entries(now, base, name, err);
}

/* ---- what is noted ---- */

static void note(struct results *now, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void note(struct results *now, const char *fmt, ...)
{
    va_list args;
    char text[600];
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (size_t i = 0; i < now->baseline_notes.count; i++)
        if (!strcmp(now->baseline_notes.items[i], text))
            return;
    vec_push(&now->arena, &now->baseline_notes, results_keep(now, text));
}

/* A service that is held against a stand-in, or a stand-in against another. */
static void note_whose(struct results *now, const struct results *base, const char *backend)
{
    struct buf before = {0}, after = {0};
    whose_put_server(&before, base, backend);
    whose_put_server(&after, now, backend);
    if (strcmp(buf_text(&before), buf_text(&after)))
        note(now, "another %s: %s then, %s now", backend, before.len ? buf_text(&before) : "no stand-in",
             after.len ? buf_text(&after) : "no stand-in");
    buf_release(&before);
    buf_release(&after);
}

static void note_machine(struct results *now, const struct results *base)
{
    const struct result_host *a = &base->host, *b = &now->host;
    if (strcmp(a->cpu, b->cpu) || a->cores != b->cores)
        note(now, "another machine: %s, %u cores then; %s, %u cores now. Differences may be the machines'",
             a->cpu, a->cores, b->cpu, b->cores);
    else if (strcmp(a->kernel, b->kernel))
        note(now, "another kernel: %s then, %s now", a->kernel, b->kernel);
    if (strcmp(base->version, now->version))
        note(now, "another wkl: %s then, %s now", base->version, now->version);
    for (size_t i = 0; i < now->backends.count; i++) {
        const struct result_backend *x = now->backends.items[i], *then = results_find_backend(base, x->name);
        if (then && x->version && then->version && strcmp(x->version, then->version))
            note(now, "another %s: %s then, %s now", x->name, then->version, x->version);
        if (then)
            note_whose(now, base, x->name);
    }
}

static bool same_place(const struct result_entry *a, const struct result_entry *b)
{
    return figures_same_point(a, b) && !strcmp(a->strategy, b->strategy) && !strcmp(a->backend, b->backend);
}

static bool same_load(const struct result_entry *a, const struct result_entry *b)
{
    return a->clients == b->clients && a->rate == b->rate;
}

const struct result_entry *baseline_find_anyhow(const struct results *r, const struct result_entry *e)
{
    for (size_t i = 0; i < r->entries.count; i++)
        if (same_place(r->entries.items[i], e))
            return r->entries.items[i];
    return NULL;
}

const struct result_entry *baseline_find(const struct results *base, const struct result_entry *e)
{
    const struct result_entry *then = baseline_find_anyhow(base, e);
    return then && same_load(then, e) ? then : NULL;
}

static const char *load_text(struct results *now, double rate)
{
    return rate > 0 ? arena_printf(&now->arena, "a rate of %g/s", rate) : "a closed loop";
}

const char *baseline_other_load(struct results *now, const struct result_entry *e,
                                const struct result_entry *then)
{
    if (e->clients != then->clients)
        return arena_printf(&now->arena, "it had %u clients then, %u now", then->clients, e->clients);
    if (e->rate != then->rate)
        return arena_printf(&now->arena, "it was %s then, %s now", load_text(now, then->rate),
                            load_text(now, e->rate));
    return NULL;
}

static void note_entry(struct results *now, const struct results *base, const struct result_entry *e)
{
    const struct result_entry *then = baseline_find_anyhow(base, e);
    if (!then) {
        note(now, "not compared: not in the baseline: %s, %s, %s", e->run, e->backend, e->strategy);
        return;
    }
    const char *load = baseline_other_load(now, e, then);
    if (load)
        note(now, "not compared: run %s: %s", e->run, load);
    else if (rank_unranked(base, then))
        note(now, "not compared: not ranked in the baseline: %s, %s, %s (%s)", e->run, e->backend,
             e->strategy, rank_unranked(base, then));
    else if (rank_unranked(now, e))
        note(now, "not compared: not ranked now: %s, %s, %s (%s)", e->run, e->backend, e->strategy,
             rank_unranked(now, e));
}

void baseline_set(struct results *now, const struct results *base, const char *name)
{
    now->baseline = base;
    now->baseline_name = results_keep(now, name);
    now->baseline_started = results_keep(now, base->started);
    now->baseline_notes.count = now->kept.count = 0;
    note_machine(now, base);
    for (size_t i = 0; i < now->entries.count; i++)
        note_entry(now, base, now->entries.items[i]);
    for (size_t i = 0; i < base->entries.count; i++) {
        const struct result_entry *then = base->entries.items[i];
        if (!baseline_find_anyhow(now, then))
            note(now, "only in the baseline: %s, %s, %s", then->run, then->backend, then->strategy);
    }
}
