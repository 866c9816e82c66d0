/* ring.c - what goes into a ring comes out in order; what finds no place is counted; two threads at once lose
 * nothing unseen. */
#include "config.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "vm/ring.h"

static void put(struct ring *r, uint64_t number)
{
    ring_put(r, &(struct ring_request){.number = number, .client = (uint32_t)(number * 7)});
}

static void what_finds_no_place_is_counted(void **state)
{
    (void)state;
    struct ring *r = ring_new();
    struct ring_request q;
    assert_false(ring_take(r, &q));
    for (uint64_t round = 0; round < 3; round++) {
        for (uint64_t i = 0; i < RING_PLACES + 5; i++)
            put(r, i);
        assert_int_equal(r->lost, 5 * (round + 1));
        for (uint64_t i = 0; i < RING_PLACES; i++) {
            assert_true(ring_take(r, &q));
            assert_int_equal(q.number, i);
        }
        assert_false(ring_take(r, &q));
    }
    ring_free(r);
    ring_free(NULL);
}

enum { MANY = 2000000 };
struct putter { struct ring *ring; atomic_bool done; };

static void *put_many(void *arg)
{
    struct putter *p = arg;
    for (uint64_t i = 0; i < MANY; i++)
        put(p->ring, i);
    atomic_store(&p->done, true);
    return NULL;
}

static void two_threads_at_once(void **state)
{
    (void)state;
    struct putter p = {.ring = ring_new()};
    struct ring_request q;
    pthread_t thread;
    uint64_t taken = 0, next = 0;
    assert_int_equal(pthread_create(&thread, NULL, put_many, &p), 0);
    for (bool done = false; !done;) {
        done = atomic_load(&p.done);                  /* before the ring is emptied for the last time */
        for (; ring_take(p.ring, &q); taken++) {
            assert_true(q.number >= next && q.client == (uint32_t)(q.number * 7));
            next = q.number + 1;
        }
        sched_yield();
    }
    pthread_join(thread, NULL);
    assert_int_equal(taken + p.ring->lost, MANY);
    ring_free(p.ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_finds_no_place_is_counted),
        cmocka_unit_test(two_threads_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
