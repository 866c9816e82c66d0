/* conn.h - opening connections of libmariadb, statements for administration, errors in the server's words,
 * and times. */
#ifndef BACKENDS_MYSQL_CONN_H
#define BACKENDS_MYSQL_CONN_H

#include <mysql.h>

#include "backends/await.h"
#include "backends/sql/driver.h"

struct sql_connection {
    MYSQL *my;
    struct await wait;
};

extern const struct sql_ops mysql_ops;

/* A connection for loading may be asked for a file by LOAD DATA LOCAL: it must have a handler before any
 * statement (file.h). */
enum mysql_use { FOR_REQUESTS, FOR_LOADING, FOR_CANCEL };

extern const struct attempt_kind mysql_attempts;      /* use: enum mysql_use */
/* Blocks, at most for connect_timeout an address, and ends with a wish to stop. ERR_CONNECT, or ERR_USAGE for
 * a uri that is none. Such a connection can be used by the blocking functions and by …_start and …_cont. */
int mysql_open(const struct instance *, enum mysql_use, MYSQL **, struct error *);
/* For the statements of a connection, one after the other; await_begin is called before each. */
struct await mysql_await(const struct instance *, MYSQL *);
int mysql_await_ready(struct await *, int wait);
/* Calls a function of libmariadb that has a …_start and a …_cont, and waits as await.h says: result =
 * function(first, …). */
#define MYSQL_AWAIT(wait, result, function, ...) \
    do { \
        for (int wait_for_ = function##_start(&(result), __VA_ARGS__); wait_for_;) \
            wait_for_ = function##_cont(&(result), MYSQL_FIRST_OF(__VA_ARGS__, 0), mysql_await_ready((wait), wait_for_)); \
    } while (0)
#define MYSQL_FIRST_OF(first, ...) first
/* A statement without a result, or whose first result is to be fetched then; the result, NULL where there is
 * none. */
int mysql_run(struct await *, const char *sql, size_t n, struct error *);
MYSQL_RES *mysql_result(struct await *);
int mysql_fail_await(const struct await *, struct error *);    /* in the connection's words, or why it was
                                                                  given up */

/* ERR_LOST where the connection is gone, else ERR_SERVER, with the words of the connection or the
 * statement. */
int mysql_fail(const struct instance *, unsigned number, const char *words, struct error *);

/* Dates and timestamps, both ways; `kind` says which of the two. */
void mysql_time_from(struct type, const struct value *, MYSQL_TIME *);
int64_t mysql_time_to(struct type, const MYSQL_TIME *);
/* How a value of this type is bound. */
enum enum_field_types mysql_bind_type(struct type);

/* load.c */
int mysql_load_open(const struct instance *, struct loader **, struct error *);
int mysql_load_begin(struct loader *, const struct stretch *, struct error *);
int mysql_load_rows(struct loader *, const struct value *, uint32_t n, struct error *);
int mysql_load_end(struct loader *, bool commit, struct error *);
void mysql_load_close(struct loader *);

#endif
