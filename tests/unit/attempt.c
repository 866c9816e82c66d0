/* attempt.c - an attempt to connect that nobody waits for any longer, and which outlives the run's
 * instances. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static int fail_late(const struct instance *inst, int use, void **connection, struct error *err)
{
    (void)inst; (void)use; (void)connection;
    usleep(50000);
    return error_set(err, ERR_CONNECT, "too late");
}

static void what_came_of_it_is_known_when_it_has_ended(void **state)
{
    (void)state;
    static const struct attempt_kind late = {.connect = fail_late, .close = close_late};
    struct instance inst = {.name = "memory", .kind = kind_named("memory"), .backend = &backend_memory};
    struct error err = {0};
    void *connection;
    int fd;
    struct attempt *a = attempt_start(&late, &inst, 0, NULL, NULL, &fd, &err);
    assert_non_null(a);
    assert_int_equal(attempt_take(a, &connection, &err), ERR_CONNECT);
    assert_string_equal(err.text, "too late");
}

/* ---- passwords that end ---- */

static int fetched;
static char passwords[4][16];
static int connected, good;

static int fetch_password(const char *how, const char *setting, struct renewed *out, struct error *err)
{
    char word[20];
    if (fetched == atoi(how))
        return error_set(err, ERR_IO, "there is no other");
    snprintf(word, sizeof word, "word%d", ++fetched);
    renewed_put(out, setting, word);
    return 0;
}

/* Takes the password of that number. */
static int connect_by_password(const struct instance *inst, int use, void **connection, struct error *err)
{
    (void)use;
    strncpy(passwords[connected++ % 4], instance_get(inst, "password"), sizeof passwords[0] - 1);
    *connection = seen;
    if (atoi(passwords[(connected - 1) % 4] + 4) == good)
        return 0;
    error_set(err, ERR_CONNECT, "wrong password");
    err->denied = true;
    return ERR_CONNECT;
}

static void close_nothing(void *connection)
{
    (void)connection;
}

static int attempt_with(const char *most, int right, struct error *err)
{
    static const struct attempt_kind kind = {.connect = connect_by_password, .close = close_nothing};
    struct arena arena;
    void *connection;
    arena_init(&arena);
    fetched = connected = 0;
    good = right;
    struct renewed first = {.arena = &arena};
    struct instance inst = {
        .name = "pg", .kind = kind_named("postgres"), .backend = &backend_postgres, .renewal = renewal_new()};
    assert_int_equal(renewal_add(inst.renewal, fetch_password, most, "password", &first, err), 0);
    instance_set(&arena, &inst, "password", first.items[0].value);
    instance_set(&arena, &inst, "connect_timeout", "5s");
    int rc = attempt_connect(&kind, &inst, 0, &connection, err);
    renewal_release(inst.renewal);
    arena_release(&arena);
    return rc;
}

static void a_password_that_is_refused_is_asked_for_once_more(void **state)
{
    (void)state;
    struct error err = {0};
    assert_int_equal(attempt_with("9", 1, &err), 0);
    assert_int_equal(connected, 1);
    assert_int_equal(attempt_with("9", 2, &err), 0);
    assert_int_equal(connected, 2);
    assert_string_equal(passwords[1], "word2");
    assert_int_equal(attempt_with("9", 3, &err), ERR_CONNECT);
    assert_int_equal(connected, 2);
    assert_string_equal(err.text, "wrong password");
    err = (struct error){0};
    assert_int_equal(attempt_with("1", 2, &err), ERR_CONNECT);
    assert_int_equal(connected, 1);
    assert_string_equal(err.text, "there is no other: wrong password");
}

/* Temporary credentials that differ would make another place of each point of a sweep. */
static void points_of_a_sweep_share_what_ends(void **state)
{
    (void)state;
    struct arena arena;
    struct instance items[3];
    struct instances lists[2] = {{.arena = &arena}, {.arena = &arena}};
    arena_init(&arena);
    fetched = 0;
    for (size_t i = 0; i < 3; i++) {
        struct renewed first = {.arena = &arena};
        items[i] = (struct instance){.name = "pg", .kind = kind_named("postgres"),
                                     .backend = &backend_postgres, .renewal = renewal_new()};
        assert_int_equal(
            renewal_add(items[i].renewal, fetch_password, i == 2 ? "8" : "9", "password", &first, NULL), 0);
        instance_set(&arena, &items[i], "password", first.items[0].value);
    }
    vec_push(&arena, &lists[0].items, &items[0]);
    for (size_t i = 1; i < 3; i++) {
        lists[1].items.count = 0;
        vec_push(&arena, &lists[1].items, &items[i]);
        instances_share(&arena, &lists[0], &lists[1]);
    }
    assert_ptr_equal(items[0].renewal, items[1].renewal);
    assert_string_equal(instance_get(&items[1], "password"), "word1");
    assert_ptr_not_equal(items[0].renewal, items[2].renewal);             /* by another command */
    assert_string_equal(instance_get(&items[2], "password"), "word3");
    for (size_t i = 0; i < 3; i++)
        renewal_release(items[i].renewal);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_abandoned_attempt_has_its_own_instance),
        cmocka_unit_test(what_came_of_it_is_known_when_it_has_ended),
        cmocka_unit_test(a_password_that_is_refused_is_asked_for_once_more),
        cmocka_unit_test(points_of_a_sweep_share_what_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
