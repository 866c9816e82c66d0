/* pack.c - packing by limits alone: how many requests, how full, what falls back to what. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

/* A workload by numbers: `tables` tables in families of `family`, spread over `entities` keys of `keys`
 * each. */
struct sizes { uint32_t tables, family, entities, keys; };

static const struct ir_query *query_of(struct arena *a, struct sizes s)
{
    struct keyspace *spaces = arena_array(a, struct keyspace, s.entities);
    struct column *column = arena_new(a, struct column);
    struct ir_key *keys = arena_array(a, struct ir_key, s.entities);
    struct ir_target *targets = arena_array(a, struct ir_target, s.tables);
    struct ir_op *op = arena_new(a, struct ir_op);
    struct ir_query *q = arena_new(a, struct ir_query);
    uint32_t *columns = arena_array(a, uint32_t, 1);
    *column = (struct column){.name = "id", .type = {.kind = TYPE_BIGINT}, .source = COLUMN_KEY};
    for (uint32_t e = 0; e < s.entities; e++) {
        spaces[e] = (struct keyspace){.name = arena_printf(a, "e%u", e), .key = *column, .count = 1000};
        keys[e] = (struct ir_key){&spaces[e], s.keys, e * s.keys};
    }
    for (uint32_t t = 0; t < s.tables; t++) {
        struct table *table = arena_new(a, struct table);
        uint32_t e = t % s.entities;
        *table = (struct table){.name = arena_printf(a, "t%u", t), .family = arena_printf(a, "f%u", t / s.family), .id = t,
                                .keyspace = &spaces[e], .columns = column, .ncolumns = 1, .nkeys = 1,
                                .rows = 600};
        targets[t] = (struct ir_target){table, e, columns, 1};
    }
    *op = (struct ir_op){.kind = IR_GET, .targets = targets, .ntargets = s.tables};
    *q = (struct ir_query){.name = "q", .keys = keys, .nkeys = s.entities, .nregisters = s.entities * s.keys, .ops = op, .nops = 1};
    return q;
}

static const struct caps sql = {.can[IR_GET] = {{"point"}, {"multi"}, {"union"}, {"procedure"}}};
static const struct caps sqlite = {
    .can[IR_GET] = {{"point"}, {"multi"}, {"union"}, {.lacks = "no procedures"}}};
static const struct caps dynamo = {.can[IR_GET] = {{"GetItem"}, {"BatchGetItem", .keys = 100},
                                                   {"BatchGetItem", .keys = 100}, {.lacks = "no procedures"}},
                                   .fan_out = 32};
static const struct caps documents = {
    .can[IR_GET] = {{"read"}, {"query"}, {.lacks = "no request crosses"}, {.lacks = "no request crosses"}},
    .fan_out = 64};

static void limit_all(struct caps *caps, struct can limits)
{
    for (int w = WIDTH_KEYS; w < WIDTHS; w++) {
        limits.as = caps->can[IR_GET][w].as;
        limits.lacks = caps->can[IR_GET][w].lacks;
        caps->can[IR_GET][w] = limits;
    }
}

static struct plan pack(struct arena *a, const struct caps *caps, struct sizes s, enum strategy_kind kind,
                        uint32_t parallel)
{
    struct strategy *strategy = arena_new(a, struct strategy);
    struct plan p;
    *strategy = (struct strategy){kind, parallel, "x"};
    pack_query(a, caps, query_of(a, s), strategy, &p);
    return p;
}

/* Every (table, key) pair of the query stands in exactly one request. */
static void assert_whole(const struct plan *p, struct sizes s)
{
    static unsigned char seen[1000][100];
    memset(seen, 0, sizeof seen);
    uint32_t pairs = 0;
    for (uint32_t r = 0; r < p->nrequests; r++)
        for (uint32_t i = 0; i < p->requests[r].nsteps; i++) {
            const struct step *step = &p->requests[r].steps[i];
            for (uint32_t k = 0; k < step->nkeys; k++, pairs++)
                assert_int_equal(seen[step->table->id][(step->first + k) % s.keys]++, 0);
        }
    assert_int_equal(pairs, s.tables * s.keys);
}

/* The fraud workload's shape: 10 groups of 3 tables by 3 entities, one key each. */
static const struct sizes fraud = {30, 3, 3, 1};

static void test_fraud_is_30_10_3_1(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    struct sizes by_family = {30, 30, 1, 1};          /* 10 of (family, key): the family's tables of one
                                                         entity together */
    const struct { const struct caps *caps; enum strategy_kind kind; uint32_t requests; enum width width; } cases[] = {
        {&sql, STRATEGY_SINGLE, 30, WIDTH_ONE},       {&sql, STRATEGY_BATCH, 30, WIDTH_ONE},
        {&sql, STRATEGY_BINPACKED_ENTITY, 3, WIDTH_PROCEDURE}, {&sql, STRATEGY_BINPACKED, 1, WIDTH_PROCEDURE},
        {&sqlite, STRATEGY_BINPACKED, 1, WIDTH_TABLES},  {&dynamo, STRATEGY_BINPACKED, 1, WIDTH_TABLES},
        {&documents, STRATEGY_BINPACKED, 30, WIDTH_ONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plan p = pack(&a, cases[i].caps, fraud, cases[i].kind, 1);
        assert_int_equal(p.nrequests, cases[i].requests);
        assert_int_equal(p.requests[0].width, cases[i].width);
        assert_whole(&p, fraud);
    }
    struct plan p = pack(&a, &sql, by_family, STRATEGY_BATCH_FAMILY, 1);
    assert_int_equal(p.nrequests, 1);
    assert_int_equal(p.requests[0].width, WIDTH_TABLES);
    arena_release(&a);
}

static void test_limits_cut_into_the_fewest_balanced_requests(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    const struct { struct sizes shape; uint32_t requests, least, most;
    } cases[] = {
        {{120, 120, 1, 1}, 2, 60, 60}, {{5, 5, 1, 25}, 2, 62, 63},  {{30, 3, 3, 25}, 8, 93, 94},
        {{100, 1, 1, 1}, 1, 100, 100}, {{101, 1, 1, 1}, 2, 50, 51},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plan p = pack(&a, &dynamo, cases[i].shape, STRATEGY_BINPACKED, 1);
        assert_int_equal(p.nrequests, cases[i].requests);
        assert_int_equal(p.ngroups, 1);
        assert_whole(&p, cases[i].shape);
        for (uint32_t r = 0; r < p.nrequests; r++) {
            assert_in_range(p.requests[r].nkeys, cases[i].least, cases[i].most);
            assert_int_equal(p.requests[r].group, 0);
        }
    }
    arena_release(&a);
}

static void test_one_table_over_the_limit(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    struct sizes s = {1, 1, 1, 99};
    struct caps narrow = dynamo;
    limit_all(&narrow, (struct can){.keys = 10});
    struct plan p = pack(&a, &narrow, s, STRATEGY_BATCH, 1);
    assert_int_equal(p.nrequests, 10);
    assert_whole(&p, s);
    arena_release(&a);
}

static void test_tables_and_parameters_are_limits_too(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    struct sizes s = {30, 3, 3, 2};
    struct caps narrow = sql;
    limit_all(&narrow, (struct can){.tables = 8});
    struct plan p = pack(&a, &narrow, s, STRATEGY_BINPACKED, 1);
    for (uint32_t r = 0; r < p.nrequests; r++)
        assert_in_range(p.requests[r].nsteps, 1, 8);
    assert_int_equal(p.nrequests, 4);
    assert_whole(&p, s);
    narrow = sqlite;
    limit_all(&narrow, (struct can){.params = 7});
    p = pack(&a, &narrow, s, STRATEGY_BINPACKED, 1);
    for (uint32_t r = 0; r < p.nrequests; r++)
        assert_in_range(p.requests[r].nkeys, 1, 7);
    assert_whole(&p, s);
    arena_release(&a);
}

static void test_a_fall_back_is_said(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    struct plan p = pack(&a, &sqlite, fraud, STRATEGY_BINPACKED, 1);
    assert_int_equal(p.nnotes, 1);
    assert_string_equal(p.notes[0], "no procedures: 'x' is sent as union");
    p = pack(&a, &documents, fraud, STRATEGY_BINPACKED_ENTITY, 1);
    assert_int_equal(p.nnotes, 1);
    assert_int_equal(p.ngroups, 3);
    assert_int_equal(p.group_max, 10);
    assert_int_equal(p.fan_out, 10);
    assert_int_equal(p.in_flight, 1);
    p = pack(&a, &sql, fraud, STRATEGY_BINPACKED, 1);
    assert_int_equal(p.nnotes, 0);
    arena_release(&a);
}

static void test_parallel(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    assert_int_equal(pack(&a, &sql, fraud, STRATEGY_SINGLE, 1).in_flight, 1);
    assert_int_equal(pack(&a, &sql, fraud, STRATEGY_SINGLE, 4).in_flight, 4);
    assert_int_equal(pack(&a, &sql, fraud, STRATEGY_SINGLE, 0).in_flight, 30);
    assert_int_equal(pack(&a, &sql, fraud, STRATEGY_BINPACKED, 8).in_flight, 1);
    arena_release(&a);
}

static void test_a_table_asked_for_twice_is_read_once(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a);
    struct ir_query q = *query_of(&a, (struct sizes){1, 1, 1, 1});
    const uint32_t first[] = {0, 3}, second[] = {0, 2, 5};
    struct ir_target *targets = arena_array(&a, struct ir_target, 2);
    targets[0] = (struct ir_target){q.ops[0].targets[0].table, 0, first, 2};
    targets[1] = (struct ir_target){q.ops[0].targets[0].table, 0, second, 3};
    struct ir_op op = {.kind = IR_GET, .targets = targets, .ntargets = 2};
    struct strategy s = {STRATEGY_SINGLE, 1, "single"};
    struct plan p;
    q.ops = &op;
    pack_query(&a, &sql, &q, &s, &p);
    assert_int_equal(p.nrequests, 1);
    const uint32_t both[] = {0, 2, 3, 5};
    assert_int_equal(p.requests[0].steps[0].ncolumns, 4);
    assert_memory_equal(p.requests[0].steps[0].columns, both, sizeof both);
    arena_release(&a);
}

/* Two tables of two whose rows of a key are all asked for, by three keys each. */
static struct plan pack_rows(struct arena *a, const struct caps *caps, enum strategy_kind kind,
                             uint32_t tables)
{
    struct ir_query q = *query_of(a, (struct sizes){tables, tables, 1, 3});
    struct strategy *s = arena_new(a, struct strategy);
    struct plan p;
    for (uint32_t t = 0; t < tables && t < 2; t++) {
        struct table *table = (struct table *)q.ops[0].targets[t].table;
        table->per_key_hi = 5;
        table->nkeys = 2;
    }
    *s = (struct strategy){kind, 1, "x"};
    pack_query(a, caps, &q, s, &p);
    return p;
}

static void test_rows_of_a_key_that_go_alone(void **state)
{
    (void)state;
    struct arena a;
    struct caps caps = dynamo;
    arena_init(&a);
    caps.keys[IR_GET].by = BY_PREFIX;
    caps.keys[IR_GET].rows_as = "Query";
    caps.keys[IR_GET].rows_alone = "whole keys only";
    struct plan p = pack_rows(&a, &caps, STRATEGY_BATCH, 4);
    assert_int_equal(p.ngroups, 4);
    assert_int_equal(p.nrequests, 3 + 3 + 1 + 1);
    assert_whole(&p, (struct sizes){4, 4, 1, 3});
    assert_int_equal(p.fan_out, 3);
    assert_string_equal(plan_request_name(&caps, &p.requests[0]), "Query");
    assert_string_equal(plan_request_name(&caps, &p.requests[7]), "BatchGetItem");
    assert_int_equal(p.nnotes, 1);
    assert_string_equal(p.notes[0], "whole keys only: 'x' is a Query for each key");
    caps.fan_out = 4;
    p = pack_rows(&a, &caps, STRATEGY_BINPACKED, 4);
    assert_int_equal(p.ngroups, 1);
    assert_int_equal(p.nrequests, 6 + 1);
    assert_int_equal(p.fan_out, 4);
    assert_int_equal(p.requests[6].nsteps, 2);
    assert_int_equal(p.nnotes, 2);
    p = pack_rows(&a, &caps, STRATEGY_BINPACKED, 2);   /* nothing is left for the wide request, which is not
                                                          said to be lacking */
    assert_int_equal(p.nrequests, 6);
    assert_int_equal(p.nnotes, 1);
    p = pack_rows(&a, &caps, STRATEGY_SINGLE, 2);
    assert_int_equal(p.nnotes, 0);
    caps.keys[IR_GET].rows_alone = NULL;                           /* only the name of what asks for one key is another */
    p = pack_rows(&a, &caps, STRATEGY_BATCH, 2);
    assert_int_equal(p.nrequests, 2);
    assert_int_equal(p.requests[0].width, WIDTH_KEYS);
    arena_release(&a);
}

static void an_operation_is_asked_of_a_backend_that_has_it(void **state)
{
    static const struct caps none = {.can[IR_SCAN] = {{"scan"}}};
    struct arena a;
    struct buf words = {0};
    const struct table *table;
    (void)state;
    arena_init(&a);
    const struct ir_query *q = query_of(&a, (struct sizes){1, 1, 1, 1});
    assert_null(plan_cannot(&sql, q, &table));
    assert_ptr_equal(plan_cannot(&none, q, &table), &q->ops[0]);
    assert_true(plan_put_cannot(&words, &none, q, true));
    assert_string_equal(buf_text(&words), "'get' in query 'q' cannot be run yet: it has no such request");
    buf_release(&words);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_operation_is_asked_of_a_backend_that_has_it),
        cmocka_unit_test(test_fraud_is_30_10_3_1),
            cmocka_unit_test(test_limits_cut_into_the_fewest_balanced_requests),
        cmocka_unit_test(test_one_table_over_the_limit),
        cmocka_unit_test(test_tables_and_parameters_are_limits_too),
        cmocka_unit_test(test_a_fall_back_is_said), cmocka_unit_test(test_parallel),
        cmocka_unit_test(test_a_table_asked_for_twice_is_read_once),
        cmocka_unit_test(test_rows_of_a_key_that_go_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
