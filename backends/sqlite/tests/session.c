/* session.c - what a session's connections are set to: `synchronous` is each connection's own, so that what
 * is reported of the one that makes the tables says nothing of those that send requests. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <unistd.h>

#include "backends/http/tests/fixture.h"
#include "backends/sql/sql.h"
#include "base/loop.h"

static int64_t found;

static void on_row(struct call *call, const struct step *step, const struct value *values)
{
    (void)call, (void)step;
    found = values[0].u.i;
}

static void on_done(struct call *call)
{
    assert_int_equal(call->outcome, CALL_OK);
}

/* One whole number, asked of a connection of a session. */
static int64_t ask(const char *path, const char *sql)
{
    static const struct type types[] = {{.kind = TYPE_INT}};
    static const char *const names[] = {"n"};
    static const uint32_t column = 0, slots[] = {0}, *const slot_of[] = {slots};
    const struct step step = {
        .table = &fixture_tables[0], .columns = &column, .ncolumns = 1, .answer = {1, types, names}};
    const struct sql_lowered low = {.name = "pragma", .slots = types, .nslots = 1, .slot_of = slot_of};
    const struct request r = {.steps = &step, .nsteps = 1, .text = sql, .lowered = &low}, *const list[] = {
                                                                                              &r};
    struct instance inst = fixture_instance(&backend_sqlite);
    struct call call = {.request = &r, .row = on_row, .done = on_done};
    struct loop *loop = loop_new();
    struct session *s;
    struct error err = {0};
    fixture_set(&inst, "path", path);
    assert_int_equal(
        backend_sqlite.wire->open(&inst, loop, &(struct session_options){.connections = 1}, &s, &err), 0);
    assert_int_equal(backend_sqlite.wire->prepare(s, list, 1, &err), 0);
    found = -1;
    backend_sqlite.wire->submit(s, 0, &call);
    backend_sqlite.wire->close(s);
    loop_free(loop);
    return found;
}

static void as_reported(void **state)
{
    (void)state;
    char path[] = "/tmp/wkl-session-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(ask(path, "SELECT synchronous FROM pragma_synchronous"), 1);       /* NORMAL */
    unlink(path);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(as_reported)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
