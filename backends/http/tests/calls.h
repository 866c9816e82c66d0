/* calls.h - one call on a session against a scripted server, and what came of it. */
#ifndef BACKENDS_HTTP_TESTS_CALLS_H
#define BACKENDS_HTTP_TESTS_CALLS_H

#include "base/clock.h"
#include "backends/http/tests/fixture.h"
#include "backends/http/tests/scripted.h"

struct outcome {
    struct call call;
    struct buf rows;                                  /* "rates_30d:aa,0.500000 rates_90d:…": the first and
                                                         the last column asked for */
    uint32_t nrows;
    char words[512];
    bool done;
    uint64_t ns;
};

static inline void outcome_row(struct call *call, const struct step *step, const struct value *values)
{
    struct outcome *o = call->owner;
    uint32_t last = step->ncolumns - 1;
    buf_printf(&o->rows, "%s%s:", o->nrows++ ? " " : "", step->table->name);
    value_put(&o->rows, step->table->columns[step->columns[0]].type, &values[0]);
    buf_putc(&o->rows, ',');
    value_put(&o->rows, step->table->columns[step->columns[last]].type, &values[last]);
}

static inline void outcome_done(struct call *call)
{
    struct outcome *o = call->owner;
    o->done = true;
    strncat(o->words, call->words ? call->words : "", sizeof o->words - 1);
}

/* Opens a session of one connection. */
static inline struct session *calls_open(const struct instance *inst, struct loop *loop,
                                         const struct request *r, uint32_t max_tries)
{
    struct session *session;
    struct error err = {0};
    const struct session_options options = {.connections = 1, .max_tries = max_tries};
    const struct wire *wire = inst->backend->wire;
    if (wire->open(inst, loop, &options, &session, &err) < 0 || wire->prepare(session, &r, 1, &err) < 0)
        BUG("%s", err.text);
    return session;
}

static inline void calls_run(const struct instance *inst, struct loop *loop, struct session *session,
                             const struct request *r, const struct value *keys, const uint64_t *ordinals,
                             struct outcome *o)
{
    *o = (struct outcome){.call = {.request = r, .keys = keys, .ordinals = ordinals, .row = outcome_row, .done = outcome_done, .owner = o}};
    uint64_t from = clock_ns();
    inst->backend->wire->submit(session, 0, &o->call);
    while (!o->done)
        loop_turn(loop, true);
    o->ns = clock_ns() - from;
}

enum { ANSWERED = -1 };

static inline void assert_counts(const struct outcome *o, int fault, uint32_t trips, uint32_t retries,
                                 uint32_t throttles)
{
    bool failed = o->call.outcome != CALL_OK;
    if (failed != (fault != ANSWERED) || (failed && o->call.fault != (enum fault)fault))
        fail_msg("%s: %s", failed ? fault_name(o->call.fault) : "answered", o->words);
    assert_int_equal(o->call.trips, trips);
    assert_int_equal(o->call.retries, retries);
    assert_int_equal(o->call.throttles, throttles);
}

#endif
