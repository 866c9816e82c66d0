/* instances.c - from backend blocks, names on the command line and the environment to instances. */
#include "config.h"

#include "backends/instances.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "backends/address.h"
#include "backends/environment.h"
#include "backends/pricing.h"
#include "base/bug.h"
#include "base/file.h"

struct maker {
    struct instances *out;
    const struct data *data;
    const struct instances_options *options;
    struct diags *diags;
    struct pricer pricer;
    bool failed;
};

/* ---- names ---- */

static bool is_listed(const char *names, const char *name)
{
    for (const char *at = names; at; at = strchr(at, ',')) {
        at += *at == ',';
        while (isspace((unsigned char)*at))
            at++;
        char item[64];
        snprintf(item, sizeof item, "%.*s", (int)strcspn(at, ", "), at);
        if (!strcmp(kind_real_name(item), name) || !strcmp(item, name))
            return true;
    }
    return false;
}

bool instance_is_named(const char *names, const struct instance *inst)
{
    return is_listed(names, inst->name) || is_listed(names, inst->kind->name) ||
           is_listed(names, inst->kind->keyword);
}

/* Of what the file or the environment says nothing, `all` takes but one name of each kind of server. */
static bool is_of_all(const struct instances_options *o, const struct instance *inst)
{
    switch (inst->kind->in_all) {
    case IN_ALL: return true;
    case IN_ALL_SERVICE: return o->services || inst->has_block || instance_is_configured(inst);
    case IN_ALL_IF_CONFIGURED: return inst->has_block || instance_is_configured(inst);
    case IN_ALL_NEVER: return false;
    }
    return false;
}

static bool is_wanted(const struct instances_options *o, const struct instance *inst)
{
    return (is_listed(o->names, "all") && is_of_all(o, inst)) || instance_is_named(o->names, inst);
}

/* ---- settings ---- */

bool instance_set(struct arena *arena, struct instance *inst, const char *setting, const char *value)
{
    int at = setting_place(inst->backend, setting);
    if (at >= 0)
        inst->values[at] = arena_strdup(arena, value);
    return at >= 0;
}

static const char *read_line(struct arena *arena, const char *path, struct error *err)
{
    enum { MOST_FILE = 1 << 20 };
    struct buf b = {0};
    const char *text = NULL;
    if (file_read_line(path, MOST_FILE, &b, err) == 0)
        text = file_first_line(arena, &b, arena_printf(arena, "'%s' cannot be read", path), err);
    buf_release(&b);
    return text;
}

/* What is secret, and who it is of, may end within the run: the command is kept. */
static const char *ask_command(struct maker *m, struct instance *inst, const struct ir_setting *s,
                               struct error *err)
{
    struct renewed first = {.arena = m->out->arena};
    int at = setting_place(inst->backend, s->name);
    bool ends = at >= 0 && (inst->backend->settings[at].secret || !strcmp(s->name, "access_key"));
    if (ends && !inst->renewal)
        inst->renewal = renewal_new();
    int rc = ends ? renewal_add(inst->renewal, renewal_fetch_command, s->text, s->name, &first, err)
                  : renewal_fetch_command(s->text, s->name, &first, err);
    return rc < 0 ? NULL : first.items[0].value;
}

static void fault(struct maker *m, struct span span, const char *code, const char *hint, const char *message)
{
    diag_add(m->diags, SEVERITY_ERROR, code, span, hint, "%s", message);
    m->failed = true;
}

/* A place to show for what a variable says: its name alone. */
static struct span span_of_variable(struct maker *m, const char *variable)
{
    const char *text = arena_printf(m->out->arena, "%s=***", variable);
    uint32_t size = (uint32_t)strlen(text);
    return (struct span){diags_add_source(m->diags, "environment", text, size), 0, size};
}

/* The same for a backend that is named on the command line. */
static struct span span_of_name(struct maker *m, const char *name)
{
    uint32_t size = (uint32_t)strlen(name);
    return (struct span){diags_add_source(m->diags, "--backends", name, size), 0, size};
}

/* A variable that is not set keeps the block out of `all`; who names the backend has to set it. */
static const char *from_variable(struct maker *m, struct instance *inst, const struct ir_setting *s)
{
    const char *v = getenv(s->text);
    if (!v && !instance_is_named(m->options->names, inst))
        inst->unset = s->text;
    else if (!v)
        fault(m, s->span, "E0704", arena_printf(m->out->arena, "export %s=…", s->text),
              arena_printf(m->out->arena, "the environment variable '%s' of the setting '%s' is not set",
                           s->text, s->name));
    return v;
}

/* The value of a setting in a block; NULL where there is none, which is a fault when running. */
static const char *value_of(struct maker *m, struct instance *inst, const struct ir_setting *s, bool resolve)
{
    struct error err = {0};
    const char *v = NULL;
    if (s->source == SETTING_LITERAL || !resolve)
        return s->source == SETTING_LITERAL ? s->text : NULL;
    if (s->source == SETTING_ENV)
        return from_variable(m, inst, s);
    if (s->source == SETTING_FILE && !(v = read_line(m->out->arena, s->text, &err)))
        fault(m, s->span, "E0705", NULL, arena_printf(m->out->arena, "the file %s", err.text));
    if (s->source == SETTING_COMMAND && !(v = ask_command(m, inst, s, &err)))
        fault(m, s->span, "E0722", NULL, err.text);
    return v;
}

static void check_form(struct maker *m, const struct setting_def *def, const char *value, struct span span,
                       const char *variable)
{
    const char *expected = value ? setting_expects(def, value) : NULL;
    if (!expected)
        return;
    const char *what = variable ? arena_printf(m->out->arena,
                                               "the environment variable '%s', of the setting '%s',",
                                               variable, def->name)
                                : arena_printf(m->out->arena, "the setting '%s'", def->name);
    span = variable ? span_of_variable(m, variable) : span;
    const char *most = def->most
                           ? arena_printf(m->out->arena, ", at most %llu", (unsigned long long)def->most)
                           : "";
    bool free_of_charge = !strcmp(def->name, "hourly") && strspn(value, "0.") == strlen(value);
    fault(m, span, "E0708", free_of_charge ? "leave it out: what has no price is compared by its speed" : NULL,
          arena_printf(m->out->arena, "%s cannot be '%s': expected %s%s", what, def->secret ? "***" : value,
                       expected, most));
}

/* Before any library reads it, which would repeat a part of the password. */
static void check_address(struct maker *m, const struct instance *inst, const char *uri, struct span span,
                          const char *variable)
{
    enum uri_reader by = inst->backend->uri;
    const char *wrong = uri && by != URI_OF_SERVICE ? address_fault(uri, by == URI_LENIENT) : NULL;
    if (wrong)
        fault(m, variable ? span_of_variable(m, variable) : span, "E0723", ADDRESS_HINT,
              arena_printf(m->out->arena, "the address in %s '%s' would be misread: %s",
                           variable ? "the environment variable" : "the setting", variable ? variable : "uri",
                           wrong));
}

/* What clients and frameworks call the settings; words: with a blank before and behind each. The first that
 * the backend has is meant. */
static const struct { const char *setting, *words; } synonyms[] = {
    {"table_prefix", " prefix tables table tableprefix container containers collection "},
    {"endpoint", " url account "},
    {"uri", " url dsn connection_string connectionstring conninfo jdbc jdbc_url "},
    {"host", " hostname server address addr "},
    {"database", " db dbname database_name db_name schema "},
    {"path", " file filename db database dbname data_source uri url "},
    {"user", " username login role "},
    {"password", " pass passwd pwd "},
    {"access_key", " access_key_id aws_access_key_id accesskey "},
    {"secret_key", " secret secret_access_key aws_secret_access_key secretkey "},
    {"session_token", " token aws_session_token "},
    {"key", " account_key master_key primary_key secret "},
    {"region", " zone location aws_region "},
    {"connections", " pool pool_size poolsize max_connections max_pool_size maxpoolsize "},
    {"connect_timeout", " timeout connection_timeout "},
    {"sslmode", " ssl tls ssl_mode "},
    {"ssl", " tls sslmode ssl_mode "},
    {"ca", " sslrootcert ssl_ca cafile ca_file cacert root_cert "},
    {"throughput", " ru rus request_units "},
    {"read_units", " rcu read_capacity "},
    {"write_units", " wcu write_capacity "},
    {"hourly", " price cost usd_per_hour "},
};

static bool has_setting(const struct instance *inst, const char *name)
{
    return setting_place(inst->backend, name) >= 0 || pricing_place(name) >= 0;
}

static const char *hint_for_setting(struct maker *m, const struct instance *inst, const char *name)
{
    struct nearest near = {0};
    const char *word = arena_printf(m->out->arena, " %s ", name);
    for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
        if (strcasestr(synonyms[i].words, word) && has_setting(inst, synonyms[i].setting))
            return arena_printf(m->out->arena, "did you mean '%s'?", synonyms[i].setting);
    for (int k = 0; inst->backend->settings[k].name; k++)
        nearest_try(&near, name, inst->backend->settings[k].name);
    for (int k = 0; pricing_settings[k].def.name; k++)
        nearest_try(&near, name, pricing_settings[k].def.name);
    return near.name ? arena_printf(m->out->arena, "did you mean '%s'?", near.name)
                     : "`wklc --list-backends` names its settings";
}

/* `enabled off` keeps a block out of `all`. */
static void take_enabled(struct maker *m, struct instance *inst, const struct ir_setting *s)
{
    static const struct setting_def enabled = {.name = "enabled", .form = SETTING_SWITCH};
    const char *v = value_of(m, inst, s, m->options->resolve);
    check_form(m, &enabled, v, s->span, NULL);
    if (v && !switch_is_on(v))
        inst->off = "`enabled off`";
}

/* What a block names is read only where its backend is wanted: the variables of the others need not be
 * set. */
static void take_block(struct maker *m, struct instance *inst, const struct ir_backend *block)
{
    bool resolve = m->options->resolve && is_wanted(m->options, inst);
    for (uint32_t i = 0; i < block->nsettings; i++) {
        const struct ir_setting *s = &block->settings[i];
        int at = setting_place(inst->backend, s->name), paid = pricing_place(s->name);
        if (at < 0 && !strcmp(s->name, "engine"))
            continue;
        if (!strcmp(s->name, "enabled")) {
            take_enabled(m, inst, s);
            continue;
        }
        if (at >= 0) {
            inst->values[at] = value_of(m, inst, s, resolve);
            check_form(m, &inst->backend->settings[at], inst->values[at], s->span, NULL);
            if (!strcmp(s->name, "uri"))
                check_address(m, inst, inst->values[at], s->span, NULL);
            continue;
        }
        if (paid >= 0) {
            inst->pricing[paid] = value_of(m, inst, s, resolve);
            check_form(m, &pricing_settings[paid].def, inst->pricing[paid], s->span, NULL);
            continue;
        }
        fault(m, s->span, "E0703", hint_for_setting(m, inst, s->name),
              arena_printf(m->out->arena, "backend '%s' has no setting '%s'", block->kind, s->name));
    }
}

/* Where nothing else says where it is: a variable such as DATABASE_URL, which tells by its scheme whose it
 * is. */
static void take_url(struct maker *m, struct instance *inst)
{
    const char *url = NULL, *variable = NULL;
    if (instance_is_configured(inst))
        return;
    for (int i = 0; !url && inst->kind->urls[i]; i++) {
        variable = inst->kind->urls[i];
        url = environment_url(m->out->arena, inst->kind, i);
    }
    if (!url)
        return;
    instance_set(m->out->arena, inst, "uri", url);
    if (is_wanted(m->options, inst))
        check_address(m, inst, url, (struct span){0}, variable);
}

/* As in the backend's own clients, a variable gives way to what an address says itself, and PostgreSQL's to a
 * service's file, behind which libpq reads them by itself. `ours`: by setting, what came from a variable. */
static void give_way(struct instance *inst, const bool *ours)
{
    int uri = setting_place(inst->backend, "uri"), service = setting_place(inst->backend, "service");
    const char *address = uri >= 0 ? inst->values[uri] : NULL;
    int socket = setting_place(inst->backend, "socket"), host = setting_place(inst->backend, "host"),
        port = setting_place(inst->backend, "port");
    if (socket >= 0 && ours[socket] && !address &&
        ((inst->values[host] && !ours[host] && strcasecmp(inst->values[host], "localhost") != 0) ||
         (inst->values[port] && !ours[port])))
        inst->values[socket] = NULL;                  /* which another host, or a port, of the block rules
                                                         out */
    bool by_file = service >= 0 && inst->values[service] && !strcmp(inst->kind->env_prefix, "PG");
    for (int i = 0; inst->backend->settings[i].name; i++)
        if (ours[i] && i != uri && i != service &&
            (by_file || (address && environment_address_says(address, inst->backend->settings[i].name))))
            inst->values[i] = inst->backend->settings[i].fallback;
}

static void take_environment(struct maker *m, struct instance *inst)
{
    bool ours[MAX_SETTINGS] = {false}, placed = instance_is_configured(inst);
    for (int i = 0; inst->backend->settings[i].name; i++) {
        const struct setting_def *def = &inst->backend->settings[i];
        BUG_UNLESS(i < MAX_SETTINGS);
        if (!inst->values[i] && def->env && m->options->resolve) {
            const char *variable = NULL;
            inst->values[i] = environment_value(m->out->arena, inst->kind, def, &variable);
            ours[i] = inst->values[i] != NULL;
            if (inst->values[i] && is_wanted(m->options, inst))
                check_form(m, def, inst->values[i], (struct span){0}, variable);
        }
        if (!inst->values[i])
            inst->values[i] = def->fallback;
    }
    if (!m->options->resolve)
        return;
    take_url(m, inst);
    give_way(inst, ours);
    if (!placed)
        inst->rivals = environment_rivals(m->out->arena, inst);
}

bool instance_is_configured(const struct instance *inst)
{
    const char *const *by = inst->kind->configured_by;
    for (int i = 0; i < 4 && by[i]; i++) {
        const char *v = instance_get(inst, by[i]);
        if (v && *v)
            return true;
    }
    return !by[0];
}

/* ---- instances ---- */

/* What the backend finds by ways of its own: an error where it is named, else it is left out. */
static void settle(struct maker *m, struct instance *inst)
{
    struct error err = {0};
    bool named = instance_is_named(m->options->names, inst);
    if (!inst->backend->settle || !m->options->resolve || !is_wanted(m->options, inst) ||
        inst->backend->settle(m->out->arena, inst, named && !m->options->local, &err) == 0)
        return;
    if (named)
        fault(m, span_of_name(m, inst->name), "E0704", NULL,
              arena_printf(m->out->arena, "%s: %s", inst->name, err.text));
    else
        inst->off = arena_strdup(m->out->arena, err.text);
}

static struct instance *add(struct maker *m, const struct kind *kind, const char *name,
                            const struct ir_backend *block)
{
    struct instance *inst = arena_new(m->out->arena, struct instance);
    *inst = (struct instance){.name = name, .kind = kind, .backend = kind->backend, .data = m->data, .has_block = block != NULL};
    if (block)
        take_block(m, inst, block);
    take_environment(m, inst);
    settle(m, inst);
    if (!m->failed)
        pricing_settle(&m->pricer, inst, block);
    vec_push(m->out->arena, &m->out->items, inst);
    return inst;
}

static const char *setting_text(const struct ir_backend *b, const char *name, struct span *span)
{
    for (uint32_t i = 0; i < b->nsettings; i++)
        if (!strcmp(b->settings[i].name, name)) {
            *span = b->settings[i].span;
            return b->settings[i].text;
        }
    return NULL;
}

static const char *all_kinds(struct arena *arena)
{
    const char *all = "", *last = "";
    for (const struct kind *k = backend_kinds; k->name; k++) {
        if (!strcmp(k->keyword, last))
            continue;
        last = k->keyword;
        all = arena_printf(arena, "%s%s%s", all, *all ? ", " : "", k->keyword);
    }
    return all;
}

/* Those that speak what was asked for ("postgres"), or all of them. */
static const char *name_kinds(struct maker *m, const char *asked)
{
    const char *speak = "";
    for (const struct kind *k = backend_kinds; k->name; k++)
        if (!strcasecmp(k->backend->name, asked) || !strcasecmp(k->backend->title, asked))
            speak = arena_printf(m->out->arena, "%s%s%s", speak, *speak ? ", " : "", k->name);
    return *speak ? arena_printf(m->out->arena, "%s is spoken by %s", asked, speak)
                  : arena_printf(m->out->arena, "there are %s", all_kinds(m->out->arena));
}

/* "engines of aurora are 'postgres' and 'mysql'" */
static const char *name_engines(struct maker *m, const char *keyword)
{
    const char *all = "";
    for (const struct kind *k = backend_kinds; k->name; k++)
        if (k->engine && !strcmp(k->keyword, keyword))
            all = arena_printf(m->out->arena, "%s%s'%s'", all, *all ? " and " : "", k->engine);
    return *all ? arena_printf(m->out->arena, "engines of %s are %s", keyword, all)
                : "leave it out: it has no engines";
}

static const struct kind *kind_of_block(struct maker *m, const struct ir_backend *b)
{
    struct span span = b->span;
    const char *engine = setting_text(b, "engine", &span), *name = kind_real_name(b->kind);
    const struct kind *k = kind_named(name) && !engine ? kind_named(name) : kind_find(name, engine);
    if (k)
        return k;
    if (engine && kind_find(name, NULL)) {
        fault(m, span, "E0702", name_engines(m, name),
              arena_printf(m->out->arena, "backend '%s' has no engine '%s'", b->kind, engine));
        return NULL;
    }
    struct nearest near = {0};
    for (const struct kind *kind = backend_kinds; kind->name; kind++)
        nearest_try(&near, b->kind, kind->keyword);
    fault(m, b->span, "E0701",
          near.name ? arena_printf(m->out->arena, "did you mean '%s'?", near.name) : name_kinds(m, b->kind),
          arena_printf(m->out->arena, "unknown backend '%s'", b->kind));
    return NULL;
}

/* A block's instance: named by `as`, or by its kind's full name: backend aurora { engine mysql } is
 * aurora_mysql. */
static void add_block(struct maker *m, const struct ir_backend *b)
{
    const struct kind *k = kind_of_block(m, b);
    if (k)
        add(m, k, strcmp(b->name, b->kind) ? b->name : k->name, b);
}

static bool has_kind(const struct instances *list, const struct kind *k)
{
    for (size_t i = 0; i < list->items.count; i++)
        if (list->items.items[i]->kind == k)
            return true;
    return false;
}

/* A block of another name takes the place of its kind; who names the kind beside it means the environment's
 * own server too. */
static bool is_second(const struct maker *m, const struct kind *k)
{
    bool beside = false;
    for (size_t i = 0; i < m->out->items.count; i++) {
        const struct instance *inst = m->out->items.items[i];
        if (!strcmp(inst->name, k->name))
            return false;
        beside |= inst->kind == k && is_listed(m->options->names, inst->name);
    }
    return beside && is_listed(m->options->names, k->name);
}

/* Each name on the command line must mean something. */
static int check_names(struct arena *arena, const char *names, const struct instances *all, struct error *err)
{
    if (!names[strspn(names, " ,")])
        return error_set(err, ERR_USAGE, "no backend is named: `wklc --list-backends` names them");
    for (const char *at = names; *at;) {
        size_t n = strcspn(at, ","), blanks = strspn(at, " ");
        const char *name = arena_strndup(arena, at + blanks, blanks < n ? strcspn(at + blanks, ", ") : 0);
        at += n + (at[n] == ',');
        if (!strcmp(name, "all"))
            continue;
        if (strpbrk(name, ":@="))                     /* an address, which may hold a password: it is not
                                                         repeated */
            return error_set(err, ERR_USAGE,
                             "--backends takes names, no addresses, which everybody on the machine can read "
                             "in a command: set "
                             "DATABASE_URL to it (or POSTGRES_URL, MYSQL_URL, MARIADB_URL), and name "
                             "postgres, mysql or mariadb");
        bool known = false;
        struct nearest near = {0};
        for (size_t i = 0; i < all->items.count; i++) {
            const struct instance *inst = all->items.items[i];
            known |= !strcmp(kind_real_name(name), inst->kind->name) || !strcmp(name, inst->name) ||
                     !strcmp(name, inst->kind->name) || !strcmp(name, inst->kind->keyword);
            nearest_try(&near, name, inst->name);
            nearest_try(&near, name, inst->kind->keyword);
        }
        if (!known && near.name)
            return error_set(err, ERR_USAGE, "unknown backend '%s': did you mean '%s'?", name, near.name);
        if (!known)
            return error_set(err, ERR_USAGE, "unknown backend '%s': there are %s (`wklc --list-backends`)",
                             name, all_kinds(arena));
    }
    return 0;
}

/* So must each name behind `on`, of a run and of --fail-if: a gate of a backend that nobody has would never
 * close. */
static void check_expectation(struct maker *m, const struct ir_expect *x)
{
    struct nearest near = {0};
    for (size_t i = 0; x->backend && i < m->out->items.count; i++) {
        const struct instance *inst = m->out->items.items[i];
        if (instance_is_named(x->backend, inst))
            return;
        nearest_try(&near, x->backend, inst->name);
        nearest_try(&near, x->backend, inst->kind->keyword);
    }
    if (x->backend)
        fault(m, x->on, "E0719",
              near.name ? arena_printf(m->out->arena, "did you mean '%s'?", near.name)
                        : name_kinds(m, x->backend),
              arena_printf(m->out->arena, "unknown backend '%s' after 'on'", x->backend));
}

static void check_expectations(struct maker *m, const struct ir *ir)
{
    for (uint32_t i = 0; ir && i < ir->nruns; i++)
        for (uint32_t k = 0; k < ir->runs[i].nexpects; k++)
            check_expectation(m, &ir->runs[i].expects[k]);
    for (uint32_t i = 0; ir && i < ir->nfails; i++)
        check_expectation(m, &ir->fails[i]);
}

void instances_share(struct arena *arena, const struct instances *of_file, struct instances *of_point)
{
    for (size_t i = 0; i < of_file->items.count && i < of_point->items.count; i++) {
        struct instance *own = of_point->items.items[i];
        struct renewal *theirs = of_file->items.items[i]->renewal;
        if (strcmp(own->name, of_file->items.items[i]->name) || !renewal_is_same(own->renewal, theirs))
            continue;
        renewal_release(own->renewal);
        own->renewal = renewal_hold(theirs);
        instance_refresh(arena, own, theirs);
    }
}

void instances_release(struct instances *list)
{
    for (size_t i = 0; i < list->items.count; i++) {
        renewal_release(list->items.items[i]->renewal);
        list->items.items[i]->renewal = NULL;
    }
}

int instances_make(struct instances *out, struct arena *arena, const struct ir *ir, const struct data *data,
                   const struct instances_options *options, struct diags *diags, struct error *err)
{
    struct instances all = {.arena = arena};
    struct maker m = {.out = &all, .data = data, .options = options, .diags = diags,
                      .pricer = {.arena = arena, .diags = diags}};
    *out = (struct instances){.arena = arena};
    for (uint32_t i = 0; ir && i < ir->nbackends; i++)
        add_block(&m, &ir->backends[i]);
    for (const struct kind *k = backend_kinds; k->name; k++)
        if (!has_kind(&all, k) || is_second(&m, k))
            add(&m, k, k->name, NULL);
    check_expectations(&m, ir);
    if (m.failed || m.pricer.failed || check_names(arena, options->names, &all, err) < 0) {
        instances_release(&all);                      /* the diagnostics say why, or err */
        return ERR_USAGE;
    }
    for (size_t i = 0; i < all.items.count; i++)
        if (is_wanted(options, all.items.items[i]))
            vec_push(arena, &out->items, all.items.items[i]);
    return 0;
}
