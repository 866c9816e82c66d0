/* results.h - what a run of wklrun measured: the runner fills it in, every report reads it, and what follows
 * from it is computed in findings/ alone.
 *
 * struct results owns everything: strings passed in are copied, and so are the histograms' contents.
 * Durations are ns, `seconds` are seconds of measuring. One thread writes at a time. Entries and backends
 * stay where they are once added. */
#ifndef RESULTS_RESULTS_H
#define RESULTS_RESULTS_H

#include "base/arena.h"
#include "cost/cost.h"
#include "ir/ir.h"
#include "vm/packed.h"
#include "vm/tally.h"
#include "vm/trace.h"

/* ---- one (run, sweep point, strategy, backend) ---- */

struct result_slice {                                 /* a part of a round: what was answered within it */
    double from, seconds;                             /* from: since the round's measuring began */
    uint64_t errors, retries, throttles;
    struct packed *response;                          /* its count is that of the answered requests */
};

struct result_round {                                 /* enough to say later how sure a figure is */
    uint64_t requests, errors;
    double seconds;
    double began;                                     /* seconds since the whole run began: rounds of others
                                                         lie between */
    struct hist *response;
    struct result_slice *slices;                      /* all but the last of equal length; requests are
                                                         counted by when they ended */
    uint32_t nslices;
};

/* One slow request, as vm/trace.h draws it: times are ns since its intended start. */
struct result_trace_call { const char *title; uint64_t asked, sent, first_row, done; uint32_t trips, rows; };
struct result_trace {
    uint64_t response_ns, started_ns;                 /* response_ns 0: no request was followed */
    uint64_t client, number;
    uint64_t followed;                                /* it is the slowest of so many */
    struct result_trace_call *calls;
    uint32_t ncalls, left_out;
};

struct result_verified {
    bool done;
    uint64_t requests, rows, mismatches;
    uint64_t at_rest;                                 /* rows that were written, read when all writes had
                                                         ended */
    const char *first;                                /* the first mismatch in words: table, key, column,
                                                         expected, found; NULL: none */
};

struct results;
/* A mix has an entry for each of its queries, which has its figures alone: the others (costs, CPU, what was
 * verified) are the whole's. */
struct result_entry {
    const struct results *results;                    /* that it is of */
    struct result_entry *queries;                     /* of a mix, in its order */
    uint32_t nqueries;
    const struct result_entry *whole;                 /* of a query of a mix: of which one; else NULL */
    double share;                                     /* of a query of a mix: of the requests, by the run;
                                                         else 0 */
    const char *run, *query;                          /* query is "mix" where the run has several */
    const char *strategy, *backend;                   /* the strategy's canonical text; the instance's name */
    const struct ir_param *sweep;                     /* what is swept, with its value here */
    uint32_t nsweep;
    const char *data_digest, *request_digest;         /* of the tables and the seed; of the queries and keys.
                                                         NULL: not known */
    uint32_t clients, workers;                        /* workers: threads of the client */
    uint32_t most_clients;                            /* `clients` is how many of so many were needed; 0: all
                                                         of them were there */
    uint32_t at_once;                                 /* requests that were with the backend at one time, at
                                                         most; 0: not known */
    uint32_t part;                                    /* of joined results: from which; rounds of different
                                                         ones did not take turns */
    bool embedded;                                    /* the database works within the client's process: its
                                                         CPU time counts there too */
    double rate;                                      /* open loop: arrivals a second; 0: closed loop */
    double cost_rate;                                 /* at which its point's costs are compared
                                                         (costs_settle); 0: its own */
    double calls_per_request;                         /* by the plan: of a request (a call of the query); 0:
                                                         not known */
    double tables_per_request;                        /* one-table-one-key lookups a request stands for; 0:
                                                         not known */
    struct tally all;                                 /* the rounds together */
    struct result_round *rounds;
    uint32_t nrounds;
    struct cost cost;                                 /* nlines 0: nothing is known of it */
    struct result_trace slowest;
    struct result_verified verified;                  /* of this entry's requests */
    const char *failed;                               /* why it could not be measured at all or, where it has
                                                         rounds, why these are not valid; NULL: it was
                                                         measured */
    const char *plan;                                 /* as `wklc --emit` prints it, in lines; NULL: not
                                                         known */
    const char **notes;                               /* of the plan: what fell back, and why */
    uint32_t nnotes;
};

/* ---- the backends ---- */

enum result_status { RESULT_OK, RESULT_SKIPPED, RESULT_FAILED };
struct result_feature { const char *name, *text; bool lacks; };   /* lacks: it has no such thing; the text
                                                                     says why */
struct result_backend {
    const char *name, *kind, *version;                /* version NULL: not known */
    const char *place;                                /* where what answered stands, if not the service did:
                                                         "this machine"; else NULL */
    const char *server;                               /* who answered in its place: "DynamoDB Local 2.5.3";
                                                         NULL: the version says it */
    const char *where;                                /* the server that answered: "127.0.0.1:5432/risk", a
                                                         URL, a file; NULL: not known */
    const char *same_as;                              /* the first of those that are the same server; NULL: it
                                                         is that, or the only one */
    enum result_status status;
    const char *reason;                               /* why it was skipped or failed, the server's words
                                                         kept */
    const char *enable;                               /* skipped: what would enable it */
    bool loaded, reused;                              /* reused: the tables stood there already */
    uint64_t load_rows, load_bytes;
    double load_seconds;
    struct result_verified verified;                  /* of its entries together */
    VEC(struct result_feature) features;              /* the same ones in the same order for every backend */
};

struct result_left_out { const char *what, *reason, *enable; };  /* other than a whole backend: a run, a
                                                                    strategy; enable MAY be NULL */

struct result_expectation {
    const char *run, *backend, *strategy;
    const struct ir_param *sweep;
    uint32_t nsweep;
    const char *query;                                /* of this query of the mix; NULL: of the whole */
    const char *text;                                 /* canonical: "p99 < 79ms", "find.p99 < 5ms" */
    bool fail_if;                                     /* of --fail-if: the text says what must not hold */
    enum metric metric;
    bool measured;                                    /* false: there is no such figure */
    const char *unjudged;                             /* why the figure, or its absence, says nothing of the
                                                         backend; NULL: it was judged */
    double value, limit;                              /* in the metric's own unit, as in struct ir_expect */
    bool service;                                     /* of service time */
    bool sure;                                        /* there is a 95 % interval of the value */
    double low, high;
    bool ok;                                          /* judged, and it held */
};

struct result_host { const char *cpu, *kernel; uint32_t cores; uint64_t memory_bytes; };

struct result_remark { const char *text; bool differs; };    /* of results that were joined: what they are;
                                                                where they are not alike */

struct result_unjudged {                              /* what was to be held against the baseline and could
                                                         not be */
    const char *run, *backend, *strategy;             /* all NULL: the result as a whole */
    const struct ir_param *sweep;
    uint32_t nsweep;
    const char *why;
};
struct comparison;                                    /* compare.h */
struct recommendation;                                /* recommend.h */

struct results {
    struct arena arena;                               /* of all strings and arrays here */
    const char *version, *workload, *title, *started; /* started: ISO 8601, UTC; title MAY be NULL */
    uint64_t seed, began_ns;                          /* began_ns: by clock_ns */
    const char *verify;                               /* while measuring: "none", "count", "rows"; NULL: not
                                                         known */
    const char *stopped;                              /* why the run ended early ("interrupted by the user");
                                                         NULL: it did not */
    struct result_host host;
    const struct ir_param *params;
    uint32_t nparams;
    VEC(struct result_backend *) backends;
    VEC(struct result_entry *) entries;               /* in the order to show: by run, sweep point, backend,
                                                         strategy */
    VEC(struct result_left_out) left_out;
    VEC(struct result_expectation) expectations;
    VEC(struct result_remark) remarks;
    double noise;                                     /* a difference up to this share is none: 0.02 */
    const struct results *baseline;                   /* an earlier result to compare with, somebody else's;
                                                         NULL: none */
    const char *baseline_name, *baseline_started;     /* as the user named it; NULL: there is none. Results
                                                         that were read have these too */
    VEC(const char *) baseline_notes;                 /* what is not as it was then */
    VEC(struct result_unjudged) unjudged;             /* baseline_judge makes them */
    VEC(struct comparison) comparisons;               /* compare_results makes them */
    VEC(struct comparison) kept;                      /* those with a baseline that is not at hand, as they
                                                         were read */
    VEC(struct recommendation) recommendations;       /* recommend_results makes them: one for each run */
};

/* workload and params are taken from the IR; version is ours, host and start time are filled in. */
struct results *results_new(const struct ir *, uint64_t seed);
struct results *results_new_empty(void);              /* its caller fills it in */
void results_free(struct results *);                  /* NULL is fine */
const char *results_keep(struct results *, const char *text);   /* a printable copy that lives as long; NULL
                                                                   gives NULL */
const char *results_keep_lines(struct results *, const char *text);     /* the same, its line breaks kept */

struct result_backend *results_add_backend(struct results *, const char *name, const char *kind);
struct result_backend *results_find_backend(const struct results *, const char *name);    /* NULL: none */
void results_add_feature(struct results *, struct result_backend *, const char *name, const char *text,
                         bool lacks);
void results_skip_backend(struct results *, struct result_backend *, const char *reason, const char *enable);
void results_fail_backend(struct results *, struct result_backend *, const char *reason);

/* An entry for this point of a run; run, sweep, clients, rate, query are taken from it. new: it is not among
 * the results. */
struct result_entry *results_new_entry(struct results *, const struct ir_point *, const char *strategy,
                                       const char *backend);
/* The entry of its query of that name; itself where it asks no other query, or query is NULL. NULL: it does
 * not ask it. */
const struct result_entry *results_query(const struct result_entry *, const char *query);
static inline const struct result_entry *results_whole(const struct result_entry *e) { return e->whole ? e->whole : e; }
struct result_entry *results_add_entry(struct results *, const struct ir_point *, const char *strategy,
                                       const char *backend);
/* Gives a mix an entry for each of its n queries, once; their names and shares are the caller's to fill
 * in. */
void results_part(struct results *, struct result_entry *, uint32_t n);
/* Copies to its queries what they share with the whole (run, backend, strategy …), after that has changed. */
void results_settle_queries(struct result_entry *);
/* Adds a round to the entry: its counts and histograms are added to `all`, its response times are kept apart
 * too; likewise its queries. The tally stays the caller's and may be reset (tally_reset) and used again. */
void results_add_round(struct results *, struct result_entry *, const struct tally *);
/* Keeps the trace if it is slower than the entry's. Its requests may be freed afterwards. */
void results_add_trace(struct results *, struct result_entry *, const struct trace *);
void results_add_note(struct results *, struct result_entry *, const char *note);         /* the same note is kept once */
/* Adds to what was verified of the entry and of its backend; first is the first mismatch in words, or
 * NULL. */
void results_add_verified(struct results *, struct result_entry *, uint64_t requests, uint64_t rows,
                          uint64_t mismatches, const char *first);
void results_add_at_rest(struct results *, struct result_entry *, uint64_t rows);
bool results_has_at_rest(const struct results *);     /* of any backend */
void results_set_cost(struct results *, struct result_entry *, const struct cost *);      /* a copy, its texts too */
void results_leave_out(struct results *, const char *what, const char *reason, const char *enable);
bool results_measured(const struct results *);        /* whether any request was answered */
void results_sort(struct results *);                  /* entries into the order to show, whatever order they
                                                         were measured in */
/* "share 100%, rows 5k"; nothing where n is 0. */
void results_put_sweep(struct buf *, const struct ir_param *, uint32_t n);

#endif
