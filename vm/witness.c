/* witness.c - reads and writes of the keys that are watched, as the clients saw them, into the worker's
 * history. What is watched is a group of a row, and what is logged its version. */
#include "config.h"

#include "data/version.h"
#include "data/written.h"
#include "vm/worker_parts.h"

enum { WITNESSES = 4096 };

static uint64_t key_of(const struct table *t, uint64_t row, uint32_t group)
{
    return history_key(t->salt + group, row);
}

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

void witness_row(struct worker *w, struct slot *s, const struct step *step, const struct value *values)
{
    const struct table *t = step->table;
    uint64_t row, version;
    int64_t place = t->ngroups ? check_key_of(&w->checker, &s->check, &s->call, step, values) : -1;
    if (place < 0 || !row_of(w, &s->call, step, (uint32_t)place, &row))
        return;
    for (uint32_t i = 0; i < step->ncolumns; i++)
        for (uint32_t g = 0; g < t->ngroups; g++) {
            uint64_t key = key_of(t, row, g);
            if (step->columns[i] == t->groups[g].version && history_is_witness(key, t->rows, WITNESSES) &&
                version_found(w, &values[i], &version))
                add(w, s, &(struct event){.key = key, .version = version, .kind = EVENT_READ});
        }
}

static void written(struct worker *w, struct slot *s, const struct step *step, uint32_t key)
{
    const struct call *c = &s->call;
    const struct table *t = step->table;
    uint64_t row;
    if (!row_of(w, c, step, key, &row))
        return;
    for (uint32_t g = 0; g < t->ngroups; g++) {
        uint64_t watched = key_of(t, row, g);
        if (data_writes_group(step->sets, step->nsets, &t->groups[g]) &&
            history_is_witness(watched, t->rows, WITNESSES))
            add(w, s, &(struct event){.key = watched, .version = (uint64_t)c->keys[step_version(step, key)].u.i,
                                      .kind = EVENT_WRITE, .outcome = c->outcome, .doubtful = c->retries > 0});
    }
}

void witness_writes(struct worker *w, struct slot *s)
{
    const struct request *r = s->call.request;
    if (!request_writes(r))
        return;
    w->result.unsure |= s->call.outcome == CALL_UNKNOWN;
    for (uint32_t i = 0; i < r->nsteps; i++)
        for (uint32_t key = 0; key < r->steps[i].nkeys; key++)
            written(w, s, &r->steps[i], key);
}
