/* print.c - what is printed for Cosmos DB, how keys become ids, and the authorization against Microsoft's
 * published vector. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cjson/cJSON.h>

#include "backends/cosmosdb/cosmosdb.h"
#if HAVE_CURL
#include "backends/cosmosdb/client.h"
#include "base/base64.h"
#endif
#include "backends/http/tests/fixture.h"

static void assert_text(struct buf *got, const char *wanted)
{
    assert_string_equal(buf_text(got), wanted);
    buf_release(got);
}

#define HEAD "x-ms-version: 2018-12-31\nx-ms-date: {{date}}\nauthorization: {{authorization}}\n"

static void tables(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_cosmosdb);
    struct buf b = {0};
    backend_cosmosdb.print_table(&inst, &fixture_tables[0], &b);
    assert_text(&b, "### rates_30d\nPOST /dbs/wkl/colls HTTP/1.1\n" HEAD "content-type: application/json\n\n"
                    "{\"id\":\"rates_30d\",\"partitionKey\":{\"paths\":[\"/hash_key\"],\"kind\":\"Hash\",\"version\":2},\"indexingPolicy\":"
                    "{\"indexingMode\":\"consistent\",\"automatic\":true,\"includedPaths\":[{\"path\":\"/hash_key/?\"}],"
                    "\"excludedPaths\":[{\"path\":\"/*\"}]}}\n");
}

static void requests(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_cosmosdb);
    struct arena arena;
    arena_init(&arena);
    fixture_set(&inst, "database", "bench");
    struct step point = {&fixture_tables[0], fixture_all, FIXTURE_COLUMNS, 1, 1},
                multi = {&fixture_tables[1], fixture_some, 2, 0, 2};
    struct value keys[] = {fixture_text("a\"b"), fixture_text("c/d")};
    struct buf b = {0};
    struct request r = fixture_request(&inst, &arena, WIDTH_ONE, &point, 1);
    backend_cosmosdb.print_request(&inst, &r, keys, &b);
    assert_text(&b, "GET /dbs/bench/colls/rates_30d/docs/c~2Fd HTTP/1.1\n" HEAD
                    "x-ms-documentdb-query-enablecrosspartition: True\n"
                    "x-ms-documentdb-partitionkey: [\"c/d\"]\n\n");
    assert_string_equal(r.text, "GET /dbs/bench/colls/rates_30d/docs/<k1>");
    r = fixture_request(&inst, &arena, WIDTH_KEYS, &multi, 1);
    backend_cosmosdb.print_request(&inst, &r, keys, &b);
    assert_text(&b, "POST /dbs/bench/colls/rates_90d/docs HTTP/1.1\n" HEAD
                    "x-ms-documentdb-query-enablecrosspartition: True\n"
                    "x-ms-documentdb-isquery: True\ncontent-type: application/query+json\n\n"
                    "{\"query\":\"SELECT c[\\\"hash_key\\\"], c[\\\"rate\\\"] "
                    "FROM c WHERE c[\\\"hash_key\\\"] IN (@k0, @k1)\",\"parameters\":"
                    "[{\"name\":\"@k0\",\"value\":\"a\\\"b\"},{\"name\":\"@k1\",\"value\":\"c/d\"}]}\n");
    cJSON *json = cJSON_Parse(r.text);
    assert_non_null(json);
    cJSON_Delete(json);
    arena_release(&arena);
}

static void ids(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"9f3a-00", "9f3a-00"}, {"a/b\\c?d#e", "a~2Fb~5Cc~3Fd~23e"},
        {"~", "~7E"},           {"a b%", "a~20b~25"},
        {"\xc3\xa9", "~C3~A9"}, {"a~b", "a~7Eb"},
    };
    struct type text = {.kind = TYPE_STRING};
    struct buf b = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value v = fixture_text(cases[i][0]);
        cosmosdb_put_id(&b, text, &v);
        assert_text(&b, cases[i][1]);
    }
    struct value number = {.u.i = -12};
    cosmosdb_put_id(&b, (struct type){.kind = TYPE_BIGINT}, &number);
    assert_text(&b, "-12");
    cosmosdb_put_partition(&b, (struct type){.kind = TYPE_BIGINT}, &number);
    assert_text(&b, "[-12]");
    struct value far = {.u.i = INT64_MAX}, word = fixture_text("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
    cosmosdb_put_partition(&b, (struct type){.kind = TYPE_BIGINT}, &far);
    assert_text(&b, "[\"9223372036854775807\"]");
    cosmosdb_put_partition(&b, text, &word);
    assert_text(&b, "[\"\\u00e9 \\u20ac \\ud83d\\ude00\"]");
}

static void documents(void **state)
{
    (void)state;
    struct value row[FIXTURE_COLUMNS] = {
        fixture_text("00ff"),     {.u.i = -3},    {.u.dec = 500000}, {.u.i = 1},
        {.u.i = (1LL << 53) + 1}, {.null = true},
    };
    struct buf b = {0};
    cosmosdb_put_document(&fixture_tables[0], row, &b);
    assert_text(&b, "{\"id\":\"00ff\",\"hash_key\":\"00ff\",\"count\":-3,\"rate\":0.500000,\"seen\":\"1970-"
                    "01-01T00:00:00.000001Z\","
                    "\"c_id\":\"9007199254740993\",\"ok\":null}");
}

/* No two columns share a property, and none takes one of the service's own. */
static void properties(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"x", "x"},       {"id", "c_id"}, {"c_id", "c_c_id"},
                                           {"_ts", "c__ts"}, {"c_", "c_c_"}, {"at", "at"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf b = {0};
        struct column column = {.name = cases[i][0]};
        cosmosdb_put_property(&b, &column);
        assert_text(&b, cases[i][1]);
    }
}

/* What tells the rows of a key apart is their id, within the key's partition. */
static void several_rows_a_key(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_cosmosdb);
    struct arena arena;
    struct value row[FIXTURE_SALES_COLUMNS] = {
        fixture_text("00ff"), {.u.i = 1}, {.u.i = -7}, {.u.dec = 500000}};
    struct buf b = {0};
    cosmosdb_put_document(&fixture_sales, row, &b);
    assert_text(&b, "{\"id\":\"1970-01-02|-7\",\"hash_key\":\"00ff\",\"day\":\"1970-01-02\",\"place\":-7,"
                    "\"rate\":0.500000}");
    cosmosdb_put_document(&fixture_days, row, &b);
    assert_text(&b, "{\"id\":\"1970-01-02\",\"hash_key\":\"00ff\",\"day\":\"1970-01-02\",\"place\":-7,"
                    "\"rate\":0.500000}");
    arena_init(&arena);
    struct step step = {&fixture_sales, fixture_some, 2, 0, 1};
    struct request r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    struct value keys[] = {fixture_text("a\"b"), fixture_text("c/d")};
    backend_cosmosdb.print_request(&inst, &r, keys, &b);
    assert_text(&b, "POST /dbs/wkl/colls/sales/docs HTTP/1.1\n" HEAD
                    "x-ms-documentdb-partitionkey: [\"a\\\"b\"]\n"
                    "x-ms-documentdb-isquery: True\ncontent-type: application/query+json\n\n"
                    "{\"query\":\"SELECT c[\\\"hash_key\\\"], c[\\\"place\\\"] FROM c WHERE "
                    "c[\\\"hash_key\\\"] = @k0\",\"parameters\":"
                    "[{\"name\":\"@k0\",\"value\":\"a\\\"b\"}]}\n");
    r.expected.rows = 2;
    assert_true(backend_cosmosdb.model_units(&inst, &r) == 2.3);
    r.expected.rows = 100;                            /* by the documents that it brings */
    assert_true(backend_cosmosdb.model_units(&inst, &r) == 27);
    step.nkeys = 2;
    r = fixture_request(&inst, &arena, WIDTH_KEYS, &step, 1);
    backend_cosmosdb.print_request(&inst, &r, keys, &b);
    assert_non_null(strstr(buf_text(&b), "x-ms-documentdb-query-enablecrosspartition: True\n"));
    assert_non_null(strstr(buf_text(&b), " IN (@k0, @k1)"));
    buf_release(&b);
    arena_release(&arena);
}

/* Texts with a bar, and what may be taken for one, make other ids. */
static void ids_of_rows_differ(void **state)
{
    (void)state;
    static const char *const texts[][2] = {{"a|b", "c"},   {"a", "b|c"},  {"a~7Cb", "c"},
                                           {"a", "b~7Cc"}, {"a|", "b|c"}, {"", "a|b|c"}};
    static const struct column columns[] = {FIXTURE_KEY,
                                            {.name = "x", .type = {.kind = TYPE_STRING}},
                                            {.name = "y", .type = {.kind = TYPE_STRING}}};
    static const struct table t = {.columns = columns, .ncolumns = 3, .nkeys = 3};
    enum { TEXTS = sizeof texts / sizeof *texts };
    struct buf ids[TEXTS] = {{0}};
    for (int i = 0; i < TEXTS; i++) {
        const struct value row[] = {fixture_text("k"), fixture_text(texts[i][0]), fixture_text(texts[i][1])};
        cosmosdb_put_document(&t, row, &ids[i]);
        ids[i].data[strcspn(ids[i].data, ",")] = 0;
        for (int j = 0; j < i; j++)
            assert_string_not_equal(ids[i].data, ids[j].data);
    }
    for (int i = 0; i < TEXTS; i++)
        buf_release(&ids[i]);
}

static void units(void **state)
{
    (void)state;
    assert_true(cosmosdb_read_units(10) == 1);
    assert_true(cosmosdb_read_units(1024) == 1);
    assert_true(cosmosdb_read_units(4 * 1024) == 1.14);
    assert_true(cosmosdb_read_units(3 * 1024) > 1.089 && cosmosdb_read_units(3 * 1024) < 1.091);
    assert_true(cosmosdb_read_units(2048 * 1024) == 291.8);
    assert_true(cosmosdb_read_units(4096 * 1024) > 580);
    assert_true(cosmosdb_query_units(25, 500) == 6.75);
    assert_true(cosmosdb_query_units(2, 500) == 2.3);
    struct instance inst = fixture_instance(&backend_cosmosdb);
    struct arena arena;
    arena_init(&arena);
    struct step step = {&fixture_tables[0], fixture_all, FIXTURE_COLUMNS, 0, 1};
    struct request r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    assert_true(backend_cosmosdb.model_units(&inst, &r) == 1);
    fixture_set(&inst, "consistency", "strong");
    assert_true(backend_cosmosdb.model_units(&inst, &r) == 2);
    arena_release(&arena);
}

static void patches(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_cosmosdb);
    struct arena arena;
    arena_init(&arena);
    struct buf b = {0};
    struct request r = fixture_update(&inst, &arena, &fixture_rewrite);
    backend_cosmosdb.print_request(&inst, &r, fixture_written, &b);
#define SET(PROPERTY, VALUE) "{\"op\":\"set\",\"path\":\"/" PROPERTY "\",\"value\":" VALUE "}"
    assert_text(&b, "PATCH /dbs/wkl/colls/profiles/docs/it's~20~22x~22 HTTP/1.1\n" HEAD
                    "x-ms-documentdb-partitionkey: [\"it's \\\"x\\\"\"]\ncontent-type: application/json\n\n"
                    "{\"operations\":[" SET("name", "\"a\\\\b \\\"\303\251\\\" \360\237\230\200\\u000a'\"") ","
                    SET("raw", "\"AAH+/w==\"") "," SET("c_id", "\"-9223372036854775808\"") ","
                    SET("amount", "\"123456789012345.6789\"") "," SET("seen", "\"1970-01-01T00:00:00.000001Z\"") ","
                    SET("ok", "true") "," SET("x", "0.1") "," SET("wkl_v", "\"9223372036854775807\"") "]}\n");
    r = fixture_update(&inst, &arena, &fixture_rank);
    backend_cosmosdb.print_request(&inst, &r, fixture_ranked, &b);
    assert_non_null(strstr(buf_text(&b), "{\"operations\":[" SET("rank", "null") "," SET("wkl_v2", "65") "]}\n"));
    buf_release(&b);
    assert_string_equal(r.text, "PATCH /dbs/wkl/colls/profiles/docs/<k0> {\"operations\":[" SET("rank", "\"<k1>\"")
                                "," SET("wkl_v2", "\"<k2>\"") "]}");
    /* 600 of 1000 keys have a document below 1 KB; the others are looked for. Levels are for reads. */
    assert_float_equal(backend_cosmosdb.model_units(&inst, &r), 0.6 * 2 * 4.95 + 0.4, 1e-9);
    fixture_set(&inst, "consistency", "strong");
    assert_float_equal(backend_cosmosdb.model_units(&inst, &r), 0.6 * 2 * 4.95 + 0.4, 1e-9);
    assert_true(cosmosdb_write_units(10) == 4.95 && cosmosdb_write_units(2048) == 6.29);
    assert_true(cosmosdb_write_units(4 << 20) > 2499);
    arena_release(&arena);
}

static void upserts_and_deletes(void **state)
{
    (void)state;
    struct instance inst = fixture_instance(&backend_cosmosdb);
    struct arena arena;
    arena_init(&arena);
    struct buf b = {0};
    struct request r = fixture_write(&inst, &arena, IR_PUT, &fixture_rank);
    backend_cosmosdb.print_request(&inst, &r, fixture_ranked, &b);
    assert_text(&b, "POST /dbs/wkl/colls/profiles/docs HTTP/1.1\n" HEAD
                    "x-ms-documentdb-partitionkey: [\"aa\"]\nx-ms-documentdb-is-upsert: True\ncontent-type: application/json\n\n"
                    "{\"id\":\"aa\",\"hash_key\":\"aa\",\"rank\":null,\"wkl_v2\":65}\n");
    assert_string_equal(r.text, "POST /dbs/wkl/colls/profiles/docs {\"id\":\"<k0>\",\"hash_key\":\"<k0>\",\"rank\":\"<k1>\",\"wkl_v2\":\"<k2>\"}");
    assert_float_equal(backend_cosmosdb.model_units(&inst, &r), 0.6 * 2 * 4.95 + 0.4 * 4.95, 1e-9);
    r = fixture_write(&inst, &arena, IR_DELETE, &fixture_remove);
    backend_cosmosdb.print_request(&inst, &r, fixture_ranked, &b);
    assert_text(&b, "DELETE /dbs/wkl/colls/profiles/docs/aa HTTP/1.1\n" HEAD "x-ms-documentdb-partitionkey: [\"aa\"]\n\n");
    assert_string_equal(r.text, "DELETE /dbs/wkl/colls/profiles/docs/<k0>");
    assert_float_equal(backend_cosmosdb.model_units(&inst, &r), 0.6 * 4.95 + 0.4, 1e-9);
    static const struct keyspace whole = {.table = &fixture_sales, .count = 1200};
    static const struct column_set rate = {.column = 3};
    const struct step sale = {.table = &fixture_sales, .nkeys = 1, .keyspace = &whole, .sets = &rate, .nsets = 1, .written = 3};
    const struct value keys[] = {fixture_text("00ff"), {.u.i = 1}, {.u.i = -7}, {.u.dec = 500000}};
    r = fixture_write(&inst, &arena, IR_PUT, &sale);
    backend_cosmosdb.print_request(&inst, &r, keys, &b);
    assert_non_null(strstr(buf_text(&b), "{\"id\":\"1970-01-02|-7\",\"hash_key\":\"00ff\",\"day\":\"1970-01-02\",\"place\":-7,\"rate\":0.500000}\n"));
    buf_release(&b);
    arena_release(&arena);
}

static void promises(void **state)
{
    (void)state;
    static const struct { const char *level; enum promise promise; } cases[] = {
        {NULL, PROMISE_EVENTUAL}, {"eventual", PROMISE_EVENTUAL}, {"prefix", PROMISE_EVENTUAL},
        {"bounded", PROMISE_EVENTUAL}, {"session", PROMISE_SESSION}, {"strong", PROMISE_LATEST},
    };
    struct instance inst = fixture_instance(&backend_cosmosdb);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_set(&inst, "consistency", cases[i].level);
        assert_int_equal(backend_cosmosdb.promise(&inst, false), cases[i].promise);
    }
}

#if HAVE_CURL
/* https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources */
static void published_authorization(void **state)
{
    (void)state;
    char key[] = "dsZQi3KtZmCv1ljt3VNWNm7sQUF1y5rJfC6kv5JiwvW0EndXdDku/dkKBp8/ufDToSxLzR4y+O/0H/t4bQtVNw==";
    size_t n = strlen(key);
    struct buf b = {0};
    assert_true(base64_read(key, &n));
    assert_int_equal(n, 64);
    cosmosdb_put_authorization(key, n, "GET", "dbs", "dbs/ToDoList", "Thu, 27 Apr 2017 00:51:12 GMT", &b);
    assert_text(&b, "type%3Dmaster%26ver%3D1.0%26sig%3Dc09PEVJrgp2uQRkr934kFbTqhByc7TVr3OHyqlu%2Bc%2Bc%3D");
    char date[COSMOSDB_DATE];
    cosmosdb_date(1493254272, date);
    assert_string_equal(date, "Thu, 27 Apr 2017 00:51:12 GMT");
}

static int try_account(const char *uri, const char *endpoint, const char *key, struct cosmosdb_client *c,
                       struct error *err)
{
    struct instance inst = fixture_instance(&backend_cosmosdb);
    fixture_set(&inst, "uri", uri);
    fixture_set(&inst, "endpoint", endpoint);
    fixture_set(&inst, "key", key);
    *err = (struct error){0};
    return cosmosdb_client_init(c, &inst, err);
}

static void accounts(void **state)
{
    (void)state;
    struct cosmosdb_client c;
    struct error err;
    assert_int_equal(try_account("AccountEndpoint=https://x.documents.azure.com:443/;AccountKey=c2VjcmV0cw==;", NULL, NULL, &c, &err), 0);
    assert_string_equal(c.url.data, "https://x.documents.azure.com:443/");
    assert_int_equal(c.key_size, 7);
    assert_memory_equal(c.key, "secrets", 7);
    cosmosdb_client_release(&c);
    assert_int_equal(try_account(NULL, "http://127.0.0.1:1", "c2VjcmV0cw==", &c, &err), 0);
    assert_string_equal(c.url.data, "http://127.0.0.1:1/");
    cosmosdb_client_release(&c);
    assert_int_equal(try_account("AccountEndpoint=https://x/", NULL, NULL, &c, &err), ERR_USAGE);
    cosmosdb_client_release(&c);
    assert_int_equal(try_account(NULL, "http://x", "no base64!", &c, &err), ERR_USAGE);
    assert_null(strstr(err.text, "no base64!"));      /* a secret, even a wrong one, is not repeated */
    cosmosdb_client_release(&c);
    assert_int_equal(try_account(NULL, NULL, NULL, &c, &err), ERR_USAGE);
    assert_non_null(strstr(err.text, "COSMOS_CONNECTION_STRING"));
    cosmosdb_client_release(&c);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables), cmocka_unit_test(requests), cmocka_unit_test(ids),
            cmocka_unit_test(documents),
        cmocka_unit_test(properties), cmocka_unit_test(units), cmocka_unit_test(several_rows_a_key),
        cmocka_unit_test(ids_of_rows_differ), cmocka_unit_test(patches), cmocka_unit_test(upserts_and_deletes), cmocka_unit_test(promises),
#if HAVE_CURL
        cmocka_unit_test(published_authorization), cmocka_unit_test(accounts),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
