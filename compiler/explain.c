/* explain.c - the rows of diagnostics.def, and how they are shown. */
#include "config.h"

#include "compiler/explain.h"

#include <string.h>
#include <strings.h>

#include "base/diag.h"

const struct diagnostic_row diagnostic_rows[] = {
#define DIAGNOSTIC(code, title, why, wrong, right) {code, title, why, wrong, right},
#include "compiler/diagnostics.def"
#undef DIAGNOSTIC
    {NULL, NULL, NULL, NULL, NULL},
};

/* Lines, each moved in by `margin`; a byte that is no text is shown as \xff. */
static void put_lines(const char *text, const char *margin, struct buf *out)
{
    for (const char *c = text; *c; c++) {
        if (c == text || c[-1] == '\n')
            buf_puts(out, margin);
        if (*c == '\377')
            buf_puts(out, "\\xff");
        else
            buf_putc(out, *c);
    }
    if (*text && text[strlen(text) - 1] != '\n')
        buf_putc(out, '\n');
}

static void put_text(const struct diagnostic_row *r, struct buf *out)
{
    buf_printf(out, "%s: %s\n\n", r->code, r->title);
    put_lines(r->why, "", out);
    buf_puts(out, "\nWrong:\n\n");
    put_lines(r->wrong, "    ", out);
    buf_puts(out, "\nRight:\n\n");
    put_lines(r->right, "    ", out);
}

static void put_json(const struct diagnostic_row *r, bool first, struct buf *out)
{
    const struct { const char *name, *text; } fields[] = {
        {"code", r->code}, {"title", r->title}, {"why", r->why}, {"wrong", r->wrong}, {"right", r->right},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        buf_printf(out, "%s\"%s\": ", i ? ", " : first ? "\n {" : ",\n {", fields[i].name);
        buf_put_json(out, fields[i].text, strlen(fields[i].text));
    }
    buf_putc(out, '}');
}

/* Words of a message in place of its code: the codes whose titles have them. */
static bool put_titles(const char *words, struct buf *out)
{
    size_t before = out->len;
    for (const struct diagnostic_row *r = diagnostic_rows; r->code; r++)
        if (strcasestr(r->title, words))
            buf_printf(out, "%s  %s\n", r->code, r->title);
    return out->len > before;
}

/* Numbers stand once: what is an error where a backend is named, and a warning where it is not, has a row by
 * its letter as an error. */
static bool is_code_of(const struct diagnostic_row *r, const char *code)
{
    return !strcasecmp(code, r->code) ||
           (r->code[0] == 'E' && (*code == 'W' || *code == 'w') && !strcmp(code + 1, r->code + 1));
}

int explain_put(const char *code, bool json, struct buf *out, struct error *err)
{
    struct nearest near = {0};
    bool all = !strcmp(code, "all"), found = false;
    if (json)
        buf_putc(out, '[');
    for (const struct diagnostic_row *r = diagnostic_rows; r->code; r++) {
        bool meant = all || is_code_of(r, code);
        if (meant && json)
            put_json(r, !found, out);
        else if (meant && all)
            buf_printf(out, "%s  %s\n", r->code, r->title);
        else if (meant)
            put_text(r, out);
        found |= meant;
        nearest_try(&near, code, r->code);
    }
    if (json)
        buf_puts(out, "\n]\n");
    if (found || (!json && strlen(code) > 2 && put_titles(code, out)))
        return 0;
    if (near.name)
        return error_set(err, ERR_USAGE, "unknown code '%s': did you mean '%s'? `--explain all` lists them",
                         code, near.name);
    return error_set(err, ERR_USAGE, "unknown code '%s': `--explain all` lists them", code);
}
