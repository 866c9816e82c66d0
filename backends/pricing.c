/* pricing.c - settings of payment: read, checked, and made into terms. */
#include "config.h"

#include "backends/pricing.h"

#include <string.h>

#include "base/file.h"
#include "base/units.h"

const struct pricing_setting pricing_settings[] = {
    {{"prices", NULL, NULL,
      "whose prices: those of a service, self_hosted, none; or a table of your own, \"mine.csv\"",
      false, SETTING_TEXT}, NULL},
    {{"billing", NULL, NULL, "how it is charged; see docs/cost.md", false, SETTING_TEXT}, NULL},
    {{"region", NULL, NULL, "whose prices apply", false, SETTING_TEXT}, NULL},
    {{"regions", NULL, NULL, "how many hold a copy; default 1", false, SETTING_COUNT, .most = 1000},
     "cosmosdb"},
    {{"instance", NULL, NULL, "instance class; default db.r8g.large", false, SETTING_TEXT}, "aurora"},
    {{"capacity", NULL, NULL, "instances, capacity units, compute units or servers; default 1", false,
      SETTING_AMOUNT}, "aurora lakebase self_hosted"},
    {{"serves", NULL, NULL, "the rate that this capacity sustains; higher rates need more in proportion",
      false, SETTING_RATE}, "aurora lakebase self_hosted"},
    {{"io_per_request", NULL, NULL, "storage I/Os per request; default 0", false, SETTING_AMOUNT}, "aurora"},
    {{"hourly", NULL, NULL, "US dollars per server and hour; implies `prices self_hosted`", false,
      SETTING_AMOUNT}, "self_hosted"},
    {{"stored", NULL, NULL, "amount stored, 10GiB say; default: the workload's data", false, SETTING_SIZE},
     NULL},
    {{"restore", NULL, NULL, "history kept for the restore window, 5GiB say; default 0", false, SETTING_SIZE},
     "lakebase"},
    {{NULL, NULL, NULL, NULL, false, SETTING_TEXT}, NULL},
};

int pricing_place(const char *setting)
{
    for (int i = 0; pricing_settings[i].def.name; i++)
        if (!strcmp(pricing_settings[i].def.name, setting))
            return i;
    return -1;
}

/* ---- values ---- */

static const char *value_of(const struct instance *inst, const char *setting)
{
    int at = pricing_place(setting);
    if (setting_place(inst->backend, setting) >= 0)
        return instance_find(inst, setting);
    return at >= 0 ? inst->pricing[at] : NULL;
}

static double number_of(const struct instance *inst, const char *setting)
{
    const char *v = value_of(inst, setting);
    struct quantity q;
    return v && quantity_parse(v, strlen(v), &q) ? q.value : 0;
}

static void fault(struct pricer *p, struct instance *inst, const struct ir_backend *block,
                  const char *setting, const char *code, const char *hint, const char *message)
{
    struct span span = block->span;
    for (uint32_t i = 0; i < block->nsettings; i++)
        if (!strcmp(block->settings[i].name, setting))
            span = block->settings[i].span;
    diag_add(p->diags, SEVERITY_ERROR, code, span, hint, "%s: %s", inst->name, message);
    p->failed = true;
}

/* ---- which prices ---- */

enum { MOST_TABLE = 256 << 20 };                      /* bytes of a price table */

/* The table in a file beside the workload; NULL where it cannot be read, which has been reported. */
static const struct prices *read_file(struct pricer *p, const struct ir_setting *s, const char *name,
                                      const char *service)
{
    struct error err = {0};
    const char *path = file_beside(p->arena, p->diags->sources.items[s->span.file].name, name), *text;
    uint32_t size;
    struct prices *found = map_find(&p->files, path);
    if (found)
        return found;
    found = arena_new(p->arena, struct prices);
    map_add(p->arena, &p->files, path, found);
    if (file_read_text(p->arena, path, MOST_TABLE, &text, &size, &err) < 0) {
        diag_add(p->diags, SEVERITY_ERROR, "E0705", s->span, NULL, "%s", err.text);
        p->failed = true;
        return NULL;
    }
    if (!prices_read(found, p->arena, p->diags, diags_add_source(p->diags, path, text, size), service))
        p->failed = true;
    return found;
}

/* Whose prices a table of one's own has: the backend's where there are any, else those of its first row. */
static const char *service_of(const struct prices *own, const char *service)
{
    if (!own->rows.count || (service && prices_find(own, service, NULL, own->rows.items[0].item)))
        return service;
    for (size_t i = 0; i < own->rows.count; i++)
        if (service && !strcmp(own->rows.items[i].service, service))
            return service;
    return own->rows.items[0].service;
}

static bool is_listed(const char *names, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = names; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (!strncmp(at, name, n) && (at[n] == ' ' || !at[n]))
            return true;
    }
    return false;
}

/* "dynamodb, cosmosdb, aurora": those whose way of charging is known and that take this setting; NULL: all. */
static const char *list_services(struct pricer *p, const char *setting)
{
    struct buf b = {0};
    const char *mode, *help, *service, *last = "";
    for (uint32_t i = 0; (service = billing_service_at(i, &mode, &help)); i++) {
        if (strcmp(service, last) != 0 &&
            (!setting || is_listed(pricing_settings[pricing_place(setting)].services, service)))
            buf_printf(&b, "%s%s", b.len ? ", " : "", service);
        last = service;
    }
    const char *names = arena_strdup(p->arena, buf_text(&b));
    buf_release(&b);
    return names;
}

static void name_tables(struct pricer *p, struct instance *inst, const struct ir_backend *block,
                        const char *asked)
{
    static const char *const others[] = {"self_hosted", "none"};
    struct nearest near = {0};
    const char *mode, *help, *service;
    for (uint32_t i = 0; (service = billing_service_at(i, &mode, &help)); i++)
        nearest_try(&near, asked, service);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        nearest_try(&near, asked, others[i]);
    fault(p, inst, block, "prices", "E0716",
          near.name ? arena_printf(p->arena, "did you mean '%s'?", near.name)
                    : arena_printf(p->arena, "there are %s and none; a table of your own is \"mine.csv\"",
                                   list_services(p, NULL)),
          arena_printf(p->arena, "there are no prices '%s'", asked));
}

/* Sets the service, and the rows that go before those that are built in. False: the reason has been
 * reported. */
static bool choose(struct pricer *p, struct instance *inst, const struct ir_backend *block,
                   const char **service, const struct prices **own)
{
    const char *asked = value_of(inst, "prices");
    *service = inst->kind->service;
    if (!asked) {
        if (value_of(inst, "hourly"))
            *service = "self_hosted";
        return true;
    }
    if (!strpbrk(asked, "./")) {
        *service = asked;
        if (!billing_knows(asked))
            name_tables(p, inst, block, asked);
        return billing_knows(asked);
    }
    for (uint32_t i = 0; i < block->nsettings; i++)
        if (!strcmp(block->settings[i].name, "prices"))
            *own = read_file(p, &block->settings[i], asked, *service);
    if (!*own || !(*own)->rows.count)
        return false;                                 /* what is wrong with it has been reported */
    *service = service_of(*own, *service);
    if (!*service || !billing_knows(*service)) {
        fault(p, inst, block, "prices", "E0716",
              arena_printf(p->arena, "its column `service` says whose prices they are: %s",
                           list_services(p, NULL)),
              *service ? arena_printf(p->arena, "it is unknown how '%s' charges", *service)
                       : "the table does not say whose prices it has");
        return false;
    }
    return true;
}

/* ---- terms ---- */

/* A setting that this service has no use for would be a mistake about what is paid. */
static bool check_use(struct pricer *p, struct instance *inst, const struct ir_backend *block,
                      const char *service)
{
    bool good = true;
    for (int i = 0; pricing_settings[i].def.name; i++) {
        const struct pricing_setting *s = &pricing_settings[i];
        if (!inst->pricing[i] || !s->services || is_listed(s->services, service))
            continue;
        fault(p, inst, block, s->def.name, "E0716",
              arena_printf(p->arena, "it is a setting for the prices of %s", s->services),
              arena_printf(p->arena, "'%s' means nothing where %s is paid", s->def.name, service));
        good = false;
    }
    return good;
}

static struct billing_terms terms_of(const struct instance *inst, const char *service)
{
    bool same = inst->kind->service && !strcmp(service, inst->kind->service);
    bool own_billing = value_of(inst, "billing") != inst->pricing[pricing_place("billing")];
    return (struct billing_terms){
        .service = service, .mode = own_billing && !same ? NULL : value_of(inst, "billing"),
        .region = value_of(inst, "region"),
        .instance = value_of(inst, "instance"), .hourly = number_of(inst, "hourly"),
        .regions = number_of(inst, "regions"),
        .capacity = number_of(inst, "capacity"), .serves = number_of(inst, "serves"),
        .throughput = number_of(inst, "throughput"),
        .read_units = number_of(inst, "read_units"), .write_units = number_of(inst, "write_units"),
        .io_per_request = number_of(inst, "io_per_request"), .stored_bytes = number_of(inst, "stored"),
        .restore_bytes = number_of(inst, "restore"),
    };
}

void pricing_settle(struct pricer *p, struct instance *inst, const struct ir_backend *block)
{
    const char *service = NULL;
    const struct prices *own = NULL;
    struct prices all = {0};
    struct billing_fault wrong = {0};
    if (!choose(p, inst, block, &service, &own))
        return;
    service = service ? service : "none";
    if (block && !check_use(p, inst, block, service))
        return;
    if (!p->builtin.rows.count)
        prices_add_builtin(&p->builtin, p->arena);
    for (size_t i = 0; own && i < own->rows.count; i++)
        vec_push(p->arena, &all.rows, own->rows.items[i]);
    for (size_t i = 0; i < p->builtin.rows.count; i++)
        vec_push(p->arena, &all.rows, p->builtin.rows.items[i]);
    struct billing_terms terms = terms_of(inst, service);
    const char *hourly = list_services(p, "capacity");
    if (!billing_open(&inst->billing, p->arena, &all, &terms, &wrong))
        fault(p, inst, block, wrong.setting, wrong.code, wrong.hint, wrong.message);
    else if (billing_by_units(&inst->billing) &&
             !(inst->kind->service && !strcmp(service, inst->kind->service)))
        fault(
            p, inst, block, "prices", "E0716",
            arena_printf(p->arena, "what is paid by the hour can be said of any: %s", hourly),
            arena_printf(p->arena, "what %s consumes is not what %s charges for", inst->kind->name, service));
}

/* ---- what is asked of it ---- */

double pricing_stored_bytes(const struct instance *inst, const struct ir *ir)
{
    double bytes = 0;
    for (uint32_t i = 0; i < ir->ntables; i++) {
        const struct table *t = &ir->tables[i];
        bytes += (double)t->rows *
                 (inst->backend->stored_row ? inst->backend->stored_row(inst, t) : data_row_bytes(t));
    }
    return bytes;
}

bool pricing_model_units(const struct instance *inst, const struct plan *plan, struct units *units)
{
    *units = (struct units){0};
    for (uint32_t i = 0; inst->backend->model_units && i < plan->nrequests; i++) {
        const struct request *r = &plan->requests[i];
        *(request_writes(r) ? &units->writes : &units->reads) += inst->backend->model_units(inst, r);
    }
    return inst->backend->model_units != NULL;
}
