/* holds.c - a workload's tables against a backend's limits: once for each family, whatever the number of
 * tables. */
#include "config.h"

#include "backends/holds.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/map.h"
#include "data/data.h"
#include "data/expr.h"
#include "ir/narrow.h"

struct holds {
    struct arena *arena;
    const struct instance *inst;
    const struct caps *caps;
    const struct ir *ir;
    struct refusals *out;
};

__attribute__((format(printf, 5, 6)))
static void refuse(struct holds *h, const char *code, struct span span, const char *hint, const char *fmt,
                   ...)
{
    char text[1000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    vec_push(h->arena, h->out, ((struct refusal){code, span, arena_strdup(h->arena, text), hint}));
}

/* Whether a name stands in a list with blanks between. */
static bool is_listed(const char *list, const char *name, bool folds)
{
    size_t n = strlen(name);
    for (const char *at = list; at && *at; at += strcspn(at, " "), at += *at == ' ')
        if (strcspn(at, " ") == n && !(folds ? strncasecmp(at, name, n) : strncmp(at, name, n)))
            return true;
    return false;
}

/* In the form in which the backend tells names apart. */
static const char *folded(struct arena *arena, const char *name, bool folds)
{
    char *text = arena_strdup(arena, name);
    for (char *c = text; folds && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return text;
}

/* ---- names of tables ---- */

/* Signs come in by the prefix alone: a table's own name has none. Said once for each backend. */
static void check_signs(struct holds *h, const struct ir_family *f)
{
    const char *prefix = instance_get(h->inst, "table_prefix"), *signs = h->caps->name_signs;
    for (const char *c = prefix ? prefix : ""; *c; c++) {
        bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
                     *c == '_';
        if (plain ||
            (signs ? strchr(signs, *c) != NULL : !h->caps->name_never || !strchr(h->caps->name_never, *c)))
            continue;
        refuse(h, "E0710", f->span,
               signs ? arena_printf(h->arena, "letters, digits, _ and %s are taken", signs)
                     : "another prefix",
               "table_prefix '%s' has a sign that no table's name may have", prefix);
        return;
    }
}

static void check_lengths(struct holds *h, const struct ir_family *f)
{
    uint32_t max = h->caps->name_max, too_long = 0;
    struct buf name = {0}, longest = {0}, others = {0};
    for (uint32_t t = 0; max && t < f->ntables; t++) {
        buf_clear(&name);
        instance_put_table(h->inst, &f->tables[t], &name);
        too_long += name.len > max;
        if (name.len > max && name.len > longest.len) {
            buf_clear(&longest);
            buf_puts(&longest, buf_text(&name));
        }
    }
    if (too_long > 1) {
        buf_puts(&others, " (nor ");
        buf_put_count(&others, too_long - 1, "other");
        buf_puts(&others, " of this family)");
    }
    if (too_long)
        refuse(h, "E0710", f->span, "a shorter name, or shorter labels",
               "the table name '%s' does not fit%s: it has %zu bytes, %u are the most", buf_text(&longest),
               buf_text(&others), longest.len, max);
    buf_release(&name);
    buf_release(&longest);
    buf_release(&others);
}

/* A name that wkl keeps for its notes, which have the same prefix, or the backend for itself. */
static bool is_reserved(const struct holds *h, const struct table *t, const char *name)
{
    const char *start = h->caps->own_tables;
    return is_listed("wkl_tables wkl_loads", t->name, h->caps->folds_tables) ||
           (start && !strncasecmp(name, start, strlen(start)));
}

static void check_meaning(struct holds *h, const struct ir_family *f, struct map *seen)
{
    for (uint32_t t = 0; t < f->ntables; t++) {
        const struct table *table = &f->tables[t], *other;
        struct buf name = {0};
        instance_put_table(h->inst, table, &name);
        bool reserved = is_reserved(h, table, buf_text(&name));
        if (reserved)
            refuse(h, "E0710", f->span, "another name",
                   "the table name '%s' is kept for what is not a workload's", buf_text(&name));
        buf_release(&name);
        other = map_add(h->arena, seen, folded(h->arena, table->name, h->caps->folds_tables), (void *)table);
        if (other)
            refuse(h, "E0710", f->span, "names that differ in more",
                   "the tables '%s' and '%s' would be one: names that differ in case alone are the same",
                   other->name, table->name);
        if (reserved || other)
            return;
    }
}

/* ---- columns ---- */

static void check_columns(struct holds *h, const struct ir_family *f)
{
    const struct table *t = &f->tables[0];
    struct map seen = {0};
    if (h->caps->max_columns && t->ncolumns > h->caps->max_columns)
        refuse(h, "E0720", f->span, "parts of them in other tables",
               "the table '%s' has %u columns, %u are the most", f->name, t->ncolumns, h->caps->max_columns);
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        const char *name = t->columns[i].name;
        const struct column *other;
        if (h->caps->max_column_name && strlen(name) > h->caps->max_column_name)
            refuse(h, "E0710", f->span, "a shorter name",
                   "the column name '%s' of '%s' does not fit: it has %zu bytes, %u are the most", name,
                   f->name, strlen(name), h->caps->max_column_name);
        if (is_listed(h->caps->own_columns, name, h->caps->folds_columns))
            refuse(h, "E0710", f->span, "another name",
                   "the column '%s' of '%s' has the name of one that every table has of itself", name,
                   f->name);
        other = map_add(h->arena, &seen, folded(h->arena, name, h->caps->folds_columns),
                        (void *)&t->columns[i]);
        if (other)
            refuse(h, "E0710", f->span, "names that differ in more",
                   "the columns '%s' and '%s' of '%s' would be one: names that differ in case alone are the "
                   "same",
                   other->name, name, f->name);
    }
}

/* ---- keys and rows ---- */

static void check_empty(struct holds *h, const struct ir_family *f, const struct column *key)
{
    if (h->caps->no_empty_key && key->expr && key->expr->op == EXPR_STRING && !key->expr->n)
        refuse(h, "E0718", f->span, "a key of at least one character",
               "the key '%s' of '%s' is empty, which no key may be", key->name, f->name);
}

/* What a column takes of the key at most; 0: that is not known. */
static uint64_t key_bytes(const struct backend *b, const struct column *key)
{
    uint64_t bytes = 0;
    bool known = b->key_bytes ? b->key_bytes(key, &bytes) : data_longest(key, &bytes);
    return known ? bytes : 0;
}

/* Where the columns after the first have a limit of their own. */
static void check_sort_key(struct holds *h, const struct ir_family *f)
{
    const struct table *t = &f->tables[0];
    uint64_t bytes = 0, most = h->caps->max_sort_bytes;
    if (t->nkeys == 1 || !most || !h->inst->backend->sort_bytes(t, &bytes) || bytes <= most ||
        !plan_can_read(h->caps, t))
        return;
    refuse(h, "E0718", f->span, "fewer of them, or shorter ones",
           "the key columns of '%s' after '%s' may have %llu bytes together, %llu are the most", f->name, t->columns[0].name,
           (unsigned long long)bytes, (unsigned long long)most);
}

/* Of several columns the limit is for all together, or for the first alone. */
static void check_key(struct holds *h, const struct ir_family *f)
{
    const struct table *t = &f->tables[0];
    uint64_t sum = 0, most = h->caps->max_key_bytes;
    uint32_t n = h->caps->max_sort_bytes ? 1 : t->nkeys;
    for (uint32_t i = 0; i < n && plan_can_read(h->caps, t); i++) {
        const struct column *key = data_made(t, i);
        uint64_t bytes = key_bytes(h->inst->backend, key);
        check_empty(h, f, key);
        if (most && bytes == UINT64_MAX) {
            refuse(h, "E0718", f->span, "say how long it is: string(40)",
                   "the key '%s' of '%s' may be of any length: %llu bytes are the most", key->name, f->name,
                   (unsigned long long)most);
            return;
        }
        sum += bytes;
    }
    if (most && sum > most)
        refuse(h, "E0718", f->span, h->caps->key_hint ? h->caps->key_hint : "a shorter key",
               "the key '%s'%s of '%s' may have %llu bytes, %llu are the most", t->columns[0].name,
               n > 1 ? " with the columns after it" : "", f->name, (unsigned long long)sum,
               (unsigned long long)most);
}

/* The tables of a family have the same columns but not the same constants in them: the first that is too
 * large is reported. */
static void check_rows(struct holds *h, const struct ir_family *f)
{
    const struct backend *b = h->inst->backend;
    for (uint32_t t = 0; t < f->ntables; t++) {
        const struct table *table = &f->tables[t];
        uint64_t row = b->row_bytes ? b->row_bytes(table) : 0,
                 page = b->page_bytes ? b->page_bytes(table) : 0;
        if (row > h->caps->max_row_bytes)
            refuse(h, "E0720", f->span,
                   h->caps->row_hint ? h->caps->row_hint : "shorter values, or parts of them in other tables",
                   "a row of '%s' may have %llu bytes, %llu are the most", table->name,
                   (unsigned long long)row, (unsigned long long)h->caps->max_row_bytes);
        else if (page > h->caps->max_page_bytes)
            refuse(h, "E0720", f->span, "parts of the columns in other tables",
                   "a row of '%s' may have %llu bytes on its page, with long values kept elsewhere: %llu are "
                   "the most",
                   table->name, (unsigned long long)page, (unsigned long long)h->caps->max_page_bytes);
        else
            continue;
        return;
    }
}

/* ---- all of it ---- */

static void check_ir(struct holds *h)
{
    struct map seen = {0};
    if (h->ir->nfamilies)
        check_signs(h, &h->ir->families[0]);
    for (uint32_t i = 0; i < h->ir->nfamilies; i++) {
        const struct ir_family *f = &h->ir->families[i];
        check_lengths(h, f);
        check_meaning(h, f, &seen);
        if (!f->ntables)
            continue;
        check_columns(h, f);
        check_key(h, f);
        check_sort_key(h, f);
        check_rows(h, f);
    }
}

void holds_check(struct arena *arena, const struct ir *ir, const struct swept *swept,
                 const struct instances *list, size_t which, const char *run, struct refusals *out)
{
    struct holds h = {.arena = arena, .inst = list->items.items[which], .ir = ir, .out = out};
    h.caps = &h.inst->backend->caps;
    check_ir(&h);
    for (uint32_t r = 0; r < ir->nruns; r++)
        for (uint32_t p = 0; p < ir->runs[r].npoints && !out->count; p++) {
            const struct ir_point *point = &ir->runs[r].points[p];
            if (point->ir == ir || !narrow_takes_run(run, &ir->runs[r]))
                continue;
            h.ir = point->ir;
            h.inst = swept_find(swept, point, list)->items.items[which];
            check_ir(&h);
        }
}

void holds_tell(const struct refusals *list, const struct instance *inst, bool named, struct diags *diags)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct refusal *r = &list->items[i];
        const char *code = named ? r->code : arena_printf(diags->arena, "W%s", r->code + 1);
        diag_add(diags, named ? SEVERITY_ERROR : SEVERITY_WARNING, code, r->span, r->hint, "%s: %s",
                 inst->name, r->text);
    }
}
