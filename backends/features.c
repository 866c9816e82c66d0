/* features.c - a backend's capability table in words. */
#include "config.h"

#include "backends/features.h"

#include "ops/op.h"

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Of the widest requests. */
static struct can most_of(const struct can *can)
{
    struct can most = {0};
    for (int w = 0; w < WIDTHS; w++) {
        most.keys = (uint32_t)larger(most.keys, can[w].keys);
        most.tables = (uint32_t)larger(most.tables, can[w].tables);
        most.params = (uint32_t)larger(most.params, can[w].params);
        most.reply_bytes = larger(most.reply_bytes, can[w].reply_bytes);
    }
    return most;
}

static void put_limits(const struct caps *c, const struct can *can, struct buf *b)
{
    struct can most = most_of(can);
    const struct { uint64_t n; const char *one; } limits[] = {{most.keys, "key"}, {most.tables, "table"}, {most.params, "parameter"}};
    const char *between = "";
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (limits[i].n) {
            buf_puts(b, between);
            buf_put_count(b, limits[i].n, limits[i].one);
            between = ", ";
        }
    if (most.reply_bytes) {
        buf_printf(b, "%s%llu MiB of reply", between, (unsigned long long)most.reply_bytes >> 20);
        between = ", ";
    }
    buf_puts(b, *between ? " per call" : "none of its own");
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

/* "PATCH: a row by its whole key, 10 columns and versions"; what creates rows never goes by less. */
static void put_write(const struct can *can, bool by_row, struct buf *b)
{
    buf_puts(b, can->as);
    buf_puts(b, by_row ? ": a row by its whole key" : "");
    if (can->sets)
        buf_printf(b, ", %u columns and versions", can->sets);
}

/* The statements that write, as far as there are backends that run them. */
static void each_write(const struct caps *c,
                       void (*put)(void *to, const char *name, const char *text, bool lacks), void *to)
{
    for (int kind = 0; kind < IR_OP_COUNT; kind++) {
        const struct op *op = op_find((enum ir_op_kind)kind);
        struct buf text = {0};
        if (!op || op->effect == EFFECT_NONE)
            continue;
        if (c->can[kind][WIDTH_ONE].as)
            put_write(&c->can[kind][WIDTH_ONE], !op->creates && !(c->keys[kind].by & BY_PREFIX), &text);
        else
            buf_puts(&text, "it has no such request");
        put(to, ir_op_name((enum ir_op_kind)kind), buf_text(&text), !c->can[kind][WIDTH_ONE].as);
        buf_release(&text);
    }
}

void features_each(const struct backend *backend,
                   void (*put)(void *to, const char *name, const char *text, bool lacks), void *to)
{
    static const char *const widths[WIDTHS] = {"one key", "keys of a table", "several tables",
                                               "on the server"};
    const struct caps *c = &backend->caps;
    const struct can *can = c->can[IR_GET];
    struct buf b = {0};
    for (int w = 0; w < WIDTHS; w++)
        if (can[w].as)
            put(to, widths[w], can[w].as, false);
        else
            put(to, widths[w], can[w].lacks ? can[w].lacks : "it has no such request", true);
    if (c->keys[IR_GET].rows_as)
        put(to, "rows of a key", c->keys[IR_GET].rows_as, false);
    each_write(c, put, to);
    put_limits(c, can, &b);
    put(to, "limits", buf_text(&b), false);
    buf_release(&b);
}
