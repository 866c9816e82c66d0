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
#include "backends/pricing.h"
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
    expect_hidden("password 'abc'", "password '...'");
    expect_hidden("-D token=abc/d e", "-D token=..... e");
    expect_hidden("-D keys=", "-D keys=");
    expect_hidden("hash_key: char(64)  key `abc`", "hash_key: char(64)  key `...`");
    expect_hidden("workload keys \"get and update\"", "workload keys \"get and update\"");
    expect_hidden("}\nworkload my_token \"of a card\" password \"abc\"", "}\nworkload my_token \"of a card\" password \"...\"");
    expect_hidden("workload keys \"a://me:b@h\"", "workload keys \"a://me:.@h\"");
    expect_hidden("workload x token \"abc\"", "workload x token \"...\"");
    expect_hidden("workload\ntoken \"abc\"", "workload\ntoken \"...\"");
    expect_hidden("a workload token \"abc\"", "a workload token \"...\"");
    expect_hidden("path \"http://me:abc@h/\"", "path \"http://me:...@h/\"");
    expect_hidden("x \"https://h/?a=1&sig=abc%20d&b=2\" y", "x \"https://h/?a=1&sig=.......&b=2\" y");
    expect_hidden("text \"no://thing me@here\"", "text \"no://thing me@here\"");
    expect_hidden("text \"a://me:b c/d@here\"", "text \"a://me:.....@here\"");
}

#define IN(settings)                                                                                         \
    "table backend of card { a: int }\nbackend lakebase as x { " settings " }\ntable t of card { a: int }"

/* In a backend block every value is hidden but those of settings that are known to be harmless, whatever form
 * it has. */
static void test_pieces_of_a_backend(void **state)
{
    (void)state;
    static const struct { const char *text, *shown; } cases[] = {
        {IN("host \"h\" port 5432 ssl verify"), IN("host \"h\" port 5432 ssl verify")},
        {IN("password abc host \"h\""), IN("password ... host \"h\"")},
        {IN("pasword \"abc\" host \"h\""), IN("pasword \"...\" host \"h\"")},
        {IN("pwd \"abc\""), IN("pwd \"...\"")},
        {IN("pin 1234 user me"), IN("pin .... user me")},
        {IN("password 'a b'"), IN("password '...'")},
        {IN("password `abc`"), IN("password `...`")},
        {IN("password a!b}c#d host h"), IN("password ....... host h")},
        {IN("password \"a\" \"bc\""), IN("password \".\" \"..\"")},
        {IN("password env(\"A\") + \"bc\" user me"), IN("password env(\"A\") + \"..\" user me")},
        {IN("password env(\"A\") + bc"), IN("password env(\"A\") + ..")},
        {IN("password file(\"/run/pw\")"), IN("password file(\"/run/pw\")")},
        {IN("password = \"abc\""), IN("password = \"...\"")},
        {IN("password: abc"), IN("password: ...")},
        {IN("password $abc"), IN("password $...")},
        {IN("account_key abc"), IN("account_key ...")},
        {IN("host \"http://me:abc@h\" port 1"), IN("host \"http://me:...@h\" port 1")},
        {"backend x { password abc}", "backend x { password ...}"},
        {"backend x { password abc", "backend x { password ..."},
        {"backend x { password", "backend x { password"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_hidden(cases[i].text, cases[i].shown);
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
                    fail_msg("the setting '%s' of '%s' is secret, but its name does not say so", s->name,
                             k->name);
            }
    assert_true(found > 5);
}

/* And what is not secret is shown, or else mistakes in it could not be seen. */
static void expect_shown(const struct setting_def *s)
{
    bool hidden = secret_setting(s->name, strlen(s->name));
    if (s->secret != hidden && !secret_name(s->name, strlen(s->name)))
        fail_msg("the setting '%s' is %s: base/secret.c lists those that are shown", s->name,
                 hidden ? "no secret, yet hidden" : "secret, yet shown");
}

static void test_settings_that_are_shown(void **state)
{
    (void)state;
    for (const struct kind *k = backend_kinds; k->name; k++)
        for (const struct setting_def *s = k->backend->settings; s->name; s++)
            expect_shown(s);
    for (const struct pricing_setting *s = pricing_settings; s->def.name; s++)
        expect_shown(&s->def);
    assert_false(secret_setting("engine", 6));
    assert_true(secret_setting("hosts", 5));
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
    expect_covered("hunter", "hunter2", 7, "***");    /* the text was cut there */
    expect_covered("hun", "hunter2", 7, "hun");
    expect_covered("hunter is no password", "hunter2", 7, "hunter is no password");
    expect_covered("****** and ***", "***", 3, "****** and ***");
    expect_covered("nothing", "x", 0, "nothing");
    expect_covered("", "x", 1, "");
    expect_covered("HUNTER22 was said", "hunter22", 8, "*** was said");
    expect_covered("the first half is hunter2hunter2 of it", "hunter2hunter2hunter2", 21,
                   "the first half is *** of it");
    char long_one[1200];
    memset(long_one, 'k', sizeof long_one);
    char text[sizeof long_one + 20];
    snprintf(text, sizeof text, "a token %.*s.", (int)sizeof long_one, long_one);
    secret_cover(text, long_one, sizeof long_one);
    assert_string_equal(text, "a token ***.");
}

/* "a" is a word of any sentence, and a letter of most words. */
static void test_short_ones(void **state)
{
    (void)state;
    expect_covered("a table 'a' has a password=a, and b='b'", "a", 1,
                   "a table '*' has a password=*, and b='b'");
    expect_covered("port 12345, password 123", "123", 3, "port 12345, password ***");
    expect_covered("password 1234 of 12345", "1234", 4, "password *** of ***5");
}

static void test_spellings(void **state)
{
    (void)state;
    static const char secret[] = "a/b+c \"d'%&<e>";
    static const char *const spelt[] = {
        "a/b+c \"d'%&<e>", "a%2Fb%2Bc%20%22d%27%25%26%3Ce%3E", "a%2fb%2bc+%22d%27%25%26%3ce%3e",
            "a\\/b+c \\\"d'%&<e>",
        "a\\u002fb\\u002Bc\\u0020\\u0022d\\u0027\\u0025\\u0026\\u003ce\\u003e", "a/b+c &quot;d&#39;%&amp;&lt;e&gt;", "a/b+c \"d''%&<e>",
        "a/b+c \"\"d'%&<e>", "YS9iK2MgImQnJSY8ZT4=", "eGEvYitjICJkJyUmPGU+", "eHhhL2IrYyAiZCclJjxlPg==",     /* base64, behind no, one, two x */
    };
    for (size_t i = 0; i < sizeof spelt / sizeof *spelt; i++) {
        char text[200];
        snprintf(text, sizeof text, "said: %s.", spelt[i]);
        secret_cover(text, secret, sizeof secret - 1);
        if (!strstr(text, "***") || strstr(text, "b+c") || strstr(text, "b%2") || strlen(text) > 20)
            fail_msg("'%s' is shown as '%s'", spelt[i], text);
    }
    expect_covered("x a%25b y", "a%25b", 5, "x *** y");
}

/* Wherever a text was cut within the secret, no more of it is left than a few characters. */
static void test_cut_anywhere(void **state)
{
    (void)state;
    static const char secret[] = "pl4ntAWSs3cr3t/+key0123456789abcdefABCDEF";
    for (size_t kept = 0; kept < sizeof secret; kept++) {
        char text[100];
        snprintf(text, sizeof text, "the secret is %.*s", (int)kept, secret);
        secret_cover(text, secret, sizeof secret - 1);
        assert_int_equal(strstr(text, "pl4n") != NULL, false);
    }
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
    assert_string_equal(buf_text(&b), "f.wkl:1:35: error[E0001]: no such setting\n"
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
        cmocka_unit_test(test_pieces_of_a_backend),
        cmocka_unit_test(test_settings_that_are_shown),
        cmocka_unit_test(test_short_ones),
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_every_secret_setting_has_such_a_name),
        cmocka_unit_test(test_covered),
        cmocka_unit_test(test_diagnostics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
