/* range.c - the key conditions of Queries: their text, and that they take the rows that a slice means, by
 * trying all rows of small sets. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "backends/dynamodb/dynamodb.h"
#include "backends/dynamodb/sort_key.h"
#include "backends/http/json_values.h"
#include "backends/http/tests/fixture.h"
#include "data/rng.h"
#include "ops/slice.h"

static const uint32_t sale_columns[] = {0, 1, 2, 3};

static struct ir_bound bound_of(uint32_t column, enum compare compare, int64_t v)
{
    return (struct ir_bound){.column = column, .compare = compare, .value = {.u.i = v}};
}

/* What is sent for a step with a slice, from its key condition on. */
static void assert_query(const struct table *t, const struct ir_slice *slice, const char *wanted)
{
    struct instance inst = fixture_instance(&backend_dynamodb);
    struct arena arena;
    struct buf b = {0};
    struct value key = fixture_text("aa");
    struct step step = {.table = t, .columns = sale_columns, .ncolumns = 4, .nkeys = 1, .slice = slice};
    arena_init(&arena);
    struct request r = fixture_request(&inst, &arena, WIDTH_ONE, &step, 1);
    backend_dynamodb.print_request_file(&inst, &r, &key, &b);
    if (!strstr(buf_text(&b), wanted))
        fail_msg("%s\nlacks %s", buf_text(&b), wanted);
    buf_release(&b);
    arena_release(&arena);
}

static void one_sort_column(void **state)
{
    (void)state;
    const struct ir_bound from = bound_of(1, COMPARE_GE, 1), to = bound_of(1, COMPARE_LT, 4),
                          both[] = {from, to};
#define DAYS_OF(CONDITION, VALUES)                                                                                      \
    "\"KeyConditionExpression\":\"#0 = :k AND #s " CONDITION "\",\"ExpressionAttributeNames\":{\"#0\":\"hash_key\","      \
    "\"#s\":\"day\"},\"ExpressionAttributeValues\":{\":k\":{\"S\":\"aa\"}," VALUES "}"
    assert_query(&fixture_days, &(struct ir_slice){&from, 1, 0, false},
                 DAYS_OF(">= :lo", "\":lo\":{\"S\":\"1970-01-02\"}")
                 ",\"ReturnConsumedCapacity\"");
    assert_query(&fixture_days, &(struct ir_slice){&to, 1, 3, true},
                 DAYS_OF("< :hi", "\":hi\":{\"S\":\"1970-01-05\"}") ",\"Limit\":3,\"ScanIndexForward\":false,"
                                                                    "\"ReturnConsumedCapacity\"");
    assert_query(&fixture_days, &(struct ir_slice){both, 2, 2, false}, /* BETWEEN takes its end in: the
                                                                               day before */
                 DAYS_OF("BETWEEN :lo AND :hi",
                         "\":lo\":{\"S\":\"1970-01-02\"},\":hi\":{\"S\":\"1970-01-04\"}") ",\"Limit\":2,");
}

static void joined_sort_columns(void **state)
{
    (void)state;
    const struct ir_bound at[] = {bound_of(1, COMPARE_EQ, 1), bound_of(2, COMPARE_GE, -7)},
                          place = bound_of(2, COMPARE_LE, 7);
    const struct ir_bound after[] = {bound_of(1, COMPARE_GT, 1), place};
#define SALES_OF(CONDITION, FILTER, VALUES)                                                                             \
    "\"KeyConditionExpression\":\"#0 = :k" CONDITION "\"" FILTER ",\"ProjectionExpression\":\"#0,#1,#2,#3\","             \
    "\"ExpressionAttributeNames\":{\"#0\":\"hash_key\",\"#1\":\"day\",\"#2\":\"place\",\"#3\":\"rate\""
    assert_query(&fixture_sales, &(struct ir_slice){at, 1, 0, false},
                 SALES_OF(" AND begins_with(#s, :lo)", "", ""));
    assert_query(&fixture_sales, &(struct ir_slice){at, 1, 0, false},
                 "\"#s\":\"day#place\"},\"ExpressionAttributeValues\":"
                 "{\":k\":{\"S\":\"aa\"},\":lo\":{\"S\":\"1970-01-02#\"}}");
    assert_query(&fixture_sales, &(struct ir_slice){at, 2, 0, false},
                 SALES_OF(" AND #s BETWEEN :lo AND :hi", "", ""));
    assert_query(&fixture_sales, &(struct ir_slice){at, 2, 0, false},
                 "\":lo\":{\"S\":\"1970-01-02#09999999993\"},\":hi\":{\"S\":\"1970-01-02$\"}}");
    /* What is said of a column behind a range is a filter, which a Limit would come before. */
    assert_query(&fixture_sales, &(struct ir_slice){after, 2, 2, false},
                 SALES_OF(" AND #s >= :lo", ",\"FilterExpression\":\"#2 <= :f1\"", ""));
    assert_query(&fixture_sales, &(struct ir_slice){after, 2, 2, false},
                 "\":lo\":{\"S\":\"1970-01-02$\"},\":f1\":{\"N\":\"7\"}},\"ReturnConsumedCapacity\"");
    assert_query(&fixture_sales, &(struct ir_slice){&place, 1, 2, true},
                 SALES_OF("", ",\"FilterExpression\":\"#2 <= :f0\"", ""));
}

/* ---- all rows of small sets ---- */

enum { MOST = 6 };
struct domain { struct type type; struct value values[MOST]; uint32_t n; };
#define TEXT(S) {.u.s = {S, sizeof(S) - 1}}
static const struct domain domains[] = {
    {{.kind = TYPE_INT}, {{.u.i = INT32_MIN}, {.u.i = -10}, {.u.i = -9}, {.u.i = 0}, {.u.i = 7},
                          {.u.i = INT32_MAX}}, 6},
    {{.kind = TYPE_STRING, .n = 9}, {TEXT("a"), TEXT("a\1"), TEXT("a "), TEXT("a$"), TEXT("aa"), TEXT("b")},
     6},
    {{.kind = TYPE_TIMESTAMP}, {{.u.i = -1}, {.u.i = 0}, {.u.i = 1}, {.u.i = 1000000}}, 4},
    {{.kind = TYPE_DOUBLE}, {{.u.d = -1e300}, {.u.d = -0.5}, {.u.d = 0}, {.u.d = 3}}, 4},
    {{.kind = TYPE_DECIMAL, .n = 9, .scale = 2}, {{.u.dec = -5}, {.u.dec = 0}, {.u.dec = 1},
                                                  {.u.dec = 99999}}, 4},
};
enum { DOMAINS = sizeof domains / sizeof *domains, COLUMNS = 4, BOUNDS = 4 };

struct trial {
    struct arena arena;
    const struct domain *of[COLUMNS];
    struct column columns[COLUMNS];
    struct table table, parent;
    struct keyspace space;
    struct step step;
    struct ir_bound bounds[BOUNDS];
    struct ir_slice slice;
    struct key_range range;
    struct value asked[COLUMNS], key[COLUMNS];        /* of the key that is asked for; of a row of its
                                                         partition */
    uint32_t taken;
};

static uint32_t below(uint64_t *state, uint32_t n)
{
    *state = rng_mix(*state, 1);
    return (uint32_t)(*state >> 33) % n;
}

static void make_trial(struct trial *t, uint64_t *state)
{
    static const enum compare compares[] = {COMPARE_LT, COMPARE_LE, COMPARE_EQ, COMPARE_GE, COMPARE_GT};
    static const char *const names[] = {"k", "a", "b", "c"};
    *t = (struct trial){0};
    arena_init(&t->arena);
    uint32_t nkeys = 2 + below(state, 3), bound = 1 + below(state, nkeys - 1),
             nbounds = below(state, BOUNDS + 1);
    for (uint32_t i = 0; i < nkeys; i++) {
        t->of[i] = &domains[below(state, DOMAINS)];
        t->columns[i] = (struct column){.name = names[i], .type = t->of[i]->type, .source = COLUMN_KEY};
        t->asked[i] = t->key[i] = t->of[i]->values[below(state, t->of[i]->n)];
    }
    t->table = (struct table){
        .columns = t->columns, .ncolumns = nkeys, .nkeys = nkeys, .keyspace = &t->space};
    t->parent = (struct table){.columns = t->columns, .ncolumns = bound, .nkeys = bound};
    t->space.table = &t->parent;
    for (uint32_t i = 0; i < nbounds; i++) {
        uint32_t column = bound + below(state, nkeys - bound);
        t->bounds[i] = (struct ir_bound){.column = column, .compare = compares[below(state, 5)],
                                         .value = t->of[column]->values[below(state, t->of[column]->n)]};
    }
    t->slice = (struct ir_slice){t->bounds, nbounds, 3, false};
    t->step = (struct step){
        .table = &t->table, .columns = sale_columns, .ncolumns = nkeys, .nkeys = 1, .slice = &t->slice};
    key_range_make(&t->arena, &t->step, &t->range);
}

/* The text, or the number behind "N". */
static int order_of(const char *a, const char *b)
{
    cJSON *x = cJSON_Parse(a), *y = cJSON_Parse(b);
    const char *p = cJSON_GetStringValue(x->child), *q = cJSON_GetStringValue(y->child);
    double left = strtod(p, NULL), right = strtod(q, NULL);
    int order = !strcmp(x->child->string, "N") ? (left > right) - (left < right) : strcmp(p, q);
    cJSON_Delete(x);
    cJSON_Delete(y);
    return order;
}

/* The attribute of the trial's row, and of an end of the range. */
static void put_row(const struct trial *t, struct buf *b)
{
    struct buf text = {0};
    buf_clear(b);
    if (t->table.nkeys == 2) {
        json_put_attribute(b, t->columns[1].type, &t->key[1], true);
        return;
    }
    sort_key_put(&t->table, t->table.nkeys, t->key, &text);
    buf_puts(b, "{\"S\":");
    buf_put_json(b, buf_text(&text), text.len);
    buf_putc(b, '}');
    buf_release(&text);
}

static void put_end(const struct trial *t, const char *end, struct buf *b)
{
    struct buf text = {0};
    buf_clear(b);
    if (t->table.nkeys == 2) {
        buf_puts(b, end);
        return;
    }
    sort_key_put(&t->table, step_bound(&t->step), t->asked, &text);
    buf_puts(&text, end);
    buf_puts(b, "{\"S\":");
    buf_put_json(b, buf_text(&text), text.len);
    buf_putc(b, '}');
    buf_release(&text);
}

/* As the service judges a row by the condition's words. */
static bool is_within(const struct trial *t)
{
    struct buf row = {0}, lo = {0}, hi = {0};
    const char *c = t->range.condition;
    bool within = true;
    put_row(t, &row);
    if (t->range.lo)
        put_end(t, t->range.lo, &lo);
    if (t->range.hi)
        put_end(t, t->range.hi, &hi);
    int from = t->range.lo ? order_of(buf_text(&row), buf_text(&lo)) : 0;
    int to = t->range.hi ? order_of(buf_text(&row), buf_text(&hi)) : 0;
    if (strstr(c, "begins_with"))
        within = !strncmp(buf_text(&row), buf_text(&lo), lo.len - 2);      /* without the quote and brace
                                                                              behind the text */
    else if (strstr(c, "BETWEEN"))
        within = from >= 0 && to <= 0;
    else if (c[0])
        within = strstr(c, ">=") ? from >= 0 : strstr(c, "<=") ? to <= 0 : strstr(c,
            ">") ? from > 0 : strstr(c, "<") ? to < 0 : !from;
    if (t->range.lo && t->range.hi && order_of(buf_text(&lo), buf_text(&hi)) > 0)
        fail_msg("BETWEEN %s AND %s: refused", buf_text(&lo), buf_text(&hi));
    buf_release(&row);
    buf_release(&lo);
    buf_release(&hi);
    return within;
}

static bool is_of_key(const struct trial *t)
{
    uint32_t i = 1;
    while (i < step_bound(&t->step) && value_equal(t->columns[i].type, &t->key[i], &t->asked[i]))
        i++;
    return i >= step_bound(&t->step);
}

static void judge(struct trial *t)
{
    struct step read = t->step;
    read.slice = t->range.read;
    bool within = is_within(t), wanted = is_of_key(t) && slice_takes(&t->step, t->key);
    t->taken += wanted;
    if (within && !is_of_key(t))
        fail_msg("%s: a row of another key is asked for", t->range.condition);
    if (wanted && !within)
        fail_msg("%s: a row that is wanted is not among what is asked for", t->range.condition);
    if (within && !t->range.drops && !slice_takes(&read, t->key))
        fail_msg("%s: more is asked for than is wanted", t->range.condition);
    if (within && !wanted && !t->range.drops && !t->range.filter)
        fail_msg("%s: nobody takes away what is not wanted", t->range.condition);
}

static void judge_rows(struct trial *t, uint32_t column)
{
    if (column == t->table.nkeys) {
        judge(t);
        return;
    }
    for (uint32_t i = 0; i < t->of[column]->n; i++) {
        t->key[column] = t->of[column]->values[i];
        judge_rows(t, column + 1);
    }
}

static void every_row(void **state)
{
    (void)state;
    static struct trial t;
    uint64_t random = 1;
    uint32_t taken = 0, exact = 0;
    for (int i = 0; i < 4000; i++) {
        make_trial(&t, &random);
        judge_rows(&t, 1);
        taken += t.taken;
        exact += t.slice.nbounds > 0 && !t.range.drops && !t.range.filter;
        arena_release(&t.arena);
    }
    assert_in_range(taken, 4000, 40000000);
    assert_in_range(exact, 500, 4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_sort_column), cmocka_unit_test(joined_sort_columns), cmocka_unit_test(every_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
