#include "config.h"

#include "show/cost_fields.h"

#include "findings/costs.h"
#include "show/json_read.h"

static const char *basis_name(int i) { return costs_basis_name((enum cost_basis)i); }
static const char *per_name(int i) { return price_per_name((enum price_per)i); }
static const char *checked_name(int i) { return price_checked_name((enum price_checked)i); }
static const char *shape_name(int i) { return costs_shape_name((enum cost_shape)i); }
static const struct names bases = {basis_name, COST_ASSUMED + 1}, pers = {per_name, PER_COUNT};
static const struct names checks = {checked_name, CHECKED_GIVEN + 1}, shapes = {shape_name, COST_SHAPES};

/* ---- a line ---- */

static bool has_date(const void *line) { return *((const struct cost_line *)line)->price.date; }
static bool is_capacity(const void *line)
{
    return ((const struct cost_line *)line)->shape == COST_BY_CAPACITY;
}

static bool finish_line(struct reading *r, const struct path *at, void *object)
{
    const struct cost_line *l = object;
    return (l->size > 0 && l->step > 0) || json_fail(r, at, "size and step are above 0");
}

#define AT(member) .at = offsetof(struct cost_line, member)
#define OF_CAPACITY .absent = ABSENT_LEFT_OUT, .there = is_capacity

static const struct field line_fields[] = {
    {"item", FIELD_TEXT, AT(price.item)},
    {"usd", FIELD_EXACT, AT(price.usd)},
    {"per", FIELD_WORD, AT(price.per), .names = &pers},
    {"region", FIELD_TEXT, AT(price.region), .absent = ABSENT_NULL},
    {"date", FIELD_TEXT, AT(price.date), .absent = ABSENT_NULL, .there = has_date,
     .about = "of the price list"},
    {"checked", FIELD_WORD, AT(price.checked), .names = &checks,
     .about = "where the price was read: nowhere again, at others who quote it, at the vendor; given: the "
              "user's own"},
    {"source", FIELD_TEXT, AT(price.source), .absent = ABSENT_NULL},
    {"by", FIELD_WORD, AT(shape), .names = &shapes},
    {"basis", FIELD_WORD, AT(basis), .absent = ABSENT_NULL, .names = &bases},
    {"amount", FIELD_EXACT, AT(amount), .about = "units of a request (a second), or GB"},
    {"times", FIELD_EXACT, AT(times), .about = "regions that hold a copy"},
    {"size", FIELD_EXACT, AT(size), OF_CAPACITY, .about = "units in one that is priced"},
    {"step", FIELD_EXACT, AT(step), OF_CAPACITY},
    {"least", FIELD_EXACT, AT(least), OF_CAPACITY},
    {"hired", FIELD_FLAG, AT(hired), OF_CAPACITY, .about = "machines, not units of requests"},
    {0},
};
static const struct object line_object = {
    "cost_line", line_fields, .about = "a price, and how much of it", .finish = finish_line};

static void each_line(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct cost *c = &((const struct result_entry *)o->object)->cost;
    (void)f;
    for (uint32_t i = 0; i < c->nlines; i++)
        one(to, NULL, &c->lines[i]);
}

static void *add_line(struct reading *r, const struct path *at, void *entry, const struct field *f)
{
    struct cost *c = &((struct result_entry *)entry)->cost;
    (void)f;
    if (c->nlines == COST_LINES) {
        json_fail(r, at, "there are more than %d", COST_LINES);
        return NULL;
    }
    struct cost_line *line = &c->lines[c->nlines++];
    *line = (struct cost_line){.size = 1, .step = 1, .price = {.service = c->service, .date = ""}};
    return line;
}

/* ---- a month ---- */

struct month { const struct cost *cost; double rate; };

static bool month_rate(const struct owner *o, struct figure *v)
{
    v->number = ((const struct month *)o->object)->rate;
    return true;
}

static bool month_usd(const struct owner *o, struct figure *v)
{
    const struct month *m = o->object;
    v->number = cost_month(m->cost, (enum cost_shape)v->arg, m->rate);
    return !m->cost->assumed || v->arg == COST_BY_REQUEST || v->arg == COST_BY_MONTH;
}

static const struct field month_fields[] = {
    {"rate_per_s", FIELD_FIGURE, .get = month_rate},
    {"requests_usd", FIELD_FIGURE, .get = month_usd, .arg = COST_BY_REQUEST},
    {"capacity_usd", FIELD_FIGURE, .absent = ABSENT_NULL, .get = month_usd, .arg = COST_BY_CAPACITY,
     .about = "null: nobody knows what its capacity carries"},
    {"stored_usd", FIELD_FIGURE, .get = month_usd, .arg = COST_BY_MONTH},
    {"total_usd", FIELD_FIGURE, .absent = ABSENT_NULL, .get = month_usd, .arg = COST_SHAPES},
    {0},
};
static const struct object month_object = {"month", month_fields, .about = "US dollars for 730 hours"};

static void each_month(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct result_entry *e = o->object;
    double rates[COSTS_RATES];
    (void)f;
    for (uint32_t i = 0, n = costs_rates(e, rates); i < n; i++)
        one(to, NULL, &(struct month){&e->cost, rates[i]});
}

/* ---- the whole ---- */

static bool per_million(const struct owner *o, struct figure *v)
{
    return figures_metric(o->object, METRIC_COST_PER_MILLION, false, &v->number);
}

static bool per_million_rate(const struct owner *o, struct figure *v)
{
    const struct result_entry *e = o->object;
    return per_million(o, v) && cost_has_capacity(&e->cost) && figures_cost_rate(e, &v->number);
}

static bool main_basis(const struct owner *o, struct figure *v)
{
    return (v->text = costs_basis_name(costs_basis(o->object)));
}

/* The first line is what is paid for requests: its price is named for all. */
static const struct price *main_price(const struct owner *o)
{
    return &((const struct result_entry *)o->object)->cost.lines[0].price;
}

static bool main_date(const struct owner *o, struct figure *v)
{
    return *(v->text = main_price(o)->date);
}

static bool main_region(const struct owner *o, struct figure *v)
{
    return (v->text = main_price(o)->region);
}

static bool main_source(const struct owner *o, struct figure *v)
{
    return (v->text = main_price(o)->source);
}

static void each_unit(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct cost *c = &((const struct result_entry *)o->object)->cost;
    struct buf unit = {0};
    (void)f;
    for (uint32_t i = 0; i < c->nlines; i++) {
        const struct cost_line *l = &c->lines[i];
        if (l->shape == COST_BY_MONTH || l->hired || !(l->amount > 0))
            continue;
        buf_clear(&unit);
        price_put_unit(&l->price, &unit);
        one(to, buf_text(&unit), &l->amount);
    }
    buf_release(&unit);
}

static void each_assumption(const struct owner *o, const struct field *f, field_visit *one, void *to)
{
    const struct cost *c = &((const struct result_entry *)o->object)->cost;
    (void)f;
    for (uint32_t i = 0; i < c->nnotes; i++)
        one(to, NULL, &c->notes[i]);
}

static void *add_assumption(struct reading *r, const struct path *at, void *entry, const struct field *f)
{
    struct cost *c = &((struct result_entry *)entry)->cost;
    (void)r; (void)at; (void)f;
    return c->nnotes < COST_NOTES ? &c->notes[c->nnotes++] : NULL;
}

bool cost_is_there(const void *entry)
{
    return ((const struct result_entry *)entry)->cost.nlines;
}

#undef AT
#define AT(member) .at = offsetof(struct result_entry, cost.member)

static const struct field cost_fields[] = {
    {"per_million_usd", FIELD_FIGURE, .absent = ABSENT_NULL, .get = per_million,
     .about = "of a million requests, without what is stored"},
    {"per_million_at_per_s", FIELD_FIGURE, .absent = ABSENT_NULL, .get = per_million_rate,
     .about = "the rate at which a million requests cost that, one for all of a point; null: any"},
    {"basis", FIELD_WORD, .absent = ABSENT_NULL, .get = main_basis, .names = &bases,
     .about = "where the amounts come from"},
    {"prices", FIELD_TEXT, .absent = ABSENT_NULL, .get = main_date, .about = "date of the list price"},
    {"region", FIELD_TEXT, .absent = ABSENT_NULL, .get = main_region},
    {"source", FIELD_TEXT, .absent = ABSENT_NULL, .get = main_source},
    {"units", FIELD_FIGURES, .each = each_unit, .about = "of one request, by name of the unit"},
    {"service", FIELD_TEXT, AT(service), .about = "whose prices"},
    {"billing", FIELD_TEXT, AT(billing), .about = "which way of charging"},
    {"emulated_units", FIELD_FIGURE, AT(emulated), .absent = ABSENT_NULL,
     .about = "of one request, as an emulator counted; not those above"},
    {"stored_bytes", FIELD_EXACT, AT(stored_bytes), .about = "as the service counts them, one copy"},
    {"per_month", FIELD_LIST, .object = &month_object, .each = each_month,
     .about = "at the run's rate, or at 10, 100, 1000, 10,000 a second"},
    {"lines", FIELD_LIST, .object = &line_object, .each = each_line, .add = add_line,
     .about = "what is paid for; docs/cost.md has the sums"},
    {"capacity_assumed", FIELD_FLAG, AT(assumed),
     .about = "nobody knows what the capacity carries: neither a month nor a million requests has a cost"},
    {"assumptions", FIELD_TEXTS, .each = each_assumption, .add = add_assumption},
    {0},
};
const struct object cost_object = {"cost", cost_fields};
