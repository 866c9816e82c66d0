/* calls.c - what the driver makes of answers that the real services do not give on demand. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/mem.h"
#include "backends/cosmosdb/tokens.h"
#include "backends/http/tests/calls.h"

#define DOCUMENT_AA "{\"id\":\"aa\",\"hash_key\":\"aa\",\"rate\":0.5,\"_ts\":1}"
#define DOCUMENT_BB "{\"id\":\"bb\",\"hash_key\":\"bb\",\"rate\":null}"
#define CHARGE(N) "x-ms-request-charge: " N "\r\n"

struct scene {
    struct instance inst;
    struct arena arena;
    struct scripted *server;
    struct loop *loop;
    struct session *session;
    struct request point, multi;
    struct step point_step, multi_step;
    struct value keys[2];
    uint64_t ordinals[2];
    struct outcome got;
};

static void begin(struct scene *s, const struct reply *steps, uint32_t n, uint32_t max_tries)
{
    memset(s, 0, sizeof *s);
    arena_init(&s->arena);
    s->server = scripted_start(steps, n);
    s->inst = fixture_instance(&backend_cosmosdb);
    fixture_set(&s->inst, "endpoint", scripted_url(s->server));
    fixture_set(&s->inst, "key", "U0VDUkVU");
    fixture_set(&s->inst, "consistency", "eventual");
    s->keys[0] = fixture_text("aa");
    s->keys[1] = fixture_text("bb");
    s->ordinals[1] = 1;
    s->point_step = (struct step){&fixture_tables[0], fixture_some, 2, 0, 1};
    s->multi_step = (struct step){&fixture_tables[0], fixture_some, 2, 0, 2};
    s->point = fixture_request(&s->inst, &s->arena, WIDTH_ONE, &s->point_step, 1);
    s->multi = fixture_request(&s->inst, &s->arena, WIDTH_KEYS, &s->multi_step, 1);
    s->loop = loop_new();
    s->session = calls_open(&s->inst, s->loop, &s->multi, max_tries);
}

static void ask(struct scene *s, const struct request *r)
{
    buf_release(&s->got.rows);
    calls_run(&s->inst, s->loop, s->session, r, s->keys, s->ordinals, &s->got);
}

static void end(struct scene *s)
{
    backend_cosmosdb.wire->close(s->session);
    loop_free(s->loop);
    scripted_free(s->server);
    buf_release(&s->got.rows);
    arena_release(&s->arena);
}

#define BEGIN(TRIES, ...)                                       \
    struct scene s;                                             \
    const struct reply steps[] = {__VA_ARGS__};                  \
    begin(&s, steps, sizeof steps / sizeof *steps, TRIES)

static void point_reads(void **state)
{
    (void)state;
    BEGIN(1, {200, DOCUMENT_AA, CHARGE("1.04")},
          {404, "{\"code\":\"NotFound\",\"message\":\"Entity does not exist\"}", CHARGE("1")});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_string_equal(s.got.rows.data, "rates_30d:aa,0.500000");
    assert_true(s.got.call.units == 1.04);
    ask(&s, &s.point);                                /* no such row: an answer, no error */
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.nrows, 0);
    assert_true(s.got.call.units == 1);
    scripted_stop(s.server);
    const char *request = scripted_request(s.server, 0);
    assert_non_null(strstr(request, "GET /dbs/wkl/colls/rates_30d/docs/aa HTTP/1.1\r\n"));
    assert_non_null(strstr(request, "x-ms-documentdb-partitionkey: [\"aa\"]\r\n"));
    assert_non_null(strstr(request, "authorization: type%3Dmaster%26ver%3D1.0%26sig%3D"));
    assert_non_null(strstr(request, "x-ms-consistency-level: Eventual\r\n"));
    assert_null(strstr(request, "U0VDUkVU"));
    end(&s);
}

/* Pages are followed by their continuation: further trips, but no retries. */
static void pages(void **state)
{
    (void)state;
    BEGIN(1,
          {200, "{\"Documents\":[" DOCUMENT_AA "]}",
           "x-ms-continuation: {\"token\":\"next\"}\r\n" CHARGE("2.5")},
          {200, "{\"Documents\":[" DOCUMENT_BB "]}", CHARGE("0.5")}, {200, "{\"Documents\":[]}"});
    ask(&s, &s.multi);
    assert_counts(&s.got, ANSWERED, 2, 0, 0);
    assert_string_equal(s.got.rows.data, "rates_30d:aa,0.500000 rates_30d:bb,null");
    assert_true(s.got.call.units == 3);
    ask(&s, &s.multi);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_true(s.got.call.units < 0);
    scripted_stop(s.server);
    assert_null(strstr(scripted_request(s.server, 0), "x-ms-continuation"));
    assert_non_null(strstr(scripted_request(s.server, 1), "x-ms-continuation: {\"token\":\"next\"}\r\n"));
    assert_null(strstr(scripted_request(s.server, 2), "x-ms-continuation"));   /* the next call begins at the beginning */
    assert_string_equal(strstr(scripted_request(s.server, 0), "\r\n\r\n"),
                        strstr(scripted_request(s.server, 1), "\r\n\r\n"));
    assert_non_null(strstr(scripted_request(s.server, 0), "content-type: application/query+json\r\n"));
    end(&s);
}

#define SALE(DAY) "{\"hash_key\":\"aa\",\"day\":\"2026-01-0" DAY "\"}"
#define MORE(TOKEN) "x-ms-continuation: {\"token\":\"" TOKEN "\"}\r\n"

/* All rows of a key: a query within its partition. A page may be empty and others follow; a page that was
 * refused is asked for again, with as many tries as the first had; what broke off is no answer, and the next
 * call begins with its first page. */
static void pages_of_a_partition(void **state)
{
    (void)state;
    BEGIN(2, {200, "{\"Documents\":[" SALE("1") "," SALE("2") "]}", MORE("a") CHARGE("2.5")},
          {429, "{}", "x-ms-retry-after-ms: 1\r\n"}, {200, "{\"Documents\":[]}", MORE("b") CHARGE("1")},
          {503, ""}, {200, "{\"Documents\":[" SALE("3") "]}", CHARGE("0.5")},
          {200, "{\"Documents\":[" SALE("1") "]}", MORE("a")},
          {200, "{\"Documents\":[" SALE("2") "]}", .cut = 5}, {200, "{\"Documents\":[]}"});
    fixture_set(&s.inst, "page_rows", "2");
    backend_cosmosdb.wire->close(s.session);
    s.session = calls_open(&s.inst, s.loop, &s.multi, 2);
    s.point_step = (struct step){&fixture_sales, fixture_all, 2, 0, 1};
    s.point = fixture_request(&s.inst, &s.arena, WIDTH_ONE, &s.point_step, 1);
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 5, 2, 2);
    assert_string_equal(s.got.rows.data, "sales:aa,2026-01-01 sales:aa,2026-01-02 sales:aa,2026-01-03");
    assert_true(s.got.call.units == 4);
    ask(&s, &s.point);
    assert_int_equal(s.got.call.fault, FAULT_LOST);
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    scripted_stop(s.server);
    const char *first = scripted_request(s.server, 0);
    assert_non_null(strstr(first, "POST /dbs/wkl/colls/sales/docs HTTP/1.1\r\n"));
    assert_non_null(strstr(first, "x-ms-documentdb-partitionkey: [\"aa\"]\r\n"));
    assert_non_null(strstr(first, "x-ms-max-item-count: 2\r\n"));
    assert_null(strstr(first, "enablecrosspartition"));
    assert_null(strstr(first, "x-ms-continuation"));
    for (uint32_t i = 1; i < 5; i++)
        assert_non_null(strstr(scripted_request(s.server, i), i < 3 ? MORE("a") : MORE("b")));
    assert_null(strstr(scripted_request(s.server, 7), "x-ms-continuation"));
    end(&s);
}

static void asked_to_wait(void **state)
{
    (void)state;
    BEGIN(3,
          {429, "{\"code\":\"TooManyRequests\",\"message\":\"Request rate is large\"}",
           "x-ms-retry-after-ms: 120.5\r\n"},
          {200, DOCUMENT_AA});
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 2, 1, 1);
    assert_true(s.got.ns >= 120 * NS_PER_MS);
    assert_int_equal(s.got.nrows, 1);
    end(&s);
}

static void refused(void **state)
{
    (void)state;
    BEGIN(1, {429, "{\"code\":\"429\",\"message\":\"Request rate is large\"}"},
          {401, "{\"code\":\"Unauthorized\",\"message\":\"wrong key\"}"},
          {404, "{\"code\":\"NotFound\",\"message\":\"Resource Not Found\"}", "x-ms-substatus: 1003\r\n"},
          {400, "{\"message\":\"Syntax error\"}"},
          {200, "{\"Documents\":[{\"hash_key\":\"aa\",\"rate\":\"much\"}]}"}, {200, "no json"});
    ask(&s, &s.multi);
    assert_counts(&s.got, FAULT_THROTTLED, 1, 0, 1);
    ask(&s, &s.point);
    assert_counts(&s.got, FAULT_DENIED, 1, 0, 0);
    assert_string_equal(s.got.words, "Unauthorized: wrong key");
    ask(&s, &s.point);                                /* not the document is missing but the container */
    assert_counts(&s.got, FAULT_MISSING, 1, 0, 0);
    ask(&s, &s.multi);
    assert_counts(&s.got, FAULT_INVALID, 1, 0, 0);
    assert_string_equal(s.got.words, "HTTP status 400: Syntax error");
    ask(&s, &s.multi);
    assert_counts(&s.got, FAULT_REPLY, 1, 0, 0);
    assert_non_null(strstr(s.got.words, "'rate' of 'rates_30d'"));
    ask(&s, &s.multi);
    assert_counts(&s.got, FAULT_REPLY, 1, 0, 0);
    end(&s);
}

static void busy_for_a_while(void **state)
{
    (void)state;
    BEGIN(5, {449, "{}"}, {503, ""}, {408, "{}"}, {200, "{\"Documents\":[" DOCUMENT_AA "," DOCUMENT_BB "]}"});
    ask(&s, &s.multi);
    assert_counts(&s.got, ANSWERED, 4, 3, 1);
    assert_int_equal(s.got.nrows, 2);
    end(&s);
}

static const struct stretch fixture_stretch = {&fixture_tables[0], 0, 100, "d"};

static int load(struct scene *s, struct error *err)
{
    struct loader *loader;
    struct value row[FIXTURE_COLUMNS] = {fixture_text("aa"), {.u.i = 1},     {.null = true},
                                         {.null = true},     {.null = true}, {.null = true}};
    int rc = backend_cosmosdb.feed->open(&s->inst, &loader, err);
    if (rc == 0)
        rc = backend_cosmosdb.feed->begin(loader, &fixture_stretch, err);
    if (rc == 0)
        rc = backend_cosmosdb.feed->rows(loader, row, 1, err);
    int ended = backend_cosmosdb.feed->end(loader, rc == 0, err);
    backend_cosmosdb.feed->close(loader);
    return rc ? rc : ended;
}

static void loading(void **state)
{
    (void)state;
    struct error err = {0};
    BEGIN(1, {429, "{}", "x-ms-retry-after-ms: 5\r\n"}, {201, ""},
          {200, "{\"id\":\"wkl\"}"}, {200, "{\"id\":\"rates_30d\",\"digest\":\"\",\"_etag\":\"1\"}"}, {200, "{}"},      /* noted */
          {413, "{\"code\":\"RequestEntityTooLarge\",\"message\":\"too large\"}"});
    assert_int_equal(load(&s, &err), 0);
    assert_int_equal(load(&s, &err), ERR_SERVER);
    assert_non_null(strstr(err.text, "upsert: RequestEntityTooLarge: too large"));
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 6);
    for (uint32_t i = 0; i < 2; i++) {
        assert_non_null(strstr(scripted_request(s.server, i), "x-ms-documentdb-is-upsert: True\r\n"));
        assert_non_null(strstr(scripted_request(s.server, i), "x-ms-documentdb-partitionkey: [\"aa\"]\r\n"));
        assert_string_equal(strstr(scripted_request(s.server, i), "\r\n\r\n") + 4,
                            "{\"id\":\"aa\",\"hash_key\":\"aa\",\"count\":1,\"rate\":null,\"seen\":null,\"c_"
                            "id\":null,\"ok\":null}");
    }
    end(&s);
}

/* Rows whose connection broke, before the answer or in it, come once more. */
static void load_over_broken_connections(void **state)
{
    (void)state;
    struct error err = {0};
    BEGIN(1, {0}, {0}, {201, "{\"id\":\"aa\"}", .cut = 5}, {201, ""}, {200, "{\"id\":\"wkl\"}"},
          {200, "{\"id\":\"rates_30d\",\"digest\":\"\",\"_etag\":\"1\"}"}, {200, "{}"});
    assert_int_equal(load(&s, &err), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 7);
    end(&s);
}

/* A service that repeats the key, wherever it stands in its words: it is covered before they are cut. */
static void repeated(void **state)
{
    (void)state;
    enum { PADS = 60 };
    struct reply steps[PADS];
    char *bodies[PADS];
    struct scene s;
    for (int i = 0; i < PADS; i++) {
        struct buf b = {0};
        buf_printf(&b, "{\"code\":\"%s\",\"message\":\"%*s U0VDUkVU end\\u001b[2J\"}",
                   i == 1 ? "U0VDUkVU" : "Odd", i < 2 ? 1 : 440 + i, "x");
        bodies[i] = b.data;
        steps[i] = (struct reply){i % 2 ? 400 : 401, b.data};
    }
    begin(&s, steps, PADS, 1);
    for (int i = 0; i < PADS; i++) {
        ask(&s, &s.point);
        assert_int_equal(s.got.call.outcome, CALL_FAILED);
        if (strstr(s.got.words, "U0VD") || strchr(s.got.words, 033))
            fail_msg("%d: %s", i, s.got.words);
    }
    end(&s);
    for (int i = 0; i < PADS; i++)
        mem_free(bodies[i]);
}

/* ---- a token that ends ---- */

static int fetch_token(const char *how, const char *setting, struct renewed *out, struct error *err)
{
    (void)err;
    renewed_put(out, setting, how);
    return 0;
}

static void a_token_that_ended_is_renewed(void **state)
{
    (void)state;
    BEGIN(5, {401, "{\"code\":\"Unauthorized\",\"message\":\"the token has expired\"}"}, {200, DOCUMENT_AA});
    backend_cosmosdb.wire->close(s.session);
    fixture_set(&s.inst, "token", "first");
    s.inst.renewal = renewal_new();
    assert_int_equal(renewal_add(s.inst.renewal, fetch_token, "second", "token",
                                 &(struct renewed){.arena = &s.arena}, NULL),
                     0);
    s.session = calls_open(&s.inst, s.loop, &s.multi, 5);
    ask(&s, &s.point);
    assert_counts(&s.got, ANSWERED, 2, 1, 0);
    scripted_stop(s.server);
    assert_non_null(
        strstr(scripted_request(s.server, 1), "authorization: type%3Daad%26ver%3D1.0%26sig%3Dsecond\r\n"));
    renewal_release(s.inst.renewal);
    s.inst.renewal = NULL;
    end(&s);
}

/* ---- writes ---- */

#define TOKEN(T) "x-ms-session-token: " T "\r\n"
#define NOT_FOUND "{\"code\":\"NotFound\",\"message\":\"Entity does not exist\"}"

static void ask_write(struct scene *s)
{
    struct request r = fixture_update(&s->inst, &s->arena, &fixture_rewrite);
    buf_release(&s->got.rows);
    calls_run(&s->inst, s->loop, s->session, &r, fixture_written, s->ordinals, &s->got);
}

/* A document that is not there is no error, a container that is not there is one. */
static void patched(void **state)
{
    (void)state;
    BEGIN(1, {200, "{}", CHARGE("10.3")}, {404, NOT_FOUND, CHARGE("1.2")},
          {404, NOT_FOUND, "x-ms-substatus: 1003\r\n"}, {404, NOT_FOUND}, {204, ""}, {201, "{}"}, {404, NOT_FOUND});
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_true(s.got.call.met == 1 && s.got.call.units == 10.3 && s.got.nrows == 0);
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_true(s.got.call.met == 0 && s.got.call.units == 1.2);
    ask_write(&s);
    assert_counts(&s.got, FAULT_MISSING, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_FAILED);
    struct request r = fixture_write(&s.inst, &s.arena, IR_DELETE, &fixture_remove);
    for (uint32_t met = 0; met < 2; met++) {          /* nothing was there; it was */
        calls_run(&s.inst, s.loop, s.session, &r, fixture_written, s.ordinals, &s.got);
        assert_counts(&s.got, ANSWERED, 1, 0, 0);
        assert_int_equal(s.got.call.met, met);
    }
    r = fixture_write(&s.inst, &s.arena, IR_PUT, &fixture_rewrite);
    calls_run(&s.inst, s.loop, s.session, &r, fixture_written, s.ordinals, &s.got);
    assert_counts(&s.got, ANSWERED, 1, 0, 0);
    assert_int_equal(s.got.call.met, 1);
    calls_run(&s.inst, s.loop, s.session, &r, fixture_written, s.ordinals, &s.got);
    assert_counts(&s.got, FAULT_MISSING, 1, 0, 0);    /* no container */
    scripted_stop(s.server);
    const char *request = scripted_request(s.server, 3);
    assert_non_null(strstr(request, "DELETE /dbs/wkl/colls/profiles/docs/it%27s~20~22x~22 HTTP/1.1\r\n"));
    assert_null(strstr(request, "content-type"));
    request = scripted_request(s.server, 5);
    assert_non_null(strstr(request, "POST /dbs/wkl/colls/profiles/docs HTTP/1.1\r\n"));
    assert_non_null(strstr(request, "x-ms-documentdb-is-upsert: True\r\n"));
    assert_non_null(strstr(request, "\r\n\r\n{\"id\":\"it's~20~22x~22\",\"hash_key\":\"it's \\\"x\\\"\",\"name\":"));
    request = scripted_request(s.server, 0);
    assert_non_null(strstr(request, "PATCH /dbs/wkl/colls/profiles/docs/it%27s~20~22x~22 HTTP/1.1\r\n"));
    assert_non_null(strstr(request, "x-ms-documentdb-partitionkey: [\"it's \\\"x\\\"\"]\r\n"));
    assert_non_null(strstr(request, "content-type: application/json\r\n"));
    assert_non_null(strstr(request, "\r\n\r\n{\"operations\":[{\"op\":\"set\",\"path\":\"/name\",\"value\":"));
    assert_null(strstr(request, "consistency"));      /* which is of reads */
    end(&s);
}

static void repeated_writes(void **state)
{
    (void)state;
    BEGIN(5, {429, "{}", "x-ms-retry-after-ms: 1\r\n"}, {200, "{}"}, {449, "{}"}, {200, "{}"}, {408, "{}"}, {200, "{}"},
          {0}, {200, "{}"}, {200, "{}", .cut = 1}, {500, "{}"}, {400, "{}"}, {412, "{}"});
    ask_write(&s);
    assert_counts(&s.got, ANSWERED, 2, 1, 1);
    for (int i = 0; i < 3; i++) {
        ask_write(&s);
        assert_counts(&s.got, ANSWERED, 2, 1, 0);
    }
    ask_write(&s);
    assert_counts(&s.got, FAULT_LOST, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);
    ask_write(&s);
    assert_counts(&s.got, FAULT_INVALID, 2, 1, 0);
    assert_int_equal(s.got.call.outcome, CALL_UNKNOWN);     /* the first try may have done it */
    ask_write(&s);
    assert_counts(&s.got, FAULT_CONFLICT, 1, 0, 0);
    assert_int_equal(s.got.call.outcome, CALL_FAILED);
    end(&s);
}

static void read_profiles(struct scene *s, uint32_t client)
{
    static const uint32_t columns[] = {0, 8};
    static const struct step step = {.table = &fixture_profiles, .columns = columns, .ncolumns = 2, .nkeys = 1};
    struct request r = fixture_request(&s->inst, &s->arena, WIDTH_ONE, &step, 1);
    buf_release(&s->got.rows);
    s->got = (struct outcome){.call = {.request = &r, .keys = s->keys, .ordinals = s->ordinals, .client = client,
                                       .row = outcome_row, .done = outcome_done, .owner = &s->got}};
    backend_cosmosdb.wire->submit(s->session, 0, &s->got.call);
    while (!s->got.done)
        loop_turn(s->loop, true);
}

/* Client 0 writes and reads: each request says what it has seen before. Who was asked may not have seen that
 * yet, which is not the same as no document. Client 7 has seen nothing. */
static void sessions(void **state)
{
    (void)state;
    BEGIN(5, {200, "{}", TOKEN("0:-1#12")}, {404, NOT_FOUND, "x-ms-substatus: 1002\r\n"},
          {200, "{\"hash_key\":\"aa\",\"rank\":7}", TOKEN("0:-1#11")}, {404, NOT_FOUND, TOKEN("0:-1#15")}, {200, "{}"},
          {404, NOT_FOUND});
    ask_write(&s);
    read_profiles(&s, 0);
    assert_counts(&s.got, ANSWERED, 2, 1, 0);
    assert_string_equal(s.got.rows.data, "profiles:aa,7");
    read_profiles(&s, 0);
    ask_write(&s);
    read_profiles(&s, 7);
    scripted_stop(s.server);
    static const char *const sent[] = {NULL, "12", "12", "12", "15", NULL};
    for (uint32_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        char line[60];
        snprintf(line, sizeof line, "x-ms-session-token: 0:-1#%s\r\n", sent[i] ? sent[i] : "");
        const char *found = strstr(scripted_request(s.server, i), "x-ms-session-token");
        if (sent[i])
            assert_memory_equal(found, line, strlen(line));
        else
            assert_null(found);
    }
    end(&s);
}

static void session_tokens(void **state)
{
    (void)state;
    static const char *const steps[][2] = {
        {"0:-1#5", "0:-1#5"}, {"0:-1#4", "0:-1#5"}, {"1:2#9#1=8", "0:-1#5,1:2#9#1=8"}, {"0:-1#10", "1:2#9#1=8,0:-1#10"},
        {"", "1:2#9#1=8,0:-1#10"}, {"1:2#11#1=8,0:-1#12,2:7", "1:2#11#1=8,0:-1#12,2:7"}, {"2:6", "1:2#11#1=8,0:-1#12,2:7"},
        {"10:1#1", "1:2#11#1=8,0:-1#12,2:7,10:1#1"},
    };
    struct tokens t = {0};
    assert_null(tokens_of(&t, 3, "a"));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        tokens_take(&t, 3, "a", steps[i][0]);
        assert_string_equal(buf_text(tokens_of(&t, 3, "a")), steps[i][1]);
    }
    tokens_take(&t, 3, "a", NULL);
    for (uint32_t client = 0; client < 1000; client++) {
        char token[30];
        snprintf(token, sizeof token, "0:-1#%u", client);
        tokens_take(&t, client, "b", token);
    }
    assert_string_equal(buf_text(tokens_of(&t, 999, "b")), "0:-1#999");
    assert_string_equal(buf_text(tokens_of(&t, 3, "b")), "0:-1#3");
    assert_string_equal(buf_text(tokens_of(&t, 3, "a")), steps[7][1]);
    assert_null(tokens_of(&t, 4, "a"));
    tokens_release(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(point_reads), cmocka_unit_test(repeated), cmocka_unit_test(pages),
            cmocka_unit_test(pages_of_a_partition), cmocka_unit_test(asked_to_wait),
            cmocka_unit_test(refused),
        cmocka_unit_test(busy_for_a_while), cmocka_unit_test(loading),
        cmocka_unit_test(load_over_broken_connections), cmocka_unit_test(a_token_that_ended_is_renewed),
        cmocka_unit_test(patched), cmocka_unit_test(repeated_writes), cmocka_unit_test(sessions),
        cmocka_unit_test(session_tokens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
