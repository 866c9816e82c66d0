/* load.h - loading tables: the load program, run by as many threads as are asked for over one list of chunks. */
#ifndef VM_LOAD_H
#define VM_LOAD_H

#include <stdatomic.h>

#include "backends/backend.h"
#include "vm/program.h"

struct load_chunk {                                   /* rows from … to-1 of a table: one stream */
    const struct table *table;
    uint64_t from, to;
};

struct load_job {                                     /* shared by the threads of one load */
    const struct program *program;                    /* made by codegen_load */
    const struct instance *instance;
    const struct load_chunk *chunks;
    size_t nchunks;
    const atomic_bool *stop;
    atomic_size_t next;                               /* the first chunk that no thread has taken */
    atomic_ullong rows;                               /* loaded so far, for a progress display */
    atomic_bool failed;                               /* makes the other threads stop too */
};

/* One thread's share; returns when no chunk is left. ERR_INTERRUPTED where it was asked to stop. */
int load_run(struct load_job *, struct error *);

#endif
