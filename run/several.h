/* several.h - several workloads in turn, as one command.
 *
 * All are compiled, and their outputs looked at, before any of them runs. A report in text, JSON (an array),
 * CSV or Markdown holds all of them; every other output is a file for each, with the workload's name before
 * the ending: r.html is r.NAME.html. So are baselines. */
#ifndef RUN_SEVERAL_H
#define RUN_SEVERAL_H

#include "run/options.h"

struct workload_files {
    const char *name;                                 /* of the first file, without folder and ending */
    const char *const *files;
    size_t n;
};

/* The exit code is the worst: 3, 2, 1, 99, 0. `common` holds all but the files. */
int run_several(const struct run_options *common, const struct workload_files *, size_t n, atomic_bool *stop);

#endif
