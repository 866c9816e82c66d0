/* ir.c - names of what the IR enumerates, and what is the same in it. */
#include "config.h"

#include "ir/ir.h"

#include <string.h>

static const struct { const char *name; bool by_key; } ops[IR_OP_COUNT] = {
    [IR_GET] = {"get", true},       [IR_INSERT] = {"insert", false}, [IR_PUT] = {"put", true},
    [IR_UPDATE] = {"update", true}, [IR_DELETE] = {"delete", true},  [IR_SCAN] = {"scan", false},
    [IR_RANGE] = {"range", true},   [IR_AGGREGATE] = {"aggregate", false},
    [IR_TRANSACTION] = {"transaction", false},
};

const char *ir_op_name(enum ir_op_kind kind)
{
    return ops[kind].name;
}

bool ir_op_by_key(enum ir_op_kind kind)
{
    return ops[kind].by_key;
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
