/* endpoint.h - the URL of an HTTP service, as a user gave it. */
#ifndef BACKENDS_HTTP_ENDPOINT_H
#define BACKENDS_HTTP_ENDPOINT_H

#include "backends/backend.h"

/* Puts "https://host:port/path/" of the endpoint: https where it names no scheme, http on this machine.
 * ERR_USAGE, without the endpoint's secrets: for what is no URL of http or https, holds a user, a query or a
 * fragment, or goes over the network in clear text, which the setting `allow_http` allows. from: what it is
 * called in messages. */
int endpoint_put(const struct instance *, const char *from, const char *endpoint, struct buf *url,
                 struct error *);

#endif
