/* printable.c - what may go to a terminal, and which addresses are this machine's. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"
#include "base/error.h"
#include "base/loopback.h"
#include "base/printable.h"

static void expect_shown(const char *text, const char *shown)
{
    char is[300];
    snprintf(is, sizeof is, "%s", text);
    printable_make(is, "");
    assert_string_equal(is, shown);
}

static void test_characters(void **state)
{
    (void)state;
    expect_shown("", "");
    expect_shown("plain, µs, 日本, 🙂", "plain, µs, 日本, 🙂");
    expect_shown("a\nb\tc\rd", "a b c d");
    expect_shown("refused\r\n\tIs it there?  So", "refused Is it there?  So");   /* libpq's second line; blanks stay as they are */
    expect_shown("\033]0;title\007 \033[2J", "?]0;title? ?[2J");
    expect_shown("\xc2\x9b" "2J \xc2\x85 \xc2\xa0", "?2J ? \xc2\xa0");  /* C1: CSI, NEL; a space that does not
                                                                           break stays */
    expect_shown("\x9b" "2J", "?2J");                 /* of 8 bits, where a terminal takes them */
    expect_shown("a\u202eb\u2066c\u200fd\u2028e\ufeff", "a?b?c?d?e?");
    expect_shown("cut \xe2\x80", "cut ??");
    expect_shown("\xed\xa0\x80 \xc0\xaf", "??? ??");
    char lines[] = "a\nb\033";
    printable_make(lines, "\n");
    assert_string_equal(lines, "a\nb?");
}

static void test_errors(void **state)
{
    (void)state;
    struct error err = {0};
    error_set(&err, ERR_SERVER, "'%s' says: %s", "\033[31mx", "one\n\ttwo\u202e\n");
    assert_string_equal(err.text, "'?[31mx' says: one two?");
}

static void test_diagnostics(void **state)
{
    (void)state;
    static const char text[] = "param a = \"\033[2J\u202e\xc2\x9b\"\n";
    struct arena arena;
    struct diags d;
    struct buf b = {0};
    arena_init(&arena);
    diags_init(&d, &arena);
    uint32_t file = diags_add_source(&d, "\033]0;f\007.wkl", text, sizeof text - 1);
    diag_add(&d, SEVERITY_ERROR, "E0001", (struct span){file, 0, 5}, "not \033", "there is no '%s'",
             "\033[2J\xc2\x9b");
    diags_put_text(&d, false, &b);
    assert_string_equal(buf_text(&b), "?]0;f?.wkl:1:1: error[E0001]: there is no '?[2J?'\n"
                                      "    1 | param a = \"?[2J??\"\n"
                                      "      | ^~~~~ not ?\n"
                                      "1 error\n");
    buf_release(&b);
    arena_release(&arena);
}

static void test_loopback(void **state)
{
    (void)state;
    static const struct { const char *address; bool here; } cases[] = {
        {"http://localhost", true}, {"http://localhost:8000/x", true}, {"http://LOCALHOST./", true},
        {"http://db.localhost", true}, {"http://127.0.0.1:8000", true}, {"http://127.1.2.3", true},
        {"http://[::1]:8000", true}, {"::1", true}, {"[::ffff:127.0.0.1]", true},
        {"http://me:pw@127.0.0.1", true}, {"localhost", true}, {"http://localhost.evil", false},
        {"http://127.evil", false}, {"http://127.0.0.1.evil", false}, {"http://127.0.0.1@evil", false},
        {"http://evil/127.0.0.1", false}, {"http://evil?@127.0.0.1", false}, {"http://notlocalhost", false},
        {"http://128.0.0.1", false}, {"http://[::2]", false}, {"http://127", false}, {"", false},
        {"http://", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (address_is_loopback(cases[i].address) != cases[i].here)
            fail_msg("'%s' is taken for %s", cases[i].address,
                     cases[i].here ? "another machine's" : "this machine's");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_characters),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_diagnostics),
        cmocka_unit_test(test_loopback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
