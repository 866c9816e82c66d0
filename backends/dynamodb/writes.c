/* writes.c - https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html and its like */
#include "config.h"

#include "backends/dynamodb/writes.h"

#include <math.h>

#include "backends/http/json_values.h"
#include "ops/op.h"

/* "SET #0 = :0, #1 = #1 + :1 REMOVE #2" */
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
            if (step_adds(s, i))
                buf_printf(b, " = #%u + :%u", i, i);
            else if (!removes)
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

static void put_update(const struct step *s, const struct value *registers, struct buf *b)
{
    buf_puts(b, ",\"UpdateExpression\":\"");
    put_expression(s, registers, b);
    buf_putc(b, '"');
    put_values(s, registers, b);
}

/* Of the row those that are no NULL. */
static void put_attributes(const struct step *s, const struct value *registers, struct buf *b)
{
    uint32_t column, reg;
    for (uint32_t i = 0; step_assignment(s, i, 0, &column, &reg); i++) {
        if (registers && registers[reg].null)
            continue;
        buf_printf(b, ",\"%s\":", s->table->columns[column].name);
        put_value(s->table->columns[column].type, registers, reg, b);
    }
    buf_putc(b, '}');
}

void writes_put(const struct step *s, const struct value *registers, struct buf *b)
{
    if (s->op->creates)
        put_attributes(s, registers, b);
    else if (!s->op->removes)
        put_update(s, registers, b);
}

void writes_put_close(const struct step *s, struct buf *b)
{
    const struct column *columns = s->table->columns;
    uint32_t column, reg;
    if (s->op->creates && !s->op->fresh)
        return;
    buf_printf(b, ",\"ConditionExpression\":\"attribute_%s(#k)\",\"ExpressionAttributeNames\":{\"#k\":\"%s\"",
               s->op->creates ? "not_exists" : "exists", columns->name);
    for (uint32_t i = 0; !s->op->creates && step_assignment(s, i, 0, &column, &reg); i++)
        buf_printf(b, ",\"#%u\":\"%s\"", i, columns[column].name);
    buf_putc(b, '}');
}

double writes_units(const struct step *s, double size)
{
    const struct table *t = s->table;
    uint64_t count = (s->keyspace ? s->keyspace : t->keyspace)->count;
    double after = size + data_written_bytes(t, s->sets, s->nsets) - data_row_bytes(t);
    double share = count && !s->op->fresh ? fmin(1, (double)t->rows / (double)count) : 0;
    double there = ceil(fmax(size, after) / 1024), absent = s->op->creates ? ceil(after / 1024) : 1;
    return share * there + (1 - share) * absent;
}
