/* judge.h - what the history of a key proves: a write that was lost, a read that cannot be, a read that was
 * stale. It accuses only where no order of what happened can explain it.
 *
 * A write takes effect at some moment between its first try and its acknowledgement; one that got no answer
 * at any moment from its first try on, or never; one that failed never. A version is *superseded* at the
 * acknowledgement of a write that began after the write of that version had ended for sure: a reader that
 * looks after that moment must not find the version. */
#ifndef PROOF_JUDGE_H
#define PROOF_JUDGE_H

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
};

struct judge {
    /* Whether a key's row is there before the first write, as it was loaded. */
    bool (*there)(void *arg, const struct event *);   /* one of the key's */
    void (*found)(void *arg, const struct finding *); /* valid during the call */
    /* Each read that is judged, but for those at rest. NULL: nobody counts them. */
    void (*read)(void *arg, const struct event *);
    void *arg;
};

struct judged {
    uint64_t keys, reads, writes;                     /* that were looked at */
    uint64_t unknown;                                 /* of the writes: it is not known whether they were
                                                         carried out */
    uint64_t charges[CHARGES];
    uint64_t own;                                     /* of the stale reads */
};

/* All histories of one round together, of the keys that every one of them watched to its end. */
struct judged judge_histories(struct history *const *, uint32_t n, const struct judge *);

#endif
