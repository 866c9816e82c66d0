/* faults.c - each database's codes by their fault, and the names of faults. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "backends/mysql/faults.h"
#include "backends/postgres/faults.h"
#include "backends/sqlite/faults.h"
#include "base/error.h"

static void of_postgres(void **state)
{
    (void)state;
    static const struct { const char *state; enum fault fault; } cases[] = {
        {"40P01", FAULT_DEADLOCK}, {"40001", FAULT_CONFLICT}, {"40003", FAULT_LOST},
        {"23505", FAULT_CONSTRAINT}, {"42P01", FAULT_MISSING}, {"42601", FAULT_INVALID},
        {"42501", FAULT_DENIED}, {"28P01", FAULT_DENIED}, {"57014", FAULT_TIMEOUT}, {"57P01", FAULT_LOST},
        {"53300", FAULT_THROTTLED}, {"53100", FAULT_SERVER}, {"54000", FAULT_TOO_LARGE},
        {"22003", FAULT_INVALID}, {"XX000", FAULT_SERVER}, {"08006", FAULT_LOST}, {"55P03", FAULT_CONFLICT},
        {"P0001", FAULT_SERVER}, {"", FAULT_SERVER}, {NULL, FAULT_SERVER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (postgres_fault(cases[i].state) != cases[i].fault)
            fail_msg("%s: %s", cases[i].state, fault_name(postgres_fault(cases[i].state)));
}

static void of_mysql(void **state)
{
    (void)state;
    static const struct { unsigned number; enum fault fault;
    } cases[] = {
        {1213, FAULT_DEADLOCK}, {1205, FAULT_TIMEOUT}, {1062, FAULT_CONSTRAINT}, {1146, FAULT_MISSING},
        {1064, FAULT_INVALID},  {1142, FAULT_DENIED},  {2006, FAULT_LOST},       {2013, FAULT_LOST},
        {4031, FAULT_LOST},     {1927, FAULT_LOST},    {1040, FAULT_THROTTLED},  {1153, FAULT_TOO_LARGE},
        {3572, FAULT_CONFLICT}, {3024, FAULT_TIMEOUT}, {1105, FAULT_SERVER},     {0, FAULT_SERVER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (mysql_fault(cases[i].number) != cases[i].fault)
            fail_msg("%u: %s", cases[i].number, fault_name(mysql_fault(cases[i].number)));
}

static void of_sqlite(void **state)
{
    (void)state;
    static const struct { int code; enum fault fault; } cases[] = {
        {1, FAULT_INVALID}, {5, FAULT_CONFLICT}, {5 | 2 << 8, FAULT_CONFLICT},
        {19 | 8 << 8, FAULT_CONSTRAINT}, {18, FAULT_TOO_LARGE}, {10 | 3 << 8, FAULT_CLIENT},
        {13, FAULT_CLIENT}, {23, FAULT_DENIED}, {9, FAULT_TIMEOUT}, {2, FAULT_SERVER}, {99, FAULT_SERVER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (sqlite_fault(cases[i].code) != cases[i].fault)
            fail_msg("%d: %s", cases[i].code, fault_name(sqlite_fault(cases[i].code)));
}

/* Each has a name and a title of its own, and is found again by its name. */
static void named(void **state)
{
    (void)state;
    enum fault found;
    for (int f = 0; f < FAULT_COUNT; f++) {
        assert_true(fault_by_name(fault_name((enum fault)f), &found) && found == (enum fault)f);
        for (int other = 0; other < f; other++)
            assert_string_not_equal(fault_title((enum fault)f), fault_title((enum fault)other));
    }
    assert_false(fault_by_name("of a later version", &found));
    assert_int_equal(found, FAULT_OTHER);
}

static void codes(void **state)
{
    (void)state;
    static const int there_and_back[] = {ERR_CONNECT, ERR_SERVER, ERR_LOST,   ERR_THROTTLED,
                                         ERR_TIMEOUT, ERR_IO,     ERR_MISSING};
    for (size_t i = 0; i < sizeof there_and_back / sizeof *there_and_back; i++)
        assert_int_equal(fault_code(fault_of(there_and_back[i])), there_and_back[i]);
    assert_int_equal(fault_of(-99), FAULT_OTHER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_postgres), cmocka_unit_test(of_mysql), cmocka_unit_test(of_sqlite),
        cmocka_unit_test(named),       cmocka_unit_test(codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
