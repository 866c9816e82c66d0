/* balance.c - how many rows a table must have, by what its statements answered. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "proof/balance.h"

enum { LOADED = 100, MOST = 3 };

struct statement {
    enum movement move;
    uint64_t rows, met;
    enum call_outcome outcome;
    bool doubtful;
};
static const struct { struct statement all[MOST]; uint64_t least, most, least_healed, most_healed; } cases[] = {
    {{{0}}, 100, 100, 100, 100},
    {{{MOVE_IN, 3, 3, CALL_OK, false}}, 103, 103, 103, 103},
    {{{MOVE_IN, 3, 0, CALL_FAILED, false}}, 100, 100, 100, 100},
    {{{MOVE_IN, 3, 0, CALL_UNKNOWN, false}}, 100, 103, 100, 103},
    {{{MOVE_OUT, 3, 2, CALL_OK, false}}, 98, 98, 100, 100},
    {{{MOVE_OUT, 3, 2, CALL_OK, true}}, 97, 98, 99, 100},
    {{{MOVE_OUT, 3, 0, CALL_UNKNOWN, false}}, 97, 100, 97, 100},
    {{{MOVE_OUT, 3, MET_UNTOLD, CALL_OK, true}}, 97, 100, 100, 100},
    {{{MOVE_PERHAPS_IN, 2, 2, CALL_OK, false}}, 100, 102, 100, 100},
    {{{MOVE_PERHAPS_IN, 2, 0, CALL_UNKNOWN, false}}, 100, 102, 100, 102},
    {{{MOVE_IN, 5, 5, CALL_OK, false}, {MOVE_OUT, 2, 2, CALL_OK, false}, {MOVE_PERHAPS_IN, 1, 1, CALL_OK, true}}, 103, 104, 105, 105},
};

static void expect(const struct balance *b, uint64_t least, uint64_t most)
{
    uint64_t from, to;
    assert_true(balance_bounds(b, LOADED, &from, &to));
    assert_int_equal(from, least);
    assert_int_equal(to, most);
}

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct balance b = {0};
        for (int k = 0; k < MOST; k++) {
            const struct statement *s = &cases[i].all[k];
            balance_add(&b, s->move, s->rows, s->met, s->outcome, s->doubtful);
        }
        expect(&b, cases[i].least, cases[i].most);
        balance_heal(&b);
        expect(&b, cases[i].least_healed, cases[i].most_healed);
    }
}

static void test_nothing_known(void **state)
{
    (void)state;
    uint64_t least, most;
    struct balance b = {.unknown = true};
    assert_false(balance_bounds(&b, LOADED, &least, &most));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_nothing_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
