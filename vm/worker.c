/* worker.c - the life of a worker: arrivals, the run's beginning and end, and what makes it give up. */
#include "config.h"

#include "vm/worker.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/mem.h"
#include "base/thread.h"
#include "vm/worker_parts.h"

enum { RESUMES_A_TURN = 256 };                        /* fibers run between two looks at sockets and timers */
static const uint64_t LOOK_NS = 50 * NS_PER_MS;       /* how often the stop flag is looked at, where nothing
                                                         else happens */
static const uint64_t SLICE_NS = 50 * NS_PER_MS;      /* of the series; doubled as often as the measurement
                                                         needs it */
static const uint64_t GRACE_NS = 5 * NS_PER_S;        /* how long calls in flight are waited for, once asked
                                                         to stop */

/* What this thread and those of its session have used of the CPU, without what its loop only looked: that is
 * no work, and more work can take its place. */
static uint64_t used_cpu_ns(const struct worker *w)
{
    const struct wire *wire = w->setup.instance->backend->wire;
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    uint64_t used = (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec,
             looked = loop_looked_ns(w->setup.loop);
    return (used > looked ? used - looked : 0) + (wire->cpu_ns ? wire->cpu_ns(w->setup.session) : 0);
}

/* ---- starts ---- */

static double gap(struct worker *w)
{
    return -log1p(-rng_unit(&w->arrivals)) * 1e9 / w->setup.rate;
}

void worker_log(struct worker *w, const struct fiber *f, enum ring_status status)
{
    struct ring_request q = {f->intended, f->handed ? f->handed : f->started, f->ended, f->n - 1, f->client,
                             (uint32_t)(f->counts - w->counts), (uint8_t)status, (uint8_t)f->fault};
    if (w->setup.ring)
        ring_put(w->setup.ring, &q);
}

static void log_skipped(struct worker *w, uint64_t intended)
{
    struct ring_request q = {.intended = intended, .status = RING_SKIPPED};
    if (w->setup.ring)
        ring_put(w->setup.ring, &q);
}

/* Open loop: the first arrival that no client has taken, be it past or to come. Those over the limit are
 * skipped. */
static uint64_t take_arrival(struct worker *w)
{
    for (;;) {
        uint64_t at = (uint64_t)w->next_arrival, limit = w->setup.latency_limit_ns;
        w->next_arrival += gap(w);
        if (!limit || at >= w->measure_to || worker_now(w) <= at + limit)
            return at;
        if (at < w->measure_from)
            continue;
        w->result.tally->skipped++;
        log_skipped(w, at);
    }
}

static void begin_measuring(struct worker *w)
{
    if (w->cpu_from)
        return;
    w->cpu_from = used_cpu_ns(w);
    w->knows_waited = thread_waited_ns(&w->cpu_waited_from);
}

/* In a closed loop each client has its share, so that every backend is asked for the same keys, however fast
 * it answers to whom. */
static bool enough_begun(const struct worker *w, const struct fiber *f)
{
    if (!w->setup.for_requests)
        return false;
    return w->setup.rate > 0 ? w->begun >= w->setup.for_requests : f->begun >= f->share;
}

bool worker_next_start(struct worker *w, struct fiber *f)
{
    if (w->over)
        return false;
    f->intended = w->setup.rate > 0 ? take_arrival(w) : f->ended ? f->ended : w->began;
    if (f->intended >= w->measure_to || enough_begun(w, f))
        return false;
    f->recorded = f->intended >= w->measure_from;
    if (f->recorded) {
        begin_measuring(w);
        w->begun++;
        f->begun++;
        f->since = f->since ? f->since : f->intended;
    }
    return true;
}

/* A start that was slept for when the end was asked for is not begun. */
static void wake(struct timer *t)
{
    struct fiber *f = t->owner;
    struct worker *w = f->worker;
    if (w->over && f->paced) {
        w->begun -= f->recorded;
        f->paced = false;
    }
    w->fresh = 0;
    w->sleeping--;
    fiber_run(w, f);
}

/* ---- failures ---- */

static void give_up(struct worker *w, enum fault fault, const char *words)
{
    error_set(&w->result.fatal, fault_code(fault), "%s", words);
    w->over = true;
}

void worker_out_of_versions(struct worker *w)
{
    give_up(w, FAULT_SERVER, "more is written than there are numbers for it: run it in shorter turns");
}

void worker_out_of_keys(struct worker *w, const char *keyspace)
{
    char words[200];
    snprintf(words, sizeof words, "no keys of '%.100s' are left for rows to be inserted: its generator makes no more "
             "different ones", keyspace);
    give_up(w, FAULT_SERVER, words);
}

void worker_count_error(struct worker *w, const struct fiber *f, enum fault fault, enum call_outcome outcome,
                        const char *words, bool counts)
{
    char *kept = f->counts->words[fault];
    struct tally *t = f->counts->tally;
    if (!*kept)
        snprintf(kept, ERROR_WORDS, "%s", words ? words : fault_title(fault));
    if (counts) {
        tally_add_error(t, fault, outcome, kept);
        series_at(t->series, clock_ns())->errors++;
        if (w->setup.window)
            atomic_fetch_add_explicit(&w->setup.window->errors, 1, memory_order_relaxed);
    }
    w->lost_in_row = calls_gone(fault, outcome) ? w->lost_in_row + 1 : 0;
    if (w->lost_in_row >= 10 + 3 * w->setup.connections)
        give_up(w, fault, words ? words : "the server is gone");
}

/* ---- life ---- */

/* The next client begins. */
static void fiber_open(struct worker *w)
{
    const struct worker_setup *s = &w->setup;
    uint32_t i = w->started++, n = s->program->nregisters;
    struct fiber *f = &w->fibers[i];
    f->worker = w;
    f->counts = w->counts;
    f->client = s->first_client + (s->as_needed ? 0 : i);
    f->n = s->first_request;
    f->share = s->for_requests / s->clients + (i < s->for_requests % s->clients);
    f->timer = (struct timer){.fire = wake, .owner = f};
    f->keys = (struct value *)(void *)(w->fibers + s->clients) + (size_t)i * n;
    f->ordinals = (uint64_t *)(void *)((struct value *)(void *)(w->fibers + s->clients) +
                                       (size_t)s->clients * n) +
                  (size_t)i * n;
    w->alive++;
    fiber_make_ready(w, f);
}

/* One block for all, of which the system gives what is used: clients that never begin cost nothing. */
static void fibers_open(struct worker *w)
{
    const struct worker_setup *s = &w->setup;
    w->ready_end = &w->ready;
    w->arrived = s->first_request;
    w->fibers = mem_alloc(s->clients * (sizeof *w->fibers +
                                        s->program->nregisters * (sizeof(struct value) + sizeof(uint64_t))));
    do
        fiber_open(w);
    while (!s->as_needed && w->started < s->clients);
}

void worker_relieve(struct worker *w)
{
    if (!w->sleeping && !w->ready && w->started < w->setup.clients)
        fiber_open(w);
}

static uint32_t most_keys(const struct program *p)
{
    uint32_t most = 0;
    for (size_t i = 0; i < p->code.count; i++)
        if (p->code.items[i].op == OP_DRAW && p->code.items[i].c > most)
            most = p->code.items[i].c;
    return most;
}

static uint32_t widest_table(const struct program *p)
{
    uint32_t widest = 1;
    for (size_t r = 0; r < p->requests.count; r++)
        for (uint32_t i = 0; i < p->requests.items[r]->nsteps; i++)
            if (p->requests.items[r]->steps[i].table->ncolumns > widest)
                widest = p->requests.items[r]->steps[i].table->ncolumns;
    return widest;
}

static void counts_open(struct worker *w)
{
    struct tally *all = w->result.tally = tally_new();
    uint32_t n = (uint32_t)w->setup.program->plans.count;
    all->series = series_new(SLICE_NS);
    w->ncounts = n > 1 ? n : 1;
    w->counts = mem_alloc(w->ncounts * sizeof *w->counts);
    if (n > 1)
        tally_part(all, n);
    for (uint32_t i = 0; i < w->ncounts; i++) {
        struct counts *c = &w->counts[i];
        c->tally = n > 1 ? &all->queries[i] : all;
        c->prompt = series_new(SLICE_NS);
        if (n > 1)
            c->tally->series = series_new(SLICE_NS);
    }
}

static void counts_begin(struct worker *w)
{
    series_begin(w->result.tally->series, w->measure_from);
    for (uint32_t i = 0; i < w->ncounts; i++) {
        series_begin(w->counts[i].prompt, w->measure_from);
        series_begin(w->counts[i].tally->series, w->measure_from);
    }
}

static void counts_close(struct worker *w)
{
    for (uint32_t i = 0; i < w->ncounts; i++)
        series_free(w->counts[i].prompt);
    mem_free(w->counts);
    tally_free(w->result.tally);
}

struct worker *worker_new(const struct worker_setup *setup)
{
    struct worker *w = mem_alloc(sizeof *w);
    w->setup = *setup;
    w->code = setup->program->code.items;
    w->requests = setup->program->requests.items;
    w->samplers = mem_alloc(setup->program->draws.count * sizeof *w->samplers);
    w->makers = mem_alloc(setup->program->draws.count * sizeof *w->makers);
    for (size_t i = 0; i < setup->program->draws.count; i++) {
        const struct program_draw *d = &setup->program->draws.items[i];
        draw_sampler(&w->samplers[i], setup->instance->data, d->keyspace, &d->dist);
        keys_init(&w->makers[i], setup->instance->data, d->keyspace);
    }
    drawn_init(&w->drawn, most_keys(setup->program));
    counts_open(w);
    w->trace = &w->traces[0];
    w->slowest = &w->traces[1];
    w->checker = (struct checker){.data = setup->instance->data, .instance = setup->instance,
                                  .verify = setup->verify, .touched = setup->touched, .unsure = setup->unsure, .found = &w->result.mismatch};
    w->checker.row = mem_alloc(widest_table(setup->program) * sizeof(struct value));
    w->checker.versions = mem_alloc(widest_table(setup->program) * sizeof(uint64_t));
    rng_init(&w->arrivals,
             rng_mix(rng_mix(setup->seed, 0xa771), setup->first_client + (setup->first_request << 20)));
    fibers_open(w);
    calls_open(w);
    return w;
}

/* Requests that never got their answer are errors. */
static void count_unanswered(struct worker *w)
{
    for (uint32_t i = 0; i < w->started; i++) {
        struct fiber *f = &w->fibers[i];
        if (!f->in_flight || !f->recorded)
            continue;
        worker_count_error(w, f, FAULT_TIMEOUT, CALL_UNKNOWN, w->result.fatal.text, !f->failed);
        f->ended = 0;
        f->fault = f->failed ? f->fault : FAULT_TIMEOUT;
        worker_log(w, f, RING_FAILED);
    }
}

/* Starts that were due and that no client got to: a client so far behind did not send them. */
static void count_not_begun(struct worker *w)
{
    if (w->setup.rate <= 0)
        return;
    while (w->next_arrival < (double)w->measure_to) {
        uint64_t at = take_arrival(w);
        if (at < w->measure_from || at >= w->measure_to)
            continue;
        tally_add_error(w->result.tally, FAULT_TIMEOUT, CALL_FAILED,
                        "not even begun when the time was over by far");
        log_skipped(w, at);
    }
}

/* A backlog may take as long again as was measured, or silence_limit; then no request begins any more, and
 * those in flight have a moment. */
static bool far_beyond(struct worker *w, uint64_t now)
{
    const struct worker_setup *s = &w->setup;
    uint64_t beyond = s->for_ns > s->silence_limit_ns ? s->for_ns : s->silence_limit_ns;
    if (!s->silence_limit_ns || w->measure_to == UINT64_MAX || now < w->measure_to + beyond)
        return false;
    if (!w->closing)
        count_not_begun(w);
    w->closing = w->over = true;
    if (now < w->measure_to + beyond + GRACE_NS)
        return false;
    give_up(w, FAULT_TIMEOUT, "requests are not answered long after the end of the measured time");
    count_unanswered(w);
    return true;
}

/* Whether the calls in flight are not worth waiting for any longer. */
static bool hopeless(struct worker *w, uint64_t *asked)
{
    uint64_t now = clock_ns();
    if (atomic_load_explicit(w->setup.stop, memory_order_relaxed) && !*asked) {
        *asked = now;
        w->over = true;
        for (uint32_t i = 0; i < w->started; i++)
            if (w->fibers[i].state == FIBER_SLEEPING)
                loop_timer_set(w->setup.loop, &w->fibers[i].timer, now);
    }
    if (*asked && now > *asked + GRACE_NS)
        return true;
    if (far_beyond(w, now))
        return true;
    if (w->heard)
        w->last_heard = now;
    w->heard = false;
    if (w->setup.silence_limit_ns && (w->in_flight || w->waiting) &&
        now > w->last_heard + w->setup.silence_limit_ns) {
        char words[100];
        snprintf(words, sizeof words, "no answer for %.0f s", (double)w->setup.silence_limit_ns / 1e9);
        give_up(w, FAULT_TIMEOUT, words);
        count_unanswered(w);
        return true;
    }
    return false;
}

static void run_ready(struct worker *w)
{
    w->fresh = 0;
    for (int i = 0; w->ready && i < RESUMES_A_TURN; i++) {
        struct fiber *f = w->ready;
        w->ready = f->next;
        if (!w->ready)
            w->ready_end = &w->ready;
        fiber_run(w, f);
    }
}

/* For the progress: what was answered since the last turn. */
static void tell_answered(struct worker *w)
{
    if (w->setup.answered && w->untold)
        atomic_fetch_add_explicit(w->setup.answered, w->untold, memory_order_relaxed);
    w->untold = 0;
}

/* Those of which nothing was recorded had none of it. */
static void fill(struct hist *h, uint64_t requests)
{
    if (requests > h->count)
        hist_record_n(h, 0, requests - h->count);
}

/* What need not be recorded request by request: the service time of who was sent at once, who did not wait,
 * who was not late, and what all queries have together. */
static void sum_up_query(struct tally *t, const struct series *prompt, bool in_turn)
{
    series_sum(prompt, t->service);
    series_add(t->series, prompt);
    series_sum(t->series, t->response);
    fill(t->wait, t->requests);
    if (!in_turn)
        fill(t->lag, t->requests);
}

static void sum_up(struct worker *w)
{
    for (uint32_t i = 0; i < w->ncounts; i++)
        sum_up_query(w->counts[i].tally, w->counts[i].prompt, w->in_turn);
    tally_sum_up(w->result.tally);
    for (uint32_t i = 0; i < w->result.tally->nqueries; i++) {    /* what happened when is shown of the
                                                                     whole */
        series_free(w->result.tally->queries[i].series);
        w->result.tally->queries[i].series = NULL;
    }
}

/* How long the clients of a closed loop were measured: each from its first request that counts to its last
 * answer, and with all of the think time behind that, also what would have come after the end. So throughput
 * times response and think time is the number of clients, however uneven the end is, and however long they
 * think beside a round. */
static void sum_up_time(struct worker *w, uint64_t end)
{
    for (uint32_t i = 0; w->setup.rate <= 0 && i < w->started; i++) {
        const struct fiber *f = &w->fibers[i];
        uint64_t from = f->since ? f->since : w->measure_from,
                 to = f->in_flight || f->ended > end ? end : f->ended;
        if (w->setup.for_requests && !f->share)
            continue;                                 /* more clients than requests */
        w->result.at_work++;
        w->result.at_work_ns += (to > from ? to - from : 0) + (f->since && !f->in_flight ? f->unthought : 0);
    }
}

void worker_run(struct worker *w)
{
    uint64_t now = clock_ns(), asked = 0, next_look = now;
    const struct worker_setup *s = &w->setup;
    w->measure_from = now + s->warmup_ns;
    counts_begin(w);
    w->measure_to = s->for_ns ? w->measure_from + s->for_ns : UINT64_MAX;
    w->began = now;
    w->next_arrival = (double)now + (s->rate > 0 ? gap(w) : 0);         /* a gap before the first arrival
                                                                           too */
    w->last_answer = w->last_heard = now;
    calls_listen(w);
    loop_turn(s->loop, false);                        /* connections that broke since the last measurement are
                                                         seen before they are used */
    while (w->alive) {
        run_ready(w);
        if (!w->alive)
            break;
        now = loop_turn(s->loop, !w->ready);
        tell_answered(w);
        if (now < next_look)
            continue;
        next_look = now + LOOK_NS;
        if (s->window)
            window_look(s->window);
        if (hopeless(w, &asked))
            break;
    }
    tell_answered(w);
    if (s->instance->backend->wire->listen)
        s->instance->backend->wire->listen(s->session, NULL);
    uint64_t end = w->last_answer;
    if (s->for_ns && !w->over && end < w->measure_to)
        end = w->measure_to;
    w->result.unanswered = w->in_flight || w->waiting || w->result.fatal.code;
    sum_up(w);
    w->result.slowest = w->slowest;
    w->result.clients = w->started;
    w->result.from_ns = w->measure_from;
    w->result.to_ns = end > w->measure_from ? end : w->measure_from;
    w->result.over_ns = clock_ns();
    sum_up_time(w, w->result.over_ns);
    uint64_t used = used_cpu_ns(w), waited;
    w->result.tally->cpu_ns = w->cpu_from && used > w->cpu_from ? used - w->cpu_from : 0;
    if (w->knows_waited && thread_waited_ns(&waited) && waited > w->cpu_waited_from)
        w->result.tally->cpu_waited_ns = waited - w->cpu_waited_from;
}

const struct worker_result *worker_result(const struct worker *w)
{
    return &w->result;
}

void worker_free(struct worker *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; i < w->started; i++) {
        loop_timer_cancel(w->setup.loop, &w->fibers[i].timer);
        scratch_release(&w->fibers[i].scratch);
    }
    mem_free(w->fibers);
    calls_close(w);
    counts_close(w);
    check_release(&w->checker);
    drawn_release(&w->drawn);
    mem_free(w->samplers);
    mem_free(w->makers);
    mem_free(w);
}
