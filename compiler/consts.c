/* consts.c - constant expressions. Units are kept apart: a number scales anything, alike units add, a
 * duration moves a date. */
#include "config.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/elab.h"
#include "compiler/front.h"
#include "grammar/scan_state.h"

static const struct constant none = {.kind = CONST_NONE};

static struct constant number(double value, enum unit unit, struct span span)
{
    struct constant c = {.kind = CONST_NUMBER, .q = {.value = value, .unit = unit}, .span = span};
    c.q.integer = fabs(value) < 0x1p53 && value == nearbyint(value);
    return c;
}

/* The same number without the rounding of doubles, where all of its digits are known. */
static struct constant exactly(struct constant c, bool known, struct exact x)
{
    c.q.known = known;
    c.q.exact = x;
    return c;
}

/* What + - * / make of a fraction is one, as in a computed value: 1.5 * 2 / 4 is 0.75 with `row` in it and
 * without. */
static struct constant as_fraction(struct constant c, const struct constant *a, const struct constant *b)
{
    c.q.fraction = a->q.fraction || b->q.fraction;
    return c;
}

static struct constant moment(enum const_kind kind, wkl_i128 at, struct span span)
{
    struct constant c = {.kind = kind, .q = {.value = (double)at}, .span = span};
    return exactly(c, true, (struct exact){at, 0});
}

static struct constant boolean(bool b, struct span span)
{
    return (struct constant){.kind = CONST_BOOL, .q = {.value = b}, .span = span};
}

const char *const_kind_name(const struct constant *c)
{
    static const char *const names[] = {"nothing", NULL,          "a string", "true or false",
                                        "a date",  "a timestamp", "a list",   "a name"};
    return c->kind == CONST_NUMBER ? c->q.percent ? "a percentage" : unit_name(c->q.unit) : names[c->kind];
}

/* ---- leaves ---- */

/* What other tools call the units. */
static const struct { const char *name, *here; } called[] = {
    {"sec", "s"}, {"secs", "s"}, {"second", "s"}, {"seconds", "s"}, {"S", "s"}, {"msec", "ms"},
    {"millis", "ms"}, {"usec", "us"}, {"µs", "us"}, {"min", "m"}, {"mins", "m"}, {"minute", "m"},
    {"minutes", "m"}, {"hr", "h"}, {"hour", "h"}, {"hours", "h"}, {"H", "h"}, {"day", "d"}, {"days", "d"},
    {"D", "d"}, {"w", "d, of which a week has 7"}, {"rps", "/s"}, {"qps", "/s"}, {"tps", "/s"}, {"ops", "/s"},
    {"/sec", "/s"}, {"/min", "/m"}, {"/hour", "/h"}, {"K", "k"}, {"mio", "M"}, {"g", "G"}, {"b", "B"},
    {"kb", "KB"}, {"mb", "MB"}, {"gb", "GB"}, {"Kb", "KB"}, {"Mb", "MB"}, {"Gb", "GB"}, {"kB", "KB"},
    {"kib", "KiB"}, {"mib", "MiB"}, {"gib", "GiB"},
};

static const char *hint_for_unit(struct elab *e, const struct node *n, size_t digits)
{
    for (size_t i = 0; i < sizeof called / sizeof *called; i++)
        if (!strcmp(n->text + digits, called[i].name))
            return arena_printf(e->arena, "write %.*s%s", (int)digits, n->text, called[i].here);
    if (n->text[digits] == '%' && n->text[digits + 1])
        return arena_printf(e->arena, "the remainder is written %.*s %% %s", (int)digits, n->text,
                            n->text + digits + 1);
    if (n->text[digits] == 'x' && digits == 1 && n->text[0] == '0')
        return arena_printf(e->arena, "numbers are decimal: %llu", strtoull(n->text, NULL, 16));
    if ((n->text[digits] | 0x20) == 'e' && isdigit((unsigned char)n->text[digits + 1]))
        return "powers of ten are written k, M, G: 10k, 1M";
    return "units are k M G % B KB KiB us ms s m h d and /s /m /h";
}

static struct constant of_number(struct elab *e, const struct node *n)
{
    struct constant c = {.kind = CONST_NUMBER, .span = n->span};
    if (quantity_parse(n->text, n->ntext, &c.q))
        return c;
    size_t digits = strspn(n->text, "0123456789_.");
    elab_fault(e, n->span, "E0106", hint_for_unit(e, n, digits), "unknown unit '%s'", n->text + digits);
    return none;
}

static struct constant of_date(struct elab *e, const struct node *n)
{
    struct value v;
    char text[64];
    bool stamp = strchr(n->text, 'T') != NULL;
    snprintf(text, sizeof text, "%s", n->text);
    struct type t = {.kind = stamp ? TYPE_TIMESTAMP : TYPE_DATE};
    if (value_parse(t, text, strlen(text), &v) && value_fits(t, &v))
        return moment(stamp ? CONST_TIMESTAMP : CONST_DATE, v.u.i, n->span);
    elab_fault(e, n->span, "E0107", "dates are 2026-01-31, timestamps 2026-01-31T12:00:00Z",
               "'%s' is not a date", n->text);
    return none;
}

static struct constant of_string(struct elab *e, const struct node *n, const struct scope *scope)
{
    struct buf b = {0};
    struct constant c = {.kind = CONST_STRING, .span = n->span};
    for (size_t i = 0; i < n->kids.count; i++) {
        const struct node *piece = n->kids.items[i];
        if (piece->kind == N_TEXT) {
            buf_add(&b, piece->text, piece->ntext);
            continue;
        }
        struct constant v = const_eval(e, piece, scope);
        if (v.kind == CONST_NONE)
            c.kind = CONST_NONE;
        else
            buf_puts(&b, const_text(e, &v));
    }
    c.s = arena_strndup(e->arena, buf_text(&b), b.len);
    c.n = (uint32_t)b.len;
    buf_release(&b);
    return c;
}

const struct node *elab_parse(struct elab *e, const char *where, const char *text, enum elab_text what)
{
    struct parse p = {.arena = e->arena, .diags = e->diags, .expression = what == TEXT_EXPRESSION,
                      .expectation = what == TEXT_EXPECTATION,
                      .strategies = what == TEXT_STRATEGIES};
    uint32_t size = (uint32_t)strlen(text);
    p.source = diags_add_source(e->diags, where, arena_strdup(e->arena, text), size);
    p.text = e->diags->sources.items[p.source].text;
    p.to = size;
    const struct node *n = parse_range(&p);
    return p.too_deep ? NULL : n;
}

struct constant const_from_text(struct elab *e, const char *where, const char *text)
{
    const struct node *n = elab_parse(e, where, text, TEXT_EXPRESSION);
    return n ? const_eval(e, n, NULL) : none;
}

/* A word where the file has a number is a mistake of -D alone, and reported there, not wherever the param is
 * used. */
static struct constant from_define(struct elab *e, const struct node *n, const char *text)
{
    struct constant c = const_from_text(e, arena_printf(e->arena, "-D %s", n->text), text);
    const struct node *own = node_kid(n, 0);
    if (!own || own->kind != N_NUMBER || (c.kind != CONST_NAME && c.kind != CONST_STRING))
        return c;
    elab_fault(e, c.span, "E0301", arena_printf(e->arena, "such as -D %s=%s", n->text, own->text),
               "expected a number, found %s", const_kind_name(&c));
    return none;
}

/* What a param is: a point of a sweep, then -D, then what the file says. */
static struct constant param_value(struct elab *e, const struct node *n)
{
    for (uint32_t i = 0; i < e->nsettings; i++)
        if (!strcmp(e->settings[i].name, n->text))
            return const_from_text(e, arena_printf(e->arena, "sweep %s", n->text), e->settings[i].text);
    for (size_t i = e->options->ndefines; i-- > 0;)
        if (!strcmp(e->options->defines[i].name, n->text))
            return from_define(e, n, e->options->defines[i].value);
    return const_eval(e, node_kid(n, 0), NULL);
}

static struct constant of_param(struct elab *e, struct declared *d, struct span span)
{
    d->used = true;
    if (d->state == UNDER_WAY) {
        elab_fault(e, span, "E0203", "give one of them a value of its own", "param '%s' depends on itself",
                   d->node->text);
        return none;
    }
    if (d->state == UNSEEN) {
        d->state = UNDER_WAY;
        d->value = param_value(e, d->node);
        d->state = KNOWN;
    }
    struct constant c = d->value;
    c.span = span;
    return c;
}

static struct constant of_name(struct elab *e, const struct node *n, const struct scope *scope)
{
    for (; scope; scope = scope->outer)
        if (!strcmp(scope->name, n->text)) {
            struct constant c = *scope->value;
            c.span = n->span;
            return c;
        }
    struct declared *d = map_find(&e->params, n->text);
    if (d)
        return of_param(e, d, n->span);
    if (!strcmp(n->text, "true") || !strcmp(n->text, "false"))
        return boolean(n->text[0] == 't', n->span);
    return (struct constant){.kind = CONST_NAME, .s = n->text, .n = n->ntext, .span = n->span};
}

static struct constant of_list(struct elab *e, const struct node *n, const struct scope *scope)
{
    struct constant c = {.kind = CONST_LIST, .span = n->span, .nitems = (uint32_t)n->kids.count};
    struct constant *items = arena_array(e->arena, struct constant, n->kids.count);
    for (size_t i = 0; i < n->kids.count; i++)
        items[i] = const_eval(e, n->kids.items[i], scope);
    c.items = items;
    return c;
}

/* ---- operators ---- */

/* "100 /s" is read as a quotient. */
static const char *hint_for_param(struct elab *e, const struct node *n, const char *name)
{
    bool quotient = n->text[0] == '/' && strchr("smh", name[0]) &&
                    (!name[1] || !strcmp(name, "sec") || !strcmp(name, "min"));
    return quotient ? arena_printf(e->arena, "a rate is one word: 100/%c", name[0])
                    : elab_nearest(e, &e->params, name);
}

static struct constant mixed(struct elab *e, const struct node *n, const struct constant *a,
                             const struct constant *b)
{
    const struct constant *name = a->kind == CONST_NAME ? a : b->kind == CONST_NAME ? b : NULL;
    if (name)
        elab_fault(e, name->span, "E0201", hint_for_param(e, n, name->s), "unknown param '%s'", name->s);
    else
        elab_fault(e, n->span, "E0301", "numbers of different units do not mix", "'%s' between %s and %s",
                   n->text, const_kind_name(a), const_kind_name(b));
    return none;
}

static bool is_time(const struct constant *c)
{
    return c->kind == CONST_DATE || c->kind == CONST_TIMESTAMP;
}

static wkl_i128 microseconds(const struct constant *duration)
{
    wkl_i128 us;
    struct exact seconds = duration->q.exact;
    if (!duration->q.known)
        seconds = (struct exact){
            value_decimal_from_double((struct type){TYPE_DECIMAL, EXACT_DIGITS, 9}, duration->q.value), 9};
    exact_round(seconds, 6, &us);
    return us;
}

/* A date or timestamp moved by a duration; a date moved by whole days stays one. */
static struct constant move(struct elab *e, const struct constant *a, wkl_i128 us, struct span span)
{
    bool date = a->kind == CONST_DATE && us % DAY_US == 0;
    struct type t = {.kind = date ? TYPE_DATE : TYPE_TIMESTAMP};
    struct exact at = a->q.exact, by = {date ? us / DAY_US : us, 0};
    if (a->kind == CONST_DATE && !date)
        at.digits *= DAY_US;
    exact_add(at, by, &at);
    if (value_cut(t, at.digits) == at.digits)
        return moment(date ? CONST_DATE : CONST_TIMESTAMP, at.digits, span);
    elab_fault(e, span, "E0107", "dates and timestamps are those of the years 1 to 9999",
               "this is before the year 1 or after the year 9999");
    return none;
}

static struct constant between(const struct constant *a, const struct constant *b, struct span span)
{
    struct exact us = {(a->q.exact.digits - b->q.exact.digits) * (a->kind == CONST_DATE ? DAY_US : 1), 6};
    return exactly(
        number((a->q.value - b->q.value) * (a->kind == CONST_DATE ? 86400 : 1e-6), UNIT_DURATION, span), true,
        us);
}

static struct constant add(struct elab *e, const struct node *n, const struct constant *a,
                           const struct constant *b, bool minus)
{
    bool duration = b->kind == CONST_NUMBER && b->q.unit == UNIT_DURATION;
    struct exact x = b->q.exact;
    if (is_time(a) && duration)
        return move(e, a, minus ? -microseconds(b) : microseconds(b), n->span);
    if (is_time(a) && a->kind == b->kind && minus)
        return between(a, b, n->span);
    if (a->kind != CONST_NUMBER || b->kind != CONST_NUMBER || a->q.unit != b->q.unit ||
        a->q.percent != b->q.percent)
        return mixed(e, n, a, b);
    struct constant c = number(minus ? a->q.value - b->q.value : a->q.value + b->q.value, a->q.unit, n->span);
    c.q.percent = a->q.percent;
    x.digits = minus ? -x.digits : x.digits;
    bool exact = exact_add(a->q.exact, x, &x);
    return as_fraction(exactly(c, a->q.known && b->q.known && exact, x), a, b);
}

static struct constant multiply(struct elab *e, const struct node *n, const struct constant *a,
                                const struct constant *b)
{
    if (a->kind != CONST_NUMBER || b->kind != CONST_NUMBER ||
        (a->q.unit != UNIT_NONE && b->q.unit != UNIT_NONE))
        return mixed(e, n, a, b);
    struct constant c = number(a->q.value * b->q.value, a->q.unit != UNIT_NONE ? a->q.unit : b->q.unit,
                               n->span);
    double whole = nearbyint(c.q.value);
    if (fabs(c.q.value - whole) < 1e-9 * fabs(whole) && whole != 0)   /* 5M * 1% is 50000, not
                                                                         50000.000000000004 */
        c = number(whole, c.q.unit, n->span);
    c.q.percent = a->q.percent && b->q.percent;
    struct exact x;
    bool exact = exact_multiply(a->q.exact, b->q.exact, &x);
    return as_fraction(exactly(c, a->q.known && b->q.known && exact, x), a, b);
}

/* What `/` rounds down between: numbers that are whole, and durations or sizes, as computed values do
 * (compiler/moments.c). */
static bool rounds_down(const struct constant *a, const struct constant *b)
{
    if (a->q.unit == b->q.unit && (a->q.unit == UNIT_DURATION || a->q.unit == UNIT_SIZE))
        return true;
    if (a->q.unit != UNIT_NONE || a->q.percent || b->q.percent || a->q.fraction || b->q.fraction)
        return false;
    return quantity_is_whole(&a->q) && quantity_is_whole(&b->q);
}

static struct constant divide(struct elab *e, const struct node *n, const struct constant *a,
                              const struct constant *b)
{
    if (a->kind != CONST_NUMBER || b->kind != CONST_NUMBER ||
        (b->q.unit != UNIT_NONE && a->q.unit != b->q.unit))
        return mixed(e, n, a, b);
    if (b->q.value == 0) {
        elab_fault(e, n->span, "E0302", NULL, "division by zero");
        return none;
    }
    bool remainder = n->text[0] == '%', known = a->q.known && b->q.known && b->q.exact.digits,
         down = !remainder && rounds_down(a, b);
    double q = remainder ? a->q.value - floor(a->q.value / b->q.value) * b->q.value : a->q.value / b->q.value;
    struct exact x = {0, 0};
    if (known && remainder)
        exact_remainder(a->q.exact, b->q.exact, &x);
    else if (known)
        exact_divide(a->q.exact, b->q.exact, &x);     /* to 38 digits, where it has no end */
    if (down && known) {
        exact_floor(x, &x.digits);
        x.scale = 0;
    }
    q = down && known ? (double)x.digits : down ? floor(q) : q;
    enum unit unit = a->q.unit == b->q.unit && !remainder ? UNIT_NONE : a->q.unit;
    return as_fraction(exactly(number(q, unit, n->span), known, x), a, b);
}

static struct constant compare(struct elab *e, const struct node *n, const struct constant *a,
                               const struct constant *b)
{
    int c;
    if (a->kind != b->kind || a->q.unit != b->q.unit || a->kind == CONST_LIST)
        return mixed(e, n, a, b);
    if (a->kind == CONST_STRING || a->kind == CONST_NAME)
        c = strcmp(a->s, b->s);
    else if (a->q.known && b->q.known)
        c = exact_compare(a->q.exact, b->q.exact);
    else
        c = a->q.value < b->q.value ? -1 : a->q.value > b->q.value;
    char o = n->text[0];
    bool or_equal = n->text[1] == '=' && c == 0;
    return boolean(o == '=' ? c == 0 : o == '!' ? c != 0 : or_equal || (o == '<' ? c < 0 : c > 0), n->span);
}

static struct constant binary(struct elab *e, const struct node *n, const struct scope *scope)
{
    struct constant a = const_eval(e, node_kid(n, 0), scope), b = const_eval(e, node_kid(n, 1), scope);
    if (a.kind == CONST_NONE || b.kind == CONST_NONE)
        return none;
    switch (n->text[0]) {
    case '+': return add(e, n, &a, &b, false);
    case '-': return add(e, n, &a, &b, true);
    case '*': return multiply(e, n, &a, &b);
    case '/': case '%': return divide(e, n, &a, &b);
    case 'a': case 'o':
        if (a.kind != CONST_BOOL || b.kind != CONST_BOOL)
            return mixed(e, n, &a, &b);
        return boolean(n->text[0] == 'a' ? a.q.value && b.q.value : a.q.value || b.q.value, n->span);
    default: return compare(e, n, &a, &b);
    }
}

static struct constant unary(struct elab *e, const struct node *n, const struct scope *scope)
{
    struct constant a = const_eval(e, node_kid(n, 0), scope);
    if (a.kind == CONST_NONE)
        return none;
    if (n->text[0] == 'n' && a.kind == CONST_BOOL)
        return boolean(!a.q.value, n->span);
    if (n->text[0] == '-' && a.kind == CONST_NUMBER) {
        a.q.value = -a.q.value;
        a.q.exact.digits = -a.q.exact.digits;
        return a;
    }
    elab_fault(e, n->span, "E0301", NULL, "'%s' before %s", n->text, const_kind_name(&a));
    return none;
}

static struct constant item(struct elab *e, const struct node *n, const struct scope *scope)
{
    struct constant list = const_eval(e, node_kid(n, 0), scope), at = const_eval(e, node_kid(n, 1), scope);
    if (list.kind == CONST_NONE || at.kind == CONST_NONE)
        return none;
    if (list.kind != CONST_LIST || at.kind != CONST_NUMBER || !quantity_is_whole(&at.q) || at.q.value < 0 ||
        at.q.value >= list.nitems) {
        elab_fault(e, n->span, "E0303", NULL, "no such item: the list has %u",
                   list.kind == CONST_LIST ? list.nitems : 0);
        return none;
    }
    return list.items[(uint32_t)at.q.value];
}

struct constant const_eval(struct elab *e, const struct node *n, const struct scope *scope)
{
    if (!n)
        return none;
    switch (n->kind) {
    case N_NUMBER: return of_number(e, n);
    case N_DATE: return of_date(e, n);
    case N_STRING: return of_string(e, n, scope);
    case N_NAME: return of_name(e, n, scope);
    case N_LIST: return of_list(e, n, scope);
    case N_BINARY: return binary(e, n, scope);
    case N_UNARY: return unary(e, n, scope);
    case N_ITEM: return item(e, n, scope);
    default:
        elab_fault(e, n->span, "E0301", NULL, "a constant is expected here");
        return none;
    }
}

/* ---- what is asked for ---- */

/* What a run takes is said in seconds, what a request takes in milliseconds. */
static const char *unit_for(const char *what, const char *expected)
{
    bool of_run = !strcmp(what, "for") || !strcmp(what, "warmup");
    return strcmp(expected, "a duration") != 0 ? "/s" : of_run ? "s" : "ms";
}

/* The number that was written, with its unit. */
static const char *example_of(struct elab *e, const struct constant *c, const char *what,
                              const char *expected)
{
    bool bare = c->kind == CONST_NUMBER && c->q.unit == UNIT_NONE && !c->q.percent && c->q.value > 0;
    if (!strcmp(expected, "a size"))
        return ", such as 4KiB";
    if (strcmp(expected, "a duration") != 0 && strcmp(expected, "a rate") != 0)
        return "";
    return arena_printf(e->arena, ", such as %.15g%s", bare ? c->q.value : 5, unit_for(what, expected));
}

/* The usual mix-ups: 10m for ten million, words without quotes. */
static const char *hint_for_kind(struct elab *e, const struct constant *c, const char *what,
                                 const char *expected)
{
    bool minutes = c->kind == CONST_NUMBER && c->q.unit == UNIT_DURATION && !strcmp(expected, "a number");
    return arena_printf(e->arena, "%s is %s%s", what, expected,
                        minutes ? ": M is a million, m a minute" : example_of(e, c, what, expected));
}

static bool report(struct elab *e, const struct constant *c, const char *what, const char *expected)
{
    if (c->kind == CONST_NONE)
        return false;
    if (c->kind == CONST_NAME)
        elab_unknown(e, c->span, c->s, "E0201", elab_nearest(e, &e->params, c->s), "unknown param '%s'",
                     c->s);
    else
        elab_fault(e, c->span, "E0301", hint_for_kind(e, c, what, expected), "expected %s, found %s",
                   expected, const_kind_name(c));
    return false;
}

bool const_number(struct elab *e, const struct node *n, const struct scope *scope, enum unit unit,
                  const char *what, struct quantity *out)
{
    struct constant c = const_eval(e, n, scope);
    *out = c.q;
    if (c.kind == CONST_NUMBER && c.q.unit == unit)
        return true;
    return report(e, &c, what, unit_name(unit));
}

bool const_length(struct elab *e, const struct node *n, const struct scope *scope, const char *what,
                  uint64_t least, uint64_t *out)
{
    struct constant c = const_eval(e, n, scope);
    if (c.kind != CONST_NUMBER || c.q.unit != UNIT_SIZE)
        return const_whole(e, n, scope, what, least, out);
    c.q.unit = UNIT_NONE;
    return quantity_whole(&c.q, least, 1ull << 62, out) || report(e, &c, what, "a whole number");
}

bool const_whole(struct elab *e, const struct node *n, const struct scope *scope, const char *what,
                 uint64_t least, uint64_t *out)
{
    return const_whole_upto(e, n, scope, what, least, 1ull << 62, out);
}

bool const_whole_upto(struct elab *e, const struct node *n, const struct scope *scope, const char *what,
                      uint64_t least, uint64_t most, uint64_t *out)
{
    struct quantity q;
    if (!const_number(e, n, scope, UNIT_NONE, what, &q))
        return false;
    double whole = nearbyint(q.value);
    if (fabs(q.value - whole) > 1e-6 * fabs(whole) + 1e-9 || q.percent || whole < (double)least ||
        whole > (double)most) {
        struct buf b = {0};
        quantity_put(&b, &q);
        const char *hint = whole > (double)most
                               ? arena_printf(e->arena, "%s is at most %llu", what, (unsigned long long)most)
                               : arena_printf(e->arena, "%s is a whole number, at least %llu", what,
                                              (unsigned long long)least);
        elab_fault(e, n->span, "E0304", hint, "%s cannot be %s", what, buf_text(&b));
        buf_release(&b);
        return false;
    }
    *out = (uint64_t)whole;
    if (q.known && exact_is_whole(q.exact) && whole >= 0x1p53)
        *out = (uint64_t)(q.exact.digits / exact_power(q.exact.scale));
    return true;
}

bool const_share(struct elab *e, const struct node *n, const struct scope *scope, const char *what,
                 double *out)
{
    struct quantity q;
    if (!const_number(e, n, scope, UNIT_NONE, what, &q))
        return false;
    *out = q.value;
    if (q.value >= 0 && q.value <= 1)
        return true;
    const char *hint = !q.percent && q.value > 1 && q.value <= 100
                           ? arena_printf(e->arena, "write %g%%", q.value)
                           : "a share is 0% … 100%";
    elab_fault(e, n->span, "E0305", hint, "%s cannot be %g", what, q.value);
    return false;
}

const char *const_text(struct elab *e, const struct constant *c)
{
    struct buf b = {0};
    switch (c->kind) {
    case CONST_NUMBER:
        quantity_put(&b, &c->q);
        break;
    case CONST_BOOL:
        buf_puts(&b, c->q.value ? "true" : "false");
        break;
    case CONST_DATE: case CONST_TIMESTAMP: {
        struct value v = {.u.i = (int64_t)c->q.exact.digits};
        value_put(&b, (struct type){.kind = c->kind == CONST_DATE ? TYPE_DATE : TYPE_TIMESTAMP}, &v);
        break;
    }
    case CONST_LIST:
        for (uint32_t i = 0; i < c->nitems; i++)
            buf_printf(&b, "%s%s", i ? ", " : "[", const_text(e, &c->items[i]));
        buf_puts(&b, c->nitems ? "]" : "[]");
        break;
    default:
        buf_add(&b, c->s ? c->s : "", c->n);
    }
    const char *text = arena_strndup(e->arena, buf_text(&b), b.len);
    buf_release(&b);
    return text;
}

static void put_string(struct buf *b, const struct constant *c)
{
    static const char escaped[] = {
        ['\n'] = 'n', ['\t'] = 't', ['"'] = '"', ['\\'] = '\\', ['{'] = '{', ['}'] = '}'};
    buf_putc(b, '"');
    for (uint32_t i = 0; i < c->n; i++) {
        unsigned char at = (unsigned char)c->s[i];
        bool escapes = at < sizeof escaped && escaped[at];
        if (escapes)
            buf_putc(b, '\\');
        buf_putc(b, escapes ? escaped[at] : c->s[i]);
    }
    buf_putc(b, '"');
}

/* With all of its digits, where the usual text is that of a double and has fewer. */
static const char *number_literal(struct elab *e, const struct constant *c)
{
    static const char *const base[] = {
        [UNIT_NONE] = "", [UNIT_SIZE] = "B", [UNIT_DURATION] = "s", [UNIT_RATE] = "/s"};
    const char *usual = const_text(e, c);
    struct quantity read;
    struct exact x = c->q.exact, hundred = {100, 0};
    if (!c->q.known ||
        (quantity_parse(usual, strlen(usual), &read) && read.known && exact_compare(read.exact, x) == 0))
        return usual;
    struct buf b = {0};
    if (c->q.percent)
        exact_multiply(x, hundred, &x);
    exact_put(&b, x.digits, x.scale);
    buf_puts(&b, c->q.percent ? "%" : base[c->q.unit]);
    const char *text = arena_strdup(e->arena, buf_text(&b));
    buf_release(&b);
    return text;
}

const char *const_literal(struct elab *e, const struct constant *c)
{
    struct buf b = {0};
    if (c->kind == CONST_NUMBER)
        return number_literal(e, c);
    if (c->kind == CONST_TIMESTAMP) {                 /* of whole seconds, as they are written */
        const char *full = const_text(e, c), *dot = strstr(full, ".000000");
        return dot ? arena_printf(e->arena, "%.*s%s", (int)(dot - full), full, dot + strlen(".000000"))
                   : full;
    }
    if (c->kind != CONST_STRING && c->kind != CONST_LIST)
        return const_text(e, c);
    if (c->kind == CONST_STRING)
        put_string(&b, c);
    else
        buf_putc(&b, '[');
    for (uint32_t i = 0; c->kind == CONST_LIST && i < c->nitems; i++)
        buf_printf(&b, "%s%s", i ? ", " : "", const_literal(e, &c->items[i]));
    if (c->kind == CONST_LIST)
        buf_putc(&b, ']');
    const char *text = arena_strndup(e->arena, buf_text(&b), b.len);
    buf_release(&b);
    return text;
}
