/* measure.c - one measurement: a worker in each thread of a pool, their counts added up. */
#include "config.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "backends/words.h"
#include "base/clock.h"
#include "base/handles.h"
#include "base/mem.h"
#include "base/thread.h"
#include "run/proof.h"
#include "run/rest.h"
#include "run/runner.h"
#include "run/viewer.h"
#include "vm/worker.h"

static const uint64_t LOOK_NS = 50 * NS_PER_MS;       /* so often it is looked how far the workers are */
static const uint64_t SILENCE_NS = 30 * NS_PER_S;     /* no answer at all for so long: the server is taken for
                                                         gone */

enum { HANDLES_A_THREAD = 4 };                          /* a loop, its timer, what libraries wake themselves
                                                           with */

/* Half of the machine's cores, where nothing is said: the server may stand beside us. Never more threads than
 * clients. */
uint32_t runner_jobs(const struct runner *r, uint32_t clients)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t jobs = r->options->jobs ? r->options->jobs : cores > 2 ? (uint32_t)cores / 2 : 1;
    return jobs < clients ? jobs : clients;
}

uint32_t runner_depth(const struct instance *inst)
{
    const struct wire *w = inst->backend->wire;
    return w->depth ? w->depth(inst) : 1;
}

/* ---- threads ---- */

int pool_open(struct runner *r, struct target *s, struct pool *pool, uint32_t connections,
              const struct request *const *requests, uint32_t n, struct error *err)
{
    const struct wire *w = s->inst->backend->wire;
    uint32_t threads = pool->nthreads;
    char what[40];
    snprintf(what, sizeof what, "%u connections", connections);
    int rc = handles_reserve(connections * w->handles + threads * HANDLES_A_THREAD, what, err);
    pool->target = s;
    pool->connections = connections;
    pool->threads = mem_alloc(threads * sizeof *pool->threads);
    for (uint32_t i = 0; rc == 0 && i < threads; i++) {
        struct pool_thread *t = &pool->threads[i];
        t->loop = loop_new();
        t->connections = connections / threads + (i < connections % threads);
        struct session_options o = {.connections = t->connections,
                                    .max_tries = r->options->max_tries ? r->options->max_tries : 10};
        rc = w->open(s->inst, t->loop, &o, &t->session, err);
        if (rc == 0)
            rc = w->prepare(t->session, requests, n, err);
    }
    return rc;
}

void pool_close(struct pool *pool)
{
    for (uint32_t i = 0; pool->threads && i < pool->nthreads; i++) {
        if (pool->threads[i].session)
            pool->target->inst->backend->wire->close(pool->threads[i].session);
        loop_free(pool->threads[i].loop);
    }
    mem_free(pool->threads);
    pool->threads = NULL;
}

/* ---- driving ---- */

struct running {
    pthread_t thread;
    struct worker *worker;
    sem_t *ended;                                     /* posted by each thread that ends */
};

static void *run_worker(void *arg)
{
    struct running *h = arg;
    worker_run(h->worker);
    sem_post(h->ended);
    return NULL;
}

/* A share of `whole` for thread i of n, such that the shares add up. */
static uint64_t share_of(uint64_t whole, uint32_t i, uint32_t n)
{
    return whole / n + (i < whole % n);
}

/* Reads may bring what stood in an earlier stretch, as after a write without an answer. */
static bool may_be_stale(const struct target *s)
{
    return instance_promise(s->inst, false) != PROMISE_LATEST;
}

static struct worker *new_worker(struct runner *r, struct pool *pool, const struct drive *d, uint32_t i,
                                 uint32_t n, struct ring *ring, struct window *window,
                                 struct history *history, atomic_ullong *answered)
{
    uint32_t first = 0;
    uint64_t before = 0;
    for (uint32_t k = 0; k < i; k++) {
        first += (uint32_t)share_of(d->clients, k, n);
        before += share_of(d->requests, k, n);
    }
    struct worker_setup s = {
        .history = history, .unsure = pool->target->unsure || (!d->at_rest && may_be_stale(pool->target)),
        .program = d->program, .instance = pool->target->inst, .loop = pool->threads[i].loop,
        .session = pool->threads[i].session,
        .connections = pool->threads[i].connections * runner_depth(pool->target->inst),
        .depth = runner_depth(pool->target->inst),
        .clients = (uint32_t)share_of(d->clients, i, n),
        .as_needed = d->as_needed, .first_client = d->as_needed ? i : first,
        .all_clients = d->as_needed ? n : d->clients,
        .asked = d->asked ? d->asked + before : NULL, .at_rest = d->at_rest,
        .gained = pool->target->gained, .heals = d->heals, .values_of = d->values_of, .touched = d->touched,
        .rate = d->rate / n, .seed = d->seed, .turn = d->turn, .first_request = d->first_request,
        .warmup_ns = d->warmup_ns,
        .for_ns = d->for_ns,
        .for_requests = share_of(d->requests, i, n), .latency_limit_ns = d->latency_limit_ns,
        .silence_limit_ns = SILENCE_NS,
        .verify = d->verify, .unthinking = d->unthinking, .stop = r->stop, .answered = answered, .ring = ring,
        .window = window,
    };
    return worker_new(&s);
}

/* Sleeps until a thread has ended, which is true, or it is time to look how far they are: polling more often
 * would take CPU time from the workers. */
static bool thread_ended(sem_t *ended)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    uint64_t ns = (uint64_t)until.tv_nsec + LOOK_NS;
    until.tv_sec += (time_t)(ns / NS_PER_S);
    until.tv_nsec = (long)(ns % NS_PER_S);
    return sem_timedwait(ended, &until) == 0;
}

static void keep_slowest(struct trace *kept, const struct trace *t)
{
    uint64_t followed = kept->followed + t->followed;
    if (t->response > kept->response)
        *kept = *t;
    kept->followed = followed;
}

/* The workers, who hold the words, are about to go. */
static void keep_words(const struct runner *r, struct tally *t)
{
    for (int i = 0; i < FAULT_COUNT; i++)
        t->classes[i].first = results_keep(r->results, t->classes[i].first);
    for (uint32_t i = 0; i < t->nqueries; i++)
        keep_words(r, &t->queries[i]);
}

/* Whether a worker ended with calls on their way. */
static bool collect(const struct runner *r, struct running *running, uint32_t n, struct driven *out)
{
    uint64_t from = UINT64_MAX, to = 0, over = 0, at_work = 0, who_worked = 0;
    bool unanswered = false;
    for (uint32_t i = 0; i < n; i++) {
        const struct worker_result *w = worker_result(running[i].worker);
        tally_add(out->tally, w->tally);
        out->clients += w->clients;
        out->at_once += w->at_once;
        from = w->from_ns < from ? w->from_ns : from;
        to = w->to_ns > to ? w->to_ns : to;
        over = w->over_ns > over ? w->over_ns : over;
        at_work += w->at_work_ns;
        who_worked += w->at_work;
        out->measured_units |= w->measured_units;
        unanswered |= w->unanswered;
        out->unsure |= w->unsure;
        out->fresh = w->fresh > out->fresh ? w->fresh : out->fresh;
        keep_slowest(&out->slowest, w->slowest);
        mismatch_merge(&out->mismatch, &w->mismatch);
        if (!out->fatal.code)
            out->fatal = w->fatal;
    }
    out->tally->seconds = to > from ? (double)(to - from) / 1e9 : 0;
    out->tally->wall = over > from ? (double)(over - from) / 1e9 : 0;
    if (who_worked)                                   /* closed loop: of the mean client */
        out->tally->seconds = (double)at_work / (double)who_worked / 1e9;
    for (uint32_t i = 0; i < out->tally->nqueries; i++) {
        out->tally->queries[i].seconds = out->tally->seconds;
        out->tally->queries[i].wall = out->tally->wall;
    }
    keep_words(r, out->tally);
    return unanswered;
}

/* NULL where nothing is logged. */
static struct ring **open_rings(struct runner *r, const struct drive *d, uint32_t n)
{
    if (!r->log || !d->log)
        return NULL;
    struct ring **rings = mem_alloc(n * sizeof *rings);
    for (uint32_t i = 0; i < n; i++)
        rings[i] = ring_new();
    request_log_begin(r->log, d->log, rings, n);
    return rings;
}

static void close_rings(struct runner *r, struct ring **rings, uint32_t n)
{
    if (!rings)
        return;
    request_log_end(r->log);
    for (uint32_t i = 0; i < n; i++)
        ring_free(rings[i]);
    mem_free(rings);
}

/* Whether all calls were answered. */
static bool drive(struct runner *r, struct pool *pool, const struct drive *d, struct proof *proof,
                  struct driven *out)
{
    uint32_t n = pool->nthreads < d->clients ? pool->nthreads : d->clients;
    if (d->requests && d->requests < n)
        n = (uint32_t)d->requests;
    struct running *running = mem_alloc(n * sizeof *running);
    struct ring **rings = open_rings(r, d, n);
    struct viewer *viewer = viewer_open(r, d, n);
    atomic_ullong answered = 0;
    sem_t ended;
    sem_init(&ended, 0, 0);
    for (uint32_t i = 0; i < n; i++) {
        struct worker *worker = new_worker(r, pool, d, i, n, rings ? rings[i] : NULL,
                                           viewer_window(viewer, i), proof_history(proof, i), &answered);
        running[i] = (struct running){.worker = worker, .ended = &ended};
        thread_start(&running[i].thread, run_worker, &running[i], "a thread that sends requests");
    }
    for (uint32_t at_work = n; at_work;) {
        if (thread_ended(&ended))
            at_work--;
        viewer_look(viewer, atomic_load(&answered));
    }
    for (uint32_t i = 0; i < n; i++)
        pthread_join(running[i].thread, NULL);
    close_rings(r, rings, n);
    bool unanswered = collect(r, running, n, out);
    for (uint32_t i = 0; i < n; i++)
        worker_free(running[i].worker);
    sem_destroy(&ended);
    viewer_close(viewer);
    mem_free(running);
    return !unanswered;
}

/* ---- what was written, at rest ---- */

enum { REST_TRIES = 5, REST_CLIENTS = 64, REST_KEYS = 512, LATE_LOOKS = 3, LATE_US = 200000 };

/* One request for each of these keys. False: not all were answered, why is in *err. */
static bool ask_each(struct runner *r, struct pool *pool, const struct drive *how, struct proof *proof,
                     struct mismatch *wrong, struct error *err)
{
    struct drive d = *how;
    struct driven out = {.tally = tally_new()};
    d.clients = pool->connections < REST_CLIENTS ? pool->connections : REST_CLIENTS;
    d.clients = d.clients < d.requests ? d.clients : (uint32_t)d.requests;
    d.unthinking = true;
    bool complete = drive(r, pool, &d, proof, &out) && !out.tally->errors;
    for (int i = 0; i < FAULT_COUNT && !complete && !out.fatal.code; i++)
        if (out.tally->classes[i].count)
            error_set(&out.fatal, ERR_SERVER, "%s", out.tally->classes[i].first);
    mismatch_merge(wrong, &out.mismatch);
    *err = out.fatal;
    tally_free(out.tally);
    return complete;
}

/* Connections may be cut, now as before: what is asked may be asked again, a few keys at a time, so that the
 * more there are the more cuts are survived. */
bool pool_ask(struct runner *r, struct pool *pool, const struct drive *d, struct proof *proof,
                    struct mismatch *wrong, struct error *err)
{
    bool complete = true;
    for (uint64_t at = 0; at < d->requests && complete; at += REST_KEYS) {
        struct drive some = *d;
        some.asked = d->asked + at;
        some.requests = d->requests - at < REST_KEYS ? d->requests - at : REST_KEYS;
        complete = false;
        for (int i = 0; !complete && i < REST_TRIES && !runner_stopped(r); i++)
            complete = ask_each(r, pool, &some, proof, wrong, err);
    }
    instance_redact(pool->target->inst, err->text);
    return complete || runner_stopped(r);
}

static struct drive rest_of(const struct drive *d, const struct program *program)
{
    return (struct drive){.program = program, .turn = d->turn, .seed = d->seed, .label = d->label,
                          .verify = VERIFY_ROWS, .touched = d->touched};
}

static void look(struct runner *r, struct pool *pool, const struct drive *d, const struct rest *rest,
                 struct proof *proof, struct driven *out)
{
    struct drive each = rest_of(d, &rest->look);
    struct error err = {0};
    uint32_t n;
    uint64_t *ordinals = proof_written(proof, &r->data, rest->table, &n);
    each.asked = ordinals;
    each.requests = n;
    each.at_rest = true;
    bool seen = true, late = instance_promise(pool->target->inst, true) != PROMISE_LATEST;
    for (int i = 0; n && seen && i < (late ? LATE_LOOKS : 1); i++) {
        if (late)
            usleep(LATE_US);
        seen = pool_ask(r, pool, &each, proof, &out->mismatch, &err);
    }
    out->at_rest += seen ? n : 0;
    if (!seen) {
        progress_complain(r->progress, "%s: what was written to '%s' could not be read afterwards: %s",
                          d->label, rest->table->name, err.text);
        r->run_errors = true;
    }
    mem_free(ordinals);
}

/* By a connection of its own: that of the target is for the tables' notes, and must not break. */
int target_count(const struct target *s, const struct table *t, uint64_t *rows, struct error *err)
{
    const struct store *store = s->inst->backend->store;
    struct server *server;
    int rc = store->open(s->inst, &server, err);
    if (rc < 0)
        return rc;
    rc = store->count(server, t, rows, err);
    store->close(server);
    return rc;
}

/* Where all were answered: its rows are those that were loaded, and what statements have brought and taken. */
static void count_rows(struct runner *r, struct pool *pool, const struct drive *d, const struct table *t,
                       struct driven *out)
{
    const struct store *store = pool->target->inst->backend->store;
    struct touched *touched = &d->rests->touched[t->id];
    uint64_t least, most, rows = 0;
    int rc = -1;
    if (!touched->rows || !store->count || t->rows > store->count_most ||
        !balance_bounds(&touched->balance, t->rows, &least, &most))
        return;
    struct error err = {0};
    for (int i = 0; i < REST_TRIES && !runner_stopped(r); i++) {
        err = (struct error){0};
        rc = target_count(pool->target, t, &rows, &err);
        if (rc == 0 && rows >= least && rows <= most)
            return;
        if (rc == 0 && instance_promise(pool->target->inst, true) == PROMISE_LATEST)
            break;
        usleep(LATE_US);
    }
    if (runner_stopped(r))
        return;
    if (rc == 0) {
        proof_tell_count(pool->target, t, least, most, rows, &out->mismatch);
        return;
    }
    instance_redact(pool->target->inst, err.text);
    progress_complain(r->progress, "%s: the rows of '%s' could not be counted: %s", d->label, t->name, err.text);
    r->run_errors = true;
}

/* The rows of a table that are to come back, or to go again. */
static bool heal(struct runner *r, struct pool *pool, const struct drive *d, const struct table *t,
                 const struct program *program, bool loaded, struct driven *out)
{
    struct drive each = rest_of(d, program);
    struct error err = {0};
    uint64_t *ordinals = rests_touched(d->rests, &r->data, t, loaded, &each.requests);
    each.asked = ordinals;
    each.heals = true;
    bool done = pool_ask(r, pool, &each, NULL, &out->mismatch, &err);
    mem_free(ordinals);
    if (!done && !out->fatal.code)
        error_set(&out->fatal, ERR_SERVER, "the rows of '%s' could not be brought back to what was loaded: %s",
                  t->name, err.text);
    return done;
}

/* A write without an answer may still arrive, and reads may be stale: then what was touched stays marked. */
static void heal_all(struct runner *r, struct pool *pool, const struct drive *d, struct driven *out)
{
    for (uint32_t i = 0; d->rests && i < d->rests->n && !out->fatal.code; i++) {
        const struct rest *rest = &d->rests->items[i];
        struct touched *touched = &d->rests->touched[rest->table->id];
        bool healed = touched->rows && heal(r, pool, d, rest->table, &rest->put, true, out) &&
                      heal(r, pool, d, rest->table, &rest->remove, false, out);
        if (healed)
            balance_heal(&touched->balance);
        if (healed && !pool->target->unsure && !may_be_stale(pool->target))
            touched_clear(touched);
    }
}

void pool_drive(struct runner *r, struct pool *pool, const struct drive *how, struct driven *out)
{
    struct drive d = *how;
    struct target *target = pool->target;
    struct proof *proof = proof_open(d.program, pool->nthreads);
    d.turn = ++target->turns;
    bool answered = drive(r, pool, &d, proof, out);
    target->unsure |= proof && (!answered || out->unsure);
    target->gained += out->fresh * (d.as_needed ? pool->nthreads : d.clients);
    for (uint32_t i = 0; proof && d.rests && i < d.rests->n; i++) {
        const struct rest *rest = &d.rests->items[i];
        d.rests->touched[rest->table->id].balance.unknown |= !answered;
        if (answered)
            look(r, pool, &d, rest, proof, out);
    }
    proof_judge(proof, r, target, answered, out->tally, &out->mismatch);
    for (uint32_t i = 0; proof && d.rests && i < d.rests->n; i++)
        count_rows(r, pool, &d, d.rests->items[i].table, out);
    if (proof)
        heal_all(r, pool, &d, out);
    proof_close(proof);
    instance_redact(target->inst, out->mismatch.text);    /* what a server put into a column is its words too */
}
