/* batch.c - statements that write the rows of several keys with an array for each column, which the server reads
 * as a table k: column1, column2 … in the order of the key columns, then of what the statement sets. All rows
 * have one version, so that it is a parameter of its own.
 *
 *   insert  INSERT INTO t (key, a, wkl_v) SELECT *, $1 FROM unnest($2, $3)
 *   put     the same, ON CONFLICT (key) DO UPDATE SET a = excluded.a, …
 *   update  UPDATE t SET a = k.column2, wkl_v = $1 FROM unnest($2, $3) AS k(column1, column2) WHERE t.key = k.column1
 *   delete  DELETE FROM t USING unnest($1) AS k(column1) WHERE t.key = k.column1
 *
 * So rows are locked in the order of the keys, whatever is done to them: `key = ANY($1)` would take that of the
 * index. */
#include "config.h"

#include "backends/sql/sql.h"

static void put_name(struct sql_writer *w, const struct step *p, uint32_t column)
{
    sql_put_name(w->dialect, p->table->columns[column].name, &w->text);
}

/* unnest($1, $2) */
static void put_rows(struct sql_writer *w, const struct step *p)
{
    buf_puts(&w->text, "unnest(");
    for (uint32_t c = 0; c < step_bound(p); c++) {
        buf_puts(&w->text, c ? ", " : "");
        sql_write_array(w, data_made(p->table, c),
                        (struct sql_range){step_register(p, 0) + c, p->nkeys, step_bound(p)});
    }
    for (uint32_t i = 0; i < p->nsets; i++) {
        buf_puts(&w->text, ", ");
        sql_write_array(w, &p->table->columns[p->sets[i].column],
                        (struct sql_range){step_written(p, 0) + i, p->nkeys, p->nsets + 1});
    }
    buf_putc(&w->text, ')');
}

/* The same as a table with names. */
static void put_keys_table(struct sql_writer *w, const struct step *p)
{
    put_rows(w, p);
    for (uint32_t i = 1; i <= step_bound(p) + p->nsets; i++)
        buf_printf(&w->text, "%scolumn%u", i > 1 ? ", " : " AS k(", i);
    buf_putc(&w->text, ')');
}

static void put_match(struct sql_writer *w, const struct step *p)
{
    for (uint32_t c = 0; c < step_bound(p); c++) {
        buf_puts(&w->text, c ? " AND t." : " WHERE t.");
        put_name(w, p, c);
        buf_printf(&w->text, " = k.column%u", c + 1);
    }
}

static void write_insert(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    uint32_t column, reg;
    sql_write_into(w);
    buf_puts(&w->text, "SELECT *");
    for (uint32_t i = p->nsets; step_assignment(p, i, 0, &column, &reg); i++) {
        buf_puts(&w->text, ", ");
        sql_write_register(w, &p->table->columns[column], reg);
    }
    buf_puts(&w->text, " FROM ");
    put_rows(w, p);
}

static void write_put(struct sql_writer *w)
{
    write_insert(w);
    sql_write_on_conflict(w);
}

static void write_update(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    uint32_t column, reg;
    buf_puts(&w->text, "UPDATE ");
    sql_put_table_name(w->inst, p->table, &w->text);
    buf_puts(&w->text, " AS t");
    for (uint32_t i = 0; step_assignment(p, i, 0, &column, &reg); i++) {
        buf_puts(&w->text, i ? ", " : " SET ");
        put_name(w, p, column);
        if (i < p->nsets) {
            buf_printf(&w->text, " = k.column%u", step_bound(p) + i + 1);
        } else {
            buf_puts(&w->text, " = ");
            sql_write_register(w, &p->table->columns[column], reg);
        }
    }
    buf_puts(&w->text, " FROM ");
    put_keys_table(w, p);
    put_match(w, p);
}

static void write_delete(struct sql_writer *w)
{
    const struct step *p = w->request->steps;
    buf_puts(&w->text, "DELETE FROM ");
    sql_put_table_name(w->inst, p->table, &w->text);
    buf_puts(&w->text, " AS t USING ");
    put_keys_table(w, p);
    put_match(w, p);
}

void sql_write_batch(struct sql_writer *w)
{
    static void (*const writes[IR_OP_COUNT])(struct sql_writer *) = {
        [IR_INSERT] = write_insert, [IR_PUT] = write_put, [IR_UPDATE] = write_update,
        [IR_DELETE] = write_delete};
    writes[w->request->steps->op->kind](w);
}
