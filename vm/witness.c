/* witness.c - reads and writes of the keys that are watched, as the clients saw them, into the worker's
 * history. What is watched is a group of a row, and what is logged its version. */
#include "config.h"

#include <string.h>

#include "data/version.h"
#include "data/written.h"
#include "vm/witness.h"
#include "vm/worker_parts.h"

static void add(struct worker *w, const struct slot *s, const struct event *e)
{
    struct event all = *e;
    all.sent = s->sent;
    all.answered = clock_ns();
    all.client = s->fiber->client;
    history_add(w->setup.history, &all);
}

/* A version of an earlier turn says no more than that the row stands as before this one; nothing where a
 * write of such a turn may still arrive. False: there is nothing to log. */
static bool version_found(const struct worker *w, const struct value *v, uint64_t *version)
{
    *version = (uint64_t)v->u.i;
    if (v->null || v->u.i < 0)
        return false;
    if (*version == VERSION_LOADED || version_unpack(*version).turn == w->setup.turn)
        return true;
    *version = VERSION_LOADED;
    return !w->setup.unsure;
}

/* Rows of a key of several are not watched yet. */
static bool row_of(struct worker *w, const struct call *c, const struct step *s, uint32_t key, uint64_t *row)
{
    return step_rows(&w->checker.finder, w->checker.data, s, c->ordinals[step_register(s, key)], row) == 1;
}

static void add_read(struct worker *w, struct slot *s, uint64_t key, uint64_t version)
{
    add(w, s, &(struct event){.key = key, .version = version,
                              .kind = w->setup.at_rest ? EVENT_AT_REST : EVENT_READ});
}

void witness_begin(struct worker *w, struct slot *s)
{
    s->sent = clock_ns();
    memset(s->came, 0, w->max_keys);
}

void witness_row(struct worker *w, struct slot *s, const struct step *step, const struct value *values)
{
    const struct table *t = step->table;
    uint64_t row, version;
    uint32_t number;
    int64_t place = t->ngroups ? check_key_of(&w->checker, &s->check, &s->call, step, values, &number) : -1;
    if (place < 0)
        return;
    s->came[number + (uint32_t)place] = true;
    if (!row_of(w, &s->call, step, (uint32_t)place, &row))
        return;
    for (uint32_t i = 0; i < step->ncolumns; i++)
        for (uint32_t g = 0; g < t->ngroups; g++) {
            uint64_t key = witness_key(t, row, g);
            if (step->columns[i] == t->groups[g].version && witness_is(t, key) &&
                version_found(w, &values[i], &version))
                add_read(w, s, key, version);
        }
}

/* No row came of a key that has one. */
static void missed(struct worker *w, struct slot *s, const struct step *step, uint32_t key)
{
    const struct table *t = step->table;
    uint64_t row;
    if (!row_of(w, &s->call, step, key, &row))
        return;
    for (uint32_t g = 0; g < t->ngroups; g++)
        if (witness_is(t, witness_key(t, row, g)))
            add_read(w, s, witness_key(t, row, g), VERSION_ABSENT);
}

static void written(struct worker *w, struct slot *s, const struct step *step, uint32_t key)
{
    const struct call *c = &s->call;
    const struct table *t = step->table;
    uint64_t row;
    if (!row_of(w, c, step, key, &row))
        return;
    for (uint32_t g = 0; g < t->ngroups; g++) {
        uint64_t watched = witness_key(t, row, g);
        if (data_writes_group(step->sets, step->nsets, &t->groups[g]) && witness_is(t, watched))
            add(w, s, &(struct event){.key = watched, .version = (uint64_t)c->keys[step_version(step, key)].u.i,
                                      .kind = EVENT_WRITE, .outcome = c->outcome, .doubtful = c->retries > 0});
    }
}

/* Absent rows of a slice are none of its conditions' fault alone, and are left to the check. */
static void read_none(struct worker *w, struct slot *s)
{
    const struct request *r = s->call.request;
    for (uint32_t i = 0, number = 0; i < r->nsteps; number += r->steps[i++].nkeys)
        for (uint32_t key = 0; key < r->steps[i].nkeys && !r->steps[i].slice; key++)
            if (!s->came[number + key])
                missed(w, s, &r->steps[i], key);
}

void witness_end(struct worker *w, struct slot *s)
{
    const struct request *r = s->call.request;
    if (!request_writes(r) && s->call.outcome == CALL_OK)
        read_none(w, s);
    if (!request_writes(r))
        return;
    w->result.unsure |= s->call.outcome == CALL_UNKNOWN;
    for (uint32_t i = 0; i < r->nsteps; i++)
        for (uint32_t key = 0; key < r->steps[i].nkeys; key++)
            written(w, s, &r->steps[i], key);
}
