/* judge.c - holds what is expected against what was measured, once all is measured. What was asked for and
 * has no figure (its run cannot be run, its backend failed, the user stopped) is not judged, and counts as
 * not held: a gate without a figure is no gate that was passed.
 *
 * Asked for is each point of the runs that --run takes, with each of its strategies, on each backend that -b
 * takes. A backend that nobody named and nobody configured was not asked for, and neither was one that an
 * expectation names behind `on`. */
#include "config.h"

#include <string.h>

#include "findings/costs.h"
#include "findings/expect.h"
#include "ir/narrow.h"
#include "plan/plan.h"
#include "run/runner.h"

static bool is_asked(const struct runner *r, const struct target *s)
{
    return s->result->status != RESULT_SKIPPED ||
           (r->options->backends && instance_is_named(r->options->backends, s->inst));
}

static bool is_at(const struct result_entry *e, const struct ir_point *point)
{
    return !strcmp(e->run, point->run->name) &&
           ir_params_same(e->sweep, e->nsweep, point->settings, point->nsettings);
}

static const struct result_entry *find_entry(const struct runner *r, const struct ir_point *point,
                                             const char *strategy, const char *backend)
{
    for (size_t i = 0; i < r->results->entries.count; i++) {
        const struct result_entry *e = r->results->entries.items[i];
        if (is_at(e, point) && !strcmp(e->strategy, strategy) && !strcmp(e->backend, backend))
            return e;
    }
    return NULL;
}

static const char *why_absent(struct runner *r, const struct ir_point *point, const char *strategy,
                              const struct target *s)
{
    const char *cannot = plan_cannot_run(&r->arena, NULL, point->run);
    for (size_t i = 0; i < r->absences.count && !cannot; i++) {
        const struct absence *a = &r->absences.items[i];
        if (a->target == s && a->point == point && !strcmp(a->strategy, strategy))
            cannot = a->reason;
    }
    if (cannot)
        return cannot;
    return s->result->reason ? s->result->reason : runner_stopped(r) ? r->results->stopped : "it was not run";
}

/* The entry, or one that says why there is none. */
static const struct result_entry *entry_of(struct runner *r, const struct ir_point *point,
                                           const char *strategy, const struct target *s)
{
    const struct result_entry *found = find_entry(r, point, strategy, s->inst->name);
    if (found)
        return found;
    struct result_entry *none = results_new_entry(r->results, point, strategy, s->inst->name);
    none->failed = results_keep(r->results, why_absent(r, point, strategy, s));
    return none;
}

/* `on NAME` takes names as -b does: of an instance, of a kind, of its keyword. */
static void judge(struct runner *r, const struct result_entry *e, const struct target *s,
                  const struct ir_expect *expects, uint32_t n, bool fail_if)
{
    for (uint32_t i = 0; i < n; i++) {
        struct ir_expect x = expects[i];
        if (x.backend && !instance_is_named(x.backend, s->inst))
            continue;
        x.backend = NULL;
        expect_evaluate(r->results, e, &x, 1, fail_if);
    }
}

static void judge_target(struct runner *r, const struct ir_point *point, const struct target *s)
{
    const struct ir_run *run = point->run;
    for (uint32_t i = 0; i < run->nstrategies; i++) {
        const struct result_entry *e = entry_of(r, point, run->strategies[i].text, s);
        judge(r, e, s, run->expects, run->nexpects, false);
        judge(r, e, s, r->ir->fails, r->ir->nfails, true);
    }
}

static bool is_asked_of(const struct runner *r, const char *backend)
{
    bool asked = !backend;
    for (size_t k = 0; k < r->ntargets && !asked; k++)
        asked = instance_is_named(backend, r->targets[k].inst) && is_asked(r, &r->targets[k]);
    return asked;
}

/* What a run has of --fail-if's queries; in its own expectations there are no others. */
static bool is_query_asked(const struct runner *r, const char *query)
{
    for (uint32_t i = 0; query && i < r->ir->nruns; i++)
        for (uint32_t k = 0; k < r->ir->runs[i].nmix; k++)
            if (narrow_takes_run(r->options->run, &r->ir->runs[i]) &&
                !strcmp(r->ir->runs[i].mix[k].query->name, query))
                return true;
    return !query;
}

/* Says which expectations of a single backend, or of a query, nobody asked for. */
static void pass_over(struct runner *r, const char *whose, const struct ir_expect *expects, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        const struct ir_expect *x = &expects[i];
        const char *why = !is_asked_of(r, x->backend)
                              ? arena_printf(&r->arena, "%s is not among the backends of this run",
                                             x->backend)
                          : !is_query_asked(r, x->query)
                              ? arena_printf(&r->arena, "no run asks the query '%s'", x->query)
                              : NULL;
        if (why)
            results_leave_out(r->results, arena_printf(&r->arena, "%s '%s'", whose, x->text),
                              arena_printf(&r->arena, "not judged: %s", why), NULL);
    }
}

void judge_all(struct runner *r)
{
    costs_settle(r->results);                         /* what is expected of costs is held against those that
                                                         are compared */
    for (uint32_t i = 0; i < r->ir->nruns; i++) {
        const struct ir_run *run = &r->ir->runs[i];
        if (!narrow_takes_run(r->options->run, run))
            continue;
        for (uint32_t k = 0; k < run->npoints; k++)
            for (size_t s = 0; s < r->ntargets; s++)
                if (is_asked(r, &r->targets[s]))
                    judge_target(r, &run->points[k], &r->targets[s]);
        pass_over(r, arena_printf(&r->arena, "run '%s': expect", run->name), run->expects, run->nexpects);
    }
    pass_over(r, "--fail-if", r->ir->fails, r->ir->nfails);
}
