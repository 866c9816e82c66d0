/* version.h - which write a value comes from: 63 bits that name it, whatever the backend and the strategy, so
 * that all of them write the same bytes, and a row that comes back is checked against what it claims to be.
 *
 *   turn 12 | client 17 | request 28 | statement 6         0: as loaded */
#ifndef DATA_VERSION_H
#define DATA_VERSION_H

#include <stdbool.h>
#include <stdint.h>

enum {
    VERSION_TURN_BITS = 12, VERSION_CLIENT_BITS = 17,
    VERSION_REQUEST_BITS = 28, VERSION_STATEMENT_BITS = 6,
};

struct version {
    uint32_t turn;                                    /* of a point, a cell and a round, verification
                                                         included */
    uint32_t client, request;
    uint32_t statement;                               /* of the query, from 1: so that no write is version
                                                         0 */
};

#define VERSION_LOADED UINT64_C(0)
#define VERSION_ABSENT UINT64_MAX                     /* no row is there; nobody writes it into one */

/* False: a part is beyond its bits. */
bool version_pack(struct version, uint64_t *);
struct version version_unpack(uint64_t);

#endif
