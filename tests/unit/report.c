/* report.c - every form of report from results built by hand, against tests/report/NAME.EXT; UPDATE=1 writes
 * those anew. With an argument, the names of cases, it prints them instead as text or in $FORMAT, for a look
 * at them. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include "base/error.h"
#include "base/mem.h"
#include "findings/baseline.h"
#include "findings/baseline_judge.h"
#include "findings/compare.h"
#include "findings/recommend.h"
#include "show/hdr.h"
#include "show/read_json.h"
#include "show/report.h"
#include "report_cases.h"

/* ---- goldens ---- */

static char *path_of(const char *name, const char *ext)
{
    const char *source = getenv("WKL_SOURCE");
    struct buf b = {0};
    buf_printf(&b, "%s/tests/report/%s.%s", source ? source : ".", name, ext);
    return b.data;
}

static void read_file(const char *path, struct buf *into)
{
    char part[4096];
    size_t n;
    FILE *f = fopen(path, "rb");
    while (f && (n = fread(part, 1, sizeof part, f)) > 0)
        buf_add(into, part, n);
    if (f)
        fclose(f);
}

static void compare_golden(const char *name, const char *ext, const struct buf *found)
{
    char *path = path_of(name, ext);
    struct buf golden = {0};
    if (getenv("UPDATE")) {
        FILE *f = fopen(path, "wb");
        assert_non_null(f);
        assert_int_equal(fwrite(found->data, 1, found->len, f), found->len);
        assert_int_equal(fclose(f), 0);
    }
    read_file(path, &golden);
    if (strcmp(buf_text(&golden), buf_text(found)))
        fail_msg("%s is not what was written:\n%s", path, buf_text(found));
    buf_release(&golden);
    mem_free(path);
}

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = strstr(text, word); p; p = strstr(p + 1, word)) {
        bool before = p > text &&
                      (p[-1] == '_' || (p[-1] >= 'a' && p[-1] <= 'z') || (p[-1] >= 'A' && p[-1] <= 'Z'));
        bool after = p[n] == '_' || (p[n] >= 'a' && p[n] <= 'z') || (p[n] >= 'A' && p[n] <= 'Z');
        if (!before && !after)
            return true;
    }
    return false;
}

static void every_report_is_as_it_was(void **state)
{
    (void)state;
    static const struct { const char *format, *ext; } forms[] = {{"text", "txt"}, {"text", "details.txt"}, {"json", "json"}, {"csv", "csv"}, {"md", "md"}, {"junit", "xml"}};
    struct report_options options = {.width = 100};
    for (size_t i = 0; i < REPORT_CASES; i++) {
        struct results *r = cases_results();
        report_cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        recommend_results(r);
        for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
            struct buf b = {0};
            options.details = !strcmp(forms[f].ext, "details.txt");
            report_find_format(forms[f].format)->put(r, &options, &b);
            compare_golden(report_cases[i].name, forms[f].ext, &b);
            assert_false(has_word(buf_text(&b), "nan") || has_word(buf_text(&b), "inf") ||
                         strstr(buf_text(&b), "(null)"));
            buf_release(&b);
        }
        results_free((struct results *)r->baseline);
        results_free(r);
    }
    assert_null(report_find_format("papyrus"));
}

/* What was written and is read back gives the same reports to the byte, the JSON included. */
static void a_result_is_read_back(void **state)
{
    (void)state;
    struct report_options options = {.width = 100};
    for (size_t i = 0; i < REPORT_CASES; i++) {
        struct results *r = cases_results(), *back = NULL;
        struct buf json = {0};
        struct error err = {0};
        report_cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        recommend_results(r);
        report_put_json(r, &options, &json);
        if (results_read_text(buf_text(&json), json.len, &back, &err) < 0)
            fail_msg("%s: %s", report_cases[i].name, err.text);
        compare_results(back);                        /* the baseline is another file, and not at hand */
        baseline_judge(back);
        for (const struct report_format *f = report_formats; f->name; f++) {
            struct buf before = {0}, after = {0};
            f->put(r, &options, &before);
            f->put(back, &options, &after);
            assert_string_equal(buf_text(&before), buf_text(&after));
            buf_release(&before), buf_release(&after);
        }
        buf_release(&json);
        results_free((struct results *)r->baseline);
        results_free(back);
        results_free(r);
    }
}

static void say_nothing(void *to, const char *fmt, ...)
{
    (void)to; (void)fmt;
}

/* What pipelines read is as tests/report/junit.xsd says, and its counts are those of its cases. */
static void pipelines_can_read_it(void **state)
{
    (void)state;
    struct report_options options = {0};
    char *path = path_of("junit", "xsd");
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(path);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    assert_non_null(schema);
    for (size_t i = 0; i <= REPORT_CASES; i++) {
        struct results *r = cases_results();
        struct buf b = {0};
        report_cases[i % REPORT_CASES].build(r);
        compare_results(r);
        baseline_judge(r);
        report_find_format("junit")->put(r, &options, &b);
        if (i == REPORT_CASES)                               /* and what is not is noticed */
            memcpy(strstr(b.data, "classname"), "nameclass", 9);
        xmlDocPtr doc = xmlReadMemory(b.data, (int)b.len, NULL, NULL, XML_PARSE_NONET);
        xmlSchemaValidCtxtPtr valid = xmlSchemaNewValidCtxt(schema);
        assert_non_null(doc);
        if (i == REPORT_CASES)
            xmlSchemaSetValidErrors(valid, say_nothing, say_nothing, NULL);
        assert_int_equal(xmlSchemaValidateDoc(valid, doc) != 0, i == REPORT_CASES);
        xmlSchemaFreeValidCtxt(valid);
        xmlFreeDoc(doc);
        buf_release(&b);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    mem_free(path);
}

/* The lines of a log are in the order of time, and those of one tag have as many requests as were
 * answered. */
static void a_log_has_every_request(void **state)
{
    (void)state;
    struct report_options options = {0};
    for (size_t i = 0; i < REPORT_CASES; i++) {
        struct results *r = cases_results();
        struct buf b = {0};
        uint64_t answered = 0, logged = 0;
        double last = 0, from, seconds, greatest;
        report_cases[i].build(r);
        for (size_t k = 0; k < r->entries.count; k++)
            answered += 2 * r->entries.items[k]->all.requests;   /* response and service */
        report_find_format("hlog")->put(r, &options, &b);
        for (char *line = strtok(b.data, "\n"); line; line = strtok(NULL, "\n")) {
            struct error err = {0};
            const char *fields = strchr(line, ',');
            if (line[0] == '#' || line[0] == '"')
                continue;
            assert_memory_equal(line, "Tag=", 4);
            assert_int_equal(sscanf(fields, ",%lf,%lf,%lf,", &from, &seconds, &greatest), 3);
            assert_true(from >= last && seconds >= 0);
            last = from;
            struct packed *p = hdr_read_base64(strrchr(line, ',') + 1, &err);
            assert_non_null(p);
            logged += strstr(line, "/wait,") || strstr(line, "/lag,") ? 0 : p->count;
            mem_free(p);
        }
        assert_int_equal(logged, answered);
        buf_release(&b);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
}

static void check_element(const xmlNode *node)
{
    static const char *const never_empty[] = {"th", "title", "caption", "figcaption", "h1", "h2", "li"};
    for (; node; node = node->next) {
        if (node->type != XML_ELEMENT_NODE)
            continue;
        const char *name = (const char *)node->name;
        xmlChar *text = xmlNodeGetContent(node);
        for (size_t i = 0; i < sizeof never_empty / sizeof *never_empty; i++)
            assert_false(!strcmp(name, never_empty[i]) && !*text);
        if (!strcmp(name, "th"))
            assert_non_null(xmlHasProp(node, (const xmlChar *)"scope"));
        if (!strcmp(name, "svg") && strcmp((const char *)node->parent->name, "svg") != 0)   /* within another it is part of that picture */
            assert_non_null(xmlHasProp(node, (const xmlChar *)"aria-label"));
        assert_string_not_equal(name, "script");
        xmlChar *href = xmlGetProp(node, (const xmlChar *)"href");
        assert_true(!href || *href == '#');
        xmlFree(href);
        assert_null(xmlHasProp(node, (const xmlChar *)"src"));
        xmlFree(text);
        check_element(node->children);
    }
}

/* A page is well-formed, needs nothing from elsewhere, and says to those who do not see what is a heading and
 * what a picture shows. */
static void pages_stand_alone(void **state)
{
    (void)state;
    struct report_options options = {0};
    for (size_t i = 0; i < REPORT_CASES; i++) {
        struct results *r = cases_results();
        struct buf b = {0};
        report_cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        recommend_results(r);
        r->title = "<script>alert('x')</script> & \"more\"";
        report_find_format("html")->put(r, &options, &b);
        xmlDocPtr doc = xmlReadMemory(b.data, (int)b.len, NULL, "UTF-8", XML_PARSE_NONET);
        assert_non_null(doc);
        check_element(xmlDocGetRootElement(doc));
        assert_null(strstr(b.data, "<script"));
        assert_false(has_word(b.data, "nan") || has_word(b.data, "inf") || strstr(b.data, "(null)"));
        assert_int_equal(strstr(b.data, "<svg") != NULL,
                         strcmp(report_cases[i].name, "empty") && strcmp(report_cases[i].name, "failed"));
        xmlFreeDoc(doc);
        buf_release(&b);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
    xmlCleanupParser();
}

static size_t columns_of(const char *line, size_t n)
{
    size_t columns = 0;
    for (size_t i = 0; i < n; i++)
        columns += ((unsigned char)line[i] & 0xC0) != 0x80;
    return columns;
}

/* Only words that are longer than the line may go beyond it: the case "odd" is made of them. */
static void text_keeps_to_its_width(void **state)
{
    (void)state;
    static const unsigned widths[] = {140, 100, 80};
    for (size_t w = 0; w < 6; w++)
        for (size_t i = 0; i < REPORT_CASES; i++) {
            if (!strcmp(report_cases[i].name, "odd"))
                continue;
            struct results *r = cases_results();
            struct buf b = {0};
            struct report_options options = {.width = widths[w % 3], .details = w >= 3};
            report_cases[i].build(r);
            compare_results(r);
            baseline_judge(r);
            recommend_results(r);
            report_put_text(r, &options, &b);
            for (const char *p = buf_text(&b); *p; p += strcspn(p, "\n") + 1) {
                size_t n = strcspn(p, "\n");
                if (columns_of(p, n) > options.width)
                    fail_msg("%s: wider than %u: %.*s", report_cases[i].name, options.width, (int)n, p);
                assert_false(n && p[n - 1] == ' ');
            }
            buf_release(&b);
            results_free((struct results *)r->baseline);
            results_free(r);
        }
}

static void colour_only_adds_colour(void **state)
{
    (void)state;
    struct results *r = cases_results();
    struct buf plain = {0}, coloured = {0}, stripped = {0};
    struct report_options options = {.width = 100};
    report_cases[0].build(r);                         /* "compare" */
    report_put_text(r, &options, &plain);
    options.colour = true;
    report_put_text(r, &options, &coloured);
    for (const char *p = buf_text(&coloured); *p; p++) {
        if (*p == '\033')
            p += strcspn(p, "m");
        else
            buf_putc(&stripped, *p);
    }
    assert_null(strchr(buf_text(&plain), '\033'));
    assert_true(coloured.len > plain.len);
    assert_string_equal(buf_text(&stripped), buf_text(&plain));
    buf_release(&plain), buf_release(&coloured), buf_release(&stripped);
    results_free(r);
}

/* Without UTF-8 all is ASCII, and every line as wide as it was. */
static void plain_text_is_as_wide(void **state)
{
    (void)state;
    for (size_t i = 0; i < REPORT_CASES; i++) {
        struct results *r = cases_results();
        struct buf usual = {0}, plain = {0};
        report_cases[i].build(r);
        compare_results(r);
        baseline_judge(r);
        report_put_text(r, &(struct report_options){.width = 100}, &usual);
        report_put_text(r, &(struct report_options){.width = 100, .plain = true}, &plain);
        const char *p = buf_text(&usual), *q = buf_text(&plain);
        for (; *p && *q; p += strcspn(p, "\n") + 1, q += strcspn(q, "\n") + 1)
            assert_int_equal(columns_of(p, strcspn(p, "\n")), strcspn(q, "\n"));
        assert_true(!*p && !*q);
        int unknown = 0;
        for (p = buf_text(&usual); *p; p++)
            unknown -= *p == '?';
        for (q = buf_text(&plain); *q; q++) {
            assert_true(*q > 0);
            unknown += *q == '?';
        }
        assert_int_equal(unknown, 0);
        buf_release(&usual), buf_release(&plain);
        results_free((struct results *)r->baseline);
        results_free(r);
    }
}

static int print_cases(int n, char **names)
{
    const char *format = getenv("FORMAT");
    struct report_options options = {.width = report_width(STDOUT_FILENO),
                                     .colour = report_wants_colour(STDOUT_FILENO),
                                     .plain = report_wants_plain(STDOUT_FILENO)};
    for (int k = 0; k < n; k++)
        for (size_t i = 0; i < REPORT_CASES; i++) {
            if (strcmp(names[k], report_cases[i].name))
                continue;
            struct results *r = cases_results();
            struct buf b = {0};
            report_cases[i].build(r);
            compare_results(r);
            baseline_judge(r);
            recommend_results(r);
            report_find_format(format ? format : "text")->put(r, &options, &b);
            fputs(buf_text(&b), stdout);
            buf_release(&b);
            results_free(r);
        }
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_report_is_as_it_was),
        cmocka_unit_test(a_result_is_read_back),
        cmocka_unit_test(pipelines_can_read_it),
        cmocka_unit_test(a_log_has_every_request),
        cmocka_unit_test(pages_stand_alone),
        cmocka_unit_test(text_keeps_to_its_width),
        cmocka_unit_test(colour_only_adds_colour),
        cmocka_unit_test(plain_text_is_as_wide),
    };
    if (argc > 1)
        return print_cases(argc - 1, argv + 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
