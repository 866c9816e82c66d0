/* print.c - what is printed for DynamoDB: commands for its own tool, and bare JSON. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include "backends/dynamodb/dynamodb.h"
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
    assert_text(&b, "aws dynamodb create-table --cli-input-json '" TABLE_JSON "\"BillingMode\":\"PAY_PER_REQUEST\"}'\n");
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
    assert_text(&b, "aws dynamodb get-item --cli-input-json '{\"TableName\":\"rates_30d\",\"Key\":{\"hash_key\":"
                    "{\"S\":\"it'\\''s \\\"x\\\"\"}},"
                    "\"ProjectionExpression\":\"#0,#1\",\"ExpressionAttributeNames\":{\"#0\":\"hash_key\",\"#1\":\"rate\"},"
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
    struct step steps[] = {{&fixture_tables[0], fixture_all, FIXTURE_COLUMNS, 0, 2}, {&fixture_tables[1], fixture_some, 2, 0, 1}};
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
    assert_text(&b, "{\"hash_key\":{\"S\":\"00ff\"},\"count\":{\"N\":\"-3\"},\"rate\":{\"N\":\"0.500000\"},"
                    "\"seen\":{\"S\":\"1970-01-01T00:00:00.000001Z\"},\"id\":{\"N\":\"9223372036854775807\"}}");
}

/* 600 of 1000 keys have a row of one 4 KB step: every key costs a step, there or not; half of it where reads are eventual. */
static void units(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    arena_init(&arena);
    struct step steps[] = {{&fixture_tables[0], fixture_all, FIXTURE_COLUMNS, 0, 25}, {&fixture_tables[1], fixture_some, 2, 0, 25}};
    struct request r = fixture_request(&inst, &arena, WIDTH_TABLES, steps, 2);
    assert_true(backend_dynamodb.model_units(&inst, &r) == 25);
    fixture_set(&inst, "consistency", "strong");
    assert_true(backend_dynamodb.model_units(&inst, &r) == 50);
    static const struct column wide[] = {FIXTURE_KEY, {.name = "raw", .type = {.kind = TYPE_BYTES, .n = 5000},
                                                       .source = COLUMN_RANDOM, .gen = {.kind = GEN_HEX, .lo = 5000, .hi = 5000}}};
    struct table big = fixture_tables[0];
    big.columns = wide;
    big.ncolumns = 2;
    struct step step = {&big, fixture_all, 2, 0, 10};
    r = fixture_request(&inst, &arena, WIDTH_KEYS, &step, 1);
    assert_true(backend_dynamodb.model_units(&inst, &r) == 10 * (0.6 * 2 + 0.4));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables), cmocka_unit_test(quotes), cmocka_unit_test(across_tables), cmocka_unit_test(items),
        cmocka_unit_test(units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
