/* secret.c - which pieces of a text are hidden. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backends/backend.h"
#include "base/diag.h"
#include "base/secret.h"

/* The text with its secrets as dots. */
static void expect_hidden(const char *text, const char *shown)
{
    char is[300];
    uint32_t from, to;
    struct secret_scan s = {.text = text, .size = (uint32_t)strlen(text)};
    snprintf(is, sizeof is, "%s", text);
    while (secret_next(&s, &from, &to))
        memset(is + from, '.', to - from);
    assert_string_equal(is, shown);
}

static void test_pieces(void **state)
{
    (void)state;
    expect_hidden("", "");
    expect_hidden("password", "password");
    expect_hidden("password \"abc\" host \"h\"", "password \"...\" host \"h\"");
    expect_hidden("host \"h\" password\n  # it is\n \"abc\"", "host \"h\" password\n  # it is\n \"...\"");
    expect_hidden("secret_key \"a\\\"b\" user \"u\"", "secret_key \"....\" user \"u\"");
    expect_hidden("password \"abc\nhost \"h\"", "password \"...\nhost \"h\"");
    expect_hidden("password \"abc", "password \"...");
    expect_hidden("password \"abc\\", "password \"....");
    expect_hidden("password = \"abc\"", "password = \"...\"");
    expect_hidden("password env(\"PW\")", "password env(\"PW\")");
    expect_hidden("# password \"x\ny \"z\"", "# password \"x\ny \"z\"");
    expect_hidden("uri \"a\" \"b\"", "uri \".\" \"b\"");
}

static void test_every_secret_setting_has_such_a_name(void **state)
{
    (void)state;
    int found = 0;
    for (const struct kind *k = backend_kinds; k->name; k++)
        for (const struct setting_def *s = k->backend->settings; s->name; s++)
            if (s->secret) {
                found++;
                if (!secret_name(s->name, strlen(s->name)))
                    fail_msg("the setting '%s' of '%s' is secret, but its name does not say so", s->name, k->name);
            }
    assert_true(found > 5);
}

static void expect_covered(const char *text, const char *secret, size_t n, const char *shown)
{
    char is[300];
    snprintf(is, sizeof is, "%s", text);
    secret_cover(is, secret, n);
    assert_string_equal(is, shown);
}

static void test_covered(void **state)
{
    (void)state;
    expect_covered("hunter2 is not hunter22, hunter2", "hunter2", 7, "*** is not ***2, ***");
    expect_covered("hunter2", "hunter2 and more", 7, "***");
    expect_covered("hunter", "hunter2", 7, "hunter");
    expect_covered("aaaaa", "aa", 2, "****a");
    expect_covered("****** and ***", "***", 3, "****** and ***");
    expect_covered("nothing", "x", 0, "nothing");
    expect_covered("", "x", 1, "");
    char long_one[1200];
    memset(long_one, 'k', sizeof long_one);
    char text[sizeof long_one + 20];
    snprintf(text, sizeof text, "a token %.*s.", (int)sizeof long_one, long_one);
    secret_cover(text, long_one, sizeof long_one);
    assert_string_equal(text, "a token ***.");
}

static void test_diagnostics(void **state)
{
    (void)state;
    static const char text[] = "backend x { password \"hunter2\"   host \"h\" }\n";
    struct arena arena;
    struct diags d;
    struct buf b = {0};
    arena_init(&arena);
    diags_init(&d, &arena);
    uint32_t file = diags_add_source(&d, "f.wkl", text, sizeof text - 1);
    diag_add(&d, SEVERITY_ERROR, "E0001", (struct span){file, 34, 38}, NULL, "no such setting");
    diags_put_text(&d, false, &b);
    assert_string_equal(buf_text(&b), "f.wkl:1:35: error: no such setting\n"
                                      "    1 | backend x { password \"*******\"   host \"h\" }\n"
                                      "      |                                   ^~~~\n"
                                      "1 error\n");
    buf_release(&b);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces),
        cmocka_unit_test(test_every_secret_setting_has_such_a_name),
        cmocka_unit_test(test_covered),
        cmocka_unit_test(test_diagnostics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
