/* tempdir.h - a temporary folder that outlives nobody: a watcher process removes it when its maker ends,
 * however it ends. */
#ifndef RUN_TEMPDIR_H
#define RUN_TEMPDIR_H

#include "base/error.h"

struct tempdir {
    char path[256];                                   /* "" while there is none */
    int lifetime;                                     /* our end of the watcher's pipe: closed by us or, when
                                                         we are killed, by the kernel */
    int watcher;                                      /* its process id */
};

int tempdir_open(struct tempdir *, struct error *);
void tempdir_close(struct tempdir *);                 /* removes it; nothing where it was not opened */

#endif
