/* diag.c - records of mistakes, and how they are shown. */
#include "config.h"

#include "base/diag.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "base/mem.h"
#include "base/printable.h"
#include "base/secret.h"
#include "base/utf8.h"

/* A longer line is shown in part, around its mistake. */
enum { SNIPPET_BYTES = 160, TAB_WIDTH = 8 };
static const uint32_t NO_SOURCE = UINT32_MAX;

void diags_init(struct diags *d, struct arena *arena)
{
    *d = (struct diags){.arena = arena};
}

uint32_t diags_add_source(struct diags *d, const char *name, const char *text, uint32_t size)
{
    static const char mark[] = "\xef\xbb\xbf";        /* U+FEFF, which some editors put before a text: it is
                                                         no part of it */
    bool marked = size >= 3 && !memcmp(text, mark, 3);
    vec_push(
        d->arena, &d->sources,
        ((struct source){.name = name, .text = text + (marked ? 3 : 0), .size = size - (marked ? 3 : 0)}));
    return (uint32_t)(d->sources.count - 1);
}

/* What is evaluated twice is reported once. */
static bool is_told(const struct diags *d, enum severity severity, const char *code, struct span span,
                    const char *text)
{
    enum { LOOK_BACK = 8 };
    for (size_t i = d->records.count; i > 0 && d->records.count - i < LOOK_BACK; i--) {
        const struct diag *r = &d->records.items[i - 1];
        if (r->severity == severity && code && r->code && !strcmp(r->code, code) &&
            !memcmp(&r->span, &span, sizeof span) && !strcmp(r->message, text))
            return true;
    }
    return false;
}

struct diag *diag_add(struct diags *d, enum severity severity, const char *code, struct span span,
                      const char *hint, const char *fmt, ...)
{
    char text[1000];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    BUG_UNLESS(!code || severity == SEVERITY_NOTE || *code == (severity == SEVERITY_ERROR ? 'E' : 'W'));
    if (is_told(d, severity, code, span, text))
        return NULL;
    if (severity == SEVERITY_ERROR)
        d->errors++;
    if (severity == SEVERITY_WARNING)
        d->warnings++;
    if ((severity == SEVERITY_ERROR && d->errors > DIAG_MAX_ERRORS) ||
        (severity == SEVERITY_WARNING && d->warnings > DIAG_MAX_WARNINGS))
        return NULL;
    struct diag record = {
        severity, code, span, arena_strdup(d->arena, text), hint ? arena_strdup(d->arena, hint) : NULL,
        {0},      NULL};
    vec_push(d->arena, &d->records, record);
    return &d->records.items[d->records.count - 1];
}

/* ---- places ---- */

static bool continues(char c)                         /* a byte inside a UTF-8 character */
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

void place_move(struct text_place *p, const struct source *s, uint32_t to)
{
    for (to = to < s->size ? to : s->size; p->at < to; p->at++) {
        if (s->text[p->at] == '\n') {
            p->line++;
            p->column = 1;
        } else if (!continues(s->text[p->at])) {
            p->column++;
        }
    }
}

void diags_locate(const struct diags *d, struct span span, uint32_t *line, uint32_t *column)
{
    struct text_place p = TEXT_START;
    place_move(&p, &d->sources.items[span.file], span.from);
    *line = p.line;
    *column = p.column;
}

/* Records are shown in order of place: each is found from the one before it, and a long file is walked
 * once. */
struct cursor { uint32_t file; struct text_place at; };

static struct text_place find(const struct diags *d, struct cursor *c, struct span span)
{
    if (c->file != span.file || span.from < c->at.at)
        *c = (struct cursor){span.file, TEXT_START};
    place_move(&c->at, &d->sources.items[span.file], span.from);
    return c->at;
}

/* ---- text ---- */

struct style { const char *bold, *error, *warning, *note, *off; };
static const struct style plain = {"", "", "", "", ""};
static const struct style coloured = {"\033[1m", "\033[1;31m", "\033[1;35m", "\033[1;36m", "\033[0m"};

static const char *severity_name(enum severity s)
{
    static const char *const names[] = {"error", "warning", "note"};
    return names[s];
}

/* A param of the command line is a source of its own, whose name is the param's. */
static struct secret_scan scan_of(const struct source *s)
{
    return (struct secret_scan){
        .text = s->text, .size = s->size, .named = secret_name(s->name, strlen(s->name))};
}

/* Puts bytes from … to-1 as they look in a terminal: tabs widened, what may not be printed as '?'; returns
 * the columns taken. */
static uint32_t put_shown(struct buf *b, const char *text, uint32_t from, uint32_t to, uint32_t column)
{
    for (uint32_t i = from, n; i < to; i += n) {
        size_t length = printable_length(text + i, to - i), whole = utf8_length(text + i, to - i);
        n = (uint32_t)(whole ? whole : 1);
        if (text[i] == '\t') {
            do {
                if (b)
                    buf_putc(b, ' ');
            } while (++column % TAB_WIDTH);
            continue;
        }
        if (b && length)
            buf_add(b, text + i, length);
        else if (b)
            buf_putc(b, '?');
        column++;
    }
    return column;
}

/* A secret, and its words: where it is not in quotes as it should be, it is read as several. */
static void cover_words(char *text, const char *secret, uint32_t n)
{
    enum { WORD = 3 };
    secret_cover(text, secret, n);
    for (uint32_t i = 0, from = 0; i <= n; i++)
        if (i == n || !(isalnum((unsigned char)secret[i]) || secret[i] == '_')) {
            if (i - from >= WORD)
                secret_cover(text, secret + from, i - from);
            from = i + 1;
        }
}

/* Words about a source, which may quote it: printable, its secrets covered. Owned by the caller. */
static char *presentable(const struct diags *d, uint32_t file, const char *words)
{
    char *text = mem_strdup(words);
    struct secret_scan scan = {0};
    uint32_t hide, end;
    if (file < d->sources.count)
        scan = scan_of(&d->sources.items[file]);
    while (scan.size && secret_next(&scan, &hide, &end))
        cover_words(text, scan.text + hide, end - hide);
    printable_make(text, "\n");
    return text;
}

static void put_presentable(const struct diags *d, uint32_t file, const char *words, struct buf *b)
{
    char *text = presentable(d, file, words);
    buf_puts(b, text);
    mem_free(text);
}

/* Bytes from … to-1 for the terminal, the secrets among them as stars. */
static void put_without_secrets(struct buf *b, const struct source *s, uint32_t from, uint32_t to)
{
    struct buf copy = {0};
    struct secret_scan scan = scan_of(s);
    uint32_t hide, end;
    buf_add(&copy, s->text + from, to - from);
    while (scan.at < to && secret_next(&scan, &hide, &end))
        for (uint32_t i = hide < from ? from : hide; i < end && i < to; i++)
            copy.data[i - from] = '*';
    put_shown(b, buf_text(&copy), 0, to - from, 0);
    buf_release(&copy);
}

/* The line of a span with its number, and below it the caret and a label. */
static void put_snippet(const struct diags *d, struct cursor *c, struct span span, const char *label,
                        const char *colour, const char *off, struct buf *b)
{
    const struct source *s = &d->sources.items[span.file];
    uint32_t at = span.from < s->size ? span.from : s->size, from = at, to = at;
    if (!s->size)
        return;
    while (from > 0 && s->text[from - 1] != '\n' && at - from < SNIPPET_BYTES / 2)
        from--;
    while (from < at && continues(s->text[from]))
        from++;
    while (to < s->size && s->text[to] != '\n' && to - from < SNIPPET_BYTES)
        to++;
    while (to > at && to < s->size && continues(s->text[to]))
        to--;
    uint32_t end = span.to > to ? to : span.to < at ? at : span.to;
    buf_printf(b, "%5u | ", find(d, c, span).line);
    put_without_secrets(b, s, from, to);
    uint32_t left = put_shown(NULL, s->text, from, at, 0), right = put_shown(NULL, s->text, at, end, left);
    buf_printf(b, "\n      | %*s%s^", (int)left, "", colour);
    for (uint32_t i = left + 1; i < right; i++)
        buf_putc(b, '~');
    buf_puts(b, off);
    if (label) {
        buf_putc(b, ' ');
        put_presentable(d, span.file, label, b);
    }
    buf_putc(b, '\n');
}

static int in_order_of_place(const void *a, const void *b)
{
    const struct diag *x = *(const struct diag *const *)a, *y = *(const struct diag *const *)b;
    if (x->span.file != y->span.file)
        return x->span.file < y->span.file ? -1 : 1;
    if (x->span.from != y->span.from)
        return x->span.from < y->span.from ? -1 : 1;
    return x < y ? -1 : x > y;
}

static const struct diag **sorted(const struct diags *d)
{
    const struct diag **list = arena_array(d->arena, const struct diag *, d->records.count + 1);
    for (size_t i = 0; i < d->records.count; i++)
        list[i] = &d->records.items[i];
    qsort(list, d->records.count, sizeof *list, in_order_of_place);
    return list;
}

static void put_record(const struct diags *d, struct cursor *c, const struct diag *r,
                       const struct style *style, struct buf *b)
{
    const char *const colours[] = {style->error, style->warning, style->note};
    const char *colour = colours[r->severity];
    if (r->span.file < d->sources.count) {
        struct text_place p = find(d, c, r->span);
        buf_puts(b, style->bold);
        put_presentable(d, NO_SOURCE, d->sources.items[r->span.file].name, b);
        buf_printf(b, ":%u:%u:%s ", p.line, p.column, style->off);
    }
    buf_printf(b, "%s%s", colour, severity_name(r->severity));
    if (r->code)
        buf_printf(b, "[%s]", r->code);
    buf_printf(b, ":%s ", style->off);
    put_presentable(d, r->span.file, r->message, b);
    buf_putc(b, '\n');
    if (r->span.file >= d->sources.count)
        return;
    if (!d->sources.items[r->span.file].size && r->hint)
        buf_printf(b, "      | %s\n", r->hint);
    put_snippet(d, c, r->span, r->hint, colour, style->off, b);
    if (r->label2 && r->span2.file < d->sources.count) {
        struct cursor other = *c;                     /* which may stand before it */
        if (r->span2.file != r->span.file) {
            buf_puts(b, "  in ");
            put_presentable(d, NO_SOURCE, d->sources.items[r->span2.file].name, b);
            buf_puts(b, ":\n");
        }
        put_snippet(d, &other, r->span2, r->label2, style->note, style->off, b);
    }
}

void diags_put_text(const struct diags *d, bool colour, struct buf *b)
{
    const struct diag **list = sorted(d);
    struct cursor c = {0, TEXT_START};
    for (size_t i = 0; i < d->records.count; i++)
        put_record(d, &c, list[i], colour ? &coloured : &plain, b);
    if (d->errors > DIAG_MAX_ERRORS)
        buf_printf(b, "too many errors: the first %d are shown\n", DIAG_MAX_ERRORS);
    if (d->warnings > DIAG_MAX_WARNINGS)
        buf_printf(b, "too many warnings: the first %d are shown\n", DIAG_MAX_WARNINGS);
    if (d->errors)
        buf_printf(b, "%u error%s", d->errors, d->errors == 1 ? "" : "s");
    if (d->warnings)
        buf_printf(b, "%s%u warning%s", d->errors ? ", " : "", d->warnings, d->warnings == 1 ? "" : "s");
    if (d->errors || d->warnings)
        buf_putc(b, '\n');
}

/* ---- JSON: one array; places are objects of file, line, column, from, to ---- */

static void put_json_string(struct buf *b, const char *name, const char *s)
{
    buf_printf(b, "\"%s\": ", name);
    buf_put_json(b, s, strlen(s));
}

static void put_json_words(const struct diags *d, uint32_t file, const char *name, const char *words,
                           struct buf *b)
{
    char *text = presentable(d, file, words);
    put_json_string(b, name, text);
    mem_free(text);
}

static void put_json_place(const struct diags *d, struct cursor *c, struct span span, struct buf *b)
{
    if (span.file >= d->sources.count)
        return;
    struct text_place p = find(d, c, span);
    buf_puts(b, ", ");
    put_json_string(b, "file", d->sources.items[span.file].name);
    buf_printf(b, ", \"line\": %u, \"column\": %u, \"from\": %u, \"to\": %u", p.line, p.column, span.from,
               span.to);
}

void diags_put_json(const struct diags *d, struct buf *b)
{
    const struct diag **list = sorted(d);
    struct cursor c = {0, TEXT_START};
    buf_puts(b, "[");
    for (size_t i = 0; i < d->records.count; i++) {
        struct cursor other;
        const struct diag *r = list[i];
        buf_puts(b, i ? ",\n {" : "\n {");
        put_json_string(b, "severity", severity_name(r->severity));
        buf_puts(b, ", ");
        put_json_string(b, "code", r->code);
        put_json_place(d, &c, r->span, b);
        buf_puts(b, ", ");
        put_json_words(d, r->span.file, "message", r->message, b);
        if (r->hint) {
            buf_puts(b, ", ");
            put_json_words(d, r->span.file, "hint", r->hint, b);
        }
        if (r->label2) {
            buf_puts(b, ", \"related\": {");
            put_json_words(d, r->span2.file, "message", r->label2, b);
            other = c;
            put_json_place(d, &other, r->span2, b);
            buf_puts(b, "}");
        }
        buf_puts(b, "}");
    }
    buf_puts(b, d->records.count ? "\n]\n" : "]\n");
}

/* ---- the nearest name ---- */

enum { NEAREST_MAX = 64 };                            /* longer names are not compared */

static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][NEAREST_MAX + 1], *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        last[j] = j;
    memset(before, 0, sizeof rows[0]);
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;             /* two letters swapped: one mistake */
            row[j] = best;
        }
        size_t *free_row = before;
        before = last;
        last = row;
        row = free_row;
    }
    return last[m];
}

void nearest_try(struct nearest *nearest, const char *wanted, const char *candidate)
{
    size_t n = strlen(wanted), m = strlen(candidate), limit = n < 3 ? 1 : (n + 2) / 3;
    if (n > NEAREST_MAX || m > NEAREST_MAX || (n > m ? n - m : m - n) > limit || (n < 2 && m < 2))
        return;
    size_t distance = edit_distance(wanted, n, candidate, m);
    if (distance <= limit && distance < n && (!nearest->name || distance < nearest->distance))
        *nearest = (struct nearest){candidate, distance};
}
