/* load.h - bringing rows: as many threads as are asked for over one list of stretches, each over a connection
 * of its own. */
#ifndef RUN_LOAD_H
#define RUN_LOAD_H

#include <stdatomic.h>

#include "backends/backend.h"

struct load_job {                                     /* shared by the threads of one load */
    const struct instance *instance;
    const struct stretch *stretches;
    size_t nstretches;
    const atomic_bool *stop;
    atomic_size_t next;                               /* the first stretch that no thread has taken */
    atomic_ullong rows;                               /* brought so far, for a progress display */
    atomic_bool failed;                               /* makes the other threads stop too */
};

/* One thread's share; returns when no stretch is left. ERR_INTERRUPTED where it was asked to stop. */
int load_run(struct load_job *, struct error *);

#endif
