/* local.c - a program of local servers that does not end when it should: it is asked, and at last killed. The
 * linker puts the test's own usleep in between: what would be waited is counted. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/local.h"

static uint64_t waited_us;
int __wrap_usleep(useconds_t);

int __wrap_usleep(useconds_t us)
{
    waited_us += us;
    return 0;
}

static void say_nothing(void *owner, const char *text)
{
    (void)owner, (void)text;
}

/* It neither sees the end of its input nor hears SIGTERM: 20 seconds for the one, 60 for the other, and then
 * it is gone. */
static void one_that_does_not_end(void **state)
{
    (void)state;
    char path[] = "/tmp/wkl-local-test.XXXXXX";
    FILE *f = fdopen(mkstemp(path), "w");
    fputs("#!/bin/sh\ntrap '' TERM\necho done\nexec sleep 20\n", f);
    fchmod(fileno(f), 0700);
    fclose(f);
    setenv("WKL_LOCAL", path, 1);
    struct arena arena = {0};
    struct error err = {0};
    struct local *l = NULL;
    atomic_bool stop = false;
    assert_int_equal(
        local_start(&l, &arena, NULL, 0, &(struct local_hooks){.waiting = say_nothing}, &stop, &err), 0);
    unlink(path);
    local_stop(l);
    assert_in_range(waited_us, 79 * 1000000, 81 * 1000000);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_that_does_not_end)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
