/* admin.c - tables found, made and dropped over HTTP, by a script: what is not wkl's stays, and what goes
 * wrong is said. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "backends/admin.h"
#include "backends/mark.h"
#include "base/clock.h"
#include "backends/http/tests/fixture.h"
#include "backends/http/tests/scripted.h"

#define MISSING "{\"__type\":\"x#ResourceNotFoundException\",\"message\":\"Requested resource not found\"}"
#define ACTIVE "{\"Table\":{\"TableStatus\":\"ACTIVE\"}}"
#define CREATING "{\"Table\":{\"TableStatus\":\"CREATING\"}}"
#define NOTE(DIGEST) "{\"Item\":{\"name\":{\"S\":\"rates_30d\"},\"digest\":{\"S\":\"" DIGEST "\"}}}"

struct scene {
    struct instance inst;
    struct scripted *server;
    struct server *admin;
    struct error err;
    struct found found;
};

/* The linker puts these in between: a nap of `swift` takes no time, and the clock says that it did. */
static _Atomic int64_t napped;
static atomic_bool swift;
int __real_clock_gettime(clockid_t, struct timespec *);
int __wrap_clock_gettime(clockid_t, struct timespec *);
int __real_nanosleep(const struct timespec *, struct timespec *);
int __wrap_nanosleep(const struct timespec *, struct timespec *);

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
    int rc = __real_clock_gettime(id, t);
    t->tv_sec += napped / (int64_t)NS_PER_S;          /* whole seconds are enough here */
    return rc;
}

int __wrap_nanosleep(const struct timespec *t, struct timespec *left)
{
    if (!swift)
        return __real_nanosleep(t, left);
    napped += t->tv_sec * (int64_t)NS_PER_S + t->tv_nsec;
    return 0;
}

static const struct table *const one_table[] = {&fixture_tables[0]};

/* Returns what open did. */
static int begin(struct scene *s, const struct backend *b, const struct reply *steps, uint32_t n)
{
    memset(s, 0, sizeof *s);
    s->server = scripted_start(steps, n);
    s->inst = fixture_instance(b);
    fixture_set(&s->inst, "endpoint", scripted_url(s->server));
    fixture_set(&s->inst, b == &backend_dynamodb ? "access_key" : "key", "U0VDUkVU");
    if (b == &backend_dynamodb)
        fixture_set(&s->inst, "secret_key", "U0VDUkVU");
    int rc = b->store->open(&s->inst, &s->admin, &s->err);
    assert_null(strstr(s->err.text, "U0VDUkVU"));
    return rc;
}

static void end(struct scene *s)
{
    s->inst.backend->store->close(s->admin);
    scripted_free(s->server);
}

#define STEPS(...) const struct reply steps[] = {__VA_ARGS__}
#define BEGIN(BACKEND) begin(&s, &BACKEND, steps, sizeof steps / sizeof *steps)

static int find(struct scene *s)
{
    s->err = (struct error){0};
    return admin_find(&s->inst, s->admin, one_table, 1, false, &s->found, &s->err);
}

static int drop(struct scene *s)
{
    s->err = (struct error){0};
    return admin_drop(&s->inst, s->admin, one_table, 1, &s->err);
}

static void assert_never_sent(const struct scripted *server, const char *what)
{
    for (uint32_t i = 0; i < scripted_count(server); i++)
        assert_null(strstr(scripted_request(server, i), what));
}

static void wrong_credentials(void **state)
{
    (void)state;
    struct scene s;
    STEPS({400, "{\"__type\":\"x#UnrecognizedClientException\",\"message\":\"The security token included in "
                "the request is invalid\"}"});
    assert_int_equal(BEGIN(backend_dynamodb), ERR_CONNECT);
    assert_non_null(strstr(
        s.err.text, "UnrecognizedClientException: The security token included in the request is invalid"));
    assert_null(s.admin);
    end(&s);
}

static void wrong_key(void **state)
{
    (void)state;
    struct scene s;
    STEPS({401, "{\"code\":\"Unauthorized\",\"message\":\"The input authorization token can't serve the "
                "request\"}"});
    assert_int_equal(BEGIN(backend_cosmosdb), ERR_CONNECT);
    assert_non_null(
        strstr(s.err.text, "Unauthorized: The input authorization token can't serve the request"));
    end(&s);
}

static void wrong_words(void **state)
{
    (void)state;
    static const struct { const struct backend *backend; const char *setting; } cases[] = {
        {&backend_dynamodb, "consistency"}, {&backend_dynamodb, "billing"},
        {&backend_cosmosdb, "consistency"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        STEPS({400, MISSING});
        begin(&s, cases[i].backend, steps, 1);
        fixture_set(&s.inst, cases[i].setting, "sometimes");
        struct server *other;
        s.err = (struct error){0};
        assert_int_equal(cases[i].backend->store->open(&s.inst, &other, &s.err), ERR_USAGE);
        assert_non_null(strstr(s.err.text, "sometimes"));
        end(&s);
    }
}

static void dynamodb_presence(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, ACTIVE},                                                  /* open */
          {400, MISSING},                                                 /* absent */
          {200, ACTIVE}, {200, NOTE("abc")},                              /* ours */
          {200, ACTIVE}, {200, "{}"},                                     /* foreign: no note */
          {200, ACTIVE}, {400, MISSING},                                  /* foreign: no notes at all */
          {500, "{}"}, {400, MISSING});                                   /* absent, after a hiccup */
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    static const enum presence wanted[] = {TABLE_ABSENT, TABLE_OURS, TABLE_FOREIGN, TABLE_FOREIGN,
                                           TABLE_ABSENT};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_int_equal(find(&s), 0);
        assert_int_equal(s.found.presence, wanted[i]);
        assert_string_equal(s.found.digest, wanted[i] == TABLE_OURS ? "abc" : "");
    }
    end(&s);
}

static void dynamodb_foreign_stays(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, ACTIVE}, {200, ACTIVE}, {200, "{}"}, {200, "{\"Items\":[{\"name\":{\"S\":\"other\"}}]}"});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    assert_int_equal(drop(&s), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 4);
    assert_never_sent(s.server, "DeleteTable");
    end(&s);
}

/* Neither noted nor made, and told by its name. */
static void dynamodb_refuses_foreign(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, ACTIVE}, {200, ACTIVE}, {200, "{}"});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    s.err = (struct error){0};
    assert_int_equal(admin_make(&s.inst, s.admin, one_table, 1, &s.err), ERR_FOREIGN);
    assert_non_null(strstr(s.err.text, "'rates_30d'"));
    scripted_stop(s.server);
    assert_never_sent(s.server, "PutItem");
    assert_never_sent(s.server, "CreateTable");
    end(&s);
}

/* Too many tables being made at once is waited out; a table is noted before it is made, and ready when create
 * returns. */
static void dynamodb_creates(void **state)
{
    (void)state;
    struct scene s;
    STEPS({400, MISSING}, {400, MISSING},                                 /* open; nobody has such a table */
          {400, MISSING}, {200, "{}"}, {200, ACTIVE},                     /* the notes are made */
          {200, "{}"}, {400, "{\"__type\":\"x#LimitExceededException\",\"message\":\"too many\"}"},
          {200, "{}"}, {200, CREATING},
          {200, ACTIVE});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    s.err = (struct error){0};
    assert_int_equal(admin_make(&s.inst, s.admin, one_table, 1, &s.err), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 10);
    assert_non_null(strstr(scripted_request(s.server, 3), "CreateTable"));
    assert_non_null(strstr(scripted_request(s.server, 3), "\"TableName\":\"wkl_tables\""));
    assert_non_null(strstr(scripted_request(s.server, 5), "PutItem"));
    assert_non_null(strstr(scripted_request(s.server, 7), "\"TableName\":\"rates_30d\""));
    end(&s);
}

/* ---- answers that are lost: what a try may have made is ours ---- */

#define IN_USE "{\"__type\":\"x#ResourceInUseException\",\"message\":\"Table already exists: rates_30d\"}"
#define CONFLICT "{\"code\":\"Conflict\",\"message\":\"Resource with specified id or name already exists.\"}"
#define CLOSES {0}

static int create(struct scene *s)
{
    s->err = (struct error){0};
    int rc = admin_make(&s->inst, s->admin, one_table, 1, &s->err);
    scripted_stop(s->server);
    return rc;
}

static void dynamodb_lost_answer(void **state)
{
    (void)state;
    static const struct reply lost[] = {CLOSES, {500, "{}"}, {503, "{}"}};
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        struct scene s;
        STEPS({200, ACTIVE}, {400, MISSING}, {200, ACTIVE}, {200, ACTIVE}, {200, "{}"}, lost[i],
              {400, IN_USE}, {200, ACTIVE});
        assert_int_equal(BEGIN(backend_dynamodb), 0);
        assert_int_equal(create(&s), 0);
        assert_int_equal(scripted_count(s.server), 8);
        assert_never_sent(s.server, "DeleteItem");
        end(&s);
    }
}

/* What is asked is asked again over another connection. */
static void broken_connections(void **state)
{
    (void)state;
    struct scene s;
    STEPS(CLOSES, CLOSES, {200, ACTIVE}, CLOSES, CLOSES, {400, MISSING});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    assert_int_equal(find(&s), 0);
    assert_int_equal(s.found.presence, TABLE_ABSENT);
    end(&s);
    struct reply cosmosdb[] = {CLOSES, CLOSES, {200, "{}"}, CLOSES, CLOSES, {404, "{\"code\":\"NotFound\"}"}};
    assert_int_equal(begin(&s, &backend_cosmosdb, cosmosdb, sizeof cosmosdb / sizeof *cosmosdb), 0);
    assert_int_equal(find(&s), 0);
    assert_int_equal(s.found.presence, TABLE_ABSENT);
    end(&s);
}

static void *stop_soon(void *flag)
{
    usleep(200 * 1000);
    atomic_store((atomic_bool *)flag, true);
    return NULL;
}

/* A wish to stop ends the wait for an answer that takes long. */
static void stopped_while_waiting(void **state)
{
    (void)state;
    struct scene s;
    atomic_bool stop = false;
    pthread_t thread;
    STEPS({200, ACTIVE}, {200, ACTIVE, .delay_ms = 8000});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    s.inst.stop = &stop;
    assert_int_equal(pthread_create(&thread, NULL, stop_soon, &stop), 0);
    uint64_t began = clock_ns();
    assert_int_equal(find(&s), ERR_INTERRUPTED);
    assert_true(clock_ns() - began < 6 * NS_PER_S);
    pthread_join(thread, NULL);
    end(&s);
}

/* Refused at the first try it is somebody else's, who was faster: our note is taken back. */
static void dynamodb_somebody_was_faster(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, ACTIVE}, {400, MISSING}, {200, ACTIVE}, {200, ACTIVE}, {200, "{}"}, {400, IN_USE},
          {200, "{}"});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    assert_int_equal(create(&s), ERR_FOREIGN);
    assert_non_null(strstr(scripted_request(s.server, 6), "DeleteItem"));
    end(&s);
}

/* The note stays, for --only drop, and the message says what is not known. */
static void dynamodb_unknown_outcome(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, ACTIVE}, {400, MISSING}, {200, ACTIVE}, {200, ACTIVE}, {200, "{}"}, CLOSES,
          {400, "{\"__type\":\"x#ValidationException\"}"});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    assert_int_equal(create(&s), ERR_SERVER);
    assert_non_null(strstr(s.err.text, "whether the table 'rates_30d' was made is not known (it is noted as "
                                       "wkl's, and --only drop removes it)"));
    assert_never_sent(s.server, "DeleteItem");
    end(&s);
}

static void dynamodb_drops(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, ACTIVE}, {200, ACTIVE}, {200, NOTE("")},
          {400, "{\"__type\":\"x#ResourceInUseException\",\"message\":\"being created\"}"}, {200, "{}"},
          {400, MISSING}, {200, "{}"}, /* dropped, gone, its note too */
          {200, "{\"Items\":[{\"name\":{\"S\":\"other\"}}]}"}); /* another's note: wkl_tables
                                                                             stays */
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    assert_int_equal(drop(&s), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 8);
    assert_non_null(strstr(scripted_request(s.server, 6), "DeleteItem"));
    end(&s);
}

/* The service goes on deleting: after a wish to stop that is waited for a while, not for ten minutes. */
static void dynamodb_deletion_after_a_stop(void **state)
{
    (void)state;
    struct scene s;
    struct reply steps[64] = {{200, ACTIVE}, {200, ACTIVE}, {200, NOTE("")}, {200, "{}"}};
    for (int i = 4; i < 64; i++)
        steps[i] = (struct reply){200, "{\"Table\":{\"TableStatus\":\"DELETING\"}}"};
    assert_int_equal(begin(&s, &backend_dynamodb, steps, 64), 0);
    atomic_bool stop = true;
    s.inst.stop = &stop;
    swift = true;
    int64_t before = napped;
    assert_int_equal(drop(&s), ERR_TIMEOUT);
    swift = false;
    assert_non_null(
        strstr(s.err.text, "table 'rates_30d' is still being deleted; `--only drop` sees to the rest later"));
    assert_in_range((napped - before) / (int64_t)NS_PER_S, 25, 40);
    scripted_stop(s.server);
    assert_never_sent(s.server, "DeleteItem");        /* nor is its note: it says whose the table is */
    end(&s);
}

/* ---- how far a load came ---- */

struct taken { uint64_t rows; uint32_t spans; };

static void take(void *arg, uint64_t from, uint64_t to)
{
    struct taken *t = arg;
    t->rows += to - from;
    t->spans++;
}

static struct taken loaded(struct scene *s, const char *digest)
{
    struct taken t = {0};
    s->err = (struct error){0};
    assert_int_equal(s->inst.backend->store->loaded(s->admin, &fixture_tables[0], digest, take, &t, &s->err),
                     0);
    return t;
}

/* Brings no row, so that all that is sent is the note. */
static int note(struct scene *s, uint64_t from, uint64_t to)
{
    const struct feed *f = s->inst.backend->feed;
    struct loader *loader;
    s->err = (struct error){0};
    assert_int_equal(f->open(&s->inst, &loader, &s->err), 0);
    assert_int_equal(f->begin(loader, &(struct stretch){&fixture_tables[0], from, to, "d"}, &s->err), 0);
    int rc = f->end(loader, true, &s->err);
    f->close(loader);
    return rc;
}

/* What is not a list of rows is not taken for one. */
#define SPANS "[\"100-200\",\"0-50\",\"7\",\"9-8\",\"1-2-3\",\"x\",\"\"]"

static void dynamodb_loaded_so_far(void **state)
{
    (void)state;
    struct scene s;
#define LOADING                                                                                              \
    "{\"Item\":{\"name\":{\"S\":\"rates_30d\"},\"digest\":{\"S\":\"\"},\"loaded_d\":{\"SS\":" SPANS          \
    "},\"loaded_e\":{\"N\":\"1\"}}}"
    STEPS({200, ACTIVE}, {200, LOADING}, {200, LOADING}, {200, LOADING}, {200, "{}"}, {400, MISSING});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    struct taken t = loaded(&s, "d");
    assert_int_equal(t.rows, 150);
    assert_int_equal(t.spans, 2);
    static const char *const none[] = {"e", "f", "d", "d"};               /* odd; other contents; no note; no
                                                                             notes at all */
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(loaded(&s, none[i]).spans, 0);
    end(&s);
}

/* No note is made by noting rows: it would be one of a table that is gone. */
static void dynamodb_dropped_while_loading(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, ACTIVE}, {200, ACTIVE},
          {400, "{\"__type\":\"x#ConditionalCheckFailedException\",\"message\":\"The conditional request "
                "failed\"}"});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    assert_int_equal(note(&s, 0, 10), ERR_MISSING);
    assert_non_null(strstr(s.err.text, "'rates_30d' is no longer noted as wkl's"));
    scripted_stop(s.server);
    assert_non_null(
        strstr(scripted_request(s.server, 2), "\"ConditionExpression\":\"attribute_exists(#name)\""));
    end(&s);
}

#define THERE "{\"id\":\"x\"}"
#define GONE "{\"code\":\"NotFound\",\"message\":\"Resource Not Found\"}"

#define LISTS(ETAG, LIST)                                                                                    \
    "{\"id\":\"rates_30d\",\"digest\":\"\",\"_etag\":\"" ETAG "\",\"loaded_d\":" LIST "}"
#define CHANGED                                                                                              \
    "{\"code\":\"PreconditionFailed\",\"message\":\"One of the specified pre-condition is not met\"}"

static void cosmosdb_loaded_so_far(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {200, LISTS("1", SPANS)}, {200, LISTS("1", SPANS)}, {200, LISTS("1", "7")},
          {404, GONE});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    struct taken t = loaded(&s, "d");
    assert_int_equal(t.rows, 150);
    assert_int_equal(t.spans, 2);
    static const char *const none[] = {"e", "d", "d"};                    /* other contents; odd; no note */
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(loaded(&s, none[i]).spans, 0);
    end(&s);
}

/* A note that another stream has written meanwhile is read again; what touches becomes one. */
static void cosmosdb_notes_in_turn(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {200, THERE}, {200, LISTS("1", "[\"0-10\"]")}, {412, CHANGED},
          {200, LISTS("2", "[\"0-10\",\"40-50\",\"20-30\"]")}, {200, "{}"});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    assert_int_equal(note(&s, 10, 20), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 6);
    assert_non_null(strstr(scripted_request(s.server, 3), "if-match: 1\r\n"));
    assert_non_null(strstr(scripted_request(s.server, 5), "if-match: 2\r\n"));
    assert_non_null(
        strstr(scripted_request(s.server, 5), "PUT /dbs/wkl/colls/wkl_tables/docs/rates_30d HTTP"));
    assert_non_null(strstr(scripted_request(s.server, 5), "\r\n\r\n" LISTS("2", "[\"40-50\",\"0-30\"]")));
    end(&s);
}

static void cosmosdb_dropped_while_loading(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {200, THERE}, {404, GONE});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    assert_int_equal(note(&s, 0, 10), ERR_MISSING);
    assert_non_null(strstr(s.err.text, "'rates_30d' is no longer noted as wkl's"));
    end(&s);
}

static void cosmosdb_presence(void **state)
{
    (void)state;
    struct scene s;
    STEPS({404, GONE}, {404, GONE}, {200, THERE}, {200, "{\"id\":\"rates_30d\",\"digest\":\"abc\"}"},
          {200, THERE}, {404, GONE},
          {404, GONE, "x-ms-substatus: 1003\r\n"});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    static const enum presence wanted[] = {TABLE_ABSENT, TABLE_OURS, TABLE_FOREIGN, TABLE_ABSENT};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_int_equal(find(&s), 0);
        assert_int_equal(s.found.presence, wanted[i]);
        assert_string_equal(s.found.digest, wanted[i] == TABLE_OURS ? "abc" : "");
    }
    end(&s);
}

/* ---- with a token of Entra ID, which neither makes nor drops containers ---- */

#define EMPTY "{\"Documents\":[]}"

static int begin_by_token(struct scene *s, const struct reply *steps, uint32_t n)
{
    memset(s, 0, sizeof *s);
    s->server = scripted_start(steps, n);
    s->inst = fixture_instance(&backend_cosmosdb);
    fixture_set(&s->inst, "endpoint", scripted_url(s->server));
    fixture_set(&s->inst, "token", "abc.d+f");
    return backend_cosmosdb.store->open(&s->inst, &s->admin, &s->err);
}

#define BEGIN_BY_TOKEN() begin_by_token(&s, steps, sizeof steps / sizeof *steps)

static void cosmosdb_takes_empty_containers_by_token(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {200, THERE}, {404, GONE}, {200, EMPTY, "x-ms-continuation: next\r\n"}, {200, EMPTY},     /* find: its pages are empty */
          {200, THERE}, {404, GONE}, {200, "{\"Documents\":[{\"id\":\"x\"}]}"},                                  /* find: somebody's */
          {200, THERE}, {404, GONE}, {200, EMPTY}, {200, THERE}, {200, THERE}, {201, "{}"}, {200, THERE});
    assert_int_equal(BEGIN_BY_TOKEN(), 0);
    assert_int_equal(find(&s), 0);
    assert_int_equal(s.found.presence, TABLE_ABSENT);
    assert_int_equal(find(&s), 0);
    assert_int_equal(s.found.presence, TABLE_FOREIGN);
    assert_int_equal(create(&s), 0);
    assert_int_equal(scripted_count(s.server), 15);
    assert_never_sent(s.server, "POST /dbs/wkl/colls HTTP");
    assert_non_null(
        strstr(scripted_request(s.server, 0), "authorization: type%3Daad%26ver%3D1.0%26sig%3Dabc.d%2Bf\r\n"));
    assert_non_null(strstr(scripted_request(s.server, 4), "x-ms-continuation: next\r\n"));
    end(&s);
}

static void cosmosdb_says_what_a_token_cannot_make(void **state)
{
    (void)state;
    static const struct { struct reply steps[4]; const char *what; } cases[] = {
        {{{404, GONE}, {404, GONE}, {404, GONE}}, "the database 'wkl' does not exist"},
        {{{200, THERE}, {404, GONE}, {200, THERE}, {404, GONE}}, "the container 'wkl_tables' does not exist"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene s;
        assert_int_equal(begin_by_token(&s, cases[i].steps, 4), 0);
        assert_int_equal(create(&s), ERR_USAGE);
        assert_non_null(strstr(s.err.text, cases[i].what));
        assert_non_null(strstr(s.err.text, "az cosmosdb sql container create"));
        assert_never_sent(s.server, "POST /dbs");
        end(&s);
    }
    struct scene s;
    STEPS({200, THERE}, {404, GONE}, {200, THERE}, {200, THERE}, {201, "{}"}, {404, GONE}, {204, ""});
    assert_int_equal(BEGIN_BY_TOKEN(), 0);
    assert_int_equal(create(&s), ERR_USAGE);
    assert_non_null(strstr(s.err.text, "the container 'rates_30d' does not exist"));
    end(&s);
}

static void cosmosdb_drops_documents_by_token(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {200, THERE}, {200, "{\"id\":\"rates_30d\",\"digest\":\"abc\"}"},
          {200, "{\"Documents\":[{\"id\":\"a b\",\"k\":\"a b\"},{\"id\":\"7\",\"k\":7}]}"}, {204, ""},
          {404, GONE}, {200, EMPTY}, {204, ""});
    assert_int_equal(BEGIN_BY_TOKEN(), 0);
    assert_int_equal(drop(&s), 0);
    assert_int_equal(scripted_count(s.server), 8);
    assert_never_sent(s.server, "DELETE /dbs/wkl/colls/rates_30d HTTP");
    assert_never_sent(s.server, "DELETE /dbs/wkl/colls/wkl_tables HTTP");
    assert_non_null(strstr(scripted_request(s.server, 4), "DELETE /dbs/wkl/colls/rates_30d/docs/a%20b HTTP"));
    assert_non_null(strstr(scripted_request(s.server, 4), "x-ms-documentdb-partitionkey: [\"a b\"]\r\n"));
    assert_non_null(strstr(scripted_request(s.server, 5), "x-ms-documentdb-partitionkey: [7]\r\n"));
    assert_non_null(
        strstr(scripted_request(s.server, 7), "DELETE /dbs/wkl/colls/wkl_tables/docs/rates_30d HTTP"));
    end(&s);
}

static void cosmosdb_lost_answer(void **state)
{
    (void)state;
    static const struct reply lost[] = {CLOSES, {500, "{}"}, {503, "{}"}, {408, "{}"}};
    for (size_t i = 0; i < sizeof lost / sizeof *lost; i++) {
        struct scene s;
        STEPS({200, THERE}, {404, GONE}, {200, THERE}, {200, THERE}, {201, "{}"}, lost[i], {409, CONFLICT});
        assert_int_equal(BEGIN(backend_cosmosdb), 0);
        assert_int_equal(create(&s), 0);
        assert_int_equal(scripted_count(s.server), 7);
        assert_never_sent(s.server, "DELETE ");
        end(&s);
    }
}

static void cosmosdb_somebody_was_faster(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {404, GONE}, {200, THERE}, {200, THERE}, {201, "{}"}, {409, CONFLICT}, {204, ""});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    assert_int_equal(create(&s), ERR_FOREIGN);
    assert_non_null(
        strstr(scripted_request(s.server, 6), "DELETE /dbs/wkl/colls/wkl_tables/docs/rates_30d HTTP"));
    end(&s);
}

static void cosmosdb_unknown_outcome(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {404, GONE}, {200, THERE}, {200, THERE}, {201, "{}"}, CLOSES, {400, "{}"});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    assert_int_equal(create(&s), ERR_SERVER);
    assert_non_null(strstr(s.err.text, "whether the container 'rates_30d' was made is not known"));
    assert_never_sent(s.server, "DELETE ");
    end(&s);
}

/* ---- the lease of a run (backends/lease.h) ---- */

/* "SELF PROCESS WHEN BEAT" of a run on another machine. */
#define LEASE(BEAT) "wkl/7/20260101T000000Z/elsewhere boot:pid/7/99 99999999999 " BEAT

static int take_mark(struct scene *s, struct holder *holder)
{
    s->err = (struct error){0};
    return s->inst.backend->store->mark->take(s->admin, holder, &s->err);
}

static void dynamodb_lease_of_another(void **state)
{
    (void)state;
    struct scene s;
    struct holder holder;
#define LEASED(BEAT) "{\"Item\":{\"name\":{\"S\":\".owner\"},\"holder\":{\"S\":\"" LEASE(BEAT) "\"}}}"
    STEPS({200, ACTIVE}, {200, LEASED("1")}, {200, LEASED("2")},
          {200, "{}"}, {400, "{\"__type\":\"x#ConditionalCheckFailedException\"}"}, {200, LEASED("3")},       /* somebody was faster */
          {200, "{}"}, {200, "{}"},                                       /* free, and taken */
          {200, "{}"},                                                    /* renewed */
          {400, "{\"__type\":\"x#ConditionalCheckFailedException\"}"}, {200, LEASED("4")});                  /* lost */
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(take_mark(&s, &holder), MARK_TAKEN);
    assert_int_equal(take_mark(&s, &holder), 0);
    assert_int_equal(backend_dynamodb.store->mark->renew(s.admin, &s.err), 0);
    assert_int_equal(backend_dynamodb.store->mark->renew(s.admin, &s.err), ERR_LOST);
    scripted_stop(s.server);
    assert_non_null(strstr(scripted_request(s.server, 7), "attribute_not_exists"));
    assert_non_null(strstr(scripted_request(s.server, 8), "\"#holder = :seen\""));
    assert_never_sent(s.server, "CreateTable");
    end(&s);
}

/* Of a run that ended half an hour ago without a word, by the wall clock. */
static void dynamodb_lease_that_is_stale(void **state)
{
    (void)state;
    struct scene s;
    struct holder holder;
    STEPS({200, ACTIVE},
          {200, "{\"Item\":{\"name\":{\"S\":\".owner\"},\"holder\":{\"S\":\"wkl/7/20200101T000000Z/elsewhere "
                "boot:pid/7/99 1577836800 5\"}}}"},
          {200, "{}"});
    assert_int_equal(BEGIN(backend_dynamodb), 0);
    assert_int_equal(take_mark(&s, &holder), 0);
    scripted_stop(s.server);
    assert_non_null(strstr(scripted_request(s.server, 2), "1577836800 5"));
    end(&s);
}

/* The holder is named, and what it wrote is compared with what is there. */
static void cosmosdb_lease_of_another(void **state)
{
    (void)state;
    struct scene s;
    struct holder holder;
#define OWNED(BEAT) "{\"id\":\".owner\",\"_etag\":\"e" BEAT "\",\"holder\":\"" LEASE(BEAT) "\"}"
    STEPS({200, THERE}, {200, OWNED("1")}, {404, GONE}, {404, GONE}, {200, THERE}, {200, THERE},
          {409, CONFLICT}, {200, OWNED("2")});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    assert_int_equal(take_mark(&s, &holder), MARK_TAKEN);
    assert_string_equal(holder.words, "pid 7 on elsewhere since 2026-01-01 00:00:00 UTC");
    assert_int_equal(take_mark(&s, &holder), MARK_TAKEN);
    end(&s);
}

static void cosmosdb_foreign_stays(void **state)
{
    (void)state;
    struct scene s;
    STEPS({200, THERE}, {200, THERE}, {404, GONE}, {404, GONE});
    assert_int_equal(BEGIN(backend_cosmosdb), 0);
    assert_int_equal(drop(&s), 0);
    scripted_stop(s.server);
    assert_int_equal(scripted_count(s.server), 4);
    assert_never_sent(s.server, "DELETE ");
    end(&s);
}

/* A database that wkl did not make stays, and so does one that holds anything else. */
static void cosmosdb_database_stays(void **state)
{
    (void)state;
#define MADE_IT "{\"Documents\":[{\"id\":\".database\"}]}"
    static const char *const notes[] = {"{\"Documents\":[]}", MADE_IT, MADE_IT};
    static const char *const containers[] = {
        NULL, "{\"DocumentCollections\":[{\"id\":\"wkl_tables\"},{\"id\":\"other\"}]}",
        "{\"DocumentCollections\":[{\"id\":\"wkl_tables\"}]}",
    };
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        struct scene s;
        /* open; find, drop it and its note; what is left */
        struct reply steps[] = {{200, THERE}, {200, THERE}, {200, THERE}, {204, ""}, {204, ""},
                               {200, THERE}, {200, notes[i]}, {204, ""}, {204, ""}};
        if (containers[i])
            steps[7] = (struct reply){200, containers[i]};
        assert_int_equal(BEGIN(backend_cosmosdb), 0);
        assert_int_equal(drop(&s), 0);
        scripted_stop(s.server);
        const char *last = scripted_request(s.server, scripted_count(s.server) - 1);
        const char *wanted = i == 2 ? "DELETE /dbs/wkl HTTP" : "DELETE /dbs/wkl/colls/wkl_tables HTTP";
        assert_int_equal(strncmp(last, wanted, strlen(wanted)), 0);
        end(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_credentials), cmocka_unit_test(wrong_key), cmocka_unit_test(wrong_words),
        cmocka_unit_test(dynamodb_presence), cmocka_unit_test(dynamodb_foreign_stays),
        cmocka_unit_test(dynamodb_refuses_foreign), cmocka_unit_test(dynamodb_creates),
        cmocka_unit_test(broken_connections), cmocka_unit_test(stopped_while_waiting),
        cmocka_unit_test(dynamodb_drops),
        cmocka_unit_test(dynamodb_deletion_after_a_stop), cmocka_unit_test(dynamodb_lost_answer),
        cmocka_unit_test(dynamodb_somebody_was_faster),
        cmocka_unit_test(dynamodb_unknown_outcome), cmocka_unit_test(dynamodb_lease_of_another),
        cmocka_unit_test(dynamodb_lease_that_is_stale),
        cmocka_unit_test(cosmosdb_lost_answer), cmocka_unit_test(cosmosdb_somebody_was_faster),
        cmocka_unit_test(cosmosdb_unknown_outcome),
        cmocka_unit_test(cosmosdb_lease_of_another), cmocka_unit_test(dynamodb_loaded_so_far),
        cmocka_unit_test(dynamodb_dropped_while_loading),
        cmocka_unit_test(cosmosdb_loaded_so_far), cmocka_unit_test(cosmosdb_notes_in_turn),
        cmocka_unit_test(cosmosdb_dropped_while_loading),
        cmocka_unit_test(cosmosdb_takes_empty_containers_by_token),
        cmocka_unit_test(cosmosdb_says_what_a_token_cannot_make),
        cmocka_unit_test(cosmosdb_drops_documents_by_token),
        cmocka_unit_test(cosmosdb_presence), cmocka_unit_test(cosmosdb_foreign_stays),
        cmocka_unit_test(cosmosdb_database_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
