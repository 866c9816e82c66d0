/* interp.c - the interpreter: a fiber runs until it must wait for its start or for its calls. */
#include "config.h"

#include "base/bug.h"
#include "base/clock.h"
#include "base/loop.h"
#include "data/draw.h"
#include "vm/worker_parts.h"

void fiber_make_ready(struct worker *w, struct fiber *f)
{
    f->state = FIBER_READY;
    f->next = NULL;
    *w->ready_end = f;
    w->ready_end = &f->next;
}

/* ---- instructions ---- */

/* False: the fiber sleeps until its start, or has none. The instruction is taken up again then. */
static bool arrive(struct worker *w, struct fiber *f, const struct instr *i)
{
    if (!f->paced) {
        if (!worker_next_start(w, f)) {
            f->pc = i->a;
            return true;
        }
        f->paced = true;
        if (f->intended > f->ended && f->intended > clock_ns()) {
            f->state = FIBER_SLEEPING;
            loop_timer_set(w->setup.loop, &f->timer, f->intended);
            return false;
        }
    }
    f->paced = false;
    f->started = w->setup.rate > 0 ? clock_ns() : f->intended;
    f->failed = false;
    f->waited = 0;
    scratch_reset(&f->scratch);
    draw_start(&f->rng, w->setup.seed, f->client, f->n++);
    f->pc++;
    return true;
}

static void draw(struct worker *w, struct fiber *f, const struct instr *i)
{
    const struct keyspace *space = w->setup.program->draws.items[i->a].keyspace;
    uint64_t *ordinals = f->ordinals + i->b;
    draw_keys(&w->samplers[i->a], &f->rng, f->client, w->setup.all_clients, f->n - 1, i->c, ordinals);
    for (uint32_t k = 0; k < i->c; k++)
        f->keys[i->b + k] = data_key(w->setup.instance->data, space, ordinals[k], &f->scratch);
}

static void done(struct worker *w, struct fiber *f)
{
    struct tally *t = w->result.tally;
    f->ended = clock_ns();
    w->last_answer = f->ended;
    if (w->setup.answered)
        atomic_fetch_add_explicit(w->setup.answered, 1, memory_order_relaxed);
    if (!f->recorded)
        return;
    if (f->failed)
        return;                                       /* counted when its first call failed */
    t->requests++;
    hist_record(t->response, (int64_t)(f->ended - f->intended));
    hist_record(t->service, (int64_t)(f->ended - f->started));
    hist_record(t->wait, (int64_t)f->waited);
    if (w->setup.rate > 0)
        hist_record(t->lag, (int64_t)(f->started - f->intended));
}

/* ---- the loop ---- */

/* Where calls are answered within submit a fiber would never wait, and neither the others nor a wish to stop would be heard: after a
 * request it stands in line again. The next one is issued, and timed, when its turn comes. */
static void stand_in_line(struct worker *w, struct fiber *f)
{
    f->ended = 0;
    fiber_make_ready(w, f);
}

void fiber_run(struct worker *w, struct fiber *f)
{
    bool begun = false;
    for (;;) {
        const struct instr *i = &w->code[f->pc];
        switch ((enum opcode)i->op) {
        case OP_ARRIVE:
            if (begun) {
                stand_in_line(w, f);
                return;
            }
            if (!arrive(w, f, i))
                return;
            begun = true;
            break;
        case OP_DICE:
            f->dice = draw_dice(&f->rng);
            f->pc++;
            break;
        case OP_CHOOSE:
            f->pc = f->dice < i->a ? i->b : f->pc + 1;
            break;
        case OP_DRAW:
            draw(w, f, i);
            f->pc++;
            break;
        case OP_CALL:
            f->pc++;
            calls_send(w, f, w->setup.program->requests.items[i->a]);
            break;
        case OP_WAIT:
            if (f->in_flight > i->a) {
                f->wait_for = i->a;
                f->state = FIBER_WAITING;
                return;
            }
            f->pc++;
            break;
        case OP_DONE:
            done(w, f);
            f->pc++;
            break;
        case OP_JUMP:
            f->pc = i->a;
            break;
        case OP_EXIT:
            f->state = FIBER_ENDED;
            w->alive--;
            return;
        case OP_CLAIM: case OP_ROWS: case OP_APPEND: case OP_NEXT: case OP_FLUSH: case OP_COUNT:
            BUG("a client met a loader's instruction %u", i->op);
        }
    }
}
