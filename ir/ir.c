/* ir.c - names of what the IR enumerates, and what is the same in it. */
#include "config.h"

#include "ir/ir.h"

#include <string.h>

const char *ir_op_name(enum ir_op_kind kind)
{
    static const char *const names[IR_OP_COUNT] = {
        [IR_GET] = "get",   [IR_INSERT] = "insert", [IR_PUT] = "put",       [IR_UPDATE] = "update",       [IR_DELETE] = "delete",
        [IR_SCAN] = "scan", [IR_RANGE] = "range",   [IR_AGGREGATE] = "aggregate",
        [IR_TRANSACTION] = "transaction",
    };
    return names[kind];
}

const char *setting_source_name(enum ir_setting_source s)
{
    static const char *const names[SETTING_SOURCES] = {[SETTING_LITERAL] = "",
                                                       [SETTING_ENV] = "env",
                                                       [SETTING_FILE] = "file",
                                                       [SETTING_COMMAND] = "command"};
    return names[s];
}

bool ir_params_same(const struct ir_param *a, uint32_t n, const struct ir_param *b, uint32_t m)
{
    bool same = n == m;
    for (uint32_t i = 0; same && i < n; i++)
        same = !strcmp(a[i].name, b[i].name) && !strcmp(a[i].text, b[i].text);
    return same;
}

void ir_slice_put(struct buf *b, const struct table *t, const struct ir_slice *slice)
{
    for (uint32_t i = 0; i < slice->nbounds; i++) {
        const struct column *c = &t->columns[slice->bounds[i].column];
        buf_printf(b, " %s %s %s ", i ? "and" : "where", c->name, compare_name(slice->bounds[i].compare));
        value_put(b, c->type, &slice->bounds[i].value);
    }
    if (slice->limit)
        buf_printf(b, " %s %llu", slice->backward ? "last" : "first", (unsigned long long)slice->limit);
}
