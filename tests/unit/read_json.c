/* read_json.c - what is no result, or is a spoiled one, is refused in words; nothing of any kind brings the
 * reader down. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "show/read_json.h"
#include "show/report.h"

static void read_golden(struct buf *b)
{
    const char *source = getenv("WKL_SOURCE");
    char path[4096], part[4096];
    size_t n;
    snprintf(path, sizeof path, "%s/tests/report/one.json", source ? source : ".");
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        buf_add(b, part, n);
    fclose(f);
}

static void refuse(const char *json, size_t n, const char *words)
{
    struct error err = {0};
    struct results *r = NULL;
    int rc = results_read_text(json, n, &r, &err);
    if (rc != ERR_USAGE || r || !strstr(err.text, words))
        fail_msg("expected '%s', found '%s'", words, rc ? err.text : "a result");
}

static void foreign_texts_are_refused(void **state)
{
    (void)state;
    static const struct { const char *json, *words; } texts[] = {
        {"", "cut short in line 1, or is not JSON"},
        {"{\n\"wkl\": ", "cut short in line 2"},
        {"{\n\"wkl\" = 3, \"workload\": \"x\"}\n", "not JSON from line 2 on"},
        {"[]", "not a result that wklrun wrote"},
        {"7", "not a result that wklrun wrote"},
        {"{\"name\": \"wkl\"}", "not a result that wklrun wrote"},
        {"{\"wkl\": 3}", "wkl: a text is expected"},
        {"{\"wkl\": null}", "wkl: it is null"},
        {"{\"wkl\": \"1\"}", "workload: it is missing"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        refuse(texts[i].json, strlen(texts[i].json), texts[i].words);
}

static void what_is_cut_short_is_refused(void **state)
{
    (void)state;
    struct buf b = {0};
    read_golden(&b);
    for (size_t n = 0; n + 2 < b.len; n += 37)
        refuse(b.data, n, "cut short");
    refuse(b.data, b.len - 2, "cut short");
    buf_release(&b);
}

/* One change each: the path of a key, what it becomes, and what is said. */
static void spoiled_results_are_refused(void **state)
{
    (void)state;
    static const struct { const char *from, *to, *words; } changes[] = {
        {"\"seed\":\t42", "\"seed\":\t-1", "seed: a whole number is expected"},
        {"\"seed\":\t42", "\"seed\":\t4.5", "seed: a whole number is expected"},
        {"\"seed\":\t42", "\"seed\":\t1e300", "seed: a whole number is expected"},
        {"\"cores\":\t2", "\"cores\":\t5000000000",
         "host.cores: a whole number is expected, from 0 to 4294967295"},
        {"\"cpu_ns\"", "\"cpus\"", "results[0].client.cpu_ns: it is missing"},
        {"\"status\":\t\"ok\"", "\"status\":\t\"fine\"",
         "backends[0].status: 'fine' is not known: 'ok', 'skipped' or 'failed' is expected"},
        {"\"metric\":\t\"errors\"", "\"metric\":\t\"mistakes\"",
         "expectations[0].metric: 'mistakes' is not known: 'p50', 'p90'"},
        {"\"began_seconds\":\t0", "\"began_seconds\":\t\"0\"",
         "results[0].rounds[0].began_seconds: a number is expected"},
        {"\"began_seconds\":\t0", "\"began_seconds\":\t1e999",
         "results[0].rounds[0].began_seconds: a number is expected"},
        {"\"hdr\":\t\"HIST", "\"hdr\":\t\"TSIH",
         "results[0].rounds[0].histogram.hdr: a histogram cannot be read"},
        {"\"min_ns\":\t", "\"min_ns\":\t1",
         "results[0].rounds[0].histogram: its ends are not those of its slots"},
        {"\"requests\":\t60800", "\"requests\":\t60801",
         "results[0]: its requests are 60801, those in its histogram 60800"},
        {"\"requests\":\t20000", "\"requests\":\t2000",
         "results[0].rounds[0]: its requests are 2000, those in its histogram 20000"},
        {"\"reused\":\tfalse", "\"reused\":\t0", "backends[0].load.reused: true or false is expected"},
        {"\"sweep\":\t{\n", "\"sweep\":\t{\"share\": 3\n", "results[0].sweep.share: a text is expected"},
        {"\"calls\":\t[{", "\"calls\":\t[7, {", "results[0].slowest.calls[0]: an object is expected"},
        {"\"left_out\":\t[]", "\"left_out\":\t7", "left_out: a list is expected"},
    };
    struct buf b = {0};
    read_golden(&b);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *at = strstr(b.data, changes[i].from);
        struct buf other = {0};
        assert_non_null(at);
        buf_add(&other, b.data, (size_t)(at - b.data));
        buf_puts(&other, changes[i].to);
        buf_puts(&other, at + strlen(changes[i].from));
        refuse(other.data, other.len, changes[i].words);
        buf_release(&other);
    }
    buf_release(&b);
}

/* ---- every value in turn becomes another ---- */

static const char *const others[] = {"null", "-1",   "1e300",           "\"\"", "[]", "{}",
                                     "[{}]", "true", "9007199254740992"};

static void try_with(cJSON *root, cJSON *item, const char *text)
{
    struct error err = {0};
    struct results *r = NULL;
    cJSON *other = cJSON_Parse(text);
    cJSON saved = *item;
    item->type = other->type;                         /* a cJSON is its type and its values; keys and
                                                         neighbours stay */
    item->child = other->child;
    item->valuestring = other->valuestring;
    item->valuedouble = other->valuedouble;
    char *json = cJSON_PrintUnformatted(root);
    if (results_read_text(json, strlen(json), &r, &err) < 0) {
        assert_true(err.text[0]);
    } else {
        for (const struct report_format *f = report_formats; f->name; f++) {
            struct buf b = {0};
            f->put(r, &(struct report_options){.width = 80}, &b);
            buf_release(&b);
        }
        results_free(r);
    }
    cJSON_free(json);
    *item = saved;
    cJSON_Delete(other);
}

static void try_each(cJSON *root, cJSON *parent, unsigned *n)
{
    for (cJSON *item = parent->child; item; item = item->next) {
        try_with(root, item, others[(*n)++ % (sizeof others / sizeof *others)]);
        try_each(root, item, n);
    }
}

static void any_value_is_borne(void **state)
{
    (void)state;
    struct buf b = {0};
    read_golden(&b);
    cJSON *root = cJSON_Parse(b.data);
    unsigned n = 0;
    try_each(root, root, &n);
    assert_true(n > 300);
    cJSON_Delete(root);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_texts_are_refused),
        cmocka_unit_test(what_is_cut_short_is_refused),
        cmocka_unit_test(spoiled_results_are_refused),
        cmocka_unit_test(any_value_is_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
