/* attempt.c - an attempt to connect that nobody waits for any longer, and which outlives the run's instances. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

#include "backends/attempt.h"
#include "backends/instances.h"

static sem_t go_on, ended;
static char seen[40];

static int connect_late(const struct instance *inst, int use, void **connection, struct error *err)
{
    (void)use; (void)err;
    sem_wait(&go_on);
    strncpy(seen, instance_get(inst, "table_prefix"), sizeof seen - 1);
    *connection = seen;
    return 0;
}

static void close_late(void *connection)
{
    assert_ptr_equal(connection, seen);
    sem_post(&ended);
}

static void an_abandoned_attempt_has_its_own_instance(void **state)
{
    (void)state;
    static const struct attempt_kind late = {.connect = connect_late, .close = close_late};
    struct arena arena;
    int fd;
    sem_init(&go_on, 0, 0);
    sem_init(&ended, 0, 0);
    arena_init(&arena);
    struct instance *inst = arena_new(&arena, struct instance);
    *inst = (struct instance){.name = "memory", .kind = kind_named("memory"), .backend = &backend_memory};
    assert_true(instance_set(&arena, inst, "table_prefix", "mine_"));
    struct attempt *a = attempt_start(&late, inst, 0, NULL, NULL, &fd, NULL);
    assert_non_null(a);
    attempt_abandon(a);
    memset(inst, 0, sizeof *inst);
    arena_release(&arena);
    sem_post(&go_on);
    sem_wait(&ended);
    assert_string_equal(seen, "mine_");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_abandoned_attempt_has_its_own_instance)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
