/* written.c - values of writes: pure, apart from what was loaded and from each other; rows by their
 * versions. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "data/expr.h"
#include "data/version.h"
#include "data/written.h"

static const struct data data = {.seed = 42};

enum { ID, A, B, C, V, V2, COLUMNS };
static const struct expr seven = {.op = EXPR_INT, .kind = EXPR_IS_INT, .i = 7};
static const struct column columns[COLUMNS] = {
    [ID] = {"id", {TYPE_INT}, COLUMN_KEY, {.kind = GEN_SEQUENCE}},
    [A] = {"a", {TYPE_INT}, COLUMN_RANDOM, {.kind = GEN_UNIFORM, .lo = 0, .hi = 1000000}},
    [B] = {"b", {TYPE_CHAR, 20}, COLUMN_RANDOM, {.kind = GEN_TEXT, .lo = 20, .hi = 20}},
    [C] = {"c", {TYPE_INT}, COLUMN_RANDOM, {.kind = GEN_UNIFORM, .lo = 0, .hi = 1000000}},
    [V] = {"wkl_v", {TYPE_BIGINT}, COLUMN_COMPUTED, .expr = &(struct expr){.op = EXPR_INT, .kind = EXPR_IS_INT}},
    [V2] = {"wkl_v2", {TYPE_BIGINT}, COLUMN_COMPUTED, .expr = &(struct expr){.op = EXPR_INT, .kind = EXPR_IS_INT}},
};
static const struct column_set both[] = {
    {A, NULL, {.kind = GEN_UNIFORM, .lo = 0, .hi = 1000000}},
    {B, NULL, {.kind = GEN_TEXT, .lo = 20, .hi = 20}},
};
static const struct column_set fixed[] = {{A, &seven, {0}}, {B, NULL, {.kind = GEN_HEX}}};
static const struct column_set other[] = {{C, NULL, {.kind = GEN_UNIFORM, .lo = 0, .hi = 9}}};
static const struct table_write writes[] = {{1, both, 2}, {2, fixed, 2}, {5, other, 1}};
static const uint32_t ab[] = {A, B}, only_c[] = {C};
static const struct column_group groups[] = {{V, ab, 2}, {V2, only_c, 1}};
static const struct keyspace ids = {.name = "t", .key = {"id", {TYPE_INT}, COLUMN_KEY, {.kind = GEN_SEQUENCE}},
                                    .count = 1000, .own = true};
static const struct table table = {.name = "t", .keyspace = &ids, .columns = columns, .ncolumns = COLUMNS, .nkeys = 1,
                                   .rows = 1000, .salt = 3, .writes = writes, .nwrites = 3, .groups = groups,
                                   .ngroups = 2};

static uint64_t version(uint32_t request, uint32_t statement)
{
    uint64_t v;
    assert_true(version_pack((struct version){1, 2, request, statement}, &v));
    return v;
}

static int64_t written(const struct column_set *s, uint64_t row, uint64_t v)
{
    struct scratch scratch = {0};
    struct value out;
    data_written(&data, &table, s, row, v, &scratch, &out);
    scratch_release(&scratch);
    return out.u.i;
}

static void a_pure_function(void **state)
{
    (void)state;
    struct scratch s = {0};
    struct value loaded[COLUMNS];
    uint32_t same = 0;
    for (uint64_t row = 0; row < 1000; row++) {
        data_row(&data, &table, row, loaded, &s);
        int64_t first = written(&both[0], row, version(1, 1));
        assert_int_equal(first, written(&both[0], row, version(1, 1)));
        same += first == loaded[A].u.i;
        same += first == written(&both[0], row, version(2, 1));
        same += first == written(&both[0], (row + 1) % 1000, version(1, 1));
        assert_int_equal(written(&fixed[0], row, version((uint32_t)row, 2)), 7);
    }
    assert_true(same < 10);                           /* by chance, of 3000 pairs out of a million */
    scratch_release(&s);
}

/* Of a row, with these versions in it: what data_rewrite says of it. */
static const struct column_group *rewrite(uint64_t row, uint64_t v, uint64_t v2, struct value *values, struct scratch *s)
{
    data_row(&data, &table, row, values, s);
    return data_rewrite(&data, &table, row, (const uint64_t[]){v, v2}, values, s);
}

static void rows_by_their_versions(void **state)
{
    (void)state;
    struct scratch s = {0}, mine = {0};
    struct value loaded[COLUMNS], values[COLUMNS], b;
    data_row(&data, &table, 8, loaded, &mine);
    assert_null(rewrite(8, 0, 0, values, &s));
    for (uint32_t i = 0; i < COLUMNS; i++)
        assert_true(value_equal(columns[i].type, &loaded[i], &values[i]));

    uint64_t v = version(77, 1), w = version(3, 5);
    assert_null(rewrite(8, v, w, values, &s));
    assert_int_equal(values[A].u.i, written(&both[0], 8, v));
    data_written(&data, &table, &both[1], 8, v, &mine, &b);
    assert_true(value_equal(columns[B].type, &values[B], &b));
    assert_int_equal(values[C].u.i, written(&other[0], 8, w));
    assert_true(values[V].u.i == (int64_t)v && values[V2].u.i == (int64_t)w &&
                values[ID].u.i == loaded[ID].u.i);

    assert_null(rewrite(8, version(1, 2), 0, values, &s));
    assert_true(values[A].u.i == 7 && values[C].u.i == loaded[C].u.i);
    scratch_release(&s);
    scratch_release(&mine);
}

/* Nobody writes these: a statement that there is not, or of another group. */
static void versions_of_nobody(void **state)
{
    (void)state;
    struct scratch s = {0};
    struct value values[COLUMNS];
    assert_ptr_equal(rewrite(1, version(1, 3), 0, values, &s), &groups[0]);
    assert_ptr_equal(rewrite(1, version(1, 5), 0, values, &s), &groups[0]);
    assert_ptr_equal(rewrite(1, 0, version(1, 1), values, &s), &groups[1]);
    scratch_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pure_function),
        cmocka_unit_test(rows_by_their_versions),
        cmocka_unit_test(versions_of_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
