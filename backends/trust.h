/* trust.h - whose certificates are believed: the setting `ca`, else the variables that other programs heed,
 * else what the library does. */
#ifndef BACKENDS_TRUST_H
#define BACKENDS_TRUST_H

#include "backends/backend.h"

struct trust {
    const char *file, *folder;                        /* of certificates in PEM, folders by their hashes; both
                                                         NULL: the library's own */
};

/* ERR_USAGE where what the setting names cannot be read. http: CURL_CA_BUNDLE is heeded too. */
int trust_find(const struct instance *, bool http, struct trust *, struct error *);

#endif
