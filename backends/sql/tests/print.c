/* print.c - what the SQL backends print: tables, every form of request, the merged shape, quoting; and
 * PostgreSQL's binary formats. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "backends/postgres/binary.h"
#include "backends/sql/sql.h"

/* ---- two tables of different shapes ---- */

#define COLUMN(NAME, KIND, N, SCALE) {.name = NAME, .type = {.kind = KIND, .n = N, .scale = SCALE}, .source = COLUMN_RANDOM}
#define KEY(NAME, KIND, N) {.name = NAME, .type = {.kind = KIND, .n = N}, .source = COLUMN_KEY, .gen = {.kind = GEN_HEX}}

static const struct keyspace card = {.name = "card", .key = KEY("card", TYPE_CHAR, 4), .count = 10};
static const struct keyspace shop = {.name = "shop", .key = KEY("id", TYPE_BIGINT, 0), .count = 10};
static const struct column rate_columns[] = {
    KEY("card", TYPE_CHAR, 4), COLUMN("n", TYPE_INT, 0, 0), COLUMN("rate", TYPE_DECIMAL, 9, 6),
        COLUMN("wide", TYPE_DECIMAL, 38, 0),
};
static const struct column seen_columns[] = {
    KEY("card", TYPE_CHAR, 4), COLUMN("at", TYPE_TIMESTAMP, 0, 0), COLUMN("m", TYPE_INT, 0, 0),
        COLUMN("n", TYPE_INT, 0, 0),
};
static const struct column shop_columns[] = {
    KEY("id", TYPE_BIGINT, 0), COLUMN("order", TYPE_STRING, 20, 0), COLUMN("doc", TYPE_JSON, 0, 0),
};

#define TABLE(NAME, COLUMNS, SPACE) {.name = NAME, .family = NAME, .keyspace = &SPACE, .columns = COLUMNS, \
                                     .ncolumns = sizeof COLUMNS / sizeof *COLUMNS, .nkeys = 1, .rows = 10}
static const struct table rates = TABLE("rates", rate_columns, card),
                          seen = TABLE("seen", seen_columns, card),
                          shops = TABLE("shops", shop_columns, shop);

static const uint32_t four[] = {0, 1, 2, 3}, two[] = {0, 2};

static struct instance instance_of(const struct backend *b, const char *prefix)
{
    struct instance inst = {.name = b->name, .backend = b};
    for (int i = 0; b->settings[i].name; i++)
        inst.values[i] = strcmp(b->settings[i].name, "table_prefix") ? b->settings[i].fallback : prefix;
    return inst;
}

struct printed {
    struct arena arena;
    struct instance inst;
    struct request request;
    struct buf literal;                               /* by print_request */
};

static struct value text_value(const char *s)
{
    return (struct value){.u.s = {s, (uint32_t)strlen(s)}};
}

/* Lowers and prints. Register i's key is the letters "0ab" with i in front, but for register 8, a number. */
static void print(struct printed *p, const struct backend *b, enum width width, const struct step *steps,
                  uint32_t n)
{
    struct value keys[9];
    arena_init(&p->arena);
    p->inst = instance_of(b, NULL);
    p->request = (struct request){.width = width, .steps = steps, .nsteps = n};
    p->literal = (struct buf){0};
    for (uint32_t i = 0; i < 8; i++)
        keys[i] = text_value(arena_printf(&p->arena, "%u'\\%u", i, i));
    keys[8] = (struct value){.u.i = -5};
    for (uint32_t i = 0; i < n; i++)
        p->request.nkeys += steps[i].nkeys;
    b->lower(&p->inst, &p->arena, &p->request);
    b->print_request(&p->inst, &p->request, keys, &p->literal);
}

static void release(struct printed *p)
{
    arena_release(&p->arena);
    buf_release(&p->literal);
}

static void expect_text(const struct backend *b, enum width width, const struct step *steps, uint32_t n,
                        const char *text, const char *literal)
{
    struct printed p;
    print(&p, b, width, steps, n);
    assert_string_equal(p.request.text, text);
    assert_string_equal(buf_text(&p.literal), literal);
    assert_null(p.request.setup);
    release(&p);
}

/* ---- tables ---- */

static void expect_table(const struct backend *b, const struct table *t, const char *prefix,
                         const char *expected)
{
    struct instance inst = instance_of(b, prefix);
    struct buf out = {0};
    b->print_table(&inst, t, &out);
    assert_string_equal(buf_text(&out), expected);
    buf_release(&out);
}

static void test_tables(void **state)
{
    (void)state;
    expect_table(&backend_sqlite, &rates, NULL,
                 "CREATE TABLE \"rates\" (\n    \"card\" TEXT NOT NULL,\n    \"n\" INTEGER,\n    \"rate\" "
                 "REAL,\n    \"wide\" TEXT,\n"
                 "    PRIMARY KEY (\"card\")\n) WITHOUT ROWID;\n");
    expect_table(&backend_sqlite, &shops, "a\"b_",
                 "CREATE TABLE \"a\"\"b_shops\" (\n    \"id\" INTEGER NOT NULL,\n    \"order\" TEXT,\n    "
                 "\"doc\" TEXT,\n"
                 "    PRIMARY KEY (\"id\")\n);\n");
    expect_table(&backend_postgres, &rates, NULL,
                 "CREATE TABLE \"rates\" (\n    \"card\" char(4) NOT NULL,\n    \"n\" integer,\n    \"rate\" "
                 "numeric(9, 6),\n"
                 "    \"wide\" numeric(38, 0),\n    PRIMARY KEY (\"card\")\n);\n");
    expect_table(&backend_postgres, &shops, "a\"b_",
                 "CREATE TABLE \"a\"\"b_shops\" (\n    \"id\" bigint NOT NULL,\n    \"order\" varchar(20),\n "
                 "   \"doc\" json,\n"
                 "    PRIMARY KEY (\"id\")\n);\n");
    expect_table(&backend_mysql, &rates, NULL,
                 "CREATE TABLE `rates` (\n    `card` char(4) CHARACTER SET ascii COLLATE ascii_bin NOT "
                 "NULL,\n    `n` int,\n"
                 "    `rate` decimal(9, 6),\n    `wide` decimal(38, 0),\n    PRIMARY KEY (`card`)\n);\n");
    expect_table(&backend_mysql, &shops, "a`b_",
                 "CREATE TABLE `a``b_shops` (\n    `id` bigint NOT NULL,\n"
                 "    `order` varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,\n"
                 "    `doc` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,\n    PRIMARY KEY (`id`)\n);\n");
}

static void expect_type(const struct backend *b, enum type_kind kind, uint32_t n, uint32_t scale,
                        const char *expected, bool loses)
{
    struct instance inst = instance_of(b, NULL);
    struct buf out = {0}, loss = {0};
    b->print_type(&inst, (struct type){kind, n, scale}, &out, &loss);
    assert_string_equal(buf_text(&out), expected);
    assert_int_equal(loss.len > 0, loses);
    buf_release(&out);
    buf_release(&loss);
}

static void test_types(void **state)
{
    (void)state;
    expect_type(&backend_sqlite, TYPE_DECIMAL, 15, 2, "REAL", false);
    expect_type(&backend_sqlite, TYPE_DECIMAL, 16, 2, "TEXT", true);
    expect_type(&backend_sqlite, TYPE_TIMESTAMP, 0, 0, "TEXT", false);
    expect_type(&backend_sqlite, TYPE_BYTES, 9, 0, "BLOB", false);
    expect_type(&backend_postgres, TYPE_DECIMAL, 38, 10, "numeric(38, 10)", false);
    expect_type(&backend_postgres, TYPE_STRING, 0, 0, "text", false);
    expect_type(&backend_postgres, TYPE_STRING, 7, 0, "varchar(7)", false);
    expect_type(&backend_postgres, TYPE_TIMESTAMP, 0, 0, "timestamptz", false);
    expect_type(&backend_mysql, TYPE_STRING, 0, 0, "longtext", false);
    expect_type(&backend_mysql, TYPE_STRING, 255, 0, "varchar(255)", false);
    expect_type(&backend_mysql, TYPE_STRING, 256, 0, "text", false);
    expect_type(&backend_mysql, TYPE_STRING, 20000, 0, "mediumtext", false);
    expect_type(&backend_mysql, TYPE_CHAR, 255, 0, "char(255)", false);
    expect_type(&backend_mysql, TYPE_CHAR, 256, 0, "text", false);
    expect_type(&backend_mysql, TYPE_BYTES, 70000, 0, "mediumblob", false);
    expect_type(&backend_mysql, TYPE_TIMESTAMP, 0, 0, "datetime(6)", false);
}

/* ---- one table ---- */

static void test_point(void **state)
{
    (void)state;
    const struct step p = {&rates, two, 2, 1, 1}, q = {&shops, two, 2, 8, 1};
    expect_text(&backend_sqlite, WIDTH_ONE, &p, 1,
                "SELECT \"card\", \"rate\" FROM \"rates\" WHERE \"card\" = ?1",
                "SELECT \"card\", \"rate\" FROM \"rates\" WHERE \"card\" = '1''\\1';\n");
    expect_text(&backend_postgres, WIDTH_ONE, &p, 1,
                "SELECT \"card\", \"rate\" FROM \"rates\" WHERE \"card\" = $1",
                "SELECT \"card\", \"rate\" FROM \"rates\" WHERE \"card\" = '1''\\1';\n");
    expect_text(&backend_mysql, WIDTH_ONE, &p, 1, "SELECT `card`, `rate` FROM `rates` WHERE `card` = ?",
                "SELECT `card`, `rate` FROM `rates` WHERE `card` = '1''\\\\1';\n");
    expect_text(&backend_mysql, WIDTH_ONE, &q, 1, "SELECT `id`, `doc` FROM `shops` WHERE `id` = ?",
                "SELECT `id`, `doc` FROM `shops` WHERE `id` = -5;\n");
}

static void test_multi(void **state)
{
    (void)state;
    const struct step p = {&rates, two, 1, 2, 2};
    expect_text(&backend_sqlite, WIDTH_KEYS, &p, 1,
                "SELECT \"card\" FROM \"rates\" WHERE \"card\" IN (?1, ?2)",
                "SELECT \"card\" FROM \"rates\" WHERE \"card\" IN ('2''\\2', '3''\\3');\n");
    expect_text(
        &backend_postgres, WIDTH_KEYS, &p, 1, "SELECT \"card\" FROM \"rates\" WHERE \"card\" = ANY($1)",
        "SELECT \"card\" FROM \"rates\" WHERE \"card\" = ANY(ARRAY['2''\\2', '3''\\3']::char(4)[]);\n");
    expect_text(&backend_mysql, WIDTH_KEYS, &p, 1, "SELECT `card` FROM `rates` WHERE `card` IN (?, ?)",
                "SELECT `card` FROM `rates` WHERE `card` IN ('2''\\\\2', '3''\\\\3');\n");
}

/* ---- several tables: slots are card, int, decimal(9, 6), decimal(38, 0), timestamp, int ---- */

static const struct step mixed[] = {{&rates, four, 4, 0, 2}, {&seen, four, 4, 0, 2}, {&seen, two, 2, 3, 1}};

static void test_cross(void **state)
{
    (void)state;
    struct printed p;
    print(&p, &backend_sqlite, WIDTH_TABLES, mixed, 3);
    assert_string_equal(p.request.text,
        "SELECT 0 AS tno, \"card\", \"n\", \"rate\", \"wide\", NULL, NULL FROM \"rates\" WHERE \"card\" IN (?1, ?2)\n"
        "UNION ALL SELECT 1, \"card\", \"m\", NULL, NULL, \"at\", \"n\" FROM \"seen\" WHERE \"card\" IN (?1, ?2)\n"
        "UNION ALL SELECT 2, \"card\", \"m\", NULL, NULL, NULL, NULL FROM \"seen\" WHERE \"card\" = ?3");
    const struct sql_lowered *low = p.request.lowered;
    assert_int_equal(low->nslots, 6);
    assert_int_equal(low->params.count, 3);
    assert_true(low->numbered);
    const uint32_t places[] = {0, 4, 1, 5};
    assert_memory_equal(low->slot_of[1], places, sizeof places);
    release(&p);
    print(&p, &backend_postgres, WIDTH_TABLES, mixed, 3);
    assert_string_equal(p.request.text, "SELECT 0::smallint AS tno, \"card\", \"n\", \"rate\", \"wide\", "
                                        "NULL::timestamptz, NULL::integer FROM \"rates\""
                                        " WHERE \"card\" = ANY($1)\n"
                                        "UNION ALL SELECT 1::smallint, \"card\", \"m\", NULL::numeric(9, 6), "
                                        "NULL::numeric(38, 0), \"at\", \"n\" FROM \"seen\""
                                        " WHERE \"card\" = ANY($1)\n"
                                        "UNION ALL SELECT 2::smallint, \"card\", \"m\", NULL::numeric(9, 6), "
                                        "NULL::numeric(38, 0), NULL::timestamptz, NULL::integer"
                                        " FROM \"seen\" WHERE \"card\" = $2");
    release(&p);
    print(&p, &backend_mysql, WIDTH_TABLES, mixed, 3);
    assert_string_equal(p.request.text,
        "SELECT 0 AS tno, `card`, `n`, `rate`, `wide`, NULL, NULL FROM `rates` WHERE `card` IN (?, ?)\n"
        "UNION ALL SELECT 1, `card`, `m`, NULL, NULL, `at`, `n` FROM `seen` WHERE `card` IN (?, ?)\n"
        "UNION ALL SELECT 2, `card`, `m`, NULL, NULL, NULL, NULL FROM `seen` WHERE `card` = ?");
    assert_int_equal(((const struct sql_lowered *)p.request.lowered)->params.count, 5);
    release(&p);
}

/* ---- procedures ---- */

/* The expected text with the procedure's name for each '@'. */
static void expect_named(const char *found, const char *expected, const char *name)
{
    struct buf b = {0};
    for (; *expected; expected++)
        if (*expected == '@')
            buf_puts(&b, name);
        else
            buf_putc(&b, *expected);
    assert_string_equal(found, buf_text(&b));
    buf_release(&b);
}

static void test_function(void **state)
{
    (void)state;
    static const char setup[] =
        "CREATE OR REPLACE FUNCTION @(char(4)[], char(4))\n"
        "RETURNS TABLE (tno smallint, c0 char(4), c1 integer, c2 numeric(9, 6), c3 numeric(38, 0), c4 timestamptz, c5 integer)\n"
        "LANGUAGE plpgsql STABLE\nSET plan_cache_mode = force_generic_plan\nSET max_parallel_workers_per_gather = 0\nSET jit = off\n"
        "AS $wkl$\n#variable_conflict use_column\nBEGIN\n"
        "RETURN QUERY SELECT 0::smallint AS tno, \"card\", \"n\", \"rate\", \"wide\", NULL::timestamptz, NULL::integer FROM \"rates\""
        " WHERE \"card\" = ANY($1);\n"
        "RETURN QUERY SELECT 1::smallint, \"card\", \"m\", NULL::numeric(9, 6), NULL::numeric(38, 0), \"at\", \"n\" FROM \"seen\""
        " WHERE \"card\" = ANY($1);\n"
        "RETURN QUERY SELECT 2::smallint, \"card\", \"m\", NULL::numeric(9, 6), NULL::numeric(38, 0), NULL::timestamptz, NULL::integer"
        " FROM \"seen\" WHERE \"card\" = $2;\nEND\n$wkl$";
    struct printed p;
    print(&p, &backend_postgres, WIDTH_PROCEDURE, mixed, 3);
    const struct sql_lowered *low = p.request.lowered;
    assert_int_equal(strlen(low->name), strlen("wkl_get_0123456789abcdef"));
    expect_named(p.request.setup, setup, low->name);
    expect_named(p.request.teardown, "DROP FUNCTION IF EXISTS @(char(4)[], char(4))", low->name);
    expect_named(p.request.text, "SELECT * FROM @($1, $2)", low->name);
    const char *call = strstr(buf_text(&p.literal), "$wkl$;\n");
    assert_non_null(call);
    expect_named(call + 7, "SELECT * FROM @(ARRAY['0''\\0', '1''\\1']::char(4)[], '3''\\3');\n", low->name);
    release(&p);
}

static void test_procedure(void **state)
{
    (void)state;
    static const char literal[] =
        "DROP PROCEDURE IF EXISTS @;\nDELIMITER //\nCREATE PROCEDURE @(IN wkl_k1 char(4) CHARACTER SET ascii "
        "COLLATE ascii_bin,"
        " IN wkl_k2 char(4) CHARACTER SET ascii COLLATE ascii_bin, IN wkl_k3 char(4) CHARACTER SET ascii "
        "COLLATE ascii_bin)\n"
        "READS SQL DATA SQL SECURITY INVOKER\nBEGIN\n"
        "SELECT t.`card`, t.`n`, t.`rate`, t.`wide` FROM `rates` AS t WHERE t.`card` IN (wkl_k1, wkl_k2);\n"
        "SELECT t.`card`, t.`at`, t.`m`, t.`n` FROM `seen` AS t WHERE t.`card` IN (wkl_k1, wkl_k2);\n"
        "SELECT t.`card`, t.`m` FROM `seen` AS t WHERE t.`card` = wkl_k3;\nEND//\nDELIMITER ;\n"
        "CALL @('0''\\\\0', '1''\\\\1', '3''\\\\3');\n";
    struct printed p;
    print(&p, &backend_mysql, WIDTH_PROCEDURE, mixed, 3);
    const struct sql_lowered *low = p.request.lowered;
    expect_named(buf_text(&p.literal), literal, low->name);
    expect_named(p.request.text, "CALL @(?, ?, ?)", low->name);
    assert_true(low->set_each);
    release(&p);
}

/* The same text has the same name, another text another one. */
static void test_names_follow_the_text(void **state)
{
    (void)state;
    const struct backend *backends[] = {&backend_postgres, &backend_mysql};
    for (int i = 0; i < 2; i++) {
        struct printed a, b, c;
        const struct step moved[] = {{&rates, four, 4, 4, 2}, {&seen, four, 4, 4, 2}, {&seen, two, 2, 7, 1}};
        print(&a, backends[i], WIDTH_PROCEDURE, mixed, 3);
        print(&b, backends[i], WIDTH_PROCEDURE, moved, 3);
        print(&c, backends[i], WIDTH_PROCEDURE, mixed, 2);
        assert_string_equal(a.request.text, b.request.text);
        assert_string_not_equal(a.request.text, c.request.text);
        release(&a);
        release(&b);
        release(&c);
    }
}

/* More runs of keys than a function may have arguments: one array for each type, of which steps use
 * slices. */
static void test_many_runs(void **state)
{
    (void)state;
    enum { N = 101 };
    static struct step steps[N];
    for (uint32_t i = 0; i + 1 < N; i++)
        steps[i] = (struct step){&rates, two, 1, 3 * i, 2 + i % 2};
    steps[N - 1] = (struct step){&shops, two, 1, 1000, 1};
    struct arena arena;
    arena_init(&arena);
    struct instance inst = instance_of(&backend_postgres, NULL);
    struct request r = {.width = WIDTH_PROCEDURE, .steps = steps, .nsteps = N};
    backend_postgres.lower(&inst, &arena, &r);
    const struct sql_lowered *low = r.lowered;
    assert_int_equal(low->params.count, 2);
    assert_int_equal(low->params.items[0].ranges.count, N - 1);
    assert_non_null(strstr(r.setup, "(char(4)[], bigint[])\n"));
    assert_non_null(strstr(r.setup, "WHERE \"card\" = ANY($1[1:2]);"));
    assert_non_null(strstr(r.setup, "WHERE \"card\" = ANY($1[3:5]);"));
    assert_non_null(strstr(r.setup, "WHERE \"id\" = ANY($2[1:1]);"));
    arena_release(&arena);
}

/* ---- PostgreSQL's binary formats ---- */

static void round_trip(struct type t, struct value v)
{
    struct buf b = {0};
    struct scratch s = {0};
    struct value back = {0};
    pg_put_value(&b, t, &v);
    assert_true(b.len >= 4);
    assert_int_equal((unsigned char)b.data[3] | (unsigned char)b.data[2] << 8, b.len - 4);
    assert_true(pg_read_value(t, b.data + 4, b.len - 4, &back, &s));
    assert_true(value_equal(t, &v, &back));
    buf_release(&b);
    scratch_release(&s);
}

static void test_numeric_both_ways(void **state)
{
    (void)state;
    static const struct type types[] = {
        {TYPE_DECIMAL, 38, 0}, {TYPE_DECIMAL, 38, 38}, {TYPE_DECIMAL, 38, 10},
        {TYPE_DECIMAL, 9, 6},  {TYPE_DECIMAL, 5, 1},
    };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        wkl_i128 v = 1;
        for (uint32_t digits = 0; digits < types[i].n; digits++, v *= 10)
            for (int d = -1; d <= 1; d++) {
                round_trip(types[i], (struct value){.u.dec = v + d});
                round_trip(types[i], (struct value){.u.dec = -v + d});
                round_trip(types[i], (struct value){.u.dec = v / 7 * 6 + d});
            }
    }
}

static void test_numeric_bytes(void **state)
{
    (void)state;
    /* -12345.678 as numeric(10, 4): groups 1 2345 6780 */
    static const char expected[] = "\0\0\0\016\0\3\0\1\x40\0\0\4\0\1\x09\x29\x1a\x7c";
    struct buf b = {0};
    struct value v = {.u.dec = -123456780};
    pg_put_value(&b, (struct type){TYPE_DECIMAL, 10, 4}, &v);
    assert_int_equal(b.len, sizeof expected - 1);
    assert_memory_equal(b.data, expected, b.len);
    buf_release(&b);
}

static void test_other_values_both_ways(void **state)
{
    (void)state;
    round_trip((struct type){TYPE_UUID, 0, 0}, text_value("00112233-4455-4677-8899-aabbccddeeff"));
    round_trip((struct type){TYPE_DATE, 0, 0}, (struct value){.u.i = -800000});
    round_trip((struct type){TYPE_TIMESTAMP, 0, 0}, (struct value){.u.i = -4000000000000001});
    round_trip((struct type){TYPE_INT, 0, 0}, (struct value){.u.i = INT32_MIN});
    round_trip((struct type){TYPE_BIGINT, 0, 0}, (struct value){.u.i = INT64_MIN});
    round_trip((struct type){TYPE_DOUBLE, 0, 0}, (struct value){.u.d = -0.1});
    round_trip((struct type){TYPE_FLOAT, 0, 0}, (struct value){.u.d = (double)0.1f});
    round_trip((struct type){TYPE_BOOL, 0, 0}, (struct value){.u.i = 1});
    round_trip((struct type){TYPE_CHAR, 9, 0}, text_value("abc"));
    struct value v;
    struct scratch s = {0};
    assert_true(pg_read_value((struct type){TYPE_CHAR, 9, 0}, "abc      ", 9, &v, &s));
    assert_int_equal(v.u.s.n, 3);
    assert_false(pg_read_value((struct type){TYPE_INT, 0, 0}, "12345678", 8, &v, &s));
    assert_false(pg_read_value((struct type){TYPE_DECIMAL, 9, 2}, "\0\1\0\0\xc0\0\0\0\0\1", 10, &v, &s));   /* NaN */
    assert_false(pg_read_value((struct type){TYPE_DECIMAL, 9, 2}, "\0\1\xff\xff\0\0\0\4\0\1", 10, &v, &s)); /* 0.0001 has no two digits */
}

/* All key columns stand in the key's index once more: here a moment beside the card. */
static void test_stored_rows_of_postgresql(void **state)
{
    (void)state;
    const struct instance inst = {.backend = &backend_postgres};
    struct table by_card = seen, by_both = seen;
    by_card.nkeys = 1;
    by_both.nkeys = 2;
    double more = backend_postgres.stored_row(&inst, &by_both) - backend_postgres.stored_row(&inst, &by_card);
    assert_float_equal(more, 8 / 0.9, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tables),        cmocka_unit_test(test_types),
        cmocka_unit_test(test_point),         cmocka_unit_test(test_multi),
        cmocka_unit_test(test_cross),         cmocka_unit_test(test_function),
        cmocka_unit_test(test_procedure),     cmocka_unit_test(test_names_follow_the_text),
        cmocka_unit_test(test_many_runs),     cmocka_unit_test(test_numeric_both_ways),
        cmocka_unit_test(test_numeric_bytes), cmocka_unit_test(test_other_values_both_ways),
        cmocka_unit_test(test_stored_rows_of_postgresql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
