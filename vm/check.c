/* check.c - comparing answers with what the generators say. */
#include "config.h"

#include "vm/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "data/written.h"

void mismatch_merge(struct mismatch *into, const struct mismatch *from)
{
    if (!into->count)
        memcpy(into->text, from->text, MISMATCH_TEXT);
    into->count += from->count;
}

uint32_t check_places(const struct request *r)
{
    uint32_t n = 0;
    for (uint32_t p = 0; p < r->nsteps; p++)
        n += r->steps[p].nkeys * step_most_rows(&r->steps[p]);
    return n;
}

/* ---- telling ---- */

enum { SHOWN = 120, BEFORE = 20 };                    /* bytes of a value in a message; of these, before the
                                                         first that differs */

static size_t begin_of_character(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static void put_stretch(struct buf *b, const char *text, size_t n, size_t from)
{
    size_t begin = from < n ? begin_of_character(text, from) : n,
           end = n - begin > SHOWN ? begin_of_character(text, begin + SHOWN) : n;
    buf_puts(b, begin ? "…" : "");
    buf_add(b, text + begin, end - begin);
    buf_puts(b, end < n ? "…" : "");
}

static void put_shown(struct buf *b, struct type type, const struct value *v)
{
    struct buf text = {0};
    value_put(&text, type, v);
    put_stretch(b, buf_text(&text), text.len, 0);
    buf_release(&text);
}

static void tell(struct checker *k, const struct step *step, const struct value *key, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void tell(struct checker *k, const struct step *step, const struct value *key, const char *fmt, ...)
{
    if (k->found->count++)
        return;
    struct buf b = {0};
    buf_puts(&b, "table '");
    instance_put_table(k->instance, step->table, &b);
    buf_putc(&b, '\'');
    if (key) {
        for (uint32_t i = 0; i < step_bound(step); i++) {
            buf_puts(&b, i ? ", " : ", key '");
            put_shown(&b, step->table->columns[i].type, &key[i]);
        }
        buf_putc(&b, '\'');
    }
    buf_puts(&b, ": ");
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    buf_puts(&b, text);
    snprintf(k->found->text, MISMATCH_TEXT, "%s", buf_text(&b));
    buf_release(&b);
}

/* Texts stand in quotes: a blank at an end is seen then, and null is not 'null'. */
static void put_compared(struct buf *b, struct type type, const struct value *v, const struct buf *text,
                         size_t from)
{
    bool quoted = !v->null && (type.kind == TYPE_CHAR || type.kind == TYPE_STRING || type.kind == TYPE_JSON);
    buf_puts(b, quoted ? "'" : "");
    put_stretch(b, text->data ? text->data : "", text->len, from);
    buf_puts(b, quoted ? "'" : "");
}

/* Long ones are shown from shortly before where they differ. */
static size_t where_they_part(const struct buf *a, const struct buf *b)
{
    size_t same = 0;
    while (same < a->len && same < b->len && a->data[same] == b->data[same])
        same++;
    return same < SHOWN ? 0 : same - BEFORE;
}

static void tell_value(struct checker *k, const struct step *step, const struct value *key,
                       const struct column *c, const struct value *expected, const struct value *found)
{
    struct buf e = {0}, f = {0}, words = {0};
    value_put(&e, c->type, expected);
    value_put(&f, c->type, found);
    size_t from = where_they_part(&e, &f);
    buf_puts(&words, "expected ");
    put_compared(&words, c->type, expected, &e, from);
    buf_puts(&words, ", found ");
    put_compared(&words, c->type, found, &f, from);
    tell(k, step, key, "column '%s': %s", c->name, buf_text(&words));
    buf_release(&e);
    buf_release(&f);
    buf_release(&words);
}

/* ---- a call ---- */

enum { COMPARED = 16 };                               /* so few keys are compared one by one */

uint32_t check_index_mask(enum verify verify, uint32_t max_keys)
{
    return verify != VERIFY_ROWS || max_keys <= COMPARED ? 0 : (uint32_t)(map_room(max_keys) - 1);
}

static uint32_t slot_of(const struct checker *k, const struct step *step, const struct value *key)
{
    uint64_t hash = value_hash(step->table->columns[0].type, key);
    for (uint32_t i = 1; i < step_bound(step); i++)
        hash = rng_mix(hash, value_hash(step->table->columns[i].type, &key[i]));
    return (uint32_t)hash & k->mask;
}

/* A slot holds a key's number, counted through the steps, and one; 0: it is free. */
static void index_keys(const struct checker *k, struct check *c, const struct call *call)
{
    uint32_t number = 0;
    memset(c->index, 0, (k->mask + 1) * sizeof *c->index);
    for (uint32_t p = 0; p < call->request->nsteps; p++)
        for (uint32_t i = 0; i < call->request->steps[p].nkeys; i++) {
            uint32_t at = slot_of(k, &call->request->steps[p],
                                  &call->keys[step_register(&call->request->steps[p], i)]);
            while (c->index[at])
                at = (at + 1) & k->mask;
            c->index[at] = ++number;
        }
}

void check_begin(const struct checker *k, struct check *c, const struct call *call)
{
    c->total = 0;
    memset(c->rows, 0, call->request->nsteps * sizeof *c->rows);
    if (k->verify != VERIFY_ROWS)
        return;
    memset(c->seen, 0, check_places(call->request));
    if (k->mask)
        index_keys(k, c, call);
}

/* Of a step: its first key's number, counted through the steps, and where that key's rows are noted. */
static void find_step(const struct call *call, const struct step *step, uint32_t *number, uint32_t *place)
{
    *number = *place = 0;
    for (const struct step *p = call->request->steps; p < step; p++) {
        *number += p->nkeys;
        *place += p->nkeys * step_most_rows(p);
    }
}

static bool is_key(const struct call *call, const struct step *step, uint32_t place, const struct value *key)
{
    const struct value *asked = &call->keys[step_register(step, place)];
    uint32_t i = 0;
    while (i < step_bound(step) && value_equal(step->table->columns[i].type, &asked[i], &key[i]))
        i++;
    return i == step_bound(step);
}

/* Which of the step's keys a row is about: 0 … nkeys-1, or -1. first: the step's first key, counted through
 * the steps. */
static int64_t find_key(const struct checker *k, const struct check *c, const struct call *call,
                        const struct step *step, uint32_t first, const struct value *key)
{
    if (!k->mask) {
        for (uint32_t i = 0; i < step->nkeys; i++)
            if (is_key(call, step, i, key))
                return i;
        return -1;
    }
    for (uint32_t at = slot_of(k, step, key); c->index[at]; at = (at + 1) & k->mask) {
        uint32_t place = c->index[at] - 1 - first;    /* of another step: beyond the last */
        if (place < step->nkeys && is_key(call, step, place, key))
            return place;
    }
    return -1;
}

int64_t check_key_of(const struct checker *k, const struct check *c, const struct call *call,
                     const struct step *step, const struct value *values, uint32_t *number)
{
    uint32_t place;
    find_step(call, step, number, &place);
    return find_key(k, c, call, step, *number, values);
}

/* ---- rows of a key ----
 * A key of several columns may have many rows, which come in any order: the hashes of what tells them apart
 * are kept, of the key that was looked at last, since a key's rows mostly come together. */

static uint32_t hash_parts(const struct table *t, uint32_t from, const struct value *row)
{
    uint64_t hash = 0;
    for (uint32_t i = from; i < t->nkeys; i++)
        hash = rng_mix(hash, value_hash(t->columns[i].type, &row[i]));
    return (uint32_t)(hash ^ hash >> 32);
}

static bool same_parts(const struct table *t, uint32_t from, const struct value *a, const struct value *b)
{
    uint32_t i = from;
    while (i < t->nkeys && value_equal(t->columns[i].type, &a[i], &b[i]))
        i++;
    return i == t->nkeys;
}

/* The number of a key's i-th row, of n from `first` on, in the order of the answer where it has one. */
static uint64_t row_at(struct checker *k, const struct step *step, uint64_t first, uint64_t i)
{
    uint32_t n;
    return step->slice ? slice_rows(&k->slicer, k->data, step, first, k->all, &n)[i] : first + i;
}

static void keep_rows(struct checker *k, const struct step *step, uint64_t first, uint64_t n)
{
    struct check_rows *r = &k->rows;
    const struct table *t = step->table;
    uint32_t from = step_bound(step);
    if (r->step == step && r->first == first && r->n == n)
        return;
    if (r->room < n) {
        r->hashes = mem_grow(r->hashes, n * sizeof *r->hashes);
        r->room = (uint32_t)n;
    }
    for (uint64_t i = 0; i < n; i++) {
        data_row(k->data, t, row_at(k, step, first, i), k->row, &k->scratch);
        r->hashes[i] = hash_parts(t, from, k->row);
    }
    r->step = step;
    r->first = first;
    r->n = (uint32_t)n;
}

/* Which of a key's n rows this one is, from 0, and that row in k->row; n: none of them. The key's columns
 * come first. */
static uint64_t find_row(struct checker *k, const struct step *step, uint64_t first, uint64_t n,
                         const struct value *values)
{
    const struct table *t = step->table;
    uint32_t from = step_bound(step);
    if (from == t->nkeys) {
        data_row(k->data, t, first, k->row, &k->scratch);
        return 0;
    }
    uint32_t hash = hash_parts(t, from, values);
    keep_rows(k, step, first, n);
    for (uint64_t i = 0; i < n; i++) {
        if (k->rows.hashes[i] != hash)
            continue;
        data_row(k->data, t, row_at(k, step, first, i), k->row, &k->scratch);
        if (same_parts(t, from, k->row, values))
            return i;
    }
    return n;
}

/* ---- an answer ---- */

enum { SEEN = 1, SEEN_EARLY };                        /* early: before the row that it should follow */

static bool is_ordered(const struct step *step)
{
    return step->slice && step->slice->limit;
}

/* Of a table whose rows come and go; NULL: those that were loaded are there. */
static const struct touched *touched_of(const struct checker *k, const struct table *t)
{
    return k->touched && (t->gains || t->loses) && k->touched[t->id].rows ? &k->touched[t->id] : NULL;
}

/* Whether a row is there: for sure, or it may be. */
enum { ABSENT, OPEN, PRESENT };
static int presence_of(const struct checker *k, const struct table *t, uint64_t row)
{
    const struct touched *touched = touched_of(k, t);
    bool open = touched && (row >= touched->rows || ((t->loses || row >= t->rows) && touched_is(touched, row)));
    return open ? OPEN : row < t->rows ? PRESENT : ABSENT;
}

/* A key's row that it was neither loaded with nor given: only where rows come and go can it have a place. */
static bool is_absent(struct checker *k, const struct step *step, uint64_t first, uint64_t row)
{
    return touched_of(k, step->table) && presence_of(k, step->table, row_at(k, step, first, row)) == ABSENT;
}

uint64_t check_places_of(struct checker *k, const struct step *step, uint64_t ordinal, uint64_t *first)
{
    return touched_of(k, step->table) ? step_places(&k->finder, k->data, step, ordinal, first)
                                      : step_rows(&k->finder, k->data, step, ordinal, first);
}

/* How many rows of a key may come. */
static uint64_t rows_of(struct checker *k, const struct step *step, uint64_t ordinal, uint64_t *first)
{
    uint32_t n = 0;
    k->all = check_places_of(k, step, ordinal, first);
    if (!step->slice || !k->all)
        return k->all;
    if (!step->slice->nbounds)
        return k->all < step->slice->limit ? k->all : step->slice->limit;
    slice_rows(&k->slicer, k->data, step, *first, k->all, &n);
    return n;
}

/* What a statement of this run may have added to a row's column. */
static bool can_count(const struct checker *k, const struct table *t, const struct column_group *g, uint64_t row,
                      int64_t added)
{
    const struct touched *touched = k->touched ? &k->touched[t->id] : NULL;
    bool touchable = k->unsure || !touched || !touched->rows || row >= touched->rows || touched_is(touched, row);
    return !added || (touchable && data_can_count(t, g, added));
}

/* Of a group that counts, by what the row was loaded with. Where it cannot be, it is as if nothing had been added,
 * so that the value is found to be wrong. */
static void read_count(struct checker *k, const struct table *t, uint32_t group, uint64_t row,
                       const struct value *value)
{
    const struct column_group *g = &t->groups[group];
    int64_t added = 0;
    if (g->open || row >= t->rows)
        k->row[g->version] = *value;
    else if (data_counted(value, &k->row[g->version], &added) && can_count(k, t, g, row, added))
        k->versions[group] = (uint64_t)added;
}

/* The version that a row says a group has. False: it is none, or says that the row was loaded, which it was
 * not. */
static bool read_version(struct checker *k, const struct table *t, uint32_t group, uint64_t row,
                         const struct value *value)
{
    if (t->groups[group].counts) {
        read_count(k, t, group, row, value);
        return true;
    }
    k->versions[group] = (uint64_t)value->u.i;
    return !value->null && value->u.i >= (row >= t->rows);
}

/* As far as they were asked for. */
static bool read_versions(struct checker *k, const struct step *step, uint64_t row, const struct value *values)
{
    const struct table *t = step->table;
    memset(k->versions, 0, t->ngroups * sizeof *k->versions);
    for (uint32_t i = 0; i < step->ncolumns; i++)
        for (uint32_t g = 0; g < t->ngroups; g++)
            if (step->columns[i] == t->groups[g].version && !read_version(k, t, g, row, &values[i]))
                return false;
    return true;
}

/* Makes k->row, which is as loaded, what its versions say. */
static bool rewrite_row(struct checker *k, const struct step *step, uint64_t row, const struct value *values)
{
    const struct table *t = step->table;
    const struct column_group *bad;
    if (!t->ngroups)
        return true;
    if (!read_versions(k, step, row, values)) {
        tell(k, step, values, "its version is none");
        return false;
    }
    if (!(bad = data_rewrite(k->data, t, row, k->versions, k->row, &k->scratch)))
        return true;
    tell(k, step, values, "column '%s': no statement wrote version %llu of it", t->columns[bad->columns[0]].name,
         (unsigned long long)k->versions[bad - t->groups]);
    return false;
}

static void compare_row(struct checker *k, const struct step *step, uint64_t row, const struct value *values)
{
    const struct table *t = step->table;
    if (!rewrite_row(k, step, row, values))
        return;
    for (uint32_t i = 0; i < step->ncolumns; i++) {
        const struct column *c = &t->columns[step->columns[i]];
        if (!value_equal(c->type, &k->row[step->columns[i]], &values[i]))
            tell_value(k, step, values, c, &k->row[step->columns[i]], &values[i]);
    }
}

void check_row(struct checker *k, struct check *c, const struct call *call, const struct step *step,
               const struct value *values)
{
    uint32_t number, place;
    uint64_t first;
    c->total++;
    c->rows[step - call->request->steps]++;
    if (k->verify != VERIFY_ROWS)
        return;
    find_step(call, step, &number, &place);
    int64_t key = find_key(k, c, call, step, number, values);
    if (key < 0) {
        tell(k, step, values, "a row came that was not asked for");
        return;
    }
    uint64_t n = rows_of(k, step, call->ordinals[step_register(step, (uint32_t)key)], &first);
    uint64_t row = n ? find_row(k, step, first, n, values) : 0;
    unsigned char *seen = &c->seen[place + (uint32_t)key * step_most_rows(step) + row];
    if (row == n || is_absent(k, step, first, row))
        tell(k, step, values,
             step->slice ? "a row was found that is none of those asked for"
                         : "a row was found that wkl did not load");
    else if (*seen)
        tell(k, step, values, "the row came twice");
    else
        compare_row(k, step, row_at(k, step, first, row), values);
    if (row < n && !*seen)
        *seen = is_ordered(step) && row && !seen[-1] ? SEEN_EARLY : SEEN;
}

static void tell_missing(struct checker *k, const struct step *step, const struct value *key, uint64_t row)
{
    const struct table *t = step->table;
    struct buf which = {0};
    uint32_t bound = step_bound(step);
    if (t->nkeys > bound)
        data_row(k->data, t, row, k->row, &k->scratch);
    for (uint32_t i = bound; i < t->nkeys; i++) {
        buf_printf(&which, "%s%s ", i > bound ? ", " : " with ", t->columns[i].name);
        put_shown(&which, t->columns[i].type, &k->row[i]);
    }
    tell(k, step, key, "column '%s': expected its row%s, found none", t->columns[0].name, buf_text(&which));
    buf_release(&which);
}

/* Of what did not come, or came in another order than it should. */
static void tell_unseen(struct checker *k, const struct step *step, const struct value *key,
                        const unsigned char *seen, uint64_t first, uint64_t row)
{
    if (!seen[row])
        tell_missing(k, step, key, row_at(k, step, first, row));
    else if (seen[row] == SEEN_EARLY && seen[row - 1])
        tell(k, step, key,
             "row %llu of its answer came before the row that it follows: not in the order of the sort "
             "columns",
             (unsigned long long)row + 1);
}

/* step_rows where it is enough to know how many: a table that has all keys needs no permutation. *first is
 * then 0. */
static uint64_t count_rows(struct checker *k, const struct step *step, uint64_t ordinal, uint64_t *first)
{
    const struct table *t = step->table;
    *first = 0;
    if (!t->per_key_hi && !step->slice && t->rows >= t->keyspace->count && !touched_of(k, t))
        return ordinal < t->keyspace->count;
    return rows_of(k, step, ordinal, first);
}

/* How many rows a step should have brought at least, and at most. */
struct expected { uint64_t least, most; };

static void expect_row(struct checker *k, const struct table *t, uint64_t row, struct expected *e)
{
    int presence = presence_of(k, t, row);
    e->least += presence == PRESENT;
    e->most += presence != ABSENT;
}

/* VERIFY_ROWS: which rows it did not bring. */
static struct expected expected_of(struct checker *k, const struct call *call, const struct step *step,
                                   const unsigned char *seen)
{
    struct expected e = {0};
    uint64_t first;
    bool open = touched_of(k, step->table);
    for (uint32_t i = 0; i < step->nkeys; i++) {
        uint64_t n = count_rows(k, step, call->ordinals[step_register(step, i)], &first);
        e.least += open ? 0 : n;
        e.most += open ? 0 : n;
        for (uint64_t row = 0; open && row < n; row++)
            expect_row(k, step->table, row_at(k, step, first, row), &e);
        for (uint64_t row = 0; k->verify == VERIFY_ROWS && row < n; row++)
            if (!open || presence_of(k, step->table, row_at(k, step, first, row)) == PRESENT)
                tell_unseen(k, step, &call->keys[step_register(step, i)], seen + i * step_most_rows(step),
                            first, row);
    }
    return e;
}

static void put_expected(struct buf *b, const struct expected *e)
{
    if (e->least < e->most)
        buf_printf(b, "%llu to ", (unsigned long long)e->least);
    buf_put_count(b, e->most, "row");
}

/* What a request that writes should have met. A row that is put is met, there or not. */
static void check_met(struct checker *k, const struct call *call)
{
    const struct request *r = call->request;
    struct expected e = {0};
    uint64_t first;
    for (uint32_t i = 0; i < r->nsteps; i++)
        for (uint32_t key = 0; key < r->steps[i].nkeys; key++) {
            const struct step *step = &r->steps[i];
            uint64_t n = check_places_of(k, step, call->ordinals[step_register(step, key)], &first);
            for (uint64_t row = 0; row < n && !step->op->creates; row++)
                expect_row(k, step->table, first + row, &e);
            e.least += step->op->creates;
            e.most += step->op->creates;
        }
    if (call->met == MET_UNTOLD || (call->met >= e.least && call->met <= e.most))
        return;
    struct buf b = {0};
    put_expected(&b, &e);
    tell(k, r->steps, &call->keys[r->steps->first], "'%s' changed %llu, not %s", r->title,
         (unsigned long long)call->met, buf_text(&b));
    buf_release(&b);
}

static void check_count(struct checker *k, const struct call *call, const struct step *step,
                        const struct expected *e, uint32_t found)
{
    if (found >= e->least && found <= e->most)
        return;
    struct buf b = {0};
    put_expected(&b, e);
    tell(k, step, &call->keys[step->first], "%s: expected %s, found %u",
         step->nkeys > 1 ? "with the keys after it"
         : e->most > 1   ? "its rows"
                         : "its row",
         buf_text(&b), found);
    buf_release(&b);
}

void check_end(struct checker *k, struct check *c, const struct call *call)
{
    uint32_t place = 0;
    if (request_writes(call->request)) {
        if (k->verify != VERIFY_NONE)
            check_met(k, call);
        return;
    }
    for (uint32_t p = 0; p < call->request->nsteps && k->verify != VERIFY_NONE; p++) {
        const struct step *step = &call->request->steps[p];
        struct expected e = expected_of(k, call, step, c->seen + place);
        if (k->verify != VERIFY_ROWS)
            check_count(k, call, step, &e, c->rows[p]);
        place += step->nkeys * step_most_rows(step);
    }
}

void check_release(struct checker *k)
{
    scratch_release(&k->scratch);
    mem_free(k->row);
    mem_free(k->versions);
    mem_free(k->rows.hashes);
    slicer_release(&k->slicer);
}
