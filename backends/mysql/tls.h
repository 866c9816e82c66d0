/* tls.h - TLS or not: how it is asked for, and that it is there.
 *
 * A MySQL server speaks first, in clear text, and says whether it takes TLS. Who stands between can take that
 * word away, and libmariadb goes on without, unless it checks certificates. So the greeting is looked at
 * here, before the library answers it with anything of the password. */
#ifndef BACKENDS_MYSQL_TLS_H
#define BACKENDS_MYSQL_TLS_H

#include <mysql.h>

#include "backends/backend.h"

/* NONE said: as the client library does. PREFERRED: where the server takes it. */
enum mysql_tls { TLS_UNSAID, TLS_OFF, TLS_PREFERRED, TLS_REQUIRED, TLS_VERIFIED };

/* ERR_USAGE, with the words that there are, for any other. from: what it is called in messages. word MAY be
 * NULL. */
int mysql_tls_read(const char *from, const char *word, enum mysql_tls *, struct error *);
/* Before connecting. */
int mysql_tls_ask(const struct instance *, enum mysql_tls, const char *uri_ca, MYSQL *, struct error *);
/* mysql_real_connect, but that nothing is sent in clear text where TLS is required. 0, or ERR_CONNECT with
 * *err filled or left to the words of the connection. */
struct mysql_where { const char *host, *user, *password, *database, *socket; unsigned port; };
int mysql_tls_connect(MYSQL *, enum mysql_tls, const struct mysql_where *, unsigned timeout_s,
                      struct error *);

#endif
