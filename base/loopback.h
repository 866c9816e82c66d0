/* loopback.h - the host in an address: whether it is this machine's own, so that what is sent there stays on
 * it, or a domain's. */
#ifndef BASE_LOOPBACK_H
#define BASE_LOOPBACK_H

#include <stdbool.h>
#include <stddef.h>

/* "localhost" and names that end with ".localhost", 127.0.0.0/8, ::1 with or without its brackets; n bytes.
 * Nothing that merely starts that way. */
bool host_is_loopback(const char *host, size_t n);
/* Whether it is the domain or a name in it, in any case of letters: n bytes. Nothing that merely ends in
 * it, or contains it. */
bool host_is_within(const char *host, size_t n, const char *domain);
/* The host in "scheme://user@host:port/…;…", or in what follows the scheme there, the first of a list: n
 * bytes, an IPv6 address with the brackets that it has. */
const char *address_host(const char *address, size_t *n);
bool address_is_loopback(const char *address);

#endif
