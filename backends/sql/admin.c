/* admin.c - tables and procedures on an SQL server: found, made, sealed, dropped; and the notes of what wkl made. */
#include "config.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backends/sql/driver.h"
#include "base/clock.h"
#include "base/mem.h"

static const char notes_table[] = "wkl_tables", loads_table[] = "wkl_loads";
static const char procedure_digest[] = "procedure";   /* of a note whose name is a procedure's, not a table's */
static const uint64_t NAMES_FRESH_NS = NS_PER_S;
enum { TABLES_A_TRANSACTION = 500 };                  /* PostgreSQL locks every table of a transaction, and has room for 6400 */

struct server *sql_server_new(const struct instance *inst, const struct sql_ops *ops, struct sql_connection *conn)
{
    struct server *s = mem_alloc(sizeof *s);
    *s = (struct server){.inst = inst, .dialect = inst->backend->dialect, .ops = ops, .conn = conn, .mark.fd = -1};
    arena_init(&s->names.arena);
    return s;
}

void sql_close(struct server *s)
{
    if (!s)
        return;
    s->ops->close(s->conn);
    arena_release(&s->names.arena);
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

/* Servers and poolers drop a connection that is idle for long, as one is through a measurement: it is opened again then. */
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

static void put_notes_table(const struct server *s, struct buf *b)
{
    struct table notes = {.name = notes_table};
    sql_put_table_name(s->inst, &notes, b);
}

static void put_loads_table(const struct instance *inst, struct buf *b)
{
    struct table loads = {.name = loads_table};
    sql_put_table_name(inst, &loads, b);
}

static const char *full_name(const struct server *s, const char *table, struct buf *b)
{
    struct table t = {.name = table};
    buf_clear(b);
    instance_put_table(s->inst, &t, b);
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

/* ---- names ---- */

static void take_relation(void *arg, const char *const *columns)
{
    struct sql_names *n = arg;
    char *name = arena_strdup(&n->arena, columns[0]);
    map_add(&n->arena, &n->relations, name, name);
    if (columns[1])
        map_add(&n->arena, &n->emptied, name, name);
}

static void take_note(void *arg, const char *const *columns)
{
    struct sql_names *n = arg;
    char *name = arena_strdup(&n->arena, columns[0]);
    map_add(&n->arena, &n->notes, name, arena_strdup(&n->arena, columns[1] ? columns[1] : ""));
    if (columns[1] && !strcmp(columns[1], procedure_digest)) {
        struct sql_left *left = arena_new(&n->arena, struct sql_left);
        *left = (struct sql_left){n->procedures, name};
        n->procedures = left;
    }
}

static void take_load(void *arg, const char *const *columns)
{
    struct sql_names *n = arg;
    struct sql_stretch *load = arena_new(&n->arena, struct sql_stretch);
    load->from = strtoull(columns[1], NULL, 10);
    load->to = strtoull(columns[2], NULL, 10);
    load->digest = arena_strdup(&n->arena, columns[3]);
    struct sql_stretch *first = map_add(&n->arena, &n->loads, arena_strdup(&n->arena, columns[0]), load);
    if (first) {
        load->next = first->next;
        first->next = load;
    }
}

static void forget_names(struct server *s)
{
    arena_release(&s->names.arena);
    s->names = (struct sql_names){0};
    arena_init(&s->names.arena);
}

void sql_forget(struct server *s)
{
    forget_names(s);
}

static bool is_there(const struct server *s, const char *table)
{
    struct buf b = {0};
    bool there = map_find(&s->names.relations, full_name(s, table, &b)) != NULL;
    buf_release(&b);
    return there;
}

static int read_names(struct server *s, struct error *err)
{
    struct buf b = {0};
    forget_names(s);
    int rc = awaken(s, err);
    if (rc == 0)
        rc = s->ops->query(s->conn, s->dialect->relations, take_relation, &s->names, err);
    if (rc == 0 && is_there(s, notes_table)) {
        buf_puts(&b, "SELECT name, digest FROM ");
        put_notes_table(s, &b);
        rc = s->ops->query(s->conn, buf_text(&b), take_note, &s->names, err);
    }
    if (rc == 0 && is_there(s, loads_table)) {
        buf_clear(&b);
        buf_puts(&b, "SELECT name, from_row, to_row, digest FROM ");
        put_loads_table(s->inst, &b);
        rc = s->ops->query(s->conn, buf_text(&b), take_load, &s->names, err);
    }
    s->names.read_at = clock_ns();
    buf_release(&b);
    if (rc < 0)
        forget_names(s);
    return rc;
}

/* Without its rows, which a crash took: whatever the notes say of them, for these are logged. */
static bool is_emptied(const struct server *s, const struct table *t)
{
    struct buf b = {0};
    bool emptied = t->rows && map_find(&s->names.emptied, full_name(s, t->name, &b));
    buf_release(&b);
    return emptied;
}

static enum presence presence_of(struct server *s, const struct table *t, const char **digest)
{
    struct buf b = {0};
    const char *name = full_name(s, t->name, &b);
    bool there = map_find(&s->names.relations, name) != NULL;
    *digest = map_find(&s->names.notes, name);
    buf_release(&b);
    return !there ? TABLE_ABSENT : !*digest ? TABLE_FOREIGN : **digest && is_emptied(s, t) ? TABLE_EMPTIED : TABLE_OURS;
}

static int freshen_names(struct server *s, struct error *err)
{
    return s->names.read_at && clock_ns() - s->names.read_at < NAMES_FRESH_NS ? 0 : read_names(s, err);
}

int sql_find(struct server *s, const struct table *t, enum presence *presence, char digest[DIGEST_CHARS + 1], struct error *err)
{
    const char *noted;
    int rc = freshen_names(s, err);
    digest[0] = 0;
    if (rc < 0)
        return rc;
    *presence = presence_of(s, t, &noted);
    if (*presence == TABLE_OURS && strlen(noted) <= DIGEST_CHARS)
        strcpy(digest, noted);
    return 0;
}

/* ---- how far a load came ---- */

static const struct sql_stretch *first_load(const struct server *s, const struct table *t)
{
    struct buf b = {0};
    const struct sql_stretch *first = map_find(&s->names.loads, full_name(s, t->name, &b));
    buf_release(&b);
    return first;
}

int sql_loaded(struct server *s, const struct table *t, const char *digest, void (*take)(void *arg, uint64_t from, uint64_t to), void *arg,
               struct error *err)
{
    int rc = freshen_names(s, err);
    if (rc < 0)
        return rc;
    if (is_emptied(s, t))
        return 0;
    for (const struct sql_stretch *l = first_load(s, t); l; l = l->next)
        if (!strcmp(l->digest, digest))
            take(arg, l->from, l->to);
    return 0;
}

void sql_put_load_note(const struct instance *inst, const struct stretch *s, struct buf *b)
{
    buf_puts(b, "INSERT INTO ");
    put_loads_table(inst, b);
    buf_puts(b, " (name, from_row, to_row, digest) VALUES (");
    put_name_literal(inst, s->table, b);
    buf_printf(b, ", %llu, %llu, '%s')", (unsigned long long)s->from, (unsigned long long)s->to, s->digest);
}

/* ---- making ---- */

static int begin(struct server *s, struct error *err)
{
    return s->dialect->transactional ? run(s, "BEGIN", err) : 0;
}

/* Ends a transaction: what failed in it is undone. */
static int end(struct server *s, int rc, struct error *err)
{
    if (!s->dialect->transactional)
        return rc;
    if (rc == 0)
        return run(s, "COMMIT", err);
    run(s, "ROLLBACK", NULL);
    return rc;
}

static int forget_loads(struct server *s, const struct table *t, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, "DELETE FROM ");
    put_loads_table(s->inst, &b);
    buf_puts(&b, " WHERE name = ");
    put_name_literal(s->inst, t, &b);
    int rc = run_buf(s, &b, err);
    buf_release(&b);
    return rc;
}

static int forget_name(struct server *s, const char *name, struct error *err)
{
    struct buf b = {0};
    buf_puts(&b, "DELETE FROM ");
    put_notes_table(s, &b);
    buf_puts(&b, " WHERE name = ");
    put_text_literal(s->inst, name, &b);
    int rc = run_buf(s, &b, err);
    buf_release(&b);
    return rc;
}

static int forget_note(struct server *s, const struct table *t, struct error *err)
{
    struct buf b = {0};
    int rc = forget_name(s, full_name(s, t->name, &b), err);
    buf_release(&b);
    return rc < 0 || !first_load(s, t) ? rc : forget_loads(s, t, err);
}

static int note_name(struct server *s, const char *name, const char *digest, struct error *err)
{
    struct buf b = {0};
    int rc = forget_name(s, name, err);
    if (rc == 0) {
        buf_puts(&b, "INSERT INTO ");
        put_notes_table(s, &b);
        buf_puts(&b, " (name, digest) VALUES (");
        put_text_literal(s->inst, name, &b);
        buf_printf(&b, ", '%s')", digest);
        rc = run_buf(s, &b, err);
    }
    buf_release(&b);
    return rc;
}

static int note(struct server *s, const struct table *t, struct error *err)
{
    struct buf b = {0};
    int rc = first_load(s, t) ? forget_loads(s, t, err) : 0;
    if (rc == 0)
        rc = note_name(s, full_name(s, t->name, &b), "", err);
    buf_release(&b);
    return rc;
}

/* Where a statement that failed is not undone by a rollback, the note of a table that was not made is taken back. */
static int create_one(struct server *s, const struct table *t, struct error *err)
{
    struct buf b = {0};
    int rc = note(s, t, err);
    if (rc == 0) {
        sql_put_create(s->inst, t, !s->dialect->key_later, &b);
        rc = run_buf(s, &b, err);
        if (rc < 0 && !s->dialect->transactional && rc != ERR_LOST)
            forget_note(s, t, NULL);
    }
    if (rc < 0 && err) {
        buf_clear(&b);
        error_prefix(err, "table '%s' cannot be made", full_name(s, t->name, &b));
    }
    buf_release(&b);
    return rc;
}

static int none_is_there(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    struct buf b = {0};
    const char *digest;
    int rc = read_names(s, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        enum presence p = presence_of(s, tables[i], &digest);
        if (p == TABLE_FOREIGN)
            rc = error_set(err, ERR_FOREIGN, "a table '%s' is there that wkl did not make: rename or drop it, or set 'table_prefix'",
                           full_name(s, tables[i]->name, &b));
        else if (p != TABLE_ABSENT)
            rc = error_set(err, ERR_SERVER, "table '%s' is there already", full_name(s, tables[i]->name, &b));
    }
    buf_release(&b);
    return rc;
}

/* Lost in a crash together with the rows that it tells of, where these are. */
static void put_create_loads(const struct server *s, struct buf *b)
{
    bool prefix = s->dialect->table_prefix && instance_is_on(s->inst, "unlogged");
    buf_printf(b, "CREATE %sTABLE IF NOT EXISTS ", prefix ? s->dialect->table_prefix : "");
    put_loads_table(s->inst, b);
    buf_printf(b, " (%s)", s->dialect->loads_columns);
}

int sql_create(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    struct buf b = {0};
    int rc = none_is_there(s, tables, n, err);
    if (rc == 0) {
        buf_puts(&b, "CREATE TABLE IF NOT EXISTS ");
        put_notes_table(s, &b);
        buf_printf(&b, " (%s)", s->dialect->notes_columns);
        rc = run_buf(s, &b, err);
    }
    if (rc == 0) {
        put_create_loads(s, &b);
        rc = run_buf(s, &b, err);
    }
    for (uint32_t i = 0; rc == 0 && i < n;) {
        rc = begin(s, err);
        for (uint32_t k = 0; rc == 0 && i < n && k < TABLES_A_TRANSACTION; k++)
            rc = create_one(s, tables[i++], err);
        rc = end(s, rc, err);
    }
    buf_release(&b);
    forget_names(s);
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
    put_notes_table(s, &b);
    buf_printf(&b, " SET digest = '%s' WHERE name = ", digest);
    put_name_literal(s->inst, t, &b);
    int rc = run_buf(s, &b, err);
    buf_release(&b);
    return rc < 0 ? rc : forget_loads(s, t, err);
}

/* The key, where it comes after the rows, in one transaction with the note that all is done: who goes on with an interrupted load finds
 * both or neither. */
static int finish(struct server *s, const struct table *t, const char *digest, struct error *err)
{
    int rc = s->dialect->key_later ? make_key(s, t, err) : 0;
    return rc < 0 ? rc : note_digest(s, t, digest, err);
}

static int seal_one(struct server *s, const struct table *t, const char *digest, bool alone, struct error *err)
{
    struct buf b = {0};
    int rc = 0;
    if (s->dialect->statistics) {
        buf_puts(&b, s->dialect->statistics);
        sql_put_table_name(s->inst, t, &b);
        rc = run_buf(s, &b, err);
    }
    if (rc == 0 && alone)
        rc = begin(s, err);
    if (rc == 0) {
        rc = finish(s, t, digest, err);
        rc = alone ? end(s, rc, err) : rc;
    }
    if (rc < 0 && err) {
        buf_clear(&b);
        error_prefix(err, "sealing table '%s'", full_name(s, t->name, &b));
    }
    buf_release(&b);
    return rc;
}

/* Where nothing else is to be done for a table, one transaction notes them all: each by itself would wait for the disk. */
int sql_seal(struct server *s, const struct table *const *tables, const char (*digests)[DIGEST_CHARS + 1], uint32_t n, struct error *err)
{
    bool alone = s->dialect->key_later || s->dialect->statistics;
    int rc = awaken(s, err);
    if (rc == 0 && !alone)
        rc = begin(s, err);
    bool begun = rc == 0 && !alone;
    for (uint32_t i = 0; rc == 0 && i < n; i++)
        rc = seal_one(s, tables[i], digests[i], alone, err);
    if (begun)
        rc = end(s, rc, err);
    forget_names(s);
    return rc;
}

/* ---- procedures ---- */

/* Noted before it is made, as a table is: one that a killed run leaves is found by its note. */
static int make_procedure(struct server *s, const struct request *r, bool noted, struct error *err)
{
    const struct sql_lowered *low = r->lowered;
    int rc = noted ? note_name(s, low->name, procedure_digest, err) : 0;
    if (rc == 0 && (rc = run(s, r->setup, err)) < 0 && s->ops->is_there_already && s->ops->is_there_already(s->conn))
        rc = 0;
    if (rc < 0 && rc != ERR_CONNECT && noted) {       /* refused: there is none, and who may not make it may not drop it */
        struct error unsaid = {0};
        forget_name(s, low->name, &unsaid);
    }
    return rc;
}

static int drop_procedure(struct server *s, const char *name, const char *statement, bool noted, struct error *err)
{
    int rc = run(s, statement, err);
    return rc == 0 && noted ? forget_name(s, name, err) : rc;
}

/* The connection may have been idle for long; and whether there is a table of notes is to be known. */
static int get_ready(struct server *s, bool *noted, struct error *err)
{
    int rc = awaken(s, err);
    if (rc == 0)
        rc = freshen_names(s, err);
    *noted = rc == 0 && is_there(s, notes_table);
    return rc;
}

int sql_install(struct server *s, const struct request *requests, uint32_t n, struct error *err)
{
    bool noted;
    int rc = get_ready(s, &noted, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        struct error local = {0};
        if (requests[i].setup && (rc = make_procedure(s, &requests[i], noted, &local)) < 0)
            error_set(err, rc, "the procedure of '%s' cannot be made: %s", requests[i].title ? requests[i].title : "a request", local.text);
    }
    return rc;
}

int sql_uninstall(struct server *s, const struct request *requests, uint32_t n, struct error *err)
{
    bool noted;
    int rc = get_ready(s, &noted, err);
    for (uint32_t i = 0; rc != ERR_CONNECT && i < n; i++)
        if (requests[i].teardown) {
            const struct sql_lowered *low = requests[i].lowered;
            int one = drop_procedure(s, low->name, requests[i].teardown, noted, err);
            rc = rc < 0 ? rc : one;
        }
    return rc;
}

/* What is noted is left by runs that were killed: this one holds the mark, and has dropped its own. */
static int drop_left_procedures(struct server *s, struct error *err)
{
    struct buf b = {0};
    int rc = 0;
    for (const struct sql_left *l = s->names.procedures; rc == 0 && l; l = l->next) {
        buf_puts(&b, s->dialect->drop_procedure);
        sql_put_name(s->dialect, l->name, &b);
        rc = drop_procedure(s, l->name, buf_text(&b), true, err);
        buf_clear(&b);
    }
    buf_release(&b);
    return rc;
}

/* ---- dropping ---- */

static int drop_one(struct server *s, const struct table *t, struct error *err)
{
    struct buf b = {0};
    const char *digest;
    presence_of(s, t, &digest);
    if (!digest)                                      /* not noted: not ours */
        return 0;
    buf_puts(&b, "DROP TABLE IF EXISTS ");
    sql_put_table_name(s->inst, t, &b);
    int rc = run_buf(s, &b, err);
    if (rc == 0)
        rc = forget_note(s, t, err);
    buf_release(&b);
    return rc;
}

static void take_count(void *arg, const char *const *columns)
{
    *(long *)arg = columns[0] ? atol(columns[0]) : 0;
}

/* wkl_tables last: while it stands, a drop that was cut short is gone on with. */
static int drop_notes_if_empty(struct server *s, struct error *err)
{
    struct buf b = {0};
    long left = -1;
    buf_puts(&b, "SELECT count(*) FROM ");
    put_notes_table(s, &b);
    int rc = s->ops->query(s->conn, buf_text(&b), take_count, &left, err);
    buf_clear(&b);
    if (rc == 0 && left == 0) {
        buf_puts(&b, "DROP TABLE IF EXISTS ");
        put_loads_table(s->inst, &b);
        rc = run_buf(s, &b, err);
    }
    if (rc == 0 && left == 0) {
        buf_puts(&b, "DROP TABLE ");
        put_notes_table(s, &b);
        rc = run_buf(s, &b, err);
    }
    buf_release(&b);
    return rc;
}

int sql_drop(struct server *s, const struct table *const *tables, uint32_t n, struct error *err)
{
    int rc = read_names(s, err);
    bool noted = rc == 0 && is_there(s, notes_table);
    if (noted)
        rc = drop_left_procedures(s, err);
    for (uint32_t i = 0; rc == 0 && noted && i < n;) {
        rc = begin(s, err);
        for (uint32_t k = 0; rc == 0 && i < n && k < TABLES_A_TRANSACTION; k++)
            rc = drop_one(s, tables[i++], err);
        rc = end(s, rc, err);
    }
    if (rc == 0 && noted) {
        rc = begin(s, err);
        rc = end(s, rc == 0 ? drop_notes_if_empty(s, err) : rc, err);
    }
    forget_names(s);
    return rc;
}
