/* billing.c - the table of ways to charge, and what becomes of each. */
#include "config.h"

#include "cost/billing.h"

#include <math.h>
#include <string.h>

enum by { BY_READS, BY_WRITES, BY_UNITS, BY_CAPACITY, BY_IO, BY_STORED, BY_RESTORE };

struct mode_line {
    const char *item;                                 /* of the price table; "instance": with the class behind
                                                         it */
    enum by by;
    enum cost_shape shape;
    double size, step, least;                         /* by capacity: units in one that is priced; in those:
                                                         steps, and the least that is sold */
};

static const struct billing_mode {
    const char *service, *name, *help;
    struct mode_line lines[BILLING_LINES];
} modes[] = {
    {"dynamodb", "on_demand", "each read and write unit, and storage",
     {{"read_request_unit", BY_READS, COST_BY_REQUEST, 1, 1, 0},
      {"write_request_unit", BY_WRITES, COST_BY_REQUEST, 1, 1, 0},
      {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"dynamodb", "provisioned",
     "units per second that the rate needs, all month; at least 1 per table, or `read_units`, `write_units`",
     {{"read_capacity_unit", BY_READS, COST_BY_CAPACITY, 1, 1, 1},
      {"write_capacity_unit", BY_WRITES, COST_BY_CAPACITY, 1, 1, 1},
      {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"cosmosdb", "serverless", "each request unit, and storage",
     {{"request_unit", BY_UNITS, COST_BY_REQUEST, 1, 1, 0}, {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"cosmosdb", "provisioned",
     "what the rate needs in steps of 100 RU/s, all month; at least 400, or `throughput`; in each of the `regions`",
     {{"throughput_100", BY_UNITS, COST_BY_CAPACITY, 100, 1, 4},
      {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"cosmosdb", "autoscale",
     "each hour's peak (the rate) in steps of 100 RU/s; at least 100, or a tenth of `throughput`",
     {{"autoscale_100", BY_UNITS, COST_BY_CAPACITY, 100, 1, 1},
      {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"aurora", "instance", "`capacity` instances of the class `instance`, storage I/O, and storage",
     {{"instance", BY_CAPACITY, COST_BY_CAPACITY, 1, 1, 1}, {"io", BY_IO, COST_BY_REQUEST, 1, 1, 0},
      {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"aurora", "instance_io_optimized", "the same with storage that includes I/O",
     {{"instance_io_optimized", BY_CAPACITY, COST_BY_CAPACITY, 1, 1, 1},
      {"storage_io_optimized", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"aurora", "serverless",
     "`capacity` capacity units (2 GiB each) in steps of 0.5, storage I/O, and storage",
     {{"capacity_unit", BY_CAPACITY, COST_BY_CAPACITY, 1, 0.5, 0.5}, {"io", BY_IO, COST_BY_REQUEST, 1, 1, 0},
      {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"aurora", "serverless_io_optimized", "the same with storage that includes I/O",
     {{"capacity_unit_io_optimized", BY_CAPACITY, COST_BY_CAPACITY, 1, 0.5, 0.5},
      {"storage_io_optimized", BY_STORED, COST_BY_MONTH, 1, 1, 0}}},
    {"lakebase", "compute",
     "`capacity` compute units (2 GB each), storage, and the history of the restore window",
     {{"compute_unit", BY_CAPACITY, COST_BY_CAPACITY, 1, 0.5, 0.5},
      {"storage", BY_STORED, COST_BY_MONTH, 1, 1, 0},
      {"restore_window", BY_RESTORE, COST_BY_MONTH, 1, 1, 0}}},
    {"self_hosted", "hourly", "`capacity` servers at `hourly` US dollars each",
     {{"server", BY_CAPACITY, COST_BY_CAPACITY, 1, 1, 1}}},
    {NULL, NULL, NULL, {{NULL, BY_READS, COST_BY_REQUEST, 0, 0, 0}}},
};

static const char default_instance[] = "db.r8g.large";

const char *billing_service_at(uint32_t i, const char **mode, const char **help)
{
    *mode = modes[i].name;
    *help = modes[i].help;
    return modes[i].service;
}

bool billing_by_units(const struct billing *b)
{
    bool units = false;
    for (int i = 0; b->mode && i < BILLING_LINES && b->mode->lines[i].item; i++)
        units |= b->mode->lines[i].by <= BY_UNITS;
    return units;
}

bool billing_knows(const char *service)
{
    for (const struct billing_mode *m = modes; m->service; m++)
        if (!strcmp(m->service, service))
            return true;
    return !strcmp(service, "none");
}

/* ---- terms and prices ---- */

struct opener {
    struct billing *b;
    struct arena *arena;
    const struct prices *prices;
    struct billing_fault *fault;
};

static bool refuse(struct opener *o, const char *setting, const char *code, const char *hint,
                   const char *message)
{
    *o->fault = (struct billing_fault){setting, code, message, hint};
    return false;
}

static bool find_mode(struct opener *o)
{
    const struct billing_terms *t = &o->b->terms;
    const char *all = "";
    for (const struct billing_mode *m = modes; m->service; m++) {
        if (strcmp(m->service, t->service))
            continue;
        if (!t->mode || !strcmp(t->mode, m->name)) {
            o->b->mode = m;
            o->b->terms.mode = m->name;
            return true;
        }
        all = arena_printf(o->arena, "%s%s%s", all, *all ? ", " : "there are ", m->name);
    }
    return refuse(o, "billing", "E0716", all,
                  arena_printf(o->arena, "there is no billing '%s' for %s", t->mode, t->service));
}

/* The one asked for where there are prices of it, else the first of the table. */
static void find_region(struct opener *o)
{
    struct billing_terms *t = &o->b->terms;
    const char *first = NULL;
    for (size_t i = 0; i < o->prices->rows.count; i++) {
        const struct price *p = &o->prices->rows.items[i];
        if (strcmp(p->service, t->service) || !p->region)
            continue;
        if (t->region && !strcmp(t->region, p->region))
            return;
        first = first ? first : p->region;
    }
    if (t->region && first)
        o->b->other_region = t->region;
    t->region = first;
}

/* "there are db.r6g.large, db.r8g.large …": what has a price among those of one word. */
static const char *list_classes(struct opener *o, const char *word)
{
    const char *all = NULL;
    size_t n = strlen(word);
    for (size_t i = 0; i < o->prices->rows.count; i++) {
        const struct price *p = &o->prices->rows.items[i];
        if (!strcmp(p->service, o->b->terms.service) && !strncmp(p->item, word, n) && p->item[n] == ' ')
            all = arena_printf(o->arena, "%s%s", all ? arena_printf(o->arena, "%s, ", all) : "there are ",
                               p->item + n + 1);
    }
    return all;
}

static bool find_price(struct opener *o, const struct mode_line *line, struct price *out)
{
    const struct billing_terms *t = &o->b->terms;
    bool class = !strncmp(line->item, "instance", 8);
    const char *item = class ? arena_printf(o->arena, "%s %s", line->item, t->instance) : line->item;
    const struct price *p = prices_find(o->prices, t->service, t->region, item);
    if (p) {
        *out = *p;
        return true;
    }
    return refuse(o, class ? "instance" : "prices", "E0716",
                  class ? list_classes(o, line->item)
                        : "a price table of your own may have it: `prices \"mine.csv\"`",
                  arena_printf(o->arena, "there is not a price of '%s' for %s%s%s", item, t->service,
                               t->region ? " in " : "", t->region ? t->region : ""));
}

static bool take_hourly(struct opener *o)
{
    if (!(o->b->terms.hourly > 0))
        return refuse(o, "prices", "E0716", "such as `hourly 0.35`, in US dollars",
                      "what a server costs is missing");
    o->b->prices[0] = (struct price){.service = "self_hosted", .item = "server", .usd = o->b->terms.hourly,
                                     .per = PER_HOUR, .date = "",
                                     .checked = CHECKED_GIVEN};
    return true;
}

bool billing_open(struct billing *b, struct arena *arena, const struct prices *prices,
                  const struct billing_terms *terms, struct billing_fault *fault)
{
    struct opener o = {b, arena, prices, fault};
    *b = (struct billing){.terms = *terms};
    if (!strcmp(terms->service, "none"))
        return true;
    if (!find_mode(&o))
        return false;
    b->terms.instance = terms->instance ? terms->instance : default_instance;
    b->terms.capacity = terms->capacity > 0 ? terms->capacity : 1;
    b->terms.regions = terms->regions > 0 ? terms->regions : 1;
    if (!strcmp(terms->service, "self_hosted"))
        return take_hourly(&o);
    find_region(&o);
    for (int i = 0; i < BILLING_LINES && b->mode->lines[i].item; i++)
        if (!find_price(&o, &b->mode->lines[i], &b->prices[i]))
            return false;
    return true;
}

/* ---- a cost ---- */

static void note(struct cost *c, const char *text)
{
    if (c->nnotes < COST_NOTES)
        c->notes[c->nnotes++] = text;
}

/* The least that is sold, or declared, in what is priced. */
static double least_of(const struct billing *b, const struct mode_line *line, const struct billing_demand *d)
{
    const struct billing_terms *t = &b->terms;
    if (line->shape != COST_BY_CAPACITY)
        return 0;
    switch (line->by) {
    case BY_READS: return d->tables * fmax(line->least, t->read_units);
    case BY_WRITES: return d->tables * fmax(line->least, t->write_units);
    case BY_UNITS:
        return fmax(line->least,
                    ceil(t->throughput / line->size * (strcmp(b->mode->name, "autoscale") ? 1 : 0.1)));
    default: return fmax(line->least, t->capacity);
    }
}

/* How much of it, and who says so. */
static double amount_of(const struct billing *b, const struct mode_line *line, const struct billing_demand *d,
                        enum cost_basis *basis)
{
    const struct billing_terms *t = &b->terms;
    *basis = d->basis;
    switch (line->by) {
    case BY_READS: return d->units.reads;
    case BY_WRITES: return d->units.writes;
    case BY_UNITS: return d->units.reads + d->units.writes;
    case BY_CAPACITY:
        *basis = t->serves > 0 ? COST_DECLARED : d->carries > 0 ? COST_MEASURED : COST_ASSUMED;
        return t->serves > 0 ? t->capacity / t->serves : d->carries > 0 ? t->capacity / d->carries : 0;
    case BY_IO: *basis = t->io_per_request > 0 ? COST_DECLARED : COST_ASSUMED; return t->io_per_request;
    case BY_STORED:
        *basis = t->stored_bytes > 0 ? COST_DECLARED : COST_MODELLED;
        return (t->stored_bytes > 0 ? t->stored_bytes : d->stored_bytes) / COST_GB;
    default: *basis = t->restore_bytes > 0 ? COST_DECLARED : COST_ASSUMED; return t->restore_bytes / COST_GB;
    }
}

/* Copies in other regions: of what is stored, and of capacity that is sold in units of requests. Terms of
 * what is not sold by the region have one. */
static double times_of(const struct billing *b, const struct mode_line *line)
{
    return line->by == BY_STORED || line->shape == COST_BY_CAPACITY ? b->terms.regions : 1;
}

/* "1 compute unit", "2 × db.r8g.large" */
static void put_capacity(struct buf *text, const struct billing *b, const struct cost_line *line)
{
    bool class = !strncmp(line->price.item, "instance", 8);
    buf_printf(text, "%g %s", b->terms.capacity, class ? "× " : "");
    price_put_unit(&line->price, text);
    buf_puts(text, b->terms.capacity != 1 && !class ? "s" : "");
}

static void add_notes(const struct billing *b, struct arena *arena, const struct billing_demand *d,
                      struct cost *c)
{
    struct buf text = {0};
    for (uint32_t i = 0; i < c->nlines; i++) {
        const struct mode_line *line = &b->mode->lines[i];
        enum cost_basis basis = c->lines[i].basis;
        buf_clear(&text);
        if (line->by == BY_CAPACITY) {
            put_capacity(&text, b, &c->lines[i]);
            bool many = b->terms.capacity != 1;
            if (basis == COST_ASSUMED)
                buf_printf(&text, " %s an unknown load: set `serves`", many ? "carry" : "carries");
            else if (basis == COST_MEASURED)
                buf_printf(&text,
                           " %s as many requests a second as were measured, and more %s needed in proportion",
                           many ? "carry" : "carries", many ? "are" : "is");
            else
                buf_printf(&text,
                           " %s %.10g requests a second, as declared, and more %s needed in proportion",
                           many ? "carry" : "carries", b->terms.serves, many ? "are" : "is");
        } else if (i == 0 && line->shape == COST_BY_CAPACITY) {
            buf_puts(&text, "what is provisioned is taken to be used in full, at a steady rate");
        } else if (line->by == BY_IO && basis == COST_ASSUMED) {
            buf_puts(&text, "no storage I/O is counted, as if all pages were in memory: `io_per_request` "
                            "says how many a request takes");
        }
        if (text.len)
            note(c, arena_strdup(arena, buf_text(&text)));
    }
    if (b->other_region)
        note(c, arena_printf(arena, "there are no prices of the region '%s': these are of %s",
                             b->other_region, b->terms.region));
    if (d->emulated > 0)
        note(c, arena_printf(arena,
                             "an emulator answered: the %.4g units a request that it counted are not %s's, "
                             "and are left aside",
                             d->emulated, b->terms.service));
    buf_release(&text);
}

void billing_cost(const struct billing *b, struct arena *arena, const struct billing_demand *d,
                  struct cost *c)
{
    *c = (struct cost){.stored_bytes = b->terms.stored_bytes > 0 ? b->terms.stored_bytes : d->stored_bytes, .emulated = d->emulated};
    if (!b->mode)
        return;
    c->service = b->mode->service;
    c->billing = b->mode->name;
    for (int i = 0; i < BILLING_LINES && b->mode->lines[i].item; i++) {
        const struct mode_line *line = &b->mode->lines[i];
        struct cost_line *out = &c->lines[c->nlines++];
        *out = (struct cost_line){.price = b->prices[i], .shape = line->shape, .size = line->size, .step = line->step};
        out->amount = amount_of(b, line, d, &out->basis);
        out->hired = line->by == BY_CAPACITY;
        out->least = least_of(b, line, d);
        out->times = times_of(b, line);
        c->assumed |= out->hired && out->basis == COST_ASSUMED;
    }
    add_notes(b, arena, d, c);
}
