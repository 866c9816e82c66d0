/* json_values.c - every type through attributes (DynamoDB) and plain JSON (Cosmos DB), and back: the same
 * value, bit for bit. */
#include "config.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "backends/http/json_values.h"

#define TEXT(S) {.u.s = {S, sizeof(S) - 1}}

struct sample {
    struct type type;
    struct value value;
    const char *attribute, *plain;                    /* the text that must come out */
};

static const struct sample samples[] = {
    {{TYPE_BOOL}, {.u.i = 1}, "{\"BOOL\":true}", "true"},
    {{TYPE_BOOL}, {.u.i = 0}, "{\"BOOL\":false}", "false"},
    {{TYPE_INT}, {.u.i = -2147483648LL}, "{\"N\":\"-2147483648\"}", "-2147483648"},
    {{TYPE_BIGINT}, {.u.i = 9007199254740992}, "{\"N\":\"9007199254740992\"}", "9007199254740992"},
    {{TYPE_BIGINT}, {.u.i = 9007199254740993}, "{\"N\":\"9007199254740993\"}", "\"9007199254740993\""},
    {{TYPE_BIGINT}, {.u.i = INT64_MIN}, "{\"N\":\"-9223372036854775808\"}", "\"-9223372036854775808\""},
    {{TYPE_DOUBLE}, {.u.d = 0.1}, "{\"N\":\"0.1\"}", "0.1"},
    {{TYPE_DOUBLE}, {.u.d = 12.345678901234567}, NULL, NULL},
    {{TYPE_DOUBLE}, {.u.d = -1e-100}, NULL, NULL},
    {{TYPE_DOUBLE}, {.u.d = 1.7976931348623157e100}, NULL, NULL},
    {{TYPE_FLOAT}, {.u.d = 0.100000001490116119384765625}, "{\"N\":\"0.1\"}", "0.1"},
    {{TYPE_DECIMAL, 9, 6}, {.u.dec = 123456}, "{\"N\":\"0.123456\"}", "0.123456"},
    {{TYPE_DECIMAL, 15, 2}, {.u.dec = -999999999999999}, "{\"N\":\"-9999999999999.99\"}",
     "-9999999999999.99"},
    {{TYPE_DECIMAL, 20, 0}, {.u.dec = (wkl_i128)INT64_MAX * 10}, "{\"N\":\"92233720368547758070\"}",
     "\"92233720368547758070\""},
    {{TYPE_CHAR, 4}, TEXT("9f3a"), "{\"S\":\"9f3a\"}", "\"9f3a\""},
    {{TYPE_STRING}, TEXT("a \"b\"\\\n\x01 \xc3\xa9"), "{\"S\":\"a \\\"b\\\"\\\\\\u000a\\u0001 \xc3\xa9\"}",
     NULL},
    {{TYPE_STRING}, TEXT(""), "{\"S\":\"\"}", "\"\""},
    {{TYPE_JSON}, TEXT("{\"x\": [1, 2]}"), "{\"S\":\"{\\\"x\\\": [1, 2]}\"}", NULL},
    {{TYPE_BYTES, 8}, TEXT("\x00\x01\xff"), "{\"B\":\"AAH/\"}", "\"AAH/\""},
    {{TYPE_BYTES, 8}, TEXT("\x00"), "{\"B\":\"AA==\"}", "\"AA==\""},
    {{TYPE_BYTES, 8}, TEXT(""), "{\"B\":\"\"}", "\"\""},
    {{TYPE_UUID}, TEXT("0f8fad5b-d9cb-469f-a165-70867728950e"),
     "{\"S\":\"0f8fad5b-d9cb-469f-a165-70867728950e\"}", NULL},
    {{TYPE_DATE}, {.u.i = 20484}, "{\"S\":\"2026-01-31\"}", "\"2026-01-31\""},
    {{TYPE_TIMESTAMP}, {.u.i = -1}, "{\"S\":\"1969-12-31T23:59:59.999999Z\"}", NULL},
};

static void check_back(const struct sample *s, const char *text, bool attribute)
{
    struct value back;
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    bool read = attribute ? json_read_attribute(s->type, json, &back) : json_read_plain(s->type, json, &back);
    if (!read || !value_equal(s->type, &s->value, &back))
        fail_msg("%s does not come back", text);
    cJSON_Delete(json);
}

static void there_and_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct buf attribute = {0}, plain = {0};
        json_put_attribute(&attribute, samples[i].type, &samples[i].value, false);
        json_put_plain(&plain, samples[i].type, &samples[i].value);
        if (samples[i].attribute)
            assert_string_equal(attribute.data, samples[i].attribute);
        if (samples[i].plain)
            assert_string_equal(plain.data, samples[i].plain);
        check_back(&samples[i], attribute.data, true);
        check_back(&samples[i], plain.data, false);
        buf_release(&attribute);
        buf_release(&plain);
    }
}

/* The services write a number in their own way: 1.500 comes back as 1.5, 1e20 with all its digits. */
static void other_spellings(void **state)
{
    (void)state;
    static const struct { struct type type; struct value value; const char *text; } cases[] = {
        {{TYPE_DECIMAL, 9, 6}, {.u.dec = 500000}, "{\"N\":\"0.5\"}"},
        {{TYPE_DECIMAL, 9, 6}, {.u.dec = 0}, "{\"N\":\"0\"}"},
        {{TYPE_DECIMAL, 9, 6}, {.u.dec = 12000000}, "{\"N\":\"12\"}"},
        {{TYPE_DOUBLE}, {.u.d = 1e20}, "{\"N\":\"100000000000000000000\"}"},
        {{TYPE_DOUBLE}, {.u.d = 1e-7}, "{\"N\":\"0.0000001\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_back(&(struct sample){.type = cases[i].type, .value = cases[i].value}, cases[i].text, true);
}

static void nulls(void **state)
{
    (void)state;
    struct value v;
    cJSON *json = cJSON_Parse("{\"NULL\":true}"), *null = cJSON_Parse("null");
    assert_true(json_read_attribute((struct type){TYPE_INT}, NULL, &v) && v.null);
    assert_true(json_read_attribute((struct type){TYPE_INT}, json, &v) && v.null);
    assert_true(json_read_plain((struct type){TYPE_INT}, NULL, &v) && v.null);
    assert_true(json_read_plain((struct type){TYPE_INT}, null, &v) && v.null);
    cJSON_Delete(json);
    cJSON_Delete(null);
}

static void not_of_the_type(void **state)
{
    (void)state;
    static const struct { struct type type; const char *text; } attributes[] = {
        {{TYPE_INT}, "{\"S\":\"x\"}"}, {{TYPE_INT}, "{\"N\":\"1.5\"}"}, {{TYPE_INT}, "{\"BOOL\":true}"},
        {{TYPE_INT}, "{}"},
        {{TYPE_BYTES, 4}, "{\"B\":\"A\"}"}, {{TYPE_BYTES, 4}, "{\"B\":\"!!!!\"}"},
        {{TYPE_DATE}, "{\"S\":\"yesterday\"}"},
        {{TYPE_STRING}, "{\"L\":[]}"},
    }, plains[] = {
        {{TYPE_INT}, "1.5"}, {{TYPE_INT}, "\"x\""}, {{TYPE_BIGINT}, "1e300"}, {{TYPE_STRING}, "1"},
        {{TYPE_INT}, "true"},
        {{TYPE_INT}, "[]"}, {{TYPE_DATE}, "1"},
        {{TYPE_DECIMAL, 12, 2}, "1000.004"}, {{TYPE_DECIMAL, 12, 2}, "1e20"}, {{TYPE_DECIMAL, 5, 0}, "0.1"},
    };
    struct value v;
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        cJSON *json = cJSON_Parse(attributes[i].text);
        if (json_read_attribute(attributes[i].type, json, &v))
            fail_msg("%s was taken", attributes[i].text);
        cJSON_Delete(json);
    }
    for (size_t i = 0; i < sizeof plains / sizeof *plains; i++) {
        cJSON *json = cJSON_Parse(plains[i].text);
        if (json_read_plain(plains[i].type, json, &v))
            fail_msg("%s was taken", plains[i].text);
        cJSON_Delete(json);
    }
}

/* A key may be a string, a number or binary: never BOOL. */
static void key_tags(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_int_equal(json_attribute_tag((struct type){TYPE_BOOL}, true), 'S');
    assert_int_equal(json_attribute_tag((struct type){TYPE_BIGINT}, true), 'N');
    assert_int_equal(json_attribute_tag((struct type){TYPE_BYTES, 4}, true), 'B');
    assert_int_equal(json_attribute_tag((struct type){TYPE_UUID}, true), 'S');
    struct value v = {.u.i = 1};
    json_put_attribute(&b, (struct type){TYPE_BOOL}, &v, true);
    check_back(&(struct sample){.type = {TYPE_BOOL}, .value = v}, b.data, true);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back), cmocka_unit_test(other_spellings), cmocka_unit_test(nulls),
            cmocka_unit_test(not_of_the_type),
        cmocka_unit_test(key_tags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
