/* print.c - what is printed for DynamoDB: commands for its own tool, and bare JSON. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include "backends/dynamodb/dynamodb.h"
#include "backends/dynamodb/sort_key.h"
#include "backends/http/tests/fixture.h"

static void assert_text(struct buf *got, const char *wanted)
{
    assert_string_equal(buf_text(got), wanted);
    buf_release(got);
}

#define TABLE_JSON                                                                                                              \
    "{\"TableName\":\"rates_30d\",\"AttributeDefinitions\":[{\"AttributeName\":\"hash_key\",\"AttributeType\":\"S\"}],"         \
    "\"KeySchema\":[{\"AttributeName\":\"hash_key\",\"KeyType\":\"HASH\"}],"

static void tables(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct buf b = {0};
    backend_dynamodb.print_table(&inst, &fixture_tables[0], &b);
    assert_text(&b, "aws dynamodb create-table --cli-input-json '" TABLE_JSON
                    "\"BillingMode\":\"PAY_PER_REQUEST\"}'\n");
    backend_dynamodb.print_table_file(&inst, &fixture_tables[0], &b);
    assert_text(&b, TABLE_JSON "\"BillingMode\":\"PAY_PER_REQUEST\"}\n");
    fixture_set(&inst, "billing", "provisioned");
    fixture_set(&inst, "read_units", "2k");
    backend_dynamodb.print_table_file(&inst, &fixture_tables[0], &b);
    assert_text(&b, TABLE_JSON "\"BillingMode\":\"PROVISIONED\",\"ProvisionedThroughput\":"
                    "{\"ReadCapacityUnits\":2000,\"WriteCapacityUnits\":1}}\n");
}

static void quotes(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    struct step step = {&fixture_tables[0], fixture_some, 2, 0, 1};
    struct request r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    struct value key = fixture_text("it's \"x\"");
    struct buf b = {0};
    backend_dynamodb.print_request(&inst, &r, &key, &b);
    assert_text(&b,
                "aws dynamodb get-item --cli-input-json '{\"TableName\":\"rates_30d\",\"Key\":{\"hash_key\":"
                "{\"S\":\"it'\\''s \\\"x\\\"\"}},"
                "\"ProjectionExpression\":\"#0,#1\",\"ExpressionAttributeNames\":{\"#0\":\"hash_key\",\"#1\":"
                "\"rate\"},"
                "\"ReturnConsumedCapacity\":\"TOTAL\"}'\n");
    arena_release(&arena);
}

static void across_tables(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    fixture_set(&inst, "consistency", "strong");
    fixture_set(&inst, "table_prefix", "x_");
    struct step steps[] = {{&fixture_tables[0], fixture_all, FIXTURE_COLUMNS, 0, 2},
                           {&fixture_tables[1], fixture_some, 2, 0, 1}};
    struct request r = fixture_request(&inst, &arena, WIDTH_TABLES, steps, 2);
    struct value keys[] = {fixture_text("a"), fixture_text("b")};
    struct buf b = {0};
    backend_dynamodb.print_request_file(&inst, &r, keys, &b);
    assert_text(&b, "{\"RequestItems\":{\"x_rates_30d\":{\"Keys\":[{\"hash_key\":{\"S\":\"a\"}},{\"hash_key\":{\"S\":\"b\"}}],"
                    "\"ConsistentRead\":true},\"x_rates_90d\":{\"Keys\":[{\"hash_key\":{\"S\":\"a\"}}],\"ProjectionExpression\":\"#0,#1\","
                    "\"ExpressionAttributeNames\":{\"#0\":\"hash_key\",\"#1\":\"rate\"},\"ConsistentRead\":true}},"
                    "\"ReturnConsumedCapacity\":\"TOTAL\"}\n");
    assert_non_null(strstr(r.text, "{\"hash_key\":{\"S\":\":k1\"}}"));
    cJSON *json = cJSON_Parse(r.text);
    assert_non_null(json);
    cJSON_Delete(json);
    const struct dynamodb_request *l = r.lowered;
    assert_ptr_equal(dynamodb_step_of(l, "x_rates_30d"), &l->steps[0]);
    assert_ptr_equal(dynamodb_step_of(l, "x_rates_90d"), &l->steps[1]);
    assert_null(dynamodb_step_of(l, "rates_90d"));
    arena_release(&arena);
}

static void items(void **state)
{
    (void)state;
    struct value row[FIXTURE_COLUMNS] = {
        fixture_text("00ff"), {.u.i = -3}, {.u.dec = 500000}, {.u.i = 1}, {.u.i = INT64_MAX}, {.null = true},
    };
    struct buf b = {0};
    dynamodb_put_item(&fixture_tables[0], row, &b);
    assert_text(&b,
                "{\"hash_key\":{\"S\":\"00ff\"},\"count\":{\"N\":\"-3\"},\"rate\":{\"N\":\"0.500000\"},"
                "\"seen\":{\"S\":\"1970-01-01T00:00:00.000001Z\"},\"id\":{\"N\":\"9223372036854775807\"}}");
}

/* 600 of 1000 keys have a row of one 4 KB step: every key costs a step, there or not; half of it where reads
 * are eventual. */
static void units(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    struct step steps[] = {{&fixture_tables[0], fixture_all, FIXTURE_COLUMNS, 0, 25},
                           {&fixture_tables[1], fixture_some, 2, 0, 25}};
    struct request r = fixture_request(&inst, &arena, WIDTH_TABLES, steps, 2);
    assert_true(backend_dynamodb.model_units(&inst, &r) == 25);
    fixture_set(&inst, "consistency", "strong");
    assert_true(backend_dynamodb.model_units(&inst, &r) == 50);
    static const struct column wide[] = {FIXTURE_KEY, {.name = "raw", .type = {.kind = TYPE_BYTES, .n = 5000},
                                                       .source = COLUMN_RANDOM,
                                                       .gen = {.kind = GEN_HEX, .lo = 5000, .hi = 5000}}};
    struct table big = fixture_tables[0];
    big.columns = wide;
    big.ncolumns = 2;
    struct step step = {&big, fixture_all, 2, 0, 10};
    r = fixture_request(&inst, &arena, WIDTH_KEYS, &step, 1);
    assert_true(backend_dynamodb.model_units(&inst, &r) == 10 * (0.6 * 2 + 0.4));
    arena_release(&arena);
}

/* ---- several rows a key ---- */

static void sort_keys(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct buf b = {0};
    backend_dynamodb.print_table_file(&inst, &fixture_days, &b);
    assert_text(&b, "{\"TableName\":\"days\",\"AttributeDefinitions\":[{\"AttributeName\":\"hash_key\",\"AttributeType\":\"S\"},"
                    "{\"AttributeName\":\"day\",\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\"hash_key\",\"KeyType\":\"HASH\"},"
                    "{\"AttributeName\":\"day\",\"KeyType\":\"RANGE\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}\n");
    backend_dynamodb.print_table_file(&inst, &fixture_sales, &b);
    assert_text(&b, "{\"TableName\":\"sales\",\"AttributeDefinitions\":[{\"AttributeName\":\"hash_key\",\"AttributeType\":\"S\"},"
                    "{\"AttributeName\":\"day#place\",\"AttributeType\":\"S\"}],\"KeySchema\":[{\"AttributeName\":\"hash_key\",\"KeyType\":\"HASH\"},"
                    "{\"AttributeName\":\"day#place\",\"KeyType\":\"RANGE\"}],\"BillingMode\":\"PAY_PER_REQUEST\"}\n");
    struct value row[FIXTURE_SALES_COLUMNS] = {
        fixture_text("00ff"), {.u.i = 1}, {.u.i = -7}, {.u.dec = 500000}};
    dynamodb_put_item(&fixture_sales, row, &b);
    assert_text(&b, "{\"hash_key\":{\"S\":\"00ff\"},\"day\":{\"S\":\"1970-01-02\"},\"place\":{\"N\":\"-7\"},"
                    "\"rate\":{\"N\":\"0.500000\"},"
                    "\"day#place\":{\"S\":\"1970-01-02#09999999993\"}}");
    dynamodb_put_item(&fixture_days, row, &b);
    assert_null(strchr(buf_text(&b), '#'));
    buf_release(&b);
}

/* Values of a type, in their order. */
struct ordered { struct type type; struct value values[6]; uint32_t n; };

/* Any two rows stand as their columns do, one after the other. */
static void sort_keys_keep_the_order(void **state)
{
    (void)state;
    static const struct ordered kinds[] = {
        {{.kind = TYPE_INT}, {{.u.i = INT32_MIN}, {.u.i = -10}, {.u.i = -9}, {.u.i = 0}, {.u.i = 7},
                              {.u.i = INT32_MAX}}, 6},
        {{.kind = TYPE_BIGINT}, {{.u.i = INT64_MIN}, {.u.i = -1}, {.u.i = 0}, {.u.i = INT64_MAX}}, 4},
        {{.kind = TYPE_DECIMAL, .n = 20, .scale = 2}, {{.u.dec = -12345}, {.u.dec = -5}, {.u.dec = 0},
                                                       {.u.dec = 1}, {.u.dec = 99999}}, 5},
        {{.kind = TYPE_DOUBLE}, {{.u.d = -1e300}, {.u.d = -0.5}, {.u.d = -0.25}, {.u.d = 0}, {.u.d = 1e-9},
                                 {.u.d = 3}}, 6},
        {{.kind = TYPE_DATE}, {{.u.i = -1}, {.u.i = 0}, {.u.i = 12000}}, 3},
        {{.kind = TYPE_TIMESTAMP}, {{.u.i = -1}, {.u.i = 0}, {.u.i = 999999}, {.u.i = 1000000}}, 4},
        {{.kind = TYPE_STRING, .n = 9}, {{.u.s = {"a", 1}}, {.u.s = {"a ", 2}}, {.u.s = {"a#", 2}},
                                         {.u.s = {"a$", 2}}, {.u.s = {"aa", 2}},
                                         {.u.s = {"b", 1}}}, 6},
        {{.kind = TYPE_BYTES, .n = 9}, {{.u.s = {"\0", 1}}, {.u.s = {"\0\1", 2}}, {.u.s = {"\377", 1}}}, 3},
        {{.kind = TYPE_BOOL}, {{.u.i = 0}, {.u.i = 1}}, 2},
    };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    struct buf texts[2] = {{0}};
    for (uint32_t a = 0; a < KINDS * KINDS; a++) {
        const struct ordered *x = &kinds[a / KINDS], *y = &kinds[a % KINDS];
        const struct column columns[3] = {
            FIXTURE_KEY, {.name = "x", .type = x->type}, {.name = "y", .type = y->type}};
        const struct table t = {.columns = columns, .ncolumns = 3, .nkeys = 3};
        for (uint32_t i = 0; i < x->n * y->n; i++)
            for (uint32_t j = 0; j <= i; j++) {
                const uint32_t at[2] = {j, i};
                for (int r = 0; r < 2; r++) {
                    const struct value row[3] = {{0}, x->values[at[r] / y->n], y->values[at[r] % y->n]};
                    buf_clear(&texts[r]);
                    sort_key_put(&t, t.nkeys, row, &texts[r]);
                }
                int order = strcmp(buf_text(&texts[0]), buf_text(&texts[1]));
                if (i == j ? order : order >= 0)
                    fail_msg("%s, %s", buf_text(&texts[0]), buf_text(&texts[1]));
            }
    }
    buf_release(&texts[0]);
    buf_release(&texts[1]);
}

static void all_rows_of_a_key(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    struct step step = {&fixture_days, fixture_all, FIXTURE_SALES_COLUMNS, 0, 1};
    struct request r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    struct value key = fixture_text("aa");
    struct buf b = {0};
    backend_dynamodb.print_request(&inst, &r, &key, &b);
    assert_text(&b, "aws dynamodb query --cli-input-json '{\"TableName\":\"days\",\"KeyConditionExpression\":\"#0 = :k\","
                    "\"ExpressionAttributeNames\":{\"#0\":\"hash_key\"},\"ExpressionAttributeValues\":{\":k\":{\"S\":\"aa\"}},"
                    "\"ReturnConsumedCapacity\":\"TOTAL\"}'\n");
    fixture_set(&inst, "consistency", "strong");
    fixture_set(&inst, "page_rows", "7");
    step = (struct step){&fixture_sales, fixture_all, 2, 0, 1};
    r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    backend_dynamodb.print_request_file(&inst, &r, &key, &b);
    assert_text(&b, "{\"TableName\":\"sales\",\"KeyConditionExpression\":\"#0 = :k\",\"ProjectionExpression\":\"#0,#1\","
                    "\"ExpressionAttributeNames\":{\"#0\":\"hash_key\",\"#1\":\"day\"},\"ExpressionAttributeValues\":{\":k\":{\"S\":\"aa\"}},"
                    "\"Limit\":7,\"ConsistentRead\":true,\"ReturnConsumedCapacity\":\"TOTAL\"}\n");
    arena_release(&arena);
}

/* The rows of a key together are rounded up, on each page. 600 of 1000 keys have rows, 0 to 4 of them, each
 * number as often. */
static void units_of_rows(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    fixture_set(&inst, "consistency", "strong");
    struct step step = {&fixture_days, fixture_all, FIXTURE_SALES_COLUMNS, 0, 1};
    struct request r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    assert_true(backend_dynamodb.model_units(&inst, &r) == 1);
    static const struct column wide[] = {FIXTURE_KEY, {.name = "at", .type = {.kind = TYPE_INT},
                                                       .source = COLUMN_KEY},
                                         {.name = "raw", .type = {.kind = TYPE_BYTES, .n = 3000},
                                          .source = COLUMN_RANDOM,
                                          .gen = {.kind = GEN_HEX, .lo = 3000, .hi = 3000}}};
    struct table big = fixture_days;
    big.columns = wide;
    big.ncolumns = 3;
    step = (struct step){&big, fixture_all, 3, 0, 1};
    r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    assert_float_equal(backend_dynamodb.model_units(&inst, &r), 0.6 * (1 + 1 + 2 + 3 + 3) / 5 + 0.4, 1e-9);
    fixture_set(&inst, "page_rows", "2");             /* behind two rows comes another page, if an empty
                                                         one */
    assert_float_equal(backend_dynamodb.model_units(&inst, &r), 0.6 * (1 + 1 + 3 + 3 + 5) / 5 + 0.4, 1e-9);
    arena_release(&arena);
}

/* ---- writes ---- */

#define SET_CLOSE                                                                                          \
    ",\"ConditionExpression\":\"attribute_exists(#k)\",\"ExpressionAttributeNames\":{\"#k\":\"hash_key\","

static void updates(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    struct buf b = {0};
    fixture_set(&inst, "consistency", "strong");      /* of reads */
    struct request r = fixture_update(&inst, &arena, &fixture_rewrite);
    backend_dynamodb.print_request_file(&inst, &r, fixture_written, &b);
    assert_text(&b, "{\"TableName\":\"profiles\",\"Key\":{\"hash_key\":{\"S\":\"it's \\\"x\\\"\"}},"
                    "\"UpdateExpression\":\"SET #0 = :0, #1 = :1, #2 = :2, #3 = :3, #4 = :4, #5 = :5, #6 = :6, #7 = :7\","
                    "\"ExpressionAttributeValues\":{\":0\":{\"S\":\"a\\\\b \\\"\303\251\\\" \360\237\230\200\\u000a'\"},"
                    "\":1\":{\"B\":\"AAH+/w==\"},\":2\":{\"N\":\"-9223372036854775808\"},"
                    "\":3\":{\"N\":\"123456789012345.6789\"},\":4\":{\"S\":\"1970-01-01T00:00:00.000001Z\"},"
                    "\":5\":{\"BOOL\":true},\":6\":{\"N\":\"0.1\"},\":7\":{\"N\":\"9223372036854775807\"}}"
                    SET_CLOSE "\"#0\":\"name\",\"#1\":\"raw\",\"#2\":\"id\",\"#3\":\"amount\",\"#4\":\"seen\","
                    "\"#5\":\"ok\",\"#6\":\"x\",\"#7\":\"wkl_v\"},\"ReturnConsumedCapacity\":\"TOTAL\"}\n");
    assert_non_null(strstr(r.text, "\":5\":{\"BOOL\":\":k6\"},\":6\":{\"N\":\":k7\"},\":7\":{\"N\":\":k8\"}"));
    cJSON *json = cJSON_Parse(r.text);
    assert_non_null(json);
    cJSON_Delete(json);
    r = fixture_update(&inst, &arena, &fixture_rank);       /* NULL is an attribute that is not there */
    backend_dynamodb.print_request(&inst, &r, fixture_ranked, &b);
    assert_text(&b, "aws dynamodb update-item --cli-input-json '{\"TableName\":\"profiles\",\"Key\":{\"hash_key\":"
                    "{\"S\":\"aa\"}},\"UpdateExpression\":\"SET #1 = :1 REMOVE #0\",\"ExpressionAttributeValues\":"
                    "{\":1\":{\"N\":\"65\"}}" SET_CLOSE "\"#0\":\"rank\",\"#1\":\"wkl_v2\"},"
                    "\"ReturnConsumedCapacity\":\"TOTAL\"}'\n");
    arena_release(&arena);
}

/* An item of several key columns has them all, and what they are joined to. */
static void puts_and_deletes(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    struct buf b = {0};
    struct request r = fixture_write(&inst, &arena, IR_PUT, &fixture_rank);
    backend_dynamodb.print_request(&inst, &r, fixture_ranked, &b);
    assert_text(&b, "aws dynamodb put-item --cli-input-json '{\"TableName\":\"profiles\",\"Item\":{\"hash_key\":{\"S\":\"aa\"},"
                    "\"wkl_v2\":{\"N\":\"65\"}},\"ReturnConsumedCapacity\":\"TOTAL\"}'\n");
    assert_string_equal(r.text, "{\"TableName\":\"profiles\",\"Item\":{\"hash_key\":{\"S\":\":k0\"},\"rank\":{\"N\":\":k1\"},"
                                "\"wkl_v2\":{\"N\":\":k2\"}},\"ReturnConsumedCapacity\":\"TOTAL\"}");
    r = fixture_write(&inst, &arena, IR_DELETE, &fixture_remove);
    backend_dynamodb.print_request(&inst, &r, fixture_written, &b);
    assert_text(&b, "aws dynamodb delete-item --cli-input-json '{\"TableName\":\"profiles\",\"Key\":{\"hash_key\":{\"S\":"
                    "\"it'\\''s \\\"x\\\"\"}},\"ConditionExpression\":\"attribute_exists(#k)\","
                    "\"ExpressionAttributeNames\":{\"#k\":\"hash_key\"},\"ReturnConsumedCapacity\":\"TOTAL\"}'\n");
    static const struct keyspace whole = {.table = &fixture_sales, .count = 1200};
    static const struct column_set rate = {.column = 3};
    const struct step sale = {.table = &fixture_sales, .nkeys = 1, .keyspace = &whole, .sets = &rate, .nsets = 1, .written = 3};
    const struct value keys[] = {fixture_text("00ff"), {.u.i = 1}, {.u.i = -7}, {.u.dec = 500000}};
    r = fixture_write(&inst, &arena, IR_PUT, &sale);
    backend_dynamodb.print_request_file(&inst, &r, keys, &b);
    assert_text(&b, "{\"TableName\":\"sales\",\"Item\":{\"hash_key\":{\"S\":\"00ff\"},\"day\":{\"S\":\"1970-01-02\"},"
                    "\"place\":{\"N\":\"-7\"},\"day#place\":{\"S\":\"1970-01-02#09999999993\"},\"rate\":{\"N\":\"0.500000\"}},"
                    "\"ReturnConsumedCapacity\":\"TOTAL\"}\n");
    arena_release(&arena);
}

/* 600 of 1000 keys have an item, whose size after the write counts where it is the larger one; the others cost
 * the least. */
static void units_of_writes(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    static const struct gen texts[] = {{.kind = GEN_TEXT, .lo = 3000, .hi = 3000},
                                       {.kind = GEN_TEXT, .lo = 100, .hi = 100}};
    static const struct column columns[] = {FIXTURE_KEY, {.name = "text", .type = {.kind = TYPE_STRING, .n = 5000},
                                                          .source = COLUMN_RANDOM,
                                                          .gen = {.kind = GEN_TEXT, .lo = 1500, .hi = 1500}}};
    struct table t = fixture_tables[0];
    t.columns = columns;
    t.ncolumns = 2;
    for (int shorter = 0; shorter < 2; shorter++) {
        struct column_set set = {.column = 1, .gen = texts[shorter]};
        struct step step = {.table = &t, .nkeys = 1, .sets = &set, .nsets = 1, .statement = 1, .written = 1};
        struct request r = fixture_update(&inst, &arena, &step);
        assert_float_equal(backend_dynamodb.model_units(&inst, &r), 0.6 * (shorter ? 2 : 3) + 0.4, 1e-9);
        r = fixture_write(&inst, &arena, IR_PUT, &step);     /* a new one has its own size */
        assert_float_equal(backend_dynamodb.model_units(&inst, &r), shorter ? 0.6 * 2 + 0.4 : 3, 1e-9);
        r = fixture_write(&inst, &arena, IR_DELETE, &(struct step){.table = &t, .nkeys = 1});
        assert_float_equal(backend_dynamodb.model_units(&inst, &r), 0.6 * 2 + 0.4, 1e-9);
    }
    arena_release(&arena);
}

/* What looks at rows at rest asks for the latest, however reads are set. */
static void promises(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    assert_int_equal(backend_dynamodb.promise(&inst, false), PROMISE_EVENTUAL);
    assert_int_equal(backend_dynamodb.promise(&inst, true), PROMISE_LATEST);
    struct step step = {&fixture_tables[0], fixture_all, FIXTURE_COLUMNS, 0, 1};
    struct request r = {.steps = &step, .nsteps = 1, .nkeys = 1, .latest = true};
    struct arena arena;
    arena_init(&arena);
    backend_dynamodb.lower(&inst, &arena, &r);
    assert_non_null(strstr(r.text, ",\"ConsistentRead\":true"));
    arena_release(&arena);
    fixture_set(&inst, "consistency", "strong");
    assert_int_equal(backend_dynamodb.promise(&inst, false), PROMISE_LATEST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables), cmocka_unit_test(quotes), cmocka_unit_test(across_tables),
            cmocka_unit_test(items),
        cmocka_unit_test(units), cmocka_unit_test(sort_keys), cmocka_unit_test(sort_keys_keep_the_order),
        cmocka_unit_test(all_rows_of_a_key), cmocka_unit_test(units_of_rows),
        cmocka_unit_test(updates), cmocka_unit_test(puts_and_deletes), cmocka_unit_test(units_of_writes), cmocka_unit_test(promises),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
