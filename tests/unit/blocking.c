/* blocking.c - a driver of plain blocking calls behind the adapter: answers, errors, connections that break,
 * calls that hang. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include <semaphore.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "backends/blocking.h"
#include "base/clock.h"
#include "base/mem.h"
#include "backends/http/tests/fixture.h"

enum { CONNECTIONS = 3, MANY_ROWS = 20000, TRIES = 3 };

/* What the calls do, by the request that is asked. */
enum task { ANSWER, MANY, REFUSE, LOSE, HANG, DEAF, WORK, TASKS };
static struct request requests[TASKS];
static const struct request *all[TASKS];
static const struct step step = {
    .table = &fixture_tables[0], .columns = fixture_some, .ncolumns = 2, .nkeys = 1};

/* ---- the driver ---- */

struct link { int ours, theirs; uint32_t prepared; atomic_bool interrupted; };

static atomic_int opened, closed, refusals;
static atomic_int theirs_of_last;
static sem_t begun, deaf_may_end, deaf_ended;

static int link_up(const struct instance *inst, int use, void **connection, struct error *err)
{
    int pair[2];
    (void)inst; (void)use;
    if (atomic_load(&refusals) && atomic_fetch_sub(&refusals, 1))
        return error_set(err, ERR_CONNECT, "nobody listens");
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    struct link *l = *connection = mem_alloc(sizeof *l);
    l->ours = pair[0];
    l->theirs = pair[1];
    atomic_store(&theirs_of_last, pair[1]);
    atomic_fetch_add(&opened, 1);
    return 0;
}

static void link_down(void *connection)
{
    struct link *l = connection;
    close(l->ours);
    close(l->theirs);
    mem_free(l);
    atomic_fetch_add(&closed, 1);
}

static int link_prepare(void *connection, uint32_t place, const struct request *r, struct error *err)
{
    struct link *l = connection;
    (void)err;
    assert_int_equal(place, l->prepared++);           /* each once, one after the other */
    assert_ptr_equal(r, all[place]);
    return 0;
}

/* The bytes of the row are overwritten as soon as it was handed over. */
static void give(struct call *c, uint32_t n)
{
    char key[16];
    struct value row[2] = {{.u.s = {key, 8}}, {.u.dec = n}};
    snprintf(key, sizeof key, "%08u", n);
    c->bytes += 12;
    c->row(c, &step, row);
    memset(key, 'x', sizeof key);
}

static void work(void)
{
    struct timespec t;
    do
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    while (t.tv_sec == 0 && t.tv_nsec < 20000000);
}

static int link_call(void *connection, uint32_t place, struct call *c, struct error *err)
{
    struct link *l = connection;
    assert_true(place < l->prepared && all[place] == c->request);
    switch ((enum task)place) {
    case ANSWER: give(c, (uint32_t)c->ordinals[0]); return 0;
    case MANY: for (uint32_t i = 0; i < MANY_ROWS; i++) give(c, i); return 0;
    case REFUSE: return error_set(err, ERR_SERVER, "no such table");
    case LOSE: return error_set(err, ERR_LOST, "the other side has gone");
    case HANG:
        sem_post(&begun);
        while (!atomic_load(&l->interrupted))
            usleep(1000);
        give(c, 0);
        return error_set(err, ERR_LOST, "interrupted");
    case DEAF:
        sem_post(&begun);
        sem_wait(&deaf_may_end);
        sem_post(&deaf_ended);
        return 0;
    default: work(); return 0;
    }
}

static void link_interrupt(void *connection)
{
    atomic_store(&((struct link *)connection)->interrupted, true);
}

static int link_descriptor(void *connection)
{
    return ((struct link *)connection)->ours;
}

static const struct blocking links = {
    .connections = {.connect = link_up, .close = link_down}, .prepare = link_prepare, .call = link_call,
    .interrupt = link_interrupt,
    .descriptor = link_descriptor,
};

/* ---- who asks ---- */

struct asked { struct call call; uint64_t ordinal; uint32_t rows; bool wrong, done; char words[100]; };

static struct {
    struct session_listener listener;
    struct instance inst;
    struct loop *loop;
    struct session *session;
    struct asked asked[CONNECTIONS];
    uint32_t downs, ups, failures;
    char words[100];
} at;

static void changed(struct session_listener *l, uint32_t connection, bool up, int code, const char *words)
{
    (void)l; (void)connection;
    at.ups += up;
    at.downs += !up && !code;
    at.failures += !up && code;
    if (words)
        snprintf(at.words, sizeof at.words, "%s", words);
}

static void on_row(struct call *c, const struct step *s, const struct value *values)
{
    struct asked *a = c->owner;
    uint64_t n = c->request == all[MANY] ? a->rows : a->ordinal;
    char key[16];
    snprintf(key, sizeof key, "%08u", (unsigned)n);
    a->wrong |= s != &step || values[0].u.s.n != 8 || memcmp(values[0].u.s.p, key, 8) != 0 ||
                values[1].u.dec != (wkl_i128)n;
    a->rows++;
}

static void on_done(struct call *c)
{
    struct asked *a = c->owner;
    a->done = true;
    if (c->words)
        snprintf(a->words, sizeof a->words, "%s", c->words);
}

static void begin(uint32_t connection, enum task task)
{
    struct asked *a = &at.asked[connection];
    *a = (struct asked){.ordinal = 7 + connection};
    a->call = (struct call){.request = all[task], .ordinals = &a->ordinal, .row = on_row, .done = on_done,
                            .owner = a, .units = -1};
    blocking_submit(at.session, connection, &a->call);
}

static struct asked *end(uint32_t connection)
{
    while (!at.asked[connection].done)
        loop_turn(at.loop, true);
    return &at.asked[connection];
}

static void expect_answer(uint32_t connection)
{
    begin(connection, ANSWER);
    struct asked *a = end(connection);
    assert_int_equal(a->call.outcome, CALL_OK);
    assert_int_equal(a->rows, 1);
    assert_false(a->wrong);
    assert_int_equal(a->call.trips, 1);
    assert_int_equal(a->call.bytes, 12);
}

static int open_all(void **state)
{
    const struct session_options o = {.connections = CONNECTIONS};
    struct error err = {0};
    (void)state;
    memset(&at, 0, sizeof at);
    at.listener.changed = changed;
    at.inst = fixture_instance(&backend_memory);
    at.loop = loop_new();
    opened = closed = refusals = 0;
    sem_init(&begun, 0, 0);
    sem_init(&deaf_may_end, 0, 0);
    sem_init(&deaf_ended, 0, 0);
    for (int i = 0; i < TASKS; i++)
        all[i] = &requests[i];
    assert_int_equal(blocking_open(&links, &at.inst, at.loop, &o, &at.session, &err), 0);
    blocking_listen(at.session, &at.listener);
    assert_int_equal(blocking_prepare(at.session, all, TASKS / 2, &err), 0);
    assert_int_equal(blocking_prepare(at.session, all, TASKS, &err), 0);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    if (at.session)
        blocking_close(at.session);
    loop_free(at.loop);
    assert_int_equal(opened, closed);
    return 0;
}

/* ---- tests ---- */

static void calls_are_answered_side_by_side(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        for (uint32_t c = 0; c < CONNECTIONS; c++)
            begin(c, ANSWER);
        for (uint32_t c = 0; c < CONNECTIONS; c++)
            assert_true(end(c)->rows == 1 && !at.asked[c].wrong);
    }
    assert_int_equal(opened, CONNECTIONS);
}

static void more_rows_than_are_held_come_in_order(void **state)
{
    (void)state;
    begin(0, MANY);
    begin(1, ANSWER);
    assert_int_equal(end(1)->rows, 1);
    assert_int_equal(end(0)->rows, MANY_ROWS);
    assert_false(at.asked[0].wrong);
    assert_int_equal(at.asked[0].call.bytes, 12 * MANY_ROWS);
}

static void an_error_leaves_the_connection(void **state)
{
    (void)state;
    begin(0, REFUSE);
    assert_int_equal(end(0)->call.fault, FAULT_SERVER);
    assert_string_equal(at.asked[0].words, "no such table");
    expect_answer(0);
    assert_int_equal(opened, CONNECTIONS);
    assert_int_equal(at.downs, 0);
}

static void a_connection_that_breaks_comes_back(void **state)
{
    (void)state;
    atomic_store(&refusals, 1);
    begin(1, LOSE);
    assert_true(end(1)->call.fault == FAULT_LOST && end(1)->call.outcome == CALL_UNKNOWN);
    assert_string_equal(at.asked[1].words, "the other side has gone");
    assert_int_equal(at.downs, 1);
    expect_answer(0);                                 /* the others go on */
    while (!at.ups)
        loop_turn(at.loop, true);
    assert_int_equal(at.failures, 1);
    assert_string_equal(at.words, "nobody listens");
    assert_int_equal(opened, CONNECTIONS + 1);
    expect_answer(1);                                 /* all is prepared on the new one, as link_prepare
                                                         sees */
}

static void a_break_while_idle_is_seen(void **state)
{
    (void)state;
    shutdown(atomic_load(&theirs_of_last), SHUT_RDWR);
    while (!at.ups)
        loop_turn(at.loop, true);
    assert_int_equal(at.downs, 1);
    assert_int_equal(closed, 1);
    for (uint32_t c = 0; c < CONNECTIONS; c++)
        expect_answer(c);
}

static void closing_interrupts_what_hangs(void **state)
{
    (void)state;
    begin(0, HANG);
    sem_wait(&begun);
    blocking_close(at.session);
    at.session = NULL;
    assert_false(at.asked[0].done);
    assert_int_equal(closed, CONNECTIONS);
}

static void what_cannot_be_interrupted_is_left_behind(void **state)
{
    (void)state;
    begin(0, DEAF);
    sem_wait(&begun);
    blocking_close(at.session);
    at.session = NULL;
    assert_int_equal(closed, CONNECTIONS - 1);
    sem_post(&deaf_may_end);
    sem_wait(&deaf_ended);
    while (closed < CONNECTIONS)                      /* it closes what it has */
        usleep(1000);
}

static void a_reopening_ends_with_its_session(void **state)
{
    struct error err = {0};
    (void)state;
    atomic_store(&refusals, 1000);
    for (uint32_t c = 0; c < CONNECTIONS; c++) {
        begin(c, LOSE);
        end(c);
    }
    while (at.failures < TRIES)
        loop_turn(at.loop, true);
    assert_int_equal(blocking_prepare(at.session, all, TASKS, &err), ERR_CONNECT);
    assert_string_equal(err.text, "nobody listens");
    atomic_store(&refusals, 0);
    assert_int_equal(blocking_prepare(at.session, all, TASKS, &err), 0);
    for (uint32_t c = 0; c < CONNECTIONS; c++)
        expect_answer(c);
}

static void work_of_the_threads_counts(void **state)
{
    (void)state;
    uint64_t before = blocking_cpu_ns(at.session);
    begin(0, WORK);
    end(0);
    assert_true(blocking_cpu_ns(at.session) - before >= 10 * NS_PER_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(calls_are_answered_side_by_side, open_all, close_all),
        cmocka_unit_test_setup_teardown(more_rows_than_are_held_come_in_order, open_all, close_all),
        cmocka_unit_test_setup_teardown(an_error_leaves_the_connection, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_connection_that_breaks_comes_back, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_break_while_idle_is_seen, open_all, close_all),
        cmocka_unit_test_setup_teardown(closing_interrupts_what_hangs, open_all, close_all),
        cmocka_unit_test_setup_teardown(what_cannot_be_interrupted_is_left_behind, open_all, close_all),
        cmocka_unit_test_setup_teardown(a_reopening_ends_with_its_session, open_all, close_all),
        cmocka_unit_test_setup_teardown(work_of_the_threads_counts, open_all, close_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
