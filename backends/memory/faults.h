/* faults.h - what `memory` does wrong with writes and their reads, as its settings say: what checks must find.
 * Of a session, and its thread's. What brings back loaded rows is always carried out. */
#ifndef BACKENDS_MEMORY_FAULTS_H
#define BACKENDS_MEMORY_FAULTS_H

#include "backends/backend.h"
#include "ops/model.h"

enum planted {
    PLANT_DROP, PLANT_HALF, PLANT_REFUSE, PLANT_CUT, PLANT_DOUBLE, PLANT_REVIVE, PLANT_STALE,
    PLANTS,
    PLANT_NONE = PLANTS,
};

struct faults {
    uint64_t every[PLANTS], seen[PLANTS];
    uint64_t stale;                                   /* how old stale reads are */
    struct {                                          /* a row that is to come back; table NULL: none is */
        const struct table *table;
        uint64_t row, in;                             /* so many calls from now */
    } revival;
};

void faults_init(struct faults *, const struct instance *, struct overlay *);
/* The fault of this call, if any: each is another's turn. */
enum planted faults_next(struct faults *, const struct call *);
/* Evaluates what a call asks for, with that fault: its rows go to the receiver. */
void faults_eval(struct faults *, struct model *, struct call *, enum planted, struct receiver *);

#endif
