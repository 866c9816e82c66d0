/* features.c - a backend's capability table in words. */
#include "config.h"

#include "backends/features.h"

static void put_limits(const struct caps *c, struct buf *b)
{
    const struct { uint64_t n; const char *one; } limits[] = {
        {c->max_keys, "key"}, {c->max_tables, "table"}, {c->max_params, "parameter"},
    };
    const char *between = "";
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].n) {
            buf_puts(b, between);
            buf_put_count(b, limits[i].n, limits[i].one);
            between = ", ";
        }
    if (c->max_reply_bytes) {
        buf_printf(b, "%s%llu MiB of reply", between, (unsigned long long)c->max_reply_bytes >> 20);
        between = ", ";
    }
    buf_puts(b, *between ? " a request" : "none of its own");
    buf_printf(b, "; names of up to %u bytes", c->name_max);
    if (c->max_key_bytes)
        buf_printf(b, ", keys of %llu", (unsigned long long)c->max_key_bytes);
    if (c->max_row_bytes)
        buf_printf(b, ", rows of %llu", (unsigned long long)c->max_row_bytes);
    if (c->max_page_bytes)
        buf_printf(b, ", %llu of a row on its page", (unsigned long long)c->max_page_bytes);
    if (c->max_columns)
        buf_printf(b, "; %u columns", c->max_columns);
}

void features_each(const struct backend *backend, void (*put)(void *to, const char *name, const char *text, bool lacks), void *to)
{
    static const char *const forms[WIDTHS] = {"one key", "keys of a table", "several tables", "on the server"};
    const struct caps *c = &backend->caps;
    struct buf b = {0};
    for (int f = 0; f < WIDTHS; f++)
        if (c->width_name[f])
            put(to, forms[f], c->width_name[f], false);
        else
            put(to, forms[f], c->lacks[f] ? c->lacks[f] : "it has no such request", true);
    put_limits(c, &b);
    put(to, "limits", buf_text(&b), false);
    buf_release(&b);
}
