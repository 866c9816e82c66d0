/* progress.c - what stands on stderr, with a clock that the test sets. */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "show/progress.h"

static uint64_t now;                                  /* the test's clock */
static uint64_t test_clock(void) { return now; }
static void wait_ms(uint64_t ms) { now += ms * 1000000; }

static int ends[2];

static struct progress *start(struct progress_options o)
{
    now = 1000000000;
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    o.fd = ends[1];
    o.clock = test_clock;
    return progress_open(&o);
}

static void expect_written(const char *expected)
{
    char text[8192];
    ssize_t n = read(ends[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = 0;
    assert_string_equal(text, expected);
}

static void stop(struct progress *p)
{
    progress_close(p);
    close(ends[0]);
    close(ends[1]);
}

static void a_terminal_gets_one_line(void **state)
{
    (void)state;
    struct progress *p = start((struct progress_options){.manner = PROGRESS_TERMINAL});
    progress_begin(p, "loading lakebase", "rows", 4000);
    expect_written("\rloading lakebase: ░░░░░░░░░░░░   0 %  0 of 4,000 rows\033[K");
    wait_ms(99);
    progress_update(p, 500);
    expect_written("");                               /* not more often than ten times a second */
    wait_ms(401);
    progress_update(p, 1000);
    expect_written("\rloading lakebase: ███░░░░░░░░░  25 %  1,000 of 4,000 rows, 2,000/s, 1.5 s left\033[K");
    progress_say(p, "a word in between");
    expect_written("\ra word in between\033[K\n");
    progress_say(p, "%s", "the server's \033]0;words\007 \xc2\x9b" "2J\u202e\n");     /* which steer no terminal */
    expect_written("the server's ?]0;words? ?2J? \n");
    wait_ms(1500);
    progress_update(p, 4000);
    expect_written("\rloading lakebase: ████████████ 100 %  4,000 of 4,000 rows, 2,000/s\033[K");
    progress_end(p);
    expect_written("\rloading lakebase: 4,000 rows in 2.0 s, 2,000/s\033[K\n");
    progress_begin(p, "verifying", NULL, 0);
    expect_written("\rverifying:\033[K");
    progress_clear(p);
    expect_written("\r\033[K");
    progress_clear(p);
    expect_written("");
    stop(p);
}

static void a_line_is_cut_to_the_terminal(void **state)
{
    (void)state;
    char text[300], expected[400];
    struct progress *p = start((struct progress_options){.manner = PROGRESS_TERMINAL});
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    progress_begin(p, "measuring", NULL, 0);
    expect_written("\rmeasuring:\033[K");
    wait_ms(200);
    progress_line(p, text);
    snprintf(expected, sizeof expected, "\rmeasuring: %.*s\033[K", 79 - 11, text);    /* a pipe counts as 80 columns wide */
    expect_written(expected);
    stop(p);
}

static void a_pipe_gets_plain_lines_now_and_then(void **state)
{
    (void)state;
    struct progress *p = start((struct progress_options){.every_ns = 1000000000});
    progress_begin(p, "loading sqlite", "rows", 3000000);
    progress_weigh(p, 3000000 * 64.0);
    wait_ms(500);
    progress_update(p, 500000);
    expect_written("");
    wait_ms(500);
    progress_update(p, 1000000);
    expect_written("loading sqlite:  33 %  1.00M of 3.00M rows, 1.00M/s, 61 MiB/s, 2.0 s left\n");
    wait_ms(200);
    progress_update(p, 1200000);
    progress_end(p);
    expect_written("loading sqlite: stopped at 1.20M of 3.00M rows in 1.2 s, 1.00M/s, 61 MiB/s\n");
    progress_end(p);                                  /* no phase is open */
    progress_clear(p);
    expect_written("");
    stop(p);
}

static void measuring_says_all_that_counts(void **state)
{
    (void)state;
    struct progress *p = start((struct progress_options){.every_ns = 1});
    struct progress_measure m = {.label = "round 2/3  lakebase, binpacked", .seconds = 4.1, .of_seconds = 10,
                                 .per_second = 2130, .p50_ns = 451000, .p99_ns = 1270000, .lag_ns = -1};
    progress_begin(p, "measuring", NULL, 0);
    wait_ms(1);
    progress_measured(p, &m);
    expect_written("measuring: round 2/3  lakebase, binpacked  4.1/10 s  2,130/s  p50 451 µs  p99 1.27 ms\n");
    static const struct { double seconds, of, left; const char *said; } known[] = {
        {0.24, 0.25, 0, "0.24/0.25 s  2,130/s"}, {0.5, 1.5, 0, "0.5/1.5 s  2,130/s"},
        {0.5, 1, 0, "0.5/1 s  2,130/s"},
        {4.1, 10, 42, "4.1/10 s  (all: 42 s left)  2,130/s"},
        {4.1, 10, 150, "4.1/10 s  (all: 2 min left)  2,130/s"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char line[200];
        m.seconds = known[i].seconds, m.of_seconds = known[i].of, m.left_seconds = known[i].left;
        wait_ms(1);
        progress_measured(p, &m);
        snprintf(line, sizeof line,
                 "measuring: round 2/3  lakebase, binpacked  %s  p50 451 µs  p99 1.27 ms\n", known[i].said);
        expect_written(line);
    }
    m.seconds = 4.1, m.left_seconds = 0;
    m.stage = "warm-up", m.lag_ns = 0, m.errors = 1, m.of_seconds = 0;
    wait_ms(1);
    progress_measured(p, &m);
    expect_written(
        "measuring: round 2/3  lakebase, binpacked  warm-up  4.1 s  2,130/s  1 ERROR  p50 451 µs  p99 1.27 ms  late 0 ns\n");
    m = (struct progress_measure){
        .label = "verifying lakebase", .per_second = 12, .p50_ns = -1, .p99_ns = -1, .lag_ns = -1};
    assert_false(progress_due(p));
    wait_ms(1);
    assert_true(progress_due(p));
    progress_measured(p, &m);
    expect_written("measuring: verifying lakebase  0.0 s  12.0/s\n");
    wait_ms(7200000);
    progress_end(p);
    expect_written("measuring: 2.0 h\n");
    stop(p);
}

static void quiet_says_nothing(void **state)
{
    (void)state;
    struct progress *p = start((struct progress_options){.quiet = true, .manner = PROGRESS_TERMINAL});
    progress_begin(p, "loading", "rows", 10);
    wait_ms(20000);
    progress_update(p, 5);
    progress_line(p, "x");
    progress_say(p, "%s", "y");
    progress_end(p);
    progress_clear(p);
    expect_written("");
    stop(p);
    progress_close(NULL);
}

static void a_broken_pipe_is_no_trouble(void **state)
{
    (void)state;
    struct progress *p = start((struct progress_options){.every_ns = 1});
    close(ends[1]);                                   /* EBADF, as after the reader's end */
    progress_begin(p, "loading", "rows", 10);
    wait_ms(1);
    progress_update(p, 5);
    progress_end(p);
    progress_close(p);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_terminal_gets_one_line),
        cmocka_unit_test(a_line_is_cut_to_the_terminal),
        cmocka_unit_test(a_pipe_gets_plain_lines_now_and_then),
        cmocka_unit_test(measuring_says_all_that_counts),
        cmocka_unit_test(quiet_says_nothing),
        cmocka_unit_test(a_broken_pipe_is_no_trouble),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
