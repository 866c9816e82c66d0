/* check.h - is an answer right? Rows are pure functions of (seed, table, row), so nothing is stored to
 * compare with.
 *
 *   VERIFY_COUNT   each table of a request brings exactly as many rows as its keys have there
 *   VERIFY_ROWS    besides, every row is one that was asked for, comes once, and agrees value for value
 *
 * A check belongs to one call; its arrays are the caller's, sized for the largest request of a program. */
#ifndef VM_CHECK_H
#define VM_CHECK_H

#include "backends/backend.h"
#include "data/finder.h"
#include "data/rows.h"
#include "proof/touched.h"

enum verify { VERIFY_NONE, VERIFY_COUNT, VERIFY_ROWS };

enum { MISMATCH_TEXT = 1000 };
struct mismatch {
    uint64_t count;                                   /* wrong or missing rows and values */
    char text[MISMATCH_TEXT];                         /* the first: table, key, column, expected, found */
};
void mismatch_merge(struct mismatch *into, const struct mismatch *from);

struct check_rows { const struct step *step; uint64_t first; uint32_t n, room, *hashes; };     /* the rows of a key: check.c */

struct checker {                                      /* one a worker */
    const struct data *data;
    const struct instance *instance;                  /* whose tables' names have a prefix */
    struct finder finder;
    struct slicer slicer;
    enum verify verify;
    const struct touched *touched;                    /* by the table's id: rows that statements of this run
                                                         may have put or deleted; rows 0: none. NULL: of no
                                                         table */
    bool unsure;                                      /* what was sent in an earlier turn may still arrive */
    struct scratch scratch;
    struct value *row;                                /* room for the widest table */
    uint64_t *versions;                               /* of a row's groups; as many */
    struct check_rows rows;                           /* of the key that was looked at last */
    uint32_t mask;                                    /* slots of each check's index, less one; 0: requests
                                                         have few keys, and there is none */
    uint64_t all;                                     /* rows of the key that was looked at last, before a
                                                         slice of them */
    struct mismatch *found;
};

struct check {                                        /* one a call in flight */
    uint32_t *rows;                                   /* received, by step */
    unsigned char *seen;                              /* enum, by row that may come, key by key through the
                                                         steps; VERIFY_ROWS */
    uint32_t *index;                                  /* which key a row is about, by its hash; VERIFY_ROWS */
    uint64_t total;
};

uint32_t check_places(const struct request *);                      /* rows that may come: so large is
                                                                       `seen` */
uint32_t check_index_mask(enum verify, uint32_t max_keys);          /* of requests with so many keys at
                                                                       most */
void check_begin(const struct checker *, struct check *, const struct call *);
void check_row(struct checker *, struct check *, const struct call *, const struct step *,
               const struct value *values);
/* Which of the step's keys a row is about: 0 … nkeys-1; -1: none of them. *number: of the step's first key,
 * counted through the steps. */
int64_t check_key_of(const struct checker *, const struct check *, const struct call *, const struct step *,
                     const struct value *values, uint32_t *number);
/* The rows that a key may have, from *first on: see step_places. */
uint64_t check_places_of(struct checker *, const struct step *, uint64_t ordinal, uint64_t *first);
void check_end(struct checker *, struct check *, const struct call *);
void check_release(struct checker *);                 /* what it grew, and its row */

#endif
