/* join.c - each part's backends get names of their own, then all is moved into the first part. */
#include "config.h"

#include "findings/join.h"

#include <string.h>

#include "findings/compare.h"
#include "findings/figures.h"

struct join {
    struct results **parts;
    const char **labels;                              /* of each part */
    size_t n;
    struct results *into;                             /* the first part */
};

/* ---- what the parts are called ---- */

static const char *stem_of(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return arena_strndup(a, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static bool is_alone(const char *const *texts, size_t n, size_t at)
{
    for (size_t i = 0; i < n; i++)
        if (i != at && !strcmp(texts[i], texts[at]))
            return false;
    return true;
}

/* Files of the same name in different folders are distinguished by their whole paths. */
static int name_parts(struct join *j, const char *const *names, struct error *err)
{
    struct arena *a = &j->into->arena;
    const char **stems = arena_array(a, const char *, j->n);
    j->labels = arena_array(a, const char *, j->n);
    for (size_t i = 0; i < j->n; i++)
        stems[i] = stem_of(a, names[i]);
    for (size_t i = 0; i < j->n; i++) {
        if (!is_alone(names, j->n, i))
            return error_set(err, ERR_USAGE, "'%s' is named twice", names[i]);
        j->labels[i] = results_keep(j->into, is_alone(stems, j->n, i) ? stems[i] : names[i]);
    }
    return 0;
}

/* ---- where they are not alike ---- */

struct aspect { const char *what; void (*put)(const struct results *, struct buf *); };

static void put_workload(const struct results *r, struct buf *b) { buf_puts(b, r->workload); }
static void put_seed(const struct results *r, struct buf *b) { buf_printf(b, "%llu",
    (unsigned long long)r->seed); }
static void put_version(const struct results *r, struct buf *b) { buf_printf(b, "wkl %s", r->version); }
static void put_host(const struct results *r, struct buf *b)
{
    buf_printf(b, "%s, %u cores, %s", r->host.cpu, r->host.cores, r->host.kernel);
}
static void put_params(const struct results *r, struct buf *b)
{
    for (uint32_t i = 0; i < r->nparams; i++)
        buf_printf(b, "%s%s %s", i ? ", " : "", r->params[i].name, r->params[i].text);
    if (!r->nparams)
        buf_puts(b, "none");
}

static const struct aspect aspects[] = {
    {"workload", put_workload}, {"seed", put_seed},       {"params", put_params},
    {"machine", put_host},      {"version", put_version},
};

static void add_remark(struct join *j, bool differs, struct buf *b)
{
    struct result_remark remark = {results_keep(j->into, buf_text(b)), differs};
    vec_push(&j->into->arena, &j->into->remarks, remark);
    buf_release(b);
}

static void compare_aspect(struct join *j, const struct aspect *aspect)
{
    struct buf first = {0}, all = {0};
    bool differs = false;
    aspect->put(j->into, &first);
    buf_printf(&all, "%s: %s in %s", aspect->what, buf_text(&first), j->labels[0]);
    for (size_t i = 1; i < j->n; i++) {
        struct buf other = {0};
        aspect->put(j->parts[i], &other);
        differs |= strcmp(buf_text(&first), buf_text(&other)) != 0;
        buf_printf(&all, "; %s in %s", buf_text(&other), j->labels[i]);
        buf_release(&other);
    }
    if (differs)
        add_remark(j, true, &all);
    buf_release(&all);
    buf_release(&first);
}

struct digest { const char *what; size_t at; };

static bool differ(const struct result_entry *a, const struct result_entry *b, const struct digest *d)
{
    const char *x = *(const char *const *)((const char *)a + d->at),
               *y = *(const char *const *)((const char *)b + d->at);
    return figures_same_point(a, b) && x && y && strcmp(x, y) != 0;
}

/* The first entries of two parts that stand for one point and yet are not of the same data (or requests);
 * false: there are none. */
static bool find_unlike(const struct results *a, const struct results *b, const struct digest *d,
                        const struct result_entry **entry)
{
    for (size_t i = 0; i < a->entries.count; i++)
        for (size_t k = 0; k < b->entries.count; k++)
            if (differ(*entry = a->entries.items[i], b->entries.items[k], d))
                return true;
    return false;
}

/* Data of another seed are not the same by their nature, and that has been said. */
static void compare_digests(struct join *j, size_t part)
{
    static const struct digest digests[] = {{"tables", offsetof(struct result_entry, data_digest)},
                                            {"requests", offsetof(struct result_entry, request_digest)}};
    for (size_t i = 0; i < sizeof digests / sizeof *digests && j->parts[part]->seed == j->into->seed; i++) {
        const struct result_entry *e = NULL;
        struct buf b = {0};
        if (!find_unlike(j->into, j->parts[part], &digests[i], &e))
            continue;
        buf_printf(&b, "%s: those of run %s are not the same in %s and in %s", digests[i].what, e->run,
                   j->labels[0], j->labels[part]);
        add_remark(j, true, &b);
    }
}

static void remark_all(struct join *j)
{
    struct buf b = {0};
    for (size_t i = 0; i < j->n; i++)
        buf_printf(&b, "%s%s (%s)", i ? ", " : "", j->labels[i], j->parts[i]->started);
    add_remark(j, false, &b);
    for (size_t i = 0; i < sizeof aspects / sizeof *aspects; i++)
        compare_aspect(j, &aspects[i]);
    for (size_t i = 1; i < j->n; i++)
        compare_digests(j, i);
}

/* ---- backends ---- */

static bool has_measured(const struct results *r, const char *backend)
{
    const struct result_backend *b = results_find_backend(r, backend);
    return b && b->status != RESULT_SKIPPED;
}

static size_t count_measured(const struct join *j, const char *backend)
{
    size_t n = 0;
    for (size_t i = 0; i < j->n; i++)
        n += has_measured(j->parts[i], backend);
    return n;
}

static void swap_name(const char **name, const char *from, const char *to)
{
    if (*name && !strcmp(*name, from))
        *name = to;
}

static void rename_backend(struct results *r, const char *from, const char *to)
{
    for (size_t i = 0; i < r->backends.count; i++) {
        swap_name(&r->backends.items[i]->name, from, to);
        swap_name(&r->backends.items[i]->same_as, from, to);
    }
    for (size_t i = 0; i < r->entries.count; i++) {
        swap_name(&r->entries.items[i]->backend, from, to);
        results_settle_queries(r->entries.items[i]);
    }
    for (size_t i = 0; i < r->expectations.count; i++)
        swap_name(&r->expectations.items[i].backend, from, to);
    for (size_t i = 0; i < r->unjudged.count; i++)
        swap_name(&r->unjudged.items[i].backend, from, to);
}

/* The names are compared as they were in the files, so that none is taken for another that
 * was renamed before. */
static void tell_apart(struct join *j)
{
    struct rename { size_t part; const char *from, *to; };
    VEC(struct rename) renames = {0};
    struct arena *a = &j->into->arena;
    for (size_t i = 0; i < j->n; i++)
        for (size_t k = 0; k < j->parts[i]->backends.count; k++) {
            const char *name = j->parts[i]->backends.items[k]->name;
            if (has_measured(j->parts[i], name) && count_measured(j, name) > 1)
                vec_push(a, &renames,
                         ((struct rename){i, name, arena_printf(a, "%s@%s", name, j->labels[i])}));
        }
    for (size_t i = 0; i < renames.count; i++)
        rename_backend(j->parts[renames.items[i].part], renames.items[i].from, renames.items[i].to);
}

/* A backend that was skipped is listed once, and only if no file has measured it. */
static bool is_worth_telling(const struct join *j, const struct result_backend *b, size_t part)
{
    bool listed = count_measured(j, b->name) > 0;
    for (size_t i = 0; i < part && !listed; i++)
        listed = results_find_backend(j->parts[i], b->name);
    return b->status != RESULT_SKIPPED || !listed;
}

/* ---- all into one ---- */

static bool is_left_out(const struct results *r, const struct result_left_out *out)
{
    for (size_t i = 0; i < r->left_out.count; i++)
        if (!strcmp(r->left_out.items[i].what, out->what))
            return true;
    return false;
}

VEC_TYPE(backend_list, struct result_backend *);

static void list_backends(struct join *j, struct backend_list *all)
{
    for (size_t i = 0; i < j->n; i++)
        for (size_t k = 0; k < j->parts[i]->backends.count; k++)
            if (is_worth_telling(j, j->parts[i]->backends.items[k], i))
                vec_push(&j->into->arena, all, j->parts[i]->backends.items[k]);
}

/* A part that was joined before has parts of its own. */
static uint32_t next_part(const struct results *r)
{
    uint32_t next = 0;
    for (size_t i = 0; i < r->entries.count; i++)
        next = r->entries.items[i]->part >= next ? r->entries.items[i]->part + 1 : next;
    return next;
}

static const char *list_name(struct results *r, const char *list, const char *more)
{
    return !list || !strcmp(list, more) ? more : arena_printf(&r->arena, "%s, %s", list, more);
}

/* Each was compared with a baseline of its own, and all of these verdicts are kept. */
static void move_baseline(struct results *to, struct results *from)
{
    if (from->baseline_name) {
        to->baseline_name = list_name(to, to->baseline_name, from->baseline_name);
        to->baseline_started = list_name(to, to->baseline_started, from->baseline_started);
    }
    for (size_t i = 0; i < from->baseline_notes.count; i++)
        vec_push(&to->arena, &to->baseline_notes, from->baseline_notes.items[i]);
    for (size_t i = 0; i < from->unjudged.count; i++)
        vec_push(&to->arena, &to->unjudged, from->unjudged.items[i]);
    for (size_t i = 0; i < from->kept.count; i++)
        vec_push(&to->arena, &to->kept, from->kept.items[i]);
}

static void move_part(struct join *j, struct results *from)
{
    struct results *to = j->into;
    uint32_t first = next_part(to);
    for (size_t i = 0; i < from->entries.count; i++) {
        from->entries.items[i]->part += first;
        from->entries.items[i]->results = to;
        results_settle_queries(from->entries.items[i]);
        vec_push(&to->arena, &to->entries, from->entries.items[i]);
    }
    for (size_t i = 0; i < from->expectations.count; i++)
        vec_push(&to->arena, &to->expectations, from->expectations.items[i]);
    for (size_t i = 0; i < from->left_out.count; i++)
        if (!is_left_out(to, &from->left_out.items[i]))
            vec_push(&to->arena, &to->left_out, from->left_out.items[i]);
    for (size_t i = 0; i < from->remarks.count; i++)
        vec_push(&to->arena, &to->remarks, from->remarks.items[i]);
    move_baseline(to, from);
    if (!to->stopped)
        to->stopped = from->stopped;
    if (to->verify && from->verify && strcmp(to->verify, from->verify))
        to->verify = NULL;
    from->entries.count = 0;                          /* their heap parts go with them */
    arena_take(&to->arena, &from->arena);
}

int results_join(struct results **parts, const char *const *names, size_t n, struct results **out,
                 struct error *err)
{
    struct join j = {.parts = parts, .n = n, .into = parts[0]};
    int rc = n > 1 ? name_parts(&j, names, err) : 0;
    if (rc == 0 && n > 1) {
        struct backend_list all = {0};
        remark_all(&j);
        list_backends(&j, &all);
        tell_apart(&j);
        j.into->backends.count = 0;
        for (size_t i = 0; i < all.count; i++)
            vec_push(&j.into->arena, &j.into->backends, all.items[i]);
        for (size_t i = 1; i < n; i++)
            move_part(&j, parts[i]);
        results_sort(j.into);
    }
    for (size_t i = rc == 0; i < n; i++)
        results_free(parts[i]);
    if (rc == 0)
        *out = j.into;
    return rc;
}
