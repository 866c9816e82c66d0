/* main.c - `contract KIND setting=value …`: see contract.h. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/contract/contract.h"

/* ---- checks ---- */

static struct { int number, failed; } counts;

static bool say(bool held, const char *fmt, va_list ap, const char *more)
{
    printf("%s %d ", held ? "ok" : "not ok", ++counts.number);
    vprintf(fmt, ap);
    printf("%s%s\n", *more ? ": " : "", more);
    fflush(stdout);
    counts.failed += !held;
    return held;
}

bool check(bool held, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    say(held, fmt, ap, "");
    va_end(ap);
    return held;
}

bool check_done(int rc, struct error *err, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    bool held = say(rc == 0, fmt, ap, rc ? err->text : "");
    va_end(ap);
    *err = (struct error){0};
    return held;
}

int check_failures(void)
{
    return counts.failed;
}

/* ---- instances ---- */

static int place_of(const struct instance *inst, const char *setting, size_t n)
{
    for (int i = 0; inst->backend->settings[i].name; i++)
        if (strlen(inst->backend->settings[i].name) == n && !memcmp(inst->backend->settings[i].name, setting, n))
            return i;
    return -1;
}

bool contract_has(const struct instance *inst, const char *setting)
{
    return place_of(inst, setting, strlen(setting)) >= 0;
}

struct instance contract_with(const struct instance *inst, const char *setting, const char *value)
{
    struct instance copy = *inst;
    copy.values[place_of(inst, setting, strlen(setting))] = value;
    return copy;
}

static bool take_settings(struct instance *inst, char **args)
{
    for (; *args; args++) {
        const char *eq = strchr(*args, '=');
        int at = eq ? place_of(inst, *args, (size_t)(eq - *args)) : -1;
        if (at < 0) {
            fprintf(stderr, "contract: '%s' has no setting '%s'\n", inst->backend->name, *args);
            return false;
        }
        inst->values[at] = eq + 1;
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct data data = {.seed = 7};
    const struct kind *kind = argc > 1 ? kind_named(argv[1]) : NULL;
    if (!kind) {
        fprintf(stderr, "usage: contract KIND setting=value …\n");
        return 2;
    }
    if (!kind->backend->store) {
        printf("1..0 # SKIP this build lacks %s\n", kind->backend->driver_needs);
        return 77;
    }
    struct instance inst = {.name = kind->name, .kind = kind, .backend = kind->backend, .data = &data};
    char prefix[40];
    snprintf(prefix, sizeof prefix, "wklct%d_", (int)getpid());
    for (int i = 0; inst.backend->settings[i].name; i++)
        inst.values[i] = inst.backend->settings[i].fallback;
    inst = contract_with(&inst, "table_prefix", prefix);
    if (!take_settings(&inst, argv + 2))
        return 2;
    contract_schema_init();
    contract_tables_suite(&inst);
    contract_faults_suite(&inst);
    if (contract_load(&inst)) {
        contract_statements_suite(&inst);
        contract_requests_suite(&inst);
    }
    contract_drop(&inst);
    contract_missing_suite(&inst);
    printf("1..%d\n# %d failed\n", counts.number, counts.failed);
    return counts.failed ? 1 : 0;
}
