/* calls.c - what the driver makes of answers that the real services do not give on demand. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "backends/http/http.h"
#include "base/mem.h"
#include "backends/http/tests/calls.h"

#define THROTTLED                                                                                            \
    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\",\"message\":"   \
    "\"slow down\"}"
#define INVALID                                                                                              \
    "{\"__type\":\"com.amazon.coral.validate#ValidationException\",\"Message\":\"One or more parameters\"}"
#define ITEM_AA "{\"hash_key\":{\"S\":\"aa\"},\"rate\":{\"N\":\"0.5\"}}"
#define ITEM_BB "{\"hash_key\":{\"S\":\"bb\"},\"rate\":{\"N\":\"1\"}}"
#define ONE "{\"Item\":" ITEM_AA ",\"ConsumedCapacity\":{\"TableName\":\"rates_30d\",\"CapacityUnits\":0.5}}"
#define UNITS(A, B)                                                                     \
    "\"ConsumedCapacity\":[{\"TableName\":\"rates_30d\",\"CapacityUnits\":" A "},"         \
    "{\"TableName\":\"rates_90d\",\"CapacityUnits\":" B "}]"
#define LEFT_BB "\"UnprocessedKeys\":{\"rates_30d\":{\"Keys\":[{\"hash_key\":{\"S\":\"bb\"}}]}}"

struct scene {
    struct instance inst;
    struct arena arena;
    struct scripted *server;
    struct loop *loop;
    struct session *session;
    struct request point, cross;
    struct step point_step, across[2];
    struct value keys[3];
    uint64_t ordinals[3];
    enum effect writes;                               /* of ask_write; 0: an update's */
    struct outcome got;
};

/* Registers: aa, bb, aa again. POINT asks for the first, CROSS for all three in rates_30d and the first in
 * rates_90d. */
static void begin(struct scene *s, const struct reply *steps, uint32_t n, uint32_t max_tries,
                  const char *timeout)
{
    memset(s, 0, sizeof *s);
    arena_init(&s->arena);
    s->server = scripted_start(steps, n);
    s->inst = fixture_instance(&backend_dynamodb);
    fixture_set(&s->inst, "endpoint", scripted_url(s->server));
    fixture_set(&s->inst, "access_key", "AKIDEXAMPLE");
    fixture_set(&s->inst, "secret_key", "SECRETEXAMPLE");
    fixture_set(&s->inst, "consistency", "strong");
    fixture_set(&s->inst, "timeout", timeout);
    s->keys[0] = s->keys[2] = fixture_text("aa");
    s->keys[1] = fixture_text("bb");
    s->ordinals[1] = 1;
    s->point_step = (struct step){&fixture_tables[0], fixture_some, 2, 0, 1};
    s->across[0] = (struct step){&fixture_tables[0], fixture_some, 2, 0, 3};
    s->across[1] = (struct step){&fixture_tables[1], fixture_some, 2, 0, 1};
    s->point = fixture_request(&s->inst, &s->arena, WIDTH_ONE, &s->point_step, 1);
    s->cross = fixture_request(&s->inst, &s->arena, WIDTH_TABLES, s->across, 2);
    s->loop = loop_new();
    s->session = calls_open(&s->inst, s->loop, &s->cross, max_tries);
}

static void ask(struct scene *s, const struct request *r)
{
    buf_release(&s->got.rows);
    calls_run(&s->inst, s->loop, s->session, r, s->keys, s->ordinals, &s->got);
}

static void end(struct scene *s)
{
    backend_dynamodb.wire->close(s->session);
    loop_free(s->loop);
    scripted_free(s->server);
    buf_release(&s->got.rows);
    arena_release(&s->arena);
}

#define BEGIN(TRIES, ...)                                       \
    struct scene s;                                             \
    const struct reply steps[] = {__VA_ARGS__};                  \
    begin(&s, steps, sizeof steps / sizeof *steps, TRIES, "10s")

static void answered(void **state)
{
    (void)state;
    BEGIN(1, {200, ONE}, {200, "{}"});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_string_equal(s.got.rows.data, "rates_30d:aa,0.500000");
    assert_true(s.got.call.units == 0.5 && s.got.call.bytes == strlen(ONE));
    assert_null(s.got.call.words);
    ask(&s, &s.point);                                /* no such row */
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.nrows, 0);
    assert_true(s.got.call.units < 0);                /* it did not say */
    scripted_stop(s.server);
    assert_non_null(strstr(scripted_request(s.server, 0), "x-amz-target: DynamoDB_20120810.GetItem"));
    assert_non_null(
        strstr(scripted_request(s.server, 0), "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
    assert_null(strstr(scripted_request(s.server, 0), "SECRETEXAMPLE"));
    end(&s);
}

/* A service that repeats a secret, wherever it stands in its words and however long they are: the words are
 * cut after it was covered. */
static void repeated(void **state)
{
    (void)state;
    enum { PADS = 60 };
    struct reply steps[PADS];
    char *bodies[PADS], type[] = "SECRETEXAMPLESECRETEXAMPLESECRETEXAMPLESECRETEXAMPLESECRETEXAMPLE";
    struct scene s;
    for (int i = 0; i < PADS; i++) {
        struct buf b = {0};
        buf_printf(&b, "{\"__type\":\"x#%s\",\"message\":\"%*s %sSECRETEXAMPLE end\\u001b[2J\"}",
                   i == 1 ? type : "Odd", i < 2 ? 1 : 440 + i, "x", i == 0 ? "SECRET%45XAMPLE " : "");
        bodies[i] = b.data;
        steps[i] = (struct reply){400, b.data};
    }
    begin(&s, steps, PADS, 1, "10s");
    for (int i = 0; i < PADS; i++) {
        ask(&s, &s.point);
        assert_int_equal(s.got.call.fault, FAULT_INVALID);
        if (strstr(s.got.words, "SECR") || strchr(s.got.words, 033))
            fail_msg("%d: %s", i, s.got.words);
    }
    end(&s);
    for (int i = 0; i < PADS; i++)
        mem_free(bodies[i]);
}

/* What was left is asked for again, with our own projection and consistency; a key that stands in two
 * registers is asked for once. */
static void unprocessed(void **state)
{
    (void)state;
    BEGIN(3,
          {200, "{\"Responses\":{\"rates_90d\":[" ITEM_AA "],\"rates_30d\":[" ITEM_AA "]}," LEFT_BB
                "," UNITS("1", "2") "}"},
          {200, "{\"Responses\":{\"rates_30d\":[" ITEM_BB "]},\"UnprocessedKeys\":{}," UNITS("4", "0") "}"});
    ask(&s, &s.cross);
    assert_counts(&s.got, ANSWERED, 2, 1, 1);
    assert_string_equal(s.got.rows.data, "rates_90d:aa,0.500000 rates_30d:aa,0.500000 rates_30d:bb,1.000000");
    assert_true(s.got.call.units == 7);
    scripted_stop(s.server);
#define REST "\"ProjectionExpression\":\"#0,#1\",\"ExpressionAttributeNames\":" \
    "{\"#0\":\"hash_key\",\"#1\":\"rate\"},\"ConsistentRead\":true}"
    const char *first = scripted_request(s.server, 0), *second = scripted_request(s.server, 1);
    assert_non_null(
        strstr(first, "\r\n\r\n{\"RequestItems\":{\"rates_30d\":{\"Keys\":[{\"hash_key\":{\"S\":\"aa\"}},"
                      "{\"hash_key\":{\"S\":\"bb\"}}]," REST
                      ",\"rates_90d\":{\"Keys\":[{\"hash_key\":{\"S\":\"aa\"}}]," REST "}"));
    assert_non_null(strstr(
        second, "\r\n\r\n{\"RequestItems\":{\"rates_30d\":{\"Keys\":[{\"hash_key\":{\"S\":\"bb\"}}]," REST
                "},\"ReturnConsumedCapacity\":\"TOTAL\"}"));
    end(&s);
}

static void unprocessed_to_the_end(void **state)
{
    (void)state;
    BEGIN(2, {200, "{\"Responses\":{}," LEFT_BB "}"}, {200, "{\"Responses\":{}," LEFT_BB "}"});
    ask(&s, &s.cross);
    assert_counts(&s.got, FAULT_THROTTLED, 2, 1, 2);
    assert_non_null(strstr(s.got.words, "UnprocessedKeys: 1 of 4 keys"));
    end(&s);
}

/* A reply that was cut for its size is no refusal: the rest is asked for at once, without using up a try. */
static void full_reply(void **state)
{
    (void)state;
    BEGIN(1, {200, "{\"Responses\":{\"rates_30d\":[" ITEM_AA "]}," LEFT_BB "}", .padding = 1 << 20},
          {200, "{\"Responses\":{\"rates_30d\":[" ITEM_BB "]}}"});
    ask(&s, &s.cross);
    assert_counts(&s.got, ANSWERED, 2, 1, 0);
    assert_int_equal(s.got.nrows, 2);
    end(&s);
}

static void throttled(void **state)
{
    (void)state;
    BEGIN(5, {400, THROTTLED}, {503, "<html>busy</html>"}, {500, "{}"}, {200, ONE});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 4, 3, 2);                /* the 500 is an error, not a refusal for load */
    assert_int_equal(s.got.nrows, 1);
    end(&s);
}

static void tries_used_up(void **state)
{
    (void)state;
    BEGIN(1, {400, THROTTLED}, {500, "{\"__type\":\"x#InternalServerError\",\"message\":\"oops\"}"},
          {200, ONE});
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_THROTTLED, 1, 0, 1);
    assert_int_equal(s.got.call.outcome, CALL_FAILED);
    assert_string_equal(s.got.words, "ProvisionedThroughputExceededException: slow down");
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_SERVER, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);     /* it may have done it before it failed */
    assert_string_equal(s.got.words, "InternalServerError: oops");
    ask(&s, &s.point);                                /* the connection is as good as before */
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    end(&s);
}

static void refused(void **state)
{
    (void)state;
    BEGIN(
        5, {400, INVALID},
        {400, "{\"__type\":\"x#ResourceNotFoundException\",\"message\":\"Requested resource not found\"}"},
        {400, "{\"__type\":\"x#UnrecognizedClientException\",\"message\":\"The security token is invalid\"}"},
        {413, "too large"}, {400, "", "x-amzn-ErrorType: ThrottlingException:http://x/\r\n"}, {200, ONE});
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_INVALID, 1, 0, 0);
    assert_string_equal(s.got.words, "ValidationException: One or more parameters");
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_MISSING, 1, 0, 0);
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_DENIED, 1, 0, 0);
    assert_string_equal(s.got.words, "UnrecognizedClientException: The security token is invalid");
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_TOO_LARGE, 1, 0, 0);
    assert_string_equal(s.got.words, "HTTP status 413: too large");
    ask(&s, &s.point);                                /* the type in a header only */
    assert_counts(&s.got, ANSWERED, 2, 1, 1);
    end(&s);
}

static void broken_off(void **state)
{
    (void)state;
    BEGIN(5, {200, ONE, .cut = 5}, {200, ONE});
    ask(&s, &s.point);
    assert_true(s.got.call.fault == FAULT_LOST && s.got.call.outcome == CALL_UNKNOWN);
    assert_int_equal(s.got.nrows, 0);
    assert_true(strlen(s.got.words) > 0);
    ask(&s, &s.point);                                /* connects again by itself */
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    end(&s);
}

/* The peer closes a kept-alive connection just as the request arrives: it is sent again on another, once, and
 * counted. */
static void idle_connection_dropped(void **state)
{
    (void)state;
    BEGIN(1, {200, ONE}, {0}, {200, ONE});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 2, 1, 0);
    assert_int_equal(s.got.nrows, 1);
    end(&s);
}

/* ---- writes ---- */

#define MISSED                                                                                               \
    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\",\"message\":"         \
    "\"The conditional request failed\"}"
#define WRITTEN "{\"ConsumedCapacity\":{\"TableName\":\"profiles\",\"CapacityUnits\":2.0}}"

static void ask_write(struct scene *s)
{
    struct request r = fixture_update(&s->inst, &s->arena, &fixture_rewrite);
    r.effect = s->writes ? s->writes : r.effect;
    buf_release(&s->got.rows);
    calls_run(&s->inst, s->loop, s->session, &r, fixture_written, s->ordinals, &s->got);
}

/* No item is no error: the service does not say what that consumed, but what it is. */
static void missed(void **state)
{
    (void)state;
    BEGIN(1, {200, WRITTEN}, {400, MISSED}, {200, "[]"}, {400, MISSED}, {200, WRITTEN});
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_true(s.got.call.met == 1 && s.got.call.units == 2 && s.got.nrows == 0);
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_true(s.got.call.met == 0 && s.got.call.units == 1);
    assert_null(s.got.call.words);
    ask_write(&s);
    assert_counts(&s.got, FAULT_REPLY, 1, 0, 0);
    struct request r = fixture_write(&s.inst, &s.arena, IR_DELETE, &fixture_remove);
    calls_run(&s.inst, s.loop, s.session, &r, fixture_written, s.ordinals, &s.got);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.call.met, 0);
    r = fixture_write(&s.inst, &s.arena, IR_PUT, &fixture_rewrite);
    calls_run(&s.inst, s.loop, s.session, &r, fixture_written, s.ordinals, &s.got);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.call.met, 1);
    scripted_stop(s.server);
    assert_non_null(strstr(scripted_request(s.server, 3), "x-amz-target: DynamoDB_20120810.DeleteItem"));
    assert_non_null(strstr(scripted_request(s.server, 4), "x-amz-target: DynamoDB_20120810.PutItem"));
    assert_non_null(strstr(scripted_request(s.server, 0), "x-amz-target: DynamoDB_20120810.UpdateItem"));
    assert_non_null(strstr(scripted_request(s.server, 0), "\r\n\r\n{\"TableName\":\"profiles\",\"Key\":{\"hash_key\":"));
    end(&s);
}

/* Two keys, their rows and the versions of these. */
static void ask_batch(struct scene *s, enum ir_op_kind kind)
{
    static const struct value registers[] = {{.u.s = {"aa", 2}}, {.u.s = {"bb", 2}}, {.u.i = 7}, {.u.i = 65},
                                             {.null = true}, {.u.i = 65}};
    struct step *step = arena_new(&s->arena, struct step);
    *step = kind == IR_PUT ? fixture_rank : fixture_remove;
    step->op = op_find(kind);
    step->nkeys = step->written = 2;
    struct request r = {.width = WIDTH_KEYS, .steps = step, .nsteps = 1, .nkeys = 2, .nregisters = 6,
                        .effect = EFFECT_SAME, .title = "test"};
    s->inst.backend->lower(&s->inst, &s->arena, &r);
    calls_run(&s->inst, s->loop, s->session, &r, registers, s->ordinals, &s->got);
}

#define ITEM_OF(key) "{\"DeleteRequest\":{\"Key\":{\"hash_key\":{\"S\":\"" key "\"}}}}"
#define LEFT(items) "{\"UnprocessedItems\":{\"profiles\":[" items "]}}"

/* What a batch did not write is sent again; where tries are used up, what has become of its items is not known,
 * unless all were left. */
static void batches_of_writes(void **state)
{
    (void)state;
    BEGIN(2, {200, "{\"UnprocessedItems\":{}," UNITS("2", "0") "}"}, {200, LEFT(ITEM_OF("bb"))}, {200, "{}"},
          {200, LEFT(ITEM_OF("bb"))}, {200, LEFT(ITEM_OF("bb"))},
          {200, LEFT(ITEM_OF("aa") "," ITEM_OF("bb"))}, {200, LEFT(ITEM_OF("aa") "," ITEM_OF("bb"))});
    ask_batch(&s, IR_PUT);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.call.met, 2);
    ask_batch(&s, IR_DELETE);
    assert_counts(&s.got, ANSWERED, 2, 1, 1);
    assert_true(s.got.call.met == MET_UNTOLD);
    ask_batch(&s, IR_DELETE);
    assert_counts(&s.got, FAULT_THROTTLED, 2, 1, 2);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);
    assert_non_null(strstr(s.got.words, "UnprocessedItems: 1 of 2 items are left after 2 tries"));
    ask_batch(&s, IR_DELETE);
    assert_int_equal(s.got.call.outcome, CALL_FAILED);
    scripted_stop(s.server);
    assert_non_null(strstr(scripted_request(s.server, 0), "x-amz-target: DynamoDB_20120810.BatchWriteItem"));
    assert_non_null(strstr(scripted_request(s.server, 0),
                           "{\"RequestItems\":{\"profiles\":[{\"PutRequest\":{\"Item\":{\"hash_key\":{\"S\":\"aa\"}"));
    assert_non_null(strstr(scripted_request(s.server, 1), "[" ITEM_OF("aa") "," ITEM_OF("bb") "]}"));
    assert_non_null(strstr(scripted_request(s.server, 2), "{\"RequestItems\":{\"profiles\":[" ITEM_OF("bb") "]}"));
    end(&s);
}

/* A write that may be repeated is, after no answer as after a refusal; what comes of one without an answer is
 * not known. */
static void repeated_writes(void **state)
{
    (void)state;
    BEGIN(5, {400, THROTTLED}, {200, WRITTEN}, {0}, {200, WRITTEN}, {500, "{}"}, {400, MISSED},
          {200, WRITTEN, .cut = 5}, {500, "{}"}, {400, INVALID});
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 2, 1, 1);
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 2, 1, 0);
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 2, 1, 0);
    assert_int_equal(s.got.call.met, 0);
    ask_write(&s);
    assert_counts(&s.got, FAULT_LOST, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);
    ask_write(&s);
    assert_counts(&s.got, FAULT_INVALID, 2, 1, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);     /* the first try may have done it */
    end(&s);
}

/* What would do more if it were done twice is not sent again where the first may have arrived: neither by
 * libcurl, which resends on a kept-alive connection that broke, nor as a retry. A refusal for load is known
 * to have done nothing. */
static void not_repeated(void **state)
{
    (void)state;
    BEGIN(5, {200, ONE}, {0}, {500, "{}"}, {400, THROTTLED}, {200, ONE});
    s.writes = EFFECT_MORE;
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    ask_write(&s);
    assert_counts(&s.got, FAULT_LOST, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);
    assert_non_null(strstr(s.got.words, "closed before an answer came"));
    ask_write(&s);
    assert_counts(&s.got, FAULT_SERVER, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 2, 1, 1);
    end(&s);
}

/* The peer closes it while nothing is asked: the loop, which still watches the socket, is not kept busy, and
 * the next call takes another. */
static void closed_while_idle(void **state)
{
    (void)state;
    BEGIN(5, {200, ONE, .hangs_up = true}, {200, ONE});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    uint64_t until = clock_ns() + 150 * NS_PER_MS;
    uint32_t turns = 0;
    for (; clock_ns() < until; turns++)
        loop_turn(s.loop, true);
    assert_in_range(turns, 1, 20);                    /* a tick of 50 ms, the peer's end, a timer of
                                                         libcurl's */
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.nrows, 1);
    end(&s);
}

static void too_slow(void **state)
{
    (void)state;
    struct scene s;
    const struct reply steps[] = {{200, ONE, .delay_ms = 400}};
    begin(&s, steps, 1, 5, "60ms");
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_TIMEOUT, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);
    assert_true(s.got.ns < 350 * NS_PER_MS);
    end(&s);
}

static void server_gone(void **state)
{
    (void)state;
    BEGIN(5, {200, ONE});
    ask(&s, &s.point);
    scripted_stop(s.server);
    ask(&s, &s.point);
    assert_int_equal(s.got.call.fault, FAULT_LOST);
    assert_int_equal(s.got.call.outcome, CALL_FAILED);      /* no connection, so it was not sent */
    assert_int_equal(s.got.call.trips, 0);
    struct session *late;
    struct error err = {0};
    const struct session_options options = {.connections = 2, .max_tries = 1};
    const struct request *r = &s.point;
    assert_int_equal(backend_dynamodb.wire->open(&s.inst, s.loop, &options, &late, &err), 0);
    assert_int_equal(backend_dynamodb.wire->prepare(late, &r, 1, &err), ERR_CONNECT);
    assert_non_null(strstr(err.text, scripted_url(s.server)));
    backend_dynamodb.wire->close(late);
    struct server *server;
    err = (struct error){0};
    assert_int_equal(backend_dynamodb.store->open(&s.inst, &server, &err), ERR_CONNECT);
    assert_null(server);
    end(&s);
}

static void nonsense(void **state)
{
    (void)state;
    BEGIN(5, {200, "<html>"}, {200, "{\"Item\":{\"hash_key\":{\"S\":\"aa\"},\"rate\":{\"S\":\"much\"}}}"},
          {200, "{\"Responses\":{\"other\":[]}}"}, {200, "{\"Responses\":{}}"});
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_REPLY, 1, 0, 0);
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_REPLY, 1, 0, 0);
    assert_string_equal(s.got.words,
                        "the answer holds something in 'rate' of 'rates_30d' that is no decimal(9, 6)");
    ask(&s, &s.cross);
    assert_counts(&s.got, FAULT_REPLY, 1, 0, 0);
    ask(&s, &s.cross);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    end(&s);
}

/* A session may be closed while a call is on its way, or waits for its next try. */
static void closed_in_flight(void **state)
{
    (void)state;
    BEGIN(5, {400, THROTTLED}, {200, ONE, .delay_ms = 50});
    s.got.call = (struct call){.request = &s.point, .keys = s.keys, .ordinals = s.ordinals,
                               .row = outcome_row, .done = outcome_done,
                               .owner = &s.got};
    backend_dynamodb.wire->submit(s.session, 0, &s.got.call);
    while (!s.got.call.throttles)
        loop_turn(s.loop, true);
    assert_false(s.got.done);
    end(&s);
}

/* ---- all rows of a key, by the page ---- */

#define SALE(DAY)                                                                                            \
    "{\"hash_key\":{\"S\":\"aa\"},\"day\":{\"S\":\"2026-01-0" DAY "\"},\"rate\":{\"N\":\"0." DAY "\"}}"
#define AFTER(DAY) "{\"hash_key\":{\"S\":\"aa\"},\"day#place\":{\"S\":\"2026-01-0" DAY "#10000000001\"}}"
#define PAGE(ITEMS, DAY)                                                                                     \
    "{\"Items\":[" ITEMS "],\"LastEvaluatedKey\":" AFTER(DAY) ",\"ConsumedCapacity\":{\"CapacityUnits\":1."  \
                                                              "5}}"
#define LAST_PAGE(ITEMS) "{\"Items\":[" ITEMS "],\"ConsumedCapacity\":{\"CapacityUnits\":1}}"
static const uint32_t sale_columns[] = {0, 1, 3};

static void ask_rows(struct scene *s)
{
    s->point_step = (struct step){&fixture_sales, sale_columns, 3, 0, 1};
    s->point = fixture_request(&s->inst, &s->arena, WIDTH_ONE, &s->point_step, 1);
    ask(s, &s->point);
}

/* A page may be empty and others follow; units are summed. */
static void pages(void **state)
{
    (void)state;
    BEGIN(1, {200, PAGE(SALE("1") "," SALE("2"), "2")}, {200, PAGE("", "3")}, {200, LAST_PAGE(SALE("4"))},
          {200, LAST_PAGE("")});
    ask_rows(&s);
    assert_counts(&s.got, ANSWERED, 3, 0, 0);
    assert_string_equal(s.got.rows.data, "sales:aa,0.100000 sales:aa,0.200000 sales:aa,0.400000");
    assert_true(s.got.call.units == 4);
    ask(&s, &s.point);                                /* from the first page again; a key without rows */
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.nrows, 0);
    scripted_stop(s.server);
#define QUERY "\r\n\r\n{\"TableName\":\"sales\",\"KeyConditionExpression\":\"#0 = :k\",\"ProjectionExpression\":\"#0,#1,#2\"," \
    "\"ExpressionAttributeNames\":{\"#0\":\"hash_key\",\"#1\":\"day\",\"#2\":\"rate\"}," \
    "\"ExpressionAttributeValues\":{\":k\":{\"S\":\"aa\"}},\"ConsistentRead\":true,\"ReturnConsumedCapacity\":\"TOTAL\""
    assert_non_null(strstr(scripted_request(s.server, 0), "x-amz-target: DynamoDB_20120810.Query"));
    assert_non_null(strstr(scripted_request(s.server, 0), QUERY "}"));
    assert_non_null(strstr(scripted_request(s.server, 1), QUERY ",\"ExclusiveStartKey\":" AFTER("2") "}"));
    assert_non_null(strstr(scripted_request(s.server, 2), QUERY ",\"ExclusiveStartKey\":" AFTER("3") "}"));
    assert_non_null(strstr(scripted_request(s.server, 3), QUERY "}"));
    end(&s);
}

/* The same page is asked for again, with as many tries as the first had. */
static void throttled_within_pages(void **state)
{
    (void)state;
    BEGIN(2, {400, THROTTLED}, {200, PAGE(SALE("1"), "1")}, {400, THROTTLED}, {200, LAST_PAGE(SALE("2"))},
          {200, PAGE(SALE("1"), "1")},
          {400, THROTTLED}, {400, THROTTLED});
    ask_rows(&s);
    assert_counts(&s.got, ANSWERED, 4, 2, 2);
    assert_int_equal(s.got.nrows, 2);
    assert_true(s.got.call.units == 2.5);
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_THROTTLED, 3, 1, 2);
    scripted_stop(s.server);
    for (uint32_t i = 2; i < 4; i++)
        assert_non_null(strstr(scripted_request(s.server, i), ",\"ExclusiveStartKey\":" AFTER("1") "}"));
    end(&s);
}

/* What broke off is no answer, however many rows came before; the next one begins with its first page. */
static void broken_off_within_pages(void **state)
{
    (void)state;
    BEGIN(5, {200, PAGE(SALE("1"), "1")}, {200, LAST_PAGE(SALE("2")), .cut = 5}, {200, LAST_PAGE(SALE("1"))});
    ask_rows(&s);
    assert_int_equal(s.got.call.fault, FAULT_LOST);
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.nrows, 1);
    scripted_stop(s.server);
    assert_null(strstr(scripted_request(s.server, 2), "ExclusiveStartKey"));
    end(&s);
}

/* Pages that never end would be asked for for ever. */
static void pages_that_stay(void **state)
{
    (void)state;
    BEGIN(5, {200, PAGE(SALE("1"), "1")}, {200, PAGE("", "1")},
          {200, "{\"Items\":[" SALE("1") ",{\"hash_key\":{\"S\":\"aa\"},\"day\":{\"N\":\"1\"}}]}"});
    ask_rows(&s);
    assert_counts(&s.got, FAULT_REPLY, 2, 0, 0);
    assert_string_equal(s.got.words, "the answer's LastEvaluatedKey is where its page began");
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_REPLY, 1, 0, 0);
    assert_string_equal(s.got.words, "the answer holds something in 'day' of 'sales' that is no date");
    end(&s);
}

/* ---- the first and last rows of a key ---- */

static void prepare(struct scene *s, const struct request *r)
{
    struct error err = {0};
    assert_int_equal(backend_dynamodb.wire->prepare(s->session, &r, 1, &err), 0);
}

static void ask_slice(struct scene *s, const struct ir_slice *slice)
{
    static const uint32_t columns[] = {0, 1, 2, 3};
    s->point_step = (struct step){&fixture_sales, columns, 4, 0, 1, .slice = slice};
    s->point = fixture_request(&s->inst, &s->arena, WIDTH_ONE, &s->point_step, 1);
    prepare(s, &s->point);
    ask(s, &s->point);
}

#define AT(DAY, PLACE)                                                                                       \
    "{\"hash_key\":{\"S\":\"aa\"},\"day\":{\"S\":\"1970-01-0" DAY "\"},\"place\":{\"N\":\"" PLACE            \
    "\"},\"rate\":{\"N\":\"0." DAY "\"}}"

/* No page is asked for beyond the last row that is wanted, nor one that is longer. What comes beyond is
 * reported: it is a mistake. */
static void enough(void **state)
{
    (void)state;
    const struct ir_slice last = {.limit = 3, .backward = true};
    BEGIN(1, {200, PAGE(AT("9", "1") "," AT("8", "1"), "8")}, {200, PAGE(AT("7", "1"), "7")},
          {200, PAGE(AT("9", "1") "," AT("8", "1"), "8")}, {200, PAGE(AT("7", "1") "," AT("6", "1"), "6")});
    fixture_set(&s.inst, "page_rows", "2");
    ask_slice(&s, &last);
    assert_counts(&s.got, ANSWERED, 2, 0, 0);
    assert_string_equal(s.got.rows.data, "sales:aa,0.900000 sales:aa,0.800000 sales:aa,0.700000");
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 2, 0, 0);
    assert_int_equal(s.got.nrows, 4);
    scripted_stop(s.server);
    assert_non_null(strstr(scripted_request(s.server, 0), ",\"Limit\":2,\"ScanIndexForward\":false,"));
    assert_non_null(strstr(scripted_request(s.server, 1), ",\"Limit\":1,\"ScanIndexForward\":false,"));
    assert_non_null(strstr(scripted_request(s.server, 2), ",\"Limit\":2,"));
    end(&s);
}

/* A filter works on what was read: pages are read until there are enough, and of the last one not all may be
 * wanted. */
static void filtered(void **state)
{
    (void)state;
    const struct ir_bound place = {.column = 2, .compare = COMPARE_GE, .value = {.u.i = 4}};
    const struct ir_slice two = {&place, 1, 2, false};
    BEGIN(1, {200, PAGE("", "1")}, {200, PAGE(AT("2", "4"), "2")},
          {200, PAGE(AT("3", "4") "," AT("4", "4"), "4")});
    ask_slice(&s, &two);
    assert_counts(&s.got, ANSWERED, 3, 0, 0);
    assert_string_equal(s.got.rows.data, "sales:aa,0.200000 sales:aa,0.300000");
    scripted_stop(s.server);
    for (uint32_t i = 0; i < 3; i++)
        assert_null(strstr(scripted_request(s.server, i), "\"Limit\""));
    end(&s);
}

/* BETWEEN takes its ends in, which the driver leaves out: what nobody can satisfy is asked for as one end. */
static void ends_left_out(void **state)
{
    (void)state;
    const struct ir_bound never[] = {{.column = 1, .compare = COMPARE_GT, .value = {.u.i = 3}},
                                     {.column = 1, .compare = COMPARE_LT, .value = {.u.i = 3}}};
    const struct ir_slice none = {never, 2, 2, false};
    BEGIN(1, {200, LAST_PAGE(AT("4", "1"))});
    ask_slice(&s, &none);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.nrows, 0);
    end(&s);
}

/* ---- keys of several columns ---- */

/* (aa, 1, -7), (aa, 1, 7), and the first once more: a key is the same where all of its columns are. */
static void tuples(void **state)
{
    (void)state;
    static const struct keyspace rows = {.name = "sales", .table = &fixture_sales, .count = 1200};
    const struct step step = {&fixture_sales, sale_columns, 3, 0, 3, .keyspace = &rows};
    const struct value keys[] = {fixture_text("aa"), {.u.i = 1}, {.u.i = -7},
                                 fixture_text("aa"), {.u.i = 1}, {.u.i = 7},
                                 fixture_text("aa"), {.u.i = 1}, {.u.i = -7}};
    const uint64_t ordinals[] = {5, 5, 5, 6, 6, 6, 5, 5, 5};
    BEGIN(1, {200, "{\"Responses\":{\"sales\":[" AT("2", "7") "," AT("2", "-7") "]}}"});
    struct request r = fixture_request(&s.inst, &s.arena, WIDTH_KEYS, &step, 1);
    prepare(&s, &r);
    calls_run(&s.inst, s.loop, s.session, &r, keys, ordinals, &s.got);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.nrows, 2);
    scripted_stop(s.server);
    assert_non_null(
        strstr(scripted_request(s.server, 0),
               "{\"RequestItems\":{\"sales\":{\"Keys\":["
               "{\"hash_key\":{\"S\":\"aa\"},\"day#place\":{\"S\":\"1970-01-02#09999999993\"}},"
               "{\"hash_key\":{\"S\":\"aa\"},\"day#place\":{\"S\":\"1970-01-02#10000000007\"}}],"));
    end(&s);
}

/* ---- loading ---- */

static const struct stretch fixture_stretch = {&fixture_tables[0], 0, 100, "d"};

static int load(struct scene *s, uint32_t rows, struct error *err)
{
    struct loader *loader;
    struct value row[FIXTURE_COLUMNS] = {{.null = true}, {.null = true}, {.u.dec = 1},
                                         {.null = true}, {.null = true}, {.null = true}};
    int rc = backend_dynamodb.feed->open(&s->inst, &loader, err);
    if (rc == 0)
        rc = backend_dynamodb.feed->begin(loader, &fixture_stretch, err);
    for (uint32_t i = 0; i < rows && rc == 0; i++) {
        char key[9];
        snprintf(key, sizeof key, "%08x", i);
        row[0] = fixture_text(key);
        rc = backend_dynamodb.feed->rows(loader, row, 1, err);
    }
    int ended = backend_dynamodb.feed->end(loader, rc == 0, err);
    backend_dynamodb.feed->close(loader);
    return rc ? rc : ended;
}

#define PUT "{\"PutRequest\":{\"Item\":{\"hash_key\":{\"S\":\"00000019\"},\"rate\":{\"N\":\"0.000001\"}}}}"

static void loads_what_was_left(void **state)
{
    (void)state;
    struct error err = {0};
    BEGIN(1, {200, "{\"UnprocessedItems\":{}}"}, {200, "{\"UnprocessedItems\":{\"rates_30d\":[" PUT "]}}"},
          {400, THROTTLED}, {200, "{}"},
          {200, "{\"Table\":{\"TableStatus\":\"ACTIVE\"}}"}, {200, "{}"});
    assert_int_equal(load(&s, 27, &err), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 6);
    assert_non_null(strstr(scripted_request(s.server, 5), "UpdateItem"));                /* after the rows, what is there is noted */
    assert_non_null(
        strstr(scripted_request(s.server, 5),
               "\"#list\":\"loaded_d\"},\"ExpressionAttributeValues\":{\":rows\":{\"SS\":[\"0-100\"]}}}"));
    for (uint32_t i = 2; i < 4; i++)
        assert_non_null(
            strstr(scripted_request(s.server, i), "\r\n\r\n{\"RequestItems\":{\"rates_30d\":[" PUT "]}}"));
    const char *at = scripted_request(s.server, 0);
    uint32_t puts = 0;
    for (; (at = strstr(at, "PutRequest")); at++)
        puts++;
    assert_int_equal(puts, 25);
    end(&s);
}

/* Rows whose connection broke, before the answer or in it, come once more. */
static void load_over_broken_connections(void **state)
{
    (void)state;
    struct error err = {0};
    BEGIN(1, {0}, {0}, {200, "{\"UnprocessedItems\":{}}", .cut = 5}, {200, "{\"UnprocessedItems\":{}}"},
          {200, "{\"Table\":{\"TableStatus\":\"ACTIVE\"}}"}, {200, "{}"});
    assert_int_equal(load(&s, 1, &err), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 6);
    assert_string_equal(strstr(scripted_request(s.server, 0), "\r\n\r\n"),
                        strstr(scripted_request(s.server, 3), "\r\n\r\n"));
    end(&s);
}

static void load_refused(void **state)
{
    (void)state;
    struct error err = {0};
    BEGIN(1, {400, INVALID});
    assert_int_equal(load(&s, 1, &err), ERR_SERVER);
    assert_non_null(strstr(err.text, "BatchWriteItem: ValidationException: One or more parameters"));
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 1);    /* not noted */
    end(&s);
}

static void load_given_up(void **state)
{
    (void)state;
    struct error err = {0};
    struct loader *loader;
    BEGIN(1, {200, "{}"});
    struct value row[FIXTURE_COLUMNS] = {fixture_text("aa")};
    assert_int_equal(backend_dynamodb.feed->open(&s.inst, &loader, &err), 0);
    assert_int_equal(backend_dynamodb.feed->begin(loader, &fixture_stretch, &err), 0);
    assert_int_equal(backend_dynamodb.feed->rows(loader, row, 1, &err), 0);
    assert_int_equal(backend_dynamodb.feed->end(loader, false, &err), 0);
    backend_dynamodb.feed->close(loader);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 0);
    end(&s);
}

/* ---- credentials that end ---- */

#define EXPIRED                                                                                              \
    "{\"__type\":\"com.amazon.coral.service#ExpiredTokenException\",\"message\":\"it has expired\"}"

static struct { int times, most; time_t ends; } had;

/* AK1, AK2, … as often as there are any. */
static int fetch_next(const char *how, const char *setting, struct renewed *out, struct error *err)
{
    char key[16];
    (void)how; (void)setting;
    if (had.times == had.most)
        return error_set(err, ERR_IO, "nobody signs in");
    snprintf(key, sizeof key, "AK%d", ++had.times);
    renewed_put(out, "access_key", key);
    renewed_put(out, "secret_key", key);
    renewed_put(out, "session_token", NULL);
    out->ends = had.ends;
    return 0;
}

/* The session has AK1. */
static void begin_renewed(struct scene *s, const struct reply *steps, uint32_t n, int most, time_t ends)
{
    begin(s, steps, n, 5, "10s");
    backend_dynamodb.wire->close(s->session);
    had.times = 0;
    had.most = most;
    had.ends = ends;
    s->inst.renewal = renewal_new();
    assert_int_equal(
        renewal_add(s->inst.renewal, fetch_next, "", "", &(struct renewed){.arena = &s->arena}, NULL), 0);
    s->session = calls_open(&s->inst, s->loop, &s->point, 5);
}

static void end_renewed(struct scene *s)
{
    struct renewal *r = s->inst.renewal;
    end(s);
    renewal_release(r);
}

#define BEGIN_RENEWED(MOST, ENDS, ...)                          \
    struct scene s;                                             \
    const struct reply steps[] = {__VA_ARGS__};                  \
    begin_renewed(&s, steps, sizeof steps / sizeof *steps, MOST, ENDS)

static bool signed_by(const struct scene *s, uint32_t request, const char *key)
{
    char text[32];
    snprintf(text, sizeof text, "Credential=%s/", key);
    return strstr(scripted_request(s->server, request), text) != NULL;
}

static void ended_credentials_are_renewed_and_the_request_sent_again(void **state)
{
    (void)state;
    BEGIN_RENEWED(9, 0, {400, EXPIRED}, {200, ONE}, {200, ONE});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 2, 1, 0);
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    scripted_stop(s.server);
    assert_true(signed_by(&s, 0, "AK1") && signed_by(&s, 1, "AK2") && signed_by(&s, 2, "AK2"));
    end_renewed(&s);
}

static void who_is_refused_with_others_too_fails(void **state)
{
    (void)state;
    BEGIN_RENEWED(9, 0, {400, EXPIRED}, {400, EXPIRED}, {400, EXPIRED});
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_DENIED, 2, 1, 0);
    ask(&s, &s.point);                                /* nobody is asked again so soon */
    assert_counts(&s.got, FAULT_DENIED, 1, 0, 0);
    assert_non_null(strstr(s.got.words, "obtained a moment ago are refused too"));
    assert_int_equal(had.times, 2);
    end_renewed(&s);
}

static void what_cannot_be_renewed_says_why(void **state)
{
    (void)state;
    BEGIN_RENEWED(1, 0, {400, EXPIRED}, {400, EXPIRED});
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_DENIED, 1, 0, 0);
    assert_string_equal(s.got.words, "ExpiredTokenException: it has expired; nobody signs in");
    end_renewed(&s);
}

/* Beside the requests, which go on with what there is: that may be new already where the machine was busy. */
static void what_is_about_to_end_is_renewed_before(void **state)
{
    (void)state;
    BEGIN_RENEWED(9, time(NULL) + 60, {200, ONE}, {200, ONE});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    while (!renewal_version(s.inst.renewal))
        http_sleep(&s.inst, NS_PER_MS);
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    scripted_stop(s.server);
    assert_true(signed_by(&s, 0, "AK1") || signed_by(&s, 0, "AK2"));
    assert_true(signed_by(&s, 1, "AK2"));
    end_renewed(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pages), cmocka_unit_test(throttled_within_pages),
            cmocka_unit_test(broken_off_within_pages),
        cmocka_unit_test(pages_that_stay), cmocka_unit_test(enough),
        cmocka_unit_test(filtered), cmocka_unit_test(ends_left_out), cmocka_unit_test(tuples),
        cmocka_unit_test(answered), cmocka_unit_test(repeated), cmocka_unit_test(unprocessed),
        cmocka_unit_test(unprocessed_to_the_end), cmocka_unit_test(full_reply),
        cmocka_unit_test(throttled), cmocka_unit_test(tries_used_up), cmocka_unit_test(refused),
        cmocka_unit_test(broken_off), cmocka_unit_test(idle_connection_dropped),
        cmocka_unit_test(not_repeated), cmocka_unit_test(missed), cmocka_unit_test(batches_of_writes), cmocka_unit_test(repeated_writes),
        cmocka_unit_test(closed_while_idle), cmocka_unit_test(too_slow), cmocka_unit_test(server_gone),
        cmocka_unit_test(nonsense),
        cmocka_unit_test(closed_in_flight), cmocka_unit_test(loads_what_was_left),
        cmocka_unit_test(load_over_broken_connections), cmocka_unit_test(load_refused),
        cmocka_unit_test(load_given_up),
        cmocka_unit_test(ended_credentials_are_renewed_and_the_request_sent_again),
        cmocka_unit_test(who_is_refused_with_others_too_fails),
        cmocka_unit_test(what_cannot_be_renewed_says_why),
        cmocka_unit_test(what_is_about_to_end_is_renewed_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
