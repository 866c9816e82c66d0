#include "config.h"

#include "base/loopback.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

bool host_is_within(const char *host, size_t n, const char *domain)
{
    size_t own = strlen(domain);
    n -= n && host[n - 1] == '.';                     /* the root */
    return n >= own && !strncasecmp(host + n - own, domain, own) && (n == own || host[n - own - 1] == '.');
}

bool host_is_loopback(const char *host, size_t n)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    if (host_is_within(host, n, "localhost"))
        return true;
    if (n >= 2 && host[0] == '[' && host[n - 1] == ']') {
        host++;
        n -= 2;
    }
    if (n >= sizeof text)
        return false;
    memcpy(text, host, n);
    text[n] = 0;
    if (inet_pton(AF_INET, text, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, text, &v6) != 1)
        return false;
    return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

const char *address_host(const char *address, size_t *n)
{
    const char *scheme = strstr(address, "://"), *from = scheme ? scheme + 3 : address;
    const char *user = memrchr(from, '@', strcspn(from, "/?#")), *host = user ? user + 1 : from;
    size_t all = strcspn(host, "/?#;,");
    const char *colon = memchr(host, ':', all), *bracket = *host == '[' ? memchr(host, ']', all) : NULL;
    bool bare_v6 = colon && memrchr(host, ':', all) != colon;
    *n = bracket ? (size_t)(bracket + 1 - host) : colon && !bare_v6 ? (size_t)(colon - host) : all;
    return host;
}

bool address_is_loopback(const char *address)
{
    size_t n;
    const char *host = address_host(address, &n);
    return host_is_loopback(host, n);
}
