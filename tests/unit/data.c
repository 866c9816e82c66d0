/* Keys are distinct, rows are exactly as many as asked for, expressions, nulls, digests. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "data/expr.h"
#include "data/finder.h"
#include "data/gen.h"
#include "data/rows.h"
#include "tests/unit/stats.h"

static const struct data data = {.seed = 42};

/* ---- keys ---- */

struct seen { char *p; uint32_t n; };

static int by_bytes(const void *x, const void *y)
{
    const struct seen *a = x, *b = y;
    return a->n != b->n ? (a->n > b->n) - (a->n < b->n) : memcmp(a->p, b->p, a->n);
}

/* The keys 0 … n-1 as text: sorted, none twice. */
static bool keys_are_distinct(const struct keyspace *ks, uint64_t n)
{
    struct scratch s = {0};
    struct seen *all = mem_alloc(n * sizeof *all);
    bool distinct = true;
    for (uint64_t k = 0; k < n; k++) {
        struct value v = data_key(&data, ks, k, &s);
        struct buf b = {0};
        value_put(&b, ks->key.type, &v);
        all[k].n = (uint32_t)b.len;
        all[k].p = memcpy(scratch_take(&s, b.len), buf_text(&b), b.len);
        buf_release(&b);
    }
    qsort(all, n, sizeof *all, by_bytes);
    for (uint64_t k = 1; k < n; k++)
        distinct &= by_bytes(&all[k - 1], &all[k]) != 0;
    mem_free(all);
    scratch_release(&s);
    return distinct;
}

static void keys_are_injective(void **state)
{
    (void)state;
    static const struct { struct type type; struct gen gen; uint64_t n, space; } cases[] = {
        {{TYPE_CHAR, 64}, {GEN_HEX}, 20000, UINT64_MAX}, {{TYPE_CHAR, 16}, {GEN_HEX}, 20000, UINT64_MAX},
        {{TYPE_CHAR, 4}, {GEN_HEX}, 65536, 65536},
        {{TYPE_STRING, 3}, {GEN_HEX}, 4096, 4096}, {{TYPE_CHAR, 1}, {GEN_HEX}, 16, 16},
        {{TYPE_STRING}, {GEN_HEX}, 20000, UINT64_MAX},
        {{TYPE_UUID}, {GEN_UUID}, 20000, UINT64_MAX}, {{TYPE_STRING, 36}, {GEN_UUID}, 20000, UINT64_MAX},
        {{TYPE_BYTES, 2}, {GEN_HEX}, 65536, 65536},
        {{TYPE_BYTES, 8}, {GEN_HEX}, 20000, UINT64_MAX}, {{TYPE_BYTES, 20}, {GEN_HEX}, 20000, UINT64_MAX},
        {{TYPE_STRING}, {GEN_TEXT, .lo = 2, .hi = 2}, 1296, 1296},
        {{TYPE_CHAR, 3}, {GEN_TEXT, .lo = 1, .hi = 9}, 46656, 46656},
        {{TYPE_STRING}, {GEN_TEXT, .lo = 20, .hi = 20}, 20000, UINT64_MAX},
        {{TYPE_JSON}, {GEN_HEX}, 2000, UINT64_MAX},
        {{TYPE_INT}, {GEN_HEX}, 20000, (uint64_t)1 << 31},
        {{TYPE_BIGINT}, {GEN_HEX}, 20000, (uint64_t)1 << 63},
        {{TYPE_INT}, {GEN_UNIFORM, .lo = 1, .hi = 1000}, 3000, INT32_MAX},
        {{TYPE_INT}, {GEN_UNIFORM, .lo = INT32_MAX - 99, .hi = INT32_MAX}, 3000, 100},
        {{TYPE_BIGINT}, {GEN_UNIFORM, .lo = INT64_MIN, .hi = INT64_MAX}, 20000, UINT64_MAX},
        {{TYPE_BIGINT}, {GEN_SEQUENCE}, 20000, (uint64_t)1 << 63},
        {{TYPE_STRING}, {GEN_SEQUENCE}, 20000, UINT64_MAX}, {{TYPE_DECIMAL, 4, 2}, {GEN_HEX}, 10000, 10000},
        {{TYPE_DATE}, {GEN_UNIFORM, .lo = 0, .hi = 999}, 1000, 1000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct keyspace ks = {
            .name = "k",
            .key = {.name = "key", .type = cases[i].type, .source = COLUMN_KEY, .gen = cases[i].gen},
            .salt = 7};
        if (!keys_are_distinct(&ks, cases[i].n))
            fail_msg("case %zu: a key comes twice", i);
        (void)data_key_space(&ks);
    }
}

static void keys_never_change(void **state)
{
    (void)state;
    static const struct { struct type type; struct gen gen; const char *keys; } cases[] = {
        {{TYPE_CHAR, 20}, {GEN_HEX}, "21b68194abe213048234|fb73f8d8d954d7fc20ba|ab8b194f0fc639b637d6"},
        {{TYPE_CHAR, 7}, {GEN_HEX}, "c7d5210|be968a5|b6dc1d9"},
        {{TYPE_UUID},
            {GEN_UUID}, "21b68194-abe2-4130-9219-b95bae9495f6|fb73f8d8-d954-4d7f-b32a-6b57c5a80c3f|"
            "ab8b194f-0fc6-439b-99c2-ea795e2f86ac"},
        {{TYPE_BYTES, 9}, {GEN_HEX}, "21b68194abe2130482|fb73f8d8d954d7fc20|ab8b194f0fc639b637"},
        {{TYPE_STRING}, {GEN_TEXT, .lo = 14, .hi = 14}, "1di48aen2c6xi5|zbs47bvhk25r4d|ha4te4jpwpb97o"},
        {{TYPE_INT}, {GEN_UNIFORM, .lo = 0, .hi = INT32_MAX}, "904144602|1223971833|1207961848"},
        {{TYPE_BIGINT}, {GEN_HEX}, "8343964145477435699|4649832914944083183|4924410079717543029"},
        {{TYPE_BIGINT}, {GEN_UNIFORM, .lo = 1, .hi = 100}, "65|96|74"},
        {{TYPE_INT}, {GEN_SEQUENCE, .lo = 1}, "1|2|3"},
        {{TYPE_STRING, 9}, {GEN_SEQUENCE}, "0|1|2"},
    };
    struct scratch s = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct keyspace ks = {
            .name = "k",
            .key = {.name = "key", .type = cases[i].type, .source = COLUMN_KEY, .gen = cases[i].gen},
            .salt = 7};
        struct buf b = {0};
        for (uint64_t k = 0; k < 3; k++) {
            struct value v = data_key(&data, &ks, k, &s);
            buf_puts(&b, k ? "|" : "");
            value_put(&b, cases[i].type, &v);
        }
        if (strcmp(buf_text(&b), cases[i].keys) != 0)
            fail_msg("case %zu: keys changed: %s", i, buf_text(&b));
        buf_release(&b);
    }
    scratch_release(&s);
}

/* ---- rows ---- */

static const struct keyspace cards = {
    .name = "card", .key = {.name = "hash_key", .type = {TYPE_CHAR, 16}, .source = COLUMN_KEY,
                            .gen = {GEN_HEX}}, .count = 10007, .salt = 1,
};
static const struct column columns[] = {
    {.name = "hash_key", .type = {TYPE_CHAR, 16}, .source = COLUMN_KEY},
    {.name = "n", .type = {TYPE_INT}, .source = COLUMN_RANDOM, .gen = {GEN_ZIPF, 1.1, .lo = 0, .hi = 10000}},
    {.name = "rate", .type = {TYPE_DECIMAL, 9, 6}, .source = COLUMN_RANDOM,
     .gen = {GEN_UNIFORM, .lo = 0, .hi = 1000000}, .null_share =
        0.02},
    {.name = "rate2", .type = {TYPE_DECIMAL, 9, 6}, .source = COLUMN_RANDOM,
     .gen = {GEN_UNIFORM, .lo = 0, .hi = 1000000}},
    {.name = "note", .type = {TYPE_STRING, 40}, .source = COLUMN_RANDOM,
     .gen = {GEN_WORDS, .lo = 1, .hi = 3}},
};
static const struct table rates = {
    .name = "rates", .keyspace = &cards, .columns = columns, .ncolumns = 5, .nkeys = 1, .rows = 6004,
    .salt = 2,
};

static void rows_are_exactly_as_many(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1, 2, 3, 100, 10007};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int part = 0; part <= 4; part++) {
            struct keyspace ks = cards;
            struct table t = rates;
            ks.count = counts[i];
            t.keyspace = &ks;
            t.rows = counts[i] * (uint64_t)part / 4;
            uint64_t present = 0;
            for (uint64_t k = 0; k < 2 * ks.count; k++) {
                int64_t row = data_row_of(&data, &t, k);
                assert_true(row < (int64_t)t.rows);
                if (row >= 0) {
                    present++;
                    assert_int_equal(data_ordinal_of(&data, &t, (uint64_t)row), k);
                }
            }
            assert_int_equal(present, t.rows);
        }
}

static void tables_choose_their_own_rows(void **state)
{
    (void)state;
    struct table other = rates;
    other.salt = 3;
    double both = 0, share = (double)rates.rows / (double)cards.count;
    for (uint64_t k = 0; k < cards.count; k++)
        both += data_row_of(&data, &rates, k) >= 0 && data_row_of(&data, &other, k) >= 0;
    assert_true(fabs(both - share * share * (double)cards.count) < 5 * sqrt((double)cards.count) * 0.25);
}

/* A finder says what data_row_of says, also of more tables than it has room for, in any order. */
static void a_finder_forgets_no_table_wrongly(void **state)
{
    (void)state;
    enum { TABLES = 3 << FINDER_BITS };
    static struct table tables[TABLES];
    struct keyspace own = cards;
    struct finder finder = {0};
    own.own = true;
    own.count = 10;
    for (int i = 0; i < TABLES; i++) {
        tables[i] = rates;
        tables[i].salt = (uint64_t)i;
        if (i % 7 == 0) {
            tables[i].keyspace = &own;
            tables[i].rows = 10;
        }
    }
    for (uint64_t k = 0; k < 100000; k++) {
        const struct table *t = &tables[rng_below_of(rng_mix(1, k), TABLES)];
        uint64_t ordinal = rng_below_of(rng_mix(2, k), t->keyspace->count + 5);
        uint64_t first, n = finder_rows(&finder, &data, t, ordinal, &first);
        assert_true((n ? (int64_t)first : -1) == data_row_of(&data, t, ordinal));
    }
}

static void own_key_spaces_do_not_permute(void **state)
{
    (void)state;
    const struct expr user = {EXPR_STRING, EXPR_IS_STRING, .s = "user", .n = 4},
                      row = {EXPR_ROW, EXPR_IS_INT};
    const struct expr *args[] = {&user, &row};
    const struct expr name = {EXPR_CONCAT, EXPR_IS_STRING, .args = args, .nargs = 2};
    const struct keyspace users = {.name = "usertable",
                                   .key = {"ycsb_key", {TYPE_STRING, 24}, COLUMN_COMPUTED, .expr = &name},
                                   .count = 10,
                                   .own = true};
    const struct column column = {"ycsb_key", {TYPE_STRING, 24}, COLUMN_KEY};
    const struct table t = {
        .name = "usertable", .keyspace = &users, .columns = &column, .ncolumns = 1, .nkeys = 1, .rows = 10};
    struct scratch s = {0};
    struct value v = data_key(&data, &users, 12, &s), w;
    assert_true(v.u.s.n == 6 && memcmp(v.u.s.p, "user12", 6) == 0);
    data_row(&data, &t, 7, &w, &s);
    assert_true(w.u.s.n == 5 && memcmp(w.u.s.p, "user7", 5) == 0);
    assert_true(data_row_of(&data, &t, 9) == 9 && data_row_of(&data, &t, 10) == -1 &&
                data_ordinal_of(&data, &t, 10) == 10);
    scratch_release(&s);
}

/* Rows stand key by key, as many as their rank says; the way there and back agree, far out as well. */
static void rows_of_a_key_are_found(void **state)
{
    (void)state;
    static const struct { uint64_t count, members; uint32_t lo, hi;
    } cases[] = {
        {100, 60, 0, 3}, {100, 100, 1, 20}, {100, 37, 5, 5},      {100, 100, 0, 1},
        {1, 1, 1, 1},    {1000, 0, 1, 4},   {5000, 4999, 0, 700},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        const struct keyspace ks = {.name = "k", .key = {"id", {TYPE_BIGINT}, COLUMN_KEY, {GEN_SEQUENCE}},
                                    .count = cases[c].count, .salt = 3};
        struct table t = {.name = "t", .keyspace = &ks, .nkeys = 2, .members = cases[c].members,
                          .per_key_lo = cases[c].lo,
                          .per_key_hi = cases[c].hi, .salt = 9};
        uint64_t total = 0, first, n;
        t.rows = data_rows_before(&t, t.members);
        for (uint64_t k = 0; k < ks.count; k++) {
            uint64_t rows = data_rows_of(&data, &t, k, &first);
            assert_true(rows <= cases[c].hi && (rows == 0 || rows >= cases[c].lo));
            assert_true((data_row_of(&data, &t, k) < 0) == (rows == 0));
            for (uint64_t i = 0; i < rows; i++)
                assert_true(data_place_of(&data, &t, first + i, &n) == k && n == i);
            total += rows;
        }
        assert_true(total == t.rows);
    }
}

static void a_key_of_parts_is_found_far_out(void **state)
{
    (void)state;
    const struct keyspace ks = {.name = "k", .key = {"id", {TYPE_BIGINT}, COLUMN_KEY, {GEN_SEQUENCE}},
                                .count = 1000000000000, .salt = 3};
    const struct column parts[] = {{"id", {TYPE_BIGINT}, COLUMN_KEY},
                                   {"day", {TYPE_DATE}, COLUMN_KEY, {GEN_UNIFORM, .lo = 0, .hi = 9}},
                                   {"n", {TYPE_INT}, COLUMN_KEY, {GEN_SEQUENCE}}};
    struct table t = {.name = "t", .keyspace = &ks, .columns = parts, .ncolumns = 3, .nkeys = 3,
                      .members = 900000000000, .per_key_lo = 1,
                      .per_key_hi = 100, .salt = 9};
    struct scratch s = {0};
    t.rows = data_rows_before(&t, t.members);
    assert_true(t.rows == 900000000000 / 100 * 5050 && data_parts_fit(&t));
    for (uint64_t row = t.rows - 20000, last = UINT64_MAX, seen = 0; row < t.rows; row++) {
        struct value v[3];
        uint64_t n, key = data_place_of(&data, &t, row, &n);
        data_row(&data, &t, row, v, &s);
        assert_true((uint64_t)v[0].u.i == key && v[1].u.i >= 0 && v[1].u.i <= 9 &&
                    v[2].u.i == (int64_t)(n / 10));
        seen = key == last ? seen : 0;                /* the days of ten rows with one n: all of them */
        seen = n % 10 ? seen | (uint64_t)1 << v[1].u.i : (uint64_t)1 << v[1].u.i;
        assert_true(n % 10 < 9 || seen == 1023);
        last = key;
    }
    scratch_release(&s);
}

static void put_row(struct buf *b, const struct table *t, const struct value *values)
{
    for (uint32_t i = 0; i < t->ncolumns; i++) {
        buf_puts(b, i ? "," : "");
        value_put(b, t->columns[i].type, &values[i]);
    }
    buf_puts(b, "\n");
}

static void rows_never_change(void **state)
{
    (void)state;
    static const uint64_t which[] = {0, 1, 2, 6003};
    struct scratch s = {0};
    struct buf b = {0};
    struct value values[5];
    for (size_t i = 0; i < sizeof which / sizeof *which; i++) {
        data_row(&data, &rates, which[i], values, &s);
        put_row(&b, &rates, values);
    }
    assert_string_equal(buf_text(&b), "30f7a18b0043cbef,0,0.849892,0.915279,light stone bell\n"
                        "ef84c9ccde0b2b97,17,0.424455,0.848850,night clock\n"
                        "5f50dff37eeb6b7c,18,0.997487,0.326006,blue blue\n"
                        "8145e6f6f07a4e67,2,0.442693,0.366090,grain\n");
    buf_release(&b);
    scratch_release(&s);
}

/* A far row costs no more, a row is the same in any order, its key leads back to it, and a warm scratch
 * stays. */
static void rows_are_pure_functions(void **state)
{
    (void)state;
    struct column prepared[5];
    struct keyspace far = cards;
    struct table t = rates;
    far.count = (uint64_t)1 << 50;
    t.rows = far.count / 2;
    t.keyspace = &far;
    t.columns = memcpy(prepared, columns, sizeof columns);
    data_prepare(prepared, 5);
    struct scratch s = {0}, again = {0};
    struct value a[5], b[5];
    data_row(&data, &t, 0, a, &s);
    const char *bytes = s.bytes;
    for (uint64_t row = 1000000000000u; row < 1000000001000u; row++) {
        data_row(&data, &t, row, a, &s);
        data_row(&data, &t, row + 1, b, &again);
        data_row(&data, &t, row, b, &again);
        for (uint32_t i = 0; i < t.ncolumns; i++)
            assert_true(value_equal(columns[i].type, &a[i], &b[i]));
        uint64_t ordinal = data_ordinal_of(&data, &t, row);
        struct value key = data_key(&data, &far, ordinal, &again);
        assert_true(value_equal(columns[0].type, &a[0], &key) &&
                    data_row_of(&data, &t, ordinal) == (int64_t)row);
    }
    assert_ptr_equal(bytes, s.bytes);
    scratch_release(&s);
    scratch_release(&again);
}

/* Rows in batches of any size are those made one by one, whatever the columns are: each generator, each way
 * to make a key. */
static void check_batches(const struct table *t, uint32_t batch)
{
    enum { ROWS = 300, COLUMNS = 16 };
    struct value one[COLUMNS], many[ROWS_BATCH_MOST * COLUMNS];
    struct scratch s = {0}, again = {0};
    struct rows *rows = rows_new(&data, t);
    for (uint64_t row = 0; row < ROWS; row += batch) {
        rows_make(rows, row, batch, many, &s);
        for (uint32_t k = 0; k < batch; k++) {
            data_row(&data, t, row + k, one, &again);
            for (uint32_t i = 0; i < t->ncolumns; i++)
                if (!value_equal(t->columns[i].type, &one[i], &many[k * t->ncolumns + i]))
                    fail_msg("row %llu of '%s' in batches of %u: column '%s' differs",
                             (unsigned long long)(row + k), t->name, batch, t->columns[i].name);
        }
    }
    rows_free(rows);
    scratch_release(&s);
    scratch_release(&again);
}

static void batches_are_rows(void **state)
{
    (void)state;
    const struct expr row = {EXPR_ROW, EXPR_IS_INT};
    const struct choice choices[] = {{{.u.i = 3}, 0.5}, {{.u.i = 4}, 0.5}};
    const struct column all[] = {
        {"k", {TYPE_INT}, COLUMN_KEY}, {"u", {TYPE_DOUBLE}, COLUMN_RANDOM, {GEN_UNIFORM, .dhi = 1},
                                        .null_share = 0.5},
        {"n", {TYPE_DECIMAL, 9, 2}, COLUMN_RANDOM, {GEN_NORMAL, 500, 50}},
        {"e", {TYPE_BIGINT}, COLUMN_RANDOM, {GEN_EXPONENTIAL, 86400}},
        {"z", {TYPE_STRING, 8}, COLUMN_RANDOM, {GEN_ZIPF, 0.9, .lo = 0, .hi = 99}},
        {"p", {TYPE_INT}, COLUMN_RANDOM, {GEN_PARETO, 1.2, .lo = 1, .hi = 99}},
        {"c", {TYPE_INT}, COLUMN_RANDOM, {GEN_CHOICE, .choices = choices, .nchoices = 2}},
        {"t", {TYPE_STRING}, COLUMN_RANDOM, {GEN_TEXT, .lo = 3, .hi = 30}},
        {"w", {TYPE_STRING}, COLUMN_RANDOM, {GEN_WORDS, .lo = 1, .hi = 5}},
        {"h", {TYPE_CHAR, 21}, COLUMN_RANDOM, {GEN_HEX}},
        {"i", {TYPE_UUID}, COLUMN_RANDOM, {GEN_UUID}}, {"s", {TYPE_BIGINT}, COLUMN_RANDOM,
                                                        {GEN_SEQUENCE, .lo = 5}},
        {"x", {TYPE_INT}, COLUMN_COMPUTED, .expr = &row, .null_share = 0.25},
    };
    static const struct { struct type type; struct gen gen; } keys[] = {
        {{TYPE_INT}, {GEN_HEX}}, {{TYPE_CHAR, 5}, {GEN_HEX}}, {{TYPE_CHAR, 40}, {GEN_HEX}},
        {{TYPE_UUID}, {GEN_UUID}},
        {{TYPE_JSON}, {GEN_TEXT}},
        {{TYPE_BYTES, 3}, {GEN_HEX}}, {{TYPE_BYTES, 20}, {GEN_HEX}}, {{TYPE_STRING}, {GEN_SEQUENCE}},
        {{TYPE_BIGINT}, {GEN_UNIFORM, .lo = INT64_MIN, .hi = INT64_MAX}},
        {{TYPE_BIGINT}, {GEN_UNIFORM, .lo = 1, .hi = 100}},
    };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (uint32_t own = 0; own < 2; own++) {
            struct keyspace ks = {.name = "k", .key = {"k", keys[i].type, COLUMN_KEY, keys[i].gen},
                                  .count = 500, .salt = 3, .own = own};
            struct column made[sizeof all / sizeof *all];
            struct table t = {.name = "t", .keyspace = &ks, .columns = made,
                              .ncolumns = sizeof all / sizeof *all, .nkeys = 1, .rows =
                400};
            memcpy(made, all, sizeof all);
            made[0].type = keys[i].type;
            check_batches(&t, 1);
            check_batches(&t, 37);
            check_batches(&t, ROWS_BATCH_MOST);
        }
    assert_int_equal(rows_batch(&rates), ROWS_BATCH_MOST);
}

static void columns_do_not_tell_of_each_other(void **state)
{
    (void)state;
    enum { ROWS = 200000 };
    double nulls = 0, n = 0, products = 0, before = 0, next = 0;
    struct scratch s = {0};
    struct value v[5];
    struct table t = rates;
    struct keyspace ks = cards;
    ks.own = true;
    ks.count = t.rows = ROWS;
    t.keyspace = &ks;
    for (uint64_t row = 0; row < ROWS; row++) {
        data_row(&data, &t, row, v, &s);
        double b = (double)v[3].u.dec / 1e6 - 0.5;
        nulls += v[2].null;
        if (!v[2].null) {
            n++;
            products += ((double)v[2].u.dec / 1e6 - 0.5) * b * 12;
        }
        next += before * b * 12;
        before = b;
    }
    assert_true(fabs(nulls - 0.02 * ROWS) < 5 * sqrt(0.02 * 0.98 * ROWS));
    assert_true(fabs(products) < 5 * sqrt(n) && fabs(next) < 5 * sqrt(ROWS));
    scratch_release(&s);
}

static void scratch_never_moves_what_it_gave(void **state)
{
    (void)state;
    struct scratch s = {0};
    char *first = scratch_take(&s, 3);
    memcpy(first, "abc", 3);
    for (int i = 0; i < 1000; i++)
        memset(scratch_take(&s, 100), i, 100);
    assert_memory_equal(first, "abc", 3);
    scratch_reset(&s);
    assert_int_equal(s.used, 0);
    scratch_release(&s);
}

/* ---- digest ---- */

static void digest_of(const struct table *t, uint64_t seed, char out[DIGEST_CHARS + 1])
{
    data_digest(&(struct data){seed}, t, out);
}

static void digests_follow_content(void **state)
{
    (void)state;
    char base[DIGEST_CHARS + 1], other[DIGEST_CHARS + 1];
    digest_of(&rates, 42, base);
    assert_int_equal(strlen(base), DIGEST_CHARS);
    for (int change = 0; change < 16; change++) {
        struct keyspace ks = cards;
        struct column c[5];
        struct table t = rates;
        memcpy(c, columns, sizeof columns);
        t.keyspace = &ks;
        t.columns = c;
        data_prepare(c, 5);                           /* no content: the digest must not see it */
        switch (change) {
        case 0: break;
        case 1: ks.count++; break;
        case 2: ks.salt++; break;
        case 3: ks.key.gen.kind = GEN_TEXT; break;
        case 4: ks.own = true; break;
        case 5: t.rows--; break;
        case 6: t.salt++; break;
        case 7: t.name = "rates2"; break;
        case 8: c[1].name = "m"; break;
        case 9: c[1].type.kind = TYPE_BIGINT; break;
        case 10: c[1].gen.p1 = 1.2; break;
        case 11: c[2].gen.hi++; break;
        case 12: c[2].null_share = 0.03; break;
        case 13: c[2].type.scale = 5; break;
        case 14: t.ncolumns--; break;
        case 15: t.nkeys++; break;
        }
        digest_of(&t, 42, other);
        assert_int_equal(strcmp(base, other) == 0, change == 0);
    }
    digest_of(&rates, 43, other);
    assert_string_not_equal(base, other);
    assert_true(fabs(data_row_bytes(&rates) - 50) < 15);
}

/* Up to 2^62 ranks of zipf and 2^63 steps of pareto are drawn as they always were; of more others came than
 * now, under the digests here. */
static void digests_follow_what_is_drawn(void **state)
{
    static const struct { enum gen_kind kind; int64_t lo, hi; const char *once; bool same; } cases[] = {
        {GEN_ZIPF, 1, (int64_t)1 << 62, "5f73566c3d81abbed3c2e8a3c4fa6107", true},
        {GEN_ZIPF, 0, (int64_t)1 << 62, "b89951f330c8850bc4d02c26c0b0fbad", false},
        {GEN_PARETO, 0, INT64_MAX, "0c295f931c9fa685bdeb84424d2979bc", true},
        {GEN_PARETO, -1, INT64_MAX, "e7d7f3655ade6bef6a0a65d7bbec2e00", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char digest[DIGEST_CHARS + 1];
        struct column c[5];
        struct table t = rates;
        memcpy(c, columns, sizeof columns);
        c[2].type = (struct type){.kind = TYPE_BIGINT};
        c[2].gen = (struct gen){.kind = cases[i].kind, .p1 = 1.5, .lo = cases[i].lo, .hi = cases[i].hi};
        t.columns = c;
        digest_of(&t, 42, digest);
        if (!strcmp(digest, cases[i].once) != cases[i].same)
            fail_msg("%zu: %s", i, digest);
    }
    (void)state;
}

/* ---- expressions ---- */

static struct expr num(int64_t i) { return (struct expr){EXPR_INT, EXPR_IS_INT, .i = i}; }
static struct expr real(double d) { return (struct expr){EXPR_DOUBLE, EXPR_IS_DOUBLE, .d = d}; }

static void check_binary(enum expr_op op, struct expr a, struct expr b, struct type t, const char *want)
{
    const struct expr *args[] = {&a, &b};
    const struct expr e = {op, EXPR_IS_INT, .args = args, .nargs = 2};
    struct scratch s = {0};
    struct buf text = {0};
    struct value v = expr_eval(&e, t, 0, &s);
    value_put(&text, t, &v);
    assert_string_equal(buf_text(&text), want);
    buf_release(&text);
    scratch_release(&s);
}

static void expressions_compute(void **state)
{
    (void)state;
    const struct type i = {TYPE_BIGINT}, d = {TYPE_DOUBLE}, b = {TYPE_BOOL}, dec = {TYPE_DECIMAL, 9, 2},
                      text = {TYPE_STRING};
    check_binary(EXPR_ADD, num(2), num(3), i, "5");
    check_binary(EXPR_DIV, num(-7), num(2), i, "-4");
    check_binary(EXPR_MOD, num(-7), num(2), i, "1");
    check_binary(EXPR_MOD, num(7), num(-2), i, "-1");
    check_binary(EXPR_DIV, num(7), num(0), i, "null");
    check_binary(EXPR_MOD, num(7), num(0), i, "null");
    check_binary(EXPR_DIV, num(INT64_MIN), num(-1), i, "9223372036854775807");
    check_binary(EXPR_MUL, num(INT64_MAX), num(2), i, "9223372036854775807");
    check_binary(EXPR_DIV, real(7), num(2), d, "3.5");
    check_binary(EXPR_DIV, real(7), num(0), d, "null");
    check_binary(EXPR_MOD, real(-7.5), num(2), d, "0.5");
    check_binary(EXPR_MUL, num(3), real(0.335), dec, "1.01");
    check_binary(EXPR_SUB, num(3), num(5), dec, "-2.00");
    check_binary(EXPR_MUL, num(1000000000), num(1000000000), dec, "9999999.99");
    check_binary(EXPR_ADD, num(1), real(1.5), i, "3");
    check_binary(EXPR_LT, num(1), real(1.5), b, "true");
    check_binary(EXPR_GE, num(1), num(2), b, "false");
    check_binary(EXPR_CONCAT, num(-12), real(0.5), text, "-120.5");
    check_binary(EXPR_CONCAT, (struct expr){EXPR_BOOL, EXPR_IS_BOOL, .i = 1},
                 (struct expr){EXPR_STRING, EXPR_IS_STRING, .s = "x", .n =
        1}, text, "truex");
    check_binary(EXPR_PICK, num(0), num(9), i, "9");
    check_binary(EXPR_PICK, num(1), num(9), i, "null");
    check_binary(EXPR_CONCAT, (struct expr){EXPR_STRING, EXPR_IS_STRING, .s = "2026-01", .n =
        7}, num(-31), (struct type){TYPE_DATE}, "2026-01-31");
}

static void logic_knows_three_values(void **state)
{
    (void)state;
    const struct type b = {TYPE_BOOL};
    const struct expr zero = num(0), one = num(1), yes = {EXPR_BOOL, EXPR_IS_BOOL, .i = 1},
                      no = {EXPR_BOOL, EXPR_IS_BOOL};
    const struct expr *by_zero[] = {&one, &zero};
    const struct expr unknown = {EXPR_DIV, EXPR_IS_INT, .args = by_zero, .nargs = 2};
    check_binary(EXPR_AND, unknown, no, b, "false");
    check_binary(EXPR_AND, unknown, yes, b, "null");
    check_binary(EXPR_OR, unknown, yes, b, "true");
    check_binary(EXPR_OR, unknown, no, b, "null");
    check_binary(EXPR_EQ, unknown, unknown, b, "null");
    check_binary(EXPR_NOT, no, no, b, "true");
}

static void where_clauses_name_columns(void **state)
{
    (void)state;
    const struct expr column = {EXPR_COLUMN, EXPR_IS_DOUBLE, .i = 2}, half = real(0.5);
    const struct expr *args[] = {&column, &half};
    const struct expr above = {EXPR_GT, EXPR_IS_BOOL, .args = args, .nargs = 2};
    struct value values[5] = {{0}};
    struct scratch s = {0};
    struct buf b = {0};
    values[2].u.dec = 500001;
    assert_int_equal(expr_eval_on(&above, (struct type){TYPE_BOOL}, 0, columns, values, &s).u.i, 1);
    values[2].u.dec = 500000;
    assert_int_equal(expr_eval_on(&above, (struct type){TYPE_BOOL}, 0, columns, values, &s).u.i, 0);
    values[2].null = true;
    assert_true(expr_eval_on(&above, (struct type){TYPE_BOOL}, 0, columns, values, &s).null);
    expr_put(&b, &above, (struct type){TYPE_BOOL});
    assert_string_equal(buf_text(&b), "(> column 2 0.5:3fe0000000000000)");
    buf_release(&b);
    scratch_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_injective), cmocka_unit_test(keys_never_change),
            cmocka_unit_test(rows_are_exactly_as_many),
        cmocka_unit_test(tables_choose_their_own_rows), cmocka_unit_test(a_finder_forgets_no_table_wrongly),
        cmocka_unit_test(own_key_spaces_do_not_permute),
        cmocka_unit_test(rows_never_change), cmocka_unit_test(rows_of_a_key_are_found),
        cmocka_unit_test(a_key_of_parts_is_found_far_out),
        cmocka_unit_test(rows_are_pure_functions), cmocka_unit_test(batches_are_rows),
        cmocka_unit_test(columns_do_not_tell_of_each_other),
        cmocka_unit_test(scratch_never_moves_what_it_gave), cmocka_unit_test(digests_follow_content),
        cmocka_unit_test(digests_follow_what_is_drawn), cmocka_unit_test(expressions_compute),
        cmocka_unit_test(logic_knows_three_values), cmocka_unit_test(where_clauses_name_columns),
    };
    return cmocka_run_group_tests_name("data", tests, NULL, NULL);
}
