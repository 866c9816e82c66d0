/* version.c */
#include "config.h"

#include "data/version.h"

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
