/* mysql_conn.h - opening connections of libmariadb, statements for administration, errors in the server's words, and times. */
#ifndef BACKENDS_MYSQL_CONN_H
#define BACKENDS_MYSQL_CONN_H

#include <mysql.h>

#include "backends/sql_driver.h"

struct sql_connection {
    MYSQL *my;
};

extern const struct sql_ops mysql_ops;

/* A connection for loading may be asked for a file by LOAD DATA LOCAL: it must have a handler before any statement (mysql_file.h). */
enum mysql_use { FOR_REQUESTS, FOR_LOADING };

/* Blocks, at most for connect_timeout. ERR_CONNECT, or ERR_USAGE for a uri that is none. Such a connection can be used by the
 * blocking functions and by …_start and …_cont. */
int mysql_open(const struct instance *, enum mysql_use, MYSQL **, struct error *);
/* ERR_LOST where the connection is gone, else ERR_SERVER, with the words of the connection or the statement. */
int mysql_fail(unsigned number, const char *words, struct error *);

/* Dates and timestamps, both ways; `kind` says which of the two. */
void mysql_time_from(struct type, const struct value *, MYSQL_TIME *);
int64_t mysql_time_to(struct type, const MYSQL_TIME *);
/* How a value of this type is bound. */
enum enum_field_types mysql_bind_type(struct type);

/* mysql_load.c */
int mysql_load_open(const struct instance *, struct loader **, struct error *);
int mysql_load_begin(struct loader *, const struct stretch *, struct error *);
int mysql_load_row(struct loader *, const struct value *, struct error *);
int mysql_load_end(struct loader *, bool commit, struct error *);
void mysql_load_close(struct loader *);

#endif
