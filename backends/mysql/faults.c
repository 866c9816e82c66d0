#include "config.h"

#include "backends/mysql/faults.h"

#include <stddef.h>

/* Numbers of the client begin at 2000, those of a newer MySQL at 3000; the names are the server's. */
static const struct { unsigned number; enum fault fault; } numbers[] = {
    {2002, FAULT_LOST}, {2003, FAULT_LOST},           /* CR_CONNECTION_ERROR, CR_CONN_HOST_ERROR: in a session
                                                         that was open */
    {2006, FAULT_LOST}, {2013, FAULT_LOST}, {2055, FAULT_LOST},     /* CR_SERVER_GONE_ERROR, CR_SERVER_LOST,
                                                                       …_EXTENDED */
    {1053, FAULT_LOST}, {1077, FAULT_LOST},           /* ER_SERVER_SHUTDOWN, ER_NORMAL_SHUTDOWN */
    {1152, FAULT_LOST}, {1184, FAULT_LOST},           /* ER_ABORTING_CONNECTION, ER_NEW_ABORTING_CONNECTION */
    {1927, FAULT_LOST}, {4031, FAULT_LOST},           /* ER_CONNECTION_KILLED,
                                                         ER_CLIENT_INTERACTION_TIMEOUT */
    {1213, FAULT_DEADLOCK},                           /* ER_LOCK_DEADLOCK */
    {1205, FAULT_TIMEOUT},                            /* ER_LOCK_WAIT_TIMEOUT */
    {1969, FAULT_TIMEOUT}, {3024, FAULT_TIMEOUT},     /* ER_STATEMENT_TIMEOUT, ER_QUERY_TIMEOUT */
    {1317, FAULT_TIMEOUT},                            /* ER_QUERY_INTERRUPTED */
    {1020, FAULT_CONFLICT}, {3572, FAULT_CONFLICT},   /* ER_CHECKREAD, ER_LOCK_NOWAIT */
    {1040, FAULT_THROTTLED}, {1203, FAULT_THROTTLED}, {1226, FAULT_THROTTLED},      /* too many connections, of a user, a user's limit */
    {1037, FAULT_THROTTLED}, {1038, FAULT_THROTTLED}, {1041, FAULT_THROTTLED},      /* out of memory */
    {1461, FAULT_THROTTLED},                          /* ER_MAX_PREPARED_STMT_COUNT_REACHED */
    {1044, FAULT_DENIED}, {1045, FAULT_DENIED}, {1142, FAULT_DENIED}, {1143, FAULT_DENIED},
    {1227, FAULT_DENIED}, {1370, FAULT_DENIED},
    {1290, FAULT_DENIED}, {1836, FAULT_DENIED},       /* a server that is read only */
    {1022, FAULT_CONSTRAINT}, {1048, FAULT_CONSTRAINT}, {1062, FAULT_CONSTRAINT}, {1169, FAULT_CONSTRAINT},
    {1216, FAULT_CONSTRAINT}, {1217, FAULT_CONSTRAINT}, {1364, FAULT_CONSTRAINT}, {1451, FAULT_CONSTRAINT},
    {1452, FAULT_CONSTRAINT}, {1557, FAULT_CONSTRAINT},
    {1586, FAULT_CONSTRAINT}, {3819, FAULT_CONSTRAINT}, {4025, FAULT_CONSTRAINT},   /* the last two: CHECK */
    {1049, FAULT_MISSING}, {1051, FAULT_MISSING}, {1054, FAULT_MISSING}, {1146, FAULT_MISSING},
    {1243, FAULT_MISSING},
    {1305, FAULT_MISSING},                            /* ER_SP_DOES_NOT_EXIST */
    {1064, FAULT_INVALID}, {1210, FAULT_INVALID}, {1264, FAULT_INVALID}, {1292, FAULT_INVALID},
    {1366, FAULT_INVALID},
    {1149, FAULT_INVALID}, {1690, FAULT_INVALID},
    {1406, FAULT_TOO_LARGE}, {1118, FAULT_TOO_LARGE}, {1153, FAULT_TOO_LARGE}, {1390, FAULT_TOO_LARGE},     /* a value, a row, a packet, ? */
    {2020, FAULT_TOO_LARGE},                          /* CR_NET_PACKET_TOO_LARGE */
    {2027, FAULT_REPLY},                              /* CR_MALFORMED_PACKET */
    {2008, FAULT_CLIENT},                             /* CR_OUT_OF_MEMORY */
};

enum fault mysql_fault(unsigned number)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].number == number)
            return numbers[i].fault;
    return FAULT_SERVER;
}
