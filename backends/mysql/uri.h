/* uri.h - mysql://user:password@host:port/database?name=value&…, taken apart. */
#ifndef BACKENDS_MYSQL_URI_H
#define BACKENDS_MYSQL_URI_H

#include "base/error.h"

struct mysql_target {
    char *copy;                                       /* of the uri, cut into its parts; the caller's to free,
                                                         also after a failure */
    const char *host, *port, *database, *user, *password;    /* decoded; NULL: not in it, or empty */
    const char *tls, *ca, *socket;                    /* parameters */
};

/* A uri of NULL says nothing. ERR_USAGE for one that is none, or with a parameter that is not known; nothing
 * of a password is shown. */
int mysql_uri_read(const char *uri, struct mysql_target *, struct error *);

#endif
