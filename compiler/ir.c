/* ir.c - names of what the IR enumerates. */
#include "config.h"

#include "compiler/ir.h"

const char *ir_op_name(enum ir_op_kind kind)
{
    static const char *const names[IR_OP_COUNT] = {
        [IR_GET] = "get",   [IR_INSERT] = "insert", [IR_UPDATE] = "update",       [IR_DELETE] = "delete",
        [IR_SCAN] = "scan", [IR_RANGE] = "range",   [IR_AGGREGATE] = "aggregate", [IR_TRANSACTION] = "transaction",
    };
    return names[kind];
}
