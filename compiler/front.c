/* front.c - files, and the order of the front end's passes. */
#include "config.h"

#include "compiler/front.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "compiler/elab.h"
#include "grammar/fmt.h"
#include "grammar/scan_state.h"
#include "stdlib/stdlib.h"

enum { MAX_SOURCE = 256 << 20 };

/* ---- files ---- */

struct loader {
    struct arena *arena;
    struct diags *diags;
    struct error *err;
    VEC(struct node *) declarations;                  /* of all files */
    struct map open;                                  /* by real path: those under way */
    struct map done;
    bool any;
    bool cut;                                         /* a file, or what follows in it, is not known: names
                                                         may be declared there */
};

/* A workload that the path may have meant, beside it; NULL: none. */
static const char *nearest_file(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *folder = arena_strndup(arena, path, (size_t)(name - path)),
               *whole = arena_printf(arena, "%s.wkl", path);
    struct nearest near = {0};
    struct stat st;
    if (stat(whole, &st) == 0)
        return whole;
    DIR *d = opendir(*folder ? folder : ".");
    for (struct dirent *e; d && (e = readdir(d));) {
        size_t n = strlen(e->d_name);
        if (n > 4 && !strcmp(e->d_name + n - 4, ".wkl"))
            nearest_try(&near, name, arena_strdup(arena, e->d_name));
    }
    if (d)
        closedir(d);
    return near.name ? arena_printf(arena, "%s%s", folder, near.name) : NULL;
}

static int read_path(struct arena *arena, const char *path, const char **text, uint32_t *size,
                     struct error *err)
{
    struct stat st;
    if (!strcmp(path, FRONT_STDIN))
        return file_read_text(arena, NULL, MAX_SOURCE, text, size, err);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return error_set(err, ERR_IO, "'%s' is a folder: name the .wkl file in it", path);
    const char *near = stat(path, &st) < 0 && errno == ENOENT ? nearest_file(arena, path) : NULL;
    if (near)
        return error_set(err, ERR_IO, "'%s' does not exist: did you mean '%s'?", path, near);
    return file_read_text(arena, path, MAX_SOURCE, text, size, err);
}

static int load(struct loader *l, const char *path);
static void take_source(struct loader *, const char *id, const char *path, uint32_t source);

static const char *list_modules(struct arena *arena)
{
    const char *text = "";
    for (const struct stdlib_module *m = stdlib_modules; m->name; m++)
        text = arena_printf(arena, "%s%s%s", text, m == stdlib_modules ? "" : m[1].name ? ", " : " and ",
                            m->name);
    return arena_printf(arena, "there are %s; a file is used by its path: use \"shapes.wkl\"", text);
}

static const char *hint_for_module(const struct loader *l, const char *from, const char *name,
                                   const char *near)
{
    const char *file = arena_printf(l->arena, "%s.wkl", name);
    struct stat st;
    if (stat(file_beside(l->arena, from, file), &st) == 0)
        return arena_printf(l->arena, "a file is used by its path: use \"%s\"", file);
    return near ? arena_printf(l->arena, "did you mean '%s'?", near) : list_modules(l->arena);
}

/* A module that is compiled in. */
static void use_module(struct loader *l, const char *from, const struct node *n)
{
    struct nearest near = {0};
    const struct stdlib_module *m = stdlib_modules;
    for (; m->name && strcmp(m->name, n->text); m++)
        nearest_try(&near, n->text, m->name);
    if (!m->name) {
        diag_add(l->diags, SEVERITY_ERROR, "E0209", n->span, hint_for_module(l, from, n->text, near.name),
                 "unknown module '%s'", n->text);
        l->cut = true;
        return;
    }
    if (map_find(&l->done, m->path))
        return;
    uint32_t source = diags_add_source(l->diags, m->path, m->text, m->size);
    l->diags->sources.items[source].builtin = true;
    take_source(l, m->path, m->path, source);
}

/* `use "crud"`, `use "crud.wkl"` */
static const char *hint_for_path(const struct loader *l, const char *path)
{
    for (const struct stdlib_module *m = stdlib_modules; m->name; m++) {
        size_t n = strlen(m->name);
        if (!strncmp(path, m->name, n) && (!path[n] || !strcmp(path + n, ".wkl")))
            return arena_printf(l->arena, "a module is used by its name: use %s", m->name);
    }
    return NULL;
}

static void use(struct loader *l, const char *from, const struct node *n)
{
    const struct node *string = node_kid(n, 0);
    if (n->broken) {                                  /* reported by the parser */
        l->cut = true;
        return;
    }
    if (!string) {
        use_module(l, from, n);
        return;
    }
    const struct node *text = node_kid(string, 0);
    if (!text || text->kind != N_TEXT || string->kids.count != 1) {
        diag_add(l->diags, SEVERITY_ERROR, "E0209", n->span, NULL, "a path is a plain string");
        l->cut = true;
        return;
    }
    const char *path = file_beside(l->arena, from, text->text);
    char *real = mem_realpath(path);
    struct error err = {0}, *outer = l->err;
    if (real && map_find(&l->open, real)) {
        diag_add(l->diags, SEVERITY_ERROR, "E0210", n->span, "take what both need into a third file",
                 "'%s' uses itself", text->text);
    } else {
        l->err = &err;
        if (load(l, path) < 0) {
            const char *hint = hint_for_path(l, text->text);
            diag_add(l->diags, SEVERITY_ERROR, "E0211", n->span, hint, hint ? "'%s' does not exist" : "%s",
                     hint ? text->text : err.text);
            l->cut = true;
        }
        l->err = outer;
    }
    mem_free(real);
}

static int read_source(struct arena *arena, struct diags *diags, const char *path, const char **text,
                       uint32_t *source, struct error *err)
{
    uint32_t size;
    int rc = read_path(arena, path, text, &size, err);
    *source = rc < 0 ? 0 : diags_add_source(diags, path, *text, size);
    return rc;
}

static int load(struct loader *l, const char *path)
{
    const char *text;
    uint32_t source;
    char *real = mem_realpath(path);
    const char *id = arena_strdup(l->arena, real ? real : path);
    mem_free(real);
    if (map_find(&l->done, id))
        return 0;
    int rc = read_source(l->arena, l->diags, path, &text, &source, l->err);
    if (rc == 0)
        take_source(l, id, path, source);
    return rc;
}

/* The declarations of a file, behind those of the files that it uses. */
static void take_source(struct loader *l, const char *id, const char *path, uint32_t source)
{
    map_add(l->arena, &l->open, id, (void *)id);
    map_add(l->arena, &l->done, id, (void *)id);
    struct node *file = parse_source(l->arena, l->diags, source);
    l->cut |= !file;
    for (size_t i = 0; file && i < file->kids.count; i++) {
        struct node *n = file->kids.items[i];
        l->any = true;
        if (n->kind == N_USE)
            use(l, path, n);
        else
            vec_push(l->arena, &l->declarations, n);
    }
    for (size_t i = 0; i < l->open.capacity; i++)     /* no longer under way */
        if (l->open.slots[i].key && !strcmp(l->open.slots[i].key, id))
            l->open.slots[i].key = "";
}

static struct node *load_all(struct arena *arena, struct diags *diags, const char *const *paths, size_t n,
                             struct error *err)
{
    struct loader l = {.arena = arena, .diags = diags, .err = err};
    for (size_t i = 0; i < n; i++)
        if (load(&l, paths[i]) < 0)
            return NULL;
    if (!l.any && !diags->errors)
        diag_add(diags, SEVERITY_ERROR, "E0108", (struct span){0, 0, 0},
                 "a workload has at least `entity`, `table`, `query` and `run`", "the file is empty");
    struct node *root = arena_new(arena, struct node);
    *root = (struct node){.kind = N_FILE, .kids = {l.declarations.items, (uint32_t)l.declarations.count, (uint32_t)l.declarations.count}};
    return l.cut ? NULL : root;
}

/* ---- elaboration ---- */

static void check_workload(struct elab *e)
{
    const struct node *workload = NULL;
    bool after = false;                               /* another declaration */
    for (size_t i = 0; i < e->root->kids.count; i++) {
        const struct node *n = e->root->kids.items[i];
        if (n->kind != N_WORKLOAD) {
            after |= n->kind != N_LOST;
            continue;
        }
        if (workload) {
            struct diag *d =
                elab_fault(e, n->span, "E0212",
                           "a file that others use has none: leave it out there, or do without the `use`",
                           "a second 'workload'");
            if (d) {
                d->span2 = workload->span;
                d->label2 = "first here";
            }
            continue;
        }
        if (after && n->span.file == e->root->kids.items[0]->span.file)
            elab_fault(e, n->span, "E0212", NULL, "'workload' comes first");
        workload = n;
    }
    if (!workload)
        return;
    e->ir->name = workload->text;
    struct constant title = const_eval(e, node_kid(workload, 0), NULL);
    e->ir->title = title.kind == CONST_STRING ? title.s : NULL;
}

static void settle_params(struct elab *e)
{
    VEC(struct ir_param) list = {0};
    for (size_t i = 0; i < e->root->kids.count; i++) {
        const struct node *n = e->root->kids.items[i];
        struct declared *d = n->kind == N_PARAM ? map_find(&e->params, n->text) : NULL;
        if (!d)
            continue;
        bool used = d->used;
        struct node name = {.kind = N_NAME, .span = n->span, .text = n->text, .ntext = n->ntext};
        struct constant c = const_eval(e, &name, NULL);
        d->used = used;
        vec_push(e->arena, &list, ((struct ir_param){n->text, const_literal(e, &c)}));
    }
    e->ir->params = list.items;
    e->ir->nparams = (uint32_t)list.count;
}

static const char *list_params(struct elab *e)
{
    enum { MOST = 10 };
    const char *text = "";
    int n = 0;
    for (size_t i = 0; i < e->root->kids.count && n <= MOST; i++)
        if (e->root->kids.items[i]->kind == N_PARAM)
            text = n++ == MOST ? arena_printf(e->arena, "%s …", text)
                               : arena_printf(e->arena, "%s%s%s", text, n > 1 ? ", " : "there are ",
                                              e->root->kids.items[i]->text);
    return text;
}

static void check_defines(struct elab *e)
{
    for (size_t i = 0; i < e->options->ndefines; i++) {
        const struct front_define *d = &e->options->defines[i];
        if (map_find(&e->params, d->name) || map_find(&e->lost, d->name))
            continue;
        const char *text = arena_printf(e->arena, "-D %s=%s", d->name, d->value),
                   *hint = elab_nearest(e, &e->params, d->name);
        uint32_t line = diags_add_source(e->diags, "command line", text, (uint32_t)strlen(text));
        elab_fault(e, (struct span){line, 3, 3 + (uint32_t)strlen(d->name)}, "E0213",
                   hint ? hint : e->params.count ? list_params(e) :
                   "the file has no params", "unknown param '%s'", d->name);
    }
}

static void warn_unused(struct elab *e)
{
    enum { MOST = 20 };
    uint32_t count = 0;
    struct span next = {0};
    const struct { const struct map *map; const char *what;
    } kinds[] = {
        {&e->params, "param"}, {&e->aliases, "type"},  {&e->entities, "entity"},
        {&e->tables, "table"}, {&e->queries, "query"},
    };
    for (size_t i = 0; i < e->root->kids.count; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            const struct node *n = e->root->kids.items[i];
            struct declared *d = n->text ? map_find(kinds[k].map, n->text) : NULL;
            if (!d || d->node != n || d->used || (!e->ir->nruns && n->kind == N_QUERY) ||
                e->diags->sources.items[n->span.file].builtin)
                continue;                             /* a module offers more than one file needs */
            if (count++ < MOST)
                elab_warn(e, n->span, "W0214", NULL, "%s '%s' is not used", kinds[k].what, n->text);
            else if (count == MOST + 1)
                next = n->span;
        }
    if (count > MOST)
        diag_add(e->diags, SEVERITY_NOTE, "W0214", next, NULL,
                 "%u more declarations are not used, from here on", count - MOST);
}

static void elaborate(struct elab *e)
{
    if (!e->ir)
        e->ir = arena_new(e->arena, struct ir);
    elab_collect(e);
    check_workload(e);
    settle_params(e);
    elab_schema(e);
    elab_queries(e);
    elab_writes(e);
    elab_runs(e);
    elab_fails(e);
    elab_backends(e);
}

const struct ir *elab_again(struct elab *e, const struct ir_param *settings, uint32_t n)
{
    uint32_t before = e->diags->errors;
    struct elab again = {.arena = e->arena, .diags = e->diags, .root = e->root, .options = e->options,
                         .settings = settings,
                         .nsettings = n, .quiet = true, .ir = arena_new(e->arena, struct ir)};
    if (before)
        return NULL;                                  /* what is wrong already would be reported once more */
    again.ir->strategies = e->ir->strategies;
    again.ir->nstrategies = e->ir->nstrategies;
    elaborate(&again);
    if (!again.ir->name)
        again.ir->name = e->ir->name;
    return e->diags->errors == before ? again.ir : NULL;
}

static const char *name_of_file(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return arena_strndup(arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

const struct ir *front_compile(struct arena *arena, struct diags *diags, const char *const *paths,
                               size_t npaths, const struct front_options *options, struct error *err)
{
    struct elab e = {.arena = arena, .diags = diags, .options = options};
    e.root = load_all(arena, diags, paths, npaths, err);
    if (!e.root)
        return NULL;
    elaborate(&e);
    check_defines(&e);
    if (!e.ir->name)
        e.ir->name = strcmp(paths[0], FRONT_STDIN) != 0 ? name_of_file(arena, paths[0]) : "stdin";
    if (diags->errors)
        return NULL;
    if (options->tell_unused)
        warn_unused(&e);
    return e.ir;
}

bool front_has_run(const char *path)
{
    struct arena arena;
    struct diags diags;
    struct error err = {0};
    const char *text;
    uint32_t source;
    arena_init(&arena);
    diags_init(&diags, &arena);
    int rc = read_source(&arena, &diags, path, &text, &source, &err);
    const struct node *file = rc == 0 ? parse_source(&arena, &diags, source) : NULL;
    bool has = !file || diags.errors;
    for (size_t i = 0; !has && i < file->kids.count; i++)
        has = file->kids.items[i]->kind == N_RUN;
    arena_release(&arena);
    return has;
}

/* ---- early stages ---- */

int front_emit_tokens(struct arena *arena, struct diags *diags, const char *const *paths, size_t npaths,
                      struct buf *out, struct error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < npaths; i++) {
        const char *text;
        uint32_t source;
        if ((rc = read_source(arena, diags, paths[i], &text, &source, err)) == 0)
            scan_put(arena, diags, source, out);
    }
    return rc;
}

int front_emit_ast(struct arena *arena, struct diags *diags, const char *const *paths, size_t npaths,
                   struct buf *out, struct error *err)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < npaths; i++) {
        const char *text;
        uint32_t source;
        rc = read_source(arena, diags, paths[i], &text, &source, err);
        struct node *n = rc == 0 ? parse_source(arena, diags, source) : NULL;
        if (n)
            ast_put(n, out);
    }
    return rc;
}

int front_format(struct arena *arena, struct diags *diags, const char *path, const char **before,
                 struct buf *out, struct error *err)
{
    uint32_t source;
    int rc = read_source(arena, diags, path, before, &source, err);
    return rc < 0 ? rc : fmt_source(arena, diags, source, out);
}
