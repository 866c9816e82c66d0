/* history.h - what happened to the keys that are watched: each read and write of them, as a client saw it,
 * for judge.h.
 *
 * Workers log side by side, each into a history of its own. Its memory is bounded: when it is nearly full,
 * reads are left out; when it is full, half of the keys are no longer watched and what was logged of them is
 * forgotten. A write of a key that is still watched is never left out, since a history without it would
 * accuse the innocent. */
#ifndef PROOF_HISTORY_H
#define PROOF_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"

enum event_kind {
    EVENT_WRITE,                                      /* of a row, or its deletion: version is then
                                                         VERSION_ABSENT */
    EVENT_READ,
    EVENT_AT_REST,                                    /* a read after all writes have ended, whatever its
                                                         times; of several of a key the best counts, since
                                                         some stores need a moment */
};

enum { EVENT_OF_NOBODY = UINT16_MAX };

struct event {
    uint64_t key;                                     /* which one: history_key */
    uint64_t version;                                 /* written or found (version.h) */
    /* ns, of one clock. Of a write: from when its first try was sent to its acknowledgement. Of a read: from
     * when its snapshot may have been taken to its answer. */
    uint64_t sent, answered;
    uint32_t client;
    enum event_kind kind;
    enum call_outcome outcome;                        /* of a write. FAILED: none of its tries was carried
                                                         out */
    bool doubtful;                                    /* of a write: a try of it got no answer, and may be
                                                         carried out later than it was acknowledged */
    bool unloaded;                                    /* of a row that was not loaded: it is gained */
    bool counts;                                      /* of a column that is added to: version is what was
                                                         added, or what the reader found added in all, as an
                                                         int64_t */
    uint16_t source;                                  /* of a read: whose it is, handed on; EVENT_OF_NOBODY: it
                                                         counts in no figure */
    uint64_t row;                                     /* handed on: which one the key is of */
};

struct history {
    struct event *events;
    uint32_t n, room;
    uint32_t level;                                   /* keys are watched whose hash has so many zeros at its
                                                         end */
    uint64_t left_out;                                /* reads */
};

void history_init(struct history *, uint32_t room);   /* events that it holds at most, at least 8 */
void history_release(struct history *);

/* One number for a key of a key space, spread evenly. */
uint64_t history_key(uint64_t keyspace_salt, uint64_t ordinal);
/* Whether a key is one of about `witnesses` of `count`, the same ones in key spaces of one salt. */
bool history_is_witness(uint64_t key, uint64_t count, uint64_t witnesses);
bool history_watches(const struct history *, uint64_t key);
void history_add(struct history *, const struct event *);    /* of any key; left out where it is not
                                                                watched */

#endif
