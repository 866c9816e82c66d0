/* backends.c - the list of backends, for people. */
#include "config.h"

#include "backends/features.h"
#include "emit/emit.h"

#include <string.h>

#include "backends/pricing.h"

enum { WIDTH = 18 };                                  /* of the left column */

static void put_feature(void *to, const char *name, const char *text, bool lacks)
{
    buf_printf(to, "    %-*s%s%s\n", WIDTH, name, lacks ? "none: " : "", text);
}

static void put_settings(const struct kind *k, struct buf *b)
{
    for (const struct setting_def *s = k->backend->settings; s->name; s++) {
        buf_printf(b, "    %-*s%s", WIDTH, s->name, s->help);
        if (s->fallback)
            buf_printf(b, "; default %s", s->fallback);
        if (s->secret)
            buf_puts(b, "; secret");
        for (const char *at = s->env; at && *at; at += strcspn(at, "|"), at += *at == '|')
            buf_printf(b, "%s%s%.*s", at == s->env ? " [" : ", ", k->env_prefix, (int)strcspn(at, "|"), at);
        buf_puts(b, s->env ? "]" : "");
        buf_putc(b, '\n');
    }
}

static void put_other_names(const struct kind *k, struct buf *b)
{
    for (int i = 0; k->also[i]; i++)
        if (i)
            buf_printf(b, ", %s", k->also[i]);
        else
            buf_printf(b, "    %-*s%s", WIDTH, "other names", k->also[i]);
    buf_puts(b, k->also[0] ? "\n" : "");
}

/* "backend aurora { engine mysql }" */
static void put_block(const struct kind *k, struct buf *b)
{
    buf_printf(b, "backend %s {", k->keyword);
    if (k->engine)
        buf_printf(b, " engine %s", k->engine);
    buf_puts(b, " }");
}

static void put_overview(struct buf *b)
{
    static const char *const where[] = {[IN_ALL] = "",
                                        [IN_ALL_SERVICE] = ", if named or configured",
                                        [IN_ALL_IF_CONFIGURED] = ", if named or configured",
                                        [IN_ALL_NEVER] = ", if named"};
    buf_printf(b, "%-17s%-20s%-36s%s\n", "NAME", "PROTOCOL", "IN A FILE", "THIS BUILD");
    for (const struct kind *k = backend_kinds; k->name; k++) {
        struct buf block = {0};
        put_block(k, &block);
        buf_printf(b, "%-17s%-20s%-36s", k->name, k->backend->title, buf_text(&block));
        if (k->backend->store)
            buf_printf(b, "plans and runs it%s\n", where[k->in_all]);
        else
            buf_printf(b, "plans it only: built without %s\n", k->backend->driver_needs);
        buf_release(&block);
    }
}

/* Settings that every block takes too, then the ways of charging. */
static void put_costs(struct buf *b)
{
    const char *mode, *help, *service;
    buf_puts(b, "\nCosts, whatever the backend\n");
    for (const struct pricing_setting *s = pricing_settings; s->def.name; s++) {
        buf_printf(b, "    %-*s%s", WIDTH, s->def.name, s->def.help);
        for (const char *at = s->services; at && *at; at += strcspn(at, " "), at += *at == ' ')
            buf_printf(b, "%s%.*s", at == s->services ? "; of " : ", ", (int)strcspn(at, " "), at);
        buf_putc(b, '\n');
    }
    for (uint32_t i = 0; (service = billing_service_at(i, &mode, &help)); i++)
        buf_printf(b, "    %-*s%s: %s\n", WIDTH, service, mode, help);
}

void emit_backends(struct buf *b)
{
    put_overview(b);
    buf_puts(b, "\nFor each: the forms of its requests, their limits, and its settings with their "
                "[environment variables]:\n");
    for (const struct kind *k = backend_kinds; k->name; k++) {
        buf_printf(b, "\n%s\n", k->name);
        put_other_names(k, b);
        features_each(k->backend, put_feature, b);
        put_settings(k, b);
    }
    put_costs(b);
}
