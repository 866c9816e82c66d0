/* loop.c - timers fire in their order and never early; sockets are seen while a timer is waited for; what is
 * put off is run once. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/loop.h"

enum { TIMERS = 500 };

struct seen {
    uint64_t last;
    uint32_t fired, early;
};

static void on_time(struct timer *t)
{
    struct seen *s = t->owner;
    assert_true(t->at >= s->last);
    s->last = t->at;
    s->fired++;
    s->early += clock_ns() < t->at;
}

static void timers_fire_in_order_and_never_early(void **state)
{
    (void)state;
    static struct timer timers[TIMERS];
    struct seen seen = {0};
    struct loop *l = loop_new();
    uint64_t now = clock_ns();
    for (uint32_t i = 0; i < TIMERS; i++) {
        timers[i] = (struct timer){.fire = on_time, .owner = &seen};
        loop_timer_set(l, &timers[i], now + (uint64_t)(i * 7919 % TIMERS) * 100000);
    }
    for (uint32_t i = 0; i < TIMERS; i += 5)
        loop_timer_cancel(l, &timers[i]);
    while (seen.fired < TIMERS - TIMERS / 5)
        loop_turn(l, true);
    assert_int_equal(seen.early, 0);
    assert_true(loop_looked_ns(l) <= clock_ns() - now);
    loop_free(l);
}

/* Some waits later than the first the loop knows by how much they overrun, and looks for the rest of the
 * time. */
static void what_is_left_of_a_wait_is_counted(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct timer t = {.fire = on_time, .owner = &seen};
    struct loop *l = loop_new();
    uint64_t from = clock_ns();
    assert_int_equal(loop_looked_ns(l), 0);
    for (uint32_t i = 0; i < 100; i++) {
        loop_timer_set(l, &t, clock_ns() + 200000);
        while (seen.fired == i)
            loop_turn(l, true);
    }
    assert_int_equal(seen.early, 0);
    assert_true(loop_looked_ns(l) > 0);
    assert_true(loop_looked_ns(l) < (clock_ns() - from) / 2);   /* at most 100 us of each 200 */
    loop_free(l);
}

struct end {
    struct watch watch;
    uint32_t times;
};

static void on_bytes(struct watch *w, unsigned events)
{
    char byte;
    struct end *e = w->owner;
    assert_true(events & LOOP_READ);
    assert_int_equal(read(w->fd, &byte, 1), 1);
    e->times++;
}

static void a_socket_ends_the_wait_for_a_timer(void **state)
{
    (void)state;
    int fds[2];
    struct end end = {.watch = {.ready = on_bytes, .owner = &end}};
    struct seen seen = {0};
    struct timer t = {.fire = on_time, .owner = &seen};
    struct loop *l = loop_new();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    end.watch.fd = fds[0];
    assert_int_equal(loop_watch(l, &end.watch, LOOP_READ), 0);
    loop_timer_set(l, &t, clock_ns() + 3600 * NS_PER_S);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(write(fds[1], "x", 1), 1);
        while (end.times == i)
            loop_turn(l, true);
    }
    assert_int_equal(seen.fired, 0);
    assert_int_equal(loop_watch(l, &end.watch, 0), 0);
    assert_int_equal(write(fds[1], "x", 1), 1);
    loop_timer_set(l, &t, clock_ns() + 1000);
    while (!seen.fired)
        loop_turn(l, true);
    assert_int_equal(end.times, 3);
    close(fds[0]);
    close(fds[1]);
    loop_free(l);
}

struct put_off {
    struct later later;
    uint32_t times;
};

static void count_later(struct later *p)
{
    struct put_off *o = p->owner;
    o->times++;
}

static void what_is_put_off_runs_once(void **state)
{
    (void)state;
    struct put_off one = {.later = {.run = count_later, .owner = &one}},
                   other = {.later = {.run = count_later, .owner = &other}};
    struct loop *l = loop_new();
    loop_later(l, &one.later);
    loop_later(l, &one.later);
    loop_later(l, &other.later);
    loop_later_cancel(l, &other.later);
    loop_turn(l, false);
    loop_turn(l, false);
    assert_int_equal(one.times, 1);
    assert_int_equal(other.times, 0);
    loop_free(l);
}

struct again {
    struct later later;
    struct loop *loop;
    struct put_off *other;
    uint32_t times;
};

static void put_off_again(struct later *p)
{
    struct again *a = p->owner;
    a->times++;
    loop_later_cancel(a->loop, &a->other->later);
    loop_later(a->loop, p);
}

/* Whoever puts itself off for ever does not keep the loop from its sockets, nor the loop from going on. */
static void what_is_put_off_again_comes_again(void **state)
{
    (void)state;
    struct loop *l = loop_new();
    struct put_off other = {.later = {.run = count_later, .owner = &other}};
    struct again again = {.later = {.run = put_off_again, .owner = &again}, .loop = l, .other = &other};
    loop_later(l, &other.later);
    loop_later(l, &again.later);                      /* runs first, and takes the other back */
    for (uint32_t i = 0; i < 10; i++)
        loop_turn(l, true);                           /* without it to be run it would wait for 50 ms each
                                                         time */
    assert_in_range(again.times, 10, 20);
    assert_int_equal(other.times, 0);
    loop_later_cancel(l, &again.later);
    loop_free(l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_order_and_never_early),
        cmocka_unit_test(what_is_left_of_a_wait_is_counted),
        cmocka_unit_test(a_socket_ends_the_wait_for_a_timer),
        cmocka_unit_test(what_is_put_off_runs_once),
        cmocka_unit_test(what_is_put_off_again_comes_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
