/* follow.c - follows every Nth request of a worker through its calls, and keeps the slowest. */
#include "config.h"

#include "base/clock.h"
#include "vm/worker_parts.h"

void follow_begin(struct worker *w, struct fiber *f)
{
    w->unfollowed = TRACE_EVERY - 1;
    w->followed = f;
    w->trace->client = f->client;
    w->trace->number = f->n;
    w->trace->started = f->started - f->intended;
    w->trace->ncalls = w->trace->left_out = 0;
    w->trace->response = 0;
}

void follow_call(struct worker *w, struct slot *s)
{
    struct trace *t = w->trace;
    if (t->ncalls == TRACE_CALLS) {
        t->left_out++;
        return;
    }
    s->trace = &t->calls[t->ncalls++];
    *s->trace = (struct trace_call){.request = s->call.request, .asked = clock_ns() - s->fiber->intended};
}

void follow_end(struct worker *w, struct fiber *f)
{
    struct trace *t = w->trace;
    w->followed = NULL;
    if (f->failed)
        return;
    uint64_t followed = w->slowest->followed + 1;
    t->response = f->ended - f->intended;
    if (t->response > w->slowest->response) {
        w->trace = w->slowest;
        w->slowest = t;
    }
    w->slowest->followed = followed;
}
