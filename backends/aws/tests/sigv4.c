/* sigv4.c - against AWS's published test suite (aws-sig-v4-test-suite) and against what botocore 1.43 makes
 * of DynamoDB requests. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "backends/aws/sigv4.h"

#define STAMP "20150830T123600Z"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define HOST {"host", "example.amazonaws.com"}
#define DATE {"x-amz-date", STAMP}
#define GET_ITEM "{\"TableName\":\"t\",\"Key\":{\"id\":{\"S\":\"k1\"}}}"
#define JSON_TYPE {"content-type", "application/x-amz-json-1.0"}
#define TARGET {"x-amz-target", "DynamoDB_20120810.GetItem"}

struct vector {
    const char *name, *service, *method, *query, *body;
    struct sigv4_header headers[5];
    size_t nheaders;
    const char *names, *signature;
};

static const struct vector vectors[] = {
    {"get-vanilla", "service", "GET", "", "", {HOST, DATE}, 2, "host;x-amz-date",
     "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
    {"post-vanilla", "service", "POST", "", "", {HOST, DATE}, 2, "host;x-amz-date",
     "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
    {"get-vanilla-query-order-key-case", "service", "GET", "Param1=value1&Param2=value2", "", {HOST, DATE}, 2,
     "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
    {"post-x-www-form-urlencoded", "service", "POST", "", "Param1=value1",
     {{"content-type", "application/x-www-form-urlencoded"}, HOST, DATE}, 3, "content-type;host;x-amz-date",
     "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    {"get-header-value-order", "service", "GET", "", "", {HOST, {"my-header1", "value2,value2,value1"}, DATE},
     3, "host;my-header1;x-amz-date", "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"},
    {"GetItem", "dynamodb", "POST", "", GET_ITEM, {JSON_TYPE, {"host", "dynamodb.us-east-1.amazonaws.com"},
                                                   DATE, TARGET}, 4,
     "content-type;host;x-amz-date;x-amz-target", "675de958a73e54bec5524eaa25d4b97759239d067a5bc5651bd5be2e6fc01f38"},
    {"GetItem with a session token", "dynamodb", "POST", "", GET_ITEM,
     {JSON_TYPE, {"host", "127.0.0.1:8000"}, DATE, {"x-amz-security-token", "the-token"}, TARGET}, 5,
     "content-type;host;x-amz-date;x-amz-security-token;x-amz-target",
     "21ce4244a177cb2f20f303818dce933919a5308d14745314d5ccab60e5c7ab2f"},
};

static void check(struct sigv4 *s, const struct vector *v)
{
    struct buf got = {0}, wanted = {0};
    buf_printf(&wanted,
               "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/%s/aws4_request, "
               "SignedHeaders=%s, Signature=%s",
               v->service, v->names, v->signature);
    sigv4_sign(s, v->method, "/", v->query, v->headers, v->nheaders, v->body, strlen(v->body), STAMP, &got);
    if (strcmp(buf_text(&got), buf_text(&wanted)))
        fail_msg("%s:\n got %s\nwant %s", v->name, buf_text(&got), buf_text(&wanted));
    buf_release(&got);
    buf_release(&wanted);
}

static void published_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct sigv4 s;
        sigv4_init(&s, "AKIDEXAMPLE", SECRET, "us-east-1", vectors[i].service);
        check(&s, &vectors[i]);
        check(&s, &vectors[i]);                       /* once more with the key that is kept */
        sigv4_release(&s);
    }
}

/* The kept key must not outlive its day. */
static void next_day(void **state)
{
    (void)state;
    struct sigv4 s;
    struct buf first = {0}, later = {0}, back = {0};
    const struct vector *v = &vectors[0];
    sigv4_init(&s, "AKIDEXAMPLE", SECRET, "us-east-1", v->service);
    sigv4_sign(&s, v->method, "/", v->query, v->headers, v->nheaders, "", 0, STAMP, &first);
    sigv4_sign(&s, v->method, "/", v->query, v->headers, v->nheaders, "", 0, "20150831T000000Z", &later);
    sigv4_sign(&s, v->method, "/", v->query, v->headers, v->nheaders, "", 0, STAMP, &back);
    assert_non_null(strstr(later.data, "/20150831/"));
    assert_string_not_equal(strstr(first.data, "Signature="), strstr(later.data, "Signature="));
    assert_string_equal(first.data, back.data);
    buf_release(&first);
    buf_release(&later);
    buf_release(&back);
    sigv4_release(&s);
}

static void stamps(void **state)
{
    (void)state;
    char stamp[SIGV4_STAMP];
    sigv4_stamp(1440938160, stamp);
    assert_string_equal(stamp, STAMP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(published_vectors), cmocka_unit_test(next_day),
                                       cmocka_unit_test(stamps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
