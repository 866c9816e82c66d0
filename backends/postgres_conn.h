/* postgres_conn.h - opening connections of libpq, statements for administration, and errors in the server's words without secrets. */
#ifndef BACKENDS_POSTGRES_CONN_H
#define BACKENDS_POSTGRES_CONN_H

#include <libpq-fe.h>

#include "backends/sql_driver.h"

struct sql_connection {
    PGconn *pg;
};

extern const struct sql_ops postgres_ops;

/* What a connection is for: administration and loading do not wait for each commit to reach the disk. What a crash of the server then
 * takes away are the last commits, and a table's digest is the very last. */
enum postgres_use { FOR_LOADING, FOR_REQUESTS };

/* Blocks, at most for connect_timeout an address. ERR_CONNECT, or ERR_USAGE for a uri that is none. */
int postgres_connect(const struct instance *, enum postgres_use, PGconn **, struct error *);
/* Takes the words of a result (NULL: of the connection) that failed: ERR_LOST where the connection is gone, else ERR_SERVER. */
int postgres_fail(PGconn *, const PGresult *, struct error *);
/* Clears the result. 0 where it is a command's or rows, else as above. */
int postgres_check(PGconn *, PGresult *, struct error *);

#endif
