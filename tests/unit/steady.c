/* steady.c - while a run measures, its workers allocate nothing: ten times as many requests take no
 * allocation more. Counted are malloc, calloc and realloc of wkl's own objects within worker_run (the linker
 * puts the test's functions in between); what a database's client library allocates by itself is that
 * library's. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "run/options.h"
#include "vm/worker.h"

/* ---- counting ---- */

static atomic_ullong allocations;
static _Thread_local bool at_work;

void *__real_malloc(size_t);
void *__real_calloc(size_t, size_t);
void *__real_realloc(void *, size_t);
void *__wrap_malloc(size_t);
void *__wrap_calloc(size_t, size_t);
void *__wrap_realloc(void *, size_t);
void __real_worker_run(struct worker *);
void __wrap_worker_run(struct worker *);

static void count(void)
{
    if (at_work)
        atomic_fetch_add(&allocations, 1);
}

void __wrap_worker_run(struct worker *w)
{
    at_work = true;
    __real_worker_run(w);
    at_work = false;
}

void *__wrap_malloc(size_t n) { count(); return __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { count(); return __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { count(); return __real_realloc(p, n); }

/* ---- runs ---- */

static const char workload[] =
    "entity card { id: char(64) ~ hex  count 1k }\n"
    "entity user { id: int ~ sequence  count 1k }\n"
    "table rates[e in [card], w in [1d, 30d, 90d]] of e { rate: decimal(9, 6) ~ uniform(0..1)  label: "
    "string(40) ~ text(40)  rows 60% }\n"
    "table profile of user { age: int ~ uniform(18..90)  seen: timestamp ~ uniform(2026-01-01 .. 2026-02-01) "
    "}\n"
    "query features(card) { get rates[*] }\n"
    "query look(user[3]) { get profile }\n"
    "run one { query look  keys zipf(0.99)  clients 8 }\n"
    "run mixed { query features 60%, look  strategy single, binpacked, single parallel 2  clients 8 }\n";

struct flavour { const char *name, *backend, *settings, *run; double rate; uint32_t connections; };

static uint64_t count_in(const struct flavour *f, const char *path, uint64_t requests)
{
    const char *const files[] = {path};
    struct run_options o = {.files = files, .nfiles = 1, .backends = f->backend, .run = f->run, .seed = 1,
                            .requests = requests,
                            .rate = f->rate, .rounds = 1, .jobs = 2, .sample = 20,
                            .connections = f->connections, .quiet = true};
    atomic_bool stop = false;
    atomic_store(&allocations, 0);
    assert_int_equal(run_workload(&o, &stop), EXIT_FINE);
    return atomic_load(&allocations);
}

static void a_longer_run_allocates_no_more(void **state)
{
    const struct flavour *f = *state;
    char path[] = "/tmp/wkl-steady-XXXXXX.wkl";
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    FILE *out = fdopen(fd, "w");
    fprintf(out, "%s%s\n", workload, f->settings);
    assert_int_equal(fclose(out), 0);
    uint64_t few = count_in(f, path, 2000), many = count_in(f, path, 20000);
    unlink(path);
    assert_int_equal(many, few);
}

static void what_is_allocated_is_counted(void **state)
{
    (void)state;
    at_work = true;
    free(mem_alloc(1));
    free(mem_grow(NULL, 1));
    at_work = false;
    assert_int_equal(atomic_load(&allocations), 2);
}

int main(void)
{
    static struct flavour flavours[] = {
        {"memory: closed loop", "memory", "", "one", 0, 0},
        {"memory: a mix, calls side by side, too few connections", "memory", "", "mixed", 0, 3},
        {"memory: answers that come later", "memory", "backend memory { delay 10us }", "mixed", 0, 0},
        {"memory: open loop", "memory", "backend memory { delay 10us }", "one", 100000, 0},
#ifdef HAVE_SQLITE
        {"sqlite", "sqlite", "", "mixed", 0, 0},
        {"sqlite: within a transaction", "sqlite", "backend sqlite { transaction on }", "one", 0, 0},
#endif
    };
    enum { N = sizeof flavours / sizeof *flavours };
    struct CMUnitTest tests[N + 1] = {cmocka_unit_test(what_is_allocated_is_counted)};
    for (int i = 0; i < N; i++)
        tests[i + 1] = (struct CMUnitTest){flavours[i].name, a_longer_run_allocates_no_more, NULL, NULL,
                                           &flavours[i]};
    return cmocka_run_group_tests_name("steady", tests, NULL, NULL);
}
