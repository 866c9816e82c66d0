/* fault.h - why a request failed, as all databases have it: each driver maps its own codes to these by a
 * table in its folder. Counts, logs and reports speak of faults by these names; an error_code (error.h) says
 * what a caller is to do. */
#ifndef BASE_FAULT_H
#define BASE_FAULT_H

#include <stdbool.h>

enum fault {
    FAULT_OTHER,                                      /* none of these, or unknown */
    FAULT_CONNECT,                                    /* no connection: refused, unreachable */
    FAULT_DENIED,                                     /* wrong password, no privilege, expired credentials */
    FAULT_LOST,                                       /* the connection broke, or the server went away */
    FAULT_TIMEOUT,                                    /* no answer in time, or the server gave up at a limit
                                                         of its own */
    FAULT_THROTTLED,                                  /* refused for load, too many connections, out of
                                                         memory; retries are used up */
    FAULT_CONFLICT,                                   /* serialization failure, a write in between, a lock not
                                                         obtained */
    FAULT_DEADLOCK,
    FAULT_CONSTRAINT,                                 /* a key that is there already, a check, a foreign
                                                         key */
    FAULT_MISSING,                                    /* no such table, column, database, statement */
    FAULT_INVALID,                                    /* the request is wrong by its text or its values */
    FAULT_TOO_LARGE,                                  /* a request, a reply or an item beyond the limits */
    FAULT_SERVER,                                     /* the server failed at it, for reasons of its own */
    FAULT_REPLY,                                      /* an answer that is not understood */
    FAULT_CLIENT,                                     /* of this machine: a file, a full disk */
    FAULT_COUNT
};

/* What became of a call. FAILED: it was not sent, or refused with an answer. UNKNOWN: it was sent, and no
 * answer came: it may have been carried out. */
enum call_outcome { CALL_OK, CALL_FAILED, CALL_UNKNOWN };
/* How many rows a statement met, of a service that does not say it. */
#define MET_UNTOLD UINT64_MAX

const char *fault_name(enum fault);                   /* in JSON and logs: "too_large" */
const char *fault_title(enum fault);                  /* in reports: "too large", "lost connection" */
bool fault_by_name(const char *name, enum fault *);   /* false: it is none of these; *fault is FAULT_OTHER
                                                         then */
/* The error_code for it, which administration acts on, and back. */
int fault_code(enum fault);
enum fault fault_of(int code);
/* Whether a request that failed this way may have been carried out nevertheless. A timeout may, if nobody
 * answered. */
bool fault_leaves_open(enum fault);

#endif
