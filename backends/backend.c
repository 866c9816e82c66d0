/* backend.c - settings of an instance. */
#include "config.h"

#include "backends/backend.h"

#include <string.h>

#include "base/bounds.h"
#include "base/bug.h"
#include "base/units.h"

int setting_place(const struct backend *b, const char *setting)
{
    for (int i = 0; b->settings[i].name; i++)
        if (!strcmp(b->settings[i].name, setting))
            return i;
    return -1;
}

/* Of one that the backend must have. */
static int place_of(const struct backend *b, const char *setting)
{
    int at = setting_place(b, setting);
    if (at < 0)
        BUG("%s has no setting '%s'", b->name, setting);
    return at;
}

enum promise instance_promise(const struct instance *inst, bool latest)
{
    return inst->backend->promise ? inst->backend->promise(inst, latest) : PROMISE_LATEST;
}

const char *instance_find(const struct instance *inst, const char *setting)
{
    int at = setting_place(inst->backend, setting);
    return at < 0 ? NULL : inst->values[at];
}

const char *instance_get(const struct instance *inst, const char *setting)
{
    return inst->values[place_of(inst->backend, setting)];
}

static const char *const on_words[] = {"on", "true", "yes", "1", NULL}, *const off_words[] = {
                                                                            "off", "false", "no", "0", NULL};

static bool is_among(const char *const *words, const char *v)
{
    for (int i = 0; words[i]; i++)
        if (!strcmp(v, words[i]))
            return true;
    return false;
}

bool switch_is_on(const char *text)
{
    return is_among(on_words, text);
}

bool instance_is_on(const struct instance *inst, const char *setting)
{
    const char *v = instance_get(inst, setting);
    return v && switch_is_on(v);
}

bool instance_is_embedded(const struct instance *inst)
{
    return inst->kind && !inst->kind->configured_by[0];
}

struct instance *instance_copy(struct arena *arena, const struct instance *inst)
{
    struct instance *copy = arena_new(arena, struct instance);
    *copy = *inst;
    copy->name = arena_strdup(arena, inst->name);
    copy->data = NULL;
    for (size_t i = 0; i < MAX_SETTINGS; i++)
        copy->values[i] = inst->values[i] ? arena_strdup(arena, inst->values[i]) : NULL;
    for (size_t i = 0; i < MAX_PRICING; i++)
        copy->pricing[i] = NULL;
    instance_refresh(arena, copy, copy->renewal);
    copy->renewal = NULL;
    return copy;
}

unsigned instance_refresh(struct arena *arena, struct instance *inst, struct renewal *renewal)
{
    struct buf b = {0};
    unsigned version = renewal_version(renewal);
    for (uint32_t i = 0; renewal && inst->backend->settings[i].name; i++) {
        buf_clear(&b);
        if (renewal_put(renewal, inst->backend->settings[i].name, &b))
            inst->values[i] = arena_strdup(arena, buf_text(&b));
    }
    buf_wipe(&b);
    return version;
}

void instance_put(const struct instance *inst, const char *setting, struct buf *b)
{
    const char *v = instance_get(inst, setting);
    if (!renewal_put(inst->renewal, setting, b))
        buf_puts(b, v ? v : "");
}

bool instance_is_stopped(const struct instance *inst)
{
    return inst->stop && atomic_load(inst->stop);
}

bool port_parse(const char *text, size_t n, unsigned *port)
{
    uint64_t v = 0;
    struct quantity q;
    bool good = n && strspn(text, "0123456789") >= n && quantity_parse(text, n, &q) &&
                quantity_whole(&q, 1, MOST_PORT, &v);
    *port = (unsigned)v;
    return good;
}

/* A port, or several with commas between. */
static bool is_port(const char *text, bool several)
{
    unsigned port;
    for (const char *at = text;; at++) {
        size_t n = strcspn(at, ",");
        if (!port_parse(at, n, &port))
            return false;
        at += n;
        if (!*at)
            return true;
        if (!several)
            return false;
    }
}

static bool is_quantity(const struct setting_def *def, const char *text)
{
    struct quantity q;
    uint64_t n;
    if (!quantity_parse(text, strlen(text), &q) || q.value < 0 || q.percent)
        return false;
    switch (def->form) {
    case SETTING_COUNT: return quantity_whole(&q, 0, def->most ? def->most : MOST_COUNT, &n);
    case SETTING_DURATION: return quantity_ns(&q, MOST_SETTING_SECONDS, &n);
    case SETTING_AMOUNT: return q.unit == UNIT_NONE && q.value > 0 && q.value <= MOST_AMOUNT;
    case SETTING_SIZE: return q.unit == UNIT_SIZE && q.value <= MOST_BYTES;
    default: return q.unit == UNIT_RATE && q.value > 0 && q.value <= MOST_RATE;
    }
}

/* Of which SQLite gives each connection one of its own. */
static bool is_private_database(const char *text)
{
    if (!strcmp(text, ":memory:"))
        return true;
    bool memory = !strncmp(text, "file::memory:", 13) ||
                  (!strncmp(text, "file:", 5) && strstr(text, "mode=memory"));
    return memory && !strstr(text, "cache=shared");
}

static bool has_form(const struct setting_def *def, const char *text)
{
    switch (def->form) {
    case SETTING_TEXT: return true;
    case SETTING_SWITCH: return is_among(on_words, text) || is_among(off_words, text);
    case SETTING_PORT: case SETTING_PORTS: return is_port(text, def->form == SETTING_PORTS);
    case SETTING_DATABASE_FILE: return *text && !is_private_database(text);
    default: return is_quantity(def, text);
    }
}

const char *setting_expects(const struct setting_def *def, const char *text)
{
    static const char *const expected[] = {
        [SETTING_COUNT] = "a whole number, such as 100 or 10k",
        [SETTING_DURATION] = "a duration of up to a day, such as 5s or 500ms",
        [SETTING_AMOUNT] = "a number above 0, such as 2 or 0.35", [SETTING_SIZE] = "a size, such as 10GiB",
        [SETTING_RATE] = "a rate, such as 2k/s", [SETTING_SWITCH] = "on or off",
        [SETTING_PORT] = "a port, from 1 to 65535", [SETTING_PORTS] = "a port, from 1 to 65535",
        [SETTING_DATABASE_FILE] = "a file, which all connections share; leave it out for a temporary one",
    };
    return has_form(def, text) ? NULL : expected[def->form];
}

uint64_t instance_number(const struct instance *inst, const char *setting)
{
    int at = place_of(inst->backend, setting);
    const char *v = inst->values[at];
    enum setting_form form = inst->backend->settings[at].form;
    struct quantity q;
    uint64_t n = 0;
    if (!v || !quantity_parse(v, strlen(v), &q))
        return 0;
    if (form == SETTING_DURATION)
        return quantity_ns(&q, MOST_SETTING_SECONDS, &n) ? n : 0;
    return quantity_whole(&q, 0, MOST_COUNT, &n) ? n : 0;
}

void instance_put_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    const char *prefix = instance_get(inst, "table_prefix");
    buf_puts(b, prefix ? prefix : "");
    buf_puts(b, t->name);
}

const char *instance_table(const struct instance *inst, struct arena *arena, const struct table *t)
{
    struct buf b = {0};
    instance_put_table(inst, t, &b);
    const char *name = arena_strdup(arena, buf_text(&b));
    buf_release(&b);
    return name;
}
