/* calls.c - calls in flight: slots, connections, completions. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "vm/worker_parts.h"

/* With so few connections a client goes on where its answer comes in: the server waits for nobody else. With
 * more it stands in line until the other sockets were looked at: requests that leave side by side wake the
 * server less often (8 connections a thread, PostgreSQL on a Unix socket: 5 to 15 % more throughput, 6 % less
 * CPU). */
enum { SLOTS_A_BLOCK = 64, AT_ONCE = 4 };

/* ---- slots ---- */

static void row_arrived(struct call *, const struct step *, const struct value *);
static void call_done(struct call *);

/* The arrays of all checks of a block stand behind its slots. */
static void add_block(struct worker *w)
{
    size_t rows = w->max_steps * sizeof(uint32_t),
           index = w->checker.mask ? (w->checker.mask + 1) * sizeof(uint32_t) : 0;
    size_t came = w->setup.history ? w->max_keys : 0;
    size_t each = (rows + index + w->max_places + came + 7u) & ~(size_t)7;
    struct slot *block = mem_alloc(SLOTS_A_BLOCK * (sizeof *block + each));
    char *arrays = (char *)(block + SLOTS_A_BLOCK);
    for (int i = 0; i < SLOTS_A_BLOCK; i++, arrays += each) {
        block[i].check.rows = (uint32_t *)arrays;
        block[i].check.index = (uint32_t *)(arrays + rows);
        block[i].check.seen = (unsigned char *)arrays + rows + index;
        block[i].came = block[i].check.seen + w->max_places;
        block[i].call.row = row_arrived;
        block[i].call.done = call_done;
        block[i].next = w->free_slots;
        w->free_slots = &block[i];
    }
    w->blocks = mem_grow(w->blocks, (w->nblocks + 1) * sizeof *w->blocks);
    w->blocks[w->nblocks++] = block;
}

void calls_open(struct worker *w)
{
    const struct program *p = w->setup.program;
    for (size_t i = 0; i < p->requests.count; i++) {
        const struct request *r = p->requests.items[i];
        w->max_steps = r->nsteps > w->max_steps ? r->nsteps : w->max_steps;
        w->max_keys = r->nkeys > w->max_keys ? r->nkeys : w->max_keys;
        w->max_places = check_places(r) > w->max_places ? check_places(r) : w->max_places;
    }
    w->checker.mask = check_index_mask(w->setup.verify, w->max_keys);
    w->waiting_end = &w->waiting;
    w->idle = mem_alloc(w->setup.connections * sizeof *w->idle);
    while (w->nidle < w->setup.connections) {
        w->idle[w->nidle] = w->setup.connections - 1 - w->nidle;
        w->nidle++;
    }
    w->nup = w->nconnections = w->setup.connections / (w->setup.depth ? w->setup.depth : 1);
    w->down = mem_alloc(w->nconnections * sizeof *w->down);
    add_block(w);
}

void calls_close(struct worker *w)
{
    for (size_t i = 0; i < w->nblocks; i++)
        mem_free(w->blocks[i]);
    mem_free(w->blocks);
    mem_free(w->idle);
    mem_free(w->down);
}

static struct slot *take_slot(struct worker *w)
{
    if (!w->free_slots)
        add_block(w);
    struct slot *s = w->free_slots;
    w->free_slots = s->next;
    return s;
}

/* ---- sending ---- */

static uint32_t submitted(const struct fiber *f)      /* its calls that have a connection */
{
    return f->in_flight - f->nwaiting;
}

/* A slot that stood in line does so no more. */
static void leave_line(struct slot *s, uint64_t now)
{
    if (--s->fiber->nwaiting == 0)
        s->fiber->waited += now - s->fiber->waiting_since;
}

static void submit(struct worker *w, struct slot *s)
{
    struct fiber *f = s->fiber;
    uint64_t now = s->queued ? clock_ns() : f->started;
    if (s->queued)
        leave_line(s, now);
    if (!f->handed)
        f->handed = now;                              /* from here on it is the database's time */
    w->at_work += submitted(f) == 1;
    if (w->at_work > w->result.at_once)
        w->result.at_once = w->at_work;
    if (s->trace)
        s->trace->sent = clock_ns() - s->fiber->intended;
    s->connection = w->idle[--w->nidle];
    uint32_t in_flight = ++w->in_flight;
    w->setup.instance->backend->wire->submit(w->setup.session, s->connection, &s->call);
    w->in_turn |= w->in_flight < in_flight && s->call.outcome == CALL_OK && w->setup.rate <= 0 &&
                  instance_is_embedded(w->setup.instance);
}

/* Gives idle connections to waiting calls. A backend that answers within submit comes back here only by the
 * flag: no recursion. */
static void pump(struct worker *w)
{
    if (w->pumping)
        return;
    w->pumping = true;
    while (w->waiting && w->nidle) {
        struct slot *s = w->waiting;
        w->waiting = s->next;
        if (!w->waiting)
            w->waiting_end = &w->waiting;
        submit(w, s);
    }
    w->pumping = false;
}

void calls_send(struct worker *w, struct fiber *f, const struct request *request)
{
    struct slot *s = take_slot(w);
    struct call *c = &s->call;
    c->request = request;
    c->keys = f->keys;
    c->ordinals = f->ordinals;
    c->client = f->client;
    c->outcome = CALL_OK;
    c->words = NULL;
    c->trips = c->retries = c->throttles = 0;
    c->units = -1;
    c->bytes = c->met = 0;
    c->owner = s;
    s->fiber = f;
    s->next = NULL;
    s->trace = NULL;
    if (w->setup.history)
        witness_begin(w, s);
    if (w->followed == f)
        follow_call(w, s);
    s->queued = !w->nidle || w->waiting;
    if (!w->in_flight && !w->waiting)
        w->heard = true;                              /* silence is counted from here */
    check_begin(&w->checker, &s->check, c);
    w->fresh = 0;
    f->in_flight++;
    if (!s->queued) {
        submit(w, s);
        return;
    }
    if (f->nwaiting++ == 0)                           /* calls that stand in line side by side wait once */
        f->waiting_since = f->handed ? clock_ns() : f->started;     /* the first: with the drawing of its
                                                                       keys, so that nothing is lost */
    *w->waiting_end = s;
    w->waiting_end = &s->next;
}

/* ---- answers ---- */

static void row_arrived(struct call *c, const struct step *step, const struct value *values)
{
    struct slot *s = c->owner;
    if (s->trace && !s->trace->first_row)
        s->trace->first_row = clock_ns() - s->fiber->intended;
    check_row(&s->fiber->worker->checker, &s->check, c, step, values);
    if (s->fiber->worker->setup.history)
        witness_row(s->fiber->worker, s, step, values);
}

static void count_call(struct worker *w, struct slot *s)
{
    struct tally *t = s->fiber->counts->tally;
    const struct call *c = &s->call;
    if (!s->fiber->recorded)
        return;
    t->trips += c->trips;
    t->retries += c->retries;
    t->throttles += c->throttles;
    t->rows += s->check.total;
    t->bytes += c->bytes;
    if (c->retries) {
        struct slice *slice = series_at(t->series, clock_ns());
        slice->retries += c->retries;
        slice->throttles += c->throttles;
    }
    if (s->trace) {
        s->trace->done = clock_ns() - s->fiber->intended;
        s->trace->trips = c->trips;
        s->trace->rows = s->check.total;
    }
    if (c->units >= 0) {
        t->units += c->units;
        t->write_units += request_writes(c->request) ? c->units : 0;
        w->result.measured_units = true;
    }
}

bool calls_gone(enum fault fault, enum call_outcome outcome)
{
    return fault == FAULT_LOST || fault == FAULT_CONNECT ||
           (fault == FAULT_TIMEOUT && outcome == CALL_UNKNOWN);
}

/* A call is over, whether it was sent or not. Its fiber goes on once all that it waits for is. */
static void end_call(struct worker *w, struct slot *s)
{
    struct call *c = &s->call;
    struct fiber *f = s->fiber;
    count_call(w, s);
    if (w->setup.history)
        witness_end(w, s);
    w->heard |= c->outcome == CALL_OK || !calls_gone(c->fault, c->outcome);
    if (c->outcome != CALL_OK) {
        bool failed_before = f->failed;
        f->failed = true;
        f->fault = failed_before ? f->fault : c->fault;
        worker_count_error(w, f, c->fault, c->outcome, c->words, f->recorded && !failed_before);
    } else {
        w->lost_in_row = 0;
        check_end(&w->checker, &s->check, c);
    }
    s->next = w->free_slots;
    w->free_slots = s;
    f->in_flight--;
    pump(w);
    if (f->state != FIBER_WAITING || f->in_flight > f->wait_for)
        return;
    if (w->setup.connections <= AT_ONCE)
        fiber_run(w, f);
    else
        fiber_make_ready(w, f);
}

static bool is_down(const struct worker *w, uint32_t place)
{
    return w->nup < w->nconnections && w->down[place % w->nconnections];
}

static void call_done(struct call *c)
{
    struct slot *s = c->owner;
    struct worker *w = s->fiber->worker;
    w->in_flight--;
    w->at_work -= submitted(s->fiber) == 1;           /* this one was the last */
    if (!is_down(w, s->connection))
        w->idle[w->nidle++] = s->connection;
    end_call(w, s);
}

/* ---- connections that come and go ---- */

static void went_down(struct worker *w, uint32_t connection)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < w->nidle; i++)
        if (w->idle[i] % w->nconnections != connection)
            w->idle[kept++] = w->idle[i];
    w->nidle = kept;
    w->nup--;
    w->down[connection] = true;
}

static void came_up(struct worker *w, uint32_t connection)
{
    for (uint32_t place = connection; place < w->setup.connections; place += w->nconnections)
        w->idle[w->nidle++] = place;
    w->nup++;
    w->down[connection] = false;
    pump(w);
}

/* No connection is left, and one could not be opened: those who wait for one learn why. Who calls again
 * meanwhile waits for the next attempt. */
static void fail_waiting(struct worker *w, int code, const char *words)
{
    struct slot *next, *list = w->waiting;
    w->waiting = NULL;
    w->waiting_end = &w->waiting;
    for (struct slot *s = list; s; s = next) {
        next = s->next;
        leave_line(s, clock_ns());
        call_fail(&s->call, fault_of(code), words);
        s->call.outcome = CALL_FAILED;                /* it was not sent */
        end_call(w, s);
    }
}

static void changed(struct session_listener *l, uint32_t connection, bool up, int code, const char *words)
{
    struct worker *w = (struct worker *)((char *)l - offsetof(struct worker, listener));
    if (up && w->down[connection])
        came_up(w, connection);
    else if (!up && !w->down[connection])
        went_down(w, connection);
    if (!up && code && !w->nup)
        fail_waiting(w, code, words);
}

void calls_listen(struct worker *w)
{
    const struct wire *wire = w->setup.instance->backend->wire;
    w->listener.changed = changed;
    if (wire->listen)
        wire->listen(w->setup.session, &w->listener);
}
