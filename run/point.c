/* point.c - one sweep point of a run: every strategy on every target is planned, verified, and measured in
 * interleaved rounds. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "backends/lower.h"
#include "backends/pricing.h"
#include "backends/stand_in.h"
#include "backends/words.h"
#include "base/clock.h"
#include "base/mem.h"
#include "data/draw.h"
#include "emit/plan_text.h"
#include "findings/limit.h"
#include "run/costing.h"
#include "run/rest.h"
#include "run/runner.h"
#include "vm/codegen.h"

enum { DEFAULT_ROUNDS = 6, DEFAULT_SAMPLE = 100, USUAL_CONNECTIONS = 64, MOST_AS_NEEDED = 10000,
      VERIFY_TRIES = 3 };

struct cell {                                         /* a strategy on a target */
    const struct strategy *strategy;
    struct plan *plans;                               /* by query of the mix */
    struct program program;
    struct result_entry *entry;
    enum cost_basis basis;                            /* of its units */
    double emulated;                                  /* units that an emulator counted, in all rounds */
    bool installed;                                   /* what its requests need stands on the server */
};

struct stand {                                        /* a target within this point */
    struct target *target;
    struct pool pool;
    struct cell *cells;
    uint32_t ncells;
    struct rests rests;                               /* what looks at what was written */
    bool spoilt;                                      /* its tables were another's: none of its figures is
                                                         valid */
};

struct point {
    struct runner *r;
    const struct ir_point *ir;
    const struct ir_run *run;
    struct stand *stands;
    size_t nstands;
    uint32_t clients;
    double rate;
    bool as_needed;                                   /* open loop, and nobody said how many clients: that
                                                         many at most */
};

/* ---- plans ---- */

static int plan_cell(struct point *p, struct target *s, const struct strategy *strategy, struct cell *c,
                     struct error *err)
{
    struct arena *arena = &p->r->arena;
    const struct plan **plans = arena_array(arena, const struct plan *, p->run->nmix);
    c->strategy = strategy;
    c->plans = arena_array(arena, struct plan, p->run->nmix);
    for (uint32_t i = 0; i < p->run->nmix; i++) {
        int rc = lower_query(arena, s->inst, p->run->mix[i].query, strategy, &c->plans[i], err);
        if (rc < 0)
            return rc;
        plans[i] = &c->plans[i];
    }
    return codegen_client(arena, p->run, plans, &c->program, err);
}

static const struct plan **plans_of(struct point *p, const struct cell *c)
{
    const struct plan **plans = arena_array(&p->r->arena, const struct plan *, p->run->nmix);
    for (uint32_t i = 0; i < p->run->nmix; i++)
        plans[i] = &c->plans[i];
    return plans;
}

static double lookups_per_request(const struct point *p, const struct cell *c)
{
    double keys = 0;
    for (uint32_t i = 0; i < p->run->nmix; i++)
        for (uint32_t k = 0; k < c->plans[i].nrequests; k++)
            keys += p->run->mix[i].share * c->plans[i].requests[k].nkeys;
    return keys;
}

static const char *plan_text(const struct point *p, const struct cell *c)
{
    struct buf b = {0};
    for (uint32_t i = 0; i < p->run->nmix; i++)
        plan_put(&c->plans[i], false, &b);
    const char *text = arena_strdup(&p->r->results->arena, buf_text(&b));
    buf_release(&b);
    return text;
}

/* Other backends answer with what was written last: what does not is compared with them. */
static void note_promise(struct point *p, const struct target *s, struct cell *c)
{
    static const char *const words[] = {
        [PROMISE_SESSION] = "reads may miss recent writes of other sessions: `consistency strong` in its backend "
                            "block costs twice the units",
        [PROMISE_EVENTUAL] = "reads may miss recent writes (eventual consistency): `consistency strong` in its "
                             "backend block costs twice the units"};
    enum promise promise = instance_promise(s->inst, false);
    if (promise != PROMISE_LATEST)
        results_add_note(p->r->results, c->entry, words[promise]);
}

static void describe(struct point *p, struct target *s, struct cell *c)
{
    c->entry = results_add_entry(p->r->results, p->ir, c->strategy->text, s->inst->name);
    c->entry->clients = p->as_needed ? 0 : p->clients;
    c->entry->most_clients = p->as_needed ? p->clients : 0;
    c->entry->rate = p->rate;
    c->entry->workers = runner_jobs(p->r, p->clients);
    c->entry->embedded = instance_is_embedded(s->inst);
    c->entry->calls_per_request = costing_calls(p->run, plans_of(p, c));
    c->entry->tables_per_request = lookups_per_request(p, c);
    c->entry->plan = plan_text(p, c);
    for (uint32_t i = 0; i < p->run->nmix; i++)
        for (uint32_t k = 0; k < c->plans[i].nnotes; k++)
            results_add_note(p->r->results, c->entry, c->plans[i].notes[k]);
    note_promise(p, s, c);
}

/* The strategy is not measured on this target, for a reason that concerns no other. */
static void leave_out(struct point *p, struct target *s, const struct strategy *strategy, struct error *err)
{
    const char *what = arena_printf(&p->r->arena, "run '%s', strategy '%s' on %s", p->run->name,
                                    strategy->text, s->inst->name);
    instance_redact(s->inst, err->text);
    results_leave_out(p->r->results, what, err->text, NULL);
    progress_complain(p->r->progress, "%s: left out: %s", what, err->text);
    vec_push(&p->r->arena, &p->r->absences,
             ((struct absence){p->ir, strategy->text, s, arena_strdup(&p->r->arena, err->text)}));
}

static void plan_stand(struct point *p, struct stand *s)
{
    s->cells = arena_array(&p->r->arena, struct cell, p->run->nstrategies);
    for (uint32_t i = 0; i < p->run->nstrategies; i++) {
        struct error err = {0};
        const struct strategy *strategy = &p->run->strategies[i];
        if (plan_cell(p, s->target, strategy, &s->cells[s->ncells], &err) < 0) {
            leave_out(p, s->target, strategy, &err);
            continue;
        }
        s->ncells++;
    }
    struct error err = {0};
    if (s->ncells && rests_plan(&p->r->arena, s->target->inst, p->ir->ir, p->run, &s->rests, &err) < 0)
        target_fail(p->r, s->target, &err);
}

/* ---- getting ready ---- */

static uint32_t all_requests(struct point *p, struct stand *s, const struct request ***out)
{
    uint32_t n = rests_requests(&s->rests, NULL);
    for (uint32_t c = 0; c < s->ncells; c++)
        n += (uint32_t)s->cells[c].program.requests.count;
    *out = arena_array(&p->r->arena, const struct request *, n);
    n = 0;
    for (uint32_t c = 0; c < s->ncells; c++)
        for (size_t i = 0; i < s->cells[c].program.requests.count; i++)
            (*out)[n++] = s->cells[c].program.requests.items[i];
    return n + rests_requests(&s->rests, *out + n);
}

/* Makes, or drops, what a strategy's requests need on the server. */
static int install(struct point *p, struct stand *s, struct cell *c, bool on, struct error *err)
{
    const struct store *d = s->target->inst->backend->store;
    int (*hook)(struct server *, const struct request *, uint32_t, struct error *) = on ? d->install
                                                                                        : d->uninstall;
    int rc = 0;
    for (uint32_t i = 0; hook && rc == 0 && i < p->run->nmix; i++)
        rc = hook(s->target->server, c->plans[i].requests, c->plans[i].nrequests, err);
    c->installed = on && rc == 0;
    return rc;
}

static void remove_cell(struct stand *s, uint32_t at)
{
    memmove(&s->cells[at], &s->cells[at + 1], (s->ncells - at - 1) * sizeof *s->cells);
    s->ncells--;
}

/* What the server refuses (a privilege is missing, it is read only) costs the strategy that needs it, and no
 * other. */
static int install_all(struct point *p, struct stand *s, struct error *err)
{
    int rc = 0;
    for (uint32_t c = 0; rc == 0 && c < s->ncells;) {
        struct error undone = {0};
        rc = install(p, s, &s->cells[c], true, err);
        if (rc != ERR_SERVER) {
            c++;
            continue;
        }
        leave_out(p, s->target, s->cells[c].strategy, err);
        *err = (struct error){0};
        install(p, s, &s->cells[c], false, &undone);   /* a part of it may stand */
        remove_cell(s, c);
        rc = 0;
    }
    return rc;
}

/* As many connections as the calls that clients can have in flight need, up to a usual number; never fewer
 * than clients need. */
static uint32_t connections_for(const struct point *p, const struct stand *s)
{
    uint64_t most = 1;
    for (uint32_t c = 0; c < s->ncells; c++)
        for (uint32_t i = 0; i < p->run->nmix; i++) {
            const struct plan *plan = &s->cells[c].plans[i];
            uint64_t calls = (uint64_t)(plan->in_flight - 1) * plan->group_max + plan->fan_out;
            most = calls > most ? calls : most;
        }
    uint32_t given = p->r->options->connections ? p->r->options->connections
                                                : (uint32_t)instance_number(s->target->inst, "connections");
    if (given)
        return given;
    uint64_t wanted = most * p->clients < USUAL_CONNECTIONS ? most * p->clients : USUAL_CONNECTIONS;
    uint32_t depth = runner_depth(s->target->inst);
    wanted = wanted > p->clients || p->as_needed ? wanted : p->clients;
    return (uint32_t)((wanted + depth - 1) / depth);
}

static int open_crew(struct point *p, struct stand *s, struct error *err)
{
    const struct request **requests;
    uint32_t n = all_requests(p, s, &requests), connections = connections_for(p, s);
    s->pool.nthreads = runner_jobs(p->r, p->clients < connections ? p->clients : connections);
    return pool_open(p->r, s->target, &s->pool, connections, requests, n, err);
}

/* Each strategy by itself, on one connection: those whose requests the server does not take are left out.
 * Returns how many. */
static uint32_t leave_out_refused(struct point *p, struct stand *s)
{
    uint32_t before = s->ncells;
    for (uint32_t c = 0; c < s->ncells;) {
        struct pool alone = {.nthreads = 1};
        struct cell *cell = &s->cells[c];
        struct error err = {0}, undone = {0};
        int rc = pool_open(p->r, s->target, &alone, 1, cell->program.requests.items,
                           (uint32_t)cell->program.requests.count, &err);
        pool_close(&alone);
        if (rc != ERR_SERVER) {
            c++;
            continue;
        }
        leave_out(p, s->target, cell->strategy, &err);
        install(p, s, cell, false, &undone);
        remove_cell(s, c);
    }
    return before - s->ncells;
}

static void open_stand(struct point *p, struct stand *s)
{
    struct error err = {0};
    int rc = install_all(p, s, &err);
    if (rc == 0 && s->ncells)
        rc = open_crew(p, s, &err);
    if (rc == ERR_SERVER) {
        pool_close(&s->pool);
        if (leave_out_refused(p, s)) {
            err = (struct error){0};
            rc = s->ncells ? open_crew(p, s, &err) : 0;
        }
    }
    if (rc < 0)
        target_fail(p->r, s->target, &err);
    else if (!s->ncells)
        p->r->run_errors = true;                      /* nothing of this run is measured here, and the server
                                                         said why */
}

static void close_stand(struct point *p, struct stand *s)
{
    struct error err = {0};
    int rc = 0;
    pool_close(&s->pool);
    rests_release(&s->rests);
    for (uint32_t c = 0; c < s->ncells; c++)
        if (s->cells[c].installed && (rc = install(p, s, &s->cells[c], false, &err)) < 0)
            break;
    if (rc < 0 && s->target->usable)
        target_fail(p->r, s->target, &err);
}

/* ---- driving ---- */

static struct drive drive_of(const struct point *p, const struct stand *s, const struct cell *c)
{
    const struct run_options *o = p->r->options;
    return (struct drive){
        .program = &c->program, .run = p->run, .clients = p->clients,
        .seed = draw_run_seed(p->r->data.seed, p->run->name),
        .label = arena_printf(&p->r->arena, "%s, %s", s->target->inst->name, c->strategy->text),
        .verify = o->has_verify ? o->verify : VERIFY_COUNT,
        .rests = &s->rests, .touched = s->rests.touched,
    };
}

static void judge(struct point *p, struct stand *s, struct cell *c, struct driven *d)
{
    if (d->mismatch.count) {
        p->r->wrong_rows = true;
        progress_complain(p->r->progress, "%s, %s: WRONG ROWS: %s", s->target->inst->name, c->strategy->text,
                          d->mismatch.text);
    }
    if (d->fatal.code) {
        if (!c->entry->nrounds) {
            instance_redact(s->target->inst, d->fatal.text);
            c->entry->failed = results_keep(p->r->results, d->fatal.text);
        }
        target_fail(p->r, s->target, &d->fatal);
    }
    if (d->tally->errors)
        p->r->run_errors = true;
}

/* Whether the tables still stand as they were when this point began. Where they do not, nothing that was
 * measured of them is valid. */
static bool still_stands(struct point *p, struct stand *s)
{
    struct error err = {0};
    if (s->spoilt || !owning_holds(p->r, s->target, p->ir->ir))
        error_set(&err, ERR_FOREIGN, "its tables were not this run's alone");
    else if (tables_stand(p->r, s->target, p->ir->ir, &err) < 0)
        target_fail(p->r, s->target, &err);
    s->spoilt = err.code == ERR_FOREIGN;
    for (uint32_t i = 0; s->spoilt && i < s->ncells; i++)
        if (!s->cells[i].entry->failed)
            s->cells[i].entry->failed = results_keep(p->r->results, err.text);
    return !s->spoilt;
}

/* Whether the sample is worth asking for once more: connections were cut, and nothing else went wrong. */
static bool only_lost(const struct driven *d)
{
    return d->tally->errors && d->tally->errors == d->tally->classes[FAULT_LOST].count && !d->fatal.code &&
           !d->mismatch.count;
}

/* The sample's requests. What a cut connection took says nothing of the rows, so that all are asked for
 * again. */
static struct driven ask_sample(struct point *p, struct stand *s, const struct drive *d)
{
    struct driven out = {.tally = tally_new()};
    pool_drive(p->r, &s->pool, d, &out);
    for (int tries = 1; tries < VERIFY_TRIES && only_lost(&out) && !runner_stopped(p->r); tries++) {
        progress_say(p->r->progress, "%s: a connection was lost (%s): once more", d->label,
                     out.tally->classes[FAULT_LOST].first);
        tally_free(out.tally);
        out = (struct driven){.tally = tally_new()};
        pool_drive(p->r, &s->pool, d, &out);
    }
    return out;
}

static void verify_cell(struct point *p, struct stand *s, struct cell *c)
{
    struct drive d = drive_of(p, s, c);
    d.requests = p->r->options->sample ? p->r->options->sample : DEFAULT_SAMPLE;
    d.clients = d.clients < d.requests ? d.clients : (uint32_t)d.requests;
    d.clients = d.clients < s->pool.connections || !p->as_needed ? d.clients : s->pool.connections;
    d.verify = VERIFY_ROWS;
    d.unthinking = true;
    d.label = arena_printf(&p->r->arena, "verifying %s", d.label);
    struct driven out = ask_sample(p, s, &d);
    if (out.mismatch.count && !still_stands(p, s))
        out.mismatch.count = 0;                       /* other rows than ours, not wrong ones */
    judge(p, s, c, &out);
    if (out.tally->errors && !out.fatal.code)
        for (int i = 0; i < FAULT_COUNT; i++)
            if (out.tally->classes[i].count)
                progress_complain(p->r->progress, "%s: %llu requests failed: %s", d.label,
                                  (unsigned long long)out.tally->classes[i].count,
                                  out.tally->classes[i].first);
    if (!out.fatal.code && !out.tally->errors && !s->spoilt && !runner_stopped(p->r))
        results_add_verified(p->r->results, c->entry, out.tally->requests, out.tally->rows,
                             out.mismatch.count, out.mismatch.count ? out.mismatch.text : NULL);
    else if (out.mismatch.count)
        results_add_verified(p->r->results, c->entry, out.tally->requests, out.tally->rows,
                             out.mismatch.count, out.mismatch.text);
    results_add_at_rest(p->r->results, c->entry, out.at_rest);
    tally_free(out.tally);
}

/* ---- costs ---- */

/* What the units of a round are: what the service said, or its published rules, or nothing. An emulator's are
 * kept aside. */
static void count_units(struct point *p, const struct stand *s, struct cell *c, const struct driven *d)
{
    const struct instance *inst = s->target->inst;
    struct units units;
    if (d->measured_units && !stand_in_is(inst)) {
        c->basis = COST_MEASURED;
    } else if (costing_model_units(inst, p->run, plans_of(p, c), &units)) {
        c->basis = COST_MODELLED;
        c->emulated += d->measured_units ? d->tally->units : 0;
        d->tally->units = (units.reads + units.writes) * (double)d->tally->requests;
        d->tally->write_units = units.writes * (double)d->tally->requests;
    }
}

/* Once all rounds are there: units of a request, and what the service was seen to carry. */
static void price_cell(struct point *p, struct stand *s, struct cell *c)
{
    const struct instance *inst = s->target->inst;
    const struct tally *all = &c->entry->all;
    double requests = (double)all->requests;
    if (!all->requests)
        return;
    bool limited = c->entry->rate <= 0 || limit_of(c->entry) == LIMIT_RATE;   /* else it carried that rate, and may carry more */
    double throughput = all->seconds > 0 ? requests / all->seconds : 0;
    double carried = limited || throughput > c->entry->rate ? throughput : c->entry->rate;
    struct billing_demand demand = {.units = {(all->units - all->write_units) / requests,
                                              all->write_units / requests},
                                    .basis = c->basis,
                                    .emulated = c->emulated / requests,
                                    .carries = stand_in_is(inst) ? 0 : carried};
    costing_set(p->r->results, c->entry, inst, p->ir->ir, &demand);
}

/* How long all rounds take together; 0: they are counted. */
static uint64_t time_of(const struct run_options *o, const struct ir_run *run)
{
    return o->time_ns ? o->time_ns : o->requests ? 0 : run->for_ns;
}

static uint64_t requests_of(const struct run_options *o, const struct ir_run *run)
{
    return time_of(o, run) ? 0 : o->requests ? o->requests : run->for_requests;
}

static uint32_t rounds_of(const struct run_options *o, const struct ir_run *run)
{
    uint32_t rounds = o->rounds ? o->rounds : DEFAULT_ROUNDS;
    uint64_t requests = requests_of(o, run);
    return requests && requests < rounds ? (uint32_t)requests : rounds;       /* a round has a request */
}

void point_foresee(struct runner *r, const struct ir_run *run)
{
    uint32_t targets = 0;
    for (size_t i = 0; i < r->ntargets; i++)
        targets += r->targets[i].usable;
    r->rounds_ahead += rounds_of(r->options, run) * run->nstrategies * targets;
}

/* "share=80%; rows=5k", as the CSV report has it. */
static const char *sweep_text(const struct point *p)
{
    struct buf b = {0};
    for (uint32_t i = 0; i < p->ir->nsettings; i++)
        buf_printf(&b, "%s%s=%s", i ? "; " : "", p->ir->settings[i].name, p->ir->settings[i].text);
    const char *text = arena_strdup(&p->r->arena, buf_text(&b));
    buf_release(&b);
    return text;
}

static const char *const *query_names(const struct point *p)
{
    const char **names = arena_array(&p->r->arena, const char *, p->run->nmix);
    for (uint32_t i = 0; i < p->run->nmix; i++)
        names[i] = p->run->mix[i].query->name;
    return names;
}

static void measure_cell(struct point *p, struct stand *s, struct cell *c, uint32_t round, uint32_t rounds)
{
    const struct run_options *o = p->r->options;
    struct drive d = drive_of(p, s, c);
    struct driven out = {.tally = tally_new()};
    uint64_t for_ns = time_of(o, p->run), requests = requests_of(o, p->run);
    struct request_source log = {p->run->name,        sweep_text(p), c->strategy->text,
                                 s->target->inst->name, round + 1,     (uint64_t)(round + 1) << 32,
                                 query_names(p)};
    d.log = &log;
    d.warmup_ns = (o->has_warmup ? o->warmup_ns : p->run->warmup_ns) / rounds;
    d.for_ns = for_ns / rounds;
    d.requests = requests / rounds + (round < requests % rounds);
    d.rate = p->rate;
    d.as_needed = p->as_needed;
    d.latency_limit_ns = o->latency_limit_ns;
    d.first_request = log.first_request;
    d.label = arena_printf(&p->r->arena, "round %u/%u  %s", round + 1, rounds, d.label);
    p->r->rounds_from = p->r->rounds_done ? p->r->rounds_from : clock_ns();
    pool_drive(p->r, &s->pool, &d, &out);
    if (p->as_needed && out.clients > c->entry->clients)
        c->entry->clients = out.clients;
    if (out.at_once > c->entry->at_once)
        c->entry->at_once = out.at_once;
    count_units(p, s, c, &out);
    if (out.mismatch.count && !still_stands(p, s))
        out.mismatch.count = 0;
    judge(p, s, c, &out);
    if (out.tally->requests || out.tally->errors || out.tally->skipped)
        results_add_round(p->r->results, c->entry, out.tally);
    results_add_trace(p->r->results, c->entry, &out.slowest);
    if (out.mismatch.count)
        results_add_verified(p->r->results, c->entry, out.tally->requests, out.tally->rows,
                             out.mismatch.count, out.mismatch.text);
    results_add_at_rest(p->r->results, c->entry, out.at_rest);
    tally_free(out.tally);
}

static bool goes_on(const struct point *p, const struct stand *s)
{
    return s->target->usable && !runner_stopped(p->r);
}

/* Strategies and targets take turns within each round, so that whatever drifts hits all alike; every other
 * round goes backwards, so that none is always the one that follows another. */
static void measure_all(struct point *p)
{
    uint32_t rounds = rounds_of(p->r->options, p->run);
    size_t turns = p->run->nstrategies * p->nstands;
    for (uint32_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < turns; i++) {
            size_t turn = round % 2 ? turns - 1 - i : i;
            struct stand *s = &p->stands[turn % p->nstands];
            if (turn / p->nstands >= s->ncells || !goes_on(p, s))
                continue;
            measure_cell(p, s, &s->cells[turn / p->nstands], round, rounds);
            p->r->rounds_done++;
        }
}

/* Where it cannot be noted, the target fails, and nothing is written. */
static void make_ready_to_write(struct point *p, struct stand *s)
{
    struct error err = {0};
    int rc = s->ncells && goes_on(p, s) ? tables_change(p->r, s->target, p->run, &err) : 0;
    if (rc < 0)
        target_fail(p->r, s->target, &err);
}

static void verify_all(struct point *p)
{
    for (size_t i = 0; i < p->nstands; i++)
        make_ready_to_write(p, &p->stands[i]);
    for (size_t i = 0; i < p->nstands; i++)
        for (uint32_t c = 0; c < p->stands[i].ncells && goes_on(p, &p->stands[i]); c++)
            verify_cell(p, &p->stands[i], &p->stands[i].cells[c]);
}

static const char *point_title(struct runner *r, const struct ir_point *ir)
{
    struct buf b = {0};
    buf_printf(&b, "run %s", ir->run->name);
    for (uint32_t i = 0; i < ir->nsettings; i++)
        buf_printf(&b, "%s%s = %s", i ? ", " : ": ", ir->settings[i].name, ir->settings[i].text);
    const char *title = arena_strdup(&r->arena, buf_text(&b));
    buf_release(&b);
    return title;
}

/* A sweep goes before the option, as it goes before -D: a point is what its label says. */
static bool is_swept(const struct point *p, const char *name)
{
    for (uint32_t i = 0; i < p->ir->nsettings; i++)
        if (!strcmp(p->ir->settings[i].name, name))
            return true;
    return false;
}

/* What was asked for and has no effect on this run, once for all of its points. */
static void tell_unheeded(struct point *p)
{
    struct runner *r = p->r;
    const struct run_options *o = r->options;
    const char *run = p->run->name;
    if (r->heeded && !strcmp(r->heeded, run))
        return;
    r->heeded = run;
    const struct { const char *name, *option; bool given; } swept[] = {{"rate", "--rate", o->rate > 0}, {"clients", "--clients", o->clients}};
    for (size_t i = 0; i < sizeof swept / sizeof *swept; i++)
        if (swept[i].given && is_swept(p, swept[i].name))
            progress_say(r->progress, "run %s: its `sweep %s` goes before %s", run, swept[i].name,
                         swept[i].option);
    for (size_t i = 0; i < o->front.ndefines; i++)
        if (is_swept(p, o->front.defines[i].name))
            progress_say(r->progress, "run %s: its `sweep %s` goes before -D", run, o->front.defines[i].name);
    if (p->rate > 0 && p->run->think_ns) {
        progress_say(r->progress,
                     "run %s: with --rate requests come when they are due, and its `think` has no effect",
                     run);
        results_leave_out(r->results, arena_printf(&r->arena, "think of run '%s'", run),
                          "with --rate requests come when they are due, and nobody thinks", NULL);
    }
    if (p->rate <= 0 && o->latency_limit_ns)
        progress_say(r->progress,
                     "run %s: it has no rate, so that no request is due, and --latency-limit has no effect",
                     run);
}

static void plan_point(struct point *p, struct runner *r, const struct ir_point *ir)
{
    double rate = r->options->rate;
    uint32_t clients = r->options->clients;
    *p = (struct point){.r = r, .ir = ir, .run = ir->run};
    p->rate = is_swept(p, "rate") || rate <= 0 ? ir->run->rate : rate;
    p->clients = is_swept(p, "clients") || !clients ? ir->run->clients : clients;
    tell_unheeded(p);
    p->as_needed = !p->clients && p->rate > 0;
    if (!p->clients)
        p->clients = p->as_needed ? MOST_AS_NEEDED : 1;
    p->stands = arena_array(&r->arena, struct stand, r->ntargets);
    for (size_t i = 0; i < r->ntargets; i++) {
        if (!r->targets[i].usable)
            continue;
        struct stand *s = &p->stands[p->nstands++];
        s->target = &r->targets[i];
        plan_stand(p, s);
    }
}

void point_run(struct runner *r, const struct ir_point *ir)
{
    struct point p;
    plan_point(&p, r, ir);
    if (!p.nstands)
        return;                                       /* all were reported to have failed before */
    progress_begin(r->progress, point_title(r, ir), NULL, 0);
    for (size_t i = 0; i < p.nstands; i++) {
        if (p.stands[i].ncells && goes_on(&p, &p.stands[i]))
            open_stand(&p, &p.stands[i]);
        for (uint32_t c = 0; c < p.stands[i].ncells; c++)
            describe(&p, p.stands[i].target, &p.stands[i].cells[c]);
    }
    verify_all(&p);
    measure_all(&p);
    progress_end(r->progress);
    for (size_t i = 0; i < p.nstands; i++) {
        if (p.stands[i].ncells && goes_on(&p, &p.stands[i]))
            still_stands(&p, &p.stands[i]);
        close_stand(&p, &p.stands[i]);
        for (uint32_t c = 0; c < p.stands[i].ncells; c++)
            price_cell(&p, &p.stands[i], &p.stands[i].cells[c]);
    }
}

void point_show_plans(struct runner *r, const struct ir_point *ir)
{
    struct point p;
    struct buf b = {0};
    plan_point(&p, r, ir);
    buf_printf(&b, "%s\n", point_title(r, ir));
    for (size_t i = 0; i < p.nstands; i++)
        for (uint32_t c = 0; c < p.stands[i].ncells; c++)
            for (uint32_t q = 0; q < p.run->nmix; q++)
                plan_put(&p.stands[i].cells[c].plans[q], false, &b);
    for (size_t i = 0; i < p.nstands; i++)
        rests_release(&p.stands[i].rests);
    fputs(buf_text(&b), stdout);
    buf_release(&b);
}
