/* wklc.c - the command line of wklc: compile, inspect, translate. Touches no database. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/holds.h"
#include "cmd/files.h"
#include "cmd/format.h"
#include "cmd/options.h"
#include "compiler/explain.h"
#include "compiler/front.h"
#include "emit/emit.h"
#include "emit/sample.h"
#include "ir/dump.h"
#include "run/costing.h"
#include "run/options.h"
#include "show/report.h"

struct asked {
    struct arena arena;
    struct option_defines defines;
    const char *target, *stage, *explain, *sample, *strategies;
    bool check, list_backends, json_diagnostics, json, format, write;
    bool several;                                     /* workloads: each is compiled by itself */
    struct buf diagnostics;                           /* theirs, as JSON */
    uint64_t seed;
    double rate;                                      /* of costs, where a run has none; 0: the usual ones */
    struct emit_options emit;
};

/* Stages that need no backend. */
static const struct { const char *name, *help; } front_stages[] = {
    {"tokens", "the output of the scanner"}, {"ast", "the syntax tree"},
    {"ir", "the workload, resolved: every table, query, run"},
    {NULL, NULL},
};

/* The stage that needs all backends at once. */
static const char cost_stage[] = "cost";

static bool is_stage(const char *name)
{
    for (int i = 0; front_stages[i].name; i++)
        if (!strcmp(front_stages[i].name, name))
            return true;
    return emit_stage_find(name) != NULL || !strcmp(name, cost_stage);
}

static bool take_emit(void *a, const char *v, char *fault, size_t room)
{
    ((struct asked *)a)->stage = v ? v : "plan";
    if (!v || is_stage(v))
        return true;
    return option_fault(fault, room,
                        "expected one of tokens, ast, ir, plan, schema, request, bytecode, cost");
}
static bool take_define(void *a, const char *v, char *fault, size_t room)
{
    return option_define(&((struct asked *)a)->arena, &((struct asked *)a)->defines, v, fault, room);
}
static bool take_diagnostics(void *a, const char *v, char *fault, size_t room)
{
    ((struct asked *)a)->json_diagnostics = !strcmp(v, "json");
    return !strcmp(v, "json") || !strcmp(v, "text") || option_fault(fault, room, "expected text or json");
}
static bool take_rate(void *a, const char *v, char *fault, size_t room)
{
    return option_rate(v, &((struct asked *)a)->rate, fault, room);
}

static bool take_seed(void *a, const char *v, char *fault, size_t room)
{
    return option_seed(v, &((struct asked *)a)->seed, fault, room);
}
OPTION_LIST(take_target, target)
OPTION_LIST(take_run, emit.run)
OPTION_LIST(take_strategy, strategies)
OPTION_TEXT(take_dir, emit.dir)
OPTION_TEXT(take_explain, explain)
OPTION_TEXT(take_sample, sample)
OPTION_FLAG(take_json, json)
OPTION_FLAG(take_check, check)
OPTION_FLAG(take_list, list_backends)
OPTION_FLAG(take_format, format)
OPTION_FLAG(take_write, write)

static const struct option_row options[] = {
    {0, "check", NULL, "show errors and warnings, including those of the backends (default)", take_check,
     "What"},
    {0, "emit", "[=STAGE]", "show what the workload becomes: tokens, ast, ir, plan (default), schema, "
     "request, bytecode, cost", take_emit, NULL, false, is_stage},
    {0, "sample", "NAME[:N]", "show N rows of a table, or N requests of a query, as CSV (default: 10)",
     take_sample, NULL},
    {0, "json", NULL, "the sample, or the costs, as JSON", take_json, NULL},
    {0, "fmt", NULL, "print the file in the canonical layout; with --check, only name the files that differ from it", take_format, NULL},
    {0, "write", NULL, "with --fmt: rewrite the files that differ, and name them", take_write, NULL},
    {0, "target", "LIST", "comma-separated backends (default: all)", take_target, NULL, true},
    {0, "run", "LIST", "only what these runs need (default: all)", take_run, NULL, true},
    {0, "strategy", "LIST", "use these instead of the file's strategies: single, batch, batch by family, "
     "binpacked, binpacked by entity", take_strategy, NULL, true},
    {'R', "rate", "N[/s]",
     "with --emit=cost: requests per second of runs without a rate (default: 10, 100, 1000 and "
     "10000)", take_rate, NULL},
    {'D', "define", "NAME=VALUE", "set a param of the file", take_define, NULL, true},
    {0, "seed", "N", "seed of all data and keys (default: 1)", take_seed, NULL},
    {'o', "output", "DIR", "write each part to a file in this folder (default: all to standard output)",
     take_dir, "Output"},
    {0, "diagnostics", "text|json", "format of errors and warnings (default: text)", take_diagnostics, NULL},
    {0, "explain", "CODE",
     "explain the code of an error or warning, with a wrong and a right example; all: list every "
     "title", take_explain, NULL},
    {0, "list-backends", NULL, "show what each backend can do, its limits and settings", take_list, NULL},
    {0},
};

static const struct command command = {
    "wklc", "wklc [OPTIONS] FILE…",
    "Compiles a workload and shows what it becomes on each database. Touches no\n"
    "database. Several FILEs, or a folder, are compiled in turn; - is standard input.",
    "Exit: 0 success, 1 usage or a file with errors, 70 a bug in wkl, 71 out of\n"
    "memory.\n\n"
    "  wklc fraud.wkl                               check it\n"
    "  wklc fraud.wkl --target dynamodb --emit      the plan: calls, limits, costs\n"
    "  wklc fraud.wkl --emit=cost --rate 500        what it costs on each service\n"
    "  wklc fraud.wkl --emit=request --target postgres --strategy binpacked | psql\n"
    "  wklc fraud.wkl --sample features:100 --json  the keys of its first requests\n"
    "  wklc --explain E0603                         what an error means\n",
    options,
};

/* Of several workloads: the items of one array, which is closed at the end. */
static void add_diagnostics(struct buf *all, const struct buf *array)
{
    const char *from = strchr(array->data, '[') + 1, *to = strrchr(array->data, ']');
    while (to > from && to[-1] == '\n')
        to--;
    buf_puts(all, to > from && all->len ? "," : "");
    buf_add(all, from, (size_t)(to - from));
}

static void show_diagnostics(struct asked *a, const struct diags *diags)
{
    struct buf b = {0};
    if (a->json_diagnostics)
        diags_put_json(diags, &b);
    else
        diags_put_text(diags, isatty(STDERR_FILENO), &b);
    if (a->several && a->json_diagnostics)
        add_diagnostics(&a->diagnostics, &b);
    else
        fputs(buf_text(&b), a->json_diagnostics ? stdout : stderr);
    buf_release(&b);
}

static int print(const struct buf *b, struct error *err)
{
    if (fwrite(buf_text(b), 1, b->len, stdout) != b->len || fflush(stdout) != 0)
        return error_set(err, ERR_IO, "standard output cannot be written: %s", strerror(errno));
    return 0;
}

/* The stages before backends. 1: the stage is none of these. */
static int emit_front(struct asked *a, struct diags *diags, const char *const *files, size_t n,
                      const struct ir *ir, struct buf *out, struct error *err)
{
    struct buf text = {0};
    int rc = 0;
    if (!strcmp(a->stage, "ir"))
        ir_dump(ir, &text);
    else
        rc = !strcmp(a->stage, "tokens") ? front_emit_tokens(&a->arena, diags, files, n, &text, err)
             : !strcmp(a->stage, "ast")  ? front_emit_ast(&a->arena, diags, files, n, &text, err)
                                         : 1;
    if (rc == 0 && !diags->errors)
        rc = emit_piece(&a->arena, &a->emit, a->stage, &text, out, err);
    buf_release(&text);
    return rc;
}

static int emit_costs(struct asked *a, const struct ir *ir, const struct instances *list,
                      const struct swept *swept, struct buf *out, struct error *err)
{
    struct results *r = costing_estimate(&a->arena, ir, list, swept, &a->emit, a->seed, a->rate);
    struct report_options how = {a->emit.dir ? 0 : report_width(STDOUT_FILENO),
                                 !a->emit.dir && report_wants_colour(STDOUT_FILENO)};
    struct buf text = {0};
    if (a->json)
        report_put_costs_json(r, &text);
    else
        report_put_costs(r, &how, &text);
    int rc = emit_piece(&a->arena, &a->emit, cost_stage, &text, out, err);
    buf_release(&text);
    results_free(r);
    return rc;
}

/* Whether the backend cannot hold the workload, so that it becomes nothing there. */
static bool check_target(struct asked *a, const struct ir *ir, const struct swept *swept,
                         const struct instances *list, size_t which, const char *names, struct diags *diags)
{
    const struct instance *inst = list->items.items[which];
    struct refusals refusals = {0};
    holds_check(&a->arena, ir, swept, list, which, a->emit.run, &refusals);
    holds_tell(&refusals, inst, instance_is_named(names, inst), diags);
    emit_check(&a->arena, ir, inst, diags);
    return refusals.count > 0;
}

static int for_each_target(struct asked *a, const struct ir *ir, struct diags *diags, struct buf *out,
                           struct error *err)
{
    struct instances list;
    struct swept swept;
    struct data data = {a->seed};
    struct instances_options o = {a->target ? a->target : "all", false,
                                  a->stage && !strcmp(a->stage, cost_stage)};
    int rc = instances_make(&list, &a->arena, ir, &data, &o, diags, err);
    rc = rc < 0 ? rc : swept_make(&swept, &a->arena, ir, &data, &o, diags, err);
    if (rc < 0)
        return rc;
    bool *refused = arena_array(&a->arena, bool, list.items.count);
    for (size_t i = 0; i < list.items.count; i++)     /* all of them before any file is written */
        refused[i] = check_target(a, ir, &swept, &list, i, o.names, diags);
    emit_check_same(ir, (const struct instance *const *)list.items.items, list.items.count, diags);
    if (a->stage && !strcmp(a->stage, cost_stage))
        return diags->errors ? rc : emit_costs(a, ir, &list, &swept, out, err);
    for (size_t i = 0; a->stage && rc == 0 && !diags->errors && i < list.items.count; i++)
        rc = refused[i] ? 0
                        : emit_stage_find(a->stage)->emit(&a->arena, ir, diags, list.items.items[i], &a->emit,
                                                          out, err);
    return rc;
}

static int sample(struct asked *a, const struct ir *ir, struct buf *out, struct error *err)
{
    struct sample_options o = {a->sample, a->emit.run, a->json, a->seed};
    struct buf notes = {0};
    int rc = sample_put(&a->arena, ir, &o, out, &notes, err);
    if (rc == 0)
        fputs(buf_text(&notes), stderr);
    buf_release(&notes);
    return rc;
}

/* Before anything is written into it, so that there is one message and not half of the files. */
static int make_dir(const char *dir, bool emits, struct error *err)
{
    struct stat st;
    if (!dir)
        return 0;
    if (!emits)
        return error_set(err, ERR_USAGE, "-o has nothing to write into '%s': --emit says what", dir);
    if (mkdir(dir, 0777) < 0 && errno != EEXIST)
        return error_set(err, ERR_IO, "the folder '%s' cannot be made: %s", dir, strerror(errno));
    if (stat(dir, &st) == 0 && !S_ISDIR(st.st_mode))
        return error_set(err, ERR_IO,
                         "'%s' is not a folder: -o takes one, and writes a file for each piece into it", dir);
    if (access(dir, W_OK | X_OK) < 0)
        return error_set(err, ERR_IO, "nothing can be written into the folder '%s': %s", dir,
                         strerror(errno));
    return 0;
}

static int compile(struct asked *a, const char *const *files, size_t n)
{
    struct error err = {0};
    struct diags diags;
    struct buf out = {0};
    struct front_options front = {.defines = a->defines.items, .ndefines = a->defines.count,
                                  .strategies = a->strategies, .tell_unused = true};
    diags_init(&diags, &a->arena);
    a->emit.read = &diags;
    bool early = a->stage && (!strcmp(a->stage, "tokens") || !strcmp(a->stage, "ast"));
    const struct ir *ir = early ? NULL : front_compile(&a->arena, &diags, files, n, &front, &err);
    int rc = early || ir ? 0 : ERR_USAGE;
    if (rc == 0 && ir && !a->sample)
        rc = emit_check_options(&a->arena, ir, &a->emit, &err);
    if (rc == 0)
        rc = make_dir(a->emit.dir, a->stage, &err);
    if (rc == 0 && ir && a->sample) {
        rc = sample(a, ir, &out, &err);
    } else if (rc == 0) {
        rc = a->stage ? emit_front(a, &diags, files, n, ir, &out, &err) : 1;
        if (rc == 1)
            rc = for_each_target(a, ir, &diags, &out, &err);
    }
    show_diagnostics(a, &diags);
    if (rc == 0 && !diags.errors && out.len)
        rc = print(&out, &err);
    if (err.code && !(err.code == ERR_USAGE && diags.errors))
        command_complain(&command, "%s", err.text);
    buf_release(&out);
    return rc < 0 || diags.errors ? EXIT_USAGE : EXIT_FINE;
}

static int compile_files(struct asked *a, const char *const *files, size_t n)
{
    struct workload_files *workloads;
    struct error err = {0};
    size_t count;
    int code = EXIT_FINE;
    if (files_group(&a->arena, files, n, NULL, 0, &workloads, &count, &err) < 0) {
        command_complain(&command, "%s", err.text);
        return EXIT_USAGE;
    }
    a->several = count > 1;
    if (a->several && (a->emit.dir || a->sample)) {
        command_complain(&command, "%s is of one workload, and here are %zu: name one file",
                         a->sample ? "--sample" : "-o", count);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < count; i++)
        code = compile(a, workloads[i].files, workloads[i].n) == EXIT_FINE ? code : EXIT_USAGE;
    if (a->several && a->json_diagnostics)
        printf("[%s%s]\n", buf_text(&a->diagnostics), a->diagnostics.len ? "\n" : "");
    buf_release(&a->diagnostics);
    return code;
}

static int format(struct asked *a, const char *const *files, size_t n)
{
    struct error err = {0};
    struct diags diags;
    struct buf out = {0};
    diags_init(&diags, &a->arena);
    int changed = format_files(&a->arena, &diags, files, n,
                               a->write ? FORMAT_WRITE : a->check ? FORMAT_CHECK : FORMAT_SHOW, &out, &err);
    show_diagnostics(a, &diags);
    int rc = out.len ? print(&out, &err) : 0;
    if (err.code)
        command_complain(&command, "%s", err.text);
    buf_release(&out);
    return changed < 0 || rc < 0 || (a->check && changed) ? EXIT_USAGE : EXIT_FINE;
}

/* What needs no file. */
static int tell(const struct asked *a)
{
    struct buf b = {0};
    struct error err = {0};
    int rc = a->explain ? explain_put(a->explain, a->json_diagnostics, &b, &err) : (emit_backends(&b), 0);
    if (rc == 0)
        rc = print(&b, &err);
    if (rc < 0)
        command_complain(&command, "%s", err.text);
    buf_release(&b);
    return rc < 0 ? EXIT_USAGE : EXIT_FINE;
}

static bool reads_stdin(char *const *files)
{
    while (*files && strcmp(*files, FRONT_STDIN) != 0)
        files++;
    return *files;
}

int main(int argc, char **argv)
{
    struct asked asked = {.seed = 1};
    int first, code = EXIT_FINE;
    command_begin();
    arena_init(&asked.arena);
    enum options_outcome outcome = options_parse(&command, argc, argv, &asked, &first);
    if (outcome == OPTIONS_GO_ON && !options_are_files(&command, argc - first, argv + first))
        outcome = OPTIONS_BAD;
    if (outcome != OPTIONS_GO_ON) {
        code = outcome == OPTIONS_DONE ? EXIT_FINE : EXIT_USAGE;
    } else if (asked.list_backends || asked.explain) {
        code = tell(&asked);
    } else if (first == argc) {
        command_complain(&command, "which file? `wklc FILE` checks one, `wklc --help` says more");
        code = EXIT_USAGE;
    } else if (asked.write && !asked.format) {
        command_complain(&command, "--write replaces files by their layout: `wklc --fmt --write FILE`");
        code = EXIT_USAGE;
    } else if (asked.write && reads_stdin(argv + first)) {
        command_complain(&command,
                         "--write replaces files, and - is standard input: `wklc --fmt -` shows its layout");
        code = EXIT_USAGE;
    } else if (asked.format) {
        code = format(&asked, (const char *const *)argv + first, (size_t)(argc - first));
    } else {
        code = compile_files(&asked, (const char *const *)argv + first, (size_t)(argc - first));
    }
    arena_release(&asked.arena);
    return code;
}
