/* pricing.c - what stands in for a service and what is one, what is stored there, and which prices a block
 * takes. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "backends/instances.h"
#include "backends/pricing.h"
#include "backends/stand_in.h"

struct bench {
    struct arena arena;
    struct diags diags;
    struct instances list;
};

/* The instances that settings give: "name", "value", … of one block of that kind; the diagnostics' first
 * message, or "". */
static const char *make(struct bench *x, const char *kind, const char *const *settings)
{
    static const struct data data = {1};
    struct ir_setting list[8] = {{0}};
    struct ir_backend block = {.kind = kind, .name = "one", .settings = list};
    struct ir ir = {.backends = &block, .nbackends = 1};
    struct error err = {0};
    arena_init(&x->arena);
    diags_init(&x->diags, &x->arena);
    diags_add_source(&x->diags, "one.wkl", "", 0);
    for (; settings[2 * block.nsettings]; block.nsettings++)
        list[block.nsettings] = (struct ir_setting){.name = settings[2 * block.nsettings],
                                                    .text = settings[2 * block.nsettings + 1]};
    instances_make(&x->list, &x->arena, &ir, &data, &(struct instances_options){"one", false}, &x->diags,
                   &err);
    return x->diags.records.count ? x->diags.records.items[0].message : "";
}

static const struct instance *only(struct bench *x)
{
    assert_int_equal(x->list.items.count, 1);
    return x->list.items.items[0];
}

static void stand_ins_are_told_from_services(void **state)
{
    static const struct { const char *kind, *setting, *value; bool stand_in; } cases[] = {
        {"dynamodb", "region", "us-east-1", false},
        {"dynamodb", "endpoint", "https://dynamodb.eu-west-1.amazonaws.com", false},
        {"dynamodb", "endpoint", "http://127.0.0.1:8000", true},
        {"dynamodb", "endpoint", "http://dynalite.test:4567", true},
        {"dynamodb", "endpoint", "dynamodb.cn-north-1.amazonaws.com.cn", false},
        {"dynamodb", "endpoint", "https://dynamodb.us-east-1.api.aws:443/", false},
        {"dynamodb", "endpoint", "https://amazonaws.com.emulator.test", true},
        {"dynamodb", "endpoint", "https://notamazonaws.com", true},
        {"dynamodb", "endpoint", "https://emulator.test/amazonaws.com", true},
        {"cosmosdb", "uri", "AccountEndpoint=https://emulator.test;AccountKey=documents.azure.com;", true},
        {"cosmosdb", "uri", "AccountEndpoint=https://documents.azure.emulator.test:8081/;AccountKey=x;",
         true},
        {"cosmosdb", "uri", "AccountEndpoint=https://Mine.Documents.Azure.CN:443/;AccountKey=x;", false},
        {"cosmosdb", "uri", "AccountEndpoint=https://mine.documents.azure.com:443/;AccountKey=x;", false},
        {"cosmosdb", "uri", "AccountEndpoint=https://localhost:8081/;AccountKey=x;", true},
        {"lakebase", "host", "ep-x.database.us-east-1.cloud.databricks.com", false},
        {"lakebase", "host", "/var/run/postgresql", true},
        {"lakebase", "uri", "postgresql://me:secret@localhost:5432/db", true},
        {"lakebase", "uri", "postgresql://me:localhost@db.test/db", false},
        {"aurora_mysql", "socket", "/run/mysqld/mysqld.sock", true},
        {"sqlite", "path", "bench.db", false},                /* embedded: it is what it is */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench x;
        assert_string_equal(
            make(&x, cases[i].kind, (const char *const[]){cases[i].setting, cases[i].value, NULL}), "");
        if (stand_in_is(only(&x)) != cases[i].stand_in)
            fail_msg("%s %s", cases[i].kind, cases[i].value);
        arena_release(&x.arena);
    }
    (void)state;
}

/* The variable of all services of AWS is where requests go too. */
static void variables_lead_to_stand_ins(void **state)
{
    static const struct { const char *url, *endpoint; bool stand_in; } cases[] = {
        {"http://127.0.0.1:8000", NULL, true}, {"http://localstack.test:4566", NULL, true},
        {"http://127.0.0.1:8000", "https://dynamodb.eu-west-1.amazonaws.com", false}, {"", NULL, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench x;
        setenv("AWS_ENDPOINT_URL", cases[i].url, 1);
        assert_string_equal(make(&x, "dynamodb", (const char *const[]){"endpoint",
            cases[i].endpoint ? cases[i].endpoint : "", NULL}), "");
        assert_int_equal(stand_in_is(only(&x)), cases[i].stand_in);
        arena_release(&x.arena);
    }
    unsetenv("AWS_ENDPOINT_URL");
    (void)state;
}

static void the_address_that_is_used_decides(void **state)
{
    static const struct { const char *kind, *settings[5]; bool stand_in; } cases[] = {
        {"lakebase", {"uri", "postgresql://me@localhost/db", "host", "db.test", NULL}, false},
        {"lakebase", {"uri", "postgresql://me@db.test/db", "host", "localhost", NULL}, true},
        {"cosmosdb", {"uri", "AccountEndpoint=https://mine.documents.azure.com/;AccountKey=x;", "endpoint",
                      "https://localhost:8081", NULL}, false},
        {"aurora_mysql", {"uri", "mysql:///db", "socket", "/run/mysqld/mysqld.sock", NULL}, true},
        {"aurora_mysql", {"host", "db.test", "socket", "/run/mysqld/mysqld.sock", NULL}, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench x;
        assert_string_equal(make(&x, cases[i].kind, cases[i].settings), "");
        if (stand_in_is(only(&x)) != cases[i].stand_in)
            fail_msg("%s %s", cases[i].kind, cases[i].settings[1]);
        arena_release(&x.arena);
    }
    (void)state;
}

static void a_stand_in_has_a_place(void **state)
{
    static const struct { const char *kind, *setting, *value, *place; } cases[] = {
        {"dynamodb", "endpoint", "http://127.0.0.1:8000", "this machine"},
        {"dynamodb", "endpoint", "http://dynamo.ci:8000", "dynamo.ci"},
        {"cosmosdb", "uri", "AccountEndpoint=https://cosmos.test:8081/;AccountKey=x;", "cosmos.test"},
        {"lakebase", "uri", "host=localhost port=5432 dbname=x", "this machine"},
        {"lakebase", "uri", "host=db.test port=5432 dbname=localhost", ""},
        {"lakebase", "uri", "postgresql://me:secret@[::1]:5432/db", "this machine"},
        {"lakebase", "uri", "postgresql://me:a,b@localhost:5432,other.test/db", "this machine"},
        {"lakebase", "host", "db.test", ""},                  /* somebody's server: what it is cannot be told
                                                                 from here */
        {"aurora_mysql", "socket", "/run/mysqld/mysqld.sock", "this machine"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench x;
        struct buf place = {0};
        assert_string_equal(
            make(&x, cases[i].kind, (const char *const[]){cases[i].setting, cases[i].value, NULL}), "");
        assert_int_equal(stand_in_put_place(only(&x), &place), *cases[i].place != 0);
        assert_string_equal(buf_text(&place), cases[i].place);
        buf_release(&place);
        arena_release(&x.arena);
    }
    (void)state;
}

static void blocks_choose_their_prices(void **state)
{
    static const struct { const char *kind; const char *settings[5], *service, *mode, *message; } cases[] = {
        {"dynamodb", {NULL}, "dynamodb", "on_demand", ""},
        {"dynamodb", {"billing", "provisioned"}, "dynamodb", "provisioned", ""},
        {"dynamodb", {"prices", "none"}, "none", NULL, ""},
        {"dynamodb", {"hourly", "0.5"}, "self_hosted", "hourly", ""},                /* its own `billing` is not that of a server */
        {"aurora_mysql", {NULL}, "aurora", "instance", ""},
        {"lakebase", {"prices", "aurora", "billing", "serverless"}, "aurora", "serverless", ""},
        {"memory", {NULL}, "none", NULL, ""},
        {"lakebase", {"billing", "on_demand"}, NULL, NULL,
         "one: there is no billing 'on_demand' for lakebase"},
        {"lakebase", {"prices", "lakebse"}, NULL, NULL, "one: there are no prices 'lakebse'"},
        {"memory", {"prices", "dynamodb"}, NULL, NULL,
         "one: what memory consumes is not what dynamodb charges for"},
        {"dynamodb", {"prices", "cosmosdb"}, NULL, NULL,
         "one: what dynamodb consumes is not what cosmosdb charges for"},
        {"lakebase", {"regions", "2"}, NULL, NULL, "one: 'regions' means nothing where lakebase is paid"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench x;
        assert_string_equal(make(&x, cases[i].kind, cases[i].settings), cases[i].message);
        if (cases[i].service) {
            const struct billing_terms *t = &only(&x)->billing.terms;
            assert_string_equal(t->service, cases[i].service);
            assert_true(!t->mode == !cases[i].mode);
            if (t->mode)
                assert_string_equal(t->mode, cases[i].mode);
        }
        arena_release(&x.arena);
    }
    (void)state;
}

/* 600 rows of a key of 16 characters and a whole number of 8 bytes. */
static void what_is_stored(void **state)
{
    static const struct keyspace users = {
        .name = "user",
        .count = 1000,
        .key = {.name = "id", .type = {.kind = TYPE_CHAR, .n = 16}, .gen = {.kind = GEN_HEX}}};
    static const struct column columns[] = {
        {.name = "id", .type = {.kind = TYPE_CHAR, .n = 16}, .source = COLUMN_KEY},
        {.name = "n", .type = {.kind = TYPE_BIGINT}, .source = COLUMN_RANDOM,
         .gen = {.kind = GEN_UNIFORM, .hi = 9}},
    };
    static const struct table table = {
        .name = "t", .keyspace = &users, .columns = columns, .ncolumns = 2, .nkeys = 1, .rows = 600};
    static const struct ir ir = {.tables = &table, .ntables = 1};
    double values = data_row_bytes(&table);
    static const struct { const char *kind; double beside, share; } cases[] = {
        {"dynamodb", 3 + 100, 1}, {"cosmosdb", 3 + 2 * 4 + 250, 1}, {"aurora_mysql", 18, 0.9375},
        {"lakebase", 28 + (12 + 16) / 0.9, 1}, {"sqlite", 0, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench x;
        assert_string_equal(make(&x, cases[i].kind, (const char *const[]){NULL}), "");
        double found = pricing_stored_bytes(only(&x), &ir),
               expected = 600 * (values + cases[i].beside) / cases[i].share;
        if (fabs(found - expected) > 1e-6)
            fail_msg("%s: %g, expected %g", cases[i].kind, found, expected);
        arena_release(&x.arena);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_lead_to_stand_ins), cmocka_unit_test(the_address_that_is_used_decides),
        cmocka_unit_test(a_stand_in_has_a_place),
        cmocka_unit_test(stand_ins_are_told_from_services), cmocka_unit_test(blocks_choose_their_prices),
        cmocka_unit_test(what_is_stored),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
