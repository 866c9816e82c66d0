/* prices.c - reading price tables. */
#include "config.h"

#include "cost/prices.h"

#include <stdlib.h>
#include <string.h>

#include "base/bug.h"
#include "stdlib/stdlib.h"

static const char *const per_names[PER_COUNT] = {
    [PER_MILLION] = "million", [PER_HOUR] = "hour", [PER_GB_MONTH] = "GB-month"};
static const char *const checked_names[] = {
    [CHECKED_NO] = "no", [CHECKED_OTHERS] = "others", [CHECKED_VENDOR] = "vendor", [CHECKED_GIVEN] = "given"};
enum { CHECKED_NAMES = sizeof checked_names / sizeof *checked_names };

/* What can have a price, and by what it is sold: a table that says otherwise means another thing. */
static const struct item {
    const char *name;
    enum price_per per;
    const char *unit;                                 /* for people; NULL: the class that stands behind the
                                                         name */
} items[] = {
    {"read_request_unit", PER_MILLION, "read request unit"},
    {"write_request_unit", PER_MILLION, "write request unit"},
    {"read_capacity_unit", PER_HOUR, "read capacity unit"},
    {"write_capacity_unit", PER_HOUR, "write capacity unit"},
    {"request_unit", PER_MILLION, "request unit"},
    {"throughput_100", PER_HOUR, "100 RU/s"},
    {"autoscale_100", PER_HOUR, "100 RU/s of autoscale"},
    {"capacity_unit", PER_HOUR, "capacity unit"},
    {"capacity_unit_io_optimized", PER_HOUR, "I/O-Optimized capacity unit"},
    {"instance", PER_HOUR, NULL},
    {"instance_io_optimized", PER_HOUR, NULL},
    {"compute_unit", PER_HOUR, "compute unit"},
    {"server", PER_HOUR, "server"},
    {"io", PER_MILLION, "storage I/O"},
    {"storage", PER_GB_MONTH, "GB stored"},
    {"storage_io_optimized", PER_GB_MONTH, "GB stored"},
    {"restore_window", PER_GB_MONTH, "GB of history"},
};
enum { ITEMS = sizeof items / sizeof *items };

const char *price_per_name(enum price_per per) { return per_names[per]; }
const char *price_checked_name(enum price_checked checked) { return checked_names[checked]; }

/* By the first word of an item's name. */
static const struct item *find_item(const char *name)
{
    size_t n = strcspn(name, " ");
    for (int i = 0; i < ITEMS; i++)
        if (strlen(items[i].name) == n && !memcmp(items[i].name, name, n) && (name[n] != 0) == !items[i].unit)
            return &items[i];
    return NULL;
}

void price_put_unit(const struct price *p, struct buf *b)
{
    const struct item *item = find_item(p->item);
    buf_puts(b, item && item->unit ? item->unit : p->item + strcspn(p->item, " ") + (item ? 1 : 0));
}

/* ---- a line's fields ---- */

enum column { COLUMN_SERVICE, COLUMN_REGION, COLUMN_ITEM, COLUMN_USD, COLUMN_PER, COLUMN_DATE, COLUMN_CHECKED,
             COLUMN_SOURCE, COLUMNS };
static const char *const column_names[COLUMNS] = {"service", "region", "item",    "usd",
                                                  "per",     "date",   "checked", "source"};
static const bool required[COLUMNS] = {
    [COLUMN_ITEM] = true, [COLUMN_USD] = true, [COLUMN_PER] = true, [COLUMN_DATE] = true};
enum { MAX_FIELDS = 16 };

struct field { const char *text; struct span span; };  /* text is trimmed, without its quotes; "" where
                                                          empty */

struct reader {
    struct prices *out;
    struct arena *arena;
    struct diags *diags;
    uint32_t source;
    const char *service, *text;
    uint32_t at, size;
    int places[COLUMNS];                              /* which field each column is; -1: it is not there */
    struct field fields[MAX_FIELDS];
    uint32_t nfields;
    struct span line;
    bool good;
};

static void fault(struct reader *r, struct span span, const char *code, const char *hint, const char *message)
{
    diag_add(r->diags, SEVERITY_ERROR, code, span, hint, "%s", message);
    r->good = false;
}

/* One field, from r->at up to a comma or the line's end; "" within quotes is a quote. */
static void take_field(struct reader *r, uint32_t end)
{
    struct buf b = {0};
    uint32_t from = r->at;
    bool quoted = false;
    for (; r->at < end && (quoted || r->text[r->at] != ','); r->at++) {
        if (r->text[r->at] != '"')
            buf_putc(&b, r->text[r->at]);
        else if (quoted && r->at + 1 < end && r->text[r->at + 1] == '"')
            buf_putc(&b, r->text[r->at++]);
        else
            quoted = !quoted;
    }
    const char *text = buf_text(&b);
    size_t skip = strspn(text, " \t"), n = strlen(text);
    while (n > skip && strchr(" \t\r", text[n - 1]))
        n--;
    if (r->nfields < MAX_FIELDS)
        r->fields[r->nfields++] = (struct field){arena_strndup(r->arena, text + skip, n - skip),
                                                 {r->source, from, r->at}};
    buf_release(&b);
}

/* The next line that says something; false: there is none. */
static bool take_line(struct reader *r)
{
    while (r->at < r->size) {
        const char *end = memchr(r->text + r->at, '\n', r->size - r->at);
        uint32_t to = end ? (uint32_t)(end - r->text) : r->size, from = r->at;
        size_t blanks = strspn(r->text + from, " \t\r");
        if (from + blanks >= to || r->text[from + blanks] == '#') {
            r->at = to + 1;
            continue;
        }
        r->line = (struct span){r->source, from, to > from && r->text[to - 1] == '\r' ? to - 1 : to};
        r->nfields = 0;
        do {
            take_field(r, to);
        } while (r->at++ < to);
        return true;
    }
    return false;
}

static const char *field_of(const struct reader *r, enum column c)
{
    int at = r->places[c];
    return at >= 0 && (uint32_t)at < r->nfields ? r->fields[at].text : "";
}

static struct span span_of(const struct reader *r, enum column c)
{
    int at = r->places[c];
    return at >= 0 && (uint32_t)at < r->nfields && r->fields[at].span.to > r->fields[at].span.from
               ? r->fields[at].span
               : r->line;
}

/* ---- the heading ---- */

static const char form[] =
    "its first line names the columns: service,region,item,usd,per,date,checked,source";

static void take_heading(struct reader *r)
{
    for (int c = 0; c < COLUMNS; c++)
        r->places[c] = -1;
    if (!take_line(r)) {
        fault(r, (struct span){r->source, 0, 0}, "E0715", form, "the price table is empty");
        return;
    }
    for (uint32_t i = 0; i < r->nfields; i++) {
        int c = 0;
        while (c < COLUMNS && strcmp(column_names[c], r->fields[i].text))
            c++;
        if (c < COLUMNS)
            r->places[c] = (int)i;
    }
    for (int c = 0; c < COLUMNS; c++)
        if (required[c] && r->places[c] < 0) {
            fault(
                r, r->line, "E0715", form,
                arena_printf(r->arena, "this is not a price table: it has no column '%s'", column_names[c]));
            return;
        }
}

/* ---- rows ---- */

static bool is_date(const char *text)
{
    static const char shape[] = "0000-00-00";
    size_t i = 0;
    for (; text[i] && shape[i]; i++)
        if (shape[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
            return false;
    int month = i == 10 ? atoi(text + 5) : 0, day = i == 10 ? atoi(text + 8) : 0;
    return i == 10 && !text[i] && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static const double MOST_USD = 1e9;                   /* of one unit: more is a slip of the hand */

static bool read_usd(const char *text, double *usd)
{
    char *end;
    if (!text[0] || text[strspn(text, "0123456789.")])
        return false;
    *usd = strtod(text, &end);
    return !*end && *usd <= MOST_USD;
}

static bool check_item(struct reader *r, const struct price *p)
{
    const struct item *item = find_item(p->item);
    if (item && item->per == p->per)
        return true;
    if (item) {
        fault(r, span_of(r, COLUMN_PER), "E0715", NULL,
              arena_printf(r->arena, "'%s' is sold by the %s, not by the %s", p->item, per_names[item->per],
                           per_names[p->per]));
        return false;
    }
    struct nearest near = {0};
    const char *all = "";
    for (int i = 0; i < ITEMS; i++) {
        nearest_try(&near, p->item, items[i].name);
        all = arena_printf(r->arena, "%s%s%s", all, i ? ", " : "there are ", items[i].name);
    }
    bool bare = near.name && !near.distance;          /* "instance" without its class */
    fault(r, span_of(r, COLUMN_ITEM), "E0715",
          bare        ? "its class follows it: instance db.r8g.large"
          : near.name ? arena_printf(r->arena, "did you mean '%s'?", near.name)
                      : all,
          arena_printf(r->arena, bare ? "which %s?" : "nothing that is called '%s' has a price", p->item));
    return false;
}

/* Finds a word among some; the message lists them. */
static int word_of(struct reader *r, enum column c, const char *const *words, int n)
{
    const char *text = field_of(r, c), *all = "";
    for (int i = 0; i < n; i++) {
        if (!strcmp(words[i], text))
            return i;
        all = arena_printf(r->arena, "%s%s%s", all, i ? i + 1 == n ? " or " : ", " : "", words[i]);
    }
    fault(r, span_of(r, c), "E0715", NULL,
          arena_printf(r->arena, "'%s' cannot be '%s': expected %s", column_names[c], text, all));
    return -1;
}

static void take_row(struct reader *r)
{
    struct price p = {.service = r->service, .item = field_of(r, COLUMN_ITEM),
                      .date = field_of(r, COLUMN_DATE), .checked = CHECKED_GIVEN};
    const char *usd = field_of(r, COLUMN_USD);
    if (*field_of(r, COLUMN_SERVICE))
        p.service = field_of(r, COLUMN_SERVICE);
    p.region = *field_of(r, COLUMN_REGION) ? field_of(r, COLUMN_REGION) : NULL;
    p.source = *field_of(r, COLUMN_SOURCE) ? field_of(r, COLUMN_SOURCE) : NULL;
    bool was = r->good;
    r->good = true;
    if (!read_usd(usd, &p.usd))
        fault(r, span_of(r, COLUMN_USD), "E0715", "US dollars, such as 0.125",
              *usd ? arena_printf(r->arena, "'%s' is not a price", usd) : "the price is missing");
    int per = word_of(r, COLUMN_PER, per_names, PER_COUNT);
    p.per = per < 0 ? PER_MILLION : (enum price_per)per;
    if (per >= 0)
        check_item(r, &p);
    if (!is_date(p.date))
        fault(r, span_of(r, COLUMN_DATE), "E0715", "the day of the price list, such as 2026-01-31",
              *p.date ? arena_printf(r->arena, "'%s' is not a date", p.date) : "the price has no date");
    if (*field_of(r, COLUMN_CHECKED)) {
        int checked = word_of(r, COLUMN_CHECKED, checked_names, CHECKED_NAMES);
        p.checked = checked < 0 ? CHECKED_NO : (enum price_checked)checked;
    }
    if (r->good)
        vec_push(r->arena, &r->out->rows, p);
    r->good = r->good && was;
}

bool prices_read(struct prices *out, struct arena *arena, struct diags *diags, uint32_t source,
                 const char *service)
{
    const struct source *s = &diags->sources.items[source];
    struct reader r = {.out = out, .arena = arena, .diags = diags, .source = source, .service = service,
                       .text = s->text, .size = s->size,
                       .good = true};
    take_heading(&r);
    for (bool heading = r.good; heading && take_line(&r);)
        take_row(&r);
    return r.good;
}

/* ---- what is built in ---- */

void prices_add_builtin(struct prices *out, struct arena *arena)
{
    struct diags diags;
    diags_init(&diags, arena);
    for (const struct stdlib_module *m = stdlib_prices; m->name; m++)
        BUG_UNLESS(
            prices_read(out, arena, &diags, diags_add_source(&diags, m->path, m->text, m->size), m->name));
}

const struct price *prices_find(const struct prices *prices, const char *service, const char *region,
                                const char *item)
{
    for (size_t i = 0; i < prices->rows.count; i++) {
        const struct price *p = &prices->rows.items[i];
        if (!strcmp(p->service, service) && !strcmp(p->item, item) &&
            (!region || !p->region || !strcmp(p->region, region)))
            return p;
    }
    return NULL;
}
