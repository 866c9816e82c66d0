/* sql.c - CREATE TABLE, SELECT and UNION ALL for every SQL dialect. */
#include "config.h"

#include "backends/sql/sql.h"

#include <string.h>

#include "base/map.h"

/* ---- pieces ---- */

static void put_quoted(const char *p, uint32_t n, char quote, struct buf *b)
{
    buf_putc(b, quote);
    for (uint32_t i = 0; i < n; i++) {
        if (p[i] == quote)
            buf_putc(b, quote);
        buf_putc(b, p[i]);
    }
    buf_putc(b, quote);
}

void sql_put_name(const struct sql_dialect *d, const char *name, struct buf *b)
{
    put_quoted(name, (uint32_t)strlen(name), d->quote, b);
}

void sql_put_string(const char *p, uint32_t n, struct buf *b)
{
    put_quoted(p, n, '\'', b);
}

void sql_put_hex(const char *p, uint32_t n, struct buf *b)
{
    static const struct type bytes = {.kind = TYPE_BYTES};
    struct value v = {.u.s = {p, n}};
    value_put(b, bytes, &v);
}

void sql_put_table_name(const struct instance *inst, const struct table *t, struct buf *b)
{
    struct buf name = {0};
    instance_put_table(inst, t, &name);
    sql_put_name(inst->backend->dialect, buf_text(&name), b);
    buf_release(&name);
}

void sql_put_key(const struct sql_dialect *d, const struct table *t, struct buf *b)
{
    buf_puts(b, "PRIMARY KEY (");
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_puts(b, i ? ", " : "");
        sql_put_name(d, t->columns[i].name, b);
    }
    buf_putc(b, ')');
}

static void put_column_type(const struct sql_dialect *d, const struct column *c, bool key, struct buf *b)
{
    if (d->put_column_type)
        d->put_column_type(c, key, b);
    else
        d->put_type(c->type, key, b, NULL);
}

/* Of a sort column: text compares by bytes everywhere. */
static bool is_sorted_text(const struct table *t, uint32_t column)
{
    struct type type = t->columns[column].type;
    return !t->keyspace->own && column >= data_inherited(t) && column < t->nkeys &&
           (type.kind == TYPE_CHAR || type.kind == TYPE_STRING);
}

void sql_put_create(const struct instance *inst, const struct table *t, bool with_key, struct buf *b)
{
    const struct sql_dialect *d = inst->backend->dialect;
    buf_puts(b, "CREATE ");
    if (d->table_prefix && instance_is_on(inst, "unlogged"))
        buf_puts(b, d->table_prefix);
    buf_puts(b, "TABLE ");
    sql_put_table_name(inst, t, b);
    buf_puts(b, " (\n");
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        buf_puts(b, "    ");
        sql_put_name(d, t->columns[i].name, b);
        buf_putc(b, ' ');
        put_column_type(d, data_made(t, i), i < t->nkeys, b);
        if (is_sorted_text(t, i) && d->sorts_bytes)
            buf_puts(b, d->sorts_bytes);
        buf_puts(b, i < t->nkeys ? " NOT NULL" : "");
        buf_puts(b, with_key || i + 1 < t->ncolumns ? ",\n" : "\n");
    }
    if (with_key) {
        buf_puts(b, "    ");
        sql_put_key(d, t, b);
        buf_putc(b, '\n');
    }
    buf_putc(b, ')');
    if (d->put_table_end)
        d->put_table_end(inst, t, b);
}

void sql_print_type(const struct instance *inst, struct type t, struct buf *b, struct buf *loss)
{
    inst->backend->dialect->put_type(t, false, b, loss);
}

void sql_print_table(const struct instance *inst, const struct table *t, struct buf *b)
{
    sql_put_create(inst, t, true, b);
    buf_puts(b, ";\n");
}

/* ---- keys ---- */

enum { MOST_COMPARED = 500 };                         /* keys of a request: more are not looked through for
                                                         each parameter */

/* The parameter that passes one register, which is compared with a key column; a new one where there is none
 * yet. Counted from 1. */
static uint32_t scalar_param(struct sql_writer *w, const struct column *column, uint32_t reg)
{
    struct sql_params *params = &w->out->params;
    bool shared = w->passing != PASS_EACH && w->request->nkeys * w->request->nsteps <= MOST_COMPARED;
    for (uint32_t i = 0; shared && i < params->count; i++)
        if (!params->items[i].array && params->items[i].ranges.items[0].first == reg)
            return i + 1;
    struct sql_param param = {.column = column};
    vec_push(w->arena, &param.ranges, ((struct sql_range){reg, 1, 1}));
    vec_push(w->arena, params, param);
    return (uint32_t)params->count;
}

static bool holds_range(const struct sql_param *param, uint32_t first, uint32_t n, uint32_t *from)
{
    *from = 1;
    for (size_t i = 0; i < param->ranges.count; *from += param->ranges.items[i++].n)
        if (param->ranges.items[i].first == first && param->ranges.items[i].n == n)
            return true;
    return false;
}

/* The array that passes a run of registers, and the place in it where they begin, both counted from 1. */
static uint32_t array_param(struct sql_writer *w, const struct column *column, struct sql_range range,
                            uint32_t *from)
{
    struct sql_params *params = &w->out->params;
    struct sql_param *same_type = NULL;
    for (uint32_t i = 0; i < params->count; i++) {
        struct sql_param *param = &params->items[i];
        if (param->array && holds_range(param, range.first, range.n, from))
            return i + 1;
        if (param->array && w->arrays_by_type && type_equal(param->column->type, column->type))
            same_type = param;
    }
    if (!same_type) {
        vec_push(w->arena, params, ((struct sql_param){.column = column, .array = true}));
        same_type = &params->items[params->count - 1];
    }
    vec_push(w->arena, &same_type->ranges, range);
    holds_range(same_type, range.first, range.n, from);
    return (uint32_t)(same_type - params->items) + 1;
}

void sql_write_register(struct sql_writer *w, const struct column *column, uint32_t reg)
{
    static const char *const marks[] = {
        [PASS_EACH] = "?", [PASS_NUMBERED] = "?", [PASS_ARRAY] = "$", [PASS_ARGUMENT] = "wkl_k"};
    if (w->literals) {
        w->dialect->put_literal(column->type, &w->literals[reg], &w->text);
        return;
    }
    uint32_t place = scalar_param(w, column, reg);
    buf_puts(&w->text, marks[w->passing]);
    if (w->passing != PASS_EACH)
        buf_put_i64(&w->text, place);
}

static void write_scalar(struct sql_writer *w, const struct step *p, uint32_t key, uint32_t column)
{
    sql_write_register(w, data_made(p->table, column), step_register(p, key) + column);
}

static void put_array_literal(const struct sql_dialect *d, const struct column *c,
                              const struct sql_range *ranges, size_t n, const struct value *keys,
                              struct buf *b)
{
    buf_puts(b, "ARRAY[");
    for (size_t r = 0, any = 0; r < n; r++)
        for (uint32_t k = 0; k < ranges[r].n; k++, any = 1) {
            buf_puts(b, any ? ", " : "");
            d->put_literal(c->type, &keys[ranges[r].first + k * ranges[r].apart], b);
        }
    buf_puts(b, "]::");
    d->put_type(c->type, true, b, NULL);
    buf_puts(b, "[]");
}

void sql_write_array(struct sql_writer *w, const struct column *column, struct sql_range range)
{
    if (w->literals) {
        put_array_literal(w->dialect, column, &range, 1, w->literals, &w->text);
        return;
    }
    uint32_t from, place = array_param(w, column, range, &from);
    buf_printf(&w->text, "$%u", place);
    if (w->arrays_by_type)
        buf_printf(&w->text, "[%u:%u]", from, from + range.n - 1);
}

static void write_array(struct sql_writer *w, const struct step *p, uint32_t column)
{
    sql_write_array(w, data_made(p->table, column),
                    (struct sql_range){p->first + column, p->nkeys, step_bound(p)});
}

static void write_column(struct sql_writer *w, const char *name)
{
    buf_puts(&w->text, w->qualified ? "t." : "");
    sql_put_name(w->dialect, name, &w->text);
}

/* "(a, b)" of what put writes of each key column; of one column without the parentheses. */
static void write_tuple(struct sql_writer *w, const struct step *p, uint32_t key,
                        void (*put)(struct sql_writer *, const struct step *, uint32_t, uint32_t))
{
    uint32_t bound = step_bound(p);
    buf_puts(&w->text, bound > 1 ? "(" : "");
    for (uint32_t c = 0; c < bound; c++) {
        buf_puts(&w->text, c ? ", " : "");
        put(w, p, key, c);
    }
    buf_puts(&w->text, bound > 1 ? ")" : "");
}

static void write_key_column(struct sql_writer *w, const struct step *p, uint32_t key, uint32_t column)
{
    (void)key;
    write_column(w, p->table->columns[column].name);
}

/* The keys as the rows of a table k: column1, column2 …, which is what VALUES calls them. */
static void write_keys_table(struct sql_writer *w, const struct step *p)
{
    bool arrays = w->passing == PASS_ARRAY;
    buf_puts(&w->text, arrays ? "unnest(" : "(VALUES ");
    for (uint32_t c = 0; arrays && c < step_bound(p); c++) {
        buf_puts(&w->text, c ? ", " : "");
        write_array(w, p, c);
    }
    for (uint32_t k = 0; !arrays && k < p->nkeys; k++) {
        buf_puts(&w->text, k ? ", " : "");
        write_tuple(w, p, k, write_scalar);
    }
    buf_puts(&w->text, ") AS k");
    for (uint32_t c = 0; arrays && c < step_bound(p); c++)
        buf_printf(&w->text, "%scolumn%u", c ? ", " : "(", c + 1);
    buf_puts(&w->text, arrays ? ")" : "");
}

/* One key alone is plainer than a list of one, which PostgreSQL plans as one of ten. */
static bool is_alone(const struct sql_writer *w, const struct step *p)
{
    return p->nkeys == 1 && !w->arrays_by_type;
}

static bool joins_keys(const struct sql_writer *w, const struct step *p)
{
    bool lateral = w->dialect->joins_lateral && p->slice && p->slice->limit;
    return w->dialect->joins_keys && (step_bound(p) > 1 || lateral) && !is_alone(w, p);
}

static void write_equal(struct sql_writer *w, const struct step *p)
{
    for (uint32_t c = 0; c < step_bound(p); c++) {
        buf_puts(&w->text, c ? " AND " : "");
        write_key_column(w, p, 0, c);
        buf_puts(&w->text, " = ");
        if (is_alone(w, p))
            write_scalar(w, p, 0, c);
        else
            buf_printf(&w->text, "k.column%u", c + 1);
    }
}

static void write_key_test(struct sql_writer *w, const struct step *p)
{
    if (is_alone(w, p) || joins_keys(w, p)) {
        write_equal(w, p);
        return;
    }
    bool array = w->passing == PASS_ARRAY;
    write_tuple(w, p, 0, write_key_column);
    buf_puts(&w->text, array ? " = ANY(" : " IN (");
    if (array)
        write_array(w, p, 0);
    for (uint32_t k = 0; !array && k < p->nkeys; k++) {
        buf_puts(&w->text, k ? ", " : "");
        write_tuple(w, p, k, write_scalar);
    }
    buf_putc(&w->text, ')');
}

uint32_t sql_count_ranges(const struct request *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->nsteps; i++) {
        bool known = false;
        for (uint32_t j = 0; j < i && !known; j++)
            known = r->steps[j].first == r->steps[i].first && r->steps[j].nkeys == r->steps[i].nkeys;
        n += known ? 0 : step_bound(&r->steps[i]);
    }
    return n;
}

void sql_put_arguments(const struct sql_dialect *d, const struct sql_lowered *low,
                       const struct value *literals, struct buf *b)
{
    for (uint32_t i = 0; i < low->params.count; i++) {
        const struct sql_param *p = &low->params.items[i];
        buf_puts(b, i ? ", " : "");
        if (literals && p->array)
            put_array_literal(d, p->column, p->ranges.items, p->ranges.count, literals, b);
        else if (literals)
            d->put_literal(p->column->type, &literals[p->ranges.items[0].first], b);
        else if (d->passing == PASS_ARRAY)
            buf_printf(b, "$%u", i + 1);
        else
            buf_putc(b, '?');
    }
}

/* ---- shapes ---- */

struct slots {
    VEC(struct type) types;
    VEC(uint32_t) users;                              /* of each slot: 1 + the last step that uses it */
};

/* The first slot of this type that the step does not use yet. */
static uint32_t take_slot(struct arena *arena, struct slots *slots, struct type t, uint32_t step)
{
    for (uint32_t s = 0; s < slots->types.count; s++)
        if (slots->users.items[s] != step + 1 && type_equal(slots->types.items[s], t)) {
            slots->users.items[s] = step + 1;
            return s;
        }
    vec_push(arena, &slots->types, t);
    vec_push(arena, &slots->users, step + 1);
    return (uint32_t)slots->types.count - 1;
}

void sql_write_layout(struct sql_writer *w)
{
    const struct request *r = w->request;
    struct slots slots = {0};
    uint32_t **slot_of = arena_array(w->arena, uint32_t *, r->nsteps);
    for (uint32_t p = 0; p < r->nsteps; p++) {
        const struct step *step = &r->steps[p];
        slot_of[p] = arena_array(w->arena, uint32_t, step->ncolumns);
        for (uint32_t i = 0; i < step->ncolumns; i++)
            slot_of[p][i] = take_slot(w->arena, &slots, step->table->columns[step->columns[i]].type, p);
    }
    w->out->slots = slots.types.items;
    w->out->nslots = (uint32_t)slots.types.count;
    w->out->slot_of = (const uint32_t *const *)slot_of;
    w->out->numbered = r->width >= WIDTH_TABLES;
}

static void write_columns(struct sql_writer *w, const struct step *p)
{
    for (uint32_t i = 0; i < p->ncolumns; i++) {
        buf_puts(&w->text, i ? ", " : "");
        write_column(w, p->table->columns[p->columns[i]].name);
    }
}

static void write_slots(struct sql_writer *w, uint32_t step)
{
    const struct step *p = &w->request->steps[step];
    const char **names = arena_array(w->arena, const char *, w->out->nslots);
    for (uint32_t i = 0; i < p->ncolumns; i++)
        names[w->out->slot_of[step][i]] = p->table->columns[p->columns[i]].name;
    buf_printf(&w->text, "%u%s", step, w->dialect->number_cast);
    if (step == 0)
        buf_puts(&w->text, " AS tno");
    for (uint32_t s = 0; s < w->out->nslots; s++) {
        buf_puts(&w->text, ", ");
        if (names[s])
            write_column(w, names[s]);
        else if (w->dialect->put_null)
            w->dialect->put_null(w->out->slots[s], &w->text);
        else
            buf_puts(&w->text, "NULL");
    }
}

static bool is_limited(const struct step *p)
{
    return p->slice && p->slice->limit;
}

/* What sort columns say of the key's rows. Their constants are the workload's, not the request's: they stand
 * in the text. */
static void write_slice(struct sql_writer *w, const struct step *p)
{
    static const char *const words[] = {[COMPARE_LT] = " < ", [COMPARE_LE] = " <= ", [COMPARE_EQ] = " = ",
                                        [COMPARE_GE] = " >= ", [COMPARE_GT] = " > "};
    for (uint32_t i = 0; p->slice && i < p->slice->nbounds; i++) {
        const struct ir_bound *bound = &p->slice->bounds[i];
        buf_puts(&w->text, " AND ");
        write_key_column(w, p, 0, bound->column);
        buf_puts(&w->text, words[bound->compare]);
        w->dialect->put_literal(p->table->columns[bound->column].type, &bound->value, &w->text);
    }
    if (!is_limited(p))
        return;
    for (uint32_t c = step_bound(p); c < p->table->nkeys; c++) {
        buf_puts(&w->text, c > step_bound(p) ? ", " : " ORDER BY ");
        write_key_column(w, p, 0, c);
        buf_puts(&w->text, p->slice->backward ? " DESC" : "");
    }
    buf_printf(&w->text, " LIMIT %llu", (unsigned long long)p->slice->limit);
}

static void write_from(struct sql_writer *w, const struct step *p)
{
    bool joined = joins_keys(w, p), lateral = joined && is_limited(p);
    buf_puts(&w->text, " FROM ");
    if (joined) {
        write_keys_table(w, p);
        buf_puts(&w->text, lateral ? " CROSS JOIN LATERAL (SELECT * FROM " : " CROSS JOIN ");
    }
    sql_put_table_name(w->inst, p->table, &w->text);
    buf_puts(&w->text, w->qualified ? " AS t WHERE " : " WHERE ");
    write_key_test(w, p);
    write_slice(w, p);
    buf_puts(&w->text, lateral ? ") AS t" : "");
}

static void write_one_select(struct sql_writer *w, uint32_t step, const struct step *p, bool wrapped)
{
    bool qualified = w->qualified;
    w->qualified |= joins_keys(w, p);
    buf_puts(&w->text, wrapped ? w->dialect->wrap : "");
    buf_puts(&w->text, "SELECT ");
    if (w->out->numbered)
        write_slots(w, step);
    else
        write_columns(w, p);
    write_from(w, p);
    buf_puts(&w->text, wrapped ? ")" : "");
    w->qualified = qualified;
}

/* The first or last rows of several keys are a SELECT for each, where keys cannot be joined to a SELECT of
 * their own. */
void sql_write_select(struct sql_writer *w, uint32_t step)
{
    const struct step *p = &w->request->steps[step];
    bool apart = is_limited(p) && p->nkeys > 1 && !w->dialect->joins_lateral;
    bool wrapped = is_limited(p) && (apart || w->request->width == WIDTH_TABLES);
    for (uint32_t k = 0; k < (apart ? p->nkeys : 1); k++) {
        struct step one = *p;
        if (apart)
            one.first = step_register(p, k);
        one.nkeys = apart ? 1 : p->nkeys;
        buf_puts(&w->text, k ? "\nUNION ALL " : "");
        write_one_select(w, step, &one, wrapped);
    }
}

/* ---- writes ---- */

/* UPDATE t SET a = …, n = n + …, wkl_v = … WHERE key = … */
static void write_update(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    uint32_t column, reg;
    buf_puts(&w->text, "UPDATE ");
    sql_put_table_name(w->inst, p->table, &w->text);
    for (uint32_t i = 0; step_assignment(p, i, 0, &column, &reg); i++) {
        buf_puts(&w->text, i ? ", " : " SET ");
        write_column(w, p->table->columns[column].name);
        buf_puts(&w->text, " = ");
        if (step_adds(p, i)) {
            write_column(w, p->table->columns[column].name);
            buf_puts(&w->text, " + ");
        }
        sql_write_register(w, &p->table->columns[column], reg);
    }
    buf_puts(&w->text, " WHERE ");
    write_key_test(w, p);
}

/* Of what a statement sets, versions included. */
static void write_names(struct sql_writer *w, const struct step *p, const char *before, const char *after)
{
    uint32_t column, reg;
    for (uint32_t i = 0; step_assignment(p, i, 0, &column, &reg); i++) {
        const char *name = p->table->columns[column].name;
        buf_puts(&w->text, i ? ", " : "");
        if (*before) {
            write_column(w, name);
            buf_puts(&w->text, before);
        }
        write_column(w, name);
        buf_puts(&w->text, after);
    }
}

static void write_row(struct sql_writer *w, const struct step *p, uint32_t key)
{
    uint32_t column, reg;
    for (uint32_t i = 0; i < p->table->nkeys; i++) {
        buf_puts(&w->text, i ? ", " : "");
        write_scalar(w, p, key, i);
    }
    for (uint32_t i = 0; step_assignment(p, i, key, &column, &reg); i++) {
        buf_puts(&w->text, ", ");
        sql_write_register(w, &p->table->columns[column], reg);
    }
}

static void write_key_names(struct sql_writer *w, const struct table *t)
{
    for (uint32_t i = 0; i < t->nkeys; i++) {
        buf_puts(&w->text, i ? ", " : "");
        write_column(w, t->columns[i].name);
    }
}

void sql_write_into(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    buf_puts(&w->text, "INSERT INTO ");
    sql_put_table_name(w->inst, p->table, &w->text);
    buf_puts(&w->text, " (");
    write_key_names(w, p->table);
    buf_puts(&w->text, step_assignments(p) ? ", " : "");
    write_names(w, p, "", "");
    buf_puts(&w->text, ") ");
}

void sql_write_on_conflict(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    buf_puts(&w->text, " ON CONFLICT (");
    write_key_names(w, p->table);
    buf_puts(&w->text, step_assignments(p) ? ") DO UPDATE SET " : ") DO NOTHING");
    write_names(w, p, " = excluded.", "");
}

/* INSERT INTO t (key, a, wkl_v) VALUES (…), (…) */
static void write_insert(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    sql_write_into(w);
    buf_puts(&w->text, "VALUES ");
    for (uint32_t k = 0; k < p->nkeys; k++) {
        buf_puts(&w->text, k ? ", (" : "(");
        write_row(w, p, k);
        buf_putc(&w->text, ')');
    }
}

/* A row without other columns is left as it is. */
static void write_on_duplicate(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    const char *key = p->table->columns[0].name;
    buf_puts(&w->text, " ON DUPLICATE KEY UPDATE ");
    if (step_assignments(p)) {
        write_names(w, p, " = VALUES(", ")");
    } else {
        write_column(w, key);
        buf_puts(&w->text, " = ");
        write_column(w, key);
    }
}

static void write_put(struct sql_writer *w)
{
    write_insert(w);
    if (w->dialect->on_conflict)
        sql_write_on_conflict(w);
    else
        write_on_duplicate(w);
}

static void write_delete(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    buf_puts(&w->text, "DELETE FROM ");
    sql_put_table_name(w->inst, p->table, &w->text);
    buf_puts(&w->text, " WHERE ");
    write_key_test(w, p);
}

/* ---- requests ---- */

static void write_union(struct sql_writer *w)
{
    for (uint32_t p = 0; p < w->request->nsteps; p++) {
        buf_puts(&w->text, p ? "\nUNION ALL " : "");
        sql_write_select(w, p);
    }
}

static void write_statement(struct sql_writer *w)
{
    static void (*const writes[IR_OP_COUNT])(struct sql_writer *) = {
        [IR_INSERT] = write_insert, [IR_PUT] = write_put, [IR_UPDATE] = write_update,
        [IR_DELETE] = write_delete};
    if (w->passing == PASS_ARRAY && w->request->width == WIDTH_KEYS && request_writes(w->request))
        sql_write_batch(w);
    else if (request_writes(w->request))
        writes[w->request->steps->op->kind](w);
    else
        write_union(w);
}

/* ---- rows that are written in turn ---- */

static bool goes_in_turn(const struct sql_dialect *d, const struct request *r)
{
    return d->rows_in_turn && r->width == WIDTH_KEYS && request_writes(r);
}

/* The statement of one of its keys. */
static void write_turn(struct sql_writer *w, const struct request *r, uint32_t key)
{
    struct step step = step_part(r->steps, key, 1);
    struct request one = *r;
    one.steps = &step;
    one.nkeys = 1;
    one.width = WIDTH_ONE;
    w->request = &one;
    write_statement(w);
}

/* How far the register of the next key is from that of the first. */
static uint32_t apart(const struct step *p, uint32_t reg)
{
    if (reg >= p->first && reg < step_register(p, p->nkeys))
        return step_bound(p);
    return reg >= p->written && reg < step_written(p, p->nkeys) ? p->nsets + 1 : 0;
}

static void lower_in_turn(struct sql_writer *w, const struct request *r)
{
    struct sql_params *params = &w->out->params;
    write_turn(w, r, 0);
    w->out->rows = r->nkeys;
    for (size_t i = 0; i < params->count; i++) {
        struct sql_range *range = params->items[i].ranges.items;
        range->apart = apart(r->steps, range->first);
    }
}

static void print_in_turn(struct sql_writer *w, const struct request *r)
{
    buf_puts(&w->text, "BEGIN;\n");
    for (uint32_t k = 0; k < r->nkeys; k++) {
        write_turn(w, r, k);
        buf_puts(&w->text, ";\n");
    }
    buf_puts(&w->text, "COMMIT");
}

/* ---- requests, each as a whole ---- */

void sql_lower(const struct instance *inst, struct arena *arena, struct request *r)
{
    const struct sql_dialect *d = inst->backend->dialect;
    struct sql_lowered *low = arena_new(arena, struct sql_lowered);
    struct sql_writer w = {
        .dialect = d, .inst = inst, .arena = arena, .request = r, .out = low, .passing = d->passing};
    r->setup = r->teardown = NULL;
    if (r->width == WIDTH_PROCEDURE) {
        d->write_proc(&w);
    } else {
        sql_write_layout(&w);
        if (goes_in_turn(d, r))
            lower_in_turn(&w, r);
        else
            write_statement(&w);
        r->text = arena_strdup(arena, buf_text(&w.text));
        low->name = arena_printf(arena, "wkl_%016llx", (unsigned long long)map_hash(r->text));
    }
    r->lowered = low;
    buf_release(&w.text);
}

void sql_print_request(const struct instance *inst, const struct request *r, const struct value *keys,
                       struct buf *b)
{
    const struct sql_dialect *d = inst->backend->dialect;
    if (r->width == WIDTH_PROCEDURE) {
        d->put_setup(r, b);
        const char *args = strchr(r->text, '(');
        buf_add(b, r->text, (size_t)(args - r->text) + 1);
        sql_put_arguments(d, r->lowered, keys, b);
        buf_puts(b, ");\n");
        return;
    }
    struct arena arena;
    arena_init(&arena);
    struct request copy = *r;
    struct sql_lowered low = *(const struct sql_lowered *)r->lowered;
    struct sql_writer w = {.dialect = d, .inst = inst, .arena = &arena, .request = &copy, .out = &low,
                           .literals = keys,
                           .passing = d->passing};
    if (goes_in_turn(d, r))
        print_in_turn(&w, r);
    else
        write_statement(&w);
    buf_add(b, buf_text(&w.text), w.text.len);
    buf_puts(b, ";\n");
    buf_release(&w.text);
    arena_release(&arena);
}
