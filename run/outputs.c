/* outputs.c - what a run writes: that it can be written, and that none of it is a file that is read, or that
 * another of it goes into. All is looked at before anything is connected to, by what files are and not by
 * what they are called. */
#include "config.h"

#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "run/runner.h"

static const char a_database[] = "a database";

struct named { const char *what, *path; };
VEC_TYPE(named_list, struct named);

static void name(struct runner *r, struct named_list *list, const char *what, const char *path)
{
    if (path)
        vec_push(&r->arena, list, ((struct named){what, path}));
}

/* What a setting names, if that is a file; NULL: it is none. */
static const char *file_of_setting(const char *setting)
{
    static const struct {
        const char *setting, *what;
    } files[] = {{"path", a_database}, {"ca", "the file of a setting"}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!strcmp(setting, files[i].setting))
            return files[i].what;
    return NULL;
}

/* What the file says, of backends too that are not in this run. */
static void name_written(struct runner *r, struct named_list *list)
{
    for (uint32_t i = 0; r->ir && i < r->ir->nbackends; i++)
        for (uint32_t k = 0; k < r->ir->backends[i].nsettings; k++) {
            const struct ir_setting *s = &r->ir->backends[i].settings[k];
            const char *what = s->source == SETTING_LITERAL ? file_of_setting(s->name)
                                                            : "the file of a setting";
            if (what && (s->source == SETTING_LITERAL || s->source == SETTING_FILE))
                name(r, list, what, s->text);
        }
}

/* What settings are, wherever that comes from: a variable, a sweep. There are no backends yet when outputs
 * are first looked at. */
static void name_settled(struct runner *r, struct named_list *list, const struct instances *instances)
{
    for (size_t i = 0; i < instances->items.count; i++) {
        const struct instance *inst = instances->items.items[i];
        for (int k = 0; inst->backend->settings[k].name; k++)
            if (file_of_setting(inst->backend->settings[k].name))
                name(r, list, file_of_setting(inst->backend->settings[k].name), inst->values[k]);
    }
}

static void name_inputs(struct runner *r, struct named_list *list)
{
    const struct run_options *o = r->options;
    for (size_t i = 0; i < o->nfiles; i++)
        name(r, list, o->report ? "a result that is read" : "the workload", o->files[i]);
    for (size_t i = 0; i < r->diags.sources.count; i++)
        if (!r->diags.sources.items[i].builtin)
            name(r, list, "a file that the workload uses", r->diags.sources.items[i].name);
    name_written(r, list);
    name_settled(r, list, &r->instances);
    for (size_t i = 0; i < r->swept.points.count; i++)
        name_settled(r, list, &r->swept.points.items[i].instances);
}

/* What SQLite keeps beside a database while it is open, and the locks on its tables, which may go on with a
 * prefix's number. */
static bool is_beside(const char *database, const char *out)
{
    static const char *const ends[] = {"-wal", "-shm", "-journal", "-wkl"};
    size_t n = strlen(database);
    if (strncmp(out, database, n))
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (!strcmp(out + n, ends[i]) || !strncmp(out + n, "-wkl-", 5))
            return true;
    return false;
}

static bool beside_database(const struct named *in, const char *path)
{
    if (in->what != a_database)
        return false;
    char *database = file_target(in->path), *out = file_target(path);
    bool beside = database && out && is_beside(database, out);
    mem_free(database);
    mem_free(out);
    return beside;
}

static int check_input(const struct named *in, const struct named *out, struct error *err)
{
    if (file_same(out->path, in->path))
        return error_set(err, ERR_USAGE, "'%s' cannot be %s: it is %s", out->path, out->what, in->what);
    if (beside_database(in, out->path))
        return error_set(err, ERR_USAGE, "'%s' cannot be %s: SQLite keeps it beside '%s'", out->path,
                         out->what, in->path);
    return 0;
}

/* Each output may be written, and is none of the inputs and none of the outputs before it. */
static int check(const struct named *in, size_t nin, const struct named *outputs, size_t n, struct error *err)
{
    const struct named *out = &outputs[n];
    int rc = 0;
    for (size_t i = 0; i < nin && rc == 0; i++)
        rc = check_input(&in[i], out, err);
    for (size_t i = 0; i < n && rc == 0; i++)
        if (file_same(out->path, outputs[i].path))
            rc = error_set(err, ERR_USAGE, "'%s' cannot be %s and %s", out->path, outputs[i].what, out->what);
    return rc;
}

/* Returns how many come before the baseline, whose folder is made only when it is saved. */
static size_t name_outputs(struct runner *r, const struct run_options *o, struct named_list *out)
{
    for (size_t i = 0; i < o->noutputs; i++)
        name(r, out, "a report", o->outputs[i].file);
    name(r, out, "the log", o->log);
    size_t n = out->count;
    name(r, out, "the baseline that is saved",
         o->save_baseline ? gates_path(&r->arena, o, o->save_baseline) : NULL);
    return n;
}

/* What the other workloads of the command write. */
static int check_others(struct runner *r, const struct named *in, size_t nin, struct error *err)
{
    const struct run_options *o = r->options;
    int rc = 0;
    for (size_t w = 0; w < o->nall; w++) {
        struct named_list out = {0};
        if (&o->all[w] != o)
            name_outputs(r, &o->all[w], &out);
        for (size_t i = 0; i < out.count; i++)
            for (size_t k = 0; k < nin && rc == 0; k++)
                rc = check_input(&in[k], &out.items[i], err);
    }
    return rc;
}

int outputs_check(struct runner *r, struct error *err)
{
    const struct run_options *o = r->options;
    struct named_list in = {0}, out = {0};
    name_inputs(r, &in);
    size_t unsaved = in.count;                        /* a baseline that is read may be saved again: it is
                                                         read before */
    name(r, &in, "the baseline", o->baseline ? gates_path(&r->arena, o, o->baseline) : NULL);
    size_t nwritten = name_outputs(r, o, &out);
    if (check_others(r, in.items, unsaved, err) < 0)
        return ERR_USAGE;
    for (size_t i = 0; i < out.count; i++) {
        int rc = check(in.items, i < nwritten ? in.count : unsaved, out.items, i, err);
        rc = rc < 0 ? rc : (i < nwritten ? file_check_writable : file_check_makeable)(out.items[i].path, err);
        if (rc < 0)
            return ERR_USAGE;
    }
    return 0;
}
