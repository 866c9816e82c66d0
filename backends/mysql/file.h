/* file.h - LOAD DATA LOCAL, whose file is a buffer of ours: the client library reads it through callbacks, so
 * that no file is opened whatever name the server asks for.
 *
 * With LOCAL the server turns wrong values and keys that are there already into warnings, and goes on:
 * mysql_file_send takes neither. */
#ifndef BACKENDS_MYSQL_FILE_H
#define BACKENDS_MYSQL_FILE_H

#include "backends/mysql/conn.h"

/* From here on the connection gives no file, whatever asks; mysql_file_send gives its text alone. */
void mysql_file_refuse(MYSQL *);
/* Whether the server takes it: its variable local_infile. */
bool mysql_file_taken(struct await *);
void mysql_file_put_statement(const struct instance *, const struct table *, struct buf *);
void mysql_file_put_row(const struct table *, const struct value *, struct buf *);
int mysql_file_send(struct await *, const struct buf *statement, const struct buf *text, uint64_t rows,
                    struct error *);

#endif
