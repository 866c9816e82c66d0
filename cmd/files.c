/* files.c - FILEs and folders, told apart by what is in them. */
#include "config.h"

#include "cmd/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "compiler/front.h"

VEC_TYPE(path_list, const char *);

static bool is_folder(const char *path)
{
    struct stat st;
    return strcmp(path, FRONT_STDIN) != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A pipe can be read only once, and is a piece; standard input is a workload. */
static bool is_workload(const char *path)
{
    struct stat st;
    if (!strcmp(path, FRONT_STDIN))
        return true;
    return stat(path, &st) < 0 || (S_ISREG(st.st_mode) && front_has_run(path));
}

static bool is_wkl(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && name[0] != '.' && !strcmp(name + n - 4, ".wkl");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int add_folder(struct arena *arena, const char *folder, struct path_list *out, struct error *err)
{
    size_t before = out->count, n = strlen(folder);
    DIR *d = opendir(folder);
    if (!d)
        return error_set(err, ERR_IO, "'%s' cannot be read: %s", folder, strerror(errno));
    for (struct dirent *e; (e = readdir(d));) {
        const char *path = arena_printf(arena, "%s%s%s", folder, n && folder[n - 1] == '/' ? "" : "/",
                                        e->d_name);
        if (is_wkl(e->d_name) && is_workload(path))
            vec_push(arena, out, path);
    }
    closedir(d);
    if (out->count == before)
        return error_set(err, ERR_USAGE, "'%s' is a folder, and no .wkl file in it has a run: name a file",
                         folder);
    qsort(out->items + before, out->count - before, sizeof *out->items, by_name);
    return 0;
}

static int check_once(const struct path_list *list, struct error *err)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(list->items[i], list->items[k]) || file_same(list->items[i], list->items[k]))
                return error_set(err, ERR_USAGE, "'%s' is given twice", list->items[i]);
    return 0;
}

static const char *stem_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    if (!strcmp(path, FRONT_STDIN))
        return "stdin";
    return arena_strndup(arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void make(struct arena *arena, struct workload_files *w, const struct path_list *own,
                 const struct path_list *shared)
{
    struct path_list all = {0};
    for (size_t i = 0; i < own->count; i++)
        vec_push(arena, &all, own->items[i]);
    for (size_t i = 0; i < shared->count; i++)
        vec_push(arena, &all, shared->items[i]);
    *w = (struct workload_files){stem_of(arena, all.items[0]), all.items, all.count};
}

int files_group(struct arena *arena, const char *const *given, size_t n, const char *const *more,
                size_t nmore, struct workload_files **out, size_t *count, struct error *err)
{
    struct path_list all = {0}, workloads = {0}, pieces = {0};
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < n; i++)
        if (is_folder(given[i]))
            rc = add_folder(arena, given[i], &all, err);
        else
            vec_push(arena, &all, given[i]);
    rc = rc < 0 ? rc : check_once(&all, err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; all.count > 1 && i < all.count; i++)
        if (is_workload(all.items[i]))
            vec_push(arena, &workloads, all.items[i]);
        else
            vec_push(arena, &pieces, all.items[i]);
    bool several = workloads.count > 1;
    for (size_t i = 0; i < nmore; i++)
        vec_push(arena, &pieces, more[i]);
    *count = several ? workloads.count : 1;
    *out = arena_array(arena, struct workload_files, *count);
    if (!several)
        make(arena, *out, &all, &(struct path_list){(const char **)more, nmore, nmore});
    for (size_t i = 0; several && i < *count; i++)
        make(arena, &(*out)[i], &(struct path_list){&workloads.items[i], 1, 1}, &pieces);
    return 0;
}
