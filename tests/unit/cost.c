/* cost.c - price tables are read or refused by their line, and the sums over them come out to the cent. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cost/billing.h"
#include "stdlib/stdlib.h"

static void near(double found, double expected)
{
    if (fabs(found - expected) > 1e-9 * fmax(1, fabs(expected)))
        fail_msg("%.12g, expected %.12g", found, expected);
}

/* ---- tables ---- */

/* What reading gives: "" where it is fine, else "line:column message => hint" of each mistake. */
static const char *read_table(struct arena *a, const char *text, struct prices *prices)
{
    struct diags diags;
    const char *said = "";
    diags_init(&diags, a);
    bool good = prices_read(prices, a, &diags,
                            diags_add_source(&diags, "p.csv", text, (uint32_t)strlen(text)), "dynamodb");
    assert_int_equal(good, diags.errors == 0);
    for (size_t i = 0; i < diags.records.count; i++) {
        const struct diag *d = &diags.records.items[i];
        uint32_t line, column;
        diags_locate(&diags, d->span, &line, &column);
        assert_string_equal(d->code, "E0715");
        said = arena_printf(a, "%s%s%u:%u %s%s%s", said, *said ? "\n" : "", line, column, d->message,
                            d->hint ? " => " : "", d->hint ? d->hint : "");
    }
    return said;
}

static void tables_are_read(void **state)
{
    struct arena a;
    struct prices prices = {0};
    arena_init(&a);
    assert_string_equal(read_table(&a,
                                   "# mine\n\nusd, item ,per,date,source,note\r\n0.1,read_request_unit,million,2026-01-31,\"a, \"\"b\"\"\",x\n"
                                       "2,instance db.x1,hour,2026-01-31", &prices), "");
    assert_int_equal(prices.rows.count, 2);
    const struct price *p = prices_find(&prices, "dynamodb", "anywhere", "read_request_unit");
    near(p->usd, 0.1);
    assert_string_equal(p->source, "a, \"b\"");
    assert_string_equal(p->date, "2026-01-31");
    assert_int_equal(p->checked, CHECKED_GIVEN);
    assert_null(p->region);
    assert_null(prices_find(&prices, "aurora", NULL, "instance db.x1"));
    assert_null(prices_find(&prices, "dynamodb", NULL, "instance db.x2"));
    struct buf b = {0};
    price_put_unit(prices_find(&prices, "dynamodb", NULL, "instance db.x1"), &b);
    assert_string_equal(buf_text(&b), "db.x1");
    buf_release(&b);
    arena_release(&a);
    (void)state;
}

static void mistakes_show_their_line(void **state)
{
    static const struct { const char *text, *said; } cases[] = {
        {"", "1:1 the price table is empty => its first line names the columns: service,region,item,usd,per,date,checked,source"},
        {"entity card { }\n",
         "1:1 this is not a price table: it has no column 'item' => its first line names the columns: "
                              "service,region,item,usd,per,date,checked,source"},
        {"item,usd,per,date\nread_request_unt,0.1,million,2026-01-31\nio,1.2.3,million,2026-01-31\nio,,million,2026-13-01\n",
         "2:1 nothing that is called 'read_request_unt' has a price => did you mean 'read_request_unit'?\n"
         "3:4 '1.2.3' is not a price => US dollars, such as 0.125\n"
         "4:1 the price is missing => US dollars, such as 0.125\n"
         "4:13 '2026-13-01' is not a date => the day of the price list, such as 2026-01-31"},
        {"item,usd,per,date,checked\nio,1,GB,2026-01-31,no\nio,-1,million,2026-01-31,maybe\nio,1,hour,,no\n",
         "2:6 'per' cannot be 'GB': expected million, hour or GB-month\n"
         "3:4 '-1' is not a price => US dollars, such as 0.125\n"
         "3:26 'checked' cannot be 'maybe': expected no, others, vendor or given\n"
         "4:6 'io' is sold by the million, not by the hour\n"
         "4:1 the price has no date => the day of the price list, such as 2026-01-31"},
        {"item,usd,per,date\nio,99999999999999999999999999,million,2026-01-31\n",
         "2:4 '99999999999999999999999999' is not a price => US dollars, such as 0.125"},
        {"item,usd,per,date\ninstance,1,hour,2026-01-31\n",
         "2:1 which instance? => its class follows it: instance db.r8g.large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a;
        struct prices prices = {0};
        arena_init(&a);
        assert_string_equal(read_table(&a, cases[i].text, &prices), cases[i].said);
        assert_int_equal(prices.rows.count, 0);
        arena_release(&a);
    }
    (void)state;
}

/* Every built-in price has a place, a date, a source, and says how far it was checked; every way to charge
 * has its prices. */
static void what_is_built_in_is_whole(void **state)
{
    struct arena a;
    struct prices prices = {0};
    const char *mode, *help, *service;
    arena_init(&a);
    prices_add_builtin(&prices, &a);
    assert_true(prices.rows.count > 20);
    for (size_t i = 0; i < prices.rows.count; i++) {
        const struct price *p = &prices.rows.items[i];
        assert_non_null(p->region);
        assert_non_null(p->source);
        assert_int_not_equal(p->checked, CHECKED_GIVEN);
        assert_ptr_equal(prices_find(&prices, p->service, p->region, p->item), p);   /* each once */
    }
    for (uint32_t i = 0; (service = billing_service_at(i, &mode, &help)); i++) {
        struct billing b;
        struct billing_fault fault = {0};
        struct billing_terms terms = {.service = service, .mode = mode, .hourly = 1};
        if (!billing_open(&b, &a, &prices, &terms, &fault))
            fail_msg("%s %s: %s", service, mode, fault.message);
    }
    arena_release(&a);
    (void)state;
}

/* ---- sums ---- */

struct bench { struct arena arena; struct prices prices; };

static void bench_open(struct bench *x, const char *file)
{
    memset(x, 0, sizeof *x);
    arena_init(&x->arena);
    if (file) {
        const char *source = getenv("WKL_SOURCE");
        FILE *f = fopen(arena_printf(&x->arena, "%s/tests/prices/%s", source ? source : ".", file), "r");
        assert_non_null(f);
        char *text = arena_alloc(&x->arena, 65536);
        text[fread(text, 1, 65535, f)] = 0;
        fclose(f);
        assert_string_equal(read_table(&x->arena, text, &x->prices), "");
    } else {
        prices_add_builtin(&x->prices, &x->arena);
    }
}

static struct cost cost_of(struct bench *x, struct billing_terms terms, struct billing_demand demand)
{
    struct billing b;
    struct billing_fault fault = {0};
    struct cost c;
    if (!billing_open(&b, &x->arena, &x->prices, &terms, &fault))
        fail_msg("%s", fault.message);
    billing_cost(&b, &x->arena, &demand, &c);
    return c;
}

static const double million_a_month = 1e6 / COST_SECONDS;

/* 1,000,000 reads, 100,000 writes and 10 GB on DynamoDB; 1000 RU/s, 10 GB and 2 regions on Cosmos DB. */
static void known_sums(void **state)
{
    struct bench x;
    bench_open(&x, "design.csv");
    struct cost c = cost_of(&x, (struct billing_terms){.service = "dynamodb"},
                            (struct billing_demand){.units = {1, 0.1}, .stored_bytes = 10 * COST_GB});
    near(cost_line_month(&c.lines[0], million_a_month), 0.25);
    near(cost_line_month(&c.lines[1], million_a_month), 0.125);
    near(cost_line_month(&c.lines[2], million_a_month), 2.50);
    near(cost_month(&c, COST_SHAPES, million_a_month), 2.875);
    near(cost_month(&c, COST_BY_REQUEST, million_a_month), 0.375);
    double usd = 0;
    assert_true(cost_per_million(&c, 0, &usd));       /* the rate does not matter, and what is stored is not
                                                         in it */
    near(usd, 0.375);
    c = cost_of(&x,
                (struct billing_terms){
                    .service = "cosmosdb", .mode = "provisioned", .throughput = 1000, .regions = 2},
                (struct billing_demand){.units = {.reads = 1}, .stored_bytes = 10 * COST_GB});
    near(cost_month(&c, COST_BY_CAPACITY, 100), 116.80);
    near(cost_month(&c, COST_BY_MONTH, 100), 5.00);
    near(cost_month(&c, COST_SHAPES, 1000), 121.80);
    near(cost_month(&c, COST_SHAPES, 1000.5), 11 * 2 * 0.008 * 730 + 5);      /* the rate needs another 100 RU/s */
    assert_false(cost_per_million(&c, 0, &usd));
    assert_true(cost_per_million(&c, 1000, &usd));
    near(usd, 116.80 / (1000 * COST_SECONDS / 1e6));
    arena_release(&x.arena);
    (void)state;
}

/* Units a second at the price of an hour against units: DynamoDB's break-even is 28.9 % of what is
 * provisioned. */
static void ways_of_dynamodb(void **state)
{
    struct bench x;
    bench_open(&x, NULL);
    struct billing_demand d = {.units = {.reads = 1}, .tables = 1};
    struct cost demand = cost_of(&x, (struct billing_terms){.service = "dynamodb"}, d);
    struct cost provisioned = cost_of(
        &x, (struct billing_terms){.service = "dynamodb", .mode = "provisioned"}, d);
    near(cost_month(&provisioned, COST_SHAPES, 250.5), (251 * 0.00013 + 0.00065) * 730);
    struct cost declared = cost_of(&x, (struct billing_terms){.service = "dynamodb", .mode = "provisioned",
                                                              .read_units = 100, .write_units = 10},
                                   (struct billing_demand){.units = {.reads = 1}, .tables = 3});
    near(cost_month(&declared, COST_SHAPES, 1), (300 * 0.00013 + 30 * 0.00065) * 730);
    double rate = 0;
    bool above = false;
    assert_true(cost_break_even(&demand, &declared, &rate, &above));
    assert_true(above);                               /* below, what is provisioned is mostly idle */
    near(rate, (300 * 0.00013 + 30 * 0.00065) / 3600 / 0.125e-6);
    assert_true(rate < 300);                          /* within what is declared */
    near((0.00013 / 3600) / 0.125e-6, 0.2888888888888889);
    assert_true(cost_break_even(&declared, &demand, &rate, &above));
    assert_false(above);
    assert_false(cost_break_even(&demand, &demand, &rate, &above));
    arena_release(&x.arena);
    (void)state;
}

static void ways_of_cosmosdb(void **state)
{
    struct bench x;
    bench_open(&x, NULL);
    struct billing_demand d = {.units = {.reads = 2}, .stored_bytes = COST_GB};
    struct cost c = cost_of(&x, (struct billing_terms){.service = "cosmosdb"}, d);
    near(cost_month(&c, COST_SHAPES, million_a_month), 2 * 0.25 + 0.25);
    c = cost_of(&x, (struct billing_terms){.service = "cosmosdb", .mode = "provisioned"}, d);
    near(cost_month(&c, COST_BY_CAPACITY, 1), 4 * 0.008 * 730);              /* 400 RU/s at least */
    near(cost_month(&c, COST_BY_CAPACITY, 450), 9 * 0.008 * 730);
    c = cost_of(&x, (struct billing_terms){.service = "cosmosdb", .mode = "autoscale", .throughput = 4000},
                d);
    near(cost_month(&c, COST_BY_CAPACITY, 1), 4 * 1.5 * 0.008 * 730);        /* a tenth of 4000 RU/s */
    near(cost_month(&c, COST_BY_CAPACITY, 450), 9 * 1.5 * 0.008 * 730);
    arena_release(&x.arena);
    (void)state;
}

static void ways_by_the_hour(void **state)
{
    struct bench x;
    double usd = 0;
    bench_open(&x, NULL);
    struct billing_demand d = {.stored_bytes = 100 * COST_GB};
    struct cost c = cost_of(&x, (struct billing_terms){.service = "aurora", .io_per_request = 3}, d);
    near(cost_month(&c, COST_SHAPES, million_a_month), 0.276 * 730 + 3 * 0.20 + 10);
    assert_true(c.assumed);                           /* nobody said what an instance carries */
    assert_false(cost_per_million(&c, 100, &usd));
    c = cost_of(&x, (struct billing_terms){.service = "aurora", .serves = 500, .capacity = 2}, d);
    near(cost_month(&c, COST_BY_CAPACITY, 400), 2 * 0.276 * 730);
    near(cost_month(&c, COST_BY_CAPACITY, 501), 3 * 0.276 * 730);            /* in proportion, whole
                                                                                instances */
    assert_false(c.assumed);
    c = cost_of(&x, (struct billing_terms){.service = "aurora", .mode = "serverless", .capacity = 4},
                (struct billing_demand){.carries = 1000});
    near(cost_month(&c, COST_BY_CAPACITY, 1100), 4.5 * 0.12 * 730);
    assert_int_equal(c.lines[0].basis, COST_MEASURED);
    c = cost_of(
        &x, (struct billing_terms){.service = "lakebase", .capacity = 2, .restore_bytes = 5 * COST_GB}, d);
    near(cost_month(&c, COST_SHAPES, 10), 2 * 0.111 * 730 + 35 + 1);
    c = cost_of(&x, (struct billing_terms){.service = "self_hosted", .hourly = 0.35, .serves = 1000}, d);
    assert_true(cost_per_million(&c, 100, &usd));
    near(usd, 0.35 / 0.36);                           /* an hour has 0.36 million of them */
    c = cost_of(&x, (struct billing_terms){.service = "none"}, d);
    assert_int_equal(c.nlines, 0);
    assert_false(cost_per_million(&c, 100, &usd));
    arena_release(&x.arena);
    (void)state;
}

/* I/O-Optimized pays from I = 0.30 C + 1.25 S on, where C is the compute's and S the storage's price on
 * standard storage. */
static void io_optimized_pays(void **state)
{
    struct bench x;
    double rate = 0;
    bool above = false;
    bench_open(&x, NULL);
    struct billing_demand d = {.stored_bytes = 100 * COST_GB};
    struct cost standard = cost_of(
        &x, (struct billing_terms){.service = "aurora", .mode = "serverless", .io_per_request = 2}, d);
    struct cost optimized = cost_of(
        &x, (struct billing_terms){.service = "aurora", .mode = "serverless_io_optimized"}, d);
    assert_true(cost_break_even(&standard, &optimized, &rate, &above));
    assert_true(above);
    double io = 2 * rate * COST_SECONDS / 1e6 * 0.20, expected = 0.30 * 0.12 * 730 + 1.25 * 10;
    assert_true(fabs(io - expected) < 0.001);
    arena_release(&x.arena);
    (void)state;
}

static void what_is_missing_is_said(void **state)
{
    static const struct { struct billing_terms terms; const char *setting, *message; } cases[] = {
        {{.service = "dynamodb", .mode = "on_deman"}, "billing",
         "there is no billing 'on_deman' for dynamodb"},
        {{.service = "aurora", .instance = "db.huge"}, "instance",
         "there is not a price of 'instance db.huge' for aurora in us-east-1"},
        {{.service = "self_hosted"}, "prices", "what a server costs is missing"},
    };
    struct bench x;
    bench_open(&x, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct billing b;
        struct billing_fault fault = {0};
        assert_false(billing_open(&b, &x.arena, &x.prices, &cases[i].terms, &fault));
        assert_string_equal(fault.setting, cases[i].setting);
        assert_string_equal(fault.message, cases[i].message);
        assert_non_null(fault.hint);
    }
    struct cost c = cost_of(&x, (struct billing_terms){.service = "dynamodb", .region = "mars-1"},
                            (struct billing_demand){.units = {.reads = 1}, .emulated = 3});
    assert_int_equal(c.nnotes, 2);
    assert_string_equal(c.notes[0], "there are no prices of the region 'mars-1': these are of us-east-1");
    arena_release(&x.arena);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read),           cmocka_unit_test(mistakes_show_their_line),
        cmocka_unit_test(what_is_built_in_is_whole), cmocka_unit_test(known_sums),
        cmocka_unit_test(ways_of_dynamodb),          cmocka_unit_test(ways_of_cosmosdb),
        cmocka_unit_test(ways_by_the_hour),          cmocka_unit_test(io_optimized_pays),
        cmocka_unit_test(what_is_missing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
