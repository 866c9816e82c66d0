/* driver.h - what the drivers of SQL backends share: their store, written once over two functions of the
 * connection. struct server is the same for all of them. */
#ifndef BACKENDS_SQL_DRIVER_H
#define BACKENDS_SQL_DRIVER_H

#include "backends/mark.h"
#include "backends/places.h"
#include "backends/sql/sql.h"
#include "base/map.h"

extern const struct store sqlite_store, postgres_store, mysql_store;
extern const struct feed sqlite_feed, postgres_feed, mysql_feed;
extern const struct wire sqlite_wire, postgres_wire, mysql_wire;
extern const struct mark_ops sqlite_mark, postgres_mark, mysql_mark;

struct sql_connection;                                /* each driver's own */

/* Called for each row with its columns as texts, NULL where they are null. */
typedef void sql_row_fn(void *arg, const char *const *columns);

struct sql_ops {
    /* Runs one statement; row may be NULL. 0, or a negative code with the server's words after `what` was
     * tried. */
    int (*query)(struct sql_connection *, const char *sql, sql_row_fn *row, void *arg, struct error *);
    void (*close)(struct sql_connection *);
    /* Opens a connection anew where one was idle for so long that the server dropped it. NULL: such a thing
     * does not happen. */
    int (*open)(const struct instance *, struct sql_connection **, struct error *);
    /* Whether this error of CREATE PROCEDURE says that it is there already: its name is a hash of its text,
     * so it is the same. MAY be NULL. */
    bool (*is_there_already)(struct sql_connection *);
    /* Whether the statements to come take no time, so that a server that does not answer is given up after
     * connect_timeout. MAY be NULL. */
    void (*expect_at_once)(struct sql_connection *, bool);
};

struct sql_mark {
    uint64_t key;                                     /* of the lock */
    long connection;                                  /* the server's number of the one that holds it */
    int fd;                                           /* of the locked file; -1: none */
    char *path;                                       /* of that file; owned */
};

struct server {
    const struct instance *inst;
    const struct sql_dialect *dialect;
    const struct sql_ops *ops;
    struct sql_connection *conn;
    bool knows, has_notes, has_loads;                 /* of the tables of our own, if it knows: which are
                                                         there */
    char version[200], identity[300];
    struct buf where;
    struct sql_mark mark;                             /* of a server object that is used for nothing else
                                                         (mark.h) */
};

/* A server over an open connection, which it then owns. */
struct server *sql_server_new(const struct instance *, const struct sql_ops *, struct sql_connection *);

/* The driver's hooks. */
void sql_close(struct server *);
const char *sql_version(const struct server *);
const char *sql_identity(const struct server *);
void sql_put_where(const struct server *, struct buf *);
/* host:port/database; a host that is a path is that of a socket, and has no port. */
void sql_note_where(struct server *, const char *host, const char *port, const char *database);
/* Asks for the identity: a statement that answers with one row of one text. Where it may not be asked, it is
 * not known. */
void sql_ask_identity(struct server *, const char *sql);
int sql_install(struct server *, const struct request *, uint32_t n, struct error *);
int sql_uninstall(struct server *, const struct request *, uint32_t n, struct error *);
int sql_sweep(struct server *, struct error *);
int sql_look(struct server *, const struct table *const *, uint32_t n, struct standing *, struct error *);
int sql_make(struct server *, const struct table *const *, uint32_t n, struct made *, struct error *);
int sql_drop(struct server *, const struct table *const *, uint32_t n, bool *gone, struct error *);
int sql_seal(struct server *, const struct table *const *, const char (*digests)[DIGEST_CHARS + 1],
             uint32_t n, struct error *);
int sql_note_put(struct server *, const struct table *const *, const char (*digests)[DIGEST_CHARS + 1],
                 uint32_t n, struct error *);
int sql_note_drop(struct server *, const struct table *const *, uint32_t n, struct error *);
int sql_notes_make(struct server *, struct error *);
int sql_notes(struct server *, struct notes *, struct error *);
int sql_notes_drop(struct server *, struct error *);
int sql_loaded(struct server *, const struct table *, const char *digest,
               void (*take)(void *arg, uint64_t from, uint64_t to), void *arg, struct error *);
int sql_count(struct server *, const struct table *, uint64_t *rows, struct error *);
int sql_begin(struct server *, struct error *);
int sql_end(struct server *, bool commit, struct error *);
enum { SQL_COUNT_MOST = 2000000 };                    /* some 100 ms */
/* What the stores have alike; begin and end are of those whose transactions undo what CREATE TABLE did. */
#define SQL_STORE .close = sql_close, .version = sql_version, .put_where = sql_put_where, .install = sql_install, .uninstall = sql_uninstall, \
    .sweep = sql_sweep, \
    .look = sql_look, .make = sql_make, .drop = sql_drop, .seal = sql_seal, .note_put = sql_note_put, .note_drop = sql_note_drop, \
    .notes_make = sql_notes_make, .notes = sql_notes, .notes_drop = sql_notes_drop, .loaded = sql_loaded, .count = sql_count, .count_most = SQL_COUNT_MOST

/* The statement that notes a stretch, for the transaction that loads it. */
void sql_put_load_note(const struct instance *, const struct stretch *, struct buf *);

/* Runs a statement with one column in one row; *text is the caller's to be freed, NULL where it is null or
 * there is no row. */
int sql_ask(struct server *, const char *sql, char **text, struct error *);

/* The setting connect_timeout in seconds, at least 1; a plain number is seconds too. */
unsigned sql_connect_timeout_s(const struct instance *);

/* ---- for sessions (requests.c) ---- */

struct sql_requests {
    struct places places;
    uint32_t step_columns, result_columns, params;    /* the most that one of them has: of a step, of a
                                                         result, to be passed */
};
void sql_requests_add(struct sql_requests *, const struct request *const *list, uint32_t n);

#endif
