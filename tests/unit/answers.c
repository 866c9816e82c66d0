/* answers.c - what reports say in words: whose figures they are, what is cheapest, how it was loaded, what
 * cannot be told. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "findings/compare.h"
#include "findings/expect.h"
#include "findings/points.h"
#include "findings/recommend.h"
#include "show/report.h"
#include "show/text.h"
#include "report_cases.h"

/* Every form says of each backend that its service did not answer, and who did. One server is not compared
 * with itself. */
static void stand_ins_are_told_in_every_form(void **state)
{
    (void)state;
    static const struct { const char *format, *words[3]; } forms[] = {
        {"text", {"dynamodb (DynamoDB Local 2.5.3, this", "lakebase and aurora_postgres are the same server",
                  "cosmosdb (an emulator,"}},
        {"md", {"dynamodb (DynamoDB Local 2.5.3, this machine) |", "are the same server",
                "cosmosdb (an emulator, cosmos.test) |"}},
        {"html", {"<span class=\"whose\">DynamoDB Local 2.5.3, this machine</span>", "are the same server",
                  "dynamodb (stand-in), batch by family"}},
        {"csv", {",yes,\"DynamoDB Local 2.5.3, this machine\",,\n",
                 ",yes,\"PostgreSQL 15.20, this machine\",lakebase,\n", ",no,,,\n"}},
        {"json", {"\"server\":\t\"DynamoDB Local 2.5.3\"", "\"same_server_as\":\t\"lakebase\"",
                  "\"stand_in\":\ttrue"}},
        {"junit", {"stand-in for dynamodb\" value=\"DynamoDB Local 2.5.3, this machine",
                   "name=\"dynamodb (DynamoDB Local 2.5.3, this machine)\"",
                   "same server as aurora_postgres\" value=\"lakebase\""}},
        {"hlog", {"#[dynamodb is not the service: DynamoDB Local 2.5.3, this machine]",
                  "#[aurora_postgres is not the service: PostgreSQL 15.20", "cosmos.test"}},
    };
    struct report_options options = {.width = 100};
    struct results *r = cases_results();
    cases_stand_ins(r);
    compare_results(r);
    recommend_results(r);
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        struct buf b = {0};
        report_find_format(forms[f].format)->put(r, &options, &b);
        for (size_t i = 0; i < 3; i++)
            if (!strstr(buf_text(&b), forms[f].words[i]))
                fail_msg("%s lacks '%s':\n%s", forms[f].format, forms[f].words[i], buf_text(&b));
        buf_release(&b);
    }
    struct buf ratio = {0};
    assert_false(comparison_put_ratio(&ratio, r, r->entries.items[4], r->entries.items[2]));
    assert_string_equal(buf_text(&ratio), "same server");
    buf_release(&ratio);
    struct result_entry *own = r->entries.items[1];
    struct hist *service = own->all.service;
    own->all.service = own->all.response;             /* nothing waited */
    report_find_format("text")->put(r, &(struct report_options){.width = 80}, &ratio);
    if (!strstr(buf_text(&ratio), "      = ") || !strstr(buf_text(&ratio), "service"))
        fail_msg("no service time beside 80 columns, or not '=' where it is the response:\n%s", buf_text(&ratio));
    own->all.service = service;
    buf_release(&ratio);
    for (size_t i = 0; i < r->comparisons.count; i++) {
        const struct comparison *c = r->comparisons.items + i;
        assert_false(!strcmp(c->entry->backend, "aurora_postgres") &&
                     !strcmp(c->against->backend, "lakebase"));
        assert_false(!strcmp(c->entry->backend, "lakebase") &&
                     !strcmp(c->against->backend, "aurora_postgres"));
    }
    results_free(r);
}

static void has_line(const char *text, const char *part, bool wanted)
{
    struct buf joined = {0};                          /* as if no line were ever broken */
    for (const char *p = text; *p; p++)
        if (*p != '\n' && !(*p == ' ' && joined.len && joined.data[joined.len - 1] == ' '))
            buf_putc(&joined, *p);
        else if (*p == '\n' && joined.len && joined.data[joined.len - 1] != ' ')
            buf_putc(&joined, ' ');
    if ((strstr(buf_text(&joined), part) != NULL) != wanted)
        fail_msg("'%s' is %s:\n%s", part, wanted ? "not there" : "there", text);
    buf_release(&joined);
}

/* The cheapest is named without expectations; with them the recommendation alone says which is the cheapest
 * that meets them, by its rule. */
static void the_cheapest_meets_what_is_expected(void **state)
{
    (void)state;
    static const struct { const char *name; double typical, usd; } known[] = {{"cheap", 90e6, 0.1}, {"fit", 3e6, 1}, {"dear", 2e6, 2}};
    struct report_options options = {.width = 100};
    for (int expecting = 0; expecting < 2; expecting++) {
        struct results *r = cases_results();
        struct buf b = {0};
        for (size_t i = 0; i < 3; i++) {
            struct result_entry *e = cases_measured(r, &cases_point, "single", known[i].name,
                                                    known[i].typical, 1);
            cases_price(r, e, known[i].usd, 1, COST_MODELLED);
            expect_evaluate(r, e, cases_expects, expecting ? 2 : 0, false);
        }
        compare_results(r);
        recommend_results(r);
        report_put_text(r, &options, &b);
        has_line(buf_text(&b), "Recommendation: fit, single: $1.00 per million requests", expecting);
        has_line(buf_text(&b), "Cheapest with a known price: cheap, single: $0.100 per million requests.",
                 !expecting);
        buf_release(&b);
        results_free(r);
    }
}

/* Closed loops whose requests wait for nothing have service times that are their response times: one column
 * says both. */
static void a_column_that_says_nothing_is_left_out(void **state)
{
    (void)state;
    static const char *const forms[] = {"text", "md", "html"};
    for (int differs = 0; differs < 2; differs++) {
        struct results *r = cases_results();
        for (int i = 0; i < 2; i++) {
            struct result_entry *e = cases_measured(r, &cases_point, cases_strategies[i].text, "sqlite", 1e6,
                                                    1);
            hist_reset(e->all.service);
            hist_merge(e->all.service, e->all.response);
            if (differs && i)
                hist_record_n(e->all.service, 5000000, 5000);
        }
        compare_results(r);
        for (size_t f = 0; f < 3; f++) {
            struct buf b = {0};
            report_find_format(forms[f])->put(r, &(struct report_options){.width = 100}, &b);
            assert_int_equal(strstr(buf_text(&b), "service") != NULL, differs);
            buf_release(&b);
        }
        results_free(r);
    }
}

/* Of a sweep the whole span, and of clients that come as they are needed how many it took. */
static void how_it_was_loaded_is_told_of_all_points(void **state)
{
    (void)state;
    static const struct { double rate[2]; uint32_t clients[2], most; const char *said; } known[] = {
        {{0, 0}, {1, 64}, 0, "closed loop, 1 to 64 clients"},
        {{0, 0}, {1, 1}, 0, "closed loop, 1 client"},
        {{500, 8000}, {3, 911}, 10000, "open loop, 500/s to 8,000/s, 3 to 911 clients as needed"},
        {{500, 500}, {20, 20}, 0, "open loop, 500/s, 20 clients"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct results *r = cases_results();
        struct buf said = {0};
        for (int k = 0; k < 2; k++) {
            struct result_entry *e = results_add_entry(r, &cases_point, "single", "sqlite");
            e->rate = known[i].rate[k];
            e->clients = known[i].clients[k];
            e->most_clients = known[i].most;
        }
        text_put_load(&said, r, 0, 2);
        assert_string_equal(buf_text(&said), known[i].said);
        buf_release(&said);
        results_free(r);
    }
}

/* An interval that may be anything is not printed as if it said something. */
static void wide_intervals_tell_nothing(void **state)
{
    (void)state;
    static const struct { double low, high, seconds; const char *said; } known[] = {
        {-0.03, 0.05, 1, "no difference found (−3.0 % to +5.0 %)"},
        {-0.49, 0.99, 1, "no difference found (−49 % to +99 %)"},
        {-0.82, 109.58, 1, "too noisy to tell: measure longer, -T 30s"},
        {-0.29, 11.75, 60, "too noisy to tell: measure longer, -T 240s"},
        {-0.6, 0.2, 11, "too noisy to tell: measure longer, -T 50s"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct result_entry e = {.all.seconds = known[i].seconds}, against = {.all.seconds = 0.5};
        struct comparison c = {.entry = &e, .against = &against, .metric = METRIC_P99,
                               .verdict = VERDICT_NONE_FOUND, .why = "its interval includes zero",
                               .difference = {.low = known[i].low, .high = known[i].high}};
        struct buf b = {0};
        comparison_put(&b, &c);
        assert_string_equal(buf_text(&b), known[i].said);
        buf_release(&b);
    }
}

/* Where in a sweep, by the points that are meant (bits from the first on). */
static void places_of_a_sweep_are_told_shortly(void **state)
{
    (void)state;
    static const char *const values[] = {"1", "2", "4", "8", "16", "32", "64", "128", "256"};
    static const struct { unsigned meant; size_t params; const char *told; } known[] = {
        {0x1FF, 1, "all 9 points of the sweep"},       {0x01E, 1, "clients 2 to 16"},
        {0x005, 1, "clients 1, 4"},                     {0x002, 1, "clients 2"},
        {0x0FD, 1, "7 of 9 points of the sweep"},       {0x003, 2,
                                                         "clients 1, share 0%; clients 2, share 0%"},
        {0x07F, 2, "7 of 9 points of the sweep"},
    };
    struct ir_param settings[9][2];
    struct result_entry entries[9] = {0};
    const struct result_entry *points[9];
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        bool meant[9];
        struct buf b = {0};
        for (size_t i = 0; i < 9; i++) {
            settings[i][0] = (struct ir_param){"clients", values[i]};
            settings[i][1] = (struct ir_param){"share", "0%"};
            entries[i].sweep = settings[i];
            entries[i].nsweep = (uint32_t)known[k].params;
            points[i] = &entries[i];
            meant[i] = known[k].meant >> i & 1;
        }
        points_put(&b, points, meant, 9);
        assert_string_equal(buf_text(&b), known[k].told);
        buf_release(&b);
    }
}

/* Runs of which something was expected and nothing was measured are named; the page says so before it answers
 * anything. */
static void what_was_not_reached_is_named(void **state)
{
    (void)state;
    static const struct ir_expect limits[] = {{METRIC_P99, false, COMPARE_LT, 1e9, NULL, "p99 < 1s"}};
    struct report_options options = {.width = 100};
    struct results *r = cases_results();
    struct result_entry *e = cases_measured(r, &cases_point, "single", "sqlite", 1e6, 1);
    expect_evaluate(r, e, limits, 1, false);
    struct result_expectation later = r->expectations.items[0];
    later.run = "evening", later.unjudged = "interrupted by the user", later.ok = later.measured = false;
    vec_push(&r->arena, &r->expectations, later);
    r->stopped = "interrupted by the user";
    recommend_results(r);
    for (const struct report_format *f = report_formats; f->name; f++) {
        struct buf b = {0};
        if (strcmp(f->name, "text") && strcmp(f->name, "md") && strcmp(f->name, "html"))
            continue;
        f->put(r, &options, &b);
        has_line(buf_text(&b),
                 "interrupted by the user; this is what was measured until then. Not reached: evening.",
                 true);
        if (!strcmp(f->name, "html"))
            assert_true(strstr(buf_text(&b), "✗ STOPPED: ") < strstr(buf_text(&b), "class=\"headline"));
        buf_release(&b);
    }
    results_free(r);
}

/* One reason, however many backends and strategies it is of. */
static void what_was_not_judged_has_one_row(void **state)
{
    (void)state;
    static const struct ir_expect cheap = {METRIC_COST_PER_MILLION, false, COMPARE_LT, 1, NULL,
                                           "cost_per_million < 1"};
    struct report_options options = {.width = 100};
    struct results *r = cases_results();
    struct buf b = {0};
    for (int i = 0; i < 4; i++)
        expect_evaluate(r, cases_measured(r, &cases_point, cases_strategies[i / 2].text, i % 2 ? "two" : "one", 1e6, 1),
                        &cheap, 1, false);
    compare_results(r);
    recommend_results(r);
    report_find_format("html")->put(r, &options, &b);
    const char *list = strstr(buf_text(&b), "What was expected");
    const char *row = list ? strstr(list, "? NOT MEASURED") : NULL;
    assert_true(row && !strstr(row + 1, "? NOT MEASURED"));
    assert_true(strstr(list, ">one, two<") && strstr(list, ">single, batch by family<"));
    buf_release(&b);
    results_free(r);
}

/* Of many decades each other one gives way where charts stand side by side. */
static void labels_of_many_decades_do_not_touch(void **state)
{
    (void)state;
    struct report_options options = {.width = 100};
    struct results *r = cases_results();
    struct buf b = {0};
    cases_measured(r, &cases_point, "single", "memory", 2e3, 1);
    cases_measured(r, &cases_point, "single", "slow", 3e8, 1);
    compare_results(r);
    recommend_results(r);
    report_find_format("html")->put(r, &options, &b);
    bool found = false;
    for (const char *p = buf_text(&b); !found && (p = strstr(p, ">10 ms</text>")); p++) {
        const char *tag = p;
        while (*tag != '<')
            tag--;
        found = !strncmp(tag, "<text class=\"second\"", 20);
    }
    assert_true(found);
    buf_release(&b);
    results_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_not_judged_has_one_row),
        cmocka_unit_test(labels_of_many_decades_do_not_touch),
        cmocka_unit_test(stand_ins_are_told_in_every_form),
        cmocka_unit_test(the_cheapest_meets_what_is_expected),
        cmocka_unit_test(a_column_that_says_nothing_is_left_out),
        cmocka_unit_test(how_it_was_loaded_is_told_of_all_points),
        cmocka_unit_test(wide_intervals_tell_nothing),
        cmocka_unit_test(places_of_a_sweep_are_told_shortly),
        cmocka_unit_test(what_was_not_reached_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
