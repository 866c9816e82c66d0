/* several.c - a run for each of several workloads, and what they write together. */
#include "config.h"

#include "run/several.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "show/report.h"

struct several {
    const struct run_options *common;
    const struct workload_files *workloads;
    size_t n;
    struct arena arena;
    struct run_options *options;                      /* of each */
    struct buf *gathered;                             /* of each -o that holds all of them */
    int *codes;                                       /* of each; -1: it was not run */
};

/* What goes between two documents; NULL: the format holds one. */
static const struct { const char *format, *before, *between, *after; } together[] = {
    {"text", "", "\n", ""}, {"json", "[\n", ",\n", "]\n"}, {"csv", "", "", ""}, {"md", "", "\n", ""},
};

static int place_together(const char *format)
{
    for (int i = 0; i < (int)(sizeof together / sizeof *together); i++)
        if (!strcmp(together[i].format, format))
            return i;
    return -1;
}

/* r.html is r.NAME.html; a name without an ending gets it behind. */
static const char *own_file(struct several *s, const char *file, const char *name)
{
    const char *slash = strrchr(file, '/'), *last = slash ? slash + 1 : file, *dot = strrchr(last, '.');
    int n = dot && dot > last ? (int)(dot - file) : (int)strlen(file);
    return arena_printf(&s->arena, "%.*s.%s%s", n, file, name, file + n);
}

/* What one file or name cannot hold, and what has no name of its own; NULL: nothing is wrong. */
static const char *misuse(struct several *s)
{
    const struct run_options *o = s->common;
    bool named = o->log || o->save_baseline || o->baseline;
    for (size_t i = 0; i < o->noutputs; i++)
        if (place_together(o->outputs[i].format) < 0) {
            named = true;
            if (!o->outputs[i].file)
                return arena_printf(&s->arena, "%s is a file for each workload: name one, such as -o r.%s",
                                    o->outputs[i].format, o->outputs[i].format);
        }
    if (o->log && (!strcmp(o->log, "-") || !strcmp(o->log, "/dev/stdout")))
        return "--log is a file for each workload: name one, such as --log requests.csv";
    if (o->baseline && gates_is_path(o->baseline))
        return arena_printf(&s->arena,
                            "'%s' is of one workload, and here are %zu: --baseline NAME finds one for each",
                            o->baseline, s->n);
    for (size_t i = 0; named && i < s->n; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(s->workloads[i].name, s->workloads[k].name))
                return arena_printf(
                    &s->arena,
                    "two workloads are called '%s', and what is written bears that name: run them one by one",
                    s->workloads[i].name);
    return NULL;
}

static void settle(struct several *s, size_t at)
{
    struct run_options *o = &s->options[at];
    const struct workload_files *w = &s->workloads[at];
    *o = *s->common;
    o->all = s->options;
    o->nall = s->n;
    o->files = w->files;
    o->nfiles = w->n;
    o->log = o->log ? own_file(s, o->log, w->name) : NULL;
    o->baseline = o->baseline ? arena_printf(&s->arena, "%s.%s", o->baseline, w->name) : NULL;
    o->save_baseline = o->save_baseline ? arena_printf(&s->arena, "%s.%s", o->save_baseline, w->name) : NULL;
    o->outputs = arena_array(&s->arena, struct run_output, o->noutputs);
    for (size_t i = 0; i < o->noutputs; i++) {
        o->outputs[i] = s->common->outputs[i];
        if (place_together(o->outputs[i].format) < 0)
            o->outputs[i].file = own_file(s, o->outputs[i].file, w->name);
        else
            o->outputs[i].gathered = &s->gathered[i];
    }
}

/* Of what all formats are that hold all: what the first began with, and what the next adds. CSV has its
 * header once. */
static void put_part(struct buf *b, int how, const struct buf *part, bool first)
{
    const char *text = part->len ? part->data : "", *from = text;
    if (!first && !strcmp(together[how].format, "csv"))
        from = strchr(text, '\n') ? strchr(text, '\n') + 1 : text;
    buf_puts(b, first ? together[how].before : together[how].between);
    buf_puts(b, from);
}

void several_gather(const struct run_output *o, const struct buf *part)
{
    put_part(o->gathered, place_together(o->format), part, !o->gathered->len);
}

static int write_gathered(struct several *s)
{
    struct error err = {0};
    for (size_t i = 0; i < s->common->noutputs; i++) {
        const struct run_output *o = &s->common->outputs[i];
        struct buf *b = &s->gathered[i];
        struct error one = {0};
        if (!b->len)
            continue;
        buf_puts(b, together[place_together(o->format)].after);
        if (o->file)
            file_write_whole(o->file, buf_text(b), b->len, NULL, &one);
        else if (fwrite(buf_text(b), 1, b->len, stdout) != b->len || fflush(stdout) != 0)
            error_set(&one, ERR_IO, "standard output cannot be written: %s", strerror(errno));
        if (one.code)
            fprintf(stderr, "wklrun: %s\n", one.text);
        err.code = err.code ? err.code : one.code;
    }
    return err.code;
}

/* ---- the end ---- */

static const struct { int code; const char *words; } outcomes[] = {     /* the worst first */
    {EXIT_WRONG_ROWS, "WRONG ROWS"}, {EXIT_RUN_ERRORS, "errors during the run"},
    {EXIT_USAGE, "could not be run"},
    {EXIT_EXPECTATION, "a gate failed or was not judged"}, {EXIT_FINE, "fine"}, {-1, "not run"},
};
enum { OUTCOMES = sizeof outcomes / sizeof *outcomes };

static int outcome_of(int code)
{
    int at = 0;
    while (at < OUTCOMES - 1 && outcomes[at].code != code)
        at++;
    return at;
}

static int worst(const struct several *s)
{
    int at = OUTCOMES - 2;
    for (size_t i = 0; i < s->n; i++)
        at = outcome_of(s->codes[i]) < at ? outcome_of(s->codes[i]) : at;
    return outcomes[at].code;
}

/* Where the reports stand, or else where the progress does. */
static void put_summary(const struct several *s)
{
    const struct run_options *o = s->common;
    bool text = !o->quiet;
    size_t width = 0;
    for (size_t i = 0; i < o->noutputs; i++)
        text = o->outputs[i].file ? text : !strcmp(o->outputs[i].format, "text");
    if (o->quiet && !text)
        return;
    FILE *to = text ? stdout : stderr;
    for (size_t i = 0; i < s->n; i++)
        width = strlen(s->workloads[i].name) > width ? strlen(s->workloads[i].name) : width;
    fprintf(to, "\n%zu workloads\n", s->n);
    for (size_t i = 0; i < s->n; i++)
        fprintf(to, "  %-*s  %s\n", (int)width, s->workloads[i].name,
                outcomes[outcome_of(s->codes[i])].words);
    fflush(to);
}

static void run_each(struct several *s, atomic_bool *stop)
{
    for (size_t i = 0; i < s->n; i++) {
        s->codes[i] = -1;
        if (atomic_load(stop))
            continue;
        if (!s->common->quiet)
            fprintf(stderr, "workload %zu of %zu: %s\n", i + 1, s->n, s->workloads[i].files[0]);
        s->codes[i] = run_workload(&s->options[i], stop);
        if (s->common->quiet && s->codes[i] != EXIT_FINE)      /* whose the lines before it are */
            fprintf(stderr, "workload %zu of %zu, %s: %s\n", i + 1, s->n, s->workloads[i].files[0],
                    outcomes[outcome_of(s->codes[i])].words);
    }
}

int run_several(const struct run_options *common, const struct workload_files *workloads, size_t n,
                atomic_bool *stop)
{
    struct several s = {.common = common, .workloads = workloads, .n = n};
    arena_init(&s.arena);
    s.options = arena_array(&s.arena, struct run_options, n);
    s.gathered = arena_array(&s.arena, struct buf, common->noutputs);
    s.codes = arena_array(&s.arena, int, n);
    const char *wrong = misuse(&s);
    int code = wrong ? EXIT_USAGE : EXIT_FINE;
    if (wrong)
        fprintf(stderr, "wklrun: %s\n", wrong);
    for (size_t i = 0; !wrong && i < n; i++)
        settle(&s, i);
    for (size_t i = 0; !wrong && i < n; i++)
        code = run_check(&s.options[i]) != EXIT_FINE ? EXIT_USAGE : code;
    if (code == EXIT_FINE) {
        run_each(&s, stop);
        code = worst(&s);
        if (write_gathered(&s) < 0 && code != EXIT_WRONG_ROWS)
            code = EXIT_RUN_ERRORS;
        put_summary(&s);
    }
    for (size_t i = 0; i < common->noutputs; i++)
        buf_release(&s.gathered[i]);
    arena_release(&s.arena);
    return code;
}
