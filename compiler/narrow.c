/* narrow.c - names on the command line, against those of the workload. */
#include "config.h"

#include "compiler/narrow.h"

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

bool narrow_takes_strategy(const char *strategies, const char *text)
{
    return takes(strategies, text);
}

bool narrow_takes_run(const char *runs, const struct ir_run *r)
{
    return takes(runs, r->name);
}

static int check_run(const struct ir *ir, const char *name, struct error *err)
{
    struct nearest near = {0};
    for (uint32_t i = 0; i < ir->nruns; i++) {
        if (!strcmp(name, ir->runs[i].name))
            return 0;
        nearest_try(&near, name, ir->runs[i].name);
    }
    return near.name ? error_set(err, ERR_USAGE, "unknown run '%s': did you mean '%s'?", name, near.name)
                     : error_set(err, ERR_USAGE, "unknown run '%s'", name);
}

static int check_runs(struct arena *arena, const struct ir *ir, const char *runs, struct error *err)
{
    const char *at = runs, *one;
    size_t n;
    int rc = 0;
    while (rc == 0 && (one = next_text(&at, &n)))
        rc = check_run(ir, arena_strndup(arena, one, n), err);
    return rc;
}

/* The strategies that there are, each once, with commas between. */
static const char *known_strategies(struct arena *arena, const struct ir *ir, const char *run, const char *const *usual)
{
    const char *all = NULL;
    for (int i = 0; !ir->nruns && usual && usual[i]; i++)
        all = all ? arena_printf(arena, "%s, %s", all, usual[i]) : usual[i];
    for (uint32_t i = 0; i < ir->nruns; i++)
        for (uint32_t k = 0; narrow_takes_run(run, &ir->runs[i]) && k < ir->runs[i].nstrategies; k++) {
            const char *text = ir->runs[i].strategies[k].text;
            if (!all || !narrow_takes_strategy(all, text))
                all = all ? arena_printf(arena, "%s, %s", all, text) : text;
        }
    return all ? all : "";
}

int narrow_check(struct arena *arena, const struct ir *ir, const char *run, const char *strategies, const char *const *usual,
                 struct error *err)
{
    int rc = check_runs(arena, ir, run, err);
    if (rc < 0 || !strategies)
        return rc;
    const char *known = known_strategies(arena, ir, run, usual), *at = strategies, *one;
    size_t n;
    while ((one = next_text(&at, &n))) {
        const char *text = arena_strndup(arena, one, n);
        struct nearest near = {0};
        const char *rest = known, *other;
        size_t length;
        if (narrow_takes_strategy(known, text))
            continue;
        while ((other = next_text(&rest, &length)))
            nearest_try(&near, text, arena_strndup(arena, other, length));
        if (near.name)
            return error_set(err, ERR_USAGE, "no run has the strategy '%s': did you mean '%s'?", text, near.name);
        return error_set(err, ERR_USAGE, "no run has the strategy '%s': there %s %s", text, strchr(known, ',') ? "are" : "is", known);
    }
    return 0;
}
