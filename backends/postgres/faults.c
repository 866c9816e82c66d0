#include "config.h"

#include "backends/postgres/faults.h"

#include <stddef.h>
#include <string.h>

/* Five characters are one code; two are its class, for all of it that is not named before. */
static const struct { const char *state; enum fault fault; } states[] = {
    {"40P01", FAULT_DEADLOCK},                        /* deadlock_detected */
    {"40003", FAULT_LOST},                            /* statement_completion_unknown */
    {"40", FAULT_CONFLICT},                           /* serialization_failure and others of rolled-back
                                                         transactions */
    {"55P03", FAULT_CONFLICT},                        /* lock_not_available */
    {"55006", FAULT_CONFLICT},                        /* object_in_use */
    {"57014", FAULT_TIMEOUT},                         /* query_canceled: statement_timeout */
    {"57P03", FAULT_CONNECT},                         /* cannot_connect_now: starting up */
    {"57P04", FAULT_MISSING},                         /* database_dropped */
    {"57P", FAULT_LOST},                              /* admin_shutdown, crash_shutdown,
                                                         idle_session_timeout */
    {"25P03", FAULT_LOST},                            /* idle_in_transaction_session_timeout */
    {"25P04", FAULT_TIMEOUT},                         /* transaction_timeout */
    {"08001", FAULT_CONNECT}, {"08004", FAULT_CONNECT},
    {"08P01", FAULT_INVALID},                         /* protocol_violation */
    {"08", FAULT_LOST},                               /* connection_failure, transaction_resolution_unknown */
    {"53100", FAULT_SERVER},                          /* disk_full */
    {"53", FAULT_THROTTLED},                          /* too_many_connections, out_of_memory */
    {"42501", FAULT_DENIED}, {"28", FAULT_DENIED}, {"0A", FAULT_INVALID}, {"22", FAULT_INVALID},
    {"26", FAULT_MISSING}, {"42P01", FAULT_MISSING}, {"42703", FAULT_MISSING}, {"42883", FAULT_MISSING},
    {"42P02", FAULT_MISSING}, {"42704", FAULT_MISSING}, {"3D", FAULT_MISSING}, {"3F", FAULT_MISSING},
    {"42", FAULT_INVALID}, {"25", FAULT_INVALID}, {"21", FAULT_INVALID}, {"23", FAULT_CONSTRAINT},
    {"27", FAULT_CONSTRAINT}, {"44", FAULT_CONSTRAINT},
    {"54", FAULT_TOO_LARGE},                          /* program_limit_exceeded */
    {"58", FAULT_SERVER}, {"XX", FAULT_SERVER}, {"F0", FAULT_SERVER}, {"55", FAULT_SERVER},
};

enum fault postgres_fault(const char *sqlstate)
{
    for (size_t i = 0; sqlstate && i < sizeof states / sizeof *states; i++)
        if (!strncmp(states[i].state, sqlstate, strlen(states[i].state)))
            return states[i].fault;
    return FAULT_SERVER;
}
