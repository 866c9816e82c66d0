/* wklrun.c - the command line of wklrun, and its signals. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/bounds.h"
#include "base/thread.h"
#include "cmd/files.h"
#include "cmd/options.h"
#include "run/options.h"
#include "run/several.h"
#include "show/report.h"

struct asked {
    struct run_options o;
    struct arena arena;
    VEC(const char *) files;                          /* of --targets */
    struct option_defines defines;
    VEC(const char *) fails;
    VEC(struct run_output) outputs;
    const char *format;                               /* the last --format, of each -o behind it; NULL: none
                                                         was given yet */
    const char *strategies;
    bool awaits_output;                               /* --format was given, and no -o after it */
    bool schema;
};

static bool take_targets(void *a, const char *v, char *fault, size_t room)
{
    (void)fault; (void)room;
    struct asked *x = a;
    vec_push(&x->arena, &x->files, v);
    return true;
}
static bool take_define(void *a, const char *v, char *fault, size_t room)
{
    return option_define(&((struct asked *)a)->arena, &((struct asked *)a)->defines, v, fault, room);
}

#define TAKE_COUNT(name, field, most)                                                     \
    static bool name(void *a, const char *v, char *fault, size_t room)                    \
    {                                                                                     \
        uint64_t n = 0;                                                                   \
        bool ok = option_whole(v, 1, most, &n, fault, room);                              \
        ((struct asked *)a)->o.field = (__typeof__(((struct asked *)a)->o.field))n;       \
        return ok;                                                                        \
    }
static bool take_seed(void *a, const char *v, char *fault, size_t room)
{
    return option_seed(v, &((struct asked *)a)->o.seed, fault, room);
}
TAKE_COUNT(take_clients, clients, MOST_CLIENTS)
TAKE_COUNT(take_jobs, jobs, MOST_JOBS)
TAKE_COUNT(take_connections, connections, MOST_CONNECTIONS)
TAKE_COUNT(take_ops, requests, MOST_REQUESTS)
TAKE_COUNT(take_rounds, rounds, MOST_ROUNDS)
TAKE_COUNT(take_tries, max_tries, MOST_TRIES)
TAKE_COUNT(take_sample, sample, MOST_SAMPLE)

static bool take_time(void *a, const char *v, char *fault, size_t room)
{
    return option_duration(v, true, &((struct asked *)a)->o.time_ns, fault, room);
}
static bool take_warmup(void *a, const char *v, char *fault, size_t room)
{
    struct run_options *o = &((struct asked *)a)->o;
    o->has_warmup = true;
    return option_duration(v, false, &o->warmup_ns, fault, room);
}
static bool take_wait(void *a, const char *v, char *fault, size_t room)
{
    struct run_options *o = &((struct asked *)a)->o;
    o->has_wait = true;
    return option_duration(v, false, &o->wait_ns, fault, room);
}
static bool take_limit(void *a, const char *v, char *fault, size_t room)
{
    return option_duration(v, true, &((struct asked *)a)->o.latency_limit_ns, fault, room);
}
static bool take_progress(void *a, const char *v, char *fault, size_t room)
{
    struct run_options *o = &((struct asked *)a)->o;
    o->progress_ns = 1000000000ull;
    return !v || option_duration(v, true, &o->progress_ns, fault, room);
}
/* `-P 1 FILE`: a file with such a name is written ./1. */
static bool is_interval(const char *v)
{
    uint64_t ns;
    char fault[100];
    return option_duration(v, true, &ns, fault, sizeof fault);
}
static bool take_rate(void *a, const char *v, char *fault, size_t room)
{
    return option_rate(v, &((struct asked *)a)->o.rate, fault, room);
}

static bool take_noise(void *a, const char *v, char *fault, size_t room)
{
    struct run_options *o = &((struct asked *)a)->o;
    o->has_noise = true;
    return option_share(v, &o->noise, fault, room);
}
static bool take_fail_if(void *a, const char *v, char *fault, size_t room)
{
    (void)fault; (void)room;
    struct asked *x = a;
    vec_push(&x->arena, &x->fails, v);
    return true;
}

static bool take_baseline(void *a, const char *v, char *fault, size_t room)
{
    ((struct asked *)a)->o.baseline = v;
    return *v || option_fault(fault, room, "expected a name, or a file that wklrun wrote with --format json");
}
static bool take_save_baseline(void *a, const char *v, char *fault, size_t room)
{
    ((struct asked *)a)->o.save_baseline = v;
    return gates_name_ok(v) ||
           option_fault(fault, room, "expected a name of letters, digits, '-', '_' and '.', without .json");
}

static int place_in(const char *const *words, const char *v)
{
    for (int i = 0; words[i]; i++)
        if (!strcmp(words[i], v))
            return i;
    return -1;
}
static bool take_verify(void *a, const char *v, char *fault, size_t room)
{
    static const char *const words[] = {"none", "count", "rows", NULL};
    struct run_options *o = &((struct asked *)a)->o;
    int at = place_in(words, v);
    o->has_verify = true;
    o->verify = at < 0 ? VERIFY_NONE : (enum verify)at;
    return at >= 0 || option_fault(fault, room, "expected none, count or rows");
}
static bool take_only(void *a, const char *v, char *fault, size_t room)
{
    static const char *const words[] = {"", "create", "load", "run", "drop", NULL};
    int at = place_in(words, v);
    ((struct asked *)a)->o.only = at < 1 ? ONLY_ALL : (enum only)at;
    return at >= 1 || option_fault(fault, room, "expected create, load, run or drop");
}

OPTION_FLAG(take_local, o.local)
OPTION_FLAG(take_keep, o.keep)
OPTION_FLAG(take_reload, o.reload)
OPTION_FLAG(take_dry_run, o.dry_run)
OPTION_FLAG(take_prove, o.prove)
OPTION_FLAG(take_quiet, o.quiet)
OPTION_FLAG(take_details, o.details)
OPTION_FLAG(take_report, o.report)
OPTION_FLAG(take_schema, schema)
OPTION_LIST(take_backends, o.backends)
OPTION_LIST(take_run, o.run)
OPTION_LIST(take_strategy, strategies)

static const char *list_formats(struct arena *arena)
{
    const char *text = "";
    for (const struct report_format *f = report_formats; f->name; f++)
        text = arena_printf(arena, "%s%s%s", text, f == report_formats ? "" : ", ", f->name);
    return text;
}

static const char *list_endings(struct arena *arena)
{
    const char *text = "";
    for (const struct report_format *f = report_formats; f->name; f++)
        text = arena_printf(arena, "%s%s.%s", text, f == report_formats ? "" : f[1].name ? ", " : " or ",
                            f->ending ? f->ending : f->name);
    return text;
}

/* Which format an -o has is settled once all options are known: outputs.items[i].format stays NULL until
 * then. */
static bool take_output(void *a, const char *v, char *fault, size_t room)
{
    struct asked *x = a;
    x->awaits_output = false;
    vec_push(&x->arena, &x->outputs, ((struct run_output){strcmp(v, "-") ? v : NULL, x->format, NULL}));
    return *v || option_fault(fault, room, "expected the name of a file, or - for standard output");
}
static bool take_log(void *a, const char *v, char *fault, size_t room)
{
    ((struct asked *)a)->o.log = strcmp(v, "-") ? v : "/dev/stdout";
    return *v || option_fault(fault, room, "expected the name of a file");
}
static bool take_hdr(void *a, const char *v, char *fault, size_t room)
{
    struct asked *x = a;
    (void)fault; (void)room;
    vec_push(&x->arena, &x->outputs, ((struct run_output){strcmp(v, "-") ? v : NULL, "hlog", NULL}));
    return true;
}
static bool take_format(void *a, const char *v, char *fault, size_t room)
{
    struct asked *x = a;
    if (!report_find_format(v))
        return option_fault(fault, room,
                            arena_printf(&x->arena, "expected one of %s", list_formats(&x->arena)));
    x->format = v;
    x->awaits_output = true;
    return true;
}

static const struct option_row options[] = {
    {'b', "backends", "LIST", "comma-separated backends to run on (default: all that are "
     "configured or embedded)", take_backends, "Where", true},
    {0, "local", NULL, "start throw-away local servers for backends that are not configured", take_local,
     NULL},
    {0, "targets", "FILE", "a file with more `backend` blocks: where each database is, "
     "its settings, its price", take_targets, NULL, true},
    {0, "run", "LIST", "comma-separated runs to measure (default: all)", take_run, "What", true},
    {0, "strategy", "LIST", "measure these instead of the file's strategies: single, batch, "
     "batch by family, binpacked, binpacked by entity", take_strategy, NULL, true},
    {'D', "define", "NAME=VALUE", "set a param of the file", take_define, NULL, true},
    {0, "seed", "N", "seed of all data and keys (default: 1)", take_seed, NULL},
    {'c', "clients", "N", "concurrent requests (default: 1); with a rate, the most there "
     "may be (default: as many as are needed)", take_clients, "How (each overrides the file)"},
    {'j', "jobs", "N", "threads of the client (default: half of the cores)", take_jobs, NULL},
    {0, "connections", "N", "connections per backend (default: as many as the clients can use, up to 64)",
     take_connections, NULL},
    {'R', "rate", "N[/s]", "open loop: requests arrive at this rate (default: closed loop)", take_rate, NULL},
    {'T', "time", "DURATION",
     "how long each strategy is measured on each backend (default: 10s; a plain number is seconds)", take_time, NULL},
    {'n', "ops", "N", "measure this many requests instead", take_ops, NULL},
    {'w', "warmup", "DURATION", "warm up first, for this long (default: 0s)", take_warmup, NULL},
    {'L', "latency-limit", "DURATION",
     "open loop: skip and count requests that are later than this (default: "
     "send all)", take_limit, NULL},
    {0, "rounds", "N", "split the measured time into this many interleaved rounds (default: 6)", take_rounds,
     NULL},
    {0, "max-tries", "N", "attempts for a throttled or partly answered request (default: 10)", take_tries,
     NULL},
    {0, "verify", "none|count|rows", "what is compared while measuring (default: count)", take_verify, NULL},
    {0, "sample", "N", "requests verified value by value before measuring, for each strategy and backend (default: "
     "100)", take_sample, NULL},
    {0, "only", "PHASE", "run one phase only: create, load, run or drop (default: all)", take_only, "Phases"},
    {0, "keep", NULL, "keep the tables; a later run reuses them", take_keep, NULL},
    {0, "reload", NULL, "load tables again that were kept", take_reload, NULL},
    {0, "wait", "DURATION", "how long to wait for another wklrun that uses the same tables (default: 60s)",
     take_wait, NULL},
    {0, "dry-run", NULL, "connect and plan; load and run nothing", take_dry_run, NULL},
    {0, "prove", NULL, "damage a row of each backend for a moment, and say whether the checks find it; run nothing",
     take_prove, NULL},
    {'o', "output", "FILE", "write a report in the format that its name implies (.txt .json .csv .html "
     ".md .xml .hlog) or that --format says; - is standard output (default: text, to standard output)", take_output, "Results", true},
    {0, "format", "FORMAT", "text, json, csv, html, md, junit or hlog: for each -o after it; after the last "
     "-o, for that one; without -o, for standard output", take_format, NULL, true},
    {0, "details", NULL, "include all tables in text reports: every strategy's figures, loading, price sources", take_details, NULL},
    {0, "schema", NULL, "print the JSON schema of --format json, run nothing", take_schema, NULL},
    {0, "hdr", "FILE", "write all latencies as an HdrHistogram log: -o FILE in the format hlog", take_hdr,
     NULL, true},
    {0, "log", "FILE", "write every measured request as a line of CSV while it runs", take_log, NULL},
    {0, "report", NULL, "the FILEs are results in JSON, from one machine or several: report on them, run nothing", take_report, NULL},
    {'P', "progress", "[=SECONDS]", "show progress this often (default: 1s); without it, as a "
     "live line on a terminal, else every 10s", take_progress, NULL, false, is_interval},
    {'q', "quiet", NULL, "no progress, and no report on standard output", take_quiet, NULL},
    {0, "fail-if", "CONDITION", "exit with 99 if this holds: 'p99 > 50ms', 'on sqlite: errors > 0'",
     take_fail_if, "Gates", true},
    {0, "baseline", "NAME|FILE", "exit with 99 if anything is slower than in this earlier result",
     take_baseline, NULL},
    {0, "save-baseline", "NAME", "save the result as .wkl/baselines/NAME.json beside FILE, unless something "
     "failed", take_save_baseline, NULL},
    {0, "noise", "SHARE", "ignore differences up to this share (default: 2%)", take_noise, NULL},
    {0},
};

static const struct command command = {
    "wklrun", "wklrun [OPTIONS] FILE…",
    "Runs a workload on databases, side by side: the same data, the same requests,\n"
    "answers verified. Several FILEs, or a folder, are run in turn; - is standard\n"
    "input.",
    "Exit: 0 success, 1 usage, a file with errors or a backend that cannot be used\n"
    "or reached, 2 errors during the run or interrupted, 3 a backend answered with\n"
    "wrong rows, 99 a gate failed or was not judged (expect, --fail-if, --baseline),\n"
    "70 a bug in wkl, 71 out of memory, threads or file handles.\n\n"
    "  wklrun examples/fraud.wkl --local            on throw-away servers\n"
    "  wklrun bench.wkl -b sqlite,postgres -T 60s -o r.json\n"
    "  wklrun bench.wkl --run serve --strategy batch,binpacked -c 64\n"
    "  wklrun --report r.json -o r.html             another format, later\n"
    "  wklrun bench.wkl -q --fail-if 'p99 > 50ms'   a gate: exits with 99\n",
    options,
};

/* ---- signals: the first asks to stop, the second ends at once ---- */

struct signals { sigset_t set; atomic_bool *stop; };

/* A wish that comes twice at once, as timeout(1) and others that signal a process and its group send it, is
 * one: nobody has read yet that a second would end it. */
static void take_twins(const sigset_t *set)
{
    enum { MOST = 8 };
    struct timespec at_once = {0, 50000000};
    for (int i = 0; i < MOST && sigtimedwait(set, NULL, &at_once) > 0; i++)
        continue;
}

static void *signal_thread(void *arg)
{
    struct signals *s = arg;
    int sig;
    while (sigwait(&s->set, &sig) == 0) {
        if (atomic_load(s->stop))
            _exit(128 + sig);                         /* local servers and temporary folders see to
                                                         themselves */
        take_twins(&s->set);
        static const char words[] = "\nwklrun: stopping; a second signal exits at once\n";
        ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
        (void)written;
        atomic_store(s->stop, true);                  /* the run may end at once: the words go before */
    }
    return NULL;
}

/* What was ignored when we began stays so: `nohup wklrun … &` goes on when its terminal is gone. */
static void signals_asked_for(sigset_t *set)
{
    static const int asking[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction was;
    sigemptyset(set);
    for (size_t i = 0; i < sizeof asking / sizeof *asking; i++)
        if (sigaction(asking[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
            sigaddset(set, asking[i]);
}

/* ---- formats ---- */

/* A pipe, a device: its name says nothing, and it gets text as standard output does. What no file can be is
 * reported when it is written. */
static bool is_no_file(const char *file)
{
    struct stat st;
    return stat(file, &st) == 0 ? !S_ISREG(st.st_mode) : errno != ENOENT;
}

/* A --format behind which no -o stands: it is standard output's where there is no -o at all, else that of the
 * last one. */
static const char *place_last_format(struct asked *a)
{
    struct run_output *last = a->outputs.count ? &a->outputs.items[a->outputs.count - 1] : NULL;
    const struct report_format *named = last && last->file ? report_find_ending(last->file) : NULL;
    if (!a->awaits_output)
        return NULL;
    if (!last)
        vec_push(&a->arena, &a->outputs, ((struct run_output){NULL, a->format, NULL}));
    else if (last->format || (named && strcmp(named->name, a->format)))
        return arena_printf(&a->arena,
                            "--format %s has no -o of its own, and '%s' is %s: write `--format %s -o FILE`, or -o - for standard "
                            "output", a->format, last->file ? last->file : "-", last->format ? last->format : named->name, a->format);
    else
        last->format = a->format;
    return NULL;
}

/* What every -o is written as. NULL: nothing is wrong. */
static const char *settle_formats(struct asked *a)
{
    const char *wrong = place_last_format(a);
    for (size_t i = 0; !wrong && i < a->outputs.count; i++) {
        struct run_output *o = &a->outputs.items[i];
        const struct report_format *ending = o->file ? report_find_ending(o->file) : report_formats;
        if (!o->format && !ending && !is_no_file(o->file))
            wrong = arena_printf(&a->arena,
                                 "-o '%s': the name implies no format: end it in %s, or give --format, one of %s",
                                 o->file, list_endings(&a->arena), list_formats(&a->arena));
        o->format = o->format ? o->format : ending ? ending->name : report_formats->name;
    }
    return wrong;
}

/* What options say only together; NULL: nothing is wrong. */
static const char *misuse(struct asked *a)
{
    if (a->o.time_ns && a->o.requests)
        return "--time and --ops both say how much is measured: leave out one of them";
    if (a->o.report && a->fails.count)
        return "--fail-if is held against what is measured: give it to the run, or a --baseline to --report";
    if (a->o.prove && (a->o.report || a->o.dry_run || a->o.only || a->outputs.count))
        return "--prove loads tables, damages rows and drops the tables again, and has no report: leave out --only, --dry-run, "
               "--report and -o";
    return settle_formats(a);
}

static int print_schema(void)
{
    struct buf b = {0};
    report_put_schema(&b);
    bool ok = fwrite(b.data, 1, b.len, stdout) == b.len && fflush(stdout) == 0;
    buf_release(&b);
    if (!ok)
        command_complain(&command, "standard output cannot be written: %s", strerror(errno));
    return ok ? EXIT_FINE : EXIT_USAGE;
}

static int run_files(struct asked *a, atomic_bool *stop)
{
    struct workload_files *workloads;
    size_t n;
    struct error err = {0};
    if (files_group(&a->arena, a->o.files, a->o.nfiles, a->files.items, a->files.count, &workloads, &n,
                    &err) < 0) {
        command_complain(&command, "%s", err.text);
        return EXIT_USAGE;
    }
    if (n > 1)
        return run_several(&a->o, workloads, n, stop);
    a->o.files = workloads->files;
    a->o.nfiles = workloads->n;
    return run_workload(&a->o, stop);
}

int main(int argc, char **argv)
{
    struct asked asked = {.o = {.seed = 1}};
    atomic_bool stop = false;
    struct signals signals = {.stop = &stop};
    pthread_t thread;
    int first;
    command_begin();
    arena_init(&asked.arena);
    enum options_outcome outcome = options_parse(&command, argc, argv, &asked, &first);
    if (outcome == OPTIONS_GO_ON && !options_are_files(&command, argc - first, argv + first))
        outcome = OPTIONS_BAD;
    if (outcome != OPTIONS_GO_ON) {
        arena_release(&asked.arena);
        return outcome == OPTIONS_DONE ? EXIT_FINE : EXIT_USAGE;
    }
    if (asked.schema) {
        arena_release(&asked.arena);
        return print_schema();
    }
    if (first == argc) {
        fprintf(stderr, "wklrun: which file? `wklrun FILE` runs one, `wklrun --help` says more\n");
        arena_release(&asked.arena);
        return EXIT_USAGE;
    }
    asked.o.files = (const char *const *)argv + first;
    asked.o.nfiles = (size_t)(argc - first);
    asked.o.front = (struct front_options){asked.defines.items, asked.defines.count, asked.fails.items,
                                           asked.fails.count, asked.strategies};
    const char *wrong = misuse(&asked);
    asked.o.outputs = asked.outputs.items;
    asked.o.noutputs = asked.outputs.count;
    if (wrong) {
        command_complain(&command, "%s", wrong);
        arena_release(&asked.arena);
        return EXIT_USAGE;
    }
    if (asked.o.report) {
        int code = run_report(&asked.o);
        arena_release(&asked.arena);
        return code;
    }
    signals_asked_for(&signals.set);
    pthread_sigmask(SIG_BLOCK, &signals.set, NULL);
    thread_start(&thread, signal_thread, &signals, "the thread that waits for signals");
    pthread_detach(thread);
    int code = run_files(&asked, &stop);
    arena_release(&asked.arena);
    return code;
}
