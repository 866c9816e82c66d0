#include "config.h"

#include "backends/stand_in.h"

#include <string.h>

#include "base/loopback.h"

/* The part of an address that says where: of postgresql://user:word@HOST:5432/db,
 * AccountEndpoint=https://HOST:8081/;…, HOST, /a/socket. */
static const char *host_of(const char *address, size_t *n)
{
    const char *word = strstr(address, "://") ? NULL : strstr(address, "host=");       /* host=HOST port=5432 … */
    if (*address == '/') {
        *n = strlen(address);
        return address;
    }
    if (!word)
        return address_host(address, n);
    *n = strcspn(word + 5, " ,");
    return word + 5;
}

/* Of this machine: a loopback name or address, or a Unix socket. */
static bool is_here(const char *host, size_t n)
{
    return n && (*host == '/' || host_is_loopback(host, n));
}

static bool is_of_service(const struct kind *kind, const char *host, size_t n)
{
    for (const char *const *d = kind->domains; *d; d++)
        if (host_is_within(host, n, *d))
            return true;
    return false;
}

static const char *address_of(const struct instance *inst, const char *place)
{
    bool elsewhere = inst->backend->endpoint && !strcmp(place, "endpoint");
    return elsewhere ? inst->backend->endpoint(inst) : instance_find(inst, place);
}

bool stand_in_put_place(const struct instance *inst, struct buf *b)
{
    static const char *const places[] = {"host", "uri", "endpoint", "socket"};     /* as drivers do, the first one that is set decides */
    bool known = inst->kind->domains[0];
    if (!known && inst->kind->in_all != IN_ALL_SERVICE)
        return false;                                 /* a server of one's own stands in for nobody */
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *v = address_of(inst, places[i]);
        size_t n = 0;
        const char *host = v && *v ? host_of(v, &n) : NULL;
        bool here = host && is_here(host, n);
        if (!host || (!n && !known))
            continue;
        if (known ? is_of_service(inst->kind, host, n) : !here)
            return false;
        if (here)
            buf_puts(b, "this machine");
        else
            buf_add(b, host, n);
        return true;
    }
    return false;
}

bool stand_in_is(const struct instance *inst)
{
    struct buf ignored = {0};
    bool is = stand_in_put_place(inst, &ignored);
    buf_release(&ignored);
    return is;
}
