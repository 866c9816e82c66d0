/* touched.c - rows that a run has changed: each is found, in order, in as few ranges as can be; marked by
 * threads side by side. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <pthread.h>
#include <stdlib.h>

#include "data/rng.h"
#include "proof/touched.h"

static void as_marked(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, 2, 63, 64, 65, 127, 128, 1000};
    struct rng r;
    rng_init(&r, 1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int round = 0; round < 200; round++) {
            uint64_t rows = sizes[i], seen = 0, count = 0, from, to = 0, last = 0;
            bool *marked = calloc(rows, sizeof *marked), any = false;
            struct touched t;
            touched_init(&t, rows);
            for (uint64_t k = rng_below(&r, 2 * rows); k-- > 0;) {
                uint64_t row = rng_below(&r, rows);
                count += !marked[row];
                marked[row] = true;
                touched_mark(&t, row);
            }
            assert_int_equal(touched_count(&t), count);
            while (touched_next(&t, &from, &to)) {
                assert_true(from < to && to <= rows && (!any || from > last));
                for (uint64_t row = from; row < to; row++)
                    seen += marked[row];
                last = to;
                any = true;
            }
            assert_int_equal(seen, count);
            touched_clear(&t);
            assert_int_equal(touched_count(&t), 0);
            touched_release(&t);
            free(marked);
        }
}

/* Nothing is marked, or a block for each bit: its first and its last row bring all of it, and the last block
 * ends with the table. */
static void large(void **state)
{
    (void)state;
    struct touched t;
    uint64_t rows = (UINT64_C(3) << 30) - 1, from, to = 0;
    touched_init(&t, rows);
    assert_int_equal(t.block, 3);
    assert_false(touched_next(&t, &from, &to));
    touched_mark(&t, 5);
    touched_mark(&t, rows - 1);
    to = 0;
    assert_true(touched_next(&t, &from, &to) && from == 3 && to == 6);
    assert_true(touched_next(&t, &from, &to) && from == rows - 2 && to == rows);
    assert_false(touched_next(&t, &from, &to));
    assert_int_equal(touched_count(&t), 5);
    touched_release(&t);
}

enum { THREADS = 4, ROWS = 10000 };
static struct touched shared;

static void *mark_some(void *arg)
{
    for (uint64_t row = (uint64_t)(uintptr_t)arg; row < ROWS; row += THREADS)
        touched_mark(&shared, row);
    return NULL;
}

static void side_by_side(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    uint64_t from, to = 0;
    touched_init(&shared, ROWS);
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, mark_some, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_true(touched_next(&shared, &from, &to) && from == 0 && to == ROWS);
    touched_release(&shared);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_marked), cmocka_unit_test(large), cmocka_unit_test(side_by_side),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
