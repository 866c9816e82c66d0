/* version.c */
#include "config.h"

#include "data/version.h"

#include <string.h>

enum {
    REQUEST_AT = VERSION_STATEMENT_BITS,
    CLIENT_AT = REQUEST_AT + VERSION_REQUEST_BITS,
    TURN_AT = CLIENT_AT + VERSION_CLIENT_BITS,
};

static bool fits(uint32_t n, int bits)
{
    return n >> bits == 0;
}

bool version_pack(struct version v, uint64_t *out)
{
    uint64_t turn = v.turn, client = v.client, request = v.request;
    *out = turn << TURN_AT | client << CLIENT_AT | request << REQUEST_AT | v.statement;
    return v.statement && fits(v.turn, VERSION_TURN_BITS) && fits(v.client, VERSION_CLIENT_BITS) &&
           fits(v.request, VERSION_REQUEST_BITS) && fits(v.statement, VERSION_STATEMENT_BITS);
}

static uint32_t cut(uint64_t n, int at, int bits)
{
    return (uint32_t)(n >> at & ((UINT64_C(1) << bits) - 1));
}

struct version version_unpack(uint64_t n)
{
    return (struct version){cut(n, TURN_AT, VERSION_TURN_BITS), cut(n, CLIENT_AT, VERSION_CLIENT_BITS),
                            cut(n, REQUEST_AT, VERSION_REQUEST_BITS), cut(n, 0, VERSION_STATEMENT_BITS)};
}

/* The alphabet of base64 for URLs (RFC 4648, 5), in the order of its bytes. */
static const char digits[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

void version_put(uint64_t n, char text[VERSION_CHARS])
{
    for (int i = VERSION_CHARS; i-- > 0; n >>= 6)
        text[i] = digits[n & 63];
}

bool version_read(const char *text, size_t n, uint64_t *out)
{
    uint64_t v = 0;
    if (n < VERSION_CHARS)
        return false;
    for (int i = 0; i < VERSION_CHARS; i++) {
        const char *at = text[i] ? strchr(digits, text[i]) : NULL;
        if (!at || v >> 57)                           /* 63 bits in all */
            return false;
        v = v << 6 | (uint64_t)(at - digits);
    }
    *out = v;
    return true;
}
