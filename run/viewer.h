/* viewer.h - a measurement while it goes on: what its workers have answered in the last moment, as a line of
 * progress. */
#ifndef RUN_VIEWER_H
#define RUN_VIEWER_H

#include "run/runner.h"
#include "vm/window.h"

struct viewer;

/* One window a worker, which it gets in its setup; they are the viewer's. NULL, which all of these take,
 * where the user asked for quiet: then nothing is recorded for nobody to see. */
struct viewer *viewer_open(struct runner *, const struct drive *, uint32_t workers);
struct window *viewer_window(const struct viewer *, uint32_t worker);
void viewer_look(struct viewer *, uint64_t answered);   /* as often as it suits; answered: since the drive
                                                           began */
void viewer_close(struct viewer *);

#endif
