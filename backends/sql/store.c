/* store.c - tables and procedures on an SQL server, and the notes of what wkl made: the primitives of
 * store.h. */
#include "config.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backends/sql/driver.h"
#include "base/clock.h"
#include "base/mem.h"

static const char notes_table[] = "wkl_tables", loads_table[] = "wkl_loads";
static const char procedure_digest[] = "procedure";   /* of a note whose name is a procedure's, not a
                                                         table's */

struct server *sql_server_new(const struct instance *inst, const struct sql_ops *ops,
                              struct sql_connection *conn)
{
    struct server *s = mem_alloc(sizeof *s);
    *s = (struct server){.inst = inst, .dialect = inst->backend->dialect, .ops = ops, .conn = conn, .mark.fd = -1};
    return s;
}

void sql_close(struct server *s)
{
    if (!s)
        return;
    s->ops->close(s->conn);
    buf_release(&s->where);
    if (s->mark.fd >= 0)
        close(s->mark.fd);
    mem_free(s->mark.path);
    mem_free(s);
}

const char *sql_version(const struct server *s)
{
    return s->version;
}

const char *sql_identity(const struct server *s)
{
    return s->identity;
}

void sql_put_where(const struct server *s, struct buf *b)
{
    buf_puts(b, buf_text(&s->where));
}

void sql_note_where(struct server *s, const char *host, const char *port, const char *database)
{
    bool v6 = strchr(host, ':') && *host != '[' && *host != '/';
    buf_printf(&s->where, "%s%s%s", v6 ? "[" : "", host, v6 ? "]" : "");
    if (*host != '/')
        buf_printf(&s->where, ":%s", port);
    if (database && *database)
        buf_printf(&s->where, "/%s", database);
}

static void take_identity(void *server, const char *const *columns)
{
    struct server *s = server;
    snprintf(s->identity, sizeof s->identity, "%s", columns[0] ? columns[0] : "");
}

void sql_ask_identity(struct server *s, const char *sql)
{
    struct error ignored = {0};
    s->ops->query(s->conn, sql, take_identity, s, &ignored);
}

unsigned sql_connect_timeout_s(const struct instance *inst)
{
    uint64_t s = (instance_number(inst, "connect_timeout") + NS_PER_S - 1) / NS_PER_S;
    return s ? (unsigned)s : 1;
}

/* ---- statements ---- */

static int run(struct server *s, const char *sql, struct error *err)
{
    return s->ops->query(s->conn, sql, NULL, NULL, err);
}

static void take_text(void *arg, const char *const *columns)
{
    char **text = arg;
    mem_free(*text);
    *text = columns[0] ? mem_strdup(columns[0]) : NULL;
}

int sql_ask(struct server *s, const char *sql, char **text, struct error *err)
{
    *text = NULL;
    return s->ops->query(s->conn, sql, take_text, text, err);
}

static bool is_awake(struct server *s)
{
    if (s->ops->expect_at_once)
        s->ops->expect_at_once(s->conn, true);
    int rc = run(s, "SELECT 1", NULL);
    if (s->ops->expect_at_once)
        s->ops->expect_at_once(s->conn, false);
    return rc != ERR_LOST && rc != ERR_TIMEOUT && rc != ERR_INTERRUPTED;
}

/* Servers and poolers drop a connection that is idle for long, as one is through a measurement: it is opened
 * again then. */
static int awaken(struct server *s, struct error *err)
{
    struct sql_connection *fresh;
    if (!s->ops->open || is_awake(s))
        return 0;
    int rc = s->ops->open(s->inst, &fresh, err);
    if (rc == 0) {
        s->ops->close(s->conn);
        s->conn = fresh;
    }
    return rc;
}

static int run_buf(struct server *s, struct buf *sql, struct error *err)
{
    int rc = run(s, buf_text(sql), err);
    buf_clear(sql);
    return rc;
}

static void put_own_table(const struct instance *inst, const char *name, struct buf *b)
{
    struct table own = {.name = name};
    sql_put_table_name(inst, &own, b);
}

static const char *full_name(const struct instance *inst, const char *table, struct buf *b)
{
    struct table t = {.name = table};
    buf_clear(b);
    instance_put_table(inst, &t, b);
    return buf_text(b);
}

static void put_text_literal(const struct instance *inst, const char *text, struct buf *b)
{
    static const struct type type = {.kind = TYPE_STRING};
    struct value v = {.u.s = {text, (uint32_t)strlen(text)}};
    inst->backend->dialect->put_literal(type, &v, b);
}

/* The name of a table as a value. */
static void put_name_literal(const struct instance *inst, const struct table *t, struct buf *b)
{
    struct buf name = {0};
    instance_put_table(inst, t, &name);
    put_text_literal(inst, buf_text(&name), b);
    buf_release(&name);
}

/* A statement, then the tables' names: "DELETE FROM … WHERE name IN ('a', 'b')". */
static int run_for_names(struct server *s, const char *what, const char *table,
                         const struct table *const *tables, uint32_t n, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, what);
    put_own_table(s->inst, table, &b);
    buf_puts(&b, " WHERE name IN (");
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(&b, i ? ", " : "");
        put_name_literal(s->inst, tables[i], &b);
    }
    buf_putc(&b, ')');
    int rc = run_buf(s, &b, err);
    buf_release(&b);
    return rc;
}

/* ---- what is there ---- */

struct names {
    struct arena arena;
    struct map relations;                             /* name → name */
    struct map emptied;                               /* of these: not logged, and without a row */
    struct map notes;                                 /* name → digest */
    VEC(const char *) procedures;                     /* of the notes: theirs */
};

static void take_relation(void *arg, const char *const *columns)
{
    struct names *n = arg;
    char *name = arena_strdup(&n->arena, columns[0]);
    map_add(&n->arena, &n->relations, name, name);
    if (columns[1])
        map_add(&n->arena, &n->emptied, name, name);
}

static void take_note(void *arg, const char *const *columns)
{
    struct names *n = arg;
    map_add(&n->arena, &n->notes, arena_strdup(&n->arena, columns[0]),
            arena_strdup(&n->arena, columns[1] ? columns[1] : ""));
}

static int read_relations(struct server *s, struct names *n, struct error *err)
{
    struct buf b = {0};
    int rc = s->ops->query(s->conn, s->dialect->relations, take_relation, n, err);
    s->has_notes = map_find(&n->relations, full_name(s->inst, notes_table, &b));
    s->has_loads = map_find(&n->relations, full_name(s->inst, loads_table, &b));
    s->knows = rc == 0;
    buf_release(&b);
    return rc;
}

/* Whether tables of our own are there, for who has not looked yet. */
static int know_own(struct server *s, struct error *err)
{
    struct names n = {0};
    if (s->knows)
        return 0;
    arena_init(&n.arena);
    int rc = awaken(s, err);
    if (rc == 0)
        rc = read_relations(s, &n, err);
    arena_release(&n.arena);
    return rc;
}

static int read_notes(struct server *s, struct names *n, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, "SELECT name, digest FROM ");
    put_own_table(s->inst, notes_table, &b);
    int rc = s->ops->query(s->conn, buf_text(&b), take_note, n, err);
    buf_release(&b);
    return rc;
}

/* All names are read in one go: looking for thousands of tables takes two round trips. */
int sql_look(struct server *s, const struct table *const *tables, uint32_t n, struct standing *standing,
             struct error *err)
{
    struct buf b = {0};
    struct names names = {0};
    arena_init(&names.arena);
    int rc = awaken(s, err);
    if (rc == 0)
        rc = read_relations(s, &names, err);
    if (rc == 0 && s->has_notes)
        rc = read_notes(s, &names, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        const char *name = full_name(s->inst, tables[i]->name, &b), *digest = map_find(&names.notes, name);
        standing[i].there = map_find(&names.relations, name);
        standing[i].bare = map_find(&names.emptied, name);
        standing[i].noted = digest;
        if (digest && strlen(digest) <= DIGEST_CHARS)
            strcpy(standing[i].digest, digest);
    }
    arena_release(&names.arena);
    buf_release(&b);
    return rc;
}

/* ---- how far a load came ---- */

struct taker {
    void (*take)(void *arg, uint64_t from, uint64_t to);
    void *arg;
};

static void take_load(void *arg, const char *const *columns)
{
    struct taker *t = arg;
    t->take(t->arg, strtoull(columns[0], NULL, 10), strtoull(columns[1], NULL, 10));
}

int sql_loaded(struct server *s, const struct table *t, const char *digest,
               void (*take)(void *arg, uint64_t from, uint64_t to), void *arg, struct error *err)
{
    struct buf b = {0};
    int rc = know_own(s, err);
    if (rc < 0 || !s->has_loads)
        return rc;
    buf_puts(&b, "SELECT from_row, to_row FROM ");
    put_own_table(s->inst, loads_table, &b);
    buf_puts(&b, " WHERE name = ");
    put_name_literal(s->inst, t, &b);
    buf_printf(&b, " AND digest = '%s'", digest);
    rc = s->ops->query(s->conn, buf_text(&b), take_load, &(struct taker){take, arg}, err);
    buf_release(&b);
    return rc;
}

void sql_put_load_note(const struct instance *inst, const struct stretch *s, struct buf *b)
{
    buf_puts(b, "INSERT INTO ");
    put_own_table(inst, loads_table, b);
    buf_puts(b, " (name, from_row, to_row, digest) VALUES (");
    put_name_literal(inst, s->table, b);
    buf_printf(b, ", %llu, %llu, '%s')", (unsigned long long)s->from, (unsigned long long)s->to, s->digest);
}

/* ---- transactions ---- */

int sql_begin(struct server *s, struct error *err)
{
    int rc = awaken(s, err);
    return rc < 0 ? rc : run(s, "BEGIN", err);
}

int sql_end(struct server *s, bool commit, struct error *err)
{
    return run(s, commit ? "COMMIT" : "ROLLBACK", err);
}

static bool has_transactions(const struct server *s)
{
    return s->inst->backend->store->begin;
}

/* ---- notes ---- */

int sql_note_drop(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    int rc = know_own(s, err);
    if (rc == 0 && s->has_loads)
        rc = run_for_names(s, "DELETE FROM ", loads_table, tables, n, err);
    return rc < 0 || !s->has_notes ? rc : run_for_names(s, "DELETE FROM ", notes_table, tables, n, err);
}

int sql_note_put(struct server *s, const struct table *const *tables, const char (*digests)[DIGEST_CHARS + 1],
                 uint32_t n, struct error *err)
{
    struct buf b = {0};
    int rc = sql_note_drop(s, tables, n, err);
    buf_puts(&b, "INSERT INTO ");
    put_own_table(s->inst, notes_table, &b);
    buf_puts(&b, " (name, digest) VALUES ");
    for (uint32_t i = 0; i < n; i++) {
        buf_puts(&b, i ? ", (" : "(");
        put_name_literal(s->inst, tables[i], &b);
        buf_printf(&b, ", '%s')", digests ? digests[i] : "");
    }
    rc = rc < 0 ? rc : run_buf(s, &b, err);
    buf_release(&b);
    return rc;
}

/* Of the loaded rows the notes are lost in a crash together with the rows, where these are. */
int sql_notes_make(struct server *s, struct error *err)
{
    struct buf b = {0};
    bool prefix = s->dialect->table_prefix && instance_is_on(s->inst, "unlogged");
    buf_puts(&b, "CREATE TABLE IF NOT EXISTS ");
    put_own_table(s->inst, notes_table, &b);
    buf_printf(&b, " (%s)", s->dialect->notes_columns);
    int rc = run_buf(s, &b, err);
    buf_printf(&b, "CREATE %sTABLE IF NOT EXISTS ", prefix ? s->dialect->table_prefix : "");
    put_own_table(s->inst, loads_table, &b);
    buf_printf(&b, " (%s)", s->dialect->loads_columns);
    rc = rc < 0 ? rc : run_buf(s, &b, err);
    s->has_notes = s->has_loads = s->knows = rc == 0;
    buf_release(&b);
    return rc;
}

static void take_count(void *arg, const char *const *columns)
{
    *(long *)arg = columns[0] ? atol(columns[0]) : 0;
}

int sql_notes(struct server *s, struct notes *notes, struct error *err)
{
    struct buf b = {0};
    long left = -1;
    int rc = know_own(s, err);
    *notes = (struct notes){.none = !s->has_notes};
    if (rc < 0 || notes->none)
        return rc;
    buf_puts(&b, "SELECT count(*) FROM ");
    put_own_table(s->inst, notes_table, &b);
    rc = s->ops->query(s->conn, buf_text(&b), take_count, &left, err);
    notes->tables = left != 0;
    buf_release(&b);
    return rc;
}

/* wkl_tables last: while it stands, a drop that was cut short is resumed. */
int sql_notes_drop(struct server *s, struct error *err)
{
    static const char *const own[] = {loads_table, notes_table};
    struct buf b = {0};
    int rc = 0;
    for (int i = 0; i < 2 && rc == 0; i++) {
        buf_puts(&b, "DROP TABLE IF EXISTS ");
        put_own_table(s->inst, own[i], &b);
        rc = run_buf(s, &b, err);
    }
    s->knows = false;
    buf_release(&b);
    return rc;
}

/* ---- tables ---- */

static bool is_in_doubt(int rc)
{
    return rc == ERR_LOST || rc == ERR_TIMEOUT || rc == ERR_INTERRUPTED;
}

int sql_make(struct server *s, const struct table *const *tables, uint32_t n, struct made *made,
             struct error *err)
{
    struct buf b = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        sql_put_create(s->inst, tables[i], !s->dialect->key_later, &b);
        rc = run_buf(s, &b, err);
        made[i].now = rc == 0 ? MADE : NOT_MADE;
        made[i].maybe = is_in_doubt(rc);
        if (rc < 0 && err)
            error_prefix(err, "table '%s' cannot be made", full_name(s->inst, tables[i]->name, &b));
    }
    buf_release(&b);
    return rc;
}

int sql_drop(struct server *s, const struct table *const *tables, uint32_t n, bool *gone, struct error *err)
{
    struct buf b = {0};
    int rc = 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        buf_puts(&b, "DROP TABLE IF EXISTS ");
        sql_put_table_name(s->inst, tables[i], &b);
        rc = run_buf(s, &b, err);
        gone[i] = rc == 0;
    }
    buf_release(&b);
    return rc;
}

/* ---- sealing ---- */

static int make_key(struct server *s, const struct table *t, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, "ALTER TABLE ");
    sql_put_table_name(s->inst, t, &b);
    buf_puts(&b, " ADD ");
    sql_put_key(s->dialect, t, &b);
    int rc = run_buf(s, &b, err);
    buf_release(&b);
    return rc;
}

static int note_digest(struct server *s, const struct table *t, const char *digest, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, "UPDATE ");
    put_own_table(s->inst, notes_table, &b);
    buf_printf(&b, " SET digest = '%s' WHERE name = ", digest);
    put_name_literal(s->inst, t, &b);
    int rc = run_buf(s, &b, err);
    buf_release(&b);
    return rc < 0 ? rc : run_for_names(s, "DELETE FROM ", loads_table, &t, 1, err);
}

/* The key, where it comes after the rows, in one transaction with the note that all is done: who goes on with
 * an interrupted load finds both or neither. */
static int finish(struct server *s, const struct table *t, const char *digest, struct error *err)
{
    int rc = s->dialect->key_later ? make_key(s, t, err) : 0;
    return rc < 0 ? rc : note_digest(s, t, digest, err);
}

/* Undoes what was done since, if rc tells of a failure. */
static int end(struct server *s, int rc, struct error *err)
{
    int ended = sql_end(s, rc == 0, rc == 0 ? err : NULL);
    return rc < 0 ? rc : ended;
}

static int seal_one(struct server *s, const struct table *t, const char *digest, bool alone,
                    struct error *err)
{
    struct buf b = {0};
    int rc = 0;
    if (s->dialect->statistics) {
        buf_puts(&b, s->dialect->statistics);
        sql_put_table_name(s->inst, t, &b);
        rc = run_buf(s, &b, err);
    }
    bool begun = rc == 0 && alone && has_transactions(s) && (rc = run(s, "BEGIN", err)) == 0;
    rc = rc < 0 ? rc : finish(s, t, digest, err);
    rc = begun ? end(s, rc, err) : rc;
    if (rc < 0 && err)
        error_prefix(err, "sealing table '%s'", full_name(s->inst, t->name, &b));
    buf_release(&b);
    return rc;
}

/* Where nothing else is to be done for a table, one transaction notes them all: each by itself would wait for
 * the disk. */
int sql_seal(struct server *s, const struct table *const *tables, const char (*digests)[DIGEST_CHARS + 1],
             uint32_t n, struct error *err)
{
    bool alone = s->dialect->key_later || s->dialect->statistics;
    int rc = awaken(s, err);
    bool begun = rc == 0 && !alone && has_transactions(s) && (rc = run(s, "BEGIN", err)) == 0;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = seal_one(s, tables[i], digests[i], alone, err);
    return begun ? end(s, rc, err) : rc;
}

/* ---- procedures ---- */

static int drop_procedure_note(struct server *s, const char *name, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, "DELETE FROM ");
    put_own_table(s->inst, notes_table, &b);
    buf_puts(&b, " WHERE name = ");
    put_text_literal(s->inst, name, &b);
    int rc = run_buf(s, &b, err);
    buf_release(&b);
    return rc;
}

static int note_procedure(struct server *s, const char *name, struct error *err)
{
    struct buf b = {0};
    int rc = drop_procedure_note(s, name, err);
    buf_puts(&b, "INSERT INTO ");
    put_own_table(s->inst, notes_table, &b);
    buf_puts(&b, " (name, digest) VALUES (");
    put_text_literal(s->inst, name, &b);
    buf_printf(&b, ", '%s')", procedure_digest);
    rc = rc < 0 ? rc : run_buf(s, &b, err);
    buf_release(&b);
    return rc;
}

/* Noted before it is made, as a table is: one that a killed run leaves is found by its note. */
static int make_procedure(struct server *s, const struct request *r, struct error *err)
{
    const struct sql_lowered *low = r->lowered;
    int rc = s->has_notes ? note_procedure(s, low->name, err) : 0;
    if (rc == 0 && (rc = run(s, r->setup, err)) < 0 && s->ops->is_there_already &&
        s->ops->is_there_already(s->conn))
        rc = 0;
    if (rc < 0 && rc != ERR_CONNECT && s->has_notes) { /* refused: there is none, and who may not make it may
                                                          not drop it */
        struct error unsaid = {0};
        drop_procedure_note(s, low->name, &unsaid);
    }
    return rc;
}

static int drop_procedure(struct server *s, const char *name, const char *statement, struct error *err)
{
    int rc = run(s, statement, err);
    return rc == 0 && s->has_notes ? drop_procedure_note(s, name, err) : rc;
}

/* The connection may have been idle for long; and whether there is a table of notes is to be known. */
static int get_ready(struct server *s, struct error *err)
{
    int rc = awaken(s, err);
    return rc < 0 ? rc : know_own(s, err);
}

int sql_install(struct server *s, const struct request *requests, uint32_t n, struct error *err)
{
    int rc = get_ready(s, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        struct error local = {0};
        if (requests[i].setup && (rc = make_procedure(s, &requests[i], &local)) < 0)
            error_set(err, rc, "the procedure of '%s' cannot be made: %s",
                      requests[i].title ? requests[i].title : "a request", local.text);
    }
    return rc;
}

int sql_uninstall(struct server *s, const struct request *requests, uint32_t n, struct error *err)
{
    int rc = get_ready(s, err);
    for (uint32_t i = 0; rc != ERR_CONNECT && i < n; i++)
        if (requests[i].teardown) {
            const struct sql_lowered *low = requests[i].lowered;
            int one = drop_procedure(s, low->name, requests[i].teardown, err);
            rc = rc < 0 ? rc : one;
        }
    return rc;
}

static void take_procedure(void *arg, const char *const *columns)
{
    struct names *n = arg;
    char *name = arena_strdup(&n->arena, columns[0]);
    vec_push(&n->arena, &n->procedures, name);
}

static int drop_procedures(struct server *s, const struct names *n, struct error *err)
{
    struct buf b = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n->procedures.count; i++) {
        buf_puts(&b, s->dialect->drop_procedure);
        sql_put_name(s->dialect, n->procedures.items[i], &b);
        rc = drop_procedure(s, n->procedures.items[i], buf_text(&b), err);
        buf_clear(&b);
    }
    buf_release(&b);
    return rc;
}

int sql_sweep(struct server *s, struct error *err)
{
    struct buf b = {0};
    struct names names = {0};
    int rc = get_ready(s, err);
    if (rc < 0 || !s->has_notes)
        return rc;
    arena_init(&names.arena);
    buf_puts(&b, "SELECT name FROM ");
    put_own_table(s->inst, notes_table, &b);
    buf_printf(&b, " WHERE digest = '%s'", procedure_digest);
    rc = s->ops->query(s->conn, buf_text(&b), take_procedure, &names, err);
    rc = rc < 0 ? rc : drop_procedures(s, &names, err);
    buf_release(&b);
    arena_release(&names.arena);
    return rc;
}

/* ---- rows ---- */

int sql_count(struct server *s, const struct table *t, uint64_t *rows, struct error *err)
{
    struct buf b = {0};
    char *text = NULL;
    buf_puts(&b, "SELECT count(*) FROM ");
    sql_put_table_name(s->inst, t, &b);
    int rc = sql_ask(s, buf_text(&b), &text, err);
    *rows = text ? strtoull(text, NULL, 10) : 0;
    mem_free(text);
    buf_release(&b);
    return rc;
}
