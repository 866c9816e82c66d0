/* options.h - what people keep for the clients of MySQL and MariaDB: the group [client] of ~/.my.cnf, or of
 * the setting `defaults_file`. */
#ifndef BACKENDS_MYSQL_OPTIONS_H
#define BACKENDS_MYSQL_OPTIONS_H

#include "backends/backend.h"

/* Fills what neither block nor environment nor an address says: host, port, socket, user, password, database,
 * ssl and ca; and notes what came from the file. A password goes with its user. Of an instance that nothing
 * says the place of only where it is used alone: who has such a file for a server did not mean to have it
 * measured. ~/.my.cnf is for the kinds mysql and mariadb. ERR_USAGE for a `defaults_file` that cannot be
 * read. */
int mysql_options_settle(struct arena *, struct instance *, bool alone, struct error *);

#endif
