/* diag.c - columns count characters, tabs keep their width, at most 20 errors are kept, the nearest name. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"

struct fixture { struct arena arena; struct diags diags; struct buf out; };

static void begin(struct fixture *f, const char *text)
{
    memset(f, 0, sizeof *f);
    arena_init(&f->arena);
    diags_init(&f->diags, &f->arena);
    diags_add_source(&f->diags, "a.wkl", text, (uint32_t)strlen(text));
}

static void end(struct fixture *f)
{
    buf_release(&f->out);
    arena_release(&f->arena);
}

static void columns_are_characters(void **state)
{
    struct fixture f;
    uint32_t line, column;
    (void)state;
    begin(&f, "x\n\xc3\xa4\xc3\xb6 bad");
    diags_locate(&f.diags, (struct span){0, 7, 10}, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 4);
    diag_add(&f.diags, SEVERITY_ERROR, "E0001", (struct span){0, 7, 10}, "a hint", "what '%s'", "bad");
    diags_put_text(&f.diags, false, &f.out);
    assert_non_null(strstr(buf_text(&f.out), "a.wkl:2:4: error[E0001]: what 'bad'\n"));
    assert_non_null(strstr(buf_text(&f.out), "|    ^~~ a hint\n"));
    end(&f);
}

static void twenty_are_kept(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f, "x");
    for (int i = 0; i < 25; i++)
        assert_int_equal(diag_add(&f.diags, SEVERITY_ERROR, "E0001", (struct span){0, 0, 1}, NULL,
                                  "mistake %d", i) != NULL,
                         i < DIAG_MAX_ERRORS);
    assert_int_equal(f.diags.errors, 25);
    diags_put_text(&f.diags, false, &f.out);
    assert_non_null(strstr(buf_text(&f.out), "mistake 19"));
    assert_null(strstr(buf_text(&f.out), "mistake 20"));
    assert_non_null(strstr(buf_text(&f.out), "too many errors"));
    end(&f);
}

static void json_is_escaped(void **state)
{
    struct fixture f;
    (void)state;
    begin(&f, "x");
    diag_add(&f.diags, SEVERITY_WARNING, "W0001", (struct span){0, 0, 1}, NULL, "a \"quote\"");
    diags_put_json(&f.diags, &f.out);
    assert_non_null(strstr(buf_text(&f.out), "a \\\"quote\\\""));
    assert_non_null(strstr(buf_text(&f.out), "W0001"));
    end(&f);
}

static void nearest_is_near(void **state)
{
    struct nearest n = {0};
    (void)state;
    nearest_try(&n, "cards", "holder");
    assert_null(n.name);
    nearest_try(&n, "cards", "card");
    nearest_try(&n, "cards", "cargo");
    assert_string_equal(n.name, "card");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_characters),
        cmocka_unit_test(twenty_are_kept),
        cmocka_unit_test(json_is_escaped),
        cmocka_unit_test(nearest_is_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
