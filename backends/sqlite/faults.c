#include "config.h"

#include "backends/sqlite/faults.h"

/* The low byte of an extended code is the plain one. The numbers are fixed in SQLite's file format for good,
 * which spares the build its header where the library is not there. */
static const enum fault codes[] = {
    [1] = FAULT_INVALID,                              /* SQLITE_ERROR: also a table that is not there, which
                                                         has no code of its own */
    [3] = FAULT_DENIED,                               /* PERM */
    [4] = FAULT_TIMEOUT, [9] = FAULT_TIMEOUT,         /* ABORT, INTERRUPT */
    [5] = FAULT_CONFLICT, [6] = FAULT_CONFLICT,       /* BUSY, LOCKED */
    [15] = FAULT_CONFLICT,                            /* PROTOCOL: locking */
    [7] = FAULT_CLIENT, [8] = FAULT_CLIENT, [10] = FAULT_CLIENT, [11] = FAULT_CLIENT, [13] = FAULT_CLIENT,
    [14] = FAULT_CLIENT,
    [26] = FAULT_CLIENT,                              /* NOMEM, READONLY, IOERR, CORRUPT, FULL, CANTOPEN,
                                                         NOTADB */
    [12] = FAULT_MISSING, [17] = FAULT_MISSING,       /* NOTFOUND, SCHEMA */
    [18] = FAULT_TOO_LARGE,                           /* TOOBIG */
    [19] = FAULT_CONSTRAINT,
    [20] = FAULT_INVALID, [21] = FAULT_INVALID, [25] = FAULT_INVALID,     /* MISMATCH, MISUSE, RANGE */
    [23] = FAULT_DENIED,                              /* AUTH */
};

enum fault sqlite_fault(int code)
{
    unsigned plain = (unsigned)code & 0xff;
    enum fault f = plain < sizeof codes / sizeof *codes ? codes[plain] : FAULT_OTHER;
    return f == FAULT_OTHER ? FAULT_SERVER : f;
}
