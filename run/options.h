/* options.h - what the command line of wklrun asks for. Zero means: as the file says, or the default. */
#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "compiler/front.h"
#include "vm/check.h"

enum only { ONLY_ALL, ONLY_CREATE, ONLY_LOAD, ONLY_RUN, ONLY_DROP };

struct run_output {
    const char *file, *format;                        /* file NULL: standard output */
    struct buf *gathered;                             /* several workloads: the report goes in here, beside
                                                         those of the others; NULL: it is written */
};

struct run_options {
    const char *const *files;
    size_t nfiles;
    const char *backends;                             /* "all" where it is not given */
    bool local;
    const char *run;                                  /* narrows: names of runs with commas between */
    struct front_options front;
    uint64_t seed;
    uint32_t clients, jobs, connections;
    double rate;
    uint64_t time_ns, requests, latency_limit_ns;
    bool has_warmup;
    uint64_t warmup_ns;
    uint32_t rounds, max_tries;
    bool has_verify;
    enum verify verify;                               /* while measuring; before it every row is always
                                                         compared */
    uint32_t sample;                                  /* requests that are verified for each strategy and
                                                         backend */
    enum only only;
    bool keep, reload, dry_run;
    bool prove;                                       /* damages what stands there, and demands that it is found */
    bool has_wait;
    uint64_t wait_ns;                                 /* for another run that uses the same tables */
    uint64_t progress_ns;                             /* between lines of progress; 0: a live line on a
                                                         terminal */
    bool quiet;
    bool details;                                     /* all tables of the text report */
    const char *log;                                  /* a file for every measured request; NULL: none */
    bool report;                                      /* the files are results: nothing is run */
    const char *baseline;                             /* a name, or a path: holds a '/' or ends in .json */
    const char *save_baseline;                        /* a name */
    bool has_noise;
    double noise;                                     /* a difference up to this share is none */
    struct run_output *outputs;
    size_t noutputs;
    const struct run_options *all;                    /* of several workloads, this one's too: none writes
                                                         what another reads */
    size_t nall;
};

/* Exit codes of both commands. */
enum { EXIT_FINE = 0, EXIT_USAGE = 1, EXIT_RUN_ERRORS = 2, EXIT_WRONG_ROWS = 3, EXIT_EXPECTATION = 99 };

bool gates_is_path(const char *baseline);             /* not a name */
bool gates_name_ok(const char *);                     /* of --save-baseline: letters, digits, -, _ and . */

/* Does it all, reports to the outputs and to stderr. Returns the exit code. stop: set from elsewhere to end
 * soon. */
int run_workload(const struct run_options *, atomic_bool *stop);

/* Says what is wrong with a workload and these options, before anything is connected to. EXIT_FINE: nothing
 * is. */
int run_check(const struct run_options *);
/* several.c: adds a report to those of the other workloads. */
void several_gather(const struct run_output *, const struct buf *report);

/* The reports of results that were written as JSON before: no file is compiled, nothing is connected to. */
int run_report(const struct run_options *);

#endif
