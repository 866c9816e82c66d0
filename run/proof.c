/* proof.c - histories of a stretch of driving, and the findings in words. */
#include "config.h"

#include "run/proof.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "data/version.h"
#include "findings/number.h"
#include "proof/judge.h"
#include "vm/program.h"
#include "vm/witness.h"

enum { EVENTS = 1 << 18 };                            /* a worker: 14 MB where all are used */

struct proof {
    const struct program *program;
    struct history *histories;
    uint32_t n;
    uint64_t began;                                   /* ns: times are told from here */
};

static bool writes(const struct program *p)
{
    for (size_t i = 0; i < p->requests.count; i++)
        if (request_writes(p->requests.items[i]))
            return true;
    return false;
}

struct proof *proof_open(const struct program *program, uint32_t nworkers)
{
    if (!writes(program))
        return NULL;
    struct proof *p = mem_alloc(sizeof *p);
    *p = (struct proof){.program = program, .n = nworkers, .began = clock_ns()};
    p->histories = mem_alloc(nworkers * sizeof *p->histories);
    for (uint32_t i = 0; i < nworkers; i++)
        history_init(&p->histories[i], EVENTS);
    return p;
}

struct history *proof_history(struct proof *p, uint32_t worker)
{
    return p ? &p->histories[worker] : NULL;
}

void proof_close(struct proof *p)
{
    for (uint32_t i = 0; p && i < p->n; i++)
        history_release(&p->histories[i]);
    if (p)
        mem_free(p->histories);
    mem_free(p);
}

/* ---- which rows were written ---- */

static int order_of_numbers(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The group of a table's row that an event is of; as many as there are: it is another table's. */
static uint32_t group_of(const struct table *t, const struct event *e)
{
    uint32_t g = 0;
    while (g < witness_groups(t) && witness_key(t, e->row, g) != e->key)
        g++;
    return g;
}

/* Of all writes, again and again. */
static uint64_t *written_rows(const struct proof *p, const struct table *t, size_t *n)
{
    size_t room = 1;
    for (uint32_t i = 0; i < p->n; i++)
        room += p->histories[i].n;
    uint64_t *rows = mem_alloc(room * sizeof *rows);
    *n = 0;
    for (uint32_t i = 0; i < p->n; i++)
        for (uint32_t k = 0; k < p->histories[i].n; k++) {
            const struct event *e = &p->histories[i].events[k];
            if (e->kind == EVENT_WRITE && group_of(t, e) < witness_groups(t))
                rows[(*n)++] = e->row;
        }
    return rows;
}

uint64_t *proof_written(const struct proof *p, const struct data *data, const struct table *t, uint32_t *n)
{
    size_t all;
    uint64_t *rows = written_rows(p, t, &all), last = 0;
    qsort(rows, all, sizeof *rows, order_of_numbers);
    *n = 0;
    for (size_t i = 0; i < all; last = rows[i++])
        if (i == 0 || rows[i] != last)
            rows[(*n)++] = rows[i];
    for (uint32_t i = 0; i < *n; i++)
        rows[i] = data_ordinal_of(data, t, rows[i]);
    return rows;
}

/* ---- in words ---- */

struct court {
    const struct proof *proof;
    struct runner *r;
    const struct target *target;
    struct tally *tally;
    struct mismatch *out;
};

/* Rows stand as loaded when a turn begins (rest.h). */
static bool was_loaded(void *arg, const struct event *e)
{
    (void)arg;
    return !e->unloaded;
}

/* A read that is stale is wrong only where the backend promises that none is. */
static bool is_promised(const struct court *c, const struct finding *f)
{
    enum promise promise = instance_promise(c->target->inst, false);
    /* a sum of an earlier turn, before its rows were put back, is stale, and may be too large */
    if (f->charge == CHARGE_DOUBLED && f->read->kind != EVENT_AT_REST && promise != PROMISE_LATEST)
        return false;
    return f->charge != CHARGE_STALE || promise == PROMISE_LATEST || (promise == PROMISE_SESSION && f->own);
}

/* The table whose row was read, and which group of it. */
static const struct table *find_table(const struct proof *p, const struct event *read, uint32_t *group)
{
    for (size_t i = 0; i < p->program->requests.count; i++) {
        const struct table *t = p->program->requests.items[i]->steps->table;
        if ((*group = group_of(t, read)) < witness_groups(t))
            return t;
    }
    return NULL;
}

static void put_key(struct court *c, const struct table *t, uint64_t row, struct buf *b)
{
    struct scratch s = {0};
    struct value *values = mem_alloc(t->ncolumns * sizeof *values);
    data_row(&c->r->data, t, row, values, &s);
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_puts(b, i ? ", " : "");
        value_put(b, t->columns[i].type, &values[i]);
    }
    scratch_release(&s);
    mem_free(values);
}

static void put_moment(uint64_t at, uint64_t began, struct buf *b)
{
    number_put_duration(b, at > began ? (double)(at - began) : 0);
}

static void put_times(const char *what, const struct event *e, uint64_t began, struct buf *b)
{
    buf_printf(b, "%s at ", what);
    put_moment(e->sent, began, b);
    bool answered = e->kind != EVENT_WRITE || e->outcome == CALL_OK;
    buf_puts(b, answered ? ", answered at " : e->outcome == CALL_FAILED ? ", refused at " : ", given up at ");
    put_moment(e->answered, began, b);
}

/* A delete leaves no version that says which request it was of. */
static void put_write(const struct event *e, uint64_t began, struct buf *b)
{
    struct version v = version_unpack(e->version);
    if (e->version == VERSION_ABSENT)
        buf_printf(b, "a delete of client %u", e->client);
    else if (e->counts)
        buf_printf(b, "an update of client %u", e->client);
    else
        buf_printf(b, "the write of client %u's request %u", v.client, v.request);
    put_times(" (sent", e, began, b);
    buf_puts(b, ")");
}

static void put_found(const struct finding *f, uint64_t began, struct buf *b)
{
    bool none = f->read->version == VERSION_ABSENT;
    if (f->write) {
        buf_puts(b, none ? "it found no row, as after " : "it found ");
        put_write(f->write, began, b);
    } else if (f->charge == CHARGE_UNWRITTEN) {
        buf_puts(b, none ? "it found no row, though nobody deleted it" : "nobody wrote what it found");
    } else {
        buf_puts(b, none ? "it found no row, as before all writes" : "it found what stood before all writes");
    }
}

/* Of a column that counts. */
static void put_sums(const struct finding *f, struct buf *b)
{
    buf_printf(b, "it found %+lld since it was loaded, expected %+lld", (long long)f->read->version,
               (long long)f->least);
    if (f->most != f->least)
        buf_printf(b, " to %+lld", (long long)f->most);
}

static void put_superseder(const struct finding *f, uint64_t began, struct buf *b)
{
    buf_puts(b, f->read->counts ? ": " : ", though ");
    put_write(f->by, began, b);
    buf_puts(b, " had been acknowledged");
    if (f->age) {
        buf_puts(b, " ");
        number_put_duration(b, (double)f->age);
        buf_puts(b, " before");
    }
}

static void put_finding(const struct finding *f, uint64_t began, struct buf *b)
{
    buf_printf(b, "%s: ", charge_name(f->charge));
    if (f->read->counts)
        put_sums(f, b);
    else
        put_found(f, began, b);
    if (f->by)
        put_superseder(f, began, b);
    put_times(f->read->kind == EVENT_AT_REST ? "; read when all writes had ended,"
                                             : "; read", f->read, began, b);
    buf_puts(b, " (times since the first request)");
}

/* Its query's tally, or the whole's where there is but one. */
static struct tally *tally_of(const struct court *c, const struct event *read)
{
    return c->tally->nqueries ? &c->tally->queries[read->source] : c->tally;
}

static void add_read(void *arg, const struct event *read)
{
    struct court *c = arg;
    if (read->source == EVENT_OF_NOBODY)
        return;
    c->tally->watched++;
    if (c->tally->nqueries)
        tally_of(c, read)->watched++;
}

static void add_stale(struct court *c, const struct finding *f)
{
    if (f->charge != CHARGE_STALE || f->read->source == EVENT_OF_NOBODY)
        return;
    tally_add_stale(c->tally, f->age);
    if (c->tally->nqueries)
        tally_add_stale(tally_of(c, f->read), f->age);
}

static void found(void *arg, const struct finding *f)
{
    struct court *c = arg;
    add_stale(c, f);
    if (!is_promised(c, f) || c->out->count++)
        return;
    uint32_t group;
    const struct table *t = find_table(c->proof, f->read, &group);
    struct buf b = {0};
    if (t) {
        buf_puts(&b, "table '");
        instance_put_table(c->target->inst, t, &b);
        buf_puts(&b, "', key '");
        put_key(c, t, f->read->row, &b);
        if (t->ngroups > 1)
            buf_printf(&b, "', column '%s", t->columns[t->groups[group].columns[0]].name);
        buf_puts(&b, "': ");
    }
    put_finding(f, c->proof->began, &b);
    snprintf(c->out->text, sizeof c->out->text, "%s", buf_text(&b));
    buf_release(&b);
}

void proof_tell_count(const struct target *target, const struct table *t, uint64_t least, uint64_t most,
                      uint64_t found, struct mismatch *out)
{
    struct buf b = {0};
    if (out->count++)
        return;
    buf_puts(&b, "table '");
    instance_put_table(target->inst, t, &b);
    buf_printf(&b, "': %s: expected ", found < least ? "lost rows" : "rows too many");
    if (least < most)
        buf_printf(&b, "%llu to ", (unsigned long long)least);
    buf_put_count(&b, most, "row");
    buf_printf(&b, " when all writes had ended, by those loaded (%llu) and what writes answered; found %llu",
               (unsigned long long)t->rows, (unsigned long long)found);
    snprintf(out->text, sizeof out->text, "%s", buf_text(&b));
    buf_release(&b);
}

void proof_judge(struct proof *p, struct runner *r, const struct target *target, bool complete,
                 struct tally *tally, struct mismatch *out)
{
    if (!p || !complete)
        return;
    struct court c = {p, r, target, tally, out};
    struct history **all = mem_alloc(p->n * sizeof *all);
    for (uint32_t i = 0; i < p->n; i++)
        all[i] = &p->histories[i];
    judge_histories(all, p->n, &(struct judge){.there = was_loaded, .found = found, .read = add_read, .arg = &c});
    mem_free(all);
}
