/* backend.c - settings of an instance. */
#include "config.h"

#include "backends/backend.h"

#include <string.h>

#include "base/bug.h"
#include "base/units.h"

static uint32_t place_of(const struct backend *b, const char *setting)
{
    for (uint32_t i = 0; b->settings[i].name; i++)
        if (!strcmp(b->settings[i].name, setting))
            return i;
    BUG("%s has no setting '%s'", b->name, setting);
}

const char *instance_get(const struct instance *inst, const char *setting)
{
    return inst->values[place_of(inst->backend, setting)];
}

static const char *const on_words[] = {"on", "true", "yes", "1", NULL}, *const off_words[] = {"off", "false", "no", "0", NULL};

static bool is_among(const char *const *words, const char *v)
{
    for (int i = 0; words[i]; i++)
        if (!strcmp(v, words[i]))
            return true;
    return false;
}

bool instance_is_on(const struct instance *inst, const char *setting)
{
    const char *v = instance_get(inst, setting);
    return v && is_among(on_words, v);
}

const char *setting_expects(const struct setting_def *def, const char *text)
{
    struct quantity q;
    bool number = quantity_parse(text, strlen(text), &q) && q.value >= 0 && !q.percent;
    switch (def->form) {
    case SETTING_TEXT: break;
    case SETTING_COUNT: return number && q.unit == UNIT_NONE && q.integer ? NULL : "a whole number, such as 100 or 10k";
    case SETTING_DURATION: return number && (q.unit == UNIT_DURATION || q.unit == UNIT_NONE) ? NULL : "a duration, such as 5s or 500ms";
    case SETTING_AMOUNT: return number && q.unit == UNIT_NONE && q.value > 0 ? NULL : "a number above 0, such as 2 or 0.35";
    case SETTING_SIZE: return number && q.unit == UNIT_SIZE ? NULL : "a size, such as 10GiB";
    case SETTING_RATE: return number && q.unit == UNIT_RATE && q.value > 0 ? NULL : "a rate, such as 2k/s";
    case SETTING_SWITCH: return is_among(on_words, text) || is_among(off_words, text) ? NULL : "on or off";
    }
    return NULL;
}

uint64_t instance_number(const struct instance *inst, const char *setting)
{
    const char *v = instance_get(inst, setting);
    struct quantity q;
    if (!v || !quantity_parse(v, strlen(v), &q) || q.value < 0)
        return 0;
    return (uint64_t)(q.unit == UNIT_DURATION ? q.value * 1e9 : q.value);
}

void instance_put_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    const char *prefix = instance_get(inst, "table_prefix");
    buf_puts(b, prefix ? prefix : "");
    buf_puts(b, t->name);
}
