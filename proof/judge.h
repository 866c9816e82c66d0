/* judge.h - what the history of a key proves: a write that was lost, a read that cannot be, a read that was
 * stale. It accuses only where no order of what happened can explain it.
 *
 * A write takes effect at some moment between its first try and its acknowledgement; one that got no answer
 * at any moment from its first try on, or never; one that failed never. A version is *superseded* at the
 * acknowledgement of a write that began after the write of that version had ended for sure: a reader that
 * looks after that moment must not find the version.
 *
 * Of a column that counts each write adds to what is there: a reader must find what was acknowledged before it
 * began, may find what was sent before it ended, and nothing else (counts.h). */
#ifndef PROOF_JUDGE_H
#define PROOF_JUDGE_H

#include "proof/finding.h"

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
