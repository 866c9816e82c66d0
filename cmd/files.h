/* files.h - what the FILEs of a command line are: pieces of one workload, several workloads, folders of them.
 *
 * A FILE that has a run is a workload by itself; one that has none (backends, params, tables) belongs to each
 * of them. Where no more than one has a run, all are pieces of one workload. A folder stands for the .wkl
 * files in it that have a run, by name. */
#ifndef CMD_FILES_H
#define CMD_FILES_H

#include "base/arena.h"
#include "base/error.h"
#include "run/several.h"

/* `more` belongs to each (--targets). *count workloads, at least one. ERR_USAGE, ERR_IO. */
int files_group(struct arena *, const char *const *given, size_t n, const char *const *more, size_t nmore,
                struct workload_files **out, size_t *count, struct error *);

#endif
