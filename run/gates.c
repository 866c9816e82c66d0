/* gates.c - baselines: the earlier result that this one is held against, and the file that a later one will
 * be held against.
 *
 * A name stands for .wkl/baselines/NAME.json in the folder of the workload's file, so that it may be kept
 * with it; a path stands for itself. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "findings/baseline.h"
#include "ir/narrow.h"
#include "run/runner.h"
#include "show/read_json.h"
#include "show/report.h"

static const char folder[] = ".wkl/baselines";

bool gates_is_path(const char *name)
{
    size_t n = strlen(name);
    return strchr(name, '/') || (n > 5 && !strcmp(name + n - 5, ".json"));
}

bool gates_name_ok(const char *name)
{
    for (const char *p = name; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
            return false;
    return name[0] && name[0] != '.' && strlen(name) < 100 && !gates_is_path(name);
}

const char *gates_path(struct arena *arena, const struct run_options *o, const char *name)
{
    const char *file = o->files[0], *slash = strrchr(file, '/');
    if (gates_is_path(name))
        return name;
    return arena_printf(arena, "%.*s%s/%s.json", slash ? (int)(slash - file + 1) : 0, file, folder, name);
}

const char *runner_verify(const struct runner *r)
{
    static const char *const words[] = {
        [VERIFY_NONE] = "none", [VERIFY_COUNT] = "count", [VERIFY_ROWS] = "rows"};
    return words[r->options->has_verify ? r->options->verify : VERIFY_COUNT];
}

/* What is about to be measured, one entry for each point, as far as it is known without a database. */
static struct results *foresee(struct runner *r)
{
    struct results *ahead = results_new(r->ir, r->options->seed);
    ahead->verify = runner_verify(r);
    for (uint32_t i = 0; i < r->ir->nruns; i++)
        for (uint32_t k = 0; k < r->ir->runs[i].npoints; k++)
            if (narrow_takes_run(r->options->run, &r->ir->runs[i]))
                results_add_entry(ahead, &r->ir->runs[i].points[k], "", "");
    return ahead;
}

int gates_open(struct runner *r, struct error *err)
{
    const char *name = r->options->baseline, *path = name ? gates_path(&r->arena, r->options, name) : NULL;
    if (!name)
        return 0;
    if (!gates_is_path(name) && access(path, F_OK) != 0)
        return error_set(err, ERR_USAGE,
                         "there is no baseline '%s': it would be %s; `--save-baseline %s` makes it", name,
                         path, name);
    int rc = results_read(path, &r->baseline, err);
    if (rc < 0)
        return rc;
    struct results *ahead = r->results ? NULL : foresee(r);
    rc = baseline_check(ahead ? ahead : r->results, r->baseline, name, err);
    results_free(ahead);
    return rc;
}

void gates_close(struct runner *r)
{
    results_free(r->baseline);
    r->baseline = NULL;
}

/* ---- saving ---- */

static int write_json(struct runner *r, const char *path, struct error *err)
{
    struct buf b = {0};
    struct report_options options = {0};
    report_put_json(r->results, &options, &b);
    int rc = file_write_whole(path, buf_text(&b), b.len, r->stop, err);
    buf_release(&b);
    return rc;
}

int gates_save(struct runner *r, bool failed, struct error *err)
{
    const char *name = r->options->save_baseline,
               *path = name ? gates_path(&r->arena, r->options, name) : NULL;
    if (!name)
        return 0;
    if (failed || !results_measured(r->results)) {
        progress_complain(r->progress, "baseline '%s' was not saved: %s", name,
                          failed ? "the run failed" : "nothing was measured");
        r->gate_failed = true;
        return 0;
    }
    int rc = file_make_folders(path, err);
    rc = rc < 0 ? rc : write_json(r, path, err);
    if (rc == 0)
        progress_say(r->progress, "baseline '%s' saved: %s", name, path);
    return rc;
}
