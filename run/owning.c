/* owning.c - marks on the tables: taken before a target's tables are looked for, in an order that all runs
 * have alike, and dropped last. */
#include "config.h"

#include <stdio.h>
#include <time.h>

#include "backends/mark.h"
#include "base/clock.h"
#include "findings/number.h"
#include "run/runner.h"

static const uint64_t TRY_NS = 200 * NS_PER_MS, DEFAULT_WAIT_NS = 60 * NS_PER_S;

static uint64_t wait_of(const struct runner *r)
{
    return r->options->has_wait ? r->options->wait_ns : DEFAULT_WAIT_NS;
}

static void say_for_whom(struct runner *r, const struct target *s, const struct holder *holder)
{
    struct buf b = {0};
    number_put_duration(&b, (double)wait_of(r));
    progress_say(r->progress, "%s: another wklrun (%s) is using these tables: waiting up to %s (--wait)",
                 s->inst->name, holder->words, buf_text(&b));
    buf_release(&b);
}

static int refuse(const struct runner *r, const struct holder *holder, struct error *err)
{
    struct buf b = {0};
    number_put_duration(&b, (double)wait_of(r));
    int rc = error_set(err, ERR_TIMEOUT,
                       "another wklrun (%s) is using these tables, and still was after %s: nothing was "
                       "touched; wait longer with"
                       " --wait, or set 'table_prefix'",
                       holder->words, buf_text(&b));
    buf_release(&b);
    return rc;
}

/* Two instances may be one store by two names: what this run holds already it shares. */
static struct mark *find_ours(const struct runner *r, const struct holder *holder)
{
    for (size_t i = 0; i < r->marks.count; i++)
        if (mark_is_held_by(r->marks.items[i], holder))
            return r->marks.items[i];
    return NULL;
}

static int wait_for(struct runner *r, struct target *s, struct mark *mark, struct holder *holder,
                    struct error *err)
{
    const uint64_t until = clock_ns() + wait_of(r);
    const struct timespec pause = {.tv_nsec = (long)TRY_NS};
    bool said = false;
    int rc = MARK_TAKEN;
    while (rc == MARK_TAKEN && !find_ours(r, holder)) {
        if (runner_stopped(r))
            return error_set(err, ERR_INTERRUPTED, "interrupted");
        if (clock_ns() >= until)
            return refuse(r, holder, err);
        if (!said)
            say_for_whom(r, s, holder);
        said = true;
        nanosleep(&pause, NULL);
        rc = mark_try(mark, holder, err);
    }
    return rc;
}

void owning_take(struct runner *r, struct target *s)
{
    struct error err = {0};
    struct holder holder;
    struct mark *mark = NULL;
    s->mark = NULL;
    s->breaks = 0;
    if (r->options->dry_run || !s->usable || !s->inst->backend->store->mark)
        return;
    int rc = mark_open(s->inst, &mark, &holder, &err);
    if (rc == MARK_TAKEN)
        rc = wait_for(r, s, mark, &holder, &err);
    if (rc == 0) {
        s->mark = mark;
        vec_push(&r->arena, &r->marks, mark);
        return;
    }
    mark_drop(mark);
    if (rc == MARK_TAKEN) {
        s->mark = find_ours(r, &holder);
        return;
    }
    if (err.code != ERR_TIMEOUT)
        error_prefix(&err, "its tables cannot be marked as in use");
    target_fail(r, s, &err);
}

/* By kind, as the registry has them: two runs that want the same stores never wait for each other in a
 * ring. */
void owning_begin(struct runner *r)
{
    for (const struct kind *k = backend_kinds; k->name; k++)
        for (size_t i = 0; i < r->ntargets && !runner_stopped(r); i++)
            if (r->targets[i].inst->kind == k)
                owning_take(r, &r->targets[i]);
}

bool owning_holds(struct runner *r, struct target *s, const struct ir *ir)
{
    struct error err = {0};
    uint32_t breaks = s->breaks;
    int rc = s->mark ? mark_check(s->mark, &breaks, &err) : 0;
    if (rc < 0)
        error_prefix(&err, rc == ERR_LOST ? "this run's mark on its tables was lost, and they may be another's by now: they are left as they are"
                                          : "whether its tables are still this run's cannot be asked: they are left as they are");
    else if (breaks != s->breaks && ir)
        rc = tables_stand(r, s, ir, &err);
    s->breaks = breaks;
    if (rc < 0)
        target_fail(r, s, &err);
    return rc == 0;
}

void owning_end(struct runner *r)
{
    for (size_t i = 0; i < r->marks.count; i++)
        mark_drop(r->marks.items[i]);
    r->marks.count = 0;
}
