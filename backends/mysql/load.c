/* load.c - loading. Rows are held column by column, some hundred at a time, and sent
 *   array    as bound arrays of one prepared INSERT: MariaDB servers take them in one message, and it is the fastest way there
 *   insert   as one prepared INSERT with a row of placeholders for each: any server
 *   file     as the text of a LOAD DATA LOCAL (file.h), which is what is held then: servers that allow it. Where it was measured
 *            (MariaDB 10.11) it takes the server as long as the others, so that it is used only where it is asked for
 * A stretch is a transaction, short enough to need little undo (see caps.load_rows). */
#include "config.h"

#include <string.h>

#include "backends/mysql/file.h"
#include "base/mem.h"

enum { BATCH_BYTES = 512 * 1024, FILE_BYTES = 1 << 20, ARRAY_ROWS = 1000, INSERT_ROWS = 200,
      MAX_PLACEHOLDERS = 65535 };

enum way { BY_ARRAY, BY_INSERT, BY_FILE };

struct held {                                         /* one column of the batch; which arrays it has depends
                                                         on how it is bound */
    struct type type;
    enum enum_field_types bind;
    union { int64_t *i; double *d; MYSQL_TIME *t; size_t *offset; } u;
    char **pointers;                                  /* to times and bytes */
    unsigned long *lengths;
    char *indicators;                                 /* enum enum_indicator_type; as booleans: is it NULL? */
};

struct loader {
    MYSQL *my;
    struct await wait;
    MYSQL_STMT *stmt;
    const struct instance *inst;
    struct stretch stretch;
    const struct table *table;                        /* of the stretch, and what all below is made for; NULL:
                                                         none yet */
    struct held *columns;
    struct buf bytes;                                 /* of the batch's texts */
    MYSQL_BIND *binds;
    uint32_t rows, filled, prepared;                  /* prepared: how many rows the statement takes */
    enum way way;
    bool file_taken;                                  /* asked once for each connection */
    struct buf statement;                             /* of BY_FILE */
};

static int stmt_fail(const struct loader *l, struct error *err)
{
    struct error said = {0};
    int rc = mysql_fail(l->inst, mysql_stmt_errno(l->stmt), mysql_stmt_error(l->stmt), &said);
    return await_fail(&l->wait, rc, said.text, err);
}

static int conn_fail(const struct loader *l, struct error *err)
{
    return mysql_fail_await(&l->wait, err);
}

/* ---- the statement ---- */

static int prepare(struct loader *l, uint32_t rows, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, "INSERT INTO ");
    sql_put_table_name(l->inst, l->table, &b);
    buf_puts(&b, " VALUES ");
    for (uint32_t r = 0; r < rows; r++) {
        buf_puts(&b, r ? ",(?" : "(?");
        for (uint32_t i = 1; i < l->table->ncolumns; i++)
            buf_puts(&b, ",?");
        buf_putc(&b, ')');
    }
    int failed = 0, rc = await_begin(&l->wait, err);
    if (rc == 0)
        MYSQL_AWAIT(&l->wait, failed, mysql_stmt_prepare, l->stmt, buf_text(&b), (unsigned long)b.len);
    if (failed)
        rc = stmt_fail(l, err);
    l->prepared = rc == 0 ? rows : 0;
    buf_release(&b);
    return rc;
}

/* Whether the server takes bound arrays: an extension of MariaDB, which says so when a connection opens. */
static bool takes_arrays(MYSQL *my)
{
    unsigned long more = 0;
    if (mariadb_get_infov(my, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES, &more))
        return false;
    return (more & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32)) != 0;
}

static enum way choose_way(const struct loader *l)
{
    const char *how = instance_get(l->inst, "load");
    if (how && !strcmp(how, "file") && l->file_taken)
        return BY_FILE;
    return takes_arrays(l->my) && !(how && !strcmp(how, "insert")) ? BY_ARRAY : BY_INSERT;
}

static void settle_batch(struct loader *l)
{
    double bytes = data_row_bytes(l->table) + 8;
    uint32_t most = l->way == BY_ARRAY ? ARRAY_ROWS : INSERT_ROWS, fit = (uint32_t)(BATCH_BYTES / bytes);
    if (l->way == BY_INSERT && most > MAX_PLACEHOLDERS / l->table->ncolumns)
        most = MAX_PLACEHOLDERS / l->table->ncolumns;
    l->rows = fit < most ? fit : most;
    l->rows = l->rows ? l->rows : 1;
}

static void make_columns(struct loader *l)
{
    uint32_t n = l->table->ncolumns;
    l->columns = mem_alloc(n * sizeof *l->columns);
    l->binds = mem_alloc((size_t)n * (l->way == BY_ARRAY ? 1 : l->rows) * sizeof *l->binds);
    for (uint32_t c = 0; c < n; c++) {
        struct held *h = &l->columns[c];
        h->type = l->table->columns[c].type;
        h->bind = mysql_bind_type(h->type);
        bool time = h->bind == MYSQL_TYPE_DATE || h->bind == MYSQL_TYPE_DATETIME;
        h->u.t = mem_alloc(l->rows * (time ? sizeof(MYSQL_TIME) : sizeof(int64_t)));
        h->pointers = mem_alloc(l->rows * sizeof *h->pointers);
        h->lengths = mem_alloc(l->rows * sizeof *h->lengths);
        h->indicators = mem_alloc(l->rows);
    }
}

static void free_columns(struct loader *l)
{
    for (uint32_t c = 0; l->columns && c < l->table->ncolumns; c++) {
        mem_free(l->columns[c].u.i);
        mem_free(l->columns[c].pointers);
        mem_free(l->columns[c].lengths);
        mem_free(l->columns[c].indicators);
    }
    if (l->stmt)
        mysql_stmt_close(l->stmt);
    mem_free(l->columns);
    mem_free(l->binds);
    l->stmt = NULL;
    l->columns = NULL;
    l->binds = NULL;
    l->table = NULL;
}

int mysql_load_open(const struct instance *inst, struct loader **out, struct error *err)
{
    MYSQL *my;
    int rc = mysql_open(inst, FOR_LOADING, &my, err);
    if (rc < 0)
        return rc;
    struct loader *l = mem_alloc(sizeof *l);
    *l = (struct loader){.my = my, .wait = mysql_await(inst, my), .inst = inst};
    my_bool failed = 0;
    mysql_file_refuse(my);
    l->file_taken = mysql_file_taken(&l->wait);
    rc = await_begin(&l->wait, err);
    if (rc == 0)
        MYSQL_AWAIT(&l->wait, failed, mysql_autocommit, my, 0);
    if (failed)
        rc = conn_fail(l, err);
    if (rc == 0)
        *out = l;
    else
        mysql_load_close(l);
    return rc;
}

void mysql_load_close(struct loader *l)
{
    free_columns(l);
    mysql_close(l->my);                               /* what is not committed is rolled back by the server */
    buf_release(&l->bytes);
    buf_release(&l->statement);
    mem_free(l);
}

int mysql_load_begin(struct loader *l, const struct stretch *s, struct error *err)
{
    l->stretch = *s;
    l->filled = 0;
    buf_clear(&l->bytes);
    if (l->table == s->table)
        return 0;
    free_columns(l);
    l->table = s->table;
    l->way = choose_way(l);
    if (l->way == BY_FILE) {
        buf_clear(&l->statement);
        mysql_file_put_statement(l->inst, l->table, &l->statement);
        return 0;
    }
    if (!(l->stmt = mysql_stmt_init(l->my)))
        return conn_fail(l, err);
    settle_batch(l);
    make_columns(l);
    return prepare(l, l->way == BY_ARRAY ? 1 : l->rows, err);
}

/* ---- rows ---- */

static void hold(struct loader *l, struct held *h, uint32_t row, const struct value *v)
{
    h->indicators[row] = v->null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
    if (v->null)
        return;
    size_t from = l->bytes.len;
    switch (h->bind) {
    case MYSQL_TYPE_LONGLONG: h->u.i[row] = v->u.i; return;
    case MYSQL_TYPE_DOUBLE: h->u.d[row] = v->u.d; return;
    case MYSQL_TYPE_DATE: case MYSQL_TYPE_DATETIME: mysql_time_from(h->type, v, &h->u.t[row]); return;
    case MYSQL_TYPE_NEWDECIMAL: value_put(&l->bytes, h->type, v); break;
    default: buf_add(&l->bytes, v->u.s.p, v->u.s.n); break;
    }
    h->u.offset[row] = from;                          /* while the buffer may move */
    h->lengths[row] = (unsigned long)(l->bytes.len - from);
}

/* Pointers to what lies elsewhere, now that it moves no more. */
static void point(struct loader *l, struct held *h)
{
    char *bytes = (char *)buf_text(&l->bytes);
    bool time = h->bind == MYSQL_TYPE_DATE || h->bind == MYSQL_TYPE_DATETIME;
    for (uint32_t r = 0; r < l->filled; r++)
        h->pointers[r] = time ? (char *)&h->u.t[r] : h->indicators[r] ? bytes : bytes + h->u.offset[r];
}

static bool is_number(const struct held *h)
{
    return h->bind == MYSQL_TYPE_LONGLONG || h->bind == MYSQL_TYPE_DOUBLE;
}

static void bind_arrays(struct loader *l)
{
    for (uint32_t c = 0; c < l->table->ncolumns; c++) {
        struct held *h = &l->columns[c];
        l->binds[c] = (MYSQL_BIND){.buffer_type = h->bind,
                                   .buffer = is_number(h) ? (void *)h->u.i : (void *)h->pointers,
                                   .length = h->lengths,
                                   .u.indicator = h->indicators};
    }
}

static void bind_cells(struct loader *l)
{
    for (uint32_t r = 0; r < l->filled; r++)
        for (uint32_t c = 0; c < l->table->ncolumns; c++) {
            struct held *h = &l->columns[c];
            l->binds[r * l->table->ncolumns + c] = (MYSQL_BIND){
                .buffer_type = h->bind, .buffer = is_number(h) ? (void *)&h->u.i[r] : (void *)h->pointers[r],
                .buffer_length = h->lengths[r], .length = &h->lengths[r],
                .is_null = (my_bool *)&h->indicators[r]};
        }
}

static int execute(struct loader *l, struct error *err)
{
    int failed = mysql_stmt_bind_param(l->stmt, l->binds), rc = await_begin(&l->wait, err);
    if (rc == 0 && !failed)
        MYSQL_AWAIT(&l->wait, failed, mysql_stmt_execute, l->stmt);
    return failed ? stmt_fail(l, err) : rc;
}

static int send_batch(struct loader *l, struct error *err)
{
    int rc = 0;
    if (!l->filled)
        return 0;
    if (l->way == BY_FILE) {
        rc = mysql_file_send(&l->wait, &l->statement, &l->bytes, l->filled, err);
        l->filled = 0;
        buf_clear(&l->bytes);
        return rc;
    }
    for (uint32_t c = 0; c < l->table->ncolumns; c++)
        if (!is_number(&l->columns[c]))
            point(l, &l->columns[c]);
    if (l->way == BY_ARRAY) {
        unsigned size = l->filled;
        bind_arrays(l);
        mysql_stmt_attr_set(l->stmt, STMT_ATTR_ARRAY_SIZE, &size);
    } else {
        bind_cells(l);
        rc = l->prepared == l->filled ? 0 : prepare(l, l->filled, err);
    }
    if (rc == 0)
        rc = execute(l, err);
    l->filled = 0;
    buf_clear(&l->bytes);
    return rc;
}

static int put_row(struct loader *l, const struct value *values, struct error *err)
{
    if (l->way == BY_FILE) {
        mysql_file_put_row(l->table, values, &l->bytes);
        l->filled++;
        return l->bytes.len < FILE_BYTES ? 0 : send_batch(l, err);
    }
    for (uint32_t c = 0; c < l->table->ncolumns; c++)
        hold(l, &l->columns[c], l->filled, &values[c]);
    l->filled++;
    return l->filled < l->rows && l->bytes.len < 2 * BATCH_BYTES ? 0 : send_batch(l, err);
}

int mysql_load_rows(struct loader *l, const struct value *values, uint32_t n, struct error *err)
{
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = put_row(l, values + (size_t)i * l->table->ncolumns, err);
    return rc;
}

static int note_stretch(struct loader *l, struct error *err)
{
    struct buf b = {0};
    sql_put_load_note(l->inst, &l->stretch, &b);
    int rc = mysql_run(&l->wait, buf_text(&b), b.len, err);
    buf_release(&b);
    return rc;
}

int mysql_load_end(struct loader *l, bool commit, struct error *err)
{
    int rc = commit ? send_batch(l, err) : 0;
    if (commit && rc == 0)
        rc = note_stretch(l, err);
    my_bool failed = 0;
    if (commit && rc == 0 && (rc = await_begin(&l->wait, err)) == 0)
        MYSQL_AWAIT(&l->wait, failed, mysql_commit, l->my);
    if (failed)
        rc = conn_fail(l, err);
    if ((!commit || rc < 0) && await_begin(&l->wait, NULL) == 0)
        MYSQL_AWAIT(&l->wait, failed, mysql_rollback, l->my);
    return rc;
}
