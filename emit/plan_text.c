/* plan_text.c - a plan for people: calls, the table of their requests, what is sent, what it costs. */
#include "config.h"

#include "emit/plan_text.h"

#include <ctype.h>
#include <string.h>

#include "backends/pricing.h"
#include "base/text.h"

enum { TEXT_WIDTH = 150, TEXT_INDENT = 9, MORE_INDENT = 13 };

static void put_bytes(struct buf *b, double bytes)
{
    if (bytes < 1000)
        buf_printf(b, "%.0f B", bytes);
    else if (bytes < 1e6)
        buf_printf(b, "%.1f KB", bytes / 1e3);
    else
        buf_printf(b, "%.1f MB", bytes / 1e6);
}

/* Where to break a line that is longer than `width`: behind the last blank, or comma between parts of a JSON
 * text, that fits; behind the first one where none does. */
static int break_at(const char *line, int n, int width)
{
    int best = n;
    for (int i = 1; i < n && (i < width || best == n); i++)
        if (line[i - 1] == ' ' || (line[i - 1] == ',' && strchr("\"{", line[i])))
            best = i;
    return n <= width ? n : best;
}

static void put_wrapped(struct buf *b, const char *line, int n)
{
    for (int indent = TEXT_INDENT; n > 0; indent = MORE_INDENT) {
        int part = break_at(line, n, TEXT_WIDTH - indent), shown = part;
        while (shown > 0 && line[shown - 1] == ' ')
            shown--;
        buf_printf(b, "%*s%.*s\n", indent, "", shown, line);
        line += part;
        n -= part;
    }
}

static void put_text(struct buf *b, const char *text)
{
    for (const char *line = text; line && *line;) {
        const char *end = strchr(line, '\n');
        put_wrapped(b, line, end ? (int)(end - line) : (int)strlen(line));
        line = end ? end + 1 : NULL;
    }
}

/* ---- the table of requests ---- */

static bool is_alike(const struct request *a, const struct request *b)
{
    return a->width == b->width && a->steps->op == b->steps->op && a->nsteps == b->nsteps &&
           a->nkeys == b->nkeys && text_is_same(a->title, b->title) && text_is_same(a->setup, b->setup) &&
           text_is_same(a->text, b->text) && a->expected.rows == b->expected.rows &&
           a->expected.bytes == b->expected.bytes;
}

/* How many requests, from this on, are shown in one line: ten that differ in their keys alone are one thing
 * to read. */
static uint32_t count_alike(const struct plan *p, const struct request *r)
{
    uint32_t n = 1;
    while (r->id + n < p->nrequests && is_alike(r, r + n))
        n++;
    return n;
}

/* "4", or "1-10" where these are alike. */
static void put_number(const struct plan *p, const struct request *r, struct buf *b)
{
    uint32_t n = count_alike(p, r);
    buf_printf(b, "%u", r->id + 1);
    if (n > 1)
        buf_printf(b, "-%u", r->id + n);
}

static void put_form(const struct plan *p, const struct request *r, struct buf *b)
{
    buf_puts(b, plan_request_name(&p->instance->backend->caps, r));
}

static void put_title(const struct plan *p, const struct request *r, struct buf *b)
{
    (void)p;
    buf_puts(b, r->title);
}

static void put_keys(const struct plan *p, const struct request *r, struct buf *b)
{
    uint32_t max = p->instance->backend->caps.can[r->steps->op->kind][r->width].keys;
    buf_printf(b, "%u", r->nkeys);
    if (max)
        buf_printf(b, " of %u", max);
}

static void put_tables(const struct plan *p, const struct request *r, struct buf *b)
{
    (void)p;
    buf_printf(b, "%u", r->nsteps);
}

static void put_rows(const struct plan *p, const struct request *r, struct buf *b)
{
    (void)p;
    buf_printf(b, "%.1f", r->expected.rows);
}

static void put_reply(const struct plan *p, const struct request *r, struct buf *b)
{
    (void)p;
    put_bytes(b, r->expected.bytes);
}

static const struct {
    const char *head;
    bool right;
    void (*put)(const struct plan *, const struct request *, struct buf *);
} cells[] = {
    {"", true, put_number},     {"call", false, put_form}, {"asks for", false, put_title},
    {"keys", true, put_keys},   {"tables", true, put_tables}, {"rows", true, put_rows},
    {"reply", true, put_reply},
};
enum { CELLS = sizeof cells / sizeof *cells };

/* Characters, not bytes. */
static int width_of(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* One line; r NULL: the heads. */
static void put_line(const struct plan *p, const struct request *r, const int *widths, struct buf *b)
{
    struct buf cell = {0};
    for (int c = 0; c < CELLS; c++) {
        buf_clear(&cell);
        if (r)
            cells[c].put(p, r, &cell);
        else
            buf_puts(&cell, cells[c].head);
        int pad = widths[c] - width_of(buf_text(&cell));
        if (cells[c].right)
            buf_printf(b, "  %*s%s", pad, "", buf_text(&cell));
        else
            buf_printf(b, "  %s%*s", buf_text(&cell), pad, "");
    }
    buf_putc(b, '\n');
    buf_release(&cell);
}

static void put_requests(struct buf *b, const struct plan *p, bool text)
{
    int widths[CELLS] = {3};
    struct buf cell = {0};
    for (int c = 0; c < CELLS; c++) {
        int head = width_of(cells[c].head);
        widths[c] = widths[c] > head ? widths[c] : head;
        for (uint32_t i = 0; i < p->nrequests; i += count_alike(p, &p->requests[i])) {
            buf_clear(&cell);
            cells[c].put(p, &p->requests[i], &cell);
            int w = width_of(buf_text(&cell));
            widths[c] = widths[c] > w ? widths[c] : w;
        }
    }
    buf_release(&cell);
    put_line(p, NULL, widths, b);
    for (uint32_t i = 0; i < p->nrequests; i += count_alike(p, &p->requests[i])) {
        put_line(p, &p->requests[i], widths, b);
        if (text) {
            put_text(b, p->requests[i].setup);
            put_text(b, p->requests[i].text);
        }
    }
}

/* ---- the lines around it ---- */

/* A blank where a line may end: a unit stays with its number, "140 B". */
static bool ends_words(const char *at)
{
    size_t n = *at == ' ' ? strcspn(at + 1, " ,;") : 0;
    return *at == ' ' && !(n && n <= 2 && isupper((unsigned char)at[n]));
}

/* Words, moved in by `indent` but for the first line, broken where a terminal of the usual width ends. */
static void put_folded(struct buf *b, const char *text, int indent)
{
    enum { USUAL_WIDTH = 80 };
    for (int at = 0; *text; at = indent) {
        int n = 0, columns = at;
        for (int i = 0; text[i] && (columns <= USUAL_WIDTH || !n); i++) {
            if ((ends_words(text + i + 1) || !text[i + 1]) && (columns + 1 <= USUAL_WIDTH || !n))
                n = i + 1;
            columns += ((unsigned char)text[i] & 0xC0) != 0x80;
        }
        buf_printf(b, "%*s%.*s\n", at, "", n, text);
        text += n;
        text += strspn(text, " ");
    }
}

/* Of so many, so many at most at a time. */
static void put_together(struct buf *b, uint32_t most, uint32_t of)
{
    if (most == 1)
        buf_puts(b, ", one after the other");
    else if (most >= of)
        buf_puts(b, ", all in flight together");
    else
        buf_printf(b, ", up to %u in flight together", most);
}

/* A group that a limit cut, or that the backend has no form for, is several calls. */
static void put_flight(struct buf *b, const struct plan *p)
{
    bool split = p->nrequests > p->ngroups;
    buf_put_count(b, p->nrequests, "call");
    if (split && p->ngroups > 1)
        buf_printf(b, " in %u groups", p->ngroups);
    if (p->ngroups > 1)
        put_together(b, p->in_flight, p->ngroups);
    else if (split)
        put_together(b, p->fan_out, p->group_max);
    if (!split || p->ngroups == 1)
        return;
    if (p->fan_out < p->group_max)
        buf_printf(b, "; up to %u of a group's calls in flight together", p->fan_out);
    else if (p->in_flight < p->ngroups)
        buf_puts(b, "; a group's calls in flight together");
}

static void put_expected(struct buf *b, const struct plan *p)
{
    double rows = 0, bytes = 0;
    for (uint32_t i = 0; i < p->nrequests; i++) {
        rows += p->requests[i].expected.rows;
        bytes += p->requests[i].expected.bytes;
    }
    if (rows <= 0 && bytes <= 0) {
        buf_puts(b, "; no rows in reply");
        return;
    }
    buf_printf(b, "; on average %.1f rows, ", rows);
    put_bytes(b, bytes);
}

/* "1 read request unit and 2 write request units" */
static const struct price *put_units(struct buf *b, const struct cost *c)
{
    const struct price *price = NULL;
    for (uint32_t i = 0; i < c->nlines; i++) {
        const struct cost_line *l = &c->lines[i];
        if (l->shape == COST_BY_MONTH || !(l->amount > 0))
            continue;
        buf_printf(b, "%s%.4g ", price ? " and " : "", l->amount);
        price = &l->price;
        price_put_unit(price, b);
        buf_puts(b, l->amount == 1 ? "" : "s");
    }
    return price;
}

static void put_cost(struct buf *b, const struct plan *p)
{
    struct billing_demand demand = {.basis = COST_MODELLED};
    struct arena arena;
    struct cost cost;
    double usd = 0;
    if (!pricing_model_units(p->instance, p, &demand.units))
        return;
    arena_init(&arena);
    billing_cost(&p->instance->billing, &arena, &demand, &cost);
    if (cost_per_million(&cost, 0, &usd)) {
        struct buf words = {0};
        buf_printf(&words, "  cost: $%.*f for a million requests: ", usd < 1 ? 4 : 2, usd);
        const struct price *price = put_units(&words, &cost);
        if (price)
            buf_printf(&words, " each, by the service's rules (list price%s%s, %s)",
                       price->region ? ", " : "", price->region ? price->region : "", price->date);
        put_folded(b, buf_text(&words), 8);
        buf_release(&words);
    }
    arena_release(&arena);
}

void plan_put(const struct plan *p, bool text, struct buf *b)
{
    struct buf words = {0};
    buf_printf(&words, "%s · %s · %s: ", p->query->name, p->strategy->text, p->instance->name);
    put_flight(&words, p);
    put_expected(&words, p);
    put_folded(b, buf_text(&words), 2);
    for (uint32_t i = 0; i < p->nnotes; i++) {
        buf_clear(&words);
        buf_printf(&words, "  note: %s", p->notes[i]);
        put_folded(b, buf_text(&words), 8);
    }
    buf_release(&words);
    put_requests(b, p, text);
    put_cost(b, p);
}
