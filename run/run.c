/* run.c - a run from the file to the report: the table of contents of this folder. */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "findings/baseline.h"
#include "findings/baseline_judge.h"
#include "findings/compare.h"
#include "findings/costs.h"
#include "findings/expect.h"
#include "findings/gate.h"
#include "findings/join.h"
#include "findings/number.h"
#include "findings/recommend.h"
#include "ir/narrow.h"
#include "plan/plan.h"
#include "run/runner.h"
#include "show/read_json.h"
#include "show/report.h"

/* ---- the parts of a run ---- */

static void show_diagnostics(struct runner *r)
{
    struct buf b = {0};
    if (!r->checks || r->diags.errors)                /* warnings are reported when it runs */
        diags_put_text(&r->diags, isatty(STDERR_FILENO), &b);
    fputs(buf_text(&b), stderr);
    buf_release(&b);
    r->diags.records.count = 0;
    r->diags.errors = r->diags.warnings = 0;
}

static bool measures(const struct runner *r)
{
    return !r->options->prove && (r->options->only == ONLY_ALL || r->options->only == ONLY_RUN);
}

/* What nobody can run is reported before anything is connected to, made or loaded: of a run that was named,
 * or of all of them. */
static int check_runs(struct runner *r, struct error *err)
{
    const char *name = NULL, *why = NULL;
    bool any = false;
    if (!measures(r))
        return 0;
    if (!r->ir->nruns)
        return error_set(err, ERR_USAGE, "the workload has no run: add `run NAME { query … }`");
    for (uint32_t i = 0; i < r->ir->nruns; i++) {
        const struct ir_run *run = &r->ir->runs[i];
        const char *cannot = narrow_takes_run(r->options->run, run) ? plan_cannot_run(&r->arena, NULL, run)
                                                                    : NULL;
        any |= narrow_takes_run(r->options->run, run) && !cannot;
        name = name || !cannot ? name : run->name;
        why = why ? why : cannot;
    }
    if (why && (r->options->run || !any))
        return error_set(err, ERR_USAGE, "nothing is run: run '%s': %s", name, why);
    return 0;
}

/* Whoever asks for a gate asks for figures. */
static int check_gates(struct runner *r, struct error *err)
{
    const struct run_options *o = r->options;
    const char *gate = o->save_baseline ? "--save-baseline" : o->baseline ? "--baseline" : o->front.nfails ? "--fail-if" : NULL;
    if (!gate || (measures(r) && !o->dry_run))
        return 0;
    return error_set(err, ERR_USAGE,
                     "%s needs what is measured, and %s measures nothing: leave out one of them", gate,
                     o->dry_run ? "--dry-run" : "this phase of --only");
}

static int check_options(struct runner *r, struct error *err)
{
    int rc = narrow_check(&r->arena, r->ir, r->options->run, err);
    rc = rc < 0 ? rc : check_runs(r, err);
    rc = rc < 0 ? rc : check_gates(r, err);
    return rc < 0 ? rc : outputs_check(r, err);
}

static void ready_all(struct runner *r, const struct ir *ir)
{
    for (size_t i = 0; i < r->ntargets && !runner_stopped(r); i++)
        if (r->targets[i].usable)
            (r->options->dry_run ? tables_look : tables_ready)(r, &r->targets[i], ir);
}

static void leave_out(struct runner *r, const struct ir_run *run, const char *why)
{
    const char *what = arena_printf(&r->arena, "run '%s'", run->name);
    results_leave_out(r->results, what, why, NULL);
    progress_complain(r->progress, "%s: left out: %s", what, why);
}

/* How many rounds there will be: by these it is said how long it takes. */
static void foresee(struct runner *r)
{
    for (uint32_t i = 0; i < r->ir->nruns; i++)
        for (uint32_t k = 0; k < r->ir->runs[i].npoints; k++)
            if (narrow_takes_run(r->options->run, &r->ir->runs[i]) &&
                !plan_cannot_run(&r->arena, NULL, &r->ir->runs[i]))
                point_foresee(r, &r->ir->runs[i]);
}

static void run_all(struct runner *r)
{
    foresee(r);
    for (uint32_t i = 0; i < r->ir->nruns; i++) {
        const struct ir_run *run = &r->ir->runs[i];
        const char *cannot = plan_cannot_run(&r->arena, NULL, run);
        if (!narrow_takes_run(r->options->run, run))
            continue;
        if (cannot) {
            leave_out(r, run, cannot);
            continue;
        }
        for (uint32_t k = 0; k < run->npoints && !runner_stopped(r); k++) {
            places_settle(r, &run->points[k]);
            ready_all(r, run->points[k].ir);
            (r->options->dry_run ? point_show_plans : point_run)(r, &run->points[k]);
        }
    }
}

static void drop_of(struct runner *r, const struct ir *ir, int *counts)
{
    for (size_t s = 0; s < r->ntargets; s++)
        if (r->targets[s].usable)
            counts[s] += tables_drop_all(r, &r->targets[s], ir);
}

/* A file for an embedded database that another run has open, or that was there before wkl, is empty now, and no
 * smaller. */
static void tell_file(struct runner *r, const struct target *s)
{
    struct stat file;
    struct buf size = {0};
    const char *at = s->result->where;
    if (!at || !strstr(at, ".wkl/") || !instance_is_embedded(s->inst) || stat(at, &file) < 0)
        return;
    number_put_bytes(&size, (double)file.st_size);
    progress_say(r->progress, "%s: '%s' (%s) stays: delete it where no other run is to use it", s->inst->name, at,
                 buf_text(&size));
    buf_release(&size);
}

/* The tables of the file as it stands, and those of the points of its sweeps, wherever these stand. */
static void drop_all(struct runner *r)
{
    int *counts = arena_array(&r->arena, int, r->ntargets);
    drop_of(r, r->ir, counts);
    for (uint32_t i = 0; i < r->ir->nruns; i++)
        for (uint32_t k = 0; k < r->ir->runs[i].npoints; k++) {
            if (r->ir->runs[i].points[k].ir == r->ir)
                continue;
            places_settle(r, &r->ir->runs[i].points[k]);
            drop_of(r, r->ir->runs[i].points[k].ir, counts);
        }
    for (size_t s = 0; s < r->ntargets; s++) {
        if (!r->targets[s].usable)
            continue;
        progress_say(r->progress, "%s: %d table%s %sdropped", r->targets[s].inst->name, counts[s],
                     counts[s] == 1 ? "" : "s", r->options->dry_run ? "would be " : "");
    }
}

static void tell_files(struct runner *r)
{
    for (size_t s = 0; s < r->ntargets && r->options->only == ONLY_DROP && !r->options->dry_run; s++)
        if (r->targets[s].usable)
            tell_file(r, &r->targets[s]);
}

/* What --keep left, and how it goes on. */
static void tell_kept(struct runner *r)
{
    for (size_t i = 0; i < r->ntargets; i++) {
        const struct target *s = &r->targets[i];
        if (s->usable && s->tables.count && s->result->where)
            progress_say(r->progress, "kept on %s: %zu table%s, at %s. A later run reuses them, --only drop drops them",
                         s->inst->name, s->tables.count, s->tables.count == 1 ? "" : "s", s->result->where);
    }
}

/* The last words of a phase that measures nothing: what stands now, and how it goes on. */
static void tell_ready(struct runner *r)
{
    bool loads = r->options->only == ONLY_LOAD;
    const char *stand = "";
    for (size_t i = 0; i < r->ntargets && !runner_stopped(r); i++)
        if (r->targets[i].usable)
            stand = arena_printf(&r->arena, "%s%s%s", stand, *stand ? ", " : "", r->targets[i].inst->name);
    if (*stand)
        progress_say(
            r->progress, "%s on %s. The same command with --only %s %s them, with --only drop drops them",
            loads ? "loaded" : "tables made", stand, loads ? "run" : "load", loads ? "measures" : "loads");
}

static void work_phase(struct runner *r)
{
    switch (r->options->only) {
    case ONLY_CREATE: case ONLY_LOAD:
        ready_all(r, r->ir);
        if (!r->options->dry_run)
            tell_ready(r);
        break;
    case ONLY_DROP:
        drop_all(r);
        break;
    case ONLY_ALL: case ONLY_RUN:
        run_all(r);
        if (r->options->keep && !r->options->dry_run && !runner_stopped(r))
            tell_kept(r);
        break;
    }
}

static void work(struct runner *r)
{
    if (r->options->prove) {
        ready_all(r, r->ir);
        prove_all(r);
    } else {
        work_phase(r);
    }
    for (size_t i = 0; i < r->ntargets && !runner_leaves(r); i++)
        places_drop_made(r, &r->targets[i]);
}

/* ---- the report ---- */

static int write_stdout(const struct buf *b, struct error *err)
{
    bool bad = fwrite(buf_text(b), 1, b->len, stdout) != b->len;
    bad |= fflush(stdout) != 0;
    return bad ? error_set(err, ERR_IO, "standard output cannot be written: %s", strerror(errno)) : 0;
}

static int write_output(struct runner *r, const struct run_output *o, struct error *err)
{
    struct buf b = {0};
    struct report_options options = {.width = o->file ? 0 : report_width(STDOUT_FILENO),
                                     .colour = !o->file && report_wants_colour(STDOUT_FILENO),
                                     .plain = !o->file && report_wants_plain(STDOUT_FILENO),
                                     .details = r->options->details};
    progress_clear(r->progress);
    report_find_format(o->format)->put(r->results, &options, &b);
    int rc = 0;
    if (o->gathered)
        several_gather(o, &b);
    else
        rc = o->file ? file_write_whole(o->file, buf_text(&b), b.len, r->stop, err) : write_stdout(&b, err);
    buf_release(&b);
    return rc;
}

static void say_failure(void *runner, const char *kind, const char *text)
{
    progress_complain(((struct runner *)runner)->progress, "%s: %s", kind, text);
}

/* Standard output and standard error go to one place: a terminal, a file, a pipe. */
static bool is_one_stream(void)
{
    struct stat out, complaints;
    return !fstat(STDOUT_FILENO, &out) && !fstat(STDERR_FILENO, &complaints) &&
           ((out.st_dev == complaints.st_dev && out.st_ino == complaints.st_ino) ||
            (isatty(STDOUT_FILENO) && isatty(STDERR_FILENO)));
}

/* Whether a text report names what failed where the complaints would go: nothing is said twice. */
static bool is_seen(const struct runner *r)
{
    const struct run_options *o = r->options;
    bool text = !o->quiet && measures(r);
    for (size_t i = 0; i < o->noutputs; i++)
        if (!o->outputs[i].file) {
            text = !strcmp(o->outputs[i].format, "text");
            break;
        }
    return text && is_one_stream();
}

static int report(struct runner *r, struct error *err)
{
    static const struct run_output usual = {NULL, "text", NULL};
    bool to_stdout = false;
    int rc = 0;
    results_sort(r->results);
    costs_settle(r->results);
    if (r->options->has_noise)
        r->results->noise = r->options->noise;
    if (r->baseline)
        baseline_set(r->results, r->baseline, r->options->baseline);
    compare_results(r->results);
    baseline_judge(r->results);
    recommend_results(r->results);
    r->gate_failed = gate_failures(r->results, is_seen(r) ? NULL : say_failure, r) > 0;
    for (size_t i = 0; i < r->options->noutputs; i++) {
        int one = write_output(r, &r->options->outputs[i], err);
        rc = rc < 0 ? rc : one;
        to_stdout |= !r->options->outputs[i].file;
    }
    if (!to_stdout && !r->options->quiet && measures(r)) {    /* of a phase that measures nothing all was said
                                                                 while it went on */
        int one = write_output(r, &usual, err);
        rc = rc < 0 ? rc : one;
    }
    if (rc < 0)
        return rc;
    return gates_save(
        r, r->gate_failed || r->wrong_rows || r->run_errors || r->unreachable || runner_stopped(r), err);
}

static int exit_code(const struct runner *r, int rc)
{
    if (r->wrong_rows)
        return EXIT_WRONG_ROWS;
    if (r->run_errors || rc == ERR_IO)
        return EXIT_RUN_ERRORS;
    if (rc < 0 || r->unreachable)
        return EXIT_USAGE;
    return r->gate_failed ? EXIT_EXPECTATION : EXIT_FINE;
}

static int say_error(struct error *err, int rc)
{
    if (rc < 0 && err->code && err->code != ERR_INTERRUPTED)
        fprintf(stderr, "wklrun: %s\n", err->text);
    return rc;
}

static int compile(struct runner *r, struct error *err)
{
    diags_init(&r->diags, &r->arena);
    r->ir = front_compile(&r->arena, &r->diags, r->options->files, r->options->nfiles, &r->options->front,
                          err);
    bool errors = r->diags.errors > 0;
    show_diagnostics(r);
    if (!r->ir)
        return errors ? ERR_USAGE : err->code ? err->code : ERR_USAGE;
    int rc = check_options(r, err);
    return rc < 0 ? rc : gates_open(r, err);
}

static int open_log(struct runner *r, struct error *err)
{
    if (r->options->log && !r->options->dry_run)
        r->log = request_log_open(r->options->log, r->results->began_ns, r->stop, err);
    return err->code;
}

static int close_log(struct runner *r, struct error *err)
{
    uint64_t lost = r->log ? request_log_lost(r->log) : 0;
    if (lost)
        progress_complain(r->progress,
                          "%llu requests are not in '%s': they came faster than they could be written",
                          (unsigned long long)lost, r->options->log);
    return request_log_close(r->log, err);
}

int run_check(const struct run_options *options)
{
    struct runner r = {.options = options, .data = {options->seed}, .checks = true};
    struct error err = {0};
    arena_init(&r.arena);
    int rc = say_error(&err, compile(&r, &err));
    gates_close(&r);
    arena_release(&r.arena);
    return rc < 0 ? EXIT_USAGE : EXIT_FINE;
}

int run_workload(const struct run_options *options, atomic_bool *stop)
{
    struct runner r = {.options = options, .stop = stop, .data = {options->seed}};
    struct error err = {0};
    arena_init(&r.arena);
    int rc = compile(&r, &err);
    if (rc < 0) {
        say_error(&err, rc);
        gates_close(&r);
        arena_release(&r.arena);
        return EXIT_USAGE;
    }
    r.results = results_new(r.ir, options->seed);
    r.results->verify = runner_verify(&r);
    r.progress = progress_open(
        &(struct progress_options){.fd = STDERR_FILENO,
                                   .quiet = options->quiet,
                                   .every_ns = options->progress_ns,
                                   .manner = options->progress_ns ? PROGRESS_PLAIN : PROGRESS_DETECT});
    rc = targets_open(&r, &err);
    rc = rc < 0 ? rc : open_log(&r, &err);
    show_diagnostics(&r);
    if (rc == 0)
        work(&r);
    int logged = close_log(&r, &err);
    rc = rc < 0 ? rc : logged;
    if (runner_stopped(&r))
        r.results->stopped = results_keep(r.results, "interrupted by the user");
    if (r.ntargets && measures(&r) && !options->dry_run)
        judge_all(&r);
    if ((rc == 0 || r.results->entries.count) && !options->dry_run && options->only != ONLY_DROP) {
        int reported = report(&r, &err);
        rc = rc < 0 ? rc : reported;
    }
    targets_close(&r);
    tell_files(&r);
    progress_close(r.progress);
    say_error(&err, rc);
    int code = runner_stopped(&r) && !r.wrong_rows ? EXIT_RUN_ERRORS : exit_code(&r, rc);
    results_free(r.results);
    gates_close(&r);
    arena_release(&r.arena);
    return code;
}

/* ---- reports of earlier runs ---- */

static int read_results(struct runner *r, struct error *err)
{
    size_t n = r->options->nfiles, read = 0;
    struct results **parts = arena_array(&r->arena, struct results *, n);
    int rc = 0;
    while (rc == 0 && read < n) {
        rc = results_read(r->options->files[read], &parts[read], err);
        read += rc == 0;
    }
    if (rc == 0)
        return results_join(parts, r->options->files, n, &r->results, err);
    while (read > 0)
        results_free(parts[--read]);
    return rc;
}

static bool has_wrong_rows(const struct results *r)
{
    for (size_t i = 0; i < r->entries.count; i++)
        if (r->entries.items[i]->verified.mismatches)
            return true;
    for (size_t i = 0; i < r->backends.count; i++)
        if (r->backends.items[i]->verified.mismatches)
            return true;
    return false;
}

/* What made the run exit with 2 or 1 is still in its results: who never told its version was never reached. */
static void find_errors(struct runner *r)
{
    r->run_errors = r->results->stopped != NULL;
    for (size_t i = 0; i < r->results->entries.count; i++)
        r->run_errors |= r->results->entries.items[i]->failed || r->results->entries.items[i]->all.errors;
    for (size_t i = 0; i < r->results->backends.count; i++) {
        const struct result_backend *b = r->results->backends.items[i];
        *(b->version ? &r->run_errors : &r->unreachable) |= b->status == RESULT_FAILED;
    }
}

/* A file may have been changed, by hand or by a tool: its figures are judged as they would be after a run. */
static void judge_again(struct runner *r)
{
    costs_settle(r->results);
    expect_judge_again(r->results);
    r->wrong_rows = has_wrong_rows(r->results);
    find_errors(r);
}

int run_report(const struct run_options *options)
{
    atomic_bool stop = false;
    struct runner r = {.options = options, .stop = &stop};
    struct error err = {0};
    arena_init(&r.arena);
    r.progress = progress_open(&(struct progress_options){.fd = STDERR_FILENO, .quiet = options->quiet});
    int rc = read_results(&r, &err);
    if (rc == 0)
        rc = gates_open(&r, &err);
    if (rc == 0)
        rc = outputs_check(&r, &err);
    if (rc == 0) {
        judge_again(&r);
        rc = report(&r, &err);
        if (!r.results->entries.count) {
            progress_complain(r.progress, "NOT MEASURED: the results have no measurement");
            r.gate_failed = true;
        }
    }
    progress_close(r.progress);
    say_error(&err, rc);
    int code = exit_code(&r, rc);
    results_free(r.results);
    gates_close(&r);
    arena_release(&r.arena);
    return code;
}
