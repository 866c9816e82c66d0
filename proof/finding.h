/* finding.h - what a read proves against the writes of its key. */
#ifndef PROOF_FINDING_H
#define PROOF_FINDING_H

#include "proof/history.h"

enum charge {
    CHARGE_LOST,                                      /* at rest a version stands that was superseded: the
                                                         write that did is lost */
    CHARGE_STALE,                                     /* a read began after the version that it found had been
                                                         superseded */
    CHARGE_ABORTED,                                   /* it found what a write wrote that had failed */
    CHARGE_UNWRITTEN,                                 /* it found what nobody wrote */
    CHARGE_EARLY,                                     /* it found what was sent only after it had been
                                                         answered */
    CHARGE_DOUBLED,                                   /* it found more added than was ever sent: something was
                                                         counted twice */
    CHARGES
};
const char *charge_name(enum charge);                 /* "lost write" */

struct finding {
    enum charge charge;
    const struct event *read;
    const struct event *write;                        /* of the version that was found; NULL: as loaded, or
                                                         nobody's */
    const struct event *by;                           /* LOST, STALE: the acknowledged write that superseded
                                                         it first */
    uint64_t age;                                     /* STALE: ns since that acknowledgement */
    bool own;                                         /* STALE: its own client wrote or had read what
                                                         superseded it: a session must not see it */
    int64_t least, most;                              /* of a column that counts: what can have been added */
};

#endif
