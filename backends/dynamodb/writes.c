/* writes.c - UpdateItem: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
#include "config.h"

#include "backends/dynamodb/writes.h"

#include "backends/http/json_values.h"
#include "ops/op.h"

/* "SET #0 = :0, #1 = :1 REMOVE #2" */
static void put_expression(const struct step *s, const struct value *registers, struct buf *b)
{
    static const char *const words[] = {"SET ", "REMOVE "};
    const char *between = "";
    uint32_t column, reg;
    for (int removes = 0; removes < 2; removes++) {
        const char *word = words[removes];
        for (uint32_t i = 0; step_assignment(s, i, 0, &column, &reg); i++) {
            if ((registers && registers[reg].null) != (removes == 1))
                continue;
            buf_printf(b, "%s%s#%u", between, word, i);
            if (!removes)
                buf_printf(b, " = :%u", i);
            between = ", ";
            word = "";
        }
        between = *between ? " " : "";
    }
}

static void put_value(struct type type, const struct value *registers, uint32_t reg, struct buf *b)
{
    char tag = json_attribute_tag(type, false);
    if (registers)
        json_put_attribute(b, type, &registers[reg], false);
    else
        buf_printf(b, "{\"%s\":\":k%u\"}", tag == 'b' ? "BOOL" : (const char[]){tag, 0}, reg);
}

/* Which must not be empty. */
static void put_values(const struct step *s, const struct value *registers, struct buf *b)
{
    const char *before = ",\"ExpressionAttributeValues\":{";
    uint32_t column, reg;
    for (uint32_t i = 0; step_assignment(s, i, 0, &column, &reg); i++) {
        if (registers && registers[reg].null)
            continue;
        buf_printf(b, "%s\":%u\":", before, i);
        put_value(s->table->columns[column].type, registers, reg, b);
        before = ",";
    }
    buf_puts(b, before[1] ? "" : "}");
}

void writes_put_values(const struct step *s, const struct value *registers, struct buf *b)
{
    if (!s->nsets)
        return;
    buf_puts(b, ",\"UpdateExpression\":\"");
    put_expression(s, registers, b);
    buf_putc(b, '"');
    put_values(s, registers, b);
}

void writes_put_close(const struct step *s, struct buf *b)
{
    const struct column *columns = s->table->columns;
    uint32_t column, reg;
    buf_printf(b, ",\"ConditionExpression\":\"attribute_exists(#k)\",\"ExpressionAttributeNames\":{\"#k\":\"%s\"",
               columns->name);
    for (uint32_t i = 0; step_assignment(s, i, 0, &column, &reg); i++)
        buf_printf(b, ",\"#%u\":\"%s\"", i, columns[column].name);
    buf_putc(b, '}');
}
