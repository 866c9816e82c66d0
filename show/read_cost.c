#include "config.h"

#include "show/read_cost.h"

#include <string.h>

#include "findings/costs.h"

#define END {0}

/* The place of a text among the names 0 … n-1; -1: it is none of them, which is said. */
static int read_word(struct reading *r, const struct place *at, const char *(*name)(int), int n)
{
    const char *text = fields_text(r, at);
    for (int i = 0; text && i < n; i++)
        if (name(i) && !strcmp(name(i), text))
            return i;
    if (text)
        fields_fail(r, at, "'%.40s' is not known here", text);
    return -1;
}

static const char *basis_name(int i) { return costs_basis_name((enum cost_basis)i); }
static const char *per_name(int i) { return price_per_name((enum price_per)i); }
static const char *checked_name(int i) { return price_checked_name((enum price_checked)i); }
static const char *shape_name(int i) { return costs_shape_name((enum cost_shape)i); }

static bool read_basis(struct reading *r, const struct place *at, void *line)
{
    int i = read_word(r, at, basis_name, COST_ASSUMED + 1);
    ((struct cost_line *)line)->basis = i < 0 ? COST_UNKNOWN : (enum cost_basis)i;
    return i >= 0;
}

static bool read_per(struct reading *r, const struct place *at, void *line)
{
    int i = read_word(r, at, per_name, PER_COUNT);
    ((struct cost_line *)line)->price.per = i < 0 ? PER_MILLION : (enum price_per)i;
    return i >= 0;
}

static bool read_checked(struct reading *r, const struct place *at, void *line)
{
    int i = read_word(r, at, checked_name, CHECKED_GIVEN + 1);
    ((struct cost_line *)line)->price.checked = i < 0 ? CHECKED_NO : (enum price_checked)i;
    return i >= 0;
}

static bool read_shape(struct reading *r, const struct place *at, void *line)
{
    int i = read_word(r, at, shape_name, COST_SHAPES);
    ((struct cost_line *)line)->shape = i < 0 ? COST_BY_REQUEST : (enum cost_shape)i;
    return i >= 0;
}

static bool add_line(struct reading *r, const struct place *at, void *owner)
{
    static const struct field fields[] = {
        {"item", FIELD_TEXT, .at = offsetof(struct cost_line, price.item)},
        {"usd", FIELD_NUMBER, .at = offsetof(struct cost_line, price.usd)},
        {"per", FIELD_PART, .part = read_per},
        {"region", FIELD_TEXT, true, offsetof(struct cost_line, price.region)},
        {"date", FIELD_TEXT, true, offsetof(struct cost_line, price.date)},
        {"checked", FIELD_PART, .part = read_checked},
        {"source", FIELD_TEXT, true, offsetof(struct cost_line, price.source)},
        {"by", FIELD_PART, .part = read_shape},
        {"basis", FIELD_PART, true, .part = read_basis},
        {"amount", FIELD_NUMBER, .at = offsetof(struct cost_line, amount)},
        {"times", FIELD_NUMBER, .at = offsetof(struct cost_line, times)},
        {"size", FIELD_NUMBER, true, offsetof(struct cost_line, size)},
        {"step", FIELD_NUMBER, true, offsetof(struct cost_line, step)},
        {"least", FIELD_NUMBER, true, offsetof(struct cost_line, least)},
        {"hired", FIELD_FLAG, true, offsetof(struct cost_line, hired)},
        END,
    };
    struct cost *c = owner;
    struct cost_line line = {.size = 1, .step = 1, .price = {.date = ""}};
    if (c->nlines == COST_LINES)
        return fields_fail(r, at, "there are more than %d", COST_LINES);
    if (!fields_read(r, at, fields, &line))
        return false;
    if (!(line.size > 0) || !(line.step > 0))
        return fields_fail(r, at, "size and step are above 0");
    line.price.service = c->service;
    c->lines[c->nlines++] = line;
    return true;
}

static bool read_lines(struct reading *r, const struct place *at, void *cost)
{
    return fields_each(r, at, add_line, cost);
}

static bool add_assumption(struct reading *r, const struct place *at, void *owner)
{
    struct cost *c = owner;
    const char *text = fields_text(r, at);
    if (text && c->nnotes < COST_NOTES)
        c->notes[c->nnotes++] = results_keep(r->results, text);
    return text;
}

static bool read_assumptions(struct reading *r, const struct place *at, void *cost)
{
    return fields_each(r, at, add_assumption, cost);
}

bool read_cost(struct reading *r, const struct place *at, void *cost)
{
    static const struct field fields[] = {
        {"service", FIELD_TEXT, .at = offsetof(struct cost, service)},
        {"billing", FIELD_TEXT, .at = offsetof(struct cost, billing)},
        {"emulated_units", FIELD_NUMBER, true, offsetof(struct cost, emulated)},
        {"stored_bytes", FIELD_NUMBER, .at = offsetof(struct cost, stored_bytes)},
        {"capacity_assumed", FIELD_FLAG, .at = offsetof(struct cost, assumed)},
        {"lines", FIELD_PART, .part = read_lines},
        {"assumptions", FIELD_PART, .part = read_assumptions},
        END,
    };
    return fields_read(r, at, fields, cost);
}
