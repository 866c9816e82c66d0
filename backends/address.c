/* address.c - where the parts of an address begin, and whether each can be what it is taken for. */
#include "config.h"

#include "backends/address.h"

#include <ctype.h>
#include <string.h>

#include "backends/backend.h"

static bool is_encoded(const char *s)
{
    for (; (s = strchr(s, '%')); s++)
        if (!isxdigit((unsigned char)s[1]) || !isxdigit((unsigned char)s[2]) || (s[1] == '0' && s[2] == '0'))
            return false;
    return true;
}

static bool all_of(const char *s, size_t n, const char *signs)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && (unsigned char)s[i] < 0x80 && !strchr(signs, s[i]))
            return false;
    return true;
}

/* "host", "host:port", "[::1]:port": n bytes. */
static const char *fault_of_host(const char *host, size_t n)
{
    const char *bracket = *host == '[' ? memchr(host, ']', n) : NULL, *from = bracket ? bracket + 1 : host;
    const char *colon = memchr(from, ':', n - (size_t)(from - host));
    size_t name = colon ? (size_t)(colon - host) : n;
    unsigned port;
    if (colon && name + 1 < n && !port_parse(colon + 1, n - name - 1, &port))
        return "its port is not a whole number from 1 to 65535";
    if (!all_of(host, name, bracket ? "[]:.%-_" : ".%-_"))
        return "its host is not a host name";
    return NULL;
}

/* "a.test:5432,b.test" */
static const char *fault_of_hosts(const char *hosts, size_t n)
{
    const char *fault = NULL;
    for (size_t at = 0, one; !fault && at < n; at += one + 1) {
        const char *comma = memchr(hosts + at, ',', n - at);
        one = comma ? (size_t)(comma - hosts) - at : n - at;
        fault = fault_of_host(hosts + at, one);
    }
    return fault;
}

/* Behind the path an '@' may stand in a value: user=ann@corp. */
static bool has_stray_at(const char *rest)
{
    size_t path = strcspn(rest, "?");
    if (memchr(rest, '@', path))
        return true;
    for (const char *at = rest + path; *at; at += strcspn(at, "&")) {
        at++;
        size_t all = strcspn(at, "&"), name = strcspn(at, "=&");
        if (memchr(at, '@', name) || (name == all && memchr(at, '@', all)))
            return true;
    }
    return false;
}

const char *address_fault(const char *address, bool lenient)
{
    const char *scheme = strstr(address, "://"), *from = scheme ? scheme + 3 : NULL;
    if (!from)
        return NULL;
    size_t front = strcspn(from, "/");
    const char *user = memrchr(from, '@', front), *hosts = user ? user + 1 : from;
    size_t nhosts = strcspn(hosts, "/?");
    if (has_stray_at(from + front))
        return "there is an '@' after the first '/': a '/' in the user name or password is not encoded";
    if (user && !lenient && memchr(from, '@', (size_t)(user - from)))
        return "there is more than one '@' before the host";
    if (!lenient && !is_encoded(from))
        return "a '%' begins no encoded sign";
    return fault_of_hosts(hosts, nhosts);
}
