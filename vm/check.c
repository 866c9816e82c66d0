/* check.c - comparing answers with what the generators say. */
#include "config.h"

#include "vm/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"

void mismatch_merge(struct mismatch *into, const struct mismatch *from)
{
    if (!into->count)
        memcpy(into->text, from->text, MISMATCH_TEXT);
    into->count += from->count;
}

static bool key_has_row(struct checker *k, const struct table *t, uint64_t ordinal)
{
    return ordinal < t->keyspace->count && (t->rows >= t->keyspace->count || finder_row(&k->finder, k->data, t, ordinal) >= 0);
}

/* ---- telling ---- */

enum { SHOWN = 120, BEFORE = 20 };                    /* bytes of a value in a message; of these, before the first that differs */

static size_t begin_of_character(const char *text, size_t at)
{
    while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
        at--;
    return at;
}

static void put_stretch(struct buf *b, const char *text, size_t n, size_t from)
{
    size_t begin = from < n ? begin_of_character(text, from) : n, end = n - begin > SHOWN ? begin_of_character(text, begin + SHOWN) : n;
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

static void tell(struct checker *k, const struct part *part, const struct value *key, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void tell(struct checker *k, const struct part *part, const struct value *key, const char *fmt, ...)
{
    if (k->found->count++)
        return;
    struct buf b = {0};
    buf_puts(&b, "table '");
    instance_put_table(k->instance, part->table, &b);
    buf_putc(&b, '\'');
    if (key) {
        buf_printf(&b, ", key '");
        put_shown(&b, part->table->keyspace->key.type, key);
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
static void put_compared(struct buf *b, struct type type, const struct value *v, const struct buf *text, size_t from)
{
    bool quoted = !v->null && (type.kind == TYPE_CHAR || type.kind == TYPE_STRING || type.kind == TYPE_JSON);
    buf_puts(b, quoted ? "'" : "");
    put_stretch(b, text->data ? text->data : "", text->len, from);
    buf_puts(b, quoted ? "'" : "");
}

/* Long ones are shown from shortly before where they part. */
static size_t where_they_part(const struct buf *a, const struct buf *b)
{
    size_t same = 0;
    while (same < a->len && same < b->len && a->data[same] == b->data[same])
        same++;
    return same < SHOWN ? 0 : same - BEFORE;
}

static void tell_value(struct checker *k, const struct part *part, const struct value *key, const struct column *c,
                       const struct value *expected, const struct value *found)
{
    struct buf e = {0}, f = {0}, words = {0};
    value_put(&e, c->type, expected);
    value_put(&f, c->type, found);
    size_t from = where_they_part(&e, &f);
    buf_puts(&words, "expected ");
    put_compared(&words, c->type, expected, &e, from);
    buf_puts(&words, ", found ");
    put_compared(&words, c->type, found, &f, from);
    tell(k, part, key, "column '%s': %s", c->name, buf_text(&words));
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

static uint32_t slot_of(const struct checker *k, const struct part *part, const struct value *key)
{
    return (uint32_t)value_hash(part->table->keyspace->key.type, key) & k->mask;
}

/* A slot holds a key's number, counted through the parts, and one; 0: it is free. */
static void index_keys(const struct checker *k, struct check *c, const struct call *call)
{
    uint32_t number = 0;
    memset(c->index, 0, (k->mask + 1) * sizeof *c->index);
    for (uint32_t p = 0; p < call->request->nparts; p++)
        for (uint32_t i = 0; i < call->request->parts[p].nkeys; i++) {
            uint32_t at = slot_of(k, &call->request->parts[p], &call->keys[call->request->parts[p].first + i]);
            while (c->index[at])
                at = (at + 1) & k->mask;
            c->index[at] = ++number;
        }
}

void check_begin(const struct checker *k, struct check *c, const struct call *call)
{
    c->total = 0;
    memset(c->rows, 0, call->request->nparts * sizeof *c->rows);
    if (k->verify != VERIFY_ROWS)
        return;
    memset(c->seen, 0, call->request->nkeys);
    if (k->mask)
        index_keys(k, c, call);
}

static uint32_t first_seen(const struct call *call, const struct part *part)
{
    uint32_t at = 0;
    for (const struct part *p = call->request->parts; p < part; p++)
        at += p->nkeys;
    return at;
}

static bool is_key(const struct call *call, const struct part *part, uint32_t place, const struct value *key)
{
    return value_equal(part->table->keyspace->key.type, &call->keys[part->first + place], key);
}

/* Which of the part's keys a row is about: 0 … nkeys-1, or -1. first: the part's first key, counted through the parts. */
static int64_t find_key(const struct checker *k, const struct check *c, const struct call *call, const struct part *part, uint32_t first,
                        const struct value *key)
{
    if (!k->mask) {
        for (uint32_t i = 0; i < part->nkeys; i++)
            if (is_key(call, part, i, key))
                return i;
        return -1;
    }
    for (uint32_t at = slot_of(k, part, key); c->index[at]; at = (at + 1) & k->mask) {
        uint32_t place = c->index[at] - 1 - first;    /* of another part: beyond the last */
        if (place < part->nkeys && is_key(call, part, place, key))
            return place;
    }
    return -1;
}

static void compare_row(struct checker *k, const struct call *call, const struct part *part, uint32_t place, const struct value *values)
{
    const struct table *t = part->table;
    int64_t row = -1;
    if (call->ordinals[part->first + place] < t->keyspace->count)
        row = finder_row(&k->finder, k->data, t, call->ordinals[part->first + place]);
    if (row < 0) {
        tell(k, part, values, "a row was found that wkl did not load");
        return;
    }
    data_row(k->data, t, (uint64_t)row, k->row, &k->scratch);
    for (uint32_t i = 0; i < part->ncolumns; i++) {
        const struct column *c = &t->columns[part->columns[i]];
        if (!value_equal(c->type, &k->row[part->columns[i]], &values[i]))
            tell_value(k, part, values, c, &k->row[part->columns[i]], &values[i]);
    }
}

void check_row(struct checker *k, struct check *c, const struct call *call, const struct part *part, const struct value *values)
{
    c->total++;
    c->rows[part - call->request->parts]++;
    if (k->verify != VERIFY_ROWS)
        return;
    uint32_t first = first_seen(call, part);
    int64_t place = find_key(k, c, call, part, first, values);
    if (place < 0) {
        tell(k, part, values, "a row came that was not asked for");
        return;
    }
    if (c->seen[first + (uint32_t)place]++) {
        tell(k, part, values, "the row came twice");
        return;
    }
    compare_row(k, call, part, (uint32_t)place, values);
}

static void tell_missing(struct checker *k, const struct call *call, const struct part *part, const unsigned char *seen)
{
    for (uint32_t i = 0; i < part->nkeys; i++)
        if (!seen[i] && key_has_row(k, part->table, call->ordinals[part->first + i]))
            tell(k, part, &call->keys[part->first + i], "column '%s': expected its row, found none", part->table->columns[0].name);
}

void check_end(struct checker *k, struct check *c, const struct call *call)
{
    if (k->verify == VERIFY_NONE)
        return;
    uint32_t at = 0;
    for (uint32_t p = 0; p < call->request->nparts; p++) {
        const struct part *part = &call->request->parts[p];
        uint32_t expected = 0;
        for (uint32_t i = 0; i < part->nkeys; i++)
            expected += key_has_row(k, part->table, call->ordinals[part->first + i]);
        if (k->verify == VERIFY_ROWS)
            tell_missing(k, call, part, c->seen + at);
        else if (c->rows[p] != expected)
            tell(k, part, &call->keys[part->first], "%s: expected %u row%s, found %u", part->nkeys > 1 ? "with the keys after it" : "its row",
                 expected, expected == 1 ? "" : "s", c->rows[p]);
        at += part->nkeys;
    }
}
