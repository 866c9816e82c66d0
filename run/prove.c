/* prove.c - do the checks find what they are there for? What stands in each backend is damaged for a moment, as a
 * fault of it would leave it: a row is missing, a row has another's values, an acknowledged write is not there. Each
 * must be found, and once it is undone nothing must be. */
#include "config.h"

#include <stdio.h>

#include "backends/words.h"
#include "base/mem.h"
#include "data/rows.h"
#include "run/proof.h"
#include "run/rest.h"
#include "run/runner.h"
#include "vm/witness.h"

struct trial {                                        /* of a row of a table on a target */
    struct runner *r;
    struct target *target;
    const struct table *table;
    struct rest rest;
    struct program write;
    struct pool pool;
    uint64_t row, ordinal, other;                     /* whose key is damaged; an ordinal whose row has other values,
                                                         or the same one */
    struct error err;                                 /* what could not be asked */
    bool missed;                                      /* a damage that was not found */
};

/* ---- asking for the row ---- */

static bool ask(struct trial *t, const struct program *program, struct drive how, struct proof *proof,
                struct mismatch *found)
{
    how.program = program;
    how.asked = &t->ordinal;
    how.requests = 1;
    how.verify = VERIFY_ROWS;
    how.turn = t->target->turns;
    how.label = t->target->inst->name;
    return pool_ask(t->r, &t->pool, &how, proof, found, &t->err) && !runner_stopped(t->r);
}

static bool look(struct trial *t, struct mismatch *found)
{
    return ask(t, &t->rest.look, (struct drive){.at_rest = true}, NULL, found);
}

/* What the statement met is no matter: the look behind it is. */
static bool put(struct trial *t, const uint64_t *values_of)
{
    struct mismatch ignored = {0};
    return ask(t, &t->rest.put, (struct drive){.heals = true, .values_of = values_of}, NULL, &ignored);
}

static bool take_away(struct trial *t)
{
    struct mismatch ignored = {0};
    return ask(t, &t->rest.remove, (struct drive){.heals = true}, NULL, &ignored);
}

/* ---- damages: false: not all could be asked ---- */

static bool lose_row(struct trial *t, struct mismatch *found)
{
    return take_away(t) && look(t, found);
}

static bool change_values(struct trial *t, struct mismatch *found)
{
    return put(t, &t->other) && look(t, found);
}

/* What a run asks when all writes have ended. */
static bool lose_write(struct trial *t, struct mismatch *found)
{
    struct proof *proof = proof_open(&t->write, 1);
    struct tally *tally = tally_new();
    t->target->turns++;
    bool asked = ask(t, &t->write, (struct drive){.seed = 1}, proof, found) && put(t, NULL) &&
                 ask(t, &t->rest.look, (struct drive){.at_rest = true}, proof, found);
    proof_judge(proof, t->r, t->target, asked, tally, found);
    tally_free(tally);
    proof_close(proof);
    return asked;
}

static bool lose_count(struct trial *t, struct mismatch *found)
{
    uint64_t rows;
    bool asked = take_away(t) && target_count(t->target, t->table, &rows, &t->err) == 0;
    if (asked && rows != t->table->rows)
        proof_tell_count(t->target, t->table, t->table->rows, t->table->rows, rows, found);
    return asked;
}

/* ---- which can be made; NULL: it can ---- */

static const char *cannot_lose(const struct trial *t)
{
    (void)t;
    return NULL;
}

static const char *cannot_change(const struct trial *t)
{
    if (!t->target->inst->backend->store->look)
        return "it keeps no values";
    return t->other == t->ordinal ? "all rows looked at are alike but for their keys" : NULL;
}

static const char *cannot_write(const struct trial *t)
{
    if (!t->write.requests.count)
        return "no statement of the file writes a column of it";
    return witness_is(t->table, witness_key(t->table, t->row, 0)) ? NULL : "the row is not watched";
}

static const char *cannot_count(const struct trial *t)
{
    const struct store *store = t->target->inst->backend->store;
    return !store->count ? "it does not count rows" : t->table->rows > store->count_most ? "it has too many rows" : NULL;
}

static const struct damage {
    const char *what;
    const char *(*cannot)(const struct trial *);
    bool (*make)(struct trial *, struct mismatch *);
} damages[] = {
    {"a missing row", cannot_lose, lose_row},
    {"a missing row, by the count", cannot_count, lose_count},
    {"another row's values", cannot_change, change_values},
    {"an old version in the place of an acknowledged write", cannot_write, lose_write},
};

/* ---- one after the other ---- */

static void say(const struct trial *t, const char *what, const char *outcome, const char *words)
{
    struct buf name = {0};
    instance_put_table(t->target->inst, t->table, &name);
    printf("%s: '%s': %s: %s%s%s\n", t->target->inst->name, buf_text(&name), what, outcome, *words ? ": " : "", words);
    fflush(stdout);
    buf_release(&name);
}

static bool make(struct trial *t, const struct damage *d)
{
    struct mismatch found = {0}, after = {0};
    const char *cannot = d->cannot(t);
    if (cannot) {
        say(t, d->what, "cannot be made", cannot);
        return true;
    }
    bool asked = d->make(t, &found);
    bool undone = put(t, NULL) && look(t, &after);
    if (!asked || !undone)
        return false;
    instance_redact(t->target->inst, found.text);
    say(t, d->what, found.count ? "found" : "NOT FOUND", found.text);
    t->missed |= !found.count;
    if (after.count) {
        say(t, d->what, "NOT UNDONE", after.text);
        t->missed = true;
    }
    return true;
}

/* ---- what is damaged ---- */

/* The first table that statements write, or else the first of which a key has one row. */
static const struct table *choose_table(const struct runner *r, const struct target *s)
{
    const struct table *chosen = NULL;
    for (uint32_t i = 0; i < r->ir->ntables; i++) {
        const struct table *t = &r->ir->tables[i];
        bool fits = t->nkeys == keyspace_width(t->keyspace) && t->rows && t->ncolumns > t->nkeys &&
                    plan_can_read(&s->inst->backend->caps, t);
        if (fits && (!chosen || (t->nwrites && !chosen->nwrites)))
            chosen = t;
    }
    return chosen;
}

static bool are_alike(const struct table *t, const struct value *a, const struct value *b)
{
    bool alike = true;
    for (uint32_t i = t->nkeys; i < t->ncolumns; i++)
        alike = alike && value_equal(t->columns[i].type, &a[i], &b[i]);
    return alike;
}

/* A watched row, and another that differs from it. */
static void choose_rows(struct trial *t)
{
    enum { MOST = 100000 };
    const struct data *data = &t->r->data;
    const struct table *table = t->table;
    uint64_t most = table->rows < MOST ? table->rows : MOST;
    while (t->row + 1 < most && !witness_is(table, witness_key(table, t->row, 0)))
        t->row++;
    t->ordinal = t->other = data_ordinal_of(data, table, t->row);
    struct value *a = mem_alloc(table->ncolumns * sizeof *a), *b = mem_alloc(table->ncolumns * sizeof *b);
    struct scratch of_a = {0}, of_b = {0};
    data_row(data, table, t->row, a, &of_a);
    for (uint64_t row = 0; row < most && t->other == t->ordinal; row++) {
        data_row(data, table, row, b, &of_b);
        if (!are_alike(table, a, b))
            t->other = data_ordinal_of(data, table, row);
    }
    scratch_release(&of_a);
    scratch_release(&of_b);
    mem_free(a);
    mem_free(b);
}

static int open_trial(struct trial *t)
{
    const struct program *programs[] = {&t->rest.look, &t->rest.put, &t->rest.remove, &t->write};
    const struct request *requests[sizeof programs / sizeof *programs];
    uint32_t n = 0;
    int rc = rest_plan_all(&t->r->arena, t->target->inst, t->table, &t->rest, &t->write, &t->err);
    for (size_t i = 0; rc == 0 && i < sizeof programs / sizeof *programs; i++)
        if (programs[i]->requests.count)              /* of one key: each is one request */
            requests[n++] = programs[i]->requests.items[0];
    rc = rc < 0 ? rc : tables_change_one(t->r, t->target, t->table, &t->err);
    t->pool.nthreads = 1;
    return rc < 0 ? rc : pool_open(t->r, t->target, &t->pool, 1, requests, n, &t->err);
}

/* Without damage nothing must be found. */
static bool is_sound(struct trial *t)
{
    struct mismatch found = {0};
    if (!look(t, &found))
        return false;
    if (found.count)
        say(t, "nothing damaged", "WRONG", found.text);
    t->missed = found.count;
    return true;
}

static void prove(struct runner *r, struct target *s)
{
    struct trial t = {.r = r, .target = s, .table = choose_table(r, s)};
    if (!t.table) {
        printf("%s: not proven: no table has one row a key and other columns\n", s->inst->name);
        r->run_errors = true;
        return;
    }
    choose_rows(&t);
    bool asked = open_trial(&t) == 0 && is_sound(&t);
    for (size_t i = 0; asked && !t.missed && i < sizeof damages / sizeof *damages; i++)
        asked = make(&t, &damages[i]);
    pool_close(&t.pool);
    if (!asked && !runner_stopped(r))
        target_fail(r, s, &t.err);
    r->wrong_rows |= t.missed;
}

void prove_all(struct runner *r)
{
    for (size_t i = 0; i < r->ntargets && !runner_stopped(r); i++)
        if (r->targets[i].usable)
            prove(r, &r->targets[i]);
}
