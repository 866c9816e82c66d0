/* fault.c - the table of faults. */
#include "config.h"

#include "base/fault.h"

#include <string.h>

#include "base/error.h"

static const struct { const char *name, *title; int code; bool open; } faults[FAULT_COUNT] = {
    [FAULT_OTHER] = {"other", "other", ERR_SERVER, false},
    [FAULT_CONNECT] = {"connect", "no connection", ERR_CONNECT, false},
    [FAULT_DENIED] = {"denied", "access denied", ERR_CONNECT, false},
    [FAULT_LOST] = {"lost", "lost connection", ERR_LOST, true},
    [FAULT_TIMEOUT] = {"timeout", "timeout", ERR_TIMEOUT, false},
    [FAULT_THROTTLED] = {"throttled", "throttled", ERR_THROTTLED, false},
    [FAULT_CONFLICT] = {"conflict", "conflict", ERR_SERVER, false},
    [FAULT_DEADLOCK] = {"deadlock", "deadlock", ERR_SERVER, false},
    [FAULT_CONSTRAINT] = {"constraint", "constraint violation", ERR_SERVER, false},
    [FAULT_MISSING] = {"missing", "missing object", ERR_MISSING, false},
    [FAULT_INVALID] = {"invalid", "invalid request", ERR_SERVER, false},
    [FAULT_TOO_LARGE] = {"too_large", "too large", ERR_SERVER, false},
    [FAULT_SERVER] = {"server", "server error", ERR_SERVER, false},
    [FAULT_REPLY] = {"reply", "unreadable answer", ERR_SERVER, true},
    [FAULT_CLIENT] = {"client", "client error", ERR_IO, false},
};

const char *fault_name(enum fault f) { return faults[f].name; }
const char *fault_title(enum fault f) { return faults[f].title; }
int fault_code(enum fault f) { return faults[f].code; }
bool fault_leaves_open(enum fault f) { return faults[f].open; }

bool fault_by_name(const char *name, enum fault *f)
{
    for (*f = FAULT_OTHER; *f < FAULT_COUNT; ++*f)
        if (!strcmp(faults[*f].name, name))
            return true;
    *f = FAULT_OTHER;
    return false;
}

enum fault fault_of(int code)
{
    static const struct { int code; enum fault fault;
    } known[] = {
        {ERR_CONNECT, FAULT_CONNECT},     {ERR_SERVER, FAULT_SERVER},   {ERR_LOST, FAULT_LOST},
        {ERR_THROTTLED, FAULT_THROTTLED}, {ERR_TIMEOUT, FAULT_TIMEOUT}, {ERR_IO, FAULT_CLIENT},
        {ERR_MISSING, FAULT_MISSING},     {ERR_USAGE, FAULT_CLIENT},    {ERR_INTERRUPTED, FAULT_CLIENT},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == code)
            return known[i].fault;
    return FAULT_OTHER;
}
