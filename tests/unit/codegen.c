/* codegen.c - what a client does by each strategy, as text; which programs the verifier refuses; how a mix
 * chooses. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "vm/codegen.h"

/* ---- workloads by numbers ---- */

/* A query of `tables` tables, one key each, all of one key space with `count` keys. */
static struct ir_query query_of(struct arena *a, const char *name, uint32_t tables, uint32_t keys,
                                uint64_t count)
{
    struct column *column = arena_new(a, struct column);
    struct keyspace *space = arena_new(a, struct keyspace);
    struct ir_key *key = arena_new(a, struct ir_key);
    struct ir_target *targets = arena_array(a, struct ir_target, tables);
    struct ir_op *op = arena_new(a, struct ir_op);
    *column = (struct column){.name = "id", .type = {.kind = TYPE_BIGINT}, .source = COLUMN_KEY};
    *space = (struct keyspace){.name = "e", .key = *column, .count = count};
    *key = (struct ir_key){space, keys, 0};
    for (uint32_t t = 0; t < tables; t++) {
        struct table *table = arena_new(a, struct table);
        *table = (struct table){.name = arena_printf(a, "t%u", t), .family = "f", .id = t, .keyspace = space, .columns = column, .ncolumns = 1,
                                .nkeys = 1, .rows = count};
        targets[t] = (struct ir_target){table, 0, arena_array(a, uint32_t, 1), 1};
    }
    *op = (struct ir_op){.kind = IR_GET, .targets = targets, .ntargets = tables};
    return (struct ir_query){.name = name, .keys = key, .nkeys = 1, .nregisters = keys, .ops = op, .nops = 1};
}

static const struct caps documents = {.can[IR_GET] = {{"read"}, {"query"}}, .fan_out = 3};

/* A run of these queries with these shares, packed and made into code. Returns what codegen_client does. */
static int make(struct arena *a, const struct ir_query *queries, const double *shares, uint32_t n,
                struct strategy strategy, struct program *out, struct error *err)
{
    struct ir_mix *mix = arena_array(a, struct ir_mix, n);
    const struct plan **plans = arena_array(a, const struct plan *, n);
    struct ir_run *run = arena_new(a, struct ir_run);
    struct strategy *s = arena_new(a, struct strategy);
    *s = strategy;
    for (uint32_t i = 0; i < n; i++) {
        struct plan *plan = arena_new(a, struct plan);
        pack_query(a, &documents, &queries[i], s, plan);
        plans[i] = plan;
        mix[i] = (struct ir_mix){&queries[i], shares[i]};
    }
    *run = (struct ir_run){.name = "r", .mix = mix, .nmix = n};
    return codegen_client(a, run, plans, out, err);
}

/* ---- the order of calls ---- */

/* "C W0 C W0": the CALLs and WAITs of a program. */
static void put_calls(const struct program *p, struct buf *b)
{
    for (size_t i = 0; i < p->code.count; i++)
        if (p->code.items[i].op == OP_CALL)
            buf_puts(b, " C");
        else if (p->code.items[i].op == OP_WAIT)
            buf_printf(b, " W%u", p->code.items[i].a);
}

static void calls_and_waits(void **state)
{
    (void)state;
    static const struct { struct strategy strategy; uint32_t tables, keys; const char *calls; } cases[] = {
        {{STRATEGY_SINGLE, 1, "single"}, 4, 1, " C W0 C W0 C W0 C W0"},
        {{STRATEGY_SINGLE, 2, "single parallel 2"}, 4, 1, " C C W1 C W1 C W0"},
        {{STRATEGY_SINGLE, 3, "single parallel 3"}, 4, 1, " C C C W2 C W0"},
        {{STRATEGY_SINGLE, 9, "single parallel 9"}, 4, 1, " C C C C W0"},
        {{STRATEGY_SINGLE, 0, "single parallel all"}, 4, 1, " C C C C W0"},
        {{STRATEGY_BATCH, 1, "batch"}, 2, 25, " C W0 C W0"},
        /* one call of five requests, of which the backend flies three */
        {{STRATEGY_BINPACKED, 1, "binpacked"}, 5, 1, " C C C W2 C W2 C W0"},
        {{STRATEGY_BINPACKED, 1, "binpacked"}, 2, 1, " C C W0"},
        {{STRATEGY_BINPACKED, 1, "binpacked"}, 1, 1, " C W0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a;
        struct program p;
        struct error err = {0};
        struct buf b = {0};
        arena_init(&a);
        struct ir_query q = query_of(&a, "q", cases[i].tables, cases[i].keys, 100);
        assert_int_equal(make(&a, &q, (double[]){1}, 1, cases[i].strategy, &p, &err), 0);
        put_calls(&p, &b);
        assert_string_equal(buf_text(&b), cases[i].calls);
        assert_int_equal(p.code.items[0].op, OP_ARRIVE);
        assert_int_equal(p.code.items[p.code.items[0].a].op, OP_EXIT);
        buf_release(&b);
        arena_release(&a);
    }
}

/* Two families of three tables each: groups of three requests; with two of them in flight, six fly at
 * most. */
static void groups_in_flight(void **state)
{
    (void)state;
    struct arena a;
    struct program p;
    struct error err = {0};
    struct buf b = {0};
    arena_init(&a);
    struct ir_query q = query_of(&a, "q", 9, 1, 100);
    for (uint32_t t = 0; t < 9; t++)
        ((struct table *)q.ops->targets[t].table)->family = arena_printf(&a, "f%u", t / 3);
    assert_int_equal(
        make(&a, &q, (double[]){1}, 1, (struct strategy){STRATEGY_BATCH_FAMILY, 2, "x"}, &p, &err), 0);
    put_calls(&p, &b);
    assert_string_equal(buf_text(&b), " C C C C C C W3 C C C W0");
    buf_release(&b);
    arena_release(&a);
}

/* ---- programs that do not run ---- */

static struct program sound(struct arena *a)
{
    struct program p;
    struct error err = {0};
    struct ir_query *q = arena_new(a, struct ir_query);
    *q = query_of(a, "q", 2, 2, 100);
    assert_int_equal(make(a, q, (double[]){1}, 1, (struct strategy){STRATEGY_SINGLE, 1, "single"}, &p, &err),
                     0);
    assert_int_equal(program_verify(&p, &err), 0);
    return p;
}

static size_t place_of(const struct program *p, enum opcode op)
{
    size_t i = 0;
    while (p->code.items[i].op != op)
        i++;
    return i;
}

static void broken_programs_are_refused(void **state)
{
    (void)state;
    enum { WHOLE, FEW_KEYS, EMPTY, LONGER_REQUEST, OTHER_SPACE, LAST_WAIT };
    static const struct { int how; enum opcode op; struct instr put; const char *words; } cases[] = {
        {WHOLE, OP_WAIT, {OP_COUNT, 0, 0, 0}, "no such instruction"},
        {WHOLE, OP_DRAW, {OP_DRAW, 1, 0, 2}, "no such distribution"},
        {WHOLE, OP_DRAW, {OP_DRAW, 0, 2, 1}, "no such register"},
        {WHOLE, OP_DRAW, {OP_DRAW, 0, 0, 0}, "past the last register"},
        {WHOLE, OP_DRAW, {OP_DRAW, 0, 1, 2}, "past the last register"},
        {WHOLE, OP_DRAW, {OP_DRAW, 0, 0, UINT32_MAX}, "past the last register"},
        {FEW_KEYS, OP_DRAW, {OP_DRAW, 0, 0, 2}, "more distinct keys than the key space has"},
        {WHOLE, OP_CALL, {OP_CALL, 99, 0, 0}, "no such request"},
        {LONGER_REQUEST, OP_CALL, {OP_CALL, 0, 0, 0}, "a request of a query with more keys"},
        {WHOLE, OP_DRAW, {OP_DRAW, 0, 0, 1}, "a key that is not drawn before"},
        {WHOLE, OP_DRAW, {OP_DICE, 0, 0, 0}, "a key that is not drawn before"},
        {WHOLE, OP_WAIT, {OP_CHOOSE, 0, 2, 0}, "a way round without an end"},
        {WHOLE, OP_JUMP, {OP_JUMP, 1000, 0, 0}, "a target outside of the program"},
        {WHOLE, OP_ARRIVE, {OP_ARRIVE, 1000, 0, 0}, "a target outside of the program"},
        {WHOLE, OP_ARRIVE, {OP_ARRIVE, 0, 0, 0}, "a way round without an end"},
        {WHOLE, OP_EXIT, {OP_WAIT, 0, 0, 0}, "a way past the end of the program"},
        {WHOLE, OP_DONE, {OP_QUERY, 7, 0, 0}, "no such query"},
        {EMPTY, OP_EXIT, {OP_EXIT, 0, 0, 0}, "the program is empty"},
        {WHOLE, OP_EXIT, {OP_JUMP, 0, 0, 0}, "a way round without an end"},          /* the run is over, again and again */
        {WHOLE, OP_DONE, {OP_JUMP, 2, 0, 0}, "a way round without an end"},
        {OTHER_SPACE, OP_CALL, {OP_CALL, 0, 0, 0}, "a key that is drawn from another key space"},
        {WHOLE, OP_WAIT, {OP_WAIT, 1, 0, 0}, NULL},                                  /* the last WAIT sees to the first call too */
        {LAST_WAIT, OP_WAIT, {OP_WAIT, 1, 0, 0}, "not while calls may be in flight"},
        {LAST_WAIT, OP_WAIT, {OP_DRAW, 0, 0, 1}, "not while calls may be in flight"},
        {WHOLE, OP_ARRIVE, {OP_DICE, 0, 0, 0}, "a way round without an end"},
        {WHOLE, OP_DONE, {OP_DICE, 0, 0, 0}, "ways in different states"},                 /* the next one begins */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena a;
        struct error err = {0};
        arena_init(&a);
        struct program p = sound(&a);
        size_t at = place_of(&p, cases[i].op);
        if (cases[i].how == LAST_WAIT)
            at = place_of(&p, OP_DONE) - 1;
        p.code.items[at] = cases[i].put;
        if (cases[i].how == FEW_KEYS)
            ((struct keyspace *)p.draws.items[0].keyspace)->count = 1;
        if (cases[i].how == LONGER_REQUEST)
            ((struct request *)p.requests.items[0])->nregisters = 3;
        if (cases[i].how == EMPTY)
            p.code.count = 0;
        if (cases[i].how == OTHER_SPACE) {
            struct keyspace *other = arena_new(&a, struct keyspace);
            *other = *p.draws.items[0].keyspace;
            p.draws.items[0].keyspace = other;
        }
        assert_int_equal(program_verify(&p, &err), cases[i].words ? ERR_USAGE : 0);
        if (cases[i].words && !strstr(err.text, cases[i].words))
            fail_msg("case %zu: %s", i, err.text);
        arena_release(&a);
    }
}

static void too_many_keys_are_said(void **state)
{
    (void)state;
    struct arena a;
    struct program p;
    struct error err = {0};
    arena_init(&a);
    struct ir_query q = query_of(&a, "q", 1, 25, 24);
    assert_int_equal(make(&a, &q, (double[]){1}, 1, (struct strategy){STRATEGY_BATCH, 1, "batch"}, &p, &err),
                     ERR_USAGE);
    assert_non_null(strstr(err.text, "more distinct keys than the key space has"));
    arena_release(&a);
}

/* ---- mixes ---- */

/* The query that a program comes to by this number of the dice. */
static uint32_t chosen(const struct program *p, uint32_t dice)
{
    for (size_t at = 0; ; ) {
        const struct instr *i = &p->code.items[at];
        if (i->op == OP_QUERY)
            return i->a;
        at = i->op == OP_CHOOSE && dice < i->a ? i->b : at + 1;
        assert_true(at < p->code.count);
    }
}

static void a_mix_chooses_by_its_shares(void **state)
{
    (void)state;
    static const double shares[][4] = {
        {0.6, 0.3, 0.1}, {0.05, 0.9, 0.05}, {0.25, 0.25, 0.25, 0.25}, {0.999, 0.0005, 0.0005}, {0, 1, 0}};
    enum { ROLLS = 1 << 16 };
    for (size_t c = 0; c < sizeof shares / sizeof *shares; c++) {
        struct arena a;
        struct program p;
        struct error err = {0};
        uint32_t n = shares[c][3] > 0 ? 4 : 3, hits[4] = {0};
        arena_init(&a);
        struct ir_query queries[4];
        for (uint32_t q = 0; q < n; q++)
            queries[q] = query_of(&a, arena_printf(&a, "q%u", q), q + 1, 1, 100);
        assert_int_equal(
            make(&a, queries, shares[c], n, (struct strategy){STRATEGY_SINGLE, 1, "single"}, &p, &err), 0);
        for (uint32_t i = 0; i < ROLLS; i++)
            hits[chosen(&p, i << 16)]++;
        for (uint32_t q = 0; q < n; q++)
            if (fabs(hits[q] - shares[c][q] * ROLLS) > 1)
                fail_msg("case %zu: query %u is chosen %u times of %d", c, q, hits[q], ROLLS);
        arena_release(&a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_and_waits), cmocka_unit_test(groups_in_flight),
            cmocka_unit_test(broken_programs_are_refused),
        cmocka_unit_test(too_many_keys_are_said), cmocka_unit_test(a_mix_chooses_by_its_shares),
    };
    return cmocka_run_group_tests_name("codegen", tests, NULL, NULL);
}
