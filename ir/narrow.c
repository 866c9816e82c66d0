/* narrow.c - names on the command line, against those of the workload. */
#include "config.h"

#include "ir/narrow.h"

#include <string.h>

#include "base/diag.h"

/* The next text of a list, without the blanks around it; NULL at its end. */
static const char *next_text(const char **at, size_t *n)
{
    if (!*at)
        return NULL;
    const char *text = *at + strspn(*at, " "), *end = strchr(text, ',');
    *n = end ? (size_t)(end - text) : strlen(text);
    while (*n && text[*n - 1] == ' ')
        --*n;
    *at = end ? end + 1 : NULL;
    return text;
}

static bool takes(const char *list, const char *text)
{
    const char *at = list, *one;
    size_t n, len = strlen(text);
    while ((one = next_text(&at, &n)))
        if (n == len && !memcmp(one, text, n))
            return true;
    return !list;
}

bool narrow_takes_run(const char *runs, const struct ir_run *r)
{
    return takes(runs, r->name);
}

static const char *list_runs(struct arena *arena, const struct ir *ir)
{
    enum { MOST = 10 };
    const char *text = ir->nruns ? arena_printf(arena, "there %s %s", ir->nruns > 1 ? "are" : "is",
                                                ir->runs[0].name)
                                 : "the workload has none";
    for (uint32_t i = 1; i < ir->nruns && i <= MOST; i++)
        text = i == MOST ? arena_printf(arena, "%s, …", text)
                         : arena_printf(arena, "%s, %s", text, ir->runs[i].name);
    return text;
}

static int check_run(struct arena *arena, const struct ir *ir, const char *name, struct error *err)
{
    struct nearest near = {0};
    for (uint32_t i = 0; i < ir->nruns; i++) {
        if (!strcmp(name, ir->runs[i].name))
            return 0;
        nearest_try(&near, name, ir->runs[i].name);
    }
    return near.name ? error_set(err, ERR_USAGE, "unknown run '%s': did you mean '%s'?", name, near.name)
                     : error_set(err, ERR_USAGE, "unknown run '%s': %s", name, list_runs(arena, ir));
}

int narrow_check(struct arena *arena, const struct ir *ir, const char *runs, struct error *err)
{
    const char *at = runs, *one;
    size_t n;
    int rc = 0;
    while (rc == 0 && (one = next_text(&at, &n)))
        rc = check_run(arena, ir, arena_strndup(arena, one, n), err);
    return rc;
}
