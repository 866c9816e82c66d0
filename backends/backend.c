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

bool instance_is_on(const struct instance *inst, const char *setting)
{
    static const char *const words[] = {"on", "true", "yes", "1"};
    const char *v = instance_get(inst, setting);
    for (size_t i = 0; v && i < sizeof words / sizeof *words; i++)
        if (!strcmp(v, words[i]))
            return true;
    return false;
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
