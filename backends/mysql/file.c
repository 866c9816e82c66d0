#include "config.h"

#include "backends/mysql/file.h"

#include <stdlib.h>
#include <string.h>

#include "backends/words.h"

/* ---- the text: tabs between columns, a line a row, \N for NULL ---- */

static void put_escaped(const char *p, uint32_t n, struct buf *b)
{
    static const char after[] = {['\t'] = 't', ['\n'] = 'n', ['\0'] = '0', ['\\'] = '\\'};
    uint32_t from = 0;
    for (uint32_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c >= sizeof after || !after[c])
            continue;
        buf_add(b, p + from, i - from);
        buf_putc(b, '\\');
        buf_putc(b, after[c]);
        from = i + 1;
    }
    buf_add(b, p + from, n - from);
}

static void put_value(struct type t, const struct value *v, struct buf *b)
{
    if (v->null)
        buf_puts(b, "\\N");
    else if (t.kind == TYPE_BOOL)
        buf_putc(b, v->u.i ? '1' : '0');
    else if (type_class(t) == CLASS_BYTES && t.kind != TYPE_BYTES)
        put_escaped(v->u.s.p, v->u.s.n, b);
    else if (t.kind == TYPE_FLOAT)                    /* all its digits: the shortest form may lie beyond the
                                                         greatest float */
        value_put(b, (struct type){.kind = TYPE_DOUBLE}, v);
    else
        value_put(b, t, v);                           /* bytes: as hex, which the statement turns back */
    if (!v->null && t.kind == TYPE_TIMESTAMP)
        b->data[--b->len] = 0;                        /* the Z */
}

void mysql_file_put_row(const struct table *t, const struct value *values, struct buf *b)
{
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        put_value(t->columns[i].type, &values[i], b);
        buf_putc(b, i + 1 < t->ncolumns ? '\t' : '\n');
    }
}

/* ---- the statement ---- */

void mysql_file_put_statement(const struct instance *inst, const struct table *t, struct buf *b)
{
    const char *before = " SET ";
    buf_puts(b, "LOAD DATA LOCAL INFILE 'wkl' INTO TABLE ");
    sql_put_table_name(inst, t, b);
    buf_puts(b, " CHARACTER SET utf8mb4 FIELDS TERMINATED BY '\\t' ENCLOSED BY '' ESCAPED BY '\\\\' LINES "
                "STARTING BY '' TERMINATED BY '\\n' (");
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        buf_puts(b, i ? ", " : "");
        if (t->columns[i].type.kind == TYPE_BYTES)
            buf_printf(b, "@wkl_%u", i);
        else
            sql_put_name(inst->backend->dialect, t->columns[i].name, b);
    }
    buf_putc(b, ')');
    for (uint32_t i = 0; i < t->ncolumns; i++)
        if (t->columns[i].type.kind == TYPE_BYTES) {
            buf_puts(b, before);
            sql_put_name(inst->backend->dialect, t->columns[i].name, b);
            buf_printf(b, " = unhex(@wkl_%u)", i);
            before = ", ";
        }
}

/* ---- sending ---- */

struct text_source { const struct buf *text; size_t at; };

static int source_open(void **out, const char *name, void *arg)
{
    (void)name;
    *out = arg;
    return arg ? 0 : 1;                               /* nobody asked for a file */
}

static int source_read(void *arg, char *to, unsigned room)
{
    struct text_source *s = arg;
    size_t left = s->text->len - s->at, n = left < room ? left : room;
    memcpy(to, s->text->data + s->at, n);
    s->at += n;
    return (int)n;
}

static void source_close(void *arg)
{
    (void)arg;
}

static int source_error(void *arg, char *words, unsigned room)
{
    (void)arg;
    if (room)
        words[0] = 0;
    return 0;
}

static int first_warning(struct await *a, struct error *err)
{
    MYSQL_RES *res = mysql_run(a, "SHOW WARNINGS LIMIT 1", 21, NULL) < 0 ? NULL : mysql_result(a);
    MYSQL_ROW row = res ? mysql_fetch_row(res) : NULL;
    struct buf words = {0};
    words_put(&words, a->inst, row && row[2] ? row[2] : "keys that are there already");
    int rc = error_set(err, ERR_SERVER, "LOAD DATA took not all rows as they are: %s", buf_text(&words));
    buf_release(&words);
    mysql_free_result(res);
    return rc;
}

void mysql_file_refuse(MYSQL *my)
{
    mysql_set_local_infile_handler(my, source_open, source_read, source_close, source_error, NULL);
}

int mysql_file_send(struct await *a, const struct buf *statement, const struct buf *text, uint64_t rows,
                    struct error *err)
{
    struct text_source source = {text, 0};
    MYSQL *my = a->connection;
    mysql_set_local_infile_handler(my, source_open, source_read, source_close, source_error, &source);
    int rc = mysql_run(a, buf_text(statement), statement->len, err);
    mysql_file_refuse(my);
    if (rc < 0)
        return rc;
    return mysql_affected_rows(my) == rows && mysql_warning_count(my) == 0 ? 0 : first_warning(a, err);
}

bool mysql_file_taken(struct await *a)
{
    MYSQL_RES *res = mysql_run(a, "SELECT @@local_infile", 21, NULL) < 0 ? NULL : mysql_result(a);
    MYSQL_ROW row = res ? mysql_fetch_row(res) : NULL;
    bool taken = row && row[0] && atoi(row[0]);
    mysql_free_result(res);
    return taken;
}
