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
    all.source = s->fiber->recorded ? (uint16_t)(s->fiber->counts - w->counts) : EVENT_OF_NOBODY;
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
    return check_places_of(&w->checker, s, c->ordinals[step_register(s, key)], row) == 1;
}

static bool counts(const struct table *t, uint32_t group)
{
    return group < t->ngroups && t->groups[group].counts;
}

static void add_read(struct worker *w, struct slot *s, const struct table *t, uint64_t row, uint32_t group,
                     uint64_t version)
{
    uint64_t key = witness_key(t, row, group);
    if (witness_is(t, key))
        add(w, s, &(struct event){.key = key, .version = version, .unloaded = row >= t->rows, .row = row,
                                  .counts = counts(t, group),
                                  .kind = w->setup.at_rest ? EVENT_AT_REST : EVENT_READ});
}

/* What was added to a column that counts, by what it was loaded with. Nothing where something of an earlier turn
 * may still be. */
static void add_count(struct worker *w, struct slot *s, const struct table *t, uint64_t row, uint32_t group,
                      const struct value *v)
{
    const struct column_group *g = &t->groups[group];
    struct value loaded;
    int64_t added;
    if (w->setup.unsure || g->open || row >= t->rows || !witness_is(t, witness_key(t, row, group)))
        return;
    data_loaded(w->checker.data, t, g->version, row, &w->checker.scratch, &loaded);
    if (data_counted(v, &loaded, &added))
        add_read(w, s, t, row, group, (uint64_t)added);
}

/* Nothing where a delete of an earlier turn may still arrive. */
static void add_none(struct worker *w, struct slot *s, const struct table *t, uint64_t row)
{
    for (uint32_t g = 0; g < witness_groups(t) && !(t->loses && w->setup.unsure); g++)
        if (!counts(t, g))
            add_read(w, s, t, row, g, VERSION_ABSENT);
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
    int64_t place = witness_groups(t) ? check_key_of(&w->checker, &s->check, &s->call, step, values, &number)
                                      : -1;
    if (place < 0)
        return;
    s->came[number + (uint32_t)place] = true;
    if (!row_of(w, &s->call, step, (uint32_t)place, &row))
        return;
    if (!t->ngroups && !w->setup.unsure)
        add_read(w, s, t, row, 0, VERSION_LOADED);
    for (uint32_t i = 0; i < step->ncolumns; i++)
        for (uint32_t g = 0; g < t->ngroups; g++)
            if (step->columns[i] != t->groups[g].version)
                continue;
            else if (t->groups[g].counts)
                add_count(w, s, t, row, g, &values[i]);
            else if (version_found(w, &values[i], &version))
                add_read(w, s, t, row, g, version);
}

/* Whether an update met fewer rows than it has keys. */
static bool met_fewer(const struct slot *s, const struct step *step)
{
    const struct call *c = &s->call;
    return !step->op->creates && !step->op->removes && c->outcome == CALL_OK && c->met < c->request->nkeys;
}

static uint64_t added_to(const struct step *s, uint32_t key, const struct call *c, uint32_t column)
{
    const struct column_set *set = data_set_of(s->sets, s->nsets, column);
    return set ? (uint64_t)c->keys[step_written(s, key) + (set - s->sets)].u.i : 0;
}

/* An update of one key that met no row wrote none, and has seen that there is none. Where a try of it got no
 * answer that one may have met the row; and of several keys which have met theirs is not told. */
static void written(struct worker *w, struct slot *s, const struct step *step, uint32_t key)
{
    const struct call *c = &s->call;
    const struct table *t = step->table;
    struct event e = {.kind = EVENT_WRITE, .outcome = c->outcome, .doubtful = c->retries > 0};
    uint64_t row;
    if (!row_of(w, c, step, key, &row))
        return;
    if (met_fewer(s, step) && c->request->nkeys == 1 && !e.doubtful) {
        add_none(w, s, t, row);
        return;
    }
    if (met_fewer(s, step))
        e.outcome = CALL_UNKNOWN;
    uint64_t version = step->op->removes ? VERSION_ABSENT : (uint64_t)c->keys[step_version(step, key)].u.i;
    e.unloaded = row >= t->rows;
    e.row = row;
    for (uint32_t g = 0; g < witness_groups(t); g++) {
        bool all = step->op->removes || data_writes_group(step->sets, step->nsets, &t->groups[g]);
        e.key = witness_key(t, row, g);
        e.counts = counts(t, g);
        e.version = e.counts ? added_to(step, key, c, t->groups[g].version) : version;
        if (all && witness_is(t, e.key) && !(e.counts && (step->op->removes || step->op->creates)))
            add(w, s, &e);
    }
}

static void read_no_row(struct worker *w, struct slot *s, const struct step *step, uint32_t key)
{
    uint64_t row;
    if (row_of(w, &s->call, step, key, &row))
        add_none(w, s, step->table, row);
}

/* Absent rows of a slice are none of its conditions' fault alone, and are left to the check. */
static void read_none(struct worker *w, struct slot *s)
{
    const struct request *r = s->call.request;
    for (uint32_t i = 0, number = 0; i < r->nsteps; number += r->steps[i++].nkeys)
        for (uint32_t key = 0; key < r->steps[i].nkeys && !r->steps[i].slice; key++)
            if (!s->came[number + key])
                read_no_row(w, s, &r->steps[i], key);
}

static enum movement movement_of(const struct step *step)
{
    return step->op->removes ? MOVE_OUT : step->op->effect == EFFECT_MORE ? MOVE_IN : MOVE_PERHAPS_IN;
}

/* How many rows its table must have after it. */
static void keep_balance(struct worker *w, const struct slot *s, const struct step *step)
{
    struct touched *touched = w->setup.touched ? &w->setup.touched[step->table->id] : NULL;
    const struct call *c = &s->call;
    if (touched && touched->rows && (step->op->creates || step->op->removes))
        balance_add(&touched->balance, movement_of(step), step->nkeys, c->met, c->outcome, c->retries > 0);
}

void witness_end(struct worker *w, struct slot *s)
{
    const struct request *r = s->call.request;
    if (!request_writes(r) && s->call.outcome == CALL_OK)
        read_none(w, s);
    if (!request_writes(r))
        return;
    w->result.unsure |= s->call.outcome == CALL_UNKNOWN;
    for (uint32_t i = 0; i < r->nsteps; i++) {
        keep_balance(w, s, &r->steps[i]);
        for (uint32_t key = 0; key < r->steps[i].nkeys; key++)
            written(w, s, &r->steps[i], key);
    }
}
