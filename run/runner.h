/* runner.h - the inside of a run: what its phases share. One thread drives all phases; worker threads see
 * only their own parts.
 *
 *   compile -> targets -> [local servers] -> connect -> for each run and sweep point: tables -> plans -> verify -> measure -> clean up -> report */
#ifndef RUN_RUNNER_H
#define RUN_RUNNER_H

#include "backends/instances.h"
#include "backends/swept.h"
#include "base/map.h"
#include "results/results.h"
#include "run/local.h"
#include "run/options.h"
#include "run/request_log.h"
#include "run/tempdir.h"
#include "show/progress.h"
#include "vm/trace.h"

struct target {                                         /* a backend instance in this run */
    struct instance *inst;                            /* with the settings of the point that is run */
    struct instance written, settled;                 /* as the file has it; as it was when it was opened */
    VEC(struct place *) places;                       /* where this run has been before (places.c) */
    bool remakes;                                     /* points differ in how tables are made: what an earlier
                                                         run made says nothing of that */
    struct result_backend *result;
    bool usable;                                      /* connected, and nothing fatal has happened to it */
    bool attempted;                                   /* a connection to it was tried */
    const char *local;                                /* its throw-away server, by name and version; NULL: it
                                                         has none */
    struct server *server;
    bool unsure;                                      /* a write has got no answer, and may still arrive */
    uint64_t gained;                                  /* fresh keys that it may have taken, in all turns */
    uint32_t turns;                                   /* stretches of driving so far: each numbers what it
                                                         writes */
    struct map tables;                                /* by physical name: struct target_table */
    VEC(const struct table *) made;                   /* by this run: dropped at its end; each name once */
    struct map made_names;                            /* of these, by physical name: struct target_table, as
                                                         it was last sealed */
    struct mark *mark;                                /* on its tables; NULL: it needs none */
    uint32_t breaks;                                  /* of the mark, as far as the tables were looked at
                                                         again since */
};
struct target_table {
    char digest[DIGEST_CHARS + 1];                    /* of what is there now */
};

struct absence {                                      /* a strategy that is left out on a target: it has no
                                                         plan there, or is refused */
    const struct ir_point *point;
    const char *strategy;
    const struct target *target;
    const char *reason;
};

struct runner {
    const struct run_options *options;
    atomic_bool *stop;
    struct arena arena;
    struct diags diags;
    const struct ir *ir;
    struct data data;
    struct instances instances;
    struct swept swept;                               /* those of points whose settings differ */
    struct target *targets;
    size_t ntargets;
    VEC(struct absence) absences;
    VEC(struct mark *) marks;                         /* of this run: one for each place; two targets may be
                                                         one */
    struct results *results;
    struct results *baseline;                         /* NULL: none */
    struct progress *progress;
    struct request_log *log;                          /* of --log; NULL: none */
    struct local *local;
    struct tempdir tempdir;
    uint32_t rounds_ahead, rounds_done;               /* of all points: to be measured, as far as can be
                                                         foreseen, and measured */
    uint64_t rounds_from;                             /* clock_ns when the first of them began: what comes
                                                         before it comes once */
    const char *heeded;                               /* the last run whose options without effect were
                                                         reported; NULL: none */
    bool checks;                                      /* the workload is compiled and no more */
    bool unreachable, run_errors, wrong_rows, gate_failed;
};

bool runner_stopped(const struct runner *);
bool runner_leaves(const struct runner *);            /* what it makes stays at its end */
/* The backend is out: says so now, and in the report. Secrets are taken out of the text. */
bool target_connect(struct runner *, struct target *);    /* false: it cannot be reached, and is failed */
void target_fail(struct runner *, struct target *, struct error *);

/* gates.c: --baseline is read and checked before anything is measured; --save-baseline is written after it,
 * where nothing failed. */
int gates_open(struct runner *, struct error *);
void gates_close(struct runner *);
const char *gates_path(struct arena *, const struct run_options *, const char *baseline);    /* of a name or a path */
const char *runner_verify(const struct runner *);     /* what is compared while measuring, in the option's
                                                         words */
int gates_save(struct runner *, bool failed, struct error *);

/* judge.c: expectations and --fail-if, of all that was asked for. */
void judge_all(struct runner *);

/* outputs.c: refuses outputs that cannot be written, and those that are one file with another or with one
 * that is read. */
int outputs_check(struct runner *, struct error *);

/* targets.c: settings, local servers, connections. Below zero: nothing can be run (err says why). */
int targets_open(struct runner *, struct error *);
void targets_close(struct runner *);

/* places.c: settings that are swept. written: once a target is made; settled: once all are connected; settle:
 * before a point is run. */
void places_written(struct runner *, struct target *);
void places_settled(struct runner *);
void places_settle(struct runner *, const struct ir_point *);
void places_drop_made(struct runner *, struct target *);                    /* tables_drop_made, wherever the
                                                                             run has been */
void places_close(struct target *);                                         /* all its servers */

/* owning.c: the marks of this run on the tables of its targets. Taking them waits for other runs, as long as
 * --wait says. */
void owning_begin(struct runner *);
void owning_take(struct runner *, struct target *);     /* of a place that a target has moved to */
/* Whether a target's tables are still this run's; where they are not the target fails, and nothing more is
 * done to them. `ir`: the tables that must be as this run knows them where the mark was lost for a moment;
 * NULL: none yet. */
bool owning_holds(struct runner *, struct target *, const struct ir *);
void owning_end(struct runner *);

/* tables.c: creates and loads the tables of an IR on a target; reuses what matches. A failure fails the
 * target. */
void tables_ready(struct runner *, struct target *, const struct ir *);
/* The same for --dry-run: looks at what stands there, and changes nothing. */
void tables_look(struct runner *, struct target *, const struct ir *);
/* Whether they are as they were found or loaded: *err says which does not. */
/* Before the first of a run's queries that write: what the tables held is no longer noted. */
int tables_change(struct runner *, struct target *, const struct ir_run *, struct error *);
int tables_change_one(struct runner *, struct target *, const struct table *, struct error *);
int tables_stand(struct runner *, struct target *, const struct ir *, struct error *);
void tables_drop_made(struct runner *, struct target *);
int tables_drop_all(struct runner *, struct target *, const struct ir *);   /* --only drop: all that wkl made of
                                                                             these */

/* prove.c: damages a row on each usable target, and says on standard output whether the checks find it. */
void prove_all(struct runner *);

/* point.c: plans, verifies and measures one sweep point of a run on all usable targets. */
void point_run(struct runner *, const struct ir_point *);
void point_foresee(struct runner *, const struct ir_run *);               /* counts the rounds of one of its
                                                                             points */
void point_show_plans(struct runner *, const struct ir_point *);          /* --dry-run */

/* measure.c: threads, sessions, one measurement. */
struct pool_thread { struct loop *loop; struct session *session; uint32_t connections; };
struct pool {                                         /* threads with their sessions to one target */
    struct target *target;
    struct pool_thread *threads;
    uint32_t nthreads, connections;
};
struct drive {                                        /* how a program is to be driven */
    const struct program *program;
    const struct ir_run *run;
    uint32_t clients;
    bool unthinking;                                  /* no think time */
    bool as_needed;                                   /* clients: only as many of them as there are requests
                                                         at a time */
    double rate;
    uint32_t turn;                                    /* pool_drive's: of what is written */
    uint64_t seed, first_request, warmup_ns, for_ns, requests, latency_limit_ns;
    enum verify verify;
    const struct rests *rests;                        /* what is asked behind its writes; NULL: nothing */
    struct touched *touched;                          /* see struct worker_setup */
    const uint64_t *asked;                            /* the keys of its requests; NULL: they are drawn */
    bool at_rest;                                     /* of these: nobody writes meanwhile */
    bool heals;                                       /* its writes bring back what was loaded */
    const uint64_t *values_of;                        /* with `heals`: what was loaded for this key, whatever
                                                         key is written; NULL: for that key */
    const struct request_source *log;                 /* NULL: its requests do not go into the log */
    const char *label;                                /* for the progress line: "lakebase, binpacked" */
};
struct driven {                                       /* what came of it */
    struct tally *tally;                              /* the caller's; filled */
    uint32_t clients;                                 /* that were needed */
    uint32_t at_once;                                 /* requests that were with the backend at one time, at
                                                         most */
    bool measured_units;
    uint64_t fresh;                                   /* fresh keys that a client has taken, at most */
    bool unsure;                                      /* a write got no answer, and may still arrive */
    uint64_t at_rest;                                 /* rows that were written, and read when all had ended */
    struct trace slowest;
    struct mismatch mismatch;
    struct error fatal;
};
int pool_open(struct runner *, struct target *, struct pool *, uint32_t connections,
              const struct request *const *, uint32_t n, struct error *);
void pool_close(struct pool *);
void pool_drive(struct runner *, struct pool *, const struct drive *, struct driven *);
struct proof;
/* One request for each of some keys (drive.asked, .requests), again where connections are cut: false: not all were
 * answered, why is in *err. */
bool pool_ask(struct runner *, struct pool *, const struct drive *, struct proof *, struct mismatch *, struct error *);
/* How many rows a table has, over a connection of its own. */
int target_count(const struct target *, const struct table *, uint64_t *rows, struct error *);
uint32_t runner_jobs(const struct runner *, uint32_t clients);
uint32_t runner_depth(const struct instance *);       /* calls that one of its connections can have in
                                                         flight */

#endif
