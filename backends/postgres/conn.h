/* conn.h - opening connections of libpq, statements for administration, and errors in the server's words
 * without secrets. */
#ifndef BACKENDS_POSTGRES_CONN_H
#define BACKENDS_POSTGRES_CONN_H

#include <libpq-fe.h>

#include "backends/await.h"
#include "backends/sql/driver.h"

struct sql_connection {
    PGconn *pg;
    struct await wait;
};

extern const struct sql_ops postgres_ops;

/* What a connection is for: administration and loading do not wait for each commit to reach the disk. What a
 * crash of the server then takes away are the last commits, and a table's digest is the very last. */
enum postgres_use { FOR_LOADING, FOR_REQUESTS };

extern const struct attempt_kind postgres_attempts;   /* use: enum postgres_use */
/* Blocks, at most for connect_timeout an address, and ends with a wish to stop. ERR_CONNECT, or ERR_USAGE for
 * a uri that is none. */
int postgres_connect(const struct instance *, enum postgres_use, PGconn **, struct error *);
/* For the statements of a connection, which is non-blocking from then on. */
struct await postgres_await(const struct instance *, PGconn *);
/* One statement after the other, waited for as await.h says. Where it fails, *out may still be a result,
 * which is the caller's. */
int postgres_run(struct await *, PGconn *, const char *sql, PGresult **out, struct error *);
/* The last result of what was sent, or that of a copy which begins. */
int postgres_results(struct await *, PGconn *, PGresult **out, struct error *);
PGresult *postgres_next(struct await *, PGconn *);    /* NULL: there is none, or it was given up */
/* Sends what libpq still holds, and reads what the server says meanwhile. */
int postgres_flush(struct await *, PGconn *, struct error *);
int postgres_fail_await(const struct await *, PGconn *, const PGresult *, struct error *);
/* Takes the words of a result (NULL: of the connection) that failed: ERR_LOST where the connection is gone,
 * else ERR_SERVER. */
int postgres_fail(const struct instance *, PGconn *, const PGresult *, struct error *);
/* Puts before what failed that there is no schema to make tables in, and the way out. */
void postgres_say_no_schema(const struct instance *, struct error *);

/* What a role needs that is refused, and what else there is. */
#define POSTGRES_RIGHT_NEEDED "the role lacks a privilege: it needs USAGE and CREATE on the schema where tables are made (GRANT CREATE ON " \
                              "SCHEMA …), or set `schema` to one where it has them"

#endif
