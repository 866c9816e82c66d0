/* interp.c - the interpreter: a fiber runs until it must wait for its start or for its calls. */
#include "config.h"

#include "base/bug.h"
#include "base/clock.h"
#include "base/loop.h"
#include "vm/worker_parts.h"

void fiber_make_ready(struct worker *w, struct fiber *f)
{
    f->state = FIBER_READY;
    f->next = NULL;
    *w->ready_end = f;
    w->ready_end = &f->next;
}

/* ---- instructions ---- */

static void begin(struct worker *w, struct fiber *f)
{
    f->paced = false;
    f->started = worker_now(w);
    if (f->started < f->intended)                     /* a sleep that ended a moment early */
        f->started = f->intended;
    f->handed = 0;
    f->failed = false;
    f->waited = 0;
    scratch_reset(&f->scratch);
    if (w->setup.as_needed)
        f->n = w->arrived++;
    if (f->recorded && !w->followed && w->unfollowed-- == 0)
        follow_begin(w, f);
    draw_start(&f->rng, w->setup.seed, f->client, f->n++);
}

enum start { START_NOW, START_LATER, START_NEVER };

/* Later: the fiber sleeps until its start, and takes the instruction up again then. */
static enum start arrive(struct worker *w, struct fiber *f)
{
    if (!f->paced) {
        if (!worker_next_start(w, f))
            return START_NEVER;
        f->paced = true;
        if (w->setup.rate > 0 && f->intended > worker_now(w)) {
            f->state = FIBER_SLEEPING;
            w->sleeping++;
            loop_timer_set(w->setup.loop, &f->timer, f->intended);
            return START_LATER;
        }
    }
    begin(w, f);
    return START_NOW;
}

/* The keys that the ordinals from here on stand for: n of them, one behind the other. */
static void make_keys(const struct keys *maker, struct fiber *f, uint32_t reg, uint32_t n)
{
    uint64_t *ordinals = f->ordinals + reg;
    uint32_t width = keyspace_width(maker->space);
    for (uint32_t k = n; width > 1 && k-- > 0;)       /* an ordinal stands where its key begins */
        ordinals[k * width] = ordinals[k];
    for (uint32_t k = 0; k < n; k++)
        keys_make_tuple(maker, ordinals[k * width], &f->scratch, &f->keys[reg + k * width]);
}

/* By Shell's method, which needs no memory. */
static void sort(uint64_t *ordinals, uint32_t n)
{
    for (uint32_t gap = n / 2; gap; gap /= 2)
        for (uint32_t i = gap, at; i < n; i++) {
            uint64_t one = ordinals[at = i];
            for (; at >= gap && ordinals[at - gap] > one; at -= gap)
                ordinals[at] = ordinals[at - gap];
            ordinals[at] = one;
        }
}

static void draw(struct worker *w, struct fiber *f, const struct instr *i)
{
    uint64_t *ordinals = f->ordinals + i->b;
    if (w->setup.asked)
        ordinals[0] = w->setup.asked[w->nasked++];
    else
        draw_keys(&w->samplers[i->a], &w->drawn, &f->rng, f->client, w->setup.all_clients, f->n - 1, i->c,
                  ordinals);
    if (w->setup.program->draws.items[i->a].sorted)
        sort(ordinals, i->c);
    make_keys(&w->makers[i->a], f, i->b, i->c);
}

/* Each client has every all_clients-th of the keys that nobody has, behind those that misses ask for: which
 * ones does not depend on who is faster. False: there are no more. */
static bool take_fresh(struct worker *w, struct fiber *f, const struct instr *i)
{
    const struct keyspace *space = w->makers[i->a].space;
    uint64_t *taken = w->setup.as_needed ? &w->keys_taken : &f->keys_taken,
             first = data_first_fresh(space) + w->setup.gained + f->client, last = 0;
    for (uint32_t k = 0; k < i->c; k++)
        f->ordinals[i->b + k] = last = first + w->setup.all_clients * (*taken)++;
    w->result.fresh = *taken > w->result.fresh ? *taken : w->result.fresh;
    if (last >= data_key_space(space)) {
        worker_out_of_keys(w, space->name);
        return false;
    }
    make_keys(&w->makers[i->a], f, i->b, i->c);
    return true;
}

/* In a closed loop a client may begin later than it is free to. Where calls are answered within submit, the
 * worker is busy with another client's request, and the delay is a wait for a place at the database, as the
 * one for a connection is. Elsewhere, and in an open loop, it is the client's own. A request that was sent at
 * once is recorded once: its service time is its response time. */
static void record(struct worker *w, const struct fiber *f)
{
    const struct counts *c = f->counts;
    struct tally *t = c->tally;
    struct window *window = w->setup.window;
    uint64_t handed = f->handed ? f->handed : f->started;
    int64_t response = (int64_t)(f->ended - f->intended), late = (int64_t)(f->started - f->intended);
    int64_t wait = (int64_t)f->waited + (w->in_turn ? late : 0), lag = w->in_turn ? 0 : late;
    t->requests++;
    if (handed == f->intended) {
        hist_record(series_at(c->prompt, f->ended)->response, response);
    } else {
        hist_record(series_at(t->series, f->ended)->response, response);
        hist_record(t->service, (int64_t)(f->ended - handed));
    }
    if (wait)
        hist_record(t->wait, wait);
    if (window)
        hist_record(window->recording, response);
    if (lag)
        hist_record(t->lag, lag);
    if (window && w->setup.rate > 0)
        atomic_store_explicit(&window->lag, (long long)lag, memory_order_relaxed);
}

static void done(struct worker *w, struct fiber *f)
{
    f->ended = w->fresh = clock_ns();
    w->last_answer = f->ended;
    w->untold++;
    if (!f->recorded)
        return;
    if (w->followed == f)
        follow_end(w, f);
    worker_log(w, f, f->failed ? RING_FAILED : RING_ANSWERED);
    if (f->failed)
        return;                                       /* counted when its first call failed */
    record(w, f);
}

/* True: the fiber sleeps until its client has thought, and goes on behind the instruction. The client is free
 * from then on, also where the worker is busy with others and wakes it later. Nobody thinks beyond the end,
 * and an answer that came after it is not moved back to it. */
static bool think(struct worker *w, struct fiber *f, const struct instr *i)
{
    uint64_t until = f->ended + i->a * NS_PER_US;
    if (w->setup.rate > 0 || w->setup.unthinking || w->over)
        return false;
    if (until > w->measure_to)
        f->unthought = until - (f->ended < w->measure_to ? w->measure_to : f->ended);
    if (f->ended < w->measure_to)
        f->ended = until < w->measure_to ? until : w->measure_to;
    f->state = FIBER_SLEEPING;
    w->sleeping++;
    loop_timer_set(w->setup.loop, &f->timer, f->ended);
    return true;
}

/* ---- the loop ---- */

/* Where calls are answered within submit a fiber would never wait, and neither the others nor a wish to stop
 * would be heard: after a request it stands in line again. Its next one counts from now on all the same: the
 * client waits for its turn, as for any server that answers one request at a time. */
static void stand_in_line(struct worker *w, struct fiber *f)
{
    fiber_make_ready(w, f);
}

/* The registers of what a request writes. False: there is nothing left to name it by. */
static bool fill(struct worker *w, struct fiber *f, const struct instr *i)
{
    if (i->op == OP_FRESH)
        return take_fresh(w, f, i);
    if (worker_make(w, f, w->requests[i->a]))
        return true;
    worker_out_of_versions(w);
    return false;
}

static void await_calls(struct worker *w, struct fiber *f, uint32_t most)
{
    f->wait_for = most;
    f->state = FIBER_WAITING;
    if (w->setup.as_needed)
        worker_relieve(w);
}

static void end(struct worker *w, struct fiber *f)
{
    f->state = FIBER_ENDED;
    w->alive--;
}

/* One switch for all. A jump of its own behind each instruction (labels as values) was tried: a request runs
 * so few of them that no difference was seen. `i` is the instruction at hand, and f->pc is set where the
 * fiber stops. */
void fiber_run(struct worker *w, struct fiber *f)
{
    const struct instr *code = w->code, *i = code + f->pc;
    bool begun = false;
    f->state = FIBER_READY;
    for (;;)
        switch ((enum opcode)i->op) {
        case OP_ARRIVE: {
            enum start start = START_LATER;
            if (begun)
                stand_in_line(w, f);
            else
                start = arrive(w, f);
            f->pc = (uint32_t)(i - code);
            if (start == START_LATER)
                return;
            begun = true;
            i = start == START_NEVER ? code + i->a : i + 1;
            break;
        }
        case OP_DICE:
            f->dice = draw_dice(&f->rng);
            i++;
            break;
        case OP_CHOOSE:
            i = f->dice < i->a ? code + i->b : i + 1;
            break;
        case OP_QUERY:
            f->counts = &w->counts[i->a];
            i++;
            break;
        case OP_DRAW:
            draw(w, f, i);
            i++;
            break;
        case OP_FRESH:
        case OP_MAKE:
            if (!fill(w, f, i)) {
                end(w, f);
                return;
            }
            i++;
            break;
        case OP_CALL:
            calls_send(w, f, w->requests[i->a]);
            i++;
            break;
        case OP_WAIT:
            if (f->in_flight > i->a) {
                f->pc = (uint32_t)(i - code);
                await_calls(w, f, i->a);
                return;
            }
            i++;
            break;
        case OP_DONE:
            done(w, f);
            i++;
            break;
        case OP_THINK:
            if (think(w, f, i)) {
                f->pc = (uint32_t)(i - code) + 1;
                return;
            }
            i++;
            break;
        case OP_JUMP:
            i = code + i->a;
            break;
        case OP_EXIT:
            end(w, f);
            return;
        case OP_COUNT:
            BUG("instruction %u", i->op);
        }
}
