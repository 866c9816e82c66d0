/* full.c - libpq as it is when it has no room for rows before others are sent: every other time it takes none of them and says 0, as is its
 * right on a connection that does not block. The linker puts this in between; rows that a driver loses then are missed by the checks. */
#include "config.h"

#include <libpq-fe.h>

int __real_PQputCopyData(PGconn *, const char *, int);
int __wrap_PQputCopyData(PGconn *, const char *, int);

int __wrap_PQputCopyData(PGconn *pg, const char *data, int n)
{
    static _Thread_local unsigned calls;
    return calls++ % 2 ? __real_PQputCopyData(pg, data, n) : 0;
}
