/* address.h - an address that others would misread: a sign in a name or a password that had to be
 * percent-encoded moves all that comes behind it, so that a client library takes a part of the password for a
 * port, asks a resolver for it, and repeats it in its error. */
#ifndef BACKENDS_ADDRESS_H
#define BACKENDS_ADDRESS_H

#include <stdbool.h>

/* What is wrong with scheme://user:password@host:port/database?name=value&…, in words that repeat nothing of
 * it; NULL: nothing, or it has no scheme. lenient: its reader takes the last '@' before the path, and a
 * '%' that begins no sign for itself. */
const char *address_fault(const char *address, bool lenient);
/* The way out. */
#define ADDRESS_HINT                                                                                         \
    "percent-encode special characters in the user name and password: / as %2F, @ as %40, : as %3A, ? as %3F, # as %23, " \
    "% as %25"

#endif
